package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.support.RawHttp;
import dev.caravan.support.TestDatabase;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in where users are set, by every path that the server has and every trick. */
class AccessTest {
  /** Of files whose name has the hash of their contents in it. */
  private static final String FOR_EVER = "private, max-age=31536000, immutable";

  private static final String OPERATOR = basic("ali", "open-sesame-7731");
  private static final String VIEWER = basic("cassim", "look-around-2204");
  private static final Set<String> OPEN = Set.of("/observe/health/live", "/observe/health/ready");

  /** Not of the files, which the walk finds in the jar, and not of the API, which says itself. */
  private static final List<String> PATHS =
      List.of(
          "/",
          "/nothing",
          "/api",
          "/api/openapi.json",
          "/api/nothing",
          "/observe",
          "/observe/health",
          "/observe/health/live/x",
          "/observe/metrics",
          "/observe/jolokia",
          "/observe/jolokia/version",
          "/observe/jolokia/read/java.lang:type=Runtime",
          "/hawtio",
          "/hawtio/user",
          "/hawtio/plugin",
          "/hawtio/keycloak/enabled",
          "/hawtio/camel/routes",
          "/hawtio/jolokia",
          "/hawtio/jolokia/version",
          "/q",
          "/q/health",
          "/q/dev",
          "/q/send",
          "/q/upload/x");

  private static final List<String> METHODS =
      List.of(
          "GET",
          "HEAD",
          "POST",
          "PUT",
          "PATCH",
          "DELETE",
          "OPTIONS",
          "TRACE",
          "CONNECT",
          "PROPFIND",
          "get",
          "GETX",
          "-");

  private static final int PORT = TestDatabase.freePort();
  private static final String HOST = "Host: 127.0.0.1:" + PORT;
  private static final Main CAMEL = new Main();

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
            "caravan.http.port", Integer.toString(PORT),
            "caravan.http.user", "ali",
            "caravan.http.password", "open-sesame-7731",
            "caravan.http.viewer-user", "cassim",
            "caravan.http.viewer-password", "look-around-2204")
        .forEach(CAMEL::addOverrideProperty);
    CAMEL.addOverrideProperty("caravan.internal.flows", "repair");
    // Whoever is let in finds no database, and need not wait for it.
    CAMEL.addOverrideProperty("camel.beans.apiDataSource.connectionTimeout", "250");
    CAMEL.start();
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  private final RawHttp stranger = RawHttp.to(PORT);

  @Test
  void noPathAnswersAStrangerByAnyMethod() throws Exception {
    for (String path : everyPath()) {
      for (String method : OPEN.contains(path) ? List.<String>of() : METHODS) {
        RawHttp.Answer answer = stranger.ask(method + " " + path + " HTTP/1.1", HOST);
        assertThat(answer.status()).as(method + " " + path).isEqualTo(401);
        refused(answer, method + " " + path);
      }
    }
  }

  @Test
  void noSpellingOfAPathAnswersAStranger() {
    Set<String> spellings = new LinkedHashSet<>();
    for (String path : List.of("/observe/metrics", "/observe/health", "/api/symbols", "/hawtio/")) {
      spellings.addAll(spellings(path));
    }
    assertThat(spellings).hasSizeGreaterThan(150);
    for (String target : spellings) {
      RawHttp.Answer answer = stranger.ask("GET " + target + " HTTP/1.1", HOST);
      assertThat(answer.status())
          .as("401, or 400 and 404 of what is no path at all: " + target)
          .isIn(target.startsWith("/") && !malformed(target) ? Set.of(401) : Set.of(400, 401, 404));
      refused(answer, target);
    }
  }

  @Test
  void noOddRequestAnswersAStranger() {
    String metrics = "GET /observe/metrics HTTP/1.1";
    List<String[]> requests =
        List.of(
            new String[] {"GET /observe/metrics HTTP/1.0"},
            new String[] {"GET /observe/metrics HTTP/1.0", HOST},
            new String[] {metrics},
            new String[] {metrics, HOST, HOST},
            new String[] {metrics, HOST, "Host: evil.example"},
            new String[] {metrics, "Host: "},
            new String[] {metrics, "Host: evil.example:80:80"},
            new String[] {metrics, HOST, "X-Forwarded-For: 127.0.0.1"},
            new String[] {metrics, HOST, "X-Forwarded-Uri: /observe/health/live"},
            new String[] {metrics, HOST, "X-Original-URL: /observe/health/live"},
            new String[] {metrics, HOST, "X-HTTP-Method-Override: OPTIONS"},
            new String[] {metrics, HOST, "X-Caravan-User: ali", "X-Caravan-Role: operator"},
            new String[] {metrics, HOST, "Authorization: Basic"},
            new String[] {metrics, HOST, "Authorization: Basic Og=="},
            new String[] {metrics, HOST, "Authorization: Bearer x"},
            new String[] {metrics, HOST, "Authorization: Digest username=\"ali\""},
            new String[] {metrics, HOST, "Authorization: " + basic("ali", "look-around-2204")},
            new String[] {metrics, HOST, "Authorization: " + basic("cassim", "open-sesame-7731")},
            new String[] {metrics, HOST, "Proxy-Authorization: " + OPERATOR},
            new String[] {metrics, HOST, "Cookie: Authorization=" + OPERATOR},
            new String[] {metrics, HOST, "Upgrade: websocket", "Connection: Upgrade"},
            new String[] {metrics, HOST, "Expect: 100-continue"},
            new String[] {"OPTIONS * HTTP/1.1", HOST},
            new String[] {"GET /" + "x".repeat(100_000) + " HTTP/1.1", HOST},
            new String[] {
              "GET /observe/health/live" + "/../..".repeat(500) + "/observe/metrics HTTP/1.1", HOST
            },
            new String[] {metrics, HOST, "X-Long: " + "x".repeat(100_000)},
            new String[] {"GET  /observe/metrics HTTP/1.1", HOST},
            new String[] {"GET\t/observe/metrics HTTP/1.1", HOST},
            new String[] {"GET /observe/metrics HTTP/9.9", HOST},
            new String[] {"GET /observe/metrics", HOST},
            new String[] {"PRI * HTTP/2.0", HOST});
    for (String[] request : requests) {
      try (RawHttp each = RawHttp.to(PORT)) {
        List<RawHttp.Answer> answers =
            each.all(String.join("\r\n", request) + "\r\nConnection: close\r\n\r\n");
        for (RawHttp.Answer answer : answers) {
          String what = String.join(" | ", request);
          assertThat(answer.status())
              .as(what.substring(0, Math.min(200, what.length())))
              .isIn(400, 401, 404, 414, 421, 431, 501);
          assertThat(answer.body()).doesNotContain("jvm_", "UP", "DOWN");
        }
      }
    }
  }

  /** Each request on a connection is asked for itself, wherever one ends and the next begins. */
  @Test
  void noRequestComesInBehindAnother() {
    String live = "GET /observe/health/live HTTP/1.1\r\n" + HOST + "\r\n";
    String hidden = "GET /observe/metrics HTTP/1.1\r\n" + HOST + "\r\n\r\n";
    String known = "POST /nothing HTTP/1.1\r\n" + HOST + "\r\nAuthorization: " + OPERATOR + "\r\n";
    String end = live + "Connection: close\r\n\r\n";
    for (String bytes :
        List.of(
            live + "\r\n" + hidden + end,
            known + "Content-Length: 0\r\n\r\n" + hidden + end,
            known + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + hidden + end,
            known + "Content-Length: 5\r\nContent-Length: 0\r\n\r\n" + hidden + end,
            known + "Content-Length: 0, 5\r\n\r\n" + hidden + end,
            known + "Content-Length: +0\r\n\r\n" + hidden + end,
            known + "Content-Length: -1\r\n\r\n" + hidden + end,
            known + "Content-Length : 0\r\n\r\n" + hidden + end,
            known
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + hidden
                + end,
            known
                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
                + hidden
                + end,
            known + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden + end,
            known + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden + end,
            known + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n" + hidden + end,
            known + "Transfer-Encoding: chunked\r\n\r\n0;x=\n\r\n" + hidden + end,
            known + "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden + end,
            known + " folded: x\r\nContent-Length: 0\r\n\r\n" + hidden + end)) {
      assertThat(stranger.all(bytes))
          .as(bytes)
          .noneMatch(answer -> answer.body().contains("jvm_"))
          .allMatch(answer -> Set.of(200, 400, 401, 404, 501).contains(answer.status()));
    }
  }

  @Test
  void aStrangerLearnsWhetherItLivesAndMayAskThatInNoOtherWay() {
    for (String path : OPEN) {
      for (String method : METHODS) {
        RawHttp.Answer answer = stranger.ask(method + " " + path + " HTTP/1.1", HOST);
        boolean read = method.equals("GET");
        assertThat(answer.status())
            .as("there is no database: " + method + " " + path)
            .isEqualTo(read ? (path.endsWith("live") ? 200 : 503) : 401);
        assertThat(answer.body()).doesNotContain("database", "127.0.0.1");
        dressed(answer, method + " " + path);
      }
    }
    assertThat(stranger.ask("GET /observe/health/live?data=true HTTP/1.1", HOST).body())
        .isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void everyFileComesToTheViewerWithTheHeadersThatBindABrowser() throws Exception {
    try (RawHttp viewer = RawHttp.to(PORT)) {
      for (String path : files()) {
        RawHttp.Answer answer =
            viewer.ask("HEAD " + path + " HTTP/1.1", HOST, "Authorization: " + VIEWER);
        assertThat(answer.status()).as(path).isEqualTo(200);
        assertThat(answer.header("Cache-Control"))
            .as(path)
            .isEqualTo(path.matches(".*\\.[0-9a-f]{8,}\\..*") ? FOR_EVER : "no-cache");
        dressed(answer, path);
      }
    }
  }

  @Test
  void aViewerChangesNothingByAnyPath() throws Exception {
    try (RawHttp viewer = RawHttp.to(PORT)) {
      for (String path : everyPath()) {
        for (String method : METHODS) {
          if (Set.of("GET", "HEAD", "OPTIONS").contains(method) || path.contains("jolokia")) {
            continue;
          }
          RawHttp.Answer answer =
              viewer.ask(method + " " + path + " HTTP/1.1", HOST, "Authorization: " + VIEWER);
          assertThat(answer.status()).as(method + " " + path).isEqualTo(403);
          assertThat(answer.body())
              .contains("This user may only read; changes need the user of caravan.http.user.");
          dressed(answer, method + " " + path);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: null",
        "Origin: http://evil.example",
        "Origin: https://127.0.0.1",
        "Origin: http://localhost",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void aPageOfAnotherSiteChangesNothingInTheOperatorsName(String header) {
    for (String path : List.of("/api/flows/repair/run", "/observe/jolokia", "/hawtio/jolokia/")) {
      for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
        RawHttp.Answer answer =
            stranger.ask(
                method + " " + path + " HTTP/1.1", HOST, "Authorization: " + OPERATOR, header);
        assertThat(answer.status()).as(method + " " + path).isEqualTo(403);
        assertThat(answer.body())
            .contains("This request comes from another site's page and may not change anything.");
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
        dressed(answer, path);
      }
    }
  }

  @Test
  void caravansOwnPageAndAProgramAreHeard() {
    for (String[] headers :
        new String[][] {{}, {"Origin: http://127.0.0.1:" + PORT, "Sec-Fetch-Site: same-origin"}}) {
      List<String> request =
          new ArrayList<>(
              List.of(
                  "POST /nothing HTTP/1.1",
                  HOST,
                  "Authorization: " + OPERATOR,
                  "Content-Length: 0"));
      request.addAll(List.of(headers));
      assertThat(stranger.ask(request.toArray(String[]::new)).status()).isEqualTo(404);
    }
  }

  @Test
  void theApiRefusesInJsonAndTheRestInPlainWords() throws Exception {
    RawHttp.Answer api = stranger.ask("GET /api/symbols HTTP/1.1", HOST);
    assertThat(api.header("Content-Type")).isEqualTo("application/problem+json");
    JsonNode problem = new ObjectMapper().readTree(api.body());
    assertThat(problem.path("status").asInt()).isEqualTo(401);
    assertThat(problem.path("title").asText()).isEqualTo("Unauthorized");
    assertThat(problem.path("detail").asText())
        .isEqualTo("Use the user and password of caravan.http.user and caravan.http.password.");
    assertThat(stranger.ask("GET / HTTP/1.1", HOST).header("Content-Type"))
        .isEqualTo("text/plain; charset=utf-8");
    RawHttp.Answer missing =
        stranger.ask("GET /nothing HTTP/1.1", HOST, "Authorization: " + OPERATOR);
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.body()).isEqualTo("Not found.\n");
    dressed(missing, "/nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Caravan-Role", "x-caravan-role", "X-CARAVAN-ROLE"})
  void nobodyMakesAnOperatorOfAViewerByAHeaderOrAParameter(String name) throws Exception {
    String viewer = "Authorization: " + VIEWER;
    RawHttp.Answer header =
        stranger.ask(
            "GET /api/status HTTP/1.1", HOST, viewer, name + ": operator", "X-Caravan-User: ali");
    assertThat(header.status()).isEqualTo(200);
    JsonNode status = new ObjectMapper().readTree(header.body());
    assertThat(status.path("role").asText()).isEqualTo("viewer");
    assertThat(status.path("user").asText()).isEqualTo("cassim");
    RawHttp.Answer parameter =
        stranger.ask("GET /api/status?" + name + "=operator HTTP/1.1", HOST, viewer);
    assertThat(parameter.status()).isEqualTo(400);
    RawHttp.Answer change =
        stranger.ask(
            "POST /api/flows/repair/run?" + name + "=operator HTTP/1.1",
            HOST,
            viewer,
            name + ": operator",
            "Content-Length: 0");
    assertThat(change.status()).isEqualTo(403);
    assertThat(change.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void aNameOfItsOwnIsNoneOfTheGuardsBusinessWhereThereIsAPassword() {
    assertThat(
            stranger
                .ask("GET / HTTP/1.1", "Host: caravan.example", "Authorization: " + VIEWER)
                .status())
        .isEqualTo(200);
  }

  /** Every path of the jar, of the API and of Camel's management. */
  private static Set<String> everyPath() throws Exception {
    Set<String> paths = new TreeSet<>(PATHS);
    paths.addAll(OPEN);
    paths.addAll(files());
    RawHttp.Answer openApi;
    try (RawHttp operator = RawHttp.to(PORT)) {
      openApi = operator.ask("GET /api/openapi.json HTTP/1.1", HOST, "Authorization: " + OPERATOR);
    }
    JsonNode document = new ObjectMapper().readTree(openApi.body());
    String base = URI.create(document.path("servers").path(0).path("url").asText()).getPath();
    List<String> api = new ArrayList<>();
    document
        .path("paths")
        .fieldNames()
        .forEachRemaining(path -> api.add((base + path).replaceAll("\\{[^}]*}", "1")));
    paths.addAll(api);
    return paths;
  }

  /** The static files, by the folders of the jar that they come from. */
  private static Set<String> files() throws Exception {
    Set<String> files = new TreeSet<>();
    for (String folder : List.of("web", "charts", "hawtio")) {
      Path root = Path.of(WebServer.class.getResource("/" + folder).toURI());
      try (Stream<Path> all = Files.walk(root)) {
        all.filter(Files::isRegularFile)
            .map(file -> (folder.equals("web") ? "/" : "/" + folder + "/") + root.relativize(file))
            .forEach(files::add);
      }
    }
    assertThat(files).contains("/index.html", "/charts/echarts.esm.min.js", "/hawtio/index.html");
    return files;
  }

  /** Ways to write a path that some server, proxy or router takes for it. */
  private static Set<String> spellings(String path) {
    String rest = path.substring(1);
    String coded = String.format("/%%%02x%s", (int) rest.charAt(0), rest.substring(1));
    Set<String> spellings = new LinkedHashSet<>();
    Stream.of(
            path,
            "/" + path,
            "//" + path,
            "/." + path,
            "/x/.." + path,
            "/.." + path,
            path + "/",
            path + "//",
            path + "/.",
            path + "/..",
            path + "/x/..",
            path + ".",
            path + "..",
            path + "...",
            path + ";",
            path + ";jsessionid=1",
            path + ";/../x",
            path + "?",
            path + "?x=/observe/health/live",
            path + "#/observe/health/live",
            path + "%20",
            path + "%00",
            path + "%0a",
            path + "%0d%0aX:y",
            path + "%2f",
            path + "%2e",
            path + "%3b",
            path + "%3f",
            path + "%23",
            path + "\u00e9",
            path.toUpperCase(Locale.ROOT),
            coded,
            coded.replace("%", "%25"),
            coded.replace("%", "%2525"),
            path.replace("/", "%2f"),
            path.replace("/", "/%2f"),
            path.replace("/", "\\"),
            path.replace("/", "/%5c"),
            path.replace("/", "/;/"),
            path.replace("e", "%65"),
            path.replace("e", "%C1%A5"),
            path.replace("e", "%u0065"),
            path + "/%zz",
            "/%" + path,
            "http://127.0.0.1" + path,
            "http://127.0.0.1:" + PORT + path,
            "http://evil.example" + path,
            "HTTP://[::1]" + path,
            "ftp://x" + path,
            rest,
            "*",
            "." + path,
            "?" + path)
        .forEach(spellings::add);
    for (String open : OPEN) {
      Stream.of(
              "/../../.." + path,
              "/%2e%2e/%2e%2e/%2e%2e" + path,
              "/%2E%2E/.%2e/%2e." + path,
              "/..%2f..%2f.." + path,
              "%2f..%2f..%2f.." + path.replace("/", "%2f"),
              "/%252e%252e/%252e%252e/%252e%252e" + path,
              "/..;/..;/..;" + path,
              ";/../../.." + path,
              path,
              "/" + path,
              "/..",
              "/.;" + path,
              "%00" + path,
              "%3f/../../.." + path,
              "%23/../../.." + path,
              "\\..\\..\\.." + path,
              "/x",
              "/",
              "x",
              ".json",
              ";x",
              "%20",
              "%2f")
          .map(suffix -> open + suffix)
          .forEach(spellings::add);
    }
    return spellings;
  }

  private static boolean malformed(String target) {
    return target.matches(".*%(?![0-9a-fA-F]{2}).*");
  }

  private static void refused(RawHttp.Answer answer, String what) {
    assertThat(answer.body()).as(what).doesNotContain("jvm_", "UP", "DOWN", "<html", "{\"openapi");
    if (answer.status() == 401) {
      assertThat(answer.header("WWW-Authenticate"))
          .as(what)
          .isEqualTo("Basic realm=\"Caravan\", charset=\"UTF-8\"");
    }
    dressed(answer, what);
  }

  /** The headers that each answer has, once. */
  private static void dressed(RawHttp.Answer answer, String what) {
    assertThat(answer.header("Server")).as(what).isEqualTo("Caravan");
    assertThat(answer.header("X-Content-Type-Options")).as(what).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).as(what).isEqualTo("no-referrer");
    assertThat(answer.header("Cross-Origin-Opener-Policy")).as(what).isEqualTo("same-origin");
    assertThat(answer.header("Cross-Origin-Resource-Policy")).as(what).isEqualTo("same-origin");
    assertThat(answer.header("Cache-Control")).as(what).isIn("no-cache", "no-store", FOR_EVER);
    assertThat(answer.header("Content-Security-Policy"))
        .as(what)
        .startsWith("default-src 'none'; ")
        .endsWith("frame-ancestors 'none'")
        .doesNotContain("unsafe-eval", " AND ");
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
