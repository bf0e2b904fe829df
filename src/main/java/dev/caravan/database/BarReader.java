package dev.caravan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** Reads bars by a cursor: however many they are, a few thousand at a time are in memory. */
public final class BarReader {
  private DataSource dataSource;

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * The bars that {@code bars/page_bars} gives for the same parameters, in the same order, all as
   * they were at one moment. They keep a connection until they are closed.
   *
   * @throws SQLException where the database refuses, or no connection is free
   */
  public BarRows read(Map<String, Object> parameters) throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      return new BarRows(connection, parameters);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
