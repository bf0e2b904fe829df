package dev.caravan.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trades, or quotes, of one symbol in the order of time, by one cursor. */
final class TickRows extends PageRows {
  private final Map<String, Object> parameters = new HashMap<>();
  private final String table;
  private final List<String> key;
  private final ResultSet rows;
  private boolean first;
  private final String unknown;

  /**
   * @param table also the folder of its statements {@code read_page} and {@code select_page_end}
   * @param key the columns by which rows are ordered and named, the time first
   */
  TickRows(Connection connection, String table, List<String> key, Map<String, Object> asked)
      throws SQLException {
    super(connection);
    this.table = table;
    this.key = key;
    parameters.putAll(asked);
    boolean known;
    try (PreparedStatement select = prepare("symbols/select_spelled", asked);
        ResultSet symbol = select.executeQuery()) {
      symbol.next();
      parameters.put("symbol", symbol.getString("symbol"));
      known = symbol.getBoolean("known");
    }
    PreparedStatement read = prepare(table + "/read_page", parameters);
    read.setFetchSize(AT_ONCE);
    rows = read.executeQuery();
    describe(SqlColumns.of(rows.getMetaData()));
    first = rows.next();
    unknown = first || known ? null : (String) parameters.get("symbol");
  }

  @Override
  public Optional<String> unknown() {
    return Optional.ofNullable(unknown);
  }

  @Override
  public boolean next() throws SQLException {
    if (first) {
      first = false;
      return true;
    }
    return rows.next();
  }

  @Override
  public String value(int column) throws SQLException {
    return written(column, rows.getString(column + 1));
  }

  @Override
  public List<String> key() throws SQLException {
    return key(rows);
  }

  @Override
  public Optional<List<String>> endOfPage() throws SQLException {
    try (PreparedStatement select = prepare(table + "/select_page_end", parameters);
        ResultSet found = select.executeQuery()) {
      return found.next() && found.getBoolean("more") ? Optional.of(key(found)) : Optional.empty();
    }
  }

  private List<String> key(ResultSet row) throws SQLException {
    List<String> parts = new ArrayList<>();
    for (String column : key) {
      String text = row.getString(column);
      parts.add(parts.isEmpty() ? time(text) : text);
    }
    return parts;
  }
}
