package dev.caravan.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One table of the race, in Markdown: printed and written as soon as it is there, so that what
 * breaks later loses nothing. {@code target/benchmark/race.md} has all that are there so far; with
 * {@code -Drecord} each takes its place in {@code docs/performance.md} as well.
 */
public final class Sheet {
  private static final Path DIRECTORY = Path.of("target/benchmark");
  private static final Path DOCUMENT = Path.of("docs/performance.md");

  /** In this order they are put together; the machine comes first. */
  private static final List<String> ORDER =
      List.of(
          "machine",
          "stream",
          "quotes",
          "cold",
          "start",
          "rivals",
          "lag",
          "minute-bars",
          "backfill",
          "yahoo",
          "limit",
          "reads",
          "gzip",
          "parser",
          "statement",
          "row",
          "growth-rows",
          "growth-months",
          "growth-symbols",
          "growth-history",
          "soak");

  private static boolean machineIsKnown;

  private final String name;
  private final String title;
  private final List<String> lines = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Sheet(String name, String title) {
    if (!ORDER.contains(name)) {
      throw new IllegalArgumentException(name + " has no place among " + ORDER);
    }
    this.name = name;
    this.title = title;
  }

  /** An empty table with these heads of its columns. */
  public static Sheet of(String name, String title, String... columns) {
    introduceMachine();
    Sheet sheet = new Sheet(name, title);
    sheet.line(List.of(columns));
    sheet.lines.add("|" + " --- |".repeat(columns.length));
    sheet.notes.add(
        Figures.text(
            "Begun at %s with a load of %.1f on %d cores%s.",
            Instant.now().truncatedTo(ChronoUnit.MINUTES),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            Runtime.getRuntime().availableProcessors(),
            Sizes.SMOKE ? "; a smoke run, whose figures mean nothing" : ""));
    return sheet;
  }

  /** Before the first table of all. */
  private static synchronized void introduceMachine() {
    if (!machineIsKnown) {
      machineIsKnown = true;
      Machine.sheet().publish();
    }
  }

  public Sheet row(Object... cells) {
    List<String> texts = new ArrayList<>();
    for (Object cell : cells) {
      texts.add(String.valueOf(cell));
    }
    line(texts);
    return this;
  }

  /** A sentence below the table. */
  public Sheet note(String sentence) {
    notes.add(sentence);
    return this;
  }

  private void line(List<String> cells) {
    lines.add("| " + String.join(" | ", cells) + " |");
  }

  /** Prints the table and writes it down; again with the same name it takes the other's place. */
  public void publish() {
    String text = String.join("\n", lines) + "\n\n" + String.join("\n", notes) + "\n";
    System.out.println("\n" + title + "\n\n" + text);
    try {
      Files.createDirectories(DIRECTORY.resolve("sheets"));
      Files.writeString(file(name), "### " + title + "\n\n" + text);
      StringBuilder race = new StringBuilder("# The race\n");
      for (String each : ORDER) {
        if (Files.exists(file(each))) {
          race.append('\n').append(Files.readString(file(each)));
        }
      }
      Files.writeString(DIRECTORY.resolve("race.md"), race);
      if (System.getProperty("record") != null && !Sizes.SMOKE) {
        Files.writeString(DOCUMENT, recorded(Files.readString(DOCUMENT), name, text));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String name) {
    return DIRECTORY.resolve("sheets").resolve(name + ".md");
  }

  /**
   * The document with a table between its marks, {@code <!-- race: NAME -->} and {@code <!-- end
   * -->}, whatever was there.
   *
   * @throws IllegalStateException where the document has no such marks
   */
  static String recorded(String document, String name, String text) {
    Matcher place =
        Pattern.compile("(<!-- race: " + name + " -->\n).*?(<!-- end -->)", Pattern.DOTALL)
            .matcher(document);
    if (!place.find()) {
      throw new IllegalStateException(
          DOCUMENT + " has no place for the table: <!-- race: " + name + " --> and <!-- end -->");
    }
    return document.substring(0, place.end(1)) + text + document.substring(place.start(2));
  }

  /** The names of all tables. */
  static List<String> names() {
    return ORDER;
  }
}
