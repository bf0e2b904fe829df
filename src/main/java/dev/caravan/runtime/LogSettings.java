package dev.caravan.runtime;

import java.util.Map;

/** Says to Logback, before it writes its first line, what the settings say of the log. */
public final class LogSettings {
  private static final String FORMAT = "caravan.log.format";
  private static final String FILE = "caravan.log.file";

  /** Which appender of logback.xml writes the file. */
  private static final String APPENDER = "log.file.appender";

  private LogSettings() {}

  /** To be called before anything else; what is wrong with the settings is said by their reader. */
  public static void apply() {
    try {
      apply(Settings.load(Map.of(), Map.of()));
    } catch (SettingException wrong) {
      System.clearProperty(APPENDER);
    }
  }

  static void apply(Settings settings) {
    System.setProperty(FORMAT, settings.get(FORMAT));
    if (settings.has(FILE)) {
      System.setProperty(FILE, settings.get(FILE));
      System.setProperty(APPENDER, "file-" + settings.get(FORMAT));
    }
  }
}
