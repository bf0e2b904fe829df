package dev.caravan.e2e;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Exit codes and words of the commands that do one thing and end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneShotE2E {
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0).withYahooQuickRequests(0));

  private final Place place = Place.fresh("one-shot");

  @BeforeEach
  void forget() {
    exchange.clearFaults();
  }

  @AfterAll
  void close() {
    place.close();
    exchange.close();
  }

  @Test
  void aFlowThatServesEverySymbolEndsWith0AndStopsTheServerThatItStarted() {
    try (Place alone = Place.fresh("alone")) {
      ended(caravan(alone).set("caravan.symbols", "AAPL,BRK.B").run("run", "yahoo-quotes"), 0);
      assertThat(alone.portIsOpen()).isFalse();
      assertThat(alone.read("select symbol from price_snapshots order by 1"))
          .containsExactly(Map.of("symbol", "AAPL"), Map.of("symbol", "BRK.B"));
    }
  }

  @Test
  void aFlowThatCannotServeOneSymbolEndsWith2AndNamesIt() {
    try (Place alone = Place.fresh("partial")) {
      CaravanProcess process =
          ended(caravan(alone).set("caravan.symbols", "AAPL,ZZZZX").run("run", "yahoo-bars"), 2);
      assertThat(process.errors())
          .contains("yahoo-bars: 1 of 2 symbols were not served: Invalid symbol: ZZZZX");
      assertThat(alone.read("select symbol, reason from dead_letters"))
          .containsExactly(Map.of("symbol", "ZZZZX", "reason", "Invalid symbol: ZZZZX"));
      assertThat(alone.read("select distinct symbol from bars"))
          .containsExactly(Map.of("symbol", "AAPL"));
    }
  }

  @Test
  void aFlowWhoseProviderIsAwayEndsWith1AndSaysSo() {
    try (Place alone = Place.fresh("away")) {
      String away = "http://127.0.0.1:" + TestDatabase.freePort();
      CaravanProcess process =
          ended(
              caravan(alone)
                  .set("caravan.symbols", "AAPL")
                  .set("caravan.yahoo.url", away)
                  .run("run", "yahoo-quotes"),
              1);
      assertThat(process.errors())
          .last()
          .asString()
          .startsWith("yahoo-quotes: 1 of 1 symbols were not served: No connection")
          .contains(away);
      assertNoStackTrace(process);
    }
  }

  @Test
  void whatIsGivenWithDWinsOverTheEnvironmentAndTheEnvironmentOverTheFile() throws IOException {
    try (Place alone = Place.fresh("precedence")) {
      String nowhere = "http://127.0.0.1:" + TestDatabase.freePort();
      Files.writeString(
          alone.directory().resolve("application.properties"),
          "caravan.symbols=MSFT\ncaravan.yahoo.url=" + nowhere + "\n");
      ended(
          caravan(alone)
              .environment("CARAVAN_YAHOO_URL", nowhere)
              .environment("CARAVAN_SYMBOLS", "AAPL")
              .run("run", "yahoo-quotes"),
          0);
      assertThat(alone.read("select symbol from price_snapshots"))
          .containsExactly(Map.of("symbol", "AAPL"));
    }
  }

  @Test
  void aSessionIsAskedForAloneWithADate() {
    try (Place alone = Place.fresh("date")) {
      ended(
          caravan(alone)
              .set("caravan.symbols", "AAPL")
              .run("run", "alpaca-daily-bars", "--date", "2026-10-20"),
          0);
      assertThat(
              alone.read(
                  "select (ts at time zone 'America/New_York')::text as ts, final from bars"))
          .containsExactly(Map.of("ts", "2026-10-20 00:00:00", "final", true));
    }
  }

  @Test
  void aFlowThatThereIsNotIsRefusedWithThoseThereAre() {
    CaravanProcess process = ended(caravan(place).run("run", "yahoo-bar"), 1);
    assertThat(process.everything())
        .contains(
            "There is no flow yahoo-bar; there are yahoo-quotes, yahoo-bars, yahoo-profiles,");
    assertNoStackTrace(process);
  }

  @Test
  void aFlowOfAlpacaWithoutKeysIsRefusedInOneLine() {
    CaravanProcess process = ended(place.caravan().run("run", "alpaca-daily-bars"), 1);
    assertThat(process.errors())
        .singleElement()
        .asString()
        .contains("APCA_API_KEY_ID", "APCA_API_SECRET_KEY");
  }

  @Test
  void aBadValueIsRefusedInOneLineThatNamesKeyValueAndWhatIsAllowed() {
    for (List<String> command :
        List.of(List.<String>of(), List.of("run", "yahoo-quotes"), List.of("demo"))) {
      CaravanProcess process =
          ended(
              caravan(place)
                  .set("caravan.database.pool-size", "many")
                  .run(command.toArray(String[]::new)),
              1);
      assertThat(process.errors())
          .as(command.toString())
          .singleElement()
          .asString()
          .contains("caravan.database.pool-size", "'many'", "2", "90");
    }
    CaravanProcess variable =
        ended(place.caravan().environment("CARAVAN_YAHOO_BURST", "-3").run("run", "end-of-day"), 1);
    assertThat(variable.errors())
        .singleElement()
        .asString()
        .contains("caravan.yahoo.burst", "'-3'", "1");
    CaravanProcess unknown =
        ended(caravan(place).set("caravan.yahoo.brust", 3).run("run", "end-of-day"), 1);
    assertThat(unknown.errors()).singleElement().asString().contains("caravan.yahoo.brust");
  }

  @Test
  void aDatabaseThatIsAwayEndsACommandWith1AndOneLine() {
    int port = TestDatabase.freePort();
    CaravanProcess process =
        ended(
            caravan(place)
                .set("caravan.database.url", "jdbc:postgresql://127.0.0.1:" + port + "/caravan")
                .set("caravan.database.user", "caravan")
                .set("caravan.database.password", "hush-hush")
                .run("run", "yahoo-quotes"),
            1);
    assertThat(process.errors())
        .singleElement()
        .asString()
        .contains("jdbc:postgresql://127.0.0.1:" + port + "/caravan", "cannot be used");
    assertThat(process.everything()).doesNotContain("hush-hush");
  }

  @Test
  void theDoctorFindsNothingWrongWhereNothingIs() {
    CaravanProcess process = ended(caravan(place).run("doctor"), 0);
    assertThat(process.output()).isNotEmpty().noneMatch(line -> line.startsWith("WRONG"));
    assertThat(String.join("\n", process.output()))
        .contains("configuration", "database", "yahoo", "alpaca", exchange.url());
    assertThat(process.everything()).doesNotContain("PKTEST").doesNotContain("hush");
  }

  @Test
  void theDoctorNamesAProviderThatCannotBeReachedOrRefusesTheKeys() {
    String away = "http://127.0.0.1:" + TestDatabase.freePort();
    CaravanProcess unreachable =
        ended(
            caravan(place)
                .set("caravan.yahoo.url", away)
                .set("caravan.alpaca.trading-url", away)
                .run("doctor"),
            1);
    assertThat(unreachable.output())
        .filteredOn(line -> line.startsWith("WRONG"))
        .satisfiesExactly(
            line -> assertThat(line).contains("yahoo", away),
            line -> assertThat(line).contains("alpaca-trading", away));
    assertNoStackTrace(unreachable);

    exchange.addFault(Fault.status(Provider.ALPACA, 401));
    CaravanProcess refused = ended(caravan(place).run("doctor"), 1);
    assertThat(refused.output())
        .filteredOn(line -> line.startsWith("WRONG"))
        .satisfiesExactly(
            line -> assertThat(line).contains("alpaca ", exchange.url(), "keys"),
            line -> assertThat(line).contains("alpaca-trading ", exchange.url(), "keys"));
    assertThat(refused.everything()).doesNotContain("PKTEST").doesNotContain("hush");
  }

  @Test
  void theDoctorNamesADatabaseThatIsAwayAndABadValue() {
    int port = TestDatabase.freePort();
    CaravanProcess away =
        ended(
            caravan(place)
                .set("caravan.database.url", "jdbc:postgresql://127.0.0.1:" + port + "/caravan")
                .run("doctor"),
            1);
    assertThat(away.output())
        .filteredOn(line -> line.startsWith("WRONG"))
        .singleElement()
        .asString()
        .contains("database", "127.0.0.1:" + port);
    assertNoStackTrace(away);

    CaravanProcess bad = ended(caravan(place).set("caravan.yahoo.burst", "x").run("doctor"), 1);
    assertThat(bad.output())
        .filteredOn(line -> line.startsWith("WRONG"))
        .singleElement()
        .asString()
        .contains("caravan.yahoo.burst", "'x'");
  }

  private CaravanProcess.Start caravan(Place where) {
    return where.caravan(exchange.url());
  }

  private static void assertNoStackTrace(CaravanProcess process) {
    assertThat(process.everything().lines()).noneMatch(line -> line.startsWith("\tat "));
  }
}
