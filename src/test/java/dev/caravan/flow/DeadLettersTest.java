package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.RateLimitedException;
import dev.caravan.source.SourceAnswer;
import dev.caravan.source.StoppedException;
import java.net.ConnectException;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

  @Test
  void eachSymbolHasALetterWithTheReasonAndTheAnswer() {
    assertThat(DeadLetters.json(of("A,B"), answer("{\"x\":1}"), new InvalidSymbolException("A")))
        .isEqualTo(
            "[{\"symbol\":\"A\",\"reason\":\"Invalid symbol: A\",\"payload\":\"{\\\"x\\\":1}\"},"
                + "{\"symbol\":\"B\",\"reason\":\"Invalid symbol: A\",\"payload\":\"{\\\"x\\\":1}\"}]");
  }

  @Test
  void aBrokenConnectionHasNoAnswerToKeep() {
    assertThat(
            DeadLetters.json(
                of("A"), answer("of an earlier page"), new ConnectException("refused")))
        .isEqualTo("[{\"symbol\":\"A\",\"reason\":\"No connection: refused\",\"payload\":null}]");
  }

  @Test
  void aRefusalForRateHasNoAnswerToKeep() {
    Instant next = Instant.parse("2026-11-20T15:00:00Z");
    assertThat(
            DeadLetters.json(
                of("A"), answer("Too Many Requests"), new RateLimitedException("yahoo", next)))
        .isEqualTo(
            "[{\"symbol\":\"A\",\"reason\":\"Rate limit exceeded: yahoo, next try at"
                + " 2026-11-20T15:00:00Z\",\"payload\":null}]");
  }

  @Test
  void whatWasNotDoneBecauseCaravanStopsIsNoFailure() {
    assertThat(DeadLetters.json(of("A,B"), null, new RuntimeCamelException(new StoppedException())))
        .isEqualTo("[]");
  }

  @Test
  void noSymbolNeedsNoLetter() {
    assertThat(DeadLetters.json(of(""), answer("x"), new InvalidSymbolException("A")))
        .isEqualTo("[]");
    assertThat(DeadLetters.noData(of(""), "No data")).isEqualTo("[]");
  }

  @Test
  void aSymbolWithoutDataHasALetterWithoutAnAnswer() {
    assertThat(DeadLetters.noData(of("A"), "No data: nothing"))
        .isEqualTo("[{\"symbol\":\"A\",\"reason\":\"No data: nothing\",\"payload\":null}]");
  }

  private static Map<String, Object> of(String symbols) {
    return Map.of("symbols", symbols);
  }

  private static SourceAnswer answer(String text) {
    return SourceAnswer.kept(text, "A,B");
  }
}
