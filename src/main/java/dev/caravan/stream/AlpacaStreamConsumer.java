package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.ProviderAddress;
import dev.caravan.stream.FrameQueue.Frame;
import dev.caravan.stream.FrameQueue.Happening;
import dev.caravan.stream.FrameQueue.Taken;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ReactiveExecutor;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection and brings all that it says to the route, in order.
 *
 * <p>Two threads share the work. The event loop owns the socket: it connects, pings, watches,
 * queues frames and pauses the socket when too much is queued. The pump takes from the queue and
 * runs the route: data in batches, of which a few may be under way at once, everything else alone
 * and only when all data before it is stored. A new connection is made only after the route has
 * taken in that the last one was lost, so there are never two, and losses are recorded in order.
 */
final class AlpacaStreamConsumer extends DefaultConsumer implements ShutdownAware {
  private static final Logger LOG = LoggerFactory.getLogger(AlpacaStreamConsumer.class);

  /** One batch is parsed while two others are written. */
  private static final int MOST_IN_FLIGHT = 3;

  private static final long WATCH_MS = 500;

  /** A connection that stood for so long was a success: the next wait begins from the shortest. */
  private static final long PROVEN_MS = 5_000;

  /** Above the time that Vert.x gives the peer to answer a close. */
  private static final long CLOSE_MS = 5_000;

  /** How long a stop looks on before it leaves the waiting to Camel. */
  private static final long SOON_MS = 500;

  /** How long an end on schedule waits until all is read and stored, and the peer has answered. */
  private static final long FINISH_MS = 20_000;

  private static final long FINISH_LOOK_MS = 50;

  /** A watch that was late by so much was no watch: the process stood still, frozen or asleep. */
  private static final long FROZEN_MS = 30_000;

  private static final long RETRY_MIN_MS = 100;
  private static final long RETRY_MAX_MS = 5_000;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final long REFUSED_MIN_MS = 2_000;

  private final AlpacaStreamEndpoint endpoint;
  private final StreamFigures figures;
  private FrameQueue queue;
  private Backoff backoff;
  private Vertx vertx;
  private Context loop;
  private WebSocketClientOptions options;
  private ExecutorService pump;
  private long watch = -1;
  private long reconnect = -1;
  private Connection current;
  private long watchedMs;

  /** Bytes of data that became a gap, since what was before them could not be stored. */
  private final LongAdder givenUp = new LongAdder();

  private volatile boolean stopping;
  private volatile boolean connected;
  private String ended;

  AlpacaStreamConsumer(AlpacaStreamEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.endpoint = endpoint;
    this.figures = endpoint.figures();
  }

  @Override
  protected void doStart() throws Exception {
    String refusal = endpoint.refusal();
    if (refusal != null) {
      throw new IllegalStateException("The stream was not started: " + refusal);
    }
    super.doStart();
    endpoint.attach(this);
    stopping = false;
    ended = null;
    queue = new FrameQueue();
    givenUp.reset();
    backoff =
        new Backoff(
            endpoint.getReconnectMinMs(),
            endpoint.getReconnectMaxMs(),
            ThreadLocalRandom.current()::nextDouble);
    vertx = endpoint.getComponent().getVertx();
    loop = vertx.getOrCreateContext();
    options = endpoint.clientOptions();
    pump =
        endpoint
            .getCamelContext()
            .getExecutorServiceManager()
            .newSingleThreadExecutor(this, "alpaca-stream");
    pump.submit(this::pump);
    figures.started(queue::bytes);
    if (endpoint.owes()) {
      // The route was stopped before it could take in the loss of its last connection.
      Connection last = new Connection(null, endpoint.clock().now());
      last.reason = "the stream's route was stopped before all was stored";
      queue.add(new Happening(last, "lost"));
    }
    figures.waits(queue::oldestNanos);
    loop.runOnContext(
        go -> {
          watchedMs = endpoint.wallClock().millis();
          long watchMs = Math.min(WATCH_MS, endpoint.getPingIntervalMs());
          watch = vertx.setPeriodic(watchMs, watchMs, tick -> watch());
          connect();
        });
  }

  /** Closes the socket; what was received is still taken in while Camel waits. */
  @Override
  public boolean deferShutdown(ShutdownRunningTask task) {
    boolean all = endpoint.getCamelContext().isStopping();
    stopping = true;
    if (loop == null) {
      // It was never started.
      return true;
    }
    loop.runOnContext(
        go -> {
          vertx.cancelTimer(reconnect);
          if (current != null) {
            close(current, all ? "Caravan was stopped" : "the stream's route was stopped", 0);
          }
        });
    // It is a matter of milliseconds, and Camel would look again after a second.
    queue.awaitNothing(() -> !connected, SOON_MS);
    return true;
  }

  @Override
  public int getPendingExchangesSize() {
    return queue == null ? 0 : queue.pending() + (connected ? 1 : 0);
  }

  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    // deferShutdown has done so in time.
  }

  @Override
  protected void doStop() throws Exception {
    stopping = true;
    if (pump == null) {
      // It was never started, as where another route consumes this stream already.
      super.doStop();
      return;
    }
    endpoint.attach(null);
    Promise<Void> closed = Promise.promise();
    loop.runOnContext(
        go -> {
          vertx.cancelTimer(watch);
          vertx.cancelTimer(reconnect);
          if (current == null) {
            closed.complete();
          } else {
            current.hangUp().onComplete(closed);
          }
        });
    try {
      closed
          .future()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException forced) {
      // A stop that is forced; a pump that went on would store beside that of the next start.
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      LOG.debug("The stream's socket did not close in time", late);
    } finally {
      endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(pump);
    }
    // A route that stores without the stream's own store, as that of news, counts nothing.
    if (figures.getMessages() > 0 || queue.bytes() + givenUp.sum() > 0) {
      LOG.info(
          "{} stopped: {} messages were taken from the socket, {} rows are stored, {} bytes are left",
          getRouteId(),
          figures.getMessages(),
          figures.getRows(),
          queue.bytes() + givenUp.sum());
    }
    figures.stopped();
    super.doStop();
  }

  /**
   * Sends a request to the server, in the encoding in which it speaks, whatever it was asked for;
   * fails where there is no connection.
   */
  Future<Void> send(String json) {
    Promise<Void> sent = Promise.promise();
    loop.runOnContext(
        go -> {
          if (current == null || !current.open) {
            sent.fail(new IllegalStateException("The stream is not connected"));
          } else {
            if (current.askedNanos == 0) {
              current.askedNanos = System.nanoTime();
            }
            write(current, json).onComplete(sent);
          }
        });
    return sent.future();
  }

  private static Future<Void> write(Connection connection, String json) {
    if (!connection.packed) {
      return connection.socket.writeTextMessage(json);
    }
    try {
      return connection.socket.writeBinaryMessage(Buffer.buffer(PackedTrees.packed(json)));
    } catch (JsonProcessingException notJson) {
      return Future.failedFuture(notJson);
    }
  }

  /**
   * Closes the connection, and makes another after the usual wait, or this one if it is longer. It
   * is done before the route goes on, so that it holds for a connection that is over already: the
   * server sends an error and closes at once.
   */
  Future<Void> reconnect(String reason, long delayMs) {
    return onLoop(
        () -> {
          if (current != null) {
            close(current, reason, delayMs);
          }
        });
  }

  /** Closes the connection and makes no other until the route is started again. */
  Future<Void> end(String reason) {
    return onLoop(
        () -> {
          ended = reason;
          if (current != null) {
            close(current, reason, 0);
          }
        });
  }

  /**
   * Closes the connection in order, since the stream is not wanted any more: once all that was
   * received is stored and the peer has answered. Where that cannot be had in time it is left to
   * the stop of the route, whose loss is none in order.
   */
  Future<Void> finish(String reason) {
    Promise<Void> finished = Promise.promise();
    loop.runOnContext(
        go -> {
          if (current != null && current.open && !current.over) {
            current.askToFinish();
          }
          finish(current, reason, System.nanoTime(), finished);
        });
    return finished.future();
  }

  private Future<Void> onLoop(Runnable action) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        go -> {
          action.run();
          done.complete();
        });
    return done.future();
  }

  // --- On the event loop ------------------------------------------------------------------------

  private void connect() {
    if (stopping || ended != null) {
      return;
    }
    if (endpoint.refusal() != null) {
      // Whoever starts and stops the route does not know it yet.
      reconnect = vertx.setTimer(WATCH_MS, later -> connect());
      return;
    }
    figures.connecting();
    Connection connection =
        new Connection(vertx.createWebSocketClient(options), endpoint.clock().now());
    current = connection;
    connected = true;
    // The handlers stand before the connect begins: the server's first frame may come with its
    // answer.
    connection.socket.frameHandler(frame -> received(connection, frame));
    connection.socket.closeHandler(closed -> over(connection, "the server closed the connection"));
    connection.socket.exceptionHandler(
        failure -> {
          if (connection.reason == null) {
            connection.reason = "the connection broke: " + message(failure);
          }
        });
    connection
        .socket
        .connect(endpoint.connectOptions())
        .onSuccess(opened -> opened(connection))
        .onFailure(failure -> refused(connection, failure));
  }

  private void opened(Connection connection) {
    connection.open = true;
    endpoint.setOwes(true);
    connection.openedNanos = System.nanoTime();
    connection.heardNanos = connection.openedNanos;
    connection.askedNanos = connection.openedNanos;
    figures.opened();
    endpoint.clock().heard("alpaca", connection.socket.headers().get("Date"), connection.beganAt);
    endpoint.clock().fault().ifPresent(fault -> LOG.warn("{}. Gaps are widened by as much", fault));
    if (stopping) {
      close(connection, "Caravan was stopped", 0);
    } else if (endpoint.refusal() != null) {
      close(connection, endpoint.refusal(), 0);
    }
  }

  private void refused(Connection connection, Throwable failure) {
    SSLException untrusted = Causes.find(failure, SSLException.class);
    String reason =
        "no connection: "
            + (untrusted == null ? message(failure) : ProviderAddress.untrusted(untrusted));
    if (failure instanceof UpgradeRejectedException upgrade) {
      reason =
          "the server refused the connection with HTTP status "
              + upgrade.getStatus()
              + ProviderAddress.redirect(upgrade.getStatus(), upgrade.getHeaders().get("Location"))
                  .map(moved -> ": " + moved)
                  .orElse("");
      if (upgrade.getStatus() == TOO_MANY_REQUESTS) {
        connection.delayMs = REFUSED_MIN_MS;
      }
    }
    over(connection, reason);
  }

  private void received(Connection connection, WebSocketFrame frame) {
    connection.heard(frame);
    if (connection.over || frame.isClose() || frame.isPing()) {
      return;
    }
    if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
      return;
    }
    Buffer data = frame.binaryData();
    if (connection.partial != null || !frame.isFinal()) {
      connection.partial =
          connection.partial == null ? data.copy() : connection.partial.appendBuffer(data);
      if (!frame.isFinal()) {
        return;
      }
      data = connection.partial;
      connection.partial = null;
    }
    figures.received();
    Frame received = new Frame(connection, data.getBytes());
    if (!received.data()) {
      connection.askedNanos = 0;
      connection.packed = PackedReader.isPacked(received.bytes());
    }
    long waiting = queue.add(received);
    if (waiting > endpoint.getHighWaterBytes() && !connection.paused) {
      connection.paused = true;
      connection.pausedNanos = System.nanoTime();
      connection.socket.pause();
      figures.pausing(true);
    }
  }

  private void finish(
      Connection connection, String reason, long beganNanos, Promise<Void> finished) {
    long now = System.nanoTime();
    if (connection == null
        || connection != current
        || !connection.open
        || connection.closing
        || connection.over
        || ms(now - beganNanos) >= FINISH_MS) {
      finished.complete();
      return;
    }
    noticeFreeze(connection);
    if (!connection.closing && !connection.paused && queue.pending() == 0 && connection.finished) {
      connection.orderly = true;
      close(connection, reason, 0);
      finished.complete();
      return;
    }
    vertx.setTimer(FINISH_LOOK_MS, later -> finish(connection, reason, beganNanos, finished));
  }

  /** What the server did meanwhile nobody has seen; it may have dropped what was not read. */
  private void noticeFreeze(Connection connection) {
    long nowMs = endpoint.wallClock().millis();
    long stoodMs = nowMs - watchedMs;
    watchedMs = nowMs;
    if (stoodMs >= Math.max(FROZEN_MS, endpoint.getSilenceMs())) {
      close(connection, "Caravan stood still for " + stoodMs / 1000 + " s", 0);
    }
  }

  private void readOn() {
    if (current != null && current.paused && !current.over) {
      current.paused = false;
      // Pongs were not read meanwhile; the silence was ours.
      current.heardNanos = System.nanoTime();
      if (current.askedNanos != 0) {
        current.askedNanos = current.heardNanos;
      }
      figures.pausing(false);
      current.socket.resume();
    }
  }

  /** Pings, and notices a socket that is open and dead. */
  private void watch() {
    Connection connection = current;
    if (connection == null) {
      watchedMs = endpoint.wallClock().millis();
      return;
    }
    noticeFreeze(connection);
    if (!connection.open || connection.closing || connection.over) {
      return;
    }
    String refusal = endpoint.refusal();
    if (refusal != null) {
      close(connection, refusal, 0);
      return;
    }
    long now = System.nanoTime();
    if (connection.paused && queue.bytes() < endpoint.getHighWaterBytes() / 2) {
      readOn();
    }
    if (ms(now - connection.pingedNanos) >= endpoint.getPingIntervalMs()) {
      connection.pingedNanos = now;
      connection.ping();
    }
    if (!connection.paused && ms(now - connection.heardNanos) >= endpoint.getSilenceMs()) {
      close(
          connection,
          "the connection was mute: no frame, ping or pong for "
              + ms(now - connection.heardNanos) / 1000
              + " s",
          0);
    }
    // A server that answers pings and nothing else delivers nothing, and nobody would notice.
    if (!connection.paused
        && connection.askedNanos != 0
        && ms(now - connection.askedNanos) >= 2 * endpoint.getSilenceMs()) {
      close(
          connection,
          (figures.isAuthenticated()
                  ? "what was asked of it was not answered in "
                  : "the handshake did not come to its end in ")
              + ms(now - connection.askedNanos) / 1000
              + " s",
          0);
    }
  }

  private void close(Connection connection, String reason, long delayMs) {
    connection.delayMs = Math.max(connection.delayMs, delayMs);
    if (connection.over) {
      // The server was first; what it said before is the reason all the same.
      if (connection == current && !connection.closing) {
        connection.reason = reason;
        figures.lost(reason);
      }
      return;
    }
    if (connection.closing) {
      // The first reason is the real one.
      return;
    }
    connection.reason = reason;
    if (!connection.open) {
      // A connect that is under way is closed as soon as it is open, or fails by itself.
      return;
    }
    connection.closing = true;
    connection.socket.close();
    // A peer that is gone does not answer the close; Vert.x then ends the connection after a while.
    vertx.setTimer(CLOSE_MS, late -> over(connection, reason));
  }

  private void over(Connection connection, String reason) {
    if (connection.over) {
      return;
    }
    if (connection.paused) {
      figures.pausing(false);
    }
    if (ms(System.nanoTime() - connection.beganNanos) >= PROVEN_MS) {
      backoff.succeeded();
    }
    if (connection.reason == null) {
      connection.reason = reason;
    }
    synchronized (connection) {
      connection.over = true;
      figures.lost(connection.reason);
    }
    connection.hangUp();
    queue.add(new Happening(connection, "lost"));
    // From here on the loss itself is what is pending.
    connected = false;
  }

  /** The route has taken in the loss: on to the next connection. */
  private void next(Connection lost) {
    if (current != lost) {
      return;
    }
    current = null;
    if (stopping) {
      return;
    }
    if (ended != null) {
      figures.gaveUp(ended);
      return;
    }
    long waitMs = Math.max(backoff.nextMs(), lost.delayMs);
    figures.waiting(waitMs);
    LOG.info("{} reconnects in {} ms", getRouteId(), waitMs);
    reconnect = vertx.setTimer(waitMs, fired -> connect());
  }

  // --- On the pump's thread ---------------------------------------------------------------------

  private void pump() {
    try {
      while (true) {
        Taken taken = queue.take(endpoint.getBatchBytes(), MOST_IN_FLIGHT);
        if (taken.batch() != null) {
          store(taken);
        } else if (taken.item() instanceof Frame frame) {
          say(frame);
          stored(taken);
        } else if (taken.item() instanceof Happening lost) {
          untilTaken(lost.connection(), lost.event(), null, null, lost.connection().reason);
          endpoint.setOwes(false);
          stored(taken);
          loop.runOnContext(go -> next(lost.connection()));
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void store(Taken taken) {
    Connection connection = taken.connection();
    if (connection.broken) {
      // After what could not be taken in, all else is in the gap as well, so that nothing is stored
      // twice over and the watermark stands before it.
      givenUp.add(taken.batch().bytes());
      stored(taken);
      return;
    }
    Exchange exchange = event("data");
    exchange.getMessage().setBody(taken.batch());
    try {
      getAsyncProcessor()
          .process(
              exchange,
              doneSync -> {
                if (exchange.getException() != null) {
                  givenUp.add(taken.batch().bytes());
                  failed(connection, exchange.getException());
                }
                stored(taken);
              });
    } catch (RuntimeException | Error e) {
      // Without it Camel takes the step that threw the error for done, and goes on with the next.
      exchange.setException(e);
      try {
        endLeftOver();
      } finally {
        if (!connection.broken) {
          givenUp.add(taken.batch().bytes());
          failed(connection, e);
        }
        stored(taken);
      }
    }
  }

  private void failed(Connection connection, Throwable failure) {
    connection.broken = true;
    getExceptionHandler().handleException("What the stream received could not be stored", failure);
    loop.runOnContext(
        go -> close(connection, "what was received could not be taken in: " + message(failure), 0));
  }

  private void stored(Taken taken) {
    long left = queue.done(taken);
    if (figures.isPaused() && left < endpoint.getHighWaterBytes() / 2) {
      loop.runOnContext(go -> readOn());
    }
  }

  /** Brings what the server said to the route, message by message. */
  private void say(Frame frame) throws InterruptedException {
    for (ControlMessages.Message message : ControlMessages.read(frame.bytes())) {
      if (message.data()) {
        // A control frame with data in it; Alpaca never sends one, and nothing must be lost of it.
        byte[] data = message.json().getBytes(StandardCharsets.UTF_8);
        untilTaken(frame.connection(), "data", null, new Batch(List.of(data), data.length), null);
      } else {
        synchronized (frame.connection()) {
          // Of a connection that is lost already it says nothing of how far the next has come.
          if (!frame.connection().over) {
            figures.said(message.event());
          }
        }
        untilTaken(
            frame.connection(), message.event(), message.code(), message.json(), message.said());
      }
    }
  }

  /**
   * Runs the route until it succeeds. What belongs to a connection is given up with it; a loss must
   * be taken in, however long the database is away.
   */
  private void untilTaken(
      Connection connection, String event, Integer code, Object body, String reason)
      throws InterruptedException {
    Instant at = endpoint.clock().now();
    for (long waitMs = RETRY_MIN_MS; ; waitMs = Math.min(2 * waitMs, RETRY_MAX_MS)) {
      Exchange exchange = event(event);
      exchange.getMessage().setBody(body);
      exchange.getMessage().setHeader(AlpacaStreamConstants.AT, at);
      exchange.getMessage().setHeader(AlpacaStreamConstants.CODE, code);
      exchange.getMessage().setHeader(AlpacaStreamConstants.REASON, reason);
      if (event.equals("lost")) {
        exchange
            .getMessage()
            .setHeader(AlpacaStreamConstants.ORDERLY, connection.orderly && !connection.broken);
      }
      try {
        getProcessor().process(exchange);
      } catch (Exception | Error e) {
        exchange.setException(e);
        endLeftOver();
      }
      Exception failure = exchange.getException();
      if (failure == null) {
        return;
      }
      boolean lost = event.equals("lost");
      if (!lost && connection.over) {
        LOG.warn("The stream's {} was not stored: {}", event, message(failure));
        return;
      }
      LOG.warn(
          "The stream's {} could not be stored: {}; retrying in {} ms",
          event,
          message(failure),
          waitMs);
      TimeUnit.MILLISECONDS.sleep(waitMs);
    }
  }

  /**
   * Ends the exchange of a route that threw an error. Camel leaves the steps that end it queued on
   * this thread; with the thread they would be gone, and each later stop would wait for the
   * exchange.
   */
  private void endLeftOver() {
    ReactiveExecutor queued =
        endpoint.getCamelContext().getCamelContextExtension().getReactiveExecutor();
    while (queued.executeFromQueue()) {}
  }

  private Exchange event(String event) {
    Exchange exchange = createExchange(false);
    exchange.getMessage().setHeader(AlpacaStreamConstants.EVENT, event);
    return exchange;
  }

  private static long ms(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private static String message(Throwable failure) {
    // Camel wraps an Error, and puts words of its own before it.
    Throwable cause = failure instanceof CamelExecutionException ? failure.getCause() : failure;
    String told = cause.getMessage() == null ? "" : cause.getMessage();
    return told.lines().findFirst().orElse(cause.getClass().getSimpleName());
  }
}
