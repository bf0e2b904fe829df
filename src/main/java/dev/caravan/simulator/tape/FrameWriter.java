package dev.caravan.simulator.tape;

import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.PriceBar;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes one frame of the stream, a JSON array of messages, byte by byte: at a hundred thousand
 * messages a second a general writer would cost more than the whole rest of the simulator.
 */
public final class FrameWriter {
  private static final long SECOND = 1_000_000_000L;
  private static final int UNITS = 10_000;
  private static final byte[] NOTHING = {};

  private byte[] bytes = new byte[32 * 1024];
  private int length;
  private int messages;
  private long second = Long.MIN_VALUE;
  private byte[] secondText = NOTHING;

  /** How many messages the frame has so far. */
  public int messages() {
    return messages;
  }

  public int length() {
    return length;
  }

  /** The frame, which is forgotten. */
  public String take() {
    put((byte) ']');
    String frame = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    length = 0;
    messages = 0;
    return frame;
  }

  /** A trade as the stream tells it. */
  public void trade(TapeTrade trade) {
    begin("t", trade.symbol());
    text(",\"i\":");
    number(trade.id());
    text(",\"x\":\"");
    put((byte) trade.exchange());
    text("\",\"p\":");
    price(trade.price());
    text(",\"s\":");
    number(trade.size());
    text(",\"c\":");
    conditions(trade.conditions());
    end(trade.tape(), trade.nanos());
  }

  /** The quote at which a trade was made: a cent below and above it. */
  public void quote(TapeTrade trade) {
    begin("q", trade.symbol());
    text(",");
    quoteFields(trade);
    end(trade.tape(), trade.nanos());
  }

  void quoteFields(TapeTrade trade) {
    text("\"bx\":\"V\",\"bp\":");
    price(Math.max(0, trade.price() - 100));
    text(",\"bs\":");
    number(trade.size() + 100);
    text(",\"ax\":\"V\",\"ap\":");
    price(trade.price() + 100);
    text(",\"as\":");
    number(trade.size() + 200);
    text(",\"c\":[\"R\"]");
  }

  public void cancel(TapeTrade trade, long nanos) {
    begin("x", trade.symbol());
    text(",\"i\":");
    number(trade.id());
    text(",\"x\":\"");
    put((byte) trade.exchange());
    text("\",\"p\":");
    price(trade.price());
    text(",\"s\":");
    number(trade.size());
    text(",\"a\":\"C\",\"z\":\"");
    put((byte) trade.tape());
    text("\",\"t\":");
    time(nanos);
    put((byte) '}');
  }

  public void correction(TapeTrade original, TapeTrade corrected, long nanos) {
    begin("c", original.symbol());
    text(",\"x\":\"");
    put((byte) original.exchange());
    text("\",\"oi\":");
    number(original.id());
    text(",\"op\":");
    price(original.price());
    text(",\"os\":");
    number(original.size());
    text(",\"oc\":");
    conditions(original.conditions());
    text(",\"ci\":");
    number(corrected.id());
    text(",\"cp\":");
    price(corrected.price());
    text(",\"cs\":");
    number(corrected.size());
    text(",\"cc\":");
    conditions(corrected.conditions());
    end(original.tape(), nanos);
  }

  /** A bar of the given type: {@code b}, {@code u} or {@code d}. */
  public void bar(String type, String symbol, PriceBar bar) {
    begin(type, symbol);
    text(",\"o\":" + Json.number(bar.open()));
    text(",\"h\":" + Json.number(bar.high()));
    text(",\"l\":" + Json.number(bar.low()));
    text(",\"c\":" + Json.number(bar.close()));
    text(",\"v\":");
    number(bar.volume());
    text(",\"n\":");
    number(bar.trades());
    text(",\"vw\":" + Json.number(bar.vwap()));
    text(",\"t\":");
    time(TapeTrade.nanosOf(bar.start()));
    put((byte) '}');
  }

  /** A trading status; the texts have nothing in them that must be escaped. */
  public void status(
      String symbol, String code, String text, String reason, String why, Instant at) {
    begin("s", symbol);
    text(",\"sc\":\"" + code + "\",\"sm\":\"" + text + '"');
    text(",\"rc\":\"" + reason + "\",\"rm\":\"" + why + '"');
    end(TradeAttributes.tape(symbol), TapeTrade.nanosOf(at));
  }

  public void luld(String symbol, BigDecimal up, BigDecimal down, Instant at) {
    begin("l", symbol);
    text(",\"u\":" + up.stripTrailingZeros().toPlainString());
    text(",\"d\":" + down.stripTrailingZeros().toPlainString());
    text(",\"i\":\"B\"");
    end(TradeAttributes.tape(symbol), TapeTrade.nanosOf(at));
  }

  /** A message that is written already. */
  public void raw(String message) {
    next();
    text(message);
  }

  /** A trade or a quote as a row of REST has it, without the symbol; not in an array. */
  public void row(TapeTrade trade, boolean quote) {
    text("{\"t\":");
    time(trade.nanos());
    put((byte) ',');
    if (quote) {
      quoteFields(trade);
    } else {
      text("\"x\":\"");
      put((byte) trade.exchange());
      text("\",\"p\":");
      price(trade.price());
      text(",\"s\":");
      number(trade.size());
      text(",\"c\":");
      conditions(trade.conditions());
      text(",\"i\":");
      number(trade.id());
    }
    text(",\"z\":\"");
    put((byte) trade.tape());
    put((byte) '"');
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
    FrameWriter writer = new FrameWriter();
    writer.time(TapeTrade.nanosOf(at));
    return new String(writer.bytes, 1, writer.length - 2, StandardCharsets.ISO_8859_1);
  }

  private void next() {
    put((byte) (messages == 0 ? '[' : ','));
    messages++;
  }

  private void begin(String type, String symbol) {
    next();
    text("{\"T\":\"");
    text(type);
    text("\",\"S\":\"");
    text(symbol);
    put((byte) '"');
  }

  /** Every message but a bar ends with its tape and its time. */
  private void end(char tape, long nanos) {
    text(",\"z\":\"");
    put((byte) tape);
    text("\",\"t\":");
    time(nanos);
    put((byte) '}');
  }

  private void conditions(String codes) {
    put((byte) '[');
    for (int i = 0; i < codes.length(); i++) {
      text(i == 0 ? "\"" : ",\"");
      put((byte) codes.charAt(i));
      put((byte) '"');
    }
    put((byte) ']');
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

  private void put(byte single) {
    room(1);
    bytes[length++] = single;
  }

  private void room(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
    }
  }
}
