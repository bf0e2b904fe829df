package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.RawHttp;
import dev.caravan.support.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a scanner sends: known paths, half requests, many connections, guesses. */
class ScannerTest {
  private static final int CONNECTIONS = 40;
  private static final int PORT = TestDatabase.freePort();
  private static final String HOST = "Host: 127.0.0.1:" + PORT;
  private static final String OPERATOR = basic("open-sesame-7731");
  private static final String LIVE = "GET /observe/health/live HTTP/1.1\r\n" + HOST + "\r\n";

  /** Folders, which are sent on to their slash and have no index there. */
  private static final Set<String> FOLDERS = Set.of("/grafana", "/charts");

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
            "caravan.internal.flows", "repair")
        .forEach(CAMEL::addOverrideProperty);
    // The same bounds as ever, but sooner.
    Map.of(
            "camel.beans.apiDataSource.connectionTimeout", "250",
            "camel.beans.httpServers.connections", "60",
            "camel.beans.httpServers.connectionsOfOneAddress", Integer.toString(CONNECTIONS),
            "camel.beans.httpServers.requestMs", "700",
            "camel.beans.httpServers.idleMs", "700")
        .forEach(CAMEL::addOverrideProperty);
    CAMEL.start();
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @Test
  void noneOfTheWellKnownPathsIsThereForAStranger() throws IOException {
    try (RawHttp stranger = RawHttp.to(PORT)) {
      for (String path : paths()) {
        RawHttp.Answer answer = stranger.ask("GET " + path + " HTTP/1.1", HOST);
        assertThat(answer.status()).as(path).isIn(400, 401, 404);
      }
    }
  }

  @Test
  void noneOfThemIsThereForTheOperatorEither() throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (RawHttp operator = RawHttp.to(PORT)) {
      for (String path : paths()) {
        RawHttp.Answer answer =
            operator.ask("GET " + path + " HTTP/1.1", HOST, "Authorization: " + OPERATOR);
        boolean sentOn = FOLDERS.contains(path) && answer.status() == 301;
        if (!sentOn && !Set.of(400, 404, 405).contains(answer.status())) {
          found.put(path, answer.status());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void anAnswerToHeadersOfProxiesNeverDependsOnThem() {
    try (RawHttp operator = RawHttp.to(PORT)) {
      String known = "Authorization: " + OPERATOR;
      for (String header :
          List.of(
              "X-Forwarded-Host: evil.example",
              "X-Forwarded-Proto: https",
              "X-Forwarded-Prefix: /evil",
              "X-Forwarded-Uri: /observe/metrics",
              "Forwarded: host=evil.example;proto=https",
              "X-Original-URL: /observe/metrics",
              "X-Rewrite-URL: /observe/metrics",
              "X-HTTP-Method-Override: POST",
              "X-Method-Override: DELETE",
              "CamelHttpUri: http://127.0.0.1:1/",
              "CamelHttpMethod: DELETE")) {
        RawHttp.Answer charts = operator.ask("GET /charts HTTP/1.1", HOST, known, header);
        assertThat(charts.status()).as(header).isEqualTo(301);
        assertThat(charts.header("Location")).as(header).isEqualTo("/charts/");
        RawHttp.Answer document =
            operator.ask("GET /api/openapi.json HTTP/1.1", HOST, known, header);
        assertThat(document.status()).as(header).isEqualTo(200);
        assertThat(document.body()).as(header).doesNotContain("evil").contains("\"openapi\"");
      }
      for (String path :
          List.of("//evil.example/charts", "/\\evil.example/..", "//evil.example/")) {
        RawHttp.Answer answer = operator.ask("GET " + path + " HTTP/1.1", HOST, known);
        assertThat(answer.header("Location")).as(path).doesNotStartWith("//").doesNotContain(":");
      }
    }
  }

  @Test
  void whoSendsAHeaderOrABodyDropByDropIsCutOff() throws IOException {
    String post = "POST /api/flows/repair/run HTTP/1.1\r\n" + HOST + "\r\n";
    String known = "Authorization: " + OPERATOR + "\r\n";
    for (String begun :
        List.of(
            "",
            "GET / HTTP/1.1\r\n" + HOST + "\r\nX-A: ",
            post + "Content-Length: 1000\r\n\r\n",
            post + known + "Content-Length: 1000\r\n\r\n",
            post + known + "Transfer-Encoding: chunked\r\n\r\n",
            post + known + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n")) {
      try (Socket slow = socket()) {
        slow.getOutputStream().write(begun.getBytes(StandardCharsets.ISO_8859_1));
        await("the end of " + begun)
            .atMost(CaravanProcess.PATIENCE)
            .until(
                () -> {
                  try {
                    slow.getOutputStream().write('a');
                    return ended(slow);
                  } catch (SocketException e) {
                    return true;
                  }
                });
      }
    }
    assertThat(RawHttp.to(PORT).ask("GET /observe/health/live HTTP/1.1", HOST).status())
        .isEqualTo(200);
  }

  @Test
  void aConnectionThatNobodyUsesAnyLongerIsClosed() throws IOException {
    try (Socket idle = socket()) {
      idle.getOutputStream().write((LIVE + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      assertThat(new String(idle.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("{\"status\":\"UP\"}");
    }
  }

  /** And the port answers again as soon as they are gone. */
  @Test
  void ofAThousandConnectionsAtOnceItKeepsAsManyAsOneAddressMayHave() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int n = 0; n < 1000; n++) {
        sockets.add(socket());
      }
      int[] served = {0};
      for (Socket socket : sockets) {
        if (answers(socket)) {
          served[0]++;
        }
      }
      assertThat(served[0]).isBetween(1, CONNECTIONS);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    await("room")
        .atMost(CaravanProcess.PATIENCE)
        .until(
            () -> {
              try (Socket next = socket()) {
                return answers(next);
              }
            });
  }

  @Test
  void requestsThatComeInOnePieceAreAnsweredInTheirOrder() {
    String end = LIVE + "Connection: close\r\n\r\n";
    List<RawHttp.Answer> answers;
    try (RawHttp raw = RawHttp.to(PORT)) {
      answers = raw.all((LIVE + "\r\n").repeat(50) + end);
    }
    assertThat(answers).hasSize(51).allMatch(answer -> answer.status() == 200);
  }

  @Test
  void moreRequestsInOnePieceEndTheConnectionAndAreNoFaultInTheLog() throws IOException {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    String page =
        "GET /favicon.svg HTTP/1.1\r\n" + HOST + "\r\nAuthorization: " + OPERATOR + "\r\n\r\n";
    try {
      for (int round = 0; round < 5; round++) {
        try (Socket greedy = socket()) {
          greedy.getOutputStream().write(page.repeat(1000).getBytes(StandardCharsets.ISO_8859_1));
          assertThat(new String(toEnd(greedy), StandardCharsets.ISO_8859_1).split("HTTP/1.1 200 "))
              .hasSizeLessThan(1000);
        }
        try (Socket next = socket()) {
          assertThat(answers(next)).as("the next client is answered").isTrue();
        }
      }
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .isEmpty();
  }

  @Test
  void aBodyThatIsTooLargeOrBadlyCutIsRefusedAndTheConnectionEnds() {
    String post =
        "POST /api/flows/repair/run HTTP/1.1\r\n"
            + HOST
            + "\r\nAuthorization: "
            + OPERATOR
            + "\r\n";
    for (String bytes :
        List.of(
            post + "Content-Length: 99999999999999999999\r\n\r\n",
            post + "Content-Length: 2000000\r\n\r\n" + "x".repeat(2_000_000),
            post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n\r\n",
            post
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "f4240\r\n"
                + "x".repeat(1_000_000)
                + "\r\nf4240\r\n"
                + "x".repeat(1_000_000)
                + "\r\n0\r\n\r\n",
            post + "Transfer-Encoding: gzip, chunked, chunked\r\n\r\n0\r\n\r\n")) {
      try (RawHttp raw = RawHttp.to(PORT)) {
        assertThat(raw.all(bytes + LIVE + "\r\n"))
            .as(bytes.substring(0, Math.min(bytes.length(), 220)))
            .allMatch(answer -> Set.of(200, 400, 413, 501, 503).contains(answer.status()))
            .noneMatch(answer -> answer.body().contains("run_id"));
      }
    }
  }

  @Test
  void guessesOfPasswordsAreLimitedForTheirAddressAlone() {
    try (RawHttp raw = RawHttp.to(PORT)) {
      String attacker = "X-Forwarded-For: 192.0.2.66";
      for (int guess = 0; guess < 10; guess++) {
        assertThat(status(raw, attacker, "guess-" + guess)).as("guess %d", guess).isEqualTo(401);
      }
      RawHttp.Answer refused =
          raw.ask("GET / HTTP/1.1", HOST, attacker, "Authorization: " + basic("guess-10"));
      assertThat(refused.status()).isEqualTo(429);
      assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 30);
      assertThat(refused.body())
          .isEqualTo(
              "Too many wrong passwords. Try again in " + refused.header("Retry-After") + " s.\n");
      assertThat(status(raw, attacker, "open-sesame-7731"))
          .as("or guessing would go on")
          .isEqualTo(429);
      assertThat(status(raw, "X-Forwarded-For: 192.0.2.67", "open-sesame-7731")).isEqualTo(200);
      assertThat(status(raw, "X-Nothing: -", "open-sesame-7731")).isEqualTo(200);
      assertThat(raw.ask("GET / HTTP/1.1", HOST, attacker).status())
          .as("who names no password guesses none")
          .isEqualTo(401);
    }
  }

  private static int status(RawHttp raw, String header, String password) {
    return raw.ask("GET / HTTP/1.1", HOST, header, "Authorization: " + basic(password)).status();
  }

  private static boolean answers(Socket socket) {
    try {
      socket.getOutputStream().write((LIVE + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return socket.getInputStream().read() == 'H';
    } catch (IOException e) {
      return false;
    }
  }

  /** What comes before the server closes or breaks off. */
  private static byte[] toEnd(Socket socket) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (IOException broken) {
      // An end as well.
    }
    return all.toByteArray();
  }

  /** Whether the server has closed it; what it has said before is read away. */
  private static boolean ended(Socket socket) throws IOException {
    socket.setSoTimeout(50);
    try {
      return socket.getInputStream().readAllBytes() != null;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    }
  }

  private static Socket socket() throws IOException {
    Socket socket = new Socket("127.0.0.1", PORT);
    socket.setSoTimeout((int) CaravanProcess.PATIENCE.toMillis());
    return socket;
  }

  private static List<String> paths() throws IOException {
    try (InputStream list = ScannerTest.class.getResourceAsStream("/http/scanned-paths.txt")) {
      List<String> paths = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(paths).hasSizeGreaterThan(500);
      return paths;
    }
  }

  private static String basic(String password) {
    return "Basic "
        + Base64.getEncoder().encodeToString(("ali:" + password).getBytes(StandardCharsets.UTF_8));
  }
}
