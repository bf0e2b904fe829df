package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.InvalidSymbolException;
import dev.caravan.source.StoppedException;
import java.util.List;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class TallyTest {

  @Test
  void nothingCountsNothing() {
    assertThat(Tally.none()).isEqualTo(new Tally(0, 0, 0, 0, null, List.of(), false));
  }

  @Test
  void servedSymbolsWereExpectedAndAreStored() {
    assertThat(Tally.served(3)).isEqualTo(new Tally(3, 3, 0, 0, null, List.of(), false));
    assertThat(Tally.served(0)).isEqualTo(Tally.none());
  }

  @Test
  void emptySymbolsWereExpectedAndHaveAReason() {
    assertThat(Tally.empty("A,B", "no data"))
        .isEqualTo(new Tally(2, 0, 2, 0, "no data", List.of(), false));
  }

  @Test
  void noEmptySymbolNeedsNoReason() {
    assertThat(Tally.empty("", "no data")).isEqualTo(Tally.none());
    assertThat(Tally.empty(null, "no data")).isEqualTo(Tally.none());
  }

  @Test
  void refusedSymbolsCarryTheReasonOfTheFailure() {
    assertThat(Tally.refused("ZZZZ", new InvalidSymbolException("ZZZZ")))
        .isEqualTo(new Tally(1, 0, 0, 1, "Invalid symbol: ZZZZ", List.of(), false));
  }

  @Test
  void aRefusalBecauseCaravanStopsIsToldFromAnyOther() {
    Tally tally = Tally.refused("A,B", new RuntimeCamelException(new StoppedException()));
    assertThat(tally.stopped()).isTrue();
    assertThat(tally.refused()).isEqualTo(2);
  }

  @Test
  void unrecordedSymbolsWaitForTheirLettersOneByOne() {
    assertThat(Tally.unrecorded("A,B", "no connection"))
        .isEqualTo(
            new Tally(
                2,
                0,
                0,
                2,
                "no connection",
                List.of(
                    new Tally.Unrecorded("A", "no connection"),
                    new Tally.Unrecorded("B", "no connection")),
                false));
  }

  @Test
  void aSumAddsEveryCountAndKeepsTheFirstReasonOfARefusal() {
    Tally sum =
        Tally.served(2)
            .plus(Tally.empty("A", "first"))
            .plus(Tally.unrecorded("B", "second"))
            .plus(Tally.unrecorded("C", "third"));
    assertThat(sum)
        .isEqualTo(
            new Tally(
                5,
                2,
                1,
                2,
                "second",
                List.of(new Tally.Unrecorded("B", "second"), new Tally.Unrecorded("C", "third")),
                false));
  }

  @Test
  void withoutARefusalTheFirstEmptySymbolGivesTheReason() {
    Tally sum = Tally.served(1).plus(Tally.empty("A", "first")).plus(Tally.empty("B", "second"));
    assertThat(sum.reason()).isEqualTo("first");
    assertThat(Tally.unrecorded("C", "refused").plus(sum).reason()).isEqualTo("refused");
    assertThat(sum.plus(Tally.unrecorded("C", "refused")).reason()).isEqualTo("refused");
  }

  @Test
  void aSumIsStoppedWhenOneOfItsPartsIs() {
    Tally stopped = Tally.refused("A", new StoppedException());
    assertThat(stopped.plus(Tally.served(1)).stopped()).isTrue();
    assertThat(Tally.served(1).plus(stopped).stopped()).isTrue();
    assertThat(Tally.served(1).plus(Tally.served(1)).stopped()).isFalse();
  }

  @Test
  void aSumWithNothingIsTheOther() {
    assertThat(Tally.sum(null, Tally.served(1))).isEqualTo(Tally.served(1));
    assertThat(Tally.sum(Tally.served(1), null)).isEqualTo(Tally.served(1));
    assertThat(Tally.sum(null, null)).isNull();
    assertThat(Tally.sum(Tally.served(1), Tally.served(2))).isEqualTo(Tally.served(3));
  }

  @Test
  void aSplitOfNothingLeavesTheListThatItWasGivenAndCountsNothing() {
    assertThat(Tally.total(List.of())).isEqualTo(Tally.none());
    assertThat(Tally.total(null)).isEqualTo(Tally.none());
    assertThat(Tally.total(Tally.served(2))).isEqualTo(Tally.served(2));
  }
}
