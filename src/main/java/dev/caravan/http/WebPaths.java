package dev.caravan.http;

import io.vertx.ext.web.RoutingContext;

/** The parts of the server, told apart by the normalized path of a request. */
final class WebPaths {
  private WebPaths() {}

  /** The path of a request as the routes see it, "/" where it is none. */
  static String of(RoutingContext context) {
    try {
      return context.normalizedPath();
    } catch (IllegalArgumentException e) {
      // A percent sign without two digits behind it.
      return "/";
    }
  }

  static boolean isApi(String path) {
    return below(path, "/api");
  }

  /** JMX over HTTP, for programs and for Hawtio. */
  static boolean isJolokia(String path) {
    return below(path, "/observe/jolokia") || below(path, "/hawtio/jolokia");
  }

  static boolean below(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }
}
