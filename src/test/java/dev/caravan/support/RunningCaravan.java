package dev.caravan.support;

import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;

/** The whole runtime with its schedules, in the JVM of a test and without an HTTP port. */
public final class RunningCaravan implements AutoCloseable {
  private final CaravanRuntime runtime;

  /**
   * @param settings as a user would set them
   * @param instead of properties that follow from the settings
   */
  public RunningCaravan(Map<String, String> settings, Map<String, String> instead) {
    Settings checked = Settings.load(Path.of("none"), Map.of(), Map.of(), settings, Map.of());
    this.runtime = new CaravanRuntime(checked, CaravanRuntime.Mode.SCHEDULED, instead);
  }

  public void start() throws Exception {
    runtime.start();
  }

  public CamelContext context() {
    return runtime.context();
  }

  /** The name by which its heartbeats are known. */
  public String process() {
    return runtime.database().process();
  }

  @Override
  public void close() {
    runtime.close();
  }
}
