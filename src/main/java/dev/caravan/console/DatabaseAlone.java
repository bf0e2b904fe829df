package dev.caravan.console;

import dev.caravan.database.Database;
import dev.caravan.database.DatabaseException;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.Settings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

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
    return with(() -> Database.open(options()), work);
  }

  /** The same, but leaves its tables as they are: none may be there yet, or older ones. */
  static <T> T asItIs(Work<T> work) {
    return with(() -> Database.openAsItIs(options()), work);
  }

  /** The same with the data in the directory of an older Caravan, whatever the settings name. */
  static <T> T asItWas(Path directory, Work<T> work) {
    return with(() -> Database.openAsItWas(directory), work);
  }

  private static Database.Options options() {
    Settings settings = Settings.load(Map.of(), Map.of());
    return CaravanRuntime.databaseOptions(settings, CaravanRuntime.Mode.ONE_SHOT);
  }

  private static <T> T with(Supplier<Database> open, Work<T> work) {
    // The answer is what a person reads here, not the log between its lines.
    System.setProperty("caravan.log.level", "ERROR");
    Database database = open.get();
    AtomicBoolean opened = new AtomicBoolean(true);
    Runnable close =
        () -> {
          if (opened.getAndSet(false)) {
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
