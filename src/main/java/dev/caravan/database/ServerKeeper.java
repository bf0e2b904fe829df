package dev.caravan.database;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks each second whether a server runs, and brings back one that is gone: at once, and then with
 * waits that grow to half a minute, as they also do where it runs for less than a minute each time.
 */
final class ServerKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerKeeper.class);

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final long STEADY_NANOS = Duration.ofMinutes(1).toNanos();

  private final String name;
  private final BooleanSupplier isRunning;
  private final Runnable bringBack;
  private final Runnable tidy;
  private final Thread thread;
  private final AtomicLong restarts = new AtomicLong();

  /** By the clock of {@link System#nanoTime}; null while it runs. */
  private volatile Long goneSince;

  private volatile String fault;
  private volatile boolean stopping;

  /**
   * @param name what the log calls it
   * @param bringBack throws {@link DatabaseException} where it cannot
   * @param tidy what is to be done each minute while it runs
   */
  ServerKeeper(String name, BooleanSupplier isRunning, Runnable bringBack, Runnable tidy) {
    this.name = name;
    this.isRunning = isRunning;
    this.bringBack = bringBack;
    this.tidy = tidy;
    this.thread = new Thread(this::keep, "postgresql-keeper");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  Duration downtime() {
    Long since = goneSince;
    return since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  long restarts() {
    return restarts.get();
  }

  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** From here on nothing is brought back; a try that is under way comes to its end. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      // At once where it was never started.
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    Duration wait = LOOK;
    long back = System.nanoTime() - STEADY_NANOS;
    long tidied = System.nanoTime();
    try {
      while (!stopping) {
        TimeUnit.MILLISECONDS.sleep((goneSince == null ? LOOK : wait).toMillis());
        if (goneSince == null && isRunning.getAsBoolean()) {
          if (System.nanoTime() - tidied > STEADY_NANOS) {
            tidied = System.nanoTime();
            tidy.run();
          }
          continue;
        }
        if (goneSince == null) {
          goneSince = System.nanoTime();
          LOG.warn("{} is gone; Caravan starts it again", name);
          if (System.nanoTime() - back < STEADY_NANOS) {
            wait = longer(wait);
            continue;
          }
          wait = LOOK;
        }
        if (isBack(wait)) {
          back = System.nanoTime();
        } else {
          wait = longer(wait);
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isBack(Duration wait) {
    try {
      bringBack.run();
      restarts.incrementAndGet();
      LOG.info("{} is back after {} s", name, Math.max(1, downtime().toSeconds()));
      fault = null;
      goneSince = null;
      return true;
    } catch (RuntimeException e) {
      String before = fault;
      fault = String.valueOf(e.getMessage());
      if (!stopping && !sameReason(fault, before)) {
        LOG.warn(
            "{}; Caravan tries again, with waits of up to 30 s", fault.replaceFirst("\\.$", ""));
      }
      return false;
    }
  }

  /** The same reason is not worth a line each time; its numbers are ids and times. */
  private static boolean sameReason(String now, String before) {
    return before != null && now.replaceAll("\\d+", "").equals(before.replaceAll("\\d+", ""));
  }

  private static Duration longer(Duration wait) {
    Duration doubled = wait.multipliedBy(2);
    return doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
  }
}
