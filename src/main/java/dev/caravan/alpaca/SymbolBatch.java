package dev.caravan.alpaca;

import dev.caravan.market.InvalidSymbolException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How far one request of many symbols has come. Alpaca answers in pages that are ordered by symbol
 * and then by time, so that a page can end in the middle of a symbol; one malformed symbol fails
 * them all.
 *
 * @param asked the symbols still in the request, in order
 * @param seen those of them that came with rows
 * @param malformed those of them of which a row could not be taken
 * @param pageToken where the next page begins; null before the first and after the last
 * @param open whether there is a page to ask for
 */
public record SymbolBatch(
    List<String> asked, Set<String> seen, Set<String> malformed, String pageToken, boolean open) {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  /** A free plan refuses the whole request where its end is younger than 15 minutes. */
  private static final int DELAY_MINUTES = 16;

  public static SymbolBatch of(String symbols) {
    List<String> asked = List.of(symbols.split(","));
    return new SymbolBatch(asked, Set.of(), Set.of(), null, true);
  }

  /** After a page: what it held, and where the next one begins. */
  public static SymbolBatch after(SymbolBatch batch, AlpacaPage page) {
    Set<String> seen = new LinkedHashSet<>(batch.seen);
    seen.addAll(page.symbols());
    Set<String> malformed = new LinkedHashSet<>(batch.malformed);
    page.refused().forEach(row -> malformed.add(row.symbol()));
    return new SymbolBatch(
        batch.asked, seen, malformed, page.nextPageToken(), page.nextPageToken() != null);
  }

  /**
   * After a refusal that names one symbol: the same without it, from the first page.
   *
   * @throws InvalidSymbolException where the symbol is none of ours, so that asking again is no use
   */
  public static SymbolBatch without(SymbolBatch batch, String symbol) {
    List<String> rest = new ArrayList<>(batch.asked);
    if (!rest.removeIf(symbol::equalsIgnoreCase)) {
      throw new InvalidSymbolException(symbol);
    }
    return new SymbolBatch(List.copyOf(rest), Set.of(), Set.of(), null, !rest.isEmpty());
  }

  /** Symbols that came with rows, of an answer that was read to its end. */
  public int served() {
    return (int) asked.stream().filter(seen::contains).count();
  }

  /** Symbols of which the whole answer has nothing, separated by commas. */
  public String absent() {
    return String.join(",", asked.stream().filter(symbol -> !seen.contains(symbol)).toList());
  }

  /** The symbols that are not served unless the answer is read to its end, separated by commas. */
  public String unserved() {
    return String.join(",", asked);
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
