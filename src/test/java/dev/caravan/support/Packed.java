package dev.caravan.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;

/**
 * JSON as the stream's server has it in MessagePack, written by the specification alone: what has a
 * fraction as a double, a time as a timestamp. It shares nothing with Caravan or the simulator.
 */
public final class Packed {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TIMES = Set.of("t", "created_at", "updated_at");

  private Packed() {}

  public static byte[] of(String json) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      write("", JSON.readTree(json), new DataOutputStream(bytes));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }

  /**
   * A frame as JSON, of what the stream has: a time is a text as the service writes it in JSON, and
   * a double always has a point, so that it is told from a whole number.
   *
   * @throws IllegalArgumentException for a frame that is no such, or has more behind it
   */
  public static JsonNode read(byte[] frame) {
    ByteBuffer from = ByteBuffer.wrap(frame);
    try {
      JsonNode read = value(from);
      if (from.hasRemaining()) {
        throw new IllegalArgumentException("More behind the frame");
      }
      return read;
    } catch (BufferUnderflowException cut) {
      throw new IllegalArgumentException(cut);
    }
  }

  private static JsonNode value(ByteBuffer from) {
    int head = from.get() & 0xff;
    if (head < 0x80) {
      return IntNode.valueOf(head);
    }
    if (head < 0xc0) {
      return head < 0x90
          ? map(head & 15, from)
          : head < 0xa0 ? list(head & 15, from) : text(head & 31, from);
    }
    return switch (head) {
      case 0xc0 -> NullNode.getInstance();
      case 0xc7 -> {
        expect(from, 12, -1);
        int nanos = from.getInt();
        yield time(from.getLong(), nanos);
      }
      case 0xcb -> DoubleNode.valueOf(from.getDouble());
      case 0xcc -> IntNode.valueOf(from.get() & 0xff);
      case 0xcd -> IntNode.valueOf(from.getShort() & 0xffff);
      case 0xce -> LongNode.valueOf(Integer.toUnsignedLong(from.getInt()));
      case 0xcf, 0xd3 -> LongNode.valueOf(from.getLong());
      case 0xd6 -> {
        expect(from, -1);
        yield time(Integer.toUnsignedLong(from.getInt()), 0);
      }
      case 0xd7 -> {
        expect(from, -1);
        long both = from.getLong();
        yield time(both & 0x3_ffff_ffffL, (int) (both >>> 34));
      }
      case 0xd9 -> text(from.get() & 0xff, from);
      case 0xda -> text(from.getShort() & 0xffff, from);
      case 0xdc -> list(from.getShort() & 0xffff, from);
      case 0xdd -> list(from.getInt(), from);
      case 0xde -> map(from.getShort() & 0xffff, from);
      default -> throw new IllegalArgumentException("0x" + Integer.toHexString(head));
    };
  }

  private static void expect(ByteBuffer from, int... bytes) {
    for (int each : bytes) {
      if (from.get() != (byte) each) {
        throw new IllegalArgumentException("No time");
      }
    }
  }

  private static ObjectNode map(int size, ByteBuffer from) {
    ObjectNode map = JSON.createObjectNode();
    for (int i = 0; i < size; i++) {
      String name = value(from).textValue();
      map.set(name, value(from));
    }
    return map;
  }

  private static ArrayNode list(int size, ByteBuffer from) {
    ArrayNode list = JSON.createArrayNode();
    for (int i = 0; i < size; i++) {
      list.add(value(from));
    }
    return list;
  }

  private static TextNode text(int length, ByteBuffer from) {
    if (length > from.remaining()) {
      throw new IllegalArgumentException("A cut text");
    }
    byte[] text = new byte[length];
    from.get(text);
    return TextNode.valueOf(new String(text, StandardCharsets.UTF_8));
  }

  private static TextNode time(long seconds, int nanos) {
    String text = Instant.ofEpochSecond(seconds, nanos).toString();
    return TextNode.valueOf(nanos == 0 ? text : text.replaceAll("0+Z$", "Z"));
  }

  private static void write(String name, JsonNode node, DataOutputStream to) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        size(node.size(), 0x80, 15, 0xde, to);
        for (var field : node.properties()) {
          text(field.getKey(), to);
          write(field.getKey(), field.getValue(), to);
        }
      }
      case ARRAY -> {
        size(node.size(), 0x90, 15, 0xdc, to);
        for (JsonNode each : node) {
          write("", each, to);
        }
      }
      case NUMBER -> number(node, to);
      case BOOLEAN -> to.write(node.booleanValue() ? 0xc3 : 0xc2);
      case NULL -> to.write(0xc0);
      default -> {
        if (!TIMES.contains(name) || !time(node.textValue(), to)) {
          text(node.textValue(), to);
        }
      }
    }
  }

  private static void number(JsonNode node, DataOutputStream to) throws IOException {
    if (!node.isIntegralNumber()) {
      to.write(0xcb);
      to.writeDouble(node.doubleValue());
    } else if (node.canConvertToLong()) {
      long number = node.longValue();
      if (number >= 0 && number < 128) {
        to.write((int) number);
      } else {
        to.write(number < 0 ? 0xd3 : 0xcf);
        to.writeLong(number);
      }
    } else if (node.bigIntegerValue().bitLength() <= 64) {
      to.write(0xcf);
      to.writeLong(node.bigIntegerValue().longValue());
    } else {
      to.write(0xcb);
      to.writeDouble(node.doubleValue());
    }
  }

  private static boolean time(String text, DataOutputStream to) throws IOException {
    try {
      Instant time = Instant.parse(text);
      long seconds = time.getEpochSecond();
      if (seconds < 0 || seconds >= 1L << 34) {
        to.write(new byte[] {(byte) 0xc7, 12, -1});
        to.writeInt(time.getNano());
        to.writeLong(seconds);
      } else if (time.getNano() == 0 && seconds < 1L << 32) {
        to.write(new byte[] {(byte) 0xd6, -1});
        to.writeInt((int) seconds);
      } else {
        to.write(new byte[] {(byte) 0xd7, -1});
        to.writeLong((long) time.getNano() << 34 | seconds);
      }
      return true;
    } catch (DateTimeException noTime) {
      return false;
    }
  }

  private static void text(String text, DataOutputStream to) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    size(utf8.length, 0xa0, 31, 0xda, to);
    to.write(utf8);
  }

  private static void size(int size, int small, int most, int large, DataOutputStream to)
      throws IOException {
    if (size <= most) {
      to.write(small | size);
    } else if (size <= 0xffff) {
      to.write(large);
      to.writeShort(size);
    } else {
      to.write(large + 1);
      to.writeInt(size);
    }
  }
}
