package dev.caravan.stream;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What the ledger is told of the stream, as the parameters of its statements. No I/O. */
public final class StreamLedger {
  private String feed;
  private StreamStore store;
  private Subscriptions subscriptions;

  public void setFeed(String feed) {
    this.feed = feed;
  }

  public void setStore(StreamStore store) {
    this.store = store;
  }

  public void setSubscriptions(Subscriptions subscriptions) {
    this.subscriptions = subscriptions;
  }

  /** Of {@code gaps/open_gaps}: the connection was lost, or none was to be had. */
  public Map<String, Object> loss(String reason, Instant at) {
    Instant storedTo = store.storedTo();
    Map<String, Object> loss = parameters(at);
    loss.put("reason", reason);
    loss.put("stored_to", storedTo == null ? null : storedTo.toString());
    loss.put("datasets", subscriptions.datasets());
    return loss;
  }

  /** Of {@code gaps/open_gaps}: what a process owed that ended without a word. */
  public Map<String, Object> crash() {
    Map<String, Object> crash = parameters(Instant.now());
    crash.put("reason", "Caravan ended without a word");
    crash.put("stored_to", null);
    crash.put("datasets", "[]");
    return crash;
  }

  /** Of {@code gaps/end_gaps}. */
  public Map<String, Object> end() {
    return parameters(Instant.now());
  }

  /** Of {@code stream_coverage/record_coverage}: what the server says it delivers. */
  public Map<String, Object> coverage(Instant at) {
    Map<String, Object> coverage = parameters(at);
    coverage.put("held", subscriptions.heldRows());
    coverage.put("refused", subscriptions.refusedRows());
    coverage.put(
        "reason",
        "the server refused the subscription: more symbols than the plan delivers (405), or none it knows (400)");
    return coverage;
  }

  private Map<String, Object> parameters(Instant at) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("feed", feed);
    parameters.put("at", at.toString());
    return parameters;
  }
}
