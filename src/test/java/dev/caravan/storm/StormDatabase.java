package dev.caravan.storm;

import dev.caravan.database.Database;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fresh database for one seed, on the server of this JVM, with a clock that the storm moves:
 * schema {@code storm} has functions of the names of PostgreSQL's clocks, and stands before {@code
 * pg_catalog} on the search path of every role that Caravan's processes log in with. Each process
 * has a role of its own, so that it can be cut off alone.
 */
final class StormDatabase implements AutoCloseable {
  /** Neither a pool nor a lane beside this one gives up so soon. */
  private static final long HANG_MS = 700;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String PREFIX =
      "storm_" + Long.toString(System.nanoTime() & Long.MAX_VALUE, 36) + "_";
  private static final String TEMPLATE = PREFIX + "template";
  private static final String OWNER = PREFIX + "owner";
  private static boolean prepared;

  private static final String CLOCKS =
      """
      create schema storm;
      create table storm.weather (at timestamptz not null, skew interval not null, pause real not null);
      insert into storm.weather values (pg_catalog.now(), '0', 0);
      create function storm.now() returns timestamptz language sql stable
        as 'select at + skew from storm.weather';
      create function storm.transaction_timestamp() returns timestamptz language sql stable
        as 'select at + skew from storm.weather';
      create function storm.statement_timestamp() returns timestamptz language sql stable
        as 'select at + skew from storm.weather';
      create function storm.clock_timestamp() returns timestamptz language sql volatile
        as 'select at + skew from storm.weather';
      """;

  /** Statements that store rows are slow while the weather says so. */
  private static final String SLOWNESS =
      """
      create function storm.slow() returns trigger language plpgsql as $$
      declare seconds real := (select pause from storm.weather);
      begin
        if seconds > 0 then perform pg_sleep(seconds); end if;
        return null;
      end $$;
      create trigger slow before insert on trades for each statement execute function storm.slow();
      create trigger slow before insert or update on bars for each statement execute function storm.slow();
      create trigger slow after update on gaps for each statement execute function storm.slow();
      """;

  /** What nobody may see who only looks now and then, and processes whose beats have stopped. */
  private static final String WATCH =
      """
      create table storm.revived (run_id bigint, became text);
      create function storm.revive() returns trigger language plpgsql as $$
      begin
        insert into storm.revived values (new.run_id, new.flow || ' ' || old.status || ' became ' || new.status);
        return null;
      end $$;
      create trigger revived after update on flow_runs for each row
        when (old.status <> 'running' and new.status <> old.status) execute function storm.revive();
      create table storm.frozen (node text);
      create function storm.freeze() returns trigger language plpgsql as $$
      begin
        if exists (select from storm.frozen where node = new.node) then return null; end if;
        return new;
      end $$;
      create trigger frozen before insert or update on cluster_nodes for each row execute function storm.freeze();
      """;

  private final String name;
  private final Connection admin;
  private final List<String> roles = new ArrayList<>();
  private Connection holder;
  private List<String> hung = List.of();

  private StormDatabase(String name, Connection admin) {
    this.name = name;
    this.admin = admin;
  }

  static StormDatabase fresh() throws SQLException {
    prepare();
    String name = PREFIX + COUNT.incrementAndGet();
    onServer("create database " + name + " template " + TEMPLATE);
    return new StormDatabase(name, connect(url(name), TestDatabase.user()));
  }

  private static synchronized void prepare() throws SQLException {
    if (prepared) {
      return;
    }
    if (System.getenv("CARAVAN_TEST_DATABASE_URL") == null) {
      // No database lives long enough for it.
      onServer("alter system set autovacuum = off");
      onServer("select pg_reload_conf()");
    }
    createRole(OWNER);
    onServer("create database " + TEMPLATE);
    try (Connection template = connect(url(TEMPLATE), OWNER);
        Statement statement = template.createStatement()) {
      statement.execute(CLOCKS);
      // Defaults of columns take the function that the path leads to when they are made.
      Database.open(
          new Database.Options(
              url(TEMPLATE), OWNER, TestDatabase.password(), Path.of("unused"), 1, false));
      statement.execute(SLOWNESS);
      statement.execute(WATCH);
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    onServer("drop database if exists " + TEMPLATE + " with (force)");
                    onServer("drop role if exists " + OWNER);
                  } catch (SQLException gone) {
                    // So is the template.
                  }
                }));
    prepared = true;
  }

  private static void createRole(String role) throws SQLException {
    onServer("create role " + role + " superuser login password '" + TestDatabase.password() + "'");
    onServer("alter role " + role + " set search_path = public, storm, pg_catalog");
  }

  /** A role for one process. */
  String newRole() throws SQLException {
    String role = name + "_" + (roles.size() + 1);
    createRole(role);
    roles.add(role);
    return role;
  }

  String url() {
    return url(name);
  }

  // The weather

  /**
   * Moves the clock, and with it the heartbeats of those who live meanwhile.
   *
   * @param living the processes that are neither frozen nor cut off
   */
  void setClock(Instant at, List<String> living) throws SQLException {
    try (PreparedStatement set =
        admin.prepareStatement(
            "with moved as (update storm.weather set at = ? returning at + skew as now)"
                + " update cluster_nodes set seen_at = moved.now from moved"
                + " where node = any (?) and seen_at > '-infinity'")) {
      set.setObject(1, OffsetDateTime.ofInstant(at, ZoneOffset.UTC));
      set.setArray(2, admin.createArrayOf("text", living.toArray()));
      set.executeUpdate();
    }
  }

  /** As a process of the same machine finds it that looks for a killed one. */
  void bury(String process) throws SQLException {
    // Of one that was killed while it stood still, too.
    thaw(process);
    try (PreparedStatement bury =
        admin.prepareStatement("update cluster_nodes set seen_at = '-infinity' where node = ?")) {
      bury.setString(1, process);
      bury.executeUpdate();
    }
  }

  /** The beats of a process that stands still do not come, until it is thawed. */
  void freeze(String process) throws SQLException {
    execute("insert into storm.frozen values ('" + process + "')");
  }

  void thaw(String process) throws SQLException {
    execute("delete from storm.frozen where node = '" + process + "'");
  }

  void setSkew(Duration skew) throws SQLException {
    execute("update storm.weather set skew = interval '" + skew.toSeconds() + " s'");
  }

  void setPause(double seconds) throws SQLException {
    execute("update storm.weather set pause = " + seconds);
  }

  /** Holds a table, so that nobody else can even read it, until {@link #release}. */
  void hold(String table) throws SQLException {
    release();
    holder = connect(url(), TestDatabase.user());
    holder.setAutoCommit(false);
    try (Statement statement = holder.createStatement()) {
      // Not behind a statement that never ends.
      statement.execute("set lock_timeout = '2s'");
      statement.execute("lock table " + table + " in access exclusive mode");
    } catch (SQLException busy) {
      release();
    }
  }

  void release() throws SQLException {
    if (holder != null) {
      holder.close();
      holder = null;
    }
  }

  /** Ends the connections of a role and lets it in no more. */
  void cutOff(String role) throws SQLException {
    onServer("alter role " + role + " nologin");
    terminate(role);
  }

  void letIn(String role) throws SQLException {
    onServer("alter role " + role + " login");
  }

  void terminate(String role) throws SQLException {
    query("select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + role + "'");
  }

  /**
   * Lets the sessions of these processes stand still, as on a machine that is out of breath; they
   * go on at {@link #goOn}, and by themselves before anybody else can wait for what they hold.
   */
  void hang(List<String> nodes) throws SQLException {
    if (System.getenv("CARAVAN_TEST_DATABASE_URL") != null) {
      // It may be elsewhere, or somebody else's.
      return;
    }
    hung =
        lines(
            "select pid::text from pg_stat_activity where usename in ('"
                + String.join("','", nodes)
                + "')");
    signal("STOP", hung);
    List<String> pids = hung;
    CompletableFuture.delayedExecutor(HANG_MS, TimeUnit.MILLISECONDS)
        .execute(() -> signal("CONT", pids));
  }

  void goOn() {
    signal("CONT", hung);
    hung = List.of();
  }

  private static void signal(String name, List<String> pids) {
    if (pids.isEmpty()) {
      return;
    }
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    command.addAll(pids);
    try {
      // One of them may have ended meanwhile.
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  // What is there

  void execute(String sql) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      statement.execute(sql);
    }
  }

  List<Map<String, Object>> query(String sql) throws SQLException {
    List<Map<String, Object>> all = new ArrayList<>();
    try (Statement statement = admin.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns; i++) {
          row.put(rows.getMetaData().getColumnLabel(i), rows.getObject(i));
        }
        all.add(row);
      }
    }
    return all;
  }

  /** The first column of each row, as text. */
  List<String> lines(String sql) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement statement = admin.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    return lines;
  }

  long count(String sql) throws SQLException {
    return Long.parseLong(lines(sql).get(0));
  }

  @Override
  public void close() throws SQLException {
    goOn();
    release();
    admin.close();
    onServer("drop database if exists " + name + " with (force)");
    for (String role : roles) {
      onServer("drop role if exists " + role);
    }
  }

  private static String url(String database) {
    return TestDatabase.serverUrl().replaceAll("/[^/?]*(\\?.*)?$", "/" + database + "$1");
  }

  private static Connection connect(String url, String user) throws SQLException {
    return DriverManager.getConnection(url, user, TestDatabase.password());
  }

  private static void onServer(String sql) throws SQLException {
    try (Connection connection = connect(TestDatabase.serverUrl(), TestDatabase.user());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
