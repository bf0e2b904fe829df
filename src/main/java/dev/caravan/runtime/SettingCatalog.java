package dev.caravan.runtime;

import static dev.caravan.runtime.Setting.setting;
import static dev.caravan.runtime.SettingRules.alertAddresses;
import static dev.caravan.runtime.SettingRules.anything;
import static dev.caravan.runtime.SettingRules.cron;
import static dev.caravan.runtime.SettingRules.days;
import static dev.caravan.runtime.SettingRules.matching;
import static dev.caravan.runtime.SettingRules.number;
import static dev.caravan.runtime.SettingRules.setOf;
import static dev.caravan.runtime.SettingRules.symbols;
import static dev.caravan.runtime.SettingRules.url;
import static dev.caravan.runtime.SettingRules.zone;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All settings, each declared once, in the sections and the order of application.properties. That
 * file, which a person reads and changes, says the same; {@code SettingCatalogTest} compares them
 * word by word.
 */
public final class SettingCatalog {
  /**
   * Settings that belong together.
   *
   * @param note what holds for all of them, or empty
   */
  public record Section(String title, String note, List<Setting> settings) {}

  private static final String USER_WITHOUT_COLON = "a name without a colon";

  /** HTTP Basic ends the user's name at the first colon. */
  private static final String NO_COLON = "[^:\\p{Cntrl}]*";

  private static final String KEY = "a key without blanks";
  private static final String NO_BLANKS = "\\S*";

  /** Flows read the last week again and again. */
  private static final int KEPT_AT_LEAST = 10;

  /** Receipts are owed since the first run, up to 370 days. */
  private static final int RUNS_KEPT_AT_LEAST = 400;

  private static final int MOST_REQUESTS = 1_000_000;

  public static final List<Section> SECTIONS =
      List.of(
          new Section(
              "Symbols",
              "",
              List.of(
                  setting(
                      "caravan.symbols",
                      "AAPL,MSFT,GOOGL,AMZN,NVDA,META,TSLA,BRK.B,JPM,SPY",
                      symbols(),
                      "The symbols that an empty database starts with, separated by commas; later"
                          + " table \"symbols\" rules. Alpaca's spelling (BRK.B) and Yahoo's (BRK-B,"
                          + " ^GSPC, EURUSD=X) both work."))),
          new Section(
              "Database",
              "",
              List.of(
                  setting(
                      "caravan.database.url",
                      "embedded",
                      matching(
                          "'embedded' or jdbc:postgresql://host:port/database",
                          "embedded|jdbc:postgresql://[^/]+/[^/?]+(\\?.*)?"),
                      "\"embedded\" starts a PostgreSQL of its own; or"
                          + " jdbc:postgresql://host:port/database."),
                  setting(
                      "caravan.database.user",
                      "",
                      anything(),
                      "User of a server that is given by its URL; the embedded one needs none."),
                  setting("caravan.database.password", "", anything(), "That user's password.")
                      .masked(),
                  setting(
                      "caravan.database.directory",
                      "data",
                      matching("a directory", ".+"),
                      "Where the embedded server keeps its files."),
                  setting(
                      "caravan.database.port",
                      "54320",
                      number(1, 65535),
                      "Port of the embedded server on loopback: psql -h 127.0.0.1 -p 54320 -U"
                          + " caravan caravan"),
                  setting(
                      "caravan.database.access",
                      "loopback",
                      matching("loopback or owner", "loopback|owner"),
                      "Who may use the embedded server: \"loopback\" is every user of this"
                          + " machine, without a password; \"owner\" is whoever can read the"
                          + " password in pgpass.caravan in its directory."),
                  setting(
                          "caravan.database.pool-size",
                          "24",
                          number(2, 90),
                          "How many connections the pool may open.")
                      .counting("connections"),
                  setting(
                          "caravan.database.disk-reserve",
                          "2048",
                          number(0, 1_000_000_000),
                          "What is to stay free on the embedded server's disk. Below it Caravan"
                              + " warns; below a half backfills wait, below a quarter repair and"
                              + " quotes as well, below an eighth all else. 0 turns it off.")
                      .counting("MB"))),
          new Section(
              "Cluster",
              "Several nodes, each a Caravan of its own, on one database: see docs/scale.md.",
              List.of(
                  setting(
                      "caravan.cluster.enabled",
                      "false",
                      matching("true or false", "true|false"),
                      "Whether this Caravan is a node of a cluster. Each firing of a schedule is run"
                          + " by one node, and one has the streams; another takes them over within"
                          + " seconds. It needs a server that is given by its URL."),
                  setting(
                      "caravan.cluster.node",
                      "",
                      matching("a name of letters, digits, dots and dashes", "[A-Za-z0-9.-]{0,30}"),
                      "What this node is called in messages; without a name by its host."),
                  setting(
                      "caravan.cluster.lock-url",
                      "",
                      matching(
                          "nothing or jdbc:postgresql://host:port/database",
                          "|jdbc:postgresql://[^/]+/[^/?]+(\\?.*)?"),
                      "The database's own address where caravan.database.url is that of a pooler: the"
                          + " nodes' locks need sessions of their own."),
                  setting(
                          "caravan.cluster.lease-ms",
                          "8000",
                          number(2_000, 600_000),
                          "How long a node that is not heard of keeps the streams.")
                      .counting("ms"),
                  setting(
                          "caravan.cluster.beat-ms",
                          "1000",
                          number(100, 60_000),
                          "How often a node says that it still has them, at least four times a lease.")
                      .counting("ms"))),
          new Section(
              "Kafka",
              "The stream by way of a topic, for several writers and outages of the database: see docs/scale.md.",
              List.of(
                  setting(
                      "caravan.kafka.role",
                      "off",
                      matching("off, receiver, writer or both", "off|receiver|writer|both"),
                      "What this Caravan does: a receiver hands the stream to Kafka instead of the"
                          + " database, a writer stores what comes from there and connects to no"
                          + " stream, \"both\" does both. With \"off\" nothing of Kafka is loaded."),
                  setting(
                      "caravan.kafka.brokers",
                      "",
                      matching(
                          "nothing or host:port, several separated by commas",
                          "|[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*"),
                      "Where the brokers are, host:port, separated by commas."),
                  setting(
                      "caravan.kafka.topic",
                      "caravan-stream",
                      matching(
                          "letters, digits, dots, dashes and underscores", "[A-Za-z0-9._-]{1,200}"),
                      "The topic; it is made where there is none. One feed and one database each."),
                  setting(
                          "caravan.kafka.partitions",
                          "4",
                          number(1, 1_000),
                          "How many the topic has: so many writers can share it.")
                      .counting("partitions"),
                  setting(
                      "caravan.kafka.changes",
                      "",
                      matching(
                          "nothing, or letters, digits, dots, dashes and underscores",
                          "[A-Za-z0-9._-]{0,200}"),
                      "A topic to which each bar and trade is published once it is committed; with"
                          + " nothing none is. Set it alike at all nodes of a database."))),
          new Section(
              "Retention",
              "How long data is kept; without a number for ever. Flow retention drops what is older, but nothing"
                  + " that an open or abandoned gap, a receipt that misses bars or a waiting correction still needs.",
              List.of(
                  setting(
                          "caravan.retention.trades",
                          "",
                          days(KEPT_AT_LEAST),
                          "Trades with their corrections and revisions, by whole months.")
                      .counting("days"),
                  setting(
                          "caravan.retention.quotes",
                          "",
                          days(KEPT_AT_LEAST),
                          "Quotes of the stream, by whole months.")
                      .counting("days"),
                  setting(
                          "caravan.retention.bars",
                          "",
                          days(KEPT_AT_LEAST),
                          "Bars of all timeframes and sources, with their revisions.")
                      .counting("days"),
                  setting(
                          "caravan.retention.runs",
                          "400",
                          days(RUNS_KEPT_AT_LEAST),
                          "Runs of flows, except the newest of each flow and those that a letter names.")
                      .counting("days"),
                  setting(
                          "caravan.retention.letters",
                          "90",
                          days(KEPT_AT_LEAST),
                          "Dead letters, since they were replayed; those that were not are kept.")
                      .counting("days"),
                  setting(
                          "caravan.retention.ledger",
                          "90",
                          days(KEPT_AT_LEAST),
                          "Gaps, since they were settled, and proofs that no minute was without a trade; open and"
                              + " abandoned gaps are kept, and those of a session that misses bars.")
                      .counting("days"),
                  setting(
                          "caravan.retention.alerts",
                          "400",
                          days(KEPT_AT_LEAST),
                          "Alerts, since they were cleared, with their messages.")
                      .counting("days"))),
          new Section(
              "Yahoo Finance",
              "",
              List.of(
                  setting(
                      "caravan.yahoo.url",
                      "https://query1.finance.yahoo.com",
                      url("http", "https"),
                      "Yahoo's host for prices and company profiles."),
                  setting(
                      "caravan.yahoo.cookie-url",
                      "https://fc.yahoo.com/",
                      url("http", "https"),
                      "Where Yahoo hands out the cookie that it requires for company profiles, and"
                          + " for the quotes of many symbols in one call. Without a cookie Caravan"
                          + " asks for the quote of each symbol in a call of its own."),
                  setting(
                      "caravan.yahoo.user-agent",
                      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like"
                          + " Gecko) Chrome/142.0.0.0 Safari/537.36",
                      matching("the name of a browser", ".+"),
                      "The User-Agent header; Yahoo refuses clients that do not look like a"
                          + " browser."),
                  setting(
                          "caravan.yahoo.requests-per-minute",
                          "60",
                          number(1, MOST_REQUESTS),
                          "Limit in any 60 s, over all flows and processes on one database.")
                      .counting("requests"),
                  setting(
                          "caravan.yahoo.burst",
                          "10",
                          number(1, MOST_REQUESTS),
                          "Limit at once; further requests follow at an even rate. Yahoo blocks an"
                              + " address for a quarter of an hour after some forty quick requests.")
                      .counting("requests"))),
          new Section(
              "Alpaca",
              "",
              List.of(
                  setting(
                      "caravan.alpaca.data-url",
                      "https://data.alpaca.markets",
                      url("http", "https"),
                      "Alpaca's host for bars, trades, news and corporate actions."),
                  setting(
                      "caravan.alpaca.trading-url",
                      "https://paper-api.alpaca.markets",
                      url("http", "https"),
                      "Alpaca's host for the calendar, the clock and the list of assets."),
                  setting(
                      "caravan.alpaca.stream-url",
                      "wss://stream.data.alpaca.markets",
                      url("ws", "wss"),
                      "Alpaca's host for the two streams, market data and news."),
                  setting(
                      "caravan.alpaca.feed",
                      "iex",
                      matching("a feed such as iex or sip", "[a-z_]{1,20}"),
                      "Feed of the stream and of its repair: iex or, with a paid plan, sip."),
                  setting(
                      "caravan.alpaca.history-feed",
                      "sip",
                      matching("a feed such as sip or iex", "[a-z_]{1,20}"),
                      "Feed of historical bars. A free plan serves sip up to 16 minutes ago, and"
                          + " Caravan asks for nothing younger."),
                  setting(
                          "caravan.alpaca.key-id",
                          "",
                          matching(KEY, NO_BLANKS),
                          "Key of the account, better given as APCA_API_KEY_ID. Without keys the"
                              + " Alpaca flows are off.")
                      .masked(),
                  setting(
                          "caravan.alpaca.secret-key",
                          "",
                          matching(KEY, NO_BLANKS),
                          "Its secret key, better given as APCA_API_SECRET_KEY.")
                      .masked(),
                  setting(
                          "caravan.alpaca.requests-per-minute",
                          "200",
                          number(1, MOST_REQUESTS),
                          "Limit in any 60 s, over all flows and processes on one database.")
                      .counting("requests"),
                  setting(
                          "caravan.alpaca.burst",
                          "50",
                          number(1, MOST_REQUESTS),
                          "Limit at once; a repair leaves the last quarter alone.")
                      .counting("requests"))),
          new Section(
              "NewsAPI",
              "",
              List.of(
                  setting(
                      "caravan.newsapi.url",
                      "https://newsapi.org",
                      url("http", "https"),
                      "NewsAPI's host."),
                  setting(
                          "caravan.newsapi.key",
                          "",
                          matching(KEY, NO_BLANKS),
                          "News comes from Alpaca; with a key the top headlines of US business are"
                              + " added. Each news-load costs one request, and the free developer"
                              + " plan has 100 a day, 50 in any 12 hours: do not schedule news-load"
                              + " more often than every half hour.")
                      .masked())),
          // A new source is one section more.
          new Section(
              "Stream",
              "",
              List.of(
                  setting(
                      "caravan.stream.enabled",
                      "true",
                      matching("true or false", "true|false"),
                      "Whether Alpaca's WebSockets are read at all: market data in the session, news"
                          + " at any time."),
                  setting(
                      "caravan.stream.channels",
                      "trades,bars,updatedBars,dailyBars",
                      setOf(
                          "trades",
                          "bars",
                          "updatedBars",
                          "dailyBars",
                          "quotes",
                          "statuses",
                          "lulds",
                          "corrections",
                          "cancelErrors"),
                      "What is read for each active symbol: trades, bars, updatedBars, dailyBars,"
                          + " quotes, statuses, lulds, corrections, cancelErrors. Alpaca adds"
                          + " corrections and cancelErrors to trades by itself."),
                  setting(
                      "caravan.stream.encoding",
                      "msgpack",
                      matching("json or msgpack", "json|msgpack"),
                      "What the stream of market data is asked to speak: msgpack (MessagePack, smaller"
                          + " and quicker to read) or json. What is stored is the same, digit for"
                          + " digit; a server that speaks the other one is understood as well."),
                  setting(
                          "caravan.stream.writers",
                          "2",
                          number(1, 8),
                          "How many transactions store the stream's rows side by side, split by"
                              + " symbol.")
                      .counting("transactions"))),
          new Section(
              "Retries",
              "",
              List.of(
                  setting(
                          "caravan.retry.attempts",
                          "5",
                          number(1, 20),
                          "How often one request is tried in all; each try spends budget.")
                      .counting("tries"),
                  setting(
                          "caravan.retry.delay-ms",
                          "1000",
                          number(1, 600_000),
                          "Wait before the second try; it doubles with each further one, with jitter"
                              + " of a fifth.")
                      .counting("ms"),
                  setting(
                          "caravan.retry.max-delay-ms",
                          "60000",
                          number(1, 3_600_000),
                          "Longest wait between two tries. A provider that asks for a longer one"
                              + " ends the tries.")
                      .counting("ms"))),
          new Section(
              "Schedules",
              "A Quartz cron (second minute hour day month weekday) in the zone below; \"off\" turns"
                  + " a schedule off. A cron of MON-FRI keeps to the days of sessions: on a holiday"
                  + " nothing starts. Any other runs as it says. A flow that is a step of another"
                  + " runs inside it; give it a cron to run it alone as well.",
              schedules()),
          new Section(
              "Alerts",
              "",
              List.of(
                  setting(
                          "caravan.alerts.to",
                          "",
                          alertAddresses(),
                          "Who is told when something is wrong, and when it is over: addresses"
                              + " separated by ';', see docs/alerts.md. Try them with \"alerts"
                              + " test\".")
                      .masked(),
                  setting(
                          "caravan.alerts.failures",
                          "3",
                          number(1, 1000),
                          "A flow that failed so often in a row is an alert; so is one that has not"
                              + " succeeded for a day.")
                      .counting("runs"),
                  setting(
                          "caravan.alerts.dead-letters-per-hour",
                          "100",
                          number(0, MOST_REQUESTS),
                          "More dead letters than these in an hour are an alert.")
                      .counting("letters"),
                  setting(
                      "caravan.alerts.summary",
                      "off",
                      cron(""),
                      "When the addresses are sent a summary of what came, what is missing and what"
                          + " was repaired: \"off\", or a Quartz cron such as 0 0 19 ? * MON-FRI in"
                          + " the zone of the schedules."))),
          new Section(
              "HTTP",
              "",
              List.of(
                  setting(
                      "caravan.http.host",
                      "127.0.0.1",
                      matching("an address of this machine", "\\S+"),
                      "Address of the dashboard, the API, health (/observe/health) and metrics"
                          + " (/observe/metrics) while Caravan runs. A one-shot command opens no"
                          + " port."),
                  setting("caravan.http.port", "8080", number(1, 65535), "Port of all of them."),
                  setting(
                      "caravan.http.user",
                      "",
                      matching(USER_WITHOUT_COLON, NO_COLON),
                      "User of HTTP Basic; required as soon as the host is not loopback. With one"
                          + " /observe/health/live and /observe/health/ready still answer everybody,"
                          + " with UP or DOWN alone."),
                  setting("caravan.http.password", "", anything(), "That user's password.")
                      .masked(),
                  setting(
                      "caravan.http.viewer-user",
                      "",
                      matching(USER_WITHOUT_COLON, NO_COLON),
                      "A second user, of another name, who may look at everything and change"
                          + " nothing."),
                  setting(
                          "caravan.http.viewer-password",
                          "",
                          anything(),
                          "The second user's password.")
                      .masked())),
          new Section(
              "Log",
              "",
              List.of(
                  setting(
                      "caravan.log.format",
                      "text",
                      matching("text or json", "text|json"),
                      "\"text\" for people; \"json\" writes each line as one object, for programs."),
                  setting(
                      "caravan.log.file",
                      "",
                      anything(),
                      "A file for the log, besides standard error: at most 10 MB, and older ones"
                          + " beside it for 30 days, 200 MB in all."))));

  /** All of them, by key, in the order of the sections. */
  private static final Map<String, Setting> BY_KEY =
      SECTIONS.stream()
          .flatMap(section -> section.settings().stream())
          .collect(
              Collectors.toMap(
                  Setting::key,
                  each -> each,
                  (one, other) -> {
                    throw new IllegalStateException(one.key() + " is declared twice");
                  },
                  LinkedHashMap::new));

  private SettingCatalog() {}

  public static List<Setting> all() {
    return List.copyOf(BY_KEY.values());
  }

  static Setting find(String key) {
    return BY_KEY.get(key);
  }

  static boolean knows(String key) {
    return BY_KEY.containsKey(key);
  }

  /** The value of each key where none is given. */
  static Map<String, String> defaults() {
    Map<String, String> defaults = new TreeMap<>();
    all().forEach(setting -> defaults.put(setting.key(), setting.defaultValue()));
    return defaults;
  }

  /** One for each flow, as {@link FlowCatalog} declares it. */
  private static List<Setting> schedules() {
    List<Setting> schedules = new ArrayList<>();
    schedules.add(
        setting(
            FlowCatalog.SCHEDULE + "zone",
            "America/New_York",
            zone(),
            "The time zone of the crons."));
    schedules.add(
        setting(
            FlowCatalog.STREAM,
            "session",
            matching("session, always or off", "session|always|off"),
            "When the stream of market data is read. \"session\": from 04:00 to 20:00 New York on"
                + " trading days, to 17:00 on half days; \"always\" or \"off\"."));
    for (Flow flow : FlowCatalog.ALL) {
      schedules.add(setting(flow.key(), flow.schedule(), cron(flow.word()), meaning(flow)));
    }
    return List.copyOf(schedules);
  }

  private static String meaning(Flow flow) {
    String parents =
        FlowCatalog.ALL.stream()
            .filter(parent -> parent.steps().contains(flow.name()))
            .map(Flow::name)
            .collect(Collectors.joining(" and of "));
    StringBuilder meaning = new StringBuilder(flow.purpose());
    if (flow.word().equals(Flow.SESSION)) {
      meaning.append(" \"session\" is every minute while the New York exchanges are open.");
    }
    if (!flow.note().isEmpty()) {
      meaning.append(' ').append(flow.note());
    }
    if (!parents.isEmpty()) {
      meaning.append(" A step of ").append(parents).append('.');
    }
    return meaning.toString();
  }
}
