package dev.caravan.simulator.alpaca;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What was told of corporate actions by hand, what was withdrawn, and how long a page is. */
public final class AnnouncedActions {
  private final Map<String, AnnouncedAction> told = new LinkedHashMap<>();
  private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();
  private volatile int most = Integer.MAX_VALUE;

  public synchronized void tell(AnnouncedAction action) {
    told.put(action.id(), action);
    withdrawn.remove(action.id());
  }

  synchronized List<AnnouncedAction> of(String symbol) {
    return told.values().stream().filter(action -> action.symbol().equals(symbol)).toList();
  }

  public void withdraw(String id) {
    withdrawn.add(id);
  }

  boolean isWithdrawn(String id) {
    return withdrawn.contains(id);
  }

  public void limitPages(int newMost) {
    if (newMost < 1) {
      throw new IllegalArgumentException("A page has 1 action or more, not " + newMost);
    }
    most = newMost;
  }

  int most() {
    return most;
  }
}
