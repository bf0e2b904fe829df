package dev.caravan.api;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.HttpEndpointModel;
import org.apache.camel.component.platform.http.PlatformHttpComponent;

/** What is said of a path that no operation has answered. */
public final class UnknownPath {
  private static final String ITSELF = "/api/*";

  private UnknownPath() {}

  /**
   * @throws ProblemException always: 405 where the path has other methods, otherwise 404
   */
  public static void refuse(Map<String, Object> headers, CamelContext camel) {
    PlatformHttpComponent http = camel.getComponent("platform-http", PlatformHttpComponent.class);
    throw problem(
        String.valueOf(headers.get(Exchange.HTTP_PATH)),
        String.valueOf(headers.get(Exchange.HTTP_METHOD)),
        http.getHttpEndpoints());
  }

  static ProblemException problem(String path, String method, Set<HttpEndpointModel> endpoints) {
    Set<String> methods = new TreeSet<>();
    for (HttpEndpointModel endpoint : endpoints) {
      if (!endpoint.getUri().equals(ITSELF)
          && endpoint.getVerbs() != null
          && path.matches(pattern(endpoint.getUri()))) {
        methods.addAll(Set.of(endpoint.getVerbs().split(",")));
      }
    }
    if (methods.isEmpty()) {
      return Problem.missing("Not found; /api/openapi.json lists all paths.");
    }
    String allow = String.join(", ", methods);
    return new ProblemException(
        new Problem(
            405, method + " is not allowed on this path; allowed: " + allow + ".", null, allow));
  }

  /** {@code /api/flows/{flow}/run} as a regular expression. */
  private static String pattern(String template) {
    StringBuilder pattern = new StringBuilder();
    for (String part : template.split("/")) {
      if (!part.isEmpty()) {
        pattern.append('/').append(part.startsWith("{") ? "[^/]+" : Pattern.quote(part));
      }
    }
    return pattern.append("/?").toString();
  }
}
