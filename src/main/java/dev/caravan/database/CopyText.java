package dev.caravan.database;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in the text format of PostgreSQL's COPY: columns separated by tabs, rows ended by line
 * feeds, {@code \N} for null. A row counts once it is ended; one that is not is taken back.
 */
public final class CopyText {
  /** A number of so many digits is a long, whichever they are. */
  private static final int LONG_DIGITS = 18;

  private static final int LAST_YEAR = 9999;

  private byte[] bytes = new byte[64 * 1024];
  private int[] rowEnds = new int[1024];
  private int length;
  private int rows;

  public int rows() {
    return rows;
  }

  public int length() {
    return length;
  }

  public byte[] bytes() {
    return bytes;
  }

  /** Where the n-th row begins; for n = rows the end of the last one. */
  public int start(int row) {
    return row == 0 ? 0 : rowEnds[row - 1];
  }

  public String row(int row) {
    return new String(bytes, start(row), rowEnds[row] - start(row) - 1, StandardCharsets.UTF_8);
  }

  public void clear() {
    length = 0;
    rows = 0;
  }

  /** Takes back what was written of a row that is not ended. */
  public void discardRow() {
    length = start(rows);
  }

  /** Ends the row, in place of the tab behind its last column. */
  public void endRow() {
    bytes[length - 1] = '\n';
    if (rows == rowEnds.length) {
      rowEnds = Arrays.copyOf(rowEnds, 2 * rows);
    }
    rowEnds[rows++] = length;
  }

  public void nullColumn() {
    room(3);
    bytes[length++] = '\\';
    bytes[length++] = 'N';
    bytes[length++] = '\t';
  }

  /** A column of text, with what COPY would misread escaped. */
  public void column(char[] text, int from, int count) {
    escaped(text, from, count);
    endColumn();
  }

  /** The same; a null is one. */
  public void column(String text) {
    if (text == null) {
      nullColumn();
    } else {
      column(text.toCharArray(), 0, text.length());
    }
  }

  /** A column of an array of texts; a null is one. */
  public void column(List<String> texts) {
    if (texts == null) {
      nullColumn();
      return;
    }
    raw('{');
    for (int i = 0; i < texts.size(); i++) {
      if (i > 0) {
        raw(',');
      }
      // What an array would misread is escaped for it, and then for COPY.
      char[] quoted =
          ('"' + texts.get(i).replace("\\", "\\\\").replace("\"", "\\\"") + '"').toCharArray();
      escaped(quoted, 0, quoted.length);
    }
    raw('}');
    endColumn();
  }

  /** A column of a decimal, with all its places and without an exponent; a null is one. */
  public void column(BigDecimal number) {
    if (number == null) {
      nullColumn();
      return;
    }
    int places = number.scale();
    int digits = Math.max(number.precision(), places + 1);
    if (places < 0 || digits > LONG_DIGITS) {
      column(number.toPlainString());
      return;
    }
    long unscaled = number.unscaledValue().longValue();
    if (unscaled < 0) {
      raw('-');
    }
    digits(Math.abs(unscaled), digits);
    if (places > 0) {
      raw('.');
      int point = length - 1 - places;
      System.arraycopy(bytes, point, bytes, point + 1, places);
      bytes[point] = '.';
    }
    endColumn();
  }

  /**
   * A column of a time, in UTC; a null is one. PostgreSQL rounds what lies below a microsecond; a
   * time is cut, never rounded.
   */
  public void column(Instant time) {
    if (time == null) {
      nullColumn();
      return;
    }
    LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    if (utc.getYear() < 0 || utc.getYear() > LAST_YEAR) {
      column(time.truncatedTo(ChronoUnit.MICROS).toString());
      return;
    }
    digits(utc.getYear(), 4);
    raw('-');
    digits(utc.getMonthValue(), 2);
    raw('-');
    digits(utc.getDayOfMonth(), 2);
    raw('T');
    digits(utc.getHour(), 2);
    raw(':');
    digits(utc.getMinute(), 2);
    raw(':');
    digits(utc.getSecond(), 2);
    int micros = utc.getNano() / 1000;
    if (micros > 0) {
      raw('.');
      digits(micros, 6);
    }
    raw('Z');
    endColumn();
  }

  /** The last so many digits of a number that is not negative, zeros in front among them. */
  private void digits(long number, int count) {
    room(count);
    long rest = number;
    for (int at = length + count - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  /** A column of plain ASCII without anything to escape: numbers and times. */
  public void plainColumn(char[] text, int from, int count) {
    room(count + 1);
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) text[from + i];
    }
    bytes[length++] = '\t';
  }

  public void plainColumn(byte[] text) {
    room(text.length + 1);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
    bytes[length++] = '\t';
  }

  /** A whole number from 0 to 999. */
  public void smallColumn(int number) {
    room(4);
    if (number >= 100) {
      bytes[length++] = (byte) ('0' + number / 100);
    }
    if (number >= 10) {
      bytes[length++] = (byte) ('0' + number / 10 % 10);
    }
    bytes[length++] = (byte) ('0' + number % 10);
    bytes[length++] = '\t';
  }

  public void raw(char character) {
    room(1);
    bytes[length++] = (byte) character;
  }

  public void endColumn() {
    raw('\t');
  }

  /** Text within a column, with what COPY would misread escaped. */
  public void escaped(char[] text, int from, int count) {
    room(2 * count);
    for (int i = from; i < from + count; i++) {
      char c = text[i];
      if (c >= 0x80) {
        encoded(new String(text, i, from + count - i));
        return;
      }
      escapedByte((byte) c);
    }
  }

  private void encoded(String rest) {
    byte[] utf8 = rest.getBytes(StandardCharsets.UTF_8);
    room(2 * utf8.length);
    for (byte b : utf8) {
      escapedByte(b);
    }
  }

  private void escapedByte(byte b) {
    switch (b) {
      case '\\' -> pair('\\');
      case '\t' -> pair('t');
      case '\n' -> pair('n');
      case '\r' -> pair('r');
      default -> bytes[length++] = b;
    }
  }

  private void pair(char second) {
    bytes[length++] = '\\';
    bytes[length++] = (byte) second;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
