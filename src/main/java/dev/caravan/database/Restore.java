package dev.caravan.database;

import dev.caravan.archive.ArchiveReader;
import dev.caravan.archive.FileFault;
import dev.caravan.archive.Manifest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Brings a backup into an empty database, in one transaction: all of it, or nothing. The tables are
 * made as they were where the rows come from, and then brought up to date.
 */
public final class Restore {
  /** What migrations fill: rows there say nothing of a database's use. */
  private static final Set<String> FILLED_BY_MIGRATIONS = Set.of("feeds");

  private static final int BUFFER = 1 << 16;

  private static final String ADVICE =
      "A backup is restored into an empty database alone: give it one, or another"
          + " caravan.database.directory.";

  private Restore() {}

  /**
   * Does it.
   *
   * @param database opened as it is
   * @param figures count what is restored
   * @return tables of the archive that are none of Caravan's, whose rows were left out
   * @throws FileFault where the archive is damaged or from a later Caravan
   * @throws DatabaseException where the database is not empty
   */
  public static List<String> from(ArchiveReader archive, Database database, CopyFigures figures)
      throws SQLException {
    Manifest manifest = archive.manifest();
    int newest = database.newestMigration();
    if (manifest.migration() > newest) {
      throw new FileFault(
          "The backup was written by Caravan "
              + manifest.caravan()
              + " (migration "
              + manifest.migration()
              + "); this one knows no later migration than "
              + newest
              + ". Restore it with that version or a later one.");
    }
    try (Connection connection = database.connectPatiently()) {
      refuseUsed(connection, database);
      int migration = Database.migration(connection);
      if (migration > manifest.migration()) {
        throw DatabaseException.lasting(
            database.place()
                + " has the tables of a later Caravan (migration "
                + migration
                + ") than the backup ("
                + manifest.migration()
                + "); restore into a database without tables.");
      }
      database.migrate(String.valueOf(manifest.migration()));
      List<String> left = rows(connection, archive, database, figures);
      database.migrate("latest");
      try (Statement statement = connection.createStatement()) {
        // Until the server does so by itself, it would plan as for empty tables.
        statement.execute("analyze");
      }
      figures.end();
      return left;
    }
  }

  private static List<String> rows(
      Connection connection, ArchiveReader archive, Database database, CopyFigures figures)
      throws SQLException {
    Manifest manifest = archive.manifest();
    connection.setAutoCommit(false);
    boolean done = false;
    try (Statement statement = connection.createStatement()) {
      Map<String, Manifest.Table> here =
          Backup.tables(connection).stream()
              .collect(Collectors.toMap(Manifest.Table::name, Function.identity()));
      statement.execute(
          "lock table "
              + Backup.quoted(List.copyOf(here.keySet()), ", ")
              + " in access exclusive mode");
      // Whoever came before the lock.
      refuseUsed(connection, database);
      for (Manifest.Months months : manifest.months()) {
        statement.execute(
            Sql.filled(
                "month_partitions/begin_months",
                Map.of("table", months.table(), "first", months.first())));
      }
      figures.begin(manifest.tables().stream().mapToLong(Manifest.Table::bytes).sum());
      List<String> left = new ArrayList<>();
      for (Manifest.Table table : manifest.tables()) {
        figures.next(table.bytes());
        if (here.containsKey(table.name())) {
          table(statement, archive, table, here.get(table.name()), figures);
        } else {
          left.add(table.name());
        }
      }
      connection.commit();
      done = true;
      return left;
    } finally {
      if (!done) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    }
  }

  private static void table(
      Statement statement,
      ArchiveReader archive,
      Manifest.Table table,
      Manifest.Table here,
      CopyFigures figures)
      throws SQLException {
    if (!here.columns().containsAll(table.columns())) {
      List<String> lacking = new ArrayList<>(table.columns());
      lacking.removeAll(here.columns());
      throw new FileFault(
          "Table "
              + table.name()
              + " of the backup has columns that are none of Caravan's: "
              + String.join(", ", lacking)
              + ". Nothing was restored; drop them where the backup comes from, and write it again.");
    }
    String name = "public." + Backup.quoted(table.name());
    statement.execute("delete from " + name);
    // The rows are what the triggers have made of them.
    statement.execute("alter table " + name + " disable trigger user");
    String copy =
        "copy "
            + name
            + " ("
            + Backup.quoted(table.columns(), ", ")
            + ") from stdin (encoding 'UTF8')";
    archive.table(
        table,
        text -> {
          try {
            return statement
                .getConnection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(copy, figures.counted(text), BUFFER);
          } catch (SQLException e) {
            if (isOfTheText(e)) {
              throw archive.damaged(table, e);
            }
            throw e;
          }
        });
    statement.execute("alter table " + name + " enable trigger user");
    if (here.identity() != null) {
      countOn(statement.getConnection(), table, here.identity());
    }
  }

  /** Numbers that were given are not given again, whether their rows are still there or not. */
  private static void countOn(Connection connection, Manifest.Table table, String identity)
      throws SQLException {
    String name = "public." + Backup.quoted(table.name());
    try (PreparedStatement set =
        connection.prepareStatement(
            "select setval(pg_get_serial_sequence(?, ?), x.last)"
                + " from (select greatest((select max("
                + Backup.quoted(identity)
                + ") from "
                + name
                + "), ?::bigint) as last) x where x.last is not null")) {
      set.setString(1, name);
      set.setString(2, identity);
      set.setObject(3, table.last());
      set.execute();
    }
  }

  /** Text that is none of a row, and rows that the table refuses. */
  private static boolean isOfTheText(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("22") || state.startsWith("23");
  }

  private static void refuseUsed(Connection connection, Database database) throws SQLException {
    boolean ours = Database.migration(connection) > 0;
    for (Manifest.Table table : Backup.tables(connection)) {
      if (!ours) {
        throw DatabaseException.lasting(
            database.place()
                + " is not empty: it has a table "
                + table.name()
                + ", and none of Caravan's. "
                + ADVICE);
      }
      if (!FILLED_BY_MIGRATIONS.contains(table.name()) && hasRows(connection, table.name())) {
        throw DatabaseException.lasting(
            database.place() + " is not empty: table " + table.name() + " has rows. " + ADVICE);
      }
    }
  }

  private static boolean hasRows(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select exists (select from public." + Backup.quoted(table) + ")")) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
