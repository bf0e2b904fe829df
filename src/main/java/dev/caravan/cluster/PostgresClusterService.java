package dev.caravan.cluster;

import java.time.Duration;
import org.apache.camel.support.cluster.AbstractCamelClusterService;

/**
 * Camel's cluster service on PostgreSQL: of each namespace one node is the leader, for as long as
 * it has a session's advisory lock. The server ends a session that is silent for the lease, and the
 * leader gives up before that, by its own clock. Clocks of several machines are never compared.
 */
public final class PostgresClusterService extends AbstractCamelClusterService<PostgresClusterView> {
  private final LockSessions sessions;
  private final Duration lease;
  private final Duration beat;

  /**
   * @param lease how long the server waits for a word of the leader
   * @param beat how often the leader says one
   */
  public PostgresClusterService(LockSessions sessions, Duration lease, Duration beat) {
    this.sessions = sessions;
    this.lease = lease;
    this.beat = beat;
  }

  LockSessions sessions() {
    return sessions;
  }

  Duration lease() {
    return lease;
  }

  Duration beat() {
    return beat;
  }

  @Override
  protected PostgresClusterView createView(String namespace) {
    return new PostgresClusterView(this, namespace);
  }
}
