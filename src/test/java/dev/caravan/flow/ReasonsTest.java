package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.StoppedException;
import dev.caravan.market.InvalidSymbolException;
import dev.caravan.market.SourceFailedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class ReasonsTest {

  @Test
  void an_error_of_the_market_says_what_a_user_reads() {
    assertThat(Reasons.of(new InvalidSymbolException("ZZZZ"))).isEqualTo("Invalid symbol: ZZZZ");
  }

  @Test
  void an_error_of_the_market_is_found_below_whatever_wraps_it() {
    Throwable wrapped =
        new RuntimeCamelException(new IOException("outer", new InvalidSymbolException("ZZZZ")));
    assertThat(Reasons.of(wrapped)).isEqualTo("Invalid symbol: ZZZZ");
  }

  @Test
  void the_database_is_named_as_the_one_that_refused() {
    assertThat(Reasons.of(new RuntimeCamelException(new SQLException("ERROR: no\n  space left"))))
        .isEqualTo("The database refused: ERROR: no space left");
  }

  @Test
  void a_database_that_is_away_is_no_broken_connection_to_a_provider() {
    assertThat(Reasons.of(new SQLException("The connection broke", new ConnectException("gone"))))
        .isEqualTo("The database refused: The connection broke");
  }

  @Test
  void a_time_out_is_told_from_a_broken_connection() {
    assertThat(Reasons.of(new SocketTimeoutException("Read timed out")))
        .isEqualTo("No answer in time: Read timed out");
    assertThat(Reasons.of(new ConnectException("Connection refused")))
        .isEqualTo("No connection: Connection refused");
  }

  @Test
  void camels_wrapping_is_taken_off() {
    assertThat(
            Reasons.of(
                new RuntimeCamelException(
                    new RuntimeCamelException(new IllegalStateException("inner")))))
        .isEqualTo("inner");
    assertThat(Reasons.of(new StoppedException())).isEqualTo("Caravan is being stopped");
  }

  @Test
  void a_failure_without_words_is_named_by_its_kind() {
    assertThat(Reasons.of(new IllegalStateException())).isEqualTo("IllegalStateException");
    assertThat(Reasons.of(null)).isEqualTo("unknown");
  }

  @Test
  void a_reason_is_one_line_of_500_characters_at_the_most() {
    assertThat(Reasons.of(new IllegalStateException(" a\r\n\tb  c "))).isEqualTo("a b c");
    assertThat(Reasons.of(new IllegalStateException("x".repeat(501))))
        .isEqualTo("x".repeat(500) + "…");
    assertThat(Reasons.of(new IllegalStateException("x".repeat(500)))).isEqualTo("x".repeat(500));
  }

  @Test
  void find_gives_the_outermost_of_a_type_or_nothing() {
    SourceFailedException inner = new SourceFailedException("yahoo", 503, null);
    assertThat(Reasons.find(new RuntimeCamelException(inner), SourceFailedException.class))
        .isSameAs(inner);
    assertThat(Reasons.find(inner, IOException.class)).isNull();
    assertThat(Reasons.find(null, IOException.class)).isNull();
  }
}
