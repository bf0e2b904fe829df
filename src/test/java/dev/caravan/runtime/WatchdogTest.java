package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.support.CaravanProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd hears of a process, on a socket as its own. */
class WatchdogTest {
  /** Java can open no such socket. */
  private static final String LISTENER =
      """
      import socket, sys
      heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      heard.bind(sys.argv[1])
      print("listening", flush=True)
      while True:
          print(heard.recv(4096).decode(), flush=True)
      """;

  @TempDir private Path directory;
  private Process listener;

  @AfterEach
  void close() throws InterruptedException {
    if (listener != null) {
      listener.destroyForcibly().waitFor();
    }
  }

  /** What was heard so far, with a listener that hears all. */
  private Path listen() throws IOException {
    assumeTrue(isHere("python3", "--version") && isHere("systemd-notify", "--version"));
    Path heard = directory.resolve("heard");
    listener =
        new ProcessBuilder("python3", "-c", LISTENER, socket())
            .redirectErrorStream(true)
            .redirectOutput(heard.toFile())
            .start();
    await("the listener")
        .atMost(CaravanProcess.PATIENCE)
        .until(() -> Files.readString(heard).contains("listening"));
    return heard;
  }

  private String socket() {
    return directory.resolve("notify").toString();
  }

  private static boolean isHere(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void systemdHearsThatItHasStartedAndThenOfEachTimeThatItWorked() throws IOException {
    Path heard = listen();
    AtomicInteger asked = new AtomicInteger();
    try (Watchdog watchdog =
        Watchdog.start(
            Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "400000"),
            () -> asked.incrementAndGet() % 2 == 1)) {
      assertThat(watchdog).isNotNull();
      await("some beats").atMost(CaravanProcess.PATIENCE).until(() -> asked.get() >= 6);
      List<String> words = Files.readAllLines(heard);
      assertThat(words.stream().filter("READY=1"::equals)).hasSize(1);
      // The third time that it worked was said before the sixth question.
      assertThat(words.stream().filter("WATCHDOG=1"::equals))
          .hasSizeBetween(3, (asked.get() + 1) / 2);
    }
  }

  @Test
  void whereNobodyMeansThisProcessOnlyItsStartIsSaid() throws IOException {
    Path heard = listen();
    AtomicInteger asked = new AtomicInteger();
    try (Watchdog watchdog =
        Watchdog.start(
            Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "1"),
            () -> asked.incrementAndGet() > 0)) {
      assertThat(watchdog).isNotNull();
      await("the word")
          .atMost(CaravanProcess.PATIENCE)
          .until(() -> Files.readAllLines(heard).contains("READY=1"));
      await("the end of the thread")
          .atMost(CaravanProcess.PATIENCE)
          .until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(WatchdogTest::isIts));
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void whereNobodyListensThereIsNoThread() {
    assertThat(Watchdog.start(Map.of("WATCHDOG_USEC", "1000"), () -> true)).isNull();
    assertThat(Thread.getAllStackTraces().keySet()).noneMatch(WatchdogTest::isIts);
  }

  private static boolean isIts(Thread thread) {
    return thread.getName().equals("watchdog");
  }
}
