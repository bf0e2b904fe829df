package dev.caravan.console;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;

/**
 * What every request passes first: HTTP Basic, where a user and a password are set. Who has neither
 * may still ask whether Caravan lives and is ready, and learns no more than UP or DOWN.
 */
final class Guard implements AuthenticationHandler {
  /** By this name another process knows that it is Caravan which holds a port. */
  static final String SERVER = "Caravan";

  private static final Set<String> OPEN = Set.of("/observe/health/live", "/observe/health/ready");
  private static final String SCHEME = "Basic ";

  private final byte[] credentials;

  /** Lets everyone in where user and password are empty. */
  Guard(String user, String password) {
    credentials =
        user.isEmpty() && password.isEmpty()
            ? null
            : (user + ":" + password).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    context.response().putHeader(HttpHeaders.SERVER, SERVER);
    request.headers().set("X-Caravan-Role", "operator");
    if (admits(request.getHeader(HttpHeaders.AUTHORIZATION))) {
      context.next();
    } else if (OPEN.contains(context.normalizedPath())) {
      // The details name the database and may hold a stack trace, if one is asked for.
      request.params().clear().set("exposureLevel", "oneline");
      context.next();
    } else {
      context
          .response()
          .setStatusCode(401)
          .putHeader("WWW-Authenticate", "Basic realm=\"Caravan\", charset=\"UTF-8\"")
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
          .end("User and password are those of caravan.http.user and caravan.http.password.\n");
    }
  }

  /** Whether a request with this Authorization header, or without one (null), may come in. */
  boolean admits(String authorization) {
    if (credentials == null) {
      return true;
    }
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    try {
      byte[] given = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
      // Takes as long for a wrong password as for one that is nearly right.
      return MessageDigest.isEqual(credentials, given);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
