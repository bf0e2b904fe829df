package dev.caravan.market.answer;

/** Makes foreign text fit for a message or a column. */
public final class Text {
  private Text() {}

  /**
   * The beginning of a text on one line: every run of blanks, line ends and control characters is
   * one blank. Null gives the empty text.
   */
  public static String oneLine(String text, int atMost) {
    if (text == null) {
      return "";
    }
    // Only the beginning is looked at, since an answer may be megabytes long.
    String head = text.substring(0, Math.min(text.length(), 16 * atMost));
    String line = head.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (line.length() <= atMost) {
      return line;
    }
    // A character outside the basic plane is two chars, and half of one is not valid text.
    int end = Character.isHighSurrogate(line.charAt(atMost - 1)) ? atMost - 1 : atMost;
    return line.substring(0, end);
  }

  /**
   * The same text as PostgreSQL can keep it: U+0000 becomes U+2400, and half of a surrogate pair
   * becomes U+FFFD. Null gives null.
   */
  public static String storable(String text) {
    if (text == null) {
      return null;
    }
    StringBuilder storable = null;
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(each)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (each == 0 || Character.isSurrogate(each)) {
        if (storable == null) {
          storable = new StringBuilder(text);
        }
        storable.setCharAt(i, each == 0 ? '\u2400' : '\uFFFD');
      }
    }
    return storable == null ? text : storable.toString();
  }

  /** Whether PostgreSQL can keep the text as it is. */
  public static boolean isStorable(String text) {
    return text == null || text.equals(storable(text));
  }
}
