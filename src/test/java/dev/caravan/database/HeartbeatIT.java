package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who is alive, told by heartbeats and never by connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeartbeatIT {
  private static final Duration BEAT = Duration.ofMillis(100);
  private static final String OTHER = "caravan elsewhere 7 12345678";

  private final TestDatabase database = TestDatabase.fresh();
  private final Database ours = database.database();
  private Heartbeat heartbeat;

  @BeforeEach
  void beat() {
    database.empty();
    heartbeat = new Heartbeat(ours, "test", null, BEAT);
    heartbeat.start();
  }

  @AfterEach
  void end() {
    heartbeat.close();
  }

  @AfterAll
  void drop() {
    database.close();
  }

  @Test
  void aProcessBeatsAndLeavesNothingBehindWhenItEnds() {
    assertThat(database.query("select node, pid, version from cluster_nodes"))
        .containsExactly(
            Map.of(
                "node", ours.process(), "pid", ProcessHandle.current().pid(), "version", "test"));
    Object first = database.value("select seen_at from cluster_nodes");
    await().until(() -> !database.value("select seen_at from cluster_nodes").equals(first));
    database.execute(
        "insert into stream_owners values ('alpaca', 'iex', '"
            + ours.process()
            + "', 'here', now()), ('alpaca', 'sip', '"
            + OTHER
            + "', 'elsewhere', now())");

    heartbeat.close();

    assertThat(database.count("select count(*) from cluster_nodes")).isZero();
    assertThat(database.query("select feed, owner from stream_owners"))
        .as("only the number of the last holder is kept")
        .containsExactlyInAnyOrder(
            Map.of("feed", "iex", "owner", "nobody"), Map.of("feed", "sip", "owner", OTHER));
  }

  @Test
  void aRunOfAProcessThatBeatsGoesOnThoughItHasNoConnection() {
    other("seen_at = clock_timestamp() - interval '25 s'");
    steady();
    running(OTHER);

    assertThat(ours.interruptDeadRuns()).isZero();
    assertThat(status()).isEqualTo("running");
  }

  @Test
  void aRunOfAProcessThatIsSilentFor30SecondsIsCutOff() {
    other("seen_at = clock_timestamp() - interval '31 s'");
    steady();
    running(OTHER);

    assertThat(ours.interruptDeadRuns()).isEqualTo(1);
    assertThat(status()).isEqualTo("interrupted");
  }

  @Test
  void afterTheDatabaseWasAwayTheFirstOneBackCallsNobodyDead() {
    other("seen_at = clock_timestamp() - interval '3 h'");
    running(OTHER);
    // Nobody has beaten for a while, we among them.
    database.execute(
        "update cluster_nodes set steady_since = clock_timestamp() - interval '1 day',"
            + " seen_at = clock_timestamp() - interval '40 s' where node = '"
            + ours.process()
            + "'");
    await()
        .until(
            () ->
                database.count(
                        "select count(*) from cluster_nodes where node = '"
                            + ours.process()
                            + "' and seen_at > clock_timestamp() - interval '5 s'")
                    == 1);

    assertThat(ours.interruptDeadRuns()).isZero();
    steady();
    assertThat(ours.interruptDeadRuns()).isEqualTo(1);
  }

  @Test
  void aClockOfTheDatabaseThatIsSetForwardKillsNobody() {
    steady();
    // What a step of two minutes looks like: all beats are from before it.
    database.execute(
        "update cluster_nodes set seen_at = seen_at - interval '2 min',"
            + " steady_since = steady_since - interval '2 min'");
    other("seen_at = clock_timestamp() - interval '2 min'");
    running(OTHER);

    assertThat(ours.interruptDeadRuns()).isZero();
  }

  @Test
  void aProcessThatDiedBeforeTheClockWasSetBackIsDeadWithoutWaitingForThatTime() {
    other("seen_at = clock_timestamp() + interval '1 day'");
    running(OTHER);
    await()
        .until(
            () ->
                database.count(
                        "select count(*) from cluster_nodes where seen_at > clock_timestamp()")
                    == 0);
    // So it has the 30 s that a beat counts for, as everyone else has.
    assertThat(ours.interruptDeadRuns()).isZero();
    database.execute(
        "update cluster_nodes set seen_at = seen_at - interval '31 s' where node = '"
            + OTHER
            + "'");
    steady();
    assertThat(ours.interruptDeadRuns()).isEqualTo(1);
  }

  @Test
  void aProcessOfThisMachineThatIsGoneIsDeadAtOnce() {
    // No process has such a number.
    other("place = here.place, host = here.host, pid = 2147483646");
    running(OTHER);

    heartbeat.close();
    heartbeat = new Heartbeat(ours, "test", null, BEAT);
    database.execute("truncate cluster_nodes");
    heartbeat.start();
    other("place = here.place, host = here.host, pid = 2147483646");

    await().until(() -> ours.interruptDeadRuns() == 1);
    assertThat(status()).isEqualTo("interrupted");
  }

  @Test
  void aContainerThatWasStartedAgainTakesItsFormerProcessForDeadAfterThreeBeats() {
    other(
        "place = 'another namespace', host = here.host, pid = here.pid,"
            + " seen_at = clock_timestamp() - interval '7 s'");
    running(OTHER);

    await().until(() -> ours.interruptDeadRuns() == 1);
  }

  @Test
  void aProcessOfAnotherMachineWithOurNumberLives() {
    other(
        "place = 'another machine', pid = here.pid, seen_at = clock_timestamp() + interval '1 h'");
    Object first =
        database.value("select max(seen_at) from cluster_nodes where pid_started_at is not null");
    await()
        .until(
            () ->
                !database
                    .value(
                        "select max(seen_at) from cluster_nodes where pid_started_at is not null")
                    .equals(first));
    running(OTHER);

    assertThat(ours.interruptDeadRuns()).isZero();
  }

  @Test
  void aProcessOfBeforeThereWereHeartbeatsLivesAsLongAsItIsConnected() throws SQLException {
    Database before =
        Database.open(
            new Database.Options(
                database.url(),
                TestDatabase.user(),
                TestDatabase.password(),
                Path.of("unused"),
                1,
                false));
    running(before.process());
    try (Connection connected = before.connect();
        Statement statement = connected.createStatement();
        ResultSet any = statement.executeQuery("select 1")) {
      assertThat(any.next()).isTrue();
      assertThat(ours.interruptDeadRuns()).isZero();
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> ours.interruptDeadRuns() == 1);
  }

  @Test
  void beatsGoOnAfterTheirConnectionWasCut() {
    Object first = database.value("select seen_at from cluster_nodes");
    database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = '"
            + ours.process()
            + "'");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                database.count(
                        "select count(*) from cluster_nodes where seen_at > '"
                            + first
                            + "'::timestamp at time zone current_setting('TimeZone') + interval '"
                            + BEAT.multipliedBy(5).toMillis()
                            + " ms'")
                    == 1);
  }

  private void other(String columns) {
    database.execute(
        "insert into cluster_nodes (node, host, pid) values ('"
            + OTHER
            + "', 'elsewhere', 7)"
            + " on conflict do nothing");
    database.execute(
        "update cluster_nodes set "
            + columns
            + " from (select * from cluster_nodes where node = '"
            + ours.process()
            + "') as here where cluster_nodes.node = '"
            + OTHER
            + "'");
  }

  /** As if this process had beaten for a minute. */
  private void steady() {
    database.execute(
        "update cluster_nodes set steady_since = clock_timestamp() - interval '1 min' where node = '"
            + ours.process()
            + "'");
  }

  private void running(String process) {
    database.execute(
        "insert into flow_runs (flow, trigger, status, process) values ('repair', 'schedule', 'running', '"
            + process
            + "')");
  }

  private Object status() {
    return database.value("select status from flow_runs");
  }
}
