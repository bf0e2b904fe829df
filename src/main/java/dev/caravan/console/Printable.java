package dev.caravan.console;

/**
 * Makes foreign text fit for a terminal: what a provider sent could otherwise clear the screen,
 * change its title or turn the direction of writing.
 */
final class Printable {
  private static final int LINE_FEED = '\n';

  private Printable() {}

  /** On one line, and at most so many characters of the text, with … for the rest. */
  static String line(String text, int atMost) {
    return shown(text, atMost, false);
  }

  /** With its lines, and at most so many characters of the text, with … for the rest. */
  static String lines(String text, int atMost) {
    return shown(text, atMost, true);
  }

  private static String shown(String text, int atMost, boolean lines) {
    if (text == null) {
      return "-";
    }
    StringBuilder shown = new StringBuilder();
    int characters = 0;
    for (int i = 0; i < text.length(); ) {
      if (characters++ == atMost) {
        return shown.append('…').toString();
      }
      int character = text.codePointAt(i);
      if (lines && character == LINE_FEED || isHarmless(character)) {
        shown.appendCodePoint(character);
      } else {
        shown.append(String.format("\\u%04x", character));
      }
      i += Character.charCount(character);
    }
    return shown.toString();
  }

  private static boolean isHarmless(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          // Among them those that turn the direction of writing, or cannot be seen.
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
