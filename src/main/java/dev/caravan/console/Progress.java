package dev.caravan.console;

import dev.caravan.ledger.BackfillFigures.Seen;
import dev.caravan.ledger.BackfillProgress;
import java.time.Duration;
import java.util.Locale;

/**
 * How far a backfill has come, in words: a bar for a terminal, and a line for everything else. It
 * measures nothing and prints nothing.
 *
 * @param done the part of the plan that is done, from 0 to 1
 * @param rows rows stored by this process
 * @param rowsASecond over the whole time so far
 * @param left requests left in the budget
 * @param toGo time to the end, or null where nothing is known of it yet
 */
record Progress(double done, long rows, double rowsASecond, int left, Duration toGo)
    implements ProgressText {

  /**
   * @param guess rows of one symbol and session, as long as no range is done that says better
   * @param elapsed since the first request
   */
  static Progress of(Seen seen, int guess, Duration elapsed, int left) {
    BackfillProgress progress = BackfillProgress.of(seen, guess, elapsed);
    return new Progress(
        progress.done(), progress.rows(), progress.rowsASecond(), left, progress.toGo());
  }

  @Override
  public String bar(int width) {
    return ProgressText.bar(
        done,
        String.format(
            Locale.ROOT,
            " %3d %% %,d rows, %,.0f/s, %d requests left, %s",
            ProgressText.percent(done),
            rows,
            rowsASecond,
            left,
            toGo == null ? "remaining time unknown" : time(toGo) + " to go"),
        width);
  }

  @Override
  public boolean isWorthALine() {
    return rows > 0;
  }

  @Override
  public String line() {
    return String.format(
        Locale.ROOT,
        "backfill: %d %%, %,d rows stored, %,.0f rows/s, %d requests left in the budget, %s",
        ProgressText.percent(done),
        rows,
        rowsASecond,
        left,
        toGo == null ? "remaining time unknown" : "about " + time(toGo) + " to go");
  }

  /** The two largest units, rounded up to the second: 2 h 5 min, 3 min 10 s, 7 s. */
  static String time(Duration duration) {
    long seconds = (duration.toMillis() + 999) / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    if (seconds < 86_400) {
      return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
    return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
  }
}
