package dev.caravan.runtime;

import java.util.Properties;

/** What the settings say of Kafka. */
public final class KafkaSettings {
  private KafkaSettings() {}

  /** Whether the stream goes by Kafka, or what is stored goes there. */
  public static boolean on(Settings settings) {
    return carries(settings) || publishes(settings);
  }

  /** Whether the stream goes by Kafka. */
  static boolean carries(Settings settings) {
    return !role(settings).equals("off");
  }

  static boolean publishes(Settings settings) {
    return settings.has("caravan.kafka.changes");
  }

  /** Whether this Caravan stores what comes by Kafka, and reads no stream itself. */
  static boolean onlyWrites(Settings settings) {
    return role(settings).equals("writer");
  }

  /**
   * Before anything is opened.
   *
   * @throws SettingException where the settings do not go together
   */
  static void refuseWrong(Settings settings) {
    if (on(settings) && brokers(settings).isEmpty()) {
      throw new SettingException(
          (carries(settings)
                  ? "caravan.kafka.role = " + role(settings)
                  : "caravan.kafka.changes = " + settings.get("caravan.kafka.changes"))
              + " needs caravan.kafka.brokers: set it to host:port, or "
              + (carries(settings) ? "the role to off" : "leave the topic out"));
    }
  }

  /**
   * @param runs whether this is the runtime, and not a command
   */
  static void resolve(Settings settings, Properties properties, boolean runs) {
    boolean receives = runs && carries(settings) && !onlyWrites(settings);
    boolean writes = runs && carries(settings) && !role(settings).equals("receiver");
    properties.setProperty("caravan.internal.kafka", Boolean.toString(carries(settings)));
    properties.setProperty(
        "caravan.internal.kafka.publishes", Boolean.toString(runs && publishes(settings)));
    properties.setProperty("caravan.internal.kafka.receives", Boolean.toString(receives));
    properties.setProperty("caravan.internal.kafka.writes", Boolean.toString(writes));
    properties.setProperty(
        "caravan.internal.stream-sink", receives ? "streamForwarder" : "streamStore");
  }

  private static String role(Settings settings) {
    return settings.get("caravan.kafka.role");
  }

  static String brokers(Settings settings) {
    return settings.get("caravan.kafka.brokers");
  }
}
