package dev.caravan.runtime;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that this process works, where its unit wants to know ({@code Type=notify}, {@code
 * WatchdogSec=}): one that says nothing for so long, as one that is frozen and holds the stream, is
 * killed and started again. Where no unit wants to know there is no thread.
 *
 * <p>Java cannot send what systemd listens to; {@code systemd-notify}, which is where systemd is,
 * can.
 */
final class Watchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  /** A beat may come late, and another be lost. */
  private static final int BEATS = 4;

  private final String socket;
  private final BooleanSupplier works;
  private final Duration beat;
  private final Thread thread;
  private boolean said;

  private Watchdog(String socket, BooleanSupplier works, Duration beat) {
    this.socket = socket;
    this.works = works;
    this.beat = beat;
    this.thread = new Thread(this::run, "watchdog");
    thread.setDaemon(true);
  }

  /**
   * Says that this process has started, and from then on that it works as long as it does.
   *
   * @param environment as systemd gives it to a process
   * @param works asked each time; whoever is stuck in it does not work
   * @return null where nobody listens
   */
  static Watchdog start(Map<String, String> environment, BooleanSupplier works) {
    String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (socket.isEmpty()) {
      return null;
    }
    String self = Long.toString(ProcessHandle.current().pid());
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    boolean watched =
        micros.matches("[1-9]\\d{0,17}")
            && environment.getOrDefault("WATCHDOG_PID", self).equals(self);
    Watchdog watchdog =
        new Watchdog(
            socket,
            works,
            watched ? Duration.ofNanos(Long.parseLong(micros) * 1000 / BEATS) : Duration.ZERO);
    watchdog.thread.start();
    return watchdog;
  }

  private void run() {
    try {
      say("READY=1");
      while (!beat.isZero()) {
        if (works.getAsBoolean()) {
          say("WATCHDOG=1");
        }
        TimeUnit.NANOSECONDS.sleep(beat.toNanos());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(String word) throws InterruptedException {
    try {
      ProcessBuilder sender =
          new ProcessBuilder("systemd-notify", word)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD);
      sender.environment().put("NOTIFY_SOCKET", socket);
      Process notify = sender.start();
      if (!notify.waitFor(Math.max(beat.toSeconds(), 1), TimeUnit.SECONDS)) {
        // It has sent its word, and only waits for systemd to have read it.
        notify.destroyForcibly();
      }
    } catch (IOException missing) {
      if (!said) {
        LOG.warn(
            "systemd wants to know whether this process works, and systemd-notify cannot be run:"
                + " {}. Give its unit Type=exec and no WatchdogSec",
            missing.getMessage());
        said = true;
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
