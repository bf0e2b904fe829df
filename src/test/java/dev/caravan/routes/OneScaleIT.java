package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.MarketCalendar;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prices of one series are on one scale and in one currency, whatever Yahoo does to them. */
class OneScaleIT extends CaravanTestSupport {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private final Canned yahoo = new Canned();

  /** The last 62 sessions that are over. */
  private final List<LocalDate> days = sessions(62);

  OneScaleIT() {
    set("caravan.yahoo.url", yahoo.url());
    set("caravan.alpaca.data-url", yahoo.url());
    set("caravan.retry.attempts", "1");
  }

  @BeforeEach
  void forget() {
    yahoo.reset();
  }

  @AfterAll
  void close() {
    yahoo.close();
  }

  // ------------------------------------------------------------------------------------- splits

  @Test
  void aSplitThatIsAnnouncedBeforeItIsInTheHistoryLeavesNoBarOnTheOldScale() {
    symbols("AAA");
    String split = split(days.get(60), 10, 1);
    load(chart("USD", "", prices(60, 1000)));
    load(chart("USD", split, prices(60, 1000, 1, 100)));
    assertThat(closes()).containsExactly("1000 60", "100 1");
    assertThat(adjusted()).as("it is announced, and no price has it yet").containsExactly("100 61");

    load(chart("USD", split, prices(60, 1000, 2, 100)));
    assertThat(adjusted()).containsExactly("100 62");
    load(chart("USD", split, prices(62, 100)));

    assertThat(closes()).containsExactly("100 62");
    assertThat(adjusted()).containsExactly("100 62");
    assertThat(database.count("select count(*) from bar_revisions where close = 1000"))
        .isEqualTo(60);
  }

  @Test
  void aSplitThatIsTakenInLongAfterItsDateIsSeenAllTheSame() {
    symbols("AAA");
    String split = split(days.get(30), 10, 1);
    load(chart("USD", "", prices(30, 1000)));
    load(chart("USD", split, prices(30, 1000, 31, 100)));
    assertThat(adjusted()).containsExactly("100 61");

    load(chart("USD", split, prices(62, 100)));

    assertThat(closes()).containsExactly("100 62");
    assertThat(adjusted()).containsExactly("100 62");
  }

  @Test
  void aSplitThatIsAnnouncedAndTakenInAtOnceIsRead() {
    symbols("AAA");
    load(chart("USD", "", prices(60, 1000)));

    load(chart("USD", split(days.get(60), 10, 1), prices(61, 100)));

    assertThat(closes()).containsExactly("100 61");
    assertThat(adjusted()).containsExactly("100 61");
  }

  @Test
  void aSplitThatNeverComesChangesNothing() {
    symbols("AAA");
    load(chart("USD", "", prices(60, 1000)));
    load(chart("USD", split(days.get(60), 10, 1), prices(61, 1000)));
    assertThat(adjusted()).containsExactly("1000 61");

    load(chart("USD", "", prices(62, 1000)));

    assertThat(closes()).containsExactly("1000 62");
    assertThat(adjusted()).containsExactly("1000 62");
  }

  @Test
  void anAdjustmentThatNobodyAnnouncedIsReadAndTakenBackWithIt() {
    symbols("AAA");
    load(chart("USD", "", prices(60, 1000)));
    load(chart("USD", "", prices(61, 950)));
    assertThat(closes()).as("a spin-off").containsExactly("950 61");

    load(chart("USD", "", prices(61, 1000)));
    assertThat(closes()).containsExactly("1000 61");
  }

  @Test
  void twoSplitsInARowEndOnOneScaleAlsoAReverseOne() {
    symbols("AAA");
    String first = split(days.get(40), 1, 190);
    String both = first + "," + split(days.get(50), 2, 1);
    load(chart("USD", "", prices(40, 0.02)));
    load(chart("USD", first, prices(40, 0.02, 3, 3.8)));
    assertThat(closes()).containsExactly("0.02 40", "3.8 3");
    assertThat(adjusted()).containsExactly("3.8 43");
    load(chart("USD", first, prices(50, 3.8)));
    assertThat(closes()).containsExactly("3.8 50");
    load(chart("USD", both, prices(50, 3.8, 2, 1.9)));
    assertThat(adjusted()).containsExactly("1.9 52");

    load(chart("USD", both, prices(55, 1.9)));

    assertThat(closes()).containsExactly("1.9 55");
    assertThat(adjusted()).containsExactly("1.9 55");
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
  }

  @Test
  void aSeriesThatAnOldCaravanMixedOutsideTheOverlapIsReadAgainOnce() {
    symbols("AAA");
    load(chart("USD", "", prices(60, 100)));
    database.execute(
        "update bars set open = 1000, high = 1000, low = 1000, close = 1000 where symbol = 'AAA'"
            + " and ts < '%s'".formatted(days.get(30)));
    assertThat(closes()).containsExactly("1000 30", "100 30");
    // As the migration from 0.1.0 marks it.
    database.execute("insert into mixed_series (source, symbol) values ('yahoo', 'AAA')");

    load(chart("USD", "", prices(61, 100)));
    assertThat(closes()).containsExactly("100 61");
    assertThat(yahoo.asked()).as("the overlap, and all of it").hasSize(2);
    load(chart("USD", "", prices(62, 100)));
    assertThat(closes()).containsExactly("100 62");
    assertThat(yahoo.asked()).as("the overlap alone").hasSize(1);
  }

  @Test
  void aRereadThatFailsWritesNothingAndTheNextRunDoesIt() {
    symbols("AAA");
    load(chart("USD", "", prices(60, 1000)));
    String all = chart("USD", split(days.get(60), 10, 1), prices(61, 100));
    yahoo.reset();
    yahoo.on("/v8", ok(all), status(500, "half"));

    assertThat(run("yahoo-bars")).containsEntry("status", "failed");
    assertThat(closes()).containsExactly("1000 60");
    assertThat(database.count("select count(*) from corporate_actions")).isZero();

    load(all);
    assertThat(closes()).containsExactly("100 61");
  }

  @Test
  void barsThatTheNewAnswerLacksAreOnTheScaleOfTheOthers() {
    symbols("AAA");
    load(chart("USD", "", prices(60, 1000)));
    double[] holes = prices(60, 100);
    holes[7] = Double.NaN;

    load(chart("USD", "", holes));

    assertThat(closes()).containsExactly("100 60");
    assertThat(database.count("select count(*) from bars where volume = 70 and close = 100"))
        .as("shares of the one that was not served")
        .isEqualTo(1);
  }

  @Test
  void anOverlapOfOneBarIsEnough() {
    symbols("AAA");
    load(chart("USD", "", prices(1, 1000)));

    load(chart("USD", "", prices(2, 100)));

    assertThat(closes()).containsExactly("100 2");
  }

  @Test
  void aSessionThatIsAskedForAloneIsComparedWithThoseBesideIt() {
    symbols("AAA");
    load(chart("USD", "", prices(60, 1000)));
    yahoo.reset();
    yahoo.on("/v8", ok(chart("USD", "", prices(61, 100))));

    template.request(
        "direct:yahoo-bars",
        request -> {
          request.getMessage().setHeader("trigger", "command");
          request.setVariable("date", days.get(60));
        });

    assertThat(closes()).containsExactly("100 61");
  }

  // ------------------------------------------------------------------------------------ currency

  @Test
  void penceThatBecomePoundsChangePriceAndUnitTogether() {
    symbols("VOD.L");
    load(chart("GBp", "", prices(60, 250)));
    load(chart("GBP", "", prices(61, 2.5)));

    assertThat(closes()).containsExactly("2.5 61");
    assertThat(database.value("select currency from symbols")).isEqualTo("GBP");
    assertThat(database.count("select count(*) from bars where volume > 1000 or volume is null"))
        .as("no split")
        .isZero();
  }

  @Test
  void whereOnlyTheNewestRowsAreInTheNewUnitTheOlderOnesAreBroughtToIt() {
    symbols("VOD.L");
    load(chart("GBp", "", prices(60, 250)));

    load(chart("GBP", "", prices(60, 250, 1, 2.5)));
    assertThat(closes()).containsExactly("2.5 61");
    load(chart("GBP", "", prices(60, 250, 2, 2.5)));

    assertThat(closes()).containsExactly("2.5 62");
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
  }

  // --------------------------------------------------------------------------------------- levels

  @Test
  void aLevelThatStaysIsTakenAndOneSessionOfItWaits() {
    symbols("AAA");
    load(chart("USD", "", prices(57, 100)));
    load(chart("USD", "", prices(57, 100, 1, 0.2)));
    load(chart("USD", "", prices(57, 100, 2, 0.2)));
    assertThat(closes()).containsExactly("100 57");
    assertThat(database.count("select count(*) from quarantined_bars")).isEqualTo(2);
    assertThat(letters()).as("each once").isEqualTo(2);

    load(chart("USD", "", prices(57, 100, 3, 0.2)));

    assertThat(closes()).containsExactly("100 57", "0.2 3");
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
    assertThat(letters()).as("and settled by itself").isZero();
  }

  @Test
  void aCrashWithinASessionIsTakenWhenItStaysAndAnExtremeAloneWaitsToBeCorrected() {
    symbols("AAA");
    load(chart("USD", "", prices(57, 100)));
    String last = chart("USD", "", prices(57, 100, 3, 0.2));
    String open = "\"open\":[" + "100,".repeat(57);
    String high = "\"high\":[" + "100,".repeat(57);
    assertThat(last).contains(open + "0.2", high + "0.2");
    load(last.replace(open + "0.2", open + "100").replace(high + "0.2", high + "100"));
    assertThat(closes()).containsExactly("100 57", "0.2 3");
    assertThat(letters()).isZero();

    database.execute("truncate bars, read_watermarks");
    load(chart("USD", "", prices(60, 100)));
    String extreme = chart("USD", "", prices(62, 100)).replace(high + "100", high + "100000");
    load(extreme);
    assertThat(closes()).containsExactly("100 62");
    database.execute("delete from bars where ts >= '%s'".formatted(days.get(57)));
    load(extreme);
    assertThat(database.count("select count(*) from quarantined_bars")).isEqualTo(1);
    assertThat(letters()).isEqualTo(1);
    load(chart("USD", "", prices(62, 100)));
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
    assertThat(letters()).isZero();
    assertThat(closes()).containsExactly("100 62");
  }

  @Test
  void anErrorOfOneSessionIsNoBarAndIsLookedAtUntilItIsCorrected() {
    symbols("AAA");
    double[] prices = prices(30, 100);
    load(chart("USD", "", prices));
    prices = prices(31, 100);
    prices[30] = 10000;
    load(chart("USD", "", prices));
    assertThat(closes()).containsExactly("100 30");
    prices = prices(60, 100);
    prices[30] = 10000;
    load(chart("USD", "", prices));
    load(chart("USD", "", prices));
    assertThat(closes()).containsExactly("100 59");
    assertThat(database.count("select times from quarantined_bars")).isGreaterThan(2);
    assertThat(letters()).isEqualTo(1);

    load(chart("USD", "", prices(61, 100)));

    assertThat(closes()).containsExactly("100 61");
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
    assertThat(letters()).isZero();
  }

  @Test
  void anErrorThatLastedIsTakenOutWhenThePriceComesBack() {
    symbols("AAA");
    load(chart("USD", "", prices(50, 100)));
    load(chart("USD", "", prices(50, 100, 4, 10000)));
    assertThat(closes()).containsExactly("100 50", "10000 4");

    load(chart("USD", "", prices(50, 100, 4, 10000, 2, 100)));

    assertThat(closes()).containsExactly("100 52");
    assertThat(database.count("select count(*) from quarantined_bars")).isEqualTo(4);
    assertThat(database.count("select count(*) from bar_revisions where close = 10000"))
        .isEqualTo(4);
    load(chart("USD", "", prices(57, 100)));
    assertThat(closes()).containsExactly("100 57");
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
  }

  @Test
  void anotherSourceVouchesForALevelAtOnceOrSpeaksAgainstItForGood() {
    symbols("AAA");
    load(chart("USD", "", prices(55, 100)));
    alpaca(days.get(55), "0.21");
    load(chart("USD", "", prices(55, 100, 1, 0.2)));
    assertThat(closes()).containsExactly("100 55", "0.2 1");

    emptyTables();
    symbols("AAA");
    load(chart("USD", "", prices(55, 100)));
    for (int day = 55; day < 60; day++) {
      alpaca(days.get(day), "101");
    }
    load(chart("USD", "", prices(55, 100, 5, 10000)));
    assertThat(closes()).containsExactly("100 55");
    assertThat(database.count("select count(*) from quarantined_bars")).isEqualTo(5);
  }

  @Test
  void alpacasNewLevelIsTakenWhenItStaysToo() {
    symbols("AAA");
    alpacaPage(prices(55, 100));
    alpacaPage(prices(55, 100, 1, 0.2));
    alpacaPage(prices(55, 100, 2, 0.2));
    assertThat(closes()).containsExactly("100 55");
    assertThat(database.count("select count(*) from quarantined_bars")).isEqualTo(2);

    alpacaPage(prices(55, 100, 3, 0.2));

    assertThat(closes()).containsExactly("100 55", "0.2 3");
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
    assertThat(letters()).isZero();
  }

  @Test
  void alpacasErrorIsAskedForAgainHoweverFarTheReadingHasGone() {
    symbols("AAA");
    double[] prices = prices(60, 100);
    prices[30] = 10000;
    alpacaPage(prices);
    assertThat(closes()).containsExactly("100 59");

    alpacaPage(prices(61, 100));

    assertThat(alpacaAskedFrom()).isBeforeOrEqualTo(days.get(30));
    assertThat(closes()).containsExactly("100 61");
    assertThat(letters()).isZero();
    alpacaPage(prices(62, 100));
    assertThat(alpacaAskedFrom()).as("no longer than it waits").isAfter(days.get(30));
  }

  @Test
  void anAlpacaBarThatWaitsBeforeAnythingWasReadDoesNotHideTheFirstReading() {
    symbols("AAA");
    database.execute(
        "insert into quarantined_bars (source, feed, symbol, timeframe, ts, close, reason, payload)"
            + " values ('alpaca', 'sip', 'AAA', '1Day', '"
            + days.get(50)
            + " America/New_York', 9900, 'price jump', '{}')");

    alpacaPage(prices(62, 100));

    assertThat(alpacaAskedFrom()).isBefore(days.get(0));
    assertThat(database.count("select count(*) from quarantined_bars")).isZero();
  }

  // ---------------------------------------------------------------------------------------- kinds

  @Test
  void aYieldMayBeBelowZeroAndAFutureMayBeToo() {
    symbols("^IRX");
    double[] prices = prices(55, 0.002, 1, -0.015, 2, 0, 2, 0.3);
    load(chart("USD", "", prices));
    load(chart("USD", "", prices));

    assertThat(closes()).containsExactly("0.002 55", "-0.015 1", "0 2", "0.3 2");
    assertThat(letters()).isZero();
  }

  // ----------------------------------------------------------------------------------------------

  private void load(String chart) {
    yahoo.reset();
    yahoo.on("/v8", ok(chart));
    assertThat(run("yahoo-bars")).containsEntry("status", "succeeded");
  }

  private void alpacaPage(double[] prices) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < prices.length; i++) {
      rows.append(i == 0 ? "" : ",")
          .append("{\"t\":\"" + days.get(i).atStartOfDay(NEW_YORK).toInstant() + "\",\"o\":P")
          .append(",\"h\":P,\"l\":P,\"c\":P,\"v\":7,\"n\":1,\"vw\":P}");
      int from = rows.lastIndexOf("{");
      rows.replace(from, rows.length(), rows.substring(from).replace("P", text(prices[i])));
    }
    yahoo.reset();
    yahoo.on("/v2/stocks/bars", ok("{\"bars\":{\"AAA\":[" + rows + "]},\"next_page_token\":null}"));
    run("alpaca-daily-bars");
  }

  private LocalDate alpacaAskedFrom() {
    String uri = yahoo.asked().get(0).uri();
    return LocalDate.parse(uri.replaceAll(".*[?&]start=(\\d{4}-\\d{2}-\\d{2}).*", "$1"));
  }

  private void alpaca(LocalDate day, String close) {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " values ('alpaca', 'sip', 'AAA', '1Day', '"
            + day
            + " America/New_York', P, P, P, P, 1, true)".replace("P", close));
  }

  /** Yahoo's closes in their order, each with the number of sessions that it lasted. */
  private List<String> closes() {
    return runs("close");
  }

  private List<String> adjusted() {
    return runs("adjusted_close");
  }

  private List<String> runs(String column) {
    return database
        .query(
            "select trim_scale(price) || ' ' || count(*) as run from (select price, ts, row_number() over (order by ts)"
                + " - row_number() over (partition by price order by ts) as nth from (select ts, round("
                + column
                + ", 8) as price from bars_adjusted where source = (select max(source) from bars"
                + " where symbol <> 'AAA' or source = 'yahoo' or not exists (select from bars where source = 'yahoo'))"
                + ") p) r group by price, nth order by min(ts)")
        .stream()
        .map(row -> (String) row.get("run"))
        .toList();
  }

  private long letters() {
    return database.count("select count(*) from dead_letters where replayed_at is null");
  }

  /** Counts and prices in turn: {@code prices(60, 1000, 2, 100)}. */
  private static double[] prices(double... runs) {
    double[] prices = {};
    for (int i = 0; i < runs.length; i += 2) {
      int from = prices.length;
      prices = Arrays.copyOf(prices, from + (int) runs[i]);
      Arrays.fill(prices, from, prices.length, runs[i + 1]);
    }
    return prices;
  }

  private String split(LocalDate day, int numerator, int denominator) {
    long at = seconds(day);
    return "\""
        + at
        + "\":{\"date\":"
        + at
        + ",\"numerator\":"
        + numerator
        + ",\"denominator\":"
        + denominator
        + "}";
  }

  /** A whole history, a row a session; Yahoo may serve more than it was asked for. */
  private String chart(String currency, String splits, double[] prices) {
    String list =
        Arrays.stream(prices)
            .mapToObj(price -> Double.isNaN(price) ? "null" : text(price))
            .collect(Collectors.joining(",", "[", "]"));
    return "{\"chart\":{\"result\":[{\"meta\":{\"exchangeTimezoneName\":\"America/New_York\",\"currency\":\""
        + currency
        + "\"},\"timestamp\":["
        + days.subList(0, prices.length).stream()
            .map(day -> "" + seconds(day))
            .collect(Collectors.joining(","))
        + "],\"events\":{\"splits\":{"
        + splits
        + "}},\"indicators\":{\"quote\":[{\"open\":P,\"high\":P,\"low\":P,\"close\":P,\"volume\":V}]}}],\"error\":null}}"
            .replace("P", list)
            .replace("V", "[" + String.join(",", Collections.nCopies(prices.length, "7")) + "]");
  }

  private static String text(double price) {
    return BigDecimal.valueOf(price).stripTrailingZeros().toPlainString();
  }

  private static long seconds(LocalDate day) {
    return day.atTime(9, 30).atZone(NEW_YORK).toEpochSecond();
  }

  private static List<LocalDate> sessions(int count) {
    LocalDate last = MarketCalendar.sessionBefore(Instant.now());
    List<LocalDate> all = MarketCalendar.sessions(last.minusDays(200), last);
    return all.subList(all.size() - count, all.size());
  }
}
