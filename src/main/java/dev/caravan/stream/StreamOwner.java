package dev.caravan.stream;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Who has the stream, as the ledger said last: one process at a time connects, and changes what the
 * feed owes. The others wait until it is dead or has ended, in a cluster until it has lost its
 * lease. No I/O.
 */
public final class StreamOwner {
  /** What a process needs to have the stream, where there are several. */
  public interface Lease {
    /** Null where nobody needs one. */
    State state();

    /** As the database knows them. */
    enum State {
      /** It is not ours. */
      NONE,
      /** It is ours, and whoever had it before may not know that yet. */
      NEW,
      /** It is ours alone. */
      HELD
    }
  }

  /** For so long a server may take the connection of a node that is gone for one that lives. */
  private static final long SESSION_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final LongSupplier nanos;
  private Lease lease = () -> null;
  private String holder;
  private boolean ours;
  private long epoch;
  private String said;
  private boolean tookOver;
  private long tookNanos;

  public StreamOwner() {
    this(System::nanoTime);
  }

  /**
   * @param nanos what time it is, as of {@link System#nanoTime()}
   */
  StreamOwner(LongSupplier nanos) {
    this.nanos = nanos;
  }

  public void setLease(Lease lease) {
    this.lease = lease;
  }

  /**
   * Takes in the row of {@code stream_owners/take_stream}: {@code ours, host, owner, epoch, since}.
   * There is none while another process is just taking it.
   *
   * @return whether the stream is ours
   */
  public synchronized boolean took(List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      holder = lease.state() == null ? "another process" : null;
      ours = false;
      return false;
    }
    Map<String, Object> row = rows.get(0);
    long number = ((Number) row.get("epoch")).longValue();
    // What was begun under another number must end before anything begins under this one.
    boolean meanwhile = ours && number != epoch;
    if (Boolean.TRUE.equals(row.get("ours")) && number != epoch) {
      tookOver = number > 1 && lease.state() != null;
      tookNanos = nanos.getAsLong();
    }
    ours = Boolean.TRUE.equals(row.get("ours")) && !meanwhile;
    epoch = number;
    holder =
        Boolean.TRUE.equals(row.get("ours")) || row.get("owner").equals("nobody")
            ? null
            : "the Caravan on "
                + row.get("host")
                + " ("
                + row.get("owner")
                + ") since "
                + row.get("since");
    return isOurs();
  }

  /**
   * Whether the stream was ours when the ledger said so last, and our lease has not ended since: a
   * database that is away changes nothing else, and whoever has not asked yet has nothing.
   */
  public synchronized boolean isOurs() {
    return ours && lease.state() != Lease.State.NONE;
  }

  /**
   * Whether a node has taken the stream from another so lately that the provider may still take
   * that one for connected, and refuse us for it.
   */
  public synchronized boolean tookOverLately() {
    return tookOver && nanos.getAsLong() - tookNanos < SESSION_NANOS;
  }

  /** The number of the holder, as the ledger said last; it never goes back. */
  public synchronized long getEpoch() {
    return epoch;
  }

  /** Who else has the stream; null where nobody has, or we. */
  public synchronized String getHolder() {
    return holder;
  }

  /** Why we may not be connected, in words; null where we may. */
  public synchronized String refusal() {
    if (holder != null) {
      return "the stream is held by " + holder;
    }
    return lease.state() == Lease.State.NONE ? "the lease of the stream is not this node's" : null;
  }

  /** Whether the holder has changed since this was asked last. */
  public synchronized boolean changed() {
    boolean changed = holder != null && !holder.equals(said);
    said = holder;
    return changed;
  }
}
