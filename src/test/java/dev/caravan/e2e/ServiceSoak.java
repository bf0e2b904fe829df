package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import dev.caravan.support.Receiver;
import dev.caravan.support.TapeCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Caravan as a service, under blow after blow for an hour: its server, disk, processor, memory,
 * clock, network and itself are killed, filled, starved, moved, cut and frozen, and nobody lends a
 * hand. In the end the table is the tape, and of each incident a person was told twice: that it is
 * there, and that it is over.
 *
 * <p>{@code -Dminutes=10} is a shorter one, {@code -Dseed=N} draws the same blows again. The disk
 * is one in memory, which only root may mount; for others it is not filled. The clock is moved
 * where Debian's package {@code libfaketime} is installed.
 */
class ServiceSoak {
  private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("minutes", 60));
  private static final long SEED = Long.getLong("seed", System.currentTimeMillis() % 100_000);
  private static final Duration CALM = Duration.ofMinutes(15);
  private static final int TRADES_PER_SECOND = 200;
  private static final List<String> SYMBOLS = List.of("AAPL", "MSFT", "NVDA", "BRK.B", "SPY");

  /** What makes a process believe in another time, and the processes that it starts. */
  private static final Optional<Path> FAKE_TIME =
      Stream.of("x86_64", "aarch64")
          .map(machine -> Path.of("/usr/lib/" + machine + "-linux-gnu/faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst();

  private final Random random = new Random(SEED);
  private final Receiver receiver = new Receiver();
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlwaysOpen(true)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  private Path disk;
  private Place place;
  private CaravanProcess caravan;
  private int starts;
  private Instant begun;

  private enum Blow {
    KILL_SERVER,
    KILL_SESSION,
    FREEZE_SERVER,
    KILL_CARAVAN,
    FREEZE_CARAVAN,
    STOP_CARAVAN,
    FILL_DISK,
    STARVE,
    MOVE_CLOCK,
    CUT_STREAM,
    MUTE_STREAM,
    REFUSE_STREAM,
    REFUSE_REQUESTS
  }

  @BeforeEach
  void mount() throws Exception {
    Path work = Path.of(System.getProperty("caravan.test.directory", "target/work"));
    Path memory = work.resolve("disk").toAbsolutePath();
    Files.createDirectories(memory);
    if (shell("mount -t tmpfs -o size=900m none " + memory) == 0) {
      disk = memory;
      System.setProperty("caravan.test.directory", memory.toString());
    }
    place = Place.prepared("service");
    setClock(0);
  }

  @AfterEach
  void close() throws Exception {
    if (caravan != null) {
      caravan.close();
    }
    place.close();
    receiver.close();
    exchange.close();
    if (disk != null) {
      shell("umount " + disk);
    }
  }

  @Test
  void afterAnHourOfBlowsTheTableIsTheTapeAndEachIncidentWasToldOnceAndSoItsEnd() throws Exception {
    System.out.println("Service: seed " + SEED + ", " + LENGTH.toMinutes() + " minutes");
    keepRunning();
    caravan.awaitLine("Stream iex delivers");
    begun = Instant.now();
    StartedBurst burst =
        exchange.stream()
            .burst(Burst.of(SYMBOLS, TRADES_PER_SECOND, LENGTH).withMessagesPerFrame(5));
    while (!burst.isOver()) {
      Blow blow = Blow.values()[random.nextInt(Blow.values().length)];
      Duration length = Duration.ofSeconds(1 + random.nextInt(random.nextBoolean() ? 10 : 200));
      tell(blow + " for " + length.toSeconds() + " s");
      strike(blow, length);
      pass(Duration.ofSeconds(5 + random.nextInt(25)));
    }
    tell("calm, after " + starts + " starts");
    exchange.clearFaults();
    exchange.stream().clearFaults();
    await("no open gap")
        .atMost(CALM)
        .pollInterval(Duration.ofSeconds(2))
        .ignoreExceptions()
        .until(
            () -> {
              keepRunning();
              return place.count("select count(*) from gaps where status = 'open'") == 0;
            });
    await("every incident is over, and told")
        .atMost(CALM)
        .pollInterval(Duration.ofSeconds(2))
        .ignoreExceptions()
        .until(
            () ->
                place.count("select count(*) from alerts where cleared_at is null") == 0
                    && place.count("select count(*) from alert_messages where told_at is null")
                        == 0);
    tell("judge");
    assertThat(place.count("select count(*) from gaps where status = 'abandoned'")).isZero();
    TapeCheck.assertTableIsTape(place, exchange, burst);
    assertThat(incidents())
        .as("each incident, and how often it was told that it began and that it is over")
        .allSatisfy((incident, told) -> assertThat(told).isEqualTo("opened cleared"));
    System.out.println(
        "Service: " + burst.count() + " trades, " + starts + " starts, incidents " + incidents());
  }

  private void strike(Blow blow, Duration length) throws Exception {
    switch (blow) {
      case KILL_SERVER -> place.killServer();
      // As where memory is short: the whole server starts over.
      case KILL_SESSION ->
          ProcessHandle.of(place.postmaster())
              .flatMap(first -> first.children().findAny())
              .ifPresent(ProcessHandle::destroyForcibly);
      case FREEZE_SERVER -> {
        List<Long> server = server();
        server.forEach(pid -> signal("STOP", pid));
        pass(length);
        server.forEach(pid -> signal("CONT", pid));
      }
      case KILL_CARAVAN -> caravan.kill9();
      case STOP_CARAVAN -> {
        caravan.sigterm();
        caravan.exitCode();
        pass(length);
      }
      case FREEZE_CARAVAN -> {
        long pid = caravan.pid();
        signal("STOP", pid);
        pass(length);
        signal("CONT", pid);
      }
      case FILL_DISK -> fill(length);
      case STARVE -> {
        Process hogs =
            new ProcessBuilder(
                    "timeout",
                    String.valueOf(length.toSeconds()),
                    "sh",
                    "-c",
                    "for i in 1 2 3 4 5 6; do while :; do :; done & done; wait")
                .start();
        hogs.waitFor();
      }
      case MOVE_CLOCK -> {
        setClock(random.nextInt(241) - 120);
        pass(length);
        setClock(0);
      }
      case CUT_STREAM -> exchange.stream().reset();
      case MUTE_STREAM -> exchange.stream().mute(length);
      case REFUSE_STREAM -> {
        exchange.stream().refuseUpgrades(503, 1 + random.nextInt(5));
        exchange.stream().disconnect();
      }
      case REFUSE_REQUESTS ->
          exchange.addFault(
              Fault.status(Provider.ALPACA, List.of(401, 429, 500, 503).get(random.nextInt(4)))
                  .times(1 + random.nextInt(20)));
    }
  }

  /** Takes all room of the disk for a while; whoever watches it has no time to give way. */
  private void fill(Duration length) throws Exception {
    if (disk == null) {
      return;
    }
    Path filler = disk.resolve("filler");
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      pass(length);
    } finally {
      Files.deleteIfExists(filler);
    }
  }

  /** Moves the clock of Caravan and its server, not the exchange's. */
  private void setClock(int seconds) throws IOException {
    Path next = Files.writeString(clock().resolveSibling("clock.next"), "%+d".formatted(seconds));
    Files.move(next, clock(), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path clock() {
    return place.directory().resolveSibling("clock");
  }

  /** All processes of the embedded server. */
  private List<Long> server() throws IOException {
    long postmaster = place.postmaster();
    List<Long> all = new ArrayList<>(List.of(postmaster));
    ProcessHandle.of(postmaster)
        .ifPresent(first -> first.descendants().forEach(each -> all.add(each.pid())));
    return all;
  }

  /** Lets time go by, in which a process that ended is started again, as a service manager does. */
  private void pass(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    await("the time")
        .atMost(length.plusMinutes(5))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              keepRunning();
              return System.nanoTime() > end;
            });
  }

  private void keepRunning() {
    if (caravan != null && caravan.isAlive()) {
      return;
    }
    if (caravan != null) {
      tell("it ended, and is started again");
    }
    starts++;
    CaravanProcess.Start start = place.caravan(exchange.url());
    FAKE_TIME.ifPresent(
        library ->
            start
                .environment("LD_PRELOAD", library.toString())
                .environment("FAKETIME_TIMESTAMP_FILE", clock().toString())
                .environment("FAKETIME_CACHE_DURATION", "1")
                .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                // Its remedy for an old C library lets each wait end at once with a newer one.
                .environment("FAKETIME_FORCE_MONOTONIC_FIX", "0"));
    caravan =
        start
            .environment("JAVA_TOOL_OPTIONS", "-Xmx256m")
            .set("caravan.symbols", String.join(",", SYMBOLS))
            .set("caravan.schedule.stream", "always")
            .set("caravan.stream.channels", "trades")
            .set("caravan.schedule.repair", "0/5 * * ? * *")
            .set("caravan.schedule.yahoo-quotes", "0/20 * * ? * *")
            .set("caravan.database.disk-reserve", 64)
            .set("caravan.alerts.to", receiver.url() + "/alerts")
            .run();
  }

  private Map<String, String> incidents() throws IOException {
    Map<String, List<String>> told = new TreeMap<>();
    for (Receiver.Received received : receiver.received()) {
      JsonNode alert = new ObjectMapper().readTree(received.body());
      String incident =
          String.join(
              " ",
              alert.get("what").asText(),
              alert.path("subject").asText(),
              alert.path("since").asText());
      told.computeIfAbsent(incident, any -> new ArrayList<>()).add(alert.get("kind").asText());
    }
    Map<String, String> incidents = new TreeMap<>();
    told.forEach((incident, kinds) -> incidents.put(incident, String.join(" ", kinds)));
    return incidents;
  }

  private void tell(String what) {
    Duration at = begun == null ? Duration.ZERO : Duration.between(begun, Instant.now());
    System.out.printf("Service: %3d:%02d %s%n", at.toMinutes(), at.toSecondsPart(), what);
  }

  private static void signal(String name, long pid) {
    // A worker of the server's may have ended meanwhile.
    shell("kill -" + name + " " + pid + " 2>/dev/null");
  }

  private static int shell(String command) {
    try {
      return new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
    } catch (IOException e) {
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
