package dev.caravan.console;

import dev.caravan.ledger.BackfillFigures;
import dev.caravan.ledger.BackfillFigures.Seen;
import dev.caravan.source.RequestBudget;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/** How far a backfill is, with the requests that are left. One thread at a time. */
final class WatchedBackfill implements Supplier<ProgressText> {
  /** The budget is a table: it is asked no more often than that. */
  private static final long BUDGET_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final BackfillFigures figures;
  private final RequestBudget budget;
  private final int guess;
  private long budgetNanos;
  private int left;

  /**
   * @param guess rows of one symbol and session
   */
  WatchedBackfill(BackfillFigures figures, RequestBudget budget, int guess) {
    this.figures = figures;
    this.budget = budget;
    this.guess = guess;
  }

  @Override
  public ProgressText get() {
    Seen seen = figures.seen();
    return seen.begun() ? Progress.of(seen, guess, figures.elapsed(), left()) : null;
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
}
