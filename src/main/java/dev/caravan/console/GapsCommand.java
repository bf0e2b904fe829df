package dev.caravan.console;

import dev.caravan.database.Database;
import dev.caravan.database.Sql;
import dev.caravan.market.answer.RowJson;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.Settings;
import dev.caravan.source.FailureReason;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The gap ledger by hand. */
@Command(
    name = "gaps",
    mixinStandardHelpOptions = true,
    description = {
      "List gaps, and reopen those that were abandoned.",
      "An open gap is requested again automatically until an answer settles it. A gap is abandoned when",
      "its source has refused that very request ten times.",
      "Uses the database of the Caravan that is running, if there is one.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  caravan gaps list",
      "  caravan gaps list --status abandoned --symbol AAPL",
      "  caravan gaps reopen 17 18",
      "  caravan gaps reopen --all"
    },
    subcommands = {GapsCommand.ListCommand.class, GapsCommand.ReopenCommand.class})
final class GapsCommand implements Callable<Integer> {
  private static final int REASON = 100;
  private static final int MOST = 1000;
  private static final List<String> STATUSES = List.of("open", "abandoned", "filled", "no_trades");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing command: list or reopen.");
  }

  /** Gaps in a table, the newest first. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {"List the gaps that are open or abandoned, newest first.", ""})
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--status",
        paramLabel = "S",
        description =
            "Status: open, abandoned, filled, no_trades or all. Default: open and abandoned.")
    private String status;

    @Option(names = "--symbol", paramLabel = "X", description = "Only those for this symbol.")
    private String symbol;

    @Mixin private ListLimit limit;

    @Override
    public Integer call() {
      if (status != null && !status.equals("all") && !STATUSES.contains(status)) {
        throw new ParameterException(
            spec.commandLine(),
            "--status '" + status + "' is none of " + String.join(", ", STATUSES) + " and all.");
      }
      int most = limit.checked();
      return DatabaseAlone.with(database -> list(database, most));
    }

    private int list(Database database, int most) throws SQLException {
      PrintWriter out = spec.commandLine().getOut();
      List<String> statuses =
          status == null
              ? STATUSES.subList(0, 2)
              : status.equals("all") ? STATUSES : List.of(status);
      try (Connection connection = database.connect();
          PreparedStatement statement = connection.prepareStatement(Sql.load("gaps/list_gaps"))) {
        statement.setArray(1, connection.createArrayOf("text", statuses.toArray()));
        statement.setString(2, symbol);
        statement.setString(3, symbol);
        statement.setString(4, symbol);
        statement.setInt(5, most);
        try (ResultSet row = statement.executeQuery()) {
          long shown = 0;
          long gaps = 0;
          while (row.next()) {
            if (shown++ == 0) {
              out.printf(
                  "%8s  %-9s  %-23s  %-10s  %-19s  %-19s  %5s  %s%n",
                  "gap", "status", "what", "symbol", "from (UTC)", "to (UTC)", "tries", "why");
            }
            gaps = row.getLong("gaps");
            String to = row.getString("to_ts");
            out.printf(
                "%8d  %-9s  %-23s  %-10s  %-19s  %-19s  %5d  %s%n",
                row.getLong("gap_id"),
                row.getString("status"),
                what(row),
                Printable.line(row.getString("symbol"), 32),
                row.getString("from_ts"),
                to == null ? "goes on" : to,
                row.getInt("attempts"),
                Printable.line(row.getString("reason"), REASON));
          }
          if (shown == 0) {
            out.println(
                "There are no gaps"
                    + (status == null || status.equals("all") ? "" : " with status " + status)
                    + (symbol == null ? "" : " of symbol " + Printable.line(symbol, 32))
                    + (status == null ? " that are open or abandoned" : "")
                    + ".");
          } else if (shown < gaps) {
            out.println(shown + " of " + gaps + " gaps; --limit " + gaps + " shows all of them.");
          }
          out.flush();
        }
      }
      return 0;
    }

    /** Such as {@code alpaca iex bars 1Min}. */
    private static String what(ResultSet row) throws SQLException {
      String feed = row.getString("feed");
      String timeframe = row.getString("timeframe");
      return row.getString("source")
          + (feed.equals("-") ? " " : " " + feed + " ")
          + row.getString("dataset")
          + (timeframe.equals("-") ? "" : " " + timeframe);
    }
  }

  /** Abandoned gaps taken up again. */
  @Command(
      name = "reopen",
      mixinStandardHelpOptions = true,
      description = {
        "Reopen gaps that were abandoned, once the cause is gone: the next repair requests them again.",
        "An open gap that waits for its next try is due at once.",
        ""
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:every gap was reopened, or there were none",
        "2:some were not; each is listed with the reason",
        "1:none was"
      })
  static final class ReopenCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    // As words: picocli would call one that is no number an unmatched argument.
    @Parameters(paramLabel = "ID", arity = "0..*", description = "Numbers of gaps.")
    private List<String> words = List.of();

    @Option(names = "--all", description = "All abandoned gaps.")
    private boolean all;

    @Override
    public Integer call() throws Exception {
      List<Long> ids = ids();
      Settings settings = Settings.load(Map.of(), Map.of());
      try (CaravanRuntime runtime = new CaravanRuntime(settings, CaravanRuntime.Mode.ONE_SHOT)) {
        Thread hook = new Thread(runtime::close, "stop");
        java.lang.Runtime.getRuntime().addShutdownHook(hook);
        runtime.start();
        try (ProducerTemplate template = runtime.context().createProducerTemplate()) {
          return report(
              template.request(
                  "direct:reopen-gaps",
                  exchange -> exchange.getMessage().setBody(all ? null : RowJson.json(ids))));
        }
      }
    }

    private List<Long> ids() {
      if (words.isEmpty() && !all) {
        throw new ParameterException(spec.commandLine(), "Missing gaps: give their ids, or --all.");
      }
      if (!words.isEmpty() && all) {
        throw new ParameterException(spec.commandLine(), "Give gap ids or --all, not both.");
      }
      if (words.size() > MOST) {
        throw new ParameterException(
            spec.commandLine(),
            "These are " + words.size() + " gaps; give " + MOST + " at the most.");
      }
      return words.stream().map(this::id).toList();
    }

    private Long id(String word) {
      if (!word.matches("[1-9]\\d{0,17}")) {
        throw new ParameterException(
            spec.commandLine(),
            "'" + word + "' is not a gap id; expected a number, for example 17.");
      }
      return Long.valueOf(word);
    }

    private int report(Exchange exchange) {
      PrintWriter err = spec.commandLine().getErr();
      if (exchange.getException() != null) {
        err.println("reopen-gaps: " + FailureReason.of(exchange.getException()));
        return 1;
      }
      List<?> rows = exchange.getMessage().getBody(List.class);
      int reopened = 0;
      for (Object each : rows) {
        Map<?, ?> row = (Map<?, ?>) each;
        if (Boolean.TRUE.equals(row.get("reopened"))) {
          reopened++;
        } else {
          err.println("gap " + row.get("gap_id") + ": " + row.get("reason"));
        }
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          rows.isEmpty()
              ? "There is no abandoned gap to reopen."
              : reopened + " of " + rows.size() + " gaps were reopened.");
      out.flush();
      return reopened == rows.size() ? 0 : reopened > 0 ? 2 : 1;
    }
  }
}
