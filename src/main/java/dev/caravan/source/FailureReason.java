package dev.caravan.source;

import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.MarketDataException;
import dev.caravan.market.answer.ProviderAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.apache.camel.RuntimeCamelException;

/** The reason for a failure as a user reads it: one line, in plain words, without secrets. */
public final class FailureReason {
  private static final int LONGEST = 500;

  private FailureReason() {}

  public static String of(Throwable cause) {
    if (cause == null) {
      return "unknown";
    }
    MarketDataException ours = Causes.find(cause, MarketDataException.class);
    if (ours != null) {
      return oneLine(ours.getMessage());
    }
    SQLException database = Causes.find(cause, SQLException.class);
    if (database != null) {
      return oneLine("The database refused: " + database.getMessage());
    }
    InterruptedIOException timeout = Causes.find(cause, InterruptedIOException.class);
    if (timeout != null) {
      return oneLine("No answer in time: " + timeout.getMessage());
    }
    SSLException untrusted = Causes.find(cause, SSLException.class);
    if (untrusted != null) {
      return oneLine("No connection: " + ProviderAddress.untrusted(untrusted));
    }
    IOException broken = Causes.find(cause, IOException.class);
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

  private static String oneLine(String text) {
    String line = String.valueOf(text).replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
