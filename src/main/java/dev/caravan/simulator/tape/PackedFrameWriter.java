package dev.caravan.simulator.tape;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Frames in MessagePack as the service sends them: times as its timestamps, prices as doubles, ids
 * and sizes as whole numbers (reference alpaca-stream, section 7).
 */
public final class PackedFrameWriter extends FrameWriter {
  private static final long SECOND = 1_000_000_000L;
  private static final double UNITS = 10_000;

  /** Room for the size of the list in front, which is known at last. */
  private static final int HEAD = 5;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is a double also where its digits are those of a whole number. */
  private static final Set<String> DOUBLES =
      Set.of("p", "bp", "ap", "op", "cp", "o", "h", "l", "c", "vw", "u", "d");

  private static final Set<String> TIMES = Set.of("t", "created_at", "updated_at");

  /** Where the message's size stands, and how many fields it has so far. */
  private int sizeAt;

  private int fields;

  public PackedFrameWriter() {
    length = HEAD;
  }

  @Override
  public WireFrame take() {
    int from = HEAD;
    if (messages <= 0x0f) {
      bytes[--from] = (byte) (0x90 | messages);
    } else if (messages <= 0xffff) {
      bytes[--from] = (byte) messages;
      bytes[--from] = (byte) (messages >>> 8);
      bytes[--from] = (byte) 0xdc;
    } else {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        bytes[--from] = (byte) (messages >>> shift);
      }
      bytes[--from] = (byte) 0xdd;
    }
    WireFrame taken = WireFrame.packed(Arrays.copyOfRange(bytes, from, length), messages);
    length = HEAD;
    messages = 0;
    return taken;
  }

  @Override
  public void raw(String json) {
    try {
      value("", JSON.readTree(json));
      messages++;
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  /** A frame of JSON in MessagePack; empty where it is no JSON. */
  static Optional<byte[]> packed(String json) {
    PackedFrameWriter writer = new PackedFrameWriter();
    try {
      writer.value("", JSON.readTree(json));
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
    return Optional.of(Arrays.copyOfRange(writer.bytes, HEAD, writer.length));
  }

  @Override
  void begin(String type, String symbol) {
    messages++;
    fields = 0;
    sizeAt = length;
    put((byte) 0);
    text(TYPE, type);
    text(SYMBOL, symbol);
  }

  @Override
  void end() {
    // No message of the tape has more than fifteen fields.
    bytes[sizeAt] = (byte) (0x80 | fields);
  }

  private void field(Field field) {
    fields++;
    put(field.packed);
  }

  @Override
  void text(Field field, String text) {
    field(field);
    text(text);
  }

  @Override
  void code(Field field, char code) {
    field(field);
    code(code);
  }

  @Override
  void codes(Field field, String codes) {
    field(field);
    put((byte) (0x90 | codes.length()));
    for (int i = 0; i < codes.length(); i++) {
      code(codes.charAt(i));
    }
  }

  @Override
  void number(Field field, long number) {
    field(field);
    number(number);
  }

  @Override
  void price(Field field, long price) {
    field(field);
    real(price / UNITS);
  }

  @Override
  void decimal(Field field, String digits) {
    field(field);
    real(Double.parseDouble(digits));
  }

  @Override
  void time(Field field, long nanos) {
    field(field);
    time(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
  }

  private void code(char code) {
    room(2);
    bytes[length] = (byte) 0xa1;
    bytes[length + 1] = (byte) code;
    length += 2;
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int count = utf8.length;
    if (count <= 0x1f) {
      put((byte) (0xa0 | count));
    } else if (count <= 0xff) {
      put((byte) 0xd9);
      put((byte) count);
    } else {
      head(count, 0xda);
    }
    put(utf8);
  }

  /** A size in two or four bytes. */
  private void head(int size, int type) {
    boolean large = size > 0xffff;
    put((byte) (large ? type + 1 : type));
    big(size, large ? 4 : 2);
  }

  private void number(long number) {
    if (number >= -0x20 && number <= 0x7f) {
      put((byte) number);
    } else if (number < 0) {
      put((byte) 0xd3);
      big(number, 8);
    } else if (number <= 0xffff) {
      put((byte) 0xcd);
      big(number, 2);
    } else if (number <= 0xffff_ffffL) {
      put((byte) 0xce);
      big(number, 4);
    } else {
      put((byte) 0xcf);
      big(number, 8);
    }
  }

  private void real(double number) {
    put((byte) 0xcb);
    big(Double.doubleToRawLongBits(number), 8);
  }

  /** In the shortest of the three forms, as the specification advises. */
  private void time(long seconds, long nanos) {
    if (seconds >>> 34 != 0) {
      put((byte) 0xc7);
      put((byte) 12);
      put((byte) -1);
      big(nanos, 4);
      big(seconds, 8);
    } else if (nanos == 0 && seconds >>> 32 == 0) {
      put((byte) 0xd6);
      put((byte) -1);
      big(seconds, 4);
    } else {
      put((byte) 0xd7);
      put((byte) -1);
      big(nanos << 34 | seconds, 8);
    }
  }

  private void big(long number, int count) {
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[length + i] = (byte) (number >>> (count - 1 - i) * Byte.SIZE);
    }
    length += count;
  }

  private void value(String name, JsonNode node) {
    if (node.isObject()) {
      if (node.size() <= 0x0f) {
        put((byte) (0x80 | node.size()));
      } else {
        head(node.size(), 0xde);
      }
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        text(field.getKey());
        value(field.getKey(), field.getValue());
      }
    } else if (node.isArray()) {
      if (node.size() <= 0x0f) {
        put((byte) (0x90 | node.size()));
      } else {
        head(node.size(), 0xdc);
      }
      node.forEach(each -> value("", each));
    } else if (node.isNumber()) {
      if (node.isIntegralNumber() && !DOUBLES.contains(name)) {
        number(node.longValue());
      } else {
        real(node.doubleValue());
      }
    } else if (node.isBoolean()) {
      put((byte) (node.booleanValue() ? 0xc3 : 0xc2));
    } else if (node.isNull()) {
      put((byte) 0xc0);
    } else if (!TIMES.contains(name) || !timed(node.asText())) {
      text(node.asText());
    }
  }

  private boolean timed(String text) {
    try {
      Instant time = Instant.parse(text);
      time(time.getEpochSecond(), time.getNano());
      return true;
    } catch (DateTimeException noTime) {
      return false;
    }
  }
}
