package dev.caravan.simulator.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults that are still to be played, in the order in which they were added. */
public final class FaultQueue {
  private final List<Fault> faults = new ArrayList<>();

  public synchronized void add(Fault fault) {
    faults.add(fault);
  }

  public synchronized void clear() {
    faults.clear();
  }

  /** Those left, each with the number of times that is left of it. */
  public synchronized List<Fault> left() {
    return List.copyOf(faults);
  }

  /** The first fault that meets a request; once less of it is left afterwards. */
  synchronized Optional<Fault> take(Provider provider, String target) {
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      if (fault.meets(provider, target)) {
        if (fault.times() == 1) {
          faults.remove(i);
        } else if (fault.times() > 1) {
          faults.set(i, fault.times(fault.times() - 1));
        }
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }
}
