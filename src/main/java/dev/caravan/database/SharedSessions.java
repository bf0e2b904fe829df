package dev.caravan.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Whether connections are sessions of the server, or a pooler such as pgbouncer lends them one for
 * a transaction or a statement, in which case names, settings and locks of a session mean nothing.
 */
public final class SharedSessions {
  private SharedSessions() {}

  /**
   * Looks at two connections of one kind, outside and inside of transactions.
   *
   * @return whether they have shared a session, or one of them had several
   */
  public static boolean areBehind(Connection one, Connection other) throws SQLException {
    try (Statement first = one.createStatement();
        Statement second = other.createStatement()) {
      long before = session(first);
      if (session(second) == before) {
        return true;
      }
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      long theirs = session(second);
      long after = session(first);
      one.rollback();
      other.rollback();
      one.setAutoCommit(true);
      other.setAutoCommit(true);
      return before == theirs || before != after;
    }
  }

  private static long session(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getLong(1);
    }
  }
}
