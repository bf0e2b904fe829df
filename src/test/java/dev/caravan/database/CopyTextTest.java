package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyTextTest {
  private final CopyText text = new CopyText();

  @Test
  void columnsAreSeparatedByTabsAndRowsEndedByLineFeeds() {
    column("AAPL");
    text.smallColumn(7);
    text.nullColumn();
    text.endRow();
    plain("150.25");
    text.plainColumn("iex".getBytes(StandardCharsets.US_ASCII));
    text.endRow();

    assertThat(all()).isEqualTo("AAPL\t7\t\\N\n150.25\tiex\n");
    assertThat(text.rows()).isEqualTo(2);
    assertThat(text.row(0)).isEqualTo("AAPL\t7\t\\N");
    assertThat(text.row(1)).isEqualTo("150.25\tiex");
    assertThat(text.start(1)).isEqualTo("AAPL\t7\t\\N\n".length());
    assertThat(text.start(2)).isEqualTo(all().length());
  }

  @Test
  void aRowThatIsNotEndedCanBeTakenBack() {
    column("A");
    text.endRow();
    column("half");
    text.discardRow();
    column("B");
    text.endRow();

    assertThat(all()).isEqualTo("A\nB\n");
  }

  @Test
  void everySmallNumberIsWritten() {
    for (int i = 0; i <= 999; i++) {
      text.clear();
      text.smallColumn(i);
      text.endRow();
      assertThat(text.row(0)).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void aTextThatLooksLikeNullIsNone() {
    column("\\N");
    text.endRow();

    assertThat(text.row(0)).isEqualTo("\\\\N");
  }

  @Test
  void aTextThatIsNotThereIsNullAndAnEmptyOneIsNot() {
    text.column((String) null);
    text.column("");
    text.column("a\tb");
    text.endRow();

    assertThat(text.row(0)).isEqualTo("\\N\t\ta\\tb");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.00, 0.00",
    "100.10, 100.10",
    "0.05, 0.05",
    "-37.63, -37.63",
    "-0.004, -0.004",
    "1E+3, 1000",
    "1E-7, 0.0000001",
    "999999999999999999, 999999999999999999",
    "-1234567890.12345678, -1234567890.12345678",
    "0.000000000000000001, 0.000000000000000001",
    "9223372036854775808, 9223372036854775808",
    "1.2999999523162841796875, 1.2999999523162841796875"
  })
  void aDecimalKeepsAllItsPlacesAndHasNoExponent(String number, String column) {
    text.column(new BigDecimal(number));
    text.endRow();

    assertThat(text.row(0)).isEqualTo(column);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-11-03T09:07:05Z, 2025-11-03T09:07:05Z",
    "2025-11-03T09:07:05.000040Z, 2025-11-03T09:07:05.000040Z",
    "2025-11-03T09:07:05.123456999Z, 2025-11-03T09:07:05.123456Z",
    "1969-12-31T23:59:59.999999999Z, 1969-12-31T23:59:59.999999Z",
    "+10000-01-01T00:00:00Z, +10000-01-01T00:00:00Z"
  })
  void aTimeIsCutToMicrosecondsAndNeverRounded(Instant time, String column) {
    text.column(time);
    text.endRow();

    assertThat(text.row(0)).isEqualTo(column);
  }

  @Test
  void aDecimalAndATimeThatAreNotThereAreNull() {
    text.column((BigDecimal) null);
    text.column((Instant) null);
    text.endRow();

    assertThat(text.row(0)).isEqualTo("\\N\t\\N");
  }

  @Test
  void numbersAndTimesGrowItToo() {
    for (int i = 0; i < 10_000; i++) {
      text.column(new BigDecimal("12345.67"));
      text.column(Instant.parse("2025-11-03T09:07:05Z"));
      text.endRow();
    }

    assertThat(all()).isEqualTo("12345.67\t2025-11-03T09:07:05Z\n".repeat(10_000));
  }

  @Test
  void itGrowsWithItsRows() {
    String long1 = "x\t".repeat(40_000);
    for (int i = 0; i < 3_000; i++) {
      column("r" + i);
      text.endRow();
    }
    column(long1);
    text.endRow();
    column("é".repeat(70_000));
    text.endRow();

    assertThat(text.rows()).isEqualTo(3_002);
    assertThat(text.row(2_999)).isEqualTo("r2999");
    assertThat(text.row(3_000)).isEqualTo("x\\t".repeat(40_000));
    assertThat(text.row(3_001)).isEqualTo("é".repeat(70_000));
  }

  @Test
  void clearedItIsEmpty() {
    column("A");
    text.endRow();
    text.clear();

    assertThat(text.rows()).isZero();
    assertThat(text.start(0)).isZero();
    column("B");
    text.endRow();
    assertThat(all()).isEqualTo("B\n");
  }

  private void column(String value) {
    text.column(value.toCharArray(), 0, value.length());
  }

  private void plain(String value) {
    text.plainColumn(value.toCharArray(), 0, value.length());
  }

  private String all() {
    return new String(text.bytes(), 0, text.start(text.rows()), StandardCharsets.UTF_8);
  }
}
