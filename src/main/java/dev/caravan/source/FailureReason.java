package dev.caravan.source;

import dev.caravan.market.answer.MarketDataException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import org.apache.camel.RuntimeCamelException;

/** The reason for a failure as a user reads it: one line, in plain words, without secrets. */
public final class FailureReason {
  private static final int LONGEST = 500;

  private FailureReason() {}

  public static String of(Throwable cause) {
    if (cause == null) {
      return "unknown";
    }
    MarketDataException ours = find(cause, MarketDataException.class);
    if (ours != null) {
      return oneLine(ours.getMessage());
    }
    SQLException database = find(cause, SQLException.class);
    if (database != null) {
      return oneLine("The database refused: " + database.getMessage());
    }
    InterruptedIOException timeout = find(cause, InterruptedIOException.class);
    if (timeout != null) {
      return oneLine("No answer in time: " + timeout.getMessage());
    }
    IOException broken = find(cause, IOException.class);
    if (broken != null) {
      return oneLine("No connection: " + broken.getMessage());
    }
    Throwable inner = cause;
    while (inner instanceof RuntimeCamelException && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return oneLine(
        inner.getMessage() == null ? inner.getClass().getSimpleName() : inner.getMessage());
  }

  /** The first of this type among a throwable and its causes, or null. */
  public static <T extends Throwable> T find(Throwable cause, Class<T> type) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }

  private static String oneLine(String text) {
    String line = String.valueOf(text).replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
