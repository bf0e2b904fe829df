package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.InvalidSymbolException;
import dev.caravan.market.RateLimitedException;
import dev.caravan.source.StoppedException;
import java.net.ConnectException;
import java.time.Instant;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

  @Test
  void eachSymbolHasALetterWithTheReasonAndTheAnswer() {
    assertThat(DeadLetters.json("A,B", "{\"x\":1}", new InvalidSymbolException("A")))
        .isEqualTo(
            "[{\"symbol\":\"A\",\"reason\":\"Invalid symbol: A\",\"payload\":\"{\\\"x\\\":1}\"},"
                + "{\"symbol\":\"B\",\"reason\":\"Invalid symbol: A\",\"payload\":\"{\\\"x\\\":1}\"}]");
  }

  @Test
  void aBrokenConnectionHasNoAnswerToKeep() {
    assertThat(DeadLetters.json("A", "of an earlier page", new ConnectException("refused")))
        .isEqualTo("[{\"symbol\":\"A\",\"reason\":\"No connection: refused\",\"payload\":null}]");
  }

  @Test
  void aRefusalForRateHasNoAnswerToKeep() {
    Instant next = Instant.parse("2026-11-20T15:00:00Z");
    assertThat(DeadLetters.json("A", "Too Many Requests", new RateLimitedException("yahoo", next)))
        .isEqualTo(
            "[{\"symbol\":\"A\",\"reason\":\"Rate limit exceeded: yahoo, next try at"
                + " 2026-11-20T15:00:00Z\",\"payload\":null}]");
  }

  @Test
  void whatWasNotDoneBecauseCaravanStopsIsNoFailure() {
    assertThat(DeadLetters.json("A,B", null, new RuntimeCamelException(new StoppedException())))
        .isEqualTo("[]");
  }

  @Test
  void noSymbolNeedsNoLetter() {
    assertThat(DeadLetters.json("", "x", new InvalidSymbolException("A"))).isEqualTo("[]");
    assertThat(DeadLetters.noData("", "No data")).isEqualTo("[]");
  }

  @Test
  void aSymbolWithoutDataHasALetterWithoutAnAnswer() {
    assertThat(DeadLetters.noData("A", "No data: nothing"))
        .isEqualTo("[{\"symbol\":\"A\",\"reason\":\"No data: nothing\",\"payload\":null}]");
  }
}
