package dev.caravan.database;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * How far a backup or a restore has come: counted by whoever copies, read by whoever looks on. Rows
 * are lines, as COPY writes them; what a table counts for is known before its rows are.
 */
public final class CopyFigures {
  /** Only what has ended is all. */
  private static final double LONGEST = 0.999;

  private long beganNanos;
  private boolean begun;
  private boolean ended;
  private long all;
  private long finished;
  private long table;
  private long ofTable;
  private long rows;

  /**
   * A reading.
   *
   * @param done the part that is done, from 0 to 1
   * @param rows copied so far
   */
  public record Seen(boolean begun, double done, long rows, Duration elapsed) {}

  /** As of now. */
  public synchronized Seen seen() {
    double part = ended ? 1 : all == 0 ? 0 : Math.min(LONGEST, (finished + ofTable) / (double) all);
    return new Seen(
        begun,
        part,
        rows,
        begun ? Duration.ofNanos(System.nanoTime() - beganNanos) : Duration.ZERO);
  }

  /**
   * Begins.
   *
   * @param bytes of all tables
   */
  synchronized void begin(long bytes) {
    begun = true;
    beganNanos = System.nanoTime();
    all = bytes;
  }

  /** Goes on with a table of so many bytes, the last one being whole. */
  synchronized void next(long bytes) {
    finished += table;
    table = bytes;
    ofTable = 0;
  }

  /** Everything is copied. */
  synchronized void end() {
    ended = true;
  }

  OutputStream counted(OutputStream to) {
    return new FilterOutputStream(to) {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        count(from, offset, length);
      }
    };
  }

  InputStream counted(InputStream from) {
    return new FilterInputStream(from) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = in.read(into, offset, length);
        if (count > 0) {
          count(into, offset, count);
        }
        return count;
      }
    };
  }

  private void count(byte[] text, int offset, int length) {
    int lines = 0;
    for (int i = offset; i < offset + length; i++) {
      if (text[i] == '\n') {
        lines++;
      }
    }
    add(lines, length);
  }

  private synchronized void add(int lines, int bytes) {
    rows += lines;
    // As text they may be longer than they are in their table.
    ofTable = Math.min(table, ofTable + bytes);
  }
}
