package dev.caravan.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL server that Caravan brings along. It lives in a directory and on a loopback port,
 * is durable, and outlives the process that started it: the next process adopts it, and the last
 * one to leave stops it.
 *
 * <p>Below the directory: {@code postgresql/} (the data), {@code binaries/} (the server's
 * programs), {@code log/}, and the passwords; see {@link ServerAccess}.
 */
public final class EmbeddedServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final String HOST = "127.0.0.1";
  private static final String NAME = ServerAccess.ROLE;

  /** Whatever listens on the port is never sent a password that it could read. */
  private static final String SAFE_LOGIN = "requireAuth=scram-sha-256%2Cnone";

  private static final String FREE_IT =
      ". Stop that program, or set caravan.database.port to a free port.";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration BREAK_OFF_TIMEOUT = Duration.ofSeconds(2);

  /** A lock on a file is the process's; its threads take turns by this one. */
  private static final ReentrantLock TURN = new ReentrantLock();

  private static final String DATA = "postgresql";

  /** The file in which PostgreSQL says which version has written the data. */
  private static final String VERSION = "PG_VERSION";

  /** The version whose programs come with this Caravan. */
  private static final String BROUGHT = "18";

  private static final Pattern FAULT = Pattern.compile("(?:ERROR|FATAL|PANIC): +(.*)");
  private static final String CANNOT_CONNECT_NOW = "57P03";

  /** Of the reasons why a start failed those that go by. */
  private static final Pattern PASSING =
      Pattern.compile("No space left|Disk quota|shared memory|already exists|being used|in use");

  /** How the server runs, whatever its postgresql.conf says. */
  private static final List<String> OPTIONS =
      List.of(
          "listen_addresses=" + HOST,
          // A socket in a directory that all may write to is one more door, and its lock file
          // outlives a crash.
          "unix_socket_directories=",
          "max_connections=100",
          "fsync=on",
          "synchronous_commit=on");

  private final Path directory;
  private final int port;
  private final String process;
  private final FileChannel ownership;
  private final PidFile pidFile;
  private final ServerAccess access;
  private final ServerLog log;
  private final ServerKeeper keeper;

  /** The process that listens on the port, since it was last started or adopted. */
  private volatile ProcessHandle postmaster;

  /** Where the server's programs are, once this process has seen to it that they are there. */
  private Path programs;

  /** Whether the directory keeps the programs that it was written by. */
  private final boolean asItWas;

  private EmbeddedServer(
      Path directory,
      int port,
      String process,
      FileChannel ownership,
      boolean ownerOnly,
      boolean asItWas) {
    this.directory = directory;
    this.port = port;
    this.process = process;
    this.ownership = ownership;
    this.asItWas = asItWas;
    this.pidFile = new PidFile(data());
    this.access = new ServerAccess(directory, data(), ownerOnly);
    this.log = new ServerLog(directory);
    this.keeper =
        new ServerKeeper(
            "PostgreSQL on port " + port, this::isRunning, this::bringBack, this::pruneLog);
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
    return open(directory, port, process, alone, false);
  }

  /**
   * The same.
   *
   * @param ownerOnly whether role caravan needs a password, too
   */
  static EmbeddedServer open(
      Path directory, int port, String process, boolean alone, boolean ownerOnly) {
    Path home = directory.toAbsolutePath().normalize();
    FileChannel ownership = null;
    try {
      Files.createDirectories(home);
      ownership = alone ? own(home) : null;
      EmbeddedServer server = new EmbeddedServer(home, port, process, ownership, ownerOnly, false);
      server.adoptOrStart();
      return server;
    } catch (IOException e) {
      release(ownership);
      throw unusable(home, e);
    } catch (RuntimeException e) {
      release(ownership);
      throw e;
    }
  }

  /**
   * Starts a server on the directory of an older Caravan, with the programs that lie there, to take
   * its data over. Nobody else may use the directory meanwhile.
   *
   * @throws DatabaseException where there is no such directory, or somebody uses it
   */
  static EmbeddedServer openAsItWas(Path directory, String process) {
    Path home = directory.toAbsolutePath().normalize();
    if (!Files.exists(home.resolve(DATA).resolve(VERSION))) {
      throw DatabaseException.lasting(
          "Directory "
              + home
              + " is none in which a Caravan kept its data: it has no "
              + DATA
              + ".");
    }
    FileChannel ownership = null;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      ownership = own(home);
      EmbeddedServer server =
          new EmbeddedServer(home, unused.getLocalPort(), process, ownership, false, true);
      unused.close();
      server.adoptOrStart();
      return server;
    } catch (IOException e) {
      release(ownership);
      throw unusable(home, e);
    } catch (RuntimeException e) {
      release(ownership);
      throw e;
    }
  }

  private static DatabaseException unusable(Path directory, IOException e) {
    return new DatabaseException(
        "caravan.database.directory "
            + directory
            + " cannot be used: "
            + fault(e)
            + ". Make it writable, or choose another directory.",
        false,
        e);
  }

  public String jdbcUrl() {
    return url(NAME);
  }

  public String user() {
    return NAME;
  }

  /** The user's password, which the server may or may not ask for. */
  public String password() {
    return access.password();
  }

  /** The URL with the options that keep a password from whatever else may listen there. */
  String safeUrl() {
    return url(NAME) + "?" + SAFE_LOGIN;
  }

  /** From now on the server is started again whenever it is gone, until this is closed. */
  void keep() {
    keeper.start();
  }

  /** How long the server has been gone; zero while it runs. */
  public Duration downtime() {
    return keeper.downtime();
  }

  /** How often it was brought back since {@link #open}. */
  public long restarts() {
    return keeper.restarts();
  }

  /** Why it could not be brought back, as far as it is gone and that is known. */
  public Optional<String> fault() {
    return keeper.fault();
  }

  /** Stops the server unless another Caravan still uses it. */
  @Override
  public void close() {
    keeper.close();
    TURN.lock();
    try (FileChannel turn = lock(directory.resolve("start.lock"))) {
      // Another process may have made new passwords.
      access.load();
      if (usedByOthers()) {
        LOG.info("PostgreSQL on port {} keeps running: another Caravan uses it", port);
      } else {
        stop();
      }
    } catch (IOException | SQLException e) {
      LOG.warn("PostgreSQL on port {} was not stopped: {}", port, e.getMessage());
    } finally {
      TURN.unlock();
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
    TURN.lock();
    try (FileChannel turn = lock(directory.resolve("start.lock"))) {
      access.load();
      boolean adopted = false;
      while (!adopted && !isFree()) {
        adopted = adopt();
      }
      if (adopted) {
        LOG.info("Using the PostgreSQL that is already running on port {} ({})", port, directory);
      } else {
        start();
        LOG.info("PostgreSQL started on port {} ({})", port, directory);
      }
      prepare(!adopted);
      postmaster = pidFile.process().orElse(null);
    } finally {
      TURN.unlock();
    }
  }

  private boolean isRunning() {
    try {
      // Whoever else may have taken the port meanwhile.
      return (postmaster == null || postmaster.isAlive()) && portIsTaken();
    } catch (IOException e) {
      return false;
    }
  }

  private void pruneLog() {
    try {
      log.prune();
    } catch (IOException e) {
      LOG.warn("{} has more files than it should: {}", log.files(), fault(e));
    }
  }

  private void bringBack() {
    try {
      adoptOrStart();
    } catch (IOException e) {
      throw unusable(directory, e);
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

  /**
   * Makes sure that what listens on the port is the server of the directory.
   *
   * @return false where it is gone meanwhile
   */
  private boolean adopt() throws IOException {
    long begun = System.nanoTime();
    while (true) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement();
          ResultSet answer = statement.executeQuery("show data_directory")) {
        answer.next();
        Path served = Path.of(answer.getString(1));
        if (!served.equals(data())) {
          refuseOtherDirectory(served);
        }
        return true;
      } catch (SQLException e) {
        if (!portIsTaken()) {
          return false;
        }
        if (refused(e)) {
          if (servesHere()) {
            // The file with its password was lost or is another one's.
            return true;
          }
          PidFile.directoryServing(port).ifPresent(this::refuseOtherDirectory);
        }
        // A server that is starting or stopping says so, and one that was killed breaks off;
        // anything else is no server of ours.
        Duration patience =
            CANNOT_CONNECT_NOW.equals(e.getSQLState()) ? START_TIMEOUT : BREAK_OFF_TIMEOUT;
        if (System.nanoTime() - begun > patience.toNanos() || !pauseBriefly()) {
          throw new DatabaseException(
              "caravan.database.port " + port + " is in use by another program" + FREE_IT,
              false,
              e);
        }
      }
    }
  }

  private void refuseOtherDirectory(Path served) {
    throw DatabaseException.lasting(
        "caravan.database.port "
            + port
            + " is in use by a PostgreSQL of another directory, "
            + served
            + FREE_IT);
  }

  /**
   * Waits until nobody serves the directory, or somebody does on our port.
   *
   * @return whether a server is to be started
   * @throws DatabaseException where the directory is served elsewhere, or does not become free
   */
  private boolean isFree() throws IOException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (true) {
      if (portIsTaken()) {
        return false;
      }
      Optional<ProcessHandle> server = pidFile.server();
      if (server.isEmpty() && (ownership != null || !ownedByARuntime())) {
        pidFile.discardIfStale();
        return true;
      }
      if (server.isPresent() && server.equals(pidFile.process())) {
        refuseOtherPort(server.get());
      }
      // One that starts or stops, or what is left for a moment of one that was killed.
      if (System.nanoTime() > deadline || !pauseBriefly()) {
        throw new DatabaseException(
            "Directory "
                + directory
                + " is held by "
                + server
                    .map(it -> "PostgreSQL process " + it.pid() + ". Stop that process.")
                    .orElse("a Caravan whose PostgreSQL does not answer here. Stop that Caravan."),
            true,
            null);
      }
    }
  }

  private void refuseOtherPort(ProcessHandle server) throws IOException {
    OptionalInt other = pidFile.port();
    if (other.isPresent() && other.getAsInt() != port) {
      throw DatabaseException.lasting(
          "Directory "
              + directory
              + " is held by PostgreSQL process "
              + server.pid()
              + " on port "
              + other.getAsInt()
              + ". Set caravan.database.port to that port, or stop that process.");
    }
  }

  private void start() throws IOException {
    if (asItWas) {
      programs = programsOf(version());
    } else {
      refuseOtherVersion();
    }
    Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    log.begin();
    try {
      if (programs == null) {
        initialize();
        programs = programs();
      }
      if (!access.settled()) {
        setPasswordOffline();
      }
      access.writeRules();
      String options =
          Stream.concat(OPTIONS.stream(), ServerLog.options().stream())
              .map(option -> "-c " + option)
              .collect(Collectors.joining(" ", "-p " + port + " ", ""));
      boolean started =
          control(
              programs,
              List.of(
                  "-o",
                  options,
                  "-l",
                  log.start().toString(),
                  "-t",
                  Long.toString(START_TIMEOUT.toSeconds()),
                  "start"));
      if (!started && pidFile.server().isPresent()) {
        throw new DatabaseException(
            "PostgreSQL in " + directory + " is still starting (see " + log.files() + ")",
            true,
            null);
      }
      if (!started) {
        throw notStarted(log.reason(begun), null);
      }
    } catch (RuntimeException | ExceptionInInitializerError e) {
      throw e instanceof DatabaseException known ? known : notStarted(e.toString(), e);
    }
  }

  /**
   * Gives the superuser its password while no server runs: there is no moment in which somebody
   * could log in without one, and no need for the one before.
   */
  private void setPasswordOffline() throws IOException {
    List<String> command = asNobody();
    command.addAll(
        List.of(
            programs.resolve("postgres").toString(), "--single", "-D", data().toString(), "-j"));
    command.add("postgres");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream input = process.getOutputStream()) {
      input.write((access.superuserStatement() + ";\n\n").getBytes(StandardCharsets.US_ASCII));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      Matcher fault = FAULT.matcher(said);
      if (process.waitFor() != 0 || fault.find()) {
        fault.reset();
        throw notStarted(fault.find() ? fault.group(1) : said.strip(), null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notStarted("it was interrupted", e);
    }
  }

  private DatabaseException notStarted(String reason, Throwable cause) {
    // What is full may be empty again, and what was killed over in a moment.
    boolean passing = PASSING.matcher(reason).find();
    return new DatabaseException(
        "PostgreSQL did not start in " + directory + ": " + reason, passing, cause);
  }

  /** Unpacks the server's programs and makes the data directory, unless both are there already. */
  private void initialize() throws IOException {
    closeToOthers(directory.resolve("binaries"));
    // The library keeps its lock as long as this process lives, also against its own next start.
    Files.deleteIfExists(data().resolve("epg-lock"));
    try {
      EmbeddedPostgres.builder()
          .setPgBinaryResolver(new OwnPrograms())
          .setDataDirectory(data())
          .setCleanDataDirectory(false)
          .setOverrideWorkingDirectory(unpacked().toFile())
          .setRegisterShutdownHook(false)
          .setLocaleConfig("locale", "C")
          .setLocaleConfig("locale-provider", "builtin")
          .setLocaleConfig("builtin-locale", "C.UTF-8")
          // It would start a server for tests next, and wait a minute for one that is over.
          .setDataDirectoryCustomizer(
              made -> {
                throw new Initialized();
              })
          .start();
    } catch (Initialized done) {
      LOG.debug("Programs and data directory are in {}", directory);
    }
  }

  /** The library unpacks what comes from one of these once, whatever the directory. */
  private static final class OwnPrograms implements PgBinaryResolver {
    @Override
    public InputStream getPgBinary(String system, String machine) throws IOException {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
    }
  }

  /** Ends the library's start where ours begins. */
  private static final class Initialized extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The library lets everybody write here; whoever may not go through the one above cannot. */
  private Path unpacked() {
    return directory.resolve("binaries").resolve("unpacked");
  }

  private static void closeToOthers(Path made) throws IOException {
    if (!Files.isDirectory(made)) {
      Files.createDirectory(made);
    }
    if (Files.getFileStore(made).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** Where the server's programs are: those unpacked last, after an update of Caravan. */
  private Path programs() throws IOException {
    try (Stream<Path> unpacked = Files.list(unpacked())) {
      return unpacked
          .map(version -> version.resolve("bin"))
          .filter(programs -> Files.exists(programs.resolve("pg_ctl")))
          .max(Comparator.comparing(programs -> programs.getParent().toFile().lastModified()))
          .orElseThrow(() -> new NoSuchFileException(unpacked().toString()));
    }
  }

  /** Runs {@code pg_ctl} on the data directory; says whether it did what it was to do. */
  private boolean control(Path programs, List<String> arguments) throws IOException {
    List<String> command = asNobody();
    command.addAll(
        List.of(programs.resolve("pg_ctl").toString(), "-D", data().toString(), "-w", "-s"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.start().toFile()))
            .start();
    try {
      return process.waitFor(2 * START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
          && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The begin of a command of PostgreSQL. */
  private static List<String> asNobody() {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))
        && Files.exists(Path.of("/usr/bin/unshare"))) {
      // PostgreSQL's programs refuse to run as root; in a user namespace of their own they are
      // nobody.
      command.addAll(List.of("unshare", "-U"));
    }
    return command;
  }

  private void refuseOtherVersion() throws IOException {
    if (Files.exists(data().resolve(VERSION)) && !version().equals(BROUGHT)) {
      throw DatabaseException.lasting(
          "Directory "
              + directory
              + " was written by PostgreSQL "
              + version()
              + "; this Caravan brings "
              + BROUGHT
              + ". Rename the directory, and take its data over with the command: restore DIRECTORY"
              + " (its new name). Or choose another directory.");
    }
  }

  /** Which PostgreSQL has written the data. */
  private String version() throws IOException {
    return Files.readString(data().resolve(VERSION)).strip();
  }

  /** The programs of a version among those that were ever unpacked here. */
  private Path programsOf(String version) throws IOException {
    Path binaries = directory.resolve("binaries");
    if (Files.isDirectory(binaries)) {
      // Caravan 0.1.0 unpacked them one directory higher.
      try (Stream<Path> files =
          Files.find(binaries, 4, (file, is) -> file.endsWith("bin/pg_ctl"))) {
        for (Path program : files.toList()) {
          if (versionOf(program).equals(version)) {
            return program.getParent();
          }
        }
      }
    }
    throw DatabaseException.lasting(
        "The programs of PostgreSQL "
            + version
            + " are not in "
            + binaries
            + ". Write a backup with the Caravan that wrote the directory, and restore that.");
  }

  /** As in {@code pg_ctl (PostgreSQL) 18.6}. */
  private static String versionOf(Path program) throws IOException {
    Process process = new ProcessBuilder(program.toString(), "--version").start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.replaceFirst("(?s).*PostgreSQL\\) (\\d+).*", "$1");
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

  private void prepare(boolean started) throws IOException {
    try {
      prepareOnce(started);
    } catch (SQLException e) {
      if (!refused(e)) {
        throw unprepared(e);
      }
      LOG.warn(
          "The embedded server does not know the password of its superuser; it gets a new one");
      stop();
      access.unsettle();
      start();
      try {
        prepareOnce(true);
      } catch (SQLException again) {
        throw unprepared(again);
      }
    }
  }

  private static DatabaseException unprepared(SQLException e) {
    return new DatabaseException("PostgreSQL cannot be prepared: " + e.getMessage(), false, e);
  }

  private static boolean refused(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("28");
  }

  /** Whether the process that listens on the port is the server of this directory. */
  private boolean servesHere() throws IOException {
    OptionalInt named = pidFile.port();
    return pidFile.server().isPresent() && named.isPresent() && named.getAsInt() == port;
  }

  private void prepareOnce(boolean started) throws SQLException, IOException {
    boolean settled = access.settled();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      if (!settled) {
        statement.execute(access.superuserStatement());
      }
      if (!exists(statement, "select from pg_roles where rolname = 'caravan'")) {
        statement.execute("create role caravan login");
      }
      if (!exists(statement, "select from pg_database where datname = 'caravan'")) {
        statement.execute("create database caravan owner caravan");
      }
      restrictRole(statement);
      if (started || !settled) {
        statement.execute(access.roleStatement());
      }
      // A command beside a runtime leaves it to that one.
      if ((ownership != null || !settled) && access.writeRules()) {
        statement.execute("select pg_reload_conf()");
        LOG.info("Only its password lets the superuser of PostgreSQL in ({})", directory);
      }
    }
  }

  /** Whoever may log in without a password is to have nothing but its database. */
  private static void restrictRole(Statement statement) throws SQLException {
    if (exists(
        statement,
        "select from pg_roles where rolname = 'caravan'"
            + " and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)")) {
      LOG.warn("Role caravan of the embedded server loses the rights that it was given");
      statement.execute(
          "alter role caravan nosuperuser nocreatedb nocreaterole noreplication nobypassrls");
    }
    List<String> memberships = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "select format('revoke %s from caravan cascade', roleid::regrole)"
                + " from pg_auth_members where member = 'caravan'::regrole")) {
      while (rows.next()) {
        memberships.add(rows.getString(1));
      }
    }
    for (String revoke : memberships) {
      LOG.warn("Role caravan of the embedded server is in no other role: {}", revoke);
      statement.execute(revoke);
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
    try (Connection connection = connect();
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
    if (!control(Path.of(program).getParent(), List.of("-m", "fast", "stop"))) {
      LOG.warn("PostgreSQL on port {} is still stopping; see {}", port, log.start());
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
    return directory.resolve(DATA);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        url("postgres") + "?connectTimeout=5&socketTimeout=30&" + SAFE_LOGIN,
        ServerAccess.SUPERUSER,
        access.superuserPassword());
  }

  private String url(String database) {
    return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
  }
}
