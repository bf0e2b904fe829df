package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.support.RawHttp;
import dev.caravan.support.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in where no user is set, which is on this machine alone. */
class LoopbackTest {
  private static final int PORT = TestDatabase.freePort();
  private static final String HOST = "Host: localhost:" + PORT;
  private static final Main CAMEL = new Main();

  /** Says what of a request became a header of Camel's message. */
  private static final class Probe extends RouteBuilder {
    @Override
    public void configure() {
      from("platform-http:/probe?httpMethodRestrict=GET,POST")
          .process(
              exchange ->
                  exchange
                      .getMessage()
                      .setBody(new TreeMap<>(exchange.getMessage().getHeaders()).toString()));
    }
  }

  @BeforeAll
  static void start() throws Exception {
    CAMEL.setDefaultPropertyPlaceholderLocation(CaravanRuntime.PACKAGED);
    Map.of(
            "camel.main.routesIncludePattern",
                "classpath:routes/templates/source.camel.yaml,classpath:routes/api/*.camel.yaml",
            "caravan.internal.jdbc-url", "jdbc:postgresql://127.0.0.1:1/none?connectTimeout=5",
            "caravan.internal.jdbc-user", "nobody",
            "caravan.internal.jdbc-password", "hush",
            "caravan.internal.http", "true",
            "caravan.http.port", Integer.toString(PORT))
        .forEach(CAMEL::addOverrideProperty);
    CAMEL.addOverrideProperty("caravan.internal.flows", "repair");
    CAMEL.configure().addRoutesBuilder(new Probe());
    CAMEL.start();
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  private final RawHttp raw = RawHttp.to(PORT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.9.9.9",
        "[::1]:8080"
      })
  void byANameOfThisMachineItAnswers(String host) {
    assertThat(raw.ask("GET /probe HTTP/1.1", "Host: " + host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "0.0.0.0",
        "[::ffff:127.0.0.1]"
      })
  void aPageWhoseNameWasMadeToResolveToThisMachineReadsAndChangesNothing(String host) {
    for (String method : List.of("GET", "HEAD", "POST", "OPTIONS", "DELETE")) {
      for (String path :
          List.of("/", "/observe/metrics", "/observe/health/live", "/api/runs", "/probe")) {
        RawHttp.Answer answer = raw.ask(method + " " + path + " HTTP/1.1", "Host: " + host);
        assertThat(answer.status()).as(method + " " + path).isEqualTo(421);
        assertThat(answer.body()).doesNotContain("jvm_", "UP");
        if (!method.equals("HEAD")) {
          assertThat(answer.body())
              .contains("Without a password Caravan answers only to localhost and 127.0.0.1.");
        }
      }
    }
  }

  @Test
  void aRequestThatNamesNoHostOrSeveralIsRefused() {
    String get = "GET /probe HTTP/1.1";
    assertThat(raw.ask(get).status()).isEqualTo(400);
    assertThat(raw.ask(get, "Host:").status()).isEqualTo(400);
    assertThat(raw.ask(get, HOST, HOST).status()).isEqualTo(400);
    assertThat(raw.ask(get, HOST, "Host: evil.example").status()).isEqualTo(400);
    assertThat(raw.ask(get, "Host: evil.example", HOST).status()).isEqualTo(400);
    assertThat(raw.ask(get, "Host: localhost, evil.example").status()).isEqualTo(400);
    assertThat(raw.ask("GET /probe HTTP/1.0").status()).isEqualTo(421);
    assertThat(raw.ask("GET /probe HTTP/1.0", HOST).status()).isEqualTo(200);
    assertThat(raw.ask("GET http://evil.example/probe HTTP/1.1", HOST).status()).isEqualTo(400);
    assertThat(raw.ask("GET http://evil.example/probe HTTP/1.1", "Host: evil.example").status())
        .isEqualTo(421);
    assertThat(raw.ask("GET http://localhost:" + PORT + "/probe HTTP/1.1", HOST).status())
        .isEqualTo(200);
  }

  /** Its names would be one more thing to check, and nobody needs it without TLS. */
  @Test
  void http2IsNotSpoken() {
    assertThat(raw.all("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0"))
        .as("an answer of HTTP/1 that refuses, or none")
        .allMatch(answer -> answer.status() == 400 || answer.status() == 501);
    RawHttp.Answer upgrade =
        raw.ask(
            "GET /probe HTTP/1.1",
            HOST,
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA");
    assertThat(upgrade.status()).as("not 101").isEqualTo(200);
    assertThat(upgrade.headers()).doesNotContainKey("upgrade");
  }

  @Test
  void aPageOfAnotherSiteChangesNothing() {
    for (String header :
        List.of("Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: same-site")) {
      assertThat(raw.ask("POST /probe HTTP/1.1", HOST, header, "Content-Length: 0").status())
          .isEqualTo(403);
    }
    assertThat(raw.ask("POST /probe HTTP/1.1", HOST, "Content-Length: 0").status()).isEqualTo(200);
    assertThat(
            raw.ask(
                    "POST /probe HTTP/1.1",
                    HOST,
                    "Origin: http://localhost:" + PORT,
                    "Sec-Fetch-Site: same-origin",
                    "Content-Length: 0")
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CamelHttpUri",
        "camelhttpuri",
        "CAMELHTTPURI",
        "CamelHttpPath",
        "CamelHttpMethod",
        "CamelHttpResponseCode",
        "CamelJdbcParameters",
        "CamelFileName",
        "cAmElBeanMethodName",
        "org.apache.camel.Exchange",
        "ORG.APACHE.CAMEL.x",
        "X-Caravan-Role",
        "x-caravan-user",
        "X-CARAVAN-ROLE",
        "trigger",
        "run_id",
        "flow",
        "breadcrumbId"
      })
  void whatComesFromOutsideNeverBecomesAHeaderOfCamel(String name) {
    String evil = "evil-4711";
    String form = name + "=" + evil;
    for (RawHttp.Answer answer :
        List.of(
            raw.ask("GET /probe HTTP/1.1", HOST, name + ": " + evil),
            raw.ask("GET /probe HTTP/1.1", HOST, name + ": x", name + ": " + evil),
            raw.ask("GET /probe?" + form + " HTTP/1.1", HOST),
            raw.ask(
                "GET /probe?%" + hex(name.charAt(0)) + name.substring(1) + "=" + evil + " HTTP/1.1",
                HOST),
            // Only who may change something anyway can send a form.
            post(name.startsWith("X") || name.startsWith("x") ? "a=b" : form))) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().replaceAll("CamelHttp(RawQuery|Query|Uri|Url)=[^,}]*", ""))
          .contains("CamelHttpMethod=")
          .doesNotContain(evil);
    }
  }

  private RawHttp.Answer post(String form) {
    List<RawHttp.Answer> answers =
        raw.all(
            "POST /probe HTTP/1.1\r\n"
                + HOST
                + "\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: "
                + form.length()
                + "\r\n\r\n"
                + form);
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  private static String hex(char letter) {
    return Integer.toHexString(letter);
  }
}
