package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.stream.StreamError;
import dev.caravan.support.CaravanTestSupport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** News by the stream: every edition of an article, and what a lost connection owes. */
class NewsStreamIT extends CaravanTestSupport {
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0));

  NewsStreamIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    // The schedules are out; health is to know that the stream is wanted.
    internal("schedule.stream.on", "true");
  }

  @BeforeEach
  void connect() throws Exception {
    // Otherwise the first reading by REST would be of seven days.
    database.execute("insert into news_watermarks values ('alpaca', now() - interval '10 min')");
    context.getRouteController().startRoute("news-stream");
    delivering();
  }

  @AfterEach
  void disconnect() throws Exception {
    exchange.stream().clearFaults();
    context.getRouteController().stopRoute("news-stream");
    assertThat(context.getRouteController().getRouteStatus("news-stream"))
        .isEqualTo(ServiceStatus.Stopped);
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void anArticleAndItsEditAreStoredAsTheyCameAndRestAddsNothingToThem() {
    String headline = "It's \"<b>told</b>\" – naïve 中文 🐫";
    long id = exchange.stream().news(headline, List.of("AAPL", "BRK.B"));
    awaiting("the article").until(() -> !article(id).isEmpty());
    assertThat(article(id))
        .containsExactly(Map.of("headline", headline, "symbols", "AAPL BRK.B", "revision", 0));

    exchange.stream().editNews(id, "Told better");
    awaiting("its edit").until(() -> article(id).get(0).get("revision").equals(1));
    assertThat(article(id).get(0)).containsEntry("headline", "Told better");
    assertThat(
            database.query("select headline from news_revisions where article_id = '" + id + "'"))
        .containsExactly(Map.of("headline", headline));

    assertThat(run("alpaca-news")).containsEntry("status", "succeeded");
    assertThat(article(id).get(0)).containsEntry("revision", 1);
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void aMalformedArticleIsADeadLetterAndTheConnectionGoesOn() {
    exchange.stream().send("[{\"T\":\"n\",\"id\":1,\"headline\":\"without a time\"}]");
    long id = exchange.stream().news("good", List.of("AAPL"));
    awaiting("the article after it").until(() -> !article(id).isEmpty());
    assertThat(database.query("select route_id, symbol, reason from dead_letters"))
        .containsExactly(
            Map.of(
                "route_id", "news-stream",
                "symbol", "*",
                "reason", "Missing required data: created_at of article 1"));
    assertThat(database.count("select count(*) from gaps")).isZero();
  }

  @Test
  void whatCameWhileTheConnectionWasLostIsAGapThatTheNextReadingByRestSettles() {
    exchange.stream().refuseUpgrades(503, -1);
    exchange.stream().error(StreamError.INTERNAL_ERROR);
    awaiting("the gap")
        .until(() -> database.count("select count(*) from gaps where to_ts is null") == 1);
    assertThat(database.query("select source, feed, dataset, symbol, status from gaps"))
        .containsExactly(
            Map.of(
                "source", "alpaca",
                "feed", "news",
                "dataset", "news",
                "symbol", "*",
                "status", "open"));
    assertThat(database.value("select reason from gaps").toString())
        .startsWith("Alpaca refused the news stream: 500");
    long id = exchange.stream().news("missed", List.of("AAPL"));
    exchange.stream().clearFaults();
    delivering();
    awaiting("the end of the gap")
        .until(() -> database.count("select count(*) from gaps where to_ts is not null") == 1);

    assertThat(run("repair")).as("a gap that has only just ended").containsEntry("error", null);
    assertThat(database.count("select count(*) from gaps where status = 'open'")).isEqualTo(1);
    // As if it had been a minute ago.
    database.execute(
        "update gaps set from_ts = from_ts - interval '1 min', to_ts = to_ts - interval '1 min'");
    // A reading ends with the last whole second, and the article is to be before it.
    Instant told = Instant.now();
    awaiting("the next second").until(() -> Instant.now().isAfter(told.plusSeconds(1)));
    Map<String, Object> repair = run("repair");

    assertThat(repair).containsEntry("status", "succeeded");
    assertThat(
            database.query(
                "select flow, status from flow_runs where parent_run_id = " + repair.get("run_id")))
        .containsExactly(Map.of("flow", "alpaca-news", "status", "succeeded"));
    assertThat(database.count("select count(*) from gaps where status in ('filled', 'no_trades')"))
        .isEqualTo(1);
    assertThat(article(id)).hasSize(1);
    assertThat(run("repair")).as("nothing is owed any more").containsEntry("status", "succeeded");
    assertThat(database.count("select count(*) from flow_runs where flow = 'alpaca-news'"))
        .isEqualTo(1);
  }

  @Test
  void healthAndMetricsTellOfItBesideTheMarketsStream() {
    assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
    double before = rows("news");
    exchange.stream().send("[{\"T\":\"n\",\"id\":1,\"headline\":\"without a time\"}]");
    long id = exchange.stream().news("counted", List.of("AAPL"));
    awaiting("the article").until(() -> !article(id).isEmpty());
    awaiting("its count").until(() -> rows("news") - before, is(1.0));
    assertThat(rows("market")).isZero();

    exchange.stream().refuseUpgrades(503, -1);
    exchange.stream().error(StreamError.INTERNAL_ERROR);
    awaiting("the reason")
        .untilAsserted(
            () -> {
              assertThat(health().getState()).isEqualTo(HealthCheck.State.DOWN);
              assertThat(health().getMessage())
                  .hasValueSatisfying(said -> assertThat(said).contains("503"));
            });
    assertThat(gauge("caravan.stream.subscribed", "news")).isZero();

    exchange.stream().clearFaults();
    awaiting("the connection after it").until(() -> health().getState() == HealthCheck.State.UP);
    assertThat(gauge("caravan.stream.subscribed", "news")).isEqualTo(1);
  }

  private HealthCheck.Result health() {
    return HealthCheckHelper.getHealthCheck(context, "news-stream").call();
  }

  private double rows(String stream) {
    return registry().get("caravan.stream.rows").tag("stream", stream).functionCounter().count();
  }

  private double gauge(String name, String stream) {
    return registry().get(name).tag("stream", stream).gauge().value();
  }

  private MeterRegistry registry() {
    return context.getRegistry().lookupByNameAndType("metricsRegistry", MeterRegistry.class);
  }

  /** The server says that it delivers, and the ledger follows. */
  private void delivering() {
    awaiting("the subscription")
        .until(
            () -> database.count("select count(*) from stream_coverage where feed = 'news'") == 1);
  }

  private List<Map<String, Object>> article(long id) {
    return database.query(
        "select headline, array_to_string(symbols, ' ') as symbols, revision from news_articles"
            + " where article_id = '"
            + id
            + "'");
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }
}
