package dev.caravan.market;

/** Makes foreign text fit for a message. */
final class Text {
  private Text() {}

  /**
   * The beginning of a text on one line: every run of blanks, line ends and control characters is
   * one blank. Null gives the empty text.
   */
  static String oneLine(String text, int atMost) {
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
}
