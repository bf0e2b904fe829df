package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trades, quotes, corrections and revisions lie in a partition a month, whatever was there before.
 */
class MonthsIT {
  private static final List<String> TABLES =
      List.of("trades", "quotes", "trade_corrections", "trade_revisions");

  @ParameterizedTest
  @ValueSource(strings = {"14", "50"})
  void aTableThatIsFullBecomesTheFirstPartitionAndAllThatNamedItNamesTheWhole(String version) {
    try (TestDatabase server = TestDatabase.fresh()) {
      Old old = new Old(server, version);
      YearMonth ahead = YearMonth.now(ZoneOffset.UTC).plusMonths(2);
      old.run("insert into symbols (symbol, sources) values ('AAA', '{alpaca}')");
      old.run(
          trade(1, "2024-02-29T23:59:59.999999Z"),
          trade(2, "2025-11-20T15:00:00Z"),
          // Two wrong clocks.
          trade(3, ahead + "-02T00:00:00Z"),
          trade(4, "2099-01-01T00:00:00Z"),
          quote("2025-11-20T15:00:00Z"),
          "insert into trade_corrections (symbol, ts, nanos, exchange, trade_id, kind, price, size, feed)"
              + " values ('AAA', '2025-11-20T15:00:00Z', 0, 'V', 9, 'canceled', 1, 1, 'iex')",
          "update trades set price = 2 where trade_id = 2",
          "create view mine as select symbol, trade_id from trades",
          "create index mine_by_id on trades (trade_id)",
          "grant select on trades to public",
          "comment on table trades is 'ours'",
          "insert into backfill_ranges (source, feed, dataset, symbols, from_date, to_date, from_ts, to_ts, sessions)"
              + " values ('alpaca', 'sip', 'trades', 'AAA', '2024-01-01', '2099-12-31', '2024-01-01', '2100-01-01', 1)");
      List<String> rows = old.rows("select t::text from trades t order by trade_id");
      List<String> revisions = old.rows("select t::text from trade_revisions t");

      old.migrate("latest");

      assertThat(old.rows("select t::text from trades t order by trade_id")).isEqualTo(rows);
      assertThat(old.rows("select t::text from trade_revisions t")).isEqualTo(revisions).hasSize(1);
      assertThat(
              old.rows(
                  "select count(*)::text from quotes union all select count(*)::text from trade_corrections"))
          .containsExactly("1", "1");
      assertThat(
              old.rows(
                  "select trade_id || ' ' || tableoid::regclass from trades order by trade_id"))
          .containsExactly(
              "1 trades_earlier",
              "2 trades_earlier",
              "3 trades_" + ahead.toString().replace('-', '_'),
              "4 trades_default");

      // What is new goes into its month, and everybody sees it there.
      String now = ahead + "-01T15:00:00Z";
      old.run(trade(5, now), "update trades set price = 7 where trade_id = 5");
      assertThat(old.rows("select concat_ws(' ', trade_id, price) from trade_revisions order by 1"))
          .containsExactly("2 1", "5 1");
      assertThat(old.rows("select trade_id::text from mine order by 1"))
          .containsExactly("1", "2", "3", "4", "5");
      assertThat(old.rows("select trade_id::text from trades_counted order by 1"))
          .containsExactly("1", "2", "3", "4", "5");
      assertThat(old.rows("select backfill_rows(r)::text from backfill_ranges r"))
          .containsExactly("5");
      assertThat(
              old.rows(
                  "select alpaca_sent('AAA', '"
                      + now
                      + "', '"
                      + now
                      + "'::timestamptz + '1 s')::text"))
          .containsExactly("true");
      assertThat(old.rows("select ts::date::text from latest_price('AAA', '{yahoo}', 'UTC')"))
          .containsExactly("2099-01-01");
      assertThatThrownBy(() -> old.run(trade(1, "2024-02-29T23:59:59.999999Z")))
          .hasMessageContaining("trades_earlier_trades_one_row_a_trade");
      assertThatThrownBy(() -> old.run(trade(5, now))).hasMessageContaining("duplicate key");
      old.run(trade(5, now) + " on conflict on constraint trades_one_row_a_trade do nothing");
      assertThatThrownBy(
              () ->
                  old.run(
                      "insert into trades select 'AAA', '"
                          + now
                          + "', 0, 'V', 99, -1, 1, null, null, 'iex', 'valid'"))
          .hasMessageContaining("trades_price_is_not_negative");

      // Names, rights and comments are those of the whole; nothing hangs on a partition.
      assertThat(
              old.rows(
                  "select distinct d.objid::text from pg_depend d join month_partitions p"
                      + " on d.refobjid = p.partition::regclass and d.refclassid = 'pg_class'::regclass"
                      + " where not p.is_default and d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass)"))
          .isEmpty();
      assertThat(old.rows("select obj_description('trades'::regclass, 'pg_class')"))
          .containsExactly("ours");
      assertThat(old.rows("select has_table_privilege('public', 'trades', 'select')::text"))
          .containsExactly("true");
      assertThat(
              old.rows(
                  "select distinct concat_ws(' ', p.of_table, pg_get_indexdef(i.inhrelid) ~ 'trade_id\\)$')"
                      + " from pg_inherits i join pg_index x on x.indexrelid = i.inhrelid"
                      + " join month_partitions p on x.indrelid = p.partition::regclass"
                      + " where i.inhparent = 'mine_by_id'::regclass"))
          .containsExactly("trades t");
      assertThat(old.rows("select col_description('trades'::regclass, 3)"))
          .containsExactly("Nanoseconds below the microsecond of ts, 0 to 999.");
    }
  }

  /** As a Caravan of the version before does while another one is updated. */
  @Test
  void whoeverWritesMeanwhileGoesOnAndLosesNothing() throws Exception {
    try (TestDatabase server = TestDatabase.fresh()) {
      Old old = new Old(server, "50");
      old.run(
          "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed)"
              + " select 'AAA', '2025-11-20T15:00:00Z'::timestamptz + n * interval '1 ms', 0, 'V', n, 1, 1, 'iex'"
              + " from generate_series(1, 50000) n");
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger written = new AtomicInteger();
      ExecutorService writers = Executors.newFixedThreadPool(2);
      try {
        List<Future<?>> writing = new ArrayList<>();
        for (String symbol : List.of("BBB", "CCC")) {
          writing.add(
              writers.submit(
                  () -> {
                    do {
                      int id = written.incrementAndGet();
                      String ts = Instant.now().toString();
                      old.run(
                          "begin; "
                              + trade(id, ts).replace("AAA", symbol)
                              + "; "
                              + quote(ts).replace("AAA", symbol)
                              + "; update trades set price = 2 where symbol = '"
                              + symbol
                              + "' and trade_id = "
                              + id
                              + "; commit");
                    } while (!done.get());
                  }));
        }
        await().until(() -> written.get() > 10);
        old.migrate("latest");
        int then = written.get();
        await().until(() -> written.get() > then + 10);
        done.set(true);
        for (Future<?> each : writing) {
          each.get();
        }
      } finally {
        done.set(true);
        writers.shutdown();
      }
      String all = Integer.toString(written.get());
      assertThat(
              old.rows(
                  "select count(*)::text from trades where symbol <> 'AAA' and price = 2"
                      + " union all select count(*)::text from quotes"
                      + " union all select count(*)::text from trade_revisions"
                      + " union all select count(*)::text from trades where symbol = 'AAA'"))
          .containsExactly(all, all, all, "50000");
    }
  }

  @Test
  void aFreshDatabaseHasThisMonthAndThreeMoreAndNoRowInTheDefault() {
    try (TestDatabase database = TestDatabase.fresh()) {
      List<String> months = new ArrayList<>(List.of("earlier", "default"));
      YearMonth first =
          YearMonth.parse(
              (String)
                  database.value(
                      "select to_char(to_ts at time zone 'UTC', 'YYYY-MM') from month_partitions"
                          + " where partition = 'trades_earlier'"));
      for (int n = 0; n < 4; n++) {
        months.add(first.plusMonths(n).toString().replace('-', '_'));
      }
      for (String table : TABLES) {
        assertThat(
                database.query(
                    "select replace(partition, of_table || '_', '') as part from month_partitions"
                        + " where of_table = '"
                        + table
                        + "'"))
            .extracting(row -> row.get("part"))
            .containsExactlyInAnyOrderElementsOf(months);
      }
    }
  }

  @Test
  void aProofThatWasCutOffGoesOnAtTheNextStart() {
    try (TestDatabase server = TestDatabase.fresh()) {
      Old old = new Old(server, "60");
      old.run(
          "insert into flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by,"
              + " execution_time, success) select max(installed_rank) + 1, '61', 'proof of the bound', 'SQL',"
              + " 'V61__proof_of_the_bound.sql', 1, current_user, 1, false from flyway_schema_history");

      Database.open(
              new Database.Options(
                  old.url,
                  TestDatabase.user(),
                  TestDatabase.password(),
                  Path.of("unused"),
                  1,
                  false))
          .close();

      assertThat(old.rows("select count(*)::text from month_partitions where is_default"))
          .containsExactly("4");
    }
  }

  @Test
  void monthsAreMadeOnceHoweverManyMakeThem() throws Exception {
    try (TestDatabase database = TestDatabase.fresh()) {
      YearMonth last = last(database);
      Instant at = last.plusMonths(1).atDay(3).atStartOfDay(ZoneOffset.UTC).toInstant();
      ExecutorService processes = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<String>>> made = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
          made.add(processes.submit(() -> database.database().makeMonths(at)));
        }
        List<String> all = new ArrayList<>();
        for (Future<List<String>> each : made) {
          all.addAll(each.get());
        }
        // Up to three months after the one of then, of each table.
        assertThat(all).hasSize(4 * TABLES.size()).doesNotHaveDuplicates();
        assertThat(last(database)).isEqualTo(last.plusMonths(4));
      } finally {
        processes.shutdownNow();
      }
      assertThat(database.database().makeMonths(at)).isEmpty();
    }
  }

  @Test
  void rowsOfTheDefaultMoveIntoTheirMonthWhenItIsMade() {
    try (TestDatabase database = TestDatabase.fresh()) {
      YearMonth next = last(database).plusMonths(1);
      database.execute(trade(1, next + "-01T00:00:00Z"));
      database.execute(trade(2, next.plusMonths(5) + "-01T00:00:00Z"));
      assertThat(database.query("select distinct tableoid::regclass::text as part from trades"))
          .containsExactly(Map.of("part", "trades_default"));

      database.database().makeMonths(next.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());

      assertThat(database.query("select tableoid::regclass::text as part from trades order by ts"))
          .extracting(row -> row.get("part"))
          .containsExactly("trades_" + next.toString().replace('-', '_'), "trades_default");
    }
  }

  @Test
  void rowsAreCopiedIntoAMonthAndWithoutOneIntoTheDefaultAndNeverTakenForWrong() throws Exception {
    try (TestDatabase database = TestDatabase.fresh();
        Connection connection = database.database().connect()) {
      connection.setAutoCommit(false);
      YearMonth last = last(database);
      String sql = Sql.named("trades/copy_trades");
      assertThat(Copy.tried(connection, sql, copied(1, last + "-01T00:00:00Z"))).isTrue();
      assertThat(Copy.tried(connection, sql, copied(2, "2099-01-01T00:00:00Z"))).isTrue();
      // There already, which is the row's own fault.
      assertThat(Copy.tried(connection, sql, copied(1, last + "-01T00:00:00Z"))).isFalse();
      assertThat(Copy.tried(connection, sql, copied(-3, last + "-01T00:00:00Z"))).isFalse();
      try (Statement statement = connection.createStatement()) {
        statement.execute("delete from trades where ts >= '2099-01-01'");
        statement.execute("alter table trades detach partition trades_default");
      }
      assertThatThrownBy(() -> Copy.tried(connection, sql, copied(3, "2099-01-01T00:00:00Z")))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("no partition");
      connection.rollback();
    }
  }

  private static CopyRows copied(int id, String ts) {
    CopyRows rows = new CopyRows();
    rows.column("AAA");
    rows.column(Instant.parse(ts));
    rows.smallColumn(0);
    rows.column("V");
    rows.wholeColumn(Math.abs(id));
    rows.column(id < 0 ? -1 : 1, 0);
    rows.column(1, 0);
    rows.column(List.of());
    rows.column("C");
    rows.column("iex");
    rows.endRow();
    return rows;
  }

  private static String trade(int id, String ts) {
    return "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed) values ('AAA', '"
        + ts
        + "', 0, 'V', "
        + id
        + ", 1, 1, 'iex')";
  }

  private static String quote(String ts) {
    return "insert into quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size,"
        + " feed) values ('AAA', '"
        + ts
        + "', 0, 'V', 1, 1, 'V', 1, 1, 'iex')";
  }

  private static YearMonth last(TestDatabase database) {
    return YearMonth.parse(
        (String)
            database.value(
                "select to_char(max(from_ts) at time zone 'UTC', 'YYYY-MM') from month_partitions"
                    + " where not is_default"));
  }

  /** A database as a version before left it. */
  private static final class Old {
    final String url;

    Old(TestDatabase server, String version) {
      String name = "old_" + ProcessHandle.current().pid() + "_" + System.nanoTime();
      server.execute("create database " + name);
      url = server.url().replaceAll("/[^/?]*(\\?.*)?$", "/" + name + "$1");
      migrate(version);
    }

    void migrate(String target) {
      Flyway.configure()
          .dataSource(url, TestDatabase.user(), TestDatabase.password())
          .locations("classpath:db/migration")
          .target(target)
          .load()
          .migrate();
    }

    void run(String... statements) {
      for (String sql : statements) {
        try (Connection connection =
                java.sql.DriverManager.getConnection(
                    url, TestDatabase.user(), TestDatabase.password());
            Statement statement = connection.createStatement()) {
          statement.execute(sql);
        } catch (SQLException e) {
          throw new IllegalStateException(e.getMessage(), e);
        }
      }
    }

    List<String> rows(String sql) {
      return TestDatabase.query(url, TestDatabase.user(), TestDatabase.password(), sql).stream()
          .map(row -> String.valueOf(row.values().iterator().next()))
          .toList();
    }
  }
}
