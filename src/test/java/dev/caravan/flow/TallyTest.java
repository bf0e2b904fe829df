package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.StoppedException;
import dev.caravan.market.InvalidSymbolException;
import java.util.List;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class TallyTest {

  @Test
  void nothing_counts_nothing() {
    assertThat(Tally.none()).isEqualTo(new Tally(0, 0, 0, 0, null, List.of(), false));
  }

  @Test
  void served_symbols_were_expected_and_are_stored() {
    assertThat(Tally.served(3)).isEqualTo(new Tally(3, 3, 0, 0, null, List.of(), false));
    assertThat(Tally.served(0)).isEqualTo(Tally.none());
  }

  @Test
  void empty_symbols_were_expected_and_have_a_reason() {
    assertThat(Tally.empty("A,B", "no data"))
        .isEqualTo(new Tally(2, 0, 2, 0, "no data", List.of(), false));
  }

  @Test
  void no_empty_symbol_needs_no_reason() {
    assertThat(Tally.empty("", "no data")).isEqualTo(Tally.none());
    assertThat(Tally.empty(null, "no data")).isEqualTo(Tally.none());
  }

  @Test
  void refused_symbols_carry_the_reason_of_the_failure() {
    assertThat(Tally.refused("ZZZZ", new InvalidSymbolException("ZZZZ")))
        .isEqualTo(new Tally(1, 0, 0, 1, "Invalid symbol: ZZZZ", List.of(), false));
  }

  @Test
  void a_refusal_because_caravan_stops_is_told_from_any_other() {
    Tally tally = Tally.refused("A,B", new RuntimeCamelException(new StoppedException()));
    assertThat(tally.stopped()).isTrue();
    assertThat(tally.refused()).isEqualTo(2);
  }

  @Test
  void unrecorded_symbols_wait_for_their_letters_one_by_one() {
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
  void a_sum_adds_every_count_and_keeps_the_first_reason_of_a_refusal() {
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
  void without_a_refusal_the_first_empty_symbol_gives_the_reason() {
    Tally sum = Tally.served(1).plus(Tally.empty("A", "first")).plus(Tally.empty("B", "second"));
    assertThat(sum.reason()).isEqualTo("first");
    assertThat(Tally.unrecorded("C", "refused").plus(sum).reason()).isEqualTo("refused");
    assertThat(sum.plus(Tally.unrecorded("C", "refused")).reason()).isEqualTo("refused");
  }

  @Test
  void a_sum_is_stopped_when_one_of_its_parts_is() {
    Tally stopped = Tally.refused("A", new StoppedException());
    assertThat(stopped.plus(Tally.served(1)).stopped()).isTrue();
    assertThat(Tally.served(1).plus(stopped).stopped()).isTrue();
    assertThat(Tally.served(1).plus(Tally.served(1)).stopped()).isFalse();
  }

  @Test
  void a_sum_with_nothing_is_the_other() {
    assertThat(Tally.sum(null, Tally.served(1))).isEqualTo(Tally.served(1));
    assertThat(Tally.sum(Tally.served(1), null)).isEqualTo(Tally.served(1));
    assertThat(Tally.sum(null, null)).isNull();
    assertThat(Tally.sum(Tally.served(1), Tally.served(2))).isEqualTo(Tally.served(3));
  }

  @Test
  void a_split_of_nothing_leaves_the_list_that_it_was_given_and_counts_nothing() {
    assertThat(Tally.total(List.of())).isEqualTo(Tally.none());
    assertThat(Tally.total(null)).isEqualTo(Tally.none());
    assertThat(Tally.total(Tally.served(2))).isEqualTo(Tally.served(2));
  }
}
