package dev.caravan.management;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * A check that is to be looked at: what it finds is no reason to end the process, nor to send its
 * visitors elsewhere.
 */
abstract class Check extends AbstractHealthCheck {
  static final String UNKNOWN = "unknown: the database does not answer";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  Check(String id) {
    super("caravan", id);
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  public boolean isReadiness() {
    return false;
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** Camel escapes what it shows twice over, which makes a mess of these. */
  static String text(String message) {
    return message.replace('"', '\'').replace("/", "").replace('\n', ' ');
  }
}
