package dev.caravan.console;

import io.vertx.ext.web.Route;
import io.vertx.ext.web.handler.StaticHandler;
import org.apache.camel.component.platform.http.main.MainHttpServer;

/**
 * Camel's HTTP server with the pages of the dashboard and of Hawtio. Camel's own way to serve files
 * takes them from the working directory first, settings and passwords among them, and reads fonts
 * as text; here each path has one folder of the jar and sees nothing else.
 */
final class WebServer extends MainHttpServer {
  /** Behind everything that is served by a route. */
  private static final int LAST = Integer.MAX_VALUE - 10;

  @Override
  protected void setupConsoles() {
    super.setupConsoles();
    serve("/charts/*", "charts", LAST);
    serve("/hawtio/*", "hawtio", LAST);
    HawtioPages.serve(getRouter(), LAST + 1);
    serve("/*", "web", LAST + 1);
  }

  /** Serves the files of one folder of the jar; what is not there is left to others. */
  private void serve(String path, String folder, int order) {
    Route route = getRouter().route(path).order(order);
    // A browser asks each time whether a file is still the same, so that a new version is seen at
    // once.
    route.handler(
        StaticHandler.create(folder)
            .setDirectoryListing(false)
            .setIncludeHidden(false)
            .setFilesReadOnly(false)
            .setMaxAgeSeconds(0));
  }
}
