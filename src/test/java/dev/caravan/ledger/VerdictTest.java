package dev.caravan.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RateLimitedException;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceDownException;
import dev.caravan.market.answer.SourceFailedException;
import dev.caravan.market.answer.TooRecentException;
import dev.caravan.source.StoppedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.stream.Stream;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {

  static Stream<Throwable> refused() {
    return Stream.of(
        new RequestRefusedException("alpaca", 400, "end should not be before start"),
        new RequestRefusedException("alpaca", 404, "not found"),
        new RequestRefusedException("alpaca", 422, "unprocessable"),
        new InvalidSymbolException("X"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aRefusalOfTheVeryRequestCounts(Throwable cause) {
    assertThat(Verdict.of(new RuntimeCamelException(cause))).isEqualTo(Verdict.FAILED);
  }

  static Stream<Throwable> unanswered() {
    return Stream.of(
        new RateLimitedException("alpaca", Instant.EPOCH),
        new SourceDownException("alpaca", null, false),
        new SourceDownException("alpaca", null, true),
        new SocketTimeoutException("Read timed out"),
        new IOException("Connection refused"),
        new SourceFailedException("alpaca", 500, "internal server error"),
        new SourceFailedException("alpaca", 429, "too many requests."),
        new MissingDataException("JSON", "AAPL", "answered with <html>"),
        new MissingDataException("the last page", "alpaca's answer"),
        new IllegalStateException("a fault of ours"),
        new OutOfMemoryError("Java heap space"));
  }

  @ParameterizedTest
  @MethodSource("unanswered")
  void whatWasNotAnsweredInFullDoesNotCount(Throwable cause) {
    assertThat(Verdict.of(new RuntimeCamelException(cause))).isEqualTo(Verdict.UNANSWERED);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 401, 402, 403, 407, 408, 425, 429, 451})
  void aRefusalOfTheAccountOrOfTheMomentDoesNotCount(int status) {
    assertThat(Verdict.of(new RequestRefusedException("yahoo", status, "no")))
        .isEqualTo(Verdict.UNANSWERED);
  }

  @ParameterizedTest
  @CsvSource({
    "08006, UNANSWERED",
    "53300, UNANSWERED",
    "57P01, UNANSWERED",
    "40P01, UNANSWERED",
    "55P03, UNANSWERED",
    "42703, UNANSWERED",
    "42501, UNANSWERED",
    ", UNANSWERED",
    "21000, FAILED",
    "22P05, FAILED",
    "23514, FAILED"
  })
  void aDatabaseThatRefusesTheRowsCountsAndOneThatIsAwayDoesNot(String state, Verdict verdict) {
    assertThat(Verdict.of(new RuntimeCamelException(new SQLException("no", state))))
        .isEqualTo(verdict);
  }

  @Test
  void tooRecentDataIsToldApart() {
    assertThat(Verdict.of(new TooRecentException("alpaca", 403, "recent")))
        .isEqualTo(Verdict.TOO_RECENT);
  }

  @Test
  void aStopIsToldApart() {
    assertThat(Verdict.of(new RuntimeCamelException(new StoppedException())))
        .isEqualTo(Verdict.STOPPED);
  }
}
