package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.HttpPort;
import dev.caravan.runtime.SettingException;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged server with user and password, on a database that is not there. */
class HttpServerTest {
  private static final int PORT = TestDatabase.freePort();
  private static final String PASSWORD = "hush-hush:hush";
  private static final Main CAMEL = camel(PORT);
  private static final Web STRANGER = Web.at(PORT);
  private static final Web OWNER = STRANGER.as("me", PASSWORD);

  /** What a part of Caravan may put into Camel's registry. */
  private static final class SessionHealth extends AbstractHealthCheck {
    private SessionHealth() {
      super("caravan", "session");
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
      builder.message("The session is closed").error(new IllegalStateException("inside")).up();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    CAMEL.bind("sessionHealth", new SessionHealth());
    CAMEL.start();
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  private static Main camel(int port) {
    Main camel = new Main();
    camel.setDefaultPropertyPlaceholderLocation(CaravanRuntime.PACKAGED);
    Map.of(
            "camel.main.routesIncludePattern", "classpath:routes/templates/source.camel.yaml",
            "caravan.internal.jdbc-url", "jdbc:postgresql://127.0.0.1:1/none?connectTimeout=5",
            "caravan.internal.jdbc-user", "nobody",
            "caravan.internal.jdbc-password", "secret-of-the-database",
            "caravan.internal.http", "true",
            "caravan.http.port", Integer.toString(port),
            "caravan.http.user", "me",
            "caravan.http.password", PASSWORD)
        .forEach(camel::addOverrideProperty);
    return camel;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/observe",
        "/observe/health",
        "/observe/health/",
        "/observe/health/other",
        "/observe/health?exposureLevel=oneline",
        "/observe/metrics",
        "/observe/health/live/../../metrics",
        "/observe/health/live/..",
        "/observe/health/live%2F..%2F..%2Fmetrics",
        "/observe/health/ready/x",
        "/OBSERVE/HEALTH/LIVE",
        "//observe/metrics",
        "/api/symbols",
        "/hawtio/"
      })
  void noPathAnswersWhoGivesNoOrAWrongPassword(String path) {
    for (Web wrong :
        new Web[] {
          STRANGER, STRANGER.as("me", "hush"), STRANGER.as("", ""), STRANGER.as("you", PASSWORD)
        }) {
      HttpResponse<String> answer = wrong.get(path);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .contains("Basic realm=\"Caravan\", charset=\"UTF-8\"");
      assertThat(answer.body()).doesNotContain("jvm_", "UP", "DOWN", PASSWORD);
    }
  }

  @Test
  void whoGivesThePasswordSeesHealthAndMetrics() {
    assertThat(OWNER.get("/observe/health").statusCode()).isEqualTo(503);
    assertThat(OWNER.get("/observe/metrics").statusCode()).isEqualTo(200);
    assertThat(OWNER.get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void aStrangerLearnsWhetherItLivesAndIsReadyAndNoMore() {
    for (String query :
        new String[] {"", "?exposureLevel=full&data=true&stackTrace=true", "?exposureLevel=full"}) {
      HttpResponse<String> live = STRANGER.get("/observe/health/live" + query);
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(live.body()).isEqualTo("{\"status\":\"UP\"}");
      HttpResponse<String> ready = STRANGER.get("/observe/health/ready" + query);
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("{\"status\":\"DOWN\"}");
    }
    assertThat(OWNER.get("/observe/health/ready").body()).contains("\"name\":\"database\"");
  }

  @Test
  void aDatabaseThatIsAwayIsDownWithTheReason() {
    assertThat(OWNER.check("database").path("status").asText()).isEqualTo("DOWN");
    assertThat(OWNER.check("database").path("message").asText())
        .startsWith(
            "Database none on 127.0.0.1:1 cannot be used: Connection to 127.0.0.1:1 refused");
  }

  @Test
  void aCheckInTheRegistryIsShownByItsIdWithItsMessage() {
    assertThat(OWNER.check("session").path("status").asText()).isEqualTo("UP");
    assertThat(OWNER.check("session").path("message").asText()).isEqualTo("The session is closed");
    assertThat(OWNER.check("context").path("status").asText()).isEqualTo("UP");
  }

  @Test
  void whatABeanCountsInTheOneRegistryIsAmongTheMetrics() {
    MeterRegistry registry =
        CAMEL.getCamelContext().getRegistry().findSingleByType(MeterRegistry.class);
    registry.counter("caravan.test.rows").increment(3);

    assertThat(OWNER.get("/observe/metrics").body().lines())
        .contains("caravan_test_rows_total 3.0")
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
        .anyMatch(
            line ->
                line.startsWith("camel_exchanges_total{")
                    && line.contains("routeId=\"read-json\""));
  }

  @Test
  void anotherProcessKnowsItForACaravan() {
    assertThat(new HttpPort("127.0.0.1", PORT).isCaravan()).isTrue();
  }

  @Test
  void aContextThatDoesNotListenBecauseAnotherWasQuickerIsRefused() throws Exception {
    HttpPort own = new HttpPort("127.0.0.1", PORT);
    assertThatNoException().isThrownBy(() -> own.refuseUnserved(CAMEL.getCamelContext()));
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Main late = camel(other.getLocalPort());
      late.addOverrideProperty("camel.main.name", "late");
      try {
        late.start();
        HttpPort taken = new HttpPort("127.0.0.1", other.getLocalPort());
        assertThatThrownBy(() -> taken.refuseUnserved(late.getCamelContext()))
            .isInstanceOf(SettingException.class)
            .hasMessageStartingWith("caravan.http.port " + other.getLocalPort() + " on 127.0.0.1");
      } finally {
        late.stop();
      }
    }
  }

  @Test
  void noPasswordShowsInHealthOrJmx() throws JMException, IOException {
    assertThat(OWNER.get("/observe/health?data=true&stackTrace=true").body())
        .contains("\"name\":\"database\"")
        .doesNotContain(PASSWORD, "secret-of-the-database");
    MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
    int seen = 0;
    for (ObjectName name : jmx.queryNames(new ObjectName("org.apache.camel:*"), null)) {
      for (MBeanAttributeInfo attribute : jmx.getMBeanInfo(name).getAttributes()) {
        try {
          assertThat(String.valueOf(jmx.getAttribute(name, attribute.getName())))
              .as(name + " " + attribute.getName())
              .doesNotContain(PASSWORD, "secret-of-the-database");
          seen++;
        } catch (JMException | RuntimeMBeanException e) {
          // An attribute that cannot be read shows nothing.
          continue;
        }
      }
    }
    assertThat(seen).isGreaterThan(100);
  }
}
