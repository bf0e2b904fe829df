package dev.caravan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Reads rows by cursors: however many they are, a few thousand at a time are in memory. */
public final class PageReader {
  private static final List<String> TRADE = List.of("ts", "nanos", "exchange", "trade_id");

  private DataSource dataSource;

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * The rows that {@code bars/page_bars} or {@code trades/page_trades} gives for the same
   * parameters, in the same order, or all those of an export; all as they were at one moment. They
   * keep a connection until they are closed.
   *
   * @param rows {@code bars}, {@code trades} or {@code export}
   * @throws SQLException where the database refuses, or no connection is free
   */
  public PageRows read(String rows, Map<String, Object> parameters) throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      return switch (rows) {
        case "bars" -> new BarRows(connection, parameters);
        case "trades" -> new TickRows(connection, rows, TRADE, parameters);
        case "export" -> new ExportRows(connection, parameters);
        default -> throw new IllegalArgumentException("No rows of " + rows);
      };
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
