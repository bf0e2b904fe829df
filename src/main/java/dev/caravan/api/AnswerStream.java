package dev.caravan.api;

import dev.caravan.http.ClientGone;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body that Camel reads piece by piece, each when the client has taken the one before. Whatever
 * becomes of it, what it holds is given back: at its end, where it fails, and where the client goes
 * away in the middle.
 */
final class AnswerStream extends InputStream {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);

  /** Much longer than Camel takes from one piece to the next while it still sends. */
  private static final long SETTLED_MS = 2000;

  private static final int END = -1;

  private final InputStream content;
  private final AutoCloseable held;
  private boolean closed;
  private boolean endRead;

  private AnswerStream(InputStream content, AutoCloseable held) {
    this.content = content;
    this.held = held;
  }

  static AnswerStream over(InputStream content, AutoCloseable held, Exchange exchange) {
    AnswerStream stream = new AnswerStream(content, held);
    if (exchange.getMessage() instanceof HttpMessage message) {
      ClientGone.then(message.getResponse(), () -> stream.abandon(exchange));
    }
    return stream;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? END : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] into, int offset, int length) throws IOException {
    if (closed) {
      endRead = true;
      return END;
    }
    try {
      int read = content.read(into, offset, length);
      if (read < 0) {
        endRead = true;
        close();
      }
      return read;
    } catch (IOException | RuntimeException e) {
      endRead = true;
      close();
      throw e;
    }
  }

  @Override
  public synchronized int available() throws IOException {
    return closed ? 0 : content.available();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        held.close();
      } catch (Exception e) {
        LOG.debug("An answer's connection could not be given back", e);
      }
    }
  }

  /**
   * The client is gone. If Camel is sending, it finds the end and is done; if it waits until the
   * client takes more, it would wait for ever, and with it whoever stops Caravan.
   */
  private void abandon(Exchange exchange) {
    close();
    CompletableFuture.delayedExecutor(SETTLED_MS, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (!isEndRead() && exchange.getUnitOfWork() != null) {
                exchange.getUnitOfWork().done(exchange);
              }
            });
  }

  private synchronized boolean isEndRead() {
    return endRead;
  }
}
