package dev.caravan.yahoo;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Paths and queries of Yahoo's chart v8, quote v7 and quoteSummary v10 (reference yahoo-chart,
 * sections 1, 6 and 7), percent-encoded.
 */
public final class YahooUrl {
  private YahooUrl() {}

  /**
   * The path for one symbol.
   *
   * @param yahooSymbol in Yahoo's spelling, for example {@code BRK-B} or {@code ^GSPC}
   */
  public static String path(String yahooSymbol) {
    return "/v8/finance/chart/" + encoded(yahooSymbol);
  }

  /** The path of the profile of one symbol. */
  public static String profilePath(String yahooSymbol) {
    return "/v10/finance/quoteSummary/" + encoded(yahooSymbol);
  }

  /**
   * The query for a profile, without the crumb. Every instrument has a {@code quoteType}, so that
   * an answer without any module means a symbol that Yahoo does not know. No module has prices,
   * with which every answer would be a new one.
   */
  public static String profileQuery() {
    return "modules=assetProfile%2CsummaryProfile%2CfundProfile%2CquoteType&formatted=false";
  }

  /** The query for the quotes of many symbols, in Yahoo's spelling, without the crumb. */
  public static String quotesQuery(Collection<String> yahooSymbols) {
    return "symbols="
        + yahooSymbols.stream().map(YahooUrl::encoded).collect(Collectors.joining(","));
  }

  static String encoded(String yahooSymbol) {
    // URLEncoder writes form data, in which a blank is a plus; in a path that is a real plus.
    return URLEncoder.encode(yahooSymbol, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The query for the price now: the smallest chart there is, of which only the head is read. */
  public static String quoteQuery() {
    return "interval=1d&range=1d";
  }

  /**
   * The query for daily bars, dividends, splits and capital gains.
   *
   * @param from first session's date
   * @param to last session's date, inclusive
   */
  public static String dailyQuery(LocalDate from, LocalDate to) {
    // A session east of UTC begins before its own date does in UTC, and one west of it ends after
    // it: a day of slack on both sides. Rows beyond what was asked for are real rows and harmless.
    // period2 is exclusive.
    long period1 = from.minusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    long period2 = to.plusDays(2).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    return "period1="
        + period1
        + "&period2="
        + period2
        + "&interval=1d&events=div%7Csplit%7CcapitalGains&includeAdjustedClose=true";
  }
}
