package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * That a statement which is asked of one month is planned for the partitions of that month alone:
 * to plan for those of ten years takes longer than most statements do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonthPlansIT {
  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");
  private static final Pattern PARTITION =
      Pattern.compile(
          " on ((?:trades|quotes|trade_corrections|trade_revisions)_(?:earlier|default|\\d{4}_\\d{2}))\\b");

  /** The second of the months that a fresh database has. */
  private final YearMonth month = YearMonth.now(ZoneOffset.UTC).plusMonths(1);

  private final TestDatabase database = TestDatabase.fresh();

  @BeforeAll
  void fill() {
    database.execute("insert into symbols (symbol) values ('AAA')");
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason) values"
            + " ('alpaca', 'iex', 'trades', 'AAA', '%1$s-10T15:00Z', '%1$s-10T16:00Z', 'open', 'lost')"
                .formatted(month));
  }

  @AfterAll
  void drop() {
    database.close();
  }

  @TestFactory
  Stream<DynamicTest> noOtherMonthIsPlannedFor() {
    return Map.of(
            "trade_corrections/apply_corrections", Set.of("trade_corrections", "trades"),
            "trades/store_trades", Set.of("trades"),
            "gaps/close_gaps", Set.of("trades", "quotes"),
            // It knows of no range before it has found a gap, which is seldom.
            "gaps/settle_waiting", Set.<String>of(),
            "replay/select_trades", Set.of("trades"),
            "replay/select_quotes", Set.of("quotes"))
        .entrySet()
        .stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(), () -> assertPlanned(each.getKey(), each.getValue())));
  }

  private void assertPlanned(String statement, Set<String> tables) throws SQLException {
    Set<String> expected = new TreeSet<>();
    for (String table : tables) {
      expected.add(table + "_" + month.toString().replace('-', '_'));
    }
    Set<String> planned = new TreeSet<>();
    StringBuilder plan = new StringBuilder();
    String sql = Sql.load(statement);
    try (Connection connection = database.database().connect();
        PreparedStatement explain =
            connection.prepareStatement("explain " + PARAMETER.matcher(sql).replaceAll("?"))) {
      Map<String, Object> values = values();
      Matcher parameter = PARAMETER.matcher(sql);
      for (int i = 1; parameter.find(); i++) {
        explain.setObject(i, values.get(parameter.group(1)));
      }
      try (ResultSet line = explain.executeQuery()) {
        while (line.next()) {
          plan.append(line.getString(1)).append('\n');
          Matcher named = PARTITION.matcher(line.getString(1));
          while (named.find()) {
            planned.add(named.group(1));
          }
        }
      }
    }
    assertThat(planned).as(plan.toString()).isEqualTo(expected);
    // Those would be planned for, and left out only when it runs.
    assertThat(plan.toString()).doesNotContain("Subplans Removed");
  }

  private Map<String, Object> values() {
    OffsetDateTime from = month.atDay(10).atStartOfDay().atOffset(ZoneOffset.UTC);
    OffsetDateTime to = from.plusDays(2);
    Map<String, Object> values = new HashMap<>();
    values.put("symbols", "[\"AAA\"]");
    values.put("symbol", "AAA");
    values.put("feed", "iex");
    values.put("from", from);
    values.put("to", to);
    values.put("start", from);
    values.put("end", to);
    values.put("night", to);
    values.put("read_at", to);
    values.put("from_nanos", 0L);
    values.put("to_nanos", Long.MAX_VALUE);
    values.put("skip", 0L);
    values.put("most", 100);
    values.put("gaps", "1");
    values.put("malformed", "");
    values.put("unserved", "AAA");
    values.put("rows", "[]");
    return values;
  }
}
