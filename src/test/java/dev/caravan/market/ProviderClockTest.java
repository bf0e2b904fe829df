package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.MovableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderClockTest {
  private static final Instant ASKED = Instant.parse("2025-11-20T15:00:00.400Z");

  private final MovableClock ours = new MovableClock("2025-11-20T15:00:00.400Z");
  private final ProviderClock clock = new ProviderClock();

  @BeforeEach
  void set() {
    clock.setClock(ours);
  }

  @Test
  void beforeAnAnswerThereIsOurTimeAlone() {
    assertThat(clock.earliest()).isEqualTo(ASKED);
    assertThat(clock.latest()).isEqualTo(ASKED);
    assertThat(clock.theirLatest()).isEqualTo(ASKED);
    assertThat(clock.ahead()).isEmpty();
  }

  @Test
  void aDateOfWholeSecondsIsRoundedOutward() {
    answer("Thu, 20 Nov 2025 15:00:00 GMT", 200);

    // At 15:00:00.600 it was between 15:00:00 and 15:00:01 there, asked for at 15:00:00.400.
    assertThat(clock.earliest()).isEqualTo("2025-11-20T15:00:00Z");
    assertThat(clock.latest()).isEqualTo("2025-11-20T15:00:01.200Z");
    assertThat(clock.ahead()).contains(Duration.ZERO);
  }

  @Test
  void whereWeAreBehindRangesEndLater() {
    answer("Thu, 20 Nov 2025 15:01:30 GMT", 0);

    assertThat(clock.latest()).isEqualTo("2025-11-20T15:01:31Z");
    assertThat(clock.earliest()).isEqualTo(ASKED);
    assertThat(clock.ahead()).contains(Duration.ofMillis(89_600));
  }

  @Test
  void whereWeAreAheadRangesBeginEarlierAndAnswersProveLess() {
    answer("Thu, 20 Nov 2025 14:58:30 GMT", 0);

    assertThat(clock.earliest()).isEqualTo("2025-11-20T14:58:30Z");
    assertThat(clock.latest()).isEqualTo(ASKED);
    assertThat(clock.theirLatest()).isEqualTo("2025-11-20T14:58:31Z");
    assertThat(clock.ahead()).contains(Duration.ofMillis(-89_400));
    ours.advance(Duration.ofSeconds(10));
    assertThat(clock.earliest()).isEqualTo("2025-11-20T14:58:40Z");
    assertThat(clock.earliestOf(ASKED.minusSeconds(60))).isEqualTo("2025-11-20T14:57:30Z");
  }

  @Test
  void theNewestAnswerCounts() {
    answer("Thu, 20 Nov 2025 14:58:30 GMT", 0);
    answer("Thu, 20 Nov 2025 15:00:00 GMT", 0);

    assertThat(clock.earliest()).isEqualTo("2025-11-20T15:00:00Z");
  }

  @Test
  void whatTellsNoTimeChangesNothing() {
    clock.heard("alpaca", null, ASKED);
    clock.heard("alpaca", "yesterday", ASKED);
    clock.heard("yahoo", "Thu, 20 Nov 2025 14:58:30 GMT", ASKED);
    answer("Thu, 20 Nov 2025 14:58:30 GMT", 31_000);

    assertThat(clock.ahead()).isEmpty();
  }

  @Test
  void aClockThatIsDaysOffMovesNoRangeAndIsToldOf() {
    answer("Thu, 20 Nov 2026 15:00:00 GMT".replace("Thu", "Fri"), 0);

    assertThat(clock.latest()).isEqualTo(ASKED);
    assertThat(clock.earliest()).isEqualTo(ASKED);
    assertThat(clock.ahead().orElseThrow()).isGreaterThan(Duration.ofDays(364));
  }

  private void answer(String date, long afterMs) {
    ours.advance(Duration.ofMillis(afterMs));
    clock.heard("alpaca", date, ours.instant().minusMillis(afterMs));
  }
}
