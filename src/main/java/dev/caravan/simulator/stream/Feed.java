package dev.caravan.simulator.stream;

import java.util.Optional;
import java.util.Set;

/** A stream of Alpaca's: where it is and which channels it has. */
enum Feed {
  IEX("/v2/iex"),
  SIP("/v2/sip"),
  TEST("/v2/test"),
  NEWS("/v1beta1/news");

  private static final Set<String> STOCKS =
      Set.of(
          "trades",
          "quotes",
          "bars",
          "updatedBars",
          "dailyBars",
          "statuses",
          "lulds",
          "corrections",
          "cancelErrors",
          "imbalances");
  private static final Set<String> ITEMS = Set.of("news");
  private static final Set<String> ELSEWHERE = Set.of("orderbooks");

  private final String path;

  Feed(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  /** Whether what is stored under this name was told on it. */
  boolean isOf(String feed) {
    return this != TEST && this != NEWS && name().equalsIgnoreCase(feed);
  }

  boolean has(String channel) {
    return (this == NEWS ? ITEMS : STOCKS).contains(channel);
  }

  /** Whether some stream has this channel. */
  static boolean isChannel(String name) {
    return STOCKS.contains(name) || ITEMS.contains(name) || ELSEWHERE.contains(name);
  }

  static Optional<Feed> at(String path) {
    for (Feed feed : values()) {
      if (feed.path.equals(path)) {
        return Optional.of(feed);
      }
    }
    return Optional.empty();
  }
}
