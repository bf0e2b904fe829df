package dev.caravan.simulator.tape;

import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.PriceBar;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes one frame of the stream, a list of messages, byte by byte: at a hundred thousand messages
 * a second a general writer would cost more than the whole rest of the simulator. What a message
 * has is described here; how it is written down, in the two subclasses.
 */
public abstract class FrameWriter {
  /** A field's name as each encoding begins it. */
  static final class Field {
    final byte[] json;
    final byte[] packed;

    Field(String name) {
      this.json = (",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
      byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
      this.packed = new byte[bytes.length + 1];
      packed[0] = (byte) (0xa0 | bytes.length);
      System.arraycopy(bytes, 0, packed, 1, bytes.length);
    }
  }

  static final Field TYPE = new Field("T");
  static final Field SYMBOL = new Field("S");
  static final Field TIME = new Field("t");
  static final Field ID = new Field("i");
  static final Field EXCHANGE = new Field("x");
  static final Field PRICE = new Field("p");
  static final Field SIZE = new Field("s");
  static final Field CONDITIONS = new Field("c");
  static final Field TAPE = new Field("z");
  private static final Field BID_EXCHANGE = new Field("bx");
  private static final Field BID_PRICE = new Field("bp");
  private static final Field BID_SIZE = new Field("bs");
  private static final Field ASK_EXCHANGE = new Field("ax");
  private static final Field ASK_PRICE = new Field("ap");
  private static final Field ASK_SIZE = new Field("as");
  private static final Field ACTION = new Field("a");
  private static final Field OLD_ID = new Field("oi");
  private static final Field OLD_PRICE = new Field("op");
  private static final Field OLD_SIZE = new Field("os");
  private static final Field OLD_CONDITIONS = new Field("oc");
  private static final Field NEW_ID = new Field("ci");
  private static final Field NEW_PRICE = new Field("cp");
  private static final Field NEW_SIZE = new Field("cs");
  private static final Field NEW_CONDITIONS = new Field("cc");
  private static final Field OPEN = new Field("o");
  private static final Field HIGH = new Field("h");
  private static final Field LOW = new Field("l");
  private static final Field CLOSE = new Field("c");
  private static final Field VOLUME = new Field("v");
  private static final Field COUNT = new Field("n");
  private static final Field AVERAGE = new Field("vw");
  private static final Field STATUS_CODE = new Field("sc");
  private static final Field STATUS = new Field("sm");
  private static final Field REASON_CODE = new Field("rc");
  private static final Field REASON = new Field("rm");
  private static final Field UP = new Field("u");
  private static final Field DOWN = new Field("d");
  private static final Field INDICATOR = new Field("i");

  byte[] bytes = new byte[32 * 1024];
  int length;
  int messages;

  /** How many messages the frame has so far. */
  public int messages() {
    return messages;
  }

  public int length() {
    return length;
  }

  /** The frame, which is forgotten. */
  public abstract WireFrame take();

  /** A message that is written already, in JSON. */
  public abstract void raw(String json);

  /** A trade as the stream tells it. */
  public void trade(TapeTrade trade) {
    begin("t", trade.symbol());
    number(ID, trade.id());
    code(EXCHANGE, trade.exchange());
    price(PRICE, trade.price());
    number(SIZE, trade.size());
    codes(CONDITIONS, trade.conditions());
    end(trade.tape(), trade.nanos());
  }

  /** The quote at which a trade was made: a cent below and above it. */
  public void quote(TapeTrade trade) {
    begin("q", trade.symbol());
    quoteFields(trade);
    end(trade.tape(), trade.nanos());
  }

  void quoteFields(TapeTrade trade) {
    code(BID_EXCHANGE, 'V');
    price(BID_PRICE, Math.max(0, trade.price() - 100));
    number(BID_SIZE, trade.size() + 100);
    code(ASK_EXCHANGE, 'V');
    price(ASK_PRICE, trade.price() + 100);
    number(ASK_SIZE, trade.size() + 200);
    codes(CONDITIONS, "R");
  }

  public void cancel(TapeTrade trade, long nanos) {
    begin("x", trade.symbol());
    number(ID, trade.id());
    code(EXCHANGE, trade.exchange());
    price(PRICE, trade.price());
    number(SIZE, trade.size());
    code(ACTION, 'C');
    end(trade.tape(), nanos);
  }

  public void correction(TapeTrade original, TapeTrade corrected, long nanos) {
    begin("c", original.symbol());
    code(EXCHANGE, original.exchange());
    number(OLD_ID, original.id());
    price(OLD_PRICE, original.price());
    number(OLD_SIZE, original.size());
    codes(OLD_CONDITIONS, original.conditions());
    number(NEW_ID, corrected.id());
    price(NEW_PRICE, corrected.price());
    number(NEW_SIZE, corrected.size());
    codes(NEW_CONDITIONS, corrected.conditions());
    end(original.tape(), nanos);
  }

  /** A bar of the given type: {@code b}, {@code u} or {@code d}. */
  public void bar(String type, String symbol, PriceBar bar) {
    begin(type, symbol);
    decimal(OPEN, Json.number(bar.open()));
    decimal(HIGH, Json.number(bar.high()));
    decimal(LOW, Json.number(bar.low()));
    decimal(CLOSE, Json.number(bar.close()));
    number(VOLUME, bar.volume());
    number(COUNT, bar.trades());
    decimal(AVERAGE, Json.number(bar.vwap()));
    time(TIME, TapeTrade.nanosOf(bar.start()));
    end();
  }

  /** A trading status; the texts have nothing in them that must be escaped. */
  public void status(
      String symbol, String code, String text, String reason, String why, Instant at) {
    begin("s", symbol);
    text(STATUS_CODE, code);
    text(STATUS, text);
    text(REASON_CODE, reason);
    text(REASON, why);
    end(TradeAttributes.tape(symbol), TapeTrade.nanosOf(at));
  }

  public void luld(String symbol, BigDecimal up, BigDecimal down, Instant at) {
    begin("l", symbol);
    decimal(UP, up.stripTrailingZeros().toPlainString());
    decimal(DOWN, down.stripTrailingZeros().toPlainString());
    code(INDICATOR, 'B');
    end(TradeAttributes.tape(symbol), TapeTrade.nanosOf(at));
  }

  /** Every message but a bar ends with its tape and its time. */
  private void end(char tape, long nanos) {
    code(TAPE, tape);
    time(TIME, nanos);
    end();
  }

  /** Begins a message with its type and symbol. */
  abstract void begin(String type, String symbol);

  abstract void end();

  /** A text without anything that must be escaped. */
  abstract void text(Field field, String text);

  /** A text of one character. */
  abstract void code(Field field, char code);

  /** A list of such texts. */
  abstract void codes(Field field, String codes);

  abstract void number(Field field, long number);

  /** A price in units of a hundredth of a cent. */
  abstract void price(Field field, long price);

  /** A number of which these are the digits. */
  abstract void decimal(Field field, String digits);

  /** A time in nanoseconds since 1970. */
  abstract void time(Field field, long nanos);

  final void put(byte single) {
    room(1);
    bytes[length++] = single;
  }

  final void put(byte[] several) {
    int count = several.length;
    room(count);
    // They are a few bytes each, for which a loop is quicker than a copy.
    for (int i = 0; i < count; i++) {
      bytes[length + i] = several[i];
    }
    length += count;
  }

  final void room(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
    }
  }
}
