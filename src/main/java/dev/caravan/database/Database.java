package dev.caravan.database;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The database that everything is stored in: a server given by its URL, or the embedded one.
 *
 * @param url JDBC URL, with the options that every connection of this process carries
 * @param process application_name of this process's connections, and its node in {@code
 *     cluster_nodes}
 * @param server the embedded server, or null
 */
public record Database(
    String url, String user, String password, String process, EmbeddedServer server)
    implements AutoCloseable {

  /** PostgreSQL cuts an application_name after 63 bytes. */
  private static final int LONGEST_HOST = 30;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /**
   * What a user may say of the database, and who asks.
   *
   * @param ownerOnly whether the embedded server asks for a password
   */
  public record Options(
      String url,
      String user,
      String password,
      Path directory,
      int port,
      boolean alone,
      boolean ownerOnly) {

    /** Of which the embedded server asks no password. */
    public Options(
        String url, String user, String password, Path directory, int port, boolean alone) {
      this(url, user, password, directory, port, alone, false);
    }

    public boolean embedded() {
      return url.equals("embedded");
    }
  }

  /**
   * Opens the database and brings its tables up to date.
   *
   * @throws DatabaseException with a message of one line
   */
  public static Database open(Options options) {
    return open(options, true);
  }

  /**
   * Opens the database as it is, for what brings or takes tables of its own version.
   *
   * @throws DatabaseException with a message of one line
   */
  public static Database openAsItIs(Options options) {
    return open(options, false);
  }

  /**
   * Opens the data that an older Caravan left in its directory, with the server that lies there.
   *
   * @throws DatabaseException with a message of one line
   */
  public static Database openAsItWas(Path directory) {
    String process = newProcess();
    EmbeddedServer server = EmbeddedServer.openAsItWas(directory, process);
    return new Database(
        withOptions(server.safeUrl(), process), server.user(), server.password(), process, server);
  }

  private static String newProcess() {
    // The driver gives each session the zone of the JVM. Statements count on UTC, and PostgreSQL
    // does not know all of Java's zones.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    return "caravan "
        + hostName()
        + " "
        + ProcessHandle.current().pid()
        + " "
        + UUID.randomUUID().toString().substring(0, 8);
  }

  private static Database open(Options options, boolean migrate) {
    String process = newProcess();
    if (options.embedded()) {
      EmbeddedServer server =
          EmbeddedServer.open(
              options.directory(), options.port(), process, options.alone(), options.ownerOnly());
      Database database =
          new Database(
              withOptions(server.safeUrl(), process),
              server.user(),
              server.password(),
              process,
              server);
      Database ready = migrate ? database.migrated() : database;
      server.keep();
      return ready;
    }
    Database database =
        new Database(
            withOptions(options.url(), process), options.user(), options.password(), process, null);
    return migrate ? database.migrated() : database;
  }

  /** Name of this machine, short enough for a name of processes. */
  public String host() {
    return hostName();
  }

  /** The same without a database. */
  public static String hostName() {
    String name = System.getenv().getOrDefault("HOSTNAME", System.getenv("COMPUTERNAME"));
    if (name == null || name.isBlank()) {
      try {
        name = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException nameless) {
        name = "localhost";
      }
    }
    String plain = name.replaceAll("[^A-Za-z0-9.-]", "-");
    return plain.substring(0, Math.min(LONGEST_HOST, plain.length()));
  }

  /**
   * Puts the symbols, given as a comma list, into table {@code symbols} if that is empty. Of nodes
   * that start at the same time one does, and the others find it filled.
   */
  public void seedSymbols(String symbols) {
    try (Connection connection = connect();
        PreparedStatement turn = connection.prepareStatement(Sql.load("symbols/lock_seeding"));
        PreparedStatement seed = connection.prepareStatement(Sql.load("symbols/seed_symbols"))) {
      connection.setAutoCommit(false);
      turn.execute();
      seed.setString(1, symbols);
      seed.executeUpdate();
      connection.commit();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Where other living processes go by another feed: {@code stream feed sip}. */
  public List<String> conflictingFeeds(String stream, String history) {
    try (Connection connection = connect();
        PreparedStatement select =
            connection.prepareStatement(Sql.load("feeds/select_conflicts"))) {
      select.setString(1, stream);
      select.setString(2, history);
      List<String> conflicts = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          conflicts.add(row.getString("conflict"));
        }
      }
      return conflicts;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Tells the views which feeds of Alpaca the settings name. */
  public void nameFeeds(String stream, String history) {
    try (Connection connection = connect();
        PreparedStatement name = connection.prepareStatement(Sql.load("feeds/name_feeds"))) {
      name.setString(1, stream);
      name.setString(2, history);
      name.executeUpdate();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Makes the partitions that are lacking, up to three months ahead.
   *
   * @return their names; empty where somebody else is in the way, since there is time enough
   */
  public List<String> makeMonths(Instant now) {
    List<String> made = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement make =
            connection.prepareStatement(
                Sql.load("month_partitions/make_months").replace(":?at", "?"))) {
      make.setString(1, now.toString());
      try (ResultSet months = make.executeQuery()) {
        while (months.next()) {
          made.add(months.getString("partition"));
        }
      }
      return made;
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return List.of();
      }
      throw failed(e);
    }
  }

  /** Has changes of bars and trades logged from now on, for whoever publishes them, or no more. */
  public void logChanges(boolean wanted) {
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement(Sql.load("changes/log_changes"))) {
      statement.setBoolean(1, wanted);
      statement.execute();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Marks the runs of processes that are gone as interrupted; returns how many there were. */
  public int interruptDeadRuns() {
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement(Sql.load("flow_runs/interrupt_dead_runs"))) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The rows of table {@code market_calendar} as one JSON array. */
  public String sessions() {
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement(Sql.load("market_calendar/select_sessions"));
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  /** The same, for what takes longer than any answer may. */
  public Connection connectPatiently() throws SQLException {
    return DriverManager.getConnection(patientUrl(), user, password);
  }

  private String patientUrl() {
    return url.replaceAll("socketTimeout=\\d+", "socketTimeout=0");
  }

  /** Where the data is, without options or passwords. */
  public String place() {
    return place(url);
  }

  static String place(String url) {
    return url.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//");
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }

  private Database migrated() {
    try {
      migrate("latest");
      return this;
    } catch (DatabaseException e) {
      close();
      throw e;
    }
  }

  /**
   * Brings the tables up to a version.
   *
   * @param target number of the last migration, or {@code latest}
   */
  void migrate(String target) {
    try (Connection connection = connect()) {
      // Flyway would report a server that is away at length; asking first keeps it one line.
      refuseOtherEncoding(connection);
      refuseSharedSessions(connection);
      forgetCutOffProof(connection);
      flyway(target).migrate();
    } catch (SQLException e) {
      throw failed(e);
    } catch (FlywayException e) {
      throw new DatabaseException(
          place() + " cannot be migrated: " + firstLine(e.getMessage()), passing(e), e);
    }
  }

  private Flyway flyway(String target) {
    return Flyway.configure()
        // To prove something of a large table takes longer than any answer may.
        .dataSource(patientUrl(), user, password)
        .locations("classpath:db/migration")
        .target(target)
        .load();
  }

  /** The number of the newest migration that this program knows. */
  int newestMigration() {
    try {
      return Stream.of(flyway("latest").info().all())
          .filter(migration -> migration.getState().isResolved())
          .mapToInt(migration -> Integer.parseInt(migration.getVersion().getVersion()))
          .max()
          .orElseThrow();
    } catch (FlywayException e) {
      throw new DatabaseException(
          place() + " cannot be used: " + firstLine(e.getMessage()), passing(e), e);
    }
  }

  /** The number of the last migration that was applied; 0 where there was none. */
  static int migration(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet history =
          statement.executeQuery("select to_regclass('flyway_schema_history') is not null")) {
        history.next();
        if (!history.getBoolean(1)) {
          return 0;
        }
      }
      try (ResultSet newest =
          statement.executeQuery(
              "select coalesce(max(version::integer), 0) from flyway_schema_history where success")) {
        newest.next();
        return newest.getInt(1);
      }
    }
  }

  /**
   * The one script without a transaction may be run again as often as one likes; Flyway would want
   * a person to say so.
   */
  private static void forgetCutOffProof(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet history =
          statement.executeQuery("select to_regclass('flyway_schema_history') is not null")) {
        history.next();
        if (!history.getBoolean(1)) {
          return;
        }
      }
      statement.execute("delete from flyway_schema_history where version = '61' and not success");
    }
  }

  private void refuseOtherEncoding(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("show server_encoding")) {
      answer.next();
      String encoding = answer.getString(1);
      if (!encoding.equals("UTF8")) {
        throw DatabaseException.lasting(
            "The database "
                + place()
                + " has encoding "
                + encoding
                + "; Caravan needs UTF8. Create one with: create database NAME encoding 'UTF8'"
                + " template template0");
      }
    }
  }

  /** A process is known, and its death seen, by the names of its sessions. */
  private void refuseSharedSessions(Connection connection) throws SQLException {
    if (server != null) {
      return;
    }
    try (Connection other = connect()) {
      if (SharedSessions.areBehind(connection, other)) {
        throw DatabaseException.lasting(
            "The database "
                + place()
                + " is behind a pooler that shares its sessions, where processes cannot be told"
                + " apart. Have it pool by session (of pgbouncer: pool_mode = session), or set"
                + " caravan.database.url to the address of the server itself");
      }
    }
  }

  /** Whether it failed because the database went away meanwhile. */
  private static boolean passing(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refused && passing(refused)) {
        return true;
      }
    }
    return false;
  }

  DatabaseException failed(SQLException e) {
    return new DatabaseException(
        "The database " + place() + " cannot be used: " + firstLine(e.getMessage()), passing(e), e);
  }

  private static boolean passing(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    // 08: no connection; 57P: starting, stopping or shut down; 53: out of connections or space;
    // 3D000, 28000: a server that was just set up, whose database and user are created in the next
    // moment. A wrong password is 28P01, and lasts.
    return state.startsWith("08")
        || state.startsWith("57P")
        || state.startsWith("53")
        || state.equals("3D000")
        || state.equals("28000");
  }

  static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("").strip();
  }

  private static String withOptions(String url, String process) {
    return url
        + (url.contains("?") ? "&" : "?")
        + "ApplicationName="
        + process.replace(" ", "%20")
        + "&connectTimeout=5&socketTimeout=120&tcpKeepAlive=true";
  }
}
