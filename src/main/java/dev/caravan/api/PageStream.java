package dev.caravan.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Rows, of which a piece is read from the database when somebody wants it. */
final class PageStream extends InputStream {
  private static final int PIECE = 64 * 1024;

  /** For as long as somebody reads, the database cannot clear away what was replaced meanwhile. */
  private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);

  private final long began = System.nanoTime();
  private final PageContent content;
  private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
  private final OutputStream compressed;
  private byte[] piece = new byte[0];
  private int taken;
  private boolean ended;

  /**
   * @param content the beginning of which may have been read already
   */
  PageStream(PageContent content, boolean gzip) {
    this.content = content;
    try {
      compressed = gzip ? new Gzip(pieces) : pieces;
    } catch (IOException neverInMemory) {
      throw new IllegalStateException(neverInMemory);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (taken == piece.length) {
      if (ended) {
        return -1;
      }
      fill();
    }
    int count = Math.min(length, piece.length - taken);
    System.arraycopy(piece, taken, into, offset, count);
    taken += count;
    return count;
  }

  @Override
  public int available() {
    return piece.length - taken;
  }

  private void fill() throws IOException {
    if (System.nanoTime() - began > LONGEST_NANOS) {
      throw new InterruptedIOException("The client took over an hour to read its rows");
    }
    try {
      ended = content.read(PIECE);
    } catch (SQLException e) {
      throw new IOException("The rows broke off: " + e.getMessage(), e);
    }
    compressed.write(content.take());
    if (ended) {
      compressed.close();
    }
    piece = pieces.toByteArray();
    pieces.reset();
    taken = 0;
  }
}
