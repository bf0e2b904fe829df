package dev.caravan.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request passes first. It asks by which name Caravan was called, who calls, from which
 * page, and whether that user may; what comes behind it learns the user and the role. A stranger
 * may still ask whether Caravan lives and is ready, and learns no more than UP or DOWN.
 */
public final class AccessGuard implements AuthenticationHandler {
  /** By this name another process knows that it is Caravan which holds a port. */
  public static final String SERVER = "Caravan";

  static final String USER_HEADER = "X-Caravan-User";
  static final String ROLE_HEADER = "X-Caravan-Role";
  static final String USER = "caravan.user";
  static final String ROLE = "caravan.role";

  private static final Logger LOG = LoggerFactory.getLogger(AccessGuard.class);

  private static final Set<String> OPEN = Set.of("/observe/health/live", "/observe/health/ready");
  private static final Set<String> READS = Set.of("GET", "HEAD");
  private static final Set<String> VIEWS = Set.of("GET", "HEAD", "OPTIONS");

  private final Accounts accounts;
  private final GuessLimit guesses;
  private final boolean loopback;

  /**
   * @param loopback whether the server is reached from this machine alone
   */
  AccessGuard(Accounts accounts, GuessLimit guesses, boolean loopback) {
    this.accounts = accounts;
    this.guesses = guesses;
    this.loopback = loopback;
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    String path = context.normalizedPath();
    dress(context, path);
    request.headers().remove(USER_HEADER).remove(ROLE_HEADER);

    List<String> named = named(request);
    Optional<String> authority = HostNames.one(named);
    Optional<ErrorResponse> wrong = wrongName(named, authority, request);
    if (wrong.isPresent()) {
      wrong.get().send(context, path);
      return;
    }
    byte[] credentials = Accounts.credentials(request.getHeader(HttpHeaders.AUTHORIZATION));
    boolean guess = credentials.length > 0 && !accounts.open();
    String address = guess ? address(request) : "";
    long wait = guess ? guesses.secondsToWait(address, credentials) : 0;
    if (wait > 0) {
      context.response().putHeader("Retry-After", Long.toString(wait));
      new ErrorResponse(429, "Too many wrong passwords. Try again in " + wait + " s.")
          .send(context, path);
      return;
    }
    Optional<AuthenticatedUser> visitor = accounts.visitor(credentials);
    if (guess) {
      count(address, credentials, visitor.isPresent());
    }
    if (visitor.isPresent()) {
      Optional<ErrorResponse> refusal =
          refusal(request, path, authority.orElse(""), visitor.get().role());
      if (refusal.isPresent()) {
        refusal.get().send(context, path);
        return;
      }
      introduce(context, visitor.get());
      context.next();
    } else if (OPEN.contains(path) && request.method() == HttpMethod.GET) {
      // The details name the database and may hold a stack trace, if one is asked for.
      request.params().clear().set("exposureLevel", "oneline");
      context.next();
    } else {
      context
          .response()
          .putHeader("WWW-Authenticate", "Basic realm=\"Caravan\", charset=\"UTF-8\"");
      new ErrorResponse(
              401, "Use the user and password of caravan.http.user and caravan.http.password.")
          .send(context, path);
    }
  }

  private static String address(HttpServerRequest request) {
    return ClientAddress.of(
        request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress(),
        request.headers().getAll("X-Forwarded-For"));
  }

  private void count(String address, byte[] credentials, boolean right) {
    if (right) {
      guesses.right(address);
    } else if (guesses.wrong(address, credentials)) {
      LOG.warn(
          "Too many wrong passwords over HTTP from {}; its next tries are answered with 429",
          address);
    }
  }

  /** Gives an answer the headers that each has, whatever comes of it. */
  static void dress(RoutingContext context, String path) {
    MultiMap headers = context.response().headers().set(HttpHeaders.SERVER, SERVER);
    SecurityHeaders.of(path).forEach(headers::set);
  }

  /** All the names that a request gives this server: it has to be one. */
  private static List<String> named(HttpServerRequest request) {
    List<String> names = new ArrayList<>(request.headers().getAll(HttpHeaders.HOST));
    HostNames.inTarget(request.uri()).ifPresent(names::add);
    return names;
  }

  private Optional<ErrorResponse> wrongName(
      List<String> named, Optional<String> authority, HttpServerRequest request) {
    // Two that say the same are refused too, as HTTP asks for.
    boolean twice = request.headers().getAll(HttpHeaders.HOST).size() > 1;
    if (twice || authority.isEmpty() && !named.isEmpty()) {
      return Optional.of(new ErrorResponse(400, "A request must name exactly one host."));
    }
    // A password is what keeps out a page that had its name resolve to this machine: the browser
    // does not give such a page what it remembers for another.
    if (loopback && accounts.open() && !HostNames.namesLoopback(authority.orElse(""))) {
      return Optional.of(
          new ErrorResponse(
              421,
              "Without a password Caravan answers only to localhost and 127.0.0.1. Use one of"
                  + " these names, or set caravan.http.user and caravan.http.password."));
    }
    return Optional.empty();
  }

  private static Optional<ErrorResponse> refusal(
      HttpServerRequest request, String path, String authority, Role role) {
    String method = request.method().name();
    if (!READS.contains(method)
        && !SameOrigin.is(
            request.headers().getAll("Sec-Fetch-Site"),
            request.headers().getAll(HttpHeaders.ORIGIN),
            authority)) {
      return Optional.of(
          new ErrorResponse(
              403, "This request comes from another site's page and may not change anything."));
    }
    // What of Jolokia a viewer may ask is decided where the question is understood.
    if (role == Role.VIEWER && !VIEWS.contains(method) && !WebPaths.isJolokia(path)) {
      return Optional.of(
          new ErrorResponse(
              403, "This user may only read; changes need the user of caravan.http.user."));
    }
    return Optional.empty();
  }

  private static void introduce(RoutingContext context, AuthenticatedUser visitor) {
    context.put(USER, visitor.user()).put(ROLE, visitor.role().word());
    // Camel makes headers of parameters too, where one of these names would stand beside ours.
    context.queryParams().remove(USER_HEADER).remove(ROLE_HEADER);
    context
        .request()
        .headers()
        .set(USER_HEADER, visitor.user())
        .set(ROLE_HEADER, visitor.role().word());
  }
}
