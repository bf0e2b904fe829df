package dev.caravan.simulator.exchange;

import dev.caravan.market.ExchangeRules;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.MarketCalendar.Session;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The sessions of the simulated New York exchanges: those of the rules, without the closures and
 * with the early closes that nobody had planned. What Caravan was taught is not asked, since it was
 * taught by this.
 *
 * @param closures dates of sessions that are not held
 * @param earlyCloses dates of sessions that close at 13:00
 */
public record TradingDays(Set<LocalDate> closures, Set<LocalDate> earlyCloses) {
  private static final LocalTime EARLY_CLOSE = LocalTime.of(13, 0);

  static final TradingDays BY_THE_RULES = new TradingDays(Set.of(), Set.of());

  public static TradingDays of(SimulatorOptions options) {
    return new TradingDays(options.closures(), options.earlyCloses());
  }

  Optional<Session> session(LocalDate date) {
    return closures.contains(date)
        ? Optional.empty()
        : ExchangeRules.session(date)
            .map(session -> earlyCloses.contains(date) ? cut(session) : session);
  }

  public boolean isSession(LocalDate date) {
    return session(date).isPresent();
  }

  public boolean isOpen(Instant at) {
    return session(Timeframe.date(at))
        .filter(session -> !at.isBefore(session.open()) && at.isBefore(session.close()))
        .isPresent();
  }

  public List<Session> sessions(LocalDate from, LocalDate to) {
    return from.isAfter(to)
        ? List.of()
        : from.datesUntil(to.plusDays(1)).map(this::session).flatMap(Optional::stream).toList();
  }

  /** The newest session whose open is not after this instant. */
  public LocalDate lastSession(Instant at) {
    LocalDate date = Timeframe.date(at);
    while (session(date).filter(session -> !session.open().isAfter(at)).isEmpty()) {
      date = date.minusDays(1);
    }
    return date;
  }

  private static Session cut(Session session) {
    return new Session(
        session.date(),
        session.open(),
        session.date().atTime(EARLY_CLOSE).atZone(MarketCalendar.NEW_YORK).toInstant());
  }
}
