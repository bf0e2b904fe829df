package dev.caravan.runtime;

import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One setting: all that is known of a key. {@link SettingCatalog} lists them.
 *
 * @param key such as {@code caravan.yahoo.url}
 * @param defaultValue its value where none is given; empty for what has none
 * @param meaning what it is for, in whole sentences; application.properties has the same text
 * @param unit what a number counts, such as {@code ms}, or empty
 * @param rule what is allowed
 * @param secret whether its value must never be shown
 */
public record Setting(
    String key, String defaultValue, String meaning, String unit, Rule rule, boolean secret) {
  /**
   * What is allowed as a value.
   *
   * @param allowed the same for a person, as the end of a sentence
   * @param shown what may be shown of a value that has secrets in it; null where that is nothing
   */
  public record Rule(String allowed, Predicate<String> test, UnaryOperator<String> shown) {
    Rule(String allowed, Predicate<String> test) {
      this(allowed, test, null);
    }
  }

  /** One that is no number and no secret. */
  static Setting setting(String key, String defaultValue, Rule rule, String meaning) {
    return new Setting(key, defaultValue, meaning, "", rule, false);
  }

  Setting counting(String unit) {
    return new Setting(key, defaultValue, meaning, unit, rule, secret);
  }

  Setting masked() {
    return new Setting(key, defaultValue, meaning, unit, rule, true);
  }

  /** The environment variable that sets it. */
  public String variable() {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Whether it is the address of a provider, which the demo replaces by the simulator's. */
  public boolean address() {
    return defaultValue.matches("(http|ws)s?://.*");
  }

  /** Its comment in application.properties. */
  public String comment() {
    return unit.isEmpty() ? meaning : meaning + " Unit: " + unit + ".";
  }
}
