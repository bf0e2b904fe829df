package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DueTest {

  @Test
  void items_of_one_symbol_are_kept_or_left_out() {
    List<Map<String, Object>> due =
        List.of(
            Map.of("symbol", "AAPL", "yahoo_symbol", "AAPL"),
            Map.of("symbol", "BRK.B", "yahoo_symbol", "BRK-B"));

    assertThat(Due.only(due, "BRK.B,GONE"))
        .containsExactly(Map.of("symbol", "BRK.B", "yahoo_symbol", "BRK-B"));
    assertThat(Due.symbols(due)).isEqualTo("AAPL,BRK.B");
  }

  @Test
  void items_of_several_symbols_are_cut_down_with_their_other_spellings() {
    List<Map<String, Object>> due =
        List.of(
            Map.of("newest", "2025-11-20", "symbols", "A,BRK.B,C", "yahoo_symbols", "A,BRK-B,C"),
            Map.of("newest", "2025-11-19", "symbols", "D", "yahoo_symbols", "D"));

    assertThat(Due.only(due, "C,BRK.B"))
        .containsExactly(
            Map.of("newest", "2025-11-20", "symbols", "BRK.B,C", "yahoo_symbols", "BRK-B,C"));
    assertThat(Due.symbols(due)).isEqualTo("A,BRK.B,C,D");
    assertThat(Due.symbols(Due.only(due, "X"))).isEmpty();
  }
}
