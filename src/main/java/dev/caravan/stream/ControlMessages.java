package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.stream.PackedReader.Token;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Tells what the server says about the connection from what it says about the market. Frames are
 * lists in JSON or MessagePack; control messages ({@code success}, {@code subscription}, {@code
 * error}) come alone in theirs (reference alpaca-stream, sections 2 and 7). The route gets them as
 * JSON in either case.
 */
final class ControlMessages {
  /** Data beside what the server says keeps its digits, and nothing behind the array is dropped. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final Set<String> CONTROL = Set.of("success", "subscription", "error");

  private ControlMessages() {}

  /** One message of a frame: an event of the route, with its code and words, or data. */
  record Message(String event, Integer code, String said, String json) {
    boolean data() {
      return event == null;
    }
  }

  /**
   * Whether a frame holds data. Types of data are one letter and stand first, so a look at the
   * first bytes is enough; what does not look so is read.
   */
  static boolean isData(byte[] frame) {
    if (PackedReader.isPacked(frame)) {
      return isPackedData(frame);
    }
    int at = skip(frame, 0, '[');
    at = at < 0 ? -1 : skip(frame, at, '{');
    at = at < 0 ? -1 : skip(frame, at, '"');
    if (at >= 0 && at + 1 < frame.length && frame[at] == 'T' && frame[at + 1] == '"') {
      at = skip(frame, at + 2, ':');
      at = at < 0 ? -1 : skip(frame, at, '"');
      if (at >= 0 && at + 1 < frame.length && frame[at + 1] == '"') {
        return true;
      }
    }
    return read(frame).stream().allMatch(Message::data);
  }

  private static boolean isPackedData(byte[] frame) {
    try {
      PackedReader in = new PackedReader();
      in.at(frame, 0);
      if (in.next() == Token.LIST
          && in.next() == Token.MAP
          && in.next() == Token.TEXT
          && in.isText('T')
          && in.next() == Token.TEXT
          && in.length == 1) {
        return true;
      }
    } catch (IOException malformed) {
      // It is read below, and is none that says anything of the connection.
    }
    return read(frame).stream().allMatch(Message::data);
  }

  /** The messages of a frame, one by one; none where the frame cannot be read. */
  static List<Message> read(byte[] frame) {
    List<Message> messages = new ArrayList<>();
    try {
      JsonNode array =
          PackedReader.isPacked(frame) ? PackedTrees.read(frame) : JSON.readTree(frame);
      for (JsonNode each : array.isArray() ? array : JSON.createArrayNode().add(array)) {
        messages.add(message(each));
      }
    } catch (IOException malformed) {
      // The store says so in a dead letter, with the frame itself.
      return List.of();
    }
    return messages;
  }

  private static Message message(JsonNode message) throws JsonProcessingException {
    String type = message.path("T").asText();
    if (!CONTROL.contains(type)) {
      return new Message(null, null, null, "[" + JSON.writeValueAsString(message) + "]");
    }
    String said = message.path("msg").asText();
    String event = type;
    if (type.equals("success")) {
      event = said.equals("connected") || said.equals("authenticated") ? said : "unknown";
    }
    Integer code = message.has("code") ? Integer.valueOf(message.path("code").asInt()) : null;
    return new Message(event, code, said, JSON.writeValueAsString(message));
  }

  /** The index behind the next byte that is no white space, if it is the expected one; else -1. */
  private static int skip(byte[] frame, int from, char expected) {
    int at = from;
    while (at < frame.length && frame[at] <= ' ') {
      at++;
    }
    return at < frame.length && frame[at] == expected ? at + 1 : -1;
  }
}
