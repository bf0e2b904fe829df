package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.LimiterKind;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import dev.caravan.yahoo.YahooUrl;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * How long the quotes of a thousand symbols take, of an exchange that takes 50 ms for each answer,
 * beside a bare HTTP client that stores nothing; and how long 500 requests where fewer are allowed.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RequestsBenchmark {
  private static final int SYMBOLS = Sizes.of("yahoo.symbols", 1_000, 100);
  private static final int LATENCY_MS = 50;

  /** As many as Caravan asks at once. */
  private static final int AT_ONCE = 50;

  private static final int REQUESTS = Sizes.of("limit.requests", 500, 60);
  private static final int A_MINUTE = 600;
  private static final int BURST = 50;

  /** The first runs, in which code is loaded and compiled, do not count. */
  private static final int WARM_UP = Sizes.of("yahoo.warm", 5, 1);

  private final Figures figures = new Figures();

  @Test
  @Order(1)
  void aThousandQuotesOfAnExchangeThatTakesItsTime() throws Exception {
    Sheet sheet =
        Sheet.of(
            "yahoo",
            Figures.text("Quotes of %,d symbols at %d ms an answer", SYMBOLS, LATENCY_MS),
            "",
            "s",
            "from, to",
            "beside the bare client",
            "requests");
    try (Simulator exchange =
        Simulator.start(
            SimulatorOptions.defaults()
                .withAlwaysOpen(true)
                .withYahooQuickRequests(0)
                .withLatency(Duration.ofMillis(LATENCY_MS)))) {
      bare(exchange);
      run(exchange, "one request a symbol", "http://127.0.0.1:1");
      run(exchange, "many symbols a request", exchange.url());
    }
    String bare = "the bare HTTP client, one request a symbol";
    for (String each : List.of(bare, "one request a symbol", "many symbols a request")) {
      sheet.row(
          each,
          figures.median(each, "%.2f"),
          Figures.text("%.2f, %.2f", figures.least(each), figures.most(each)),
          Figures.text("%.2f", figures.median(each) / figures.median(bare)),
          figures.median(each + " requests", "%,.0f"));
    }
    sheet
        .note(
            Figures.text(
                "Up to %d requests at once; the bare client is Java's own and stores nothing, Caravan's runs go from"
                    + " the begin of a run to its end with all prices committed. Medians of %d after %d that do not count.",
                AT_ONCE, Sizes.ROUNDS, WARM_UP))
        .publish();
  }

  private void bare(Simulator exchange) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      for (int round = -WARM_UP; round < Sizes.ROUNDS; round++) {
        long began = System.nanoTime();
        List<Future<Integer>> answers = new ArrayList<>();
        for (String symbol : Messages.symbols(SYMBOLS)) {
          HttpRequest request =
              HttpRequest.newBuilder(
                      URI.create(
                          exchange.url() + YahooUrl.path(symbol) + "?" + YahooUrl.quoteQuery()))
                  .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
                  .build();
          answers.add(
              threads.submit(
                  () -> client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()));
        }
        for (Future<Integer> each : answers) {
          assertThat(each.get()).isEqualTo(200);
        }
        if (round >= 0) {
          figures.add("the bare HTTP client, one request a symbol", Figures.seconds(began));
          figures.add("the bare HTTP client, one request a symbol requests", SYMBOLS);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void run(Simulator exchange, String what, String crumbs) {
    try (Place place = Place.prepared("race-yahoo")) {
      place.server();
      run(exchange, place, what, crumbs);
    }
  }

  private void run(Simulator exchange, Place place, String what, String crumbs) {
    try (CaravanProcess caravan =
        place
            .caravan(exchange.url())
            .set("caravan.symbols", String.join(",", Messages.symbols(SYMBOLS)))
            .set("caravan.yahoo.cookie-url", crumbs)
            .set("caravan.schedule.yahoo-quotes", "* * * * * ?")
            .run()) {
      exchange.clearRequests();
      await()
          .atMost(Duration.ofMinutes(10))
          .until(
              () ->
                  place.count(
                          "select count(*) from flow_runs where flow = 'yahoo-quotes' and status = 'succeeded'"
                              + " and stored = "
                              + SYMBOLS)
                      >= WARM_UP + Sizes.ROUNDS);
      caravan.sigterm();
      List<Map<String, Object>> runs =
          place.query(
              "select extract(epoch from finished_at - started_at)::float8 as seconds, count(*) over () as n"
                  + " from flow_runs where flow = 'yahoo-quotes' and status = 'succeeded' order by run_id desc limit "
                  + Sizes.ROUNDS);
      runs.forEach(row -> figures.add(what, ((Number) row.get("seconds")).doubleValue()));
      figures.add(
          what + " requests",
          (double) exchange.requests().stream().filter(each -> each.status() == 200).count()
              / ((Number) runs.get(0).get("n")).longValue());
      caravan.exitCode();
    }
  }

  @Test
  @Order(2)
  void asManyRequestsAsAreAllowedAndNoneIsRefused() throws Exception {
    Sheet sheet =
        Sheet.of(
            "limit",
            Figures.text("%,d requests where %d a minute are allowed", REQUESTS, A_MINUTE),
            "",
            "s",
            "refused");
    try (Simulator exchange =
            Simulator.start(
                SimulatorOptions.defaults()
                    .withAlwaysOpen(true)
                    .withYahooQuickRequests(0)
                    .withYahooRequestsPerMinute(A_MINUTE)
                    .withLimiter(LimiterKind.SLIDING_WINDOW));
        Place place = Place.prepared("race-limit")) {
      place.server();
      place
          .caravan(exchange.url())
          .set("caravan.symbols", String.join(",", Messages.symbols(REQUESTS)))
          .set("caravan.yahoo.cookie-url", "http://127.0.0.1:1")
          .set("caravan.yahoo.requests-per-minute", A_MINUTE)
          .set("caravan.yahoo.burst", BURST)
          .here(0, "run", "yahoo-quotes");
      long refused =
          exchange.requests().stream().filter(request -> request.status() == 429).count();
      Map<String, Object> run =
          place
              .query(
                  "select extract(epoch from finished_at - started_at)::float8 as seconds, stored from flow_runs"
                      + " where flow = 'yahoo-quotes'")
              .get(0);
      assertThat(((Number) run.get("stored")).intValue()).isEqualTo(REQUESTS);
      sheet.row(
          "at best: " + BURST + " at once, then evenly",
          Figures.text("%.1f", (REQUESTS - BURST) * 60.0 / A_MINUTE),
          0);
      sheet.row(
          "Caravan", Figures.text("%.1f", ((Number) run.get("seconds")).doubleValue()), refused);
      sheet.note("Once: the limit rules, and not the machine.").publish();
      assertThat(refused).isZero();
    }
  }
}
