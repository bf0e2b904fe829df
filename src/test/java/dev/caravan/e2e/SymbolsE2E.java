package dev.caravan.e2e;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CommandHere;
import dev.caravan.support.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The symbols command as a new user tries it, on the server of a Caravan beside it: listing,
 * adding, a file and removing once as the packaged program, the rest in this JVM.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SymbolsE2E {
  private final Place place = Place.prepared("symbols");

  @BeforeAll
  void listNothing() {
    place.server();
    CommandHere first = here(0, "list");
    assertThat(first.output()).isEmpty();
    assertThat(first.errors()).singleElement().asString().startsWith("Table symbols is empty");
  }

  @BeforeEach
  void empty() {
    place.empty();
  }

  @AfterAll
  void close() {
    place.close();
  }

  @Test
  void symbolsAreAddedRemovedAddedAgainAndListed() {
    CaravanProcess added =
        ended(
            place.caravan().run("symbols", "add", "aapl", "BRK-B", "MS$FT", "^GSPC", "AAPL,KO"), 2);
    assertThat(added.output())
        .containsExactly(
            "AAPL: added",
            "BRK.B: added (Yahoo: BRK-B)",
            "^GSPC: added, of Yahoo alone",
            "KO: added");
    assertThat(added.errors()).singleElement().asString().startsWith("'MS$FT' is not a symbol");

    assertThat(here(0, "add", "brk.b", "KO").output())
        .containsExactly("BRK.B: already there", "KO: already there");

    CommandHere removed = here(2, "remove", "BRK-B", "NOPE");
    assertThat(removed.output()).containsExactly("BRK.B: inactive now; its rows are kept");
    assertThat(removed.errors()).containsExactly("NOPE: unknown symbol; 'symbols list' shows all");
    assertThat(here(0, "remove", "BRK.B").output()).containsExactly("BRK.B: was inactive already");

    CommandHere inactive = here(0, "list", "--status", "inactive");
    assertThat(inactive.output()).hasSize(2);
    assertThat(inactive.output().get(0))
        .matches("SYMBOL +YAHOO +EXCHANGE +STATUS +SOURCES +CHANGED +NAME");
    assertThat(inactive.output().get(1))
        .matches("BRK\\.B +BRK-B +- +inactive +alpaca,yahoo +\\d{4}-\\d\\d-\\d\\d +-");
    assertThat(inactive.errors()).isEmpty();

    assertThat(here(0, "add", "BRK.B").output())
        .containsExactly("BRK.B: active again (Yahoo: BRK-B)");
    assertThat(
            place.query(
                "select symbol, old_value, new_value, changed_by from symbol_changes"
                    + " where old_value is not null order by change_id"))
        .containsExactly(
            Map.of(
                "symbol",
                "BRK.B",
                "old_value",
                "active",
                "new_value",
                "inactive",
                "changed_by",
                "person"),
            Map.of(
                "symbol",
                "BRK.B",
                "old_value",
                "inactive",
                "new_value",
                "active",
                "changed_by",
                "person"));
  }

  @Test
  void whereNothingIsAnyGoodNothingIsChanged() {
    CommandHere nothing = here(1, "add", "A/B", "!");
    assertThat(nothing.output()).isEmpty();
    assertThat(nothing.errors()).hasSize(3).last().isEqualTo("Nothing is changed.");
    assertThat(here(1, "remove", "NOPE").errors())
        .containsExactly("NOPE: unknown symbol; 'symbols list' shows all");
    assertThat(place.count("select count(*) from symbols")).isZero();
  }

  @Test
  void aFileOfThousandsIsTakenAndItsBadLinesAreNamed() throws IOException {
    List<String> symbols =
        IntStream.range(0, 5000)
            .mapToObj(
                i ->
                    "Q"
                        + (char) ('A' + i / 676)
                        + (char) ('A' + i / 26 % 26)
                        + (char) ('A' + i % 26))
            .collect(Collectors.toList());
    Path list = place.directory().resolve("list.txt");
    Files.writeString(
        list,
        "# a list\n"
            + String.join(", ", symbols.subList(0, 100))
            + "\nBAD$ BRK-A\n"
            + String.join("\n", symbols.subList(100, 5000))
            + "\n");

    CommandHere added = here(2, "add", "--file", list.toString());
    assertThat(added.errors())
        .singleElement()
        .asString()
        .startsWith(list + ", line 3: 'BAD$' is not a symbol");
    assertThat(added.output()).hasSize(5001).contains("BRK.A: added (Yahoo: BRK-A)");
    assertThat(place.count("select count(*) from symbols where status = 'active'")).isEqualTo(5001);
    assertThat(here(2, "add", "--file", list.toString()).output())
        .hasSize(5001)
        .allMatch(line -> line.endsWith(": already there"));

    Path picture = place.directory().resolve("picture");
    Files.write(picture, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThat(here(1, "add", "--file", picture.toString()).errors().get(0))
        .isEqualTo(picture + " is not UTF-8 text.");
  }

  @Test
  void whatAlpacaSaysOfASymbolIsListedAndASpellingThatItDoesNotKnowIsRemarked() {
    try (Simulator exchange =
        Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0))) {
      here(0, "add", "AAPL");
      place.caravan(exchange.url()).here(0, "run", "symbol-maintenance");
    }
    assertThat(here(0, "list").output().get(1))
        .matches("AAPL +AAPL +NASDAQ +active +alpaca,yahoo +\\d{4}-\\d\\d-\\d\\d +Apple Inc\\.");
    assertThat(here(0, "add", "ZZZZA").output())
        .containsExactly(
            "ZZZZA: added, but it is not in Alpaca's newest list: is it spelled correctly?");
  }

  private CommandHere here(int exitCode, String... words) {
    return place
        .caravan()
        // As the command has it itself, where it is the first to log anything.
        .set("caravan.log.level", "ERROR")
        .here(
            exitCode, Stream.concat(Stream.of("symbols"), Stream.of(words)).toArray(String[]::new));
  }
}
