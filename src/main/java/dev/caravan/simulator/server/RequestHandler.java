package dev.caravan.simulator.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one kind of request of one service: notes its arrival, counts it against the limits, plays
 * the fault that meets it, and otherwise answers truly. Answers are made on worker threads, so that
 * a big page holds nobody up.
 */
public final class RequestHandler implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  /** What all kinds of requests share. */
  public record Shared(
      Vertx vertx,
      WorkerExecutor workers,
      Clock clock,
      Duration latency,
      FaultQueue faults,
      RequestLog log) {}

  private final Shared shared;
  private final ProviderService service;
  private final Function<ServedQuery, ServedAnswer> answers;

  public RequestHandler(
      Shared shared, ProviderService service, Function<ServedQuery, ServedAnswer> answers) {
    this.shared = shared;
    this.service = service;
    this.answers = answers;
  }

  @Override
  public void handle(RoutingContext context) {
    ServedQuery request = ServedQuery.of(context);
    RequestLog.Entry entry =
        shared
            .log()
            .arrived(
                new ServedRequest(
                    shared.clock().instant(),
                    System.nanoTime(),
                    service.provider(),
                    request.path(),
                    request.query(),
                    request.symbols(),
                    0));
    Admission admission = service.admit(request);
    Optional<Fault> fault =
        admission.refusal().isPresent()
            ? Optional.empty()
            : shared.faults().take(service.provider(), request.target());
    Duration wait = shared.latency().plus(fault.map(Fault::delay).orElse(Duration.ZERO));
    after(
        wait,
        () ->
            shared
                .workers()
                .executeBlocking(() -> answer(request, admission, fault), false)
                .onSuccess(answer -> send(context, entry, answer, fault))
                .onFailure(context::fail));
  }

  private ServedAnswer answer(ServedQuery request, Admission admission, Optional<Fault> fault) {
    if (admission.refusal().isPresent()) {
      return admission.refusal().get();
    }
    Fault.Kind kind = fault.map(Fault::kind).orElse(Fault.Kind.SLOW);
    ServedAnswer answer =
        switch (kind) {
          case STATUS -> service.error(fault.orElseThrow().status());
          case HTML -> ServedAnswer.html(200, "Welcome");
          case EMPTY -> service.empty(request);
          case MALFORMED -> half(truth(request, admission));
          case SLOW, HANG, RESET, CLOSE_MID_BODY -> truth(request, admission);
          case STUCK_PAGES, CIRCLING_PAGES, REPEATED_PAGES, EMPTY_PAGES ->
              EndlessPages.of(kind, request, truth(request, admission), service.empty(request));
        };
    return answer.with(fault.map(Fault::headers).orElse(Map.of()));
  }

  private ServedAnswer truth(ServedQuery request, Admission admission) {
    ServedAnswer answer;
    try {
      answer = answers.apply(EndlessPages.first(request));
    } catch (RefusedQuery refusal) {
      answer = refusal.answer();
    } catch (RuntimeException bug) {
      LOG.error("The simulator could not answer {}", request.target(), bug);
      answer = service.error(500);
    }
    boolean counted = answer.status() == 200 || answer.status() == 400;
    return counted ? answer.with(admission.headers()) : answer;
  }

  private void send(
      RoutingContext context, RequestLog.Entry entry, ServedAnswer answer, Optional<Fault> fault) {
    switch (fault.map(Fault::kind).orElse(Fault.Kind.SLOW)) {
      case HANG -> LOG.debug("A request hangs, as requested");
      case RESET -> context.request().connection().close();
      case CLOSE_MID_BODY -> {
        entry.answered(answer.status());
        // Compressed, the body would go out in chunks without a length.
        HttpServerResponse response = head(context, answer);
        response.putHeader("Content-Encoding", "identity");
        response.putHeader("Content-Length", String.valueOf(answer.body().length));
        response
            .write(Buffer.buffer(half(answer).body()))
            .onComplete(written -> context.request().connection().close());
      }
      default -> {
        entry.answered(answer.status());
        head(context, answer).end(Buffer.buffer(answer.body()));
      }
    }
  }

  private HttpServerResponse head(RoutingContext context, ServedAnswer answer) {
    HttpServerResponse response = context.response().setStatusCode(answer.status());
    response.putHeader("Date", date(shared.clock().instant()));
    response.putHeader("Content-Type", answer.contentType());
    answer.headers().forEach(response::putHeader);
    return response;
  }

  /** A time as HTTP writes it, in whole seconds. */
  public static String date(Instant instant) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atZone(ZoneOffset.UTC));
  }

  private static ServedAnswer half(ServedAnswer answer) {
    return new ServedAnswer(
        answer.status(),
        answer.contentType(),
        Arrays.copyOf(answer.body(), answer.body().length / 2),
        answer.headers());
  }

  private void after(Duration wait, Runnable action) {
    if (wait.isZero()) {
      action.run();
    } else {
      shared.vertx().setTimer(Math.max(1, wait.toMillis()), timer -> action.run());
    }
  }
}
