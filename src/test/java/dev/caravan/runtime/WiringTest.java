package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the files says what, and which of them wins. */
class WiringTest {
  private static final Pattern SETTING = Pattern.compile("[{]{2}(caravan\\.[a-z.-]+)");

  @TempDir private Path folder;

  @Test
  void theFileOfTheUserHasSettingsAloneAndTheWiringHasNone() throws IOException {
    assertThat(keys("/application.properties")).allMatch(key -> key.startsWith("caravan."));
    assertThat(keys("/wiring.properties")).allMatch(key -> key.startsWith("camel."));
  }

  @Test
  void everySettingThatTheWiringNamesExists() throws IOException {
    Properties wiring = packaged("/wiring.properties");
    Set<String> named =
        wiring.values().stream()
            .flatMap(value -> SETTING.matcher((String) value).results())
            .map(match -> match.group(1))
            .filter(key -> !key.startsWith("caravan.internal."))
            .collect(Collectors.toSet());
    assertThat(named)
        .hasSizeGreaterThan(20)
        .isSubsetOf(SettingCatalog.all().stream().map(Setting::key).toList());
  }

  @Test
  void whatTheUserWritesWinsOverTheWiringKeyByKey() throws Exception {
    Path own = folder.resolve("application.properties");
    Files.writeString(own, "camel.main.shutdownTimeout=7\n");
    Map<String, String> seen =
        seen(CaravanRuntime.configuration(own), name -> name.startsWith("camel.main."));
    assertThat(seen)
        .containsEntry("camel.main.shutdownTimeout", "7")
        .containsEntry("camel.main.name", "caravan");
  }

  @Test
  void withoutAFileOfTheUserEveryKeyOfTheWiringIsRead() throws Exception {
    assertThat(seen(CaravanRuntime.PACKAGED, name -> name.startsWith("camel.")))
        .containsOnlyKeys(keys("/wiring.properties"));
  }

  /** What Camel's Main configures itself with, where its settings are in these places. */
  private static Map<String, String> seen(String locations, Predicate<String> wanted)
      throws Exception {
    try (CamelContext camel = new DefaultCamelContext()) {
      PropertiesComponent properties = (PropertiesComponent) camel.getPropertiesComponent();
      properties.setLocation(locations);
      properties.setAutoDiscoverPropertiesSources(false);
      // Values as they are written: what they name is known to the runtime alone.
      Properties loaded = properties.loadProperties(wanted);
      return loaded.stringPropertyNames().stream()
          .collect(Collectors.toMap(name -> name, loaded::getProperty));
    }
  }

  private static Set<String> keys(String file) throws IOException {
    return new TreeSet<>(packaged(file).stringPropertyNames());
  }

  static Properties packaged(String file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = WiringTest.class.getResourceAsStream(file)) {
      properties.load(in);
    }
    return properties;
  }
}
