package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.stream.PackedReader.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Turns MessagePack into the tree that the same message in JSON gives, and requests in JSON into
 * MessagePack. Times become texts as JSON has them.
 */
final class PackedTrees {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nothing that Alpaca sends is nested deeper than a list in a message in a list. */
  private static final int DEEPEST = 100;

  /** So many bytes of what could not be read are kept in a letter. */
  private static final int MOST_SHOWN = 4096;

  private static final int NANOS_PER_S = 1_000_000_000;

  private PackedTrees() {}

  /** All of a frame. */
  static JsonNode read(byte[] frame) throws IOException {
    PackedReader in = new PackedReader();
    in.at(frame, 0);
    JsonNode tree = value(in, in.next(), 0);
    if (!in.atEnd()) {
      throw new IOException("more behind the messages at " + in.at());
    }
    return tree;
  }

  /** The value that stands here. */
  static JsonNode read(PackedReader in) throws IOException {
    return value(in, in.next(), 0);
  }

  /**
   * What can be read of a message that cannot be read through, and the rest as it came.
   *
   * @param end where the next message begins
   */
  static ObjectNode partly(byte[] frame, int begin, int end) {
    byte[] broken = Arrays.copyOfRange(frame, begin, end);
    PackedReader in = new PackedReader();
    in.at(broken, 0);
    ObjectNode message = NODES.objectNode();
    int read = 0;
    try {
      if (in.next() == Token.MAP) {
        int fields = in.count;
        read = in.at();
        for (int i = 0; i < fields; i++) {
          String name = key(in);
          message.set(name, value(in, in.next(), 1));
          read = in.at();
        }
      }
    } catch (IOException fault) {
      // From here on it is shown as it is.
    }
    int shown = Math.min(broken.length, read + MOST_SHOWN);
    return message.put(
        "unreadable",
        HexFormat.of().formatHex(broken, read, shown) + (shown < broken.length ? "..." : ""));
  }

  private static JsonNode value(PackedReader in, Token token, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("a message that is nested deeper than " + DEEPEST);
    }
    return switch (token) {
      case NIL -> NullNode.getInstance();
      case TRUE -> BooleanNode.TRUE;
      case FALSE -> BooleanNode.FALSE;
      case WHOLE -> whole(in.whole);
      case UNSIGNED -> BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(in.whole)));
      case REAL, SINGLE -> number(in, token);
      case TEXT -> TextNode.valueOf(in.text());
      case TIME -> TextNode.valueOf(time(in.seconds, in.nanos));
      case BYTES, EXTENSION ->
          BinaryNode.valueOf(Arrays.copyOfRange(in.frame(), in.start, in.start + in.length));
      case LIST -> list(in, in.count, depth);
      case MAP -> map(in, in.count, depth);
    };
  }

  private static JsonNode whole(long number) {
    return number == (int) number ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
  }

  /** A number that has no fraction is a whole one in JSON. */
  private static JsonNode number(PackedReader in, Token token) {
    if (!Double.isFinite(in.real)) {
      return TextNode.valueOf(Double.toString(in.real));
    }
    String digits = digits(in, token);
    BigDecimal number = new BigDecimal(digits);
    if (digits.indexOf('.') >= 0 || digits.indexOf('e') >= 0) {
      return DecimalNode.valueOf(number);
    }
    return number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
        ? whole(number.longValue())
        : BigIntegerNode.valueOf(number.toBigInteger());
  }

  /** The digits of the finite number that was read last, as JSON writes them. */
  static String digits(PackedReader in, Token token) {
    return token == Token.SINGLE
        ? ShortestDecimal.ofSingle((float) in.real)
        : ShortestDecimal.of(in.real);
  }

  private static ArrayNode list(PackedReader in, int count, int depth) throws IOException {
    ArrayNode list = NODES.arrayNode();
    for (int i = 0; i < count; i++) {
      list.add(value(in, in.next(), depth + 1));
    }
    return list;
  }

  private static ObjectNode map(PackedReader in, int count, int depth) throws IOException {
    ObjectNode map = NODES.objectNode();
    for (int i = 0; i < count; i++) {
      String name = key(in);
      map.set(name, value(in, in.next(), depth + 1));
    }
    return map;
  }

  private static String key(PackedReader in) throws IOException {
    Token token = in.next();
    if (token != Token.TEXT) {
      throw new IOException("a field whose name is " + token + " before " + in.at());
    }
    return in.text();
  }

  /** As JSON has it; what is no time says so when it is read. */
  static String time(long seconds, long nanos) {
    try {
      if (nanos < NANOS_PER_S) {
        return fraction(Instant.ofEpochSecond(seconds).toString(), nanos);
      }
    } catch (DateTimeException outOfRange) {
      // Below, as what it is.
    }
    return seconds + " s " + nanos + " ns";
  }

  /** The service writes as many decimals as there are, where Java writes three, six or nine. */
  private static String fraction(String second, long nanos) {
    if (nanos == 0) {
      return second;
    }
    String decimals = String.valueOf(NANOS_PER_S + nanos).substring(1).replaceAll("0+$", "");
    return second.substring(0, second.length() - 1) + '.' + decimals + 'Z';
  }

  /** A request in MessagePack: maps, lists and texts alone. */
  static byte[] packed(String json) throws JsonProcessingException {
    ByteArrayOutputStream to = new ByteArrayOutputStream(json.length());
    pack(JSON.readTree(json), to);
    return to.toByteArray();
  }

  private static void pack(JsonNode node, ByteArrayOutputStream to) {
    if (node.isObject()) {
      head(node.size(), 0x80, 0x0f, 0xde, to);
      node.properties()
          .forEach(
              field -> {
                pack(TextNode.valueOf(field.getKey()), to);
                pack(field.getValue(), to);
              });
    } else if (node.isArray()) {
      head(node.size(), 0x90, 0x0f, 0xdc, to);
      node.forEach(each -> pack(each, to));
    } else {
      byte[] text = node.asText().getBytes(StandardCharsets.UTF_8);
      head(text.length, 0xa0, 0x1f, 0xda, to);
      to.writeBytes(text);
    }
  }

  /** A size in the short form where it fits, else in two or four bytes. */
  private static void head(int size, int small, int most, int large, ByteArrayOutputStream to) {
    if (size <= most) {
      to.write(small | size);
    } else if (size <= 0xffff) {
      to.write(large);
      to.write(size >>> 8);
      to.write(size);
    } else {
      to.write(large + 1);
      to.write(size >>> 24);
      to.write(size >>> 16);
      to.write(size >>> 8);
      to.write(size);
    }
  }
}
