package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.TestDatabase;
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

  @Test
  void dayBarsMoveToMidnightOfTheirSessionAndOnlySeriesThatEndedLongAgoAreRead() {
    try (TestDatabase server = TestDatabase.fresh()) {
      String url = old(server);
      run(url, "insert into symbols (symbol) values ('AAA'), ('BBB')");
      run(
          url,
          "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
              + " values ('alpaca', 'sip', 'AAA', '1Day', '2025-07-01T16:00Z', 1, 1, 1, 1, 1, false),"
              + " ('alpaca', 'sip', 'AAA', '1Day', '2025-07-01T04:00Z', 2, 2, 2, 2, 2, true),"
              + " ('alpaca', 'sip', 'AAA', '1Day', '2025-07-02T00:00Z', 3, 3, 3, 3, 3, false),"
              + " ('alpaca', 'sip', 'BBB', '1Day', '2020-07-01T04:00Z', 4, 4, 4, 4, 4, true)");

      migrate(url, "latest");

      assertThat(
              rows(
                  url,
                  "select concat_ws(' ', symbol, ts at time zone 'UTC', close) from bars order by 1"))
          .containsExactly(
              "AAA 2025-07-01 04:00:00 2",
              "AAA 2025-07-02 04:00:00 3",
              "BBB 2020-07-01 04:00:00 4");
      assertThat(rows(url, "select concat_ws(' ', symbol, close) from bar_revisions"))
          .containsExactly("AAA 1");
      assertThat(
              rows(
                  url,
                  "select concat_ws(' ', symbol, timeframe, read_to) from read_watermarks"
                      + " where symbol = 'BBB'"))
          .containsExactly("BBB 1Day 2020-07-01");
    }
  }

  @Test
  void everySeriesOfYahoosThatAnOldCaravanStoredIsToBeReadAgain() {
    try (TestDatabase server = TestDatabase.fresh()) {
      String url = old(server);
      run(url, "insert into symbols (symbol) values ('AAA'), ('BBB'), ('CCC')");
      run(
          url,
          "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
              + " values ('yahoo', '-', 'AAA', '1Day', '2025-07-01T04:00Z', 1, 1, 1, 1, 1, true),"
              + " ('alpaca', 'sip', 'BBB', '1Day', '2025-07-01T04:00Z', 1, 1, 1, 1, 1, true)");

      migrate(url, "latest");

      assertThat(rows(url, "select source || ' ' || symbol from mixed_series"))
          .containsExactly("yahoo AAA");
    }
  }

  @Test
  void aTradeThatBothFeedsTellCountsOnceAndOneThatWasCanceledNever() {
    try (TestDatabase server = TestDatabase.fresh()) {
      server.execute(
          "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed, status) values"
              + " ('AAA', '2026-11-20T14:59:00Z', 0, 'V', 1, 1, 10, 'iex', 'valid'),"
              + " ('AAA', '2026-11-20T15:00:00Z', 0, 'V', 2, 1, 20, 'iex', 'valid'),"
              + " ('AAA', '2026-11-20T15:00:00.0004Z', 0, 'V', 777, 1, 20, 'sip', 'valid'),"
              + " ('AAA', '2026-11-20T15:00:01Z', 0, 'Q', 778, 1, 40, 'sip', 'corrected'),"
              + " ('AAA', '2026-11-20T15:00:02Z', 0, 'Q', 779, 1, 80, 'sip', 'canceled')");
      assertThat(
              server.query(
                  "select string_agg(trade_id::text, ' ' order by ts) as ids, sum(size)"
                      + " as size from trades_counted"))
          .containsExactly(Map.of("ids", "1 777 778", "size", new java.math.BigDecimal("70")));
    }
  }

  /** A database as 0.1.0 has left it. */
  @Test
  void aProcessThatEndedBeforeTheUpdateOwesTheCorrectionsOfItsTrades() {
    try (TestDatabase server = TestDatabase.fresh()) {
      String url = old(server);
      run(
          url,
          "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since) values"
              + " ('alpaca', 'iex', 'trades', 'AAA', '-', '2025-11-20 15:00+00'),"
              + " ('alpaca', 'iex', 'bars', 'AAA', '1Min', '2025-11-20 15:00+00')");

      migrate(url, "latest");

      assertThat(
              rows(
                  url,
                  "select concat_ws(' ', feed, dataset, symbol, timeframe, since at time zone 'UTC')"
                      + " from stream_coverage order by dataset"))
          .containsExactly(
              "iex bars AAA 1Min 2025-11-20 15:00:00",
              "iex corrections AAA - 2025-11-20 15:00:00",
              "iex trades AAA - 2025-11-20 15:00:00");
    }
  }

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
