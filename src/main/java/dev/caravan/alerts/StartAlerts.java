package dev.caravan.alerts;

import java.util.List;

/**
 * Tells of a database that is away at the start, when there are no routes yet. What it has told
 * goes on to the routes in {@link #memory}, which record it and tell of the end.
 */
public final class StartAlerts {
  private final List<AlertAddress> addresses;
  private final AlertMemory memory = new AlertMemory();

  /**
   * @param to value of {@code caravan.alerts.to}
   * @param graceMs for how long the database may be away before anybody is told
   */
  public StartAlerts(String to, long graceMs) {
    addresses = AlertAddress.list(to);
    memory.setTo(to);
    memory.setGraceMs(graceMs);
  }

  /** The start has to wait for the database; to be called each time that it was tried. */
  public void databaseAway(Throwable failure) {
    memory.databaseAway(failure);
    for (AlertAddress address : addresses) {
      AlertMemory.Errand errand = memory.remembered(address.number());
      if (errand != null) {
        // An address that is slow does not hold up the start.
        Thread errands = new Thread(() -> send(errand, address), "alerts");
        errands.setDaemon(true);
        errands.start();
      }
    }
  }

  private void send(AlertMemory.Errand errand, AlertAddress address) {
    String fault;
    try {
      fault = AlertTrial.send(List.of(address), errand.message()).get(0).fault();
    } catch (RuntimeException e) {
      fault = String.valueOf(e.getMessage());
    }
    memory.outcomes(errand, fault);
  }

  /** The start goes on. */
  public void databaseBack() {
    memory.databaseBack();
  }

  /** Whether there was an outage long enough to be told of. */
  public boolean hasOutage() {
    return memory.hasOutage();
  }

  public AlertMemory memory() {
    return memory;
  }
}
