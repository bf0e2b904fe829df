package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowCatalogTest {
  @ParameterizedTest
  @CsvSource({
    "0 0 18 ? * MON-FRI, session-days",
    "0 30 18 ? * mon-fri, session-days",
    "0 30 18 ? * 2-6 2099, session-days",
    "10/30 * * ? * *, always",
    "0 0 9 ? * SAT, always",
    "0 0 18 * * ?, always"
  })
  void aCronOfMondayToFridayKeepsToTheDaysOfSessions(String cron, String admits) {
    Properties resolved = resolved(Map.of("caravan.schedule.end-of-day", cron));
    assertThat(resolved)
        .containsEntry("caravan.internal.schedule.end-of-day.admits", admits)
        .containsEntry("caravan.internal.schedule.end-of-day.on", "true");
  }

  @Test
  void byDefaultWhatBelongsToTheSessionKeepsToItsDays() {
    Properties resolved = resolved(Map.of());
    for (String flow : new String[] {"hourly-process", "start-of-day", "end-of-day"}) {
      assertThat(resolved)
          .containsEntry("caravan.internal.schedule." + flow + ".admits", "session-days");
    }
    assertThat(resolved)
        .containsEntry("caravan.internal.schedule.yahoo-quotes.admits", "sessions")
        .containsEntry("caravan.internal.schedule.market-calendar.admits", "always")
        .containsEntry("caravan.internal.schedule.repair.admits", "always");
  }

  @Test
  void withoutKeysWhatAsksAlpacaIsOff() {
    Properties resolved = resolved(Map.of());
    for (String flow :
        new String[] {"market-calendar", "symbol-maintenance", "alpaca-hourly-bars"}) {
      assertThat(resolved).containsEntry("caravan.internal.schedule." + flow + ".on", "false");
    }
    assertThat(resolved)
        .containsEntry("caravan.internal.schedule.hourly-process.on", "true")
        .containsEntry("caravan.internal.schedule.start-of-day.on", "true")
        // What is owed of Yahoo needs no keys.
        .containsEntry("caravan.internal.schedule.repair.on", "true");
  }

  private static Properties resolved(Map<String, String> given) {
    Properties properties = new Properties();
    FlowCatalog.resolve(
        Settings.load(Path.of("none"), Map.of(), Map.of(), given, Map.of()), properties);
    return properties;
  }
}
