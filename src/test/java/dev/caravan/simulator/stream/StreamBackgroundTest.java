package dev.caravan.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.Tape;
import dev.caravan.simulator.tape.TapeTrade;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamBackgroundTest extends SimulatorTestBase {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final List<String> SYMBOLS = List.of("AAPL", "BRK.B", "QQQQ");

  @Test
  void aSimulatorThatStartsLaterTellsTheSameTrades() {
    Tape before = start(background()).stream().tape();
    List<TapeTrade> seen = before.trades(SYMBOLS, at("16:00:00"), at("17:00:00")).toList();
    clock.advance(Duration.ofHours(3));
    Tape after = start(background()).stream().tape();

    assertThat(seen).hasSizeBetween(3 * 60 * 60, 3 * 60 * 60 + 3).isSortedAccordingTo(this::byTime);
    assertThat(after.trades(SYMBOLS, at("16:00:00"), at("17:00:00")))
        .containsExactlyElementsOf(seen);
  }

  @Test
  void theRangeThatIsAskedForDoesNotChangeTheTrades() {
    Tape tape = start(background()).stream().tape();
    List<TapeTrade> whole = tape.trades(SYMBOLS, at("16:00:00"), at("16:30:00")).toList();

    List<TapeTrade> parts = new ArrayList<>();
    for (Instant from = at("16:00:00");
        !from.isAfter(at("16:30:00"));
        from = from.plusNanos(7_300_000_001L)) {
      Instant to = from.plusNanos(7_300_000_000L);
      parts.addAll(
          tape.trades(SYMBOLS, from, to.isAfter(at("16:30:00")) ? at("16:30:00") : to).toList());
    }
    assertThat(parts).containsExactlyElementsOf(whole);
  }

  @Test
  void whatTheStreamTellsIsWhatAnotherSimulatorKnowsLater() throws Exception {
    StreamClientProbe probe =
        StreamClientProbe.authenticated(start(background()), "/v2/iex", "key");
    probe.subscribe("\"trades\":[\"AAPL\"]");
    for (int minute = 0; minute < 10; minute++) {
      clock.advance(MINUTE);
    }
    await().until(() -> probe.ofType("t").size() == 600);

    clock.advance(Duration.ofHours(1));
    List<JsonNode> rows =
        new Client(start(background()))
            .rows("trades", "AAPL", "start=2026-11-20T17:00:00Z&end=2026-11-20T17:10:00Z");
    assertThat(probe.ofType("t")).extracting(trade -> trade.get("i")).doesNotHaveDuplicates();
    // A trade that was corrected has a second row, for its correction.
    rows.removeIf(row -> row.path("u").asText().equals("corrected"));
    assertThat(rows).hasSize(600);
    for (int i = 0; i < rows.size(); i++) {
      for (String field : List.of("t", "x", "p", "s", "c", "i", "z")) {
        assertThat(probe.ofType("t").get(i).get(field)).isEqualTo(rows.get(i).get(field));
      }
    }
  }

  @Test
  void aBurstComesInItsPlaceAmongTheOtherTradesHoweverFarTheClockIsMoved() throws Exception {
    Simulator simulator = start(background());
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"trades\":[\"AAPL\"]");
    simulator.stream().burst(Burst.of(List.of("AAPL"), 100, Duration.ofSeconds(2)));
    clock.advance(MINUTE);
    await().until(() -> probe.ofType("t").size() == 60 + 200);

    Instant newest = Instant.EPOCH;
    for (JsonNode trade : probe.ofType("t")) {
      Instant at = Instant.parse(trade.get("t").asText());
      assertThat(at).isAfter(newest.minusSeconds(1));
      newest = at.isAfter(newest) ? at : newest;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20, 2026-11-20T09:00, 2026-11-21T01:00",
    "2026-11-27, 2026-11-27T09:00, 2026-11-27T22:00",
    "2026-07-06, 2026-07-06T08:00, 2026-07-07T00:00"
  })
  void thereAreTradesInEachMinuteOfTheHoursOfASessionAndInNoOther(
      String date, String first, String end) {
    clock.set("2026-12-01T00:00:00Z");
    Tape tape = start(background()).stream().tape();
    Instant midnight = Instant.parse(date + "T05:00:00Z");

    Set<Instant> minutes = new TreeSet<>();
    tape.trades(List.of("AAPL"), midnight, midnight.plus(Duration.ofHours(22)))
        .forEach(trade -> minutes.add(minute(trade)));
    List<Instant> hours = new ArrayList<>();
    for (Instant minute = Instant.parse(first + ":00Z");
        minute.isBefore(Instant.parse(end + ":00Z"));
        minute = minute.plus(MINUTE)) {
      hours.add(minute);
    }
    assertThat(minutes).containsExactlyElementsOf(hours);
  }

  @ParameterizedTest
  @CsvSource({"2026-11-21", "2026-11-22", "2026-11-26"})
  void onADayWithoutASessionThereAreTradesOnlyWhenItIsAlwaysOpen(String date) {
    clock.set("2026-12-01T00:00:00Z");
    Instant from = Instant.parse(date + "T05:00:00Z");
    Instant to = from.plus(Duration.ofHours(24)).minusNanos(1);

    assertThat(start(background()).stream().tape().trades(SYMBOLS, from, to)).isEmpty();
    Tape open = start(background().withAlwaysOpen(true)).stream().tape();
    assertThat(open.trades(List.of("AAPL"), from, to)).hasSize(24 * 60 * 60);
  }

  @Test
  void tradesLieWithinTheMinutesOfTheConsolidatedFeed() throws Exception {
    Simulator simulator = start(background());
    clock.advance(Duration.ofHours(6));
    List<JsonNode> bars =
        new Client(simulator)
            .rows(
                "bars",
                "AAPL",
                "timeframe=1Min&start=2026-11-20T14:30:00Z&end=2026-11-20T20:59:00Z&limit=10000");

    assertThat(bars).hasSize(390);
    for (JsonNode bar : bars) {
      Instant start = Instant.parse(bar.get("t").asText());
      assertThat(
              simulator.stream()
                  .tape()
                  .trades(List.of("AAPL"), start, start.plus(MINUTE).minusNanos(1)))
          .hasSize(60)
          .allSatisfy(
              trade ->
                  assertThat(trade.dollars())
                      .isBetween(bar.get("l").decimalValue(), bar.get("h").decimalValue()));
    }
  }

  @Test
  void aSymbolThatDoesNotExistIsNeverTraded() {
    Tape tape = start(background().withAlwaysOpen(true)).stream().tape();

    assertThat(tape.trades(List.of("ZZZZ", "EUR.USD"), at("12:00:00"), at("16:00:00"))).isEmpty();
  }

  @Test
  void theTestStreamTradesItsOneSymbolRoundTheClock() {
    clock.set("2026-11-22T03:00:00Z");
    StreamClientProbe probe = StreamClientProbe.authenticated(start(options()), "/v2/test", "key");
    probe.subscribe("\"trades\":[\"*\"],\"bars\":[\"FAKEPACA\"]");
    clock.advance(Duration.ofMinutes(2).plusSeconds(1));

    await().until(() -> probe.ofType("b").size() == 2);
    assertThat(probe.ofType("t")).hasSizeBetween(120, 122);
    assertThat(probe.ofType("t")).allMatch(trade -> trade.get("S").asText().equals("FAKEPACA"));
  }

  @Test
  void aSymbolThatIsTradedOnDemandIsTradedToAllFromThenOn() {
    Simulator simulator = start(background());
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"trades\":[\"*\"]");
    simulator.stream().trade("QQQQ", BigDecimal.TEN, 5);
    clock.advance(MINUTE);

    await()
        .until(
            () ->
                probe.ofType("t").stream()
                        .filter(trade -> trade.get("S").asText().equals("QQQQ"))
                        .count()
                    == 61);
  }

  private SimulatorOptions background() {
    return options().withBackgroundTradesPerMinute(60);
  }

  private int byTime(TapeTrade left, TapeTrade right) {
    return Long.compare(left.nanos(), right.nanos());
  }

  private static Instant minute(TapeTrade trade) {
    return Instant.ofEpochSecond(trade.at().getEpochSecond() / 60 * 60);
  }

  private static Instant at(String time) {
    return Instant.parse("2026-11-20T" + time + "Z");
  }
}
