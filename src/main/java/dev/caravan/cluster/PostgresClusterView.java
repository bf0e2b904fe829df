package dev.caravan.cluster;

import dev.caravan.database.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.support.cluster.AbstractCamelClusterView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One namespace: asks for its lock until it has it, and then proves with each beat that it still
 * has.
 */
final class PostgresClusterView extends AbstractCamelClusterView {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresClusterView.class);

  private static final long STOP_S = 5;

  private final PostgresClusterService service;
  private final CamelClusterMember local = new Local();
  private ScheduledExecutorService timer;
  private Connection session;
  private String trouble;
  private volatile boolean leads;
  private volatile long silentMs;

  /** Leadership ends here by itself, whatever the thread of the beats does. */
  private volatile long deadlineNanos;

  PostgresClusterView(PostgresClusterService service, String namespace) {
    super(service, namespace);
    this.service = service;
  }

  @Override
  protected void doStart() {
    timer =
        getCamelContext()
            .getExecutorServiceManager()
            .newSingleThreadScheduledExecutor(this, "lease-" + getNamespace());
    timer.scheduleWithFixedDelay(this::beat, 0, service.beat().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  protected void doStop() throws Exception {
    getCamelContext().getExecutorServiceManager().shutdownNow(timer);
    timer.awaitTermination(STOP_S, TimeUnit.SECONDS);
    lose("it is given back");
  }

  private void beat() {
    try {
      long asked = System.nanoTime();
      if (session == null) {
        session = service.sessions().open(service.lease());
      }
      if (!leads) {
        take(asked);
      } else if (!isLeader()) {
        lose("this process stood still for longer than the lease");
      } else {
        ask("cluster_leases/prove", getNamespace());
        deadlineNanos = deadline(asked);
      }
      trouble = null;
    } catch (SQLException | RuntimeException e) {
      String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      if (!leads && !said.equals(trouble)) {
        LOG.warn("The lease of {} cannot be asked for: {}", getNamespace(), said);
      }
      trouble = said;
      lose(said);
    }
  }

  private void take(long asked) throws SQLException {
    if (ask("cluster_leases/take_lease", getNamespace())) {
      // Before the first proof of ours.
      silentMs = number("cluster_leases/silent_for");
      ask("cluster_leases/prove", getNamespace());
      deadlineNanos = deadline(asked);
      leads = true;
      LOG.info("This node has the lease of {}", getNamespace());
      fireLeadershipChangedEvent(local);
    }
  }

  /** A quarter before the server ends the session, so that the next leader finds nobody there. */
  private long deadline(long asked) {
    return asked + service.lease().toNanos() / 4 * 3;
  }

  private void lose(String why) {
    if (leads) {
      leads = false;
      LOG.warn("The lease of {} is no longer this node's: {}", getNamespace(), why);
      // Whoever did something under it ends that before another node can begin.
      fireLeadershipChangedEvent((CamelClusterMember) null);
    }
    try {
      if (session != null) {
        session.close();
      }
    } catch (SQLException gone) {
      LOG.debug("The session of a lease was broken", gone);
    }
    session = null;
  }

  private boolean ask(String statement, String... parameters) throws SQLException {
    try (PreparedStatement asked = session.prepareStatement(Sql.load(statement))) {
      for (int i = 0; i < parameters.length; i++) {
        asked.setString(i + 1, parameters[i]);
      }
      try (ResultSet row = asked.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private long number(String statement) throws SQLException {
    try (PreparedStatement asked = session.prepareStatement(Sql.load(statement))) {
      asked.setString(1, getNamespace());
      try (ResultSet row = asked.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /**
   * For how long, when this node took the lead, the leader before had not proven that it had it.
   */
  long silentMs() {
    return silentMs;
  }

  private boolean isLeader() {
    return leads && System.nanoTime() - deadlineNanos < 0;
  }

  /** This node or, as far as it knows, nobody: who else it is only the database says. */
  @Override
  public Optional<CamelClusterMember> getLeader() {
    return isLeader() ? Optional.of(local) : Optional.empty();
  }

  @Override
  public CamelClusterMember getLocalMember() {
    return local;
  }

  @Override
  public List<CamelClusterMember> getMembers() {
    return List.of(local);
  }

  private final class Local implements CamelClusterMember {
    @Override
    public boolean isLeader() {
      return PostgresClusterView.this.isLeader();
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public String getId() {
      return service.sessions().node();
    }
  }
}
