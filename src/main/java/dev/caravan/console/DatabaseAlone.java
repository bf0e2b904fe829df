package dev.caravan.console;

import dev.caravan.database.Database;
import dev.caravan.database.DatabaseException;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.Settings;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The database without any route, for a command that looks something up or changes a few rows. */
final class DatabaseAlone {
  private DatabaseAlone() {}

  /** What is done with it. */
  interface Work<T> {
    T on(Database database) throws SQLException;
  }

  /**
   * Opens the database, as a Caravan beside this one or in its stead, and closes it afterwards.
   *
   * @throws DatabaseException with what is wrong in one line
   */
  static <T> T with(Work<T> work) {
    // The answer is what a person reads here, not the log between its lines.
    System.setProperty("caravan.log.level", "ERROR");
    Settings settings = Settings.load(Map.of(), Map.of());
    Database database =
        Database.open(CaravanRuntime.databaseOptions(settings, CaravanRuntime.Mode.ONE_SHOT));
    AtomicBoolean open = new AtomicBoolean(true);
    Runnable close =
        () -> {
          if (open.getAndSet(false)) {
            database.close();
          }
        };
    // Ctrl-C in the middle must not leave a server behind.
    java.lang.Runtime.getRuntime().addShutdownHook(new Thread(close, "stop"));
    try {
      return work.on(database);
    } catch (SQLException e) {
      throw new DatabaseException(
          "The database " + database.place() + " refused: " + e.getMessage(), true, e);
    } finally {
      close.run();
    }
  }
}
