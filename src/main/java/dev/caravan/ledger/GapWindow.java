package dev.caravan.ledger;

import dev.caravan.market.MarketCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The range that the provider is asked for to settle a gap, both ends inclusive. It is never empty.
 *
 * @param start first instant; of bars the start of the first bar
 * @param end last instant; of bars the start of the last bar
 */
public record GapWindow(Instant start, Instant end) {
  /**
   * Rows arrive out of order by fractions of a second, and our clock, which sets the end of a gap,
   * may be wrong by some seconds; what is there twice is stored once.
   */
  private static final Duration OVERLAP = Duration.ofSeconds(5);

  /** What was traded at the end of a range is in the provider's history by then. */
  private static final Duration SETTLED = Duration.ofSeconds(15);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /**
   * The range of one gap. A minute's bar comes when the minute is over and its revision half a
   * minute later: a gap owes the bars of the two minutes before it as well, and not the bar of the
   * minute in which it ends.
   *
   * <p>A correction may be of any trade of its day: all of them, from the first, are read again.
   *
   * <p>Longer bars are never the stream's: theirs are the bars that begin in the range.
   *
   * @param dataset {@code trades}, {@code quotes}, {@code bars} or {@code corrections}
   * @param timeframe of bars
   * @param from begin of the gap, ISO-8601 in UTC
   * @param to end of the gap, not before its begin
   * @throws IllegalArgumentException for another dataset
   */
  public static GapWindow of(String dataset, String timeframe, String from, String to) {
    Instant begin = Instant.parse(from);
    Instant end = Instant.parse(to);
    return switch (dataset) {
      case "trades", "quotes" -> new GapWindow(begin.minus(OVERLAP), end.plus(OVERLAP));
      case "corrections" ->
          new GapWindow(
              begin
                  .atZone(MarketCalendar.NEW_YORK)
                  .toLocalDate()
                  .atStartOfDay(MarketCalendar.NEW_YORK)
                  .toInstant(),
              end.plus(OVERLAP));
      case "bars" ->
          timeframe.equals("1Min")
              ? new GapWindow(
                  begin.truncatedTo(ChronoUnit.MINUTES).minus(MINUTE.multipliedBy(2)),
                  end.truncatedTo(ChronoUnit.MINUTES).minus(MINUTE))
              : new GapWindow(begin, end.isAfter(begin) ? end.minusSeconds(1) : end);
      default -> throw new IllegalArgumentException("Gaps of " + dataset + " are not repaired");
    };
  }

  /**
   * Whether an answer can settle a gap: it says nothing of what came after it was asked for.
   *
   * @param to end of the gap, ISO-8601 in UTC
   * @param readAt when its first page was asked for
   */
  public static boolean proven(String to, Instant readAt) {
    return !Instant.parse(to).isAfter(readAt.minus(SETTLED));
  }
}
