package dev.caravan.simulator.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest 100,000 requests, in the order of their arrival. */
public final class RequestLog {
  private static final int KEPT = 100_000;

  private final Deque<Entry> entries = new ArrayDeque<>();

  synchronized Entry arrived(ServedRequest request) {
    Entry entry = new Entry(request);
    entries.addLast(entry);
    if (entries.size() > KEPT) {
      entries.removeFirst();
    }
    return entry;
  }

  public synchronized List<ServedRequest> requests() {
    return entries.stream().map(Entry::request).toList();
  }

  public synchronized void clear() {
    entries.clear();
  }

  /** One request, whose status becomes known later than its arrival. */
  static final class Entry {
    private volatile ServedRequest request;

    private Entry(ServedRequest request) {
      this.request = request;
    }

    private ServedRequest request() {
      return request;
    }

    void answered(int status) {
      request = request.answered(status);
    }
  }
}
