package dev.caravan.simulator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a client sends: a text of JSON, or bytes of MessagePack, of which requests have maps,
 * lists, texts and nothing.
 */
final class WireRequest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEEPEST = 4;

  private WireRequest() {}

  /** The request; the missing node where it is none. */
  static JsonNode read(Object body) {
    try {
      JsonNode request =
          body instanceof String text
              ? JSON.readTree(text)
              : value(ByteBuffer.wrap(bytes(body)), DEEPEST);
      return request != null && request.isObject() ? request : MissingNode.getInstance();
    } catch (IOException | BufferUnderflowException malformed) {
      return MissingNode.getInstance();
    }
  }

  private static byte[] bytes(Object body) {
    return body instanceof Buffer buffer
        ? buffer.getBytes()
        : body instanceof byte[] bytes ? bytes : new byte[0];
  }

  private static JsonNode value(ByteBuffer from, int depth) throws IOException {
    int head = from.get() & 0xff;
    if (depth < 0) {
      throw new IOException("A request that is nested too deep");
    }
    if (head >> 4 == 0x8) {
      return map(from, head & 0x0f, depth);
    }
    if (head >> 4 == 0x9) {
      return list(from, head & 0x0f, depth);
    }
    if (head >> 5 == 0x5) {
      return text(from, head & 0x1f);
    }
    return switch (head) {
      case 0xc0 -> NullNode.getInstance();
      case 0xd9 -> text(from, from.get() & 0xff);
      case 0xda -> text(from, from.getShort() & 0xffff);
      case 0xdb -> text(from, from.getInt());
      case 0xdc -> list(from, from.getShort() & 0xffff, depth);
      case 0xdd -> list(from, from.getInt(), depth);
      case 0xde -> map(from, from.getShort() & 0xffff, depth);
      case 0xdf -> map(from, from.getInt(), depth);
      default -> throw new IOException("No part of a request: " + Integer.toHexString(head));
    };
  }

  private static ObjectNode map(ByteBuffer from, int count, int depth) throws IOException {
    ObjectNode map = NODES.objectNode();
    for (int i = 0; i < count; i++) {
      map.set(value(from, 0).asText(), value(from, depth - 1));
    }
    return map;
  }

  private static ArrayNode list(ByteBuffer from, int count, int depth) throws IOException {
    ArrayNode list = NODES.arrayNode();
    for (int i = 0; i < count; i++) {
      list.add(value(from, depth - 1));
    }
    return list;
  }

  private static TextNode text(ByteBuffer from, int length) throws IOException {
    if (length < 0 || length > from.remaining()) {
      throw new IOException("A text that is longer than its frame");
    }
    byte[] text = new byte[length];
    from.get(text);
    return TextNode.valueOf(new String(text, StandardCharsets.UTF_8));
  }
}
