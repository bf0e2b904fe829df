package dev.caravan.simulator.server;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * What was asked.
 *
 * @param path as sent
 * @param query as sent, empty if there was none
 * @param symbols those named in the path or in the parameter {@code symbols}
 * @param parameters decoded
 * @param address of the client
 */
public record ServedQuery(
    String path,
    String query,
    List<String> symbols,
    MultiMap parameters,
    MultiMap headers,
    String address) {

  static ServedQuery of(RoutingContext context) {
    String query = context.request().query();
    String inPath = context.pathParam("symbol");
    String inQuery = context.queryParams().get("symbols");
    List<String> symbols =
        inPath != null
            ? List.of(inPath)
            : inQuery == null || inQuery.isEmpty() ? List.of() : List.of(inQuery.split(","));
    return new ServedQuery(
        context.request().path(),
        query == null ? "" : query,
        symbols,
        context.queryParams(),
        context.request().headers(),
        context.request().remoteAddress().host());
  }

  /** The one symbol of a path that has one. */
  public String symbol() {
    return symbols.get(0);
  }

  /** A parameter that was given and is not empty. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  public String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  String target() {
    return query.isEmpty() ? path : path + '?' + query;
  }
}
