package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ledger.BackfillPlan;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that lead nowhere, of every dataset that has pages: each reading ends and says so. */
class EndlessPagesIT extends CaravanTestSupport {
  /** A Wednesday after the close. */
  private static final String EVENING = "2026-11-18T23:30:00Z";

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 18);

  private final MovableClock clock = new MovableClock(EVENING);

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withAlpacaRequestsPerMinute(0)
              .withBackgroundTradesPerMinute(20));

  private final Canned newsapi = new Canned();

  EndlessPagesIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.newsapi.url", newsapi.url());
    set("caravan.newsapi.key", "n3wsK3yOfTheTest");
    set("caravan.schedule.stream", "always");
  }

  @BeforeEach
  void forget() {
    exchange.clearFaults();
    exchange.clearRequests();
    newsapi.reset();
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @AfterAll
  void close() {
    exchange.close();
    newsapi.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      names = {"STUCK_PAGES", "CIRCLING_PAGES", "REPEATED_PAGES", "EMPTY_PAGES"})
  void everyFlowThatReadsPagesFailsAndSaysSo(Fault.Kind kind) {
    symbols("AAPL");
    exchange.addFault(Fault.of(Provider.ALPACA, kind));

    for (String flow :
        List.of(
            "alpaca-daily-bars",
            "alpaca-minute-bars",
            "alpaca-hourly-bars",
            "alpaca-corporate-actions",
            "alpaca-news")) {
      exchange.clearRequests();
      assertThat(run(flow))
          .as(flow)
          // Of news what the first page held was served.
          .containsEntry("status", flow.equals("alpaca-news") ? "partial" : "failed")
          .extractingByKey("error")
          .asString()
          .contains("the last page of alpaca's answer");
      endedSoon();
    }
    assertThat(database.query("select timeframe from bars group by 1 order by 1"))
        .as("what came stays stored")
        .extracting(row -> row.get("timeframe"))
        .containsExactly("1Day", "1Hour", "1Min");
    assertThat(database.count("select count(*) from news_articles")).isPositive();
    assertThat(database.count("select count(*) from proofs")).isZero();
    assertThat(database.count("select count(*) from corporate_action_reads")).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      names = {"STUCK_PAGES", "CIRCLING_PAGES", "REPEATED_PAGES", "EMPTY_PAGES"})
  void aGapIsNotSettledByThemAndWaits(Fault.Kind kind) {
    symbols("AAPL");
    for (String dataset : List.of("trades", "quotes", "bars")) {
      database.execute(
          "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason) values ('alpaca',"
              + " 'iex', '%s', 'AAPL', '%s', '2026-11-18 15:00+00', '2026-11-18 15:05+00', 'test')"
                  .formatted(dataset, dataset.equals("bars") ? "1Min" : "-"));
    }
    exchange.addFault(Fault.of(Provider.ALPACA, kind));

    assertThat(run("repair")).containsEntry("status", "failed").containsEntry("expected", 3);
    assertThat(exchange.requests()).hasSizeLessThanOrEqualTo(3 * 22);
    assertThat(
            database.query(
                "select status, attempts, last_error like '%the last page of alpaca''s answer%' as said from gaps"))
        .hasSize(3)
        .containsOnly(Map.of("status", "open", "attempts", 0, "said", true));
    assertThat(database.count("select count(*) from trades")).isPositive();

    exchange.clearFaults();
    database.execute("update gaps set next_try_at = '-infinity'");
    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 3);
    assertThat(database.query("select distinct status, attempts from gaps"))
        .containsExactly(Map.of("status", "filled", "attempts", 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1Min", "trades"})
  void aRangeOfABackfillStaysOpen(String timeframe) {
    symbols("AAPL");
    exchange.addFault(Fault.of(Provider.ALPACA, Fault.Kind.CIRCLING_PAGES));

    Exchange ran =
        template.request(
            "direct:backfill",
            request -> {
              request.getMessage().setHeader("trigger", "command");
              request
                  .getMessage()
                  .setHeader(
                      "plan",
                      BackfillPlan.of(
                          "alpaca",
                          "sip",
                          timeframe,
                          TODAY.minusDays(1),
                          TODAY.minusDays(1),
                          List.of("AAPL"),
                          Instant.parse(EVENING)));
            });
    assertThat(ran.getException()).isNull();
    assertThat(database.query("select status, error from flow_runs where flow = 'backfill'"))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run).containsEntry("status", "failed");
              assertThat(run.get("error").toString()).contains("the last page");
            });
    assertThat(database.query("select status, last_error from backfill_ranges"))
        .singleElement()
        .satisfies(
            range -> {
              assertThat(range).containsEntry("status", "open");
              assertThat(range.get("last_error").toString()).contains("the last page");
            });
    endedSoon();
  }

  @Test
  void aPageOfHeadlinesThatComesAgainEndsTheirReading() {
    String articles =
        IntStream.range(0, 100)
            .mapToObj(
                n ->
                    "{\"title\":\"headline\",\"url\":\"https://news.example/"
                        + n
                        + "\",\"publishedAt\":\"2026-11-18T12:00:00Z\"}")
            .reduce((a, b) -> a + ',' + b)
            .orElseThrow();
    newsapi.on(
        "/v2/top-headlines",
        ok("{\"status\":\"ok\",\"totalResults\":1000,\"articles\":[" + articles + "]}"));

    assertThat(run("newsapi-headlines"))
        .extractingByKey("error")
        .asString()
        .contains("the last page of newsapi's answer");
    assertThat(newsapi.asked()).hasSize(2);
    assertThat(database.count("select count(*) from news_articles")).isEqualTo(100);
  }

  /** One reading of two pages, or of the first and as many empty ones as are put up with. */
  private void endedSoon() {
    assertThat(exchange.requests())
        .extracting(ServedRequest::status)
        .hasSizeLessThanOrEqualTo(22)
        .containsOnly(200);
  }
}
