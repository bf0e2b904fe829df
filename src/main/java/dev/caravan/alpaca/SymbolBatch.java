package dev.caravan.alpaca;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How far one request of many symbols has come. Alpaca answers in pages that are ordered by symbol
 * and then by time, so that a page can end in the middle of a symbol.
 *
 * @param asked the symbols of the request, in order
 * @param seen those of them that came with rows
 * @param malformed those of them of which a row could not be taken
 * @param pageToken where the next page begins; null before the first and after the last
 * @param open whether there is a page to ask for
 * @param readAt when the first page was asked for: what happened later may be missing; null before
 */
public record SymbolBatch(
    List<String> asked,
    Set<String> seen,
    Set<String> malformed,
    String pageToken,
    boolean open,
    Instant readAt) {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  /** A free plan refuses the whole request where its end is younger than 15 minutes. */
  private static final int DELAY_MINUTES = 16;

  /** Before the first page. */
  public static SymbolBatch of(HistoryRequest request) {
    List<String> asked = List.of(request.symbols().split(","));
    return new SymbolBatch(asked, Set.of(), Set.of(), null, true, null);
  }

  /**
   * After a page: what it held, and where the next one begins.
   *
   * @param readAt when the page was asked for
   */
  public static SymbolBatch after(SymbolBatch batch, AlpacaPage page, Instant readAt) {
    Set<String> seen = new LinkedHashSet<>(batch.seen);
    seen.addAll(page.symbols());
    Set<String> malformed = new LinkedHashSet<>(batch.malformed);
    page.refused().forEach(row -> malformed.add(row.symbol()));
    return new SymbolBatch(
        batch.asked,
        seen,
        malformed,
        page.nextPageToken(),
        page.nextPageToken() != null,
        batch.readAt == null ? readAt : batch.readAt);
  }

  /** Symbols that came with rows, of an answer that was read to its end. */
  public int served() {
    return (int) asked.stream().filter(seen::contains).count();
  }

  /** Symbols of which the whole answer has nothing, separated by commas. */
  public String absent() {
    return String.join(",", asked.stream().filter(symbol -> !seen.contains(symbol)).toList());
  }

  /** The symbols of which a row could not be taken, separated by commas. */
  public String spoiled() {
    return String.join(",", malformed);
  }

  /** Midnight in New York, where the session's window begins. */
  public static Instant start(LocalDate date) {
    return date.atStartOfDay(NEW_YORK).toInstant();
  }

  /** The last instant of the session's date, or as much of it as every plan serves. */
  public static Instant end(LocalDate date, Instant now) {
    Instant end = date.atTime(LocalTime.of(23, 59, 59)).atZone(NEW_YORK).toInstant();
    Instant served = now.minusSeconds(DELAY_MINUTES * 60L);
    return end.isAfter(served) ? served : end;
  }
}
