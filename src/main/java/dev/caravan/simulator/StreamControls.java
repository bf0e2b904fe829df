package dev.caravan.simulator;

import dev.caravan.simulator.stream.SimulatedStream;
import dev.caravan.simulator.stream.StreamClient;
import dev.caravan.simulator.stream.StreamError;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.JsonFrameWriter;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.simulator.tape.TapeTrade;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The paths under {@code /simulator/stream} by which a person makes things happen on the streams
 * and looks at them, all JSON. A wrong body is answered with 400 and the reason.
 */
public final class StreamControls {
  private static final int CHUNK = 64 * 1024;

  private final SimulatedStream stream;
  private final WorkerExecutor workers;

  /** A burst as it is written in JSON. */
  record WrittenBurst(
      List<String> symbols, int tradesPerSecond, double seconds, Integer messagesPerFrame) {
    Burst read() {
      return new Burst(
          symbols,
          tradesPerSecond,
          Duration.ofMillis(Math.round(seconds * 1000)),
          messagesPerFrame == null ? 100 : messagesPerFrame);
    }
  }

  /** A trade as it is written in JSON. */
  record WrittenTrade(String symbol, BigDecimal price, long size) {}

  /** What can happen besides trades. */
  enum Happening {
    HALT,
    RESUME,
    LULD,
    CORRECT,
    CANCEL,
    NEWS
  }

  /** Such an event as it is written in JSON. */
  record WrittenEvent(
      Happening kind, String symbol, BigDecimal up, BigDecimal down, String headline) {}

  /** What can go wrong with the streams. */
  public enum Kind {
    CLOSE,
    CUT,
    RESET,
    REFUSE,
    DROP,
    DELAY,
    MUTE,
    HALF_OPEN,
    DUPLICATE,
    TRUNCATE,
    MALFORM,
    OMIT,
    BIG_FRAMES,
    ERROR,
    FAIL_AUTH,
    FAIL_SUBSCRIBE,
    SLOW_CLIENT
  }

  /** A fault of the streams as it is written in JSON. */
  record WrittenFault(Kind kind, Integer status, Integer code, Integer times, Double seconds) {}

  StreamControls(SimulatedStream stream, WorkerExecutor workers) {
    this.stream = stream;
    this.workers = workers;
  }

  void mount(Router router) {
    router.get("/simulator/stream").handler(context -> Controls.send(context, 200, state()));
    router
        .post("/simulator/stream/bursts")
        .handler(
            Controls.answering(
                body -> started(stream.burst(Controls.read(body, WrittenBurst.class).read()))));
    router.post("/simulator/stream/trades").handler(Controls.answering(this::trade));
    router.post("/simulator/stream/events").handler(Controls.withBody(this::happen));
    router
        .post("/simulator/stream/frames")
        .handler(Controls.withBody(body -> stream.send(body.toString())));
    router.post("/simulator/stream/faults").handler(Controls.withBody(this::fail));
    router
        .delete("/simulator/stream/faults")
        .handler(
            context -> {
              stream.clearFaults();
              context.response().setStatusCode(204).end();
            });
    router.get("/simulator/stream/tape").handler(this::tape);
  }

  private Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("connections", stream.connections().stream().map(StreamControls::written).toList());
    state.put("maxConnections", stream.maxConnections());
    state.put("maxSockets", stream.maxSockets());
    state.put("connects", stream.connects().stream().map(Instant::toString).toList());
    state.put("attempts", stream.attempts().stream().map(Instant::toString).toList());
    state.put("subscriptions", stream.subscriptions());
    state.put("sent", stream.sent());
    state.put("bursts", stream.tape().bursts().stream().map(StreamControls::started).toList());
    return state;
  }

  private static Map<String, Object> written(StreamClient client) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("feed", client.feed());
    fields.put("key", client.key());
    fields.put("acceptedAt", client.acceptedAt().toString());
    fields.put("authenticated", client.authenticated());
    fields.put("encoding", client.encoding());
    fields.put("muted", client.muted());
    fields.put("subscriptions", client.subscriptions());
    fields.put("frames", client.frames());
    fields.put("backlog", client.backlog());
    return fields;
  }

  private static Map<String, Object> started(StartedBurst burst) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("start", burst.start().toString());
    fields.put("end", burst.end().toString());
    fields.put("count", burst.count());
    fields.put("over", burst.isOver());
    return fields;
  }

  private Object trade(Buffer body) {
    WrittenTrade asked = Controls.read(body, WrittenTrade.class);
    if (asked.symbol() == null || asked.price() == null) {
      throw new IllegalArgumentException("A trade needs a symbol, a price and a size");
    }
    TapeTrade trade = stream.trade(asked.symbol(), asked.price(), asked.size());
    return Map.of("symbol", trade.symbol(), "t", trade.at().toString(), "id", trade.id());
  }

  private void happen(Buffer body) {
    WrittenEvent event = Controls.read(body, WrittenEvent.class);
    if (event.kind() == null || event.symbol() == null) {
      throw new IllegalArgumentException(
          "An event needs a symbol and one of the kinds " + Arrays.toString(Happening.values()));
    }
    switch (event.kind()) {
      case HALT -> stream.halt(event.symbol());
      case RESUME -> stream.resume(event.symbol());
      case CORRECT -> stream.correct(event.symbol());
      case CANCEL -> stream.cancel(event.symbol());
      case NEWS ->
          stream.news(
              event.headline() == null ? "News" : event.headline(), List.of(event.symbol()));
      case LULD -> {
        if (event.up() == null || event.down() == null) {
          throw new IllegalArgumentException("LULD needs up and down");
        }
        stream.luld(event.symbol(), event.up(), event.down());
      }
    }
  }

  private void fail(Buffer body) {
    WrittenFault fault = Controls.read(body, WrittenFault.class);
    if (fault.kind() == null) {
      throw new IllegalArgumentException(
          "A fault needs one of the kinds " + Arrays.toString(Kind.values()));
    }
    int times = fault.times() == null ? 1 : fault.times();
    Duration time =
        Duration.ofMillis(Math.round(1000 * (fault.seconds() == null ? 0 : fault.seconds())));
    switch (fault.kind()) {
      case CLOSE -> stream.disconnect();
      case CUT -> stream.cut();
      case RESET -> stream.reset();
      case REFUSE -> stream.refuseUpgrades(fault.status() == null ? 429 : fault.status(), times);
      case DROP -> stream.dropUpgrades(times);
      case DELAY -> stream.delayHandshakes(time);
      case MUTE -> {
        if (time.isZero()) {
          stream.mute();
        } else {
          stream.mute(time);
        }
      }
      case HALF_OPEN -> stream.mute();
      case DUPLICATE -> stream.duplicateFrames(times);
      case TRUNCATE -> stream.damageFrames(SimulatedStream.Damage.TRUNCATED, times);
      case MALFORM -> stream.damageFrames(SimulatedStream.Damage.MALFORMED, times);
      case OMIT -> stream.damageFrames(SimulatedStream.Damage.INCOMPLETE, times);
      case BIG_FRAMES -> stream.bigFrames(true);
      case ERROR -> stream.error(error(fault));
      case FAIL_AUTH -> stream.failNextAuth(error(fault));
      case FAIL_SUBSCRIBE -> stream.failNextSubscribe(error(fault));
      case SLOW_CLIENT -> stream.callSlow();
    }
  }

  private static StreamError error(WrittenFault fault) {
    return StreamError.of(fault.code() == null ? 500 : fault.code());
  }

  private void tape(RoutingContext context) {
    try {
      Instant from = Instant.parse(String.valueOf(context.queryParams().get("from")));
      Instant to = Instant.parse(String.valueOf(context.queryParams().get("to")));
      String symbols = context.queryParams().get("symbols");
      Stream<TapeTrade> trades =
          symbols == null
              ? stream.tape().trades(from, to)
              : stream.tape().trades(List.of(symbols.split(",")), from, to);
      HttpServerResponse response =
          context.response().setChunked(true).putHeader("Content-Type", "text/csv");
      workers
          .executeBlocking(
              () -> {
                write(trades.iterator(), response);
                return null;
              },
              false)
          .onFailure(context::fail);
    } catch (DateTimeException malformed) {
      Controls.send(
          context, 400, Map.of("message", "from and to must be times: " + malformed.getMessage()));
    }
  }

  private static void write(Iterator<TapeTrade> trades, HttpServerResponse response) {
    JsonFrameWriter lines = new JsonFrameWriter();
    while (trades.hasNext()) {
      lines.line(trades.next());
      if (lines.length() >= CHUNK) {
        // Waiting for each piece keeps a long tape out of memory.
        response
            .write(Buffer.buffer(lines.bytes()))
            .toCompletionStage()
            .toCompletableFuture()
            .join();
        lines.clear();
      }
    }
    response.end(Buffer.buffer(lines.bytes()));
  }
}
