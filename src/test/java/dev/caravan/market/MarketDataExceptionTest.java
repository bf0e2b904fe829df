package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MarketDataExceptionTest {

  @Test
  void an_invalid_symbol_is_named() {
    assertThat(new InvalidSymbolException("X")).hasMessage("Invalid symbol: X");
    assertThat(new InvalidSymbolException("X").symbol()).isEqualTo("X");
  }

  @Test
  void missing_data_names_the_field_and_the_symbol() {
    MissingDataException missing = new MissingDataException("t", "AAPL");
    assertThat(missing).hasMessage("Missing required data: t of AAPL");
    assertThat(missing.field()).isEqualTo("t");
    assertThat(missing.symbol()).isEqualTo("AAPL");
  }

  @Test
  void missing_data_says_what_was_found_instead() {
    assertThat(new MissingDataException("1d rows", "AAPL", "answered with 1mo"))
        .hasMessage("Missing required data: 1d rows of AAPL (answered with 1mo)");
  }

  @Test
  void a_rate_limit_says_when_to_try_next_in_whole_seconds() {
    Instant next = Instant.parse("2024-06-03T14:00:59.987654Z");
    RateLimitedException limited = new RateLimitedException("yahoo", next);
    assertThat(limited).hasMessage("Rate limit exceeded: yahoo, next try at 2024-06-03T14:00:59Z");
    assertThat(limited.nextTry()).isEqualTo(next);
    assertThat(limited.source()).isEqualTo("yahoo");
  }

  @Test
  void a_failed_source_quotes_its_answer_on_one_line() {
    SourceFailedException failed =
        new SourceFailedException("yahoo", 503, "<html>\r\n\t<b>Will be\u0000 right back</b>\n");
    assertThat(failed).hasMessage("yahoo failed with status 503: <html> <b>Will be right back</b>");
    assertThat(failed.status()).isEqualTo(503);
    assertThat(failed.source()).isEqualTo("yahoo");
  }

  @Test
  void a_failed_source_quotes_200_characters_and_no_more() {
    assertThat(new SourceFailedException("yahoo", 500, "x".repeat(100_000)))
        .hasMessage("yahoo failed with status 500: " + "x".repeat(200));
  }

  @Test
  void a_quote_never_ends_in_half_a_character() {
    assertThat(new SourceFailedException("yahoo", 500, "x".repeat(199) + "\uD83D\uDE00"))
        .hasMessage("yahoo failed with status 500: " + "x".repeat(199));
  }

  @Test
  void a_failed_source_without_an_answer_says_only_its_status() {
    assertThat(new SourceFailedException("alpaca", 502, null))
        .hasMessage("alpaca failed with status 502");
    assertThat(new SourceFailedException("alpaca", 502, " \n "))
        .hasMessage("alpaca failed with status 502");
  }

  @Test
  void a_refused_request_says_why() {
    RequestRefusedException refused =
        new RequestRefusedException("alpaca", 400, "end should not be before start");
    assertThat(refused)
        .hasMessage("alpaca refused the request with status 400: end should not be before start");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.source()).isEqualTo("alpaca");
  }
}
