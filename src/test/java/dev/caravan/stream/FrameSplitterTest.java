package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.stream.FrameSplitter.Part;
import dev.caravan.stream.FrameSplitter.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSplitterTest {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int PARTITIONS = 3;

  private final FrameSplitter splitter = new FrameSplitter(PARTITIONS);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyMessageGoesOnceAndThoseOfASymbolInTheirOrderToOnePartition(boolean packed)
      throws IOException {
    Random random = new Random(9);
    List<String> sent = new ArrayList<>();
    List<byte[]> frames = new ArrayList<>();
    for (int frame = 0; frame < 20; frame++) {
      List<String> messages = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(30); i++) {
        String symbol = "S" + random.nextInt(12);
        messages.add(
            "{\"T\":\"t\",\"S\":\"%s\",\"i\":%d,\"p\":1.50,\"c\":[\"@\",\"}\"],\"t\":\"2026-11-27T15:00:%02d.25Z\"}"
                .formatted(symbol, sent.size() + messages.size(), frame));
      }
      sent.addAll(messages);
      frames.add(frame("[" + String.join(", ", messages) + "]", packed));
    }

    Parts parts = splitter.split(frames);

    assertThat(parts.messages()).isEqualTo(sent.size());
    assertThat(parts.newest()).isEqualTo(Instant.parse("2026-11-27T15:00:19.25Z"));
    Map<String, Integer> homes = new HashMap<>();
    Map<String, Long> last = new HashMap<>();
    TreeSet<Long> seen = new TreeSet<>();
    for (Part part : parts.parts()) {
      for (JsonNode message : tree(part.frame(), packed)) {
        String symbol = message.path("S").asText();
        long id = message.path("i").asLong();
        assertThat(homes.computeIfAbsent(symbol, any -> part.partition()))
            .isEqualTo(part.partition());
        assertThat(last.getOrDefault(symbol, -1L)).isLessThan(id);
        last.put(symbol, id);
        assertThat(seen.add(id)).isTrue();
        assertThat(JSON.readTree(sent.get((int) id)).path("c")).isEqualTo(message.path("c"));
      }
    }
    assertThat(seen).hasSize(sent.size());
    assertThat(homes.values()).as("all partitions are used").contains(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"T\":\"t\",\"S\":\"A\",\"p\":1},{\"T\":\"t\",\"S\":\"B\",\"p\":",
        "[{\"T\":\"t\",\"S\":\"A\"}] x",
        "not JSON",
        "[{\"T\":\"t\",\"S\":\"A\"},7]"
      })
  void aFrameThatCannotBeCutGoesAsItIs(String frame) {
    byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
    byte[] good = "[{\"T\":\"t\",\"S\":\"GOOD\",\"i\":1}]".getBytes(StandardCharsets.UTF_8);

    Parts parts = splitter.split(List.of(good, bytes));

    assertThat(parts.parts())
        .filteredOn(part -> part.frame() == bytes)
        .singleElement()
        .satisfies(part -> assertThat(part.partition()).isZero());
    assertThat(parts.parts())
        .filteredOn(part -> part.frame() != bytes)
        .singleElement()
        .satisfies(part -> assertThat(part.frame()).isEqualTo(good));
  }

  @Test
  void theTimeIsThatOfTradesAndQuotesAndTheEndOfABar() {
    assertThat(newest("{\"T\":\"t\",\"S\":\"A\",\"t\":\"2026-11-27T15:00:01Z\"}"))
        .isEqualTo("2026-11-27T15:00:01Z");
    assertThat(newest("{\"T\":\"b\",\"S\":\"A\",\"t\":\"2026-11-27T15:00:00Z\"}"))
        .isEqualTo("2026-11-27T15:01:00Z");
    assertThat(newest("{\"T\":\"d\",\"S\":\"A\",\"t\":\"2026-11-27T05:00:00Z\"}")).isNull();
    assertThat(newest("{\"T\":\"t\",\"S\":\"A\",\"t\":\"soon\"}")).isNull();
    assertThat(newest("{\"T\":\"t\",\"S\":\"A\"}")).isNull();
  }

  private String newest(String message) {
    Instant newest =
        splitter.split(List.of(("[" + message + "]").getBytes(StandardCharsets.UTF_8))).newest();
    return newest == null ? null : newest.toString();
  }

  private static byte[] frame(String json, boolean packed) throws IOException {
    return packed ? PackedTrees.packed(json) : json.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode tree(byte[] frame, boolean packed) throws IOException {
    return packed ? PackedTrees.read(frame) : JSON.readTree(frame);
  }
}
