package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import dev.caravan.support.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Memory over time: ten minutes with a drop each minute, and a minute with the database stopped.
 */
class MemorySoak {
  private static final List<String> SYMBOLS =
      List.of("AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "SPY", "BRK.B");
  private static final long MIB = 1024 * 1024;
  private static final long MOST_GROWTH = 20 * MIB;

  /** The high-water mark of the component, in bytes; what is beyond it is in the socket. */
  private static final long HIGH_WATER = 32 * MIB;

  private final Simulator exchange = Simulator.start(SimulatorOptions.defaults());
  private final Place place = Place.fresh("soak");

  @AfterEach
  void close() {
    place.close();
    exchange.close();
  }

  @Test
  void tenMinutesWithADropEachMinuteLeaveTheHeapFlat() throws Exception {
    place.server();
    try (CaravanProcess caravan = started()) {
      StartedBurst burst = burst(2_000, Duration.ofMinutes(10));
      StringBuilder heaps = new StringBuilder("Soak, heap after a collection in MiB, by minute:");
      long first = 0;
      long last = 0;
      for (int minute = 1; minute <= 10; minute++) {
        at(burst, 60 * minute - 5);
        last = heapAfterCollection(caravan);
        first = minute == 1 ? last : first;
        heaps.append(' ').append(last / MIB);
        exchange.stream().disconnect();
      }
      awaiting("the end").until(burst::isOver);
      awaiting("the whole tape")
          .until(() -> place.count("select count(*) from trades") == burst.count());
      awaiting("no open gap")
          .until(() -> place.count("select count(*) from gaps where status = 'open'") == 0);
      last = heapAfterCollection(caravan);
      heaps.append(", at the end ").append(last / MIB);
      report("soak.txt", heaps.toString());
      assertThat(last - first).isLessThan(MOST_GROWTH);
    }
  }

  @Test
  void aMinuteAtFullRateWithTheTableLockedLeavesMemoryBounded() throws Exception {
    place.server();
    try (CaravanProcess caravan = started()) {
      StartedBurst burst = burst(20_000, Duration.ofSeconds(90));
      at(burst, 10);
      long before = heapAfterCollection(caravan);
      long most = 0;
      long queued = 0;
      try (Connection connection =
              DriverManager.getConnection(
                  "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan", "caravan", "");
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("lock table trades in access exclusive mode");
        for (int second = 15; second <= 70; second += 5) {
          at(burst, second);
          most = Math.max(most, heapAfterCollection(caravan));
          queued = Math.max(queued, (long) metric("caravan_stream_bytes_queued{stream=\"market\""));
        }
        connection.rollback();
      }
      report(
          "stopped.txt",
          String.format(
              "A minute with the sink stopped at 20,000 trades/s: heap %d MiB before, %d MiB at"
                  + " most, %d MiB of them queued frames, paused %.0f s",
              before / MIB,
              most / MIB,
              queued / MIB,
              metric("caravan_stream_paused_seconds_total{stream=\"market\"")));
      // The frames up to the mark, as much again parsed and on its way, and what collects
      // meanwhile.
      assertThat(queued).isLessThan(HIGH_WATER + 8 * MIB);
      assertThat(most - before).isLessThan(3 * HIGH_WATER);
      awaiting("the whole tape")
          .until(
              () ->
                  burst.isOver()
                      && place.count("select count(*) from trades") == burst.count()
                      && place.count("select count(*) from gaps where status = 'open'") == 0);
    }
  }

  private CaravanProcess started() {
    CaravanProcess caravan =
        place
            .caravan(exchange.url())
            .set("caravan.schedule.stream", "always")
            .set("caravan.stream.channels", "trades")
            .set("caravan.schedule.repair", "0 * * ? * *")
            .set("caravan.alpaca.requests-per-minute", 200)
            .set("caravan.symbols", String.join(",", SYMBOLS))
            .run();
    caravan.awaitLine("Stream iex delivers");
    return caravan;
  }

  private StartedBurst burst(int tradesPerSecond, Duration duration) {
    return exchange.stream()
        .burst(Burst.of(SYMBOLS, tradesPerSecond, duration).withMessagesPerFrame(100));
  }

  private static void at(StartedBurst burst, int seconds) {
    Instant then = burst.start().plusSeconds(seconds);
    awaiting("second " + seconds).until(() -> !Instant.now().isBefore(then));
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(20));
  }

  /** Bytes of live objects: what a full collection leaves. */
  private long heapAfterCollection(CaravanProcess caravan) throws IOException {
    caravan.collectGarbage();
    return (long) metric("jvm_memory_used_bytes{area=\"heap\"");
  }

  private double metric(String name) {
    return Web.at(place.httpPort()).metric(name);
  }

  private static void report(String file, String line) throws IOException {
    Path directory = Path.of("target/benchmark");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(file), line + System.lineSeparator());
    System.out.println(line);
  }
}
