package dev.caravan.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's HTTP server with the pages of the dashboard and of Hawtio. Camel's own way to serve files
 * takes them from the working directory first, settings and passwords among them, and reads fonts
 * as text; here each path has one folder of the jar and sees nothing else.
 */
final class WebServer extends MainHttpServer {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  private static final Map<Integer, String> ERRORS =
      Map.of(
          400, "Bad request.",
          404, "Not found.",
          405, "Method not allowed on this path.",
          413, "This request is too large.",
          500, "The request failed; see Caravan's log.");

  /** Behind everything that is served by a route. */
  private static final int LAST = Integer.MAX_VALUE - 10;

  private final BoundedServer.Bounds bounds;
  private BoundedServer server;

  WebServer(BoundedServer.Bounds bounds) {
    this.bounds = bounds;
  }

  @Override
  protected void doInit() throws Exception {
    server = new BoundedServer(getConfiguration(), bounds);
    getCamelContext().addService(server);
  }

  @Override
  protected void doStart() throws Exception {
    ServiceHelper.startService(server);
    super.doStart();
  }

  @Override
  protected void setupConsoles() {
    super.setupConsoles();
    // Camel answers with the document on whatever path begins like its own.
    getRouter().route("/api/openapi.json*").handler(WebServer::documentAlone);
    answerErrors();
    serve("/charts/*", "charts", LAST);
    serve("/grafana/*", "grafana", LAST);
    serve("/hawtio/*", "hawtio", LAST);
    HawtioPages.serve(getRouter(), LAST + 1);
    serve("/*", "web", LAST + 1);
  }

  private static void documentAlone(RoutingContext context) {
    if (context.normalizedPath().equals("/api/openapi.json")) {
      context.next();
    } else {
      context.fail(404);
    }
  }

  /** Serves the files of one folder of the jar; what is not there is left to others. */
  private void serve(String path, String folder, int order) {
    StaticHandler files =
        StaticHandler.create(folder)
            .setDirectoryListing(false)
            .setIncludeHidden(false)
            .setFilesReadOnly(false);
    FileCache cache = new FileCache(folder, files);
    String base = path.substring(0, path.length() - "/*".length());
    getRouter()
        .route(path)
        .order(order)
        .handler(
            context -> {
              String asked = context.normalizedPath();
              // A file has no slash behind its name, with which Vert.x would serve it too.
              if (asked.endsWith("/") && !path.equals(asked + "*")) {
                context.next();
              } else {
                cache.handle(context, asked.substring(base.length()));
              }
            });
  }

  /**
   * Answers what no route has answered, in the words and with the headers of every other refusal. A
   * request that is not understood never comes as far as the guard.
   */
  private void answerErrors() {
    Router outermost = server.outermost();
    ERRORS.forEach(
        (status, detail) ->
            outermost.errorHandler(
                status,
                context -> {
                  if (context.response().headWritten()) {
                    // What has begun cannot be taken back: it ends without its last chunk, which
                    // every client takes for an error. Camel has said in the log why.
                    context.request().connection().close();
                    return;
                  }
                  // To whoever has gone there is no answer, which is no failure.
                  boolean gone =
                      context.response().closed()
                          || context.failure() instanceof ClosedChannelException;
                  if (context.failure() != null && status == 500 && !gone) {
                    LOG.error(
                        "{} {} failed",
                        context.request().method(),
                        context.request().path(),
                        context.failure());
                  }
                  String path = WebPaths.of(context);
                  AccessGuard.dress(context, path);
                  new ErrorResponse(status, detail).send(context, path);
                }));
  }
}
