package dev.caravan.alpaca;

import dev.caravan.market.Bar;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RowJson;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which bars a full answer of Alpaca's history held, page by page, and what it proves with those
 * that it left out: that nothing was traded then. It is taken from the answer alone, so that a bar
 * which is lost from the database later does not become one that never was.
 *
 * @param pages of each page the starts of its bars by symbol, in seconds since 1970
 * @param unclear symbols with a row whose time cannot be read: nothing is proved of them
 * @param readAt when the first page was asked for; null before it
 */
public record AlpacaProof(List<Map<String, long[]>> pages, Set<String> unclear, Instant readAt) {
  /** No plan withholds what is older, and a bar that is older is not revised by late trades. */
  private static final Duration DELAY = Duration.ofMinutes(16);

  private static final long MINUTE = 60;

  /** The night in which the clocks go forward takes an hour away. */
  private static final long SHORTEST_DAY = 23 * 60 * MINUTE;

  /** What is proved of one symbol's session; bars are numbered from the one at {@code opensAt}. */
  private record Proved(
      String symbol, LocalDate session, Instant opensAt, String asked, String quiet) {}

  /** The bars of a session that were asked for: from the first to before the last. */
  private record Asked(LocalDate session, Instant opensAt, int from, int to) {}

  /** Before the first page. */
  public static AlpacaProof none() {
    return new AlpacaProof(List.of(), Set.of(), null);
  }

  /** After a page. Rows that are no bars prove nothing here, and are not kept. */
  public static AlpacaProof after(AlpacaProof before, AlpacaPage page, Instant readAt) {
    Instant first = before.readAt == null ? readAt : before.readAt;
    if (!(page instanceof AlpacaBars.Page bars)) {
      return new AlpacaProof(before.pages, before.unclear, first);
    }
    Map<String, List<Long>> starts = new HashMap<>();
    for (Bar bar : bars.bars()) {
      starts.computeIfAbsent(bar.symbol(), any -> new ArrayList<>()).add(bar.ts().getEpochSecond());
    }
    Set<String> unclear = new HashSet<>(before.unclear);
    for (RefusedRow row : bars.refused()) {
      // A row that could not be taken is a row all the same: something was traded.
      try {
        Instant start =
            JsonFields.time(JsonFields.readOrMissing(row.payload()).path("t"), "t", row.symbol());
        if (start == null) {
          unclear.add(row.symbol());
        } else {
          starts
              .computeIfAbsent(row.symbol(), any -> new ArrayList<>())
              .add(start.getEpochSecond());
        }
      } catch (MissingDataException noTime) {
        unclear.add(row.symbol());
      }
    }
    Map<String, long[]> kept = new HashMap<>();
    starts.forEach(
        (symbol, times) -> kept.put(symbol, times.stream().mapToLong(Long::longValue).toArray()));
    List<Map<String, long[]>> pages = new ArrayList<>(before.pages);
    pages.add(kept);
    return new AlpacaProof(pages, unclear, first);
  }

  /**
   * What a full answer proves, as the JSON rows of {@code sql/proofs/record_proofs.sql}: one for
   * each symbol that was asked for to the end, and each session of whose regular hours bars were
   * asked for. Only {@code 1Min} and {@code 1Day} have receipts and so proofs.
   *
   * @param request that was answered to its last page
   */
  public static String rows(AlpacaProof proof, HistoryRequest request) {
    String timeframe = request.timeframe();
    List<Asked> sessions =
        proof.pages.isEmpty() ? List.of() : proof.asked(timeframe, request.start(), request.end());
    if (sessions.isEmpty()) {
      return "[]";
    }
    List<Proved> rows = new ArrayList<>();
    for (String symbol : request.symbols().split(",")) {
      if (!proof.unclear.contains(symbol)) {
        Map<LocalDate, BitSet> held = proof.held(symbol, timeframe, sessions);
        for (Asked session : sessions) {
          rows.add(
              new Proved(
                  symbol,
                  session.session(),
                  session.opensAt(),
                  "{[" + session.from() + "," + session.to() + ")}",
                  quiet(session, held.getOrDefault(session.session(), new BitSet()))));
        }
      }
    }
    return RowJson.json(rows);
  }

  private List<Asked> asked(String timeframe, Instant start, Instant end) {
    boolean daily = timeframe.equals("1Day");
    if (!daily && !timeframe.equals("1Min")) {
      return List.of();
    }
    List<Asked> asked = new ArrayList<>();
    Instant over = readAt.minus(DELAY);
    for (LocalDate date :
        MarketCalendar.sessions(
            start.atZone(MarketCalendar.NEW_YORK).toLocalDate(),
            end.atZone(MarketCalendar.NEW_YORK).toLocalDate())) {
      MarketCalendar.Session session = MarketCalendar.session(date).orElseThrow();
      if (daily) {
        Instant midnight = date.atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
        if (!midnight.isBefore(start) && !midnight.isAfter(end) && !session.close().isAfter(over)) {
          asked.add(new Asked(date, midnight, 0, 1));
        }
        continue;
      }
      long open = session.open().getEpochSecond();
      long minutes = (session.close().getEpochSecond() - open) / MINUTE;
      long from = Math.max(0, -Math.floorDiv(open - start.getEpochSecond(), MINUTE));
      long to = Math.min(minutes, Math.floorDiv(end.getEpochSecond() - open, MINUTE) + 1);
      // The last minute that is final has ended by then.
      to = Math.min(to, Math.floorDiv(over.getEpochSecond() - open, MINUTE));
      if (from < to) {
        asked.add(new Asked(date, session.open(), (int) from, (int) to));
      }
    }
    return asked;
  }

  private Map<LocalDate, BitSet> held(String symbol, String timeframe, List<Asked> sessions) {
    NavigableMap<Long, Asked> byOpen = new TreeMap<>();
    sessions.forEach(session -> byOpen.put(session.opensAt().getEpochSecond(), session));
    Map<LocalDate, BitSet> held = new LinkedHashMap<>();
    for (Map<String, long[]> page : pages) {
      long[] starts = page.getOrDefault(symbol, new long[0]);
      Arrays.stream(starts)
          .forEach(
              start -> {
                var session = byOpen.floorEntry(start);
                long number =
                    session == null
                        ? -1
                        : timeframe.equals("1Day")
                            // A day that is no session is none of the session before it.
                            ? (start - session.getKey() < SHORTEST_DAY ? 0 : -1)
                            : (start - session.getKey()) / MINUTE;
                if (number >= 0 && number < session.getValue().to()) {
                  held.computeIfAbsent(session.getValue().session(), any -> new BitSet())
                      .set((int) number);
                }
              });
    }
    return held;
  }

  /** The bars that were asked for and did not come, as an int4multirange. */
  private static String quiet(Asked session, BitSet held) {
    StringBuilder quiet = new StringBuilder("{");
    int from = held.nextClearBit(session.from());
    while (from < session.to()) {
      int next = held.nextSetBit(from);
      int to = next < 0 ? session.to() : Math.min(next, session.to());
      quiet.append(quiet.length() > 1 ? "," : "");
      quiet.append('[').append(from).append(',').append(to).append(')');
      from = held.nextClearBit(to);
    }
    return quiet.append('}').toString();
  }
}
