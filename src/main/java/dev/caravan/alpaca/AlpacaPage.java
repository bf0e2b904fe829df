package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.PageTrail;
import dev.caravan.market.answer.RefusedRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What every page of Alpaca's history has, whichever rows it holds. */
public sealed interface AlpacaPage
    permits AlpacaBars.Page, AlpacaTrades.Page, AlpacaQuotes.Page, AlpacaActions.Page {
  /**
   * The symbols of which the page holds at least one row, taken or refused. A symbol that is not
   * here may still come on a later page.
   */
  Set<String> symbols();

  /**
   * To ask for the next page; null on the last one, and only then: a page may be short and still
   * not be the last.
   */
  String nextPageToken();

  /** The rows that could not be taken. */
  List<RefusedRow> refused();

  /** The rows that could be taken. */
  List<?> taken();

  /** How far the page comes: the newest time of each symbol's rows. */
  Map<String, Instant> newest();

  /**
   * After a page that is stored.
   *
   * @throws MissingDataException when the pages lead nowhere
   */
  static PageTrail follow(PageTrail trail, AlpacaPage page) {
    return trail.after(
        AlpacaAnswer.WHOLE,
        page.nextPageToken(),
        page.newest(),
        Stream.concat(page.taken().stream(), page.refused().stream()).toList());
  }

  /** The newest time of the rows of each symbol. */
  static <T> Map<String, Instant> newest(
      List<T> rows, Function<T, String> symbol, Function<T, Instant> at) {
    return rows.stream()
        .collect(Collectors.toMap(symbol, at, BinaryOperator.maxBy(Comparator.naturalOrder())));
  }

  /**
   * Reads one page.
   *
   * @param rows what was asked for: {@code bars}, {@code trades}, {@code quotes} or {@code
   *     corporate-actions}
   * @param request that was answered; the answer does not repeat it
   * @param readAt when the answer was read
   * @throws MissingDataException when the answer is no page of such rows
   */
  static AlpacaPage read(String rows, JsonNode answer, HistoryRequest request, Instant readAt) {
    return read(rows, answer, request.feed(), request.timeframe(), readAt);
  }

  /**
   * As {@link #read(String, JsonNode, HistoryRequest, Instant)}.
   *
   * @param feed that was asked for
   * @param timeframe of bars; other rows have none
   */
  static AlpacaPage read(
      String rows, JsonNode answer, String feed, String timeframe, Instant readAt) {
    return switch (rows) {
      case "bars" -> AlpacaBars.page(answer, feed, timeframe, readAt);
      case "trades" -> AlpacaTrades.page(answer, feed);
      case "quotes" -> AlpacaQuotes.page(answer, feed);
      case "corporate-actions" -> AlpacaActions.page(answer);
      default -> throw new IllegalArgumentException("Alpaca has no pages of " + rows);
    };
  }

  /**
   * The list of each symbol that has rows: {@code {"bars": {"AAPL": […]}}} for many symbols, {@code
   * {"bars": […], "symbol": "AAPL"}} for one, whose list is null when there is nothing.
   */
  static Map<String, JsonNode> lists(JsonNode answer, String key) {
    JsonNode all = answer.path(key);
    if (all.isMissingNode()) {
      // An answer without the key is an answer to another question, and proves nothing about it.
      throw new MissingDataException(
          key, AlpacaAnswer.WHOLE, "answered with " + JsonFields.quoted(answer));
    }
    Map<String, JsonNode> lists = new LinkedHashMap<>();
    if (all.isArray()) {
      if (!all.isEmpty()) {
        String symbol = JsonFields.text(answer.path("symbol"));
        lists.put(JsonFields.required(symbol, "symbol", AlpacaAnswer.WHOLE), all);
      }
    } else if (all.isObject()) {
      all.properties()
          .forEach(
              entry -> {
                JsonNode list = entry.getValue();
                if (!list.isArray() && !list.isNull()) {
                  // The endpoints of the newest row answer so: one row where a list is expected.
                  throw new MissingDataException(
                      key, entry.getKey(), "not a list: " + JsonFields.quoted(list));
                }
                if (!list.isEmpty()) {
                  lists.put(entry.getKey(), list);
                }
              });
    } else if (!all.isNull()) {
      throw new MissingDataException(
          key, AlpacaAnswer.WHOLE, "answered with " + JsonFields.quoted(all));
    }
    return lists;
  }

  /** The rows that the reader takes; each that it finds malformed is added to the refused. */
  static <T> List<T> rows(
      Map<String, JsonNode> lists,
      BiFunction<JsonNode, String, T> reader,
      List<RefusedRow> refused) {
    List<T> taken = new ArrayList<>();
    lists.forEach(
        (symbol, rows) -> {
          for (JsonNode row : rows) {
            try {
              taken.add(reader.apply(row, symbol));
            } catch (MissingDataException malformed) {
              refused.add(new RefusedRow(symbol, malformed.getMessage(), row.toString()));
            }
          }
        });
    return taken;
  }

  /** The codes of a trade or quote; null where there is no list of them. */
  static List<String> conditions(JsonNode codes, String symbol) {
    if (JsonFields.absent(codes)) {
      return null;
    }
    if (!codes.isArray()) {
      throw new MissingDataException("c", symbol, "not a list: " + JsonFields.quoted(codes));
    }
    List<String> conditions = new ArrayList<>();
    codes.forEach(
        code ->
            conditions.add(
                JsonFields.required(JsonFields.name(code, "c", symbol), "text in c", symbol)));
    return List.copyOf(conditions);
  }

  /** The token of the next page, or null. */
  static String token(JsonNode answer) {
    JsonNode token = answer.path("next_page_token");
    if (JsonFields.absent(token)) {
      return null;
    }
    if (!token.isTextual()) {
      throw new MissingDataException(
          "next_page_token", AlpacaAnswer.WHOLE, "answered with " + JsonFields.quoted(token));
    }
    return token.textValue().isEmpty() ? null : token.textValue();
  }
}
