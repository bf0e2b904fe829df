package dev.caravan.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.stream.StreamOwner;
import dev.caravan.support.CutProxy;
import dev.caravan.support.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.cluster.CamelClusterView;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Of several nodes one is the leader, for as long as the server hears of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresClusterIT {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration BEAT = Duration.ofMillis(100);

  private final TestDatabase database = TestDatabase.fresh();
  private final CutProxy proxy = new CutProxy(port(), List.of());
  private final Node first =
      new Node("first", database.url().replace(":" + port() + "/", ":" + proxy.port() + "/"));
  private final Node second = new Node("second", database.url());

  /** One member of the cluster, with nothing else in it. */
  private final class Node implements AutoCloseable {
    final CamelContext context = new DefaultCamelContext();
    final CamelClusterView view;
    final StreamLease lease = new StreamLease("stream");

    Node(String name, String url) {
      try {
        PostgresClusterService service =
            new PostgresClusterService(
                new LockSessions(url, TestDatabase.user(), TestDatabase.password(), name),
                LEASE,
                BEAT);
        context.addService(service);
        context.start();
        lease.setCamelContext(context);
        lease.setLeaseMs(LEASE.toMillis());
        lease.state();
        view = service.getView("stream");
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      if (name.equals("first")) {
        awaiting("the first to lead").until(this::leads);
      }
    }

    boolean leads() {
      return view.getLocalMember().isLeader();
    }

    @Override
    public void close() {
      context.stop();
    }
  }

  private int port() {
    return Integer.parseInt(database.url().replaceAll(".*:(\\d+)/.*", "$1"));
  }

  @AfterEach
  void comeBack() {
    proxy.comeBack();
  }

  @AfterAll
  void close() throws Exception {
    first.close();
    second.close();
    proxy.close();
    database.close();
  }

  @Test
  void whoeverIsNotHeardOfGivesUpBeforeAnotherLeads() throws Exception {
    assertThat(second.leads()).isFalse();
    AtomicBoolean both = new AtomicBoolean();

    proxy.goDark();
    awaiting("the second to lead")
        .until(
            () -> {
              // In this order: the first must have given up before the second began.
              boolean secondLeads = second.leads();
              if (secondLeads && first.leads()) {
                both.set(true);
              }
              return secondLeads;
            });
    assertThat(both).as("two leaders at one time").isFalse();
    // The wait for the first counts from its last proof: a beat after that it noticed nothing for a
    // second, and then closed the session.
    assertThat(((PostgresClusterView) second.view).silentMs()).isGreaterThanOrEqualTo(1000);
    awaiting("the end of the wait")
        .until(() -> second.lease.state() == StreamOwner.Lease.State.HELD);
    assertThat(first.leads()).isFalse();

    proxy.comeBack();
    awaiting("the first to ask for the lock again")
        .until(() -> database.count(sessions("first")) == 1);
    assertThat(first.leads()).isFalse();
    second.close();
    awaiting("the first to lead again").until(first::leads);
  }

  @Test
  void aSleeperLosesItsSessionThoughItsKernelAnswers() throws Exception {
    try (var session =
        new LockSessions(database.url(), TestDatabase.user(), TestDatabase.password(), "sleeper")
            .open(LEASE)) {
      assertThat(session.isValid(1)).isTrue();
      awaiting("the server to end it").until(() -> database.count(sessions("sleeper")) == 0);
    }
  }

  @Test
  void sessionsOfTheServerItselfAreTakenAndOneForTwoIsRefused() throws Exception {
    new LockSessions(database.url(), TestDatabase.user(), TestDatabase.password(), "direct")
        .check(LEASE);
    assertThatThrownBy(
            () ->
                new LockSessions(
                        database.url() + "&socketTimeout=120&options=-c%20x.y=1",
                        "nobody",
                        "",
                        "stranger")
                    .check(LEASE))
        .hasMessageContaining("nobody");
  }

  private static String sessions(String node) {
    return "select count(*) from pg_stat_activity where application_name = '" + node + "'";
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
  }
}
