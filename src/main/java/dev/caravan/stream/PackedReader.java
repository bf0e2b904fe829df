package dev.caravan.stream;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a frame of MessagePack value by value, in place: what a value holds is a stretch of the
 * frame, and no value costs an object. Every length is checked against what is left of the frame
 * before anything is done with it.
 *
 * <p>A reader of our own, since the common library copies each text out of its buffer, cannot go
 * back to the message behind a fault, and reaches into the JDK's internals for it, of which newer
 * JDKs warn.
 */
final class PackedReader {
  /** What can stand in a frame. */
  enum Token {
    NIL,
    TRUE,
    FALSE,
    /** A whole number of 64 bits: {@link #whole}. */
    WHOLE,
    /** A whole number from 2^63 on: {@link #whole} without a sign. */
    UNSIGNED,
    /** A number with a fraction: {@link #real}. */
    REAL,
    /** The same in 32 bits. */
    SINGLE,
    /** Bytes of UTF-8, {@link #length} of them from {@link #start}. */
    TEXT,
    BYTES,
    /** A time: {@link #seconds} and {@link #nanos}. */
    TIME,
    /** What only some programs know; {@link #length} bytes from {@link #start}. */
    EXTENSION,
    /** {@link #count} values follow. */
    LIST,
    /** {@link #count} pairs of a key and a value follow. */
    MAP
  }

  private static final int TIMESTAMP = -1;
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);

  private byte[] frame;
  private int at;
  int start;
  int length;
  int count;
  long whole;
  double real;
  long seconds;
  long nanos;

  private static VarHandle view(Class<?> numbers) {
    return MethodHandles.byteArrayViewVarHandle(numbers, ByteOrder.BIG_ENDIAN);
  }

  /**
   * Whether a frame is MessagePack: it begins with a list or a map, whose first byte no text of
   * JSON begins with.
   */
  static boolean isPacked(byte[] frame) {
    if (frame.length == 0) {
      return false;
    }
    int first = frame[0] & 0xff;
    return first >= 0x80 && first <= 0x9f || first >= 0xdc && first <= 0xdf;
  }

  /** Goes to a place in a frame. */
  void at(byte[] other, int place) {
    frame = other;
    at = place;
  }

  int at() {
    return at;
  }

  byte[] frame() {
    return frame;
  }

  boolean atEnd() {
    return at == frame.length;
  }

  /** Reads what stands here; of a list or map only that it begins. */
  Token next() throws IOException {
    int head = byteAt();
    if (head < 0x80 || head >= 0xe0) {
      whole = (byte) head;
      return Token.WHOLE;
    }
    if (head < 0x90) {
      return container(head & 0x0f, Token.MAP);
    }
    if (head < 0xa0) {
      return container(head & 0x0f, Token.LIST);
    }
    return head < 0xc0 ? bytes(head & 0x1f, Token.TEXT) : longForm(head);
  }

  /** Apart from the short forms, which are most, so that these are compiled into their callers. */
  private Token longForm(int head) throws IOException {
    return switch (head) {
      case 0xc0 -> Token.NIL;
      case 0xc2 -> Token.FALSE;
      case 0xc3 -> Token.TRUE;
      case 0xc4 -> bytes(number(1), Token.BYTES);
      case 0xc5 -> bytes(number(2), Token.BYTES);
      case 0xc6 -> bytes(number(4), Token.BYTES);
      case 0xc7 -> extension(number(1));
      case 0xc8 -> extension(number(2));
      case 0xc9 -> extension(number(4));
      case 0xca -> {
        real = Float.intBitsToFloat((int) number(4));
        yield Token.SINGLE;
      }
      case 0xcb -> {
        real = Double.longBitsToDouble(number(8));
        yield Token.REAL;
      }
      case 0xcc -> whole(number(1));
      case 0xcd -> whole(number(2));
      case 0xce -> whole(number(4));
      case 0xcf -> {
        whole = number(8);
        yield whole < 0 ? Token.UNSIGNED : Token.WHOLE;
      }
      case 0xd0 -> whole((byte) number(1));
      case 0xd1 -> whole((short) number(2));
      case 0xd2 -> whole((int) number(4));
      case 0xd3 -> whole(number(8));
      case 0xd4 -> extension(1);
      case 0xd5 -> extension(2);
      case 0xd6 -> extension(4);
      case 0xd7 -> extension(8);
      case 0xd8 -> extension(16);
      case 0xd9 -> bytes(number(1), Token.TEXT);
      case 0xda -> bytes(number(2), Token.TEXT);
      case 0xdb -> bytes(number(4), Token.TEXT);
      case 0xdc -> container(number(2), Token.LIST);
      case 0xdd -> container(number(4), Token.LIST);
      case 0xde -> container(number(2), Token.MAP);
      case 0xdf -> container(number(4), Token.MAP);
      default -> throw new IOException("byte 0x" + Integer.toHexString(head) + " at " + (at - 1));
    };
  }

  /** Passes over what is in the value that was read last; it may be nested as deep as it likes. */
  void skipContent(Token value) throws IOException {
    long left = inside(value);
    while (left > 0) {
      left += inside(next()) - 1;
    }
  }

  private long inside(Token value) {
    return value == Token.LIST ? count : value == Token.MAP ? 2L * count : 0;
  }

  /** Whether the text that was read last is this one byte. */
  boolean isText(char single) {
    return length == 1 && frame[start] == single;
  }

  /** The text that was read last. */
  String text() throws IOException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(frame, start, length))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw new IOException("a text that is not UTF-8 at " + start, malformed);
    }
  }

  private Token whole(long number) {
    whole = number;
    return Token.WHOLE;
  }

  /** A value takes a byte at least, so that more of them than bytes is a mistake at once. */
  private Token container(long size, Token token) throws IOException {
    long values = token == Token.MAP ? 2 * size : size;
    if (values > frame.length - at) {
      throw new EOFException(size + " values, and " + (frame.length - at) + " bytes are left");
    }
    count = (int) size;
    return token;
  }

  private Token bytes(long size, Token token) throws IOException {
    if (size > frame.length - at) {
      throw new EOFException(size + " bytes, and " + (frame.length - at) + " are left");
    }
    start = at;
    length = (int) size;
    at += length;
    return token;
  }

  private Token extension(long size) throws IOException {
    int type = (byte) byteAt();
    bytes(size, Token.EXTENSION);
    if (type != TIMESTAMP || length != 4 && length != 8 && length != 12) {
      return Token.EXTENSION;
    }
    at = start;
    if (length == 4) {
      seconds = number(4);
      nanos = 0;
    } else if (length == 8) {
      long both = number(8);
      seconds = both & 0x3_ffff_ffffL;
      nanos = both >>> 34;
    } else {
      nanos = number(4);
      seconds = number(8);
    }
    return Token.TIME;
  }

  private int byteAt() throws IOException {
    if (at >= frame.length) {
      throw new EOFException("the frame ends within a message");
    }
    return frame[at++] & 0xff;
  }

  private long number(int size) throws IOException {
    if (size > frame.length - at) {
      throw new EOFException("the frame ends within a number");
    }
    int from = at;
    at += size;
    return switch (size) {
      case 1 -> frame[from] & 0xff;
      case 2 -> (short) SHORTS.get(frame, from) & 0xffff;
      case 4 -> (int) INTS.get(frame, from) & 0xffff_ffffL;
      default -> (long) LONGS.get(frame, from);
    };
  }
}
