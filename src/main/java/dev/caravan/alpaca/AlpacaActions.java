package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Answer;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.Decimals;
import dev.caravan.market.MissingDataException;
import dev.caravan.market.Refused;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one page of Alpaca's {@code /v1/corporate-actions}: {@code {"corporate_actions":
 * {"forward_splits": [{symbol, old_rate, new_rate, ex_date, …}], "cash_dividends": […], …},
 * "next_page_token": null}}. Each kind has a list and fields of its own; a kind without actions is
 * absent.
 *
 * <p>Where Yahoo tells the same kind it has the same name: {@code split}, {@code dividend}, {@code
 * capital_gain}. Amounts are US dollars a share as they are paid, adjusted for nothing. Kinds that
 * change neither a price nor a name (redemptions, calls, rights) are passed over.
 */
public final class AlpacaActions {
  private static final String SOURCE = "alpaca";
  private static final String KEY = "corporate_actions";

  private AlpacaActions() {}

  /**
   * One page.
   *
   * @param actions one a symbol, kind and date
   */
  public record Page(
      List<CorporateAction> actions,
      Set<String> symbols,
      String nextPageToken,
      List<Refused> refused)
      implements AlpacaPage {
    public Page {
      actions = List.copyOf(actions);
      symbols = Collections.unmodifiableSet(new LinkedHashSet<>(symbols));
      refused = List.copyOf(refused);
    }

    @Override
    public List<CorporateAction> taken() {
      return actions;
    }

    /** Actions do not come symbol by symbol: each is new, or was there before. */
    @Override
    public Map<String, Instant> newest() {
      return AlpacaPage.newest(actions, CorporateAction::toString, action -> Instant.EPOCH);
    }
  }

  /** What makes two actions the same row. */
  private record Key(String symbol, String action, LocalDate exDate) {}

  /**
   * Reads one page.
   *
   * @throws MissingDataException when the answer is no page of corporate actions
   */
  public static Page page(JsonNode answer) {
    JsonNode kinds = answer.path(KEY);
    if (!kinds.isObject() && !kinds.isNull()) {
      throw new MissingDataException(
          KEY, AlpacaAnswer.WHOLE, "answered with " + Answer.quoted(answer));
    }
    Map<Key, CorporateAction> taken = new LinkedHashMap<>();
    List<Refused> refused = new ArrayList<>();
    Set<String> symbols = new LinkedHashSet<>();
    kinds
        .properties()
        .forEach(
            kind -> {
              JsonNode rows = kind.getValue();
              if (!rows.isArray() && !rows.isNull()) {
                throw new MissingDataException(
                    kind.getKey(), AlpacaAnswer.WHOLE, "not a list: " + Answer.quoted(rows));
              }
              for (JsonNode row : rows) {
                String symbol = symbol(row);
                try {
                  CorporateAction action = action(kind.getKey(), row, symbol);
                  if (action != null) {
                    symbols.add(symbol);
                    taken.merge(
                        new Key(symbol, action.action(), action.exDate()),
                        action,
                        AlpacaActions::both);
                  }
                } catch (MissingDataException malformed) {
                  refused.add(new Refused(symbol, malformed.getMessage(), row.toString()));
                }
              }
            });
    Collection<CorporateAction> actions = taken.values();
    return new Page(List.copyOf(actions), symbols, AlpacaPage.token(answer), refused);
  }

  /** A share may pay twice on one date: then both count. Of anything else the later row stands. */
  private static CorporateAction both(CorporateAction one, CorporateAction other) {
    return one.amount() == null || other.amount() == null || one.ratio() != null
        ? other
        : new CorporateAction(
            SOURCE,
            one.symbol(),
            one.action(),
            one.exDate(),
            one.amount().add(other.amount()),
            null);
  }

  /** The share whose price or name is changed, under whichever field it stands. */
  private static String symbol(JsonNode row) {
    for (String field : List.of("symbol", "old_symbol", "source_symbol", "acquiree_symbol")) {
      String symbol = Answer.text(row.path(field));
      if (symbol != null && !symbol.isBlank()) {
        return symbol;
      }
    }
    return "?";
  }

  private static CorporateAction action(String kind, JsonNode row, String symbol) {
    return switch (kind) {
      case "forward_splits", "reverse_splits" ->
          shares(row, symbol, "split", ratio(row, "new_rate", "old_rate", symbol), "new_symbol");
      case "stock_dividends" ->
          shares(
              row,
              symbol,
              "stock_dividend",
              positive(row, "rate", symbol).add(BigDecimal.ONE),
              "new_symbol");
      case "unit_splits" ->
          shares(
              row, symbol, "unit_split", ratio(row, "new_rate", "old_rate", symbol), "new_symbol");
      case "spin_offs" ->
          shares(
              row, symbol, "spin_off", ratio(row, "new_rate", "source_rate", symbol), "new_symbol");
      case "cash_dividends" ->
          cash(
              row,
              symbol,
              row.path("special").asBoolean(false) ? "special_dividend" : "dividend",
              "rate");
      case "capital_gains_distributions" -> cash(row, symbol, "capital_gain", "rate");
      case "cash_mergers" -> cash(row, symbol, "merger", "rate");
      case "stock_mergers", "stock_and_cash_mergers" ->
          new CorporateAction(
              SOURCE,
              known(symbol),
              "merger",
              date(row, symbol),
              Answer.decimal(row.path("cash_rate"), "cash_rate", symbol),
              ratio(row, "acquirer_rate", "acquiree_rate", symbol),
              other(row, "acquirer_symbol"));
      case "name_changes" -> {
        String renamed = Answer.required(Answer.text(row.path("new_symbol")), "new_symbol", symbol);
        // A change of the company's name or of its CUSIP alone leaves the symbol as it is.
        yield renamed.equals(symbol)
            ? null
            : new CorporateAction(
                SOURCE, known(symbol), "name_change", date(row, symbol), null, null, renamed);
      }
      case "worthless_removals" ->
          new CorporateAction(
              SOURCE, known(symbol), "worthless_removal", date(row, symbol), null, null);
      default -> null;
    };
  }

  private static CorporateAction shares(
      JsonNode row, String symbol, String action, BigDecimal ratio, String other) {
    return new CorporateAction(
        SOURCE, known(symbol), action, date(row, symbol), null, ratio, other(row, other));
  }

  private static CorporateAction cash(JsonNode row, String symbol, String action, String field) {
    return new CorporateAction(
        SOURCE,
        known(symbol),
        action,
        date(row, symbol),
        Decimals.plain(positive(row, field, symbol)),
        null);
  }

  private static BigDecimal ratio(JsonNode row, String shares, String of, String symbol) {
    return Decimals.plain(
        positive(row, shares, symbol).divide(positive(row, of, symbol), MathContext.DECIMAL128));
  }

  private static BigDecimal positive(JsonNode row, String field, String symbol) {
    BigDecimal number =
        Answer.required(Answer.decimal(row.path(field), field, symbol), field, symbol);
    if (number.signum() <= 0) {
      throw new MissingDataException(field, symbol, "not above zero: " + number.toPlainString());
    }
    return number;
  }

  /** Kinds that have no ex-date take effect on another date. */
  private static LocalDate date(JsonNode row, String symbol) {
    for (String field : List.of("ex_date", "effective_date", "process_date")) {
      String date = Answer.text(row.path(field));
      if (date != null && !date.isBlank()) {
        try {
          return LocalDate.parse(date);
        } catch (DateTimeException malformed) {
          throw new MissingDataException(
              field, symbol, "not a date: " + Answer.quoted(row.path(field)));
        }
      }
    }
    throw new MissingDataException("ex_date", symbol);
  }

  private static String known(String symbol) {
    if (symbol.equals("?")) {
      throw new MissingDataException("symbol", AlpacaAnswer.WHOLE);
    }
    return symbol;
  }

  private static String other(JsonNode row, String field) {
    String symbol = Answer.text(row.path(field));
    return symbol == null || symbol.isBlank() ? null : symbol;
  }
}
