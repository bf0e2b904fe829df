package dev.caravan.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.Database;
import dev.caravan.database.EmbeddedServer;
import dev.caravan.runtime.CaravanRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A working directory, a port for Caravan's own PostgreSQL and one for HTTP, all of one test. */
public final class Place implements AutoCloseable {
  /** The flows that start by themselves unless they are told otherwise. */
  public static final List<String> SCHEDULED =
      List.of(
          "yahoo-quotes",
          "market-calendar",
          "hourly-process",
          "start-of-day",
          "end-of-day",
          "catch-up",
          "repair");

  /** Where Caravan keeps its server unless it is told otherwise. */
  private static final String DATA = "data";

  private static Path template;

  private final Path directory;
  private final String name;
  private final int port;
  private final int httpPort;
  private final KeptLogins logins = new KeptLogins(this::login);
  private EmbeddedServer server;
  private Connection stay;

  private Place(Path directory, String name) {
    this.directory = directory;
    this.name = name;
    this.port = TestDatabase.freePort();
    this.httpPort = TestDatabase.freePort();
  }

  /** One where nothing is: the first Caravan unpacks the server and sets up its database. */
  public static Place fresh(String name) {
    return new Place(directory(name), DATA);
  }

  /** One with the files of a server that was stopped, and whose tables are all there and empty. */
  public static Place prepared(String name) {
    return copied(name, DATA);
  }

  /**
   * The same in the demo's directory, whose {@link #caravan()} takes what it stores for simulated,
   * as of an exchange that never closes.
   */
  public static Place demo(String name) {
    return copied(name, CaravanRuntime.DEMO_DIRECTORY);
  }

  private static Place copied(String name, String data) {
    Place place = new Place(directory(name), data);
    // Nobody writes to the server's programs.
    copy(template(), place.data(), file -> file.startsWith(template().resolve("binaries")));
    return place;
  }

  private static Path directory(String name) {
    try {
      Path work = Path.of(System.getProperty("caravan.test.directory", "target/work"));
      Files.createDirectories(work);
      return Files.createTempDirectory(work, name).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a first start leaves behind, made once in this JVM and by Caravan itself. */
  private static synchronized Path template() {
    if (template == null) {
      Place first = fresh("template");
      // Where other tests have unpacked the server's programs already, that is spared.
      for (Path programs : TestDatabase.unpacked()) {
        Path here = first.data().resolve("binaries/unpacked");
        copy(programs, here.resolve(programs.getFileName()), file -> true);
      }
      Database.open(new Database.Options("embedded", "", "", first.data(), first.port(), false))
          .close();
      Runtime.getRuntime().addShutdownHook(new Thread(first::close));
      template = first.data();
    }
    return template;
  }

  private static void copy(Path from, Path to, Predicate<Path> linked) {
    try (Stream<Path> walk = Files.walk(from)) {
      List<Path> files = walk.toList();
      for (Path file : files) {
        Path copy = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
          // PostgreSQL refuses a directory that others may look into.
          Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file));
        } else if (linked.test(file)) {
          Files.createLink(copy, file);
        } else {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
      // Programs in a directory that is younger than the mark of their unpacking are unpacked anew.
      for (Path file : files) {
        if (Files.isDirectory(file)) {
          Files.setLastModifiedTime(
              to.resolve(from.relativize(file)), Files.getLastModifiedTime(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path directory() {
    return directory;
  }

  /** Where the embedded server keeps its files. */
  public Path data() {
    return directory.resolve(name);
  }

  public int port() {
    return port;
  }

  public int httpPort() {
    return httpPort;
  }

  /** The port for HTTP, and nothing that starts by itself. */
  public Map<String, String> quiet() {
    Map<String, String> settings = new HashMap<>();
    settings.put("caravan.http.port", Integer.toString(httpPort));
    for (String flow : SCHEDULED) {
      settings.put("caravan.schedule." + flow, "off");
    }
    settings.put("caravan.schedule.stream", "off");
    return settings;
  }

  /** A start of Caravan here, with nothing scheduled and a quick hand at retries. */
  public CaravanProcess.Start caravan() {
    return CaravanProcess.in(directory)
        .set("caravan.database.directory", name)
        .set("caravan.database.port", port)
        .setAll(quiet())
        .set("caravan.retry.delay-ms", 20)
        .set("caravan.retry.max-delay-ms", 2000);
  }

  /** The same against a simulated exchange, with more requests than any test needs. */
  public CaravanProcess.Start caravan(String exchange) {
    return caravan()
        .keys()
        .set("caravan.yahoo.url", exchange)
        .set("caravan.yahoo.cookie-url", exchange)
        .set("caravan.alpaca.data-url", exchange)
        .set("caravan.alpaca.trading-url", exchange)
        .set("caravan.alpaca.stream-url", exchange.replace("http:", "ws:"))
        .set("caravan.yahoo.requests-per-minute", 100_000)
        .set("caravan.yahoo.burst", 100_000)
        .set("caravan.alpaca.requests-per-minute", 100_000)
        .set("caravan.alpaca.burst", 100_000);
  }

  /** Runs a one-shot command to its end, which must be this exit code; returns the process. */
  public static CaravanProcess ended(CaravanProcess process, int exitCode) {
    try (process) {
      assertThat(process.exitCode()).as(process.everything()).isEqualTo(exitCode);
      return process;
    }
  }

  /** Asks the server that runs here. */
  public void execute(String sql) {
    logins.with(statement -> statement.execute(sql));
  }

  public List<Map<String, Object>> query(String sql) {
    return logins.query(sql);
  }

  private Connection login() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/caravan", "caravan", password("caravan"));
  }

  /** The password of the server's superuser, from the file that psql reads. */
  public String superuserPassword() {
    return password("postgres");
  }

  /** The password of a role of the server here. */
  public String password(String role) {
    try {
      String line = Files.readAllLines(data().resolve("pgpass." + role)).get(0);
      return line.substring(line.lastIndexOf(':') + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the rows of all tables of the server that runs here. */
  public void empty() {
    // Whoever is no superuser may not disregard the references.
    TestDatabase.empty(
        "jdbc:postgresql://127.0.0.1:" + port + "/caravan", "postgres", superuserPassword());
  }

  public long count(String sql) {
    return ((Number) query(sql).get(0).values().iterator().next()).longValue();
  }

  /** Asks the server here, which from then on runs until this place is closed. */
  public List<Map<String, Object>> read(String sql) {
    server();
    return query(sql);
  }

  /** Starts or adopts the server. It runs until this place is closed: a JVM can start it once. */
  public EmbeddedServer server() {
    if (server == null) {
      server = EmbeddedServer.open(data(), port, "caravan test", false);
      // By a connection of this name a command sees that it is not the last to leave.
      try {
        stay =
            DriverManager.getConnection(
                server.jdbcUrl() + "?ApplicationName=caravan%20test", server.user(), "");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return server;
  }

  /** Stops the server as an administrator's pg_ctl does, by a fast shutdown. */
  public void stopServer() throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-INT", String.valueOf(postmaster())).start();
    assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
    await("the server's end").atMost(CaravanProcess.PATIENCE).until(() -> !portIsOpen());
  }

  /** Kills the server's first process, as a lack of memory does; returns its id. */
  public long killServer() throws IOException {
    long pid = postmaster();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    return pid;
  }

  /** The id of the server's first process, as its file has it. */
  public long postmaster() throws IOException {
    return Long.parseLong(Files.readAllLines(postgres().resolve("postmaster.pid")).get(0).strip());
  }

  /** Starts the server that was stopped as it was started before. */
  public void startServerAgain() throws IOException {
    await("the end of its process")
        .atMost(CaravanProcess.PATIENCE)
        .until(() -> Files.notExists(postgres().resolve("postmaster.pid")));
    List<String> command = new ArrayList<>(TestDatabase.asNobody());
    command.addAll(
        List.of("sh", "-c", "exec " + Files.readString(postgres().resolve("postmaster.opts"))));
    Path log = directory.resolve("again.log");
    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private Path postgres() {
    return data().resolve("postgresql");
  }

  public boolean portIsOpen() {
    return isOpen(port);
  }

  public static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Stops the server that a process which was killed left behind, and removes the files. */
  @Override
  public void close() {
    logins.close();
    try {
      if (stay != null) {
        stay.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    if (portIsOpen() && Files.exists(postgres())) {
      // A session of a process that was killed a moment ago may still stand.
      await()
          .atMost(CaravanProcess.PATIENCE)
          .until(
              () -> {
                server().close();
                return !portIsOpen();
              });
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
