package dev.caravan.stream;

import java.time.Clock;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Health of a stream: down, with the reason, when it should be up and is not. That is no reason to
 * end the process, so it says nothing of its liveness.
 */
public final class StreamHealth extends AbstractHealthCheck {
  /** A batch takes milliseconds. */
  private static final double MOST_SECONDS_QUEUED = 30;

  private StreamFigures figures;
  private StreamHours hours;
  private boolean enabled;
  private Clock clock = Clock.systemUTC();

  /** Check {@code stream}, that of the market's stream. */
  public StreamHealth() {
    this("stream");
  }

  /**
   * @param id under which the check is shown
   */
  public StreamHealth(String id) {
    super("caravan", id);
  }

  public void setFigures(StreamFigures figures) {
    this.figures = figures;
    figures.setDue(this::isDue);
  }

  public void setHours(StreamHours hours) {
    this.hours = hours;
  }

  public void setClock(Clock clock) {
    this.clock = clock;
  }

  /** Whether the stream is read at all: it is configured, and there are keys. */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  /** Whoever asks for data gets what is stored, with or without a stream. */
  @Override
  public boolean isReadiness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    builder.detail("state", text(figures.getState()));
    builder.detail("bytes.queued", figures.getBytesQueued());
    builder.detail("seconds.queued", figures.getSecondsQueued());
    builder.detail("seconds.since.last.message", figures.getSecondsSinceLastMessage());
    if (figures.getStoreTrouble() != null) {
      builder.message(text("rows wait to be stored: " + figures.getStoreTrouble())).down();
    } else if (figures.getSecondsQueued() > MOST_SECONDS_QUEUED) {
      builder
          .message(
              "nothing is being stored: the oldest rows have waited for "
                  + (long) figures.getSecondsQueued()
                  + " s")
          .down();
    } else if (figures.getHolder() != null) {
      builder.message(text("held by " + figures.getHolder())).up();
    } else if (figures.isSubscribed()) {
      builder.message(text(figures.getState())).up();
    } else if (!isDue()) {
      builder.message(enabled ? "off: no session now" : "off, or without keys").up();
    } else if (figures.isWanted()) {
      builder.message(text(figures.getState())).down();
    } else {
      builder.message("its route is not started").down();
    }
  }

  private boolean isDue() {
    return enabled && hours.isOpen(clock.instant());
  }

  /** Camel escapes what it shows twice over, which makes a mess of these two. */
  private static String text(String message) {
    return message.replace('"', '\'').replace("/", "");
  }
}
