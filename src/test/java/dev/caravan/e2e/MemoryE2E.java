package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import dev.caravan.support.Web;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * That the runtime does not grow with the runs that it has behind it. Memory is what is live after
 * a full collection: what the process holds besides is the JVM's choice, which has the whole
 * machine to choose from.
 */
class MemoryE2E {
  private static final long MIB = 1024 * 1024;
  private static final int LOOKS = 5;

  @Test
  void aHundredSymbolsNeedNo100MbOfHeapAndItDoesNotGrowOver25Runs() throws IOException {
    String symbols =
        IntStream.range(0, 100)
            .mapToObj(n -> "Q" + (char) ('A' + n / 26) + (char) ('A' + n % 26))
            .collect(Collectors.joining(","));
    try (Simulator exchange =
            Simulator.start(
                SimulatorOptions.defaults().withAlwaysOpen(true).withYahooQuickRequests(0));
        Place place = Place.prepared("memory");
        CaravanProcess runtime =
            place
                .caravan(exchange.url())
                .set("caravan.symbols", symbols)
                // Nobody listens there: without a crumb each symbol has a call of its own.
                .set("caravan.yahoo.cookie-url", "http://127.0.0.1:1")
                .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
                .run()) {
      runtime.awaitLine("Caravan runs: ");
      long idle = heapAfterCollection(place, runtime);
      awaitRuns(place, 3);
      long early = heapAfterCollection(place, runtime);
      awaitRuns(place, 25);
      long late = heapAfterCollection(place, runtime);
      System.out.printf(
          "heap at first %d MiB, after 3 runs %d MiB, after 25 runs %d MiB%n",
          idle / MIB, early / MIB, late / MIB);
      assertThat(late - idle).isLessThan(100 * MIB);
      assertThat(late - early).isLessThan(20 * MIB);
      runtime.sigterm();
      runtime.exitCode();
    }
  }

  /** The least of some looks: what was thrown away between a collection and the look counts too. */
  private static long heapAfterCollection(Place place, CaravanProcess runtime) throws IOException {
    long least = Long.MAX_VALUE;
    for (int look = 0; look < LOOKS; look++) {
      runtime.collectGarbage();
      least =
          Math.min(
              least, (long) Web.at(place.httpPort()).metric("jvm_memory_used_bytes{area=\"heap\""));
    }
    return least;
  }

  private static void awaitRuns(Place place, int runs) {
    await(runs + " runs")
        .atMost(CaravanProcess.PATIENCE)
        .until(
            () ->
                place.count(
                        "select count(*) from flow_runs where status = 'succeeded' and stored = 100")
                    >= runs);
  }
}
