package dev.caravan.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * As much of a shell's grammar as the documents use: quotes, comments, {@code &&} and {@code &}.
 */
final class Shell {
  private static final Set<String> SEPARATORS = Set.of("&&", "&");

  private Shell() {}

  /** The commands of one line, each as its words. */
  static List<List<String>> commands(String line) {
    List<List<String>> commands = new ArrayList<>();
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (char c : (line + "\n").toCharArray()) {
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        word = word == null ? new StringBuilder() : word;
      } else if (Character.isWhitespace(c)) {
        if (word != null && SEPARATORS.contains(word.toString())) {
          commands.add(words);
          words = new ArrayList<>();
        } else if (word != null) {
          words.add(word.toString());
        }
        word = null;
      } else if (c == '#' && word == null) {
        break;
      } else {
        word = word == null ? new StringBuilder() : word;
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("A quote is left open in: " + line);
    }
    commands.add(words);
    commands.removeIf(List::isEmpty);
    return commands;
  }
}
