package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stream.AlpacaStreamConstants;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream is started a minute before the session, and the server's first answer may be late. */
class SessionBeginIT extends CaravanTestSupport {
  private static final String STARTED = "2025-11-20T08:59:10Z";

  private static final List<String> UNTIL_THE_ANSWER =
      List.of(
          "bars AAPL 2025-11-20 09:00:00 2025-11-20 09:07:20",
          "corrections AAPL 2025-11-20 09:00:00 2025-11-20 09:07:20",
          "trades AAPL 2025-11-20 09:00:00 2025-11-20 09:07:20");

  private final MovableClock clock = new MovableClock(STARTED);

  SessionBeginIT() {
    // Nothing is scheduled here; it says that the stream is wanted in the sessions.
    set("caravan.schedule.stream", "session");
    set("caravan.stream.channels", "trades,bars");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void start() {
    clock.set(STARTED);
    symbols("AAPL");
    database.execute(
        "insert into stream_watermarks (source, feed, stored_to)"
            + " values ('alpaca', 'iex', '2025-11-20 00:59:58+00')");
    template.sendBody("direct:stream-missed", "");
    assertThat(gaps()).isEmpty();
  }

  @Test
  void ofASessionThatBeganBeforeTheFirstAnswerIsOwedWhatWasBeforeIt() {
    subscribed("2025-11-20T09:07:20Z");

    assertThat(gaps()).isEqualTo(UNTIL_THE_ANSWER);

    database.execute("delete from gaps");
    subscribed("2025-11-20T09:07:50Z");
    assertThat(gaps()).as("it is owed once").isEmpty();
  }

  @Test
  void anAnswerBeforeTheSessionOwesNothing() {
    subscribed("2025-11-20T08:59:50Z");
    subscribed("2025-11-20T08:59:59Z");

    assertThat(gaps()).isEmpty();
  }

  /** The first attempt hangs until the session has begun, and fails then. */
  @Test
  void ofASessionThatBeganWhileNoConnectionWasToBeHadAllIsOwed() {
    clock.set("2025-11-20T09:00:12Z");
    template.sendBodyAndHeaders(
        "direct:stream-lost",
        "",
        Map.of(
            AlpacaStreamConstants.REASON,
            "no connection",
            AlpacaStreamConstants.AT,
            Instant.parse("2025-11-20T09:00:12Z")));
    subscribed("2025-11-20T09:07:20Z");

    assertThat(gaps()).isEqualTo(UNTIL_THE_ANSWER);
  }

  /** The statement may have waited for the ledger while the server answered. */
  @Test
  void whatIsDeliveredMeanwhileIsOwedUpToThereAndNoLonger() {
    subscribed("2025-11-20T09:07:20Z");
    database.execute("delete from gaps");
    clock.set("2025-11-20T09:07:30Z");
    template.sendBody("direct:stream-missed", "");

    assertThat(gaps()).isEqualTo(UNTIL_THE_ANSWER);

    template.sendBody("direct:stream-missed", "");
    assertThat(gaps()).as("it is owed once").hasSize(3);
  }

  @Test
  void whatIsDeliveredSinceBeforeTheSessionIsNotOwed() {
    subscribed("2025-11-20T08:59:50Z");
    clock.set("2025-11-20T09:07:30Z");
    template.sendBody("direct:stream-missed", "");

    assertThat(gaps()).isEmpty();
  }

  /** Somebody else can reach the database while Caravan cannot. */
  @Test
  void aSymbolThatWasRemovedMeanwhileIsOwedUntilThen() {
    database.execute(
        "insert into symbols (symbol, sources) values ('IBM', '{alpaca}'), ('MSFT', '{alpaca}')");
    removed("IBM", "2025-11-20T08:30:00Z");
    removed("MSFT", "2025-11-20T09:04:00Z");
    subscribed("2025-11-20T09:07:20Z");

    assertThat(gaps())
        .filteredOn(gap -> !gap.contains("AAPL"))
        .containsExactly(
            "bars MSFT 2025-11-20 09:00:00 2025-11-20 09:04:00",
            "corrections MSFT 2025-11-20 09:00:00 2025-11-20 09:04:00",
            "trades MSFT 2025-11-20 09:00:00 2025-11-20 09:04:00");
  }

  /** Both clocks go on while others have the ledger. */
  @Test
  void whatWasMadeActiveIsOwedSinceThenHoweverLongTheLedgerIsWaitedFor() throws Exception {
    Instant begun = Instant.parse("2025-11-20T09:07:20Z");
    clock.set(begun.toString());
    database.execute("insert into symbols (symbol, sources) values ('IBM', '{alpaca}')");
    try (Connection holder = database.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute(
          "select pg_advisory_xact_lock(hashtext('caravan ledger'), hashtext('iex'))");
      database.execute("insert into symbol_activations values ('IBM', clock_timestamp())");
      Future<?> activated = template.asyncSendBody("direct:stream-activated", "");
      await()
          .until(
              () ->
                  database.count(
                          "select count(*) from pg_locks join symbol_activations"
                              + " on activated_at < clock_timestamp() - interval '3 s'"
                              + " where locktype = 'advisory' and not granted")
                      > 0);
      clock.set(begun.plusSeconds(3).toString());
      holder.rollback();
      activated.get();
    }

    assertThat(
            database.count(
                "select count(*) from gaps where symbol = 'IBM'"
                    + " and from_ts between '2025-11-20 09:07:18+00' and '2025-11-20 09:07:20+00'"))
        .isEqualTo(3);
  }

  private void removed(String symbol, String at) {
    database.execute(
        "do $$ begin perform set_config('caravan.changed_at', '%s', true);".formatted(at)
            + " update symbols set status = 'inactive' where symbol = '%s'; end $$"
                .formatted(symbol));
  }

  private void subscribed(String at) {
    clock.set(at);
    template.sendBodyAndHeader(
        "direct:stream-subscribed",
        "{\"T\":\"subscription\",\"trades\":[\"AAPL\"],\"bars\":[\"AAPL\"]}",
        AlpacaStreamConstants.AT,
        Instant.parse(at));
  }

  private List<String> gaps() {
    return database
        .query(
            "select concat_ws(' ', dataset, symbol, from_ts at time zone 'UTC', to_ts at time zone 'UTC')"
                + " as text from gaps order by 1")
        .stream()
        .map(row -> (String) row.get("text"))
        .toList();
  }
}
