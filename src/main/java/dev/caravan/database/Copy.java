package dev.caravan.database;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.PSQLException;

/**
 * PostgreSQL's COPY from memory, within a transaction that goes on whatever becomes of it. Rows
 * that are new go straight into their table, as fast as it gets; the caller merges only those that
 * turn out to be there already.
 */
public final class Copy {
  private static final String CHECK_VIOLATION = "23514";

  private Copy() {}

  /**
   * Tries to take all rows. Where one is there already or PostgreSQL refuses it, nothing of them is
   * stored, and the transaction is as it was before.
   *
   * @param connection within a transaction
   * @param sql {@code copy TABLE (COLUMNS) from stdin (format binary)}
   * @return whether they are stored
   * @throws SQLException where it was not for the rows: trying again may help
   */
  public static boolean tried(Connection connection, String sql, CopyRows rows)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      in(connection, sql, rows, 0, rows.rows());
    } catch (SQLException e) {
      if (!isRefused(e)) {
        throw e;
      }
      connection.rollback(before);
      return false;
    }
    connection.releaseSavepoint(before);
    return true;
  }

  /** Takes the rows from one to another, or fails. */
  public static void in(Connection connection, String sql, CopyRows rows, int from, int to)
      throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      rows.write(copy, from, to);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** Takes one row in the text format, as {@link CopyRows#row} gives it, or fails. */
  public static void row(Connection connection, String sql, String row) throws SQLException {
    try {
      connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(row + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether PostgreSQL refuses the row itself, so that trying again is no use. */
  public static boolean isRefused(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.equals(CHECK_VIOLATION) && !namesConstraint(e)) {
      // No partition takes it: the tables lack something, and the row is as good as any.
      return false;
    }
    // Of class 23 is a row that is there already; of class 54 what an index does not take because
    // it is too long.
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
  }

  private static boolean namesConstraint(SQLException e) {
    return e instanceof PSQLException told
        && told.getServerErrorMessage() != null
        && told.getServerErrorMessage().getConstraint() != null;
  }
}
