package dev.caravan.console;

import java.io.Console;
import java.util.Map;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Whether a person looks on, and how wide the window is. */
record Terminal(boolean present, int width) {
  private static final int USUAL_WIDTH = 80;

  static Terminal detect() {
    boolean terminal = isTerminal(System.console());
    // A shell knows COLUMNS and seldom tells it: the terminal itself is asked, as for the help.
    int asked = terminal ? new UsageMessageSpec().autoWidth(true).width() : USUAL_WIDTH;
    return of(terminal, System.getenv(), asked);
  }

  /**
   * @param asked what the terminal says of its width
   */
  static Terminal of(boolean terminal, Map<String, String> environment, int asked) {
    String columns = environment.getOrDefault("COLUMNS", "");
    int width = columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : asked;
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
