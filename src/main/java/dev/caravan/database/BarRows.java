package dev.caravan.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGStatement;

/**
 * Bars on their way out of the database, as text: numbers with the digits that the table has, times
 * as the API writes them. Each series has a cursor of its own, in the order of the table's key, and
 * the cursors are merged: a sort of all the rows would come before the first one. Nothing is read
 * ahead of what is taken but {@value #AT_ONCE} rows. One thread at a time.
 */
public final class BarRows implements AutoCloseable {
  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");

  /** Rows that the driver holds of a series. */
  private static final int AT_ONCE = 2000;

  /** What all rows of a series have in common, and what no cursor has to give. */
  private static final List<String> COMMON = List.of("source", "feed", "symbol", "timeframe");

  /** The first column of a cursor. */
  private static final int TIME = 1;

  private static final String TIME_SQL = "timestamp";

  private final Connection connection;
  private final Map<String, Object> parameters;
  private final boolean descending;
  private final List<Series> series = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();
  private final List<Boolean> texts = new ArrayList<>();
  private final List<Boolean> times = new ArrayList<>();
  private String unknown;
  private Series current;

  /** One cursor, on its next row. */
  private static final class Series {
    private final List<String> common;
    private final ResultSet rows;
    private String time;

    Series(List<String> common, ResultSet rows) {
      this.common = common;
      this.rows = rows;
    }

    boolean next() throws SQLException {
      boolean there = rows.next();
      time = there ? rows.getString(TIME) : null;
      return there;
    }
  }

  BarRows(Connection connection, Map<String, Object> parameters) throws SQLException {
    this.connection = connection;
    this.parameters = parameters;
    this.descending = "desc".equals(parameters.get("order"));
    List<Map<String, Object>> wanted = new ArrayList<>();
    boolean known = false;
    try (PreparedStatement select = prepare("bars/select_feeds", parameters);
        ResultSet found = select.executeQuery()) {
      while (found.next()) {
        Map<String, Object> of = new HashMap<>(parameters);
        of.put("source", found.getString(1));
        of.put("feed", found.getString(2));
        of.put("symbol", found.getString(3));
        known = found.getBoolean(4);
        wanted.add(of);
      }
    }
    // Those that come first at one time are first in the list, whichever way time runs.
    if (descending) {
      Collections.reverse(wanted);
    }
    for (Map<String, Object> of : wanted) {
      open(of);
    }
    if (series.isEmpty() && !known) {
      unknown = (String) wanted.get(0).get("symbol");
    }
  }

  private void open(Map<String, Object> of) throws SQLException {
    boolean adjusted = Boolean.TRUE.equals(parameters.get("adjusted"));
    PreparedStatement read =
        prepare(adjusted ? "bars/read_adjusted_series" : "bars/read_series", of);
    read.setFetchSize(AT_ONCE);
    ResultSet rows = read.executeQuery();
    if (columns.isEmpty()) {
      describe(rows.getMetaData());
    }
    Series one = new Series(COMMON.stream().map(name -> (String) of.get(name)).toList(), rows);
    if (one.next()) {
      series.add(one);
    }
  }

  private void describe(ResultSetMetaData rows) throws SQLException {
    COMMON.forEach(name -> describe(name, false, true));
    for (int i = 1; i <= rows.getColumnCount(); i++) {
      boolean time = rows.getColumnTypeName(i).equals(TIME_SQL);
      describe(rows.getColumnLabel(i), time, time || rows.getColumnType(i) == Types.VARCHAR);
    }
  }

  private void describe(String column, boolean time, boolean text) {
    columns.add(column);
    times.add(time);
    texts.add(text);
  }

  /** The symbol that was asked for, where there is none such and no bar of it. */
  public Optional<String> unknown() {
    return Optional.ofNullable(unknown);
  }

  public List<String> columns() {
    return columns;
  }

  /** Whether a column holds texts, and neither numbers nor true and false. */
  public boolean isText(int column) {
    return texts.get(column);
  }

  /** Goes to the next row. */
  public boolean next() throws SQLException {
    if (current != null && !current.next()) {
      series.remove(current);
    }
    current = null;
    for (Series each : series) {
      if (current == null || before(each, current)) {
        current = each;
      }
    }
    return current != null;
  }

  /** The times are written from the year down, so that their texts have their order. */
  private boolean before(Series one, Series other) {
    int order = one.time.compareTo(other.time);
    return descending ? order > 0 : order < 0;
  }

  /** The value of this row, or null. */
  public String value(int column) throws SQLException {
    if (column < COMMON.size()) {
      return current.common.get(column);
    }
    int own = column - COMMON.size() + 1;
    String text = own == TIME ? current.time : current.rows.getString(own);
    if (text == null) {
      return null;
    }
    return times.get(column) ? time(text) : isText(column) ? text : literal(text);
  }

  /** Time, source and feed of this row. */
  public List<String> key() {
    return List.of(time(current.time), current.common.get(0), current.common.get(1));
  }

  /** The key of the last row of the page that was asked for, where there are rows behind it. */
  public Optional<List<String>> endOfPage() throws SQLException {
    try (PreparedStatement select = prepare("bars/select_page_end", parameters);
        ResultSet found = select.executeQuery()) {
      return found.next() && found.getBoolean("more")
          ? Optional.of(
              List.of(
                  time(found.getString("ts")), found.getString("source"), found.getString("feed")))
          : Optional.empty();
    }
  }

  /** Gives the connection back; what was not read stays in the database. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** {@code t} and {@code f} are PostgreSQL's. */
  private static String literal(String text) {
    return switch (text) {
      case "t" -> "true";
      case "f" -> "false";
      default -> text;
    };
  }

  /** {@code 2026-11-20 14:30:00.25} as {@code 2026-11-20T14:30:00.250000Z}. */
  private static String time(String text) {
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
  private PreparedStatement prepare(String name, Map<String, Object> values) throws SQLException {
    String sql = Sql.load(name);
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
