package dev.caravan.ledger;

import dev.caravan.flow.Tally;
import dev.caravan.source.StoppedException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;

/**
 * How far the backfill of this process has come, for whoever shows it. The routes count here; a
 * weight is one session of one symbol.
 */
public final class BackfillFigures {
  private static final String STOPPED =
      "stopped by a person; the next backfill of the same goes on with what is open";

  private final LongAdder rows = new LongAdder();
  private final LongAdder weightDone = new LongAdder();
  private final LongAdder rowsOfDone = new LongAdder();
  private volatile long weight;
  private volatile long weightBefore;
  private volatile boolean begun;
  private volatile long begunNanos;
  private volatile BackfillPlan plan;
  private volatile long run;
  private volatile boolean stopping;

  /** A run of this process begins, and has counted nothing yet. */
  public void starts(BackfillPlan newPlan, long newRun) {
    begun = false;
    stopping = false;
    rows.reset();
    plan = newPlan;
    run = newRun;
  }

  /** The run that this process has begun last; 0 before the first. */
  public long run() {
    return run;
  }

  /** What that run asks for, or null. */
  public BackfillPlan plan() {
    return plan;
  }

  /** A person stops it: what is under way is stored, and nothing else is asked for. */
  public void stop() {
    stopping = true;
  }

  public boolean stopping() {
    return stopping;
  }

  /**
   * Passes before each request while nobody stops the backfill.
   *
   * @throws StoppedException where somebody has
   */
  public void goOn() {
    if (stopping) {
      throw new StoppedException(STOPPED);
    }
  }

  /** What the run comes to; where a person has cut it off, it says so. */
  public Tally ending(Tally tally) {
    return stopping && tally.stopped() ? tally.noting(STOPPED) : tally;
  }

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
