package dev.caravan.runtime;

import dev.caravan.alerts.AlertAddress;
import dev.caravan.http.HostNames;
import dev.caravan.runtime.Setting.Rule;
import java.net.URI;
import java.text.ParseException;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.quartz.CronExpression;

/** What is allowed as the value of a setting, alone and beside the others. */
final class SettingRules {
  private static final Predicate<String> SYMBOL =
      Pattern.compile("[^\\s,/?#&%]{1,32}").asMatchPredicate();

  private SettingRules() {}

  static void refuseUnknown(Collection<String> keys, String where) {
    for (String key : keys) {
      if (!SettingCatalog.knows(key)) {
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
    for (Setting setting : SettingCatalog.all()) {
      String value = values.get(setting.key());
      if (value == null || !setting.rule().test().test(value)) {
        throw refusal(setting, value, "");
      }
    }
    checkAccess(values);
    boolean id = values.get("caravan.alpaca.key-id").isEmpty();
    boolean secret = values.get("caravan.alpaca.secret-key").isEmpty();
    if (id != secret) {
      throw new SettingException(
          (id ? "caravan.alpaca.key-id" : "caravan.alpaca.secret-key")
              + " is missing; give both keys of the Alpaca account, or neither");
    }
  }

  /**
   * @param why what is wrong with it, or empty
   */
  static SettingException refusal(Setting setting, String value, String why) {
    String shown = "'" + redacted(String.valueOf(value)) + "'";
    if (setting.secret()) {
      UnaryOperator<String> mask = setting.rule().shown();
      shown = mask == null || value == null ? "the value given" : "'" + mask.apply(value) + "'";
    }
    return new SettingException(
        setting.key()
            + ": "
            + shown
            + " is not allowed"
            + (why.isEmpty() ? "" : ": " + why)
            + "; "
            + setting.rule().allowed());
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

  /** An address may carry a password, where it is allowed as well as where it is not. */
  private static String redacted(String value) {
    return value
        .replaceAll("//[^/@]*@", "//***@")
        .replaceAll("(?i)(password|secret|key|token)=[^&]*", "$1=***");
  }

  static Rule anything() {
    return new Rule("any text", value -> true);
  }

  static Rule matching(String allowed, String pattern) {
    Predicate<String> test = Pattern.compile(pattern).asMatchPredicate();
    return new Rule("allowed is " + allowed, test);
  }

  static Rule number(int least, int most) {
    return new Rule(
        "allowed is a whole number from " + least + " to " + most,
        value ->
            value.matches("\\d{1,9}")
                && Integer.parseInt(value) >= least
                && Integer.parseInt(value) <= most);
  }

  /** How long something is kept; nothing keeps it for ever. */
  static Rule days(int least) {
    Rule days = number(least, 36_500);
    return new Rule(
        "allowed is nothing, which keeps all, or a whole number of days from "
            + least
            + " to 36500",
        value -> value.isEmpty() || days.test().test(value));
  }

  static Rule url(String... schemes) {
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

  static Rule symbols() {
    return new Rule(
        "allowed is symbols separated by commas, such as AAPL,BRK.B,^GSPC",
        // One by one: thousands in one expression would overflow the stack.
        value -> Stream.of(value.split(",", -1)).allMatch(each -> SYMBOL.test(each.strip())));
  }

  static Rule alertAddresses() {
    return new Rule(AlertAddress.ALLOWED, AlertAddress::isList, AlertAddress::masked);
  }

  /** Some of these words, separated by commas. */
  static Rule setOf(String... words) {
    Set<String> known = Set.of(words);
    return new Rule(
        "channels separated by commas, of " + String.join(", ", known.stream().sorted().toList()),
        value -> known.containsAll(List.of(value.split("\\s*,\\s*"))));
  }

  /** A schedule, which may also be this word where it is not empty. */
  static Rule cron(String word) {
    String example = word.equals(Flow.SESSION) ? "0 * 9-16 ? * MON-FRI" : "0 0 18 ? * MON-FRI";
    return new Rule(
        (word.isEmpty() ? "" : "'" + word + "', ")
            + "'off' or a Quartz cron expression such as "
            + example,
        value ->
            value.equals(Flow.OFF) || (value.equals(word) && !word.isEmpty()) || isCron(value));
  }

  private static boolean isCron(String value) {
    try {
      // An expression that never comes true again is a mistake that Quartz refuses only later.
      return new CronExpression(value).getNextValidTimeAfter(new Date()) != null;
    } catch (ParseException e) {
      return false;
    }
  }

  static Rule zone() {
    // Quartz asks java.util.TimeZone, which takes what it does not know for GMT without a word.
    return new Rule(
        "a zone such as America/New_York",
        value -> List.of(TimeZone.getAvailableIDs()).contains(value));
  }
}
