package dev.caravan.database;

import dev.caravan.archive.ArchiveWriter;
import dev.caravan.archive.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Writes all rows of all tables as they are at one moment, beside those who go on writing. No table
 * is changed meanwhile, nor a month dropped: whoever wants to waits, or tries again later.
 */
public final class Backup {
  /** Since then there are tables that lie in months. */
  private static final int FIRST_WITH_MONTHS = 62;

  private Backup() {}

  /**
   * Writes an archive. Memory is bounded, however many rows there are.
   *
   * @param version of this Caravan
   * @param figures count what is written
   */
  public static Manifest write(
      Database database, String version, OutputStream to, CopyFigures figures)
      throws SQLException, IOException {
    try (Connection connection = database.connectPatiently()) {
      List<String> locked = names(tables(connection));
      if (Database.migration(connection) == 0) {
        throw DatabaseException.lasting(
            "There is no data of Caravan's in " + database.place() + "; nothing was written.");
      }
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        // Before the first query, which takes the snapshot: a partition that somebody drops behind
        // it would be missing.
        statement.execute("lock table " + quoted(locked, ", ") + " in access share mode");
      }
      return write(connection, version, new ArchiveWriter(to), figures);
    }
  }

  private static Manifest write(
      Connection connection, String version, ArchiveWriter archive, CopyFigures figures)
      throws SQLException, IOException {
    int migration = Database.migration(connection);
    String[] state = state(connection);
    List<Manifest.Months> months = migration < FIRST_WITH_MONTHS ? List.of() : months(connection);
    Map<String, Long> sizes = sizes(connection);
    figures.begin(sizes.values().stream().mapToLong(Long::longValue).sum());
    List<Manifest.Table> tables = new ArrayList<>();
    for (Manifest.Table table : tables(connection)) {
      figures.next(sizes.getOrDefault(table.name(), 0L));
      String copy =
          "copy (select "
              + quoted(table.columns(), ", ")
              + " from public."
              + quoted(table.name())
              + ") to stdout (encoding 'UTF8')";
      tables.add(
          archive.table(
              table.name(),
              table.columns(),
              table.identity(),
              table.last(),
              text ->
                  connection
                      .unwrap(PGConnection.class)
                      .getCopyAPI()
                      .copyOut(copy, figures.counted(text))));
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT, version, migration, state[1], state[0], List.copyOf(tables), months);
    archive.finish(manifest);
    figures.end();
    return manifest;
  }

  private static Map<String, Long> sizes(Connection connection) throws SQLException {
    Map<String, Long> sizes = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(Sql.load("backup/select_sizes"))) {
      while (row.next()) {
        sizes.put(row.getString("name"), row.getLong("bytes"));
      }
    }
    return sizes;
  }

  /** The tables, without their rows. */
  static List<Manifest.Table> tables(Connection connection) throws SQLException {
    List<Manifest.Table> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(Sql.load("backup/select_tables"))) {
      while (row.next()) {
        Array names = row.getArray("names");
        tables.add(
            new Manifest.Table(
                row.getString("name"),
                Arrays.asList((String[]) names.getArray()),
                row.getString("identity"),
                row.getObject("last", Long.class),
                0,
                0,
                ""));
      }
    }
    return tables;
  }

  static List<String> names(List<Manifest.Table> tables) {
    return tables.stream().map(Manifest.Table::name).toList();
  }

  private static String[] state(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(Sql.load("backup/select_state"))) {
      row.next();
      return new String[] {row.getString("taken_at"), row.getString("postgresql")};
    }
  }

  private static List<Manifest.Months> months(Connection connection) throws SQLException {
    List<Manifest.Months> months = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(Sql.load("backup/select_months"))) {
      while (row.next()) {
        months.add(new Manifest.Months(row.getString("of_table"), row.getString("first")));
      }
    }
    return months;
  }

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String quoted(List<String> names, String between) {
    return names.stream().map(Backup::quoted).collect(Collectors.joining(between));
  }
}
