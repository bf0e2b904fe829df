package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ledger by one clock: that of the database is another day's here, and decides nothing. */
class LedgerClockIT extends CaravanTestSupport {
  private static final String NOON = "2025-11-20T17:00:00Z";

  private final MovableClock ours = new MovableClock(NOON);
  private final MovableClock theirs = new MovableClock(NOON);
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withClock(theirs).withAlpacaRequestsPerMinute(0));

  LedgerClockIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.schedule.stream", "always");
  }

  @Override
  protected Clock clock() {
    return ours;
  }

  @BeforeEach
  void begin() {
    ours.set(NOON);
    theirs.set(NOON);
    symbols("AAPL");
    listed("2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z", "AAPL");
    // An answer tells what time it is at the exchange.
    owe("2025-11-20 14:00+00", "'2025-11-20 14:01+00'");
    run("repair");
    database.execute("delete from gaps");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void aGapThatGoesOnIsCutAtTheTimeOfTheProcess() {
    owe("2025-11-20 16:50+00", "null");

    run("repair");

    assertThat(gaps())
        .containsExactly(
            "2025-11-20 16:50:00 to 2025-11-20 17:00:00 open",
            "2025-11-20 17:00:00 to going on open");
  }

  @Test
  void whatEndedLessThan15SecondsAgoIsNotAskedForYet() {
    owe("2025-11-20 16:50+00", "'2025-11-20 16:59:46+00'");

    run("repair");
    assertThat(gaps()).containsExactly("2025-11-20 16:50:00 to 2025-11-20 16:59:46 open");

    ours.advance(Duration.ofSeconds(5));
    theirs.advance(Duration.ofSeconds(5));
    run("repair");
    assertThat(gaps()).containsExactly("2025-11-20 16:50:00 to 2025-11-20 16:59:46 no_trades");
  }

  @Test
  void whereWeAreAheadOfTheExchangeAGapWaitsUntilItIsOverThere() {
    theirs.set("2025-11-20T16:58:30Z");
    owe("2025-11-20 14:00+00", "'2025-11-20 14:01+00'");
    run("repair");
    database.execute("delete from gaps");
    owe("2025-11-20 16:58+00", "'2025-11-20 16:59:30+00'");

    run("repair");
    assertThat(gaps()).containsExactly("2025-11-20 16:58:00 to 2025-11-20 16:59:30 open");

    theirs.advance(Duration.ofSeconds(80));
    ours.advance(Duration.ofSeconds(80));
    run("repair");
    assertThat(gaps()).containsExactly("2025-11-20 16:58:00 to 2025-11-20 16:59:30 no_trades");
  }

  @Test
  void anAnswerThatWasAskedForBeforeTheEndOfAGapSettlesNothingAndCountsNoAttempt() {
    // Between the choice of what is due and the answer it shows that our clock is ahead.
    theirs.set("2025-11-20T16:58:30Z");
    owe("2025-11-20 16:58+00", "'2025-11-20 16:59:30+00'");

    run("repair");

    assertThat(gaps()).containsExactly("2025-11-20 16:58:00 to 2025-11-20 16:59:30 open");
    assertThat(database.query("select attempts, last_error from gaps"))
        .containsExactly(
            Map.of("attempts", 0, "last_error", "it was asked for too soon after its end"));
  }

  private void owe(String from, String to) {
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, reason)"
            + " values ('alpaca', 'iex', 'trades', 'AAPL', '"
            + from
            + "', "
            + to
            + ", 'test')");
  }

  private List<Object> gaps() {
    return database
        .query(
            "select concat_ws(' ', from_ts at time zone 'UTC', 'to',"
                + " coalesce((to_ts at time zone 'UTC')::text, 'going on'), status) as text"
                + " from gaps order by from_ts")
        .stream()
        .map(row -> row.get("text"))
        .toList();
  }
}
