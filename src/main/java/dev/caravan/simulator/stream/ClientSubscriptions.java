package dev.caravan.simulator.stream;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client of the stream has subscribed to: the symbols of each channel, {@code *} for all.
 * Channels without symbols are left out.
 */
record ClientSubscriptions(Map<String, Set<String>> channels) {
  static final ClientSubscriptions NONE = new ClientSubscriptions(Map.of());

  private static final String ALL = "*";

  ClientSubscriptions {
    channels = Map.copyOf(channels);
  }

  ClientSubscriptions with(Map<String, Set<String>> added) {
    return changed(added, true);
  }

  ClientSubscriptions without(Map<String, Set<String>> removed) {
    return changed(removed, false);
  }

  boolean wants(String channel, String symbol) {
    Set<String> symbols = symbols(channel);
    return symbols.contains(ALL) || symbols.contains(symbol);
  }

  boolean wantsAll(String channel) {
    return symbols(channel).contains(ALL);
  }

  boolean has(String channel) {
    return channels.containsKey(channel);
  }

  Set<String> symbols(String channel) {
    return channels.getOrDefault(channel, Set.of());
  }

  /** Whether its trades and quotes are of more symbols than the limit; 0 is no limit. */
  boolean exceeds(int limit) {
    Set<String> symbols = new HashSet<>(symbols("trades"));
    symbols.addAll(symbols("quotes"));
    return limit > 0 && (symbols.contains(ALL) || symbols.size() > limit);
  }

  /** The message that states the whole set; symbols come in no order, as from the service. */
  String message() {
    StringBuilder json = new StringBuilder("[{\"T\":\"subscription\"");
    new TreeMap<>(channels)
        .forEach(
            (channel, symbols) -> {
              json.append(",\"").append(channel).append("\":[");
              String separator = "\"";
              for (String symbol : symbols) {
                json.append(separator).append(symbol).append('"');
                separator = ",\"";
              }
              json.append(']');
            });
    return json.append("}]").toString();
  }

  /** Trades bring their corrections and cancels along, and take them away. */
  private ClientSubscriptions changed(Map<String, Set<String>> change, boolean add) {
    Map<String, Set<String>> all = new TreeMap<>(channels);
    change.forEach((channel, symbols) -> change(all, channel, symbols, add));
    Set<String> traded = change.getOrDefault("trades", Set.of());
    change(all, "corrections", traded, add);
    change(all, "cancelErrors", traded, add);
    all.values().removeIf(Set::isEmpty);
    return new ClientSubscriptions(all);
  }

  private static void change(
      Map<String, Set<String>> all, String channel, Set<String> symbols, boolean add) {
    Set<String> changed = new HashSet<>(all.getOrDefault(channel, Set.of()));
    if (add) {
      changed.addAll(symbols);
    } else {
      changed.removeAll(symbols);
    }
    all.put(channel, Set.copyOf(changed));
  }
}
