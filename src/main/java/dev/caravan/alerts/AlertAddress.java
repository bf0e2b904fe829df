package dev.caravan.alerts;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An address of {@code caravan.alerts.to}.
 *
 * @param number its place among them, from 1 on: what routes call it by
 * @param name what may be shown of it; it has no secret, and is one of a kind
 * @param form what is sent to it
 * @param endpoint the endpoint of Camel, secrets and all
 */
public record AlertAddress(int number, String name, Form form, String endpoint) {
  /** What is sent: text, JSON, or JSON as Slack's incoming webhooks want it. */
  public enum Form {
    TEXT,
    JSON,
    SLACK
  }

  /** What is allowed, as the end of a sentence. */
  public static final String ALLOWED =
      "allowed are addresses separated by ';': smtp://HOST:PORT?to=... or smtps://HOST?to=... for"
          + " mail, https://HOST/... or http://HOST/... for a webhook, slack:https://HOST/... for"
          + " one of Slack's, file:NAME, log:NAME";

  private static final String SECRET = "***";
  private static final int MOST = 16;
  private static final Set<String> MAIL = Set.of("smtp", "smtps");
  private static final Set<String> HTTP = Set.of("http", "https");
  private static final String SLACK = "slack:";
  private static final Pattern SCHEME = Pattern.compile("([a-z]{3,6}):(?://)?(.*)");

  /** What Camel takes as it is stands in RAW(...), whatever is in it. */
  private static final Pattern OPTION =
      Pattern.compile("([^=&]+)=(RAW\\(.*?\\)(?=&|$)|RAW\\{.*?}(?=&|$)|[^&]*)");

  /** Those options of mail that name people, and no secret. */
  private static final List<String> SHOWN = List.of("to", "cc", "bcc");

  /** Shorter words would hide half of every message. */
  private static final int SHORTEST_SECRET = 4;

  /** An address that is wrong; the message shows nothing secret of it. */
  public static final class WrongAddressException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    WrongAddressException(String message) {
      super(message);
    }
  }

  /**
   * All addresses of a setting, in their order.
   *
   * @throws WrongAddressException where one cannot be an address
   */
  public static List<AlertAddress> list(String setting) {
    List<AlertAddress> addresses = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String given : setting.split(";")) {
      if (!given.isBlank()) {
        addresses.add(of(addresses.size() + 1, given.strip(), names));
      }
    }
    if (addresses.size() > MOST) {
      throw new WrongAddressException("there are more than " + MOST);
    }
    return List.copyOf(addresses);
  }

  /** Whether all of a setting are addresses. */
  public static boolean isList(String setting) {
    try {
      list(setting);
      return true;
    } catch (WrongAddressException e) {
      return false;
    }
  }

  /** What may be shown of a setting, whether it is right or wrong. */
  public static String masked(String setting) {
    return Arrays.stream(setting.split(";"))
        .filter(given -> !given.isBlank())
        .map(given -> shown(given.strip()))
        .collect(Collectors.joining(";"));
  }

  private static AlertAddress of(int number, String given, Set<String> names) {
    boolean slack = given.startsWith(SLACK);
    String uri = slack ? given.substring(SLACK.length()) : given;
    Matcher parts = SCHEME.matcher(uri);
    if (!parts.matches()) {
      throw new WrongAddressException("it begins with no scheme");
    }
    String scheme = parts.group(1);
    String name = shown(given);
    String own = name;
    for (int n = 2; !names.add(own); n++) {
      own = name + " (" + n + ")";
    }
    if (slack && !HTTP.contains(scheme)) {
      throw new WrongAddressException("what follows slack: is no https://");
    }
    if (MAIL.contains(scheme)) {
      return new AlertAddress(number, own, Form.TEXT, mail(uri));
    }
    if (HTTP.contains(scheme)) {
      boolean slacks = slack || "hooks.slack.com".equals(url(uri).getHost());
      return new AlertAddress(number, own, slacks ? Form.SLACK : Form.JSON, http(uri));
    }
    if (parts.group(2).isBlank() || parts.group(2).startsWith("?")) {
      throw new WrongAddressException("it has no name");
    }
    return switch (scheme) {
      case "file" -> new AlertAddress(number, own, Form.TEXT, file(parts.group(2)));
      case "log" ->
          new AlertAddress(
              number, own, Form.TEXT, with(uri, Map.of("plain", "true", "level", "WARN")));
      default -> throw new WrongAddressException("its scheme is another");
    };
  }

  private static String mail(String uri) {
    Map<String, String> options = options(uri);
    if (url(uri).getHost() == null) {
      throw new WrongAddressException("it has no host");
    }
    if (SHOWN.stream().noneMatch(options::containsKey)) {
      throw new WrongAddressException("it has no to=");
    }
    String user = options.getOrDefault("username", "");
    return with(
        uri,
        Map.of(
            "from", user.contains("@") ? user : "caravan@localhost", "connectionTimeout", "10000"));
  }

  private static String http(String uri) {
    URI url = url(uri);
    if (url.getHost() == null) {
      throw new WrongAddressException("it has no host");
    }
    if (url.getUserInfo() != null) {
      throw new WrongAddressException("give user and password as authUsername and authPassword");
    }
    return with(
        uri,
        Map.of(
            "followRedirects", "false",
            "connectTimeout", "5000",
            "responseTimeout", "20000",
            "soTimeout", "20000",
            "ignoreResponseBody", "true"));
  }

  /** Camel's file: names a directory; here the last part of the path is the file in it. */
  private static String file(String rest) {
    String path = rest.replaceFirst("\\?.*", "");
    String query = rest.substring(path.length());
    Map<String, String> defaults = new LinkedHashMap<>();
    String directory = path;
    if (!options(rest).containsKey("fileName")) {
      int slash = path.lastIndexOf('/');
      directory = slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
      if (slash == path.length() - 1) {
        throw new WrongAddressException("it ends with a directory");
      }
      defaults.put("fileName", path.substring(slash + 1));
    }
    defaults.put("fileExist", "Append");
    defaults.put("appendChars", "\\n");
    defaults.put("charset", "utf-8");
    return with("file:" + directory + query, defaults);
  }

  private static String with(String uri, Map<String, String> defaults) {
    Map<String, String> given = options(uri);
    StringBuilder whole = new StringBuilder(uri);
    new TreeSet<>(defaults.keySet())
        .forEach(
            key -> {
              if (!given.containsKey(key)) {
                whole.append(whole.indexOf("?") < 0 ? '?' : '&');
                whole.append(key).append('=').append("RAW(").append(defaults.get(key)).append(')');
              }
            });
    return whole.toString();
  }

  private static URI url(String uri) {
    try {
      return new URI(uri.replaceFirst("\\?.*", ""));
    } catch (URISyntaxException e) {
      throw new WrongAddressException("it is no URL");
    }
  }

  private static Map<String, String> options(String uri) {
    Map<String, String> options = new LinkedHashMap<>();
    int query = uri.indexOf('?');
    if (query >= 0) {
      Matcher option = OPTION.matcher(uri.substring(query + 1));
      while (option.find()) {
        options.put(option.group(1), value(option.group(2)));
      }
    }
    return options;
  }

  private static String value(String given) {
    if (given.startsWith("RAW(") || given.startsWith("RAW{")) {
      return given.substring(4, Math.max(4, given.length() - 1));
    }
    try {
      return URLDecoder.decode(given, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return given;
    }
  }

  /** Scheme and host, and what is known to be no secret: all else may be one. */
  private static String shown(String given) {
    if (given.startsWith(SLACK)) {
      return SLACK + shown(given.substring(SLACK.length()));
    }
    Matcher parts = SCHEME.matcher(given);
    if (!parts.matches()) {
      return SECRET;
    }
    String scheme = parts.group(1);
    String path = parts.group(2).replaceFirst("\\?.*", "");
    if (scheme.equals("file") || scheme.equals("log")) {
      return scheme + ":" + path;
    }
    if (!MAIL.contains(scheme) && !HTTP.contains(scheme)) {
      return scheme + ":" + SECRET;
    }
    String host = path.replaceFirst(".*@", "").replaceFirst("/.*", "");
    StringBuilder shown = new StringBuilder(scheme).append("://").append(host);
    if (HTTP.contains(scheme)) {
      return path.contains("/") || given.contains("?")
          ? shown.append('/').append(SECRET).toString()
          : shown.toString();
    }
    Map<String, String> options = options(given);
    SHOWN.stream()
        .filter(options::containsKey)
        .forEach(
            key ->
                shown
                    .append(shown.indexOf("?") < 0 ? '?' : '&')
                    .append(key)
                    .append('=')
                    .append(options.get(key)));
    return shown.toString();
  }

  /** A text of somebody else's about this address, without what is secret of it. */
  String mask(String text) {
    Set<String> secrets =
        new TreeSet<>(
            (one, other) ->
                one.length() == other.length()
                    ? one.compareTo(other)
                    : other.length() - one.length());
    secrets.add(endpoint);
    if (form != Form.TEXT || endpoint.startsWith("smtp")) {
      String path = endpoint.replaceFirst("[^/]*//[^/?]*", "").replaceFirst("\\?.*", "");
      secrets.add(path);
      secrets.addAll(List.of(path.split("/")));
      String query = endpoint.replaceFirst("[^?]*\\??", "");
      secrets.add(query);
      secrets.addAll(List.of(query.split("&")));
      options(endpoint)
          .forEach(
              (key, value) -> {
                if (!SHOWN.contains(key.toLowerCase(Locale.ROOT))) {
                  secrets.add(value);
                }
              });
      Matcher user = Pattern.compile("//([^/?@]*)@").matcher(endpoint);
      if (user.find()) {
        secrets.addAll(List.of(user.group(1).split(":")));
      }
    }
    String masked = text;
    for (String secret : secrets) {
      if (secret.length() >= SHORTEST_SECRET) {
        masked = masked.replace(secret, SECRET);
      }
    }
    return masked;
  }

  @Override
  public String toString() {
    return name;
  }
}
