package dev.caravan.yahoo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.InstrumentKind;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.TradingWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * To which session of its exchange a daily row belongs. A row carries the session's open; that of
 * the newest session the time of its last trade, which may be one after the close, on the next
 * date, or on a day without any session.
 */
final class YahooSessions {
  /** From this hour on a row at a full hour may be the midnight after it, by the wrong offset. */
  private static final int LATE_HOUR = 22;

  /** A closing auction, and what is reported late of it. */
  private static final Duration AUCTION = Duration.ofMinutes(15);

  /** A session that opens before it is one around the clock. */
  private static final LocalTime EARLIEST_OPEN = LocalTime.of(3, 0);

  /** Behind it a number is one of milliseconds. */
  private static final long MOST_SECONDS = 100_000_000_000L;

  private static final Duration BEFORE_THE_OPEN = Duration.ofHours(1);

  /** Currencies from 21:00 in London, futures from 18:00 in New York; on Sunday. */
  private static final int MARKETS_OPEN_AGAIN = 17;

  private final ZoneId zone;
  private final InstrumentKind kind;
  private final boolean named;
  private final Instant live;
  private final Instant readAt;
  private final Period current;

  /** Hours of the session that Yahoo calls current: from extended to regular hours. */
  private record Period(Instant first, Instant open, Instant close) {}

  /**
   * Where a row belongs.
   *
   * @param session date of the session
   * @param late whether it is of a time after that session: then it is none of its prices
   */
  record Place(LocalDate session, boolean late) {}

  private YahooSessions(
      ZoneId zone,
      InstrumentKind kind,
      boolean named,
      Instant live,
      Instant readAt,
      Period current) {
    this.zone = zone;
    this.kind = kind;
    this.named = named;
    this.live = live;
    this.readAt = readAt;
    this.current = current;
  }

  static YahooSessions of(JsonNode meta, ZoneId zone, InstrumentKind kind, Instant readAt) {
    JsonNode periods = meta.path("currentTradingPeriod");
    Optional<Instant> open = seconds(periods.path("regular").path("start"));
    Optional<Instant> close = seconds(periods.path("regular").path("end"));
    Period current = null;
    if (open.isPresent() && close.isPresent() && open.get().isBefore(close.get())) {
      Instant first =
          seconds(periods.path("pre").path("start"))
              .filter(start -> start.isBefore(open.get()))
              .orElse(open.get());
      current = new Period(first, open.get(), close.get());
    }
    return new YahooSessions(
        zone,
        kind,
        meta.path("instrumentType").isTextual(),
        seconds(meta.path("regularMarketTime")).orElse(null),
        readAt,
        current);
  }

  /**
   * @param atOpen whether it has the local time of the chart's first row, as sessions have
   * @param newest whether it is the last row of its chart; only that one has the time of a trade
   * @param traded whether it has a volume: a row among others was a session then, whatever the day
   *     of the week
   */
  Place place(Instant at, boolean atOpen, boolean newest, boolean traded) {
    ZonedDateTime local = at.atZone(zone);
    boolean isLive = at.equals(live);
    LocalDate date = local.toLocalDate();
    boolean fullHour = local.getMinute() == 0 && local.getSecond() == 0;
    if (local.getHour() >= LATE_HOUR && fullHour && !isLive && trades(date.plusDays(1))) {
      return new Place(date.plusDays(1), false);
    }
    // Of what Yahoo does not say what it is, nobody knows on which days it trades.
    boolean unknown = !named && kind == InstrumentKind.SHARE && atOpen;
    if (traded && (unknown || !newest && isForeignShare())) {
      return new Place(date, false);
    }
    if (!trades(date)) {
      boolean evening = local.getHour() >= MARKETS_OPEN_AGAIN && trades(date.plusDays(1));
      return evening && (kind == InstrumentKind.CURRENCY || kind == InstrumentKind.FUTURE)
          ? new Place(date.plusDays(1), false)
          : new Place(TradingWeek.before(kind, zone, date), true);
    }
    if (newest && !fullHour && isBeforeItsSession(at, local)) {
      return new Place(TradingWeek.before(kind, zone, date), true);
    }
    boolean late =
        !isLive && close(date).filter(close -> at.isAfter(close.plus(AUCTION))).isPresent();
    return new Place(date, late);
  }

  private boolean isForeignShare() {
    return (kind == InstrumentKind.SHARE || kind == InstrumentKind.INDEX)
        && !zone.equals(MarketCalendar.NEW_YORK);
  }

  private boolean trades(LocalDate date) {
    return TradingWeek.trades(kind, zone, date);
  }

  /** After midnight, when the session of the date before is over and its own has not begun. */
  private boolean isBeforeItsSession(Instant at, ZonedDateTime local) {
    Optional<LocalTime> first = opensAt(current == null ? null : current.first());
    if (first.isPresent()) {
      LocalTime begins = first.get().minus(BEFORE_THE_OPEN);
      LocalTime time = local.toLocalTime();
      if (time.isAfter(LocalTime.MIDNIGHT) && time.isBefore(begins)) {
        return true;
      }
    }
    return open(local.toLocalDate())
        .filter(open -> at.isBefore(open) && readAt.isBefore(open))
        .isPresent();
  }

  /** The local time of an opening, unless trading goes on around the clock. */
  private Optional<LocalTime> opensAt(Instant opening) {
    return Optional.ofNullable(opening)
        .map(instant -> instant.atZone(zone).toLocalTime())
        .filter(time -> !time.isBefore(EARLIEST_OPEN));
  }

  private Optional<Instant> open(LocalDate date) {
    if (isOfTheCalendar()) {
      return MarketCalendar.session(date).map(MarketCalendar.Session::open);
    }
    return opensAt(current == null ? null : current.open())
        .map(time -> date.atTime(time).atZone(zone).toInstant());
  }

  private Optional<Instant> close(LocalDate date) {
    if (isOfTheCalendar()) {
      return MarketCalendar.session(date).map(MarketCalendar.Session::close);
    }
    if (current == null) {
      return Optional.empty();
    }
    ZonedDateTime opened = current.open().atZone(zone);
    ZonedDateTime closed = current.close().atZone(zone);
    LocalDate closing =
        date.plusDays(closed.toLocalDate().toEpochDay() - opened.toLocalDate().toEpochDay());
    return Optional.of(closing.atTime(closed.toLocalTime()).atZone(zone).toInstant());
  }

  private boolean isOfTheCalendar() {
    return kind == InstrumentKind.SHARE && zone.equals(MarketCalendar.NEW_YORK);
  }

  private static Optional<Instant> seconds(JsonNode value) {
    return value.isIntegralNumber()
            && value.canConvertToLong()
            && value.longValue() < MOST_SECONDS
            && value.longValue() > 0
        ? Optional.of(Instant.ofEpochSecond(value.longValue()))
        : Optional.empty();
  }
}
