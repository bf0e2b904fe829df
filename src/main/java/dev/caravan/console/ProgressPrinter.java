package dev.caravan.console;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows how far some work is while it runs: a bar in place on a terminal, lines elsewhere. */
final class ProgressPrinter implements AutoCloseable {
  private static final long BAR_EVERY_MS = 250;
  private static final long LINE_EVERY_MS = 10_000;
  private static final String ERASE_REST = "\u001b[K";

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "progress");
            thread.setDaemon(true);
            return thread;
          });

  private final Supplier<ProgressText> progress;
  private final Terminal terminal;
  private final PrintWriter to;
  private boolean shown;

  /**
   * @param progress as of now; null as long as the work has not begun
   */
  ProgressPrinter(Supplier<ProgressText> progress, Terminal terminal, PrintWriter to) {
    this.progress = progress;
    this.terminal = terminal;
    this.to = to;
  }

  void start() {
    long every = terminal.present() ? BAR_EVERY_MS : LINE_EVERY_MS;
    timer.scheduleAtFixedRate(this::show, 0, every, TimeUnit.MILLISECONDS);
  }

  private synchronized void show() {
    ProgressText now = progress.get();
    if (now == null) {
      return;
    }
    if (terminal.present()) {
      to.print("\r" + now.bar(terminal.width()) + ERASE_REST);
      shown = true;
    } else if (shown || now.isWorthALine()) {
      to.println(now.line());
      shown = true;
    }
    to.flush();
  }

  /** The last state, and an end of the bar's line. */
  @Override
  public void close() {
    timer.shutdownNow();
    show();
    if (terminal.present() && shown) {
      to.println();
      to.flush();
    }
  }
}
