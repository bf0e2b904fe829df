package dev.caravan.support;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A server of Alpaca's stream that sends ready frames as fast as its client takes them. */
public final class FrameSender implements AutoCloseable {
  private static final int MOST_AT_ONCE = 256;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private volatile ServerWebSocket client;
  private volatile CompletableFuture<Void> subscribed = new CompletableFuture<>();

  public FrameSender() {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setMaxWebSocketFrameSize(16 << 20))
            .webSocketHandler(this::accept)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  public String url() {
    return "ws://127.0.0.1:" + server.actualPort();
  }

  /** Waits until a client has subscribed, the next one if one was there and is gone. */
  public FrameSender awaitClient() {
    try {
      subscribed.get(CaravanProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return this;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("No client has subscribed", e);
    }
  }

  /** Hands frames to the socket, however much waits there already, and does not wait. */
  public void push(List<byte[]> frames) {
    ServerWebSocket socket = client;
    vertx.runOnContext(go -> frames.forEach(frame -> socket.writeFrame(frame(frame))));
  }

  /** Sends all frames; returns when the last one is handed to the socket. */
  public void send(List<byte[]> frames) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Iterator<byte[]> rest = frames.iterator();
    ServerWebSocket socket = client;
    vertx.runOnContext(
        go -> {
          socket.drainHandler(ready -> pass(socket, rest, sent));
          pass(socket, rest, sent);
        });
    sent.join();
  }

  private void pass(ServerWebSocket socket, Iterator<byte[]> rest, CompletableFuture<Void> sent) {
    for (int i = 0; i < MOST_AT_ONCE && rest.hasNext() && !socket.writeQueueFull(); i++) {
      socket.writeFrame(frame(rest.next()));
    }
    if (!rest.hasNext()) {
      sent.complete(null);
    } else if (!socket.writeQueueFull()) {
      // The event loop has pings to answer meanwhile.
      vertx.runOnContext(go -> pass(socket, rest, sent));
    }
  }

  private static WebSocketFrame frame(byte[] bytes) {
    // A list of MessagePack begins with no character of ASCII.
    return bytes[0] < 0
        ? WebSocketFrame.binaryFrame(Buffer.buffer(bytes), true)
        : WebSocketFrame.textFrame(new String(bytes, StandardCharsets.ISO_8859_1), true);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void accept(ServerWebSocket socket) {
    socket.setWriteQueueMaxSize(1 << 20);
    // A client with many symbols asks for them in several messages, and is told all that it has.
    JsonObject held = new JsonObject().put("T", "subscription");
    // In the encoding of its own choice, as the real server answers.
    socket.textMessageHandler(
        text -> answer(socket, held, new JsonObject(text), json -> socket.writeTextMessage(json)));
    socket.binaryMessageHandler(
        packed ->
            answer(
                socket,
                held,
                new JsonObject(Packed.read(packed.getBytes()).toString()),
                json -> socket.writeBinaryMessage(Buffer.buffer(Packed.of(json)))));
    String hello = "[{\"T\":\"success\",\"msg\":\"connected\"}]";
    if ("application/msgpack".equals(socket.headers().get("Content-Type"))) {
      socket.writeBinaryMessage(Buffer.buffer(Packed.of(hello)));
    } else {
      socket.writeTextMessage(hello);
    }
  }

  private void answer(
      ServerWebSocket socket, JsonObject held, JsonObject message, Consumer<String> reply) {
    String action = String.valueOf(message.remove("action"));
    if (action.equals("auth")) {
      reply.accept("[{\"T\":\"success\",\"msg\":\"authenticated\"}]");
      return;
    }
    for (String channel : message.fieldNames()) {
      Set<Object> symbols = new LinkedHashSet<>();
      held.getJsonArray(channel, new JsonArray()).forEach(symbols::add);
      if (action.equals("subscribe")) {
        message.getJsonArray(channel).forEach(symbols::add);
      } else {
        message.getJsonArray(channel).forEach(symbols::remove);
      }
      held.put(channel, new JsonArray(List.copyOf(symbols)));
    }
    reply.accept("[" + held.encode() + "]");
    // Whoever wants news waits for them in vain.
    if (!socket.path().contains("news")) {
      client = socket;
      CompletableFuture<Void> here = subscribed;
      socket.closeHandler(gone -> subscribed = new CompletableFuture<>());
      here.complete(null);
    }
  }
}
