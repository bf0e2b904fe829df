package dev.caravan.source;

import dev.caravan.market.answer.SourceFailedException;
import java.time.Instant;

/** The answers that end a request without a body worth reading. */
public final class SourceFailures {
  private SourceFailures() {}

  public static void failed(String source, int status, String body, Instant retryAt) {
    throw new SourceFailedException(source, status, body, retryAt);
  }
}
