package dev.caravan.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.alpaca.AnnouncedAction;
import dev.caravan.simulator.exchange.CurrencyChange;
import dev.caravan.simulator.exchange.Halt;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedRequest;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The paths under {@code /simulator} by which a person makes things happen: faults, splits, halts,
 * changes of currency, corporate actions and the log of requests, all JSON. A wrong body is
 * answered with 400 and the reason.
 */
final class Controls {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Simulator simulator;

  /** A fault as it is written in JSON; the delay is in milliseconds. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WrittenFault(
      Provider provider,
      Fault.Kind kind,
      Integer times,
      String match,
      Integer status,
      Map<String, String> headers,
      Long delayMs) {

    static WrittenFault of(Fault fault) {
      return new WrittenFault(
          fault.provider(),
          fault.kind(),
          fault.times(),
          fault.match(),
          fault.status(),
          fault.headers(),
          fault.delay().toMillis());
    }

    Fault read() {
      return new Fault(
          provider,
          kind,
          times == null ? 1 : times,
          match,
          status == null ? 200 : status,
          headers,
          Duration.ofMillis(delayMs == null ? 0 : delayMs));
    }
  }

  /** A split as it is written in JSON. */
  record WrittenSplit(
      String symbol, String date, int numerator, int denominator, String adjustedFrom) {
    Split read() {
      return new Split(symbol, day(date), numerator, denominator, day(adjustedFrom));
    }
  }

  /** A halt as it is written in JSON. */
  record WrittenHalt(String symbol, String from, String to, double factor) {
    Halt read() {
      return new Halt(symbol, day(from), day(to), factor);
    }
  }

  /** A change of currency as it is written in JSON. */
  record WrittenCurrency(String symbol, String from, String currency, double divisor) {
    CurrencyChange read() {
      return new CurrencyChange(symbol, day(from), currency, divisor);
    }
  }

  private static LocalDate day(String date) {
    return date == null ? null : LocalDate.parse(date);
  }

  /** A corporate action as it is written in JSON. */
  record WrittenAction(
      String id,
      String kind,
      String symbol,
      String date,
      BigDecimal newRate,
      BigDecimal oldRate,
      BigDecimal rate) {
    AnnouncedAction read() {
      return new AnnouncedAction(id, kind, symbol, day(date), newRate, oldRate, rate);
    }
  }

  /** Which corporate action is withdrawn. */
  record WrittenId(String id) {}

  /** How many corporate actions a page holds. */
  record WrittenMost(int most) {}

  Controls(Simulator simulator) {
    this.simulator = simulator;
  }

  void mount(Router router) {
    router
        .post("/simulator/faults")
        .handler(withBody(body -> simulator.addFault(read(body, WrittenFault.class).read())));
    router
        .get("/simulator/faults")
        .handler(
            context ->
                send(context, 200, simulator.faults().stream().map(WrittenFault::of).toList()));
    router
        .delete("/simulator/faults")
        .handler(
            context -> {
              simulator.clearFaults();
              context.response().setStatusCode(204).end();
            });
    router
        .post("/simulator/splits")
        .handler(withBody(body -> simulator.addSplit(read(body, WrittenSplit.class).read())));
    router
        .post("/simulator/halts")
        .handler(withBody(body -> simulator.addHalt(read(body, WrittenHalt.class).read())));
    router
        .post("/simulator/currencies")
        .handler(
            withBody(
                body -> simulator.addCurrencyChange(read(body, WrittenCurrency.class).read())));
    router
        .post("/simulator/actions")
        .handler(withBody(body -> simulator.tellAction(read(body, WrittenAction.class).read())));
    router
        .post("/simulator/actions/withdrawn")
        .handler(withBody(body -> simulator.withdrawAction(read(body, WrittenId.class).id())));
    router
        .post("/simulator/actions/pages")
        .handler(
            withBody(body -> simulator.limitActionPages(read(body, WrittenMost.class).most())));
    router
        .get("/simulator/requests")
        .handler(
            context ->
                send(context, 200, simulator.requests().stream().map(Controls::written).toList()));
  }

  private static Map<String, Object> written(ServedRequest request) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("arrivedAt", request.arrivedAt().toString());
    fields.put("nanoTime", request.nanoTime());
    fields.put("provider", request.provider());
    fields.put("path", request.path());
    fields.put("query", request.query());
    fields.put("symbols", request.symbols());
    fields.put("status", request.status());
    return fields;
  }

  static Handler<RoutingContext> withBody(Handler<Buffer> action) {
    return answering(
        body -> {
          action.handle(body);
          return null;
        });
  }

  /** Answers a body with what is made of it, or with 204 if that is null. */
  static Handler<RoutingContext> answering(Function<Buffer, Object> action) {
    return context ->
        context
            .request()
            .body()
            .onSuccess(
                body -> {
                  try {
                    Object content = action.apply(body);
                    if (content == null) {
                      context.response().setStatusCode(204).end();
                    } else {
                      send(context, 200, content);
                    }
                  } catch (IllegalArgumentException | DateTimeException refused) {
                    send(context, 400, Map.of("message", String.valueOf(refused.getMessage())));
                  } catch (RuntimeException failed) {
                    // A person who asks must not wait for ever because a connection just went away.
                    send(context, 500, Map.of("message", String.valueOf(failed)));
                  }
                })
            .onFailure(failed -> send(context, 500, Map.of("message", String.valueOf(failed))));
  }

  static <T> T read(Buffer body, Class<T> type) {
    try {
      return MAPPER.readValue(body.getBytes(), type);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed.getOriginalMessage(), malformed);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static void send(RoutingContext context, int status, Object content) {
    try {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", ServedAnswer.JSON)
          .end(Buffer.buffer(MAPPER.writeValueAsBytes(content)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("Plain values can be written", impossible);
    }
  }
}
