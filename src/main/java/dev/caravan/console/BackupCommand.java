package dev.caravan.console;

import dev.caravan.archive.Manifest;
import dev.caravan.archive.NewFile;
import dev.caravan.database.Backup;
import dev.caravan.database.CopyFigures;
import dev.caravan.database.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** All data of a Caravan in one file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Write all data of a Caravan, running or not, to one file.",
      "The rows are those of one moment. Settings and keys are not in it: keep your",
      "application.properties yourself. The file appears when it is complete.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the backup is complete and on the disk",
      "1:there is no backup; the reason is on standard error"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  caravan backup caravan-2026-11-30.zip",
      "  caravan restore caravan-2026-11-30.zip"
    })
final class BackupCommand implements Callable<Integer> {
  private static final double MEGABYTE = 1e6;

  @Spec private CommandSpec spec;

  @Option(names = "--force", description = "Replace FILE if it exists.")
  private boolean force;

  @Parameters(paramLabel = "FILE", description = "The file, a zip archive.")
  private Path file;

  @Override
  public Integer call() {
    return DatabaseAlone.asItIs(this::write);
  }

  /** Writes the rows, and shows how far it is. */
  static Manifest write(
      Database database, OutputStream to, Terminal terminal, CommandLine commandLine)
      throws SQLException, IOException {
    CopyFigures figures = new CopyFigures();
    try (ProgressPrinter printer = CopyProgress.printer("backup", figures, terminal, commandLine)) {
      printer.start();
      return Backup.write(database, Caravan.version(), to, figures);
    }
  }

  private int write(Database database) throws SQLException {
    try (NewFile target = NewFile.at(file, force)) {
      Manifest manifest = write(database, target.stream(), Terminal.detect(), spec.commandLine());
      target.keep();
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%,d rows of %d tables, as of %s, to %s (%.1f MB).%n",
          manifest.rows(),
          manifest.tables().size(),
          manifest.takenAt(),
          file,
          Files.isRegularFile(file) ? Files.size(file) / MEGABYTE : 0);
      out.flush();
      return 0;
    } catch (IOException e) {
      throw NewFile.fault(file, e);
    }
  }
}
