package dev.caravan.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By which name Caravan was asked. A page of any site may have its own name resolve to 127.0.0.1
 * and is then, for the browser, of the same origin as Caravan; what it cannot change is the name
 * itself, which the browser sends along.
 */
public final class HostNames {
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9a-f:.]+]|[^\\s:/?#@\\[\\]]+)(:\\d{0,5})?");
  private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*).*");
  private static final Pattern LOOPBACK_4 = Pattern.compile("127(\\.\\d{1,3}){3}");

  private HostNames() {}

  /**
   * The one authority (host, and port if there is one) that a request names, in lower case; empty
   * where it names none, several or one that is no authority.
   *
   * @param named what the Host header and the target say
   */
  static Optional<String> one(List<String> named) {
    TreeSet<String> different = new TreeSet<>();
    named.forEach(name -> different.add(name.toLowerCase(Locale.ROOT)));
    return different.size() == 1 && AUTHORITY.matcher(different.first()).matches()
        ? Optional.of(different.first())
        : Optional.empty();
  }

  /** The authority in the target of a request, which seldom has one. */
  static Optional<String> inTarget(String target) {
    Matcher matcher = ABSOLUTE.matcher(target);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * Whether an authority names this machine as it calls itself. The port may be any: it may be that
   * of a tunnel, and a page cannot choose the name of its site by its port.
   */
  static boolean namesLoopback(String authority) {
    Matcher matcher = AUTHORITY.matcher(authority);
    return matcher.matches() && loopback(matcher.group(1).replaceAll("[\\[\\]]", ""));
  }

  /** Whether a host is this machine as it calls itself, without asking any name server. */
  public static boolean loopback(String host) {
    return host.equals("localhost") || host.equals("::1") || LOOPBACK_4.matcher(host).matches();
  }
}
