package dev.caravan.runtime;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns the schedule of each flow into what the schedule routes need: a cron, and whether to start.
 */
public final class FlowCatalog {
  /** The flows that can be started, in the order in which a person reads them. */
  public static final List<String> FLOWS =
      List.of(
          "yahoo-quotes",
          "yahoo-bars",
          "yahoo-profiles",
          "alpaca-corporate-actions",
          "alpaca-daily-bars",
          "alpaca-hourly-bars",
          "alpaca-minute-bars",
          "news-load",
          "symbol-maintenance",
          "market-calendar",
          "hourly-process",
          "start-of-day",
          "end-of-day",
          "receipts",
          "catch-up",
          "repair");

  /** What each flow does, as a person reads it. */
  private static final Map<String, String> PURPOSES =
      Map.ofEntries(
          Map.entry("yahoo-quotes", "Price and volume of each active symbol, from Yahoo."),
          Map.entry("yahoo-bars", "Daily bars, dividends and splits, from Yahoo."),
          Map.entry("yahoo-profiles", "Companies and funds behind the symbols, from Yahoo."),
          Map.entry("alpaca-corporate-actions", "Splits, dividends and renames, from Alpaca."),
          Map.entry("alpaca-daily-bars", "Daily bars, from Alpaca."),
          Map.entry("alpaca-hourly-bars", "Bars of an hour, from Alpaca."),
          Map.entry("alpaca-minute-bars", "Bars of a minute of the last days, from Alpaca."),
          Map.entry("news-load", "News since the last article that is stored."),
          Map.entry("symbol-maintenance", "Names, exchanges and delistings, from Alpaca's list."),
          Map.entry("market-calendar", "The sessions of the exchanges, from Alpaca."),
          Map.entry("hourly-process", "A check of the database, then news and hourly bars."),
          Map.entry(
              "start-of-day",
              "The calendar, minute bars, and the bars of the session before, final."),
          Map.entry("end-of-day", "Symbols, daily bars, profiles and receipts of the session."),
          Map.entry("receipts", "Counts what the newest session that is over owed and has."),
          Map.entry("catch-up", "Finds out what was owed while Caravan was down."),
          Map.entry("repair", "Asks again for what is owed in table gaps."));

  private static final String SESSION = "session";
  private static final String START = "start";
  private static final String CATCH_UP = "caravan.schedule.catch-up";
  private static final String STREAM = "caravan.schedule.stream";

  /** Every minute in which the exchanges may be open; the route asks the calendar itself. */
  private static final String SESSION_CRON = "0 * 9-16 ? * MON-FRI";

  private static final Set<String> WEEKDAYS = Set.of("MON-FRI", "2-6");

  private FlowCatalog() {}

  static void resolve(Settings settings, Properties properties) {
    for (String flow : FLOWS) {
      String schedule = settings.get("caravan.schedule." + flow);
      String name = "caravan.internal.schedule." + flow;
      boolean session = schedule.equals(SESSION);
      boolean cronless = schedule.equals("off") || schedule.equals(START);
      boolean off = cronless || (needsAlpaca(flow) && !settings.alpaca());
      // Quartz wants a cron even for a route that does not start.
      String cron = session || cronless ? SESSION_CRON : schedule;
      properties.setProperty(name + ".cron", cron.replace(' ', '+'));
      properties.setProperty(name + ".admits", session ? "sessions" : admits(cron));
      properties.setProperty(name + ".on", Boolean.toString(!off));
      properties.setProperty(name + ".purpose", PURPOSES.getOrDefault(flow, ""));
    }
    properties.setProperty("caravan.internal.flows", String.join(",", FLOWS));
    properties.setProperty(
        "caravan.internal.flows-without-keys",
        FLOWS.stream()
            .filter(flow -> needsAlpaca(flow) && !settings.alpaca())
            .collect(Collectors.joining(",")));
    properties.setProperty(
        "caravan.internal.schedule.stream.on", Boolean.toString(streams(settings)));
    properties.setProperty(
        "caravan.internal.catch-up", Boolean.toString(!settings.get(CATCH_UP).equals("off")));
  }

  /**
   * A cron of Monday to Friday means the days of sessions, so that a holiday is none; any other is
   * taken by its word.
   */
  private static String admits(String cron) {
    String[] fields = cron.strip().split("\\s+");
    return fields.length > 5 && WEEKDAYS.contains(fields[5].toUpperCase(Locale.ROOT))
        ? "session-days"
        : "always";
  }

  /** Whether the stream is read: it is wanted, and there are keys. */
  public static boolean streams(Settings settings) {
    return settings.alpaca()
        && settings.get("caravan.stream.enabled").equals("true")
        && !settings.get(STREAM).equals("off");
  }

  /** When each flow runs, on one line. */
  static String summary(Settings settings) {
    return FLOWS.stream()
        .filter(flow -> !settings.get("caravan.schedule." + flow).equals("off"))
        .map(flow -> flow + " at '" + settings.get("caravan.schedule." + flow) + "'")
        .collect(Collectors.joining(", "));
  }

  public static boolean needsAlpaca(String flow) {
    return flow.startsWith("alpaca-")
        || flow.equals("market-calendar")
        || flow.equals("symbol-maintenance");
  }
}
