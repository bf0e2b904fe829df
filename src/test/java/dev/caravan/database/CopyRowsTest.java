package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a row reads in a dead letter. That PostgreSQL reads the same is {@link CopyIT}'s to say. */
class CopyRowsTest {
  private final CopyRows rows = new CopyRows();

  @Test
  void columnsAreSeparatedByTabs() {
    column("AAPL");
    rows.nullColumn();
    rows.column(15025, 2);
    rows.nullColumn();
    rows.endRow();
    rows.column("iex".getBytes(StandardCharsets.US_ASCII));
    rows.smallColumn(999);
    rows.nullColumn();
    rows.wholeColumn(Long.MIN_VALUE);
    rows.flagColumn(true);
    rows.flagColumn(false);
    rows.endRow();

    assertThat(all())
        .containsExactly("AAPL\t\\N\t150.25\t\\N", "iex\t999\t\\N\t-9223372036854775808\tt\tf");
  }

  @Test
  void aRowThatIsNotEndedCanBeTakenBack() {
    column("A");
    rows.endRow();
    column("half");
    rows.smallColumn(1);
    rows.discardRow();
    column("B");
    rows.endRow();

    assertThat(all()).containsExactly("A", "B");
  }

  @Test
  void aTextThatLooksLikeNullIsNone() {
    column("\\N");
    rows.endRow();

    assertThat(all()).containsExactly("\\\\N");
  }

  @Test
  void aTextThatIsNotThereIsNullAndAnEmptyOneIsNot() {
    rows.column((String) null);
    rows.column("");
    rows.column("a\tb");
    rows.column((List<String>) null);
    rows.endRow();

    assertThat(all()).containsExactly("\\N\t\ta\\tb\t\\N");
  }

  @Test
  void textsAreAnArrayInWhichQuotesAreEscapedTwice() {
    rows.column(List.of());
    rows.column(List.of("@", "a\"b", "c\\d", "é\n"));
    rows.endRow();

    assertThat(all()).containsExactly("{}\t{\"@\",\"a\\\\\"b\",\"c\\\\\\\\d\",\"é\\n\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.00, 0.00",
    "100.10, 100.10",
    "0.05, 0.05",
    "-37.63, -37.63",
    "-0.004, -0.004",
    "10000, 10000",
    "99990000.0001, 99990000.0001",
    "1E+3, 1000",
    "1E-7, 0.0000001",
    "999999999999999999, 999999999999999999",
    "-1234567890.12345678, -1234567890.12345678",
    "0.000000000000000001, 0.000000000000000001",
    "0.0000000000000000010, 0.0000000000000000010",
    "9223372036854775808, 9223372036854775808",
    "-12345678901234567890.1, -12345678901234567890.1",
    "1.2999999523162841796875, 1.2999999523162841796875"
  })
  void aDecimalKeepsAllItsPlacesAndHasNoExponent(String number, String column) {
    rows.column(new BigDecimal(number));
    rows.endRow();

    assertThat(all()).containsExactly(column);
  }

  @Test
  void aDecimalThatPostgresqlHasNoPlaceForIsNoOther() {
    rows.column(new BigDecimal("1e-16383"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows.column(new BigDecimal("1.5e-65537")))
        .withMessageContaining("more digits than PostgreSQL has place for");
  }

  @ParameterizedTest
  @CsvSource({
    "2025-11-03T09:07:05Z, 2025-11-03T09:07:05Z",
    "2025-11-03T09:07:05.000040Z, 2025-11-03T09:07:05.000040Z",
    "2025-11-03T09:07:05.123456999Z, 2025-11-03T09:07:05.123456Z",
    "1999-12-31T23:59:59.999999Z, 1999-12-31T23:59:59.999999Z",
    "1969-12-31T23:59:59.999999999Z, 1969-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "0000-12-31T23:59:59.999999Z, 0000-12-31T23:59:59.999999Z",
    "-0001-11-20T15:00:00Z, -0001-11-20T15:00:00Z",
    "+10000-01-01T00:00:00Z, +10000-01-01T00:00:00Z"
  })
  void aTimeIsCutToMicrosecondsAndNeverRounded(Instant time, String column) {
    rows.column(time);
    rows.endRow();

    assertThat(all()).containsExactly(column);
  }

  @Test
  void aDecimalAndATimeThatAreNotThereAreNull() {
    rows.column((BigDecimal) null);
    rows.column((Instant) null);
    rows.endRow();

    assertThat(all()).containsExactly("\\N\t\\N");
  }

  @Test
  void itGrowsWithItsRows() {
    for (int i = 0; i < 10_000; i++) {
      rows.column(new BigDecimal("12345.67"));
      rows.column(Instant.parse("2025-11-03T09:07:05Z"));
      rows.column(List.of("@", "I"));
      rows.endRow();
    }

    assertThat(all()).hasSize(10_000).containsOnly("12345.67\t2025-11-03T09:07:05Z\t{\"@\",\"I\"}");
  }

  @Test
  void itGrowsWithItsTexts() {
    column("x\t".repeat(40_000));
    rows.endRow();
    column("é".repeat(70_000));
    rows.endRow();

    assertThat(all()).containsExactly("x\\t".repeat(40_000), "é".repeat(70_000));
  }

  @Test
  void clearedItIsEmpty() {
    column("A");
    rows.endRow();
    column("half");
    rows.clear();

    assertThat(rows.rows()).isZero();
    column("B");
    rows.endRow();
    assertThat(all()).containsExactly("B");
  }

  private void column(String value) {
    rows.column(value.toCharArray(), 0, value.length());
  }

  private List<String> all() {
    String[] all = new String[rows.rows()];
    Arrays.setAll(all, rows::row);
    return List.of(all);
  }
}
