package dev.caravan.support;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Asks a database by connections that are kept: a test asks thousands of times, and each login is a
 * process of the server and the work of a password. One that the server has ended is made anew.
 */
final class KeptLogins implements AutoCloseable {
  private final Login login;

  /** Those that nobody uses now. */
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

  interface Login {
    Connection made() throws SQLException;
  }

  interface Work<T> {
    T on(Statement statement) throws SQLException;
  }

  KeptLogins(Login login) {
    this.login = login;
  }

  /** All rows of a query, each a map from column to value. */
  List<Map<String, Object>> query(String sql) {
    return with(statement -> rows(statement, sql));
  }

  <T> T with(Work<T> work) {
    try {
      Connection connection = idle.poll();
      if (connection == null || !connection.isValid(0)) {
        connection = login.made();
      }
      try (Statement statement = connection.createStatement()) {
        T done = work.on(statement);
        idle.push(connection);
        return done;
      } catch (SQLException failed) {
        connection.close();
        throw failed;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Map<String, Object>> rows(Statement statement, String sql)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      List<Map<String, Object>> all = new ArrayList<>();
      while (rows.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.put(rows.getMetaData().getColumnLabel(i), rows.getObject(i));
        }
        all.add(row);
      }
      return all;
    }
  }

  /** Logs out; whoever asks again logs in anew. */
  @Override
  public void close() {
    try {
      for (Connection each = idle.poll(); each != null; each = idle.poll()) {
        each.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
