package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.ActionAnswer;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.answer.Decimals;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
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
   * @param actions each row of it, with Alpaca's id
   * @param unread what the refused rows say of which action they are
   */
  public record Page(
      List<CorporateAction> actions,
      Set<String> symbols,
      String nextPageToken,
      List<RefusedRow> refused,
      List<ActionAnswer.Unread> unread)
      implements AlpacaPage {
    public Page {
      actions = List.copyOf(actions);
      symbols = Collections.unmodifiableSet(new LinkedHashSet<>(symbols));
      refused = List.copyOf(refused);
      unread = List.copyOf(unread);
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

  /** What came so far of an answer, with the page that came now. */
  public static ActionAnswer collected(ActionAnswer before, Page page) {
    return before.and(new ActionAnswer(page.actions(), page.unread(), page.refused()));
  }

  /**
   * Reads one page.
   *
   * @throws MissingDataException when the answer is no page of corporate actions
   */
  public static Page page(JsonNode answer) {
    JsonNode kinds = answer.path(KEY);
    if (!kinds.isObject() && !kinds.isNull()) {
      throw new MissingDataException(
          KEY, AlpacaAnswer.WHOLE, "answered with " + JsonFields.quoted(answer));
    }
    List<CorporateAction> taken = new ArrayList<>();
    List<RefusedRow> refused = new ArrayList<>();
    List<ActionAnswer.Unread> unread = new ArrayList<>();
    Set<String> symbols = new LinkedHashSet<>();
    kinds
        .properties()
        .forEach(
            kind -> {
              JsonNode rows = kind.getValue();
              if (!rows.isArray() && !rows.isNull()) {
                throw new MissingDataException(
                    kind.getKey(), AlpacaAnswer.WHOLE, "not a list: " + JsonFields.quoted(rows));
              }
              for (JsonNode row : rows) {
                String symbol = symbol(row);
                try {
                  CorporateAction action = action(kind.getKey(), row, symbol);
                  if (action != null) {
                    symbols.add(symbol);
                    taken.add(action);
                  }
                } catch (MissingDataException malformed) {
                  refused.add(new RefusedRow(symbol, malformed.getMessage(), row.toString()));
                  unread.add(new ActionAnswer.Unread(symbol, id(row), null));
                }
              }
            });
    return new Page(taken, symbols, AlpacaPage.token(answer), refused, unread);
  }

  /** The share whose price or name is changed, under whichever field it stands. */
  private static String symbol(JsonNode row) {
    for (String field : List.of("symbol", "old_symbol", "source_symbol", "acquiree_symbol")) {
      JsonNode symbol = row.path(field);
      if (JsonFields.isName(symbol)) {
        return symbol.textValue();
      }
    }
    return "?";
  }

  private static CorporateAction action(String kind, JsonNode row, String symbol) {
    return switch (kind) {
      case "forward_splits", "reverse_splits" ->
          shares(row, symbol, "split", ratio(row, "new_rate", "old_rate", symbol), "new_symbol");
      case "stock_dividends" ->
          shares(row, symbol, "stock_dividend", stockDividend(row, symbol), "new_symbol");
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
          told(
              row,
              symbol,
              "merger",
              cashBeside(row, symbol),
              ratio(row, "acquirer_rate", "acquiree_rate", symbol),
              other(row, "acquirer_symbol", symbol));
      case "name_changes" -> {
        String renamed = JsonFields.requiredName(row, "new_symbol", symbol);
        // A change of the company's name or of its CUSIP alone leaves the symbol as it is.
        yield renamed.equals(symbol) ? null : told(row, symbol, "name_change", null, null, renamed);
      }
      case "worthless_removals" -> told(row, symbol, "worthless_removal", null, null, null);
      default -> null;
    };
  }

  private static CorporateAction shares(
      JsonNode row, String symbol, String action, BigDecimal ratio, String other) {
    return told(row, symbol, action, null, ratio, other(row, other, symbol));
  }

  private static CorporateAction cash(JsonNode row, String symbol, String action, String field) {
    return told(
        row, symbol, action, Decimals.plain(positive(row, field, known(symbol))), null, null);
  }

  private static CorporateAction told(
      JsonNode row,
      String symbol,
      String action,
      BigDecimal amount,
      BigDecimal ratio,
      String newSymbol) {
    return new CorporateAction(
        SOURCE,
        known(symbol),
        action,
        date(row, symbol),
        amount,
        ratio,
        newSymbol,
        id(row),
        processDate(row));
  }

  private static String id(JsonNode row) {
    String id = Text.storable(row.path("id").asText("").strip());
    return id.isEmpty() ? null : id;
  }

  /** The date by which Alpaca selects what it answers; one that cannot be read is no fault. */
  private static LocalDate processDate(JsonNode row) {
    try {
      return LocalDate.parse(row.path("process_date").asText(""));
    } catch (DateTimeException none) {
      return null;
    }
  }

  /** What a merger pays beside the shares, if anything. */
  private static BigDecimal cashBeside(JsonNode row, String symbol) {
    BigDecimal cash = JsonFields.decimal(row.path("cash_rate"), "cash_rate", symbol);
    return cash == null || cash.signum() == 0 ? null : positive(row, "cash_rate", symbol);
  }

  private static BigDecimal ratio(JsonNode row, String shares, String of, String symbol) {
    BigDecimal many = positive(row, shares, symbol);
    BigDecimal few = positive(row, of, symbol);
    return ActionAnswer.checkedRatio(
        Decimals.plain(many.divide(few, MathContext.DECIMAL128)),
        many.toPlainString() + " for " + few.toPlainString(),
        symbol);
  }

  private static BigDecimal stockDividend(JsonNode row, String symbol) {
    BigDecimal rate = positive(row, "rate", symbol);
    return ActionAnswer.checkedRatio(
        rate.add(BigDecimal.ONE), rate.toPlainString() + " for 1", symbol);
  }

  private static BigDecimal positive(JsonNode row, String field, String symbol) {
    BigDecimal number =
        JsonFields.required(JsonFields.decimal(row.path(field), field, symbol), field, symbol);
    if (number.signum() <= 0) {
      throw new MissingDataException(field, symbol, "not above zero: " + number.toPlainString());
    }
    return number;
  }

  /** Kinds that have no ex-date take effect on another date. */
  private static LocalDate date(JsonNode row, String symbol) {
    for (String field : List.of("ex_date", "effective_date", "process_date")) {
      String date = JsonFields.text(row.path(field));
      if (date != null && !date.isBlank()) {
        try {
          return LocalDate.parse(date);
        } catch (DateTimeException malformed) {
          throw new MissingDataException(
              field, symbol, "not a date: " + JsonFields.quoted(row.path(field)));
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

  private static String other(JsonNode row, String field, String symbol) {
    String other = JsonFields.name(row.path(field), field, symbol);
    return other == null || other.isBlank() ? null : other;
  }
}
