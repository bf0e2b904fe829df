package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caravan.market.Bar;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.Read;
import dev.caravan.market.answer.RefusedRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaBarsTest {
  private static final Instant READ_AT = Instant.parse("2024-06-05T12:00:00Z");

  @Test
  void aPageOfManySymbolsBecomesBarsInTheirOrder() {
    AlpacaBars.Page page = page(fixture("bars-many-symbols.json"), "sip", "1Day", READ_AT);
    assertThat(page.bars())
        .containsExactly(
            bar(
                "AAPL",
                "2024-06-03T04:00:00Z",
                "192.9",
                "194.99",
                "192.52",
                "194.03",
                "50080539",
                524289L,
                "193.912345"),
            bar(
                "AAPL",
                "2024-06-04T04:00:00Z",
                "194.635",
                "195.32",
                "193.0342",
                "194.35",
                "47471445",
                461829L,
                "194.4"),
            bar("BRK.B", "2024-01-02T05:00:00Z", "100", "100", "100", "100", "7", null, null));
    assertThat(page.symbols()).containsExactly("AAPL", "BRK.B");
    assertThat(page.nextPageToken()).isEqualTo("QlJLLkJ8RHwxNzA0MjA1ODAw");
    assertThat(page.refused()).isEmpty();
  }

  @Test
  void aPageOfOneSymbolNamesItBesideTheList() {
    AlpacaBars.Page page = page(fixture("bars-one-symbol.json"), "iex", "1Min", READ_AT);
    assertThat(page.bars())
        .containsExactly(
            new Bar(
                "alpaca",
                "iex",
                "AAPL",
                "1Min",
                Instant.parse("2024-06-03T13:30:00Z"),
                new BigDecimal("178.26"),
                new BigDecimal("178.26"),
                new BigDecimal("178.21"),
                new BigDecimal("178.21"),
                new BigDecimal("1118"),
                65L,
                new BigDecimal("178.235733"),
                true,
                null));
    assertThat(page.symbols()).containsExactly("AAPL");
    assertThat(page.nextPageToken()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'bars':{},'next_page_token':null}",
        "{'bars':{}}",
        "{'bars':null,'next_page_token':null,'symbol':'TSLA'}",
        "{'bars':[],'next_page_token':null,'symbol':'TSLA'}",
        "{'bars':[],'next_page_token':''}",
        "{'bars':{'TSLA':null},'next_page_token':null}",
        "{'bars':{'TSLA':[]},'next_page_token':null}"
      })
  void nothingFoundHasManyFacesAndIsNoError(String body) {
    AlpacaBars.Page page = page(json(body), "sip", "1Min", READ_AT);
    assertThat(page.bars()).isEmpty();
    assertThat(page.symbols()).isEmpty();
    assertThat(page.refused()).isEmpty();
    assertThat(page.nextPageToken()).isNull();
  }

  @Test
  void aPageMayBeEmptyAndStillNotBeTheLast() {
    AlpacaBars.Page page =
        page(json("{'bars':{},'next_page_token':'abc'}"), "sip", "1Min", READ_AT);
    assertThat(page.nextPageToken()).isEqualTo("abc");
  }

  @Test
  void aFloatPriceIsTakenAsServed() {
    String body = many("'PNNY':[" + row("2024-06-03T13:30:00Z", "1.2999999523162842") + "]");
    assertThat(page(body, "sip", "1Min", READ_AT).bars().get(0).close())
        .hasToString("1.2999999523162842");
  }

  @ParameterizedTest
  @CsvSource({
    "2024-06-03T04:00:00Z, 2024-06-03T04:00:00Z",
    "2024-01-02T05:00:00Z, 2024-01-02T05:00:00Z",
    "2024-06-03T13:30:00Z, 2024-06-03T04:00:00Z",
    "2024-06-04T03:59:59Z, 2024-06-03T04:00:00Z",
    "2024-06-03T00:00:00-04:00, 2024-06-03T04:00:00Z"
  })
  void aDailyBarStartsAtMidnightOfItsDateInNewYork(String served, String start) {
    String body = many("'AAPL':[" + row(served, "1") + "]");
    assertThat(page(body, "sip", "1Day", READ_AT).bars())
        .extracting(Bar::ts)
        .containsExactly(Instant.parse(start));
  }

  @ParameterizedTest
  @CsvSource({
    "1Min, 2024-06-03T13:30:59Z, 2024-06-03T13:31:00Z",
    "5Min, 2024-06-03T13:34:59Z, 2024-06-03T13:35:00Z",
    "15Min, 2024-06-03T13:44:59Z, 2024-06-03T13:45:00Z",
    "1Hour, 2024-06-03T14:29:59Z, 2024-06-03T14:30:00Z",
    "1Day, 2024-06-04T03:59:59Z, 2024-06-04T04:00:00Z"
  })
  void aBarIsCompleteWhenItsPeriodIsOver(String timeframe, Instant before, Instant after) {
    String body = many("'AAPL':[" + row("2024-06-03T13:30:00Z", "1") + "]");
    assertThat(page(body, "iex", timeframe, before).bars().get(0).complete()).isFalse();
    assertThat(page(body, "iex", timeframe, after).bars().get(0).complete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1Min, 2024-06-03T13:30:59Z, 2024-06-03T13:31:00Z",
    "5Min, 2024-06-03T13:49:59Z, 2024-06-03T13:50:00Z",
    "1Hour, 2024-06-03T14:44:59Z, 2024-06-03T14:45:00Z",
    "1Day, 2024-06-04T03:59:59Z, 2024-06-04T04:00:00Z"
  })
  void aLongerBarOfADelayedFeedIsCompleteWhenTheDelayIsOverToo(
      String timeframe, Instant before, Instant after) {
    String body = many("'AAPL':[" + row("2024-06-03T13:30:00Z", "1") + "]");
    assertThat(page(body, "sip", timeframe, before).bars().get(0).complete()).isFalse();
    assertThat(page(body, "sip", timeframe, after).bars().get(0).complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"t", "o", "h", "l", "c"})
  void aBarWithoutWhatItMustHaveIsRefusedAndItsSiblingsAreTaken(String field) {
    String good = row("2024-06-03T13:30:00Z", "1");
    String absent = good.replace("'" + field + "':", "'x':");
    String empty = good.replaceFirst("'" + field + "':('[^']*'|[0-9.]+)", "'" + field + "':null");
    String body = many("'AAPL':[" + absent + "," + good + "," + empty + "],'F':[" + good + "]");
    AlpacaBars.Page page = page(body, "sip", "1Min", READ_AT);
    assertThat(page.bars()).extracting(Bar::symbol).containsExactly("AAPL", "F");
    assertThat(page.refused())
        .containsExactly(
            new RefusedRow("AAPL", "Missing required data: " + field + " of AAPL", json(absent))
                .of("sip", "1Min"),
            new RefusedRow("AAPL", "Missing required data: " + field + " of AAPL", json(empty))
                .of("sip", "1Min"));
  }

  @Test
  void aBarThatIsMalformedOrContradictsItselfIsRefused() {
    String good = row("2024-06-03T13:30:00Z", "1");
    String body =
        many(
            "'AAPL':["
                + good.replace("2024-06-03T13:30:00Z", "yesterday")
                + ","
                + good.replace("'o':1", "'o':'1'")
                + ","
                + good.replace("'v':7", "'v':-7")
                + ","
                + good.replace("'h':1", "'h':0.5")
                + ",5,null,[]]");
    AlpacaBars.Page page = page(body, "sip", "1Min", READ_AT);
    assertThat(page.bars()).isEmpty();
    assertThat(page.symbols()).containsExactly("AAPL");
    assertThat(page.refused())
        .extracting(RefusedRow::reason)
        .containsExactly(
            "Missing required data: t of AAPL (not a time: \"yesterday\")",
            "Missing required data: o of AAPL (not a number: \"1\")",
            "volume -7 of AAPL is negative",
            "high 0.5 is below low 1 of AAPL",
            "Missing required data: t of AAPL",
            "Missing required data: t of AAPL",
            "Missing required data: t of AAPL");
  }

  @Test
  void aBarWithoutAVolumeHasNone() {
    String body = many("'AAPL':[" + row("2024-06-03T13:30:00Z", "1").replace(",'v':7", "") + "]");
    assertThat(page(body, "sip", "1Min", READ_AT).bars().get(0).volume()).isNull();
  }

  @Test
  void aBarThatIsServedTwiceIsOne() {
    String body =
        many(
            "'AAPL':["
                + row("2024-06-03T13:30:00Z", "1")
                + ","
                + row("2024-06-03T13:30:00Z", "2")
                + "]");
    assertThat(page(body, "sip", "1Min", READ_AT).bars())
        .extracting(bar -> bar.close().toString())
        .containsExactly("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | bars of alpaca's answer (answered with {})",
        "{'trades':{}} | bars of alpaca's answer (answered with {'trades':{}})",
        "[] | bars of alpaca's answer (answered with [])",
        "{'bars':5} | bars of alpaca's answer (answered with 5)",
        "{'bars':[{'t':1}]} | symbol of alpaca's answer",
        "{'bars':{'SPY':{'o':1}}} | bars of SPY (not a list: {'o':1})",
        "{'bars':{},'next_page_token':5} | next_page_token of alpaca's answer (answered with 5)"
      })
  void whatIsNoPageOfBarsIsMissingData(String body, String missing) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> page(json(body), "sip", "1Min", READ_AT))
        .withMessage("Missing required data: " + json(missing).replace("alpaca\"s", "alpaca's"));
  }

  @Test
  void aTimeframeThatCaravanDoesNotHaveIsAMistakeOfTheCaller() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> page("{}", "sip", "3Fortnight", READ_AT))
        .withMessage("No such timeframe: 3Fortnight");
  }

  private static AlpacaBars.Page page(String body, String feed, String timeframe, Instant readAt) {
    return AlpacaBars.page(Read.json(body), feed, timeframe, readAt);
  }

  private static Bar bar(
      String symbol,
      String ts,
      String open,
      String high,
      String low,
      String close,
      String volume,
      Long tradeCount,
      String vwap) {
    return new Bar(
        "alpaca",
        "sip",
        symbol,
        "1Day",
        Instant.parse(ts),
        new BigDecimal(open),
        new BigDecimal(high),
        new BigDecimal(low),
        new BigDecimal(close),
        new BigDecimal(volume),
        tradeCount,
        vwap == null ? null : new BigDecimal(vwap),
        true,
        null);
  }

  /** A bar with one price all over. */
  private static String row(String time, String price) {
    return "{'t':'T','o':P,'h':P,'l':P,'c':P,'v':7}"
        .replace("P", price)
        .replace("'T'", "'" + time + "'");
  }

  private static String many(String lists) {
    return json("{'bars':{" + lists + "},'next_page_token':null}");
  }

  private static String json(String withSingleQuotes) {
    return withSingleQuotes.replace('\'', '"');
  }

  private static String fixture(String name) {
    try (InputStream in = AlpacaBarsTest.class.getResourceAsStream("/alpaca/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
