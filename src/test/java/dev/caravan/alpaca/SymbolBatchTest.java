package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.InvalidSymbolException;
import dev.caravan.market.Refused;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymbolBatchTest {

  @Test
  void a_batch_begins_with_all_symbols_and_its_first_page() {
    assertThat(SymbolBatch.of("AAPL,BRK.B"))
        .isEqualTo(new SymbolBatch(List.of("AAPL", "BRK.B"), Set.of(), Set.of(), null, true));
  }

  @Test
  void a_page_with_a_token_is_followed_by_the_next() {
    SymbolBatch batch = SymbolBatch.after(SymbolBatch.of("A,B,C"), page("token", "A"));
    assertThat(batch.pageToken()).isEqualTo("token");
    assertThat(batch.open()).isTrue();
    assertThat(batch.asked()).containsExactly("A", "B", "C");
    assertThat(batch.served()).isEqualTo(1);
    assertThat(batch.absent()).isEqualTo("B,C");
  }

  @Test
  void a_page_without_a_token_is_the_last() {
    SymbolBatch batch = SymbolBatch.after(SymbolBatch.of("A,B,C"), page("token", "A"));
    batch = SymbolBatch.after(batch, page(null, "A", "C"));
    assertThat(batch.open()).isFalse();
    assertThat(batch.pageToken()).isNull();
    assertThat(batch.served()).isEqualTo(2);
    assertThat(batch.absent()).isEqualTo("B");
  }

  @Test
  void a_symbol_that_was_not_asked_for_is_not_counted_as_served() {
    SymbolBatch batch = SymbolBatch.after(SymbolBatch.of("A"), page(null, "A", "ELSE"));
    assertThat(batch.served()).isEqualTo(1);
    assertThat(batch.absent()).isEmpty();
  }

  @Test
  void without_the_malformed_symbol_the_others_are_asked_for_from_the_first_page() {
    SymbolBatch batch = SymbolBatch.after(SymbolBatch.of("A,B,C"), page("token", "A"));
    assertThat(SymbolBatch.without(batch, "B"))
        .isEqualTo(new SymbolBatch(List.of("A", "C"), Set.of(), Set.of(), null, true));
  }

  @Test
  void symbols_with_a_row_that_could_not_be_taken_are_remembered_over_the_pages() {
    Refused row = new Refused("B", "Missing required data: t of B", "{}");
    SymbolBatch batch =
        SymbolBatch.after(
            SymbolBatch.of("A,B"),
            new AlpacaTrades.Page(List.of(), Set.of("B"), "two", List.of(row, row)));
    batch = SymbolBatch.after(batch, page(null, "A"));
    assertThat(batch.spoiled()).isEqualTo("B");
    assertThat(batch.served()).isEqualTo(2);
  }

  @Test
  void a_batch_of_nothing_but_the_malformed_symbol_is_done() {
    SymbolBatch batch = SymbolBatch.without(SymbolBatch.of("A"), "A");
    assertThat(batch.open()).isFalse();
    assertThat(batch.served()).isZero();
    assertThat(batch.absent()).isEmpty();
    assertThat(batch.unserved()).isEmpty();
  }

  @Test
  void a_refusal_of_a_symbol_that_is_not_ours_does_not_go_round_for_ever() {
    assertThatExceptionOfType(InvalidSymbolException.class)
        .isThrownBy(() -> SymbolBatch.without(SymbolBatch.of("A,B"), "C"))
        .withMessage("Invalid symbol: C");
  }

  @Test
  void until_the_last_page_none_is_served_for_sure() {
    SymbolBatch batch = SymbolBatch.after(SymbolBatch.of("A,B"), page("token", "A"));
    assertThat(batch.unserved()).isEqualTo("A,B");
  }

  @ParameterizedTest
  @CsvSource({"2026-11-20, 2026-11-20T05:00:00Z", "2026-06-03, 2026-06-03T04:00:00Z"})
  void a_window_starts_at_midnight_in_new_york(LocalDate date, Instant start) {
    assertThat(SymbolBatch.start(date)).isEqualTo(start);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20, 2026-11-23T15:00:00Z, 2026-11-21T04:59:59Z",
    "2026-11-20, 2026-11-20T20:00:00Z, 2026-11-20T19:44:00Z",
    "2026-11-20, 2026-11-21T05:15:58Z, 2026-11-21T04:59:58Z",
    "2026-11-20, 2026-11-21T05:16:00Z, 2026-11-21T04:59:59Z"
  })
  void a_window_ends_with_its_date_and_never_younger_than_16_minutes(
      LocalDate date, Instant now, Instant end) {
    assertThat(SymbolBatch.end(date, now)).isEqualTo(end);
  }

  private static AlpacaBars.Page page(String token, String... symbols) {
    return new AlpacaBars.Page(List.of(), Set.of(symbols), token, List.of());
  }
}
