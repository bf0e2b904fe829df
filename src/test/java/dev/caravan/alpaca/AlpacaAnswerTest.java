package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaAnswerTest {
  private static final String NGINX =
      "<html>\r\n<head><title>401 Authorization Required</title></head></html>";

  @Test
  void aGoodAnswerPasses() {
    assertThatCode(() -> AlpacaAnswer.check(200, "{\"bars\":{}}", "bars"))
        .doesNotThrowAnyException();
    assertThatCode(() -> AlpacaAnswer.check(200, null, "bars")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "ATC.220816",
    "0029900E0",
    "BRK-B",
    "TAOP:NASDAQ",
    "BRK B",
  })
  void aMalformedSymbolOfABatchIsNamed(String symbol) {
    assertThatExceptionOfType(InvalidSymbolException.class)
        .isThrownBy(
            () ->
                AlpacaAnswer.check(
                    400, "{\"message\":\"invalid symbol: " + symbol + "\"}\n", "bars"))
        .withMessage("Invalid symbol: " + symbol);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | end should not be before start",
        "400 | invalid timeframe: 3Fortnight",
        "400 | invalid symbol:",
        "404 | asset not found for X",
        "422 | unprocessable",
        "418 | invalid symbol: X"
      })
  void everyOtherRefusalSaysWhatAlpacaSays(int status, String message) {
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> AlpacaAnswer.check(status, "{\"message\":\"" + message + "\"}", "bars"))
        .withMessage("alpaca refused the request with status " + status + ": bars: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>Not here</html>", "[]", "{\"message\":5}"})
  void aRefusalWithoutAMessageSaysSo(String body) {
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> AlpacaAnswer.check(404, body, "assets"))
        .withMessage(
            "alpaca refused the request with status 404: assets: the answer holds no message");
  }

  @Test
  void wrongKeysAreSaidInPlainWordsAndNoHtmlIsQuoted() {
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> AlpacaAnswer.check(401, NGINX, "bars"))
        .withMessage(
            "alpaca refused the request with status 401: bars: the keys are missing or wrong, see"
                + " caravan.alpaca.key-id and caravan.alpaca.secret-key");
  }

  @Test
  void aForbiddenRequestNamesKeysAndPlan() {
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> AlpacaAnswer.check(403, "{\"message\":\"forbidden.\"}", "bars"))
        .withMessage(
            "alpaca refused the request with status 403: bars: the keys are wrong or the plan does"
                + " not include this, see caravan.alpaca.key-id and the plan of the account"
                + " (forbidden.)");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 422})
  void recentSipDataOnAFreePlanIsToldApart(int status) {
    String body =
        "{\"code\":42210000,\"message\":\"subscription does not permit querying recent SIP"
            + " data\"}";
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> AlpacaAnswer.check(status, body, "bars"))
        .withMessageStartingWith(
            "alpaca refused the request with status "
                + status
                + ": bars: the plan does not serve the newest 15 minutes of feed sip, so ask for"
                + " an earlier end or for feed iex (subscription does not permit");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void aFailingAlpacaMayBeTriedAgain(int status) {
    assertThatExceptionOfType(SourceFailedException.class)
        .isThrownBy(() -> AlpacaAnswer.check(status, "{\"message\":\n \"internal error\"}", "bars"))
        .withMessage(
            "alpaca failed with status " + status + ": bars: {\"message\": \"internal error\"}");
  }

  @Test
  void a429ThatWasNotHandledBeforeMayBeTriedAgain() {
    assertThatExceptionOfType(SourceFailedException.class)
        .isThrownBy(() -> AlpacaAnswer.check(429, "{\"message\": \"too many requests.\"}", "bars"));
  }
}
