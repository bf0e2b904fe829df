package dev.caravan.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's server within bounds, for which its configuration has no place: HTTP/1 alone, so many
 * connections and no more, and for each of them a time by which a request has to be complete.
 */
final class BoundedServer extends VertxPlatformHttpServer {
  /**
   * @param connections the most at once
   * @param ofOneAddress the most of one address at once
   * @param requestMs how long a request may take to arrive, from the connection or its first line
   *     on
   * @param idleMs how long a connection may wait for its next request
   * @param silentSeconds how long nothing need move on a connection, such as where nobody reads
   */
  record Bounds(
      int connections, int ofOneAddress, long requestMs, long idleMs, int silentSeconds) {}

  private static final Logger LOG = LoggerFactory.getLogger(BoundedServer.class);

  /** One connection, and when it is closed unless something happens. */
  private final class Visit {
    private static final long NONE = -1;

    private final HttpConnection connection;
    private final String address;
    private long timer = NONE;
    private boolean arrived;
    private boolean answered;

    Visit(HttpConnection connection, String address) {
      this.connection = connection;
      this.address = address;
      closeAfter(bounds.requestMs());
    }

    void begins(RoutingContext context) {
      arrived = false;
      answered = false;
      closeAfter(bounds.requestMs());
      context
          .request()
          .end()
          .onComplete(
              end -> {
                arrived = true;
                rest();
              });
      context.addEndHandler(
          end -> {
            answered = true;
            rest();
          });
    }

    /** What it takes to answer a request that is here is no fault of the client's. */
    private void rest() {
      if (arrived && answered) {
        closeAfter(bounds.idleMs());
      } else if (arrived) {
        cancel();
      }
    }

    private void closeAfter(long ms) {
      cancel();
      timer = getVertx().setTimer(ms, due -> connection.close());
    }

    void cancel() {
      if (timer != NONE) {
        getVertx().cancelTimer(timer);
        timer = NONE;
      }
    }
  }

  private final VertxPlatformHttpServerConfiguration configuration;
  private final Bounds bounds;

  // The server has one event loop, which alone touches these two.
  private final Map<HttpConnection, Visit> visits = new IdentityHashMap<>();
  private final Map<String, Integer> addresses = new HashMap<>();
  private Router outermost;
  private HttpServer server;
  private boolean own;

  BoundedServer(VertxPlatformHttpServerConfiguration configuration, Bounds bounds) {
    super(configuration);
    this.configuration = configuration;
    this.bounds = bounds;
  }

  @Override
  public HttpServer getServer() {
    return server;
  }

  @Override
  public int getPort() {
    return server == null ? getConfigurationPort() : server.actualPort();
  }

  /** The router around Camel's, which also sees what goes wrong before that one. */
  Router outermost() {
    return outermost;
  }

  @Override
  protected Vertx createVertxInstance() {
    own = true;
    return super.createVertxInstance();
  }

  /**
   * Camel's router, once more: its own is within one that nobody else gets to see, and only that
   * one hears of what is wrong before a path is known.
   */
  @Override
  protected void initializeServer() {
    super.initializeServer();
    String name = VertxPlatformHttpRouter.getRouterNameFromPort(getConfigurationPort());
    VertxPlatformHttpRouter camels = VertxPlatformHttpRouter.lookup(getCamelContext(), name);
    Router inner = Router.router(getVertx());
    configuration
        .getAuthenticationConfig()
        .getEntries()
        .forEach(
            entry ->
                inner
                    .route(entry.getPath())
                    .handler(entry.createAuthenticationHandler(getVertx())));
    outermost = Router.router(getVertx());
    outermost.route().handler(this::begin);
    outermost.route(getPath() + "*").subRouter(inner);
    getCamelContext().getRegistry().unbind(name);
    getCamelContext()
        .getRegistry()
        .bind(
            name,
            new VertxPlatformHttpRouter(this, getVertx(), inner, name) {
              @Override
              public Handler<RoutingContext> bodyHandler() {
                return camels.bodyHandler();
              }
            });
  }

  @Override
  protected void startServer() {
    server =
        getVertx()
            .createHttpServer(
                new HttpServerOptions()
                    .setHttp2ClearTextEnabled(false)
                    .setIdleTimeout(bounds.silentSeconds())
                    .setIdleTimeoutUnit(TimeUnit.SECONDS))
            .connectionHandler(this::accept)
            .requestHandler(outermost);
    try {
      server
          .listen(getConfigurationPort(), getHost())
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      // Whoever starts Camel asks whether it listens, and says what to do.
      LOG.debug("{}:{} cannot be listened on", getHost(), getConfigurationPort(), e);
    }
  }

  private void accept(HttpConnection connection) {
    String address =
        connection.remoteAddress() == null ? "" : connection.remoteAddress().hostAddress();
    if (visits.size() >= bounds.connections()
        || addresses.getOrDefault(address, 0) >= bounds.ofOneAddress()) {
      connection.close();
      return;
    }
    visits.put(connection, new Visit(connection, address));
    addresses.merge(address, 1, Integer::sum);
    connection.closeHandler(closed -> leave(connection));
  }

  private void leave(HttpConnection connection) {
    Visit visit = visits.remove(connection);
    if (visit != null) {
      visit.cancel();
      addresses.computeIfPresent(visit.address, (address, all) -> all > 1 ? all - 1 : null);
    }
  }

  private void begin(RoutingContext context) {
    Visit visit = visits.get(context.request().connection());
    if (visit != null) {
      visit.begins(context);
    }
    ClientGone.watch(context);
    context.next();
  }

  @Override
  protected void stopServer() {
    if (server != null) {
      getCamelContext().removeComponent(PlatformHttpConstants.PLATFORM_HTTP_COMPONENT_NAME);
      server.close().toCompletionStage().toCompletableFuture().join();
      server = null;
    }
  }

  @Override
  protected void stopVertx() {
    if (own) {
      getVertx().close().toCompletionStage().toCompletableFuture().join();
      own = false;
    }
  }
}
