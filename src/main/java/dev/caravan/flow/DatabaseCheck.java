package dev.caravan.flow;

import java.util.List;
import java.util.Map;

/** Whether the database gave back what was written into it. */
public final class DatabaseCheck {
  private DatabaseCheck() {}

  /**
   * Compares the run that was written with the rows of {@code sql/database_checks/read_check.sql}.
   *
   * @throws IllegalStateException where another run, or none, came back
   */
  public static void same(Long run, List<Map<String, Object>> rows) {
    Object read = rows.isEmpty() ? null : rows.get(0).get("run_id");
    if (!run.equals(read)) {
      throw new IllegalStateException(
          "The database gave back "
              + (read == null ? "nothing" : "run " + read)
              + " where run "
              + run
              + " was written: look whether a trigger, a replica or another program is in the way");
    }
  }
}
