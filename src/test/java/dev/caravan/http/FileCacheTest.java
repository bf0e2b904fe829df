package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The files of the pages over real HTTP, as a browser asks for them again and again. */
class FileCacheTest {
  private static final int PORT = TestDatabase.freePort();
  private static final Main CAMEL = new Main();
  private static final Web WEB = Web.at(PORT);

  @BeforeAll
  static void start() throws Exception {
    CAMEL.setDefaultPropertyPlaceholderLocation(CaravanRuntime.PACKAGED);
    Map.of(
            "camel.main.routesIncludePattern", "classpath:routes/templates/source.camel.yaml",
            "caravan.internal.jdbc-url", "jdbc:postgresql://127.0.0.1:1/none?connectTimeout=5",
            "caravan.internal.jdbc-user", "nobody",
            "caravan.internal.jdbc-password", "",
            "caravan.internal.http", "true",
            "caravan.http.port", Integer.toString(PORT))
        .forEach(CAMEL::addOverrideProperty);
    CAMEL.start();
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @Test
  void everyFileIsTheSameCompressedAndPlainAndIsNotSentAgain() throws IOException {
    int compressed = 0;
    for (String path : paths()) {
      HttpResponse<byte[]> plain = WEB.ask("GET", path);
      HttpResponse<byte[]> gzip = WEB.ask("GET", path, "Accept-Encoding", "gzip, deflate, br");
      assertThat(plain.statusCode()).as(path).isEqualTo(200);
      assertThat(header(plain, "Content-Encoding")).as(path).isEmpty();
      assertThat(header(gzip, "Content-Type")).as(path).isEqualTo(header(plain, "Content-Type"));
      for (HttpResponse<byte[]> each : List.of(plain, gzip)) {
        assertThat(header(each, "Vary")).as(path).isEqualToIgnoringCase("Accept-Encoding");
        assertThat(header(each, "Content-Security-Policy")).as(path).contains("default-src 'none'");
        assertThat(header(each, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
      }
      if (header(gzip, "Content-Encoding").equals("gzip")) {
        compressed++;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
          assertThat(in.readAllBytes()).as(path).isEqualTo(plain.body());
        }
      } else {
        assertThat(gzip.body()).as(path).isEqualTo(plain.body());
      }
      String etag = header(plain, "ETag");
      assertThat(etag).as(path).isEqualTo(header(gzip, "ETag")).startsWith("W/\"");
      HttpResponse<byte[]> again = WEB.ask("GET", path, "If-None-Match", "\"x\", " + etag);
      assertThat(again.statusCode()).as(path).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(header(again, "ETag")).isEqualTo(etag);
      assertThat(WEB.ask("GET", path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
      HttpResponse<byte[]> head = WEB.ask("HEAD", path, "Accept-Encoding", "gzip");
      assertThat(header(head, "Content-Length"))
          .as(path)
          .isEqualTo(Integer.toString(gzip.body().length));
      assertThat(head.body()).isEmpty();
    }
    assertThat(compressed).isGreaterThan(20);
  }

  @Test
  void theScriptsOfTheDashboardAreAQuarterOnTheirWay() {
    String script = "/charts/echarts.esm.min.js";
    assertThat(WEB.ask("GET", script, "Accept-Encoding", "gzip").body().length)
        .isLessThan(WEB.ask("GET", script).body().length * 2 / 5);
  }

  @Test
  void onlyAFileWhoseNameChangesWithItsContentsIsKeptUnasked() throws IOException {
    List<String> versioned;
    try (Stream<Path> scripts = Files.list(Path.of("target/classes/hawtio/static/js"))) {
      versioned =
          scripts
              .map(file -> "/hawtio/static/js/" + file.getFileName())
              .filter(path -> path.matches(".*/main\\.[0-9a-f]+\\.js"))
              .toList();
    }
    assertThat(versioned).hasSize(1);
    assertThat(header(WEB.ask("HEAD", versioned.get(0)), "Cache-Control"))
        .isEqualTo("private, max-age=31536000, immutable");
    for (String path : List.of("/", "/js/main.js", "/charts/echarts.esm.min.js", "/hawtio/")) {
      assertThat(header(WEB.ask("HEAD", path), "Cache-Control")).as(path).isEqualTo("no-cache");
    }
  }

  @Test
  void whatIsNoFileOfThePagesIsNotThere() {
    for (String path :
        List.of(
            "/js/",
            "/js/../application.properties",
            "/application.properties",
            "/wiring.properties",
            "/js/%2e%2e/%2e%2e/wiring.properties",
            "/js/main.js/",
            "/nothing.js",
            "/hawtio/nothing.js")) {
      assertThat(WEB.ask("GET", path, "Accept-Encoding", "gzip").statusCode())
          .as(path)
          .isEqualTo(404);
    }
  }

  private static List<String> paths() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/resources/web"))) {
      return Stream.concat(
              Stream.of("/", "/charts/echarts.esm.min.js", "/hawtio/index.html"),
              files
                  .filter(Files::isRegularFile)
                  .map(file -> "/" + Path.of("src/main/resources/web").relativize(file)))
          .toList();
    }
  }

  private static String header(HttpResponse<byte[]> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
