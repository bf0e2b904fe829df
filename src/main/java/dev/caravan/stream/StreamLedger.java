package dev.caravan.stream;

import dev.caravan.market.MarketCalendar;
import dev.caravan.market.ProviderClock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the ledger is told of the stream, as the parameters of its statements. No I/O. */
public final class StreamLedger {
  /** What is older is no longer made good by itself; a backfill reads it. */
  private static final int LONGEST_DAYS = 370;

  /** The hours of one session; {@code toTs} is null while they go on. */
  private record Missed(LocalDate session, Instant fromTs, Instant toTs) {}

  private String feed;
  private StreamSink store;
  private Subscriptions subscriptions;
  private StreamHours hours = new StreamHours();
  private ProviderClock clock = new ProviderClock();
  private StreamOwner owner = new StreamOwner();

  public void setFeed(String feed) {
    this.feed = feed;
  }

  public void setStore(StreamSink store) {
    this.store = store;
  }

  public void setSubscriptions(Subscriptions subscriptions) {
    this.subscriptions = subscriptions;
  }

  public void setHours(StreamHours hours) {
    this.hours = hours;
  }

  public void setClock(ProviderClock clock) {
    this.clock = clock;
  }

  public void setOwner(StreamOwner owner) {
    this.owner = owner;
  }

  /** Of {@code gaps/open_gaps}: the connection was lost, or none was to be had. */
  public Map<String, Object> loss(String reason, Instant at) {
    Map<String, Object> loss = parameters(clock.earliestOf(at));
    loss.put("reason", reason);
    loss.put("sessions", hours.owed(at, LONGEST_DAYS));
    loss.put("stored_to", store.storedTo());
    loss.put("datasets", subscriptions.datasets());
    return loss;
  }

  /** Of {@code gaps/open_gaps}: what a process owed that ended without a word. */
  public Map<String, Object> crash() {
    Map<String, Object> crash = parameters(clock.earliest());
    crash.put("reason", "Caravan ended without a word");
    crash.put("sessions", hours.owed(clock.now(), LONGEST_DAYS));
    crash.put("stored_to", null);
    crash.put("datasets", "[]");
    return crash;
  }

  /**
   * Of {@code gaps/open_missed_sessions}: the sessions, extended hours included, that have begun.
   * One that goes on has no end yet.
   */
  public Map<String, Object> missed(Instant now) {
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    List<Missed> sessions = new ArrayList<>();
    for (LocalDate date : MarketCalendar.sessions(today.minusDays(LONGEST_DAYS), today)) {
      MarketCalendar.Session session = MarketCalendar.session(date).orElseThrow();
      if (!session.first().isAfter(now)) {
        boolean over = !session.last().isAfter(now);
        sessions.add(new Missed(date, session.first(), over ? session.last() : null));
      }
    }
    Map<String, Object> missed = parameters(now);
    missed.put("sessions", sessions);
    missed.put("datasets", subscriptions.datasets());
    return missed;
  }

  /**
   * Of {@code gaps/open_lost_records}.
   *
   * @param lost rows of {@code store_watermarks/select_lost}
   */
  public Map<String, Object> lostRecords(List<Map<String, Object>> lost, Instant now) {
    Map<String, Object> parameters = parameters(now);
    parameters.put("lost", lost);
    parameters.put("sessions", hours.owed(now, LONGEST_DAYS));
    parameters.put("datasets", subscriptions.datasets());
    return parameters;
  }

  /** Of {@code gaps/open_activated_gaps}: since a symbol was made active it is owed. */
  public Map<String, Object> activated() {
    Map<String, Object> activated = parameters(clock.earliest());
    activated.put("sessions", hours.owed(clock.now(), LONGEST_DAYS));
    activated.put("datasets", subscriptions.datasets());
    return activated;
  }

  /** Of {@code gaps/end_gaps}: after a session nothing is owed, whenever that is noticed. */
  public Map<String, Object> end() {
    return parameters(hours.owedUntil(clock.latest()));
  }

  /**
   * Of {@code stream_coverage/record_coverage}: what the server says it delivers. The ranges that
   * end and those that begin overlap by what the clocks may differ.
   */
  public Map<String, Object> coverage(Instant at) {
    Map<String, Object> coverage = parameters(clock.latestOf(at));
    coverage.put("since", clock.earliestOf(at));
    coverage.put("held", subscriptions.heldRows());
    coverage.put("refused", subscriptions.refusedRows());
    return coverage;
  }

  private Map<String, Object> parameters(Instant at) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("feed", feed);
    parameters.put("epoch", owner.getEpoch());
    parameters.put("at", at);
    return parameters;
  }
}
