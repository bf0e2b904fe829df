package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamHoursTest {
  private final StreamHours hours = new StreamHours();

  @ParameterizedTest(name = "{2}: {0} is open: {1}")
  @CsvSource({
    "2026-11-20T08:58:59.999Z, false, a Friday two minutes before four in the morning",
    "2026-11-20T08:59:00Z, true, the minute before four",
    "2026-11-20T15:00:00Z, true, in regular hours",
    "2026-11-21T01:01:59.999Z, true, two minutes after eight in the evening",
    "2026-11-21T01:02:00Z, false, then it is over",
    "2026-11-21T15:00:00Z, false, a Saturday",
    "2026-11-22T15:00:00Z, false, a Sunday",
    "2026-11-26T15:00:00Z, false, Thanksgiving",
    "2026-11-27T22:01:59Z, true, the half day after it has trading to five",
    "2026-11-27T22:02:00Z, false, and no longer",
    "2026-12-25T15:00:00Z, false, Christmas",
    "2026-07-03T15:00:00Z, false, Independence Day as observed",
    "2026-03-06T08:59:00Z, true, the last Friday of winter time",
    "2026-03-09T07:59:00Z, true, the first Monday of summer time",
    "2026-03-09T07:58:59Z, false, a second earlier",
    "2026-10-30T07:59:00Z, true, the last Friday of summer time",
    "2026-11-02T07:59:00Z, false, the first Monday of winter time",
    "2026-11-02T08:59:00Z, true, an hour later"
  })
  void theStreamIsOpenInTheSessionWithItsExtendedHours(String at, boolean open, String when) {
    assertThat(hours.isOpen(Instant.parse(at))).as(when).isEqualTo(open);
  }

  @Test
  void alwaysIsOpenOnAHoliday() {
    hours.setSchedule("always");

    assertThat(hours.isOpen(Instant.parse("2026-12-25T15:00:00Z"))).isTrue();
    assertThat(hours.action(Instant.parse("2026-12-25T15:00:00Z"))).isEqualTo("start");
  }

  @Test
  void itIsStartedAndStoppedOnceASession() {
    assertThat(act("2026-11-20T08:00:00Z")).isEqualTo("stop");
    assertThat(act("2026-11-20T08:58:58Z")).isEqualTo("none");
    assertThat(act("2026-11-20T08:59:00Z")).isEqualTo("start");
    assertThat(act("2026-11-20T08:59:02Z")).isEqualTo("none");
    assertThat(act("2026-11-21T01:01:58Z")).isEqualTo("none");
    assertThat(act("2026-11-21T01:02:00Z")).isEqualTo("stop");
    assertThat(act("2026-11-23T08:00:00Z")).isEqualTo("none");
    assertThat(act("2026-11-23T15:00:00Z")).isEqualTo("start");
  }

  @Test
  void whatWasNotDoneIsDueAgain() {
    Instant open = Instant.parse("2026-11-20T15:00:00Z");

    assertThat(hours.action(open)).isEqualTo("start");
    assertThat(hours.action(open)).isEqualTo("start");
    hours.done("start");
    assertThat(hours.action(open)).isEqualTo("none");
  }

  @ParameterizedTest(name = "at {0} it was owed until {1}")
  @CsvSource({
    "2026-11-20T15:00:00Z, 2026-11-20T15:00:00Z",
    "2026-11-21T01:02:00Z, 2026-11-21T01:02:00Z",
    "2026-11-23T08:58:59Z, 2026-11-21T01:02:00Z",
    "2026-11-26T15:00:00Z, 2026-11-26T01:02:00Z",
    "2026-11-28T15:00:00Z, 2026-11-27T22:02:00Z"
  })
  void afterASessionNothingIsOwedWheneverThatIsNoticed(String now, String until) {
    assertThat(hours.owedUntil(Instant.parse(now))).isEqualTo(Instant.parse(until));
  }

  private String act(String at) {
    String action = hours.action(Instant.parse(at));
    if (!action.equals("none")) {
      hours.done(action);
    }
    return action;
  }
}
