package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.support.TestDatabase;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What PostgreSQL makes of binary rows, told by PostgreSQL itself. */
class CopyIT {
  private static TestDatabase database;

  private final CopyRows rows = new CopyRows();
  private Connection connection;

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    connection = database.database().connect();
    connection.setAutoCommit(false);
  }

  @AfterEach
  void end() throws SQLException {
    connection.rollback();
    connection.close();
  }

  /**
   * Written as a statement has them, so that PostgreSQL compares them with what it reads itself.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "0.00",
        "1",
        "10",
        "100.10",
        "150.25",
        "0.05",
        "0.0001",
        "0.00001",
        "-37.63",
        "-0.004",
        "9999",
        "10000",
        "10001.5",
        "99990000.0001",
        "123456789012345.678",
        "999999999999999999",
        "-999999999999999999",
        "0.000000000000000001",
        "0.0000000000000000010",
        "9223372036854775808",
        "-12345678901234567890.1",
        "100000000000000000000000000000000000000000",
        "1.2999999523162841796875"
      })
  void aDecimalIsTheSameToTheLastPlace(String number) throws SQLException {
    rows.column(new BigDecimal(number));
    rows.endRow();

    copy("value numeric");

    assertThat(lines("select value::text from copied")).containsExactly(number);
    assertThat(lines("select (value = '" + number + "'::numeric)::text from copied"))
        .containsExactly("true");
  }

  @Test
  void everyPriceOfSoManyPlacesIsTheSame() throws SQLException {
    List<String> prices = new ArrayList<>();
    for (int places = 0; places <= 9; places++) {
      for (long unscaled = 1; unscaled < 100_000_000_000_000_000L; unscaled = 7 * unscaled + 3) {
        prices.add(BigDecimal.valueOf(unscaled, places).toPlainString());
        rows.column(unscaled, places);
        rows.endRow();
      }
    }

    copy("value numeric");

    assertThat(lines("select value::text from copied")).containsExactlyElementsOf(prices);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-11-03 09:07:05.123456+00",
        "2000-01-01 00:00:00+00",
        "1999-12-31 23:59:59.999999+00",
        "1969-12-31 23:59:59.999999+00",
        "0001-01-01 00:00:00+00",
        "9999-12-31 23:59:59.999999+00",
        "+100000-01-01 00:00:00+00"
      })
  void aTimeIsTheSameToTheMicrosecond(String time) throws SQLException {
    rows.column(Instant.parse(time.replace(' ', 'T').replace("+00", "Z")));
    rows.endRow();

    copy("value timestamptz");

    assertThat(
            lines(
                "select (value = '"
                    + time.replace("+100", "100")
                    + "'::timestamptz)::text from copied"))
        .containsExactly("true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-12-31T23:59:59Z",
        "-0001-11-20T15:00:00Z",
        "-4800-01-01T00:00:00Z",
        "-100000-01-01T00:00:00Z",
        "-1000000000-01-01T00:00:00Z",
        "+294247-01-11T00:00:00Z",
        "+1000000000-12-31T23:59:59Z"
      })
  void aTimeThatItHasNoPlaceForIsRefused(Instant time) throws SQLException {
    rows.column(time);
    rows.endRow();

    assertThatThrownBy(() -> copy("value timestamptz"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("timestamp out of range")
        .satisfies(e -> assertThat(Copy.isRefused((SQLException) e)).isTrue());
  }

  @Test
  void textsNumbersAndNullsAreThoseThatWereMeant() throws SQLException {
    String strange = "a\tb\\N\n\"é\" \uD83D\uDC2B";
    rows.column(strange);
    rows.column(strange.toCharArray(), 2, 5);
    rows.column("iex".getBytes(StandardCharsets.US_ASCII));
    rows.column("");
    rows.nullColumn();
    rows.smallColumn(999);
    rows.wholeColumn(Long.MIN_VALUE);
    rows.flagColumn(true);
    rows.column(List.of());
    rows.column(List.of("@", strange, ""));
    rows.endRow();

    copy(
        "a text, b text, c text, d text, e text, f smallint, g bigint, h boolean, i text[], j text[]");

    assertThat(lines("select a from copied")).containsExactly(strange);
    assertThat(lines("select b from copied")).containsExactly(strange.substring(2, 7));
    assertThat(
            lines(
                "select concat_ws('|', c, '[' || d || ']', e is null, f, g, h, i = '{}', cardinality(j),"
                    + " j[1], j[3] = '') from copied"))
        .containsExactly("iex|[]|t|999|-9223372036854775808|t|t|3|@|t");
    assertThat(lines("select j[2] from copied")).containsExactly(strange);
  }

  @Test
  void aPartOfTheRowsIsThatPart() throws SQLException {
    for (int i = 0; i < 5; i++) {
      rows.smallColumn(i);
      rows.endRow();
    }
    create("value smallint");

    Copy.in(connection, "copy copied from stdin (format binary)", rows, 1, 3);
    Copy.in(connection, "copy copied from stdin (format binary)", rows, 4, 5);
    Copy.in(connection, "copy copied from stdin (format binary)", rows, 0, 1);

    assertThat(lines("select value::text from copied")).containsExactly("1", "2", "4", "0");
  }

  @Test
  void aRowOfALetterIsTheRowThatItWas() throws SQLException {
    String strange = "a\tb\\N\n\"é\"\r";
    rows.column(strange);
    rows.nullColumn();
    rows.column(List.of("@", strange));
    rows.column(new BigDecimal("150.250"));
    rows.column(Instant.parse("2025-11-03T09:07:05.1234567Z"));
    rows.endRow();
    create("a text, b text, c text[], d numeric, e timestamptz");

    Copy.in(connection, "copy copied from stdin (format binary)", rows, 0, 1);
    Copy.row(connection, "copy copied from stdin", rows.row(0));

    assertThat(lines("select count(*)::text || count(distinct copied::text) from copied"))
        .containsExactly("21");
    assertThat(lines("select a from copied")).containsExactly(strange, strange);
  }

  private void create(String columns) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create temporary table copied (" + columns + ") on commit drop");
    }
  }

  private void copy(String columns) throws SQLException {
    create(columns);
    Copy.in(connection, "copy copied from stdin (format binary)", rows, 0, rows.rows());
  }

  private List<String> lines(String sql) {
    return new JdbcTemplate(new SingleConnectionDataSource(connection, true))
        .queryForList(sql, String.class);
  }
}
