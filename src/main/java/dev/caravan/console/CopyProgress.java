package dev.caravan.console;

import dev.caravan.database.CopyFigures;
import dev.caravan.database.CopyFigures.Seen;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine;

/**
 * How far a backup or a restore has come, in words.
 *
 * @param command whose progress it is
 * @param toGo time to the end, or null where nothing is known of it yet
 */
record CopyProgress(
    String command, double done, long rows, double rowsASecond, Duration elapsed, Duration toGo)
    implements ProgressText {
  /** A copy that is over sooner says so itself, in its last line. */
  private static final Duration WORTH_A_LINE = Duration.ofSeconds(10);

  /** Below this a rate is noise. */
  private static final double LEAST_MEASURED = 0.005;

  /** Shows a copy as a backfill is shown: what is piped stays clean. */
  static ProgressPrinter printer(
      String command, CopyFigures figures, Terminal terminal, CommandLine commandLine) {
    return new ProgressPrinter(
        () -> figures.seen().begun() ? of(command, figures.seen()) : null,
        terminal,
        terminal.present() ? commandLine.getOut() : commandLine.getErr());
  }

  static CopyProgress of(String command, Seen seen) {
    double seconds = seen.elapsed().toMillis() / 1000.0;
    Duration toGo =
        seen.done() < LEAST_MEASURED
            ? null
            : Duration.ofMillis(
                (long) (seen.elapsed().toMillis() * (1 - seen.done()) / seen.done()));
    return new CopyProgress(
        command,
        seen.done(),
        seen.rows(),
        seconds == 0 ? 0 : seen.rows() / seconds,
        seen.elapsed(),
        toGo);
  }

  @Override
  public String bar(int width) {
    return ProgressText.bar(
        done,
        String.format(
            Locale.ROOT,
            " %3d %% %,d rows, %,.0f/s, %s",
            ProgressText.percent(done),
            rows,
            rowsASecond,
            toGo == null ? "remaining time unknown" : Progress.time(toGo) + " to go"),
        width);
  }

  @Override
  public String line() {
    return String.format(
        Locale.ROOT,
        "%s: %d %%, %,d rows, %,.0f rows/s, %s",
        command,
        ProgressText.percent(done),
        rows,
        rowsASecond,
        toGo == null ? "remaining time unknown" : "about " + Progress.time(toGo) + " to go");
  }

  @Override
  public boolean isWorthALine() {
    return elapsed.compareTo(WORTH_A_LINE) >= 0;
  }
}
