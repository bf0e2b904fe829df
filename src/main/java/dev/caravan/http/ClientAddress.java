package dev.caravan.http;

import java.util.List;
import java.util.regex.Pattern;

/** From where a request comes, as its guesses of passwords are counted. */
final class ClientAddress {
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private ClientAddress() {}

  /**
   * @param peer the other end of the connection
   * @param forwarded the values of X-Forwarded-For, which a proxy on this machine is believed; its
   *     last word is the proxy's own
   */
  static String of(String peer, List<String> forwarded) {
    String address = peer == null ? "" : peer;
    if (!forwarded.isEmpty() && HostNames.loopback(shortened(address))) {
      String last = forwarded.get(forwarded.size() - 1);
      String client = last.substring(last.lastIndexOf(',') + 1).strip();
      if (ADDRESS.matcher(client).matches()) {
        return network(client) + " by a proxy here";
      }
    }
    return network(address);
  }

  /** Of IPv6 whoever has one address has the 64 bits behind it too. */
  private static String network(String address) {
    if (!address.contains(":") || address.contains(".")) {
      return address;
    }
    StringBuilder network = new StringBuilder();
    int groups = 0;
    for (String group : expanded(address).split(":")) {
      if (groups++ < 4) {
        network.append(group.isEmpty() ? "0" : group.replaceFirst("^0+(?=.)", "")).append(':');
      }
    }
    return network.append(":/64").toString();
  }

  /** With each of its eight groups. */
  private static String expanded(String address) {
    int gap = address.indexOf("::");
    if (gap < 0) {
      return address;
    }
    String before = address.substring(0, gap);
    String after = address.substring(gap + 2);
    int missing = 8 - groups(before) - groups(after);
    return (before.isEmpty() ? "" : before + ":") + "0:".repeat(Math.max(missing, 0)) + after;
  }

  private static int groups(String part) {
    return part.isEmpty() ? 0 : part.split(":").length;
  }

  private static String shortened(String address) {
    return address.equals("0:0:0:0:0:0:0:1") ? "::1" : address;
  }
}
