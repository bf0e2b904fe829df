package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.ExchangeRules;
import dev.caravan.market.MarketCalendar.Session;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaCalendarTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");

  @Test
  void aYearBackAndAllThatIsServedAheadIsAskedForByTheDateInNewYork() {
    assertThat(AlpacaCalendar.query(Instant.parse("2026-11-21T03:00:00Z")))
        .isEqualTo("start=2025-11-20&end=2029-11-20");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // On both sides of each change of the clocks, a half day, and hours unlike any rule.
        "2026-03-06|09:30|16:00|0400|2000|2026-03-06T14:30:00Z|2026-03-06T21:00:00Z|2026-03-06T09:00:00Z|2026-03-07T01:00:00Z",
        "2026-03-09|09:30|16:00|0400|2000|2026-03-09T13:30:00Z|2026-03-09T20:00:00Z|2026-03-09T08:00:00Z|2026-03-10T00:00:00Z",
        "2026-10-30|09:30|16:00|0400|2000|2026-10-30T13:30:00Z|2026-10-30T20:00:00Z|2026-10-30T08:00:00Z|2026-10-31T00:00:00Z",
        "2026-11-02|09:30|16:00|0400|2000|2026-11-02T14:30:00Z|2026-11-02T21:00:00Z|2026-11-02T09:00:00Z|2026-11-03T01:00:00Z",
        "2026-11-27|09:30|13:00|0400|1700|2026-11-27T14:30:00Z|2026-11-27T18:00:00Z|2026-11-27T09:00:00Z|2026-11-27T22:00:00Z",
        "2026-11-24|09:45|14:15|0500|1500|2026-11-24T14:45:00Z|2026-11-24T19:15:00Z|2026-11-24T10:00:00Z|2026-11-24T20:00:00Z"
      })
  void aSessionHasTheHoursThatAlpacaTellsInNewYorksTime(
      LocalDate date,
      String open,
      String close,
      String first,
      String last,
      Instant opens,
      Instant closes,
      Instant begins,
      Instant ends) {
    String row =
        String.format(
            "{\"date\":\"%s\",\"open\":\"%s\",\"close\":\"%s\",\"session_open\":\"%s\","
                + "\"session_close\":\"%s\",\"settlement_date\":\"2026-12-01\"}",
            date, open, close, first, last);
    assertThat(sessions(instead(date, row)))
        .contains(new Session(date, opens, closes, begins, ends))
        .isSortedAccordingTo((one, other) -> one.date().compareTo(other.date()));
  }

  @Test
  void withoutExtendedHoursTheyEndFourHoursAfterTheClose() {
    LocalDate date = LocalDate.parse("2026-11-24");
    List<Session> sessions =
        sessions(instead(date, "{\"date\":\"2026-11-24\",\"open\":\"09:30\",\"close\":\"14:30\"}"));
    assertThat(sessions)
        .contains(
            new Session(
                date,
                Instant.parse("2026-11-24T14:30:00Z"),
                Instant.parse("2026-11-24T19:30:00Z"),
                Instant.parse("2026-11-24T09:00:00Z"),
                Instant.parse("2026-11-24T23:30:00Z")));
  }

  @Test
  void aClosureThatNoRuleKnowsIsLearnt() {
    LocalDate closed = LocalDate.parse("2026-12-03");
    List<Session> sessions = sessions(without(closed));
    assertThat(sessions)
        .extracting(Session::date)
        .doesNotContain(closed)
        .contains(closed.plusDays(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"date\":\"2026-11-24\",\"open\":\"16:00\",\"close\":\"09:30\"}",
        "{\"date\":\"2026-11-24\",\"open\":\"09:30\",\"close\":\"09:30\"}",
        "{\"date\":\"2026-11-24\",\"open\":\"09:30\"}",
        "{\"date\":\"2026-11-24\",\"open\":null,\"close\":\"16:00\"}",
        "{\"date\":\"2026-11-24\",\"open\":\"09:30\",\"close\":\"25:00\"}",
        "{\"date\":\"2026-11-24\",\"open\":\"0930\",\"close\":\"1600\"}",
        "{\"date\":\"2026-11-24\",\"open\":\"09:30\",\"close\":\"16:00\",\"session_close\":\"1500\"}",
        "{\"date\":\"2026-11-24\",\"open\":\"09:30\",\"close\":\"16:00\",\"session_open\":\"early\"}",
        "{\"date\":\"24 November\",\"open\":\"09:30\",\"close\":\"16:00\"}",
        "{\"date\":\"2026-11-23\",\"open\":\"09:30\",\"close\":\"16:00\"}",
        "{\"date\":\"2026-11-28\",\"open\":\"09:30\",\"close\":\"16:00\"}",
        "{\"open\":\"09:30\",\"close\":\"16:00\"}",
        "\"2026-11-24\"",
        "null"
      })
  void oneMalformedSessionRefusesThemAll(String row) {
    String answer = instead(LocalDate.parse("2026-11-24"), row);
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> sessions(answer))
        .withMessageContaining("alpaca's calendar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "[]", "\"closed\"", "{\"message\":\"oops\"}"})
  void anAnswerWithoutSessionsIsRefused(String answer) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> sessions(answer))
        .withMessageStartingWith("Missing required data: sessions of alpaca's calendar");
  }

  @ParameterizedTest
  @CsvSource({
    // Cut off behind, begun too late, and a hole of more days than were ever unplanned.
    "2025-11-20, 2026-12-01, 2030-01-01, 2030-01-02",
    "2026-02-01, 2027-12-31, 2030-01-01, 2030-01-02",
    "2025-11-20, 2027-12-31, 2026-05-01, 2026-05-12"
  })
  void aListThatComesShortIsRefused(
      LocalDate first, LocalDate last, LocalDate holeFrom, LocalDate holeTo) {
    String answer =
        rows(
            date ->
                date.isBefore(first)
                        || date.isAfter(last)
                        || !date.isBefore(holeFrom) && !date.isAfter(holeTo)
                    ? null
                    : date);
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> sessions(answer))
        .withMessageStartingWith("Missing required data: sessions of alpaca's calendar");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T15:00:01Z, ''",
    "2026-11-20T14:59:56Z, ''",
    "2026-11-20T15:00:06Z, ''",
    "2026-11-20T15:00:12Z, 10 s behind",
    "2026-11-20T14:59:50Z, 10 s ahead of"
  })
  void aClockThatIsMoreThanFourSecondsOffIsAtFault(String theirs, String fault) {
    String found =
        AlpacaCalendar.fault(
            NOW, NOW.plusSeconds(2), AlpacaCalendar.time(JsonFields.readOrMissing(clock(theirs))));
    if (fault.isEmpty()) {
      assertThat(found).isNull();
    } else {
      assertThat(found).contains("is " + fault + " Alpaca's");
    }
  }

  @Test
  void aClockWithoutATimeIsNoClock() {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> AlpacaCalendar.time(JsonFields.readOrMissing("{\"is_open\":true}")))
        .withMessage("Missing required data: timestamp of alpaca's clock");
  }

  private static String clock(String timestamp) {
    return "{\"timestamp\":\""
        + timestamp
        + "\",\"is_open\":true,\"next_open\":\"2026-11-23T09:30:00-05:00\","
        + "\"next_close\":\"2026-11-20T16:00:00-05:00\"}";
  }

  private static List<Session> sessions(String answer) {
    JsonNode json = JsonFields.readOrMissing(answer);
    assertThat(json.isMissingNode()).isFalse();
    return AlpacaCalendar.sessions(json, NOW);
  }

  private static String instead(LocalDate date, String row) {
    return rows(UnaryOperator.identity()).replace(usual(date), row);
  }

  private static String without(LocalDate date) {
    return rows(each -> each.equals(date) ? null : each);
  }

  /** As Alpaca answers, without the dates for which the filter gives null. */
  private static String rows(UnaryOperator<LocalDate> filter) {
    return ExchangeRules.sessions(LocalDate.parse("2025-11-20"), LocalDate.parse("2027-12-31"))
        .stream()
        .filter(date -> filter.apply(date) != null)
        .map(AlpacaCalendarTest::usual)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String usual(LocalDate date) {
    return "{\"date\":\""
        + date
        + "\",\"open\":\"09:30\",\"close\":\"16:00\",\"session_open\":\"0400\",\"session_close\":\"2000\"}";
  }
}
