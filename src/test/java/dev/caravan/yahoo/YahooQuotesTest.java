package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.PriceSnapshot;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.Read;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.support.Canned;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YahooQuotesTest {
  private static final Instant READ_AT = Instant.parse("2025-11-20T21:30:00Z");
  private static final Map<String, String> ASKED =
      Map.of(
          "BRK-B", "BRK.B", "VOD.L", "VOD.L", "^GSPC", "^GSPC", "GONE", "GONE", "NOPRICE",
          "NOPRICE", "TEXT", "TEXT", "NOW", "NOW", "MINUS", "MINUS", "ABSENT", "ABSENT");

  @Test
  void pricesAreTakenAsAChartGivesThemAndWhoeverHasNoneIsLeftOut() {
    YahooQuotes.Page page =
        YahooQuotes.page(Read.json(Canned.fixture("yahoo/quotes.json")), ASKED, READ_AT);

    assertThat(page.snapshots())
        .containsExactly(
            new PriceSnapshot(
                "yahoo",
                "BRK.B",
                Instant.parse("2025-11-20T21:00:01Z"),
                new BigDecimal("1.3"),
                new BigDecimal("50000000"),
                "USD"),
            new PriceSnapshot(
                "yahoo",
                "VOD.L",
                Instant.parse("2025-11-20T21:00:02Z"),
                new BigDecimal("150.25"),
                null,
                "GBp"),
            new PriceSnapshot(
                "yahoo", "^GSPC", READ_AT, new BigDecimal("5000"), BigDecimal.ZERO, "USD"));
    assertThat(page.symbols()).containsExactly("BRK.B", "VOD.L", "^GSPC");
  }

  @Test
  void aCurrencyThatNoTableCouldKeepCostsItsSymbolAlone() {
    String answer =
        "{'quoteResponse':{'result':["
            + "{'symbol':'TEXT','regularMarketPrice':1,'currency':'USD\\u0000'},"
            + "{'symbol':'NOW','regularMarketPrice':2,'currency':'USD'}],'error':null}}";
    assertThat(YahooQuotes.page(Read.json(answer.replace('\'', '"')), ASKED, READ_AT).symbols())
        .containsExactly("NOW");
  }

  @Test
  void anAnswerWithoutAnybodyIsNoError() {
    assertThat(
            YahooQuotes.page(
                    Read.json("{\"quoteResponse\":{\"result\":[],\"error\":null}}"), ASKED, READ_AT)
                .snapshots())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"quoteResponse\":null}",
        "{\"quoteResponse\":{\"result\":null,\"error\":null}}",
        "{\"chart\":{\"result\":[{\"meta\":{}}],\"error\":null}}"
      })
  void anotherAnswerIsMissingData(String answer) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> YahooQuotes.page(Read.json(answer), ASKED, READ_AT))
        .withMessage("Missing required data: quoteResponse of 9 symbols");
  }

  @Test
  void anErrorInAGoodAnswerIsAnError() {
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(
            () ->
                YahooQuotes.page(
                    Read.json(
                        "{\"quoteResponse\":{\"result\":null,\"error\":{\"code\":\"argument-error\","
                            + "\"description\":\"Missing value\"}}}"),
                    ASKED,
                    READ_AT))
        .withMessage("yahoo refused the request with status 200: Missing value");
  }
}
