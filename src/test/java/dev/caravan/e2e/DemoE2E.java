package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import dev.caravan.support.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** What a stranger sees first. */
class DemoE2E {
  private static final int PORT = 54321;
  private static final List<String> SYMBOLS =
      Arrays.asList("AAPL,MSFT,GOOGL,AMZN,NVDA,META,TSLA,BRK.B,JPM,SPY".split(","));

  @Test
  void itShowsBarsOfAllSymbolsFromBothSourcesOnScheduleAndGoesOnUntilItIsEnded() {
    assumeThat(Place.isOpen(PORT))
        .as("port 54321, which the demo needs, is taken on this machine")
        .isFalse();
    int elsewhere = TestDatabase.freePort();
    try (Place place = Place.fresh("demo");
        CaravanProcess demo =
            CaravanProcess.in(place.directory())
                .set("caravan.database.port", elsewhere)
                .set("caravan.database.directory", "elsewhere")
                // Whatever a user has set for earnest: the demo asks the simulated exchange alone.
                .set("caravan.alpaca.data-url", "http://127.0.0.1:" + elsewhere)
                .environment("CARAVAN_YAHOO_URL", "http://127.0.0.1:" + elsewhere)
                .run("demo")) {
      demo.awaitLine("Caravan runs: ");
      for (String source : List.of("yahoo", "alpaca")) {
        awaiting("bars of all symbols from " + source)
            .until(
                () ->
                    new TreeSet<>(
                            query(
                                    "select distinct symbol from bars where source = '"
                                        + source
                                        + "'")
                                .stream()
                                .map(row -> row.get("symbol").toString())
                                .toList())
                        .equals(new TreeSet<>(SYMBOLS)));
      }
      awaiting("a whole end of day by schedule")
          .until(
              () ->
                  query(
                              "select c.flow from flow_runs p join flow_runs c on c.parent_run_id = p.run_id"
                                  + " where p.flow = 'end-of-day' and p.trigger = 'schedule'"
                                  + " and p.status = 'succeeded' and c.status = 'succeeded' limit 2")
                          .size()
                      == 2);
      awaiting("prices")
          .until(
              () -> query("select distinct symbol from price_snapshots").size() == SYMBOLS.size());
      long before = newest();
      awaiting("it goes on").until(() -> newest() >= before + 3);
      assertThat(query("select distinct status from flow_runs where finished_at is not null"))
          .containsExactly(Map.of("status", "succeeded"));
      assertThat(Place.isOpen(elsewhere)).as("caravan.database.port is ignored").isFalse();
      assertThat(place.directory().resolve("elsewhere")).doesNotExist();
      assertThat(place.directory().resolve("data-demo")).isDirectory();

      try (Place other = Place.fresh("demo-twice");
          CaravanProcess second =
              CaravanProcess.in(other.directory())
                  .set("caravan.http.port", elsewhere)
                  .run("demo")) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.errors())
            .anyMatch(
                line -> line.contains("port 54321") && line.contains("is another demo running?"))
            .noneMatch(line -> line.startsWith("\tat "));
      }

      demo.sigterm();
      demo.exitCode();
      assertThat(Place.isOpen(PORT)).as("its server is stopped").isFalse();
      assertThat(demo.errors())
          .noneMatch(line -> line.contains(" ERROR ") || line.startsWith("\tat "));
    }
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(CaravanProcess.PATIENCE);
  }

  private static long newest() {
    return ((Number) query("select max(run_id) as newest from flow_runs").get(0).get("newest"))
        .longValue();
  }

  private static List<Map<String, Object>> query(String sql) {
    return TestDatabase.query(
        "jdbc:postgresql://127.0.0.1:" + PORT + "/caravan", "caravan", "", sql);
  }
}
