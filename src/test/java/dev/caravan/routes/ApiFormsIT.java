package dev.caravan.routes;

import static dev.caravan.support.ApiAnswers.names;
import static dev.caravan.support.ApiAnswers.next;
import static dev.caravan.support.ApiAnswers.read;
import static dev.caravan.support.ApiAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows as columns and as CSV over real HTTP: the same ones as in JSON, however many they are. */
class ApiFormsIT extends CaravanTestSupport {
  private static final String COLUMNS = "application/vnd.caravan.columns+json";

  /** Another one each time it is asked for. */
  private static final String AGE = "age_seconds";

  /** More than is known whole before it is sent, and more than a client's socket holds. */
  private static final int MANY = 150_000;

  private final int port = TestDatabase.freePort();
  private final Web web = Web.at(port);

  ApiFormsIT() {
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
        "insert into symbols (symbol, name, exchange, status, note) values"
            + " ('AAPL', 'Apple, \"the\" fruit', 'NASDAQ', 'active', E'two\\r\\nlines'),"
            + " ('OLD', ' Gone ', 'NYSE', 'inactive', ''),"
            + " ('NONE', 'Sí – è', 'NYSE', 'active', null)");
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume,"
            + " trade_count, vwap, final, adjusted_as_of) values"
            + " ('alpaca', 'iex', 'AAPL', '1Min', '2026-11-20 14:30+00', 187.123456789012345678,"
            + "   188.10, 187, 187.5, 0.5, 12, 187.25, true, null),"
            + " ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-20 14:30+00', 1, 1, 1, 1, null, null, null,"
            + "   false, null),"
            + " ('yahoo', '-', 'AAPL', '1Min', '2026-11-20 14:30+00', 7, 7, 7, 7, 0, null, null,"
            + "   true, null),"
            + " ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-20 14:31+00', 2, 2, 2, 2, null, null, null,"
            + "   true, '2026-11-21 00:00:00.5+00'),"
            + " ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-20 14:32:00.000250+00', 4, 4, 4, 4, null,"
            + "   null, null, true, null),"
            + " ('alpaca', 'iex', 'AAPL', '1Min', '2026-11-21 14:30+00', 3, 3, 3, 3, null, null, null,"
            + "   true, null)");
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, ratio)"
            + " values ('alpaca', 'AAPL', 'split', '2026-11-21', 4)");
  }

  @Test
  void barsAsCsvAreALineWithTheNamesAndOneABar() {
    HttpResponse<byte[]> answer =
        web.ask("GET", "/api/bars?symbol=AAPL&timeframe=1Min&limit=4", "Accept", "text/csv");

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/csv; charset=utf-8; header=present");
    assertThat(text(answer))
        .isEqualTo(
            "source,feed,symbol,timeframe,ts,open,high,low,close,volume,trade_count,vwap,final,"
                + "revision,adjusted_as_of\r\n"
                + "alpaca,iex,AAPL,1Min,2026-11-20T14:30:00Z,187.123456789012345678,188.10,187,"
                + "187.5,0.5,12,187.25,true,0,\r\n"
                + "alpaca,sip,AAPL,1Min,2026-11-20T14:30:00Z,1,1,1,1,,,,false,0,\r\n"
                + "yahoo,-,AAPL,1Min,2026-11-20T14:30:00Z,7,7,7,7,0,,,true,0,\r\n"
                + "alpaca,sip,AAPL,1Min,2026-11-20T14:31:00Z,2,2,2,2,,,,true,0,"
                + "2026-11-21T00:00:00.500000Z\r\n");
  }

  @Test
  void barsAsColumnsAreAnArrayAColumn() {
    HttpResponse<byte[]> answer =
        web.ask("GET", "/api/bars?symbol=AAPL&timeframe=1Min&feed=iex", "Accept", COLUMNS);

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains(COLUMNS);
    assertThat(text(answer))
        .isEqualTo(
            "{\"source\":[\"alpaca\",\"alpaca\"],\"feed\":[\"iex\",\"iex\"],"
                + "\"symbol\":[\"AAPL\",\"AAPL\"],\"timeframe\":[\"1Min\",\"1Min\"],"
                + "\"ts\":[\"2026-11-20T14:30:00Z\",\"2026-11-21T14:30:00Z\"],"
                + "\"open\":[187.123456789012345678,3],\"high\":[188.10,3],\"low\":[187,3],"
                + "\"close\":[187.5,3],\"volume\":[0.5,null],\"trade_count\":[12,null],"
                + "\"vwap\":[187.25,null],\"final\":[true,true],\"revision\":[0,0],"
                + "\"adjusted_as_of\":[null,null]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/bars?symbol=AAPL&timeframe=1Min",
        "/api/bars?symbol=aapl&timeframe=1Min&order=desc",
        "/api/bars?symbol=AAPL&timeframe=1Min&adjusted=true",
        "/api/bars?symbol=AAPL&timeframe=1Min&adjusted=true&order=desc&limit=3",
        "/api/bars?symbol=AAPL&timeframe=1Min&from=2026-11-20T14:31:00Z&to=2026-11-20",
        "/api/bars?symbol=AAPL&timeframe=1Min&source=alpaca&limit=2",
        "/api/bars?symbol=AAPL&timeframe=1Min&source=alpaca&feed=sip&order=desc&limit=1",
        "/api/bars?symbol=AAPL&timeframe=1Min&limit=6",
        "/api/bars?symbol=AAPL&timeframe=1Day",
        "/api/bars?symbol=NONE&timeframe=1Min",
        "/api/trades?symbol=AAPL",
        "/api/trades?symbol=aapl&limit=1",
        "/api/trades?symbol=AAPL&limit=2&from=2026-11-20&to=2026-11-20",
        "/api/trades?symbol=AAPL&feed=sip&limit=1",
        "/api/trades?symbol=NONE",
        "/api/actions",
        "/api/actions?limit=1",
        "/api/symbols",
        "/api/symbols?limit=2",
        "/api/symbols?search=nothing",
        "/api/quotes",
        "/api/runs",
        "/api/gaps",
        "/api/alerts?status=all",
        "/api/receipts",
        "/api/news",
        "/api/dead-letters?status=all"
      })
  void everyFormHasTheSameRowsInTheSameOrderAndTheSameNextPage(String path) {
    others();
    String separator = path.contains("?") ? "&" : "?";
    String page = path;
    int pages = 0;
    while (page != null) {
      HttpResponse<byte[]> json = web.ask("GET", page);
      JsonNode rows = read(json);
      for (String format : List.of("columns", "csv")) {
        HttpResponse<byte[]> other = web.ask("GET", page + separator + "format=" + format);
        assertThat(other.statusCode()).as(text(other)).isEqualTo(200);
        assertThat(parameters(next(other)))
            .isEqualTo(parameters(next(json) == null ? null : next(json) + "&format=" + format));
        List<List<String>> table = format.equals("csv") ? csv(text(other)) : columns(read(other));
        int age = table.get(0).indexOf(AGE);
        if (age >= 0) {
          table.subList(1, table.size()).forEach(row -> row.set(age, AGE));
        }
        assertThat(table.subList(1, table.size()))
            .as(format)
            .isEqualTo(values(rows, format.equals("csv")));
        if (!rows.isEmpty()) {
          assertThat(table.get(0)).isEqualTo(names(rows.get(0)));
        } else {
          assertThat(table.get(0)).as("the names without a row").hasSizeGreaterThan(5);
        }
      }
      page = next(json);
      pages++;
    }
    assertThat(pages).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/csv | text/csv; charset=utf-8; header=present",
        "TEXT/CSV;charset=utf-8 | text/csv; charset=utf-8; header=present",
        "application/vnd.caravan.columns+json | application/vnd.caravan.columns+json",
        "application/json, text/csv;q=0.9 | application/json",
        "application/json;q=0.5, text/csv;q=0.9 | text/csv; charset=utf-8; header=present",
        "text/csv;q=0 | application/json",
        "text/html,application/xhtml+xml,*/*;q=0.8 | application/json",
        "text/* | text/csv; charset=utf-8; header=present",
        "image/png | application/json",
        "*/* | application/json",
      })
  void theFormIsTheOneThatTheClientPrefersAndJsonWhereItHasNoWish(String accept, String type) {
    HttpResponse<byte[]> answer = web.ask("GET", "/api/symbols", "Accept", accept);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains(type);
    assertThat(answer.headers().firstValue("Vary")).contains("Accept, Accept-Encoding");
  }

  @Test
  void whatAnAddressSaysGoesBeforeWhatTheClientAccepts() {
    HttpResponse<byte[]> answer =
        web.ask("GET", "/api/symbols?format=columns", "Accept", "text/csv");
    assertThat(answer.headers().firstValue("Content-Type")).contains(COLUMNS);
    // What is no list of rows has one form.
    assertThat(
            web.ask("GET", "/api/status", "Accept", "text/csv")
                .headers()
                .firstValue("Content-Type"))
        .contains("application/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/bars?symbol=NOPE&format=csv | 404 | There is no symbol NOPE.",
        "/api/bars?symbol=NOPE&format=columns | 404 | There is no symbol NOPE.",
        "/api/bars?format=csv | 400 | Parameter symbol is missing",
        "/api/bars?symbol=AAPL&format=xml | 400 | must be one of json, columns, csv",
        "/api/bars?symbol=AAPL&limit=100001 | 400 | must be a whole number from 1 to 100000.",
        "/api/bars?symbol=AAPL&limit=100001&format=columns | 400 | from 1 to 100000.",
        "/api/bars?symbol=AAPL&limit=10000001&format=csv | 400 | from 1 to 10000000.",
        "/api/status?format=csv | 400 | There is no parameter format here",
      })
  void anErrorIsAProblemInEveryForm(String path, int status, String detail) {
    HttpResponse<byte[]> answer = web.ask("GET", path);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(text(answer)).contains(detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "columns"})
  void anAnswerThatIsTheSameIsNotSentAgain(String format) {
    String path = "/api/bars?symbol=AAPL&timeframe=1Min&format=" + format;
    String etag = web.ask("GET", path).headers().firstValue("ETag").orElseThrow();
    assertThat(web.ask("GET", path, "If-None-Match", etag).statusCode()).isEqualTo(304);
    database.execute("update bars set close = 9 where feed = 'iex'");
    assertThat(web.ask("GET", path, "If-None-Match", etag).statusCode()).isEqualTo(200);
  }

  @Test
  void aLongCsvIsCompressedForWhoReadsThatAndNamesItsNextPage() throws IOException {
    many();
    String path = "/api/bars?symbol=OLD&timeframe=1Min&format=csv&limit=100001";

    HttpResponse<byte[]> plain = web.ask("GET", path);
    HttpResponse<byte[]> gzip = web.ask("GET", path, "Accept-Encoding", "gzip");

    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(gzip.headers().firstValue("Content-Encoding")).contains("gzip");
    try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
      assertThat(unpacked.readAllBytes()).isEqualTo(plain.body());
    }
    List<List<String>> first = csv(text(plain));
    assertThat(first).hasSize(1 + 100_001);
    List<List<String>> second = csv(text(web.ask("GET", next(plain))));
    assertThat(second).hasSize(1 + MANY - 100_001);
    assertThat(next(web.ask("GET", path.replace("100001", "150000")))).isNull();
    List<String> closes = new ArrayList<>();
    first.stream().skip(1).forEach(row -> closes.add(row.get(8)));
    second.stream().skip(1).forEach(row -> closes.add(row.get(8)));
    for (int i = 0; i < MANY; i++) {
      assertThat(closes.get(i)).isEqualTo(Integer.toString(i + 1));
    }
  }

  @Test
  void aClientThatReadsNoMoreHoldsTheDatabaseBackAndOneThatGoesAwayEndsTheRead() throws Exception {
    many();
    try (Socket slow = ask("/api/bars?symbol=OLD&timeframe=1Min&format=csv&limit=10000000")) {
      assertThat(slow.getInputStream().read()).isEqualTo('H');
      String before = standstill();
      assertThat(web.ask("GET", "/api/bars?symbol=AAPL&timeframe=1Min&format=csv").statusCode())
          .as("others are served meanwhile")
          .isEqualTo(200);
      assertThat(lastFetch()).as("nothing is read ahead").isEqualTo(before);
    }
    await("the connection that is given back").until(() -> reading("state <> 'idle'") == 0);
    await("the exchange that is over").until(() -> context.getInflightRepository().size() == 0);
  }

  @Test
  void whoeverWantsALongAnswerWhileFourAreReadIsRefusedAtOnce() throws Exception {
    many();
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 1; i <= 4; i++) {
        slow.add(ask("/api/bars?symbol=OLD&timeframe=1Min&format=csv&limit=10000000"));
        int so = i;
        await().until(() -> reading("state = 'idle in transaction'") == so);
      }
      HttpResponse<byte[]> refused = web.ask("GET", "/api/bars?symbol=AAPL&format=csv");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(web.ask("GET", "/api/bars?symbol=AAPL").statusCode())
          .as("what has connections of its own")
          .isEqualTo(200);
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
    await().until(() -> reading("state <> 'idle'") == 0);
    assertThat(web.ask("GET", "/api/bars?symbol=AAPL&format=csv").statusCode()).isEqualTo(200);
  }

  @Test
  void anAnswerThatBreaksOffEndsWithoutItsLastChunk() throws Exception {
    many();
    try (Socket slow = ask("/api/bars?symbol=OLD&timeframe=1Min&format=csv&limit=10000000")) {
      slow.setSoTimeout(60_000);
      assertThat(slow.getInputStream().read()).isEqualTo('H');
      standstill();
      assertThat(
              database.query(
                  "select pg_terminate_backend(pid) from pg_stat_activity"
                      + " where state = 'idle in transaction' and query like '%and a.feed = $%'"))
          .hasSize(1);

      String rest = new String(slow.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

      assertThat(rest).startsWith("TTP/1.1 200");
      assertThat(rest).doesNotEndWith("0\r\n\r\n");
    }
    await().until(() -> context.getInflightRepository().size() == 0);
    assertThat(web.ask("GET", "/api/bars?symbol=AAPL&format=csv").statusCode()).isEqualTo(200);
  }

  @Test
  void tradesAsCsvHaveTheColumnsOfAnExportAndMillionsOfThemAreSentWhileTheyAreRead()
      throws IOException {
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed)"
            + " select 'OLD', timestamptz '2026-11-20 14:30+00' + n * interval '1 ms', 1, 'V', n, 1.5, n, '{@,I}', 'C', 'iex'"
            + " from generate_series(1, "
            + MANY
            + ") n");

    HttpResponse<byte[]> answer =
        web.ask(
            "GET",
            "/api/trades?symbol=OLD&limit=2000000",
            "Accept",
            "text/csv",
            "Accept-Encoding",
            "gzip");

    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.headers().firstValue("ETag")).as("of what is sent while read").isEmpty();
    String csv =
        new String(
            new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes(),
            StandardCharsets.UTF_8);
    List<String> lines = csv.lines().toList();
    assertThat(lines).hasSize(MANY + 1);
    assertThat(lines.get(0))
        .isEqualTo("symbol,ts,nanos,exchange,trade_id,price,size,conditions,tape,feed,status");
    assertThat(lines.get(MANY))
        .isEqualTo(
            "OLD,2026-11-20T14:32:30Z,1,V,150000,1.5,150000,\"[\"\"@\"\",\"\"I\"\"]\",C,iex,valid");
    // The next page is known before the first row is sent.
    HttpResponse<byte[]> most =
        web.ask("GET", "/api/trades?symbol=OLD&limit=100000", "Accept", "text/csv");
    assertThat(next(most)).contains("after=");
    assertThat(text(web.ask("GET", next(most), "Accept", "text/csv")))
        .contains("\r\nOLD,2026-11-20T14:31:40.001000Z,1,V,100001,")
        .endsWith(",150000,\"[\"\"@\"\",\"\"I\"\"]\",C,iex,valid\r\n");
  }

  /** One minute each, and each close another one. */
  private void many() {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " select 'alpaca', 'sip', 'OLD', '1Min', timestamptz '2020-01-01 00:00+00'"
            + " + n * interval '1 minute', 1, 150000, 1, n, n, true from generate_series(1, "
            + MANY
            + ") n");
  }

  /** Rows of the other lists. */
  private void others() {
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed) values"
            + " ('AAPL', '2026-11-20 14:30:00.5+00', 9, 'D', 1, 187.0, 100, null, null, 'sip'),"
            + " ('AAPL', '2026-11-20 14:30:00.5+00', 7, 'V', 52983525029461, 187.10, 0.5, '{@,I}', 'C', 'iex'),"
            + " ('AAPL', '2026-11-20 20:59:59+00', 0, 'Q', 2, 188, 1, '{}', 'C', 'sip'),"
            + " ('AAPL', '2026-11-21 14:30:00+00', 0, 'V', 3, 189, 1, '{\"a,b\"}', 'C', 'iex')");
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, amount)"
            + " values ('yahoo', 'AAPL', 'dividend', '2026-11-21', 0.26)");
    database.execute(
        "insert into price_snapshots (source, symbol, ts, price, volume) values"
            + " ('yahoo', 'AAPL', '2026-11-23 15:00:00+00', 101.50, 12345)");
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, expected, stored, error,"
            + " process) values ('repair', 'schedule', 'failed', '2026-11-20 14:30+00',"
            + " '2026-11-20 14:31+00', 2, 1, 'it said \"no\", twice', 'p')");
    database.execute(
        "insert into dead_letters (route_id, symbol, reason, payload, failed_at)"
            + " values ('alpaca-bars-item', 'AAPL', E'one\\ntwo', '{}', '2026-11-20 14:30+00')");
    database.execute(
        "insert into news_articles (source, article_id, headline, published_at, updated_at,"
            + " symbols) values ('alpaca', '1', 'A, \"B\"', '2026-11-20 14:30+00',"
            + " '2026-11-20 14:30+00', '{AAPL,OLD}')");
  }

  private int reading(String that) {
    return ((Number)
            database
                .query(
                    "select count(*) as n from pg_stat_activity where query like '%and a.feed = $%'"
                        + " and query not like '%pg_stat_activity%' and "
                        + that)
                .get(0)
                .get("n"))
        .intValue();
  }

  /** Waits until the database waits for the client; returns when it last did anything for it. */
  private String standstill() {
    AtomicReference<String> before = new AtomicReference<>("");
    await("the read that waits for the client")
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              String now = lastFetch();
              return now.contains("state_change") && now.equals(before.getAndSet(now));
            });
    return before.get();
  }

  private String lastFetch() {
    return database
        .query(
            "select state_change from pg_stat_activity where state = 'idle in transaction'"
                + " and query like '%and a.feed = $%'")
        .toString();
  }

  /** Asks, and leaves the answer unread. */
  private Socket ask(String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static Set<String> parameters(String path) {
    return path == null ? Set.of() : Set.of(path.substring(path.indexOf('?') + 1).split("&"));
  }

  private static List<List<String>> values(JsonNode rows, boolean csv) {
    List<List<String>> values = new ArrayList<>();
    for (JsonNode row : rows) {
      List<String> of = new ArrayList<>();
      row.properties()
          .forEach(value -> of.add(value.getKey().equals(AGE) ? AGE : cell(value.getValue(), csv)));
      values.add(of);
    }
    return values;
  }

  private static String cell(JsonNode value, boolean csv) {
    if (value.isNull()) {
      return csv ? "" : "null";
    }
    return value.isTextual() && csv ? value.textValue() : value.toString();
  }

  private static List<List<String>> columns(JsonNode object) {
    List<List<String>> table = new ArrayList<>();
    List<String> names = names(object);
    table.add(names);
    for (int row = 0; row < object.path(names.get(0)).size(); row++) {
      List<String> of = new ArrayList<>();
      for (String name : names) {
        of.add(object.path(name).get(row).toString());
      }
      table.add(of);
    }
    return table;
  }

  /** Reads RFC 4180. */
  private static List<List<String>> csv(String text) {
    List<List<String>> table = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (quoted && each == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (each == '"') {
        quoted = !quoted;
      } else if (!quoted && each == ',') {
        row.add(cell.toString());
        cell.setLength(0);
      } else if (!quoted && each == '\r') {
        assertThat(text.charAt(++i)).isEqualTo('\n');
        row.add(cell.toString());
        cell.setLength(0);
        table.add(row);
        row = new ArrayList<>();
      } else {
        cell.append(each);
      }
    }
    assertThat(cell).as("what is behind the last line").isEmpty();
    return table;
  }
}
