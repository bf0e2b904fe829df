package dev.caravan.support;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that goes on as time does and that a test may put forward, where only time would pass: of
 * this JVM and of a database alike. There schema {@code leap} has functions of the names of
 * PostgreSQL's clocks, and stands before {@code pg_catalog} on the search path of whoever connects
 * from then on.
 */
public final class LeapClock extends Clock {
  private static final String CLOCKS =
      """
      create schema leap;
      create table leap.ahead (by interval not null);
      insert into leap.ahead values ('0');
      create function leap.now() returns timestamptz language sql stable
        as 'select pg_catalog.now() + by from leap.ahead';
      create function leap.transaction_timestamp() returns timestamptz language sql stable
        as 'select pg_catalog.now() + by from leap.ahead';
      create function leap.statement_timestamp() returns timestamptz language sql stable
        as 'select pg_catalog.statement_timestamp() + by from leap.ahead';
      create function leap.clock_timestamp() returns timestamptz language sql volatile
        as 'select pg_catalog.clock_timestamp() + by from leap.ahead';
      do $$
      begin
        execute format(
          'alter database %I set search_path = public, leap, pg_catalog', current_database());
      end $$
      """;

  private final TestDatabase database;
  private volatile Duration ahead = Duration.ZERO;

  public LeapClock(TestDatabase database) {
    this.database = database;
    database.execute(CLOCKS);
    database.relogin();
  }

  /** Puts it forward. What is under way meanwhile may see the clocks apart for a moment. */
  public void leap(Duration by) {
    ahead = ahead.plus(by);
    database.execute("update leap.ahead set by = interval '" + ahead.toMillis() + " ms'");
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
