package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.runtime.FlowCatalog;
import dev.caravan.support.Receiver;
import dev.caravan.support.RunningCaravan;
import dev.caravan.support.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two Caravans on one database tell of an incident once, and so does the one after them. */
class AlertsOfTwoIT {
  private final TestDatabase database = TestDatabase.fresh();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    receiver.close();
    database.close();
  }

  @Test
  void anIncidentIsToldOnceByTwoProcessesAndItsEndOnceByTheirHeir() throws Exception {
    try (RunningCaravan one = caravan();
        RunningCaravan other = caravan()) {
      one.start();
      other.start();
      for (int i = 1; i <= 5; i++) {
        String flow = "flow-" + i;
        database.execute(
            "insert into flow_runs (flow, trigger, status, error, finished_at, process)"
                + " values ('%s', 'schedule', 'failed', 'no', now(), 'x')".formatted(flow));
      }
      await("all incidents").until(() -> receiver.received().size() >= 5);
      awaitRounds();
    }
    assertThat(receiver.received()).extracting(Receiver.Received::body).doesNotHaveDuplicates();
    assertThat(receiver.received()).hasSize(5);

    try (RunningCaravan heir = caravan()) {
      heir.start();
      awaitRounds();
      assertThat(receiver.received()).hasSize(5);
      database.execute("delete from flow_runs where flow = 'flow-1'");
      await("the end of one").until(() -> receiver.received().size() >= 6);
      awaitRounds();
    }
    assertThat(receiver.received()).hasSize(6);
    assertThat(receiver.received().get(5).body())
        .contains("\"title\": \"Resolved: flow flow-1 keeps failing\"");
  }

  private void awaitRounds() {
    for (int round = 0; round < 5; round++) {
      Object before = database.value("select max(seen_at)::text from alert_watch");
      await("a round")
          .until(
              () -> !before.equals(database.value("select max(seen_at)::text from alert_watch")));
    }
  }

  private RunningCaravan caravan() {
    Map<String, String> settings = new HashMap<>();
    settings.put("caravan.database.url", database.url());
    settings.put("caravan.database.user", TestDatabase.user());
    settings.put("caravan.database.password", TestDatabase.password());
    settings.put("caravan.schedule.stream", "off");
    FlowCatalog.FLOWS.forEach(flow -> settings.put("caravan.schedule." + flow, "off"));
    settings.put("caravan.alerts.to", receiver.url() + "/hook");
    settings.put("caravan.alerts.failures", "1");
    return new RunningCaravan(
        settings,
        Map.of(
            "caravan.internal.http", "false",
            "caravan.internal.alerts-period-ms", "100",
            "caravan.internal.alerts-calm-s", "0",
            "camel.main.routeFilterExcludePattern", "api-*,rest:*",
            "camel.main.jmxEnabled", "false"));
  }
}
