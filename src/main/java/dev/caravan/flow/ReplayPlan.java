package dev.caravan.flow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RowJson;
import dev.caravan.source.FailureReason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;

/**
 * How each dead letter is replayed: which road it takes, with which others, and what came of it. It
 * decides only; {@code routes/ledger/dead-letters.camel.yaml} does.
 */
public final class ReplayPlan {
  private static final String STREAM = "stream";
  private static final String NEWS_STREAM = "news-stream";

  /** Whose letters may hold an article: what is no article there is a reading that failed. */
  private static final Set<String> NEWS = Set.of("alpaca-news", NEWS_STREAM, "newsapi-headlines");

  /** What an article of either source has, and no answer that is none or holds several. */
  private static final Set<String> ARTICLE =
      Set.of("headline", "created_at", "updated_at", "title", "publishedAt", "author", "url");

  /** What only one kind of Alpaca's rows has, in the order of the test. */
  private static final Map<String, List<String>> SHAPES = shapes();

  /** A row that lies so late belongs to the session of the next date. */
  private static final Duration LATE = Duration.ofHours(2);

  private ReplayPlan() {}

  /** Where a letter goes. */
  public enum Road {
    /** The flow is run again, for the symbols of its letters alone. */
    FLOW,
    /** The stream's message is read and stored again. */
    MESSAGE,
    /** The row of Alpaca's history is read and stored again. */
    ROW,
    /** The article is read and stored again. */
    ARTICLE,
    /** It cannot be replayed; the item's refusal says why. */
    NONE
  }

  /**
   * Letters that are replayed together.
   *
   * @param route whose letters they are; for {@link Road#FLOW} the flow
   * @param letters their ids, as a JSON array
   * @param symbols that the flow is asked for, separated by commas
   * @param date the one session that the flow is asked for, or null for what it owes
   * @param answer the row, as the page of Alpaca's answer that it came on
   * @param rows what it is a page of: {@code bars}, {@code trades} or {@code quotes}
   * @param readAt when the row was served
   */
  public record Item(
      Road road,
      String route,
      String letters,
      String symbols,
      LocalDate date,
      String answer,
      String rows,
      String feed,
      String timeframe,
      Instant readAt,
      String refusal) {

    /** The one letter of an item that has no others. */
    public String letter() {
      return letters.substring(1, letters.length() - 1);
    }
  }

  /** The items of these rows of {@code sql/dead_letters/select_letters.sql}, in their order. */
  public static List<Item> items(List<Map<String, Object>> letters, CamelContext camel) {
    return plan(
        letters, route -> camel.getRoute(route) != null && camel.getRoute(route + "-item") != null);
  }

  static List<Item> plan(List<Map<String, Object>> letters, Predicate<String> asksBySymbol) {
    Map<Object, Item> items = new LinkedHashMap<>();
    for (Map<String, Object> letter : letters) {
      Item item = item(letter, asksBySymbol);
      // All symbols of a flow and date are one run of it.
      Object key =
          item.road() == Road.FLOW
              ? List.of(item.route(), String.valueOf(item.date()))
              : letter.get("letter_id");
      items.merge(key, item, ReplayPlan::together);
    }
    return List.copyOf(items.values());
  }

  private static Item together(Item one, Item other) {
    Set<String> symbols = new TreeSet<>(SymbolList.list(one.symbols()));
    symbols.addAll(SymbolList.list(other.symbols()));
    return new Item(
        one.road(),
        one.route(),
        one.letters().replace("]", ",") + other.letters().substring(1),
        String.join(",", symbols),
        one.date(),
        null,
        null,
        one.feed(),
        one.timeframe(),
        one.readAt(),
        null);
  }

  private static Item item(Map<String, Object> letter, Predicate<String> asksBySymbol) {
    String route = (String) letter.get("route_id");
    String symbol = (String) letter.get("symbol");
    JsonNode row = JsonFields.readOrMissing((String) letter.get("row"));
    String rows = rowsOf(row);
    if (letter.get("replayed_at") != null) {
      return none(letter, "it was replayed already, at " + letter.get("replayed_at"));
    }
    if (route.equals(STREAM)) {
      return of(letter, Road.MESSAGE, null, null, null, null);
    }
    if (route.equals(NEWS_STREAM)
        || NEWS.contains(route) && isArticle((String) letter.get("row"))) {
      return of(letter, Road.ARTICLE, null, null, null, null);
    }
    if (symbol != null && asksBySymbol.test(route)) {
      LocalDate date = dateOf(row, ZoneId.of((String) letter.get("zone")));
      return of(letter, Road.FLOW, date, null, null, null);
    }
    if (symbol == null || rows == null) {
      return none(
          letter,
          "route "
              + route
              + " works off more than one symbol, and the letter has kept no row; run that flow"
              + " again");
    }
    if (letter.get("feed") == null || rows.equals("bars") && letter.get("timeframe") == null) {
      return none(
          letter, "the letter does not say which feed or timeframe its row was asked for with");
    }
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.putObject(rows).putArray(symbol).add(row);
    return of(letter, Road.ROW, null, page.toString(), rows, null);
  }

  private static Item none(Map<String, Object> letter, String refusal) {
    return of(letter, Road.NONE, null, null, null, refusal);
  }

  private static Item of(
      Map<String, Object> letter,
      Road road,
      LocalDate date,
      String answer,
      String rows,
      String refusal) {
    return new Item(
        road,
        (String) letter.get("route_id"),
        "[" + letter.get("letter_id") + "]",
        (String) letter.get("symbol"),
        date,
        answer,
        rows,
        (String) letter.get("feed"),
        (String) letter.get("timeframe"),
        Instant.parse((String) letter.get("failed_at")),
        refusal);
  }

  /** Which rows this is one of, or null where it is none of Alpaca's. */
  static String rowsOf(JsonNode row) {
    for (Map.Entry<String, List<String>> shape : SHAPES.entrySet()) {
      if (shape.getValue().stream().anyMatch(row::has)) {
        return shape.getKey();
      }
    }
    return null;
  }

  /** Whether this is an article, by the first field that tells; what follows it may be cut off. */
  static boolean isArticle(String head) {
    try (JsonParser json = JsonFields.mapper().createParser(head == null ? "" : head)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        if (ARTICLE.contains(json.currentName())) {
          return true;
        }
        json.nextToken();
        json.skipChildren();
      }
      return false;
    } catch (IOException cutOrNoJson) {
      return false;
    }
  }

  /** The session that a row of an answer is of, or null where it is no row or has no time. */
  static LocalDate dateOf(JsonNode row, ZoneId zone) {
    try {
      Instant rfc = JsonFields.time(row.path("t"), "t", "a letter");
      Instant seconds = JsonFields.seconds(row.path("timestamp"), "timestamp", "a letter");
      Instant event = JsonFields.seconds(row.path("date"), "date", "a letter");
      Instant at = rfc != null ? rfc : seconds != null ? seconds.plus(LATE) : event;
      return at == null ? null : at.atZone(zone).toLocalDate();
    } catch (MissingDataException malformed) {
      // Then the time is what was refused, and the flow asks for what it owes.
      return null;
    }
  }

  /** Why a page could not be taken; empty where it can. */
  public static String refusal(List<RefusedRow> refused) {
    return refused.isEmpty() ? "" : refused.get(0).reason();
  }

  /** What became of letters that were not replayed, as a statement would have returned it. */
  public static List<Map<String, Object>> kept(Item item, String reason) {
    List<Map<String, Object>> kept = new ArrayList<>();
    for (JsonNode id : JsonFields.readOrMissing(item.letters())) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("letter_id", id.longValue());
      result.put("symbol", item.symbols());
      result.put("replayed", false);
      result.put("reason", reason);
      kept.add(result);
    }
    return kept;
  }

  /** As {@link #kept}, where their replay failed. */
  public static List<Map<String, Object>> failed(Item item, Throwable cause) {
    return kept(item, FailureReason.of(cause));
  }

  /** What became of all letters, in the order of their ids. */
  public static List<Map<String, Object>> results(List<Map<String, Object>> rows) {
    return rows.stream()
        .sorted(Comparator.comparingLong(row -> ((Number) row.get("letter_id")).longValue()))
        .toList();
  }

  /** A symbol is served where all its letters were replayed. */
  public static Tally tally(List<Map<String, Object>> results) {
    Set<String> all = new LinkedHashSet<>();
    Set<String> refused = new LinkedHashSet<>();
    String reason = null;
    for (Map<String, Object> result : results) {
      String symbol = String.valueOf(result.get("symbol"));
      all.add(symbol);
      if (!Boolean.TRUE.equals(result.get("replayed"))) {
        refused.add(symbol);
        reason = reason == null ? (String) result.get("reason") : reason;
      }
    }
    return new Tally(
        all.size(), all.size() - refused.size(), 0, refused.size(), reason, List.of(), false);
  }

  /** Letter ids as the JSON array that the statements take. */
  public static String ids(List<Long> letters) {
    return RowJson.json(letters);
  }

  private static Map<String, List<String>> shapes() {
    Map<String, List<String>> shapes = new LinkedHashMap<>();
    shapes.put("bars", List.of("o", "h", "l", "vw"));
    shapes.put("quotes", List.of("bx", "bp", "bs", "ax", "ap", "as"));
    shapes.put("trades", List.of("x", "p", "s", "i"));
    return shapes;
  }
}
