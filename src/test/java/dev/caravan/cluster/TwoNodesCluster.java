package dev.caravan.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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

  @ParameterizedTest
  @MethodSource("rounds")
  void aHolderThatIsKilledIsFollowedByTheOther(int round) throws Exception {
    start(round);
    cluster.trade(45);
    cluster.at(10);
    Instant blow = Instant.now();
    holder.process.kill9();
    cluster.excuse(holder);
    cluster.assertFollows(standby, "kill -9 of " + holder.name, blow);
    cluster.judge(standby);
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
}
