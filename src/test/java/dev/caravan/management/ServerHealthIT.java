package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.Database;
import dev.caravan.support.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;

/** What health says of an embedded server that is gone, for a while and for long. */
class ServerHealthIT {
  @Test
  void whatDoesNotComeBackForLongIsDownAndUpOnceItIsBack() throws Exception {
    try (Place place = Place.prepared("health");
        Database database =
            Database.open(
                new Database.Options("embedded", "", "", place.data(), place.port(), false))) {
      HealthCheck patient = new ServerHealth(database.server(), Duration.ofHours(1));
      HealthCheck impatient = new ServerHealth(database.server(), Duration.ZERO);
      assertThat(patient.isLiveness()).isTrue();
      assertThat(patient.isReadiness()).isFalse();
      assertThat(impatient.call(Map.of()).getState()).isEqualTo(HealthCheck.State.UP);

      // A server that cannot start, as on a full disk.
      Path settings = place.data().resolve("postgresql").resolve("postgresql.conf");
      String before = Files.readString(settings);
      Files.writeString(settings, before + "\nno_such_setting = 1\n");
      place.killServer();
      await("a try to fail")
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () ->
                  assertThat(database.server().fault())
                      .hasValueSatisfying(said -> assertThat(said).contains("did not start")));

      HealthCheck.Result down = impatient.call(Map.of());
      assertThat(down.getState()).isEqualTo(HealthCheck.State.DOWN);
      assertThat(down.getMessage().orElseThrow())
          .matches("gone for \\d+ s: PostgreSQL did not start in .*configuration file.*");
      assertThat(patient.call(Map.of()).getState())
          .as("it may come back")
          .isEqualTo(HealthCheck.State.UP);

      Files.writeString(settings, before);
      await("the server")
          .atMost(Duration.ofMinutes(2))
          .until(() -> database.server().downtime().isZero());
      assertThat(impatient.call(Map.of()).getState()).isEqualTo(HealthCheck.State.UP);
      assertThat(place.count("select count(*) from symbols")).isZero();
      assertThat(database.server().restarts()).isEqualTo(1);
    }
  }
}
