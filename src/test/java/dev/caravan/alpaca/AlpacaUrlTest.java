package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;

class AlpacaUrlTest {
  private static final Instant START = Instant.parse("2024-06-03T13:30:00Z");
  private static final Instant END = Instant.parse("2024-06-03T20:00:00Z");
  private static final String FIRST_PAGE =
      "symbols=AAPL%2CBRK.B&timeframe=1Min&start=2024-06-03T13%3A30%3A00Z"
          + "&end=2024-06-03T20%3A00%3A00Z&limit=10000&adjustment=raw&sort=asc&feed=sip";

  @Test
  void theRowsAreTheEndOfThePath() {
    assertThat(AlpacaUrl.path("bars")).isEqualTo("/v2/stocks/bars");
    assertThat(AlpacaUrl.path("trades")).isEqualTo("/v2/stocks/trades");
  }

  @ParameterizedTest
  @NullAndEmptySource
  void theFirstPageIsAskedForWithoutAToken(String token) {
    assertThat(AlpacaUrl.query("bars", List.of("AAPL", "BRK.B"), "1Min", START, END, "sip", token))
        .isEqualTo(FIRST_PAGE);
  }

  @Test
  void aTokenIsPercentEncoded() {
    assertThat(
            AlpacaUrl.query(
                "bars", List.of("AAPL", "BRK.B"), "1Min", START, END, "sip", "QUFQ+/TA=="))
        .isEqualTo(FIRST_PAGE + "&page_token=QUFQ%2B%2FTA%3D%3D");
  }

  @Test
  void nothingThatAUserTypesLeavesItsParameter() {
    assertThat(AlpacaUrl.query("bars", List.of("A B&limit=1"), "1Day", START, END, "iex", null))
        .startsWith("symbols=A%20B%26limit%3D1&timeframe=1Day&")
        .endsWith("&feed=iex");
  }

  @Test
  void noSymbolIsNoQuestion() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlpacaUrl.query("bars", List.of(), "1Day", START, END, "iex", null));
  }

  @Test
  void tradesHaveNeitherTimeframeNorAdjustment() {
    assertThat(AlpacaUrl.query("trades", List.of("AAPL"), "-", START, END, "iex", "two"))
        .isEqualTo(
            "symbols=AAPL&start=2024-06-03T13%3A30%3A00Z&end=2024-06-03T20%3A00%3A00Z"
                + "&limit=10000&sort=asc&feed=iex&page_token=two");
  }

  @Test
  void theDelayedFeedHasItsHistoryInSip() {
    assertThat(AlpacaUrl.query("trades", List.of("AAPL"), "-", START, END, "delayed_sip", null))
        .endsWith("&feed=sip");
  }

  @Test
  void corporateActionsAreAskedForByDateAndOfAllKinds() {
    assertThat(AlpacaUrl.path("corporate-actions")).isEqualTo("/v1/corporate-actions");
    assertThat(
            AlpacaUrl.query(
                "corporate-actions",
                List.of("AAPL", "BRK.B"),
                null,
                Instant.parse("2025-11-20T05:00:00Z"),
                Instant.parse("2026-07-01T04:00:00Z"),
                "sip",
                "a b"))
        .isEqualTo(
            "symbols=AAPL%2CBRK.B&start=2025-11-20&end=2026-07-01&limit=1000&sort=asc&page_token=a%20b");
  }
}
