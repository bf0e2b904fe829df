package dev.caravan.stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Kamelet {@code alpaca-stream-source} sends and emits; no route of Caravan's own needs it.
 */
public final class StreamMessages {
  /** Prices keep their digits. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StreamMessages() {}

  /**
   * The messages of a batch, each as a JSON object.
   *
   * @throws IOException if a frame cannot be read, which Alpaca never sends
   */
  public static List<String> of(Batch batch) throws IOException {
    List<String> messages = new ArrayList<>();
    for (byte[] frame : batch.frames()) {
      JsonNode tree = PackedReader.isPacked(frame) ? PackedTrees.read(frame) : JSON.readTree(frame);
      for (JsonNode message : tree) {
        messages.add(JSON.writeValueAsString(message));
      }
    }
    return messages;
  }

  /**
   * The request for the same symbols on some channels.
   *
   * @param channels separated by commas
   * @param symbols likewise
   */
  public static String subscription(String channels, String symbols) throws IOException {
    ObjectNode request = JSON.createObjectNode().put("action", "subscribe");
    for (String channel : words(channels)) {
      ArrayNode list = request.putArray(channel);
      words(symbols).forEach(list::add);
    }
    return JSON.writeValueAsString(request);
  }

  private static List<String> words(String list) {
    return Stream.of(list.split(",")).map(String::strip).filter(word -> !word.isEmpty()).toList();
  }
}
