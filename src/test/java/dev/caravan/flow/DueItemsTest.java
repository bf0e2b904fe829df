package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DueItemsTest {

  @Test
  void itemsOfOneSymbolAreKeptOrLeftOut() {
    List<Map<String, Object>> due =
        List.of(
            Map.of("symbol", "AAPL", "yahoo_symbol", "AAPL"),
            Map.of("symbol", "BRK.B", "yahoo_symbol", "BRK-B"));

    assertThat(DueItems.only(due, "BRK.B,GONE"))
        .containsExactly(Map.of("symbol", "BRK.B", "yahoo_symbol", "BRK-B"));
    assertThat(DueItems.symbols(due)).isEqualTo("AAPL,BRK.B");
  }

  @Test
  void itemsOfSeveralSymbolsAreCutDownWithTheirOtherSpellings() {
    List<Map<String, Object>> due =
        List.of(
            Map.of("newest", "2025-11-20", "symbols", "A,BRK.B,C", "yahoo_symbols", "A,BRK-B,C"),
            Map.of("newest", "2025-11-19", "symbols", "D", "yahoo_symbols", "D"));

    assertThat(DueItems.only(due, "C,BRK.B"))
        .containsExactly(
            Map.of("newest", "2025-11-20", "symbols", "BRK.B,C", "yahoo_symbols", "BRK-B,C"));
    assertThat(DueItems.symbols(due)).isEqualTo("A,BRK.B,C,D");
    assertThat(DueItems.symbols(DueItems.only(due, "X"))).isEmpty();
  }
}
