package dev.caravan.source;

import dev.caravan.market.answer.MarketDataException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
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
    SSLException untrusted = find(cause, SSLException.class);
    if (untrusted != null) {
      return oneLine(tls(untrusted));
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

  /** What is wrong with the other end's certificate, and what to do; nothing is asked meanwhile. */
  private static String tls(SSLException failure) {
    CertificateExpiredException expired = find(failure, CertificateExpiredException.class);
    if (expired != null) {
      return "No connection: the provider's certificate has expired ("
          + expired.getMessage()
          + "). If the clock of this machine is right, the provider has to renew it";
    }
    CertificateNotYetValidException early = find(failure, CertificateNotYetValidException.class);
    if (early != null) {
      return "No connection: the provider's certificate is not valid yet ("
          + early.getMessage()
          + "). Check the clock of this machine";
    }
    if (find(failure, CertPathBuilderException.class) != null) {
      return "No connection: the certificate is not signed by anyone whom Java trusts ("
          + failure.getMessage()
          + "). If a proxy of yours reads TLS, add its certificate to Java's trust store; otherwise"
          + " somebody stands in between";
    }
    return "No connection: TLS failed: " + failure.getMessage();
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
