package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * How PostgreSQL answers the API on tables so large that reading one whole would be felt: never by
 * that. The plans are in {@code target/plans}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiPlansIT {
  private static final Path PLANS = Path.of("target/plans");
  private static final Pattern PASSED_OVER = Pattern.compile("Rows Removed by Filter: (\\d+)");

  /** In one place of a plan, for each time that it is gone through. */
  private static final long MOST_PASSED_OVER = 10_000;

  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");
  private static final OffsetDateTime FROM = OffsetDateTime.parse("2026-11-02T05:00:00Z");
  private static final OffsetDateTime TO = OffsetDateTime.parse("2026-11-07T05:00:00Z");
  private static final OffsetDateTime BETWEEN = OffsetDateTime.parse("2026-11-04T15:00:00Z");

  /** Those that grow for ever. */
  private static final Set<String> LARGE =
      Set.of(
          "bars",
          "trades",
          "quotes",
          "bar_revisions",
          "price_snapshots",
          "news_articles",
          "flow_runs",
          "dead_letters",
          "gaps",
          "receipts");

  private final TestDatabase database = TestDatabase.fresh();

  /** A request: the statement, and what is given of its parameters. */
  private record Case(String name, String statement, Map<String, Object> given) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    Map<String, Object> all = Map.of("status", "all");
    cases.add(new Case("symbols", "symbols/page_symbols", all));
    cases.add(
        new Case(
            "symbols-found", "symbols/page_symbols", Map.of("status", "active", "search", "S1")));
    cases.add(new Case("symbols-next", "symbols/page_symbols", with(all, "after_1", "S100")));
    cases.add(new Case("quotes", "price_snapshots/page_quotes", Map.of()));
    cases.add(new Case("quotes-of", "price_snapshots/page_quotes", Map.of("symbol", "S1,S2,S3")));
    for (String order : List.of("asc", "desc")) {
      for (boolean adjusted : new boolean[] {false, true}) {
        Map<String, Object> bars =
            Map.of("symbol", "S7", "timeframe", "1Min", "order", order, "adjusted", adjusted);
        String name = "bars-" + order + (adjusted ? "-adjusted" : "");
        cases.add(new Case(name, "bars/page_bars", bars));
        cases.add(
            new Case(name + "-week", "bars/page_bars", with(with(bars, "from", FROM), "to", TO)));
        cases.add(
            new Case(
                name + "-next",
                "bars/page_bars",
                with(with(with(bars, "after_1", BETWEEN), "after_2", "alpaca"), "after_3", "sip")));
        cases.add(
            new Case(
                name + "-of-feed",
                "bars/page_bars",
                with(with(bars, "source", "alpaca"), "feed", "sip")));
        String read = adjusted ? "bars/read_adjusted_series" : "bars/read_series";
        Map<String, Object> series = with(with(bars, "source", "alpaca"), "feed", "sip");
        cases.add(new Case(name + "-read", read, series));
        cases.add(
            new Case(
                name + "-read-next",
                read,
                with(
                    with(with(series, "after_1", BETWEEN), "after_2", "alpaca"),
                    "after_3",
                    "sip")));
        cases.add(new Case(name + "-page-end", "bars/select_page_end", bars));
      }
    }
    Map<String, Object> trades = Map.of("symbol", "S7");
    for (String statement : List.of("page_trades", "read_page", "select_page_end")) {
      cases.add(new Case(statement, "trades/" + statement, trades));
      cases.add(
          new Case(
              statement + "-week",
              "trades/" + statement,
              with(with(trades, "from", FROM), "to", TO)));
      cases.add(
          new Case(
              statement + "-next",
              "trades/" + statement,
              with(
                  with(with(with(trades, "after_1", BETWEEN), "after_2", 0L), "after_3", "V"),
                  "after_4",
                  1L)));
    }
    Map<String, Object> exported = Map.of("symbols", new String[] {"S7"}, "timeframe", "1Min");
    for (String statement :
        List.of(
            "bars/export_bars",
            "trades/export_trades",
            "quotes/export_quotes",
            "corporate_actions/export_actions",
            "news_articles/export_articles")) {
      cases.add(new Case(statement.replace('/', '-'), statement, exported));
    }
    cases.add(new Case("actions", "corporate_actions/page_actions", Map.of()));
    cases.add(new Case("actions-of", "corporate_actions/page_actions", trades));
    cases.add(new Case("bars-feeds", "bars/select_feeds", Map.of("symbol", "S7")));
    cases.add(new Case("runs", "flow_runs/page_runs", Map.of()));
    cases.add(new Case("runs-next", "flow_runs/page_runs", Map.of("after_1", 5000L)));
    cases.add(new Case("runs-of-flow", "flow_runs/page_runs", Map.of("flow", "end-of-day")));
    cases.add(new Case("runs-failed", "flow_runs/page_runs", Map.of("status", "failed")));
    cases.add(new Case("runs-of-parent", "flow_runs/page_runs", Map.of("parent", "100")));
    cases.add(new Case("runs-no-steps", "flow_runs/page_runs", Map.of("parent", "none")));
    cases.add(
        new Case(
            "flows",
            "flow_runs/select_last_runs",
            Map.of("flows", "yahoo-quotes,end-of-day,repair,receipts")));
    cases.add(new Case("flow-running", "flow_runs/count_running", Map.of("flow", "yahoo-quotes")));
    cases.add(new Case("backfills", "flow_runs/select_backfills", Map.of()));
    cases.add(new Case("gaps", "gaps/page_gaps", Map.of()));
    cases.add(new Case("gaps-open", "gaps/page_gaps", Map.of("status", "open")));
    cases.add(new Case("gaps-of-symbol", "gaps/page_gaps", Map.of("symbol", "S7")));
    cases.add(new Case("gaps-of-dataset", "gaps/page_gaps", Map.of("dataset", "trades")));
    cases.add(new Case("nodes", "cluster_nodes/page_nodes", Map.of()));
    cases.add(new Case("partitions", "store_watermarks/page_partitions", Map.of()));
    cases.add(new Case("alerts", "alerts/page_alerts", Map.of("status", "all")));
    cases.add(new Case("alerts-open", "alerts/page_alerts", Map.of("status", "open")));
    cases.add(new Case("receipts", "receipts/page_receipts", Map.of()));
    cases.add(
        new Case(
            "receipts-of-session",
            "receipts/page_receipts",
            Map.of("session", LocalDate.parse("2026-11-20"))));
    cases.add(new Case("receipts-of-symbol", "receipts/page_receipts", Map.of("symbol", "S7")));
    cases.add(new Case("receipts-missing", "receipts/page_receipts", Map.of("missing", true)));
    cases.add(
        new Case(
            "receipts-next",
            "receipts/page_receipts",
            Map.of(
                "after_1",
                LocalDate.parse("2026-11-20"),
                "after_2",
                "S7",
                "after_3",
                "alpaca",
                "after_4",
                "sip",
                "after_5",
                "bars",
                "after_6",
                "1Min")));
    cases.add(new Case("completeness", "receipts/sum_receipts", Map.of()));
    cases.add(new Case("completeness-found", "receipts/sum_receipts", Map.of("search", "S1")));
    cases.add(new Case("news", "news_articles/page_articles", Map.of()));
    cases.add(new Case("news-of-symbol", "news_articles/page_articles", Map.of("symbol", "S7")));
    cases.add(
        new Case(
            "news-next",
            "news_articles/page_articles",
            Map.of("after_1", BETWEEN, "after_2", "alpaca", "after_3", "5")));
    cases.add(new Case("profile", "company_profiles/select_profile", Map.of("symbol", "S7")));
    for (String status : List.of("open", "replayed", "all")) {
      cases.add(
          new Case(
              "dead-letters-" + status, "dead_letters/page_letters", Map.of("status", status)));
    }
    cases.add(
        new Case(
            "dead-letters-of-symbol",
            "dead_letters/page_letters",
            Map.of("status", "open", "symbol", "S7")));
    cases.add(
        new Case(
            "dead-letters-of-route",
            "dead_letters/page_letters",
            Map.of("status", "open", "route", "yahoo-bars")));
    cases.add(
        new Case(
            "dead-letters-next",
            "dead_letters/page_letters",
            Map.of("status", "all", "after_1", BETWEEN, "after_2", 100L)));
    cases.add(new Case("dead-letter", "dead_letters/read_letter", Map.of("id", 17L)));
    return cases;
  }

  @BeforeAll
  void fill() throws SQLException, IOException {
    Files.createDirectories(PLANS);
    database.execute("insert into symbols (symbol) select 'S' || n from generate_series(1, 200) n");
    for (String rows :
        List.of(
            // 200 symbols by 1,250 minutes.
            "bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
                + " select 'alpaca', 'sip', 'S' || s, '1Min', timestamptz '2026-11-02 14:30+00'"
                + " + n * interval '11 min', 100, 101, 99, 100.5, 1000, true"
                + " from generate_series(1, 200) s, generate_series(0, 1249) n",
            "bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
                + " select 'yahoo', '-', 'S' || s, '1Day', timestamptz '2026-11-20 05:00+00'"
                + " - n * interval '1 day', 100, 101, 99, 100.5, 1000, true"
                + " from generate_series(1, 200) s, generate_series(0, 250) n",
            "trades (symbol, ts, nanos, exchange, trade_id, price, size, feed)"
                + " select 'S' || n % 200 + 1, timestamptz '2026-11-20 14:30+00'"
                + " + n * interval '7 ms', 0, 'V', n, 100, 1, 'iex' from generate_series(1, 300000) n",
            "trades (symbol, ts, nanos, exchange, trade_id, price, size, feed)"
                + " select 'S' || n % 200 + 1, timestamptz '2026-11-20 14:30+00'"
                + " + n * interval '7 ms', 1, case when n % 3 = 0 then 'V' else 'Q' end, -n, 100, 1, 'sip'"
                + " from generate_series(1, 300000) n",
            "price_snapshots (source, symbol, ts, price) select 'yahoo', 'S' || n % 200 + 1,"
                + " timestamptz '2026-11-02 14:30+00' + n * interval '1 s', 100"
                + " from generate_series(1, 100000) n",
            "corporate_actions (source, symbol, action, ex_date, amount) select 'alpaca', 'S' || s,"
                + " 'dividend', date '2026-11-10' - n * 90, 0.1"
                + " from generate_series(1, 200) s, generate_series(0, 20) n",
            "flow_runs (flow, trigger, status, started_at, finished_at, error, parent_run_id, process)"
                + " select case when n % 1000 = 0 then 'end-of-day' else 'yahoo-quotes' end, 'schedule',"
                + " case when n % 500 = 7 then 'failed' else 'succeeded' end,"
                + " timestamptz '2026-01-01 00:00+00' + n * interval '1 min',"
                + " timestamptz '2026-01-01 00:00+00' + n * interval '1 min', 'x',"
                + " case when n > 1000 and n % 3 = 0 then n / 10 end, 'p'"
                + " from generate_series(1, 50000) n",
            "gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at)"
                + " select 'alpaca', 'iex', case when n % 2 = 0 then 'trades' else 'bars' end,"
                + " 'S' || n % 200 + 1, timestamptz '2026-11-02 14:30+00' + n * interval '1 min',"
                + " timestamptz '2026-11-02 14:31+00' + n * interval '1 min',"
                + " case when n % 700 = 0 then 'open' else 'filled' end, 'lost',"
                + " case when n % 700 <> 0 then now() end from generate_series(1, 50000) n",
            "receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade,"
                + " missing, calendar, opens_at, closes_at) select 'alpaca', 'sip', 'bars', 'S' || s,"
                + " '1Min', date '2026-11-20' - n, 390, 390 - (s % 50 / 49), 0, s % 50 / 49, 'New York',"
                + " timestamptz '2026-11-20 14:30+00', timestamptz '2026-11-20 21:00+00'"
                + " from generate_series(1, 200) s, generate_series(0, 250) n",
            "news_articles (source, article_id, headline, published_at, updated_at, symbols)"
                + " select 'alpaca', n::text, 'News', timestamptz '2026-11-01 00:00+00'"
                + " + n * interval '1 min', now(), array['S' || n % 200 + 1]"
                + " from generate_series(1, 30000) n",
            "dead_letters (route_id, symbol, reason, payload, failed_at, replayed_at)"
                + " select case when n % 300 = 0 then 'yahoo-bars' else 'stream' end,"
                + " 'S' || n % 200 + 1, 'wrong ' || n, 'x', timestamptz '2026-11-01 00:00+00'"
                + " + n * interval '1 min', case when n % 10 > 0 then now() end"
                + " from generate_series(1, 30000) n",
            "company_profiles (symbol, answer) select 'S' || n, '{}' from generate_series(1, 200) n")) {
      database.execute("insert into " + rows);
    }
    database.execute("vacuum analyze");
  }

  @AfterAll
  void drop() {
    database.close();
  }

  @TestFactory
  Stream<DynamicTest> noLargeTableIsReadWhole() {
    return cases().stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> assertReadByIndex(each)));
  }

  /** Each trade of IEX is looked for on the tape by one step into an index. */
  @Test
  void theTradesOfASymbolAndADayThatCountAreFoundByIndex() throws IOException {
    List<String> plan = new ArrayList<>();
    for (String of : List.of("symbol = 'S7' and ", "")) {
      database
          .query(
              "explain (analyze) select count(*), sum(size) from trades_counted where "
                  + of
                  + "ts >= '2026-11-20 14:31Z' and ts < '2026-11-20 14:41Z'")
          .forEach(line -> plan.add((String) line.get("QUERY PLAN")));
    }
    Files.write(PLANS.resolve("trades-counted.txt"), plan);
    assertThat(plan)
        // Of the months that have no row here none is even opened.
        .noneMatch(
            line ->
                line.contains("Seq Scan on trades") && !line.contains("(never executed)")
                    || line.contains("Join"))
        // The index trades_of_iex_on_the_tape, by the name that it has on its partition.
        .filteredOn(
            line ->
                line.matches(".*using trades_\\w+(_symbol_ts_idx|_on_the_tape) .*loops=[1-9].*"))
        .hasSize(2);
  }

  @Test
  void everyStatementOfTheApiIsAmongThem() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (Path file : files()) {
      for (JsonNode top : new ObjectMapper(new YAMLFactory()).readTree(file.toFile())) {
        for (JsonNode parameter : top.at("/templatedRoute/parameters")) {
          if (parameter.path("name").asText().equals("statement")) {
            asked.add(parameter.path("value").asText());
          }
        }
      }
      Matcher named =
          Pattern.compile("(?:statement:|classpath:sql/)([a-z_]+/[a-z_]+)")
              .matcher(Files.readString(file));
      while (named.find()) {
        asked.add(named.group(1));
      }
    }
    assertThat(asked).hasSizeGreaterThan(11);
    // They read no table.
    asked.removeAll(Set.of("database_checks/select_now", "flow_runs/draw_run"));
    // They change the few symbols that a person has typed.
    asked.removeAll(Set.of("symbols/add_symbols", "symbols/remove_symbols"));
    assertThat(cases().stream().map(Case::statement)).containsAll(asked);
  }

  /** The files of the API's routes. */
  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      return files.filter(file -> file.toString().matches("routes/api/.*\\.yaml")).toList();
    }
  }

  private void assertReadByIndex(Case each) throws SQLException, IOException {
    String plan = plan(each);
    Files.writeString(PLANS.resolve(each.name() + ".txt"), plan);
    for (String table : LARGE) {
      assertThat(plan).doesNotContainPattern("Seq Scan on (public\\.)?" + table + "\\b");
    }
    // Nor by an index in an order that has nothing to do with what is looked for.
    assertThat(PASSED_OVER.matcher(plan).results())
        .allSatisfy(
            rows ->
                assertThat(Long.parseLong(rows.group(1))).as(plan).isLessThan(MOST_PASSED_OVER));
  }

  /** As the API asks: on the same kind of connection, with values of the same types. */
  private String plan(Case each) throws SQLException {
    String sql = Sql.load(each.statement());
    Map<String, Object> values = new HashMap<>(each.given());
    values.putIfAbsent("limit", 100L);
    values.putIfAbsent("sessions", 20L);
    values.putIfAbsent("missing", false);
    StringBuilder plan = new StringBuilder("-- " + values + "\n");
    try (Connection connection = database.database().connect();
        Statement setup = connection.createStatement()) {
      setup.execute("set plan_cache_mode = force_custom_plan");
      try (PreparedStatement explain =
          connection.prepareStatement(
              "explain (analyze) " + PARAMETER.matcher(sql).replaceAll("?"))) {
        Matcher parameter = PARAMETER.matcher(sql);
        for (int i = 1; parameter.find(); i++) {
          explain.setObject(i, values.get(parameter.group(1)));
        }
        try (ResultSet line = explain.executeQuery()) {
          while (line.next()) {
            plan.append(line.getString(1)).append('\n');
          }
        }
      }
    }
    return plan.toString();
  }

  private static Map<String, Object> with(Map<String, Object> map, String name, Object value) {
    Map<String, Object> more = new HashMap<>(map);
    more.put(name, value);
    return more;
  }
}
