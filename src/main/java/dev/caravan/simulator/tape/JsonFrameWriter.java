package dev.caravan.simulator.tape;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** Frames in JSON; and rows and lines of the tape, which are no frames. */
public final class JsonFrameWriter extends FrameWriter {
  private static final long SECOND = 1_000_000_000L;
  private static final int UNITS = 10_000;
  private static final byte[] NOTHING = {};
  private static final byte[] HEAD = "{\"T\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OF = "\",\"S\":\"".getBytes(StandardCharsets.US_ASCII);

  private long second = Long.MIN_VALUE;
  private byte[] secondText = NOTHING;

  @Override
  public WireFrame take() {
    put((byte) ']');
    String frame = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    WireFrame taken = WireFrame.json(frame, messages);
    length = 0;
    messages = 0;
    return taken;
  }

  @Override
  public void raw(String json) {
    next();
    text(json);
  }

  /** A trade or a quote as a row of REST has it, without the symbol; not in an array. */
  public void row(TapeTrade trade, boolean quote) {
    int begin = length;
    time(TIME, trade.nanos());
    // In place of the comma before its first field.
    bytes[begin] = '{';
    if (quote) {
      quoteFields(trade);
    } else {
      code(EXCHANGE, trade.exchange());
      price(PRICE, trade.price());
      number(SIZE, trade.size());
      codes(CONDITIONS, trade.conditions());
      number(ID, trade.id());
    }
    code(TAPE, trade.tape());
    if (!quote && !trade.update().isEmpty()) {
      text(",\"u\":\"" + trade.update() + '"');
    }
    put((byte) '}');
  }

  /** A line of the tape: symbol, nanoseconds, exchange, id, price, size, conditions, tape. */
  public void line(TapeTrade trade) {
    text(trade.symbol());
    put((byte) ',');
    number(trade.nanos());
    put((byte) ',');
    put((byte) trade.exchange());
    put((byte) ',');
    number(trade.id());
    put((byte) ',');
    price(trade.price());
    put((byte) ',');
    number(trade.size());
    put((byte) ',');
    text(trade.conditions());
    put((byte) ',');
    put((byte) trade.tape());
    put((byte) '\n');
  }

  public void text(String text) {
    int count = text.length();
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += count;
  }

  /** What was written, which is not forgotten. */
  public byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Forgets what was written, outside of frames. */
  public void clear() {
    length = 0;
  }

  /** A time as the service writes it: fraction of a second without trailing zeros. */
  static String time(Instant at) {
    JsonFrameWriter writer = new JsonFrameWriter();
    writer.time(TapeTrade.nanosOf(at));
    return new String(writer.bytes, 1, writer.length - 2, StandardCharsets.ISO_8859_1);
  }

  private void next() {
    put((byte) (messages == 0 ? '[' : ','));
    messages++;
  }

  @Override
  void begin(String type, String symbol) {
    next();
    put(HEAD);
    text(type);
    put(OF);
    text(symbol);
    put((byte) '"');
  }

  @Override
  void end() {
    put((byte) '}');
  }

  @Override
  void text(Field field, String text) {
    put(field.json);
    put((byte) '"');
    text(text);
    put((byte) '"');
  }

  @Override
  void code(Field field, char code) {
    put(field.json);
    room(3);
    bytes[length] = '"';
    bytes[length + 1] = (byte) code;
    bytes[length + 2] = '"';
    length += 3;
  }

  @Override
  void codes(Field field, String codes) {
    put(field.json);
    put((byte) '[');
    for (int i = 0; i < codes.length(); i++) {
      text(i == 0 ? "\"" : ",\"");
      put((byte) codes.charAt(i));
      put((byte) '"');
    }
    put((byte) ']');
  }

  @Override
  void number(Field field, long number) {
    put(field.json);
    number(number);
  }

  @Override
  void price(Field field, long price) {
    put(field.json);
    price(price);
  }

  @Override
  void decimal(Field field, String digits) {
    put(field.json);
    text(digits);
  }

  @Override
  void time(Field field, long nanos) {
    put(field.json);
    time(nanos);
  }

  private void time(long nanos) {
    long whole = Math.floorDiv(nanos, SECOND);
    if (whole != second) {
      second = whole;
      String text = Instant.ofEpochSecond(whole).toString();
      secondText =
          ('"' + text.substring(0, text.length() - 1)).getBytes(StandardCharsets.ISO_8859_1);
    }
    room(secondText.length + 12);
    System.arraycopy(secondText, 0, bytes, length, secondText.length);
    length += secondText.length;
    fraction((int) Math.floorMod(nanos, SECOND), 9);
    put((byte) 'Z');
    put((byte) '"');
  }

  private void price(long price) {
    number(price / UNITS);
    fraction((int) (price % UNITS), 4);
  }

  /** A fraction of so many digits without trailing zeros; nothing if it is 0. */
  private void fraction(int value, int digits) {
    if (value == 0) {
      return;
    }
    int rest = value;
    int count = digits;
    while (rest % 10 == 0) {
      rest /= 10;
      count--;
    }
    room(count + 1);
    bytes[length] = '.';
    for (int i = count; i > 0; i--) {
      bytes[length + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count + 1;
  }

  private void number(long value) {
    room(20);
    long rest = value;
    if (rest < 0) {
      put((byte) '-');
      rest = -rest;
    }
    int count = 1;
    for (long limit = 10; count < 19 && rest >= limit; limit *= 10) {
      count++;
    }
    for (int i = count - 1; i >= 0; i--) {
      bytes[length + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }
}
