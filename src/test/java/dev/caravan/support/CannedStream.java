package dev.caravan.support;

import io.netty.channel.Channel;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.impl.WebSocketInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A WebSocket server that speaks Alpaca's handshake over a real socket and says what the test wants
 * it to say, byte for byte.
 */
public final class CannedStream implements AutoCloseable {
  private static final String CONNECTED = "[{\"T\":\"success\",\"msg\":\"connected\"}]";
  private static final String AUTHENTICATED = "[{\"T\":\"success\",\"msg\":\"authenticated\"}]";

  private final Vertx vertx = Vertx.vertx();
  private final int port;
  private HttpServer server;
  private final List<JsonObject> received = new CopyOnWriteArrayList<>();
  private final List<Long> attempts = new CopyOnWriteArrayList<>();
  private final List<Long> accepted = new CopyOnWriteArrayList<>();
  private final AtomicInteger pings = new AtomicInteger();
  private final AtomicInteger pongs = new AtomicInteger();
  private final Set<ServerWebSocket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final AtomicInteger receivedPacked = new AtomicInteger();

  /** What is answered to the next auth messages instead of success. */
  public final Queue<String> authAnswers = new ConcurrentLinkedQueue<>();

  /** Whether the socket is closed right behind such an answer, as Alpaca does. */
  public volatile boolean closesBehindRefusal;

  /** HTTP statuses with which the next upgrades are refused. */
  public final Queue<Integer> upgradeStatuses = new ConcurrentLinkedQueue<>();

  /** Most symbols of trades; more are refused with 405. */
  public volatile int symbolLimit = Integer.MAX_VALUE;

  /** Answers no message, though the socket answers pings. */
  public volatile boolean mute;

  /** How long an upgrade takes, in ms. */
  public volatile long handshakeMs;

  /** What was offered with the last upgrade. */
  public volatile MultiMap upgradeHeaders;

  /** Answers in JSON whatever the client asks for, as an old server or a proxy in between. */
  public volatile boolean onlyJson;

  /** Sent behind each greeting, in a frame of its own. */
  public volatile String afterGreeting;

  public CannedStream() {
    this(0);
  }

  public CannedStream(int wanted) {
    port = listen(wanted);
  }

  private int listen(int wanted) {
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxWebSocketFrameSize(16 << 20)
                    .setMaxWebSocketMessageSize(16 << 20)
                    .setWebSocketClosingTimeout(1)
                    .setPerMessageWebSocketCompressionSupported(true))
            .webSocketHandshakeHandler(
                handshake -> {
                  attempts.add(System.nanoTime());
                  upgradeHeaders = handshake.headers();
                  Integer status = upgradeStatuses.poll();
                  if (status != null) {
                    handshake.reject(status);
                  } else if (handshakeMs > 0) {
                    vertx.setTimer(handshakeMs, late -> handshake.accept());
                  } else {
                    handshake.accept();
                  }
                })
            .webSocketHandler(this::accept)
            .listen(wanted, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    return server.actualPort();
  }

  public String url() {
    return "ws://127.0.0.1:" + port;
  }

  /** Nobody listens any more, and all connections are gone. */
  public void away() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Listens again, on the same port. */
  public void back() {
    listen(port);
  }

  /** All messages of the client, in their order. */
  public List<JsonObject> received() {
    return received;
  }

  public List<JsonObject> received(String action) {
    return received.stream().filter(each -> action.equals(each.getString("action"))).toList();
  }

  /** When an upgrade was asked for, in ns. */
  public List<Long> attempts() {
    return attempts;
  }

  /** Pings that clients sent. */
  public int pings() {
    return pings.get();
  }

  /** Answers of clients to {@link #ping}. */
  public int pongs() {
    return pongs.get();
  }

  public int connects() {
    return accepted.size();
  }

  public int open() {
    return open.size();
  }

  public int mostOpen() {
    return mostOpen.get();
  }

  /** Sends a frame in the encoding of each client; what is no JSON as it is. */
  public void send(String frame) {
    vertx.runOnContext(go -> open.forEach(socket -> write(socket, frame)));
  }

  /** Sends a text, whatever the client asked for. */
  public void sendText(String frame) {
    vertx.runOnContext(go -> open.forEach(socket -> socket.writeTextMessage(frame)));
  }

  public void send(byte[] frame) {
    vertx.runOnContext(
        go -> open.forEach(socket -> socket.writeBinaryMessage(Buffer.buffer(frame))));
  }

  /** Messages of clients that came as bytes. */
  public int receivedPacked() {
    return receivedPacked.get();
  }

  private void write(ServerWebSocket socket, String json) {
    byte[] packed = null;
    if ("application/msgpack".equals(socket.headers().get("Content-Type")) && !onlyJson) {
      try {
        packed = Packed.of(json);
      } catch (UncheckedIOException noJson) {
        // As it is.
      }
    }
    if (packed == null) {
      socket.writeTextMessage(json);
    } else {
      socket.writeBinaryMessage(Buffer.buffer(packed));
    }
  }

  /** One message in several frames of so many characters. */
  public void sendInParts(String message, int length) {
    vertx.runOnContext(
        go ->
            open.forEach(
                socket -> {
                  for (int at = 0; at < message.length(); at += length) {
                    boolean last = at + length >= message.length();
                    String part = message.substring(at, last ? message.length() : at + length);
                    socket.writeFrame(
                        at == 0
                            ? WebSocketFrame.textFrame(part, last)
                            : WebSocketFrame.continuationFrame(Buffer.buffer(part), last));
                  }
                }));
  }

  public void ping() {
    vertx.runOnContext(
        go -> open.forEach(socket -> socket.writePing(Buffer.buffer("from the server"))));
  }

  /** A pong on its own, such as one that was on its way before the server fell silent. */
  public void pong(String text) {
    vertx.runOnContext(go -> open.forEach(socket -> socket.writePong(Buffer.buffer(text))));
  }

  /** Reads nothing from now on, so that pings have no answer, as of a peer that is gone. */
  public void freeze() {
    // A pause of the WebSocket would still take in, and answer, what its queue has room for.
    open.forEach(
        socket -> {
          Channel channel = ((WebSocketInternal) socket).channelHandlerContext().channel();
          channel.config().setAutoRead(false);
          // A ping that has come already is answered before that.
          channel.eventLoop().submit(() -> {}).syncUninterruptibly();
        });
  }

  public void closeAll() {
    vertx.runOnContext(go -> open.forEach(ServerWebSocket::close));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void accept(ServerWebSocket socket) {
    accepted.add(System.nanoTime());
    open.add(socket);
    mostOpen.accumulateAndGet(open.size(), Math::max);
    Map<String, Set<String>> held = new TreeMap<>();
    socket.frameHandler(
        frame -> {
          if (frame.isPing()) {
            pings.incrementAndGet();
          }
        });
    socket.pongHandler(pong -> pongs.incrementAndGet());
    socket.closeHandler(closed -> open.remove(socket));
    socket.textMessageHandler(text -> take(socket, new JsonObject(text), held));
    socket.binaryMessageHandler(
        bytes -> {
          receivedPacked.incrementAndGet();
          take(socket, new JsonObject(Packed.read(bytes.getBytes()).toString()), held);
        });
    write(socket, CONNECTED);
    String more = afterGreeting;
    if (more != null) {
      write(socket, more);
    }
  }

  private void take(ServerWebSocket socket, JsonObject message, Map<String, Set<String>> held) {
    received.add(message);
    if (!mute) {
      boolean refuses = closesBehindRefusal && !authAnswers.isEmpty();
      write(socket, answer(message, held));
      if (refuses) {
        socket.close();
      }
    }
  }

  private String answer(JsonObject message, Map<String, Set<String>> held) {
    String action = message.getString("action");
    if (action.equals("auth")) {
      String refusal = authAnswers.poll();
      return refusal == null ? AUTHENTICATED : refusal;
    }
    boolean more = action.equals("subscribe");
    Map<String, Set<String>> changed = new TreeMap<>();
    held.forEach((channel, symbols) -> changed.put(channel, new TreeSet<>(symbols)));
    for (String channel : message.fieldNames()) {
      if (message.getValue(channel) instanceof JsonArray symbols) {
        Set<String> set = changed.computeIfAbsent(channel, any -> new TreeSet<>());
        for (Object symbol : symbols) {
          if (more) {
            set.add((String) symbol);
          } else {
            set.remove(symbol);
          }
        }
      }
    }
    if (changed.getOrDefault("trades", Set.of()).size() > symbolLimit) {
      return "[{\"T\":\"error\",\"code\":405,\"msg\":\"symbol limit exceeded\"}]";
    }
    held.clear();
    held.putAll(changed);
    JsonObject answer = new JsonObject().put("T", "subscription");
    held.forEach(
        (channel, symbols) -> {
          if (!symbols.isEmpty()) {
            answer.put(channel, new JsonArray(List.copyOf(symbols)));
          }
        });
    return new JsonArray().add(answer).encode();
  }
}
