package dev.caravan.support;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A server of Alpaca's stream that sends ready frames as fast as its client takes them. */
public final class FrameSender implements AutoCloseable {
  private static final int MOST_AT_ONCE = 256;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private volatile ServerWebSocket client;

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
      byte[] frame = rest.next();
      // A list of MessagePack begins with no character of ASCII.
      socket.writeFrame(
          frame[0] < 0
              ? WebSocketFrame.binaryFrame(Buffer.buffer(frame), true)
              : WebSocketFrame.textFrame(new String(frame, StandardCharsets.ISO_8859_1), true));
    }
    if (!rest.hasNext()) {
      sent.complete(null);
    } else if (!socket.writeQueueFull()) {
      // The event loop has pings to answer meanwhile.
      vertx.runOnContext(go -> pass(socket, rest, sent));
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void accept(ServerWebSocket socket) {
    client = socket;
    socket.setWriteQueueMaxSize(1 << 20);
    socket.textMessageHandler(
        text -> {
          JsonObject message = new JsonObject(text);
          if (message.getString("action").equals("auth")) {
            socket.writeTextMessage("[{\"T\":\"success\",\"msg\":\"authenticated\"}]");
          } else {
            message.remove("action");
            socket.writeTextMessage(
                "[" + new JsonObject().put("T", "subscription").mergeIn(message).encode() + "]");
          }
        });
    socket.writeTextMessage("[{\"T\":\"success\",\"msg\":\"connected\"}]");
  }
}
