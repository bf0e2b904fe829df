package dev.caravan.cluster;

import dev.caravan.stream.StreamOwner;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.cluster.CamelClusterEventListener;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.cluster.CamelClusterView;

/**
 * The lease that a node needs for a stream, from whatever cluster service Camel has; without one no
 * node needs any. It is asked for when somebody first wants to know, so that a command never
 * competes for it.
 */
public final class StreamLease
    implements StreamOwner.Lease, CamelContextAware, CamelClusterEventListener.Leadership {
  private final String stream;
  private long leaseMs;
  private CamelContext context;
  private CamelClusterView view;
  private volatile long newsNanos;
  private volatile boolean told;

  /**
   * @param stream namespace of the lease
   */
  public StreamLease(String stream) {
    this.stream = stream;
  }

  /** How long a node that is not heard of may take itself for the holder, in milliseconds. */
  public void setLeaseMs(long leaseMs) {
    this.leaseMs = leaseMs;
  }

  @Override
  public State state() {
    CamelClusterView asked = view();
    if (asked == null) {
      return null;
    }
    if (!asked.getLocalMember().isLeader()) {
      return State.NONE;
    }
    // The holder before gives up three quarters of a lease after its last proof, and closes its
    // socket within half a second.
    return !told || System.nanoTime() - newsNanos < TimeUnit.MILLISECONDS.toNanos(leaseMs) / 8 * 7
        ? State.NEW
        : State.HELD;
  }

  private synchronized CamelClusterView view() {
    CamelClusterService cluster = context.hasService(CamelClusterService.class);
    if (view == null && cluster != null) {
      try {
        view = cluster.getView(stream);
        newsNanos = System.nanoTime();
        view.addEventListener(this);
      } catch (Exception e) {
        throw new RuntimeCamelException("The lease of " + stream + " cannot be asked for", e);
      }
    }
    return view;
  }

  @Override
  public void leadershipChanged(CamelClusterView changed, CamelClusterMember leader) {
    newsNanos =
        System.nanoTime()
            - (changed instanceof PostgresClusterView ours
                ? TimeUnit.MILLISECONDS.toNanos(ours.silentMs())
                : 0);
    // It leads a moment before it is told so, and for how long nobody did.
    told = leader != null;
  }

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }
}
