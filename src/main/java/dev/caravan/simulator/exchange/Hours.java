package dev.caravan.simulator.exchange;

import java.time.Instant;

/** The hours of one session: extended trading begins at {@code first} and ends at {@code last}. */
public record Hours(Instant first, Instant open, Instant close, Instant last) {
  int minutesBeforeOpen() {
    return minutes(first, open);
  }

  int regularMinutes() {
    return minutes(open, close);
  }

  int allMinutes() {
    return minutes(first, last);
  }

  private static int minutes(Instant from, Instant to) {
    // Asked for each minute of a day, several times: a Duration would cost more than the minute.
    return (int) ((to.getEpochSecond() - from.getEpochSecond()) / 60);
  }
}
