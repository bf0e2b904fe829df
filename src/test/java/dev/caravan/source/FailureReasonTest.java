package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.InvalidSymbolException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class FailureReasonTest {

  @Test
  void anErrorOfTheMarketSaysWhatAUserReads() {
    assertThat(FailureReason.of(new InvalidSymbolException("ZZZZ")))
        .isEqualTo("Invalid symbol: ZZZZ");
  }

  @Test
  void anErrorOfTheMarketIsFoundBelowWhateverWrapsIt() {
    Throwable wrapped =
        new RuntimeCamelException(new IOException("outer", new InvalidSymbolException("ZZZZ")));
    assertThat(FailureReason.of(wrapped)).isEqualTo("Invalid symbol: ZZZZ");
  }

  @Test
  void theDatabaseIsNamedAsTheOneThatRefused() {
    assertThat(
            FailureReason.of(
                new RuntimeCamelException(new SQLException("ERROR: no\n  space left"))))
        .isEqualTo("The database refused: ERROR: no space left");
  }

  @Test
  void aDatabaseThatIsAwayIsNoBrokenConnectionToAProvider() {
    assertThat(
            FailureReason.of(
                new SQLException("The connection broke", new ConnectException("gone"))))
        .isEqualTo("The database refused: The connection broke");
  }

  @Test
  void aTimeOutIsToldFromABrokenConnection() {
    assertThat(FailureReason.of(new SocketTimeoutException("Read timed out")))
        .isEqualTo("No answer in time: Read timed out");
    assertThat(FailureReason.of(new ConnectException("Connection refused")))
        .isEqualTo("No connection: Connection refused");
  }

  @Test
  void camelsWrappingIsTakenOff() {
    assertThat(
            FailureReason.of(
                new RuntimeCamelException(
                    new RuntimeCamelException(new IllegalStateException("inner")))))
        .isEqualTo("inner");
    assertThat(FailureReason.of(new StoppedException())).isEqualTo("Caravan is being stopped");
  }

  @Test
  void aFailureWithoutWordsIsNamedByItsKind() {
    assertThat(FailureReason.of(new IllegalStateException())).isEqualTo("IllegalStateException");
    assertThat(FailureReason.of(null)).isEqualTo("unknown");
  }

  @Test
  void aReasonIsOneLineOf500CharactersAtTheMost() {
    assertThat(FailureReason.of(new IllegalStateException(" a\r\n\tb  c "))).isEqualTo("a b c");
    assertThat(FailureReason.of(new IllegalStateException("x".repeat(501))))
        .isEqualTo("x".repeat(500) + "…");
    assertThat(FailureReason.of(new IllegalStateException("x".repeat(500))))
        .isEqualTo("x".repeat(500));
  }
}
