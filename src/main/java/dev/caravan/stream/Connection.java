package dev.caravan.stream;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import java.time.Instant;

/** One connection, from the first try to its end. Its owner is the event loop of the consumer. */
final class Connection {
  final ClientWebSocket socket;

  /** Of this connection alone: a client would keep the next one waiting for the end of this. */
  private final WebSocketClient client;

  /** When the connect began. */
  final Instant beganAt;

  final long beganNanos = System.nanoTime();
  boolean open;

  /** Changed and read under the lock of this connection where figures depend on it. */
  volatile boolean over;

  boolean closing;
  boolean paused;
  long openedNanos = beganNanos;
  long heardNanos = beganNanos;
  long pingedNanos = beganNanos;
  long pausedNanos;

  /** Since when the server owes an answer; 0 where it owes none. It owes the greeting first. */
  long askedNanos;

  Buffer partial;

  /** Whether the server speaks MessagePack, by what it said last of the connection. */
  boolean packed;

  /** Why it ends, by the first who knows; the pump reads it when it takes the loss. */
  volatile String reason;

  /** How long to wait afterwards, in ms, where that was asked for. */
  long delayMs;

  /**
   * What each ping carries, and so its pong; one number up once the connection is to be finished.
   */
  private int pings;

  /** The peer has answered what it was asked at the end: all that it sent before is here. */
  boolean finished;

  /** Closed on schedule, when all that was received was stored and the peer had answered last. */
  volatile boolean orderly;

  /** Read by the pump: what this connection sent can no longer be taken in. */
  volatile boolean broken;

  /**
   * @param client null for one that is known only by its loss
   */
  Connection(WebSocketClient client, Instant beganAt) {
    this.client = client;
    this.socket = client == null ? null : client.webSocket();
    this.beganAt = beganAt;
  }

  /** Ends what is below the WebSocket as well, also where the peer does not. */
  Future<Void> hangUp() {
    return client.close();
  }

  void ping() {
    socket.writePing(payload());
  }

  /** A pong that was on its way already says nothing of what was sent after it. */
  void askToFinish() {
    pings++;
    finished = false;
    ping();
  }

  void heard(WebSocketFrame frame) {
    heardNanos = System.nanoTime();
    if (pings > 0
        && frame.type() == WebSocketFrameType.PONG
        && frame.binaryData().equals(payload())) {
      finished = true;
    }
  }

  private Buffer payload() {
    return Buffer.buffer("caravan " + pings);
  }
}
