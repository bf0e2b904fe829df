package dev.caravan.database;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.postgresql.copy.CopyIn;

/**
 * Rows in the binary format of PostgreSQL's COPY, which spares both sides the digits of numbers and
 * times. A column is of one type in all rows. A row counts once it is ended; one that is not is
 * taken back.
 *
 * <p>Source: PostgreSQL's manual, COPY, "Binary Format", and what the receive functions of the
 * types read: {@code numeric_recv}, {@code timestamptz_recv}, {@code array_recv}.
 */
public final class CopyRows {
  /** What stands before all rows: a signature, no flags and no extension. */
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  /** What stands behind them: a row of -1 columns. */
  private static final byte[] TRAILER = {-1, -1};

  private static final int NULL = -1;

  private static final long MICROS_PER_S = 1_000_000;

  /** The beginning of 2000, from which PostgreSQL counts, in microseconds since 1970. */
  private static final long EPOCH_MICROS = 946_684_800_000_000L;

  /** The beginning of the year 1, in microseconds since 1970; PostgreSQL knows no year 0. */
  private static final long FIRST_MICROS = -62_135_596_800_000_000L;

  /** What is earlier is moved by so much, to where PostgreSQL refuses it. */
  private static final long BEFORE_ALL = 1L << 62;

  private static final long EARLIEST_MICROS = -(1L << 61);

  /** Is refused as well; the next one is infinity to PostgreSQL. */
  private static final long NO_TIME = Long.MAX_VALUE - 1;

  private static final int TEXT_OID = 25;

  /** A numeric's digits are each from 0 to 9999. */
  private static final int BASE = 10_000;

  private static final int BASE_PLACES = 4;
  private static final int NUMERIC_HEAD = 8;
  private static final int NEGATIVE = 0x4000;
  private static final int MOST_PLACES = 0x3fff;

  /** A decimal of so many digits is a long, whichever they are. */
  private static final int LONG_DIGITS = 18;

  private static final long[] POWERS = new long[LONG_DIGITS + 1];

  static {
    POWERS[0] = 1;
    for (int i = 1; i <= LONG_DIGITS; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private enum Type {
    TEXT,
    TEXTS,
    DECIMAL,
    TIME,
    WHOLE,
    SMALL,
    FLAG
  }

  /** What each column is; null as long as it was null. */
  private final Type[] types = new Type[32];

  private byte[] bytes = new byte[64 * 1024];
  private int[] rowEnds = new int[1024];
  private int length;
  private int rows;

  /** How many columns there are of the row that is not ended, and where its last one begins. */
  private int columns;

  private int column;

  public int rows() {
    return rows;
  }

  public void clear() {
    length = 0;
    rows = 0;
    columns = 0;
  }

  /** Takes back what was written of a row that is not ended. */
  public void discardRow() {
    length = start(rows);
    columns = 0;
  }

  public void endRow() {
    int start = start(rows);
    bytes[start] = (byte) (columns >> 8);
    bytes[start + 1] = (byte) columns;
    columns = 0;
    if (rows == rowEnds.length) {
      rowEnds = Arrays.copyOf(rowEnds, 2 * rows);
    }
    rowEnds[rows++] = length;
  }

  /** Where a row begins, and the one before it ends. */
  private int start(int row) {
    return row == 0 ? 0 : rowEnds[row - 1];
  }

  // What COPY takes

  /** Gives COPY the rows from one to another, with what stands before and behind them. */
  void write(CopyIn copy, int from, int to) throws SQLException {
    int start = start(from);
    copy.writeToCopy(HEADER, 0, HEADER.length);
    copy.writeToCopy(bytes, start, start(to) - start);
    copy.writeToCopy(TRAILER, 0, TRAILER.length);
  }

  // Columns

  public void nullColumn() {
    begin(null, 0);
    put32(column, NULL);
  }

  /** A column of text. */
  public void column(char[] text, int from, int count) {
    begin(Type.TEXT, 0);
    characters(text, from, count);
    end();
  }

  /** The same, in UTF-8. */
  public void column(byte[] text) {
    begin(Type.TEXT, text.length);
    append(text);
    end();
  }

  /** The same; a null is one. */
  public void column(String text) {
    if (text == null) {
      nullColumn();
    } else {
      column(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A column of an array of texts; a null is one. */
  public void column(List<String> texts) {
    if (texts == null) {
      nullColumn();
      return;
    }
    beginTexts(texts.size());
    for (String text : texts) {
      element(text.toCharArray(), 0, text.length());
    }
    end();
  }

  /** Begins a column of an array of so many texts: {@link #element}s, and {@link #end}. */
  public void beginTexts(int count) {
    begin(Type.TEXTS, 20);
    append32(count == 0 ? 0 : 1);
    append32(0);
    append32(TEXT_OID);
    if (count > 0) {
      append32(count);
      append32(1);
    }
  }

  public void element(char[] text, int from, int count) {
    room(4);
    int at = length;
    length += 4;
    characters(text, from, count);
    put32(at, length - at - 4);
  }

  /** Ends a column whose length is known only now. */
  public void end() {
    put32(column, length - column - 4);
  }

  /**
   * A column of a decimal, with all its places; a null is one.
   *
   * @throws IllegalArgumentException where it has more than 16,383 of them
   */
  public void column(BigDecimal number) {
    if (number == null) {
      nullColumn();
      return;
    }
    int places = Math.max(0, number.scale());
    if (number.precision() <= LONG_DIGITS && number.scale() >= 0 && places <= LONG_DIGITS) {
      column(number.unscaledValue().longValue(), places);
      return;
    }
    // Whole digits of the base on both sides of the point.
    int padding = Math.floorMod(-places, BASE_PLACES);
    int weight = (places + padding) / BASE_PLACES;
    String digits =
        number.abs().setScale(places).unscaledValue().multiply(BigInteger.TEN.pow(padding)) + "";
    int first = digits.length() % BASE_PLACES;
    int count = digits.length() / BASE_PLACES + (first > 0 ? 1 : 0);
    beginNumeric(count, count - 1 - weight, number.signum() < 0, places);
    for (int at = first > 0 ? first - BASE_PLACES : 0; at < digits.length(); at += BASE_PLACES) {
      append16(Integer.parseInt(digits, Math.max(0, at), at + BASE_PLACES, 10));
    }
    end();
  }

  /** The same: a whole number of so many places behind the point, of which 18 are the most. */
  public void column(long unscaled, int places) {
    long rest = Math.abs(unscaled);
    long whole = rest / POWERS[places];
    long fraction = rest - whole * POWERS[places];
    int before = 0;
    for (long left = whole; left > 0; left /= BASE) {
      before++;
    }
    int behind = fraction == 0 ? 0 : (places + BASE_PLACES - 1) / BASE_PLACES;
    beginNumeric(before + behind, before - 1, unscaled < 0, places);
    int at = length + 2 * before;
    for (long left = whole; left > 0; left /= BASE) {
      at -= 2;
      put16(at, (int) (left % BASE));
    }
    length += 2 * before;
    int left = places;
    for (int i = 0; i < behind; i++, left -= BASE_PLACES) {
      long digit =
          left >= BASE_PLACES
              ? fraction / POWERS[left - BASE_PLACES]
              : fraction * POWERS[BASE_PLACES - left];
      append16((int) digit);
      if (left >= BASE_PLACES) {
        fraction -= digit * POWERS[left - BASE_PLACES];
      }
    }
    end();
  }

  private void beginNumeric(int digits, int weight, boolean negative, int places) {
    if (places > MOST_PLACES || digits > Short.MAX_VALUE) {
      // Cut to 16 bits it would be another number.
      throw new IllegalArgumentException("a number with more digits than PostgreSQL has place for");
    }
    begin(Type.DECIMAL, NUMERIC_HEAD + 2 * digits);
    append16(digits);
    append16(weight);
    append16(negative ? NEGATIVE : 0);
    append16(places);
  }

  /**
   * A column of a time; a null is one. What lies below a microsecond is cut off, never rounded. One
   * before the year 1 or too late for PostgreSQL is refused by it.
   */
  public void column(Instant time) {
    if (time == null) {
      nullColumn();
      return;
    }
    long second = time.getEpochSecond();
    if (second <= EARLIEST_MICROS / MICROS_PER_S) {
      timeColumn(EARLIEST_MICROS);
    } else if (second >= NO_TIME / MICROS_PER_S) {
      time(NO_TIME);
    } else {
      timeColumn(second * MICROS_PER_S + time.getNano() / 1000);
    }
  }

  /** The same, in microseconds since 1970. */
  public void timeColumn(long micros) {
    time(micros - EPOCH_MICROS - (micros < FIRST_MICROS ? BEFORE_ALL : 0));
  }

  private void time(long sinceEpoch) {
    begin(Type.TIME, 8);
    append64(sinceEpoch);
    end();
  }

  /** A column of {@code bigint}. */
  public void wholeColumn(long number) {
    begin(Type.WHOLE, 8);
    append64(number);
    end();
  }

  /** A column of {@code smallint}. */
  public void smallColumn(int number) {
    begin(Type.SMALL, 2);
    append16(number);
    end();
  }

  public void flagColumn(boolean flag) {
    begin(Type.FLAG, 1);
    bytes[length++] = (byte) (flag ? 1 : 0);
    end();
  }

  /** Begins a column, with room for as many bytes at least. */
  private void begin(Type type, int count) {
    room(count + 6);
    if (columns == 0) {
      length += 2;
    }
    if (type != null) {
      types[columns] = type;
    }
    columns++;
    column = length;
    length += 4;
  }

  private void characters(char[] text, int from, int count) {
    room(count);
    for (int i = from; i < from + count; i++) {
      char c = text[i];
      if (c >= 0x80) {
        append(new String(text, i, from + count - i).getBytes(StandardCharsets.UTF_8));
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  private void append(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private void append16(int number) {
    put16(length, number);
    length += 2;
  }

  private void append32(int number) {
    put32(length, number);
    length += 4;
  }

  private void append64(long number) {
    append32((int) (number >> 32));
    append32((int) number);
  }

  private void put16(int at, int number) {
    bytes[at] = (byte) (number >> 8);
    bytes[at + 1] = (byte) number;
  }

  private void put32(int at, int number) {
    bytes[at] = (byte) (number >> 24);
    bytes[at + 1] = (byte) (number >> 16);
    bytes[at + 2] = (byte) (number >> 8);
    bytes[at + 3] = (byte) number;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  // A row that a person reads

  /**
   * A row in the text format of COPY, as a dead letter keeps it: columns separated by tabs, and
   * {@code \N} for null.
   */
  public String row(int row) {
    ByteBuffer in = ByteBuffer.wrap(bytes, start(row), start(row + 1) - start(row));
    int count = in.getShort();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int size = in.getInt();
      text.append(i == 0 ? "" : "\t").append(size == NULL ? "\\N" : text(types[i], in, size));
    }
    return text.toString();
  }

  private static String text(Type type, ByteBuffer in, int size) {
    return switch (type) {
      case TEXT -> escaped(utf8(in, size));
      case TEXTS -> escaped(texts(in));
      case DECIMAL -> decimal(in);
      case TIME -> instant(in.getLong()).toString();
      case WHOLE -> Long.toString(in.getLong());
      case SMALL -> Short.toString(in.getShort());
      case FLAG -> in.get() == 1 ? "t" : "f";
    };
  }

  private static String utf8(ByteBuffer in, int size) {
    byte[] text = new byte[size];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static String texts(ByteBuffer in) {
    boolean empty = in.getInt() == 0;
    in.getInt();
    in.getInt();
    int count = empty ? 0 : in.getInt();
    if (!empty) {
      in.getInt();
    }
    StringBuilder array = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      String element = utf8(in, in.getInt()).replace("\\", "\\\\").replace("\"", "\\\"");
      array.append(i == 0 ? "" : ",").append('"').append(element).append('"');
    }
    return array.append('}').toString();
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String decimal(ByteBuffer in) {
    int digits = in.getShort();
    int weight = in.getShort();
    boolean negative = in.getShort() != 0;
    int places = in.getShort();
    BigInteger unscaled = BigInteger.ZERO;
    for (int i = 0; i < digits; i++) {
      unscaled = unscaled.multiply(BigInteger.valueOf(BASE)).add(BigInteger.valueOf(in.getShort()));
    }
    BigDecimal number = new BigDecimal(unscaled, BASE_PLACES * (digits - 1 - weight));
    return (negative ? number.negate() : number).setScale(places).toPlainString();
  }

  private static Instant instant(long sinceEpoch) {
    long micros = sinceEpoch + EPOCH_MICROS + (sinceEpoch < EARLIEST_MICROS ? BEFORE_ALL : 0);
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
