package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.Bar;
import dev.caravan.market.answer.Read;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each daily row in the session of its exchange, and in no other. */
class YahooSessionsTest {
  private static final String LONG_AFTER = "2027-01-10T00:00";

  /**
   * Rows at local times, each with its number as its price, and the bars that they are. Tuesday
   * 2026-11-24, Thursday 2026-11-26 is Thanksgiving, 2026-11-27 a half day.
   */
  @ParameterizedTest(name = "{0} {1}: {3} is {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        // The trading goes on until Friday evening; what comes then is no Saturday.
        "CURRENCY | Europe/London | 00:00-23:59 | 2026-11-26T00:00 2026-11-27T00:00 2026-11-27T23:39:00 | 26=1 27=3",
        "CURRENCY | Europe/London | - | 2026-11-26T00:00 2026-11-27T23:39:00 | 26=1 27=2",
        "CURRENCY | Europe/London | - | 2026-11-27T00:00 2026-11-27T23:00 | 27=2",
        "CURRENCY | Europe/London | 00:00-23:59 | 2026-11-27T00:00 2026-11-28T00:10:05 | 27=1",
        "CURRENCY | Europe/London | - | 2026-11-26T00:00 2026-11-28T00:10:05 | 26=1 27=2",
        // It begins on Sunday evening, and is Monday's.
        "CURRENCY | Europe/London | - | 2026-11-27T00:00 2026-11-29T22:31:07 | 27=1 30=2",
        "CURRENCY | Europe/London | - | 2026-11-27T00:00 2026-11-29T11:31:07 | 27=1",
        "FUTURE | America/New_York | 00:00-23:59 | 2026-11-27T00:00 2026-11-29T18:20:01 | 27=1 30=2",
        "FUTURE | America/New_York | 00:00-23:59 | 2026-11-24T00:00 2026-11-24T19:20:01 | 24=2",
        // Crypto knows no weekend.
        "CRYPTOCURRENCY | UTC | 00:00-23:59 | 2026-11-28T00:00 2026-11-29T23:39:10 | 28=1 29=2",
        // Shares: after the close, after midnight, on a holiday, after a half day, at the weekend.
        "EQUITY | America/New_York | 09:30-16:00 | 2026-11-23T09:30 2026-11-24T09:30 2026-11-24T16:00:02 | 23=1 24=3",
        "EQUITY | America/New_York | 09:30-16:00 | 2026-11-24T09:30 2026-11-24T19:58:31 | 24=1",
        "EQUITY | America/New_York | - | 2026-11-24T09:30 2026-11-24T19:58:31 | 24=1",
        "EQUITY | America/New_York | 09:30-16:00 | 2026-11-24T09:30 2026-11-25T00:20:31 | 24=1",
        "EQUITY | America/New_York | 09:30-16:00 | 2026-11-25T09:30 2026-11-26T11:00:31 | 25=1",
        "ETF | America/New_York | - | 2026-11-27T09:30 2026-11-27T15:10:31 | 27=1",
        "EQUITY | America/New_York | 09:30-16:00 | 2026-11-27T09:30 2026-11-28T02:00:31 | 27=1",
        "EQUITY | America/New_York | 09:30-16:00 | 2026-11-27T09:30 2026-11-29T20:00:31 | 27=1",
        "EQUITY | Europe/Berlin | 09:00-17:30 | 2026-11-24T09:00 2026-11-24T21:59:58 | 24=1",
        "EQUITY | Europe/Berlin | 09:00-17:30 | 2026-11-27T09:00 2026-11-28T10:59:58 | 27=1",
        // Alone it is better than nothing, in the session that it followed.
        "EQUITY | America/New_York | 09:30-16:00 | 2026-11-24T09:30 2026-11-25T19:58:31 | 24=1 25=2",
        // Exchanges with another weekend; Tel Aviv rested on Friday until 2026.
        "EQUITY | Asia/Riyadh | 10:00-15:00 | 2026-11-26T10:00 2026-11-29T10:00 | 26=1 29=2",
        "EQUITY | Asia/Riyadh | 10:00-15:00 | 2026-11-26T10:00 2026-11-27T09:50:11 | 26=1",
        "EQUITY | Asia/Jerusalem | 09:59-17:25 | 2025-11-20T09:59 2025-11-23T09:59 | 20=1 23=2",
        "EQUITY | Asia/Jerusalem | 09:59-17:25 | 2025-11-20T09:59 2025-11-21T10:59:08 | 20=1",
        "EQUITY | Asia/Jerusalem | 09:59-17:25 | 2025-11-20T09:59 2025-11-22T10:59:08 | 20=1",
        "EQUITY | Asia/Jerusalem | 09:59-13:50 | 2026-11-26T09:59 2026-11-27T09:59 | 26=1 27=2",
        // The clock has changed between the row and the request, and the midnights are an hour off.
        "EQUITY | Europe/London | 08:00-16:30 | 2026-10-23T08:00 2026-10-26T08:00 | 23=1 26=2",
        "INDEX | Europe/London | 08:00-16:30 | 2026-10-25T23:00 2026-10-27T01:00 | 26=1 27=2",
      })
  void eachRowGoesToTheSessionOfItsExchange(
      String type, String zone, String hours, String rows, String bars) {
    assertThat(bars(type, zone, hours, null, rows, LONG_AFTER)).isEqualTo(bars);
  }

  @Test
  void theLastRegularTradeIsOfItsDayHoweverLateItIsTold() {
    // Index values and the prices of funds are set long after the close.
    assertThat(
            bars(
                "MUTUALFUND",
                "America/New_York",
                "09:30-16:00",
                "2026-11-24T18:07:38",
                "2026-11-23T09:30 2026-11-24T09:30 2026-11-24T18:07:38",
                LONG_AFTER))
        .isEqualTo("23=1 24=3");
  }

  @Test
  void aSessionThatHasNotBegunHasNoBar() {
    String rows = "2026-11-23T09:30 2026-11-24T08:12:44";
    assertThat(bars("EQUITY", "America/New_York", "09:30-16:00", null, rows, "2026-11-24T08:13"))
        .isEqualTo("23=1");
    assertThat(bars("EQUITY", "America/New_York", "-", null, rows, "2026-11-24T08:13"))
        .isEqualTo("23=1");
  }

  @Test
  void whatWasDealtAfterASessionIsNotFinal() {
    String rows = "2026-11-24T09:30 2026-11-25T19:58:31";
    assertThat(chart("EQUITY", "America/New_York", "09:30-16:00", null, rows, LONG_AFTER).bars())
        .extracting(Bar::complete)
        .containsExactly(true, false);
  }

  @Test
  void aRowWithAVolumeOnAClosedDayOfNewYorkIsSeenAndNoBar() {
    YahooChart.Chart chart =
        chart(
            "EQUITY",
            "America/New_York",
            "09:30-16:00",
            null,
            "2026-11-25T09:30 2026-11-26T09:30 2026-11-27T09:30",
            LONG_AFTER);
    assertThat(chart.bars()).hasSize(2);
    assertThat(chart.refused())
        .singleElement()
        .satisfies(
            refused ->
                assertThat(refused.reason())
                    .isEqualTo("no session: the exchange of X was closed on 2026-11-26"));
  }

  @Test
  void aSpecialSessionAtTheWeekendIsOne() {
    // Muhurat trading in India, on a Saturday with volume.
    assertThat(
            bars(
                "EQUITY",
                "Asia/Kolkata",
                "09:15-15:30",
                null,
                "2026-11-06T09:15 2026-11-07T18:00 2026-11-09T09:15",
                LONG_AFTER))
        .isEqualTo("6=1 7=2 9=3");
  }

  private static String bars(
      String type, String zone, String hours, String live, String rows, String readAt) {
    YahooChart.Chart chart = chart(type, zone, hours, live, rows, readAt);
    return chart.bars().stream()
        .map(
            bar ->
                bar.ts().atZone(ZoneId.of(zone)).getDayOfMonth()
                    + "="
                    + bar.close().toPlainString())
        .collect(Collectors.joining(" "));
  }

  private static YahooChart.Chart chart(
      String type, String zone, String hours, String live, String rows, String readAt) {
    List<String> times = List.of(rows.split(" "));
    String last = times.get(times.size() - 1);
    String period = "";
    if (!hours.equals("-")) {
      // Yahoo's current period is one of the day of the last row.
      String day = last.substring(0, 10);
      period =
          ",\"currentTradingPeriod\":{\"regular\":{\"start\":"
              + seconds(day + "T" + hours.substring(0, 5), zone)
              + ",\"end\":"
              + seconds(day + "T" + hours.substring(6), zone)
              + "}}";
    }
    String numbers =
        Arrays.toString(java.util.stream.IntStream.rangeClosed(1, times.size()).toArray());
    String body =
        "{\"chart\":{\"result\":[{\"meta\":{\"exchangeTimezoneName\":\""
            + zone
            + "\",\"instrumentType\":\""
            + type
            + "\""
            + (live == null ? "" : ",\"regularMarketTime\":" + seconds(live, zone))
            + period
            + "},\"timestamp\":["
            + times.stream().map(at -> "" + seconds(at, zone)).collect(Collectors.joining(","))
            + "],\"indicators\":{\"quote\":[{\"open\":N,\"high\":N,\"low\":N,\"close\":N,\"volume\":N}]}}],"
                .replace("N", numbers)
            + "\"error\":null}}";
    Instant read = LocalDateTime.parse(readAt).atZone(ZoneId.of(zone)).toInstant();
    return YahooChart.daily(Read.json(body), "X", read);
  }

  private static long seconds(String local, String zone) {
    return LocalDateTime.parse(local).atZone(ZoneId.of(zone)).toEpochSecond();
  }
}
