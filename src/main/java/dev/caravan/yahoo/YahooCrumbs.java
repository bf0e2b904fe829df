package dev.caravan.yahoo;

import dev.caravan.market.answer.MarketDataException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/**
 * The one cookie and crumb of this process, kept in memory. It asks nobody; route {@code
 * yahoo-crumb} does, one exchange at a time. A crumb that Yahoo refuses is forgotten and asked for
 * once more; where that does not help either, no crumb is asked for in a quarter of an hour, so
 * that no budget is spent on what is refused.
 */
public final class YahooCrumbs {
  private static final Duration PAUSE = Duration.ofMinutes(15);

  private static final int TOO_MANY = 429;

  private final Semaphore door = new Semaphore(1, true);
  private Clock clock;

  private YahooCrumb held;

  /** Whether Yahoo has answered a question with the crumb that is held. */
  private boolean proved;

  private Instant pausedUntil = Instant.MIN;
  private String reason;
  private Throwable cause;

  public void setClock(Clock clock) {
    this.clock = clock;
  }

  /** Waits until no other exchange asks for a crumb. Whoever enters must {@link #leave()}. */
  public void enter() throws InterruptedException {
    door.acquire();
  }

  /** Lets the next one in, on whatever thread. */
  public void leave() {
    door.release();
  }

  /**
   * The crumb; null where one has to be asked for.
   *
   * @throws NoCrumbException where Yahoo refused one a short while ago
   */
  public synchronized YahooCrumb held() {
    if (held == null && clock.instant().isBefore(pausedUntil)) {
      throw new NoCrumbException(reason, pausedUntil, cause);
    }
    return held;
  }

  /** Keeps a crumb that Yahoo has just given. */
  public synchronized void keep(YahooCrumb crumb) {
    held = crumb;
    proved = false;
  }

  /**
   * Notes what a question with this crumb was answered with.
   *
   * @throws NoCrumbException for 429: Yahoo refuses such questions while it still serves charts, so
   *     that it is these which are not asked for a while
   */
  public synchronized void answered(YahooCrumb crumb, int status, String answer) {
    if (status == TOO_MANY) {
      held = null;
      pause("Yahoo answers questions that have one with 429 Too Many Requests", null);
      throw new NoCrumbException(reason, pausedUntil, cause);
    }
    if (crumb.equals(held) && !YahooCrumb.refused(status, answer)) {
      proved = true;
    }
  }

  /** Drops a crumb that was refused, unless another one has taken its place already. */
  public synchronized void forget(YahooCrumb crumb) {
    if (crumb.equals(held)) {
      held = null;
    }
  }

  /**
   * Notes that a crumb was refused that had taken the place of a refused one. Where it has served
   * others, it is the question that Yahoo does not like, and the crumb stays.
   */
  public synchronized void distrust(YahooCrumb crumb) {
    if (crumb.equals(held) && !proved) {
      held = null;
      pause("Yahoo does not accept the one that it has just given", null);
    }
  }

  /**
   * Notes that no crumb could be had, and says so.
   *
   * @throws NoCrumbException always
   */
  public synchronized void refused(Throwable failure) {
    MarketDataException ours = YahooAnswer.reason(failure);
    if (ours instanceof NoCrumbException known) {
      throw known;
    }
    Throwable told = ours == null ? failure : ours;
    pause(told.getMessage() == null ? told.getClass().getSimpleName() : told.getMessage(), failure);
    throw new NoCrumbException(reason, pausedUntil, cause);
  }

  private void pause(String why, Throwable failure) {
    reason = why;
    cause = failure;
    pausedUntil = clock.instant().plus(PAUSE);
  }
}
