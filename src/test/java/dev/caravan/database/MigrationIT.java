package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A database of 0.1.0, with rows in it, becomes one of today. */
class MigrationIT {
  private static final String LAST_OF_0_1_0 = "14";

  @Test
  void actionsWithoutIdsStayAndDividendsOfNothingBecomeRevisions() {
    try (TestDatabase server = TestDatabase.fresh()) {
      String url = old(server);
      run(
          url,
          "insert into corporate_actions (source, symbol, action, ex_date, amount, ratio) values"
              + " ('yahoo', 'AAA', 'dividend', '2025-01-02', 0, null),"
              + " ('yahoo', 'AAA', 'dividend', '2025-01-03', 0.5, null),"
              + " ('alpaca', 'AAA', 'merger', '2025-01-06', 0, 2),"
              + " ('alpaca', 'AAA', 'split', '2025-01-06', null, 2)");

      migrate(url, "latest");

      assertThat(
              rows(
                  url,
                  "select concat_ws(' ', action, ex_date, amount, ratio) from corporate_actions"
                      + " order by ex_date, action"))
          .containsExactly("dividend 2025-01-03 0.5", "merger 2025-01-06 2", "split 2025-01-06 2");
      assertThat(
              rows(
                  url,
                  "select concat_ws(' ', ex_date, amount, why) from corporate_action_revisions"))
          .containsExactly("2025-01-02 0 not above zero");
    }
  }

  /** A database as 0.1.0 has left it. */
  private static String old(TestDatabase server) {
    String name = "old_" + ProcessHandle.current().pid() + "_" + System.nanoTime();
    server.execute("create database " + name);
    String url = server.url().replaceAll("/[^/?]*(\\?.*)?$", "/" + name + "$1");
    migrate(url, LAST_OF_0_1_0);
    return url;
  }

  private static void migrate(String url, String target) {
    Flyway.configure()
        .dataSource(url, TestDatabase.user(), TestDatabase.password())
        .locations("classpath:db/migration")
        .target(target)
        .load()
        .migrate();
  }

  private static void run(String url, String sql) {
    TestDatabase.query(
        url,
        TestDatabase.user(),
        TestDatabase.password(),
        "with w as (" + sql + " returning 1) select 1 from w");
  }

  private static List<String> rows(String url, String sql) {
    return TestDatabase.query(url, TestDatabase.user(), TestDatabase.password(), sql).stream()
        .map(Map::values)
        .map(values -> (String) values.iterator().next())
        .toList();
  }
}
