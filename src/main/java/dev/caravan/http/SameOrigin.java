package dev.caravan.http;

import java.util.List;
import java.util.Set;

/**
 * Whether a request comes from Caravan's own pages. A page of another site can have the browser
 * send requests here, with the password that the browser remembers; the browser says so in headers
 * that no page can set. Programs send neither header.
 */
final class SameOrigin {
  /** Caravan's own page, or the person at the browser. */
  private static final Set<String> OWN = Set.of("same-origin", "none");

  private SameOrigin() {}

  /**
   * @param sites the values of header Sec-Fetch-Site
   * @param origins the values of header Origin
   * @param authority the name that the request was sent to, empty where it names none
   */
  static boolean is(List<String> sites, List<String> origins, String authority) {
    // The site as it is by TLS: the browser then talks to a proxy, which passes the name on.
    boolean vouched = sites.contains("same-origin");
    return OWN.containsAll(sites)
        && origins.stream()
            .allMatch(
                origin ->
                    origin.equalsIgnoreCase("http://" + authority)
                        || vouched && origin.equalsIgnoreCase("https://" + authority));
  }
}
