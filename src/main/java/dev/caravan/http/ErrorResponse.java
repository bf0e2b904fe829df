package dev.caravan.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer that refuses: to a program that asks the API in JSON, to everyone else in plain text.
 */
record ErrorResponse(int status, String detail) {

  void send(RoutingContext context, String path) {
    HttpServerResponse response = context.response().setStatusCode(status);
    if (WebPaths.isApi(path)) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json").end(problem());
    } else {
      response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8").end(detail + "\n");
    }
  }

  /** The problem document of RFC 9457. */
  String problem() {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
        .put("status", status)
        .put("detail", detail)
        .encode();
  }
}
