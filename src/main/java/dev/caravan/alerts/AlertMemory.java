package dev.caravan.alerts;

import dev.caravan.database.Database;
import dev.caravan.market.MarketCalendar;
import dev.caravan.source.FailureReason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What alerts remember while the database cannot: that it is away and who has been told so, what
 * was sent and is not recorded yet, and when this process was last awake.
 */
public final class AlertMemory {
  private static final Logger LOG = LoggerFactory.getLogger(AlertMemory.class);
  private static final int LONGEST_ABSENCE_DAYS = 14;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

  private List<AlertAddress> addresses = List.of();
  private Clock clock = Clock.systemUTC();
  private Duration grace = Duration.ofSeconds(60);

  private final AtomicLong open = new AtomicLong(-1);
  private final AtomicLong untold = new AtomicLong(-1);
  private Instant awake;
  private Instant awaySince;
  private AlertMessage outage;
  private boolean recorded;
  private final Map<Integer, Attempt> attempts = new HashMap<>();
  private final List<Outcome> unsettled = new ArrayList<>();
  private final Set<String> failing = new HashSet<>();

  /** How it stands between the outage and one address. */
  private static final class Attempt {
    private boolean told;
    private boolean underWay;
    private int failures;
    private Instant next = Instant.MIN;
  }

  /** A session, as a statement reads it. */
  public record Hours(Instant open, Instant close) {}

  /**
   * An outage, as a statement reads it.
   *
   * @param told names of the addresses that have been told
   */
  public record Outage(String subject, String detail, Instant openedAt, List<String> told) {}

  /**
   * What came of a message.
   *
   * @param fault why it was not taken, or null
   */
  public record Outcome(long alertId, String kind, String address, String fault) {}

  /**
   * A message and where it goes.
   *
   * @param alertId its row, or null where only the memory has it
   */
  public record Errand(int address, String name, Long alertId, AlertMessage message) {}

  public void setTo(String to) {
    addresses = AlertAddress.list(to);
  }

  public void setClock(Clock clock) {
    this.clock = clock;
  }

  /** For how long the database may be away before anybody is told. */
  public void setGraceMs(long graceMs) {
    grace = Duration.ofMillis(graceMs);
  }

  /** Shows the figures in a registry. */
  public void setRegistry(MeterRegistry registry) {
    Gauge.builder("caravan.alerts.open", open, AtomicLong::get)
        .description("Open incidents; -1 while the database does not answer")
        .register(registry);
    Gauge.builder("caravan.alerts.untold", untold, AtomicLong::get)
        .description("Messages that an address has not taken yet; -1 while nobody knows")
        .register(registry);
  }

  /** What the database has counted. */
  public void counted(List<Map<String, Object>> rows) {
    open.set(((Number) rows.get(0).get("open")).longValue());
    untold.set(((Number) rows.get(0).get("untold")).longValue());
  }

  /** The numbers of all addresses. */
  public List<Integer> numbers() {
    return addresses.stream().map(AlertAddress::number).toList();
  }

  /** What may be shown of all addresses. */
  public List<String> names() {
    return addresses.stream().map(AlertAddress::name).toList();
  }

  public String name(int number) {
    return addresses.get(number - 1).name();
  }

  /** Seconds since this was last asked: how long the process, or its machine, slept. */
  public synchronized long awake() {
    Instant now = clock.instant();
    long slept =
        awake == null
            ? Duration.ofDays(36_500).toSeconds()
            : Math.max(0, Duration.between(awake, now).toSeconds());
    awake = now;
    return slept;
  }

  /** The sessions of the last two weeks. */
  public List<Hours> sessions() {
    LocalDate today = clock.instant().atZone(MarketCalendar.NEW_YORK).toLocalDate();
    return MarketCalendar.sessions(today.minusDays(LONGEST_ABSENCE_DAYS), today).stream()
        .map(date -> MarketCalendar.session(date).orElseThrow())
        .map(session -> new Hours(session.open(), session.close()))
        .toList();
  }

  /** The database did not do what it was asked. */
  public synchronized void databaseAway(Throwable failure) {
    open.set(-1);
    untold.set(-1);
    Instant now = clock.instant();
    if (awaySince == null) {
      // As the database keeps it, so that both tell of the same incident.
      awaySince = now.truncatedTo(ChronoUnit.MICROS);
    }
    if (outage == null && !now.isBefore(awaySince.plus(grace))) {
      String reason = FailureReason.of(failure);
      LOG.warn("The database has been away since {}: {}", awaySince, reason);
      outage =
          new AlertMessage(
              "database-away",
              Database.hostName(),
              AlertMessage.Kind.OPENED,
              reason,
              awaySince,
              null,
              Database.hostName());
    }
  }

  /** Whether there is an outage that the database has not recorded. */
  synchronized boolean hasOutage() {
    return outage != null;
  }

  /** The outage that is to be recorded; none while somebody is being told of it. */
  public synchronized List<Outage> outages() {
    recorded = outage != null && attempts.values().stream().noneMatch(each -> each.underWay);
    if (!recorded) {
      return List.of();
    }
    List<String> told =
        addresses.stream()
            .filter(
                address ->
                    attempts.containsKey(address.number()) && attempts.get(address.number()).told)
            .map(AlertAddress::name)
            .toList();
    return List.of(new Outage(outage.subject(), outage.detail(), outage.since(), told));
  }

  /** The database has done what it was asked, and has what {@link #outages} gave. */
  public synchronized void databaseBack() {
    awaySince = null;
    if (recorded) {
      recorded = false;
      outage = null;
      attempts.clear();
    }
  }

  /** The message that the database has given out for an address, or null where it is owed none. */
  public Errand claimed(int number, List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      return null;
    }
    Map<String, Object> row = rows.get(0);
    long alertId = ((Number) row.get("alert_id")).longValue();
    AlertMessage.Kind kind =
        AlertMessage.Kind.valueOf(((String) row.get("kind")).toUpperCase(Locale.ROOT));
    return new Errand(
        number,
        name(number),
        alertId,
        new AlertMessage(
            (String) row.get("what"),
            (String) row.get("subject"),
            kind,
            (String) row.get("detail"),
            Instant.parse((String) row.get("opened_at")),
            kind != AlertMessage.Kind.CLEARED
                ? null
                : Instant.parse((String) row.get("cleared_at")),
            Database.hostName()));
  }

  /** What is to be told from memory, since the database is away; null where that is nothing. */
  public synchronized Errand remembered(int number) {
    if (outage == null) {
      return null;
    }
    Attempt attempt = attempts.computeIfAbsent(number, first -> new Attempt());
    if (attempt.told || attempt.underWay || attempt.next.isAfter(clock.instant())) {
      return null;
    }
    attempt.underWay = true;
    return new Errand(number, name(number), null, outage);
  }

  /** What came of an errand, for the database; nothing where only the memory has it. */
  public synchronized List<Outcome> outcomes(Errand errand, String fault) {
    String reason = fault == null || fault.isEmpty() ? null : fault;
    if (reason == null) {
      failing.remove(errand.name());
    } else if (failing.add(errand.name())) {
      // Once, until it works again.
      LOG.warn("Cannot send alerts to {}: {}; Caravan keeps trying", errand.name(), reason);
    }
    if (errand.alertId() != null) {
      return List.of(
          new Outcome(
              errand.alertId(),
              errand.message().kind().name().toLowerCase(Locale.ROOT),
              errand.name(),
              reason));
    }
    Attempt attempt = attempts.get(errand.address());
    attempt.underWay = false;
    attempt.told = reason == null;
    if (reason != null) {
      Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt.failures++, 10));
      attempt.next =
          clock.instant().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    }
    return List.of();
  }

  /** The database could not take these; it is given them again when it is back. */
  public synchronized void keep(List<Outcome> outcomes) {
    unsettled.addAll(outcomes);
  }

  public synchronized List<Outcome> unsettled() {
    return List.copyOf(unsettled);
  }

  public synchronized void forget(List<Outcome> outcomes) {
    unsettled.removeAll(outcomes);
  }
}
