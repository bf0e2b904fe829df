package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.replay.ReplayDatabase;
import dev.caravan.simulator.replay.ReplayOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A day that one Caravan has stored is told again, and a second one stores the same. */
class ReplayIT extends CaravanTestSupport {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final LocalDate DAY = LocalDate.parse("2025-11-20");

  /** What a copy must have like the original, table by table. */
  private static final Map<String, String> COLUMNS =
      Map.of(
          "trades",
          "symbol, ts::text, nanos, exchange, trade_id, price::text, size::text, conditions::text,"
              + " tape, feed, status",
          "trade_revisions",
          "symbol, ts::text, exchange, trade_id, price::text, size::text, conditions::text, status",
          "trade_corrections",
          "symbol, ts::text, nanos, exchange, trade_id, kind, price::text, size::text,"
              + " conditions::text, new_trade_id, new_price::text, new_size::text,"
              + " new_conditions::text, tape, feed, applied_at is not null as applied",
          "quotes",
          "symbol, ts::text, nanos, bid_exchange, bid_price::text, bid_size::text, ask_exchange,"
              + " ask_price::text, ask_size::text, conditions::text, tape, feed",
          "statuses",
          "symbol, ts::text, nanos, status_code, status, reason_code, reason, tape, feed",
          "lulds",
          "symbol, ts::text, nanos, limit_up::text, limit_down::text, indicator, tape, feed",
          "bars",
          "symbol, timeframe, ts::text, open::text, high::text, low::text, close::text,"
              + " volume::text, trade_count, vwap::text, feed, revision, final");

  private final TestDatabase original = stored();
  private final Simulator replay =
      Simulator.replay(
          SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0),
          new ReplayOptions(place(original.url()), DAY, 1_000_000, true));

  ReplayIT() {
    set("caravan.alpaca.data-url", replay.url());
    set("caravan.alpaca.stream-url", replay.url().replace("http:", "ws:"));
    set("caravan.alpaca.key-id", ReplayOptions.KEY);
    // A double of MessagePack has no place for the zeros behind a price.
    set("caravan.stream.encoding", "json");
    set("caravan.stream.channels", "trades,bars,updatedBars,dailyBars,quotes,statuses,lulds");
    set("caravan.schedule.stream", "always");
  }

  @AfterAll
  void close() {
    replay.close();
    original.close();
  }

  @Test
  void theStreamOfTheDayIsStoredRowByRowAsItWasAndComesAgainInALoop() throws Exception {
    symbols("AAPL", "MSFT");
    context.getRouteController().startRoute("stream");

    for (int round = 1; round <= 2; round++) {
      for (String table : COLUMNS.keySet()) {
        await(table + " in round " + round)
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(rows(database, table)).isEqualTo(rows(original, table)));
      }
      assertThat(database.count("select count(*) from trades where symbol = 'AAPL'")).isEqualTo(9);
      assertThat(database.count("select count(*) from dead_letters")).isZero();
      // In the next round they come once more. Corrections that were applied are not applied again.
      database.execute("delete from trades where status = 'valid'");
      database.execute("delete from quotes");
    }
    context.getRouteController().stopRoute("stream");
  }

  @Test
  void aGapOfTheDayIsRepairedFromItsHistory() {
    symbols("AAPL", "MSFT");
    for (String gap :
        List.of("'trades', 'AAPL', '-'", "'quotes', 'AAPL', '-'", "'bars', 'AAPL', '1Min'")) {
      database.execute(
          "insert into gaps (source, feed, reason, dataset, symbol, timeframe, from_ts, to_ts)"
              + " values ('alpaca', 'iex', 'test', "
              + gap
              + ", '2025-11-20T14:00:00Z', '2025-11-20T17:00:00Z')");
    }

    assertThat(run("repair")).containsEntry("status", "succeeded");

    assertThat(database.query("select distinct status from gaps"))
        .containsExactly(Map.of("status", "filled"));
    for (String table : List.of("trades", "quotes")) {
      assertThat(rows(database, table))
          .isEqualTo(rows(original, table).stream().filter(row -> row.contains("AAPL")).toList());
    }
    assertThat(database.query("select close::text from bars order by ts").toString())
        .isEqualTo("[{close=150.5}, {close=151.75}]");
  }

  @Test
  void thePagesOfTheHistoryHaveEveryRowOnceAlsoAmongThoseOfTheVerySameTime() throws Exception {
    List<String> ids = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      JsonNode page =
          json(
              "/v2/stocks/trades?symbols=MSFT,AAPL&feed=iex&limit=2&start=2025-11-20&end=2025-11-20"
                  + token);
      page.path("trades")
          .properties()
          .forEach(
              entry ->
                  entry
                      .getValue()
                      .forEach(row -> ids.add(entry.getKey() + row.path("i").asText())));
      assertThat(page.path("trades").findValues("i")).hasSizeLessThanOrEqualTo(2);
      token = "&page_token=" + page.path("next_page_token").asText();
      pages++;
    } while (!token.endsWith("=null"));
    assertThat(ids)
        .containsExactly(
            "AAPL1", "AAPL2", "AAPL3", "AAPL4", "AAPL5", "AAPL6", "AAPL60", "AAPL7", "AAPL8",
            "MSFT1");
    assertThat(pages).isEqualTo(5);
    assertThat(json("/v2/stocks/AAPL/trades?feed=sip&start=2025-11-20&end=2025-11-20").toString())
        .contains("\"i\":100", "\"symbol\":\"AAPL\"")
        .doesNotContain("\"i\":1,");
    assertThat(
            json("/v2/stocks/bars?symbols=AAPL&timeframe=1Day&feed=iex&start=2025-11-01")
                .toString())
        .isEqualTo(
            "{\"bars\":{\"AAPL\":[{\"t\":\"2025-11-20T05:00:00Z\",\"o\":150,\"h\":152,\"l\":149,"
                + "\"c\":151,\"v\":1000,\"n\":50,\"vw\":150.5}]},\"next_page_token\":null}");
    assertThat(
            json("/v2/stocks/trades?symbols=AAPL&feed=iex&start=2025-11-21&end=2025-11-21")
                .toString())
        .isEqualTo("{\"trades\":{},\"next_page_token\":null}");
    assertThat(Instant.parse(json("/v2/clock").path("timestamp").asText().replace("-05:00", "Z")))
        .isBetween(Instant.parse("2025-11-20T00:00:00Z"), Instant.parse("2025-11-21T00:00:00Z"));
    assertThat(json("/v2/assets/AAPL").path("name").asText()).isEqualTo("Apple \"A\" Inc.");
  }

  @Test
  void nothingThatIsMadeUpAndNoOtherKeyGetsIn() throws Exception {
    assertThat(status("/v2/stocks/trades?symbols=AAPL&feed=iex", "PKREAL")).isEqualTo(401);
    assertThat(status("/v2/clock", "PKREAL")).isEqualTo(403);
    assertThat(status("/v8/finance/chart/AAPL", ReplayOptions.KEY)).isEqualTo(404);
    HttpResponse<String> burst =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(replay.url() + "/simulator/stream/trades"))
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"symbol\":\"AAPL\",\"price\":1,\"size\":1}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(burst.statusCode()).isEqualTo(400);
    assertThat(burst.body()).contains("A replay tells what is stored, and nothing else");
  }

  @Test
  void aDayThatIsNotStoredIsRefusedWithThoseThatAreAndADatabaseThatIsAwayWithItsPlace() {
    SimulatorOptions options = SimulatorOptions.defaults();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Simulator.replay(
                    options,
                    new ReplayOptions(
                        place(original.url()), LocalDate.parse("2025-11-18"), 1, false)))
        .withMessageStartingWith("Nothing of 2025-11-18 is stored in jdbc:postgresql://")
        .withMessageEndingWith("the newest days that are: 2025-11-21, 2025-11-20, 2025-11-19");
    String away = "jdbc:postgresql://127.0.0.1:" + TestDatabase.freePort() + "/caravan";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Simulator.replay(options, new ReplayOptions(place(away), DAY, 1, false)))
        .withMessageStartingWith("The database " + away + " cannot be read: ");
    database.execute("delete from trades");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Simulator.replay(options, new ReplayOptions(place(database.url()), DAY, 1, false)))
        .withMessageContaining("nor of any other day");
  }

  private static ReplayDatabase place(String url) {
    return new ReplayDatabase(url, TestDatabase.user(), TestDatabase.password(), () -> {});
  }

  /** A database as the stream of a day and its history have left it. */
  private static TestDatabase stored() {
    TestDatabase stored = TestDatabase.fresh();
    stored.database().seedSymbols("AAPL,MSFT,^GSPC");
    stored.execute("update symbols set name = 'Apple \"A\" Inc.' where symbol = 'AAPL'");
    for (String trade :
        List.of(
            "'AAPL', '2025-11-20T14:30:00.123456Z', 789, 'V', 1, 150.2500, 100, '{@,\" \"}', 'C', 'iex'",
            // Two of the very same time, one without conditions and tape.
            "'AAPL', '2025-11-20T14:30:01Z', 0, 'V', 2, 150.25, 0.5, '{}', 'C', 'iex'",
            "'AAPL', '2025-11-20T14:30:01Z', 0, 'V', 3, 150.3, 7, null, null, 'iex'",
            "'AAPL', '2025-11-20T14:30:02.000001Z', 1, 'V', 4, 150.3, 7, '{@}', 'C', 'iex'",
            "'AAPL', '2025-11-20T14:30:03Z', 0, 'V', 5, 151, 8, '{@}', 'C', 'iex'",
            "'AAPL', '2025-11-20T14:30:04Z', 0, 'V', 6, 152, 9, '{@}', 'C', 'iex'",
            "'AAPL', '2025-11-20T14:30:05Z', 0, 'V', 7, 153, 10, '{@}', 'C', 'iex'",
            "'AAPL', '2025-11-20T16:59:59Z', 0, 'V', 8, 99999.9999, 12345678901, '{\"q\\\"\\\\\"}', 'C', 'iex'",
            "'MSFT', '2025-11-20T15:00:00Z', 0, 'V', 1, 400, 1, '{@}', 'C', 'iex'",
            // Of another feed, and of the days before and after.
            "'AAPL', '2025-11-20T14:30:00Z', 0, 'P', 100, 1, 1, '{@}', 'C', 'sip'",
            "'AAPL', '2025-11-19T14:30:00Z', 0, 'V', 1, 1, 1, '{@}', 'C', 'iex'",
            "'AAPL', '2025-11-21T14:30:00Z', 0, 'V', 1, 1, 1, '{@}', 'C', 'iex'")) {
      stored.execute(
          "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape,"
              + " feed) values ("
              + trade
              + ")");
    }
    // Cancelled, corrected under the same id, and corrected under another one.
    stored.execute("update trades set status = 'canceled' where trade_id = 4");
    stored.execute("update trades set status = 'corrected', price = 151.5 where trade_id = 5");
    stored.execute("update trades set status = 'incorrect' where trade_id = 6");
    stored.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed,"
            + " status) values ('AAPL', '2025-11-20T14:30:04Z', 0, 'V', 60, 152.5, 9, '{@}', 'C', 'iex',"
            + " 'corrected')");
    stored.execute(
        "insert into trade_corrections (symbol, ts, nanos, exchange, trade_id, kind, price, size,"
            + " conditions, new_trade_id, new_price, new_size, new_conditions, tape, feed, applied_at)"
            + " values ('AAPL', '2025-11-20T14:30:10Z', 5, 'V', 4, 'canceled', 150.3, 7, null, null,"
            + " null, null, null, 'C', 'iex', now()),"
            + " ('AAPL', '2025-11-20T14:30:11Z', 0, 'V', 5, 'corrected', 151, 8, '{@}', 5, 151.5, 8,"
            + " '{@}', 'C', 'iex', now()),"
            + " ('AAPL', '2025-11-20T14:30:12Z', 0, 'V', 6, 'corrected', 152, 9, '{@}', 60, 152.5, 9,"
            + " '{@}', 'C', 'iex', now())");
    stored.execute(
        "insert into quotes values ('AAPL', '2025-11-20T14:30:00.5Z', 999, 'V', 150.1, 1, 'V', 150.2, 2,"
            + " '{R}', 'C', 'iex')");
    stored.execute(
        "insert into statuses values ('AAPL', '2025-11-20T15:30:00Z', 1, 'H', 'Trading Halt – ü', 'T1',"
            + " 'News \"Pending\"', 'C', 'iex')");
    stored.execute(
        "insert into lulds values ('AAPL', '2025-11-20T15:31:00Z', 0, 160.5, 140.5, 'B', 'C', 'iex')");
    for (String bar :
        List.of(
            "'1Min', '2025-11-20T14:30:00Z', 150, 152, 149, 150.5, 100, 5, 150.2, true",
            "'1Min', '2025-11-20T14:31:00Z', 150, 152, 149, 150.75, 100, 5, 150.2, true",
            "'1Day', '2025-11-20T05:00:00Z', 150, 152, 149, 151, 1000, 50, 150.5, false")) {
      stored.execute(
          "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume,"
              + " trade_count, vwap, final) values ('alpaca', 'iex', 'AAPL', "
              + bar
              + ")");
    }
    stored.execute("update bars set close = 151.75 where close = 150.75");
    return stored;
  }

  /** The rows of the day and of feed iex. */
  private static List<String> rows(TestDatabase from, String table) {
    boolean ofFeed = !table.equals("trade_revisions");
    return from
        .query(
            "select "
                + COLUMNS.get(table)
                + " from "
                + table
                + " where ts >= '2025-11-20T05:00:00Z' and ts < '2025-11-21T05:00:00Z'"
                + (ofFeed ? " and feed = 'iex'" : "")
                + " order by 1, 2, 3, 4, 5")
        .stream()
        .map(Object::toString)
        .toList();
  }

  private JsonNode json(String target) throws Exception {
    return new ObjectMapper().readTree(get(target, ReplayOptions.KEY).body());
  }

  private int status(String target, String key) throws Exception {
    return get(target, key).statusCode();
  }

  private HttpResponse<String> get(String target, String key) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(replay.url() + target))
                .header("APCA-API-KEY-ID", key)
                .header("APCA-API-SECRET-KEY", "secret")
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
