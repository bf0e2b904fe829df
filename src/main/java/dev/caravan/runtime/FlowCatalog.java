package dev.caravan.runtime;

import static dev.caravan.runtime.Flow.OFF;
import static dev.caravan.runtime.Flow.SESSION;
import static dev.caravan.runtime.Flow.START;
import static dev.caravan.runtime.Flow.flow;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All flows, each declared once. What starts a flow or names one follows from here: schedules and
 * their settings, the command line, the API, JMX and the demo. That routes and documents agree is
 * checked by {@code FlowCatalogTest}.
 */
public final class FlowCatalog {
  /** Before the name of a flow: the key of its schedule. */
  static final String SCHEDULE = "caravan.schedule.";

  /** The key of the stream's hours; the stream is no flow, since it has no runs. */
  static final String STREAM = SCHEDULE + "stream";

  /** All flows, in the order in which a person reads them. */
  public static final List<Flow> ALL =
      List.of(
          // A new flow is one entry more.
          flow("yahoo-quotes", "Price and volume of each active symbol, from Yahoo.")
              .at(SESSION)
              .inDemo("0/5 * * ? * *")
              .undated("reads the latest price"),
          flow("yahoo-bars", "Daily bars, dividends and splits, from Yahoo."),
          flow("yahoo-profiles", "Companies and funds behind the symbols, from Yahoo.")
              .undated("reads what is known today")
              .note(
                  "At most 200 a run: those without a profile, then those not looked at for 7 days."),
          flow("alpaca-corporate-actions", "Splits, dividends and renames, from Alpaca.")
              .withAlpacaKeys()
              .note(
                  "The first time of the last year (or since the oldest bar), then of the 30 days"
                      + " before the last reading and 30 days ahead."),
          flow("alpaca-daily-bars", "Daily bars, from Alpaca.").withAlpacaKeys(),
          flow("alpaca-hourly-bars", "Bars of an hour, from Alpaca.").withAlpacaKeys(),
          flow("alpaca-minute-bars", "Bars of a minute of the last days, from Alpaca.")
              .withAlpacaKeys(),
          flow("news-load", "News since the last article that is stored.")
              .undated("reads what is newer than the last stored article"),
          flow("symbol-maintenance", "Names, exchanges and delistings, from Alpaca's list.")
              .withAlpacaKeys()
              .undated("reads what is listed now")
              .note("The list has tens of megabytes: once a day is enough."),
          flow("market-calendar", "The sessions of the exchanges, from Alpaca.")
              .at("0 30 5 ? * *")
              // It is the first step of start-of-day.
              .inDemo(OFF)
              .withAlpacaKeys()
              .undated("reads what is due now")
              .note("Unless it is off, it also runs at each start."),
          // In the demo each of the three has its own part of the minute: they share steps, and a
          // flow never overlaps itself.
          flow("hourly-process", "A check of the database, then news and hourly bars.")
              .at("0 1 9-16 ? * MON-FRI")
              .inDemo("5 * * ? * *")
              .runs("news-load", "alpaca-hourly-bars")
              .undated("reads what is due now"),
          flow(
                  "start-of-day",
                  "The calendar, minute bars, and the bars of the session before, final.")
              .at("0 0 6 ? * MON-FRI")
              .inDemo("35 * * ? * *")
              .runs(
                  "market-calendar",
                  "alpaca-minute-bars",
                  "yahoo-bars",
                  "alpaca-daily-bars",
                  "receipts"),
          flow("end-of-day", "Symbols, daily bars, profiles and receipts of the session.")
              .at("0 0 18 ? * MON-FRI")
              .inDemo("10 * * ? * *")
              .runs(
                  "symbol-maintenance",
                  "yahoo-bars",
                  "alpaca-corporate-actions",
                  "alpaca-daily-bars",
                  "yahoo-profiles",
                  "receipts"),
          flow("receipts", "Counts what the newest session that is over owed and has."),
          flow("catch-up", "Finds out what was owed while Caravan was down.")
              .at(START)
              .runs("symbol-maintenance", "alpaca-corporate-actions", "hourly-process")
              .undated("finds out by itself what is missing")
              .note(
                  "\"start\" is once at each start; a cron runs it at each start and at these times."),
          flow("repair", "Asks again for what is owed in table gaps.")
              .at("0 * * ? * *")
              .inDemo("5/15 * * ? * *")
              .undated("requests what is missing")
              .note("Without a gap it asks for nothing."),
          flow("retention", "Makes the months to come, and drops what is older than is to be kept.")
              .at("0 30 4 * * ?")
              .inDemo("50 * * ? * *")
              .undated("goes by the settings caravan.retention.*")
              .note("Of data it drops nothing unless caravan.retention.* says so."));

  /** Their names, in the same order. */
  public static final List<String> FLOWS = ALL.stream().map(Flow::name).toList();

  /** Every minute in which the exchanges may be open; the route asks the calendar itself. */
  private static final String SESSION_CRON = "0 * 9-16 ? * MON-FRI";

  private static final String CATCH_UP = SCHEDULE + "catch-up";

  private static final Set<String> WEEKDAYS = Set.of("MON-FRI", "2-6");

  private FlowCatalog() {}

  static void resolve(Settings settings, Properties properties) {
    for (Flow flow : ALL) {
      String schedule = settings.get(flow.key());
      String name = "caravan.internal.schedule." + flow.name();
      boolean session = schedule.equals(SESSION);
      boolean cronless = schedule.equals(OFF) || schedule.equals(START);
      boolean off = cronless || (flow.needsAlpaca() && !settings.alpaca());
      // Quartz wants a cron even for a route that does not start.
      String cron = session || cronless ? SESSION_CRON : schedule;
      properties.setProperty(name + ".cron", cron.replace(' ', '+'));
      properties.setProperty(name + ".admits", session ? "sessions" : admits(cron));
      properties.setProperty(name + ".on", Boolean.toString(!off));
      properties.setProperty(name + ".purpose", flow.purpose());
      properties.setProperty(name + ".undated", flow.undated());
    }
    properties.setProperty("caravan.internal.flows", String.join(",", FLOWS));
    properties.setProperty(
        "caravan.internal.flows-without-keys",
        ALL.stream()
            .filter(flow -> flow.needsAlpaca() && !settings.alpaca())
            .map(Flow::name)
            .collect(Collectors.joining(",")));
    properties.setProperty("caravan.internal.streams", Boolean.toString(streams(settings)));
    // Who only stores what comes by Kafka connects to none.
    properties.setProperty(
        "caravan.internal.schedule.stream.on",
        Boolean.toString(streams(settings) && !KafkaSettings.onlyWrites(settings)));
    properties.setProperty(
        "caravan.internal.catch-up", Boolean.toString(!settings.get(CATCH_UP).equals(OFF)));
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
        && !settings.get(STREAM).equals(OFF);
  }

  /** The flow of this name. */
  public static Optional<Flow> find(String name) {
    return ALL.stream().filter(flow -> flow.name().equals(name)).findFirst();
  }

  /** The schedules of the demo, by key: of the flows that have another one there. */
  public static Map<String, String> demoSchedules() {
    return ALL.stream()
        .filter(flow -> !flow.demoSchedule().isEmpty())
        .collect(Collectors.toMap(Flow::key, Flow::demoSchedule));
  }

  /** When each flow runs, on one line. */
  static String summary(Settings settings) {
    return ALL.stream()
        .filter(flow -> !settings.get(flow.key()).equals(OFF))
        .map(flow -> flow.name() + " at '" + settings.get(flow.key()) + "'")
        .collect(Collectors.joining(", "));
  }
}
