package dev.caravan.support;

import dev.caravan.database.Database;
import dev.caravan.database.EmbeddedServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A fresh database for a test class: a copy of one that was migrated in order, and dropped at the
 * end. It lies on the server that CARAVAN_TEST_DATABASE_URL names, or on an embedded one that this
 * JVM starts.
 */
public final class TestDatabase implements AutoCloseable {
  /** The programs of the server are unpacked once, and not for each that is started. */
  private static final Path BINARIES = Path.of("target", "postgresql").toAbsolutePath();

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** What differs in the names of processes. */
  private static final int PROCESS_TAIL = 8;

  private static final int PORTS_OF_A_FORK = 4_000;

  /** Surefire numbers the JVMs that it has side by side from 1 on. */
  private static final int FIRST_PORT =
      12_000 + PORTS_OF_A_FORK * (Integer.getInteger("caravan.test.fork", 0) % 5);

  // Other builds of this machine begin elsewhere.
  private static final AtomicInteger PORTS =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS_OF_A_FORK));

  private static final String PREFIX = "caravan_test_" + ProcessHandle.current().pid() + "_";
  private static final String TEMPLATE = PREFIX + "template";
  private static final String EMPTY =
      """
      do $$
      declare
        name text;
        filled boolean;
      begin
        -- Alerts are compared beside the test, and would wait for this while this waits for them.
        perform pg_advisory_xact_lock(hashtext('caravan alerts'));
        -- In any order, whatever refers to whatever.
        set local session_replication_role = replica;
        for name in
          -- Of a partitioned table its partitions have the rows.
          select relname from pg_class
          where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'flyway_schema_history'
            -- What never had a row has no page.
            and pg_relation_size(oid) > 0
        loop
          execute format('select exists (select from %I)', name) into filled;
          if filled and pg_relation_size(name::regclass) > 1000000 then
            execute format('truncate %I cascade', name);
          elsif filled then
            execute format('delete from %I', name);
          end if;
        end loop;
      end $$
      """;

  private static String serverUrl;
  private static EmbeddedPostgres throwaway;
  private static Database prepared;

  private final String name;
  private final Database database;
  private final KeptLogins logins = new KeptLogins(this::connect);

  private TestDatabase(String name, Database database) {
    this.name = name;
    this.database = database;
  }

  public static TestDatabase fresh() {
    prepare();
    String name = PREFIX + COUNT.incrementAndGet();
    execute(server(), "create database " + name + copyOf(TEMPLATE));
    return new TestDatabase(name, copied(name));
  }

  /** Ten times as fast as through the log, which is what the server does by itself. */
  public static String copyOf(String template) {
    return " template " + template + " strategy file_copy";
  }

  /** As one that was opened, which need not look through all migrations again. */
  private static Database copied(String name) {
    String tail = prepared.process().substring(prepared.process().length() - PROCESS_TAIL);
    String own = UUID.randomUUID().toString().substring(0, PROCESS_TAIL);
    return new Database(
        prepared.url().replace("/" + TEMPLATE, "/" + name).replace(tail, own),
        prepared.user(),
        prepared.password(),
        prepared.process().replace(tail, own),
        null);
  }

  private static synchronized void prepare() {
    if (prepared == null) {
      execute(server(), "create database " + TEMPLATE);
      prepared = open(TEMPLATE);
    }
  }

  private static Database open(String name) {
    return Database.open(
        new Database.Options(url(name), user(), password(), Path.of("unused"), 1, false));
  }

  public Database database() {
    return database;
  }

  /** The URL without the options that Caravan adds. */
  public String url() {
    return url(name);
  }

  public static String user() {
    return System.getenv("CARAVAN_TEST_DATABASE_URL") == null
        ? "postgres"
        : System.getenv().getOrDefault("CARAVAN_TEST_DATABASE_USER", "postgres");
  }

  public static String password() {
    return System.getenv().getOrDefault("CARAVAN_TEST_DATABASE_PASSWORD", "");
  }

  public void execute(String sql) {
    logins.with(statement -> statement.execute(sql));
  }

  /**
   * Removes the rows of all tables. To truncate a table takes new files for it and for each of its
   * indexes, also where it is empty, as most are.
   */
  public void empty() {
    execute(EMPTY);
  }

  static void empty(String url, String user, String password) {
    execute(url, user, password, EMPTY);
  }

  /** All rows of a query, each a map from column to value. */
  public List<Map<String, Object>> query(String sql) {
    return logins.query(sql);
  }

  /** The single value that a query answers with. */
  public Object value(String sql) {
    return query(sql).get(0).values().iterator().next();
  }

  public long count(String sql) {
    return ((Number) value(sql)).longValue();
  }

  public static List<Map<String, Object>> query(
      String url, String user, String password, String sql) {
    try (KeptLogins once = new KeptLogins(() -> DriverManager.getConnection(url, user, password))) {
      return once.query(sql);
    }
  }

  /** A connection of its own, for whoever holds something or commits by itself. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), user(), password());
  }

  /** Logs in anew from now on, as after a change of what a login is given. */
  public void relogin() {
    logins.close();
  }

  @Override
  public void close() {
    relogin();
    execute(server(), "drop database if exists " + name + " with (force)");
  }

  /**
   * A port that nobody listens on and that none of this JVM was given before. It lies below those
   * that the system gives to whoever connects, and away from those of the JVMs beside this one.
   */
  public static int freePort() {
    while (true) {
      int port = FIRST_PORT + Math.floorMod(PORTS.getAndIncrement(), PORTS_OF_A_FORK);
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
  }

  private static void execute(String url, String sql) {
    execute(url, user(), password(), sql);
  }

  private static void execute(String url, String user, String password, String sql) {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the programs of a server are unpacked, or will be; for others that need them. */
  public static Path binaries() throws IOException {
    return Files.createDirectories(BINARIES);
  }

  /** The directories in which they are, whole; none where nobody has needed them yet. */
  static List<Path> unpacked() {
    try (Stream<Path> versions = Files.list(binaries())) {
      // The mark that is set when the last file is there.
      return versions.filter(version -> Files.exists(version.resolve(".exists"))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where database {@code postgres} of the server is. */
  public static String serverUrl() {
    return server();
  }

  private static synchronized String server() {
    if (serverUrl == null) {
      // Another class loader of this JVM may have a server already.
      String given =
          System.getProperty(
              "caravan.test.database-url", System.getenv("CARAVAN_TEST_DATABASE_URL"));
      if (given != null) {
        serverUrl = given;
      } else {
        throwaway = start();
        serverUrl = urlOf(throwaway);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(TestDatabase::leave));
    }
    return serverUrl;
  }

  /** The address of a server's database {@code postgres}, without options. */
  public static String urlOf(EmbeddedPostgres server) {
    return server.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
  }

  /** The begin of a command of PostgreSQL, whose programs refuse to run as root. */
  public static List<String> asNobody() {
    return "root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of();
  }

  /**
   * A server that forgets everything when the machine crashes, and need not wait for the disk
   * therefore. {@link EmbeddedServer} insists on the opposite, as Caravan does in earnest.
   */
  public static EmbeddedPostgres start() {
    Path work = Path.of(System.getProperty("caravan.test.directory", "target/work"));
    try {
      Files.createDirectories(work);
      Path log = work.resolve("postgresql.log").toAbsolutePath();
      return EmbeddedPostgres.builder()
          .setDataDirectory(Files.createTempDirectory(work, "postgres").toAbsolutePath())
          .setOverrideWorkingDirectory(BINARIES.toFile())
          .setRegisterShutdownHook(false)
          .setPort(freePort())
          .setPGStartupWait(Duration.ofMinutes(2))
          .setLocaleConfig("locale", "C")
          .setLocaleConfig("locale-provider", "builtin")
          .setLocaleConfig("builtin-locale", "C.UTF-8")
          .setServerConfig("fsync", "off")
          .setServerConfig("synchronous_commit", "off")
          .setServerConfig("full_page_writes", "off")
          // No database lives long enough for it.
          .setServerConfig("autovacuum", "off")
          .setServerConfig("listen_addresses", "127.0.0.1")
          .setServerConfig("log_timezone", "UTC")
          .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void leave() {
    try {
      if (throwaway != null) {
        // With all its files.
        throwaway.close();
      } else if (prepared != null) {
        execute(serverUrl, "drop database if exists " + TEMPLATE + " with (force)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String url(String database) {
    return url(server(), database);
  }

  /** The address of another database of the server. */
  public static String url(String server, String database) {
    return server.replaceAll("/[^/?]*(\\?.*)?$", "/" + database + "$1");
  }
}
