package dev.caravan.database;

import dev.caravan.archive.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGStatement;

/**
 * The rows of a page on their way out of the database, as text: numbers with the digits that the
 * table has, times as the API writes them. Nothing is read ahead of what is taken but a few
 * thousand rows. One thread at a time.
 */
public abstract class PageRows implements AutoCloseable {
  /** Rows that the driver holds of a cursor. */
  static final int AT_ONCE = 2000;

  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");

  private final Connection connection;
  private final List<Column> columns = new ArrayList<>();

  PageRows(Connection connection) {
    this.connection = connection;
  }

  /** The symbol that was asked for, where there is none such and no row of it. */
  public abstract Optional<String> unknown();

  /** Goes to the next row. */
  public abstract boolean next() throws SQLException;

  /** The value of this row, or null. */
  public abstract String value(int column) throws SQLException;

  /** What names this row in the order of the page. */
  public abstract List<String> key() throws SQLException;

  /** The key of the last row of the page that was asked for, where there are rows behind it. */
  public abstract Optional<List<String>> endOfPage() throws SQLException;

  public final List<Column> columns() {
    return columns;
  }

  /** Whether a value is written as a text, and neither as a number, true or false, nor as JSON. */
  public final boolean isText(int column) {
    return switch (columns.get(column).kind()) {
      case TEXT, TIME, DATE -> true;
      default -> false;
    };
  }

  /** Gives the connection back; what was not read stays in the database. */
  @Override
  public final void close() throws SQLException {
    connection.close();
  }

  final void describe(List<Column> next) {
    columns.addAll(next);
  }

  /** A value as the driver gives it, as the API writes it. */
  final String written(int column, String text) {
    if (text == null) {
      return null;
    }
    return switch (columns.get(column).kind()) {
      case TIME -> time(text);
      // PostgreSQL says t and f.
      case TRUTH -> Boolean.toString(text.equals("t"));
      default -> text;
    };
  }

  /** {@code 2026-11-20 14:30:00.25} as {@code 2026-11-20T14:30:00.250000Z}. */
  static String time(String text) {
    StringBuilder time = new StringBuilder(27).append(text);
    time.setCharAt(10, 'T');
    int point = text.indexOf('.');
    if (point >= 0) {
      for (int digits = text.length() - point - 1; digits < 6; digits++) {
        time.append('0');
      }
    }
    return time.append('Z').toString();
  }

  /** Always unnamed: the driver would fetch a named one as binary, whose numbers are no text. */
  final PreparedStatement prepare(String name, Map<String, Object> values) throws SQLException {
    return prepareText(Sql.load(name), values);
  }

  final PreparedStatement prepareText(String sql, Map<String, Object> values) throws SQLException {
    PreparedStatement statement =
        connection.prepareStatement(PARAMETER.matcher(sql).replaceAll("?"));
    statement.unwrap(PGStatement.class).setPrepareThreshold(0);
    Matcher parameter = PARAMETER.matcher(sql);
    for (int i = 1; parameter.find(); i++) {
      statement.setObject(i, values.get(parameter.group(1)));
    }
    return statement;
  }
}
