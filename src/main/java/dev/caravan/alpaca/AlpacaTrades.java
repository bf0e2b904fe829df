package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Trade;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads one page of Alpaca's historical trades (reference alpaca-rest, section 4): {@code
 * {"trades": {"AAPL": [{t,x,p,s,c,i,z,u}]}, "next_page_token": null}}, where {@code u} stands only
 * on a trade that was changed later.
 */
public final class AlpacaTrades {
  private static final Set<String> UPDATES = Set.of("canceled", "incorrect", "corrected");

  /** No day of New York is longer. */
  private static final Duration A_DAY_AND_AN_HOUR = Duration.ofHours(25);

  private AlpacaTrades() {}

  /**
   * One page.
   *
   * @param trades in the order served: by symbol, then by time
   */
  public record Page(
      List<Trade> trades, Set<String> symbols, String nextPageToken, List<RefusedRow> refused)
      implements AlpacaPage {
    public Page {
      trades = List.copyOf(trades);
      symbols = Collections.unmodifiableSet(new LinkedHashSet<>(symbols));
      refused = List.copyOf(refused);
    }

    @Override
    public List<Trade> taken() {
      return trades;
    }

    @Override
    public Map<String, Instant> newest() {
      return AlpacaPage.newest(trades, Trade::symbol, Trade::ts);
    }

    /** The time of the earliest trade; null of a page without any. */
    public Instant from() {
      return trades.stream().map(Trade::ts).min(Comparator.naturalOrder()).orElse(null);
    }

    /** A time that no correction of one of these trades is after, since it is of the same day. */
    public Instant to() {
      return trades.stream()
          .map(trade -> trade.ts().plus(A_DAY_AND_AN_HOUR))
          .max(Comparator.naturalOrder())
          .orElse(null);
    }

    /** Camel hashes what an expression walks through, and a page has ten thousand rows. */
    @Override
    public int hashCode() {
      return Objects.hash(symbols, nextPageToken, trades.size());
    }
  }

  /**
   * Reads one page.
   *
   * @param feed under which the trades are stored; the answer does not name it
   * @throws MissingDataException when the answer is no page of trades
   */
  public static Page page(JsonNode answer, String feed) {
    Map<String, JsonNode> lists = AlpacaPage.lists(answer, "trades");
    List<RefusedRow> refused = new ArrayList<>();
    List<Trade> trades = AlpacaPage.rows(lists, (row, symbol) -> trade(row, symbol, feed), refused);
    refused.replaceAll(row -> row.of(feed, "-"));
    return new Page(trades, lists.keySet(), AlpacaPage.token(answer), refused);
  }

  private static Trade trade(JsonNode row, String symbol, String feed) {
    Instant ts = JsonFields.required(JsonFields.time(row.path("t"), "t", symbol), "t", symbol);
    return new Trade(
        symbol,
        ts,
        ts.getNano() % 1000,
        JsonFields.requiredName(row, "x", symbol),
        JsonFields.required(JsonFields.whole(row.path("i"), "i", symbol), "i", symbol),
        notNegative(row, "p", symbol),
        notNegative(row, "s", symbol),
        AlpacaPage.conditions(row.path("c"), symbol),
        JsonFields.name(row.path("z"), "z", symbol),
        feed,
        status(row.path("u"), symbol));
  }

  private static BigDecimal notNegative(JsonNode row, String field, String symbol) {
    BigDecimal number =
        JsonFields.required(JsonFields.decimal(row.path(field), field, symbol), field, symbol);
    if (number.signum() < 0) {
      throw new MissingDataException(field, symbol, "negative: " + number.toPlainString());
    }
    return number;
  }

  private static String status(JsonNode update, String symbol) {
    if (JsonFields.absent(update)) {
      return "valid";
    }
    String status = JsonFields.text(update);
    if (status == null || !UPDATES.contains(status)) {
      // Whether such a trade still counts is not known, and a guess would be stored for ever.
      throw new MissingDataException(
          "u", symbol, "not a known status: " + JsonFields.quoted(update));
    }
    return status;
  }
}
