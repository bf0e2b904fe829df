package dev.caravan.storm;

import java.sql.Connection;
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

/**
 * A fresh database for one seed, with a clock that the storm moves: schema {@code storm} has
 * functions of the names of PostgreSQL's clocks, and stands before {@code pg_catalog} on the search
 * path of every role that Caravan's processes log in with. Each process has a role of its own, so
 * that it can be cut off alone.
 */
final class StormDatabase implements AutoCloseable {
  /** Neither a pool nor a lane beside this one gives up so soon. */
  private static final long HANG_MS = 700;

  private final StormServer server;
  private final String name;
  private Connection admin;
  private final List<String> roles = new ArrayList<>();
  private Connection holder;
  private List<String> hung = List.of();

  private StormDatabase(StormServer server) throws SQLException {
    this.server = server;
    this.name = server.newDatabase();
    this.admin = server.connect(name, server.user());
  }

  /**
   * @param crashes whether its server will, which it then has to itself
   */
  static StormDatabase fresh(boolean crashes) throws SQLException {
    return new StormDatabase(crashes ? StormServer.ofThisLane() : StormServer.shared());
  }

  /** A role for one process. */
  String newRole() throws SQLException {
    String role = name + "_" + (roles.size() + 1);
    server.createRole(role);
    roles.add(role);
    return role;
  }

  String url() {
    return server.url(name);
  }

  String user() {
    return server.user();
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
    holder = server.connect(name, server.user());
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
    server.execute("alter role " + role + " nologin");
    terminate(role);
  }

  void letIn(String role) throws SQLException {
    server.execute("alter role " + role + " login");
  }

  void terminate(String role) throws SQLException {
    query("select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + role + "'");
  }

  /**
   * Lets the sessions of these processes stand still, as on a machine that is out of breath; they
   * go on at {@link #goOn}, and by themselves before anybody else can wait for what they hold.
   */
  void hang(List<String> nodes) throws SQLException {
    if (!server.isHere()) {
      return;
    }
    hung =
        lines(
            "select pid::text from pg_stat_activity where usename in ('"
                + String.join("','", nodes)
                + "')");
    StormServer.signal("STOP", hung);
    List<String> pids = hung;
    CompletableFuture.delayedExecutor(HANG_MS, TimeUnit.MILLISECONDS)
        .execute(() -> StormServer.signal("CONT", pids));
  }

  void goOn() {
    StormServer.signal("CONT", hung);
    hung = List.of();
  }

  /** The server is killed and comes back; of what was under way, it knows nothing. */
  void crash() throws SQLException {
    goOn();
    release();
    admin.close();
    server.crash();
    admin = server.connect(name, server.user());
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
    server.execute("drop database if exists " + name + " with (force)");
    for (String role : roles) {
      server.execute("drop role if exists " + role);
    }
  }
}
