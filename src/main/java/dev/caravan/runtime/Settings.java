package dev.caravan.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The values of all {@code caravan.*} keys that are in force: the defaults of {@link
 * SettingCatalog}, over them a file {@code application.properties} in the working directory (or the
 * file that {@code -Dcaravan.settings} names), over that the environment, over all {@code -D}.
 * Every value has been checked; see {@link SettingRules}.
 */
public final class Settings {
  private static final String PREFIX = "caravan.";
  private static final String FILE = "application.properties";

  /** Names another file, as an installed Caravan does; it cannot stand in the file itself. */
  private static final String OTHER_FILE = "caravan.settings";

  private final Map<String, String> values;

  private Settings(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the settings of this process.
   *
   * @param forced values that win over all others: those of the demo
   * @param preferred values that win over the files, and give way to environment and -D
   * @throws SettingException where a key is unknown or a value is not allowed
   */
  public static Settings load(Map<String, String> forced, Map<String, String> preferred) {
    return load(file(), System.getenv(), systemProperties(), forced, preferred);
  }

  /** Where a user's settings are, which need not exist unless the file was named. */
  static Path file() {
    return file(System.getProperty(OTHER_FILE));
  }

  static Path file(String named) {
    if (named == null) {
      return Path.of(FILE);
    }
    Path file = Path.of(named);
    if (!Files.isRegularFile(file)) {
      throw new SettingException(
          OTHER_FILE + " names " + named + ", which is not a file. Make it, or leave -D out.");
    }
    return file;
  }

  public static Settings load(
      Path file,
      Map<String, String> environment,
      Map<String, String> system,
      Map<String, String> forced,
      Map<String, String> preferred) {
    Map<String, String> values = new TreeMap<>(SettingCatalog.defaults());
    Map<String, String> own = Files.isRegularFile(file) ? read(file) : Map.of();
    SettingRules.refuseUnknown(own.keySet(), FILE);
    values.putAll(own);
    values.putAll(preferred);
    for (Setting setting : SettingCatalog.all()) {
      String variable = environment.get(setting.variable());
      if (variable != null) {
        values.put(setting.key(), variable);
      }
    }
    fillKeys(values, environment);
    Map<String, String> given = caravanOnly(system);
    SettingRules.refuseUnknown(given.keySet(), "-D");
    values.putAll(given);
    values.putAll(forced);
    values.replaceAll((key, value) -> value.strip());
    SettingRules.check(values);
    return new Settings(values);
  }

  /** The value of a key, which is one of {@link SettingCatalog#all()}. */
  public String get(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("There is no key " + key);
    }
    return value;
  }

  public int number(String key) {
    return Integer.parseInt(get(key));
  }

  public boolean has(String key) {
    return !get(key).isEmpty();
  }

  /** Whether the keys of an Alpaca account are there. */
  public boolean alpaca() {
    return has("caravan.alpaca.key-id") && has("caravan.alpaca.secret-key");
  }

  public Map<String, String> all() {
    return new TreeMap<>(values);
  }

  private static Map<String, String> read(Path file) {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      Properties properties = new Properties();
      properties.load(reader);
      return caravanOnly(asMap(properties));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingException(file.toAbsolutePath() + " cannot be read: " + e.getMessage());
    }
  }

  // Alpaca's own tools read these two names, so that a user has them set already.
  private static void fillKeys(Map<String, String> values, Map<String, String> environment) {
    Map.of(
            "caravan.alpaca.key-id", "APCA_API_KEY_ID",
            "caravan.alpaca.secret-key", "APCA_API_SECRET_KEY")
        .forEach(
            (key, variable) -> {
              if (values.get(key).isBlank() && environment.containsKey(variable)) {
                values.put(key, environment.get(variable));
              }
            });
  }

  private static Map<String, String> systemProperties() {
    return asMap(System.getProperties());
  }

  private static Map<String, String> asMap(Properties properties) {
    Map<String, String> map = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return map;
  }

  private static Map<String, String> caravanOnly(Map<String, String> all) {
    Map<String, String> own = new TreeMap<>();
    all.forEach(
        (key, value) -> {
          // Keys of the tests and of the packaged wiring are no settings of a user.
          if (key.startsWith(PREFIX)
              && !key.startsWith("caravan.test.")
              && !key.equals("caravan.log.level")
              && !key.equals(OTHER_FILE)
              && !key.equals("caravan.jar")) {
            own.put(key, value);
          }
        });
    return own;
  }
}
