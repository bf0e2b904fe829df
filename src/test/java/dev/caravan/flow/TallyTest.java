package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.source.StoppedException;
import java.util.List;
import java.util.Map;
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
    assertThat(Tally.empty(of("A,B"), "no data"))
        .isEqualTo(new Tally(2, 0, 2, 0, "no data", List.of(), false));
  }

  @Test
  void noEmptySymbolNeedsNoReason() {
    assertThat(Tally.empty(of(""), "no data")).isEqualTo(Tally.none());
  }

  @Test
  void refusedSymbolsCarryTheReasonOfTheFailure() {
    assertThat(Tally.refused(of("ZZZZ"), new InvalidSymbolException("ZZZZ")))
        .isEqualTo(new Tally(1, 0, 0, 1, "Invalid symbol: ZZZZ", List.of(), false));
  }

  @Test
  void aRefusalBecauseCaravanStopsIsToldFromAnyOther() {
    Tally tally = Tally.refused(of("A,B"), new RuntimeCamelException(new StoppedException()));
    assertThat(tally.stopped()).isTrue();
    assertThat(tally.refused()).isEqualTo(2);
  }

  @Test
  void unrecordedSymbolsWaitForTheirLettersOneByOne() {
    assertThat(Tally.unrecorded(of("A,B"), "no connection"))
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
            .plus(Tally.empty(of("A"), "first"))
            .plus(Tally.unrecorded(of("B"), "second"))
            .plus(Tally.unrecorded(of("C"), "third"));
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
    Tally sum =
        Tally.served(1).plus(Tally.empty(of("A"), "first")).plus(Tally.empty(of("B"), "second"));
    assertThat(sum.reason()).isEqualTo("first");
    assertThat(Tally.unrecorded(of("C"), "refused").plus(sum).reason()).isEqualTo("refused");
    assertThat(sum.plus(Tally.unrecorded(of("C"), "refused")).reason()).isEqualTo("refused");
  }

  @Test
  void aSumIsStoppedWhenOneOfItsPartsIs() {
    Tally stopped = Tally.refused(of("A"), new StoppedException());
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

  @Test
  void whatWasServedManyAtOnceCountsWithTheOthersUnlessThereWasNothingToAskFor() {
    assertThat(Tally.total(Tally.served(2), Tally.served(3), null)).isEqualTo(Tally.served(5));
    assertThat(Tally.total(List.of(), Tally.none(), "no session"))
        .isEqualTo(new Tally(0, 0, 0, 0, "no session", List.of(), false));
  }

  @Test
  void articlesThatWereReadBeforeAFailureCountAllTheSame() {
    assertThat(Tally.after(3, 1, Tally.refused(of("*"), new InvalidSymbolException("*"))))
        .isEqualTo(new Tally(5, 3, 0, 2, "malformed, see dead_letters", List.of(), false));
    assertThat(Tally.after(0, 0, Tally.refused(of("*"), new InvalidSymbolException("*"))))
        .isEqualTo(new Tally(1, 0, 0, 1, "Invalid symbol: *", List.of(), false));
  }

  private static Map<String, Object> of(String symbols) {
    return Map.of("symbols", symbols);
  }
}
