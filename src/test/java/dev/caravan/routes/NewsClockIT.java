package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.ServiceStatus;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The news stream's stop where the clock of the process is not that of the provider. */
class NewsClockIT extends CaravanTestSupport {
  private static final Instant NOON = Instant.parse("2025-11-20T17:00:00Z");

  private final MovableClock ours = new MovableClock(NOON.toString());
  private final MovableClock theirs = new MovableClock(NOON.toString());
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withClock(theirs).withAlpacaRequestsPerMinute(0));

  NewsClockIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
  }

  @Override
  protected Clock clock() {
    return ours;
  }

  @BeforeEach
  void begin() {
    theirs.set(NOON.toString());
    database.execute(
        "insert into news_watermarks values ('alpaca', timestamptz '"
            + NOON
            + "' - interval '10 min')");
  }

  @AfterEach
  void stop() throws Exception {
    context.getRouteController().stopRoute("news-stream");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  /**
   * The gap holds all that the exchange told while the stream was stopped, by the clock of the
   * exchange, and repair reads it.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 90, -90, 3600, -3600})
  void leavesAGapOfAllThatWasToldMeanwhile(int ahead) throws Exception {
    ours.set(NOON.plusSeconds(ahead).toString());
    start();
    pass(10);

    stop();
    assertThat(context.getRouteController().getRouteStatus("news-stream"))
        .isEqualTo(ServiceStatus.Stopped);
    pass(1);
    Instant told = theirs.instant();
    long missed = exchange.stream().news("missed", List.of("AAPL"));
    pass(20);
    start();
    long delivered = exchange.stream().news("delivered", List.of("AAPL"));
    awaiting("the article").until(() -> stored(delivered) == 1);

    assertThat(database.query("select dataset, symbol, reason, status from gaps"))
        .containsExactly(
            Map.of(
                "dataset", "news",
                "symbol", "*",
                "reason", "the stream's route was stopped",
                "status", "open"));
    assertThat(
            database.query(
                "select from_ts <= '%1$s' and to_ts >= '%1$s' as it from gaps".formatted(told)))
        .containsExactly(Map.of("it", true));
    assertThat(stored(missed)).isZero();

    // Until both clocks are past the end of the gap, and with it all that may lie between them.
    pass(2 * Math.abs(ahead) + 60);
    assertThat(run("repair")).containsEntry("status", "succeeded");
    assertThat(stored(missed)).isEqualTo(1);
    assertThat(database.query("select status from gaps"))
        .containsExactly(Map.of("status", "filled"));
  }

  private void start() throws Exception {
    context.getRouteController().startRoute("news-stream");
    awaiting("the subscription")
        .until(
            () -> database.count("select count(*) from stream_coverage where feed = 'news'") == 1);
  }

  private void pass(int seconds) {
    ours.advance(Duration.ofSeconds(seconds));
    theirs.advance(Duration.ofSeconds(seconds));
  }

  private long stored(long id) {
    return database.count("select count(*) from news_articles where article_id = '" + id + "'");
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }
}
