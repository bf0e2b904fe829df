package dev.caravan.benchmark;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.Locale;
import java.util.Map;
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

  @Test
  void aYearOfMinutesBesidePlainCopy() throws Exception {
    try (Simulator exchange =
        Simulator.start(
            SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0).withYahooQuickRequests(0))) {
      race(exchange, "bars", BARS, "stored_at, symbol, ts", "1Min", "2025-11-01", "2026-10-31");
    }
  }

  @Test
  void aDayOfTradesBesidePlainCopy() throws Exception {
    try (Simulator exchange =
        Simulator.start(
            SimulatorOptions.defaults()
                .withAlpacaRequestsPerMinute(0)
                .withYahooQuickRequests(0)
                .withBackgroundTradesPerMinute(110))) {
      race(exchange, "trades", TRADES, "symbol, ts", "trades", "2026-10-30", "2026-10-30");
    }
  }

  private static void race(
      Simulator exchange,
      String table,
      String columns,
      String order,
      String timeframe,
      String from,
      String to)
      throws Exception {
    try (Place place = Place.fresh("backfill-benchmark")) {
      place.server();
      double served = serve(exchange, table, from, to);
      CaravanProcess process =
          over(
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
                      to));
      Map<String, Object> run =
          place
              .query(
                  "select extract(epoch from finished_at - started_at)::float8 as seconds from"
                      + " flow_runs where flow = 'backfill'")
              .get(0);
      long rows = place.count("select count(*) from " + table);
      double stored = rows / (Double) run.get("seconds");
      double plain = copy(place, table, columns, order);
      String report =
          String.format(
              Locale.ROOT,
              "%,d %s: backfill %,.0f rows/s, plain COPY %,.0f rows/s, ratio %.2f; the exchange alone"
                  + " serves %,.0f rows/s to one client%n%s%n",
              rows,
              table,
              stored,
              plain,
              stored / plain,
              served,
              String.join("\n", process.output()));
      Path directory = Path.of("target/benchmark");
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("backfill-" + table + ".txt"), report);
      System.out.println(report);
      assertThat(rows).isGreaterThan(900_000);
    }
  }

  /** Waits longer than for any test. */
  private static CaravanProcess over(CaravanProcess process) {
    await().atMost(Duration.ofMinutes(20)).until(() -> !process.isAlive());
    return ended(process, 0);
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
    return rows / seconds(began);
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
      double rate = rows / seconds(began);
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

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
