package dev.caravan.runtime;

import java.util.List;
import java.util.Map;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonObject;

/**
 * Keeps secrets out of what Camel's command line reads. Camel writes its consoles each second into
 * a file below the home directory that everyone on the machine may read; those that tell the values
 * of settings, beans, environment and JVM would write passwords and keys as well.
 */
final class RedactedDevConsoles extends MainListenerSupport {
  private static final List<String> TELLING =
      List.of("properties", "bean", "bean-model", "jvm", "system-properties", "env");

  @Override
  public void beforeInitialize(BaseMainSupport main) {
    DevConsoleRegistry consoles =
        main.getCamelContext()
            .getCamelContextExtension()
            .getContextPlugin(DevConsoleRegistry.class);
    // Of two consoles of one name Camel keeps the one that came first.
    TELLING.forEach(id -> consoles.register(new Silent(id)));
  }

  private static final class Silent extends AbstractDevConsole {
    private Silent(String id) {
      super("caravan", id, id, "Disabled, because it would show secrets");
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
      return "";
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
      return new JsonObject();
    }
  }
}
