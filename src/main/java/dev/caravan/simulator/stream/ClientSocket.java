package dev.caravan.simulator.stream;

import dev.caravan.simulator.tape.WireFrame;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The socket of one client of the stream: sends frames and misbehaves on demand. */
final class ClientSocket {
  private static final int LINGER_MILLIS = 50;

  private final ServerWebSocket socket;
  private final Channel channel;
  private final AtomicLong backlog = new AtomicLong();
  private final boolean packed;

  ClientSocket(ServerWebSocket socket, Channel channel) {
    this.socket = socket;
    this.channel = channel;
    this.packed = header("Content-Type").equals("application/msgpack");
  }

  /** Whether the client asked for MessagePack. */
  boolean isPacked() {
    return packed;
  }

  /** Sends a frame; what the client has not taken yet waits in memory. */
  void send(WireFrame frame) {
    if (!socket.isClosed()) {
      int size = frame.size();
      backlog.addAndGet(size);
      write(frame).onComplete(sent -> backlog.addAndGet(-size));
    }
  }

  private io.vertx.core.Future<Void> write(WireFrame frame) {
    return frame.isPacked()
        ? socket.writeFinalBinaryFrame(Buffer.buffer(frame.packed()))
        : socket.writeFinalTextFrame(frame.text());
  }

  /** How many characters or bytes the client has not taken yet. */
  long backlog() {
    return backlog.get();
  }

  void ping() {
    if (!socket.isClosed()) {
      socket.writePing(Buffer.buffer("caravan"));
    }
  }

  void onPong(Runnable action) {
    socket.pongHandler(pong -> action.run());
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  String header(String name) {
    String value = socket.headers().get(name);
    return value == null ? "" : value;
  }

  /** Closes it with a close frame. */
  void close() {
    if (!socket.isClosed()) {
      socket.close((short) 1001);
    }
  }

  /** Sends a last frame and closes without a close frame, as the service does. */
  void cutAfter(String json) {
    if (!socket.isClosed()) {
      // A moment later: closed at once, clients were seen not to notice the end.
      write(WireFrame.of(json, 1, packed))
          .onComplete(
              sent ->
                  channel.eventLoop().schedule(this::cut, LINGER_MILLIS, TimeUnit.MILLISECONDS));
    }
  }

  /** Closes without a close frame. What was sent before reaches a client that reads. */
  void cut() {
    // Vert.x keeps back what it writes while something is read.
    channel.eventLoop().execute(() -> channel.unsafe().flush());
    end(channel);
  }

  /** Closes with a TCP reset. */
  void reset() {
    reset(channel);
  }

  static void reset(Channel channel) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (ChannelException closed) {
      // It is gone already, which is what was wanted.
      return;
    }
    end(channel);
  }

  /**
   * Closes below Vert.x, whose own way is to send a close frame and to wait for the answer: a
   * client that does not read would stay for good.
   */
  private static void end(Channel channel) {
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
  }

  /** Keeps back everything that arrives, from when the result is there. */
  Future<?> hold() {
    return channel
        .eventLoop()
        .submit(
            () -> {
              if (channel.isActive() && channel.pipeline().get(StalledSocket.class) == null) {
                channel.pipeline().addFirst(new StalledSocket());
              }
            });
  }

  /** Lets everything through again. */
  void release() {
    channel
        .eventLoop()
        .execute(
            () -> {
              ChannelHandlerContext context = channel.pipeline().context(StalledSocket.class);
              if (context != null) {
                ((StalledSocket) context.handler()).release(context);
                channel.pipeline().remove(context.handler());
              }
            });
  }
}
