package dev.caravan.console;

import dev.caravan.database.SymbolTable;
import dev.caravan.market.SymbolSpelling;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which symbols Caravan is to follow. */
@Command(
    name = "symbols",
    mixinStandardHelpOptions = true,
    description = {
      "Manage the symbols that Caravan follows (table symbols).",
      "A running Caravan picks up the change by itself.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  caravan symbols add NFLX BRK-B ^GSPC EURUSD=X",
      "  caravan symbols add --file watchlist.txt",
      "  caravan symbols remove TSLA",
      "  caravan symbols list --status inactive"
    },
    subcommands = {
      SymbolsCommand.Add.class,
      SymbolsCommand.Remove.class,
      SymbolsCommand.ListAll.class
    })
final class SymbolsCommand implements Callable<Integer> {
  private static final int PARTIAL = 2;
  private static final int NAME = 200;

  /** Many times more than there are symbols at all. */
  private static final long LARGEST_FILE = 4L * 1024 * 1024;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing command: add, remove or list.");
  }

  /** What adding and removing have in common: symbols, here or in a file. */
  private abstract static class Change implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "SYMBOL",
        arity = "0..*",
        description =
            "In Alpaca's spelling or in Yahoo's (BRK.B is BRK-B), in upper or lower case.")
    private List<String> symbols = List.of();

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description =
            "Read symbols from a text file: any number per line, separated by blanks, commas or semicolons; # starts a comment.")
    private Path file;

    abstract List<SymbolTable.Outcome> change(SymbolTable table, List<String> symbols);

    /** What became of one symbol, behind its name; null where it is not there. */
    abstract String said(SymbolTable.Outcome outcome);

    @Override
    public final Integer call() {
      SymbolSpelling words = words();
      PrintWriter err = spec.commandLine().getErr();
      words.faults().forEach(err::println);
      if (words.good().isEmpty()) {
        err.println("Nothing is changed.");
        return 1;
      }
      List<SymbolTable.Outcome> outcomes =
          DatabaseAlone.with(database -> change(new SymbolTable(database), words.good()));
      int unknown = 0;
      PrintWriter out = spec.commandLine().getOut();
      for (SymbolTable.Outcome outcome : outcomes) {
        String said = said(outcome);
        if (said == null) {
          unknown++;
          err.println(outcome.symbol() + ": unknown symbol; 'symbols list' shows all");
        } else {
          out.println(outcome.symbol() + ": " + said);
        }
      }
      out.flush();
      if (unknown == outcomes.size()) {
        return 1;
      }
      return words.faults().isEmpty() && unknown == 0 ? 0 : PARTIAL;
    }

    private SymbolSpelling words() {
      if (symbols.isEmpty() && file == null) {
        throw new ParameterException(spec.commandLine(), "Give symbols, or --file FILE.");
      }
      SymbolSpelling typed = SymbolSpelling.typed(symbols);
      SymbolSpelling words =
          file == null ? typed : typed.and(SymbolSpelling.lines(lines(), file + ""));
      if (words.good().isEmpty() && words.faults().isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), (file == null ? "That" : file) + " holds no symbol.");
      }
      return words;
    }

    private List<String> lines() {
      try {
        if (Files.isRegularFile(file) && Files.size(file) > LARGEST_FILE) {
          throw new ParameterException(
              spec.commandLine(), file + " is larger than 4 MB; that is not a list of symbols.");
        }
        return Files.readAllLines(file);
      } catch (NoSuchFileException e) {
        throw new ParameterException(spec.commandLine(), "There is no file " + file + ".");
      } catch (MalformedInputException e) {
        throw new ParameterException(spec.commandLine(), file + " is not UTF-8 text.");
      } catch (IOException e) {
        throw new ParameterException(
            spec.commandLine(), file + " cannot be read: " + e.getMessage() + ".");
      }
    }
  }

  /** Follow these. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Follow these symbols.",
        "A symbol that is already followed stays as it is; an inactive one becomes active again.",
        ""
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:all of them are followed",
        "2:some are not valid symbols, each listed on standard error; the others are followed",
        "1:nothing was changed"
      })
  static final class Add extends Change {
    @Override
    List<SymbolTable.Outcome> change(SymbolTable table, List<String> symbols) {
      return table.add(symbols);
    }

    @Override
    String said(SymbolTable.Outcome outcome) {
      return outcome.added();
    }
  }

  /** Follow these no more. */
  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = {
        "Stop following these symbols: they become inactive, and Caravan does not reactivate them.",
        "Their rows are kept.",
        ""
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:none of them is followed",
        "2:some are unknown or not valid, each listed on standard error; the others are inactive",
        "1:nothing was changed"
      })
  static final class Remove extends Change {
    @Override
    List<SymbolTable.Outcome> change(SymbolTable table, List<String> symbols) {
      return table.remove(symbols);
    }

    @Override
    String said(SymbolTable.Outcome outcome) {
      return outcome.removed();
    }
  }

  /** Show them. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "List the symbols, one per line.",
        "Columns: symbol, Yahoo's spelling, exchange, status, sources, New York date of the last",
        "change, name, and the reason for the status in parentheses.",
        ""
      })
  static final class ListAll implements Callable<Integer> {
    private static final String LINE = "%-12s %-12s %-9s %-9s %-13s %-11s %s%n";

    @Spec private CommandSpec spec;

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        defaultValue = "all",
        description = "Status: active, inactive or all. Default: all.")
    private String status;

    @Override
    public Integer call() {
      if (!List.of("active", "inactive", "all").contains(status)) {
        throw new ParameterException(
            spec.commandLine(),
            "--status '" + status + "' is not a status; expected active, inactive or all.");
      }
      List<SymbolTable.Row> rows =
          DatabaseAlone.with(database -> new SymbolTable(database).list(status));
      PrintWriter out = spec.commandLine().getOut();
      if (rows.isEmpty()) {
        spec.commandLine()
            .getErr()
            .println(
                status.equals("all")
                    ? "Table symbols is empty: add some with 'symbols add', or the first start fills it from caravan.symbols."
                    : "No symbol is " + status + ".");
        return 0;
      }
      out.printf(LINE, "SYMBOL", "YAHOO", "EXCHANGE", "STATUS", "SOURCES", "CHANGED", "NAME");
      for (SymbolTable.Row row : rows) {
        List<String> last = new ArrayList<>();
        last.add(Printable.line(row.name(), NAME));
        if (row.note() != null) {
          last.add("(" + row.note() + ")");
        }
        out.printf(
            LINE,
            row.symbol(),
            row.yahooSymbol(),
            Printable.line(row.exchange(), NAME),
            row.status(),
            row.sources(),
            row.changed(),
            String.join(" ", last));
      }
      out.flush();
      return 0;
    }
  }
}
