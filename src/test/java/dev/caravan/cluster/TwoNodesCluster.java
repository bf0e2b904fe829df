package dev.caravan.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CutProxy;
import dev.caravan.support.Pooler;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two nodes under load, and one blow after the other: whoever has the stream is followed in time,
 * never two act, and in the end the table is the tape.
 *
 * <p>{@code -Dtimes=1} strikes each blow once instead of three times; the nodes change their roles
 * from one time to the next. {@code -Drate} trades a second of {@code -Dsymbols} symbols; {@code
 * -Dlease-s} and {@code -Drow-s} are what may pass until the lease is taken and until a later row
 * is stored, for a machine that has other things to do.
 */
class TwoNodesCluster {
  /** What Java ends with on SIGTERM. */
  private static final int SIGTERM = 143;

  private final TwoNodes cluster = new TwoNodes();
  private TwoNodes.Node holder;
  private TwoNodes.Node standby;

  static IntStream rounds() {
    return IntStream.range(0, Integer.getInteger("times", 3));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void start(int round) {
    holder = cluster.start(round % 2 == 0 ? "one" : "two");
    cluster.awaitHolder(holder);
    standby = cluster.start(round % 2 == 0 ? "two" : "one");
    cluster.awaitStandby(standby, holder);
  }

  /**
   * Kills the holder ten seconds after the first trade, and waits until the other has followed.
   *
   * @param circumstances what is said of it beside that
   * @return when that was
   */
  private Instant killHolder(String circumstances) {
    cluster.at(10);
    Instant blow = Instant.now();
    holder.process.kill9();
    cluster.excuse(holder);
    cluster.assertFollows(standby, "kill -9 of " + holder.name + circumstances, blow);
    return blow;
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aHolderThatIsKilledIsFollowedByTheOther(int round) throws Exception {
    start(round);
    cluster.trade(45);
    killHolder("");
    cluster.judge(standby);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aStandbyThatIsKilledAndComesBackDisturbsNothing(int round) throws Exception {
    start(round);
    cluster.trade(45);
    cluster.at(8);
    standby.process.kill9();
    cluster.excuse(standby);
    TwoNodes.Node again = cluster.start(standby.name);
    cluster.awaitStandby(again, holder);
    assertThat(cluster.count("select count(*) from gaps")).isZero();
    cluster.judge(holder);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void afterBothAreKilledTheFirstThatComesBackGoesOn(int round) throws Exception {
    start(round);
    cluster.trade(60);
    cluster.at(8);
    Instant blow = Instant.now();
    standby.process.kill9();
    holder.process.kill9();
    cluster.excuse(standby);
    cluster.excuse(holder);
    TwoNodes.Node first = cluster.start(standby.name);
    cluster.awaitHolder(first);
    cluster.down(blow, Instant.now());
    TwoNodes.Node second = cluster.start(holder.name);
    cluster.awaitStandby(second, first);
    cluster.judge(first);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aRollingRestartHandsTheStreamOverTwice(int round) throws Exception {
    start(round);
    cluster.trade(120);
    cluster.at(10);
    Instant blow = Instant.now();
    holder.process.sigterm();
    cluster.assertFollows(standby, "SIGTERM of " + holder.name, blow);
    assertThat(holder.process.exitCode()).isEqualTo(SIGTERM);
    TwoNodes.Node again = cluster.start(holder.name);
    cluster.awaitStandby(again, standby);
    Instant second = Instant.now();
    standby.process.sigterm();
    cluster.assertFollows(again, "SIGTERM of " + standby.name, second);
    assertThat(standby.process.exitCode()).isEqualTo(SIGTERM);
    cluster.judge(again);
  }

  /** What the unit's watchdog does: a process that says nothing for 10 s is killed. */
  @ParameterizedTest
  @MethodSource("rounds")
  void aHolderThatSleepsIsFollowedByTheOtherOnceItsWatchdogHasKilledIt(int round) throws Exception {
    start(round);
    cluster.trade(45);
    cluster.at(10);
    Instant blow = Instant.now();
    holder.process.signal("STOP");
    cluster.excuse(holder);
    // The sleeper's socket is open until then, so that the exchange refuses another.
    cluster.allowSockets(2);
    cluster.assertLease(standby, "SIGSTOP of " + holder.name, blow);
    cluster.at(20);
    holder.process.kill9();
    cluster.assertStored("SIGSTOP of " + holder.name, blow);
    cluster.judge(standby);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aHolderThatWakesUpInTheMiddleOfACopyHasLostTheStreamAndChangesNothing(int round)
      throws Exception {
    start(round);
    cluster.trade(75);
    cluster.at(10);
    Instant blow;
    try (Connection barred = cluster.connect();
        Statement statement = barred.createStatement()) {
      barred.setAutoCommit(false);
      statement.execute("lock table trades in exclusive mode");
      cluster.awaitCopyInTheWay();
      blow = Instant.now();
      holder.process.signal("STOP");
      barred.rollback();
    }
    cluster.excuse(holder);
    // The sleeper's socket is open, so that the exchange refuses another.
    cluster.allowSockets(2);
    cluster.assertLease(standby, "SIGSTOP of " + holder.name, blow);
    cluster.awaitOwner(standby);
    cluster.at(50);
    String older = "select count(*) from trades where ts <= '" + blow + "'";
    long before = cluster.count(older);
    holder.process.signal("CONT");
    holder.process.awaitLine("fenced");
    assertThat(cluster.count(older)).as("rows of before the sleep").isEqualTo(before);
    cluster.awaitHolder(standby);
    cluster.awaitStandby(holder, standby);
    cluster.judge(standby);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aHolderWhoseLeaseIsTakenFromItGoesOnOrIsFollowed(int round) throws Exception {
    start(round);
    cluster.trade(60);
    cluster.at(10);
    Instant blow = Instant.now();
    cluster.endSessionOfTheLease();
    cluster.assertStored("end of the lease's session of " + holder.name, blow);
    cluster.judge(holder);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aServerThatIsStoppedAndStartedAgainFindsOneOfThemStreaming(int round) throws Exception {
    start(round);
    cluster.trade(75);
    cluster.at(10);
    Instant blow = Instant.now();
    cluster.place().stopServer();
    cluster.at(20);
    cluster.place().startServerAgain();
    await().atMost(CaravanProcess.PATIENCE).until(cluster.place()::portIsOpen);
    Instant back = Instant.now();
    cluster.assertStored("stop and start of PostgreSQL", back);
    cluster.down(blow, Instant.now());
    cluster.judge(holder);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aHolderThatNoLongerReachesTheDatabaseIsFollowedAndComesBackAsTheOther(int round)
      throws Exception {
    try (CutProxy network = new CutProxy(cluster.place().port(), List.of())) {
      holder = cluster.startThrough(round % 2 == 0 ? "one" : "two", network);
      cluster.awaitHolder(holder);
      standby = cluster.start(round % 2 == 0 ? "two" : "one");
      cluster.awaitStandby(standby, holder);
      cluster.trade(60);
      cluster.at(10);
      Instant blow = Instant.now();
      network.goDark();
      cluster.excuse(holder);
      cluster.assertFollows(standby, "darkness around " + holder.name, blow);
      cluster.at(30);
      network.comeBack();
      cluster.awaitStandby(holder, standby);
      cluster.judge(standby);
    }
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void aNodeThatDoesNotReachTheDatabaseBeforeItsFirstBeatJoinsOnceItDoes(int round)
      throws Exception {
    holder = cluster.start(round % 2 == 0 ? "one" : "two");
    cluster.awaitHolder(holder);
    try (CutProxy network = new CutProxy(cluster.place().port(), List.of())) {
      network.goDark();
      standby = cluster.startThrough(round % 2 == 0 ? "two" : "one", network);
      cluster.trade(45);
      cluster.at(20);
      assertThat(cluster.count("select count(*) from cluster_nodes where member is not null"))
          .as("nobody has heard of it")
          .isEqualTo(1);
      network.comeBack();
      cluster.awaitStandby(standby, holder);
      assertThat(cluster.count("select count(*) from gaps")).isZero();
      cluster.awaitFirings();
      cluster.judge(holder);
    }
  }

  /** By libfaketime, the Debian package of that name. */
  @ParameterizedTest
  @MethodSource("rounds")
  void aNodeWhoseClockIsTwoSecondsAheadFollowsAsAnyOther(int round) throws Exception {
    Path fake = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
    assumeThat(fake).as("apt-get install libfaketime").exists();
    holder = cluster.start(round % 2 == 0 ? "one" : "two");
    cluster.awaitHolder(holder);
    standby =
        cluster.start(
            round % 2 == 0 ? "two" : "one",
            start ->
                start
                    .environment("LD_PRELOAD", fake.toString())
                    .environment("FAKETIME", "+2s")
                    .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1"));
    cluster.awaitStandby(standby, holder);
    cluster.trade(60);
    Instant blow = killHolder(", clock of the other +2 s");
    cluster.awaitNothingOwed(standby);
    // By libfaketime all is slow, and a repair lasts longer than from one firing to the next.
    cluster.down(blow, Instant.now());
    cluster.awaitFirings();
    cluster.judge(standby);
  }

  /** The Debian package of that name. */
  @ParameterizedTest
  @MethodSource("rounds")
  void behindPgbouncerTheLocksGoByTheServersOwnAddress(int round) throws Exception {
    assumeThat(Pooler.PROGRAM).as("apt-get install pgbouncer").exists();
    try (Pooler pooler = new Pooler(cluster.place().port(), "caravan", "caravan", "", "session")) {
      holder = cluster.startBehind(round % 2 == 0 ? "one" : "two", pooler);
      cluster.awaitHolder(holder);
      standby = cluster.startBehind(round % 2 == 0 ? "two" : "one", pooler);
      cluster.awaitStandby(standby, holder);
      cluster.trade(45);
      killHolder(" behind pgbouncer");
      cluster.judge(standby);
    }
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void whatOneNodeDoesNotScheduleTheOtherRunsAlone(int round) throws Exception {
    holder = cluster.start(round % 2 == 0 ? "one" : "two");
    cluster.awaitHolder(holder);
    standby =
        cluster.start(
            round % 2 == 0 ? "two" : "one",
            start -> start.set("caravan.schedule.yahoo-quotes", "off"));
    cluster.awaitStandby(standby, holder);
    cluster.trade(70);
    cluster.at(70);
    cluster.judge(holder);
    assertThat(
            cluster.count(
                "select count(*) from flow_firings f join cluster_nodes n using (node)"
                    + " where f.flow = 'yahoo-quotes' and n.pid <> "
                    + holder.pid()))
        .isZero();
  }
}
