package dev.caravan.simulator.stream;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.support.Packed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A client of the stream over a real socket that keeps every frame it gets. */
public final class StreamClientProbe implements WebSocket.Listener {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<String> frames = new CopyOnWriteArrayList<>();
  private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private final ByteArrayOutputStream packedPart = new ByteArrayOutputStream();
  private final List<byte[]> packed = new CopyOnWriteArrayList<>();
  private boolean packs;
  private final AtomicInteger pings = new AtomicInteger();
  private final AtomicInteger pongs = new AtomicInteger();
  private volatile int closeCode;
  private volatile Throwable failure;
  private WebSocket socket;

  static StreamClientProbe connect(Simulator simulator, String path, String... headers) {
    StreamClientProbe probe = new StreamClientProbe();
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    probe.socket =
        builder.buildAsync(URI.create("ws://127.0.0.1:" + simulator.port() + path), probe).join();
    return probe;
  }

  /** A connection that is authenticated with this key. */
  public static StreamClientProbe authenticated(Simulator simulator, String path, String key) {
    StreamClientProbe probe = connect(simulator, path);
    probe.authenticate(key);
    probe.awaitMessage("\"msg\":\"authenticated\"");
    return probe;
  }

  /** The same of one that wants MessagePack, and sends it. */
  static StreamClientProbe packed(Simulator simulator, String path, String key) {
    StreamClientProbe probe = connect(simulator, path, "Content-Type", "application/msgpack");
    probe.packs = true;
    probe.authenticate(key);
    probe.awaitMessage("\"msg\":\"authenticated\"");
    return probe;
  }

  void authenticate(String key) {
    send("{\"action\":\"auth\",\"key\":\"" + key + "\",\"secret\":\"secret\"}");
  }

  void send(String text) {
    if (packs) {
      sendBytes(Packed.of(text));
    } else {
      socket.sendText(text, true).join();
    }
  }

  void sendBytes(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  /** Subscribes and waits for the answer. */
  public JsonNode subscribe(String lists) {
    int before = ofType("subscription").size();
    send("{\"action\":\"subscribe\"," + lists + "}");
    await().until(() -> ofType("subscription").size() > before);
    return ofType("subscription").get(before);
  }

  void ping() {
    socket.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
  }

  void sendClose() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  public void abort() {
    socket.abort();
  }

  /** Frames of MessagePack, as they came; those that can be read are among the others as JSON. */
  List<byte[]> packed() {
    return packed;
  }

  List<String> frames() {
    return frames;
  }

  List<JsonNode> messages() {
    return messages;
  }

  public List<JsonNode> ofType(String type) {
    return messages.stream().filter(message -> message.path("T").asText().equals(type)).toList();
  }

  public void awaitMessage(String text) {
    await().until(() -> frames.stream().anyMatch(frame -> frame.contains(text)));
  }

  int errorCode() {
    await().until(() -> !ofType("error").isEmpty());
    return ofType("error").get(0).path("code").asInt();
  }

  int pings() {
    return pings.get();
  }

  int pongs() {
    return pongs.get();
  }

  /** Whether the connection ended, in whatever way. */
  boolean hasEnded() {
    return closeCode != 0 || failure != null;
  }

  int closeCode() {
    return closeCode;
  }

  Throwable failure() {
    return failure;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      String frame = part.toString();
      part.setLength(0);
      keep(frame);
    }
    from.request(1);
    return null;
  }

  private void keep(String frame) {
    frames.add(frame);
    try {
      JsonNode array = Client.parse(frame);
      array.forEach(messages::add);
    } catch (IOException notJson) {
      // A frame that is no JSON is kept as it came.
    }
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    packedPart.writeBytes(bytes);
    if (last) {
      byte[] frame = packedPart.toByteArray();
      packedPart.reset();
      try {
        keep(Packed.read(frame).toString());
      } catch (RuntimeException damaged) {
        // It is kept as it came alone.
      }
      packed.add(frame);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onPing(WebSocket from, ByteBuffer data) {
    pings.incrementAndGet();
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
    pongs.incrementAndGet();
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closeCode = code;
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    failure = error;
  }
}
