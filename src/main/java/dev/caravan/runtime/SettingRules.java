package dev.caravan.runtime;

import dev.caravan.http.HostNames;
import java.net.URI;
import java.text.ParseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.quartz.CronExpression;

/**
 * Every key, with what is allowed as its value. Meaning and default stand in
 * application.properties.
 */
final class SettingRules {
  private static final Set<String> SECRETS =
      Set.of(
          "caravan.database.password",
          "caravan.alpaca.key-id",
          "caravan.alpaca.secret-key",
          "caravan.newsapi.key",
          "caravan.http.password",
          "caravan.http.viewer-password");

  private static final Set<String> CHANNELS =
      Set.of(
          "trades",
          "bars",
          "updatedBars",
          "dailyBars",
          "quotes",
          "statuses",
          "lulds",
          "corrections",
          "cancelErrors");

  private static final Predicate<String> SYMBOL =
      Pattern.compile("[^\\s,/?#&%]{1,32}").asMatchPredicate();

  private static final Map<String, Rule> RULES = rules();

  private record Rule(String allowed, Predicate<String> test) {}

  private SettingRules() {}

  static Set<String> keys() {
    return RULES.keySet();
  }

  static void refuseUnknown(Collection<String> keys, String where) {
    for (String key : keys) {
      if (!RULES.containsKey(key)) {
        throw new SettingException(
            key
                + " ("
                + where
                + ") is no key of Caravan; the application.properties that comes with it documents"
                + " all of them");
      }
    }
  }

  static void check(Map<String, String> values) {
    RULES.forEach(
        (key, rule) -> {
          String value = values.get(key);
          if (value == null || !rule.test().test(value)) {
            String shown = SECRETS.contains(key) ? "the value given" : "'" + redacted(value) + "'";
            throw new SettingException(key + ": " + shown + " is not allowed; " + rule.allowed());
          }
        });
    checkAccess(values);
    boolean id = values.get("caravan.alpaca.key-id").isEmpty();
    boolean secret = values.get("caravan.alpaca.secret-key").isEmpty();
    if (id != secret) {
      throw new SettingException(
          (id ? "caravan.alpaca.key-id" : "caravan.alpaca.secret-key")
              + " is missing; give both keys of the Alpaca account, or neither");
    }
  }

  private static void checkAccess(Map<String, String> values) {
    String user = values.get("caravan.http.user");
    String viewer = values.get("caravan.http.viewer-user");
    String host = values.get("caravan.http.host");
    if (!HostNames.loopback(host)
        && (user.isEmpty() || values.get("caravan.http.password").isEmpty())) {
      throw new SettingException(
          "caravan.http.host: '"
              + host
              + "' is not allowed without caravan.http.user and caravan.http.password;"
              + " set both, or use 127.0.0.1");
    }
    refuseHalf(values, "caravan.http.user", "caravan.http.password");
    refuseHalf(values, "caravan.http.viewer-user", "caravan.http.viewer-password");
    if (!viewer.isEmpty() && user.isEmpty()) {
      throw new SettingException(
          "caravan.http.viewer-user is not allowed without caravan.http.user and"
              + " caravan.http.password; who may only look needs somebody who may do more");
    }
    if (!viewer.isEmpty() && viewer.equals(user)) {
      throw new SettingException(
          "caravan.http.viewer-user: '"
              + viewer
              + "' is not allowed; allowed is another name than that of caravan.http.user");
    }
  }

  private static void refuseHalf(Map<String, String> values, String user, String password) {
    if (values.get(user).isEmpty() != values.get(password).isEmpty()) {
      throw new SettingException(
          (values.get(user).isEmpty() ? user : password)
              + " is missing; give both user and password, or neither");
    }
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put(
        "caravan.symbols",
        new Rule(
            "allowed is symbols separated by commas, such as AAPL,BRK.B,^GSPC",
            // One by one: thousands in one expression would overflow the stack.
            value -> Stream.of(value.split(",", -1)).allMatch(each -> SYMBOL.test(each.strip()))));
    rules.put(
        "caravan.database.url",
        matching(
            "'embedded' or jdbc:postgresql://host:port/database",
            "embedded|jdbc:postgresql://[^/]+/[^/?]+(\\?.*)?"));
    rules.put("caravan.database.user", anything());
    rules.put("caravan.database.password", anything());
    rules.put("caravan.database.directory", matching("a directory", ".+"));
    rules.put("caravan.database.port", number(1, 65535));
    rules.put("caravan.database.pool-size", number(2, 90));
    rules.put("caravan.yahoo.url", url("http", "https"));
    rules.put("caravan.yahoo.cookie-url", url("http", "https"));
    rules.put("caravan.yahoo.user-agent", matching("the name of a browser", ".+"));
    rules.put("caravan.yahoo.requests-per-minute", number(1, 1_000_000));
    rules.put("caravan.yahoo.burst", number(1, 1_000_000));
    rules.put("caravan.alpaca.data-url", url("http", "https"));
    rules.put("caravan.alpaca.trading-url", url("http", "https"));
    rules.put("caravan.alpaca.stream-url", url("ws", "wss"));
    rules.put("caravan.alpaca.feed", matching("a feed such as iex or sip", "[a-z_]{1,20}"));
    rules.put("caravan.alpaca.history-feed", matching("a feed such as sip or iex", "[a-z_]{1,20}"));
    rules.put("caravan.alpaca.key-id", matching("a key without blanks", "\\S*"));
    rules.put("caravan.alpaca.secret-key", matching("a key without blanks", "\\S*"));
    rules.put("caravan.alpaca.requests-per-minute", number(1, 1_000_000));
    rules.put("caravan.alpaca.burst", number(1, 1_000_000));
    rules.put("caravan.retry.attempts", number(1, 20));
    rules.put("caravan.retry.delay-ms", number(1, 600_000));
    rules.put("caravan.retry.max-delay-ms", number(1, 3_600_000));
    rules.put(
        "caravan.schedule.zone", new Rule("a zone such as America/New_York", SettingRules::zone));
    rules.put(
        "caravan.schedule.yahoo-quotes",
        new Rule(
            "'session', 'off' or a Quartz cron expression such as 0 * 9-16 ? * MON-FRI",
            value -> value.equals("session") || cronOrOff(value)));
    for (String flow :
        List.of(
            "yahoo-bars",
            "yahoo-profiles",
            "alpaca-daily-bars",
            "alpaca-hourly-bars",
            "alpaca-minute-bars",
            "market-calendar",
            "alpaca-corporate-actions",
            "end-of-day",
            "hourly-process",
            "news-load",
            "start-of-day",
            "symbol-maintenance",
            "receipts",
            "repair")) {
      rules.put(
          "caravan.schedule." + flow,
          new Rule(
              "'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
              SettingRules::cronOrOff));
    }
    rules.put(
        "caravan.schedule.catch-up",
        new Rule(
            "'start', 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
            value -> value.equals("start") || cronOrOff(value)));
    rules.put("caravan.schedule.stream", matching("session, always or off", "session|always|off"));
    rules.put("caravan.newsapi.url", url("http", "https"));
    rules.put("caravan.newsapi.key", matching("a key without blanks", "\\S*"));
    rules.put("caravan.stream.enabled", matching("true or false", "true|false"));
    rules.put("caravan.stream.writers", number(1, 8));
    rules.put(
        "caravan.stream.channels",
        new Rule(
            "channels separated by commas, of "
                + String.join(", ", CHANNELS.stream().sorted().toList()),
            value -> CHANNELS.containsAll(List.of(value.split("\\s*,\\s*")))));
    rules.put("caravan.http.host", matching("an address of this machine", "\\S+"));
    rules.put("caravan.http.port", number(1, 65535));
    // HTTP Basic ends the user's name at the first colon.
    rules.put("caravan.http.user", matching("a name without a colon", "[^:\\p{Cntrl}]*"));
    rules.put("caravan.http.password", anything());
    rules.put("caravan.http.viewer-user", matching("a name without a colon", "[^:\\p{Cntrl}]*"));
    rules.put("caravan.http.viewer-password", anything());
    return rules;
  }

  /** An address may carry a password, where it is allowed as well as where it is not. */
  private static String redacted(String value) {
    return value
        .replaceAll("//[^/@]*@", "//***@")
        .replaceAll("(?i)(password|secret|key|token)=[^&]*", "$1=***");
  }

  private static Rule anything() {
    return new Rule("any text", value -> true);
  }

  private static Rule matching(String allowed, String pattern) {
    Predicate<String> test = Pattern.compile(pattern).asMatchPredicate();
    return new Rule("allowed is " + allowed, test);
  }

  private static Rule number(int least, int most) {
    return new Rule(
        "allowed is a whole number from " + least + " to " + most,
        value ->
            value.matches("\\d{1,9}")
                && Integer.parseInt(value) >= least
                && Integer.parseInt(value) <= most);
  }

  private static Rule url(String... schemes) {
    return new Rule(
        "allowed is an address that begins with " + String.join(":// or ", schemes) + "://",
        value -> {
          try {
            URI uri = URI.create(value);
            return uri.getHost() != null
                && uri.getUserInfo() == null
                && List.of(schemes).contains(uri.getScheme());
          } catch (IllegalArgumentException e) {
            return false;
          }
        });
  }

  private static boolean cronOrOff(String value) {
    if (value.equals("off")) {
      return true;
    }
    try {
      // An expression that never comes true again is a mistake that Quartz refuses only later.
      return new CronExpression(value).getNextValidTimeAfter(new java.util.Date()) != null;
    } catch (ParseException e) {
      return false;
    }
  }

  private static boolean zone(String value) {
    // Quartz asks java.util.TimeZone, which takes what it does not know for GMT without a word.
    return List.of(TimeZone.getAvailableIDs()).contains(value);
  }
}
