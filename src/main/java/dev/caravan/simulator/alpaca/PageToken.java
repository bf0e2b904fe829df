package dev.caravan.simulator.alpaca;

import dev.caravan.simulator.server.RefusedQuery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** Where the next page begins: base64 of {@code SYMBOL|D|epoch nanoseconds of the next bar}. */
record PageToken(String symbol, char unit, Instant next) {
  private static final long BILLION = 1_000_000_000L;

  /**
   * @throws RefusedQuery if the text is no token, such as the word null
   */
  static PageToken parse(String text) {
    try {
      String[] parts =
          new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).split("\\|");
      long nanos = Long.parseLong(parts[2]);
      return new PageToken(
          parts[0],
          parts[1].charAt(0),
          Instant.ofEpochSecond(Math.floorDiv(nanos, BILLION), Math.floorMod(nanos, BILLION)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
      throw BarsQuery.bad("invalid page_token: " + text);
    }
  }

  String text() {
    String plain = symbol + '|' + unit + '|' + next.getEpochSecond() * BILLION;
    return Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }
}
