package dev.caravan.simulator.stream;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.vertx.websocket.VertxWebsocketComponent;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEndpointConfigurer;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEvent;
import org.apache.camel.component.vertx.websocket.VertxWebsocketHost;
import org.apache.camel.component.vertx.websocket.VertxWebsocketHostConfiguration;
import org.apache.camel.component.vertx.websocket.VertxWebsocketHostKey;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultInflightRepository;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.LoggingExceptionHandler;

/**
 * The one port of the simulator, served by Camel's own WebSocket server: a consumer for each
 * stream, on the router that also has the paths of REST.
 *
 * <p>The consumer hands each event to a worker. Events keep their order because Vert.x has one
 * worker here; REST has workers of its own.
 */
public final class StreamServer implements AutoCloseable {
  private static final int MEBIBYTES_16 = 16 * 1024 * 1024;

  /** Of the levels of gzip. */
  private static final int FASTEST = 1;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicReference<VertxWebsocketHost> host = new AtomicReference<>();
  private final Map<SocketAddress, Channel> channels = new ConcurrentHashMap<>();
  private final SimulatedStream stream;

  public StreamServer(Vertx vertx, Router router, SimulatedStream stream) {
    this.stream = stream;
    context.disableJMX();
    context.getCamelContextExtension().setName("simulator");
    context.setStartupSummaryLevel(StartupSummaryLevel.Off);
    context.getShutdownStrategy().setTimeout(1);
    context.setInflightRepository(
        new DefaultInflightRepository() {
          @Override
          protected void doStop() {
            // It would warn of the closes that stopping itself brings about.
          }

          @Override
          public int size(String routeId) {
            // Every client is cut before this stops, so there is nothing to wait for.
            return 0;
          }
        });
    VertxWebsocketComponent component =
        new VertxWebsocketComponent() {
          @Override
          protected VertxWebsocketHost createVertxWebsocketHost(
              VertxWebsocketHostConfiguration configuration, VertxWebsocketHostKey key) {
            // The host knows which port it got where any was asked for.
            host.set(super.createVertxWebsocketHost(configuration, key));
            return host.get();
          }

          @Override
          public PropertyConfigurer getEndpointPropertyConfigurer() {
            // Camel looks for it by an annotation that a subclass does not inherit.
            return new VertxWebsocketEndpointConfigurer();
          }
        };
    component.setVertx(vertx);
    component.setRouter(router);
    context.addComponent("vertx-websocket", component);
    for (Feed feed : Feed.values()) {
      router
          .route(feed.path())
          .handler(
              request -> {
                // Of news there is REST under the same path; at the service it is another host.
                if (feed == Feed.NEWS && !isUpgrade(request)) {
                  request.next();
                } else {
                  admit(request);
                }
              });
    }
  }

  /**
   * Listens, and returns the port.
   *
   * @throws Exception if the port is taken
   */
  public int listen(String address, int port) throws Exception {
    // Camel would log a clash with its stack trace before it is told to the caller.
    new ServerSocket(port, 1, InetAddress.getByName(address)).close();
    context
        .getRegistry()
        .bind(
            "serverOptions",
            new HttpServerOptions()
                .setCompressionSupported(true)
                // Over loopback more saves nothing, and costs a page of history twice the time.
                .setCompressionLevel(FASTEST)
                .setMaxInitialLineLength(64 * 1024)
                .setMaxWebSocketFrameSize(MEBIBYTES_16)
                .setMaxWebSocketMessageSize(MEBIBYTES_16)
                .setPerMessageWebSocketCompressionSupported(true));
    // A connection that ends without a close frame is an error to Camel, and usual here.
    context
        .getRegistry()
        .bind(
            "ended", new LoggingExceptionHandler(context, StreamServer.class, LoggingLevel.DEBUG));
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            for (Feed feed : Feed.values()) {
              from("vertx-websocket:"
                      + address
                      + ':'
                      + port
                      + feed.path()
                      + "?fireWebSocketConnectionEvents=true&serverOptions=#serverOptions"
                      + "&exceptionHandler=#ended")
                  .routeId("simulator-stream-" + feed.name().toLowerCase(Locale.ROOT))
                  .routeDescription("Takes what clients of " + feed.path() + " send.")
                  .process(exchange -> take(feed, exchange));
            }
          }
        });
    context.start();
    return host.get().getPort();
  }

  @Override
  public void close() {
    // Camel cuts its work short on a thread that was interrupted, and complains.
    CompletableFuture.runAsync(context::stop, task -> new Thread(task, "simulator-stop").start())
        .join();
  }

  /** Whether a request wants to become a WebSocket. */
  public static boolean isUpgrade(RoutingContext request) {
    return request.request().headers().contains("Upgrade", "websocket", true);
  }

  private void admit(RoutingContext request) {
    // The consumer would turn parameters into headers, its own among them.
    request.queryParams().clear();
    int verdict = stream.admit();
    Channel channel = ((ConnectionBase) request.request().connection()).channel();
    if (verdict < 0) {
      ClientSocket.reset(channel);
    } else if (verdict > 0) {
      request.response().setStatusCode(verdict).end();
    } else {
      // The socket that the consumer hands over later hides its channel.
      SocketAddress client = request.request().remoteAddress();
      channels.put(client, channel);
      channel.closeFuture().addListener(closed -> channels.remove(client, channel));
      request
          .response()
          .putHeader("Date", dev.caravan.simulator.server.RequestHandler.date(stream.now()));
      request.next();
    }
  }

  private void take(Feed feed, Exchange exchange) {
    String id =
        exchange.getMessage().getHeader(VertxWebsocketConstants.CONNECTION_KEY, String.class);
    Object event = exchange.getMessage().getHeader(VertxWebsocketConstants.EVENT);
    Object body = exchange.getMessage().getBody();
    if (event == VertxWebsocketEvent.OPEN) {
      ServerWebSocket socket = (ServerWebSocket) body;
      Channel channel = channels.get(socket.remoteAddress());
      if (channel != null) {
        stream.opened(id, feed, new ClientSocket(socket, channel));
      }
    } else if (event == VertxWebsocketEvent.CLOSE) {
      stream.closed(id);
    } else if (event == VertxWebsocketEvent.MESSAGE) {
      stream.received(id, WireRequest.read(body));
    }
  }
}
