package dev.caravan.routes;

import static dev.caravan.support.ApiAnswers.names;
import static dev.caravan.support.ApiAnswers.next;
import static dev.caravan.support.ApiAnswers.read;
import static dev.caravan.support.ApiAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The API over real HTTP, on rows that the test has put into the tables. */
class ApiIT extends CaravanTestSupport {
  private final int port = TestDatabase.freePort();
  private final Web web = Web.at(port);

  ApiIT() {
    set("caravan.http.port", Integer.toString(port));
    set("caravan.schedule.yahoo-quotes", "off");
    // Never within the time of a test, but a schedule that can be paused.
    set("caravan.schedule.repair", "0 0 3 1 1 ? 2099");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withJMX(false);
  }

  @BeforeEach
  void insertSymbols() {
    database.execute(
        "insert into symbols (symbol, name, exchange, status, tradable, note, updated_at) values"
            + " ('AAPL', 'Apple Inc. Common Stock', 'NASDAQ', 'active', true, null,"
            + "   '2026-11-20 14:30:00.25+00'),"
            + " ('BRK.B', 'Berkshire Hathaway', 'NYSE', 'active', null, null,"
            + "   '2026-11-20 14:30:00+00'),"
            + " ('OLD', 'Gone & Sons \"Ltd\"', 'NYSE', 'inactive', false, 'delisted',"
            + "   '2026-11-20 14:30:00+00')");
  }

  @Test
  void symbolsComeWithTheirLatestPrices() {
    // A close of Friday in old shares, a split over the weekend, and a snapshot that a trade has
    // overtaken.
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final) values"
            + " ('alpaca', 'sip', 'AAPL', '1Day', '2026-11-20 05:00+00', 400, 400, 400, 400, true),"
            + " ('yahoo', '-', 'BRK.B', '1Day', '2026-11-20 05:00+00', 500, 500, 500, 500, true),"
            + " ('yahoo', '-', 'BRK.B', '1Day', '2026-11-23 05:00+00', 9, 9, 9, 9, false)");
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, ratio)"
            + " values ('alpaca', 'AAPL', 'split', '2026-11-23', 4)");
    database.execute(
        "insert into price_snapshots (source, symbol, ts, price, volume) values"
            + " ('yahoo', 'AAPL', '2026-11-23 15:00:00+00', 101.5, 12345),"
            + " ('yahoo', 'BRK.B', '2026-11-23 15:00:00+00', 510.123456789012, null)");
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed, status) values"
            + " ('AAPL', '2026-11-23 15:00:01.000250+00', 7, 'V', 1, 102.25, 10, 'iex', 'valid'),"
            + " ('AAPL', '2026-11-23 15:00:02+00', 0, 'V', 2, 7, 10, 'iex', 'canceled')");

    assertThat(body("/api/symbols"))
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"yahoo_symbol\":\"AAPL\",\"name\":\"Apple Inc. Common Stock\","
                + "\"exchange\":\"NASDAQ\",\"status\":\"active\",\"sources\":[\"alpaca\",\"yahoo\"],"
                + "\"tradable\":true,\"note\":null,\"updated_at\":\"2026-11-20T14:30:00.250000Z\","
                + "\"price\":102.25,\"price_ts\":\"2026-11-23T15:00:01.000250Z\","
                + "\"price_source\":\"alpaca\",\"snapshot_ts\":\"2026-11-23T15:00:00Z\","
                + "\"volume\":12345,\"previous_close\":100,"
                + "\"change\":2.25,\"change_percent\":2.25},"
                + "{\"symbol\":\"BRK.B\",\"yahoo_symbol\":\"BRK-B\",\"name\":\"Berkshire Hathaway\","
                + "\"exchange\":\"NYSE\",\"status\":\"active\",\"sources\":[\"alpaca\",\"yahoo\"],"
                + "\"tradable\":null,\"note\":null,\"updated_at\":\"2026-11-20T14:30:00Z\","
                + "\"price\":510.123456789012,\"price_ts\":\"2026-11-23T15:00:00Z\","
                + "\"price_source\":\"yahoo\",\"snapshot_ts\":\"2026-11-23T15:00:00Z\",\"volume\":null,\"previous_close\":500,"
                + "\"change\":10.123456789012,\"change_percent\":2.0247},"
                + "{\"symbol\":\"OLD\",\"yahoo_symbol\":\"OLD\",\"name\":\"Gone & Sons \\\"Ltd\\\"\","
                + "\"exchange\":\"NYSE\",\"status\":\"inactive\",\"sources\":[\"alpaca\",\"yahoo\"],"
                + "\"tradable\":false,\"note\":\"delisted\",\"updated_at\":\"2026-11-20T14:30:00Z\","
                + "\"price\":null,\"price_ts\":null,\"price_source\":null,\"snapshot_ts\":null,\"volume\":null,"
                + "\"previous_close\":null,\"change\":null,\"change_percent\":null}]");

    assertThat(column("/api/symbols?status=active", "symbol")).containsExactly("AAPL", "BRK.B");
    assertThat(column("/api/symbols?status=inactive", "symbol")).containsExactly("OLD");
    assertThat(column("/api/symbols?search=brk", "symbol")).containsExactly("BRK.B");
    assertThat(column("/api/symbols?search=brk-b", "symbol")).containsExactly("BRK.B");
    assertThat(column("/api/symbols?search=common", "symbol")).containsExactly("AAPL");
    assertThat(column("/api/symbols?search=%25", "symbol")).isEmpty();

    JsonNode quotes = json("/api/quotes");
    assertThat(quotes).hasSize(2);
    assertThat(quotes.get(0).path("age_seconds").isNumber()).isTrue();
    assertThat(names(quotes.get(0)))
        .containsExactly(
            "source",
            "symbol",
            "ts",
            "price",
            "volume",
            "previous_close",
            "change",
            "change_percent",
            "age_seconds");
    assertThat(quotes.get(0).path("price").decimalValue()).isEqualByComparingTo("102.25");
    assertThat(column("/api/quotes?symbol=brk-b,OLD", "symbol")).containsExactly("BRK.B");
    refused("/api/quotes?symbol=AAPL,NOPE", 404, null, "There is no symbol NOPE.");
  }

  @Test
  void barsKeepAllTheirDigitsAndComeInTheirOrder() {
    bars();

    assertThat(body("/api/bars?symbol=aapl&timeframe=1Min&from=2026-11-20&to=2026-11-20"))
        .isEqualTo(
            "[{\"source\":\"alpaca\",\"feed\":\"iex\",\"symbol\":\"AAPL\",\"timeframe\":\"1Min\","
                + "\"ts\":\"2026-11-20T14:30:00Z\",\"open\":187.123456789012345678,\"high\":188.10,"
                + "\"low\":187,\"close\":187.5,\"volume\":0.5,\"trade_count\":12,\"vwap\":187.25,"
                + "\"final\":true,\"revision\":0,\"adjusted_as_of\":null},"
                + "{\"source\":\"alpaca\",\"feed\":\"sip\",\"symbol\":\"AAPL\",\"timeframe\":\"1Min\","
                + "\"ts\":\"2026-11-20T14:30:00Z\",\"open\":1,\"high\":1,\"low\":1,\"close\":1,"
                + "\"volume\":null,\"trade_count\":null,\"vwap\":null,\"final\":false,\"revision\":0,"
                + "\"adjusted_as_of\":null},"
                + "{\"source\":\"alpaca\",\"feed\":\"sip\",\"symbol\":\"AAPL\",\"timeframe\":\"1Min\","
                + "\"ts\":\"2026-11-20T14:31:00Z\",\"open\":2,\"high\":2,\"low\":2,\"close\":2,"
                + "\"volume\":null,\"trade_count\":null,\"vwap\":null,\"final\":true,\"revision\":0,"
                + "\"adjusted_as_of\":\"2026-11-21T00:00:00.500000Z\"}]");
    assertThat(column("/api/bars?symbol=AAPL&timeframe=1Min&order=desc", "close"))
        .containsExactly("3", "2", "1", "187.5");
    assertThat(column("/api/bars?symbol=AAPL&timeframe=1Min&feed=iex", "close"))
        .containsExactly("187.5");
    assertThat(column("/api/bars?symbol=AAPL&timeframe=1Min&source=yahoo", "close")).isEmpty();
    assertThat(
            column(
                "/api/bars?symbol=AAPL&timeframe=1Min&from=2026-11-20T14:31:00Z"
                    + "&to=2026-11-21T09:00:00-05:00",
                "close"))
        .as("from is inclusive, to is not")
        .containsExactly("2");
    assertThat(column("/api/bars?symbol=AAPL", "close")).isEmpty();
    refused("/api/bars?symbol=NOPE", 404, null, "There is no symbol NOPE.");
  }

  @Test
  void adjustedBarsAreInTheSharesOfTodayLessTheDividendsSince() {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, vwap,"
            + " final) values"
            + " ('alpaca', 'sip', 'AAPL', '1Day', '2026-11-13 05:00+00', 400, 404, 396, 400, 1000,"
            + "   402, true),"
            + " ('alpaca', 'sip', 'AAPL', '1Day', '2026-11-16 05:00+00', 100, 100, 100, 100, 10,"
            + "   100, true),"
            + " ('alpaca', 'sip', 'AAPL', '1Day', '2026-11-17 05:00+00', 99, 99, 99, 99, 10, null,"
            + "   true)");
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, ratio, amount) values"
            + " ('alpaca', 'AAPL', 'split', '2026-11-16', 4, null),"
            + " ('alpaca', 'AAPL', 'dividend', '2026-11-17', null, 0.5)");

    // 400 / 4 * (1 - 0.5 / 100)
    assertThat(body("/api/bars?symbol=AAPL&adjusted=true&to=2026-11-13"))
        .isEqualTo(
            "[{\"source\":\"alpaca\",\"feed\":\"sip\",\"symbol\":\"AAPL\",\"timeframe\":\"1Day\","
                + "\"ts\":\"2026-11-13T05:00:00Z\",\"open\":99.5,\"high\":100.495,\"low\":98.505,"
                + "\"close\":99.5,\"volume\":4000,\"trade_count\":null,\"vwap\":99.9975,\"final\":true,"
                + "\"revision\":0,\"adjusted_as_of\":null,\"split_factor\":4,"
                + "\"dividend_factor\":0.995}]");
    assertThat(column("/api/bars?symbol=AAPL&adjusted=true", "close"))
        .containsExactly("99.5", "99.5", "99");
    assertThat(column("/api/bars?symbol=AAPL&adjusted=true&order=desc&limit=2", "close"))
        .containsExactly("99", "99.5");
    assertThat(column("/api/bars?symbol=AAPL", "close")).containsExactly("400", "100", "99");
    assertThat(names(json("/api/bars?symbol=AAPL").get(0))).doesNotContain("split_factor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"asc", "desc"})
  void pagesOfBarsHaveEachBarOnceWhileBarsAreAdded(String order) {
    for (String feed : List.of("iex", "sip")) {
      database.execute(
          "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final)"
              + " select 'alpaca', '"
              + feed
              + "', 'AAPL', '1Min', timestamptz '2026-11-20 14:30+00' + n * interval '1 min',"
              + " 1, 1, 1, n, true from generate_series(0, 24) n");
    }
    List<String> walked = new ArrayList<>();
    String path = "/api/bars?symbol=AAPL&timeframe=1Min&limit=7&order=" + order;
    while (path != null) {
      HttpResponse<byte[]> page = web.ask("GET", path);
      for (JsonNode bar : read(page)) {
        walked.add(bar.path("ts").asText() + " " + bar.path("feed").asText());
      }
      // One that is passed already, and one between: neither repeats or moves any other.
      database.execute(
          "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final)"
              + " select 'alpaca', 'otc', 'AAPL', '1Min', timestamptz '2026-11-20 14:30:30+00'"
              + " + n * interval '1 min', 1, 1, 1, 1, true from generate_series(0, 24) n"
              + " on conflict do nothing");
      path = next(page);
    }
    List<String> old = walked.stream().filter(bar -> !bar.endsWith("otc")).toList();
    assertThat(old).hasSize(50).doesNotHaveDuplicates();
    assertThat(walked).doesNotHaveDuplicates();
    List<String> sorted = new ArrayList<>(new TreeSet<>(walked));
    if (order.equals("desc")) {
      Collections.reverse(sorted);
    }
    assertThat(walked).isEqualTo(sorted);
  }

  @Test
  void runsAreTheNewestFirstAndPagedWhileNewOnesBegin() {
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, expected, stored,"
            + " error, process) values"
            + " ('end-of-day', 'schedule', 'partial', '2026-11-20 23:00+00',"
            + "   '2026-11-20 23:00:01.5+00', 10, 9, 'one symbol was not served', 'p'),"
            + " ('repair', 'api', 'running', '2026-11-20 23:00:02+00', null, null, null, null, 'p')");
    long parent = database.count("select min(run_id) from flow_runs");
    database.execute(
        "insert into flow_runs (parent_run_id, flow, trigger, status, started_at, finished_at,"
            + " process) select "
            + parent
            + ", 'yahoo-bars', 'flow', 'succeeded', '2026-11-20 23:00:03+00',"
            + " '2026-11-20 23:00:04+00', 'p' from generate_series(1, 5)");

    assertThat(body("/api/runs?flow=end-of-day"))
        .isEqualTo(
            "[{\"run_id\":"
                + parent
                + ",\"parent_run_id\":null,\"flow\":\"end-of-day\",\"trigger\":\"schedule\","
                + "\"status\":\"partial\",\"started_at\":\"2026-11-20T23:00:00Z\","
                + "\"finished_at\":\"2026-11-20T23:00:01.500000Z\",\"duration_ms\":1500,"
                + "\"expected\":10,\"stored\":9,\"error\":\"one symbol was not served\"}]");
    assertThat(column("/api/runs?status=running", "flow")).containsExactly("repair");
    assertThat(column("/api/runs?parent=none", "flow")).containsExactly("repair", "end-of-day");
    assertThat(column("/api/runs?parent=" + parent, "flow")).hasSize(5);

    List<String> walked = new ArrayList<>();
    String path = "/api/runs?limit=3";
    while (path != null) {
      HttpResponse<byte[]> page = web.ask("GET", path);
      read(page).forEach(run -> walked.add(run.path("run_id").asText()));
      database.execute(
          "insert into flow_runs (flow, trigger, status, finished_at, process)"
              + " values ('receipts', 'schedule', 'succeeded', now(), 'p')");
      path = next(page);
    }
    assertThat(walked).hasSize(7).doesNotHaveDuplicates();
  }

  @Test
  void alertsThatAreOpenAndThoseThatAreOver() {
    database.execute(
        "insert into alerts (what, subject, detail, opened_at, told_at, cleared_at) values"
            + " ('source-down', 'yahoo', 'It said no.', '2026-11-20 14:30+00', '2026-11-20 14:36+00', null),"
            + " ('source-down', 'alpaca', '', '2026-11-20 14:30+00', null, '2026-11-20 15:00+00'),"
            + " ('summary', 'today', '', '2026-11-20 14:30+00', null, '2026-11-20 15:00+00')");
    long first = database.count("select min(alert_id) from alerts");
    assertThat(body("/api/alerts"))
        .isEqualTo(
            "[{\"alert_id\":"
                + first
                + ",\"what\":\"source-down\",\"subject\":\"yahoo\",\"detail\":\"It said no.\","
                + "\"opened_at\":\"2026-11-20T14:30:00Z\",\"told_at\":\"2026-11-20T14:36:00Z\","
                + "\"cleared_at\":null,\"cleared_told_at\":null}]");
    assertThat(column("/api/alerts?status=cleared", "subject")).containsExactly("alpaca");
    assertThat(column("/api/alerts?status=all", "subject")).containsExactly("alpaca", "yahoo");
  }

  @Test
  void nodesThatLiveAndThoseThatAreGoneAndWhoHasAStream() {
    database.execute(
        "insert into cluster_nodes (node, host, pid, version, started_at, seen_at) values"
            + " ('b', 'paris', 2, '0.2.0', '2026-11-20 14:30+00', '-infinity'),"
            + " ('a', 'rome', 1, '0.2.0', '2026-11-20 14:30+00', '2099-11-20 14:31:00.5+00')");
    database.execute(
        "insert into stream_owners (source, feed, owner, host, since) values"
            + " ('alpaca', 'iex', 'a', 'rome', '2026-11-20 14:30:01+00'),"
            + " ('alpaca', 'news', 'a', 'rome', '2026-11-20 14:30:02+00')");
    assertThat(body("/api/nodes"))
        .isEqualTo(
            "[{\"node\":\"a\",\"host\":\"rome\",\"version\":\"0.2.0\",\"alive\":true,"
                + "\"started_at\":\"2026-11-20T14:30:00Z\",\"seen_at\":\"2099-11-20T14:31:00.500000Z\","
                + "\"streams\":\"iex,news\",\"streams_since\":\"2026-11-20T14:30:02Z\"},"
                + "{\"node\":\"b\",\"host\":\"paris\",\"version\":\"0.2.0\",\"alive\":false,"
                + "\"started_at\":\"2026-11-20T14:30:00Z\",\"seen_at\":null,"
                + "\"streams\":null,\"streams_since\":null}]");
    assertThat(column("/api/nodes?limit=1", "node")).containsExactly("a");
  }

  @Test
  void partitionsOfKafkaAndHowFarEachIsStored() {
    database.execute(
        "insert into store_watermarks (topic, partition, next_offset, stored_to) values"
            + " ('caravan-stream', 1, 7, '2099-11-20 14:30+00'),"
            + " ('caravan-stream', 0, 9, '2026-11-20 14:30:00.5+00')");
    assertThat(body("/api/partitions"))
        .as("nothing was received")
        .contains("\"received_to\":null,\"seconds_behind\":null");
    database.execute(
        "insert into stream_watermarks (source, feed, stored_to)"
            + " select 'alpaca', feed, '2026-11-20 14:31:35.2+00' from feeds where role = 'stream'");
    assertThat(body("/api/partitions"))
        .isEqualTo(
            "[{\"topic\":\"caravan-stream\",\"partition\":0,\"next_offset\":9,"
                + "\"stored_to\":\"2026-11-20T14:30:00.500000Z\","
                + "\"received_to\":\"2026-11-20T14:31:35.200000Z\",\"seconds_behind\":94.7},"
                + "{\"topic\":\"caravan-stream\",\"partition\":1,\"next_offset\":7,"
                + "\"stored_to\":\"2099-11-20T14:30:00Z\","
                + "\"received_to\":\"2026-11-20T14:31:35.200000Z\",\"seconds_behind\":0}]");
    assertThat(column("/api/partitions?limit=1", "topic")).containsExactly("caravan-stream");
  }

  @Test
  void gapsReceiptsAndWhatTheySumUpTo() {
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, status, reason,"
            + " opened_at, closed_at, attempts, next_try_at, last_error) values"
            + " ('alpaca', 'iex', 'trades', 'AAPL', '-', '2026-11-20 14:30+00', null, 'open', 'lost',"
            + "   '2026-11-20 14:31+00', null, 2, '2026-11-20 14:32+00', 'No connection'),"
            + " ('alpaca', 'sip', 'bars', 'BRK.B', '1Min', '2026-11-20 14:30+00',"
            + "   '2026-11-20 14:40+00', 'abandoned', 'lost', '2026-11-20 14:31+00',"
            + "   '2026-11-20 15:00+00', 10, '2026-11-20 14:32+00', 'refused')");
    long first = database.count("select min(gap_id) from gaps");
    assertThat(body("/api/gaps?status=open"))
        .isEqualTo(
            "[{\"gap_id\":"
                + first
                + ",\"source\":\"alpaca\",\"feed\":\"iex\",\"dataset\":\"trades\",\"symbol\":\"AAPL\","
                + "\"timeframe\":\"-\",\"from_ts\":\"2026-11-20T14:30:00Z\",\"to_ts\":null,"
                + "\"status\":\"open\",\"reason\":\"lost\",\"opened_at\":\"2026-11-20T14:31:00Z\","
                + "\"closed_at\":null,\"attempts\":2,\"next_try_at\":\"2026-11-20T14:32:00Z\","
                + "\"last_error\":\"No connection\"}]");
    assertThat(column("/api/gaps", "symbol")).containsExactly("BRK.B", "AAPL");
    assertThat(column("/api/gaps?symbol=BRK-B&dataset=bars", "status"))
        .containsExactly("abandoned");

    for (String symbol : List.of("AAPL", "BRK.B")) {
      for (String session : List.of("2026-11-18", "2026-11-19", "2026-11-20")) {
        database.execute(
            "insert into receipts (source, feed, dataset, symbol, timeframe, session, expected,"
                + " stored, no_trade, missing, calendar, opens_at, closes_at, proved_at, counted_at)"
                + " values ('alpaca', 'sip', 'bars', '"
                + symbol
                + "', '1Min', '"
                + session
                + "', 390, 380, 7, 3, 'New York', '"
                + session
                + " 14:30+00', '"
                + session
                + " 21:00+00', null, '2026-11-21 00:00+00'), ('yahoo', '-', 'bars', '"
                + symbol
                + "', '1Day', '"
                + session
                + "', 1, 1, 0, 0, 'New York', '"
                + session
                + " 05:00+00', '"
                + session
                + " 21:00+00', null, null)");
      }
    }
    database.execute(
        "update receipts set note = 'not on the list' where symbol = 'AAPL' and missing > 0");
    assertThat(body("/api/receipts?session=2026-11-20&symbol=AAPL&missing=true"))
        .isEqualTo(
            "[{\"source\":\"alpaca\",\"feed\":\"sip\",\"dataset\":\"bars\",\"symbol\":\"AAPL\","
                + "\"timeframe\":\"1Min\",\"session\":\"2026-11-20\",\"expected\":390,\"stored\":380,"
                + "\"no_trade\":7,\"missing\":3,\"calendar\":\"New York\","
                + "\"opens_at\":\"2026-11-20T14:30:00Z\",\"closes_at\":\"2026-11-20T21:00:00Z\","
                + "\"proved_at\":null,\"counted_at\":\"2026-11-21T00:00:00Z\","
                + "\"note\":\"not on the list\"}]");
    assertThat(column("/api/receipts?session=2026-11-20&symbol=BRK.B", "note"))
        .containsExactly("null", "null");
    List<String> walked = new ArrayList<>();
    String path = "/api/receipts?limit=5";
    while (path != null) {
      HttpResponse<byte[]> page = web.ask("GET", path);
      read(page)
          .forEach(
              receipt ->
                  walked.add(
                      receipt.path("session").asText()
                          + " "
                          + receipt.path("symbol").asText()
                          + " "
                          + receipt.path("source").asText()));
      path = next(page);
    }
    assertThat(walked)
        .hasSize(12)
        .doesNotHaveDuplicates()
        .startsWith("2026-11-20 AAPL alpaca", "2026-11-20 AAPL yahoo", "2026-11-20 BRK.B alpaca")
        .endsWith("2026-11-18 BRK.B yahoo");

    JsonNode completeness = json("/api/completeness?sessions=2&search=a");
    assertThat(completeness.path("sessions").toString())
        .isEqualTo("[\"2026-11-19\",\"2026-11-20\"]");
    assertThat(completeness.path("symbols").toString())
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"cells\":["
                + "{\"session\":\"2026-11-19\",\"expected\":391,\"stored\":381,\"no_trade\":7,"
                + "\"missing\":3},"
                + "{\"session\":\"2026-11-20\",\"expected\":391,\"stored\":381,\"no_trade\":7,"
                + "\"missing\":3}]},"
                + "{\"symbol\":\"BRK.B\",\"cells\":["
                + "{\"session\":\"2026-11-19\",\"expected\":391,\"stored\":381,\"no_trade\":7,"
                + "\"missing\":3},"
                + "{\"session\":\"2026-11-20\",\"expected\":391,\"stored\":381,\"no_trade\":7,"
                + "\"missing\":3}]}]");
    assertThat(completeness.path("gaps_open").asInt()).isEqualTo(1);
    assertThat(completeness.path("gaps_abandoned").asInt()).isEqualTo(1);
    assertThat(completeness.path("repair").isNull()).isTrue();
  }

  @Test
  void newsAndProfilesAreAsTheSourceSentThem() {
    database.execute(
        "insert into news_articles (source, article_id, headline, summary, content, author, url,"
            + " publisher, published_at, updated_at, symbols) values"
            + " ('alpaca', '1', '<b>Apple</b> \"up\"', null, 'long', 'A. Writer',"
            + "   'https://news.example/1', 'benzinga', '2026-11-20 14:30+00',"
            + "   '2026-11-20 14:31+00', '{AAPL,MSFT}'),"
            + " ('alpaca', '2', 'Other', null, null, null, null, null, '2026-11-20 14:30+00',"
            + "   '2026-11-20 14:30+00', '{}')");
    assertThat(body("/api/news?symbol=AAPL"))
        .isEqualTo(
            "[{\"source\":\"alpaca\",\"article_id\":\"1\","
                + "\"headline\":\"<b>Apple</b> \\\"up\\\"\",\"summary\":null,"
                + "\"author\":\"A. Writer\",\"publisher\":\"benzinga\","
                + "\"url\":\"https://news.example/1\",\"published_at\":\"2026-11-20T14:30:00Z\","
                + "\"updated_at\":\"2026-11-20T14:31:00Z\",\"symbols\":[\"AAPL\",\"MSFT\"]}]");
    HttpResponse<byte[]> page = web.ask("GET", "/api/news?limit=1");
    assertThat(read(page).get(0).path("article_id").asText()).isEqualTo("2");
    assertThat(column(next(page), "article_id")).containsExactly("1");

    database.execute(
        "insert into company_profiles (symbol, name, sector, industry, country, website, employees,"
            + " summary, officers, answer, updated_at) values ('AAPL', 'Apple Inc.', 'Technology',"
            + " 'Consumer Electronics', 'United States', 'https://apple.example', 166000, 'Makes.',"
            + " '[{\"name\": \"A\", \"title\": \"CEO\"}]', '{}', '2026-11-20 14:30+00')");
    assertThat(body("/api/profiles/aapl"))
        .isEqualTo(
            "{\"symbol\":\"AAPL\",\"name\":\"Apple Inc.\",\"sector\":\"Technology\","
                + "\"industry\":\"Consumer Electronics\",\"country\":\"United States\","
                + "\"website\":\"https://apple.example\",\"employees\":166000,"
                + "\"summary\":\"Makes.\",\"officers\":[{\"name\": \"A\", \"title\": \"CEO\"}],"
                + "\"updated_at\":\"2026-11-20T14:30:00Z\"}");
    refused("/api/profiles/OLD", 404, null, "There is no profile of this symbol.");
  }

  @Test
  void anAbandonedGapIsReopenedAndAnyOtherIsNot() {
    database.execute(
        "insert into gaps (gap_id, source, feed, dataset, symbol, from_ts, to_ts, status, reason,"
            + " closed_at, attempts, last_error) overriding system value values"
            + " (1, 'alpaca', 'iex', 'trades', 'AAPL', '2026-11-20 14:30+00', '2026-11-20 14:40+00', 'abandoned',"
            + "   'lost', now(), 10, 'refused'),"
            + " (2, 'alpaca', 'iex', 'trades', 'MSFT', '2026-11-20 14:30+00', '2026-11-20 14:40+00', 'no_trades',"
            + "   'lost', now(), 0, null),"
            + " (3, 'alpaca', 'iex', 'trades', 'BRK.B', '2026-11-20 14:30+00', '2026-11-20 14:40+00', 'abandoned',"
            + "   'lost', now(), 10, 'refused'),"
            + " (4, 'alpaca', 'test', 'trades', 'FAKEPACA', '2026-11-20 14:30+00', '2026-11-20 14:40+00', 'abandoned',"
            + "   'lost', now(), 0, 'no history')");

    assertThat(posted("/api/gaps/1/reopen")).isEqualTo("{\"gap_id\":1,\"reopened\":true}");
    assertThat(column("/api/gaps?status=open", "symbol")).containsExactly("AAPL");
    HttpResponse<byte[]> again = web.ask("POST", "/api/gaps/1/reopen");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(new String(again.body(), StandardCharsets.UTF_8))
        .contains("Gap 1 was not reopened: it is open already");
    database.execute("update gaps set next_try_at = now() + interval '1 h' where gap_id = 1");
    assertThat(posted("/api/gaps/1/reopen")).isEqualTo("{\"gap_id\":1,\"reopened\":true}");
    assertThat(
            database.count("select count(*) from gaps where gap_id = 1 and next_try_at <= now()"))
        .isEqualTo(1);
    assertThat(posted("/api/gaps/2/reopen")).contains("it is settled: no trades");
    assertThat(posted("/api/gaps/4/reopen")).contains("there is no history");
    assertThat(web.ask("POST", "/api/gaps/5/reopen").statusCode()).isEqualTo(404);
    assertThat(web.ask("POST", "/api/gaps/x/reopen").statusCode()).isEqualTo(400);
    assertThat(web.ask("GET", "/api/gaps/3/reopen").statusCode()).isEqualTo(405);

    assertThat(posted("/api/gaps/reopen")).isEqualTo("{\"reopened\":1}");
    assertThat(column("/api/gaps?status=open", "symbol")).containsExactly("BRK.B", "AAPL");
    assertThat(posted("/api/gaps/reopen")).isEqualTo("{\"reopened\":0}");
  }

  private String posted(String path) {
    return new String(web.ask("POST", path).body(), StandardCharsets.UTF_8);
  }

  @Test
  void deadLettersAreListedShownAndReplayed() {
    database.execute(
        "insert into dead_letters (route_id, symbol, reason, payload, times, feed, first_failed_at,"
            + " failed_at, replayed_at) values"
            + " ('stream', 'AAPL', 'not JSON', 'no message', 2, 'iex', '2026-11-20 14:30+00',"
            + "   '2026-11-20 14:31+00', null),"
            + " ('yahoo-bars', 'OLD', 'gone', repeat('x', 150000), 1, null, '2026-11-20 14:30+00',"
            + "   '2026-11-20 14:30+00', '2026-11-20 15:00+00')");
    long open = database.count("select min(letter_id) from dead_letters");
    long replayed = database.count("select max(letter_id) from dead_letters");
    String letter =
        "{\"letter_id\":"
            + open
            + ",\"run_id\":null,\"route_id\":\"stream\",\"symbol\":\"AAPL\",\"reason\":\"not JSON\","
            + "\"times\":2,\"feed\":\"iex\",\"timeframe\":null,"
            + "\"first_failed_at\":\"2026-11-20T14:30:00Z\",\"failed_at\":\"2026-11-20T14:31:00Z\","
            + "\"replayed_at\":null,\"replayable\":true";
    assertThat(body("/api/dead-letters")).isEqualTo("[" + letter + "}]");
    assertThat(body("/api/dead-letters/" + open))
        .isEqualTo(letter + ",\"payload\":\"no message\"}");
    assertThat(column("/api/dead-letters?status=replayed", "symbol")).containsExactly("OLD");
    assertThat(column("/api/dead-letters?status=all", "symbol")).containsExactly("AAPL", "OLD");
    assertThat(column("/api/dead-letters?status=all&route=yahoo-bars&symbol=OLD", "symbol"))
        .containsExactly("OLD");
    assertThat(json("/api/dead-letters/" + replayed).path("payload").asText()).hasSize(100_000);
    refused("/api/dead-letters/999999", 404, null, "There is no dead letter of this number.");

    JsonNode kept = read(web.ask("POST", "/api/dead-letters/" + open + "/replay"));
    assertThat(names(kept)).containsExactly("letter_id", "replayed", "reason");
    assertThat(kept.path("letter_id").asLong()).isEqualTo(open);
    assertThat(kept.path("replayed").asBoolean()).isFalse();
    assertThat(kept.path("reason").asText()).isNotBlank();
    JsonNode again = read(web.ask("POST", "/api/dead-letters/" + replayed + "/replay"));
    assertThat(again.path("reason").asText()).startsWith("it was replayed already");
    assertThat(web.ask("POST", "/api/dead-letters/999999/replay").statusCode()).isEqualTo(404);
    assertThat(
            database.query(
                "select distinct flow, trigger from flow_runs where flow = 'replay-letters'"))
        .containsExactly(Map.of("flow", "replay-letters", "trigger", "api"));
  }

  @Test
  void flowsAreListedRunPausedAndResumed() {
    JsonNode flows = json("/api/flows");
    assertThat(flows.findValuesAsText("flow")).isEqualTo(FlowCatalog.FLOWS);
    JsonNode repair = flow("repair");
    assertThat(names(repair))
        .containsExactly(
            "flow",
            "description",
            "schedule",
            "next_at",
            "paused",
            "takes_date",
            "running",
            "last_run");
    assertThat(repair.path("schedule").asText()).isEqualTo("0 0 3 1 1 ? 2099");
    assertThat(flows.findValuesAsText("description"))
        .hasSameSizeAs(FlowCatalog.FLOWS)
        .doesNotHaveDuplicates()
        .allSatisfy(description -> assertThat(description).endsWith("."));
    assertThat(repair.path("next_at").asText()).isEqualTo("2099-01-01T08:00:00Z");
    assertThat(repair.path("last_run").isNull()).isTrue();
    assertThat(flow("yahoo-bars").path("schedule").asText()).isEqualTo("off");
    assertThat(flow("yahoo-bars").path("next_at").isNull()).isTrue();
    assertThat(flow("yahoo-bars").path("paused").asBoolean()).isFalse();

    HttpResponse<byte[]> started = web.ask("POST", "/api/flows/repair/run");
    assertThat(started.statusCode()).isEqualTo(202);
    assertThat(text(started)).isEqualTo("{\"flow\":\"repair\",\"status\":\"started\"}");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> flow("repair").path("last_run").path("status").asText().equals("succeeded"));
    assertThat(database.query("select flow, trigger, parent_run_id from flow_runs"))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.get("trigger")).isEqualTo("api");
              assertThat(run.get("parent_run_id")).isNull();
            });
    database.execute(
        "insert into flow_runs (flow, trigger, status, process)"
            + " select 'repair', 'schedule', 'running', application_name from pg_stat_activity"
            + " where application_name like 'caravan%' limit 1");
    assertThat(flow("repair").path("running").asBoolean()).isTrue();
    HttpResponse<byte[]> twice = web.ask("POST", "/api/flows/repair/run");
    assertThat(twice.statusCode()).isEqualTo(409);
    assertThat(read(twice).path("detail").asText()).isEqualTo("repair runs already.");

    for (int i = 0; i < 2; i++) {
      assertThat(text(web.ask("POST", "/api/flows/repair/pause")))
          .isEqualTo("{\"flow\":\"repair\",\"paused\":true}");
      assertThat(flow("repair").path("paused").asBoolean()).isTrue();
      assertThat(flow("repair").path("next_at").isNull()).isTrue();
    }
    for (int i = 0; i < 2; i++) {
      assertThat(text(web.ask("POST", "/api/flows/repair/resume")))
          .isEqualTo("{\"flow\":\"repair\",\"paused\":false}");
    }
    assertThat(flow("repair").path("next_at").asText()).isEqualTo("2099-01-01T08:00:00Z");
    for (String action : List.of("run", "pause", "resume")) {
      HttpResponse<byte[]> unknown = web.ask("POST", "/api/flows/nope/" + action);
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(read(unknown).path("detail").asText()).contains("no flow", "end-of-day");
    }
    assertThat(web.ask("POST", "/api/flows/yahoo-bars/pause").statusCode()).isEqualTo(409);
  }

  @Test
  void aFlowRunsForTheDateThatAPersonNames() {
    assertThat(flow("receipts").path("takes_date").asBoolean()).isTrue();
    assertThat(flow("repair").path("takes_date").asBoolean()).isFalse();
    database.execute("update symbols set status = 'active', added_at = '2026-11-02 00:00+00'");

    HttpResponse<byte[]> started =
        web.ask("POST", "/api/flows/receipts/run?date=2026-11-12", "Sec-Fetch-Site", "same-origin");
    assertThat(started.statusCode()).as(text(started)).isEqualTo(202);
    assertThat(text(started)).isEqualTo("{\"flow\":\"receipts\",\"status\":\"started\"}");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> flow("receipts").path("last_run").path("status").asText().equals("succeeded"));
    assertThat(database.query("select distinct session::text from receipts"))
        .containsExactly(Map.of("session", "2026-11-12"));

    for (String[] refused :
        new String[][] {
          {"receipts/run?date=2026-02-30", "400", "a date such as 2026-11-20"},
          {"receipts/run?date=", "400", "a date such as 2026-11-20"},
          {"receipts/run?date=2999-01-01", "400", "date 2999-01-01 is in the future."},
          {
            "repair/run?date=2026-11-20",
            "400",
            "repair requests what is missing and takes no date."
          },
          {"receipts/run?date=2026-11-20&date=2026-11-19", "400", "more than once"},
          {"receipts/run?day=2026-11-20", "400", "there are date."},
          {"nope/run?date=2026-11-20", "404", "no flow"}
        }) {
      HttpResponse<byte[]> answer = web.ask("POST", "/api/flows/" + refused[0]);
      assertThat(answer.statusCode()).as(refused[0]).isEqualTo(Integer.parseInt(refused[1]));
      assertThat(read(answer).path("detail").asText()).as(refused[0]).contains(refused[2]);
    }
    HttpResponse<byte[]> foreign =
        web.ask("POST", "/api/flows/receipts/run?date=2026-11-12", "Sec-Fetch-Site", "cross-site");
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(database.count("select count(*) from flow_runs where flow = 'receipts'"))
        .isEqualTo(1);
  }

  @Test
  void theStreamsAndTheStatusNeedNoTable() {
    JsonNode stream = json("/api/stream");
    assertThat(names(stream)).containsExactly("market", "news");
    assertThat(stream.path("market").path("enabled").asBoolean()).isFalse();
    assertThat(stream.path("market").path("state").asText()).isEqualTo("off");
    assertThat(stream.path("market").path("holder").isNull()).isTrue();
    assertThat(stream.path("market").path("seconds_since_last_message").isNull()).isTrue();

    JsonNode status = json("/api/status");
    assertThat(names(status))
        .containsExactly("version", "now", "database", "session", "user", "role", "demo");
    assertThat(status.path("database").path("up").asBoolean()).isTrue();
    assertThat(status.path("role").asText()).isEqualTo("operator");
    assertThat(status.path("user").isNull()).isTrue();
    assertThat(status.path("demo").asBoolean()).isFalse();
    assertThat(names(status.path("session"))).containsExactly("open", "opens_at", "closes_at");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/bars | symbol | is missing",
        "/api/bars?symbol= | symbol | must be a symbol",
        "/api/bars?symbol=A%20B | symbol | must be a symbol",
        "/api/bars?symbol=AAPL&symbol=MSFT | symbol | more than once",
        "/api/bars?symbol=AAPL&timeframe=2Min | timeframe | one of 1Min, 5Min, 15Min, 1Hour, 1Day",
        "/api/bars?symbol=AAPL&from=yesterday | from | a date such as",
        "/api/bars?symbol=AAPL&to=2026-02-30 | to | a date such as",
        "/api/bars?symbol=AAPL&to=2026-11-20T14:30 | to | an instant such as",
        "/api/bars?symbol=AAPL&from=%2B999999999-01-01T00:00:00Z | from | a date such as",
        "/api/bars?symbol=AAPL&adjusted=yes | adjusted | true or false",
        "/api/bars?symbol=AAPL&order=up | order | asc, desc",
        "/api/bars?symbol=AAPL&limit=100001 | limit | from 1 to 100000",
        "/api/bars?symbol=AAPL&after=xyz | after | Link header",
        "/api/bars?symbol=AAPL&after=WzFd | after | Link header",
        "/api/bars?symbol=AAPL&after=WyJ4IiwieSIsInoiXQ | after | Link header",
        "/api/trades | symbol | is missing",
        "/api/trades?symbol=AAPL&limit=100001 | limit | from 1 to 100000",
        "/api/trades?symbol=AAPL&after=WyJ4IiwieSIsInoiXQ | after | Link header",
        "/api/actions?from=2026-11-20T14:30:00Z | from | a date such as",
        "/api/symbols?limit=0 | limit | from 1 to 5000",
        "/api/symbols?limit=-1 | limit | from 1 to 5000",
        "/api/symbols?limit=1e3 | limit | from 1 to 5000",
        "/api/symbols?limit=99999999999999999999 | limit | from 1 to 5000",
        "/api/symbols?status=gone | status | active, inactive, all",
        "/api/symbols?search=%00 | search | characters",
        "/api/symbols?serach=A | serach | there are status, search, limit, after",
        "/api/runs?parent=all | parent | or none",
        "/api/runs?status=ok | status | running, succeeded",
        "/api/gaps?dataset=prices | dataset | trades, bars, quotes, news, corrections, statuses, lulds",
        "/api/receipts?session=20261120 | session | a date such as",
        "/api/receipts?missing=1 | missing | true or false",
        "/api/completeness?sessions=61 | sessions | from 1 to 60",
        "/api/dead-letters?status=new | status | open, replayed, all",
        "/api/dead-letters/abc | id | whole number",
        "/api/dead-letters/0 | id | whole number",
        "/api/status?CamelHttpResponseCode=418 | CamelHttpResponseCode | there is none"
      })
  void badInputIsRefusedByName(String path, String parameter, String allowed) {
    refused(path, 400, parameter, allowed);
  }

  @Test
  void whoComesBeyondTwelveQuestionsAtOnceIsRefusedAtOnceAndTheOthersAreAnswered()
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(20);
    List<Future<HttpResponse<byte[]>>> asked = new ArrayList<>();
    try (Connection lock = database.database().connect()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("lock table dead_letters in access exclusive mode");
      for (int client = 0; client < 20; client++) {
        asked.add(clients.submit(() -> web.ask("GET", "/api/dead-letters")));
      }
      await("what is refused while the others wait")
          .atMost(Duration.ofMinutes(1))
          .until(() -> asked.stream().filter(Future::isDone).count() >= 8);
      for (Future<HttpResponse<byte[]>> refused : asked) {
        if (refused.isDone()) {
          assertThat(refused.get().statusCode()).isEqualTo(429);
          assertThat(read(refused.get()).path("detail").asText()).contains("Too many requests");
        }
      }
      assertThat(web.ask("GET", "/api/status").statusCode())
          .as("what asks no table")
          .isEqualTo(200);
      lock.rollback();
      int answered = 0;
      for (Future<HttpResponse<byte[]>> each : asked) {
        answered += each.get(1, TimeUnit.MINUTES).statusCode() == 200 ? 1 : 0;
      }
      assertThat(answered).as("at least those that had a connection").isBetween(6, 12);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void whatIsNotThereAndWhatIsNotMeant() {
    for (String path :
        List.of("/api", "/api/", "/api/nothing", "/api/symbols/AAPL/bars", "/api/bars.json")) {
      refused(path, 404, null, "/api/openapi.json");
    }
    for (String method : List.of("POST", "PUT", "DELETE", "HEAD", "OPTIONS")) {
      HttpResponse<byte[]> wrong = web.ask(method, "/api/quotes");
      assertThat(wrong.statusCode()).as(method).isEqualTo(405);
      assertThat(wrong.headers().firstValue("Allow")).as(method).contains("GET");
    }
    assertThat(web.ask("PUT", "/api/symbols").headers().firstValue("Allow")).contains("GET, POST");
    assertThat(web.ask("GET", "/api/symbols/AAPL").headers().firstValue("Allow"))
        .contains("DELETE");
    HttpResponse<byte[]> get = web.ask("GET", "/api/flows/repair/run");
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("Allow")).contains("POST");
    assertThat(web.ask("GET", "/api/symbols", "Accept", "text/plain").statusCode()).isEqualTo(200);
  }

  @Test
  void tradesComeByTimeWithTheirNanosecondsAsTheyStandNow() {
    trades();

    assertThat(body("/api/trades?symbol=aapl&from=2026-11-20&to=2026-11-20&limit=2"))
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"ts\":\"2026-11-20T14:30:00.123456Z\",\"nanos\":7,\"exchange\":\"V\","
                + "\"trade_id\":52983525029461,\"price\":187.10,\"size\":0.5,\"conditions\":[\"@\",\"I\"],"
                + "\"tape\":\"C\",\"feed\":\"iex\",\"status\":\"valid\"},"
                + "{\"symbol\":\"AAPL\",\"ts\":\"2026-11-20T14:30:00.123456Z\",\"nanos\":9,\"exchange\":\"D\","
                + "\"trade_id\":1,\"price\":187,\"size\":100,\"conditions\":null,\"tape\":null,\"feed\":\"sip\","
                + "\"status\":\"canceled\"}]");
    assertThat(column("/api/trades?symbol=AAPL&feed=sip", "trade_id")).containsExactly("1", "2");
    assertThat(column("/api/trades?symbol=AAPL&from=2026-11-20T14:30:00.123457Z", "trade_id"))
        .containsExactly("2", "3");
    assertThat(column("/api/trades?symbol=AAPL&to=2026-11-19", "trade_id")).isEmpty();
    assertThat(column("/api/trades?symbol=BRK.B", "trade_id")).isEmpty();
    refused("/api/trades?symbol=NOPE", 404, null, "There is no symbol NOPE.");
  }

  private void trades() {
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status) values"
            + " ('AAPL', '2026-11-20 14:30:00.123456+00', 9, 'D', 1, 187, 100, null, null, 'sip', 'canceled'),"
            + " ('AAPL', '2026-11-20 14:30:00.123456+00', 7, 'V', 52983525029461, 187.10, 0.5, '{@,I}', 'C', 'iex', 'valid'),"
            + " ('AAPL', '2026-11-20 20:59:59+00', 0, 'Q', 2, 188, 1, '{}', 'C', 'sip', 'corrected'),"
            + " ('AAPL', '2026-11-21 14:30:00+00', 0, 'V', 3, 189, 1, '{@}', 'C', 'iex', 'valid'),"
            + " ('MSFT', '2026-11-20 14:30:00+00', 0, 'V', 4, 400, 1, '{@}', 'C', 'iex', 'valid')");
  }

  @Test
  void corporateActionsComeTheNewestFirst() {
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, amount, ratio, new_symbol, stored_at) values"
            + " ('yahoo', 'AAPL', 'dividend', '2026-08-10', 0.26, null, null, '2026-08-10 22:00+00'),"
            + " ('alpaca', 'AAPL', 'split', '2026-11-21', null, 4, null, '2026-11-20 22:00+00'),"
            + " ('alpaca', 'MSFT', 'name_change', '2026-11-21', null, null, 'MS', '2026-11-20 22:00+00')");

    assertThat(body("/api/actions?symbol=aapl"))
        .isEqualTo(
            "[{\"source\":\"alpaca\",\"symbol\":\"AAPL\",\"action\":\"split\",\"ex_date\":\"2026-11-21\","
                + "\"amount\":null,\"ratio\":4,\"new_symbol\":null,\"stored_at\":\"2026-11-20T22:00:00Z\"},"
                + "{\"source\":\"yahoo\",\"symbol\":\"AAPL\",\"action\":\"dividend\",\"ex_date\":\"2026-08-10\","
                + "\"amount\":0.26,\"ratio\":null,\"new_symbol\":null,\"stored_at\":\"2026-08-10T22:00:00Z\"}]");
    assertThat(column("/api/actions", "symbol")).containsExactly("MSFT", "AAPL", "AAPL");
    assertThat(column("/api/actions?source=alpaca", "symbol")).containsExactly("MSFT", "AAPL");
    assertThat(column("/api/actions?from=2026-08-10&to=2026-11-20", "action"))
        .containsExactly("dividend");
    refused("/api/actions?symbol=NOPE", 404, null, "There is no symbol NOPE.");
  }

  @Test
  void headersFromOutsideStayOutside() {
    HttpResponse<byte[]> answer =
        web.ask(
            "GET",
            "/api/symbols",
            "CamelHttpResponseCode",
            "418",
            "CamelJdbcParameters",
            "x",
            "X-Own",
            "1",
            "Content-Encoding",
            "br");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(read(answer)).hasSize(3);
    assertThat(answer.headers().map().keySet())
        .filteredOn(name -> !name.startsWith(":"))
        .map(name -> name.toLowerCase(Locale.ROOT))
        .isSubsetOf(
            "server",
            "cache-control",
            "etag",
            "vary",
            "content-length",
            "content-type",
            "transfer-encoding",
            // With which the guard dresses every answer.
            "content-security-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "referrer-policy",
            "x-content-type-options");
  }

  @Test
  void anAnswerThatIsTheSameIsNotSentAgain() {
    HttpResponse<byte[]> first = web.ask("GET", "/api/symbols");
    String etag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(first.headers().firstValue("Cache-Control")).contains("no-cache");
    for (String known : List.of(etag, "\"other\", " + etag, etag.substring(2), "*")) {
      HttpResponse<byte[]> same = web.ask("GET", "/api/symbols", "If-None-Match", known);
      assertThat(same.statusCode()).as(known).isEqualTo(304);
      assertThat(same.body()).isEmpty();
      assertThat(same.headers().firstValue("ETag")).contains(etag);
    }
    assertThat(web.ask("GET", "/api/symbols", "If-None-Match", "\"other\"").statusCode())
        .isEqualTo(200);
    database.execute("update symbols set note = 'changed' where symbol = 'AAPL'");
    HttpResponse<byte[]> changed = web.ask("GET", "/api/symbols", "If-None-Match", etag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(etag);
  }

  @Test
  void aLongAnswerIsCompressedForWhoReadsThat() throws IOException {
    database.execute("insert into symbols (symbol) select 'Q' || n from generate_series(1, 300) n");
    HttpResponse<byte[]> plain = web.ask("GET", "/api/symbols");
    HttpResponse<byte[]> gzip = web.ask("GET", "/api/symbols", "Accept-Encoding", "br, gzip;q=0.5");
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(gzip.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(gzip.headers().firstValue("Vary")).contains("Accept, Accept-Encoding");
    assertThat(gzip.body().length).isLessThan(plain.body().length / 5);
    try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
      assertThat(unpacked.readAllBytes()).isEqualTo(plain.body());
    }
    assertThat(
            web.ask("GET", "/api/symbols", "Accept-Encoding", "gzip;q=0")
                .headers()
                .firstValue("Content-Encoding"))
        .isEmpty();
    assertThat(
            web.ask("GET", "/api/symbols?limit=1", "Accept-Encoding", "gzip")
                .headers()
                .firstValue("Content-Encoding"))
        .as("not worth it")
        .isEmpty();
  }

  @Test
  void theDocumentListsEveryPathWithItsParameters() {
    JsonNode document = json("/api/openapi.json");
    assertThat(document.path("openapi").asText()).startsWith("3.");
    assertThat(document.path("info").path("title").asText()).isEqualTo("Caravan");
    assertThat(document.at("/servers/0/url").asText()).isEqualTo("/api");
    Set<String> paths = new TreeSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> paths.add(method + " " + path.getKey())));
    assertThat(paths)
        .containsExactlyInAnyOrder(
            "get /backfills",
            "post /backfills",
            "delete /backfills/current",
            "get /symbols",
            "post /symbols",
            "delete /symbols/{symbol}",
            "get /quotes",
            "get /bars",
            "get /trades",
            "get /exports/{dataset}",
            "get /actions",
            "get /runs",
            "get /flows",
            "post /flows/{flow}/run",
            "post /flows/{flow}/pause",
            "post /flows/{flow}/resume",
            "get /gaps",
            "get /alerts",
            "get /nodes",
            "get /partitions",
            "post /gaps/{id}/reopen",
            "post /gaps/reopen",
            "get /receipts",
            "get /completeness",
            "get /news",
            "get /profiles/{symbol}",
            "get /dead-letters",
            "get /dead-letters/{id}",
            "post /dead-letters/{id}/replay",
            "get /stream",
            "get /status");
    assertThat(document.at("/paths/~1receipts/get/summary").asText()).contains("note");
    assertThat(document.at("/paths/~1bars/get/parameters").findValuesAsText("name"))
        .containsExactlyInAnyOrder(
            "symbol",
            "timeframe",
            "source",
            "feed",
            "from",
            "to",
            "adjusted",
            "order",
            "limit",
            "after",
            "format");
    for (String rows :
        List.of(
            "symbols",
            "quotes",
            "bars",
            "trades",
            "actions",
            "runs",
            "gaps",
            "alerts",
            "nodes",
            "partitions",
            "receipts",
            "news",
            "dead-letters")) {
      JsonNode format = null;
      for (JsonNode parameter : document.at("/paths/~1" + rows + "/get/parameters")) {
        format = parameter.path("name").asText().equals("format") ? parameter : format;
      }
      assertThat(format).as(rows).isNotNull();
      assertThat(format.at("/schema/enum").toString())
          .isEqualTo(
              List.of("bars", "trades").contains(rows)
                  ? "[\"json\",\"columns\",\"csv\",\"parquet\"]"
                  : "[\"json\",\"columns\",\"csv\"]");
      assertThat(format.path("description").asText())
          .contains("text/csv", "application/vnd.caravan.columns+json");
    }
  }

  @Test
  void whatFailsIsFoundInTheLogByTheIdOfTheAnswer() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("dev.caravan.api");
    log.start();
    logger.addAppender(log);
    database.execute("alter table dead_letters rename to lost");
    try {
      HttpResponse<byte[]> answer = web.ask("GET", "/api/dead-letters");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(text(answer)).contains("see Caravan's log").doesNotContain("dead_letters");
      assertThat(log.list)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getFormattedMessage())
                    .startsWith("A request to the API failed: ")
                    .contains("\"dead_letters\" does not exist");
                assertThat(event.getMDCPropertyMap())
                    .containsExactly(
                        Map.entry(
                            "request", answer.headers().firstValue("X-Request-Id").orElseThrow()));
              });
    } finally {
      database.execute("alter table lost rename to dead_letters");
      logger.detachAppender(log);
    }
  }

  private void bars() {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume,"
            + " trade_count, vwap, final, adjusted_as_of) values"
            + " ('alpaca', 'iex', 'AAPL', '1Min', '2026-11-20 14:30+00', 187.123456789012345678,"
            + "   188.10, 187, 187.5, 0.5, 12, 187.25, true, null),"
            + " ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-20 14:30+00', 1, 1, 1, 1, null, null, null,"
            + "   false, null),"
            + " ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-20 14:31+00', 2, 2, 2, 2, null, null, null,"
            + "   true, '2026-11-21 00:00:00.5+00'),"
            + " ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-21 14:30+00', 3, 3, 3, 3, null, null, null,"
            + "   true, null),"
            + " ('alpaca', 'sip', 'BRK.B', '1Min', '2026-11-20 14:30+00', 9, 9, 9, 9, null, null,"
            + "   null, true, null)");
  }

  private void refused(String path, int status, String parameter, String detail) {
    HttpResponse<byte[]> answer = web.ask("GET", path);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    JsonNode problem = read(answer);
    assertThat(problem.path("type").asText()).isEqualTo("about:blank");
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("detail").asText()).contains(detail);
    assertThat(problem.path("parameter").asText(null)).isEqualTo(parameter);
  }

  private JsonNode flow(String flow) {
    for (JsonNode each : json("/api/flows")) {
      if (each.path("flow").asText().equals(flow)) {
        return each;
      }
    }
    throw new AssertionError("There is no flow " + flow);
  }

  private String body(String path) {
    HttpResponse<byte[]> answer = web.ask("GET", path);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    return text(answer);
  }

  private JsonNode json(String path) {
    HttpResponse<byte[]> answer = web.ask("GET", path);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    return read(answer);
  }

  private List<String> column(String path, String name) {
    List<String> values = new ArrayList<>();
    json(path).forEach(row -> values.add(row.path(name).asText()));
    return values;
  }
}
