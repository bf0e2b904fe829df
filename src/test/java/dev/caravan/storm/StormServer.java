package dev.caravan.storm;

import dev.caravan.database.Database;
import dev.caravan.support.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server for the databases of seeds, and the template that they are copies of. All lanes share
 * that of this JVM; a seed in which the server crashes takes one that its lane has to itself.
 */
final class StormServer {
  private static final String PREFIX =
      "storm_" + Long.toString(System.nanoTime() & Long.MAX_VALUE, 36) + "_";
  private static final String TEMPLATE = PREFIX + "template";
  private static final String OWNER = PREFIX + "owner";

  /** In PL/pgSQL, which keeps the plan of its query for a session. */
  private static final String CLOCKS =
      """
      create schema storm;
      create table storm.weather (at timestamptz not null, skew interval not null, pause real not null);
      insert into storm.weather values (pg_catalog.now(), '0', 0);
      create function storm.now() returns timestamptz language plpgsql stable
        as 'begin return (select at + skew from storm.weather); end';
      create function storm.transaction_timestamp() returns timestamptz language plpgsql stable
        as 'begin return (select at + skew from storm.weather); end';
      create function storm.statement_timestamp() returns timestamptz language plpgsql stable
        as 'begin return (select at + skew from storm.weather); end';
      create function storm.clock_timestamp() returns timestamptz language plpgsql volatile
        as 'begin return (select at + skew from storm.weather); end';
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

  private static StormServer shared;
  private static StormServer ofThisLane;

  private final String url;
  private final String user;
  private final String password;
  private final EmbeddedPostgres own;
  private int databases;

  private StormServer(String url, String user, String password, EmbeddedPostgres own)
      throws SQLException {
    this.url = url;
    this.user = user;
    this.password = password;
    this.own = own;
    prepare();
    Runtime.getRuntime().addShutdownHook(new Thread(this::leave));
  }

  static synchronized StormServer shared() throws SQLException {
    if (shared == null) {
      shared =
          new StormServer(
              TestDatabase.serverUrl(), TestDatabase.user(), TestDatabase.password(), null);
    }
    return shared;
  }

  static synchronized StormServer ofThisLane() throws SQLException {
    if (ofThisLane == null) {
      EmbeddedPostgres own = TestDatabase.start();
      ofThisLane = new StormServer(TestDatabase.urlOf(own), "postgres", "", own);
    }
    return ofThisLane;
  }

  private void prepare() throws SQLException {
    if (isHere()) {
      // No database lives long enough for it.
      execute("alter system set autovacuum = off");
      execute("select pg_reload_conf()");
    }
    createRole(OWNER);
    execute("create database " + TEMPLATE);
    try (Connection template = connect(TEMPLATE, OWNER);
        Statement statement = template.createStatement()) {
      statement.execute(CLOCKS);
      // Defaults of columns take the function that the path leads to when they are made.
      Database.open(
          new Database.Options(url(TEMPLATE), OWNER, password, Path.of("unused"), 1, false));
      statement.execute(SLOWNESS);
      statement.execute(WATCH);
    }
  }

  private void leave() {
    try {
      if (own != null) {
        own.close();
      } else {
        execute("drop database if exists " + TEMPLATE + " with (force)");
        execute("drop role if exists " + OWNER);
      }
    } catch (SQLException | IOException gone) {
      // So is the template.
    }
  }

  /** The name of a new database. */
  synchronized String newDatabase() throws SQLException {
    String name = PREFIX + ++databases;
    execute("create database " + name + TestDatabase.copyOf(TEMPLATE));
    if (own != null) {
      // What was committed outlives a crash of the server here too, if not one of the machine.
      execute("alter database " + name + " set synchronous_commit = on");
    }
    return name;
  }

  void createRole(String role) throws SQLException {
    execute("create role " + role + " superuser login password '" + password + "'");
    execute("alter role " + role + " set search_path = public, storm, pg_catalog");
  }

  /**
   * As where its machine has run out of memory: signal KILL for it and all its processes at once,
   * and whoever watches over it starts it again. It comes back when it has recovered.
   */
  void crash() throws SQLException {
    if (own == null) {
      throw new IllegalStateException("Others are on this server");
    }
    String pid = value("select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)");
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    String program = postmaster.info().command().orElseThrow();
    String data = value("select current_setting('data_directory')");
    List<ProcessHandle> processes = new ArrayList<>(List.of(postmaster));
    // It starts no others meanwhile.
    signal("STOP", List.of(pid));
    postmaster.descendants().forEach(processes::add);
    signal("KILL", processes.stream().map(each -> Long.toString(each.pid())).toList());
    // The next one refuses to start while one of them has its memory.
    processes.forEach(each -> each.onExit().orTimeout(1, TimeUnit.MINUTES).join());
    List<String> restart = new ArrayList<>(TestDatabase.asNobody());
    String control = Path.of(program).resolveSibling("pg_ctl").toString();
    restart.addAll(List.of(control, "-D", data, "-w", "-t", "60", "-s", "restart"));
    int code = run(restart);
    if (code != 0) {
      throw new IllegalStateException("The server did not come back: pg_ctl says " + code);
    }
  }

  private String value(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Whether the processes of its sessions are of this machine, and nobody else's. */
  boolean isHere() {
    return own != null || System.getenv("CARAVAN_TEST_DATABASE_URL") == null;
  }

  static void signal(String name, List<String> pids) {
    if (!pids.isEmpty()) {
      List<String> command = new ArrayList<>(List.of("kill", "-" + name));
      command.addAll(pids);
      // One of them may have ended meanwhile.
      run(command);
    }
  }

  private static int run(List<String> command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  String url(String database) {
    return TestDatabase.url(url, database);
  }

  String user() {
    return user;
  }

  Connection connect(String database, String role) throws SQLException {
    return DriverManager.getConnection(url(database), role, password);
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
