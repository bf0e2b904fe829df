package dev.caravan.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.StreamControls;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.TapeTrade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class StreamFaultsTest extends SimulatorTestBase {
  private static final String IEX = "/v2/iex";
  private static final int MEBIBYTE = 1024 * 1024;

  private Simulator simulator;
  private SimulatedStream stream;

  @BeforeEach
  void start() {
    simulator = start(options());
    stream = simulator.stream();
  }

  @Test
  void aClosedConnectionGetsACloseFrame() {
    StreamClientProbe probe = subscribed();

    stream.disconnect();
    await().until(probe::hasEnded);
    assertThat(probe.closeCode()).isEqualTo(1001);
    assertThat(probe.failure()).isNull();
  }

  @Test
  void aCutConnectionGetsNone() {
    StreamClientProbe probe = subscribed();

    stream.cut();
    await().until(probe::hasEnded);
    assertThat(probe.closeCode()).isNotIn(1000, 1001);
    await().until(() -> stream.connections().isEmpty());
  }

  /** The client's ping is what is being read when the connection is cut. */
  @RepeatedTest(20)
  void whatWasSaidBeforeACutReachesTheClient() throws IOException {
    try (Socket socket = subscribedSocket()) {
      socket.getOutputStream().write(new byte[] {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0});
      stream.error(StreamError.CONNECTION_LIMIT_EXCEEDED);
      stream.cut();

      assertThat(new String(readUntilEnd(socket), StandardCharsets.ISO_8859_1))
          .contains("connection limit exceeded");
    }
  }

  @Test
  void aResetReachesTheClientAsAReset() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET /v2/iex HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                      + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> stream.connections().size() == 1);

      stream.reset();
      assertThatThrownBy(
              () -> {
                InputStream in = socket.getInputStream();
                while (in.read() >= 0) {
                  // What came before the reset is read first.
                }
              })
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void upgradesAreRefusedAsOftenAsAskedFor() {
    stream.refuseUpgrades(429, 2);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> StreamClientProbe.connect(simulator, IEX))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(WebSocketHandshakeException.class)
          .extracting(refused -> (WebSocketHandshakeException) refused.getCause())
          .extracting(refused -> refused.getResponse().statusCode())
          .isEqualTo(429);
    }
    subscribed();
    assertThat(stream.attempts()).hasSize(3);
    assertThat(stream.connects()).hasSize(1);
  }

  @Test
  void upgradesAreDroppedUntilFaultsAreCleared() {
    stream.dropUpgrades(-1);

    assertThatThrownBy(() -> StreamClientProbe.connect(simulator, IEX))
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> StreamClientProbe.connect(simulator, IEX))
        .hasCauseInstanceOf(IOException.class);
    stream.clearFaults();
    subscribed();
  }

  @Test
  void aSlowHandshakeComesInOrder() {
    stream.delayHandshakes(Duration.ofMillis(200));

    StreamClientProbe probe = StreamClientProbe.connect(simulator, IEX);
    probe.authenticate("key");
    assertThat(probe.frames()).isEmpty();
    probe.awaitMessage("authenticated");
    assertThat(probe.frames().get(0)).contains("connected");
  }

  @Test
  void aMuteConnectionStaysOpenAndWhatIsToldMeanwhileIsLostToItAndStaysOnTheTape() {
    StreamClientProbe probe = subscribed();

    stream.mute();
    TapeTrade lost = stream.trade("AAPL", new BigDecimal("101.5"), 10);
    // Before the other one can be told of it.
    stream.tell();
    probe.ping();
    StreamClientProbe other = StreamClientProbe.authenticated(simulator, IEX, "other");
    other.subscribe("\"trades\":[\"AAPL\"]");
    clock.advance(Duration.ofSeconds(1));
    stream.trade("AAPL", new BigDecimal("102"), 10);
    await().until(() -> other.ofType("t").stream().anyMatch(told -> told.get("p").asInt() == 102));
    assertThat(probe.ofType("t")).isEmpty();
    assertThat(probe.pongs()).isZero();
    assertThat(probe.hasEnded()).isFalse();

    stream.clearFaults();
    await().until(() -> probe.pongs() == 1);
    clock.advance(Duration.ofSeconds(1));
    stream.trade("AAPL", new BigDecimal("103"), 10);
    await().until(() -> probe.ofType("t").size() == 1);
    assertThat(probe.ofType("t").get(0).get("p").asInt()).isEqualTo(103);
    assertThat(stream.tape().trades(lost.at(), clock.instant())).hasSize(3).contains(lost);
  }

  @Test
  void aMuteConnectionDoesNotAnswerACloseUntilFaultsAreCleared() {
    StreamClientProbe probe = subscribed();

    stream.mute();
    probe.sendClose();
    assertThat(stream.connections()).singleElement().matches(StreamClient::muted);
    assertThat(probe.hasEnded()).isFalse();
    stream.clearFaults();
    await().until(probe::hasEnded);
    assertThat(probe.closeCode()).isEqualTo(1000);
  }

  @Test
  void aMuteConnectionComesBackAfterItsTime() {
    StreamClientProbe probe = subscribed();

    stream.mute(Duration.ofMillis(300));
    probe.ping();
    await().until(() -> probe.pongs() == 1);
    assertThat(stream.connections()).singleElement().matches(client -> !client.muted());
  }

  @Test
  void framesComeTwice() {
    StreamClientProbe probe = subscribed();

    stream.duplicateFrames(1);
    stream.trade("AAPL", new BigDecimal("101.5"), 10);
    await().until(() -> probe.ofType("t").size() == 2);
    assertThat(probe.ofType("t").get(0)).isEqualTo(probe.ofType("t").get(1));
    clock.advance(Duration.ofSeconds(1));
    stream.trade("AAPL", new BigDecimal("101.5"), 10);
    await().until(() -> probe.ofType("t").size() == 3);
  }

  @Test
  void framesOfAHundredKilobytesAreMade() {
    StreamClientProbe probe = subscribed();

    stream.bigFrames(true);
    stream.burst(Burst.of(List.of("AAPL"), 5000, Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(1));
    await().until(() -> probe.ofType("t").size() == 5000);
    assertThat(probe.frames())
        .anySatisfy(frame -> assertThat(frame.length()).isGreaterThan(99_000));
  }

  @Test
  void errorsComeAtOnceOrAsTheNextAnswer() {
    StreamClientProbe probe = subscribed();

    stream.error(StreamError.INTERNAL_ERROR);
    assertThat(probe.errorCode()).isEqualTo(500);
    stream.failNextSubscribe(StreamError.SYMBOL_LIMIT_EXCEEDED);
    probe.send("{\"action\":\"subscribe\",\"trades\":[\"IBM\"]}");
    await().until(() -> probe.ofType("error").size() == 2);
    assertThat(probe.ofType("error").get(1).get("code").asInt()).isEqualTo(405);

    stream.failNextAuth(StreamError.INSUFFICIENT_SCOPE);
    StreamClientProbe next = StreamClientProbe.connect(simulator, IEX);
    next.authenticate("other");
    assertThat(next.errorCode()).isEqualTo(411);
    next.authenticate("other");
    next.awaitMessage("authenticated");
  }

  @Test
  void aSlowClientIsToldAndTurnedOut() {
    StreamClientProbe probe = subscribed();

    stream.callSlow();
    assertThat(probe.errorCode()).isEqualTo(407);
    await().until(probe::hasEnded);
    await().until(() -> stream.connections().isEmpty());
  }

  @Test
  void aClientThatDoesNotReadIsCutWhenItsBufferIsFullAndNoOtherIs() throws IOException {
    simulator.close();
    simulator =
        start(options().withStreamBuffer(MEBIBYTE).withStreamLimitClose(Duration.ofMillis(100)));
    stream = simulator.stream();
    try (Socket socket = subscribedSocket()) {
      StreamClientProbe other = StreamClientProbe.authenticated(simulator, IEX, "other");
      other.subscribe("\"trades\":[\"KO\"]");
      burstUntilRefused();
      await().until(() -> stream.connections().size() == 1);
      stream.trade("KO", new BigDecimal("60"), 1);
      await().until(() -> other.ofType("t").size() == 1);
      assertThat(socket.isClosed()).isFalse();
    }
  }

  @Test
  void aSlowClientThatReadsAfterAllIsToldWhyAndCut() throws IOException {
    simulator.close();
    simulator =
        start(options().withStreamBuffer(MEBIBYTE).withStreamLimitClose(Duration.ofHours(1)));
    stream = simulator.stream();
    try (Socket socket = subscribedSocket()) {
      burstUntilRefused();
      assertThat(stream.connections().get(0).backlog()).isGreaterThan(MEBIBYTE);

      String read = new String(readUntilEnd(socket), StandardCharsets.ISO_8859_1);
      assertThat(read)
          .contains("\"T\":\"t\"")
          .endsWith("[{\"T\":\"error\",\"code\":407,\"msg\":\"slow client\"}]");
      await().until(() -> stream.connections().isEmpty());
    }
  }

  /** Tells trades, each time when those before are on their way, until the client is refused. */
  private void burstUntilRefused() {
    stream.burst(Burst.of(List.of("AAPL"), 100_000, Duration.ofMinutes(10)));
    AtomicLong due = new AtomicLong();
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              if (stream.sent().messages() >= due.get()) {
                clock.advance(Duration.ofMillis(20));
                due.addAndGet(2000);
              }
              return stream.connections().stream()
                  .noneMatch(client -> client.key().equals("key") && client.authenticated());
            });
  }

  /** A client that has subscribed to all trades and reads nothing of them. */
  private Socket subscribedSocket() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress("127.0.0.1", simulator.port()));
    int before = stream.connections().size();
    socket
        .getOutputStream()
        .write(
            ("GET /v2/iex HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "APCA-API-KEY-ID: key\r\nAPCA-API-SECRET-KEY: secret\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    await().until(() -> stream.connections().size() > before);
    // A client's frame must be masked; a mask of zeros changes nothing.
    byte[] text =
        "{\"action\":\"subscribe\",\"trades\":[\"*\"]}".getBytes(StandardCharsets.US_ASCII);
    byte[] frame = new byte[6 + text.length];
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | text.length);
    System.arraycopy(text, 0, frame, 6, text.length);
    socket.getOutputStream().write(frame);
    await().until(() -> !stream.subscriptions().isEmpty());
    return socket;
  }

  private static byte[] readUntilEnd(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException reset) {
      // A cut may reach the client as a reset, after everything before it.
    }
    return all.toByteArray();
  }

  @Test
  void aTextIsSentAsItIs() {
    StreamClientProbe probe = subscribed();

    stream.send("[{\"T\":\"zz\",\"S\":\"AAPL\"}");
    probe.awaitMessage("zz");
    assertThat(probe.frames()).endsWith("[{\"T\":\"zz\",\"S\":\"AAPL\"}");
  }

  @Test
  void aPersonDoesAllOfItOverHttp() throws Exception {
    StreamClientProbe probe = subscribed();
    Client client = new Client(simulator);

    JsonNode burst =
        Client.parse(
            post(
                    client,
                    "bursts",
                    "{\"symbols\":[\"AAPL\"],\"tradesPerSecond\":100,\"seconds\":2}",
                    200)
                .body());
    assertThat(burst.get("count").asInt()).isEqualTo(200);
    post(client, "trades", "{\"symbol\":\"AAPL\",\"price\":99.5,\"size\":3}", 200);
    clock.advance(Duration.ofSeconds(2));
    await().until(() -> probe.ofType("t").size() == 201);
    JsonNode state = client.json("/simulator/stream");
    assertThat(state.at("/connections/0/feed").asText()).isEqualTo(IEX);
    assertThat(state.at("/sent/messages").asInt()).isEqualTo(201);
    assertThat(state.at("/bursts/0/over").asBoolean()).isTrue();
    String tape =
        client
            .get("/simulator/stream/tape?from=2026-11-20T17:00:00Z&to=2026-11-20T17:00:02Z")
            .body();
    assertThat(tape.lines()).hasSize(201).allMatch(line -> line.startsWith("AAPL,179519400"));

    post(client, "trades", "{\"symbol\":\"AAPL\",\"price\":0,\"size\":3}", 400);
    post(client, "bursts", "{\"symbols\":[],\"tradesPerSecond\":100,\"seconds\":2}", 400);
    post(client, "faults", "{\"kind\":\"NONE\"}", 400);
    post(client, "events", "{\"kind\":\"HALT\"}", 400);
    post(client, "frames", "[{\"T\":\"yy\"}]", 204);
    probe.awaitMessage("yy");
    for (StreamControls.Kind kind : StreamControls.Kind.values()) {
      post(client, "faults", "{\"kind\":\"" + kind + "\",\"seconds\":1,\"code\":500}", 204);
    }
    await().until(probe::hasEnded);
  }

  private static HttpResponse<String> post(Client client, String path, String body, int status)
      throws Exception {
    HttpResponse<String> response =
        client.send(
            client
                .request("/simulator/stream/" + path)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return response;
  }

  private StreamClientProbe subscribed() {
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, IEX, "key");
    probe.subscribe("\"trades\":[\"*\"]");
    return probe;
  }
}
