package dev.caravan.e2e;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CommandHere;
import dev.caravan.support.Place;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Exit codes and words of the commands that do one thing and end. Each command runs once as the
 * packaged program at least; what else is to be seen of it, in this JVM, beside one server.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneShotE2E {
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0).withYahooQuickRequests(0));

  private final Place place = Place.prepared("one-shot");

  @BeforeAll
  void serve() {
    place.server();
  }

  @BeforeEach
  void forget() {
    exchange.clearFaults();
    place.empty();
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
    CommandHere command =
        caravan().set("caravan.symbols", "AAPL,ZZZZX").here(2, "run", "yahoo-bars");
    assertThat(command.errors())
        .contains("yahoo-bars: 1 of 2 symbols were not served: Invalid symbol: ZZZZX");
    assertThat(place.query("select symbol, reason from dead_letters"))
        .containsExactly(Map.of("symbol", "ZZZZX", "reason", "Invalid symbol: ZZZZX"));
    assertThat(place.query("select distinct symbol from bars"))
        .containsExactly(Map.of("symbol", "AAPL"));
  }

  @Test
  void aFlowWhoseProviderIsAwayEndsWith1AndSaysSo() {
    String away = "http://127.0.0.1:" + TestDatabase.freePort();
    CommandHere command =
        caravan()
            .set("caravan.symbols", "AAPL")
            .set("caravan.yahoo.url", away)
            .here(1, "run", "yahoo-quotes");
    assertThat(command.lastWords())
        .last()
        .asString()
        .startsWith("yahoo-quotes: 1 of 1 symbols were not served: No connection")
        .contains(away);
    assertNoStackTrace(command.everything());
  }

  @Test
  void whatIsGivenWithDWinsOverTheEnvironmentAndTheEnvironmentOverTheFile() throws IOException {
    String nowhere = "http://127.0.0.1:" + TestDatabase.freePort();
    Path file = place.directory().resolve("application.properties");
    Files.writeString(file, "caravan.symbols=MSFT\ncaravan.yahoo.url=" + nowhere + "\n");
    ended(
        caravan()
            .environment("CARAVAN_YAHOO_URL", nowhere)
            .environment("CARAVAN_SYMBOLS", "AAPL")
            .run("run", "yahoo-quotes"),
        0);
    Files.delete(file);
    assertThat(place.query("select symbol from price_snapshots"))
        .containsExactly(Map.of("symbol", "AAPL"));
  }

  @Test
  void aSessionIsAskedForAloneWithADate() {
    caravan()
        .set("caravan.symbols", "AAPL")
        .here(0, "run", "alpaca-daily-bars", "--date", "2026-10-20");
    assertThat(
            place.query("select (ts at time zone 'America/New_York')::text as ts, final from bars"))
        .containsExactly(Map.of("ts", "2026-10-20 00:00:00", "final", true));
  }

  @Test
  void aFlowThatThereIsNotIsRefusedWithThoseThereAre() {
    CommandHere command = caravan().here(1, "run", "yahoo-bar");
    assertThat(command.everything())
        .contains(
            "There is no flow yahoo-bar; there are yahoo-quotes, yahoo-bars, yahoo-profiles,");
    assertNoStackTrace(command.everything());
  }

  @Test
  void aFlowOfAlpacaWithoutKeysIsRefusedInOneLine() {
    CommandHere command = place.caravan().here(1, "run", "alpaca-daily-bars");
    assertThat(command.errors())
        .singleElement()
        .asString()
        .contains("APCA_API_KEY_ID", "APCA_API_SECRET_KEY");
  }

  @Test
  void aBadValueIsRefusedInOneLineThatNamesKeyValueAndWhatIsAllowed() {
    for (List<String> words :
        List.of(List.<String>of(), List.of("run", "yahoo-quotes"), List.of("demo"))) {
      CommandHere command =
          caravan().set("caravan.database.pool-size", "many").here(1, words.toArray(String[]::new));
      assertThat(command.errors())
          .as(words.toString())
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
    CommandHere unknown = caravan().set("caravan.yahoo.brust", 3).here(1, "run", "end-of-day");
    assertThat(unknown.errors()).singleElement().asString().contains("caravan.yahoo.brust");
  }

  @Test
  void aDatabaseThatIsAwayEndsACommandWith1AndOneLine() {
    int port = TestDatabase.freePort();
    CommandHere command =
        caravan()
            .set("caravan.database.url", "jdbc:postgresql://127.0.0.1:" + port + "/caravan")
            .set("caravan.database.user", "caravan")
            .set("caravan.database.password", "hush-hush")
            .here(1, "run", "yahoo-quotes");
    assertThat(command.errors())
        .singleElement()
        .asString()
        .contains("jdbc:postgresql://127.0.0.1:" + port + "/caravan", "cannot be used");
    assertThat(command.everything()).doesNotContain("hush-hush");
  }

  @Test
  void theDoctorFindsNothingWrongWhereNothingIs() {
    CommandHere doctor = caravan().here(0, "doctor");
    assertThat(doctor.output()).isNotEmpty().noneMatch(line -> line.startsWith("WRONG"));
    assertThat(String.join("\n", doctor.output()))
        .contains("configuration", "database", "yahoo", "alpaca", exchange.url());
    assertThat(doctor.everything()).doesNotContain("PKTEST").doesNotContain("hush");
  }

  @Test
  void theDoctorNamesAProviderThatCannotBeReachedOrRefusesTheKeys() {
    String away = "http://127.0.0.1:" + TestDatabase.freePort();
    CommandHere unreachable =
        caravan()
            .set("caravan.yahoo.url", away)
            .set("caravan.alpaca.trading-url", away)
            .here(1, "doctor");
    assertThat(unreachable.output())
        .filteredOn(line -> line.startsWith("WRONG"))
        .satisfiesExactly(
            line -> assertThat(line).contains("yahoo", away),
            line -> assertThat(line).contains("alpaca-trading", away));
    assertNoStackTrace(unreachable.everything());

    exchange.addFault(Fault.status(Provider.ALPACA, 401));
    CommandHere refused = caravan().here(1, "doctor");
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
    CommandHere away =
        caravan()
            .set("caravan.database.url", "jdbc:postgresql://127.0.0.1:" + port + "/caravan")
            .here(1, "doctor");
    assertThat(away.output())
        .filteredOn(line -> line.startsWith("WRONG"))
        .singleElement()
        .asString()
        .contains("database", "127.0.0.1:" + port);
    assertNoStackTrace(away.everything());

    CommandHere bad = caravan().set("caravan.yahoo.burst", "x").here(1, "doctor");
    assertThat(bad.output())
        .filteredOn(line -> line.startsWith("WRONG"))
        .singleElement()
        .asString()
        .contains("caravan.yahoo.burst", "'x'");
  }

  private CaravanProcess.Start caravan() {
    return caravan(place);
  }

  private CaravanProcess.Start caravan(Place where) {
    return where.caravan(exchange.url());
  }

  private static void assertNoStackTrace(String everything) {
    assertThat(everything.lines()).noneMatch(line -> line.startsWith("\tat "));
  }
}
