package dev.caravan.alpaca;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** Paths and queries of Alpaca's market data v2 (reference alpaca-rest, sections 2 and 3). */
public final class AlpacaUrl {
  /** Its history lies in that of {@code sip}: it is the same feed, 15 minutes late. */
  private static final String DELAYED = "delayed_sip";

  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private AlpacaUrl() {}

  private static final String ACTIONS = "corporate-actions";

  /**
   * The path of one kind of rows of many symbols: {@code bars}, {@code trades}, {@code quotes} or
   * {@code corporate-actions}.
   */
  public static String path(String rows) {
    return rows.equals(ACTIONS) ? "/v1/" + ACTIONS : "/v2/stocks/" + rows;
  }

  /**
   * The query for one page, percent-encoded. Each page repeats all of it, since a token is only
   * known to be valid with the parameters that it was made for.
   *
   * @param rows {@code bars}, {@code trades}, {@code quotes} or {@code corporate-actions}
   * @param symbols in Alpaca's spelling, at least one; one malformed symbol fails the whole request
   * @param timeframe of bars; other rows have none
   * @param start inclusive
   * @param end inclusive; always given, since the server's own default differs from plan to plan
   * @param feed of the stream or of history
   * @param pageToken of the page before; null or empty for the first one
   */
  public static String query(
      String rows,
      List<String> symbols,
      String timeframe,
      Instant start,
      Instant end,
      String feed,
      String pageToken) {
    if (symbols.isEmpty()) {
      throw new IllegalArgumentException("Alpaca is asked for " + rows + " of at least one symbol");
    }
    if (rows.equals(ACTIONS)) {
      return actions(symbols, start, end, pageToken);
    }
    boolean bars = rows.equals("bars");
    StringBuilder query =
        new StringBuilder().append("symbols=").append(encoded(String.join(",", symbols)));
    if (bars) {
      query.append("&timeframe=").append(encoded(timeframe));
    }
    query
        .append("&start=")
        .append(encoded(start.toString()))
        .append("&end=")
        .append(encoded(end.toString()))
        .append("&limit=10000")
        .append(bars ? "&adjustment=raw" : "")
        .append("&sort=asc&feed=")
        .append(encoded(feed.equals(DELAYED) ? "sip" : feed));
    return query.append(page(pageToken)).toString();
  }

  /** As {@link #query(String, List, String, Instant, Instant, String, String)}, of a request. */
  public static String query(String rows, HistoryRequest request, String pageToken) {
    return query(
        rows,
        List.of(request.symbols().split(",")),
        request.timeframe(),
        request.start(),
        request.end(),
        request.feed(),
        pageToken);
  }

  /** Actions have dates, no times, and a tenth of the rows a page. All kinds are asked for. */
  private static String actions(
      List<String> symbols, Instant start, Instant end, String pageToken) {
    return "symbols="
        + encoded(String.join(",", symbols))
        + "&start="
        + start.atZone(NEW_YORK).toLocalDate()
        + "&end="
        + end.atZone(NEW_YORK).toLocalDate()
        + "&limit=1000&sort=asc"
        + page(pageToken);
  }

  private static String page(String token) {
    return token == null || token.isEmpty() ? "" : "&page_token=" + encoded(token);
  }

  private static String encoded(String value) {
    // URLEncoder writes form data, in which a blank is a plus.
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
