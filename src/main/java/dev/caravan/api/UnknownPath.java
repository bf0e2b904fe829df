package dev.caravan.api;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.HttpEndpointModel;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.model.Model;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.model.rest.VerbDefinition;

/** What is said of a path that no operation has answered. */
public final class UnknownPath {
  private static final String ITSELF = "/api/*";

  private UnknownPath() {}

  /**
   * @throws ProblemException always: 405 where the path has other methods, otherwise 404
   */
  public static void refuse(Map<String, Object> headers, CamelContext camel) {
    PlatformHttpComponent http = camel.getComponent("platform-http", PlatformHttpComponent.class);
    String path = String.valueOf(headers.get(Exchange.HTTP_PATH));
    Set<String> methods = new TreeSet<>();
    for (HttpEndpointModel endpoint : http.getHttpEndpoints()) {
      if (!endpoint.getUri().equals(ITSELF)
          && endpoint.getVerbs() != null
          && path.matches(pattern(endpoint.getUri()))) {
        methods.addAll(Set.of(endpoint.getVerbs().split(",")));
      }
    }
    // Of a path with several methods the endpoints have one alone.
    Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
    String base = camel.getRestConfiguration().getContextPath();
    for (RestDefinition rest : model.getRestDefinitions()) {
      for (VerbDefinition verb : rest.getVerbs()) {
        if (path.matches(pattern(base + verb.getPath()))) {
          methods.add(verb.asVerb().toUpperCase(Locale.ROOT));
        }
      }
    }
    throw problem(String.valueOf(headers.get(Exchange.HTTP_METHOD)), methods);
  }

  private static ProblemException problem(String method, Set<String> methods) {
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
