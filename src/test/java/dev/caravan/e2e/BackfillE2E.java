package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CommandHere;
import dev.caravan.support.Place;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The command as a user gives it, and as the machine takes it away in the middle: what is taken
 * away is the packaged program, what goes on afterwards and what ends at once run in this JVM.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackfillE2E {
  /** Three ranges of daily bars: of fifty symbols, fifty and twenty. */
  private static final List<String> SYMBOLS =
      IntStream.range(0, 120)
          .mapToObj(n -> "Q" + (char) ('A' + n / 26) + (char) ('A' + n % 26))
          .toList();

  private static final String THE_LAST_RANGE = "symbols=QDW";

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0).withYahooQuickRequests(0));

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void whatIsKilledInTheMiddleGoesOnWhereItWas() {
    goesOnWhereItWas(CaravanProcess::kill9, List.of("interrupted"));
  }

  @Test
  void whatIsStoppedByCtrlCSaysHowItGoesOnAndDoes() {
    goesOnWhereItWas(
        stopped -> {
          stopped.sigint();
          assertThat(stopped.exitCode()).as("as the JVM ends at a SIGINT").isEqualTo(130);
          assertThat(stopped.errors())
              .last()
              .asString()
              .isEqualTo("Stopped. The same command resumes from here.");
          assertThat(stopped.everything()).doesNotContain("Exception", "ERROR", "missing");
        },
        // The first if it could still record why the range was not read.
        List.of("partial", "interrupted"));
  }

  private void goesOnWhereItWas(Consumer<CaravanProcess> end, List<String> statuses) {
    try (Place place = Place.prepared("backfill")) {
      exchange.addFault(Fault.of(Provider.ALPACA, Fault.Kind.HANG).matching(THE_LAST_RANGE));
      try (CaravanProcess first = backfill(place).run(words("alpaca", "1Day"))) {
        await("two of three ranges")
            .atMost(CaravanProcess.PATIENCE)
            .ignoreExceptions()
            .until(
                () ->
                    place.count("select count(*) from backfill_ranges where status = 'done'") == 2);
        end.accept(first);
      }
      exchange.clearFaults();
      exchange.clearRequests();

      place.server();
      CommandHere again = backfill(place).here(0, words("alpaca", "1Day"));

      assertThat(exchange.requests())
          .singleElement()
          .satisfies(request -> assertThat(request.query()).startsWith(THE_LAST_RANGE));
      assertThat(again.output())
          .containsExactly(
              "alpaca 2026-11-16 to 2026-11-20, 120 symbols, regular sessions: 600 1Day bars expected,"
                  + " 600 stored, 0 without trade, 0 missing.");
      assertThat(again.errors())
          .anyMatch(line -> line.startsWith("backfill: 100 %, 100 rows stored"))
          .noneMatch(line -> line.contains(" 0 rows/s"));
      assertThat(place.read("select count(*) as bars from bars where source = 'alpaca'"))
          .containsExactly(Map.of("bars", 600L));
      assertThat(place.read("select status, stored from flow_runs order by run_id desc limit 1"))
          .containsExactly(Map.of("status", "succeeded", "stored", 120));
      assertThat(place.read("select status from flow_runs order by run_id limit 1"))
          .singleElement()
          .satisfies(run -> assertThat(run.get("status")).isIn(statuses));
    }
  }

  @Test
  void whatIsWrongIsSaidInOneLineAndNothingIsAskedFor() {
    try (Place place = Place.prepared("backfill-wrong")) {
      exchange.clearRequests();
      place.server();
      CommandHere unknown =
          caravan(place).here(1, words("alpaca", "1Day", "--symbols", "AAPL,NOPE1,nope2"));
      assertThat(unknown.lastWords())
          .last()
          .asString()
          .isEqualTo("Not in table symbols: NOPE1, NOPE2. Add them first with 'symbols add'.");
      CommandHere unserved =
          caravan(place).here(1, words("alpaca", "1Day", "--symbols", "^gspc,AAPL"));
      assertThat(unserved.lastWords()).last().asString().isEqualTo("alpaca does not serve ^GSPC.");
      CommandHere keyless = place.caravan().here(1, words("alpaca", "1Min", "--symbols", "AAPL"));
      assertThat(keyless.errors())
          .singleElement()
          .asString()
          .contains("APCA_API_KEY_ID", "APCA_API_SECRET_KEY");
      assertThat(exchange.requests()).isEmpty();
    }
  }

  @Test
  void aRangeThatIsNotServedEndsWith2AndSaysWhatIsMissing() {
    try (Place place = Place.prepared("backfill-partial")) {
      exchange.addFault(Fault.status(Provider.ALPACA, 400).matching(THE_LAST_RANGE));
      place.server();
      CommandHere partial = backfill(place).here(2, words("alpaca", "1Day"));
      exchange.clearFaults();
      assertThat(partial.output())
          .containsExactly(
              "alpaca 2026-11-16 to 2026-11-20, 120 symbols, regular sessions: 600 1Day bars expected,"
                  + " 500 stored, 0 without trade, 100 missing.");
      assertThat(partial.errors())
          .anyMatch(
              line -> line.startsWith("backfill: QDW, QDX, QDY, QDZ, QEA and 15 more not read"));
    }
  }

  private CaravanProcess.Start backfill(Place place) {
    return place.caravan(exchange.url()).set("caravan.symbols", String.join(",", SYMBOLS));
  }

  private CaravanProcess.Start caravan(Place place) {
    return place.caravan(exchange.url()).set("caravan.symbols", "AAPL,^GSPC");
  }

  private static String[] words(String source, String timeframe, String... more) {
    return Stream.concat(
            Stream.of(
                "backfill",
                "--source",
                source,
                "--timeframe",
                timeframe,
                "--from",
                "2026-11-16",
                "--to",
                "2026-11-20"),
            Stream.of(more))
        .toArray(String[]::new);
  }
}
