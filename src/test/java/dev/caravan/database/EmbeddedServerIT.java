package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.support.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The PostgreSQL that Caravan brings along: durable, shared, and in nobody's way. */
class EmbeddedServerIT {
  private final int port = TestDatabase.freePort();
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    Path work = Path.of(System.getProperty("caravan.test.directory", "target/work"));
    Files.createDirectories(work);
    directory = Files.createTempDirectory(work, "server").toAbsolutePath();
    // To unpack the server's programs takes longer than to start it; one test does it.
    Path binaries = Files.createDirectory(directory.resolve("binaries"));
    Files.createSymbolicLink(binaries.resolve("unpacked"), TestDatabase.binaries());
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }

  @Test
  void itIsDurableNewAndReachableAsTheContractSays() throws IOException {
    Files.delete(directory.resolve("binaries/unpacked"));
    try (EmbeddedServer server = open("caravan a")) {
      assertThat(server.user()).isEqualTo("caravan");
      assertThat(server.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:" + port + "/caravan");
      assertThat(
              query(
                  "select current_user as who, current_database() as what,"
                      + " current_setting('fsync') as fsync,"
                      + " current_setting('synchronous_commit') as commits,"
                      + " current_setting('full_page_writes') as pages,"
                      + " current_setting('listen_addresses') as hosts,"
                      + " current_setting('server_version_num')::int >= 170000 as new"))
          .containsExactly(
              Map.of(
                  "who",
                  "caravan",
                  "what",
                  "caravan",
                  "fsync",
                  "on",
                  "commits",
                  "on",
                  "pages",
                  "on",
                  "hosts",
                  "127.0.0.1",
                  "new",
                  true));
    }
    assertThat(isOpen(port)).isFalse();
  }

  @Test
  void whatIsStoredIsThereInTheNextProcess() throws Exception {
    Process first =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Life.class.getName(),
                directory.toString(),
                Integer.toString(port))
            .inheritIO()
            .redirectOutput(directory.resolve("life.log").toFile())
            .redirectError(directory.resolve("life.err").toFile())
            .start();
    try {
      assertThat(first.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(first.exitValue()).as(Files.readString(directory.resolve("life.err"))).isZero();
    } finally {
      first.destroyForcibly();
    }
    assertThat(isOpen(port)).as("it was stopped").isFalse();
    try (EmbeddedServer server = open("caravan b")) {
      assertThat(query("select word from kept")).containsExactly(Map.of("word", "kept"));
    }
  }

  /** One life of the server in a process of its own. */
  static final class Life {
    public static void main(String[] arguments) throws SQLException {
      try (EmbeddedServer server =
          EmbeddedServer.open(
              Path.of(arguments[0]), Integer.parseInt(arguments[1]), "caravan life", true)) {
        execute(
            server.jdbcUrl(), "create table kept (word text); insert into kept values ('kept')");
      }
    }
  }

  @Test
  void theSecondAdoptsTheServerAndTheLastToLeaveStopsIt() throws SQLException {
    EmbeddedServer first = open("caravan first");
    EmbeddedServer second = open("caravan second");
    try {
      assertThat(second.jdbcUrl()).isEqualTo(first.jdbcUrl());
      try (Connection of =
              DriverManager.getConnection(
                  second.jdbcUrl() + "?ApplicationName=caravan%20second", "caravan", "");
          Statement statement = of.createStatement()) {
        first.close();
        assertThat(isOpen(port)).as("the second one uses it").isTrue();
        assertThat(statement.execute("select 1")).isTrue();
      }
    } finally {
      second.close();
    }
    assertThat(isOpen(port)).isFalse();
  }

  @Test
  void aConnectionOfAnotherProgramDoesNotKeepTheServer() throws SQLException {
    EmbeddedServer server = open("caravan only");
    try (Connection psql =
        DriverManager.getConnection(
            server.jdbcUrl() + "?ApplicationName=psql", server.user(), "")) {
      assertThat(psql.isValid(10)).isTrue();
      server.close();
      assertThat(isOpen(port)).isFalse();
    }
  }

  @Test
  void aPortThatAnotherProgramHoldsIsNamedWithWhatToDo() throws IOException {
    try (ServerSocket other = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
        AutoCloseable hangUp = hangUp(other)) {
      assertRefused(
          () -> open("caravan a"),
          "caravan.database.port " + port + " is in use by another program",
          "Stop that program, or set caravan.database.port to a free port");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPortThatAPostgresOfAnotherDirectoryHoldsIsNamedWithThatDirectory() throws IOException {
    try (EmbeddedServer server = open("caravan a")) {
      assertRefused(
          () -> EmbeddedServer.open(directory.resolve("other"), port, "caravan b", false),
          "caravan.database.port " + port + " is in use by a PostgreSQL of another directory",
          directory.resolve("postgresql").toString(),
          "caravan.database.port");
    }
  }

  @Test
  void aDirectoryThatIsServedOnAnotherPortIsNamedWithThatPort() {
    try (EmbeddedServer server = open("caravan a")) {
      assertRefused(
          () -> EmbeddedServer.open(directory, TestDatabase.freePort(), "caravan b", false),
          directory.toString(),
          "on port " + port,
          "Set caravan.database.port to that port");
    }
  }

  @Test
  void aSecondRuntimeOnADirectoryIsRefusedAndTheFirstOneIsNamed() {
    try (EmbeddedServer server = EmbeddedServer.open(directory, port, "caravan a", true)) {
      assertRefused(
          () -> EmbeddedServer.open(directory, port, "caravan b", true),
          "Caravan is already running on directory " + directory,
          "process " + ProcessHandle.current().pid(),
          "caravan.database.directory");
      assertThat(isOpen(port)).isTrue();
    }
  }

  @Test
  void aDirectoryOfAnotherVersionIsRefusedAndLeftAlone() throws IOException {
    Path version = directory.resolve("postgresql").resolve("PG_VERSION");
    Files.createDirectories(version.getParent());
    Files.writeString(version, "15\n");
    assertRefused(
        () -> open("caravan a"), directory.toString(), "PostgreSQL 15", "restore DIRECTORY");
    assertThat(version).hasContent("15");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    assertRefused(
        () -> EmbeddedServer.open(file.resolve("data"), port, "caravan a", false),
        "caravan.database.directory " + file.resolve("data") + " cannot be used");
  }

  @Test
  void aDirectoryThatIsAFileIsCalledThat() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    assertRefused(
        () -> EmbeddedServer.open(file, port, "caravan a", false),
        "caravan.database.directory " + file + " cannot be used: " + file + " is a file.");
  }

  private EmbeddedServer open(String process) {
    return EmbeddedServer.open(directory, port, process, false);
  }

  private static void assertRefused(Runnable open, String... words) {
    assertThatThrownBy(open::run)
        .isInstanceOf(DatabaseException.class)
        .hasMessageContainingAll(words)
        .satisfies(refused -> assertThat(refused.getMessage()).as("one line").doesNotContain("\n"));
  }

  /** Accepts connections and closes them at once, as a web server does with what is no HTTP. */
  private static AutoCloseable hangUp(ServerSocket socket) {
    Thread thread =
        new Thread(
            () -> {
              while (!socket.isClosed()) {
                try {
                  socket.accept().close();
                } catch (IOException closed) {
                  return;
                }
              }
            },
            "hang up");
    thread.start();
    return socket::close;
  }

  private List<Map<String, Object>> query(String sql) {
    return TestDatabase.query(
        "jdbc:postgresql://127.0.0.1:" + port + "/caravan", "caravan", "", sql);
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "caravan", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
