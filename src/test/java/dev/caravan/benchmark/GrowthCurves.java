package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.Copy;
import dev.caravan.database.CopyRows;
import dev.caravan.database.Sql;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.FrameSender;
import dev.caravan.support.Web;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * How the cost of a statement grows with what is there: rows, months, symbols, history. The rows
 * are made by SQL, the statements are the repository's own files, and each is planned anew at every
 * call and rolled back. No part of the race: {@code -Dit.test=GrowthCurves}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GrowthCurves {
  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");
  private static final int TIMES = Sizes.of("growth.times", 9, 2);

  /** The last version before partitions. */
  private static final String BEFORE_MONTHS = "50";

  private static final int BATCH = 2_000;
  private static final OffsetDateTime DAY = OffsetDateTime.parse("2026-11-20T05:00:00Z");
  private static final OffsetDateTime FROM = OffsetDateTime.parse("2026-11-20T14:30:00Z");
  private static final OffsetDateTime TO = OffsetDateTime.parse("2026-11-20T21:00:00Z");
  private static final OffsetDateTime NOW = OffsetDateTime.parse("2026-11-21T12:00:00Z");

  /** Milliseconds of each thing at each size, in the order in which they were measured. */
  private final Map<String, List<Double>> curves = new LinkedHashMap<>();

  private Rig rig;

  private void put(String what, double ms) {
    curves.computeIfAbsent(what, any -> new ArrayList<>()).add(ms);
  }

  /** A row a thing, a column a size, and the ratio of the largest size to the smallest. */
  private void publish(String name, String title, String unit, List<Integer> sizes, String note) {
    List<String> columns = new ArrayList<>(List.of("ms"));
    sizes.forEach(size -> columns.add(Figures.text("%,d%s", size, unit)));
    columns.add("largest beside smallest");
    Sheet sheet = Sheet.of(name, title, columns.toArray(new String[0]));
    curves.forEach(
        (what, all) -> {
          List<Object> cells = new ArrayList<>(List.of(what));
          all.forEach(ms -> cells.add(Figures.text(ms < 10 ? "%.2f" : "%,.0f", ms)));
          cells.add(Figures.text("%.1f", all.get(all.size() - 1) / all.get(0)));
          sheet.row(cells.toArray());
        });
    sheet.note(note).publish();
    curves.clear();
  }

  private static List<Integer> sizes(String property, String full, String smoke) {
    return Arrays.stream(System.getProperty(property, Sizes.SMOKE ? smoke : full).split(","))
        .map(Integer::valueOf)
        .toList();
  }

  private Connection superuser(String database) throws SQLException {
    return DriverManager.getConnection(url(database), "postgres", rig.place.superuserPassword());
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + rig.place.port() + "/" + database;
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A database of this name with all tables up to a version. */
  private void migrate(String database, String version) {
    Flyway.configure()
        .dataSource(url(database), "postgres", rig.place.superuserPassword())
        .locations("classpath:db/migration")
        .target(version)
        .load()
        .migrate();
  }

  private void create(String database, String version) throws SQLException {
    try (Connection connection = superuser("postgres")) {
      run(
          connection,
          "drop database if exists " + database + " with (force)",
          "create database " + database);
    }
    migrate(database, version);
  }

  /** Milliseconds of a statement of the repository, planned and run: the median of all. */
  private static double time(Connection connection, String name, Map<String, Object> given)
      throws SQLException {
    String sql = Sql.load(name);
    double[] times = new double[TIMES];
    connection.setAutoCommit(false);
    // The first one reads the catalogue and the pages.
    for (int i = -1; i < TIMES; i++) {
      try (PreparedStatement statement =
          connection.prepareStatement(PARAMETER.matcher(sql).replaceAll("?"))) {
        Matcher parameter = PARAMETER.matcher(sql);
        for (int nth = 1; parameter.find(); nth++) {
          statement.setObject(nth, given.get(parameter.group(1)));
        }
        long began = System.nanoTime();
        statement.execute();
        if (i >= 0) {
          times[i] = Figures.seconds(began) * 1e3;
        }
      } finally {
        connection.rollback();
      }
    }
    connection.setAutoCommit(true);
    Arrays.sort(times);
    return times[TIMES / 2];
  }

  private void time(Connection connection, String what, String name, Map<String, Object> given)
      throws SQLException {
    put(what, time(connection, name, given));
  }

  /** Milliseconds of a COPY of a batch of trades that are new, each time the same ones. */
  private static double copy(Connection connection) throws Exception {
    Instant first = Instant.parse("2026-11-20T18:00:00Z");
    CopyRows rows = new CopyRows();
    for (int row = 0; row < BATCH; row++) {
      rows.column("S" + (1 + row % 100));
      rows.column(first.plus(row, ChronoUnit.MICROS));
      rows.smallColumn(1);
      rows.column("V");
      rows.wholeColumn(-1_000_000_000L - row);
      rows.column(10_025, 2);
      rows.column(10, 0);
      rows.column(List.of("@"));
      rows.column("C");
      rows.column("iex");
      rows.endRow();
    }
    double[] times = new double[TIMES];
    connection.setAutoCommit(false);
    for (int i = -1; i < TIMES; i++) {
      long began = System.nanoTime();
      Copy.in(connection, Sql.load("trades/copy_trades"), rows, 0, rows.rows());
      if (i >= 0) {
        times[i] = Figures.seconds(began) * 1e3;
      }
      connection.rollback();
    }
    connection.setAutoCommit(true);
    Arrays.sort(times);
    return times[TIMES / 2];
  }

  /** What is asked of trades and bars, whatever they lie in. */
  private void timeReadsAndWrites(Connection connection) throws Exception {
    put("COPY of " + BATCH + " trades", copy(connection));
    time(
        connection,
        "latest prices of 100 symbols",
        "price_snapshots/page_quotes",
        with("limit", 100));
    time(
        connection,
        "a page of a symbol's bars",
        "bars/page_bars",
        with(
            "limit",
            1000,
            "symbol",
            "S1",
            "timeframe",
            "1Min",
            "order",
            "desc",
            "adjusted",
            false));
    time(
        connection,
        "100 gaps closed",
        "gaps/close_gaps",
        with(
            "gaps",
            numbers(100),
            "unserved",
            symbols(100),
            "malformed",
            "",
            "read_at",
            NOW,
            "start",
            FROM,
            "end",
            TO));
    time(
        connection,
        "corrections applied, none of which waits",
        "trade_corrections/apply_corrections",
        with("symbols", json(100), "from", FROM, "to", TO));
    time(
        connection,
        "1,000 trades stored again",
        "trades/store_trades",
        with("rows", again(connection), "from", DAY, "to", NOW));
    time(connection, "waiting gaps settled", "gaps/settle_waiting", with());
  }

  private static String again(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select coalesce(json_agg(t), '[]')::text from (select * from trades where ts >= '"
                    + DAY
                    + "' and ts < '"
                    + NOW
                    + "' limit 1000) t")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static Map<String, Object> with(Object... namesAndValues) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return values;
  }

  private static String symbols(int count) {
    List<String> all = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      all.add("S" + i);
    }
    return String.join(",", all);
  }

  private static String numbers(int count) {
    return symbols(count).replace("S", "");
  }

  private static String json(int count) {
    return "[\"" + symbols(count).replace(",", "\",\"") + "\"]";
  }

  /** 100 symbols with a gap and a day of bars each. */
  private static void fillAround(Connection connection) throws SQLException {
    run(
        connection,
        "insert into symbols (symbol) select 'S' || n from generate_series(1, 100) n",
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " select 'alpaca', 'sip', 'S' || s, '1Min', timestamptz '2026-11-02 14:30Z' + n * interval '1 min',"
            + " 100, 101, 99, 100.5, 1000, true from generate_series(1, 100) s, generate_series(0, 1949) n",
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason)"
            + " select 'alpaca', 'iex', 'trades', 'S' || n, timestamptz '2026-11-20 14:30Z', timestamptz '2026-11-20 21:00Z',"
            + " 'open', 'lost' from generate_series(1, 100) n");
  }

  @Test
  @Order(1)
  void withRows() throws Exception {
    List<Integer> thousands = sizes("growth.thousands", "1000,10000,50000", "10,50");
    try (Rig open = new Rig("growth-rows")) {
      rig = open;
      for (int size : thousands) {
        create("growth", BEFORE_MONTHS);
        try (Connection connection = superuser("growth")) {
          fillAround(connection);
          // A year that ends with the day of all questions.
          run(
              connection,
              "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed)"
                  + " select 'S' || n % 100 + 1, timestamptz '2026-11-20 20:00Z' - interval '365 days' * (n / "
                  + 1e3 * size
                  + "), 0, 'V', n, 100.25, 10, '{@}', 'C', 'iex' from generate_series(1, "
                  + 1000L * size
                  + ") n",
              "vacuum analyze");
        }
        long began = System.nanoTime();
        migrate("growth", "latest");
        put("the takeover of the table of 0.1.0", Figures.seconds(began) * 1e3);
        try (Connection connection = superuser("growth")) {
          run(connection, "vacuum analyze");
          timeReadsAndWrites(connection);
        }
      }
      publish(
          "growth-rows",
          "With rows of trades",
          ",000 trades",
          thousands,
          "Trades of a year and 100 symbols. Medians of " + TIMES + ", warm; the takeover once.");
    }
  }

  @Test
  @Order(2)
  void withMonths() throws Exception {
    List<Integer> months = sizes("growth.months", "1,12,60,120", "1,12");
    try (Rig open = new Rig("growth-months")) {
      rig = open;
      for (int size : months) {
        create("growth", "latest");
        try (Connection connection = superuser("growth")) {
          run(
              connection,
              // Those of before the first one are there, and three to come.
              "select * from make_months(now() + interval '1 month' * " + (size - 1) + ")");
          fillAround(connection);
          run(
              connection,
              "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed)"
                  + " select 'S' || n % 100 + 1, case when n <= 20000 then timestamptz '2026-11-20 20:00Z' - n * interval '1 s'"
                  + " else date_trunc('month', now()) + n % "
                  + size
                  + " * interval '1 month' + n * interval '1 s' end,"
                  + " 0, 'V', n, 100.25, 10, '{@}', 'C', 'iex' from generate_series(1, 120000) n",
              "vacuum analyze");
          timeReadsAndWrites(connection);
        }
      }
      publish(
          "growth-months",
          "With months",
          " months",
          months,
          "120,000 trades of 100 symbols, over all months; beside them the partition of all before, three months to come"
              + " and the default. Planning included, medians of "
              + TIMES
              + ".");
    }
  }

  @Test
  @Order(3)
  void withSymbols() throws Exception {
    List<Integer> counts = sizes("growth.symbols", "10,100,1000,10000", "10,100");
    for (int size : counts) {
      try (Rig open = new Rig("growth-symbols");
          FrameSender sender = new FrameSender()) {
        rig = open;
        try (Connection connection = superuser("caravan")) {
          run(
              connection,
              "insert into symbols (symbol) select 'S' || n from generate_series(1, "
                  + size
                  + ") n",
              "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
                  + " select 'alpaca', 'sip', 'S' || s, '1Min', timestamptz '2026-11-20 14:30Z' + n * interval '1 min',"
                  + " 100, 101, 99, 100.5, 1000, true from generate_series(1, "
                  + size
                  + ") s, generate_series(0, 388) n",
              "insert into price_snapshots (source, symbol, ts, price) select 'yahoo', 'S' || n,"
                  + " '2026-11-20 20:00Z', 100 from generate_series(1, "
                  + size
                  + ") n",
              "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, next_try_at)"
                  + " select 'alpaca', 'iex', 'trades', 'S' || n, '2026-11-20 14:30Z', '2026-11-20 14:35Z', 'open', 'lost',"
                  + " '2026-11-20 14:35Z' from generate_series(1, "
                  + size
                  + ") n",
              "insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade,"
                  + " missing, calendar, opens_at, closes_at) select 'alpaca', 'sip', 'bars', 'S' || n, '1Min',"
                  + " '2026-11-20', 390, 0, 0, 390, 'New York', '2026-11-20 14:30Z', '2026-11-20 21:00Z'"
                  + " from generate_series(1, "
                  + size
                  + ") n",
              "vacuum analyze");
          time(
              connection,
              "what yahoo-quotes asks for",
              "symbols/select_active",
              with("source", "yahoo"));
          time(
              connection,
              "what repair asks for, a gap a symbol",
              "gaps/select_due_gaps",
              with("now", NOW, "earliest", NOW));
          time(
              connection,
              "receipts of a session counted",
              "receipts/count_receipts",
              with("now", NOW, "open_gaps", true));
          time(connection, "the newest price of all", "price_snapshots/select_newest_time", with());
        }
        long began = System.nanoTime();
        try (CaravanProcess caravan =
            rig.caravan(sender, "trades,bars,updatedBars,dailyBars", List.of("S1"))
                .set("caravan.http.port", rig.place.httpPort())
                .run()) {
          caravan.awaitLine("Caravan runs: ");
          put("the start", Figures.seconds(began) * 1e3);
          caravan.awaitLine("Stream iex delivers");
          put("from the start to the subscription", Figures.seconds(began) * 1e3);
          for (String path :
              List.of(
                  "symbols", "quotes", "gaps?status=open", "receipts", "completeness", "runs")) {
            Web web = Web.at(rig.place.httpPort());
            double[] times = new double[TIMES];
            for (int i = -1; i < TIMES; i++) {
              long asked = System.nanoTime();
              assertThat(web.get("/api/" + path).statusCode()).as(path).isEqualTo(200);
              if (i >= 0) {
                times[i] = Figures.seconds(asked) * 1e3;
              }
            }
            Arrays.sort(times);
            put("GET /api/" + path, times[TIMES / 2]);
          }
          put("memory of the process, MiB", Usage.residentMib(caravan.pid()));
          caravan.sigterm();
          caravan.exitCode();
        }
      }
    }
    publish(
        "growth-symbols",
        "With symbols",
        " symbols",
        counts,
        "389 bars, a price, a gap and a receipt a symbol. Medians of "
            + TIMES
            + "; the start once.");
  }

  @Test
  @Order(4)
  void withHistory() throws Exception {
    // A repair a minute and a quote a minute in the session: a year has so many runs.
    List<Integer> thousands = sizes("growth.history", "5,50,500", "1,5");
    try (Rig open = new Rig("growth-history")) {
      rig = open;
      for (int size : thousands) {
        create("growth", "latest");
        try (Connection connection = superuser("growth")) {
          fillAround(connection);
          String rows = " from generate_series(1, " + 1000L * size + ") n";
          run(
              connection,
              "insert into flow_runs (flow, trigger, status, started_at, finished_at, error, process)"
                  + " select case when n % 100 = 0 then 'end-of-day' else 'yahoo-quotes' end, 'schedule',"
                  + " case when n % 500 = 7 then 'failed' else 'succeeded' end,"
                  + " timestamptz '2026-11-21Z' - n * interval '1 min', timestamptz '2026-11-21Z' - n * interval '1 min',"
                  + " case when n % 500 = 7 then 'broken' end, 'p'"
                  + rows,
              "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at)"
                  + " select 'alpaca', 'iex', 'trades', 'S' || n % 100 + 1, timestamptz '2026-11-20Z' - n * interval '1 min',"
                  + " timestamptz '2026-11-20Z' - n * interval '1 min' + interval '30 s', 'filled', 'lost',"
                  + " '2026-11-20'"
                  + rows,
              "insert into dead_letters (route_id, symbol, reason, payload, failed_at, replayed_at)"
                  + " select 'stream', 'S' || n % 100 + 1, 'wrong ' || n, 'x', timestamptz '2026-11-21Z' - n * interval '1 min',"
                  + " case when n % 10 > 0 then timestamptz '2026-11-21Z' end"
                  + rows,
              "vacuum analyze");
          time(
              connection,
              "a run begun",
              "flow_runs/begin_run",
              with("begun", 2_000_000_000L, "flow", "repair", "trigger", "schedule"));
          time(
              connection,
              "a run ended",
              "flow_runs/finish_run",
              with(
                  "run_id",
                  1000L,
                  "flow",
                  "yahoo-quotes",
                  "letters",
                  "[]",
                  "interrupted",
                  false,
                  "expected",
                  1,
                  "stored",
                  1,
                  "refused",
                  0,
                  "empty",
                  0,
                  "unit",
                  "symbols"));
          time(
              connection,
              "the last run of each flow",
              "flow_runs/select_last_runs",
              with("flows", "yahoo-quotes,end-of-day,repair"));
          time(connection, "a page of runs", "flow_runs/page_runs", with("limit", 100));
          time(
              connection,
              "what repair asks for",
              "gaps/select_due_gaps",
              with("now", NOW, "earliest", NOW));
          time(connection, "open gaps counted", "gaps/count_gaps", with());
          time(connection, "a page of gaps", "gaps/page_gaps", with("limit", 100));
          time(
              connection,
              "a page of open letters",
              "dead_letters/page_letters",
              with("limit", 100, "status", "open"));
          time(
              connection,
              "alerts compared",
              "alerts/compare_alerts",
              with("addresses", "[]", "calm_s", 60.0, "failures", 3, "letters", 10));
        }
      }
      publish(
          "growth-history",
          "With history",
          ",000 runs, gaps and letters",
          thousands,
          "Of each as many; a tenth of the letters waits. Medians of " + TIMES + ".");
    }
  }
}
