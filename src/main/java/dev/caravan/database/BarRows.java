package dev.caravan.database;

import dev.caravan.archive.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bars, of which each series has a cursor of its own, in the order of the table's key, and the
 * cursors are merged: a sort of all the rows would come before the first one.
 */
final class BarRows extends PageRows {
  /** What all rows of a series have in common, and what no cursor has to give. */
  private static final List<String> COMMON = List.of("source", "feed", "symbol", "timeframe");

  /** The first column of a cursor. */
  private static final int TIME = 1;

  private final Map<String, Object> parameters;
  private final boolean descending;
  private final List<Series> series = new ArrayList<>();
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
    super(connection);
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
    if (columns().isEmpty()) {
      describe(COMMON.stream().map(name -> new Column(name, Column.Kind.TEXT)).toList());
      describe(SqlColumns.of(rows.getMetaData()));
    }
    Series one = new Series(COMMON.stream().map(name -> (String) of.get(name)).toList(), rows);
    if (one.next()) {
      series.add(one);
    }
  }

  @Override
  public Optional<String> unknown() {
    return Optional.ofNullable(unknown);
  }

  @Override
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

  @Override
  public String value(int column) throws SQLException {
    if (column < COMMON.size()) {
      return current.common.get(column);
    }
    int own = column - COMMON.size() + 1;
    return written(column, own == TIME ? current.time : current.rows.getString(own));
  }

  /** Time, source and feed of this row. */
  @Override
  public List<String> key() {
    return List.of(time(current.time), current.common.get(0), current.common.get(1));
  }

  @Override
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
}
