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
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Memory over time: at an even pace for as long as you like, with a drop each minute, and a minute
 * with the database stopped. No part of the race: {@code -Dit.test=MemorySoak -Dminutes=60}.
 */
class MemorySoak {
  private static final List<String> SYMBOLS =
      List.of("AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "JPM", "SPY", "BRK.B");
  private static final long MIB = 1024 * 1024;
  private static final long MOST_GROWTH = 20 * MIB;
  private static final int LOOKS = 24;
  private static final int LOOKS_AT_THE_HEAP = 3;
  private static final int LOOKS_BETWEEN = 4;
  private static final int LONG_ENOUGH = 10;

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
  void atAnEvenPaceMemoryDoesNotGrow() throws Exception {
    int minutes = Sizes.of("minutes", 60, 1);
    int rate = Sizes.of("soak.rate", 20_000, 2_000);
    int looks = Math.max(6, Math.min(minutes, LOOKS));
    Sheet sheet =
        Sheet.of(
            "soak",
            Figures.text("Memory at %,d trades a second", rate),
            "minute",
            "heap after a collection, MiB",
            "resident, MiB",
            "bytes queued",
            "rows stored");
    place.server();
    try (CaravanProcess caravan = started("-Xmx256m")) {
      StartedBurst burst = burst(rate, Duration.ofMinutes(minutes));
      double[] at = new double[looks];
      double[] heap = new double[looks];
      double[] resident = new double[looks];
      for (int look = 0; look < looks; look++) {
        int second = minutes * 60 * (look + 1) / looks - 2;
        at(burst, second);
        at[look] = second / 3600.0;
        double queued = metric("caravan_stream_bytes_queued{stream=\"market\"");
        heap[look] = heapAfterCollection(caravan) / (double) MIB;
        resident[look] = Usage.residentMib(caravan.pid());
        sheet.row(
            Figures.text("%.1f", second / 60.0),
            Figures.text("%.1f", heap[look]),
            Figures.text("%.0f", resident[look]),
            Figures.text("%,.0f", queued),
            Figures.text("%,.0f", metric("caravan_stream_rows_total{")));
        if (look % LOOKS_BETWEEN == LOOKS_BETWEEN - 1) {
          // An hour has 15 GB of trades, and what lies on the disk is not what is measured.
          empty();
        }
      }
      awaiting("the end").until(burst::isOver);
      awaiting("all rows").until(() -> metric("caravan_stream_rows_total{") >= burst.count());
      assertThat(place.count("select count(*) from gaps where status = 'open'")).isZero();
      sheet.note(
          Figures.text(
              "With -Xmx256m. Since the first third the heap has grown by %.1f MiB an hour, and what is resident by %.1f"
                  + " MiB an hour (least squares).",
              slope(at, heap), slope(at, resident)));
      if (minutes >= LONG_ENOUGH) {
        double hours = at[looks - 1] - at[looks / 3];
        assertThat(slope(at, heap) * hours).as("growth of the heap").isLessThan(MOST_GROWTH / MIB);
      }
    } finally {
      sheet.publish();
    }
  }

  private void empty() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan", "caravan", "");
        Statement statement = connection.createStatement()) {
      statement.execute("truncate trades");
    }
  }

  /** By how much a value grows a unit, from the second third on: before, code is compiled. */
  private static double slope(double[] at, double[] values) {
    int from = values.length / 3;
    int count = values.length - from;
    double meanAt = 0;
    double mean = 0;
    for (int i = from; i < values.length; i++) {
      meanAt += at[i] / count;
      mean += values[i] / count;
    }
    double above = 0;
    double below = 0;
    for (int i = from; i < values.length; i++) {
      above += (at[i] - meanAt) * (values[i] - mean);
      below += (at[i] - meanAt) * (at[i] - meanAt);
    }
    return above / below;
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

  private CaravanProcess started(String... jvm) {
    CaravanProcess caravan =
        place
            .caravan(exchange.url())
            .jvm(jvm)
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
    return await(what).atMost(Duration.ofMinutes(20L + Sizes.of("minutes", 60, 1)));
  }

  /** Bytes of live objects: the least that some full collections leave, between two batches. */
  private long heapAfterCollection(CaravanProcess caravan) throws IOException {
    long least = Long.MAX_VALUE;
    for (int look = 0; look < LOOKS_AT_THE_HEAP; look++) {
      caravan.collectGarbage();
      least = Math.min(least, (long) metric("jvm_memory_used_bytes{area=\"heap\""));
    }
    return least;
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
