package dev.caravan.console;

import dev.caravan.archive.FileFault;
import dev.caravan.archive.GzipFile;
import dev.caravan.archive.NewFile;
import dev.caravan.archive.ParquetFile;
import dev.caravan.database.Database;
import dev.caravan.database.Export;
import dev.caravan.database.Export.Dataset;
import dev.caravan.database.Export.Selection;
import dev.caravan.ledger.BackfillPlan;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is stored as a file, for notebooks. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write bars, trades, quotes, corporate actions or news to a file, as CSV or Parquet.",
      "The rows are as they were at one moment, also beside a running Caravan: prices with the digits",
      "that were stored, times in UTC. The file appears when it is complete.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the file is complete",
      "1:nothing was written; the reason is on standard error"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  caravan export --dataset bars --symbols AAPL,MSFT --from 2026-01-01 --to 2026-10-31 bars.csv.gz",
      "  caravan export --dataset bars --timeframe 1Min --source alpaca --feed sip minutes.parquet",
      "  caravan export --dataset trades --symbols AAPL --from 2026-10-30 --to 2026-10-30 - | head"
    })
final class ExportCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";
  private static final int BUFFER = 1 << 16;

  private static final double MEGABYTE = 1e6;

  @Spec private CommandSpec spec;

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "DATASET",
      description = "bars, trades, quotes, actions or news.")
  private String dataset;

  @Option(
      names = "--symbols",
      paramLabel = "A,B",
      description = "Only these symbols, in either spelling. Default: all.")
  private String symbols;

  @Option(
      names = "--from",
      paramLabel = "D",
      converter = RunCommand.Dates.class,
      description = "First date (yyyy-mm-dd, New York). Default: the first that is stored.")
  private LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "D",
      converter = RunCommand.Dates.class,
      description = "Last date, inclusive. Default: the last that is stored.")
  private LocalDate to;

  @Option(
      names = "--timeframe",
      paramLabel = "T",
      description = "Of bars: 1Min, 5Min, 15Min, 1Hour or 1Day. Default: 1Day.")
  private String timeframe;

  @Option(
      names = "--source",
      paramLabel = "S",
      description =
          "Of bars, actions and news: only those of this source. Default: all, each row with its source.")
  private String source;

  @Option(
      names = "--feed",
      paramLabel = "F",
      description =
          "Of bars, trades and quotes: only those of this feed, such as sip. Default: all, each row with its feed.")
  private String feed;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or parquet. Default: parquet if FILE ends in .parquet, otherwise csv.")
  private String format;

  @Option(names = "--force", description = "Replace FILE if it exists.")
  private boolean force;

  @Parameters(
      paramLabel = "FILE",
      description = "The file: CSV is compressed if its name ends in .gz; - is standard output.")
  private String file;

  @Override
  public Integer call() {
    Dataset wanted = wanted();
    refuseWrongWords(wanted);
    return DatabaseAlone.with(database -> export(database, wanted));
  }

  private Dataset wanted() {
    return Dataset.named(dataset)
        .orElseThrow(
            () ->
                wrong(
                    "There is no dataset "
                        + dataset
                        + "; there are "
                        + Arrays.stream(Dataset.values())
                            .map(Dataset::word)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  private void refuseWrongWords(Dataset wanted) {
    if (from != null && to != null && from.isAfter(to)) {
      throw wrong("--from " + from + " is after --to " + to + ".");
    }
    if (format != null && !List.of("csv", "parquet").contains(format)) {
      throw wrong("There is no format " + format + "; there are csv and parquet.");
    }
    if (isParquet() && file.endsWith(".gz")) {
      throw wrong("A Parquet file is compressed already; name it without .gz.");
    }
    if (!wanted.selectors().contains("timeframe") && timeframe != null) {
      throw wrong("--timeframe is of bars alone.");
    }
    if (timeframe != null
        && (timeframe.equals(BackfillPlan.TRADES)
            || !BackfillPlan.timeframes().contains(timeframe))) {
      throw wrong(
          "There is no timeframe "
              + timeframe
              + "; there are "
              + BackfillPlan.timeframes().stream()
                  .filter(each -> !each.equals(BackfillPlan.TRADES))
                  .collect(Collectors.joining(", "))
              + ".");
    }
    if (!wanted.selectors().contains("source") && source != null) {
      throw wrong(dataset + " have one source; --feed selects among its feeds.");
    }
    if (!wanted.selectors().contains("feed") && feed != null) {
      throw wrong(dataset + " have no feeds; --source selects among their sources.");
    }
    if (symbols != null && symbols.replace(",", "").isBlank()) {
      throw wrong("--symbols names no symbol.");
    }
  }

  private int export(Database database, Dataset wanted) throws SQLException {
    Selection selection =
        new Selection(
            wanted,
            symbols == null ? null : known(database),
            from,
            to,
            wanted == Dataset.BARS && timeframe == null ? "1Day" : timeframe,
            source,
            feed);
    try (Export export = Export.of(database, selection)) {
      return file.equals(STANDARD_OUTPUT)
          ? toStandardOutput(export, selection)
          : toFile(export, selection);
    }
  }

  private List<String> known(Database database) throws SQLException {
    List<String> good = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (Map.Entry<String, Boolean> each : Export.symbols(database, symbols).entrySet()) {
      (each.getValue() ? good : unknown).add(each.getKey());
    }
    if (!unknown.isEmpty()) {
      throw new FileFault(
          "Not in table symbols: "
              + unknown.stream()
                  .map(symbol -> Printable.line(symbol, 32))
                  .collect(Collectors.joining(", "))
              + ". 'symbols list' shows what there is; nothing was written.");
    }
    return good;
  }

  private int toFile(Export export, Selection selection) throws SQLException {
    Path path = Path.of(file);
    try (NewFile target = NewFile.at(path, force)) {
      long rows = write(export, target.stream());
      if (rows == 0) {
        throw new FileFault(nothing(selection));
      }
      target.keep();
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%,d rows of %s to %s (%.1f MB).%n",
          rows,
          dataset,
          path,
          Files.isRegularFile(path) ? Files.size(path) / MEGABYTE : 0);
      out.flush();
      return 0;
    } catch (IOException e) {
      throw NewFile.fault(path, e);
    }
  }

  private int toStandardOutput(Export export, Selection selection) throws SQLException {
    try {
      if (write(export, new BufferedOutputStream(new Unmuted(System.out), BUFFER)) == 0) {
        throw new FileFault(nothing(selection));
      }
      return 0;
    } catch (IOException e) {
      throw new FileFault("Standard output was closed before the last row.", e);
    }
  }

  private long write(Export export, OutputStream to) throws SQLException, IOException {
    long rows;
    if (isParquet()) {
      ParquetFile parquet = new ParquetFile(export.columns(), to);
      rows = export.rows(parquet::add);
      parquet.close();
    } else if (file.endsWith(".gz")) {
      GzipFile compressed = new GzipFile(to);
      rows = export.csv(compressed);
      compressed.finish();
    } else {
      rows = export.csv(to);
    }
    to.flush();
    return rows;
  }

  private boolean isParquet() {
    return format == null ? file.endsWith(".parquet") : format.equals("parquet");
  }

  private String nothing(Selection selection) {
    StringBuilder what = new StringBuilder("There are no ");
    if (selection.timeframe() != null) {
      what.append(selection.timeframe()).append(' ');
    }
    what.append(dataset);
    if (selection.symbols() != null) {
      what.append(" of ").append(String.join(", ", selection.symbols()));
    }
    if (from != null) {
      what.append(" from ").append(from);
    }
    if (to != null) {
      what.append(from == null ? " up to " : " to ").append(to);
    }
    if (source != null) {
      what.append(", source ").append(source);
    }
    if (feed != null) {
      what.append(", feed ").append(feed);
    }
    return what.append("; nothing was written.").toString();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** A print stream keeps to itself that nobody reads it any more. */
  private static final class Unmuted extends OutputStream {
    private final PrintStream to;

    Unmuted(PrintStream to) {
      this.to = to;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      to.write(bytes, offset, length);
      if (to.checkError()) {
        throw new IOException("closed");
      }
    }
  }
}
