package dev.caravan.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A working directory, a port for Caravan's own PostgreSQL and one for HTTP, all of one test. */
public final class Place implements AutoCloseable {
  private final Path directory;
  private final int port;
  private final int httpPort;
  private EmbeddedServer server;
  private Connection stay;

  private Place(Path directory, int port, int httpPort) {
    this.directory = directory;
    this.port = port;
    this.httpPort = httpPort;
  }

  public static Place fresh(String name) {
    try {
      Path work = Path.of(System.getProperty("caravan.test.directory", "target/work"));
      Files.createDirectories(work);
      Path directory = Files.createTempDirectory(work, name).toAbsolutePath();
      return new Place(directory, TestDatabase.freePort(), TestDatabase.freePort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path directory() {
    return directory;
  }

  /** Where the embedded server keeps its files. */
  public Path data() {
    return directory.resolve("data");
  }

  public int port() {
    return port;
  }

  public int httpPort() {
    return httpPort;
  }

  /** A start of Caravan here, with nothing scheduled and a quick hand at retries. */
  public CaravanProcess.Start caravan() {
    return CaravanProcess.in(directory)
        .set("caravan.database.port", port)
        .set("caravan.http.port", httpPort)
        .set("caravan.schedule.yahoo-quotes", "off")
        .set("caravan.schedule.market-calendar", "off")
        .set("caravan.schedule.hourly-process", "off")
        .set("caravan.schedule.start-of-day", "off")
        .set("caravan.schedule.end-of-day", "off")
        .set("caravan.schedule.catch-up", "off")
        .set("caravan.schedule.repair", "off")
        .set("caravan.schedule.stream", "off")
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
  public List<Map<String, Object>> query(String sql) {
    return TestDatabase.query(
        "jdbc:postgresql://127.0.0.1:" + port + "/caravan", "caravan", "", sql);
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
    String pid = Files.readAllLines(postgres().resolve("postmaster.pid")).get(0).strip();
    Process kill = new ProcessBuilder("kill", "-INT", pid).start();
    assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
    await("the server's end").atMost(CaravanProcess.PATIENCE).until(() -> !portIsOpen());
  }

  /** Starts the server that was stopped as it was started before. */
  public void startServerAgain() throws IOException {
    await("the end of its process")
        .atMost(CaravanProcess.PATIENCE)
        .until(() -> Files.notExists(postgres().resolve("postmaster.pid")));
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("unshare", "-U"));
    }
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
