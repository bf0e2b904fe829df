package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receipts of sessions against a simulated exchange, whose time is the test's. */
class ReceiptsIT extends CaravanTestSupport {
  /** The morning after Thursday, 2025-11-20. */
  private static final String FRIDAY_MORNING = "2025-11-21T11:00:00Z";

  private static final String THURSDAY = "2025-11-20";

  private final MovableClock clock = new MovableClock(FRIDAY_MORNING);
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  ReceiptsIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.schedule.stream", "always");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void begin() {
    clock.set(FRIDAY_MORNING);
    exchange.clearRequests();
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void whatIsMissingIsOwedThenRepairedAndTheReceiptSaysSo() {
    symbols("AAPL", "QQXY");

    assertThat(receipts(THURSDAY))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 2)
        .containsEntry("stored", 2)
        .containsEntry("error", null);
    assertThat(rows())
        .containsExactly(
            "alpaca iex AAPL 1Min 390 0 0 390 New York",
            "alpaca sip AAPL 1Day 1 0 0 1 New York",
            "alpaca sip AAPL 1Min 390 0 0 390 New York",
            "yahoo - AAPL 1Day 1 0 0 1 New York",
            "alpaca iex QQXY 1Min 390 0 0 390 New York",
            "alpaca sip QQXY 1Day 1 0 0 1 New York",
            "alpaca sip QQXY 1Min 390 0 0 390 New York",
            "yahoo - QQXY 1Day 1 0 0 1 New York");
    assertThat(
            values(
                "select concat_ws(' ', source, feed, dataset, timeframe, from_ts at time zone 'UTC',"
                    + " to_ts at time zone 'UTC', status, reason) from gaps where symbol = 'AAPL' order by 1"))
        .containsExactly(
            "alpaca iex bars 1Min 2025-11-20 14:30:00 2025-11-20 21:00:00 open"
                + " receipt: 390 of 390 bars missing",
            "alpaca sip bars 1Day 2025-11-20 05:00:00 2025-11-20 21:00:00 open"
                + " receipt: 1 of 1 bars missing",
            "alpaca sip bars 1Min 2025-11-20 14:30:00 2025-11-20 21:00:00 open"
                + " receipt: 390 of 390 bars missing",
            "yahoo - bars 1Day 2025-11-20 05:00:00 2025-11-20 21:00:00 open"
                + " receipt: 1 of 1 bars missing");

    receipts(THURSDAY);
    assertThat(count("gaps")).as("what is owed already is not owed twice").isEqualTo(8);

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 8);
    assertThat(count("gaps where status = 'filled'")).isEqualTo(8);
    assertThat(exchange.requests().stream().map(ServedRequest::path))
        .as("symbols of one session are asked for together")
        .hasSize(3 + 2);
    List<String> complete = rows();
    assertThat(complete)
        .contains(
            "alpaca sip AAPL 1Day 1 1 0 0 New York",
            // The simulated exchange trades it in every regular minute.
            "alpaca sip AAPL 1Min 390 390 0 0 New York",
            "yahoo - AAPL 1Day 1 1 0 0 New York")
        .allMatch(row -> row.endsWith(" 0 New York"));
    // It is thinly traded: what no bar is stored of was proved by the answer.
    long bars =
        count(
            "bars where symbol = 'QQXY' and feed = 'sip' and timeframe = '1Min'"
                + " and ts >= '2025-11-20 14:30+00' and ts < '2025-11-20 21:00+00'");
    assertThat(bars).isLessThan(390);
    assertThat(complete)
        .contains("alpaca sip QQXY 1Min 390 " + bars + " " + (390 - bars) + " 0 New York");
    assertThat(count("bars where feed = 'sip' and timeframe = '1Min' and symbol = 'AAPL'"))
        .as("the request was about regular hours, and two minutes before")
        .isLessThanOrEqualTo(392);

    receipts(THURSDAY);
    assertThat(rows()).isEqualTo(complete);
    assertThat(count("gaps where status = 'open'")).isZero();
  }

  @Test
  void aReceiptIsCountedAgainAlsoWhereTheClockOfTheDatabaseWasSetBackMeanwhile() {
    symbols("AAPL");
    receipts(THURSDAY);
    database.execute("update receipts set counted_at = now() + interval '90 s'");

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 4);

    assertThat(rows()).hasSize(4).allMatch(row -> row.endsWith(" 0 New York"));
    assertThat(count("gaps where not counted")).isZero();
  }

  @Test
  void rowsThatAreDeletedBehindCaravansBackAreMissingInTheNextReceiptAndComeBack() {
    symbols("AAPL", "QQXY");
    receipts(THURSDAY);
    run("repair");
    List<String> complete = rows();
    List<Object> before = bars();

    // Three minutes, one of them far from the others, of one; a hole of two hours of the other; a
    // day.
    String minutes = "delete from bars where feed = 'sip' and timeframe = '1Min' and ts ";
    database.execute(
        minutes
            + "in ('2025-11-20 15:00+00', '2025-11-20 15:01+00', '2025-11-20 15:10+00') and symbol = 'AAPL'");
    long hole =
        count(
            "bars where feed = 'sip' and timeframe = '1Min' and symbol = 'QQXY'"
                + " and ts >= '2025-11-20 16:00+00' and ts < '2025-11-20 18:00+00'");
    database.execute(
        minutes + ">= '2025-11-20 16:00+00' and ts < '2025-11-20 18:00+00' and symbol = 'QQXY'");
    database.execute("delete from bars where source = 'yahoo' and symbol = 'AAPL'");
    exchange.clearRequests();

    assertThat(receipts(THURSDAY)).containsEntry("status", "succeeded");
    assertThat(rows())
        .contains("alpaca sip AAPL 1Min 390 387 0 3 New York", "yahoo - AAPL 1Day 1 0 0 1 New York")
        .anyMatch(
            row ->
                row.startsWith("alpaca sip QQXY 1Min 390 ")
                    && row.endsWith(" " + hole + " New York"));
    assertThat(
            values(
                "select concat_ws(' ', symbol, timeframe, to_char(from_ts at time zone 'UTC', 'HH24:MI'),"
                    + " to_char(to_ts at time zone 'UTC', 'HH24:MI'), reason) from gaps where status = 'open'"
                    + " order by 1"))
        .containsExactly(
            "AAPL 1Day 05:00 21:00 receipt: 1 of 1 bars missing",
            "AAPL 1Min 15:00 15:11 receipt: 3 of 390 bars missing",
            "QQXY 1Min 14:30 21:00 receipt: " + hole + " of 390 bars missing");

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 3);
    assertThat(rows()).isEqualTo(complete);
    assertThat(bars()).containsAll(before);
  }

  @Test
  void aHalfDayHas210MinutesAndExtendedHoursAreNotCounted() {
    symbols("AAPL");
    clock.set("2025-12-01T11:00:00Z");
    // The day after Thanksgiving closes at 13:00, which is 18:00 UTC.
    for (String ts : List.of("14:29", "14:30", "17:59", "18:00")) {
      bar("alpaca", "sip", "AAPL", "1Min", "2025-11-28 " + ts + "+00");
    }

    receipts("2025-11-28");
    assertThat(rows())
        .contains(
            "alpaca sip AAPL 1Min 210 2 0 208 New York",
            "alpaca iex AAPL 1Min 210 0 0 210 New York");

    assertThat(run("repair")).containsEntry("status", "succeeded");
    assertThat(rows()).contains("alpaca sip AAPL 1Min 210 210 0 0 New York");
  }

  @Test
  void theEveningsReceiptDoesNotExpectTheMinutesThatTheNextMorningLoads() {
    symbols("AAPL");
    // 18:00 in New York, on Thursday.
    clock.set("2025-11-20T23:00:00Z");
    run("alpaca-daily-bars");
    run("yahoo-bars");

    assertThat(run("receipts")).containsEntry("status", "succeeded").containsEntry("expected", 1);
    assertThat(rows())
        .containsExactly(
            "alpaca iex AAPL 1Min 390 0 0 390 New York",
            "alpaca sip AAPL 1Day 1 1 0 0 New York",
            "yahoo - AAPL 1Day 1 1 0 0 New York");
  }

  @Test
  void aSymbolThatAFullAnswerLeavesOutIsMissingAsOneThatIsRefused() {
    symbols("ZZZZX", "ATC.220816");

    // Neither serves them; a malformed symbol is refused, and of a refusal nothing is proved.
    run("alpaca-daily-bars");
    receipts(THURSDAY);
    assertThat(rows())
        .contains(
            "alpaca sip ATC.220816 1Day 1 0 0 1 New York",
            "alpaca sip ZZZZX 1Day 1 0 0 1 New York",
            "yahoo - ZZZZX 1Day 1 0 0 1 New York");
    assertThat(values("select note from receipts where symbol = 'ZZZZX' and note is not null"))
        .containsExactly(
            "Alpaca's list of symbols has not been read yet; symbol-maintenance reads it");
    assertThat(
            values(
                "select proved_at from receipts where symbol = 'ZZZZX' and timeframe = '1Day' and feed = 'sip'"))
        .doesNotContainNull();

    // Whoever is not active is owed nothing.
    database.execute("update symbols set status = 'inactive'");
    assertThat(receipts("2025-11-19")).containsEntry("status", "skipped");
    assertThat(count("receipts where session = '2025-11-19'")).isZero();
  }

  @Test
  void exchangesWhoseCalendarIsNotKnownSayThatAndExpectNothing() {
    symbols("VOD.L", "BTC-USD", "^GSPC");
    clock.set("2025-11-25T11:00:00Z");
    database.execute(
        "update symbols set time_zone = case symbol when 'VOD.L' then 'Europe/London' when 'BTC-USD'"
            + " then 'UTC' else 'America/New_York' end");
    bar("yahoo", "-", "VOD.L", "1Day", "2025-11-24 00:00 Europe/London");
    // The simulated exchange has no weekends of it.
    bar("yahoo", "-", "BTC-USD", "1Day", "2025-11-22 00:00 UTC");
    bar("yahoo", "-", "BTC-USD", "1Day", "2025-11-23 00:00 UTC");

    receipts("2025-11-24");
    assertThat(
            values(
                "select concat_ws(' ', symbol, session, coalesce(expected::text, '?'), stored, no_trade,"
                    + " coalesce(missing::text, '?'), calendar) from receipts order by symbol collate \"C\", session"))
        .containsExactly(
            // What is traded every day is owed the weekend with the Monday after it.
            "BTC-USD 2025-11-22 1 1 0 0 every day",
            "BTC-USD 2025-11-23 1 1 0 0 every day",
            "BTC-USD 2025-11-24 1 0 0 1 every day",
            "VOD.L 2025-11-24 ? 1 0 ? unknown: Europe/London",
            "^GSPC 2025-11-24 1 0 0 1 New York");
    assertThat(values("select symbol from gaps group by symbol order by symbol collate \"C\""))
        .containsExactly("BTC-USD", "^GSPC");

    assertThat(run("repair")).containsEntry("status", "succeeded");
    assertThat(values("select distinct missing from receipts where expected is not null"))
        .containsExactly(0);
  }

  @Test
  void aDayThatCannotBeCountedIsRefusedWithTheReason() {
    symbols("AAPL");
    assertThat(receipts("2025-11-16"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .contains("2025-11-16 is no session of the New York exchanges", "2025-11-14");
    clock.set("2025-11-21T21:15:59Z");
    assertThat(receipts("2025-11-21"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .contains("2025-11-21T21:16:00Z");
    assertThat(count("receipts")).isZero();

    assertThat(run("receipts")).containsEntry("status", "succeeded");
    assertThat(values("select distinct session::text from receipts")).containsExactly(THURSDAY);
    clock.set("2025-11-21T21:16:00Z");
    run("receipts");
    assertThat(values("select distinct session::text from receipts order by 1"))
        .containsExactly(THURSDAY, "2025-11-21");
  }

  @Test
  void whatYahooDoesNotServeStaysOwedAndIsNeverTakenForADayWithoutTrades() {
    symbols("ZZZZX");
    receipts(THURSDAY);
    run("repair");
    assertThat(
            values(
                "select concat_ws(' ', source, status, attempts, last_error) from gaps"
                    + " where timeframe = '1Day' order by 1"))
        .containsExactly(
            "alpaca open 0 a full answer has nothing of ZZZZX, which proves nothing as long as Alpaca's"
                + " word is lacking that it was listed and active then: Alpaca's list of 2025-11-21 does"
                + " not have it",
            "yahoo open 1 Invalid symbol: ZZZZX");
    assertThat(rows())
        .contains(
            "alpaca sip ZZZZX 1Day 1 0 0 1 New York",
            "alpaca sip ZZZZX 1Min 390 0 0 390 New York",
            "yahoo - ZZZZX 1Day 1 0 0 1 New York");
  }

  @Test
  void everySessionSinceTheFirstRunHasItsReceiptsAfterACatchUp() {
    symbols("AAPL");
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " values ('yahoo-bars', 'schedule', 'succeeded', '2025-11-18 22:00+00', now(), 'test')");

    // AAPL in two receipts, the list, the corporate actions and the hours.
    assertThat(run("catch-up")).containsEntry("status", "succeeded").containsEntry("expected", 5);
    // It was first run after Tuesday's close.
    assertThat(values("select distinct session::text from receipts order by 1"))
        .containsExactly("2025-11-19", THURSDAY);
    assertThat(
            values(
                "select concat_ws(' ', flow, trigger, status) from flow_runs where parent_run_id ="
                    + " (select run_id from flow_runs where flow = 'catch-up')"))
        .containsExactlyInAnyOrder(
            "receipts flow succeeded",
            "receipts flow succeeded",
            "symbol-maintenance flow succeeded",
            "alpaca-corporate-actions flow succeeded",
            "hourly-process flow succeeded");

    assertThat(run("catch-up"))
        .as("nothing is owed")
        .containsEntry("status", "succeeded")
        .containsEntry("expected", null);
    clock.set("2025-11-22T15:00:00Z");
    run("catch-up");
    assertThat(values("select distinct session::text from receipts order by 1"))
        .containsExactly("2025-11-19", THURSDAY, "2025-11-21");
  }

  @Test
  void manySymbolsAreCountedAtOnceAndAreAskedForTogether() {
    database.execute(
        "insert into symbols (symbol) select 'Q' || chr(65 + n / 676) || chr(65 + n / 26 % 26) || chr(65 + n % 26)"
            + " from generate_series(0, 199) n");
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final)"
            + " select 'alpaca', 'sip', symbol, '1Min', ts, 1, 1, 1, 1, true from symbols,"
            + " generate_series(timestamptz '2025-11-20 14:30+00', '2025-11-20 20:59+00', interval '1 min') ts"
            // Every symbol lacks minutes of its own, and the first ones nothing.
            + " where symbol < 'QAAC' or mod(hashtext(symbol || ts), 10) <> 0");

    assertThat(receipts(THURSDAY)).containsEntry("stored", 200);
    assertThat(
            database.count(
                "select sum(stored) from receipts where timeframe = '1Min' and feed = 'sip'"))
        .isEqualTo(count("bars"));
    assertThat(
            values(
                "select concat_ws(' ', count(*), count(distinct (from_ts, to_ts))) from gaps"
                    + " where feed = 'sip' and timeframe = '1Min'"))
        .containsExactly("198 1");
  }

  private Map<String, Object> receipts(String date) {
    Exchange ran =
        template.request(
            "direct:receipts",
            request -> {
              request.getMessage().setHeader("trigger", "command");
              request.setVariable("date", LocalDate.parse(date));
            });
    Map<?, ?> ended = (Map<?, ?>) ran.getMessage().getBody(List.class).get(0);
    return database.query("select * from flow_runs where run_id = " + ended.get("run_id")).get(0);
  }

  private List<String> rows() {
    return values(
            "select concat_ws(' ', source, feed, symbol, timeframe, expected, stored, no_trade, missing,"
                + " calendar) from receipts order by symbol, source, feed, timeframe")
        .stream()
        .map(Object::toString)
        .toList();
  }

  private List<Object> bars() {
    return values(
        "select concat_ws(' ', source, feed, symbol, timeframe, ts, open, high, low, close, volume)"
            + " from bars where timeframe = '1Min' order by 1");
  }

  private void bar(String source, String feed, String symbol, String timeframe, String ts) {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final) values ('"
            + String.join("', '", source, feed, symbol, timeframe, ts)
            + "', 100, 100, 100, 100, true)");
  }

  private long count(String from) {
    return database.count("select count(*) from " + from);
  }

  private List<Object> values(String sql) {
    return database.query(sql).stream().map(row -> row.values().iterator().next()).toList();
  }
}
