package dev.caravan.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the embedded server logs: {@code postgresql.log} has what it said before its collector took
 * over at its last start, files in {@code log/} the rest. PostgreSQL begins a new file each day, at
 * each start and after 10 MB; the oldest are deleted beyond 70 MB and beyond a hundred.
 */
final class ServerLog {
  private static final Pattern FATAL = Pattern.compile(" (?:FATAL|PANIC): +(.*)");
  private static final long MOST_BYTES = 70_000_000;
  private static final int MOST_FILES = 100;

  private final Path start;
  private final Path files;

  ServerLog(Path directory) {
    this.start = directory.resolve("postgresql.log");
    this.files = directory.resolve("log");
  }

  /** PostgreSQL's settings for it; paths are relative to its data directory. */
  static List<String> options() {
    return List.of(
        "logging_collector=on",
        "log_directory=../log",
        "log_filename=postgresql-%Y%m%d-%H%M%S.log",
        "log_rotation_size=10MB",
        "log_rotation_age=1d",
        "log_timezone=UTC");
  }

  /** What a server says while nobody collects it, and its tools. */
  Path start() {
    return start;
  }

  Path files() {
    return files;
  }

  /** Forgets what the last start said. */
  void begin() throws IOException {
    Files.deleteIfExists(start);
    prune();
  }

  /** Deletes the oldest files. The newest, which is written to, stays in any case. */
  void prune() throws IOException {
    long bytes = 0;
    int count = 0;
    for (Path file : newestFirst()) {
      bytes += Files.size(file);
      if (count++ > 0 && (bytes > MOST_BYTES || count > MOST_FILES)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Their names begin with their time. */
  private List<Path> newestFirst() throws IOException {
    if (!Files.isDirectory(files)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(files)) {
      return all.filter(file -> file.getFileName().toString().matches("postgresql-.*\\.log"))
          .sorted(Comparator.comparing(Path::getFileName).reversed())
          .toList();
    }
  }

  /**
   * Why it did not start, in PostgreSQL's own words: its last fatal line since then, or else the
   * last line of all.
   */
  String reason(Instant since) {
    try {
      List<Path> places = new ArrayList<>(List.of(start));
      for (Path file : newestFirst()) {
        if (!Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
          places.add(1, file);
        }
      }
      List<String> first = lines(start);
      String reason = first.isEmpty() ? "it said nothing" : first.get(first.size() - 1);
      for (Path place : places) {
        for (String line : lines(place)) {
          Matcher fatal = FATAL.matcher(line);
          reason = fatal.find() ? fatal.group(1) + " (see " + place + ")" : reason;
        }
      }
      return reason;
    } catch (IOException e) {
      return "see " + start;
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file)
        ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList()
        : List.of();
  }
}
