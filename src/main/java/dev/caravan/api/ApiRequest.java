package dev.caravan.api;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.model.Model;
import org.apache.camel.model.rest.ParamDefinition;
import org.apache.camel.model.rest.RestParamType;
import org.apache.camel.model.rest.VerbDefinition;

/**
 * What a client asks for, checked.
 *
 * @param query as it was given, by name
 * @param parameters what a statement takes, by name: what was given, and defaults for the rest
 * @param known the ETags of what the client has, or null
 * @param gzip whether the client reads gzip, and the answer is not compressed as it is
 * @param format the form of the answer; JSON where the operation has no other
 */
public record ApiRequest(
    String path,
    Map<String, String> query,
    Map<String, Object> parameters,
    String known,
    boolean gzip,
    ApiFormat format) {
  private static final String AFTER = "after";

  /**
   * Reads a request by what the REST DSL declares of its operation. Of the headers nothing else is
   * taken: what comes from outside is never a header of a route.
   *
   * @throws ProblemException where a parameter is missing, unknown, given twice or not allowed
   */
  public static ApiRequest of(String operation, Map<String, Object> headers, CamelContext camel) {
    return read(
        declared(operation, camel),
        text(headers.get(Exchange.HTTP_PATH)),
        text(headers.get(Exchange.HTTP_RAW_QUERY)),
        headers);
  }

  static ApiRequest read(
      List<ApiParameter> declared, String path, String query, Map<String, Object> headers) {
    Map<String, String> given = parse(query);
    Map<String, Object> parameters = new HashMap<>();
    ApiFormat format = format(declared, given, text(headers.get("Accept")));
    for (ApiParameter parameter : declared) {
      String text =
          parameter.inPath()
              ? String.valueOf(headers.get(parameter.name()))
              : given.get(parameter.name());
      parameters.putAll(parameter.values(text, format));
    }
    List<String> names =
        declared.stream().filter(each -> !each.inPath()).map(ApiParameter::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw Problem.bad(
            name,
            "There is no parameter "
                + printable(name)
                + " here; "
                + (names.isEmpty()
                    ? "there is none."
                    : "there are " + String.join(", ", names) + "."));
      }
    }
    return new ApiRequest(
        path,
        given,
        parameters,
        text(headers.get("If-None-Match")),
        format != ApiFormat.PARQUET && acceptsGzip(text(headers.get("Accept-Encoding"))),
        format);
  }

  /** What an address asks for goes first: a browser says what it accepts of every page. */
  private static ApiFormat format(
      List<ApiParameter> declared, Map<String, String> given, String accept) {
    String name = ApiFormat.PARAMETER;
    return declared.stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .map(
            parameter -> {
              Object wanted = parameter.values(given.get(name), ApiFormat.JSON).get(name);
              return wanted == null
                  ? ApiFormat.preferred(
                      accept, parameter.allowed().stream().map(ApiFormat::named).toList())
                  : ApiFormat.named(wanted.toString());
            })
        .orElse(ApiFormat.JSON);
  }

  /** The address of the page behind the one that ends at this key. */
  String next(String key) {
    Map<String, String> next = new LinkedHashMap<>(query);
    next.put(AFTER, Cursor.encode(key));
    StringBuilder url = new StringBuilder(path);
    char separator = '?';
    for (Map.Entry<String, String> each : next.entrySet()) {
      url.append(separator).append(each.getKey()).append('=');
      url.append(URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8));
      separator = '&';
    }
    return url.toString();
  }

  private static List<ApiParameter> declared(String operation, CamelContext camel) {
    return camel
        .getCamelContextExtension()
        .getContextPlugin(Model.class)
        .getRestDefinitions()
        .stream()
        .flatMap(rest -> rest.getVerbs().stream())
        .filter(verb -> operation.equals(verb.getId()))
        .map(VerbDefinition::getParams)
        .flatMap(List<ParamDefinition>::stream)
        .filter(parameter -> parameter.getType() != RestParamType.body)
        .map(ApiParameter::of)
        .toList();
  }

  private static Map<String, String> parse(String query) {
    Map<String, String> given = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return given;
    }
    for (String pair : query.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      if (given.put(name, value) != null) {
        throw Problem.bad(
            printable(name), "Parameter " + printable(name) + " is given more than once.");
      }
    }
    return given;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw Problem.bad(null, "The query has a % that is not part of an escape.");
    }
  }

  private static boolean acceptsGzip(String codings) {
    return codings != null
        && Arrays.stream(codings.split(","))
            .map(String::strip)
            .anyMatch(
                coding ->
                    coding.matches("(?i)gzip(\\s*;\\s*q\\s*=\\s*(1(\\.0*)?|0?\\.\\d*[1-9]\\d*))?"));
  }

  static String printable(String name) {
    return printable(name, 60);
  }

  static String printable(String text, int most) {
    String shown = text.length() > most ? text.substring(0, most) + "…" : text;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }

  private static String text(Object header) {
    return header == null ? null : header.toString();
  }
}
