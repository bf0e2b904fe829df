package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class DatabaseHealthIT {

  @Test
  void aServerThatAnswersIsUp() {
    try (TestDatabase database = TestDatabase.fresh()) {
      HealthCheck.Result result =
          check(
              database.database().url(),
              database.database().user(),
              database.database().password());
      assertThat(result.getState()).isEqualTo(HealthCheck.State.UP);
      assertThat(result.getMessage().orElseThrow())
          .startsWith("Database caravan_test_")
          .endsWith(" answers");
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsDownWithTheServersReason() {
    try (TestDatabase database = TestDatabase.fresh()) {
      String url = database.database().url().replaceFirst("/caravan_test[^?]*", "/missing");
      HealthCheck.Result result =
          check(url, database.database().user(), database.database().password());
      assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
      assertThat(result.getMessage().orElseThrow())
          .contains("cannot be used: FATAL: database 'missing' does not exist");
    }
  }

  @Test
  void aServerThatNeverSaysAWordIsDownBecauseTheCheckGivesUpFirst() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      HealthCheck.Result result =
          check(
              "jdbc:postgresql://127.0.0.1:"
                  + silent.getLocalPort()
                  + "/caravan?connectTimeout=600&socketTimeout=600",
              "caravan",
              "hush");
      assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
      assertThat(result.getMessage())
          .contains(
              "Database caravan on 127.0.0.1:"
                  + silent.getLocalPort()
                  + " cannot be used: Connection attempt timed out.");
    }
  }

  @Test
  void aDatabaseThatIsAwayDoesNotMakeTheProcessDead() {
    DatabaseHealth health = new DatabaseHealth();
    assertThat(health.getId()).isEqualTo("database");
    assertThat(health.isReadiness()).isTrue();
    assertThat(health.isLiveness()).isFalse();
  }

  private static HealthCheck.Result check(String url, String user, String password) {
    DatabaseHealth health = new DatabaseHealth();
    health.setCamelContext(new DefaultCamelContext());
    health.setUrl(url);
    health.setUser(user);
    health.setPassword(password);
    return health.call();
  }
}
