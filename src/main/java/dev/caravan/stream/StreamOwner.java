package dev.caravan.stream;

import java.util.List;
import java.util.Map;

/**
 * Who has the stream, as the ledger said last: one process at a time connects, and changes what the
 * feed owes. The others wait until it is dead or has ended. No I/O.
 */
public final class StreamOwner {
  private volatile String holder;
  private volatile boolean ours;
  private String said;

  /**
   * Takes in the row of {@code stream_owners/take_stream}: {@code ours, host, owner, since}. There
   * is none while another process is just taking it.
   *
   * @return whether the stream is ours
   */
  public boolean took(List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      holder = "another process";
      ours = false;
      return false;
    }
    Map<String, Object> row = rows.get(0);
    ours = Boolean.TRUE.equals(row.get("ours"));
    holder =
        ours
            ? null
            : "the Caravan on "
                + row.get("host")
                + " ("
                + row.get("owner")
                + ") since "
                + row.get("since");
    return ours;
  }

  /**
   * Whether the stream was ours when the ledger said so last: a database that is away changes
   * nothing of that, and whoever has not asked yet has nothing.
   */
  public boolean isOurs() {
    return ours;
  }

  /** Who else has the stream; null where nobody has, or we. */
  public String getHolder() {
    return holder;
  }

  /** Whether the holder has changed since this was asked last. */
  public synchronized boolean changed() {
    boolean changed = holder != null && !holder.equals(said);
    said = holder;
    return changed;
  }
}
