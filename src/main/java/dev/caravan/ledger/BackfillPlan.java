package dev.caravan.ledger;

import dev.caravan.market.DailyWindow;
import dev.caravan.market.MarketCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a backfill asks for, cut into ranges that are small enough to be read again after a crash
 * and large enough to be worth their row. The same question has the same ranges whenever it is
 * asked: that is how a second start knows what the first has done.
 *
 * @param source {@code alpaca} or {@code yahoo}
 * @param feed Alpaca's feed, or {@code -}
 * @param dataset {@code bars} or {@code trades}
 * @param timeframe of bars; {@code -} for trades
 * @param from first date, New York
 * @param to last date, New York, inclusive
 * @param ranges all ranges; together they are the whole window of every symbol
 * @param sessions what the regular sessions of the window hold, as far as they are over
 */
public record BackfillPlan(
    String source,
    String feed,
    String dataset,
    String timeframe,
    LocalDate from,
    LocalDate to,
    List<Range> ranges,
    List<Session> sessions) {
  /** The timeframe under which a user asks for trades. */
  public static final String TRADES = "trades";

  /** How much one range may hold: ten pages of Alpaca's. */
  private static final int MOST_ROWS = 100_000;

  private static final int MOST_SYMBOLS = 50;

  /** A free plan withholds the newest quarter of an hour; a minute more is for clocks. */
  private static final Duration WITHHELD = Duration.ofMinutes(16);

  /** Rows of one symbol in one session, extended hours included: a guess that sizes ranges. */
  private static final Map<String, Integer> ROWS_A_SESSION = rowsASession();

  private static final Map<String, Duration> INTRADAY =
      Map.of(
          "1Min", Duration.ofMinutes(1),
          "5Min", Duration.ofMinutes(5),
          "15Min", Duration.ofMinutes(15),
          "1Hour", Duration.ofHours(1));

  /**
   * One range of some symbols.
   *
   * @param symbols in order, separated by commas
   * @param fromTs midnight of the first date in New York
   * @param toTs midnight after the last date in New York, exclusive
   * @param sessions how many sessions lie in it
   */
  public record Range(
      String symbols,
      LocalDate fromDate,
      LocalDate toDate,
      Instant fromTs,
      Instant toTs,
      int sessions) {}

  /**
   * What one regular session holds.
   *
   * @param first start of its first bar
   * @param after behind the start of its last bar that is over
   * @param bars how many of one symbol; for trades 1, since nobody knows how many there are
   */
  public record Session(LocalDate session, Instant first, Instant after, int bars) {}

  public BackfillPlan {
    ranges = List.copyOf(ranges);
    sessions = List.copyOf(sessions);
  }

  /** The timeframes that can be asked for, trades among them, in the order of their length. */
  public static List<String> timeframes() {
    return List.copyOf(ROWS_A_SESSION.keySet());
  }

  /**
   * Cuts a question into ranges.
   *
   * @param asked a timeframe, or {@link #TRADES}
   * @param symbols in Caravan's spelling
   * @param now what is younger than the source serves is not asked for
   */
  public static BackfillPlan of(
      String source,
      String feed,
      String asked,
      LocalDate from,
      LocalDate to,
      List<String> symbols,
      Instant now) {
    boolean trades = asked.equals(TRADES);
    String timeframe = trades ? "-" : asked;
    List<LocalDate> dates = MarketCalendar.sessions(from, to);
    List<String> ordered = symbols.stream().distinct().sorted().toList();
    List<Range> ranges = new ArrayList<>();
    if (!dates.isEmpty()) {
      // A chart of Yahoo's is of one symbol, and as long as one likes.
      boolean whole = source.equals("yahoo");
      int rows = ROWS_A_SESSION.get(asked);
      long ofOneSymbol = (long) rows * dates.size();
      int batch = whole ? 1 : (int) Math.max(1, Math.min(MOST_SYMBOLS, MOST_ROWS / ofOneSymbol));
      int length = whole ? dates.size() : Math.max(1, MOST_ROWS / (rows * batch));
      for (int first = 0; first < dates.size(); first += length) {
        int next = Math.min(first + length, dates.size());
        LocalDate fromDate = first == 0 ? from : dates.get(first);
        LocalDate toDate = next == dates.size() ? to : dates.get(next).minusDays(1);
        for (int symbol = 0; symbol < ordered.size(); symbol += batch) {
          ranges.add(
              new Range(
                  String.join(
                      ",", ordered.subList(symbol, Math.min(symbol + batch, ordered.size()))),
                  fromDate,
                  toDate,
                  midnight(fromDate),
                  midnight(toDate.plusDays(1)),
                  next - first));
        }
      }
    }
    Instant served = source.equals("alpaca") ? now.minus(WITHHELD) : now;
    return new BackfillPlan(
        source,
        feed,
        trades ? TRADES : "bars",
        timeframe,
        from,
        to,
        ranges,
        dates.stream().flatMap(date -> session(asked, date, served).stream()).toList());
  }

  /** The newest date of which the source serves anything yet. */
  public static LocalDate newest(String source, Instant now) {
    Instant served = source.equals("alpaca") ? now.minus(WITHHELD) : now;
    return served.atZone(MarketCalendar.NEW_YORK).toLocalDate();
  }

  /** How many symbols are asked for. */
  public int symbols() {
    return (int)
        ranges.stream().flatMap(range -> Stream.of(range.symbols().split(","))).distinct().count();
  }

  /** The first instant of a range, from the text that the database gives. */
  public static Instant start(String fromTs) {
    return Instant.parse(fromTs);
  }

  /** The last second of a range, or as much of it as every plan serves. */
  public static Instant end(String toTs, Instant now) {
    Instant last = Instant.parse(toTs).minusSeconds(1);
    Instant served = now.minus(WITHHELD);
    return last.isAfter(served) ? served : last;
  }

  /** The dates of a range, from the texts that the database gives. */
  public static DailyWindow window(String fromDate, String toDate) {
    return DailyWindow.between(fromDate, toDate);
  }

  /** How many rows one symbol has in one session, roughly, before any are seen. */
  public int guess() {
    return ROWS_A_SESSION.get(dataset.equals(TRADES) ? TRADES : timeframe);
  }

  private static Optional<Session> session(String asked, LocalDate date, Instant served) {
    MarketCalendar.Session hours = MarketCalendar.session(date).orElseThrow();
    Instant over = hours.close().isBefore(served) ? hours.close() : served;
    if (asked.equals("1Day")) {
      return hours.close().isAfter(served)
          ? Optional.empty()
          : Optional.of(new Session(date, midnight(date), midnight(date.plusDays(1)), 1));
    }
    if (asked.equals(TRADES)) {
      return over.isAfter(hours.open())
          ? Optional.of(new Session(date, hours.open(), over, 1))
          : Optional.empty();
    }
    Duration length = INTRADAY.get(asked);
    // The hours of the clock, not those since the open: the first bar of 09:30 begins at 09:00.
    Instant first =
        asked.equals("1Hour") ? hours.open().truncatedTo(ChronoUnit.HOURS) : hours.open();
    long whole = Duration.between(first, over).toMillis() / length.toMillis();
    boolean cut =
        over.equals(hours.close()) && first.plus(length.multipliedBy(whole)).isBefore(over);
    int bars = (int) whole + (cut ? 1 : 0);
    return bars <= 0
        ? Optional.empty()
        : Optional.of(new Session(date, first, first.plus(length.multipliedBy(bars)), bars));
  }

  private static Instant midnight(LocalDate date) {
    return date.atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
  }

  private static Map<String, Integer> rowsASession() {
    Map<String, Integer> rows = new LinkedHashMap<>();
    rows.put("1Min", 900);
    rows.put("5Min", 190);
    rows.put("15Min", 64);
    rows.put("1Hour", 16);
    rows.put("1Day", 1);
    rows.put(TRADES, 20_000);
    return Collections.unmodifiableMap(rows);
  }
}
