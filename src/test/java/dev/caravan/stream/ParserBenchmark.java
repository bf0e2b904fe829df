package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.benchmark.Figures;
import dev.caravan.benchmark.Sheet;
import dev.caravan.benchmark.Sizes;
import dev.caravan.support.Packed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How fast one thread makes COPY text of the same messages in JSON and in MessagePack, in turns.
 */
class ParserBenchmark {
  private static final int ROUNDS = Sizes.of("parser.rounds", 5, 1);
  private static final int WARM_UP = Sizes.of("parser.warm", 4, 1);
  private static final int MESSAGES = Sizes.of("parser.messages", 300_000, 20_000);
  private static final int SYMBOLS = 200;
  private static final Instant FIRST = Instant.parse("2026-11-20T15:00:00.000000001Z");

  private final Map<String, List<Double>> rates = new LinkedHashMap<>();
  private final Map<String, Long> bytes = new LinkedHashMap<>();

  @Test
  void messagePackIsReadFasterThanJson() {
    for (boolean quotes : new boolean[] {false, true}) {
      for (int messages : new int[] {1, 100}) {
        List<byte[]> json = frames(quotes, messages);
        List<byte[]> packed =
            json.stream().map(each -> Packed.of(new String(each, StandardCharsets.UTF_8))).toList();
        String of = (quotes ? "quotes" : "trades") + String.format(", %3d a frame, ", messages);
        for (int round = -WARM_UP; round < ROUNDS; round++) {
          round(round, of + "json", json);
          round(round, of + "msgpack", packed);
        }
      }
    }
    report();
    if (!Sizes.SMOKE) {
      assertThat(median("trades, 100 a frame, msgpack"))
          .isGreaterThan(median("trades, 100 a frame, json"));
    }
  }

  private void round(int round, String key, List<byte[]> frames) {
    StreamParser parser = new StreamParser("iex");
    Chunk[] chunks = {new Chunk(), new Chunk()};
    int rows = 0;
    long began = System.nanoTime();
    // As many bytes at once as a batch has.
    for (int at = 0; at < frames.size(); ) {
      int end = at;
      for (long size = 0; end < frames.size() && size < 1 << 20; end++) {
        size += frames.get(end).length;
      }
      parser.read(frames.subList(at, end), chunks);
      for (Chunk chunk : chunks) {
        rows += chunk.trades.rows() + chunk.quotes.rows();
        chunk.clear();
      }
      at = end;
    }
    double rate = rows / ((System.nanoTime() - began) / 1e9);
    assertThat(rows).isEqualTo(MESSAGES);
    if (round >= 0) {
      rates.computeIfAbsent(key, any -> new ArrayList<>()).add(rate);
      bytes.put(key, frames.stream().mapToLong(each -> each.length).sum());
    }
  }

  private double median(String key) {
    return rates.get(key).stream().sorted().toList().get(ROUNDS / 2);
  }

  private void report() {
    Sheet sheet =
        Sheet.of(
            "parser",
            "Messages into the rows of COPY, on one thread",
            "",
            "messages/s",
            "beside JSON",
            "bytes a message");
    for (String key : rates.keySet()) {
      sheet.row(
          key,
          Figures.text("%,.0f", median(key)),
          Figures.text("%.2f", median(key) / median(key.replaceAll("[a-z]+$", "json"))),
          Figures.text("%.1f", bytes.get(key) / (double) MESSAGES));
    }
    sheet
        .note("Medians of " + ROUNDS + " rounds after " + WARM_UP + " that do not count.")
        .publish();
  }

  private static List<byte[]> frames(boolean quotes, int messages) {
    List<byte[]> frames = new ArrayList<>();
    StringBuilder frame = new StringBuilder();
    for (int row = 0; row < MESSAGES; row++) {
      String price = 100 + row % 50 + "." + (10 + row % 90);
      frame
          .append(row % messages == 0 ? "[" : ",")
          .append("{\"T\":\"")
          .append(quotes ? "q" : "t")
          .append("\",\"S\":\"B")
          .append((char) ('A' + row % SYMBOLS / 26))
          .append((char) ('A' + row % SYMBOLS % 26));
      if (quotes) {
        frame
            .append("\",\"bx\":\"V\",\"bp\":")
            .append(price)
            .append(",\"bs\":")
            .append(1 + row % 300)
            .append(",\"ax\":\"V\",\"ap\":")
            .append(price)
            .append(",\"as\":")
            .append(1 + row % 200)
            .append(",\"c\":[\"R\"]");
      } else {
        frame
            .append("\",\"i\":")
            .append(10_000_000L + row)
            .append(",\"x\":\"V\",\"p\":")
            .append(price)
            .append(",\"s\":")
            .append(1 + row % 300)
            .append(",\"c\":[\"@\",\"I\"]");
      }
      frame.append(",\"z\":\"C\",\"t\":\"").append(FIRST.plusNanos(row * 50_000L)).append("\"}");
      if (row % messages == messages - 1 || row == MESSAGES - 1) {
        frames.add(frame.append(']').toString().getBytes(StandardCharsets.US_ASCII));
        frame.setLength(0);
      }
    }
    return frames;
  }
}
