package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Pooler;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations, spellings and the errors of a database that cannot be used. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseIT {
  private final TestDatabase database = TestDatabase.fresh();

  @AfterAll
  void close() {
    database.close();
  }

  @Test
  void aFreshDatabaseIsMigratedInOrder() {
    List<Map<String, Object>> migrations =
        database.query(
            "select version::int as version, success from flyway_schema_history where version is not null order by installed_rank");
    assertThat(migrations).extracting(row -> row.get("version")).startsWith(1, 2, 3, 4).isSorted();
    assertThat(migrations).allSatisfy(row -> assertThat(row).containsEntry("success", true));
  }

  @Test
  void aServerThatIsNotThereIsNamedInOneLineWithoutThePassword() {
    int port = TestDatabase.freePort();
    Database.Options options =
        new Database.Options(
            "jdbc:postgresql://127.0.0.1:" + port + "/caravan",
            "caravan",
            "s3cr3t",
            Path.of("unused"),
            1,
            false);
    assertThatThrownBy(() -> Database.open(options))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("jdbc:postgresql://127.0.0.1:" + port + "/caravan")
        .hasMessageNotContaining("s3cr3t")
        .hasMessageNotContaining("\n")
        .satisfies(e -> assertThat(((DatabaseException) e).passing()).isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "not_created_yet, postgres, database \"not_created_yet\" does not exist",
    "postgres, not_created_yet, role \"not_created_yet\" does not exist"
  })
  void aDatabaseOrUserThatIsNotCreatedYetIsWaitedForLikeAServerThatIsAway(
      String name, String user, String reason) {
    Database.Options options =
        new Database.Options(
            database.url().replaceAll("/[^/?]*(\\?.*)?$", "/" + name),
            user.equals("postgres") ? TestDatabase.user() : user,
            TestDatabase.password(),
            Path.of("unused"),
            1,
            false);
    assertThatThrownBy(() -> Database.open(options))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(((DatabaseException) e).passing()).isTrue());
  }

  @Test
  void connectionsThatShareASessionAreTold() throws SQLException {
    try (Connection one = database.database().connect();
        Connection other = database.database().connect()) {
      assertThat(SharedSessions.areBehind(one, other)).isFalse();
      assertThat(SharedSessions.areBehind(one, one)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "statement", "session"})
  void aPoolerThatSharesSessionsIsRefusedInOneLineThatSaysWhatToDo(String mode) throws IOException {
    assumeThat(Pooler.PROGRAM).as("apt-get install pgbouncer").exists();
    URI server = URI.create(database.url().substring("jdbc:".length()));
    String name = server.getPath().substring(1);
    String user = TestDatabase.user();
    String password = TestDatabase.password();
    try (Pooler pooler = new Pooler(server.getPort(), name, user, password, mode)) {
      String url = "jdbc:postgresql://127.0.0.1:" + pooler.port() + "/" + name;
      Database.Options options =
          new Database.Options(url, user, password, Path.of("unused"), 1, false);
      if (mode.equals("session")) {
        Database.open(options).close();
        return;
      }
      assertThatThrownBy(() -> Database.open(options))
          .isInstanceOf(DatabaseException.class)
          .hasMessageContaining("pool_mode = session")
          .hasMessageNotContaining("\n")
          .satisfies(e -> assertThat(((DatabaseException) e).passing()).isFalse());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATIN1", "SQL_ASCII"})
  void aDatabaseThatIsNotUtf8IsRefusedInOneLineThatSaysWhatToDo(String encoding) {
    String name = "encoded_" + encoding.toLowerCase(Locale.ROOT);
    database.execute("drop database if exists " + name);
    database.execute(
        "create database "
            + name
            + " encoding '"
            + encoding
            + "' locale_provider libc locale 'C' template template0");
    try {
      Database.Options options =
          new Database.Options(
              database.url().replaceAll("/[^/?]*(\\?.*)?$", "/" + name),
              TestDatabase.user(),
              TestDatabase.password(),
              Path.of("unused"),
              1,
              false);
      assertThatThrownBy(() -> Database.open(options))
          .isInstanceOf(DatabaseException.class)
          .hasMessageContainingAll(
              name + " has encoding " + encoding + "; Caravan needs UTF8", "create database")
          .hasMessageNotContaining("\n")
          .satisfies(e -> assertThat(((DatabaseException) e).passing()).isFalse());
      assertThat(
              CaravanProcess.in(Path.of("target"))
                  .set("caravan.database.url", options.url())
                  .set("caravan.database.user", options.user())
                  .set("caravan.database.password", options.password())
                  .here(1, "doctor")
                  .output())
          .filteredOn(line -> line.startsWith("WRONG"))
          .singleElement()
          .asString()
          .contains("database", "has encoding " + encoding + "; Caravan needs UTF8");
      assertThat(
              TestDatabase.query(
                  options.url(),
                  TestDatabase.user(),
                  TestDatabase.password(),
                  "select 1 from pg_tables where schemaname = 'public'"))
          .as("nothing was made in it")
          .isEmpty();
    } finally {
      database.execute("drop database " + name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IST", "America/New_York", "Asia/Kolkata"})
  void sessionsAreInUtcWhateverTheZoneOfTheMachine(String zone) throws SQLException {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try {
      Database opened =
          Database.open(
              new Database.Options(
                  database.url(),
                  TestDatabase.user(),
                  TestDatabase.password(),
                  Path.of("unused"),
                  1,
                  false));
      try (Connection connection = opened.connect();
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "select current_setting('TimeZone'), '2026-11-20T23:30:00Z'::timestamptz::text")) {
        row.next();
        assertThat(row.getString(1)).isEqualTo("UTC");
        assertThat(row.getString(2)).isEqualTo("2026-11-20 23:30:00+00");
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void symbolsAreKeptInAlpacasSpellingWithYahoosBesideIt() {
    database.execute("truncate symbols");
    database
        .database()
        .seedSymbols(
            "AAPL, brk-b,BF.A,^GSPC,EURUSD=X,BTC-USD,AZN.L,7203.T,BAC.PRB,ATC.220816,GC=F,AAPL");
    assertThat(
            database.query(
                "select symbol || ' ' || yahoo_symbol || ' ' || array_to_string(sources, '+') as s from symbols order by symbol collate \"C\""))
        .extracting(row -> row.get("s"))
        .containsExactly(
            "7203.T 7203.T yahoo",
            "AAPL AAPL alpaca+yahoo",
            "ATC.220816 ATC.220816 alpaca+yahoo",
            "AZN.L AZN.L yahoo",
            "BAC.PRB BAC-PB alpaca+yahoo",
            "BF.A BF-A alpaca+yahoo",
            "BRK.B BRK-B alpaca+yahoo",
            "BTC-USD BTC-USD yahoo",
            "EURUSD=X EURUSD=X yahoo",
            "GC=F GC=F yahoo",
            "^GSPC ^GSPC yahoo");

    database.database().seedSymbols("MSFT");
    assertThat(database.count("select count(*) from symbols where symbol = 'MSFT'"))
        .as("once there is a symbol, the table rules")
        .isZero();
  }

  @Test
  void ofTwoFirstStartsOneFillsTheTableOfSymbols() throws Exception {
    database.execute("truncate symbols");
    try (Connection first = database.connect();
        Statement statement = first.createStatement()) {
      first.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock(hashtext('caravan symbols'))");
      statement.execute("insert into symbols (symbol) values ('AAPL')");
      CompletableFuture<Void> second =
          CompletableFuture.runAsync(() -> database.database().seedSymbols("MSFT"));
      await("the second, which waits")
          .until(
              () ->
                  database.count(
                          "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                      == 1);
      first.commit();
      second.join();
    }
    assertThat(database.query("select symbol from symbols"))
        .extracting(row -> row.get("symbol"))
        .containsExactly("AAPL");
  }

  @Test
  void onlyOneRunOfAFlowCanBeRunningWhoeverInsertsIt() {
    database.execute("truncate flow_runs cascade");
    String running =
        "insert into flow_runs (flow, trigger, status, process) values ('f', 'api', 'running', 'x')";
    database.execute(running);
    assertThatThrownBy(() -> database.execute(running))
        .hasMessageContaining("flow_runs_flow_never_overlaps_itself");
  }
}
