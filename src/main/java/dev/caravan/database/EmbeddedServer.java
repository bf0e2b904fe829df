package dev.caravan.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL server that Caravan brings along. It lives in a directory and on a loopback port,
 * is durable, and outlives the process that started it: the next process adopts it, and the last
 * one to leave stops it.
 *
 * <p>Below the directory: {@code postgresql/} (the data), {@code binaries/} (the server's
 * programs), {@code postgresql.log}.
 */
public final class EmbeddedServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final String HOST = "127.0.0.1";
  private static final String NAME = "caravan";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern FATAL = Pattern.compile(" (?:FATAL|PANIC): +(.*)");
  private static final String CANNOT_CONNECT_NOW = "57P03";

  private final Path directory;
  private final int port;
  private final String process;
  private final FileChannel ownership;

  private EmbeddedServer(Path directory, int port, String process, FileChannel ownership) {
    this.directory = directory;
    this.port = port;
    this.process = process;
    this.ownership = ownership;
  }

  /**
   * Adopts the server that runs on the directory and port, or starts it.
   *
   * @param process application_name of this process's connections
   * @param alone true for the runtime, of which a directory has one at the most; false for a
   *     command that may run beside it
   * @throws DatabaseException where something else holds the directory or the port
   */
  public static EmbeddedServer open(Path directory, int port, String process, boolean alone) {
    Path home = directory.toAbsolutePath().normalize();
    FileChannel ownership = null;
    try {
      Files.createDirectories(home);
      ownership = alone ? own(home) : null;
      EmbeddedServer server = new EmbeddedServer(home, port, process, ownership);
      server.adoptOrStart();
      return server;
    } catch (IOException e) {
      release(ownership);
      throw new DatabaseException(
          "caravan.database.directory "
              + home
              + " cannot be used: "
              + fault(e)
              + ". Make it writable, or choose another directory.",
          false,
          e);
    } catch (RuntimeException e) {
      release(ownership);
      throw e;
    }
  }

  public String jdbcUrl() {
    return url(NAME);
  }

  public String user() {
    return NAME;
  }

  /** Stops the server unless another Caravan still uses it. */
  @Override
  public void close() {
    try (FileChannel turn = lock(directory.resolve("start.lock"))) {
      if (usedByOthers()) {
        LOG.info("PostgreSQL on port {} keeps running: another Caravan uses it", port);
      } else {
        stop();
      }
    } catch (IOException | SQLException e) {
      LOG.warn("PostgreSQL on port {} was not stopped: {}", port, e.getMessage());
    } finally {
      release(ownership);
    }
  }

  private static FileChannel own(Path home) throws IOException {
    Path file = home.resolve("caravan.lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      String holder = Files.readString(file).strip();
      channel.close();
      throw DatabaseException.lasting(
          "Caravan is already running on directory "
              + home
              + (holder.isEmpty() ? "" : " (process " + holder + ")")
              + ". Stop it first, or give this one its own place with"
              + " caravan.database.directory and caravan.database.port.");
    }
    channel.truncate(0);
    channel.write(StandardCharsets.UTF_8.encode(Long.toString(ProcessHandle.current().pid())));
    return channel;
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    return channel;
  }

  private static void release(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("The lock file was closed already", e);
    }
  }

  private void adoptOrStart() throws IOException {
    // Two processes that start together take turns, so that the second finds the first one's
    // server.
    try (FileChannel turn = lock(directory.resolve("start.lock"))) {
      if (portIsTaken()) {
        adopt();
        LOG.info("Using the PostgreSQL that is already running on port {} ({})", port, directory);
      } else {
        refuseForeignServer();
        start();
        LOG.info("PostgreSQL started on port {} ({})", port, directory);
      }
      prepare();
    }
  }

  private boolean portIsTaken() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, port), 2000);
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  private void adopt() {
    String advice = ". Stop that program, or set caravan.database.port to a free port.";
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (true) {
      try (Connection connection = connect("postgres", "postgres");
          Statement statement = connection.createStatement();
          ResultSet answer = statement.executeQuery("show data_directory")) {
        answer.next();
        Path served = Path.of(answer.getString(1));
        if (!served.equals(data())) {
          throw DatabaseException.lasting(
              "caravan.database.port "
                  + port
                  + " is in use by a PostgreSQL of another directory, "
                  + served
                  + advice);
        }
        return;
      } catch (SQLException e) {
        // A server that is starting or stopping says so; anything else is no server of ours.
        boolean mayChange = CANNOT_CONNECT_NOW.equals(e.getSQLState());
        if (!mayChange || System.nanoTime() > deadline || !pauseBriefly()) {
          throw new DatabaseException(
              "caravan.database.port " + port + " is in use by another program" + advice, false, e);
        }
      }
    }
  }

  private void refuseForeignServer() throws IOException {
    Path file = data().resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return;
    }
    List<String> lines = Files.readAllLines(file);
    Optional<ProcessHandle> holder =
        ProcessHandle.of(Long.parseLong(lines.get(0).strip())).filter(EmbeddedServer::isPostgres);
    if (holder.isPresent()) {
      throw DatabaseException.lasting(
          "Directory "
              + directory
              + " is held by PostgreSQL process "
              + holder.get().pid()
              + (lines.size() > 3 ? " on port " + lines.get(3).strip() : "")
              + ". Set caravan.database.port to that port, or stop that process.");
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.isAlive()
        && process.info().command().map(command -> command.contains("postgres")).orElse(true);
  }

  private void start() throws IOException {
    refuseOtherVersion();
    Path log = directory.resolve("postgresql.log");
    long logged = Files.exists(log) ? Files.size(log) : 0;
    try {
      EmbeddedPostgres.builder()
          .setDataDirectory(data())
          .setCleanDataDirectory(false)
          .setPort(port)
          .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
          .setRegisterShutdownHook(false)
          .setPGStartupWait(START_TIMEOUT)
          .setLocaleConfig("locale", "C")
          .setLocaleConfig("locale-provider", "builtin")
          .setLocaleConfig("builtin-locale", "C.UTF-8")
          // The library switches both off, for throw-away servers; what we store must last.
          .setServerConfig("fsync", "on")
          .setServerConfig("synchronous_commit", "on")
          .setServerConfig("listen_addresses", HOST)
          .setServerConfig("max_connections", "100")
          .setServerConfig("log_timezone", "UTC")
          .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
      throw new DatabaseException(
          "PostgreSQL did not start in " + directory + ": " + reason(log, logged, e), false, e);
    }
  }

  private void refuseOtherVersion() throws IOException {
    Path file = data().resolve("PG_VERSION");
    String brought = "18";
    if (Files.exists(file) && !Files.readString(file).strip().equals(brought)) {
      throw DatabaseException.lasting(
          "Directory "
              + directory
              + " was written by PostgreSQL "
              + Files.readString(file).strip()
              + "; this Caravan brings "
              + brought
              + ". Migrate it with pg_upgrade or pg_dump, or choose another directory.");
    }
  }

  /** Why a file or directory cannot be used, without the names of Java's classes. */
  private static String fault(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied for " + e.getMessage();
    }
    return e instanceof FileAlreadyExistsException
        ? e.getMessage() + " is a file"
        : String.valueOf(e.getMessage());
  }

  /**
   * What PostgreSQL itself says: the last fatal line of the log, since what starts it only says
   * that it did not.
   *
   * @param logged bytes of the log before the start
   */
  private static String reason(Path log, long logged, Throwable otherwise) {
    try (InputStream since = Files.newInputStream(log)) {
      since.skipNBytes(logged);
      List<String> lines =
          new String(since.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      String last = lines.get(lines.size() - 1);
      for (String line : lines) {
        Matcher fatal = FATAL.matcher(line);
        last = fatal.find() ? fatal.group(1) : last;
      }
      return last + " (see " + log + ")";
    } catch (IOException | RuntimeException e) {
      return otherwise.toString();
    }
  }

  private void prepare() {
    try (Connection connection = connect("postgres", "postgres");
        Statement statement = connection.createStatement()) {
      if (!exists(statement, "select from pg_roles where rolname = 'caravan'")) {
        statement.execute("create role caravan login");
      }
      if (!exists(statement, "select from pg_database where datname = 'caravan'")) {
        statement.execute("create database caravan owner caravan");
      }
    } catch (SQLException e) {
      throw new DatabaseException("PostgreSQL cannot be prepared: " + e.getMessage(), false, e);
    }
  }

  private static boolean exists(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  private boolean usedByOthers() throws SQLException, IOException {
    if (ownership == null && ownedByARuntime()) {
      return true;
    }
    try (Connection connection = connect("postgres", "postgres");
        Statement statement = connection.createStatement()) {
      return exists(
          statement,
          "select from pg_stat_activity where application_name like 'caravan %'"
              + " and application_name <> '"
              + process
              + "'");
    }
  }

  private boolean ownedByARuntime() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve("caravan.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  private void stop() throws IOException {
    // postmaster.opts names the program that runs, whoever started it; pg_ctl lies beside it.
    String program = Files.readString(data().resolve("postmaster.opts")).split(" ")[0];
    Path control = Path.of(program).resolveSibling("pg_ctl");
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))
        && Files.exists(Path.of("/usr/bin/unshare"))) {
      // PostgreSQL's programs refuse to run as root; in a user namespace of their own they are
      // nobody.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(
        List.of(control.toString(), "-D", data().toString(), "-m", "fast", "-w", "-s", "stop"));
    Process stopping =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("postgresql.log").toFile()))
            .start();
    try {
      if (!stopping.waitFor(60, TimeUnit.SECONDS) || stopping.exitValue() != 0) {
        LOG.warn("PostgreSQL on port {} is still stopping; see {}/postgresql.log", port, directory);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean pauseBriefly() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Path data() {
    return directory.resolve("postgresql");
  }

  private Connection connect(String user, String database) throws SQLException {
    return DriverManager.getConnection(
        url(database) + "?connectTimeout=5&socketTimeout=30", user, "");
  }

  private String url(String database) {
    return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
  }
}
