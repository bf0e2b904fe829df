package dev.caravan.market.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MarketDataExceptionTest {

  @Test
  void anInvalidSymbolIsNamed() {
    assertThat(new InvalidSymbolException("X")).hasMessage("Invalid symbol: X");
    assertThat(new InvalidSymbolException("X").symbol()).isEqualTo("X");
  }

  @Test
  void missingDataNamesTheFieldAndTheSymbol() {
    MissingDataException missing = new MissingDataException("t", "AAPL");
    assertThat(missing).hasMessage("Missing required data: t of AAPL");
    assertThat(missing.field()).isEqualTo("t");
    assertThat(missing.symbol()).isEqualTo("AAPL");
  }

  @Test
  void missingDataSaysWhatWasFoundInstead() {
    assertThat(new MissingDataException("1d rows", "AAPL", "answered with 1mo"))
        .hasMessage("Missing required data: 1d rows of AAPL (answered with 1mo)");
  }

  @Test
  void aRateLimitSaysWhenToTryNextInWholeSeconds() {
    Instant next = Instant.parse("2024-06-03T14:00:59.987654Z");
    RateLimitedException limited = new RateLimitedException("yahoo", next);
    assertThat(limited).hasMessage("Rate limit exceeded: yahoo, next try at 2024-06-03T14:00:59Z");
    assertThat(limited.nextTry()).isEqualTo(next);
    assertThat(limited.source()).isEqualTo("yahoo");
  }

  @Test
  void aFailedSourceQuotesItsAnswerOnOneLine() {
    SourceFailedException failed =
        new SourceFailedException("yahoo", 503, "<html>\r\n\t<b>Will be\u0000 right back</b>\n");
    assertThat(failed).hasMessage("yahoo failed with status 503: <html> <b>Will be right back</b>");
    assertThat(failed.status()).isEqualTo(503);
    assertThat(failed.source()).isEqualTo("yahoo");
  }

  @Test
  void aFailedSourceQuotes200CharactersAndNoMore() {
    assertThat(new SourceFailedException("yahoo", 500, "x".repeat(100_000)))
        .hasMessage("yahoo failed with status 500: " + "x".repeat(200));
  }

  @Test
  void aQuoteNeverEndsInHalfACharacter() {
    assertThat(new SourceFailedException("yahoo", 500, "x".repeat(199) + "\uD83D\uDE00"))
        .hasMessage("yahoo failed with status 500: " + "x".repeat(199));
  }

  @Test
  void aFailedSourceWithoutAnAnswerSaysOnlyItsStatus() {
    assertThat(new SourceFailedException("alpaca", 502, null))
        .hasMessage("alpaca failed with status 502");
    assertThat(new SourceFailedException("alpaca", 502, " \n "))
        .hasMessage("alpaca failed with status 502");
  }

  @Test
  void aRefusedRequestSaysWhy() {
    RequestRefusedException refused =
        new RequestRefusedException("alpaca", 400, "end should not be before start");
    assertThat(refused)
        .hasMessage("alpaca refused the request with status 400: end should not be before start");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.source()).isEqualTo("alpaca");
  }
}
