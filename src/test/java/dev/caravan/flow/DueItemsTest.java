package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.SourceFailedException;
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

  @Test
  void aMalformedSymbolIsRefusedAndTheOthersOfItsBatchAreLeft() {
    Map<String, Object> item =
        Map.of("range_id", 7, "symbols", "A,BRK.B,C", "yahoo_symbols", "A,BRK-B,C");
    Exception failure = new IllegalStateException("wrapper", new InvalidSymbolException("brk.b"));

    assertThat(DueItems.refused(item, failure))
        .isEqualTo(Map.of("range_id", 7, "symbols", "BRK.B", "yahoo_symbols", "BRK-B"));
    assertThat(DueItems.left(item, failure))
        .isEqualTo(
            Map.of("range_id", 7, "symbols", "A,C", "yahoo_symbols", "A,C", "refused", true));
  }

  @Test
  void anotherFailureRefusesAllOfAnItem() {
    Map<String, Object> item = Map.of("symbols", "A,B");
    for (Exception failure :
        List.of(
            new InvalidSymbolException("NOT.OURS"),
            new SourceFailedException("alpaca", 503, "away"))) {
      assertThat(DueItems.refused(item, failure)).isEqualTo(item);
      assertThat(DueItems.left(item, failure)).isNull();
    }
  }

  @Test
  void nothingIsLeftOfAnItemOfTheMalformedSymbolAlone() {
    for (Map<String, Object> item :
        List.<Map<String, Object>>of(Map.of("symbol", "A"), Map.of("symbols", "A"))) {
      assertThat(DueItems.refused(item, new InvalidSymbolException("A"))).isEqualTo(item);
      assertThat(DueItems.left(item, new InvalidSymbolException("A"))).isNull();
    }
  }

  @Test
  void anItemNamesItsSymbolsOrStandsForAllOfThem() {
    assertThat(DueItems.named(Map.of("symbol", "A"))).isEqualTo("A");
    assertThat(DueItems.named(Map.of("symbols", "A,B"))).isEqualTo("A,B");
    assertThat(DueItems.named(Map.of("read_to", "2025-11-20"))).isEqualTo("*");
    assertThat(DueItems.named(DueItems.cut(Map.of("symbols", "A,B"), ""))).isEmpty();
  }

  @Test
  void whatIsNotLeftWasServed() {
    Map<String, Object> one = Map.of("symbol", "A");
    Map<String, Object> other = Map.of("symbol", "B");
    assertThat(DueItems.served(List.of(one, other), List.of(other))).isEqualTo(Tally.served(1));
  }
}
