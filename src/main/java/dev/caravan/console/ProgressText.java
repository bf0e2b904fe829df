package dev.caravan.console;

/** How far some work has come, in words: a bar for a terminal, and a line for everything else. */
interface ProgressText {
  /** One line that fits into a terminal of this width, without a line feed. */
  String bar(int width);

  /** A line for a log. */
  String line();

  /** Whether there is enough to say for the first line. */
  boolean isWorthALine();

  /** Only what is done is 100 %. */
  static int percent(double done) {
    return (int) Math.floor(done * 100 + 1e-9);
  }

  /**
   * A bar with its figures behind it, or the figures alone where there is no room.
   *
   * @param done from 0 to 1
   * @param text the figures
   */
  static String bar(double done, String text, int width) {
    final int shortest = 8;
    // The last column is left free: a terminal would break the line there.
    int room = width - 1 - text.length() - 2;
    if (room < shortest) {
      String bare = text.strip();
      // Each figure is worth more than the words beside it.
      String kept =
          bare.length() < width ? bare : bare.replace(" requests", "").replace(" to go", "");
      return kept.length() < width ? kept : kept.substring(0, Math.max(0, width - 1));
    }
    int full = (int) Math.round(room * done);
    return "[" + "#".repeat(full) + "-".repeat(room - full) + "]" + text;
  }
}
