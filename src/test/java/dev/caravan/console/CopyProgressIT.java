package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.archive.ArchiveReader;
import dev.caravan.support.TestDatabase;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person sees of a backup and a restore while they run. */
class CopyProgressIT {
  private static final Terminal TERMINAL = new Terminal(true, 80);
  private static final Terminal NONE = new Terminal(false, 80);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine =
      new CommandLine(new BackupCommand())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @TempDir Path directory;

  @Test
  void aTerminalHasABarThatEndsWithAllRowsAndAFileOfTheOutputStaysClean() throws Exception {
    Path file = directory.resolve("backup.zip");
    try (TestDatabase source = TestDatabase.fresh();
        TestDatabase target = TestDatabase.fresh();
        OutputStream to = Files.newOutputStream(file)) {
      source.execute(
          "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, feed)"
              + " select 'AAPL', timestamptz '2026-11-20 14:30Z' + n * interval '1 ms', 0, 'V', n, 1, 1,"
              + " array[E'a line\\nof its own'], 'iex' from generate_series(1, 5000) n");

      BackupCommand.write(source.database(), to, TERMINAL, commandLine);

      // With the two rows of feeds.
      assertThat(out.toString())
          .matches("(?s)(\\r\\[[#-]+\\] [^\\r\\n]*\\x1b\\[K)+\\R")
          .contains("] 100 % 5,002 rows, ");
      out.getBuffer().setLength(0);
      try (ArchiveReader archive = ArchiveReader.open(file)) {
        RestoreCommand.restore(archive, target.database(), TERMINAL, commandLine);
      }
      assertThat(out.toString())
          .matches("(?s)(\\r\\[[#-]+\\] [^\\r\\n]*\\x1b\\[K)+\\R")
          .contains("] 100 % 5,002 rows, ");
      assertThat(target.count("select count(*) from trades")).isEqualTo(5000);

      out.getBuffer().setLength(0);
      BackupCommand.write(source.database(), OutputStream.nullOutputStream(), NONE, commandLine);
      assertThat(out.toString()).isEmpty();
      assertThat(err.toString()).as("of what was over in a moment").isEmpty();
    }
  }
}
