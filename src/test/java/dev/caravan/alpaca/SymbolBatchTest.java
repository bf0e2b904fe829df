package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.RefusedRow;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymbolBatchTest {
  private static final Instant READ_AT = Instant.parse("2026-11-20T21:00:00Z");

  @Test
  void aBatchBeginsWithAllSymbolsAndItsFirstPage() {
    assertThat(of("AAPL,BRK.B"))
        .isEqualTo(new SymbolBatch(List.of("AAPL", "BRK.B"), Set.of(), Set.of(), null, true, null));
  }

  @Test
  void aPageWithATokenIsFollowedByTheNext() {
    SymbolBatch batch = SymbolBatch.after(of("A,B,C"), page("token", "A"), READ_AT);
    assertThat(batch.pageToken()).isEqualTo("token");
    assertThat(batch.open()).isTrue();
    assertThat(batch.asked()).containsExactly("A", "B", "C");
    assertThat(batch.served()).isEqualTo(1);
    assertThat(batch.absent()).isEqualTo("B,C");
  }

  @Test
  void aPageWithoutATokenIsTheLast() {
    SymbolBatch batch = SymbolBatch.after(of("A,B,C"), page("token", "A"), READ_AT);
    batch = SymbolBatch.after(batch, page(null, "A", "C"), READ_AT);
    assertThat(batch.open()).isFalse();
    assertThat(batch.pageToken()).isNull();
    assertThat(batch.served()).isEqualTo(2);
    assertThat(batch.absent()).isEqualTo("B");
  }

  @Test
  void aSymbolThatWasNotAskedForIsNotCountedAsServed() {
    SymbolBatch batch = SymbolBatch.after(of("A"), page(null, "A", "ELSE"), READ_AT);
    assertThat(batch.served()).isEqualTo(1);
    assertThat(batch.absent()).isEmpty();
  }

  @Test
  void symbolsWithARowThatCouldNotBeTakenAreRememberedOverThePages() {
    RefusedRow row = new RefusedRow("B", "Missing required data: t of B", "{}");
    SymbolBatch batch =
        SymbolBatch.after(
            of("A,B"),
            new AlpacaTrades.Page(List.of(), Set.of("B"), "two", List.of(row, row)),
            READ_AT);
    batch = SymbolBatch.after(batch, page(null, "A"), READ_AT);
    assertThat(batch.spoiled()).isEqualTo("B");
    assertThat(batch.served()).isEqualTo(2);
  }

  @Test
  void anAnswerSaysNothingOfWhatCameAfterItsFirstPageWasAskedFor() {
    SymbolBatch batch = SymbolBatch.after(of("A"), page("token", "A"), READ_AT);
    batch = SymbolBatch.after(batch, page(null, "A"), READ_AT.plusSeconds(1));
    assertThat(batch.readAt()).isEqualTo(READ_AT);
  }

  @ParameterizedTest
  @CsvSource({"2026-11-20, 2026-11-20T05:00:00Z", "2026-06-03, 2026-06-03T04:00:00Z"})
  void aWindowStartsAtMidnightInNewYork(LocalDate date, Instant start) {
    assertThat(SymbolBatch.start(date)).isEqualTo(start);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20, 2026-11-23T15:00:00Z, 2026-11-21T04:59:59Z",
    "2026-11-20, 2026-11-20T20:00:00Z, 2026-11-20T19:44:00Z",
    "2026-11-20, 2026-11-21T05:15:58Z, 2026-11-21T04:59:58Z",
    "2026-11-20, 2026-11-21T05:16:00Z, 2026-11-21T04:59:59Z"
  })
  void aWindowEndsWithItsDateAndNeverYoungerThan16Minutes(
      LocalDate date, Instant now, Instant end) {
    assertThat(SymbolBatch.end(date, now)).isEqualTo(end);
  }

  private static AlpacaBars.Page page(String token, String... symbols) {
    return new AlpacaBars.Page(List.of(), Set.of(symbols), token, List.of());
  }

  private static SymbolBatch of(String symbols) {
    return SymbolBatch.of(
        HistoryRequest.of(symbols, "sip", "1Day", READ_AT.minusSeconds(60), READ_AT));
  }
}
