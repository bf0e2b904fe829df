package dev.caravan.benchmark;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/**
 * How fast a year of minutes of ten symbols, or a day of their trades, comes from the simulated
 * exchange into the table, beside a plain COPY of the same rows from a file over one connection, in
 * the same run and table. The exchange takes its share of the same cores; what it can serve at all
 * is measured as well.
 */
class BackfillBenchmark {
  private static final List<String> SYMBOLS =
      List.of("AAPL", "AMZN", "BRK.B", "GOOGL", "JPM", "META", "MSFT", "NVDA", "SPY", "TSLA");

  private static final String BARS =
      "source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap,"
          + " final, adjusted_as_of";

  private static final String TRADES =
      "symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status";

  private static final Pattern TOKEN = Pattern.compile("\"next_page_token\":\"([^\"]+)\"");

  /** Days of minutes and trades a minute: a million rows of each, or few. */
  private static final String FIRST_DAY = Sizes.SMOKE ? "2026-10-26" : "2025-11-01";

  private static final int TRADES_A_MINUTE = Sizes.of("backfill.trades-a-minute", 110, 4);

  private final Figures figures = new Figures();

  @Test
  void millionsOfBarsAndTradesBesidePlainCopy() throws Exception {
    Sheet sheet =
        Sheet.of(
            "backfill",
            "Backfill",
            "",
            "rows",
            "rows/s",
            "beside COPY on 1 connection",
            "from, to",
            "the exchange serves, rows/s",
            "CPU s a million rows: Caravan",
            "PostgreSQL",
            "most MiB of memory");
    try {
      try (Simulator exchange = exchange(0)) {
        race(
            sheet,
            exchange,
            "bars",
            BARS,
            "stored_at, symbol, ts",
            "1Min",
            FIRST_DAY,
            "2026-10-31");
      }
      try (Simulator exchange = exchange(TRADES_A_MINUTE)) {
        race(sheet, exchange, "trades", TRADES, "symbol, ts", "trades", "2026-10-30", "2026-10-30");
      }
      sheet.note(
          Figures.text(
              "From the begin of the run to its end, of a process that was just started; the exchange, of the same"
                  + " machine, serves pages of 10,000 rows. Medians of %d.",
              Sizes.ROUNDS));
    } finally {
      sheet.publish();
    }
  }

  private static Simulator exchange(int tradesAMinute) {
    return Simulator.start(
        SimulatorOptions.defaults()
            .withAlpacaRequestsPerMinute(0)
            .withYahooQuickRequests(0)
            .withBackgroundTradesPerMinute(tradesAMinute));
  }

  private void race(
      Sheet sheet,
      Simulator exchange,
      String table,
      String columns,
      String order,
      String timeframe,
      String from,
      String to)
      throws Exception {
    long rows = 0;
    for (int round = 0; round < Sizes.ROUNDS; round++) {
      try (Place place = Place.prepared("race-backfill")) {
        place.server();
        figures.add(table + " served", serve(exchange, table, from, to));
        Usage before = Usage.of(0, place);
        CaravanProcess process =
            place
                .caravan(exchange.url())
                .set("caravan.symbols", String.join(",", SYMBOLS))
                .run(
                    "backfill",
                    "--source",
                    "alpaca",
                    "--timeframe",
                    timeframe,
                    "--from",
                    from,
                    "--to",
                    to);
        Usage used = over(process, place).since(before);
        double seconds =
            ((Number)
                    place
                        .query(
                            "select extract(epoch from finished_at - started_at)::float8 as seconds from"
                                + " flow_runs where flow = 'backfill'")
                        .get(0)
                        .get("seconds"))
                .doubleValue();
        rows = place.count("select count(*) from " + table);
        assertThat(rows).isGreaterThan(Sizes.SMOKE ? 1_000 : 900_000);
        double plain = copy(place, table, columns, order);
        figures.add(table, rows / seconds);
        figures.add(table + " ratio", rows / seconds / plain);
        figures.add(table + " cpu", used.process() / rows * 1e6);
        figures.add(table + " database", used.database() / rows * 1e6);
      }
    }
    sheet.row(
        timeframe.equals("trades") ? "trades of a day" : "minute bars of a year",
        Figures.text("%,d", rows),
        figures.median(table, "%,.0f"),
        figures.median(table + " ratio", "%.2f"),
        Figures.text("%.2f, %.2f", figures.least(table + " ratio"), figures.most(table + " ratio")),
        figures.median(table + " served", "%,.0f"),
        figures.median(table + " cpu", "%.1f"),
        figures.median(table + " database", "%.1f"),
        figures.median("memory", "%.0f"));
  }

  /** Waits for the end, longer than for any test; returns what was used when it was near. */
  private Usage over(CaravanProcess process, Place place) throws Exception {
    long began = System.nanoTime();
    Usage last = Usage.of(process, place);
    double memory = 0;
    while (process.isAlive()) {
      Usage now = Usage.of(process, place);
      // Of a process that has just ended nothing is left to be read.
      last = new Usage(Math.max(last.process(), now.process()), now.database());
      double most = Usage.mostResidentMib(process.pid());
      memory = most > memory ? most : memory;
      assertThat(Figures.seconds(began)).isLessThan(Duration.ofMinutes(20).toSeconds());
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    ended(process, 0);
    figures.add("memory", memory);
    return last;
  }

  /** Rows a second that the exchange serves to a client that stores nothing. */
  private static double serve(Simulator exchange, String table, String from, String to)
      throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    String question =
        exchange.url()
            + "/v2/stocks/"
            + table
            + "?symbols=AAPL&timeframe=1Min&start="
            + from
            + "&end="
            + to
            + "T23:59:59Z&limit=10000&feed=sip";
    String token = "";
    long rows = 0;
    long began = System.nanoTime();
    do {
      String page =
          client
              .send(
                  HttpRequest.newBuilder(URI.create(question + token))
                      .header("APCA-API-KEY-ID", "PKTEST")
                      .header("APCA-API-SECRET-KEY", "hush")
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      rows += page.split("\"t\":", -1).length - 1;
      Matcher next = TOKEN.matcher(page);
      token = next.find() ? "&page_token=" + next.group(1) : "";
    } while (!token.isEmpty());
    return rows / Figures.seconds(began);
  }

  private static double copy(Place place, String table, String columns, String order)
      throws Exception {
    Path file = place.directory().resolve(table + ".copy");
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan", "caravan", "");
        Statement statement = connection.createStatement()) {
      PGConnection copy = connection.unwrap(PGConnection.class);
      try (OutputStream out = Files.newOutputStream(file)) {
        copy.getCopyAPI()
            .copyOut(
                "copy (select " + columns + " from " + table + " order by " + order + ") to stdout",
                out);
      }
      statement.execute("truncate " + table);
      checkpoint(place);
      long began = System.nanoTime();
      long rows;
      try (InputStream in = Files.newInputStream(file)) {
        rows =
            copy.getCopyAPI()
                .copyIn("copy " + table + " (" + columns + ") from stdin", in, 256 * 1024);
      }
      double rate = rows / Figures.seconds(began);
      try (ResultSet count = statement.executeQuery("select count(*) from " + table)) {
        count.next();
        assertThat(count.getLong(1)).isEqualTo(rows);
      }
      return rate;
    }
  }

  /** Nothing that was written before is left for the database to flush meanwhile. */
  private static void checkpoint(Place place) throws Exception {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + place.port() + "/postgres",
                "postgres",
                place.superuserPassword());
        Statement statement = connection.createStatement()) {
      statement.execute("checkpoint");
    }
  }
}
