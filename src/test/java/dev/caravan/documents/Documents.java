package dev.caravan.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents of this repository, and what stands in their fences. */
final class Documents {
  static final Path README = Path.of("README.md");
  static final Path CONTRIBUTING = Path.of("CONTRIBUTING.md");
  private static final Path CHANGELOG = Path.of("CHANGELOG.md");
  private static final Path ROUTES = Path.of("routes/README.md");
  private static final Path DOCS = Path.of("docs");

  private static final String JAR = "target/caravan.jar";
  private static final Pattern MARK = Pattern.compile("<!-- (not run: .+|run by \\w+) -->");
  private static final Pattern CODE = Pattern.compile("(?<!`)`([^`\n]+)`(?!`)");

  private Documents() {}

  /**
   * A fenced block.
   *
   * @param line of its opening fence, from 1
   * @param language behind the fence; empty where there is none
   * @param mark the comment in the line above, such as {@code not run: needs Docker}; empty where
   *     there is none
   */
  record Block(Path file, int line, String language, String mark, String text) {
    boolean isShell() {
      return language.equals("sh");
    }

    boolean isSql() {
      return language.equals("sql");
    }

    /** Its commands, one per line of the shell; {@code &&} parts them too. */
    List<Command> commands() {
      List<Command> commands = new ArrayList<>();
      int at = line;
      for (String each : text.split("\n")) {
        at++;
        for (List<String> words : Shell.commands(each)) {
          commands.add(new Command(file, at, words));
        }
      }
      return commands;
    }

    /** Its statements of SQL, without the semicolon. */
    List<String> statements() {
      return Stream.of(text.replaceAll("(?m)--.*$", "").split(";"))
          .map(String::strip)
          .filter(statement -> !statement.isEmpty())
          .toList();
    }

    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /**
   * A command of a shell.
   *
   * @param words as the shell would hand them on, without quotes
   */
  record Command(Path file, int line, List<String> words) {
    /** Whether it starts Caravan by its jar. */
    boolean isCaravan() {
      return words.get(0).equals("java") && words.contains(JAR);
    }

    /** What stands behind the jar. */
    List<String> arguments() {
      return words.subList(words.indexOf(JAR) + 1, words.size());
    }

    /** What stands between {@code java} and {@code -jar}. */
    List<String> options() {
      return words.subList(1, words.indexOf("-jar"));
    }

    /** The word behind this one. */
    String after(String option) {
      return words.get(words.indexOf(option) + 1);
    }

    @Override
    public String toString() {
      return file + ":" + line + " " + String.join(" ", words);
    }
  }

  /** What a person reads, the map of the routes with it as soon as there is one. */
  static List<Path> all() {
    try (Stream<Path> docs = Files.list(DOCS)) {
      return Stream.concat(
              Stream.of(README, CONTRIBUTING, CHANGELOG, ROUTES).filter(Files::exists),
              docs.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Block> blocks() {
    return all().stream().flatMap(file -> blocks(file).stream()).toList();
  }

  static List<Block> blocks(Path file) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = text(file).lines().toList();
    int opened = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith("```")) {
        continue;
      }
      if (opened < 0) {
        opened = i;
        continue;
      }
      Matcher mark = MARK.matcher(opened == 0 ? "" : lines.get(opened - 1));
      blocks.add(
          new Block(
              file,
              opened + 1,
              lines.get(opened).substring(3),
              mark.matches() ? mark.group(1) : "",
              String.join("\n", lines.subList(opened + 1, i))));
      opened = -1;
    }
    if (opened >= 0) {
      throw new IllegalStateException(file + ":" + (opened + 1) + " opens a fence without an end");
    }
    return blocks;
  }

  /** The text without what stands in fences. */
  static String prose(Path file) {
    return text(file).replaceAll("(?ms)^```.*?^```$", "");
  }

  /** What stands between backticks outside of fences. */
  static List<String> code(Path file) {
    return CODE.matcher(prose(file)).results().map(found -> found.group(1)).toList();
  }

  /**
   * Every command: those of the shell's blocks, and those between backticks that start a program.
   */
  static List<Command> commands(Path file) {
    return Stream.concat(
            blocks(file).stream()
                .filter(Block::isShell)
                .flatMap(block -> block.commands().stream()),
            code(file).stream()
                .filter(code -> code.matches("(java|mvn|psql|curl) .+"))
                .flatMap(code -> Shell.commands(code).stream())
                .map(words -> new Command(file, 0, words)))
        .toList();
  }
}
