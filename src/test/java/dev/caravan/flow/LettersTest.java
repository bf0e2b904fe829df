package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.StoppedException;
import dev.caravan.market.InvalidSymbolException;
import dev.caravan.market.RateLimitedException;
import java.net.ConnectException;
import java.time.Instant;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class LettersTest {

  @Test
  void each_symbol_has_a_letter_with_the_reason_and_the_answer() {
    assertThat(Letters.json("A,B", "{\"x\":1}", new InvalidSymbolException("A")))
        .isEqualTo(
            "[{\"symbol\":\"A\",\"reason\":\"Invalid symbol: A\",\"payload\":\"{\\\"x\\\":1}\"},"
                + "{\"symbol\":\"B\",\"reason\":\"Invalid symbol: A\",\"payload\":\"{\\\"x\\\":1}\"}]");
  }

  @Test
  void a_broken_connection_has_no_answer_to_keep() {
    assertThat(Letters.json("A", "of an earlier page", new ConnectException("refused")))
        .isEqualTo("[{\"symbol\":\"A\",\"reason\":\"No connection: refused\",\"payload\":null}]");
  }

  @Test
  void a_refusal_for_rate_has_no_answer_to_keep() {
    Instant next = Instant.parse("2026-11-20T15:00:00Z");
    assertThat(Letters.json("A", "Too Many Requests", new RateLimitedException("yahoo", next)))
        .isEqualTo(
            "[{\"symbol\":\"A\",\"reason\":\"Rate limit exceeded: yahoo, next try at"
                + " 2026-11-20T15:00:00Z\",\"payload\":null}]");
  }

  @Test
  void what_was_not_done_because_caravan_stops_is_no_failure() {
    assertThat(Letters.json("A,B", null, new RuntimeCamelException(new StoppedException())))
        .isEqualTo("[]");
  }

  @Test
  void no_symbol_needs_no_letter() {
    assertThat(Letters.json("", "x", new InvalidSymbolException("A"))).isEqualTo("[]");
    assertThat(Letters.noData("", "No data")).isEqualTo("[]");
  }

  @Test
  void a_symbol_without_data_has_a_letter_without_an_answer() {
    assertThat(Letters.noData("A", "No data: nothing"))
        .isEqualTo("[{\"symbol\":\"A\",\"reason\":\"No data: nothing\",\"payload\":null}]");
  }
}
