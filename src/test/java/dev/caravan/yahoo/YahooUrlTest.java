package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YahooUrlTest {

  @ParameterizedTest
  @CsvSource({
    "AAPL, /v8/finance/chart/AAPL",
    "BRK-B, /v8/finance/chart/BRK-B",
    "^GSPC, /v8/finance/chart/%5EGSPC",
    "EURUSD=X, /v8/finance/chart/EURUSD%3DX",
    "AZT.OL, /v8/finance/chart/AZT.OL",
    "A B/C?D, /v8/finance/chart/A%20B%2FC%3FD"
  })
  void aSymbolIsPercentEncoded(String symbol, String path) {
    assertThat(YahooUrl.path(symbol)).isEqualTo(path);
  }

  @Test
  void aQuoteIsTheSmallestChart() {
    assertThat(YahooUrl.quoteQuery()).isEqualTo("interval=1d&range=1d");
  }

  @Test
  void dailyRowsAreAskedForWithADayOfSlackOnBothSides() {
    // 2024-06-02T00:00Z, and 2024-06-09T00:00Z, which is exclusive.
    assertThat(YahooUrl.dailyQuery(LocalDate.of(2024, 6, 3), LocalDate.of(2024, 6, 7)))
        .isEqualTo(
            "period1=1717286400&period2=1717891200&interval=1d"
                + "&events=div%7Csplit%7CcapitalGains&includeAdjustedClose=true");
  }

  @Test
  void aProfileIsAskedForWithoutAnyPriceInIt() {
    assertThat(YahooUrl.profilePath("^GSPC")).isEqualTo("/v10/finance/quoteSummary/%5EGSPC");
    assertThat(YahooUrl.profileQuery())
        .isEqualTo(
            "modules=assetProfile%2CsummaryProfile%2CfundProfile%2CquoteType&formatted=false");
  }

  @Test
  void manySymbolsAreEncodedOneByOne() {
    assertThat(YahooUrl.quotesQuery(List.of("BRK-B", "^GSPC", "EURUSD=X", "A&B")))
        .isEqualTo("symbols=BRK-B,%5EGSPC,EURUSD%3DX,A%26B");
  }
}
