package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.caravan.support.CannedStream;
import dev.caravan.support.MovableClock;
import dev.caravan.support.Packed;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.TlsKeys;
import io.vertx.core.Context;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The component alone, without a database, on a server that says and does what the test wants. */
class StreamComponentIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String QUICK = "?reconnectMinMs=1&reconnectMaxMs=20";

  private final StreamFigures figures = new StreamFigures();
  private final CamelContext camel = new DefaultCamelContext();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<String> frames = new CopyOnWriteArrayList<>();
  private final List<byte[]> bytes = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<Integer> codes = new CopyOnWriteArrayList<>();
  private final List<Boolean> afterwards = new CopyOnWriteArrayList<>();
  private final Queue<Error> thrown = new ConcurrentLinkedQueue<>();
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private CannedStream server;
  private volatile boolean sinkIsStopped;

  @AfterEach
  void close() throws Exception {
    release.countDown();
    camel.close();
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theServersFirstFrameIsNeverLost() throws Exception {
    server = new CannedStream();
    server.afterGreeting = "[{\"T\":\"t\",\"i\":1}]";
    start(QUICK);
    for (int connection = 1; connection <= 50; connection++) {
      int connections = connection;
      awaiting("authentication " + connection)
          .until(() -> count("authenticated") == connections && frames.size() == connections);
      server.closeAll();
    }

    assertThat(count("connected")).isGreaterThanOrEqualTo(50);
    assertThat(server.received("auth")).hasSizeGreaterThanOrEqualTo(50);
    assertThat(server.mostOpen()).isEqualTo(1);
  }

  @Test
  void framesKeepTheirOrderAndSoDoesALossAmongThem() throws Exception {
    server = new CannedStream();
    start(QUICK);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      sent.add("[{\"T\":\"t\",\"i\":" + i + "}]");
    }
    sent.forEach(server::send);
    server.closeAll();
    awaiting("the second connection").until(() -> count("authenticated") == 2);

    assertThat(frames).containsExactlyElementsOf(sent);
    assertThat(events)
        .containsExactly(
            "connected",
            "authenticated",
            "lost: the server closed the connection",
            "connected",
            "authenticated");
  }

  @Test
  void largeFramesAndFramesInPartsAreTakenWhole() throws Exception {
    server = new CannedStream();
    start("");
    String large = data(100_000);
    String larger = data(5_000_000);
    server.send(large);
    server.send(larger);
    server.sendInParts(large, 1_000);
    server.sendInParts(data(70_000), 65_536);
    server.send(data(10));

    awaiting("all frames").until(() -> frames.size() == 5);
    assertThat(frames).containsExactly(large, larger, large, data(70_000), data(10));
    assertThat(server.connects()).isEqualTo(1);
  }

  @Test
  void compressionIsOffered() throws Exception {
    server = new CannedStream();
    start("");

    assertThat(server.upgradeHeaders.get("Sec-WebSocket-Extensions"))
        .contains("permessage-deflate");
    server.send(data(1_000_000));
    awaiting("the frame").until(() -> frames.size() == 1);
    assertThat(frames).containsExactly(data(1_000_000));
  }

  @Test
  void theServersPingsAreAnswered() throws Exception {
    server = new CannedStream();
    start("");
    server.ping();

    awaiting("the pong").until(() -> server.pongs() == 1);
  }

  @Test
  void aServerThatAnswersNoPingIsNoticedAndLeft() throws Exception {
    server = new CannedStream();
    start(QUICK + "&pingIntervalMs=100&silenceMs=1000");
    server.freeze();

    awaiting("the second connection").until(() -> count("authenticated") == 2);
    assertThat(events)
        .filteredOn(event -> event.startsWith("lost"))
        .containsExactly("lost: the connection was mute: no frame, ping or pong for 1 s");
  }

  @Test
  void aQuietServerThatAnswersPingsIsNoFault() throws Exception {
    server = new CannedStream();
    start("?pingIntervalMs=100&silenceMs=1000");
    // The watch looks each half second, so this is several times what counts as silence.
    awaiting("pings").until(() -> server.pings() >= 7);

    assertThat(server.connects()).isEqualTo(1);
    assertThat(events).containsExactly("connected", "authenticated");
  }

  @Test
  void aServerThatNeverEndsTheHandshakeIsLeft() throws Exception {
    server = new CannedStream();
    server.mute = true;
    begin("?reconnectMinMs=1&reconnectMaxMs=20&pingIntervalMs=100&silenceMs=1000");

    awaiting("the second connection").until(() -> server.connects() == 2);
    server.mute = false;
    awaiting("the handshake").until(() -> count("authenticated") == 1);
    assertThat(events)
        .anyMatch(event -> event.startsWith("lost: the handshake did not come to its end in "));
  }

  @Test
  void aServerThatDoesNotAnswerARequestIsLeft() throws Exception {
    server = new CannedStream();
    start(QUICK + "&pingIntervalMs=100&silenceMs=1000");
    server.mute = true;
    send("{\"action\":\"subscribe\",\"trades\":[\"AAPL\"]}");
    awaiting("the request").until(() -> server.received("subscribe").size() == 1);

    awaiting("the loss").until(() -> events.stream().anyMatch(each -> each.startsWith("lost: ")));
    assertThat(events)
        .anyMatch(event -> event.startsWith("lost: what was asked of it was not answered in "));
    server.mute = false;
    awaiting("the next handshake").until(() -> count("authenticated") == 2);
  }

  @Test
  void whatALostConnectionHadSaidIsNotTakenForItsState() throws Exception {
    server = new CannedStream();
    start("?reconnectMinMs=60000&reconnectMaxMs=60000");
    sinkIsStopped = true;
    server.send(data(10));
    server.send("[{\"T\":\"subscription\",\"trades\":[\"AAPL\"]}]");
    // What follows it is not taken in as long as the data is not.
    awaiting("the frames").until(() -> figures.getBytesQueued() > data(10).length());
    server.closeAll();
    awaiting("the end of the connection").until(() -> !figures.isConnected());
    sinkIsStopped = false;
    release.countDown();

    awaiting("the loss").until(() -> events.stream().anyMatch(each -> each.startsWith("lost: ")));
    assertThat(events).contains("subscription");
    assertThat(figures.isSubscribed()).isFalse();
  }

  @Test
  void aServerThatIsAwayAtTheStartIsAskedUntilItIsThere() throws Exception {
    int port = TestDatabase.freePort();
    begin("ws://127.0.0.1:" + port, "?reconnectMinMs=10&reconnectMaxMs=50");
    awaiting("failed attempts").until(() -> events.size() >= 3);
    assertThat(events).allMatch(event -> event.startsWith("lost: no connection: "));
    server = new CannedStream(port);

    awaiting("the handshake").until(() -> count("authenticated") == 1);
  }

  @Test
  void aServerWhomNobodyVouchesForIsNamedAsSuchAndNotHurriedTo(@TempDir Path directory)
      throws Exception {
    TlsKeys keys = new TlsKeys(directory);
    keys.make("stranger");
    HttpsServer stranger =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    stranger.setHttpsConfigurator(new HttpsConfigurator(keys.identity("stranger")));
    stranger.start();
    try {
      begin("wss://localhost:" + stranger.getAddress().getPort(), QUICK);
      awaiting("failed attempts").until(() -> events.size() >= 2);
    } finally {
      stranger.stop(0);
    }

    assertThat(events.get(0))
        .startsWith(
            "lost: no connection: the certificate is not signed by anyone whom Java trusts (")
        .endsWith("otherwise somebody stands in between");
  }

  @Test
  void aServerThatHasMovedSaysWhereTo() throws Exception {
    HttpServer moved =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    moved.createContext(
        "/",
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("Location", "https://stream.alpaca.example/v3/iex?token=hush");
          exchange.sendResponseHeaders(301, -1);
          exchange.close();
        });
    moved.start();
    try {
      begin("ws://127.0.0.1:" + moved.getAddress().getPort(), QUICK);
      awaiting("failed attempts").until(() -> events.size() >= 2);
    } finally {
      moved.stop(0);
    }

    assertThat(events.get(0))
        .isEqualTo(
            "lost: the server refused the connection with HTTP status 301: it redirects to"
                + " https://stream.alpaca.example/v3/iex; if the provider has moved, set the address"
                + " in application.properties");
  }

  @Test
  void aSlowHandshakeIsWaitedForAndNotDoubled() throws Exception {
    server = new CannedStream();
    server.handshakeMs = 1_500;
    start(QUICK);

    assertThat(server.attempts()).hasSize(1);
    assertThat(server.mostOpen()).isEqualTo(1);
  }

  @Test
  void aHandshakeThatTakesTooLongIsGivenUpBeforeTheNextBegins() throws Exception {
    server = new CannedStream();
    server.handshakeMs = 3_000;
    begin("?connectTimeoutMs=300&reconnectMinMs=1&reconnectMaxMs=20");
    awaiting("the second attempt").until(() -> server.attempts().size() >= 2);
    server.handshakeMs = 0;

    awaiting("the handshake").until(() -> count("authenticated") == 1);
    assertThat(server.mostOpen()).isEqualTo(1);
  }

  @Test
  void aServerThatSaysGoodbyeAndKeepsTheLineIsLeftForANewConnection() throws Exception {
    List<Socket> lines = new CopyOnWriteArrayList<>();
    try (ServerSocket goodbye = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> sayGoodbye(goodbye, lines), "goodbye");
      server.start();
      begin("ws://127.0.0.1:" + goodbye.getLocalPort(), QUICK + "&connectTimeoutMs=500");

      awaiting("the third connection").until(() -> lines.size() >= 3);
    } finally {
      for (Socket line : lines) {
        line.close();
      }
    }
  }

  /** Opens a WebSocket on each line, closes it, and neither reads on nor hangs up. */
  private static void sayGoodbye(ServerSocket server, List<Socket> lines) {
    try {
      while (true) {
        Socket line = server.accept();
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(line.getInputStream(), StandardCharsets.US_ASCII));
        String key = "";
        for (String each = reader.readLine(); !each.isEmpty(); each = reader.readLine()) {
          if (each.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
            key = each.substring(each.indexOf(':') + 1).strip();
          }
        }
        byte[] accept =
            MessageDigest.getInstance("SHA-1")
                .digest(
                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                        .getBytes(StandardCharsets.US_ASCII));
        String answer =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(accept)
                + "\r\n\r\n";
        line.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        line.getOutputStream().write(new byte[] {(byte) 0x88, 0});
        lines.add(line);
      }
    } catch (IOException | GeneralSecurityException closed) {
      // The test is over.
    }
  }

  @Test
  void aRefusalBecauseOfTooManyRequestsIsWaitedOut() throws Exception {
    server = new CannedStream();
    server.upgradeStatuses.add(429);
    start(QUICK);

    assertThat(events)
        .containsExactly(
            "lost: the server refused the connection with HTTP status 429",
            "connected",
            "authenticated");
    List<Long> attempts = server.attempts();
    assertThat(attempts.get(1) - attempts.get(0)).isGreaterThan(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void aStoppedSinkPausesTheSocketAndNothingIsLost() throws Exception {
    server = new CannedStream();
    start("?highWaterBytes=200000&batchBytes=50000&pingIntervalMs=100&silenceMs=1000");
    sinkIsStopped = true;
    List<String> sent = IntStream.range(0, 500).mapToObj(i -> data(20_000 + i)).toList();
    sent.forEach(server::send);

    // Longer than what counts as silence: pongs are not read meanwhile.
    awaiting("a long pause").until(() -> figures.getSecondsPaused() > 2.5);
    assertThat(figures.isPaused()).isTrue();
    assertThat(figures.getBytesQueued()).isBetween(200_000L, 300_000L);
    assertThat(server.connects()).isEqualTo(1);

    release.countDown();
    awaiting("all frames").until(() -> frames.size() == sent.size());
    assertThat(frames).containsExactlyElementsOf(sent);
    assertThat(server.connects()).isEqualTo(1);
    awaiting("the end of the pause").until(() -> !figures.isPaused());
    assertThat(figures.getBytesQueued()).isZero();
  }

  @Test
  void anErrorInTheRouteBreaksTheConnectionAndNothingElse() throws Exception {
    server = new CannedStream();
    start(QUICK);
    // The batch fails, and then the loss itself cannot be taken in at first.
    thrown.add(new StackOverflowError("of the batch"));
    thrown.add(new OutOfMemoryError("of the loss"));
    server.send(data(100));
    awaiting("the second handshake").until(() -> count("authenticated") == 2);

    server.send(data(200));
    awaiting("the next frame").until(() -> frames.contains(data(200)));
    assertThat(frames).doesNotContain(data(100));
    awaiting("its next step").until(() -> taken.contains("data " + data(200).length()));
    assertThat(taken)
        .as("what threw an error goes no further")
        .filteredOn(step -> step.startsWith("data"))
        .containsExactly("data " + data(200).length());
    assertThat(taken).filteredOn(step -> step.startsWith("lost")).hasSize(1);
    assertThat(events)
        .containsOnlyOnce("lost: what was received could not be taken in: of the batch");
    assertThat(figures.getBytesQueued()).isZero();
  }

  @Test
  void aStopTakesInWhatWasReceivedAndThenTheLoss() throws Exception {
    server = new CannedStream();
    start("?batchBytes=1");
    sinkIsStopped = true;
    for (int i = 0; i < 20; i++) {
      server.send(data(100 + i));
    }
    awaiting("the frames").until(() -> figures.getBytesQueued() > 20 * 100);
    Thread stop =
        new Thread(
            () -> {
              try {
                camel.getRouteController().stopRoute("stream");
              } catch (Exception e) {
                events.add("the stop failed: " + e);
              }
            });
    stop.start();
    awaiting("the end of the connection").until(() -> server.open() == 0);
    release.countDown();
    stop.join();

    assertThat(frames).hasSize(20);
    assertThat(events).endsWith("lost: the stream's route was stopped");
  }

  @Test
  void aForcedStopLeavesItsLossToTheNextStart() throws Exception {
    server = new CannedStream();
    start(QUICK);
    // Nobody takes the loss in while Camel waits, and then the stop is forced.
    IntStream.range(0, 1_000).forEach(i -> thrown.add(new Error("the database is away")));
    camel.getRouteController().stopRoute("stream", 200, TimeUnit.MILLISECONDS);
    assertThat(camel.getRouteController().getRouteStatus("stream"))
        .isEqualTo(ServiceStatus.Stopped);
    assertThat(thrown).as("it was tried").hasSizeLessThan(1_000);
    assertThat(camel.getInflightRepository().size())
        .as("no later stop waits for what threw an error")
        .isZero();
    assertThat(events).noneMatch(event -> event.startsWith("lost"));

    events.clear();
    thrown.clear();
    camel.getRouteController().startRoute("stream");
    awaiting("the handshake").until(() -> count("authenticated") == 1);
    assertThat(events)
        .startsWith("lost: the stream's route was stopped before all was stored", "connected");

    camel.getRouteController().stopRoute("stream");
    camel.getRouteController().startRoute("stream");
    awaiting("the next handshake").until(() -> count("authenticated") == 2);
    assertThat(events)
        .as("it is told once, and a stop in order leaves none")
        .filteredOn(event -> event.startsWith("lost"))
        .containsExactly(
            "lost: the stream's route was stopped before all was stored",
            "lost: the stream's route was stopped");
  }

  @Test
  void aProcessThatStoodStillGivesItsConnectionUpAndOneWhoseClockIsSetALittleDoesNot()
      throws Exception {
    server = new CannedStream();
    MovableClock wall = new MovableClock("2026-11-20T15:00:00Z");
    start(QUICK + "&pingIntervalMs=50");
    AlpacaStreamEndpoint endpoint =
        camel.getEndpoints().stream()
            .filter(AlpacaStreamEndpoint.class::isInstance)
            .map(AlpacaStreamEndpoint.class::cast)
            .findFirst()
            .orElseThrow();
    // From the clock of today back to that of the test.
    endpoint.setWallClock(wall);
    int pings = server.pings();
    awaiting("a watch by it").until(() -> server.pings() > pings + 1);

    wall.advance(Duration.ofSeconds(29));
    int seen = server.pings();
    awaiting("watches after it").until(() -> server.pings() > seen + 1);
    assertThat(server.connects()).isEqualTo(1);

    // As a machine that was suspended: no watch has run for as long as its clock went on.
    wall.advance(Duration.ofSeconds(31));
    awaiting("the second connection").until(() -> count("authenticated") == 2);
    assertThat(events)
        .containsExactly(
            "connected",
            "authenticated",
            "lost: Caravan stood still for 31 s",
            "connected",
            "authenticated");
  }

  @Test
  void afterAnEndThereIsNoOtherConnectionUntilTheRouteIsStartedAgain() throws Exception {
    server = new CannedStream();
    start(QUICK);
    command("end", "refused for good");
    awaiting("the end").until(figures::isEnded);

    assertThat(figures.getState()).isEqualTo("ended: refused for good");
    assertThat(events).endsWith("lost: refused for good");
    assertThat(server.connects()).isEqualTo(1);
    camel.getRouteController().stopRoute("stream");
    camel.getRouteController().startRoute("stream");
    awaiting("the handshake").until(() -> count("authenticated") == 2);
  }

  @Test
  void aReconnectWaitsAsLongAsItIsTold() throws Exception {
    server = new CannedStream();
    start(QUICK);
    camel
        .createProducerTemplate()
        .send(
            "direct:send",
            exchange -> {
              exchange.getMessage().setHeader(AlpacaStreamConstants.COMMAND, "reconnect");
              exchange.getMessage().setHeader(AlpacaStreamConstants.REASON, "busy");
              exchange.getMessage().setHeader(AlpacaStreamConstants.DELAY, 1_000);
            });
    awaiting("the second connection").until(() -> count("authenticated") == 2);

    List<Long> attempts = server.attempts();
    assertThat(attempts.get(1) - attempts.get(0)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(999));
    assertThat(events).contains("lost: busy");
  }

  /** A route that stops the stream after its last command would wait for itself. */
  @Test
  void whatFollowsACommandIsNotOnTheThreadThatReadsTheSocket() throws Exception {
    server = new CannedStream();
    start(QUICK);

    send("{\"action\":\"subscribe\"}");
    command("reconnect", "busy");
    awaiting("the second connection").until(() -> count("authenticated") == 2);
    command("finish", "the session is over");
    command("end", "refused");

    assertThat(afterwards).containsExactly(false, false, false, false);
  }

  @Test
  void theKeysAreOnTheWireAndOnNoExchange() throws Exception {
    server = new CannedStream();
    start("");

    assertThat(server.received("auth"))
        .singleElement()
        .satisfies(
            auth -> {
              assertThat(auth.getString("key")).isEqualTo("the-key-id");
              assertThat(auth.getString("secret")).isEqualTo("the-secret-key");
            });
    Exchange sent = send("{\"action\":\"auth\"}");
    assertThat(sent.getMessage().getBody(String.class)).isEqualTo("{\"action\":\"auth\"}");
    assertThat(String.valueOf(sent.getMessage().getHeaders())).doesNotContain("the-");
    assertThat(camel.getEndpoints().toString()).doesNotContain("the-");
    send("{\"action\":\"subscribe\",\"trades\":[\"AAPL\"]}");
    awaiting("the request").until(() -> server.received("subscribe").size() == 1);
    assertThat(server.received("subscribe").get(0).encode())
        .isEqualTo("{\"action\":\"subscribe\",\"trades\":[\"AAPL\"]}");
  }

  @Test
  void whoSendsWithoutAConnectionIsToldSo() throws Exception {
    begin(
        "ws://127.0.0.1:" + TestDatabase.freePort(), "?reconnectMinMs=60000&reconnectMaxMs=60000");
    awaiting("the failed attempt").until(() -> events.size() == 1);

    assertThat(send("{\"action\":\"auth\"}").getException())
        .hasMessage("The stream is not connected");
    camel.getRouteController().stopRoute("stream");
    assertThat(send("{\"action\":\"auth\"}").getException())
        .hasMessage("The stream's route is not running");
  }

  @Test
  void anUnknownCommandIsRefused() throws Exception {
    server = new CannedStream();
    start("");

    assertThat(command("dance", "why not").getException())
        .hasMessage("The command must be send, reconnect, finish or end, but is dance");
  }

  @Test
  void withoutAWordOfItTheStreamIsJson() throws Exception {
    server = new CannedStream();
    start("");

    assertThat(server.upgradeHeaders.contains("Content-Type")).isFalse();
    assertThat(server.receivedPacked()).isZero();
  }

  @Test
  void messagePackIsAskedForAndWhatTheServerSaysIsTheSameToTheRoute() throws Exception {
    server = new CannedStream();
    start("?encoding=msgpack");
    send("{\"action\":\"subscribe\",\"trades\":[\"AAPL\",\"BRK.B\"]}");
    awaiting("the answer").until(() -> count("subscription") == 1);

    assertThat(server.upgradeHeaders.get("Content-Type")).isEqualTo("application/msgpack");
    assertThat(server.receivedPacked()).isEqualTo(2);
    assertThat(server.received("auth").get(0).getString("key")).isEqualTo("the-key-id");
    assertThat(server.received("auth").get(0).getString("secret")).isEqualTo("the-secret-key");
    assertThat(said)
        .containsExactly(
            "{\"T\":\"success\",\"msg\":\"connected\"}",
            "{\"T\":\"success\",\"msg\":\"authenticated\"}",
            "{\"T\":\"subscription\",\"trades\":[\"AAPL\",\"BRK.B\"]}");
  }

  @Test
  void aRefusalInMessagePackHasItsCodeAndWords() throws Exception {
    server = new CannedStream();
    server.authAnswers.add(
        "[{\"T\":\"error\",\"code\":406,\"msg\":\"connection limit exceeded\"}]");
    server.closesBehindRefusal = true;
    start(QUICK + "&encoding=msgpack");

    assertThat(events)
        .startsWith("connected", "error", "lost: the server closed the connection", "connected");
    assertThat(said)
        .contains("{\"T\":\"error\",\"code\":406,\"msg\":\"connection limit exceeded\"}");
    assertThat(codes).containsExactly(406);
  }

  @Test
  void aServerThatSpeaksJsonAllTheSameIsUnderstoodAndAnsweredInJson() throws Exception {
    server = new CannedStream();
    server.onlyJson = true;
    start("?encoding=msgpack");
    send("{\"action\":\"subscribe\",\"trades\":[\"AAPL\"]}");
    awaiting("the answer").until(() -> count("subscription") == 1);
    server.send("[{\"T\":\"t\",\"i\":1}]");
    awaiting("the data").until(() -> frames.size() == 1);

    assertThat(server.receivedPacked()).isZero();
    assertThat(frames).containsExactly("[{\"T\":\"t\",\"i\":1}]");
  }

  @Test
  void framesOfBothEncodingsKeepTheirOrderAndEachIsTakenForWhatItIs() throws Exception {
    server = new CannedStream();
    start("?encoding=msgpack");
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String frame = "[{\"T\":\"t\",\"i\":" + i + "}]";
      sent.add(frame);
      if (i % 3 == 0) {
        server.sendText(frame);
      } else {
        server.send(frame);
      }
    }
    server.send("[{\"T\":\"subscription\",\"trades\":[\"AAPL\"]},{\"T\":\"t\",\"i\":-1}]");
    awaiting("the last frame").until(() -> frames.size() == sent.size() + 1);

    sent.add("[{\"T\":\"t\",\"i\":-1}]");
    assertThat(frames).containsExactlyElementsOf(sent);
    assertThat(count("subscription")).isEqualTo(1);
  }

  @Test
  void whatIsDamagedIsDataForTheStoreToSaySo() throws Exception {
    server = new CannedStream();
    start("?encoding=msgpack");
    byte[] control = Packed.of("[{\"T\":\"subscription\",\"trades\":[\"AAPL\"]}]");
    List<byte[]> damaged = new ArrayList<>();
    for (int length = 1; length < control.length; length++) {
      damaged.add(Arrays.copyOf(control, length));
    }
    damaged.forEach(server::send);
    awaiting("all frames").until(() -> bytes.size() == damaged.size());

    assertThat(bytes).usingElementComparator(Arrays::compare).containsExactlyElementsOf(damaged);
    assertThat(events).containsExactly("connected", "authenticated");
  }

  @Test
  void anEncodingThatDoesNotExistIsAMistake() {
    camel.addComponent("alpaca-stream", new AlpacaStreamComponent());

    assertThatThrownBy(
            () -> camel.getEndpoint("alpaca-stream:ws://127.0.0.1:1/v2/iex?encoding=xml"))
        .hasStackTraceContaining("xml");
  }

  @Test
  void anUnknownOptionIsAMistakeAndNoPartOfTheUrl() {
    camel.addComponent("alpaca-stream", new AlpacaStreamComponent());

    assertThatThrownBy(
            () -> camel.getEndpoint("alpaca-stream:ws://127.0.0.1:1/v2/iex?silenceMillis=5"))
        .hasMessageContaining("silenceMillis");
  }

  @Test
  void aSecondRouteCannotConsumeTheSameStream() throws Exception {
    server = new CannedStream();
    start("");

    assertThatThrownBy(
            () ->
                camel.addRoutes(
                    new RouteBuilder() {
                      @Override
                      public void configure() {
                        from("alpaca-stream:" + server.url() + "/v2/iex").routeId("second").stop();
                      }
                    }))
        .hasMessageContaining("Multiple consumers for the same endpoint is not allowed");
    assertThat(camel.getRouteController().getRouteStatus("stream"))
        .isEqualTo(ServiceStatus.Started);
    send("{\"action\":\"subscribe\"}");
    awaiting("the request").until(() -> server.received("subscribe").size() == 1);
  }

  /** Starts the route and waits until the server took the keys. */
  private void start(String options) throws Exception {
    begin(options);
    awaiting("the handshake").until(() -> count("authenticated") == 1);
  }

  private void begin(String options) throws Exception {
    begin(server.url(), options);
  }

  private void begin(String url, String options) throws Exception {
    String uri = "alpaca-stream:" + url + "/v2/iex" + options;
    AlpacaStreamComponent component = new AlpacaStreamComponent();
    component.setKeyId("the-key-id");
    component.setSecretKey("the-secret-key");
    component.setFigures(figures);
    camel.addComponent("alpaca-stream", component);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from(uri)
                .routeId("stream")
                .process(StreamComponentIT.this::take)
                .process(
                    exchange ->
                        taken.add(
                            exchange.getMessage().getHeader(AlpacaStreamConstants.EVENT)
                                + " "
                                + (exchange.getMessage().getBody() instanceof Batch batch
                                    ? batch.bytes()
                                    : "")))
                .choice()
                .when(header(AlpacaStreamConstants.EVENT).isEqualTo("connected"))
                .setBody(constant("{\"action\":\"auth\"}"))
                .to(uri);
            from("direct:send")
                .to(uri)
                .process(exchange -> afterwards.add(Context.isOnEventLoopThread()));
          }
        });
    camel.start();
  }

  private void take(Exchange exchange) throws InterruptedException {
    String event = exchange.getMessage().getHeader(AlpacaStreamConstants.EVENT, String.class);
    if ((event.equals("data") || event.equals("lost")) && !thrown.isEmpty()) {
      throw thrown.poll();
    }
    if (event.equals("data")) {
      if (sinkIsStopped) {
        release.await();
      }
      for (byte[] frame : exchange.getMessage().getBody(Batch.class).frames()) {
        bytes.add(frame);
        frames.add(json(frame));
      }
    } else {
      String reason = exchange.getMessage().getHeader(AlpacaStreamConstants.REASON, String.class);
      if (!event.equals("lost")) {
        said.add(exchange.getMessage().getBody(String.class));
      }
      Integer code = exchange.getMessage().getHeader(AlpacaStreamConstants.CODE, Integer.class);
      if (code != null) {
        codes.add(code);
      }
      events.add(event.equals("lost") ? "lost: " + reason : event);
    }
  }

  private static String json(byte[] frame) {
    try {
      return PackedReader.isPacked(frame)
          ? PackedTrees.read(frame).toString()
          : new String(frame, StandardCharsets.UTF_8);
    } catch (IOException damaged) {
      return "damaged";
    }
  }

  private Exchange command(String command, String reason) {
    return camel
        .createProducerTemplate()
        .send(
            "direct:send",
            exchange -> {
              exchange.getMessage().setHeader(AlpacaStreamConstants.COMMAND, command);
              exchange.getMessage().setHeader(AlpacaStreamConstants.REASON, reason);
            });
  }

  private Exchange send(String body) {
    return camel
        .createProducerTemplate()
        .send("direct:send", exchange -> exchange.getMessage().setBody(body));
  }

  private long count(String event) {
    return events.stream().filter(event::equals).count();
  }

  /** A frame of data of about so many bytes. */
  private static String data(int length) {
    return "[{\"T\":\"t\",\"S\":\"" + "x".repeat(length) + "\"}]";
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(PATIENCE);
  }
}
