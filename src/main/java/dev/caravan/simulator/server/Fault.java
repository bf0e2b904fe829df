package dev.caravan.simulator.server;

import java.time.Duration;
import java.util.Map;

/**
 * Something that goes wrong on demand. Faults are tried in the order in which they were added; the
 * first that matches a request is played and used up once. A request that a rate limit refuses
 * meets no fault.
 *
 * @param provider whose requests it meets; null for all
 * @param kind what goes wrong
 * @param times how often; -1 until it is cleared
 * @param match a part of the path and query, such as {@code AAPL}; empty for every request
 * @param status the status of {@link Kind#STATUS}; ignored otherwise
 * @param headers further headers of the answer, such as {@code Retry-After}
 * @param delay how long the answer is held back, whatever the kind
 */
public record Fault(
    Provider provider,
    Kind kind,
    int times,
    String match,
    int status,
    Map<String, String> headers,
    Duration delay) {

  /** What can go wrong. */
  public enum Kind {
    /** The given status with the provider's own body for it. */
    STATUS,
    /** The true answer, after the delay. */
    SLOW,
    /** No answer ever; the connection stays open until the simulator is closed. */
    HANG,
    /** The connection is closed without an answer. */
    RESET,
    /** Half of the true answer, shorter than its content-length says; then the end. */
    CLOSE_MID_BODY,
    /** The true answer cut in the middle, as a whole HTTP message. */
    MALFORMED,
    /** Status 200 with a web page. */
    HTML,
    /** Status 200 with JSON that has no rows. */
    EMPTY,
    /** The first page of Alpaca's again and again, each of which names the same next page. */
    STUCK_PAGES,
    /** The same, where two tokens follow each other in turn. */
    CIRCLING_PAGES,
    /** The same, where every page names another next page. */
    REPEATED_PAGES,
    /** After the first page empty ones, each of which names another next page. */
    EMPTY_PAGES
  }

  /** Fills in what may be left out and refuses what makes no sense. */
  public Fault {
    if (kind == null) {
      throw new IllegalArgumentException("A fault needs a kind");
    }
    if (times < -1 || times == 0) {
      throw new IllegalArgumentException(
          "times must be 1 or more, or -1 for ever, but is " + times);
    }
    if (kind == Kind.STATUS && (status < 200 || status > 599)) {
      throw new IllegalArgumentException("status must be 200 to 599, but is " + status);
    }
    match = match == null ? "" : match;
    headers = headers == null ? Map.of() : Map.copyOf(headers);
    delay = delay == null ? Duration.ZERO : delay;
    if (delay.isNegative()) {
      throw new IllegalArgumentException("The delay must not be negative, but is " + delay);
    }
  }

  /** A fault that every request of the provider meets until it is cleared. */
  public static Fault of(Provider provider, Kind kind) {
    return new Fault(provider, kind, -1, "", 200, Map.of(), Duration.ZERO);
  }

  /** An error status that every request of the provider meets until it is cleared. */
  public static Fault status(Provider provider, int status) {
    return new Fault(provider, Kind.STATUS, -1, "", status, Map.of(), Duration.ZERO);
  }

  /** The same, so many times. */
  public Fault times(int newTimes) {
    return new Fault(provider, kind, newTimes, match, status, headers, delay);
  }

  /** The same, only for requests with this text in their path or query. */
  public Fault matching(String newMatch) {
    return new Fault(provider, kind, times, newMatch, status, headers, delay);
  }

  /** The same, with these headers in its answer. */
  public Fault with(Map<String, String> newHeaders) {
    return new Fault(provider, kind, times, match, status, newHeaders, delay);
  }

  /** The same, held back for this long. */
  public Fault after(Duration newDelay) {
    return new Fault(provider, kind, times, match, status, headers, newDelay);
  }

  boolean meets(Provider asked, String target) {
    return (provider == null || provider == asked) && target.contains(match);
  }
}
