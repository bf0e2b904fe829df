package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BarCheckTest {

  @Test
  void aUsualBarHasNoFault() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "10.5", "100"))).isEmpty();
  }

  @Test
  void aHighBelowTheLowIsAFault() {
    assertThat(BarCheck.fault(bar("10", "8.5", "9", "10", "100")))
        .contains("high 8.5 is below low 9 of CL=F");
  }

  @Test
  void aHighThatIsTheLowIsNone() {
    assertThat(BarCheck.fault(bar("9", "9.0", "9", "9", "0"))).isEmpty();
  }

  @Test
  void aNegativeVolumeIsAFault() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "10", "-1")))
        .contains("volume -1 of CL=F is negative");
  }

  @Test
  void anUnknownVolumeIsNone() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "10", null))).isEmpty();
  }

  @Test
  void eachMissingPriceIsAFault() {
    assertThat(BarCheck.fault(bar(null, "11", "9", "10", "1")))
        .contains("Missing required data: open of CL=F");
    assertThat(BarCheck.fault(bar("10", null, "9", "10", "1")))
        .contains("Missing required data: high of CL=F");
    assertThat(BarCheck.fault(bar("10", "11", null, "10", "1")))
        .contains("Missing required data: low of CL=F");
    assertThat(BarCheck.fault(bar("10", "11", "9", null, "1")))
        .contains("Missing required data: close of CL=F");
  }

  @Test
  void negativePricesExist() {
    assertThat(BarCheck.fault(bar("-14", "13.69", "-40.32", "-37.63", "247947"))).isEmpty();
  }

  @Test
  void onlyAFutureHasPricesOfZeroAndLess() {
    assertThat(BarCheck.fault(share("10", "11", "0", "10")))
        .contains("price 0 of AAPL is not above zero");
    assertThat(BarCheck.fault(share("10", "11", "-9", "10")))
        .contains("price -9 of AAPL is not above zero");
    assertThat(BarCheck.fault(share("0", "11", "9", "10")))
        .contains("price 0 of AAPL is not above zero");
  }

  @Test
  void anIndexMayBeARateOfZeroOrLessWhateverItsSymbolLooksLike() {
    assertThat(BarCheck.fault(bar("^IRX", "-0.015", "0.0002", "-0.028", "0", "0"))).isEmpty();
    Bar unusual = bar("RATE", "-0.015", "0.3", "-0.028", "0", "0");
    assertThat(BarCheck.fault(unusual)).contains("price -0.028 of RATE is not above zero");
    assertThat(BarCheck.fault(unusual, InstrumentKind.of("INDEX", "RATE"))).isEmpty();
    assertThat(BarCheck.fault(bar("^GSPC", "5000", "500000", "5000", "5000", "0")))
        .contains("high 500000 is 100 times low 5000 of ^GSPC");
  }

  @ParameterizedTest
  @CsvSource({
    "EQUITY, AAPL, SHARE",
    "ETF, SPY, SHARE",
    "MUTUALFUND, VFINX, SHARE",
    "INDEX, X, INDEX",
    "FUTURE, X, FUTURE",
    "CURRENCY, X, CURRENCY",
    "CRYPTOCURRENCY, X, CRYPTO",
    "OPTION, X, OPTION",
    "index, X, INDEX",
    ", ^IRX, INDEX",
    ", CL=F, FUTURE",
    ", EURUSD=X, CURRENCY",
    ", BTC-USD, CRYPTO",
    ", BRK-B, SHARE",
    "ECNQUOTE, ^TNX, INDEX",
    ", AAPL, SHARE",
  })
  void theKindIsWhatYahooNamesOrElseWhatTheSymbolLooksLike(
      String type, String symbol, InstrumentKind kind) {
    assertThat(InstrumentKind.of(type, symbol)).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAPL", "BTC-USD", "EURUSD=X"})
  void sharesCurrenciesAndCryptoAreAboveZero(String symbol) {
    assertThat(BarCheck.fault(bar(symbol, "1", "1", "0", "1", "0")))
        .contains("price 0 of " + symbol + " is not above zero");
  }

  @Test
  void anOpenOrCloseMoreThanOnePerCentOutsideOfHighAndLowIsAFault() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "11.12", "1")))
        .contains("close 11.12 is above high 11 of CL=F");
    assertThat(BarCheck.fault(bar("8.9", "11", "9", "10", "1")))
        .contains("open 8.9 is below low 9 of CL=F");
    assertThat(BarCheck.fault(bar("-50", "13.69", "-40.32", "-37.63", "1")))
        .contains("open -50 is below low -40.32 of CL=F");
  }

  @Test
  void aCloseALittleOutsideOfHighAndLowIsTheProvidersWord() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "11.1", "1"))).isEmpty();
    assertThat(BarCheck.fault(bar("8.92", "11", "9", "10", "1"))).isEmpty();
  }

  @Test
  void aHighOfManyTimesTheLowIsAFault() {
    assertThat(BarCheck.fault(share("10", "1000", "10", "10")))
        .contains("high 1000 is 100 times low 10 of AAPL");
    assertThat(BarCheck.fault(share("10", "499", "10", "10"))).isEmpty();
  }

  @Test
  void aCrashWithinABarIsNoFaultOfTheBar() {
    assertThat(BarCheck.fault(share("100", "101", "0.15", "0.2"))).isEmpty();
    assertThat(BarCheck.fault(share("0.2", "101", "0.15", "100"))).isEmpty();
    assertThat(BarCheck.fault(share("100", "101", "0.01", "0.6")))
        .contains("high 101 is 10100 times low 0.01 of AAPL");
  }

  @Test
  void pricesOfLessThanACentExist() {
    assertThat(BarCheck.fault(share("0.0001", "0.0002", "0.0001", "0.0001"))).isEmpty();
  }

  private static Bar share(String open, String high, String low, String close) {
    return bar("AAPL", open, high, low, close, "1");
  }

  private static Bar bar(String open, String high, String low, String close, String volume) {
    return bar("CL=F", open, high, low, close, volume);
  }

  private static Bar bar(
      String symbol, String open, String high, String low, String close, String volume) {
    return new Bar(
        "yahoo",
        "-",
        symbol,
        "1Day",
        Instant.parse("2020-04-20T04:00:00Z"),
        decimal(open),
        decimal(high),
        decimal(low),
        decimal(close),
        decimal(volume),
        null,
        null,
        true,
        null);
  }

  private static BigDecimal decimal(String text) {
    return text == null ? null : new BigDecimal(text);
  }
}
