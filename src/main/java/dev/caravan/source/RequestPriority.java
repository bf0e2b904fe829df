package dev.caravan.source;

import java.util.Locale;

/** Who is served first where requests are scarce: of those who wait, the first named goes first. */
public enum RequestPriority {
  /** What is new now, and what a person asked for. */
  LIVE,
  /** What should be there already. */
  REPAIR,
  /** History on demand. */
  BACKFILL;

  /**
   * By its name in lower case; nothing is live.
   *
   * @throws IllegalArgumentException for another name
   */
  static RequestPriority of(String name) {
    return name == null || name.isEmpty() ? LIVE : valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Its name in lower case, as routes and tables have it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
