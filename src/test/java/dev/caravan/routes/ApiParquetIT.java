package dev.caravan.routes;

import static dev.caravan.support.ApiAnswers.next;
import static dev.caravan.support.ApiAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.DuckDb;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files for notebooks over real HTTP: Parquet by {@code Accept}, and what the command exports. */
class ApiParquetIT extends CaravanTestSupport {
  private static final String PARQUET = "application/vnd.apache.parquet";

  private final int port = TestDatabase.freePort();
  private final Web web = Web.at(port);

  @TempDir private Path directory;

  ApiParquetIT() {
    set("caravan.http.port", Integer.toString(port));
    set("caravan.schedule.yahoo-quotes", "off");
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
  void insertRows() {
    database.execute(
        "insert into symbols (symbol, time_zone) values ('AAPL', 'America/New_York'), ('BRK.B', null),"
            + " ('7203.T', 'Asia/Tokyo')");
    database.execute(
        """
        insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final)
        values
          ('yahoo', '-', 'AAPL', '1Day', '2026-11-19 05:00Z', 100.10, 101, 99.5, 100.125, 1000, null, null, true),
          ('yahoo', '-', 'AAPL', '1Day', '2026-11-20 05:00Z', 0.00001234567, 123456789012345.678, 0.00001, 1.50, 2000,
            null, null, false),
          ('alpaca', 'sip', 'AAPL', '1Day', '2026-11-20 05:00Z', 1, 2, 1, 2, 3, 4, 1.123456789012345678, true),
          ('yahoo', '-', '7203.T', '1Day', '2026-11-19 15:00Z', 2, 2, 2, 2, 1, null, null, true),
          ('yahoo', '-', '7203.T', '1Day', '2026-11-20 15:00Z', 3, 3, 3, 3, 1, null, null, true),
          ('alpaca', 'sip', 'BRK.B', '1Min', '2026-11-20 15:00:00.00025Z', 5, 5, 5, 5, 3, 4, 1.5, true)
        """);
    database.execute(
        """
        insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status) values
          ('AAPL', '2026-11-20 14:30:00.000002Z', 7, 'V', 9007199254740993, 187.10, 100, array['@', 'I,"'], 'C', 'iex', 'valid'),
          ('AAPL', '2026-11-20 14:30:00.000001Z', 999, 'V', 1, 187.1, 0.5, null, null, 'iex', 'canceled')
        """);
    database.execute(
        """
        insert into quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size,
          conditions, tape, feed) values
          ('AAPL', '2026-11-20 14:30Z', 0, 'V', 187.10, 1, 'Q', 187.12, 2, '{}', 'C', 'iex'),
          ('BRK.B', '2026-11-20 14:30Z', 0, 'V', 500.5, 1, 'Q', 501, 2, '{R}', 'A', 'sip')
        """);
    database.execute(
        """
        insert into corporate_actions (source, symbol, action, ex_date, amount, ratio, stored_at) values
          ('alpaca', 'AAPL', 'split', '2026-11-20', null, 4, '2026-11-21Z'),
          ('yahoo', 'BRK.B', 'dividend', '2026-11-20', 0.2500, null, '2026-11-21 00:00:00.25Z')
        """);
    database.execute(
        """
        insert into news_articles (source, article_id, headline, summary, content, published_at, updated_at, symbols)
        values
          ('alpaca', '1', E'Said "no",\nthen yes', '', null, '2026-11-20 12:00Z', '2026-11-20 13:00Z', '{AAPL,BRK.B}'),
          ('alpaca', '2', 'Münze €', 'x', 'y', '2026-11-20 11:00Z', '2026-11-20 13:00Z', '{TSLA}')
        """);
  }

  @Test
  void barsAsParquetHaveTypesDigitsAndTimesAsTheyAreStored() throws Exception {
    HttpResponse<byte[]> answer =
        web.ask(
            "GET", "/api/bars?symbol=AAPL&limit=2", "Accept", PARQUET, "Accept-Encoding", "gzip");

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains(PARQUET);
    assertThat(answer.headers().firstValue("Content-Encoding"))
        .as("it is compressed as it is")
        .isEmpty();
    assertThat(
            duckdb(
                "select column_name || ' ' || column_type from (describe select * from '%s')",
                answer))
        .containsExactly(
            "source VARCHAR",
            "feed VARCHAR",
            "symbol VARCHAR",
            "timeframe VARCHAR",
            "ts TIMESTAMP WITH TIME ZONE",
            "open DECIMAL(38,18)",
            "high DECIMAL(38,18)",
            "low DECIMAL(38,18)",
            "close DECIMAL(38,18)",
            "volume DECIMAL(38,18)",
            "trade_count BIGINT",
            "vwap DECIMAL(38,18)",
            "final BOOLEAN",
            "revision INTEGER",
            "adjusted_as_of TIMESTAMP WITH TIME ZONE");
    String values =
        "select concat_ws(' ', source, ts at time zone 'UTC', open, high, vwap, final, trade_count) from '%s'";
    assertThat(duckdb(values, answer))
        .containsExactly(
            "yahoo 2026-11-19 05:00:00 100.100000000000000000 101.000000000000000000 true",
            "alpaca 2026-11-20 05:00:00 1.000000000000000000 2.000000000000000000 1.123456789012345678 true 4");
    assertThat(duckdb(values, web.ask("GET", next(answer), "Accept", PARQUET)))
        .containsExactly(
            "yahoo 2026-11-20 05:00:00 0.000012345670000000 123456789012345.678000000000000000 false");
    assertThat(
            duckdb(
                "select concat_ws(' ', ts at time zone 'UTC', close, split_factor) from '%s'",
                web.ask(
                    "GET", "/api/bars?symbol=BRK-B&timeframe=1Min&adjusted=true&format=parquet")))
        .containsExactly("2026-11-20 15:00:00.00025 5.000000000000000000 1.000000000000000000");
  }

  @Test
  void tradesAsParquetHaveTheirNanosecondsIdsAndConditions() throws Exception {
    assertThat(
            duckdb(
                "select concat_ws(' ', ts at time zone 'UTC', nanos, trade_id, size, conditions[1], conditions[2], tape, status)"
                    + " from '%s'",
                web.ask("GET", "/api/trades?symbol=AAPL", "Accept", PARQUET)))
        .containsExactly(
            "2026-11-20 14:30:00.000001 999 1 0.500000000000000000 canceled",
            "2026-11-20 14:30:00.000002 7 9007199254740993 100.000000000000000000 @ I,\" C valid");
  }

  @Test
  void aPageWithoutRowsIsAFileWithoutRows() throws Exception {
    assertThat(
            duckdb(
                "select count(*) from '%s'",
                web.ask(
                    "GET", "/api/bars?symbol=AAPL&timeframe=1Min&from=2020-01-01&format=parquet")))
        .containsExactly("0");
    assertThat(
            duckdb(
                "select count(*) from '%s'",
                web.ask("GET", "/api/exports/quotes?to=2020-01-01", "Accept", PARQUET)))
        .containsExactly("0");
  }

  @Test
  void millionsOfRowsAreSentWhileTheyAreRead() throws Exception {
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed)"
            + " select 'AAPL', timestamptz '2026-10-20 14:30+00' + n * interval '1 ms', n % 997, 'V', n,"
            + " n % 7919 + 0.0625, n, '{@,I}', 'C', 'sip' from generate_series(1, 400000) n");
    Object expected =
        database.value(
            "select concat_ws(' ', count(*), sum(price)::numeric(38, 18), max(ts) at time zone 'UTC') from trades"
                + " where feed = 'sip'");
    String sums =
        "select concat_ws(' ', count(*), sum(price), max(ts) at time zone 'UTC') from '%s'";

    HttpResponse<byte[]> page =
        web.ask("GET", "/api/trades?symbol=AAPL&feed=sip&limit=2000000", "Accept", PARQUET);
    HttpResponse<byte[]> export = web.ask("GET", "/api/exports/trades?feed=sip&format=parquet");

    for (HttpResponse<byte[]> answer : List.of(page, export)) {
      assertThat(answer.headers().firstValue("ETag")).as("of what is sent while read").isEmpty();
      assertThat(duckdb(sums, answer)).singleElement().isEqualTo(expected);
    }
    byte[] part = Arrays.copyOf(export.body(), export.body().length - 1000);
    Path broken = Files.write(directory.resolve("broken.parquet"), part);
    assertThatThrownBy(() -> DuckDb.read(sums, broken))
        .as("what broke off is no file")
        .isInstanceOf(SQLException.class);
    HttpResponse<byte[]> csv =
        web.ask("GET", "/api/exports/trades?feed=sip", "Accept-Encoding", "gzip");
    assertThat(csv.headers().firstValue("Content-Encoding")).contains("gzip");
    try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(csv.body()))) {
      assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8).lines())
          .hasSize(400_001)
          .last()
          .isEqualTo(
              "AAPL,2026-10-20T14:36:40Z,203,V,400000,4050.0625,400000,\"[\"\"@\"\",\"\"I\"\"]\",C,sip,valid");
    }
  }

  @Test
  void anExportHasAllRowsOfTheSymbolsAndDatesThatAreWanted() {
    assertThat(export("/api/exports/bars?from=2026-11-20&to=2026-11-20"))
        .as("of a daily bar the session of its exchange counts")
        .containsExactly(
            "source,feed,symbol,timeframe,ts,open,high,low,close,volume,trade_count,vwap,final,revision,adjusted_as_of",
            "alpaca,sip,AAPL,1Day,2026-11-20T05:00:00Z,1,2,1,2,3,4,1.123456789012345678,true,0,",
            "yahoo,-,7203.T,1Day,2026-11-19T15:00:00Z,2,2,2,2,1,,,true,0,",
            "yahoo,-,AAPL,1Day,2026-11-20T05:00:00Z,0.00001234567,123456789012345.678,0.00001,1.50,2000,,,false,0,");
    assertThat(export("/api/exports/bars?symbols=aapl,BRK-B&source=yahoo")).hasSize(3);
    assertThat(export("/api/exports/bars?symbols=BRK.B" + ",AAPL".repeat(300))).hasSize(4);
    assertThat(export("/api/exports/bars?feed=sip&timeframe=1Min"))
        .last()
        .isEqualTo("alpaca,sip,BRK.B,1Min,2026-11-20T15:00:00.000250Z,5,5,5,5,3,4,1.5,true,0,");
    assertThat(export("/api/exports/trades?symbols=AAPL"))
        .containsExactly(
            "symbol,ts,nanos,exchange,trade_id,price,size,conditions,tape,feed,status",
            "AAPL,2026-11-20T14:30:00.000001Z,999,V,1,187.1,0.5,,,iex,canceled",
            "AAPL,2026-11-20T14:30:00.000002Z,7,V,9007199254740993,187.10,100,\"[\"\"@\"\",\"\"I,\\\"\"\"\"]\",C,iex,valid");
    assertThat(export("/api/exports/quotes?feed=iex"))
        .containsExactly(
            "symbol,ts,nanos,bid_exchange,bid_price,bid_size,ask_exchange,ask_price,ask_size,conditions,tape,feed",
            "AAPL,2026-11-20T14:30:00Z,0,V,187.10,1,Q,187.12,2,[],C,iex");
    assertThat(export("/api/exports/actions?symbols=BRK-B"))
        .containsExactly(
            "source,symbol,action,ex_date,amount,ratio,new_symbol,stored_at",
            "yahoo,BRK.B,dividend,2026-11-20,0.2500,,,2026-11-21T00:00:00.250000Z");
    assertThat(text(web.ask("GET", "/api/exports/news?symbols=AAPL&source=alpaca")))
        .isEqualTo(
            "source,article_id,published_at,updated_at,symbols,headline,summary,content,author,publisher,url,revision\r\n"
                + "alpaca,1,2026-11-20T12:00:00Z,2026-11-20T13:00:00Z,\"[\"\"AAPL\"\",\"\"BRK.B\"\"]\","
                + "\"Said \"\"no\"\",\nthen yes\",\"\",,,,,0\r\n");
  }

  @Test
  void everyDatasetIsExportedAsParquetToo() throws Exception {
    assertThat(
            duckdb(
                "select concat_ws(' ', symbol, bid_price, ask_size, len(conditions)) from '%s'",
                web.ask("GET", "/api/exports/quotes", "Accept", PARQUET)))
        .containsExactly(
            "AAPL 187.100000000000000000 2.000000000000000000 0",
            "BRK.B 500.500000000000000000 2.000000000000000000 1");
    assertThat(
            duckdb(
                "select concat_ws(' ', ex_date, ratio, amount, stored_at at time zone 'UTC') from '%s'",
                web.ask("GET", "/api/exports/actions", "Accept", PARQUET)))
        .containsExactly(
            "2026-11-20 4.000000000000000000 2026-11-21 00:00:00",
            "2026-11-20 0.250000000000000000 2026-11-21 00:00:00.25");
    assertThat(
            duckdb(
                "select concat_ws('|', headline, summary, content, len(symbols)) from '%s'",
                web.ask("GET", "/api/exports/news", "Accept", PARQUET)))
        .containsExactly("Münze €|x|y|1", "Said \"no\",\nthen yes||2");
    assertThat(
            duckdb(
                "select count(*) from '%s'",
                web.ask("GET", "/api/exports/bars", "Accept", PARQUET)))
        .containsExactly("5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/exports/candles | 400 | must be one of bars, trades, quotes, actions, news.",
        "/api/exports/bars?symbols=AAPL,NOPE | 404 | There is no symbol NOPE.",
        "/api/exports/bars?symbols=AAPL,,MSFT | 400 | symbols separated by commas",
        "/api/exports/bars?from=2026-02-30 | 400 | a date such as 2026-11-20",
        "/api/exports/bars?format=json | 400 | must be one of csv, parquet.",
        "/api/exports/trades?timeframe=1Min | 400 | Parameter timeframe does not apply to trades.",
        "/api/exports/trades?source=alpaca | 400 | Parameter source does not apply to trades.",
        "/api/exports/news?feed=sip | 400 | Parameter feed does not apply to news.",
        "/api/exports/bars?limit=5 | 400 | There is no parameter limit here",
        "/api/symbols?format=parquet | 400 | must be one of json, columns, csv.",
        "/api/bars?symbol=NOPE&format=parquet | 404 | There is no symbol NOPE.",
        "/api/bars?symbol=AAPL&limit=10000001&format=parquet | 400 | from 1 to 10000000.",
      })
  void whatCannotBeGivenIsAProblem(String path, int status, String detail) {
    HttpResponse<byte[]> answer = web.ask("GET", path);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(text(answer)).contains(detail);
  }

  @Test
  void aNumberThatParquetCannotHoldIsNamedAndCsvIsOffered() {
    database.execute("update bars set close = 1.0000000000000000001 where timeframe = '1Min'");
    HttpResponse<byte[]> refused =
        web.ask("GET", "/api/bars?symbol=BRK-B&timeframe=1Min", "Accept", PARQUET);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(text(refused))
        .contains("Column close has 1.0000000000000000001, more digits than", "Write it as CSV");
  }

  private List<String> export(String path) {
    HttpResponse<byte[]> answer = web.ask("GET", path);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/csv; charset=utf-8; header=present");
    return text(answer).lines().toList();
  }

  private List<String> duckdb(String query, HttpResponse<byte[]> answer)
      throws IOException, SQLException {
    return DuckDb.read(query, Files.write(directory.resolve("answer.parquet"), answer.body()));
  }
}
