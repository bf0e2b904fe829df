package dev.caravan.simulator.stream;

import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.simulator.tape.Tape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of one feed that have the same encoding and subscriptions, and so get the same
 * frames.
 */
final class Audience {
  private final Feed feed;
  private final boolean packed;
  private final ClientSubscriptions subscriptions;
  private final List<StreamConnection> connections;
  private final Map<StartedBurst, boolean[]> wantedOf = new HashMap<>();

  Audience(
      Feed feed,
      boolean packed,
      ClientSubscriptions subscriptions,
      List<StreamConnection> connections) {
    this.feed = feed;
    this.packed = packed;
    this.subscriptions = subscriptions;
    this.connections = List.copyOf(connections);
  }

  Feed feed() {
    return feed;
  }

  /** Whether it gets MessagePack. */
  boolean isPacked() {
    return packed;
  }

  ClientSubscriptions subscriptions() {
    return subscriptions;
  }

  List<StreamConnection> connections() {
    return connections;
  }

  boolean has(String channel) {
    return subscriptions.has(channel);
  }

  /** Whether it gets the messages of a channel for a symbol; the test feed knows one symbol. */
  boolean wants(String channel, String symbol) {
    return (feed == Feed.TEST) == symbol.equals(Tape.TEST_SYMBOL)
        && subscriptions.wants(channel, symbol);
  }

  /** Whether it gets the trades of a burst, symbol by symbol; null if of none. */
  boolean[] wanted(StartedBurst burst) {
    boolean[] wanted =
        wantedOf.computeIfAbsent(
            burst,
            any -> {
              List<String> symbols = burst.burst().symbols();
              boolean[] found = new boolean[symbols.size()];
              for (int i = 0; i < found.length; i++) {
                found[i] = wants("trades", symbols.get(i)) || wants("quotes", symbols.get(i));
              }
              return found;
            });
    for (boolean one : wanted) {
      if (one) {
        return wanted;
      }
    }
    return null;
  }
}
