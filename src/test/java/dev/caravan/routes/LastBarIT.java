package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.stream.AlpacaStreamConstants;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bar may be revised, and a trade corrected, after its symbol was unsubscribed. */
class LastBarIT extends CaravanTestSupport {
  private final MovableClock clock = new MovableClock("2025-11-20T14:58:50Z");
  private final Canned alpaca = new Canned();

  LastBarIT() {
    set("caravan.alpaca.data-url", alpaca.url());
    // Nothing is scheduled here; it says that the stream is wanted.
    set("caravan.schedule.stream", "always");
    set("caravan.stream.channels", "trades,bars,updatedBars");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void subscribe() {
    alpaca.reset();
    symbols("AAPL", "IBM");
    subscribed("2025-11-20T14:58:50Z", "[\"AAPL\",\"IBM\"]");
  }

  @AfterAll
  void close() {
    alpaca.close();
  }

  @Test
  void theLastBarOfASymbolThatIsRemovedIsReadAgainWhenItIsFinal() {
    told("AAPL", "14:59", "15:00:12");
    database.execute("update symbols set status = 'inactive' where symbol = 'AAPL'");
    subscribed("2025-11-20T15:00:13Z", "[\"IBM\"]");

    alpaca.on(
        "/v2/stocks/bars",
        ok(
            "{\"bars\":{\"AAPL\":[{\"t\":\"2025-11-20T14:59:00Z\",\"o\":10,\"h\":12,\"l\":9,\"c\":11,\"v\":300,"
                + "\"n\":2,\"vw\":10.5}]},\"next_page_token\":null}"));
    clock.set("2025-11-20T15:00:44Z");
    run("repair");
    assertThat(alpaca.asked()).as("before its revision was due").isEmpty();

    clock.set("2025-11-20T15:00:45Z");
    run("repair");
    assertThat(alpaca.asked())
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.uri())
                    .contains(
                        "symbols=AAPL&timeframe=1Min&start=2025-11-20T14%3A58%3A00Z"
                            + "&end=2025-11-20T14%3A59%3A00Z"));
    assertThat(
            database.value("select concat_ws(' ', symbol, close, volume, trade_count) from bars"))
        .isEqualTo("AAPL 11 300 2");
    assertThat(database.value("select concat_ws(' ', dataset, status) from gaps"))
        .isEqualTo("bars filled");
  }

  @Test
  void theTradesOfASymbolThatIsRemovedAreReadAgainWhenItsSessionIsOver() {
    traded("AAPL", "2025-11-20 14:58:55+00");
    traded("IBM", "2025-11-20 14:58:55+00");
    database.execute("update symbols set status = 'inactive' where symbol = 'AAPL'");
    subscribed("2025-11-20T15:00:13Z", "[\"IBM\"]");
    alpaca.on(
        "/v2/stocks/trades",
        ok(
            "{\"trades\":{\"AAPL\":[{\"t\":\"2025-11-20T14:58:55Z\",\"x\":\"V\",\"p\":10,\"s\":1,\"c\":[\"@\"],"
                + "\"i\":1,\"z\":\"C\",\"u\":\"canceled\"}]},\"next_page_token\":null}"));

    clock.set("2025-11-21T01:00:59Z");
    run("repair");
    assertThat(alpaca.asked()).as("while it may be corrected").isEmpty();

    clock.set("2025-11-21T01:01:00Z");
    run("repair");
    assertThat(alpaca.asked())
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.uri())
                    .contains(
                        "symbols=AAPL&start=2025-11-20T05%3A00%3A00Z&end=2025-11-20T15%3A00%3A"));
    assertThat(texts("select symbol || ' ' || status as text from trades order by symbol"))
        .isEqualTo(List.of("AAPL canceled", "IBM valid"));
    assertThat(database.value("select concat_ws(' ', dataset, status) from gaps"))
        .isEqualTo("corrections filled");
  }

  @Test
  void whatWasMissedOfCorrectionsIsReadWhenTheSessionIsOverWhereTheSymbolIsRemovedMeanwhile() {
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, reason, next_try_at)"
            + " select 'alpaca', 'iex', 'corrections', symbol, '2025-11-20 15:00:00+00', 'lost', '2025-11-20 15:00:00+00'"
            + " from symbols");
    database.execute("delete from stream_coverage");
    database.execute("update symbols set status = 'inactive' where symbol = 'AAPL'");
    subscribed("2025-11-20T15:10:00Z", "[\"IBM\"]");

    assertThat(
            texts(
                "select concat_ws(' ', symbol, to_char(to_ts at time zone 'UTC', 'DD HH24:MI'),"
                    + " to_char(next_try_at at time zone 'UTC', 'DD HH24:MI')) as text from gaps order by symbol"))
        .isEqualTo(List.of("AAPL 20 15:10 21 01:01", "IBM 20 15:10 20 15:10"));
  }

  @Test
  void ofASymbolWithoutTradesOfItsDayNothingIsCorrected() {
    traded("AAPL", "2025-11-19 20:58:55+00");
    database.execute("update symbols set status = 'inactive' where symbol = 'AAPL'");
    subscribed("2025-11-20T15:00:13Z", "[\"IBM\"]");
    assertThat(database.count("select count(*) from gaps")).isZero();
  }

  @Test
  void whatIsDeliveredIsTakenDownAlsoWhereTheTradesCannotBeRead() {
    database.execute("delete from stream_coverage");
    database.execute("alter table trades rename to trades_away");
    try {
      subscribed("2025-11-20T15:00:13Z", "[\"AAPL\",\"IBM\"]");
    } finally {
      database.execute("alter table trades_away rename to trades");
    }
    assertThat(
            texts(
                "select symbol as text from stream_coverage where dataset = 'trades' order by symbol"))
        .isEqualTo(List.of("AAPL", "IBM"));
  }

  private List<Object> texts(String sql) {
    return database.query(sql).stream().map(row -> row.get("text")).toList();
  }

  private void traded(String symbol, String at) {
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed)"
            + " values ('%s', '%s', 0, 'V', 1, 10, 1, '{@}', 'C', 'iex')".formatted(symbol, at));
  }

  @ParameterizedTest(name = "{0}, bar of {1}, last stored {2}, left at {3}")
  @CsvSource({
    "AAPL, 14:59, 15:00:00, 15:00:00.6, 15:00:30",
    "AAPL, 14:59, 15:00:28, 15:00:29, 15:00:30",
    // It may be on its way.
    "AAPL, 14:59, 15:00:29, 15:00:31, 15:00:31",
    // The answer waited behind the bar, as where the database was away.
    "AAPL, 14:59, 15:00:05, 15:20:00, 15:20:30",
    "AAPL, 14:59, 15:01:00, 15:01:02, none",
    "AAPL, 14:58, 15:00:12, 15:00:13, none",
    // Of this one the stream goes on to tell.
    "IBM, 14:59, 15:00:12, 15:00:13, none"
  })
  void onlyABarWhoseRevisionMayComeIsOwed(
      String symbol, String minute, String storedTo, String left, String end) {
    told(symbol, minute, storedTo);
    database.execute("update symbols set status = 'inactive' where symbol = 'AAPL'");
    subscribed("2025-11-20T" + left + "Z", "[\"IBM\"]");

    assertThat(
            texts(
                "select concat_ws(' ', dataset, symbol, to_char(to_ts at time zone 'UTC', 'HH24:MI:SS'))"
                    + " as text from gaps"))
        .isEqualTo(end.equals("none") ? List.of() : List.of("bars AAPL " + end));
  }

  private void told(String symbol, String minute, String storedTo) {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, final)"
            + " values ('alpaca', 'iex', '%s', '1Min', '2025-11-20 %s+00', 10, 10, 9, 9, 200, 1, true)"
                .formatted(symbol, minute));
    database.execute(
        "insert into stream_watermarks (source, feed, stored_to) values ('alpaca', 'iex', '2025-11-20 %s+00')"
            .formatted(storedTo));
  }

  private void subscribed(String at, String symbols) {
    clock.set(at);
    template.sendBodyAndHeader(
        "direct:stream-subscribed",
        "{\"T\":\"subscription\",\"trades\":%1$s,\"bars\":%1$s,\"updatedBars\":%1$s}"
            .formatted(symbols),
        AlpacaStreamConstants.AT,
        Instant.parse(at));
  }
}
