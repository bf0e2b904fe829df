package dev.caravan.benchmark;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * CPU seconds that a process and the database of a place have used so far, the latter with all of
 * its processes, also those that have ended. Read from Linux's {@code /proc}.
 */
public record Usage(double process, double database) {
  /** Linux counts in hundredths of a second, whatever its kernel counts in. */
  private static final double TICKS = 100;

  private static final int UTIME = 11;
  private static final int OF_CHILDREN = 13;
  private static final double MIB = 1024;

  public static Usage of(CaravanProcess process, Place place) throws IOException {
    return of(process.pid(), place);
  }

  /** Of a process, or of none with 0. */
  public static Usage of(long pid, Place place) throws IOException {
    long postmaster = place.postmaster();
    double database = ticks(postmaster, true);
    try (Stream<ProcessHandle> children =
        ProcessHandle.of(postmaster).map(ProcessHandle::children).orElseGet(Stream::empty)) {
      database += children.mapToDouble(each -> ticks(each.pid(), false)).sum();
    }
    return new Usage(pid == 0 ? 0 : ticks(pid, false), database);
  }

  public Usage since(Usage before) {
    return new Usage(process - before.process, database - before.database);
  }

  /** MiB of memory that a process has now. */
  public static double residentMib(long pid) {
    return status(pid, "VmRSS:");
  }

  /** MiB of memory that a process has had at most. */
  public static double mostResidentMib(long pid) {
    return status(pid, "VmHWM:");
  }

  private static double status(long pid, String field) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / MIB)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException | UncheckedIOException e) {
      return gone(pid, e, Double.NaN);
    }
  }

  private static double ticks(long pid, boolean withEnded) {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name of the program stands in parentheses and may have blanks.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      double ticks = Double.parseDouble(fields[UTIME]) + Double.parseDouble(fields[UTIME + 1]);
      if (withEnded) {
        ticks += Double.parseDouble(fields[OF_CHILDREN]);
        ticks += Double.parseDouble(fields[OF_CHILDREN + 1]);
      }
      return ticks / TICKS;
    } catch (IOException e) {
      return gone(pid, e, 0);
    }
  }

  /** What is read of a process that ends meanwhile fails in one way or another. */
  private static double gone(long pid, Exception e, double instead) {
    if (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
      throw new IllegalStateException("Nothing is to be read of process " + pid, e);
    }
    return instead;
  }
}
