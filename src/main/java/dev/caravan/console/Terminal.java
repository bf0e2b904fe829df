package dev.caravan.console;

import java.io.Console;
import java.util.Map;

/** Whether a person looks on, and how wide the window is. */
record Terminal(boolean present, int width) {
  private static final int USUAL_WIDTH = 80;

  static Terminal detect() {
    return of(isTerminal(System.console()), System.getenv());
  }

  static Terminal of(boolean terminal, Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    int width = columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : USUAL_WIDTH;
    return new Terminal(terminal && !"dumb".equals(environment.get("TERM")), width);
  }

  /**
   * Up to Java 21 there is a console only where both ends are a terminal; since 22 there is always
   * one, and it has to be asked.
   */
  private static boolean isTerminal(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }
}
