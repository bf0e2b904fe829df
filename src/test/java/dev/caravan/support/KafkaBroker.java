package dev.caravan.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A broker of Kafka, a process of its own from Maven Central; {@code src/test/kafka} names it. */
public final class KafkaBroker implements AutoCloseable {
  private static final Path CLASSPATH = Path.of("target", "kafka.classpath").toAbsolutePath();

  private final Path directory;
  private final int port = TestDatabase.freePort();
  private final int controller = TestDatabase.freePort();
  private Process process;

  public KafkaBroker(Path directory) throws Exception {
    this.directory = Files.createDirectories(directory).toAbsolutePath();
    resolve();
    Files.writeString(
        directory.resolve("server.properties"),
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=1
        group.initial.rebalance.delay.ms=0
        auto.create.topics.enable=false
        """
            .formatted(port, controller, this.directory.resolve("data")));
    Process format =
        java("kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c")
            .redirectErrorStream(true)
            .redirectOutput(this.directory.resolve("format.log").toFile())
            .start();
    assertThat(format.waitFor(60, TimeUnit.SECONDS) ? format.exitValue() : -1)
        .as("formats its directory")
        .isZero();
  }

  private static synchronized void resolve() throws Exception {
    if (Files.exists(CLASSPATH)) {
      return;
    }
    Path log = Files.createTempFile("kafka", ".log");
    Process maven =
        new ProcessBuilder(
                "mvn",
                "-B",
                "-q",
                "-f",
                "src/test/kafka/pom.xml",
                "dependency:build-classpath",
                "-Dmdep.outputFile=" + CLASSPATH)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(maven.waitFor(5, TimeUnit.MINUTES) ? maven.exitValue() : -1)
        .as("Maven finds the broker: %s", Files.readString(log))
        .isZero();
  }

  private ProcessBuilder java(String main, String... arguments) throws IOException {
    return new ProcessBuilder(
        Stream.of(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    Files.readString(CLASSPATH).strip(),
                    main),
                List.of(arguments),
                List.of(directory.resolve("server.properties").toString()))
            .flatMap(List::stream)
            .toList());
  }

  /** Starts it, the first time or again, with what it had. */
  public KafkaBroker start() throws IOException {
    process =
        java("kafka.Kafka")
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("broker.log").toFile()))
            .start();
    await().atMost(Duration.ofMinutes(2)).until(this::answers);
    return this;
  }

  private boolean answers() {
    assertThat(process.isAlive()).as("see %s", directory.resolve("broker.log")).isTrue();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
    } catch (IOException notYet) {
      return false;
    }
    try (Admin admin = admin()) {
      return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
    } catch (Exception notYet) {
      return false;
    }
  }

  /** Kills it, as {@code kill -9} does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address()));
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      kill();
    }
  }
}
