package dev.caravan.simulator.alpaca;

import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedQuery;
import dev.caravan.simulator.tape.TapeTrade;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The parameters of Alpaca's trades and quotes.
 *
 * @param symbols in the order of the answer
 * @param from inclusive, in nanoseconds
 * @param to inclusive, in nanoseconds
 * @param page the row to begin with, if this is not the first page
 */
public record TradesQuery(
    List<String> symbols, long from, long to, int limit, Optional<Token> page, boolean ascending) {

  /** Where the next page begins: base64 of {@code SYMBOL|epoch nanoseconds|id}. */
  public record Token(String symbol, long nanos, long id) {
    public static Token parse(String text) {
      try {
        String[] parts =
            new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).split("\\|");
        return new Token(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
      } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
        throw BarsQuery.bad("invalid page_token: " + text);
      }
    }

    public String text() {
      String plain = symbol + '|' + nanos + '|' + id;
      return Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * @throws RefusedQuery with Alpaca's words if the parameters make no sense or ask for too new
   *     data
   */
  public static TradesQuery parse(ServedQuery request, Instant now) {
    BarsQuery.Range range = BarsQuery.Range.parse(request, now);
    return new TradesQuery(
        BarsQuery.symbols(request),
        TapeTrade.nanosOf(range.from()),
        TapeTrade.nanosOf(range.to()),
        BarsQuery.limit(request),
        request.parameter("page_token").map(Token::parse),
        BarsQuery.ascending(request));
  }
}
