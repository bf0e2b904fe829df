package dev.caravan.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;

/**
 * How far the backfill of this process has come, for whoever shows it. The routes count here; a
 * weight is one session of one symbol.
 */
public final class BackfillFigures {
  private final LongAdder rows = new LongAdder();
  private final LongAdder weightDone = new LongAdder();
  private final LongAdder rowsOfDone = new LongAdder();
  private volatile long weight;
  private volatile long weightBefore;
  private volatile boolean begun;
  private volatile long begunNanos;

  /**
   * What is seen at one moment.
   *
   * @param begun whether the plan stands
   * @param rows stored by this process
   * @param weight of the whole plan
   * @param before what of the weight was done before this process began
   * @param done what of the weight this process has done
   * @param rowsOfDone rows of those ranges that this process has done
   */
  public record Seen(
      boolean begun, long rows, long weight, long before, long done, long rowsOfDone) {}

  /** The plan stands: so much in all, of which so much was done before. */
  public void begin(long all, long done) {
    rows.reset();
    weightDone.reset();
    rowsOfDone.reset();
    weight = all;
    weightBefore = done;
    begunNanos = System.nanoTime();
    begun = true;
  }

  /** A page is stored. */
  public void stored(Collection<?> page) {
    rows.add(page.size());
  }

  /** A range is done. */
  public void finished(long rangeWeight, long rangeRows) {
    weightDone.add(rangeWeight);
    rowsOfDone.add(rangeRows);
  }

  /** Since the plan stands; zero before. */
  public Duration elapsed() {
    return begun ? Duration.ofNanos(System.nanoTime() - begunNanos) : Duration.ZERO;
  }

  public Seen seen() {
    return new Seen(begun, rows.sum(), weight, weightBefore, weightDone.sum(), rowsOfDone.sum());
  }
}
