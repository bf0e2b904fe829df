package dev.caravan.http;

import java.util.Map;
import java.util.TreeMap;

/** What every answer tells the browser, so that it trusts an answer as little as possible. */
final class SecurityHeaders {
  /** The pages need scripts, styles, images and answers of this server, and nothing else. */
  private static final String PAGES =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src"
          + " 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'";

  /**
   * Hawtio's page names its own base, PatternFly writes its styles into the page, and the editor of
   * its sources starts its worker from a text that loads the worker from here.
   */
  private static final String HAWTIO =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src"
          + " 'self' blob:; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

  private SecurityHeaders() {}

  /** The headers of an answer, by the normalized path of its request. */
  static Map<String, String> of(String path) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Content-Security-Policy", WebPaths.below(path, "/hawtio") ? HAWTIO : PAGES);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    // A page is asked for each time whether it is still the same; figures are never kept.
    boolean figures = WebPaths.below(path, "/observe") || WebPaths.isJolokia(path);
    headers.put("Cache-Control", figures ? "no-store" : "no-cache");
    return headers;
  }
}
