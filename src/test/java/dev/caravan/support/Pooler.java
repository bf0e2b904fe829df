package dev.caravan.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** A pgbouncer before a server on this machine, which hands sessions on from client to client. */
public final class Pooler implements AutoCloseable {
  public static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

  private final int port = TestDatabase.freePort();
  private final Path directory = Files.createTempDirectory("pgbouncer");
  private final Process process;

  /**
   * @param server its port on this machine
   * @param user with which all connections come to it
   * @param password of the user, or empty
   * @param mode {@code session}, {@code transaction} or {@code statement}
   */
  public Pooler(int server, String database, String user, String password, String mode)
      throws IOException {
    // It refuses to run as root, and whoever it runs as must read its settings.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path settings = directory.resolve("pgbouncer.ini");
    Files.writeString(
        settings,
        """
        [databases]
        %s = host=127.0.0.1 port=%d %s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = %s
        default_pool_size = 85
        max_client_conn = 300
        ignore_startup_parameters = extra_float_digits,options
        """
            .formatted(
                database,
                server,
                "user=" + user + (password.isEmpty() ? "" : " password=" + password),
                port,
                mode));
    ProcessBuilder builder = new ProcessBuilder(PROGRAM.toString());
    if ("root".equals(System.getProperty("user.name"))) {
      builder.command().addAll(List.of("-u", "nobody"));
    }
    builder.command().add(settings.toString());
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(Files.createFile(directory.resolve("log")).toFile())
            .start();
    await("pgbouncer").atMost(Duration.ofMinutes(1)).until(this::isOpen);
  }

  public int port() {
    return port;
  }

  private boolean isOpen() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    await("the end of pgbouncer").until(() -> !process.isAlive());
    for (String file : List.of("pgbouncer.ini", "log")) {
      Files.delete(directory.resolve(file));
    }
    Files.delete(directory);
  }
}
