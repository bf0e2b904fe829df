package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.caravan.support.CutProxy;
import dev.caravan.support.Place;
import dev.caravan.support.RunningCaravan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A database that goes away in the middle of the start, wherever that is. */
class StartWithoutDatabaseIT {
  /** A few words of each statement of the start, in its order. */
  private static final List<String> MOMENTS =
      List.of(
          "show server_encoding",
          "flyway_schema_history",
          "cut off: the process ended",
          "as typed",
          "jsonb_build_object('session'",
          "feeds_one_row_a_role");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Place place = Place.prepared("away");

  @AfterEach
  void close() {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(log);
    place.close();
  }

  @Test
  void theRuntimeWaitsForADatabaseThatGoesAwayAnywhereInItsStart() throws Exception {
    place.server();
    try (CutProxy proxy = new CutProxy(place.port(), MOMENTS);
        RunningCaravan caravan = new RunningCaravan(settings(proxy.port()), Map.of())) {
      log.start();
      ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(log);
      Thread camel = awayWhileCamelStarts(caravan, proxy);
      caravan.start();
      camel.join();

      assertThat(proxy.left()).as("where it was not away").isEmpty();
      await("a run that succeeds")
          .atMost(Duration.ofMinutes(2))
          .until(
              () -> place.count("select count(*) from flow_runs where status = 'succeeded'") > 0);
      assertThat(log.list)
          .filteredOn(event -> event.getFormattedMessage().contains("Caravan retries every 2 s"))
          .as("each time it says so once")
          .hasSize(MOMENTS.size() - 1);
      assertThat(log.list).noneMatch(event -> event.getThrowableProxy() != null);
      assertThat(place.count("select count(*) from feeds")).isEqualTo(2);
    }
  }

  private static Thread awayWhileCamelStarts(RunningCaravan caravan, CutProxy proxy) {
    Thread thread =
        new Thread(
            () -> {
              try {
                until(() -> caravan.context() != null);
                proxy.goAway();
                until(() -> caravan.context().isStarted());
                proxy.comeBack();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "away");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void until(Callable<Boolean> condition) {
    await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofMinutes(3)).until(condition);
  }

  private Map<String, String> settings(int port) {
    Map<String, String> settings = place.quiet();
    settings.put("caravan.database.url", "jdbc:postgresql://127.0.0.1:" + port + "/caravan");
    settings.put("caravan.database.user", "caravan");
    settings.put("caravan.schedule.repair", "0/2 * * ? * *");
    return settings;
  }
}
