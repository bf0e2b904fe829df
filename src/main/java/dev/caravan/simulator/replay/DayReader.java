package dev.caravan.simulator.replay;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a stored day ahead of its telling, in slices of time and never more than a queue holds, so
 * that a day of any size fits into little memory and needs no sorting as a whole.
 */
public final class DayReader extends Thread {
  private static final Logger LOG = LoggerFactory.getLogger(DayReader.class);
  private static final int AHEAD = 10_000;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int FEW = 10_000;
  private static final int MANY = 100_000;
  private static final long RETRY_MS = 2_000;

  /** Bars are told after their minute: those of the last one when the day is over. */
  private static final Duration AFTERMATH = Duration.ofMinutes(2);

  /**
   * One message.
   *
   * @param at when it is told, in nanoseconds since 1970; {@link Long#MAX_VALUE} for the day's end
   */
  public record Told(long at, String feed, String channel, String symbol, String message) {
    public boolean isEnd() {
      return at == Long.MAX_VALUE;
    }
  }

  private static final Told END = new Told(Long.MAX_VALUE, "", "", "", "");

  private final StoredDay day;
  private final BlockingQueue<Told> ahead = new ArrayBlockingQueue<>(AHEAD);
  private long taken;

  public DayReader(StoredDay day) {
    super("simulator-replay");
    this.day = day;
    setDaemon(true);
  }

  /** The next message, or null while it is still being read. */
  public Told peek() {
    return ahead.peek();
  }

  public Told poll() {
    return ahead.poll();
  }

  @Override
  public void run() {
    try {
      do {
        readDay();
        ahead.put(END);
      } while (day.replay().loop());
    } catch (InterruptedException asked) {
      // The simulator is closed.
      interrupt();
    }
  }

  private void readDay() throws InterruptedException {
    Duration slice = SHORTEST;
    Instant end = day.end().plus(AFTERMATH);
    for (Instant from = day.begin(); from.isBefore(end); ) {
      Instant to = from.plus(slice);
      long rows = readSlice(from, to.isBefore(end) ? to : end);
      from = to;
      if (rows < FEW && slice.compareTo(LONGEST) < 0) {
        slice = slice.multipliedBy(2);
      } else if (rows > MANY && slice.compareTo(SHORTEST) > 0) {
        slice = slice.dividedBy(2);
      }
    }
  }

  /** Reads until it succeeds; what was handed over before the database went away is passed over. */
  private long readSlice(Instant from, Instant to) throws InterruptedException {
    long handed = 0;
    while (true) {
      long before = handed;
      taken = 0;
      try {
        day.messages(
            from,
            to,
            row -> {
              if (taken++ >= before) {
                ahead.put(
                    new Told(
                        row.getLong("at_nanos"),
                        row.getString("feed"),
                        row.getString("channel"),
                        row.getString("symbol"),
                        row.getString("message")));
              }
            });
        return taken;
      } catch (SQLException away) {
        handed = Math.max(before, taken);
        LOG.warn(
            "The replay is waiting for its database: {}",
            String.valueOf(away.getMessage()).lines().findFirst().orElse(""));
        sleep(RETRY_MS);
      }
    }
  }
}
