package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarketCalendarTest {

  @AfterEach
  void forgetWhatWasTaught() {
    MarketCalendar.learn(List.of());
  }

  @Test
  void whatIsTaughtRulesBetweenItsFirstAndItsLastSession() {
    MarketCalendar.Session monday = taught("2026-11-23", "2026-11-23T21:00:00Z");
    MarketCalendar.Session wednesday = taught("2026-11-25", "2026-11-25T19:30:00Z");
    MarketCalendar.Session thanksgiving = taught("2026-11-26", "2026-11-26T21:00:00Z");
    MarketCalendar.learn(List.of(monday, wednesday, thanksgiving));

    assertThat(MarketCalendar.session(LocalDate.parse("2026-11-24")))
        .as("a closure that no rule knows")
        .isEmpty();
    assertThat(MarketCalendar.session(LocalDate.parse("2026-11-25"))).contains(wednesday);
    assertThat(wednesday.earlyClose()).isTrue();
    assertThat(wednesday.last()).isEqualTo("2026-11-25T23:30:00Z");
    assertThat(MarketCalendar.isOpen(Instant.parse("2026-11-25T19:30:00Z"))).isFalse();
    assertThat(MarketCalendar.isSession(LocalDate.parse("2026-11-26"))).isTrue();
    assertThat(
            MarketCalendar.sessions(LocalDate.parse("2026-11-20"), LocalDate.parse("2026-11-30")))
        .as("with the rules' sessions before and after")
        .containsExactly(
            LocalDate.parse("2026-11-20"),
            LocalDate.parse("2026-11-23"),
            LocalDate.parse("2026-11-25"),
            LocalDate.parse("2026-11-26"),
            LocalDate.parse("2026-11-27"),
            LocalDate.parse("2026-11-30"));
    assertThat(MarketCalendar.sessionsBefore(LocalDate.parse("2026-11-25"), 1))
        .isEqualTo("2026-11-23");
  }

  @Test
  void whatIsTaughtAnewReplacesWhatWasKnown() {
    MarketCalendar.learn(List.of(taught("2026-11-23", "2026-11-23T19:00:00Z")));
    MarketCalendar.learn(List.of(taught("2026-11-24", "2026-11-24T19:00:00Z")));
    assertThat(MarketCalendar.session(LocalDate.parse("2026-11-23")).orElseThrow().earlyClose())
        .isFalse();
    MarketCalendar.learn(List.of());
    assertThat(MarketCalendar.session(LocalDate.parse("2026-11-24")).orElseThrow().earlyClose())
        .isFalse();
  }

  @Test
  void rowsOfTheTableAreTaughtWithTheirExtendedHours() {
    int count =
        MarketCalendar.learnRows(
            "[{\"session\":\"2026-11-24\",\"open\":\"2026-11-24T14:30:00+00:00\",\"close\":\"2026-11-24T18:00:00+00:00\","
                + "\"session_open\":\"2026-11-24T10:00:00+00:00\",\"session_close\":\"2026-11-24T20:00:00+00:00\"}]");
    assertThat(count).isEqualTo(1);
    assertThat(MarketCalendar.session(LocalDate.parse("2026-11-24")))
        .contains(
            new MarketCalendar.Session(
                LocalDate.parse("2026-11-24"),
                Instant.parse("2026-11-24T14:30:00Z"),
                Instant.parse("2026-11-24T18:00:00Z"),
                Instant.parse("2026-11-24T10:00:00Z"),
                Instant.parse("2026-11-24T20:00:00Z")));
    assertThat(MarketCalendar.learnRows("[]")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T21:00:00Z, 2026-11-23T14:30:00Z",
    "2026-11-23T14:30:00Z, 2026-11-23T14:30:00Z"
  })
  void aSessionClosesAfterItOpens(Instant open, Instant close) {
    assertThatThrownBy(() -> new MarketCalendar.Session(LocalDate.parse("2026-11-23"), open, close))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2026-11-23");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-25T00:59:59Z, 2026-11-23",
    "2026-11-25T01:00:00Z, 2026-11-24",
    "2026-11-27T21:59:59Z, 2026-11-25",
    "2026-11-27T22:00:00Z, 2026-11-27"
  })
  void theLastFinishedSessionHasItsExtendedHoursBehindIt(Instant at, LocalDate expected) {
    assertThat(MarketCalendar.lastFinished(at)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T04:59:59Z, true",
    "2026-11-21T04:59:59Z, true",
    "2026-11-21T05:00:00Z, false",
    "2026-11-26T15:00:00Z, false"
  })
  void aDayIsOneOfASessionByItsDateInNewYork(Instant at, boolean session) {
    assertThat(MarketCalendar.isSessionDay(at)).isEqualTo(session);
  }

  private static MarketCalendar.Session taught(String date, String close) {
    return new MarketCalendar.Session(
        LocalDate.parse(date), Instant.parse(date + "T14:30:00Z"), Instant.parse(close));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1994|02-21 04-01 04-27 05-30 07-04 09-05 11-24 12-26",
        "1997|01-01 02-17 03-28 05-26 07-04 09-01 11-27 12-25",
        "2001|01-01 01-15 02-19 04-13 05-28 07-04 09-03 09-11 09-12 09-13 09-14 11-22 12-25",
        "2004|01-01 01-19 02-16 04-09 05-31 06-11 07-05 09-06 11-25 12-24",
        "2007|01-01 01-02 01-15 02-19 04-06 05-28 07-04 09-03 11-22 12-25",
        "2012|01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25",
        "2018|01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25",
        "2021|01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
        "2022|01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26",
        "2023|01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25",
        "2024|01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
        "2025|01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
        "2026|01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25"
      })
  void theClosedWeekdaysOfAYearAreThoseThatTheExchangePublished(int year, String days) {
    List<LocalDate> closed =
        LocalDate.of(year, 1, 1)
            .datesUntil(LocalDate.of(year + 1, 1, 1))
            .filter(date -> date.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) < 0)
            .filter(date -> !MarketCalendar.isSession(date))
            .toList();

    assertThat(closed)
        .containsExactlyElementsOf(
            Stream.of(days.split(" ")).map(day -> LocalDate.parse(year + "-" + day)).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2012|07-03 11-23 12-24",
        "2021|11-26",
        "2022|11-25",
        "2023|07-03 11-24",
        "2024|07-03 11-29 12-24",
        "2025|07-03 11-28 12-24",
        "2026|11-27 12-24"
      })
  void theHalfDaysOfAYearAreThoseThatTheExchangePublished(int year, String days) {
    List<LocalDate> halfDays =
        MarketCalendar.sessions(LocalDate.of(year, 1, 1), LocalDate.of(year, 12, 31)).stream()
            .filter(date -> MarketCalendar.session(date).orElseThrow().earlyClose())
            .toList();

    assertThat(halfDays)
        .containsExactlyElementsOf(
            Stream.of(days.split(" ")).map(day -> LocalDate.parse(year + "-" + day)).toList());
  }

  @ParameterizedTest
  @CsvSource({"2021,252", "2022,251", "2023,250", "2024,252", "2025,250", "2026,251"})
  void aYearHasAsManySessionsAsTheExchangeCounted(int year, int count) {
    assertThat(MarketCalendar.sessions(LocalDate.of(year, 1, 1), LocalDate.of(year, 12, 31)))
        .hasSize(count);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-06,2026-03-06T14:30:00Z,2026-03-06T21:00:00Z",
    "2026-03-09,2026-03-09T13:30:00Z,2026-03-09T20:00:00Z",
    "2026-10-30,2026-10-30T13:30:00Z,2026-10-30T20:00:00Z",
    "2026-11-02,2026-11-02T14:30:00Z,2026-11-02T21:00:00Z",
    "2026-11-27,2026-11-27T14:30:00Z,2026-11-27T18:00:00Z"
  })
  void theHoursFollowNewYorkAcrossTheClockChanges(LocalDate date, Instant open, Instant close) {
    assertThat(MarketCalendar.session(date))
        .contains(new MarketCalendar.Session(date, open, close));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-20T14:30:00Z", "2026-11-20T20:59:59.999999999Z"})
  void theMarketIsOpenFromTheOpenUntilJustBeforeTheClose(Instant at) {
    assertThat(MarketCalendar.isOpen(at)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-20T14:29:59.999999999Z",
        "2026-11-20T21:00:00Z",
        "2026-11-21T16:00:00Z",
        "2026-11-27T18:00:00Z",
        "2026-11-26T16:00:00Z"
      })
  void theMarketIsClosedOutsideItsHours(Instant at) {
    assertThat(MarketCalendar.isOpen(at)).isFalse();
  }

  @Test
  void sessionsBeforeStepsOverWeekendsAndHolidays() {
    LocalDate monday = LocalDate.parse("2026-11-30");

    assertThat(MarketCalendar.sessionsBefore(monday, 1)).isEqualTo("2026-11-27");
    assertThat(MarketCalendar.sessionsBefore(monday, 2)).isEqualTo("2026-11-25");
    assertThatThrownBy(() -> MarketCalendar.sessionsBefore(monday, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 or more");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T14:29:59Z,2026-11-19",
    "2026-11-20T14:30:00Z,2026-11-20",
    "2026-11-21T03:00:00Z,2026-11-20",
    "2026-11-22T18:00:00Z,2026-11-20"
  })
  void theLastSessionIsTheNewestThatHasBegun(Instant at, LocalDate expected) {
    assertThat(MarketCalendar.lastSession(at)).isEqualTo(expected);
  }

  @Test
  void sessionsIncludeBothEndsAndAreEmptyForAWindowTurnedRound() {
    assertThat(
            MarketCalendar.sessions(LocalDate.parse("2026-11-25"), LocalDate.parse("2026-11-30")))
        .containsExactly(
            LocalDate.parse("2026-11-25"),
            LocalDate.parse("2026-11-27"),
            LocalDate.parse("2026-11-30"));
    assertThat(
            MarketCalendar.sessions(LocalDate.parse("2026-11-30"), LocalDate.parse("2026-11-25")))
        .isEmpty();
  }
}
