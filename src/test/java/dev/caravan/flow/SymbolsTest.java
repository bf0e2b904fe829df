package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SymbolsTest {

  @Test
  void symbols_are_separated_by_commas() {
    assertThat(Symbols.list("AAPL,BRK.B,^GSPC")).containsExactly("AAPL", "BRK.B", "^GSPC");
    assertThat(Symbols.list("AAPL")).containsExactly("AAPL");
  }

  @Test
  void no_text_is_no_symbol() {
    assertThat(Symbols.list("")).isEmpty();
    assertThat(Symbols.list(null)).isEmpty();
  }
}
