package dev.caravan.simulator.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which symbols there are, what they are called and where they are listed. Every well-formed symbol
 * exists, except those that begin with {@code ZZZZ}; symbols that begin with {@code XX} are
 * inactive at Alpaca, for a test of delistings.
 */
public final class Listing {
  /** Symbols whose data has no holes, so that a demonstration shows a complete picture. */
  public static final List<String> DEMO =
      List.of("AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "TSLA", "META");

  private static final String UNKNOWN = "ZZZZ";
  private static final String INACTIVE = "XX";
  private static final int MADE_UP = 3000;
  private static final int MADE_UP_INACTIVE = 400;

  private static final Map<String, String> NASDAQ =
      Map.ofEntries(
          Map.entry("AAPL", "Apple Inc."),
          Map.entry("ADBE", "Adobe Inc."),
          Map.entry("AMD", "Advanced Micro Devices, Inc."),
          Map.entry("AMGN", "Amgen Inc."),
          Map.entry("AMZN", "Amazon.com, Inc."),
          Map.entry("AVGO", "Broadcom Inc."),
          Map.entry("COST", "Costco Wholesale Corporation"),
          Map.entry("CSCO", "Cisco Systems, Inc."),
          Map.entry("GOOG", "Alphabet Inc. Class C"),
          Map.entry("GOOGL", "Alphabet Inc. Class A"),
          Map.entry("INTC", "Intel Corporation"),
          Map.entry("META", "Meta Platforms, Inc."),
          Map.entry("MSFT", "Microsoft Corporation"),
          Map.entry("NFLX", "Netflix, Inc."),
          Map.entry("NVDA", "NVIDIA Corporation"),
          Map.entry("PEP", "PepsiCo, Inc."),
          Map.entry("QCOM", "QUALCOMM Incorporated"),
          Map.entry("TSLA", "Tesla, Inc."),
          Map.entry("TXN", "Texas Instruments Incorporated"));

  private static final Map<String, String> NYSE =
      Map.ofEntries(
          Map.entry("BAC", "Bank of America Corporation"),
          Map.entry("BRK.B", "Berkshire Hathaway Inc. Class B"),
          Map.entry("CVX", "Chevron Corporation"),
          Map.entry("DIS", "The Walt Disney Company"),
          Map.entry("GS", "The Goldman Sachs Group, Inc."),
          Map.entry("HD", "The Home Depot, Inc."),
          Map.entry("IBM", "International Business Machines Corporation"),
          Map.entry("JNJ", "Johnson & Johnson"),
          Map.entry("JPM", "JPMorgan Chase & Co."),
          Map.entry("KO", "The Coca-Cola Company"),
          Map.entry("MCD", "McDonald's Corporation"),
          Map.entry("NKE", "NIKE, Inc."),
          Map.entry("ORCL", "Oracle Corporation"),
          Map.entry("PFE", "Pfizer Inc."),
          Map.entry("PG", "The Procter & Gamble Company"),
          Map.entry("SPY", "SPDR S&P 500 ETF Trust"),
          Map.entry("UNH", "UnitedHealth Group Incorporated"),
          Map.entry("V", "Visa Inc."),
          Map.entry("WMT", "Walmart Inc."),
          Map.entry("XOM", "Exxon Mobil Corporation"));

  private static final String[] FIRST = {
    "Alder", "Beacon", "Cedar", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Iron", "Juniper"
  };
  private static final String[] SECOND = {
    "Bancorp", "Energy", "Foods", "Holdings", "Industries", "Materials", "Software", "Therapeutics"
  };

  private static final String ALPACA_FORM = "[A-Z]{1,6}(\\.[A-Z]{1,3}(\\.[A-Z])?)?";
  private static final String YAHOO_FORM = "\\^?[A-Z0-9][A-Z0-9.=-]{0,19}";

  private Listing() {}

  public static boolean isWellFormedAtAlpaca(String symbol) {
    return symbol.matches(ALPACA_FORM);
  }

  public static boolean existsAtAlpaca(String symbol) {
    return isWellFormedAtAlpaca(symbol)
        && !symbol.startsWith(UNKNOWN)
        && !symbol.endsWith(".USD")
        && Venue.of(yahooSpelling(symbol)).isUsShare();
  }

  public static boolean isWellFormedAtYahoo(String symbol) {
    return symbol.matches(YAHOO_FORM);
  }

  static boolean existsAtYahoo(String symbol) {
    return isWellFormedAtYahoo(symbol) && !symbol.startsWith(UNKNOWN);
  }

  /**
   * Class shares have a dot at Alpaca and a hyphen at Yahoo: BRK.B and BRK-B. Preferred shares,
   * warrants, units and rights have suffixes of their own: BAC.PRL is BAC-PL.
   */
  public static String yahooSpelling(String alpacaSymbol) {
    return alpacaSymbol
        .replaceFirst("\\.PR([A-Z]?)$", "-P$1")
        .replaceFirst("\\.WS(?:\\.([A-Z]))?$", "-WT$1")
        .replaceFirst("\\.U$", "-UN")
        .replaceFirst("\\.RT$", "-RI")
        .replace('.', '-');
  }

  /** The other way round, of a symbol in either spelling. */
  static String alpacaSpelling(String symbol) {
    return symbol
        .replaceFirst("-P([A-Z]?)$", ".PR$1")
        .replaceFirst("-WT$", ".WS")
        .replaceFirst("-WT([A-Z])$", ".WS.$1")
        .replaceFirst("-UN$", ".U")
        .replaceFirst("-RI$", ".RT")
        .replace('-', '.');
  }

  static boolean isActive(String alpacaSymbol) {
    return !alpacaSymbol.startsWith(INACTIVE);
  }

  static boolean isWellKnown(String alpacaSymbol) {
    return NASDAQ.containsKey(alpacaSymbol) || NYSE.containsKey(alpacaSymbol);
  }

  /** The symbols whose companies are known by name. */
  public static Set<String> wellKnown() {
    Set<String> symbols = new TreeSet<>(NASDAQ.keySet());
    symbols.addAll(NYSE.keySet());
    return symbols;
  }

  /** NASDAQ or NYSE, of a symbol in either spelling. */
  public static String exchange(String symbol) {
    String listed = alpacaSpelling(symbol);
    if (NASDAQ.containsKey(listed)) {
      return "NASDAQ";
    }
    boolean nyse =
        NYSE.containsKey(listed)
            || SeededRandom.uniform(SeededRandom.seed(listed, "exchange"), 0) < 0.5;
    return nyse ? "NYSE" : "NASDAQ";
  }

  /** The company's name, of a symbol in either spelling. */
  public static String name(String symbol) {
    String listed = alpacaSpelling(symbol);
    String known = NASDAQ.getOrDefault(listed, NYSE.get(listed));
    if (known != null) {
      return known;
    }
    long bits = SeededRandom.seed(listed, "name") >>> 1;
    return FIRST[(int) (bits % FIRST.length)]
        + ' '
        + SECOND[(int) (bits / FIRST.length % SECOND.length)]
        + " ("
        + listed
        + ')';
  }

  /** Every symbol of the asset list, in Alpaca's spelling and in alphabetical order. */
  public static List<String> assets() {
    Map<String, String> symbols = new TreeMap<>(NASDAQ);
    symbols.putAll(NYSE);
    long seed = SeededRandom.seed("assets", "symbol");
    long index = 0;
    for (int active = 0; active < MADE_UP; ) {
      String symbol = letters(SeededRandom.bits(seed, index++), 4);
      boolean fresh = isActive(symbol) && !symbol.startsWith(UNKNOWN);
      active += fresh && symbols.putIfAbsent(symbol, "") == null ? 1 : 0;
    }
    for (int inactive = 0; inactive < MADE_UP_INACTIVE; ) {
      String symbol = INACTIVE + letters(SeededRandom.bits(seed, index++), 2);
      inactive += symbols.putIfAbsent(symbol, "") == null ? 1 : 0;
    }
    return List.copyOf(symbols.keySet());
  }

  private static String letters(long bits, int count) {
    StringBuilder text = new StringBuilder();
    long rest = bits >>> 1;
    for (int i = 0; i < count; i++) {
      text.append((char) ('A' + rest % 26));
      rest /= 26;
    }
    return text.toString();
  }
}
