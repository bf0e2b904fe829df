package dev.caravan.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * What Hawtio's pages ask the server that they come from. Its own war answers the same by servlets;
 * here there are only its static files.
 */
final class HawtioPages {
  private static final String BASE = "/hawtio";

  /** Where its pages look first for JMX over HTTP. */
  private static final String JOLOKIA = BASE + "/jolokia";

  private static final String SHORT = "listCache=true";

  private HawtioPages() {}

  /** The answers, before the static files; and its own addresses, behind them. */
  static void serve(Router router, int behindTheFiles) {
    router.get(BASE).handler(HawtioPages::addSlash);
    json(router, "/user", context -> Json.encode(user(context)));
    json(router, "/plugin", context -> "[]");
    json(router, "/keycloak/enabled", context -> "false");
    json(router, "/proxy/enabled", context -> "false");
    router.route(JOLOKIA).handler(HawtioPages::toJolokia);
    router.route(JOLOKIA + "/*").handler(HawtioPages::toJolokia);
    // An address such as /hawtio/camel/routes is the page's own. What asks for no page finds none.
    router.get(BASE + "/*").order(behindTheFiles).handler(HawtioPages::page);
  }

  private static void json(
      Router router, String path, java.util.function.Function<RoutingContext, String> answer) {
    router
        .get(BASE + path)
        .handler(
            context ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(answer.apply(context)));
  }

  /** The name that the guard knows the user by; without a password nobody has one. */
  private static String user(RoutingContext context) {
    String user = context.request().getHeader("X-Caravan-User");
    return user == null || user.isEmpty() ? "nobody" : user;
  }

  private static void addSlash(RoutingContext context) {
    if (context.normalizedPath().endsWith("/")) {
      context.next();
    } else {
      context.response().setStatusCode(301).putHeader(HttpHeaders.LOCATION, BASE + "/").end();
    }
  }

  private static void toJolokia(RoutingContext context) {
    String uri = context.request().uri();
    int jolokia = uri.indexOf("/jolokia");
    if (jolokia < 0) {
      // Its path is spelled in another way, as no page of Hawtio's does.
      context.fail(404);
    } else {
      // Its pages understand a short form of lists, which is a twentieth of what others expect.
      context.reroute(
          "/observe" + uri.substring(jolokia) + (uri.contains("?") ? "&" : "?") + SHORT);
    }
  }

  private static void page(RoutingContext context) {
    String accepts = context.request().getHeader(HttpHeaders.ACCEPT);
    if (accepts != null && accepts.contains("text/html")) {
      context.reroute(HttpMethod.GET, BASE + "/index.html");
    } else {
      context.next();
    }
  }
}
