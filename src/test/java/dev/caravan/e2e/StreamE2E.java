package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import dev.caravan.support.TapeCheck;
import dev.caravan.support.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The promise itself, on the packaged jar: whatever happens to the stream, in the end the table
 * holds what the exchange has on its tape.
 */
class StreamE2E {
  private static final int TRADES_PER_SECOND = 20_000;
  private static final Duration BURST = Duration.ofSeconds(24);
  private static final List<String> SYMBOLS = symbols();

  // Limits are a subject of their own; here they would only make the repair wait.
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0));
  private final Place place = Place.prepared("stream");

  @AfterEach
  void close() {
    place.close();
    exchange.close();
  }

  @Test
  void whateverHappensToTheStreamTheTableIsTheTapeInTheEnd() throws Exception {
    place.server();
    CaravanProcess caravan = started();
    try {
      StartedBurst burst = burst(BURST);
      at(burst, 2);
      exchange.stream().disconnect();
      at(burst, 4);
      exchange.stream().reset();
      at(burst, 6);
      // Caravan brings it back by itself.
      place.killServer();
      at(burst, 12);
      caravan.kill9();
      caravan = started();
      exchange.stream().mute();
      Instant ended = untilWhole(burst);
      System.out.printf(
          "Stream: %d trades, whole %d s after the last gap ended, %d s after the burst%n",
          burst.count(),
          Duration.between(ended, Instant.now()).toSeconds(),
          Duration.between(burst.end(), Instant.now()).toSeconds());
      assertThat(number("select count(*) from dead_letters where route_id = 'stream'")).isZero();
      assertThat(exchange.stream().maxConnections()).isEqualTo(1);
      assertThat(exchange.stream().maxSockets()).isEqualTo(1);
      TapeCheck.assertTableIsTape(place, exchange, burst);
    } finally {
      caravan.close();
    }
  }

  @Test
  void sigtermUnderLoadLosesNothingThatWasTakenFromTheSocket() throws Exception {
    try (CaravanProcess caravan = started()) {
      StartedBurst burst = burst(Duration.ofSeconds(10));
      at(burst, 4);
      caravan.sigterm();
      assertThat(caravan.exitCode()).isNotNegative();

      assertThat(caravan.errors())
          .filteredOn(line -> line.contains(" stream stopped: "))
          .singleElement()
          .asString()
          .matches(".* (\\d+) messages were taken from the socket, (\\1) rows are stored.*");
      place.server();
      Set<String> table = TapeCheck.table(place);
      assertThat(table).isNotEmpty();
      // All that is older than the gap of its symbol is there, and nothing else.
      String open = "select symbol, from_ts::text from gaps where dataset = 'trades'";
      List<java.util.Map<String, Object>> gaps = place.query(open);
      assertThat(gaps).hasSize(SYMBOLS.size());
      String from =
          gaps.stream()
              .map(gap -> (String) gap.get("from_ts"))
              .distinct()
              .collect(Collectors.joining(","));
      Instant begin =
          ((java.sql.Timestamp) place.query("select min(from_ts) as t from gaps").get(0).get("t"))
              .toInstant();
      assertThat(from).doesNotContain(",");
      Set<String> older = new HashSet<>();
      try (Stream<TapeTrade> trades =
          exchange.stream().tape().trades(burst.start(), begin.minusNanos(1))) {
        trades.map(TapeCheck::line).forEach(older::add);
      }
      older.removeAll(table);
      assertThat(older).isEmpty();
    }
  }

  @Test
  void ofTwoProcessesOneStreamsAndTheOtherGoesOnWhereItWasKilled() throws Exception {
    place.server();
    String database = "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan";
    try (CaravanProcess first = beside(database).run();
        CaravanProcess second =
            beside(database).set("caravan.http.port", TestDatabase.freePort()).run()) {
      awaiting("one that delivers and one that waits")
          .until(
              () ->
                  delivers(first) && waits(second)
                      || delivers(second) && waits(first)
                      || !first.isAlive()
                      || !second.isAlive());
      assertThat(first.isAlive()).as(first.everything()).isTrue();
      assertThat(second.isAlive()).as(second.everything()).isTrue();
      CaravanProcess streaming = delivers(first) ? first : second;
      CaravanProcess waiting = delivers(first) ? second : first;

      StartedBurst burst = burst(Duration.ofSeconds(12));
      at(burst, 4);
      streaming.kill9();
      waiting.awaitLine("Stream iex delivers");
      untilWhole(burst);

      assertThat(exchange.stream().maxConnections()).isEqualTo(1);
      TapeCheck.assertTableIsTape(place, exchange, burst);
    }
  }

  /** Waits until all that was lost of a burst is repaired; says when the last gap ended. */
  private Instant untilWhole(StartedBurst burst) {
    awaiting("the end of the burst").until(burst::isOver);
    awaiting("the end of the last gap")
        .until(() -> number("select count(*) from gaps where to_ts is null") == 0);
    Instant ended = Instant.now();
    awaiting("no open gap")
        .until(() -> number("select count(*) from gaps where status = 'open'") == 0);
    assertThat(number("select count(*) from gaps where status = 'filled'")).isPositive();
    assertThat(number("select count(*) from gaps where status = 'abandoned'")).isZero();
    return ended;
  }

  private CaravanProcess.Start beside(String database) {
    return start().set("caravan.database.url", database).set("caravan.database.user", "caravan");
  }

  private static boolean delivers(CaravanProcess caravan) {
    return caravan.everything().contains("Stream iex delivers");
  }

  private static boolean waits(CaravanProcess caravan) {
    return caravan.everything().contains("Caravan waits until it is free");
  }

  private CaravanProcess started() {
    CaravanProcess caravan = start().run();
    caravan.awaitLine("Stream iex delivers");
    return caravan;
  }

  private CaravanProcess.Start start() {
    return place
        .caravan(exchange.url())
        .set("caravan.schedule.stream", "always")
        .set("caravan.stream.channels", "trades")
        .set("caravan.schedule.repair", "0/3 * * ? * *")
        .set("caravan.alpaca.requests-per-minute", 10_000)
        .set("caravan.alpaca.burst", 50)
        .set("caravan.symbols", String.join(",", SYMBOLS));
  }

  private StartedBurst burst(Duration duration) {
    return exchange.stream()
        .burst(Burst.of(SYMBOLS, TRADES_PER_SECOND, duration).withMessagesPerFrame(100));
  }

  /** Waits until so many seconds of the burst have passed. */
  private static void at(StartedBurst burst, int seconds) {
    Instant then = burst.start().plusSeconds(seconds);
    awaiting("second " + seconds).until(() -> !Instant.now().isBefore(then));
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(6)).ignoreExceptions();
  }

  private long number(String sql) {
    return place.count(sql);
  }

  private static List<String> symbols() {
    return List.of(
        "AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "SPY", "BRK.B", "QQQ", "V",
        "UNH", "HD", "PG", "MA", "DIS", "BAC", "XOM", "PFE");
  }
}
