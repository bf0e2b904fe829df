package dev.caravan.database;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Where flows, accounts, prices and gaps stand, for health, metrics and JMX. The database is asked
 * at most every five seconds, and not at all while nobody looks; and nobody waits for it longer
 * than two seconds, however many ask.
 */
public final class OperationalSnapshot {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int STATEMENT_SECONDS = 5;

  private DataSource dataSource;
  private Clock clock = Clock.systemUTC();
  private boolean kafka;
  private CompletableFuture<Reading> reading;
  private long askedNanos;

  /** The last run of a flow that came to an end. */
  public record Run(String status, Instant startedAt, Instant finishedAt, String error) {}

  /**
   * A provider account.
   *
   * @param providerLimit requests a minute by the provider's own word, or null
   * @param refusals refusals in a row
   * @param pausedUntil when it goes on, or null where it is not paused
   * @param taken requests of the last 60 s that count
   */
  public record Account(Integer providerLimit, int refusals, Instant pausedUntil, int taken) {}

  /**
   * A partition that the stream comes by.
   *
   * @param secondsBehind by how much it is stored behind what was received, or null
   */
  public record Partition(String topic, int partition, Double secondsBehind) {}

  /**
   * What goes by Kafka.
   *
   * @param partitions those that the stream comes by
   * @param receivedTo up to when the stream was received, or null
   * @param oldestChange the number of the oldest change that is not published, or null
   */
  public record Kafka(List<Partition> partitions, Instant receivedTo, Long oldestChange) {
    static final Kafka NONE = new Kafka(List.of(), null, null);
  }

  /**
   * What was read together.
   *
   * @param runs by flow; a flow that never ran is not there
   * @param accounts by name; one that was never used is not there
   * @param newestPrice the time of the newest price, or null
   * @param openGaps gaps that are not settled yet
   * @param abandonedGaps gaps that were given up
   * @param rowsWithoutMonth rows in a default partition, which are to be none
   * @param databaseAhead by how much the database's clock is ahead of this process's for certain
   */
  public record Reading(
      Map<String, Run> runs,
      Map<String, Account> accounts,
      Instant newestPrice,
      long openGaps,
      long abandonedGaps,
      Kafka kafka,
      long rowsWithoutMonth,
      Duration databaseAhead) {}

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  public void setClock(Clock clock) {
    this.clock = clock;
  }

  /** Whether anything goes by Kafka; what does not is not asked for. */
  public void setKafka(boolean kafka) {
    this.kafka = kafka;
  }

  /** The last reading; empty while the database does not answer. */
  public Optional<Reading> latest() {
    CompletableFuture<Reading> current;
    long patience;
    synchronized (this) {
      long now = System.nanoTime();
      if (reading == null || (reading.isDone() && now - askedNanos >= FRESH_NANOS)) {
        askedNanos = now;
        reading = start();
      }
      current = reading;
      patience = Math.max(0, PATIENCE_NANOS - (now - askedNanos));
    }
    try {
      return Optional.of(current.get(patience, TimeUnit.NANOSECONDS));
    } catch (TimeoutException | ExecutionException away) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private CompletableFuture<Reading> start() {
    CompletableFuture<Reading> started = new CompletableFuture<>();
    // One at a time: the next is not begun before this one is done.
    Thread reader =
        new Thread(
            () -> {
              try {
                started.complete(read());
              } catch (RuntimeException away) {
                started.completeExceptionally(away);
              }
            },
            "standing");
    reader.setDaemon(true);
    reader.start();
    return started;
  }

  private Reading read() {
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    jdbc.setQueryTimeout(STATEMENT_SECONDS);
    Map<String, Run> runs = new HashMap<>();
    jdbc.query(
        Sql.load("flow_runs/select_ended_runs"),
        row -> {
          runs.put(
              row.getString("flow"),
              new Run(
                  row.getString("status"),
                  instant(row.getTimestamp("started_at")),
                  instant(row.getTimestamp("finished_at")),
                  row.getString("error")));
        });
    Map<String, Account> accounts = new HashMap<>();
    jdbc.query(
        Sql.load("request_budgets/select_accounts"),
        row -> {
          accounts.put(
              row.getString("account"),
              new Account(
                  row.getObject("provider_limit", Integer.class),
                  row.getInt("refusals"),
                  instant(row.getTimestamp("paused_until")),
                  row.getInt("taken")));
        });
    Timestamp newest =
        jdbc.queryForObject(Sql.load("price_snapshots/select_newest_time"), Timestamp.class);
    Map<String, Object> gaps = jdbc.queryForMap(Sql.load("gaps/count_gaps"));
    return new Reading(
        Map.copyOf(runs),
        Map.copyOf(accounts),
        instant(newest),
        ((Number) gaps.get("open")).longValue(),
        ((Number) gaps.get("abandoned")).longValue(),
        kafka ? kafka(jdbc) : Kafka.NONE,
        jdbc.queryForObject(Sql.load("month_partitions/count_strays"), Long.class),
        databaseAhead(jdbc));
  }

  private static Kafka kafka(JdbcTemplate jdbc) {
    return new Kafka(
        jdbc.query(
            Sql.load("store_watermarks/select_lags"),
            (row, number) ->
                new Partition(
                    row.getString("topic"),
                    row.getInt("partition"),
                    row.getObject("seconds_behind", Double.class))),
        instant(
            jdbc.queryForObject(Sql.load("stream_watermarks/select_received"), Timestamp.class)),
        jdbc.queryForObject(Sql.load("changes/select_oldest"), Long.class));
  }

  private Duration databaseAhead(JdbcTemplate jdbc) {
    Instant before = clock.instant();
    Instant theirs =
        jdbc.queryForObject(Sql.load("database_checks/select_now"), Timestamp.class).toInstant();
    Instant after = clock.instant();
    if (theirs.isAfter(after)) {
      return Duration.between(after, theirs);
    }
    return theirs.isBefore(before) ? Duration.between(before, theirs) : Duration.ZERO;
  }

  private static Instant instant(Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }

  /** How long ago something was; negative never. */
  public static Duration age(Instant then) {
    Duration age = Duration.between(then, Instant.now());
    return age.isNegative() ? Duration.ZERO : age;
  }
}
