package dev.caravan.routes;

import static dev.caravan.support.Canned.fixture;
import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The cases of the older system's guide for its Yahoo loader, and what Yahoo is known to answer.
 */
class YahooIT extends CaravanTestSupport {
  private static final String NOT_FOUND =
      "{\"chart\":{\"result\":null,\"error\":{\"code\":\"Not Found\",\"description\":\"No data"
          + " found, symbol may be delisted\"}}}";

  private final Canned yahoo = new Canned();

  YahooIT() {
    set("caravan.yahoo.url", yahoo.url());
    // Long enough for the growth of the waits to stand out from the noise of the machine.
    set("caravan.retry.delay-ms", "150");
  }

  @BeforeEach
  void forget() {
    yahoo.reset();
  }

  @AfterAll
  void close() {
    yahoo.close();
  }

  @Test
  void oneSymbolGivesItsPriceAndVolumeAsExactDecimals() {
    symbols("AAPL");
    yahoo.on("/v8/finance/chart/AAPL", ok(chart("AAPL", "150.25")));

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1)
        .containsEntry("stored", 1)
        .containsEntry("error", null);

    assertThat(
            database.query(
                "select source, symbol, ts, price, volume, currency from price_snapshots"))
        .containsExactly(
            Map.of(
                "source",
                "yahoo",
                "symbol",
                "AAPL",
                "ts",
                Timestamp.from(Instant.parse("2025-11-20T21:00:01Z")),
                "price",
                new BigDecimal("150.25"),
                "volume",
                new BigDecimal("50000000"),
                "currency",
                "USD"));
  }

  @Test
  void twoDailyRowsAreTwoBarsWithTheShortestDecimalsOfTheirFloats() {
    symbols("AAPL");
    yahoo.on("/v8/finance/chart/AAPL", ok(chart("AAPL", "150.25")));

    assertThat(run("yahoo-bars")).containsEntry("status", "succeeded").containsEntry("stored", 1);

    assertThat(
            database.query(
                "select to_char(ts at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') as day,"
                    + " concat_ws(' ', feed, timeframe, open, high, low, close, volume, final, revision) as bar"
                    + " from bars order by ts"))
        .containsExactly(
            Map.of(
                "day", "2025-11-19 00:00", "bar", "- 1Day 148.5 149.99 147.25 149.05 43000001 t 0"),
            Map.of(
                "day", "2025-11-20 00:00", "bar", "- 1Day 149.1 151 148.75 150.25 50000000 t 0"));
  }

  @Test
  void aProviderThatCannotBeReachedFailsTheRunAfterItsRedeliveriesAndStoresNothing()
      throws Exception {
    symbols("AAPL");
    yahoo.on("/v8", status(503, "<html>Will be right back</html>"));

    assertThat(run("yahoo-bars"))
        .containsEntry("status", "failed")
        .containsEntry("stored", 0)
        .extractingByKey("error")
        .asString()
        .contains("yahoo failed with status 503");
    assertThat(yahoo.asked()).hasSize(5);
    assertThat(database.count("select count(*) from bars")).isZero();
    assertThat(database.count("select count(*) from corporate_actions")).isZero();
  }

  @Test
  void anUnknownSymbolIsInvalidAndItsSiblingsAreStored() {
    symbols("AAPL", "NOPE", "MSFT");
    yahoo
        .on("/chart/AAPL", ok(chart("AAPL", "150.25")))
        .on("/chart/MSFT", ok(chart("MSFT", "300.5")))
        .on("/chart/NOPE", status(404, NOT_FOUND));

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "partial")
        .containsEntry("expected", 3)
        .containsEntry("stored", 2);
    assertThat(database.query("select symbol from price_snapshots order by 1"))
        .containsExactly(Map.of("symbol", "AAPL"), Map.of("symbol", "MSFT"));
    assertThat(database.query("select route_id, symbol, reason, payload from dead_letters"))
        .containsExactly(
            Map.of(
                "route_id", "yahoo-quotes",
                "symbol", "NOPE",
                "reason", "Invalid symbol: NOPE",
                "payload", NOT_FOUND));
    assertThat(yahoo.asked()).as("404 is never asked again").hasSize(3);
  }

  @Test
  void refusalsForRateAreRedeliveredWithGrowingWaitsAndThenSaySo() {
    symbols("AAPL");
    yahoo.on("/v8", status(429, "Too Many Requests"));

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .contains("Rate limit exceeded: yahoo, next try at 20");
    List<Canned.Asked> asked = yahoo.asked();
    assertThat(asked).hasSize(5);
    // 20 ms and twice as much each time, less a fifth of jitter. A busy machine may add to a wait,
    // so
    // that waits are not compared with each other; RedeliveryTest knows what each is set to.
    for (int i = 1; i < asked.size(); i++) {
      assertThat(asked.get(i).nanoTime() - asked.get(i - 1).nanoTime())
          .as("wait before try %d", i + 1)
          .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(16L << (i - 1)));
    }
  }

  @Test
  void aBlockedAccountIsLeftAloneByEveryFlowForAQuarterOfAnHourButAPersonMayTryOnce() {
    symbols("AAPL", "MSFT", "NVDA");
    yahoo.on("/v8", status(429, "Edge: Too Many Requests"));
    run("yahoo-quotes");
    int asked = yahoo.asked().size();

    assertThat(run("yahoo-bars"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .contains("Rate limit exceeded: yahoo");
    assertThat(yahoo.asked()).as("none is sent in the pause").hasSize(asked);
    assertThat(
            database.count(
                "select extract(epoch from paused_until - now())::int from request_budgets where account = 'yahoo'"))
        .isBetween(880L, 900L);

    yahoo.on("/v8", ok(chart("AAPL", "150.25")));
    assertThat(run("yahoo-quotes", "command"))
        .containsEntry("status", "succeeded")
        .containsEntry("stored", 3);
  }

  @Test
  void threeSymbolsAreThreeCallsAndThreeResults() {
    symbols("AAPL", "GOOGL", "MSFT");
    yahoo
        .on("/chart/AAPL", ok(chart("AAPL", "150.25")))
        .on("/chart/GOOGL", ok(chart("GOOGL", "2800.75")))
        .on("/chart/MSFT", ok(chart("MSFT", "300.50")));

    run("yahoo-quotes");

    assertThat(yahoo.asked()).hasSize(3);
    assertThat(
            database.query("select symbol, price::text as price from price_snapshots order by 1"))
        .containsExactly(
            Map.of("symbol", "AAPL", "price", "150.25"),
            Map.of("symbol", "GOOGL", "price", "2800.75"),
            Map.of("symbol", "MSFT", "price", "300.5"));
  }

  @Test
  void anAnswerWithoutWhatItMustHaveIsADeadLetter() {
    symbols("AAPL");
    yahoo.on("/v8", ok("{\"chart\":{\"result\":[{\"meta\":{}}],\"error\":null}}"));

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .contains("Missing required data: meta of AAPL");
    assertThat(database.query("select reason, payload from dead_letters"))
        .containsExactly(
            Map.of(
                "reason", "Missing required data: meta of AAPL",
                "payload", "{\"chart\":{\"result\":[{\"meta\":{}}],\"error\":null}}"));
    assertThat(yahoo.asked()).as("it would only be the same again").hasSize(1);
  }

  @Test
  void aDeadLetterKeepsTheAnswerCharacterByCharacter() {
    symbols("AAPL");
    yahoo.on("/v8", ok("\"Too Many Requests\""));

    run("yahoo-quotes");
    assertThat(database.query("select reason, payload from dead_letters"))
        .containsExactly(
            Map.of(
                "reason", "Missing required data: chart of AAPL",
                "payload", "\"Too Many Requests\""));
  }

  @Test
  void aPageInPlaceOfJsonIsADeadLetterThatKeepsThePage() {
    symbols("AAPL", "MSFT");
    yahoo
        .on("/chart/AAPL", ok("<html><body>Oops</body></html>"))
        .on("/chart/MSFT", ok(chart("MSFT", "1")));

    assertThat(run("yahoo-bars")).containsEntry("status", "partial").containsEntry("stored", 1);
    assertThat(database.value("select reason from dead_letters").toString())
        .startsWith("Missing required data:")
        .contains("of AAPL")
        .contains("the answer is a web page");
    assertThat(database.value("select payload from dead_letters"))
        .isEqualTo("<html><body>Oops</body></html>");
  }

  @Test
  void theSameFailureAgainIsCountedOnItsLetter() {
    symbols("NOPE");
    yahoo.on("/v8", status(404, NOT_FOUND));

    run("yahoo-quotes");
    run("yahoo-quotes");

    assertThat(database.query("select times from dead_letters"))
        .containsExactly(Map.of("times", 2));
  }

  @Test
  void refusalsThatNoRetryCanMendAreAskedOnce() {
    for (int refused : List.of(400, 401, 403, 422)) {
      emptyTables();
      yahoo.reset();
      symbols("AAPL");
      yahoo.on(
          "/v8",
          status(
              refused,
              "{\"chart\":{\"result\":null,\"error\":{\"code\":\"X\",\"description\":\"not so\"}}}"));

      assertThat(run("yahoo-bars"))
          .containsEntry("status", "failed")
          .extractingByKey("error")
          .asString()
          .contains("status " + refused)
          .contains("not so");
      assertThat(yahoo.asked()).as("status %d", refused).hasSize(1);
    }
  }

  @Test
  void retryAfterIsHonoured() {
    symbols("AAPL");
    yahoo.on(
        "/v8",
        new Canned.Reply(503, "busy", Map.of("Retry-After", "1")),
        ok(chart("AAPL", "150.25")));

    assertThat(run("yahoo-quotes")).containsEntry("status", "succeeded");
    List<Canned.Asked> asked = yahoo.asked();
    assertThat(asked.get(1).nanoTime() - asked.get(0).nanoTime()).isGreaterThan(950_000_000L);
  }

  @Test
  void whatLeavesTheHouseLooksLikeABrowserAndCarriesNoStateOfOurs() {
    symbols("^GSPC", "BRK.B", "EURUSD=X");
    yahoo.on("/v8", ok(chart("X", "1.5")));

    run("yahoo-quotes");

    assertThat(yahoo.asked())
        .extracting(Canned.Asked::uri)
        .containsExactlyInAnyOrder(
            "/v8/finance/chart/%5EGSPC?interval=1d&range=1d",
            "/v8/finance/chart/BRK-B?interval=1d&range=1d",
            "/v8/finance/chart/EURUSD%3DX?interval=1d&range=1d");
    assertThat(yahoo.asked())
        .allSatisfy(
            request -> {
              assertThat(request.headers().get("User-agent").get(0)).startsWith("Mozilla/5.0");
              assertThat(request.headers().keySet())
                  .isSubsetOf(
                      "Accept",
                      "Accept-language",
                      "Accept-encoding",
                      "Connection",
                      "Host",
                      "User-agent");
            });
  }

  @Test
  void aSplitThatIsNewReadsTheWholeHistoryAgain() {
    symbols("AAPL");
    String before =
        "{\"chart\":{\"result\":[{\"meta\":{\"exchangeTimezoneName\":\"America/New_York\",\"currency\":\"USD\"},"
            + "\"timestamp\":[1763562600,1763649000],\"indicators\":{\"quote\":[{\"open\":[400,404],\"high\":[400,404],"
            + "\"low\":[400,404],\"close\":[400,404],\"volume\":[10,20]}]}}],\"error\":null}}";
    String after =
        "{\"chart\":{\"result\":[{\"meta\":{\"exchangeTimezoneName\":\"America/New_York\",\"currency\":\"USD\"},"
            + "\"timestamp\":[1763562600,1763649000,1763735400],\"events\":{\"splits\":{\"1763735400\":{\"date\":1763735400,"
            + "\"numerator\":4,\"denominator\":1,\"splitRatio\":\"4:1\"}}},\"indicators\":{\"quote\":[{\"open\":[100,101,102],"
            + "\"high\":[100,101,102],\"low\":[100,101,102],\"close\":[100,101,102],\"volume\":[40,80,90]}]}}],\"error\":null}}";
    yahoo.on("/v8", ok(before));
    run("yahoo-bars");
    yahoo.on("/v8", ok(after));

    run("yahoo-bars");
    assertThat(yahoo.asked()).as("the window, then the whole history").hasSize(3);
    // 2025-11-19 less a day of slack: the oldest bar is the beginning of the history.
    assertThat(yahoo.asked().get(2).uri()).contains("period1=1763424000");
    assertThat(database.query("select close::text as close, revision from bars order by ts"))
        .containsExactly(
            Map.of("close", "100", "revision", 1),
            Map.of("close", "101", "revision", 1),
            Map.of("close", "102", "revision", 0));
    assertThat(
            database.query("select close::text as close, revision from bar_revisions order by ts"))
        .containsExactly(
            Map.of("close", "400", "revision", 0), Map.of("close", "404", "revision", 0));

    run("yahoo-bars");
    assertThat(yahoo.asked()).as("a split that is stored is no news").hasSize(4);
  }

  private static String chart(String symbol, String price) {
    return fixture("yahoo/chart-150-25.json").replace("SYMBOL", symbol).replace("PRICE", price);
  }
}
