package dev.caravan.runtime;

import dev.caravan.alerts.AlertAddress;
import dev.caravan.alerts.AlertTrial;
import java.util.List;
import java.util.Properties;

/** The addresses that alerts go to, as Camel takes them. */
public final class AlertSettings {
  private static final String TO = "caravan.alerts.to";
  private static final String NEVER_USED = "0 0 19 ? * *";

  private AlertSettings() {}

  /** When the summary is sent; Quartz wants a cron even for a route that does not start. */
  static void resolve(Settings settings, Properties properties) {
    String summary = settings.get("caravan.alerts.summary");
    boolean off = summary.equals(Flow.OFF);
    properties.setProperty("caravan.internal.alerts-summary.on", Boolean.toString(!off));
    properties.setProperty(
        "caravan.internal.alerts-summary.cron", (off ? NEVER_USED : summary).replace(' ', '+'));
  }

  public static List<AlertAddress> addresses(Settings settings) {
    return AlertAddress.list(settings.get(TO));
  }

  /**
   * Refuses an address that Camel refuses, such as one with an option that its component does not
   * know.
   *
   * @throws SettingException with what is wrong in one line, and nothing that is secret
   */
  public static void refuseWrong(Settings settings) {
    for (AlertTrial.Outcome outcome : AlertTrial.check(addresses(settings))) {
      if (outcome.fault() != null) {
        throw SettingRules.refusal(
            SettingCatalog.find(TO),
            settings.get(TO),
            outcome.address().name() + ": " + outcome.fault());
      }
    }
  }
}
