package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.ActionAnswer;
import dev.caravan.market.Bar;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.PriceSnapshot;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.Read;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YahooChartTest {
  private static final Instant READ_AT = Instant.parse("2024-06-05T12:00:00Z");
  private static final String NEW_YORK = "'exchangeTimezoneName':'America/New_York'";

  @Nested
  class Snapshot {

    @Test
    void priceVolumeTimeAndCurrencyComeFromTheHead() {
      assertThat(snapshot(fixture("chart-daily.json"), "AAPL", READ_AT))
          .isEqualTo(
              new PriceSnapshot(
                  "yahoo",
                  "AAPL",
                  Instant.parse("2024-06-04T20:00:00Z"),
                  new BigDecimal("150.25"),
                  new BigDecimal("50000000"),
                  "USD"));
    }

    @Test
    void theSymbolIsCaravansAndNotYahoos() {
      String body = head("'symbol':'BRK-B','regularMarketPrice':300.50");
      assertThat(snapshot(body, "BRK.B", READ_AT).symbol()).isEqualTo("BRK.B");
    }

    @Test
    void aPriceMayBeWhole() {
      String body = head("'regularMarketPrice':2931");
      assertThat(snapshot(body, "GC=F", READ_AT).price()).hasToString("2931");
    }

    @Test
    void aPriceMayBeAFloat() {
      String body = head("'regularMarketPrice':1.2999999523162842");
      assertThat(snapshot(body, "PNNY", READ_AT).price()).hasToString("1.3");
    }

    @Test
    void aPriceMayBeNegative() {
      String body = head("'regularMarketPrice':-37.63");
      assertThat(snapshot(body, "CL=F", READ_AT).price()).hasToString("-37.63");
    }

    @Test
    void withoutATimeItIsTheTimeOfReading() {
      String body = head("'regularMarketPrice':1.96");
      PriceSnapshot snapshot = snapshot(body, "CRON", READ_AT);
      assertThat(snapshot.ts()).isEqualTo(READ_AT);
      assertThat(snapshot.volume()).isNull();
      assertThat(snapshot.currency()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'symbol':'X'", "'regularMarketPrice':null"})
    void withoutAPriceThereIsNone(String meta) {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> snapshot(head(meta), "X", READ_AT))
          .withMessage("Missing required data: regularMarketPrice of X");
    }

    @Test
    void aPriceThatIsNoNumberIsNone() {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> snapshot(head("'regularMarketPrice':{'raw':1}"), "X", READ_AT))
          .withMessage(
              "Missing required data: regularMarketPrice of X (not a number: {\"raw\":1})");
    }

    @Test
    void anEmptyHeadIsMissingData() {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> snapshot(head(""), "X", READ_AT))
          .withMessage("Missing required data: meta of X");
    }
  }

  @Nested
  class Frame {

    @Test
    void theErrorNotFoundIsAnInvalidSymbolEvenWithStatus200() {
      assertThatExceptionOfType(InvalidSymbolException.class)
          .isThrownBy(() -> daily(fixture("chart-not-found.json"), "ZZZZ", READ_AT))
          .withMessage("Invalid symbol: ZZZZ");
      assertThatExceptionOfType(InvalidSymbolException.class)
          .isThrownBy(() -> snapshot(fixture("chart-not-found.json"), "ZZZZ", READ_AT));
    }

    @Test
    void anyOtherErrorIsARefusal() {
      String body =
          json(
              "{'chart':{'result':null,'error':{'code':'Bad Request','description':'No such"
                  + " interval'}}}");
      assertThatExceptionOfType(RequestRefusedException.class)
          .isThrownBy(() -> daily(body, "AAPL", READ_AT))
          .withMessage("yahoo refused the request with status 200: No such interval");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{'chart':{'result':null,'error':null}} | result",
          "{'chart':{'result':[],'error':null}} | result",
          "{'chart':{'result':[null],'error':null}} | result",
          "{'chart':{'result':{'meta':{}},'error':null}} | result",
          "{'chart':{'result':[{}],'error':null}} | meta",
          "{'chart':{'result':[{'meta':{}}]}} | meta",
          "{'chart':{'result':[{'meta':[1]}]}} | meta",
          "{'chart':null} | chart",
          "{'chart':[]} | chart",
          "{} | chart",
          "[] | chart",
          "null | chart",
          "'Too Many Requests' | chart",
          "12 | chart"
        },
        quoteCharacter = '`')
    void whatIsMissingIsNamed(String body, String field) {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(json(body), "AAPL", READ_AT))
          .withMessage("Missing required data: " + field + " of AAPL");
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> snapshot(json(body), "AAPL", READ_AT))
          .withMessage("Missing required data: " + field + " of AAPL");
    }

    @Test
    void dailyRowsNeedAZone() {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(head("'regularMarketPrice':1"), "X", READ_AT))
          .withMessage("Missing required data: exchangeTimezoneName of X");
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(head("'exchangeTimezoneName':'Mars/Olympus_Mons'"), "X", READ_AT))
          .withMessage(
              "Missing required data: exchangeTimezoneName of X"
                  + " (unknown zone \"Mars/Olympus_Mons\")");
    }

    @Test
    void rowsCoarserThanAskedForAreRefused() {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(head(NEW_YORK + ",'dataGranularity':'1mo'"), "AAPL", READ_AT))
          .withMessage("Missing required data: 1d rows of AAPL (answered with 1mo)");
    }
  }

  @Nested
  class Bars {

    @Test
    void aDailyChartBecomesBarsAtMidnightOfNewYork() {
      YahooChart.Chart chart = daily(fixture("chart-daily.json"), "AAPL", READ_AT);
      assertThat(chart.symbol()).isEqualTo("AAPL");
      assertThat(chart.zone()).isEqualTo("America/New_York");
      assertThat(chart.currency()).isEqualTo("USD");
      assertThat(chart.refused()).isEmpty();
      assertThat(chart.bars())
          .containsExactly(
              new Bar(
                  "yahoo",
                  "-",
                  "AAPL",
                  "1Day",
                  Instant.parse("2024-06-03T04:00:00Z"),
                  new BigDecimal("149.5"),
                  new BigDecimal("151.29"),
                  new BigDecimal("148"),
                  new BigDecimal("149.75"),
                  new BigDecimal("48000000"),
                  null,
                  null,
                  true,
                  READ_AT),
              new Bar(
                  "yahoo",
                  "-",
                  "AAPL",
                  "1Day",
                  Instant.parse("2024-06-04T04:00:00Z"),
                  new BigDecimal("150"),
                  new BigDecimal("151"),
                  new BigDecimal("149.1"),
                  new BigDecimal("150.25"),
                  new BigDecimal("50000000"),
                  null,
                  null,
                  true,
                  READ_AT));
    }

    @Test
    void aBarIsCompleteWhenItsDateHasEndedWhereTheExchangeIs() {
      String body = fixture("chart-daily.json");
      Instant midnight = Instant.parse("2024-06-05T04:00:00Z");
      assertThat(daily(body, "AAPL", midnight.minusSeconds(1)).bars())
          .extracting(Bar::complete)
          .containsExactly(true, false);
      assertThat(daily(body, "AAPL", midnight).bars())
          .extracting(Bar::complete)
          .containsExactly(true, true);
    }

    @Test
    void anEmptyWindowHasNoRowsAndIsNoError() {
      YahooChart.Chart chart = daily(fixture("chart-no-rows.json"), "GONE.ST", READ_AT);
      assertThat(chart.bars()).isEmpty();
      assertThat(chart.actions()).isEmpty();
      assertThat(chart.refused()).isEmpty();
      assertThat(chart.currency()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'timestamp':null", "'timestamp':[]"})
    void anEmptyListOfTimesIsAnEmptyWindowToo(String times) {
      String body = chart(NEW_YORK, times + ",'indicators':{'quote':[{}]}");
      assertThat(daily(body, "AAPL", READ_AT).bars()).isEmpty();
    }

    @Test
    void theLiveRowIsKeyedByItsDateAndAHoleIsSkipped() {
      Instant readAt = Instant.parse("2025-10-01T12:33:00Z");
      YahooChart.Chart chart = daily(fixture("chart-live-row.json"), "GS2C.DE", readAt);
      assertThat(chart.refused()).isEmpty();
      assertThat(chart.bars())
          .extracting(Bar::ts)
          .containsExactly(
              Instant.parse("2025-09-28T22:00:00Z"), Instant.parse("2025-09-30T22:00:00Z"));
      assertThat(chart.bars()).extracting(Bar::complete).containsExactly(true, false);
      assertThat(chart.bars().get(1).close()).hasToString("23.065");
    }

    @Test
    void theOffsetOfTodayIsNotTheOffsetOfTheRow() {
      // 2024-06-03 04:30 UTC is half past midnight in New York's summer, though the offset at the
      // time of the request is that of winter, by which it would be the evening before.
      String body = rows(NEW_YORK + ",'gmtoffset':-18000", "1717389000", "10");
      assertThat(daily(body, "AAPL", READ_AT).bars())
          .extracting(Bar::ts)
          .containsExactly(Instant.parse("2024-06-03T04:00:00Z"));
    }

    @Test
    void aRowLateInTheEveningBelongsToTheNextDate() {
      // London, last row of winter time and first of summer time 2024: 2024-03-29 00:00 local,
      // and 2024-03-31 23:00 local, which is the session of the first of April.
      String body =
          rows("'exchangeTimezoneName':'Europe/London'", "1711670400,1711922400", "1.08,1.07");
      assertThat(daily(body, "EURUSD=X", READ_AT).bars())
          .extracting(Bar::ts)
          .containsExactly(
              Instant.parse("2024-03-29T00:00:00Z"), Instant.parse("2024-03-31T23:00:00Z"));
    }

    @Test
    void aLiveRowLateInTheEveningKeepsItsDate() {
      // 2024-06-03 23:00 UTC, the time of the last trade.
      String body =
          rows("'exchangeTimezoneName':'UTC','regularMarketTime':1717455600", "1717455600", "7");
      assertThat(daily(body, "BTC-USD", READ_AT).bars())
          .extracting(Bar::ts)
          .containsExactly(Instant.parse("2024-06-03T00:00:00Z"));
      String finished = rows("'exchangeTimezoneName':'UTC'", "1717455600", "7");
      assertThat(daily(finished, "BTC-USD", READ_AT).bars())
          .extracting(Bar::ts)
          .containsExactly(Instant.parse("2024-06-04T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({"'1717507800,1717531200','150,151'", "'1717531200,1717507800','151,150'"})
    void ofTwoRowsOnOneDateTheLaterOneWins(String times, String prices) {
      YahooChart.Chart chart = daily(rows(NEW_YORK, times, prices), "AAPL", READ_AT);
      assertThat(chart.bars()).hasSize(1);
      assertThat(chart.bars().get(0).close()).hasToString("151");
      assertThat(chart.bars().get(0).ts()).isEqualTo(Instant.parse("2024-06-04T04:00:00Z"));
    }

    @Test
    void barsAreSortedByDate() {
      String body = rows(NEW_YORK, "1717507800,1717421400", "2,1");
      assertThat(daily(body, "AAPL", READ_AT).bars())
          .extracting(bar -> bar.close().toString())
          .containsExactly("1", "2");
    }

    @Test
    void aRowWithoutOneOfItsPricesIsSkipped() {
      for (String hole : new String[] {"open", "high", "low", "close"}) {
        String body = rows(NEW_YORK, "1717421400,1717507800", "149,150");
        String quoted = "\"" + hole + "\":[149,150]";
        assertThat(body).contains(quoted);
        YahooChart.Chart chart =
            daily(body.replace(quoted, "\"" + hole + "\":[null,150]"), "AAPL", READ_AT);
        assertThat(chart.bars()).extracting(bar -> bar.open().toString()).containsExactly("150");
        assertThat(chart.refused()).isEmpty();
      }
    }

    @Test
    void anUnknownVolumeIsNullAndNotZero() {
      String body =
          chart(
              NEW_YORK,
              "'timestamp':[1717421400,1717507800],'indicators':{'quote':[{'open':[1,1],"
                  + "'high':[1,1],'low':[1,1],'close':[1,1],'volume':[null,0]}]}");
      assertThat(daily(body, "^GSPC", READ_AT).bars())
          .extracting(Bar::volume)
          .containsExactly(null, BigDecimal.ZERO);
      String without = body.replace(",\"volume\":[null,0]", "");
      assertThat(without).isNotEqualTo(body);
      assertThat(daily(without, "^GSPC", READ_AT).bars())
          .extracting(Bar::volume)
          .containsExactly(null, null);
    }

    @Test
    void aLargeVolumeIsExact() {
      String body =
          chart(
              NEW_YORK,
              "'timestamp':[1717421400],'indicators':{'quote':[{'open':[1],'high':[1],'low':[1],"
                  + "'close':[1],'volume':[123456789]}]}");
      // As a float32 it would be 123456792.
      assertThat(daily(body, "NVDA", READ_AT).bars().get(0).volume()).hasToString("123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "high", "low", "close"})
    void aMissingListIsNamed(String name) {
      String body = rows(NEW_YORK, "1717421400", "149");
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(body.replace("\"" + name + "\"", "\"x\""), "AAPL", READ_AT))
          .withMessage("Missing required data: " + name + " of AAPL");
    }

    @Test
    void anObjectWithoutListsIsMissingDataWhenThereAreTimes() {
      String body = chart(NEW_YORK, "'timestamp':[1717421400],'indicators':{'quote':[{}]}");
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(body, "AAPL", READ_AT))
          .withMessage("Missing required data: open of AAPL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "high", "low", "close", "volume"})
    void aListOfAnotherLengthIsNamed(String name) {
      String body = rows(NEW_YORK, "1717421400,1717507800", "149,150");
      String quoted = "\"" + name + "\":[149,150]";
      assertThat(body).contains(quoted);
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(body.replace(quoted, "\"" + name + "\":[149]"), "AAPL", READ_AT))
          .withMessage("Missing required data: " + name + " of AAPL (1 values for 2 timestamps)");
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(
              () -> daily(body.replace(quoted, "\"" + name + "\":[149,150,151]"), "AAPL", READ_AT))
          .withMessage("Missing required data: " + name + " of AAPL (3 values for 2 timestamps)");
    }

    @Test
    void timesThatAreNoListAreMissingData() {
      String body = chart(NEW_YORK, "'timestamp':{'a':1}");
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> daily(body, "AAPL", READ_AT))
          .withMessage("Missing required data: timestamp of AAPL (not a list: {\"a\":1})");
    }

    @Test
    void aMalformedRowIsRefusedAndItsSiblingsAreTaken() {
      String body =
          chart(
              NEW_YORK,
              "'timestamp':[1717421400,1717507800,null,1717421400000],'indicators':{'quote':["
                  + "{'open':['1',2,3,4],'high':[1,2,3,4],'low':[1,2,3,4],'close':[1,2,3,4],"
                  + "'volume':[1,2,3,4]}]}");
      YahooChart.Chart chart = daily(body, "AAPL", READ_AT);
      assertThat(chart.bars()).extracting(bar -> bar.open().toString()).containsExactly("2");
      assertThat(chart.refused())
          .containsExactly(
              new RefusedRow(
                  "AAPL",
                  "Missing required data: open of AAPL (not a number: \"1\")",
                  json(
                      "{'timestamp':1717421400,'open':'1','high':1,'low':1,'close':1,"
                          + "'volume':1}")),
              new RefusedRow(
                  "AAPL",
                  "Missing required data: timestamp of AAPL",
                  json("{'timestamp':null,'open':3,'high':3,'low':3,'close':3,'volume':3}")),
              new RefusedRow(
                  "AAPL",
                  "Missing required data: timestamp of AAPL (not Unix seconds: 1717421400000)",
                  json(
                      "{'timestamp':1717421400000,'open':4,'high':4,'low':4,'close':4,"
                          + "'volume':4}")));
    }

    @Test
    void aRowThatContradictsItselfIsRefused() {
      String body =
          chart(
              NEW_YORK,
              "'timestamp':[1717421400,1717507800],'indicators':{'quote':[{'open':[1,2],"
                  + "'high':[1,1],'low':[1,2],'close':[1,2],'volume':[-5,2]}]}");
      YahooChart.Chart chart = daily(body, "AAPL", READ_AT);
      assertThat(chart.bars()).isEmpty();
      assertThat(chart.refused())
          .extracting(RefusedRow::reason)
          .containsExactly("volume -5 of AAPL is negative", "high 1 is below low 2 of AAPL");
    }
  }

  @Nested
  class Actions {

    @Test
    void dividendsSplitsAndCapitalGainsAreActions() {
      assertThat(daily(fixture("chart-daily.json"), "AAPL", READ_AT).actions())
          .containsExactly(
              action("dividend", LocalDate.of(2024, 6, 3), "0.1925", null),
              action("split", LocalDate.of(2024, 6, 4), null, "4"),
              action("capital_gain", LocalDate.of(2024, 6, 4), "1.3", null));
    }

    @Test
    void anEventIsDatedByItsOwnTimeAndNotByItsKey() {
      String body = events("'dividends':{'1572580800':{'amount':0.77,'date':1573137000}}");
      assertThat(daily(body, "AAPL", READ_AT).actions())
          .containsExactly(action("dividend", LocalDate.of(2019, 11, 7), "0.77", null));
    }

    @ParameterizedTest
    @CsvSource({"4,1,4", "4.0,1.0,4", "1,20,0.05", "3,2,1.5", "10,100,0.1"})
    void aRatioIsNewSharesForOneOld(String numerator, String denominator, String ratio) {
      assertThat(split(numerator, denominator).actions())
          .containsExactly(action("split", LocalDate.of(2024, 6, 4), null, ratio));
    }

    @Test
    void aRatioThatDoesNotDivideEvenlyKeepsItsDigits() {
      assertThat(split("1", "3").actions().get(0).ratio().toString())
          .startsWith("0.33333333333333333333");
    }

    @ParameterizedTest
    @CsvSource({"4,0,4:0", "0,1,0:1", "-4,1,-4:1"})
    void aRatioOfNothingIsRefused(String numerator, String denominator, String ratio) {
      YahooChart.Chart chart = split(numerator, denominator);
      assertThat(chart.actions()).isEmpty();
      assertThat(chart.refused())
          .extracting(RefusedRow::reason)
          .containsExactly("Missing required data: split ratio of AAPL (" + ratio + ")");
    }

    @Test
    void aMalformedEventIsRefusedAndItsSiblingsAreTaken() {
      String body =
          events(
              "'dividends':{'1':{'date':1717421400},'2':{'amount':1},'3':null,'4':'x',"
                  + "'5':{'amount':0.25,'date':1717507800}},'splits':[],'capitalGains':7");
      YahooChart.Chart chart = daily(body, "AAPL", READ_AT);
      assertThat(chart.actions())
          .containsExactly(action("dividend", LocalDate.of(2024, 6, 4), "0.25", null));
      assertThat(chart.refused())
          .containsExactly(
              new RefusedRow(
                  "AAPL", "Missing required data: amount of AAPL", json("{'date':1717421400}")),
              new RefusedRow("AAPL", "Missing required data: date of AAPL", json("{'amount':1}")),
              new RefusedRow("AAPL", "Missing required data: date of AAPL", "null"),
              new RefusedRow("AAPL", "Missing required data: date of AAPL", json("'x'")));
    }

    @Test
    void theSameEventTwiceIsOneAndADifferentOneOnItsDateIsASecondOne() {
      String same =
          events(
              "'dividends':{'1':{'amount':0.25,'date':1717507800},"
                  + "'2':{'amount':0.25,'date':1717507800}}");
      YahooChart.Chart once = daily(same, "AAPL", READ_AT);
      assertThat(once.actions()).hasSize(1);
      assertThat(once.refused()).isEmpty();
      YahooChart.Chart twice = daily(same.replaceFirst("0\\.25", "1.5"), "AAPL", READ_AT);
      assertThat(twice.actions())
          .containsExactly(
              action("dividend", LocalDate.of(2024, 6, 4), "0.25", null),
              action("dividend", LocalDate.of(2024, 6, 4), "1.5", null));
      assertThat(twice.refused()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.25", "0.0"})
    void aDividendOfNothingOrLessIsRefused(String amount) {
      YahooChart.Chart chart =
          daily(
              events("'dividends':{'1':{'amount':" + amount + ",'date':1717507800}}"),
              "AAPL",
              READ_AT);
      assertThat(chart.actions()).isEmpty();
      assertThat(chart.refused())
          .extracting(RefusedRow::reason)
          .singleElement()
          .asString()
          .startsWith("Missing required data: amount of AAPL (not above zero: ");
      assertThat(chart.unread())
          .containsExactly(new ActionAnswer.Unread("AAPL", null, LocalDate.of(2024, 6, 4)));
    }

    @ParameterizedTest
    @CsvSource({"1000000000,1", "1,1000000000"})
    void aRatioThatNobodyCanHaveMeantIsRefused(String numerator, String denominator) {
      assertThat(split(numerator, denominator).actions()).isEmpty();
      assertThat(split(numerator, denominator).refused())
          .extracting(RefusedRow::reason)
          .containsExactly(
              "Missing required data: ratio of AAPL (absurd: "
                  + numerator
                  + ":"
                  + denominator
                  + ")");
    }

    @Test
    void aChartTellsAllActionsOfTheDatesBetweenItsRows() {
      YahooChart.Chart chart = daily(fixture("chart-daily.json"), "AAPL", READ_AT);
      assertThat(YahooChart.toldFrom(chart)).isEqualTo("2024-06-03");
      assertThat(YahooChart.toldTo(chart)).isEqualTo("2024-06-04");
      YahooChart.Chart empty = daily(chart(NEW_YORK, "'events':{}"), "AAPL", READ_AT);
      assertThat(YahooChart.toldFrom(empty)).isEmpty();
      assertThat(YahooChart.toldTo(empty)).isEmpty();
    }

    @Test
    void actionsAreReadInAWindowWithoutRowsToo() {
      String body = chart(NEW_YORK, "'events':{'dividends':{'1':{'amount':1,'date':1717507800}}}");
      YahooChart.Chart chart = daily(body, "AAPL", READ_AT);
      assertThat(chart.bars()).isEmpty();
      assertThat(chart.actions()).hasSize(1);
    }

    private YahooChart.Chart split(String numerator, String denominator) {
      return daily(
          events(
              "'splits':{'1':{'date':1717507800,'numerator':"
                  + numerator
                  + ",'denominator':"
                  + denominator
                  + "}}"),
          "AAPL",
          READ_AT);
    }

    private String events(String events) {
      return chart(NEW_YORK, "'events':{" + events + "}");
    }

    private CorporateAction action(String action, LocalDate date, String amount, String ratio) {
      return new CorporateAction(
          "yahoo",
          "AAPL",
          action,
          date,
          amount == null ? null : new BigDecimal(amount),
          ratio == null ? null : new BigDecimal(ratio));
    }
  }

  @Nested
  class Check {

    @Test
    void aGoodAnswerPasses() {
      assertThatCode(() -> YahooChart.check(200, fixture("chart-daily.json"), "AAPL"))
          .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "<html>404</html>"})
    void status404IsAnInvalidSymbolWhateverItSays(String body) {
      assertThatExceptionOfType(InvalidSymbolException.class)
          .isThrownBy(() -> YahooChart.check(404, body, "ZZZZ"))
          .withMessage("Invalid symbol: ZZZZ");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 404, 422, 500})
    void theErrorNotFoundIsAnInvalidSymbolWhateverTheStatus(int status) {
      assertThatExceptionOfType(InvalidSymbolException.class)
          .isThrownBy(() -> YahooChart.check(status, fixture("chart-not-found.json"), "ZZZZ"));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void aFailingYahooMayBeTriedAgain(int status) {
      assertThatExceptionOfType(SourceFailedException.class)
          .isThrownBy(() -> YahooChart.check(status, "<html>\nWill be right back</html>", "AAPL"))
          .withMessage("yahoo failed with status " + status + ": <html> Will be right back</html>");
    }

    @Test
    void anErrorInJsonBesideStatus500IsStillAFailure() {
      String body =
          json("{'chart':{'result':null,'error':{'code':'Internal','description':'oops'}}}");
      assertThatExceptionOfType(SourceFailedException.class)
          .isThrownBy(() -> YahooChart.check(500, body, "AAPL"));
    }

    @Test
    void a429ThatWasNotHandledBeforeMayBeTriedAgain() {
      assertThatExceptionOfType(SourceFailedException.class)
          .isThrownBy(() -> YahooChart.check(429, "Too Many Requests", "AAPL"))
          .withMessage("yahoo failed with status 429: Too Many Requests");
    }

    @Test
    void aRefusalSaysWhatYahooSays() {
      String body =
          json(
              "{'chart':{'result':null,'error':{'code':'Unprocessable Entity','description':"
                  + "'Only 8 days worth of 1m granularity data are allowed.'}}}");
      assertThatExceptionOfType(RequestRefusedException.class)
          .isThrownBy(() -> YahooChart.check(422, body, "AAPL"))
          .withMessage(
              "yahoo refused the request with status 422:"
                  + " Only 8 days worth of 1m granularity data are allowed.");
    }

    @Test
    void aRefusalInPlainTextIsQuoted() {
      assertThatExceptionOfType(RequestRefusedException.class)
          .isThrownBy(() -> YahooChart.check(400, "400 Bad Request: Data doesn't exist", "AAPL"))
          .withMessage(
              "yahoo refused the request with status 400: 400 Bad Request: Data doesn't exist");
    }

    @Test
    void aRefusedClientIsToldWhichSettingItIs() {
      String body =
          json(
              "{'finance':{'result':null,'error':{'code':'Unauthorized',"
                  + "'description':'Invalid Crumb'}}}");
      assertThatExceptionOfType(RequestRefusedException.class)
          .isThrownBy(() -> YahooChart.check(401, body, "AAPL"))
          .withMessage(
              "yahoo refused the request with status 401: Yahoo does not accept this client,"
                  + " see caravan.yahoo.user-agent: Invalid Crumb");
    }
  }

  private static YahooChart.Chart daily(String body, String symbol, Instant readAt) {
    return YahooChart.daily(Read.json(body), symbol, readAt);
  }

  private static PriceSnapshot snapshot(String body, String symbol, Instant readAt) {
    return YahooChart.snapshot(Read.json(body), symbol, readAt);
  }

  /** A chart with nothing but a head. */
  private static String head(String meta) {
    return chart(meta, "'indicators':{'quote':[{}]}");
  }

  /** A chart whose lists all hold the same values. */
  private static String rows(String meta, String times, String values) {
    return chart(
        meta,
        "'timestamp':[T],'indicators':{'quote':[{'open':[V],'high':[V],'low':[V],'close':[V],'volume':[V]}]}"
            .replace("T", times)
            .replace("V", values));
  }

  private static String chart(String meta, String rest) {
    return json("{'chart':{'result':[{'meta':{" + meta + "}," + rest + "}],'error':null}}");
  }

  private static String json(String withSingleQuotes) {
    return withSingleQuotes.replace('\'', '"');
  }

  private static String fixture(String name) {
    try (InputStream in = YahooChartTest.class.getResourceAsStream("/yahoo/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
