package dev.caravan.support;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads Parquet as a notebook would, by a reader that is not ours. */
public final class DuckDb {
  private DuckDb() {}

  /**
   * The first column of what a query gives.
   *
   * @param query with {@code '%s'} for the file
   */
  public static List<String> read(String query, Path file) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query.formatted(file))) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }
}
