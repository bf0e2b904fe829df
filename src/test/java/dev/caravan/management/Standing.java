package dev.caravan.management;

import dev.caravan.database.OperationalSnapshot;
import dev.caravan.support.TestDatabase;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What a database says now: a snapshot keeps what it read for five seconds. */
final class Standing {
  private Standing() {}

  static OperationalSnapshot of(TestDatabase database) {
    OperationalSnapshot standing = new OperationalSnapshot();
    standing.setKafka(true);
    standing.setDataSource(
        new DriverManagerDataSource(database.url(), TestDatabase.user(), TestDatabase.password()));
    return standing;
  }
}
