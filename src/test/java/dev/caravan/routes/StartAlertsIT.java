package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.support.CutProxy;
import dev.caravan.support.Receiver;
import dev.caravan.support.RunningCaravan;
import dev.caravan.support.TestDatabase;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database that is away when Caravan starts is told of while Caravan waits for it. */
class StartAlertsIT {
  private final TestDatabase database = TestDatabase.fresh();
  private final Receiver hook = new Receiver();
  private final Receiver refusing = new Receiver();
  private final CutProxy proxy = new CutProxy(serverPort(), List.of());
  private final ExecutorService starts = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    starts.shutdownNow();
    proxy.close();
    hook.close();
    refusing.close();
    database.close();
  }

  @Test
  void eachAddressIsToldOfTheOutageOnceAndOnceOfItsEnd() throws Exception {
    proxy.goAway();
    refusing.answer(500);
    try (RunningCaravan caravan = caravan()) {
      Future<?> start =
          starts.submit(
              () -> {
                caravan.start();
                return null;
              });
      await("the alert").until(() -> hook.received().size() == 1);
      assertThat(start.isDone()).as("it waits still").isFalse();
      assertThat(json(0).path("what").asText()).isEqualTo("database-away");
      assertThat(json(0).path("kind").asText()).isEqualTo("opened");

      proxy.comeBack();
      start.get();
      await("the all-clear").until(() -> hook.received().size() == 2);
      assertThat(json(1).path("kind").asText()).isEqualTo("cleared");
      assertThat(json(1).path("id")).isEqualTo(json(0).path("id"));
      refusing.answer(200);
      await("whoever refused is told afterwards").until(() -> refusing.received().size() == 2);
      assertThat(
              database.query(
                  "select what, told_at is not null and cleared_told_at is not null as told from alerts"))
          .containsExactly(Map.of("what", "database-away", "told", true));
      assertThat(hook.received()).hasSize(2);
    }
  }

  private JsonNode json(int number) throws JsonProcessingException {
    return new ObjectMapper().readTree(hook.received().get(number).body());
  }

  private static int serverPort() {
    return URI.create(TestDatabase.serverUrl().replaceFirst("^jdbc:", "")).getPort();
  }

  private RunningCaravan caravan() {
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "caravan.database.url",
        database.url().replace(":" + serverPort() + "/", ":" + proxy.port() + "/"));
    settings.put("caravan.database.user", TestDatabase.user());
    settings.put("caravan.database.password", TestDatabase.password());
    settings.put("caravan.schedule.stream", "off");
    FlowCatalog.FLOWS.forEach(flow -> settings.put("caravan.schedule." + flow, "off"));
    settings.put("caravan.alerts.to", hook.url() + "/hook; " + refusing.url() + "/hook");
    return new RunningCaravan(
        settings,
        Map.of(
            "caravan.internal.http", "false",
            "caravan.internal.alerts-grace-ms", "100",
            "caravan.internal.alerts-period-ms", "100",
            "caravan.internal.alerts-calm-s", "0",
            "camel.main.routeFilterExcludePattern", "api-*,rest:*",
            "camel.main.jmxEnabled", "false"));
  }
}
