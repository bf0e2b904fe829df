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
record Progress(double done, long rows, double rowsASecond, int left, Duration toGo) {
  private static final int SHORTEST_BAR = 8;

  /**
   * @param guess rows of one symbol and session, as long as no range is done that says better
   * @param elapsed since the first request
   */
  static Progress of(Seen seen, int guess, Duration elapsed, int left) {
    BackfillProgress progress = BackfillProgress.of(seen, guess, elapsed);
    return new Progress(
        progress.done(), progress.rows(), progress.rowsASecond(), left, progress.toGo());
  }

  /** One line that fits into a terminal of this width, without a line feed. */
  String bar(int width) {
    String text =
        String.format(
            Locale.ROOT,
            " %3d %% %,d rows, %,.0f/s, %d requests left, %s",
            percent(),
            rows,
            rowsASecond,
            left,
            toGo == null ? "remaining time unknown" : time(toGo) + " to go");
    // The last column is left free: a terminal would break the line there.
    int room = width - 1 - text.length() - 2;
    if (room < SHORTEST_BAR) {
      String bare = text.strip();
      // Each figure is worth more than the words beside it.
      String kept =
          bare.length() < width ? bare : bare.replace(" requests", "").replace(" to go", "");
      return kept.length() < width ? kept : kept.substring(0, Math.max(0, width - 1));
    }
    int full = (int) Math.round(room * done);
    return "[" + "#".repeat(full) + "-".repeat(room - full) + "]" + text;
  }

  /** A line for a log. */
  String line() {
    return String.format(
        Locale.ROOT,
        "backfill: %d %%, %,d rows stored, %,.0f rows/s, %d requests left in the budget, %s",
        percent(),
        rows,
        rowsASecond,
        left,
        toGo == null ? "remaining time unknown" : "about " + time(toGo) + " to go");
  }

  private int percent() {
    // Only what is done is 100 %.
    return (int) Math.floor(done * 100 + 1e-9);
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
