package dev.caravan.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What to do when a client goes away before it has its whole answer. The one close handler of a
 * response is Vert.x Web's, and Camel's way to send an answer waits for such a client for ever.
 */
public final class ClientGone {
  private static final Map<HttpServerResponse, Runnable> WAITING = new ConcurrentHashMap<>();

  private ClientGone() {}

  /**
   * Runs an action once the client is gone, on a thread that may wait; not where the answer ends
   * before.
   */
  public static void then(HttpServerResponse response, Runnable action) {
    WAITING.put(response, action);
    if (response.closed()) {
      Runnable waiting = WAITING.remove(response);
      if (waiting != null) {
        waiting.run();
      }
    }
  }

  static void watch(RoutingContext context) {
    context.addEndHandler(
        end -> {
          Runnable waiting = WAITING.remove(context.response());
          if (waiting != null && end.failed()) {
            context
                .vertx()
                .executeBlocking(
                    () -> {
                      waiting.run();
                      return null;
                    },
                    false);
          }
        });
  }
}
