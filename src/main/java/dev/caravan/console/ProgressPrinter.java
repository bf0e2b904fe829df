package dev.caravan.console;

import dev.caravan.ledger.BackfillFigures;
import dev.caravan.ledger.BackfillFigures.Seen;
import dev.caravan.source.RequestBudget;
import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.DataAccessException;

/** Shows how far a backfill is while it runs: a bar in place on a terminal, lines elsewhere. */
final class ProgressPrinter implements AutoCloseable {
  private static final long BAR_EVERY_MS = 250;
  private static final long LINE_EVERY_MS = 10_000;

  /** The budget is a table: it is asked no more often than that. */
  private static final long BUDGET_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String ERASE_REST = "\u001b[K";

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "progress");
            thread.setDaemon(true);
            return thread;
          });

  private final BackfillFigures figures;
  private final RequestBudget budget;
  private final int guess;
  private final Terminal terminal;
  private final PrintWriter to;
  private long budgetNanos;
  private int left;
  private boolean shown;

  ProgressPrinter(
      BackfillFigures figures, RequestBudget budget, int guess, Terminal terminal, PrintWriter to) {
    this.figures = figures;
    this.budget = budget;
    this.guess = guess;
    this.terminal = terminal;
    this.to = to;
  }

  void start() {
    long every = terminal.present() ? BAR_EVERY_MS : LINE_EVERY_MS;
    timer.scheduleAtFixedRate(this::show, 0, every, TimeUnit.MILLISECONDS);
  }

  private synchronized void show() {
    Seen seen = figures.seen();
    if (!seen.begun()) {
      return;
    }
    Progress progress = Progress.of(seen, guess, figures.elapsed(), left());
    if (terminal.present()) {
      to.print("\r" + progress.bar(terminal.width()) + ERASE_REST);
      shown = true;
    } else if (seen.rows() > 0 || shown) {
      to.println(progress.line());
      shown = true;
    }
    to.flush();
  }

  private int left() {
    if (budgetNanos == 0 || System.nanoTime() - budgetNanos >= BUDGET_EVERY_NANOS) {
      try {
        left = budget.left();
      } catch (DataAccessException away) {
        left = 0;
      }
      budgetNanos = System.nanoTime();
    }
    return left;
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
