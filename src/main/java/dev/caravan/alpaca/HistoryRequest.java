package dev.caravan.alpaca;

import java.time.Instant;
import java.time.LocalDate;

/**
 * What Alpaca's history is asked for, to the last page.
 *
 * @param symbols in Alpaca's spelling, separated by commas, at least one
 * @param feed of the history; corporate actions have none
 * @param timeframe of bars; other rows have none
 * @param start first instant, inclusive
 * @param end last instant, inclusive
 * @param readFrom first date in New York of which the answer holds all bars, for the watermark;
 *     null for an answer that moves none
 */
public record HistoryRequest(
    String symbols, String feed, String timeframe, Instant start, Instant end, LocalDate readFrom) {

  /** A request that moves no watermark. */
  public static HistoryRequest of(
      String symbols, String feed, String timeframe, Instant start, Instant end) {
    return new HistoryRequest(symbols, feed, timeframe, start, end, null);
  }

  /** The same request, with another end. */
  public static HistoryRequest until(HistoryRequest request, Instant end) {
    return new HistoryRequest(
        request.symbols, request.feed, request.timeframe, request.start, end, request.readFrom);
  }

  /** The bars that a flow owes. */
  public static HistoryRequest of(
      String symbols,
      String feed,
      String timeframe,
      Instant start,
      Instant end,
      LocalDate readFrom) {
    return new HistoryRequest(symbols, feed, timeframe, start, end, readFrom);
  }
}
