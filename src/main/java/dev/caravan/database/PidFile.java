package dev.caravan.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's own mark on a data directory, {@code postmaster.pid}: the id of the process that
 * serves it, and its port. After a crash it may be empty, torn, or name a process that is somebody
 * else's by now; PostgreSQL would then refuse to start for ever.
 */
final class PidFile {
  private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);
  private static final Path PROCESSES = Path.of("/proc");
  private static final int PORT_LINE = 3;

  private final Path data;
  private final Path file;

  PidFile(Path data) {
    this.data = data;
    this.file = data.resolve("postmaster.pid");
  }

  /** The process that the file names, as far as it can be read and that process lives. */
  Optional<ProcessHandle> process() throws IOException {
    return line(0)
        .filter(pid -> pid.matches("\\d{1,10}"))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
        .filter(ProcessHandle::isAlive);
  }

  /** The port that the file names. */
  OptionalInt port() throws IOException {
    return line(PORT_LINE)
        .filter(port -> port.matches("\\d{1,5}"))
        .map(port -> OptionalInt.of(Integer.parseInt(port)))
        .orElse(OptionalInt.empty());
  }

  /**
   * A process of PostgreSQL that works in the directory: its server, or what one that was killed
   * left behind for a moment.
   *
   * @throws DatabaseException where this system does not say what the file's process is
   */
  Optional<ProcessHandle> server() throws IOException {
    if (!Files.exists(data)) {
      return Optional.empty();
    }
    if (Files.exists(PROCESSES.resolve("self").resolve("cwd"))) {
      Path real = data.toRealPath();
      try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
        return all.filter(each -> isPostgres(each) && real.equals(workingDirectory(each)))
            .findFirst();
      }
    }
    Optional<ProcessHandle> named = process();
    if (named.isPresent() && named.get().info().command().isEmpty()) {
      throw DatabaseException.lasting(
          "Directory "
              + data
              + " may be held by process "
              + named.get().pid()
              + ". If that is not a PostgreSQL, remove "
              + file
              + " and start again.");
    }
    return named.filter(PidFile::isPostgres);
  }

  /** The data directory whose server has the port, if this process may know it. */
  static Optional<Path> directoryServing(int port) {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(PidFile::isPostgres)
          .map(PidFile::workingDirectory)
          .filter(directory -> directory != null && serves(directory, port))
          .findFirst();
    }
  }

  private static boolean serves(Path directory, int port) {
    try {
      return new PidFile(directory).port().equals(OptionalInt.of(port));
    } catch (IOException notOurs) {
      return false;
    }
  }

  /**
   * Removes the file if it would keep PostgreSQL from starting. To be called where {@link #server}
   * found none.
   */
  void discardIfStale() throws IOException {
    Optional<String> first = line(0);
    Optional<ProcessHandle> stranger = process();
    boolean unreadable = first.isPresent() && !first.get().matches("\\d{1,10}");
    if (unreadable || stranger.isPresent()) {
      LOG.warn(
          "{} is left from a crash{}; it is removed",
          file,
          stranger.map(it -> ": process " + it.pid() + " is not its PostgreSQL").orElse(""));
      Files.delete(file);
    }
  }

  /**
   * A line of the file, which is empty where the file is too short; nothing if there is no file.
   */
  private Optional<String> line(int number) throws IOException {
    try {
      // Whatever a crash left in it can be read as this.
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      return Optional.of(lines.size() > number ? lines.get(number).strip() : "");
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process
        .info()
        .command()
        .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
        .orElse(false);
  }

  /** Null where it is not ours to know, or the process is over. */
  private static Path workingDirectory(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(PROCESSES.resolve(process.pid() + "/cwd"));
    } catch (IOException | SecurityException gone) {
      return null;
    }
  }
}
