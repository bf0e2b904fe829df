package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaintenanceTest {
  @Test
  void whatTheListHasIsStoredWhatItLacksIsEmptyAndWhatIsLeftAloneDoesNotCount() {
    Tally tally =
        Maintenance.tally(
            List.of(
                row("A", "active", "listed"),
                row("B", "inactive", "missing"),
                row("C", "absent", "ended"),
                row("D", "absent", "left")));
    assertThat(tally)
        .isEqualTo(new Tally(3, 2, 1, 0, "the list does not have C", List.of(), false));
  }

  @Test
  void aRowThatCannotBeReadIsASymbolThatWasNotServed() {
    Tally tally =
        Maintenance.tally(
            List.of(row("A", "unreadable", "unreadable"), row("B", "absent", "missing")));
    assertThat(tally)
        .isEqualTo(
            new Tally(
                2, 0, 1, 1, "the row of A cannot be read, see dead_letters", List.of(), false));
  }

  @Test
  void theLineNamesEveryKindOfChange() {
    assertThat(
            Maintenance.changes(
                List.of(
                    row("A", "active", "listed"),
                    row("B", "inactive", "missing"),
                    row("C", "absent", "ended"),
                    row("E", "active", "back"),
                    row("F", "absent", "unknown"),
                    row("G", "active", "known")),
                List.of(Map.of("old_symbol", "FB", "new_symbol", "META"))))
        .isEqualTo(
            "renamed: FB to META; inactive now: C; active again: E; unknown to Alpaca, left to"
                + " Yahoo: F; known to Alpaca now: G; inactive or absent, to be seen so on another"
                + " day: B");
  }

  @Test
  void withoutAChangeThereIsNoLineAndWithThousandsItStaysOne() {
    assertThat(Maintenance.changes(List.of(row("A", "active", "listed")), List.of())).isEmpty();
    List<Map<String, Object>> many =
        IntStream.range(0, 1000).mapToObj(i -> row("S" + i, "absent", "ended")).toList();
    assertThat(Maintenance.changes(many, List.of()))
        .startsWith("inactive now: S0, S1, ")
        .endsWith("S19 and 980 more");
  }

  private static Map<String, Object> row(String symbol, String found, String verdict) {
    return Map.of("symbol", symbol, "found", found, "verdict", verdict);
  }
}
