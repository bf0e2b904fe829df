package dev.caravan.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What came from the socket and is not worked off yet, in order: frames, and what happened to the
 * connection. It counts the bytes that were received and not yet stored, by which the socket is
 * paused and resumed. All methods may be called from any thread.
 */
final class FrameQueue {
  /** A frame, or what happened; the connection tells those of an old one apart. */
  sealed interface Item permits Frame, Happening {}

  /** A frame as it came, and whether it is data; a look at its first bytes tells, once. */
  record Frame(Connection connection, byte[] bytes, boolean data, long receivedNanos)
      implements Item {
    Frame(Connection connection, byte[] bytes) {
      this(connection, bytes, ControlMessages.isData(bytes), System.nanoTime());
    }
  }

  record Happening(Connection connection, String event) implements Item {}

  /** What is taken at once: data frames that followed one another, or a single other item. */
  record Taken(Batch batch, Connection connection, Item item) {
    long bytes() {
      if (batch != null) {
        return batch.bytes();
      }
      return item instanceof Frame frame ? frame.bytes().length : 0;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private long bytes;

  /** What was taken and is not worked off, by identity, and when the first of it was received. */
  private final Map<Taken, Long> inFlight = new IdentityHashMap<>();

  /** Adds an item; returns the bytes that are now received and not yet stored. */
  long add(Item item) {
    lock.lock();
    try {
      items.add(item);
      if (item instanceof Frame frame) {
        bytes += frame.bytes().length;
      }
      changed.signalAll();
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next item. Data frames come together, up to so many bytes, while fewer than so
   * many batches are being stored; anything else comes alone and once all before it is stored.
   */
  Taken take(int mostBytes, int mostInFlight) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Item next = items.peek();
        if (next != null) {
          boolean data = next instanceof Frame frame && frame.data();
          if (inFlight.size() < (data ? mostInFlight : 1)) {
            long since = receivedNanos(next);
            Taken taken =
                data ? data(mostBytes) : new Taken(null, connectionOf(next), items.poll());
            inFlight.put(taken, since);
            return taken;
          }
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What was taken is worked off; returns the bytes that are left. */
  long done(Taken taken) {
    lock.lock();
    try {
      // An error in a route can say so twice.
      if (inFlight.remove(taken) != null) {
        bytes -= taken.bytes();
      }
      changed.signalAll();
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** For how long the oldest frame that is not worked off has waited; 0 where there is none. */
  long oldestNanos() {
    lock.lock();
    try {
      long now = System.nanoTime();
      long oldest = items.isEmpty() ? 0 : now - receivedNanos(items.peek());
      for (long since : inFlight.values()) {
        oldest = Math.max(oldest, now - since);
      }
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  /** Items that wait or are being worked off. */
  int pending() {
    lock.lock();
    try {
      return items.size() + inFlight.size();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is pending and nothing more will come, or so long at the most. */
  void awaitNothing(BooleanSupplier noMore, long mostMs) {
    long left = TimeUnit.MILLISECONDS.toNanos(mostMs);
    lock.lock();
    try {
      while (left > 0 && !(noMore.getAsBoolean() && items.isEmpty() && inFlight.isEmpty())) {
        // What tells that no more will come does not signal.
        long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(20));
        left -= slice - changed.awaitNanos(slice);
      }
    } catch (InterruptedException forced) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private Taken data(int mostBytes) {
    List<byte[]> frames = new ArrayList<>();
    Connection connection = connectionOf(items.peek());
    long size = 0;
    while (items.peek() instanceof Frame frame
        && frame.connection() == connection
        && (frames.isEmpty() || size + frame.bytes().length <= mostBytes)
        && frame.data()) {
      frames.add(frame.bytes());
      size += frame.bytes().length;
      items.poll();
    }
    return new Taken(new Batch(frames, size), connection, null);
  }

  /** What happened to a connection is no data that waits. */
  private static long receivedNanos(Item item) {
    return item instanceof Frame frame ? frame.receivedNanos() : System.nanoTime();
  }

  private static Connection connectionOf(Item item) {
    return item instanceof Frame frame ? frame.connection() : ((Happening) item).connection();
  }
}
