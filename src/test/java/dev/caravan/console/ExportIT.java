package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CommandHere;
import dev.caravan.support.DuckDb;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

/** Exports of a database as a person makes them, and what is in the files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportIT {
  private final TestDatabase database = TestDatabase.fresh();

  @TempDir Path directory;

  @BeforeAll
  void store() {
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
          ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-20 04:59Z', 1, 2, 1, 2, 3, 4, 1.5, true),
          ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-20 05:00Z', 2, 2, 2, 2, 3, 4, 1.5, true),
          ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-21 04:59Z', 3, 3, 3, 3, 3, 4, 1.5, true),
          ('alpaca', 'sip', 'AAPL', '1Min', '2026-11-21 05:00Z', 4, 4, 4, 4, 3, 4, 1.5, true),
          ('alpaca', 'sip', 'BRK.B', '1Min', '2026-11-20 15:00Z', 5, 5, 5, 5, 3, 4, 1.5, true),
          ('yahoo', '-', '7203.T', '1Day', '2026-11-18 15:00Z', 1, 1, 1, 1, 1, null, null, true),
          ('yahoo', '-', '7203.T', '1Day', '2026-11-19 15:00Z', 2, 2, 2, 2, 1, null, null, true),
          ('yahoo', '-', '7203.T', '1Day', '2026-11-20 15:00Z', 3, 3, 3, 3, 1, null, null, true)
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
          conditions, tape, feed)
        values ('AAPL', '2026-11-20 14:30Z', 0, 'V', 187.10, 1, 'Q', 187.12, 2, '{}', 'C', 'iex')
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
          ('alpaca', '1', E'Said "no",\\nthen yes', '', null, '2026-11-20 12:00Z', '2026-11-20 13:00Z', '{AAPL,BRK.B}'),
          ('alpaca', '2', 'Münze €', 'x', 'y', '2026-11-20 11:00Z', '2026-11-20 13:00Z', '{TSLA}')
        """);
  }

  @AfterAll
  void drop() {
    database.close();
  }

  @Test
  void barsKeepEveryDigitAndTheirSessionIsThatOfTheirExchange() throws IOException {
    export("--dataset", "bars", "--from", "2026-11-20", "--to", "2026-11-20", file("bars.csv"));

    assertThat(lines("bars.csv"))
        .containsExactly(
            "source,feed,symbol,timeframe,ts,open,high,low,close,volume,trade_count,vwap,final,revision,adjusted_as_of",
            "alpaca,sip,AAPL,1Day,2026-11-20T05:00:00.000000Z,1,2,1,2,3,4,1.123456789012345678,true,0,",
            "yahoo,-,7203.T,1Day,2026-11-19T15:00:00.000000Z,2,2,2,2,1,,,true,0,",
            "yahoo,-,AAPL,1Day,2026-11-20T05:00:00.000000Z,0.00001234567,123456789012345.678,0.00001,1.50,2000,,,false,0,");
  }

  @Test
  void bothDatesAreInclusiveAndOfNewYork() throws IOException {
    export(
        "--dataset",
        "bars",
        "--timeframe",
        "1Min",
        "--symbols",
        "aapl",
        "--from",
        "2026-11-20",
        "--to",
        "2026-11-20",
        file("minutes.csv"));

    assertThat(column("minutes.csv", 4))
        .containsExactly("2026-11-20T05:00:00.000000Z", "2026-11-21T04:59:00.000000Z");
  }

  @Test
  void withoutDatesAndSymbolsAllIsExported() throws IOException {
    CommandHere said = export("--dataset", "bars", "--timeframe", "1Min", file("all.csv"));

    assertThat(said.output())
        .containsExactly("5 rows of bars to " + file("all.csv") + " (0.0 MB).");
    assertThat(column("all.csv", 2)).containsExactly("AAPL", "AAPL", "AAPL", "AAPL", "BRK.B");
  }

  @Test
  void sourceAndFeedSelect() throws IOException {
    export("--dataset", "bars", "--symbols", "AAPL", "--source", "yahoo", file("yahoo.csv"));
    export("--dataset", "bars", "--symbols", "AAPL", "--feed", "sip", file("sip.csv"));

    assertThat(column("yahoo.csv", 0)).containsExactly("yahoo", "yahoo");
    assertThat(column("sip.csv", 0)).containsExactly("alpaca");
  }

  @Test
  void postgresqlReadsTheCompressedFileBackAsItWas() throws Exception {
    export("--dataset", "bars", file("bars.csv.gz"));

    database.execute("create table read_back (like bars including defaults)");
    try (Connection connection = database.database().connect();
        InputStream file =
            new GZIPInputStream(Files.newInputStream(Path.of(file("bars.csv.gz"))))) {
      long rows =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(
                  "copy read_back (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count,"
                      + " vwap, final, revision, adjusted_as_of) from stdin (format csv, header match)",
                  file);
      assertThat(rows).isEqualTo(6);
    }
    String columns =
        "source, feed, symbol, timeframe, ts, open::text, high::text, low::text, close::text, volume::text,"
            + " trade_count, vwap::text, final, revision, adjusted_as_of";
    assertThat(
            database.count(
                "select count(*) from (select %1$s from bars where timeframe = '1Day' except select %1$s from read_back) x"
                    .formatted(columns)))
        .isZero();
  }

  @Test
  void tradesHaveTheirNanosecondsIdsAndConditions() throws IOException {
    export("--dataset", "trades", "--from", "2026-11-20", "--to", "2026-11-20", file("trades.csv"));

    assertThat(lines("trades.csv"))
        .containsExactly(
            "symbol,ts,nanos,exchange,trade_id,price,size,conditions,tape,feed,status",
            "AAPL,2026-11-20T14:30:00.000001Z,999,V,1,187.1,0.5,,,iex,canceled",
            "AAPL,2026-11-20T14:30:00.000002Z,7,V,9007199254740993,187.10,100,\"[\"\"@\"\",\"\"I,\\\"\"\"\"]\",C,iex,valid");
  }

  @Test
  void quotesActionsAndNewsAreThereAsWell() throws IOException {
    export("--dataset", "quotes", "--feed", "iex", file("quotes.csv"));
    export("--dataset", "actions", "--symbols", "BRK-B", file("actions.csv"));
    export("--dataset", "news", "--symbols", "AAPL", file("news.csv"));

    assertThat(lines("quotes.csv"))
        .last()
        .isEqualTo("AAPL,2026-11-20T14:30:00.000000Z,0,V,187.10,1,Q,187.12,2,[],C,iex");
    assertThat(lines("actions.csv"))
        .containsExactly(
            "source,symbol,action,ex_date,amount,ratio,new_symbol,stored_at",
            "yahoo,BRK.B,dividend,2026-11-20,0.2500,,,2026-11-21T00:00:00.250000Z");
    assertThat(Files.readString(Path.of(file("news.csv"))))
        .isEqualTo(
            "source,article_id,published_at,updated_at,symbols,headline,summary,content,author,publisher,url,revision\n"
                + "alpaca,1,2026-11-20T12:00:00.000000Z,2026-11-20T13:00:00.000000Z,\"[\"\"AAPL\"\",\"\"BRK.B\"\"]\","
                + "\"Said \"\"no\"\",\nthen yes\",\"\",,,,,0\n");
  }

  @Test
  void standardOutputHasTheRowsAndNothingElse() {
    CommandHere said = export("--dataset", "news", "--from", "2026-11-20", "-");

    assertThat(said.output()).hasSize(4);
    assertThat(said.output().get(1)).contains("Münze €");
    assertThat(said.errors()).isEmpty();
  }

  @Test
  void duckdbReadsTheParquetFilesWithTypesDigitsAndTimesAsTheyAreStored() throws SQLException {
    export("--dataset", "bars", "--symbols", "AAPL", file("bars.parquet"));
    export("--dataset", "trades", file("trades.parquet"));
    export("--dataset", "actions", "--format", "parquet", file("actions"));
    export("--dataset", "news", file("news.parquet"));

    assertThat(
            duckdb(
                "select column_name || ' ' || column_type from (describe select * from '%s')",
                "bars.parquet"))
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
    assertThat(
            duckdb(
                "select concat_ws(' ', feed, ts at time zone 'UTC', open, high, vwap, final, trade_count) from '%s'",
                "bars.parquet"))
        .containsExactly(
            "sip 2026-11-20 05:00:00 1.000000000000000000 2.000000000000000000 1.123456789012345678 true 4",
            "- 2026-11-19 05:00:00 100.100000000000000000 101.000000000000000000 true",
            "- 2026-11-20 05:00:00 0.000012345670000000 123456789012345.678000000000000000 false");
    assertThat(
            duckdb(
                "select concat_ws(' ', ts at time zone 'UTC', nanos, trade_id, size, conditions[1], conditions[2], tape) from '%s'",
                "trades.parquet"))
        .containsExactly(
            "2026-11-20 14:30:00.000001 999 1 0.500000000000000000",
            "2026-11-20 14:30:00.000002 7 9007199254740993 100.000000000000000000 @ I,\" C");
    assertThat(
            duckdb(
                "select concat_ws(' ', ex_date, ratio, amount) from read_parquet('%s')", "actions"))
        .containsExactly("2026-11-20 4.000000000000000000", "2026-11-20 0.250000000000000000");
    assertThat(
            duckdb(
                "select concat_ws('|', headline, summary, content, len(symbols)) from '%s'",
                "news.parquet"))
        .containsExactly("Münze €|x|y|1", "Said \"no\",\nthen yes||2");
  }

  @Test
  void manyRowsAreReadBackByTheirSumsAndTakeBoundedMemory() throws SQLException {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " select 'alpaca', 'iex', 'AAPL', '5Min', t, x, x + 1, x, x + 0.5, x * 1000, true"
            + " from (select '2020-01-01Z'::timestamptz + n * interval '5 min' as t, (n * 7919 % 100003) / 1000.0 as x"
            + " from generate_series(1, 60000) n)");

    export("--dataset", "bars", "--timeframe", "5Min", file("many.parquet"));

    assertThat(
            duckdb(
                "select concat_ws(' ', count(*), sum(open), max(high), min(ts) at time zone 'UTC') from '%s'",
                "many.parquet"))
        .singleElement()
        .isEqualTo(
            database.value(
                "select concat_ws(' ', count(*), sum(open)::numeric(38, 18), max(high)::numeric(38, 18), min(ts) at time zone 'UTC')"
                    + " from bars where timeframe = '5Min'"));
    database.execute("delete from bars where timeframe = '5Min'");
  }

  @Test
  void aNumberThatParquetCannotHoldIsNamedAndCsvIsOffered() throws IOException {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " values ('yahoo', '-', 'AAPL', '15Min', '2026-11-20Z', 1, 1, 1, 1.0000000000000000001, 1, true)");

    assertThat(refused("--dataset", "bars", "--timeframe", "15Min", file("fine.parquet")))
        .isEqualTo(
            "Column close has 1.0000000000000000001, more digits than a decimal of Parquet may have (20 before the"
                + " point, 18 behind it). Write it as CSV, which has no such bound.");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
    export("--dataset", "bars", "--timeframe", "15Min", file("fine.csv"));
    assertThat(column("fine.csv", 8)).containsExactly("1.0000000000000000001");
    database.execute("delete from bars where timeframe = '15Min'");
  }

  @Test
  void aFileThatExistsIsReplacedByForceAlone() throws IOException {
    Files.writeString(directory.resolve("mine.csv"), "mine");

    assertThat(refused("--dataset", "quotes", file("mine.csv")))
        .isEqualTo(file("mine.csv") + " exists; choose another name, or replace it with --force.");
    assertThat(directory.resolve("mine.csv")).hasContent("mine");
    export("--dataset", "quotes", "--force", file("mine.csv"));
    assertThat(lines("mine.csv")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--dataset bars --symbols AAPL,NOPE | Not in table symbols: NOPE. 'symbols list' shows what there is; nothing was written.",
        "--dataset bars --symbols BRK-B --from 2026-11-20 --to 2026-11-20 | There are no 1Day bars of BRK.B from 2026-11-20 to 2026-11-20; nothing was written.",
        "--dataset trades --to 2020-01-01 --feed sip | There are no trades up to 2020-01-01, feed sip; nothing was written.",
        "--dataset bars --from 2026-11-21 --to 2026-11-20 | --from 2026-11-21 is after --to 2026-11-20.",
        "--dataset bars --from 2026-02-30 | Invalid value for option '--from': '2026-02-30' is not a date; expected one such as 2026-11-20.",
        "--dataset candles | There is no dataset candles; there are bars, trades, quotes, actions, news.",
        "--dataset bars --timeframe trades | There is no timeframe trades; there are 1Min, 5Min, 15Min, 1Hour, 1Day.",
        "--dataset trades --timeframe 1Min | --timeframe is of bars alone.",
        "--dataset trades --source alpaca | trades have one source; --feed selects among its feeds.",
        "--dataset news --feed sip | news have no feeds; --source selects among their sources.",
        "--dataset bars --symbols , | --symbols names no symbol.",
        "--dataset bars --format xml | There is no format xml; there are csv and parquet."
      })
  void whatIsWrongIsSaidInOneLineAndNoFileIsMade(String words, String reason) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
    arguments.add(file("none.csv"));

    assertThat(refused(arguments.toArray(String[]::new))).isEqualTo(reason);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aParquetFileIsNotCompressedOnceMore() {
    assertThat(refused("--dataset", "bars", "--format", "parquet", file("bars.gz")))
        .isEqualTo("A Parquet file is compressed already; name it without .gz.");
  }

  @Test
  void aFullDiskIsNamed() {
    assertThat(refused("--dataset", "bars", "/dev/full"))
        .isEqualTo(
            "The disk of /dev/full is full, and the file was not kept. Free some space, or write it elsewhere.");
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() {
    assertThat(refused("--dataset", "bars", file("none/bars.csv")))
        .isEqualTo("There is no directory " + file("none") + "; make it first.");
  }

  @Test
  void whatReadsALargeTableMayWaitForItsFirstRowLongerThanAnyAnswer() throws SQLException {
    try (Connection patient = database.database().connectPatiently();
        Connection usual = database.database().connect()) {
      assertThat(patient.getNetworkTimeout()).isZero();
      assertThat(usual.getNetworkTimeout()).isEqualTo(120_000);
    }
  }

  /** Of each row the first column. */
  private List<String> duckdb(String query, String file) throws SQLException {
    return DuckDb.read(query, Path.of(file(file)));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(directory.resolve(name), StandardCharsets.UTF_8);
  }

  private List<String> column(String name, int column) throws IOException {
    return lines(name).stream().skip(1).map(line -> line.split(",")[column]).toList();
  }

  private CommandHere export(String... arguments) {
    CommandHere here = here(arguments);
    assertThat(here.exitCode()).as(here.everything()).isZero();
    return here;
  }

  /** The first line of standard error. */
  private String refused(String... arguments) {
    CommandHere here = here(arguments);
    assertThat(here.exitCode()).as(here.everything()).isEqualTo(1);
    assertThat(here.output()).isEmpty();
    return here.errors().get(0);
  }

  private CommandHere here(String... arguments) {
    return CommandHere.run(
        Map.of(
            "caravan.database.url", database.url(),
            "caravan.database.user", TestDatabase.user(),
            "caravan.database.password", TestDatabase.password()),
        Stream.concat(Stream.of("export"), Stream.of(arguments)).toArray(String[]::new));
  }
}
