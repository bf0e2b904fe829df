package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The cases of the older system's guide for its Alpaca loader, and what Alpaca is known to answer.
 */
class AlpacaIT extends CaravanTestSupport {
  private static final String NOTHING = "{\"bars\":{},\"next_page_token\":null}";

  private final Canned alpaca = new Canned();

  AlpacaIT() {
    set("caravan.alpaca.data-url", alpaca.url());
    set("caravan.alpaca.key-id", "AKTESTKEY");
    set("caravan.alpaca.secret-key", "s3cr3tOfTheTest");
    set("caravan.retry.delay-ms", "100");
  }

  @BeforeEach
  void forget() {
    alpaca.reset();
  }

  @AfterAll
  void close() {
    alpaca.close();
  }

  @Test
  void barsKeepEveryValueThatAlpacaServed() {
    symbols("AAPL");
    alpaca.on(
        "/v2/stocks/bars",
        ok(
            "{\"bars\":{\"AAPL\":[{\"t\":\"2025-11-19T05:00:00Z\",\"o\":148.5,\"h\":150,\"l\":147.25,\"c\":149.05,"
                + "\"v\":43000001,\"n\":512345,\"vw\":148.913572}]},\"next_page_token\":null}"));

    assertThat(run("alpaca-daily-bars"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1)
        .containsEntry("stored", 1);

    assertThat(
            database.query(
                "select concat_ws(' ', source, feed, symbol, timeframe, open, high, low, close, volume,"
                    + " trade_count, vwap, final) as bar,"
                    + " to_char(ts at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as ts from bars"))
        .containsExactly(
            Map.of(
                "ts", "2025-11-19 05:00",
                "bar",
                    "alpaca sip AAPL 1Day 148.5 150 147.25 149.05 43000001 512345 148.913572 t"));
  }

  @Test
  void aRequestNamesItsWindowFeedAndAdjustmentAndCarriesTheKeysInHeaders() {
    symbols("AAPL", "BRK.B", "^GSPC");
    alpaca.on("/v2/stocks/bars", ok(NOTHING));

    run("alpaca-daily-bars");

    assertThat(alpaca.asked()).hasSize(1);
    assertThat(alpaca.asked().get(0).uri())
        .contains("symbols=AAPL%2CBRK.B&")
        .contains("&timeframe=1Day&start=")
        .contains("&end=")
        .contains("&adjustment=raw&sort=asc&feed=sip")
        .doesNotContain("AKTESTKEY");
    assertThat(alpaca.asked().get(0).headers().get("Apca-api-key-id")).containsExactly("AKTESTKEY");
    assertThat(alpaca.asked().get(0).headers().get("Apca-api-secret-key"))
        .containsExactly("s3cr3tOfTheTest");
  }

  @Test
  void aProviderThatFailsFailsTheRunWithItsReason() {
    symbols("AAPL", "MSFT");
    alpaca.on("/v2", status(500, "{\"message\":\"internal server error\"}"));

    assertThat(run("alpaca-daily-bars"))
        .containsEntry("status", "failed")
        .containsEntry("expected", 2)
        .containsEntry("stored", 0)
        .extractingByKey("error")
        .asString()
        .contains("alpaca failed with status 500")
        .contains("internal server error");
    assertThat(alpaca.asked()).hasSize(5);
    assertThat(database.query("select symbol from dead_letters order by 1"))
        .containsExactly(Map.of("symbol", "AAPL"), Map.of("symbol", "MSFT"));
  }

  @Test
  void refusedOnceForRateAndThenEmptyIsTwoCallsAndARunThatSaysWhatWasEmpty() {
    symbols("AAPL");
    alpaca.on("/v2", status(429, "{\"message\": \"too many requests.\"}"), ok(NOTHING));

    assertThat(run("alpaca-daily-bars"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1)
        .containsEntry("stored", 0)
        .extractingByKey("error")
        .asString()
        .contains("no data for 1 of 1 symbols")
        .contains("AAPL");
    assertThat(alpaca.asked()).hasSize(2);
    assertThat(database.value("select reason from dead_letters where symbol = 'AAPL'").toString())
        .startsWith("No data: ");
  }

  @Test
  void aSymbolThatCameBackAbsentIsRecordedAsSuch() {
    symbols("AAPL", "GONE");
    alpaca.on("/v2", ok(page("AAPL", "2025-11-19", null)));

    assertThat(run("alpaca-daily-bars"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 2)
        .containsEntry("stored", 1);
    assertThat(database.query("select route_id, symbol from dead_letters"))
        .containsExactly(Map.of("route_id", "alpaca-daily-bars", "symbol", "GONE"));
  }

  @Test
  void oneMalformedSymbolIsCutOutAndItsBatchIsStored() {
    symbols("AAPL", "ATC.220816", "MSFT", "0029900E0");
    alpaca
        .on("ATC.220816", status(400, "{\"message\":\"invalid symbol: ATC.220816\"}"))
        .on(
            "symbols=AAPL%2CMSFT&",
            ok(
                "{\"bars\":{\"AAPL\":["
                    + bar("2025-11-19")
                    + "],\"MSFT\":["
                    + bar("2025-11-19")
                    + "]},\"next_page_token\":null}"))
        .on(
            "symbols=0029900E0%2CAAPL%2CMSFT",
            status(400, "{\"message\":\"invalid symbol: 0029900E0\"}"));

    assertThat(run("alpaca-daily-bars"))
        .containsEntry("status", "partial")
        .containsEntry("expected", 4)
        .containsEntry("stored", 2);
    assertThat(database.query("select distinct symbol from bars order by 1"))
        .containsExactly(Map.of("symbol", "AAPL"), Map.of("symbol", "MSFT"));
    assertThat(database.query("select symbol, reason from dead_letters order by 1"))
        .containsExactly(
            Map.of("symbol", "0029900E0", "reason", "Invalid symbol: 0029900E0"),
            Map.of("symbol", "ATC.220816", "reason", "Invalid symbol: ATC.220816"));
    assertThat(alpaca.asked()).as("each bad symbol costs one request").hasSize(3);
  }

  @Test
  void pagesAreReadToTheEndAlsoWhereOneIsShortOrEmpty() {
    symbols("AAPL", "MSFT");
    alpaca
        .on("page_token=two", ok("{\"bars\":{},\"next_page_token\":\"three\"}"))
        .on("page_token=three", ok(page("MSFT", "2025-11-19", null)))
        .on("feed=sip", ok(page("AAPL", "2025-11-18", "two")));

    assertThat(run("alpaca-daily-bars"))
        .containsEntry("status", "succeeded")
        .containsEntry("stored", 2);
    assertThat(alpaca.asked()).hasSize(3);
  }

  @Test
  void aFailureInTheMiddleKeepsWholePagesAndTheNextRunGoesOnFromThere() {
    symbols("AAPL");
    alpaca
        .on("page_token=two", status(403, "{\"message\":\"no\"}"))
        .on("feed=sip", ok(page("AAPL", "2025-11-18", "two")));
    assertThat(run("alpaca-daily-bars")).containsEntry("status", "failed");
    assertThat(database.count("select count(*) from bars")).isEqualTo(1);

    alpaca.reset();
    alpaca.on("feed=sip", ok(page("AAPL", "2025-11-19", null)));
    assertThat(run("alpaca-daily-bars")).containsEntry("status", "succeeded");
    // Five sessions before Tuesday 18 November 2025 is Tuesday the 11th.
    assertThat(alpaca.asked().get(0).uri()).contains("start=2025-11-11T05%3A00%3A00Z");
    assertThat(database.count("select count(*) from bars")).isEqualTo(2);
  }

  @Test
  void aYearIsOwedAlthoughTheStreamOrABackfillHasStoredNewerBars() {
    symbols("AAPL");
    String day =
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " values ('alpaca', 'sip', 'AAPL', '1Day', date_trunc('day', now(), 'America/New_York'),"
            + " 1, 1, 1, 1, 1, false)";
    database.execute(day);
    alpaca.on("feed=sip", ok(page("AAPL", "2025-11-18", null)));

    assertThat(run("alpaca-daily-bars")).containsEntry("status", "succeeded");
    String first = alpaca.asked().get(0).uri();
    assertThat(first)
        .contains(
            "start="
                + java.time.LocalDate.now(java.time.ZoneId.of("America/New_York")).minusYears(1));

    run("alpaca-daily-bars");
    assertThat(alpaca.asked().get(1).uri()).contains("start=2025-11-11T05%3A00%3A00Z");

    database.execute("delete from bars");
    run("alpaca-daily-bars");
    assertThat(alpaca.asked().get(2).uri())
        .as("rows that somebody deleted are owed again, and nothing newer than they")
        .contains("start=2025-11-");
  }

  @Test
  void theAccountIsLoweredToWhatTheProviderSaysIsLeft() {
    symbols("AAPL");
    long reset = System.currentTimeMillis() / 1000 + 30;
    alpaca.on(
        "/v2",
        new Canned.Reply(
            200,
            NOTHING,
            Map.of(
                "X-RateLimit-Limit", "20",
                "X-RateLimit-Remaining", "3",
                "X-RateLimit-Reset", Long.toString(reset))));

    run("alpaca-daily-bars");

    assertThat(
            database.value("select provider_limit from request_budgets where account = 'alpaca'"))
        .isEqualTo(20);
    assertThat(
            database.count(
                "select 20 - count(*) from request_slots where account = 'alpaca' and free_at > now()"))
        .as("requests that may still be sent")
        .isEqualTo(3L);
    assertThat(
            database.count(
                "select count(*) from request_slots where free_at between now() and to_timestamp("
                    + reset
                    + ")"))
        .as("slots that were taken away and come back before the reset")
        .isZero();
  }

  @Test
  void keysThatAreRefusedSayWhatToDoAndAreNeverShown() {
    symbols("AAPL");
    alpaca.on(
        "/v2", status(401, "<html><head><title>401 Authorization Required</title></head></html>"));

    Map<String, Object> run = run("alpaca-daily-bars");
    assertThat(run).containsEntry("status", "failed");
    assertThat(run.get("error").toString()).contains("401").containsIgnoringCase("key");
    assertThat(alpaca.asked()).hasSize(1);
    List<Map<String, Object>> everything =
        database.query(
            "select to_jsonb(d)::text as row from dead_letters d union all select to_jsonb(r)::text from flow_runs r");
    assertThat(everything.toString()).doesNotContain("AKTESTKEY").doesNotContain("s3cr3tOfTheTest");
  }

  private static String page(String symbol, String date, String next) {
    return "{\"bars\":{\""
        + symbol
        + "\":["
        + bar(date)
        + "]},\"next_page_token\":"
        + (next == null ? "null" : "\"" + next + "\"")
        + "}";
  }

  private static String bar(String date) {
    return "{\"t\":\""
        + date
        + "T05:00:00Z\",\"o\":1,\"h\":2,\"l\":1,\"c\":1.5,\"v\":10,\"n\":1,\"vw\":1.4}";
  }
}
