package dev.caravan.ledger;

import dev.caravan.ledger.BackfillFigures.Seen;
import java.time.Duration;

/**
 * How far a backfill has come.
 *
 * @param done the part of the plan that is done, from 0 to 1
 * @param rows rows stored by this process
 * @param rowsASecond over the whole time so far
 * @param toGo time to the end, or null where nothing is known of it yet
 */
public record BackfillProgress(double done, long rows, double rowsASecond, Duration toGo) {
  /** Below this a rate is noise. */
  private static final double LEAST_MEASURED = 0.005;

  /**
   * @param guess rows of one symbol and session, as long as no range is done that says better
   * @param elapsed since the first request
   */
  public static BackfillProgress of(Seen seen, int guess, Duration elapsed) {
    double rowsAWeight =
        seen.done() > 0 ? Math.max(1e-9, (double) seen.rowsOfDone() / seen.done()) : guess;
    long mine = seen.weight() - seen.before();
    // Ranges that are under way have rows and are not done; they never count for more than all.
    double reached = Math.max(seen.done(), Math.min(mine, seen.rows() / rowsAWeight));
    double part = mine == 0 ? 1 : reached / mine;
    if (mine > 0 && seen.done() < mine) {
      part = Math.min(part, 0.999);
    }
    double seconds = elapsed.toMillis() / 1000.0;
    Duration toGo =
        mine == 0
            ? Duration.ZERO
            : part < LEAST_MEASURED
                ? null
                : Duration.ofMillis((long) (elapsed.toMillis() * (1 - part) / part));
    double all = seen.weight() == 0 ? 1 : (seen.before() + part * mine) / seen.weight();
    return new BackfillProgress(all, seen.rows(), seconds == 0 ? 0 : seen.rows() / seconds, toGo);
  }
}
