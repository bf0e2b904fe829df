package dev.caravan.console;

import dev.caravan.archive.ArchiveReader;
import dev.caravan.archive.Manifest;
import dev.caravan.archive.NewFile;
import dev.caravan.database.CopyFigures;
import dev.caravan.database.Database;
import dev.caravan.database.Restore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A backup back into a database. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Restore a backup into an empty database: the embedded one, or that of caravan.database.url.",
      "It may be of another version of PostgreSQL. All of the backup is restored, or nothing.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything is restored",
      "2:everything of Caravan's is; tables of somebody else's in the backup were left out",
      "1:nothing is restored; the reason is on standard error"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  caravan restore caravan-2026-11-30.zip",
      "  mv data data-17 && caravan restore data-17      after an update that brings a newer PostgreSQL",
      "  java -Dcaravan.database.url=jdbc:postgresql://db.example/caravan -jar caravan.jar restore FILE"
    })
final class RestoreCommand implements Callable<Integer> {
  private static final int PARTIAL = 2;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "What backup has written; or the data directory of another Caravan, also one of an older PostgreSQL.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(file)) {
      return restore(file);
    }
    Path taken = file.resolve("taken-over.zip");
    try {
      DatabaseAlone.asItWas(file, old -> takeOut(old, taken));
      return restore(taken);
    } finally {
      Files.deleteIfExists(taken);
    }
  }

  private Manifest takeOut(Database old, Path taken) throws SQLException {
    try (NewFile target = NewFile.at(taken, true)) {
      Manifest manifest =
          BackupCommand.write(old, target.stream(), Terminal.detect(), spec.commandLine());
      target.keep();
      return manifest;
    } catch (IOException e) {
      throw NewFile.fault(taken, e);
    }
  }

  private int restore(Path from) {
    // A wrong file is refused before a database is made for it.
    try (ArchiveReader archive = ArchiveReader.open(from)) {
      return DatabaseAlone.asItIs(
          database ->
              report(
                  archive.manifest(),
                  restore(archive, database, Terminal.detect(), spec.commandLine())));
    }
  }

  /** Restores the rows, and shows how far it is. */
  static List<String> restore(
      ArchiveReader archive, Database database, Terminal terminal, CommandLine commandLine)
      throws SQLException {
    CopyFigures figures = new CopyFigures();
    try (ProgressPrinter printer =
        CopyProgress.printer("restore", figures, terminal, commandLine)) {
      printer.start();
      return Restore.from(archive, database, figures);
    }
  }

  private int report(Manifest manifest, List<String> left) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d rows of %d tables are restored, as of %s.%n",
        manifest.tables().stream()
            .filter(table -> !left.contains(table.name()))
            .mapToLong(Manifest.Table::rows)
            .sum(),
        manifest.tables().size() - left.size(),
        manifest.takenAt());
    out.flush();
    if (left.isEmpty()) {
      return 0;
    }
    spec.commandLine()
        .getErr()
        .println("Not Caravan's, and left out: tables " + String.join(", ", left) + ".");
    return PARTIAL;
  }
}
