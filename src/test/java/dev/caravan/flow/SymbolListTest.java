package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SymbolListTest {

  @Test
  void symbolsAreSeparatedByCommas() {
    assertThat(SymbolList.list("AAPL,BRK.B,^GSPC")).containsExactly("AAPL", "BRK.B", "^GSPC");
    assertThat(SymbolList.list("AAPL")).containsExactly("AAPL");
  }

  @Test
  void noTextIsNoSymbol() {
    assertThat(SymbolList.list("")).isEmpty();
    assertThat(SymbolList.list(null)).isEmpty();
  }
}
