package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTest {
  @ParameterizedTest
  @CsvSource({
    "08001, 503",
    "08006, 503",
    "57P01, 503",
    "53300, 503",
    "57014, 503",
    "42P01, 500",
    "22P02, 500"
  })
  void aDatabaseThatIsAwayIsNoFaultOfARequest(String state, int status) {
    Problem problem =
        Problem.of(
            new IllegalStateException(new SQLException("select * from secret; hush", state)));
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.json()).doesNotContain("secret", "hush", "Exception");
  }

  @Test
  void whoComesBeyondTheBoundIsToldToComeAgain() {
    assertThat(Problem.of(new RejectedExecutionException("full")).status()).isEqualTo(429);
  }

  @Test
  void aPoolWithoutAFreeConnectionIsNoDatabaseThatIsAway() {
    // So HikariCP throws it, with the state of the last failure to connect, where there was one.
    SQLException busy = new SQLTransientConnectionException("timed out after 3000ms");
    assertThat(Problem.of(busy).status()).isEqualTo(429);
    assertThat(Problem.of(new SQLException("Statement t/f: timed out", null, busy)).status())
        .as("as a statement passes it on")
        .isEqualTo(429);
    assertThat(Problem.of(new SQLTransientConnectionException("refused", "08001")).status())
        .isEqualTo(503);
  }

  @Test
  void whatWasNotForeseenIsToldToTheLogAlone() {
    Problem problem = Problem.of(new IllegalStateException("inside"));
    assertThat(problem.unexpected()).isTrue();
    assertThat(problem.json())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Internal error\",\"status\":500,"
                + "\"detail\":\"The request failed; see Caravan's log.\"}");
  }
}
