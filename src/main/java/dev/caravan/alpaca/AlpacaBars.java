package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Bar;
import dev.caravan.market.BarCheck;
import dev.caravan.market.BarStart;
import dev.caravan.market.InstrumentKind;
import dev.caravan.market.PriceJumps;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one page of Alpaca's historical bars (reference alpaca-rest, sections 3, 4 and 8): {@code
 * {"bars": {"AAPL": [{t,o,h,l,c,v,n,vw}]}, "next_page_token": null}} for many symbols, {@code
 * {"bars": […], "symbol": "AAPL", …}} for one, whose {@code bars} is null when there is nothing.
 *
 * <p>Prices are raw, in US dollars, and stored exactly as served.
 */
public final class AlpacaBars {
  private static final String SOURCE = "alpaca";
  private static final String DAILY = "1Day";
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final Map<String, Duration> INTRADAY =
      Map.of(
          "1Min", Duration.ofMinutes(1),
          "5Min", Duration.ofMinutes(5),
          "15Min", Duration.ofMinutes(15),
          "1Hour", Duration.ofHours(1));

  /** Of every feed but this one a free plan is served 15 minutes late. */
  private static final String UNDELAYED = "iex";

  private static final Duration DELAY = Duration.ofMinutes(15);

  private AlpacaBars() {}

  /**
   * One page.
   *
   * @param bars in the order served: by symbol, then by time
   */
  public record Page(
      List<Bar> bars, Set<String> symbols, String nextPageToken, List<RefusedRow> refused)
      implements AlpacaPage {
    public Page {
      bars = List.copyOf(bars);
      symbols = Collections.unmodifiableSet(new LinkedHashSet<>(symbols));
      refused = List.copyOf(refused);
    }

    @Override
    public List<Bar> taken() {
      return bars;
    }

    @Override
    public Map<String, Instant> newest() {
      return AlpacaPage.newest(bars, Bar::symbol, Bar::ts);
    }

    /** The first bar of each symbol, for {@code sql/bars/select_before.sql}. */
    public List<PriceJumps.First> firsts() {
      return PriceJumps.firsts(bars);
    }

    /** The refused rows whose price jumps, as JSON: they wait in {@code quarantined_bars}. */
    public String waiting() {
      return PriceJumps.waiting(refused);
    }

    /** The refused rows that are malformed, as JSON: nothing will make bars of them. */
    public String malformed() {
      return PriceJumps.malformed(refused);
    }

    /** Camel hashes what an expression walks through, and a page has ten thousand rows. */
    @Override
    public int hashCode() {
      return Objects.hash(symbols, nextPageToken, bars.size());
    }
  }

  /**
   * A page without the bars that nothing vouches for; they are among the refused.
   *
   * @param before what is stored before the page's bars: the rows of {@code
   *     sql/bars/select_before.sql}
   * @param evidence what {@code sql/bars/select_evidence.sql} tells
   */
  public static Page judged(
      Page page, List<Map<String, Object>> before, List<Map<String, Object>> evidence) {
    PriceJumps.Checked checked =
        PriceJumps.judge(page.bars(), before, InstrumentKind.SHARE, evidence);
    List<RefusedRow> refused = new ArrayList<>(page.refused());
    checked
        .refused()
        .forEach(
            row -> refused.add(row.of(page.bars().get(0).feed(), page.bars().get(0).timeframe())));
    return new Page(checked.bars(), page.symbols(), page.nextPageToken(), refused);
  }

  /**
   * Reads one page.
   *
   * @param feed that was asked for; the answer does not repeat it
   * @param timeframe that was asked for: {@code 1Min}, {@code 5Min}, {@code 15Min}, {@code 1Hour}
   *     or {@code 1Day}
   * @param readAt when the answer was read: a bar whose period had not ended then is not complete,
   *     nor one of several minutes that ended less than 15 minutes before, unless the feed is iex
   * @throws MissingDataException when the answer is no page of bars
   * @throws IllegalArgumentException for another timeframe
   */
  public static Page page(JsonNode answer, String feed, String timeframe, Instant readAt) {
    if (!timeframe.equals(DAILY) && !INTRADAY.containsKey(timeframe)) {
      throw new IllegalArgumentException("No such timeframe: " + timeframe);
    }
    Map<String, JsonNode> lists = AlpacaPage.lists(answer, "bars");
    List<Bar> taken = new ArrayList<>();
    List<RefusedRow> refused = new ArrayList<>();
    lists.forEach(
        (symbol, rows) -> taken.addAll(bars(rows, feed, symbol, timeframe, readAt, refused)));
    refused.replaceAll(row -> row.of(feed, timeframe));
    return new Page(taken, lists.keySet(), AlpacaPage.token(answer), refused);
  }

  private static List<Bar> bars(
      JsonNode rows,
      String feed,
      String symbol,
      String timeframe,
      Instant readAt,
      List<RefusedRow> refused) {
    // A bar that is served twice is one bar, and the later row is the later word.
    Map<Instant, Bar> byTime = new LinkedHashMap<>();
    InstrumentKind kind = InstrumentKind.of(symbol);
    for (JsonNode row : rows) {
      try {
        Bar bar = bar(row, feed, symbol, timeframe, readAt);
        Optional<RefusedRow> fault = BarCheck.refused(bar, kind, row::toString);
        if (fault.isPresent()) {
          refused.add(fault.get());
        } else {
          byTime.put(bar.ts(), bar);
        }
      } catch (MissingDataException malformed) {
        refused.add(new RefusedRow(symbol, malformed.getMessage(), row.toString()));
      }
    }
    return List.copyOf(byTime.values());
  }

  private static Bar bar(
      JsonNode row, String feed, String symbol, String timeframe, Instant readAt) {
    Instant served = JsonFields.required(JsonFields.time(row.path("t"), "t", symbol), "t", symbol);
    Instant start = BarStart.of(timeframe, served);
    Instant end =
        timeframe.equals(DAILY)
            ? start.atZone(NEW_YORK).plusDays(1).toInstant()
            : start.plus(INTRADAY.get(timeframe)).plus(delay(feed, timeframe));
    return new Bar(
        SOURCE,
        feed,
        symbol,
        timeframe,
        start,
        price(row, "o", symbol),
        price(row, "h", symbol),
        price(row, "l", symbol),
        price(row, "c", symbol),
        JsonFields.decimal(row.path("v"), "v", symbol),
        JsonFields.whole(row.path("n"), "n", symbol),
        JsonFields.decimal(row.path("vw"), "vw", symbol),
        !readAt.isBefore(end),
        null);
  }

  /**
   * How long after its period a bar may still be short of what happened in it. A minute is never
   * asked for before the plan serves all of it; a longer bar can begin well before that.
   */
  private static Duration delay(String feed, String timeframe) {
    return feed.equals(UNDELAYED) || timeframe.equals("1Min") ? Duration.ZERO : DELAY;
  }

  private static BigDecimal price(JsonNode row, String field, String symbol) {
    return JsonFields.required(JsonFields.decimal(row.path(field), field, symbol), field, symbol);
  }
}
