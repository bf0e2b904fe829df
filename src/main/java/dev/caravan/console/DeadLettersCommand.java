package dev.caravan.console;

import dev.caravan.database.Database;
import dev.caravan.database.Sql;
import dev.caravan.flow.ReplayPlan;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.Settings;
import dev.caravan.source.FailureReason;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What could not be taken: seen, looked at, and tried again. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = {
      "List, show and replay dead letters.",
      "A dead letter is a symbol that a flow could not serve, or a row that could not be read or was refused.",
      "Uses the database of the Caravan that is running, if there is one.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  caravan dead-letters list --symbol AAPL",
      "  caravan dead-letters show 17",
      "  caravan dead-letters replay 17 18",
      "  caravan dead-letters replay --reason 'No connection'"
    },
    subcommands = {
      DeadLettersCommand.ListCommand.class,
      DeadLettersCommand.ShowCommand.class,
      DeadLettersCommand.ReplayCommand.class
    })
final class DeadLettersCommand implements Callable<Integer> {
  private static final int REASON = 100;
  private static final int PAYLOAD = 20_000;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing command: list, show or replay.");
  }

  /** Letters in a table, the newest first. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {"List the letters that were not replayed yet, newest first.", ""})
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--all", description = "Include letters that were replayed.")
    private boolean all;

    @Option(
        names = {"--route", "--flow"},
        paramLabel = "R",
        description = "Only letters of this route or flow, such as yahoo-bars or stream.")
    private String route;

    @Option(names = "--symbol", paramLabel = "S", description = "Only those for this symbol.")
    private String symbol;

    @Mixin private ListLimit limit;

    @Override
    public Integer call() {
      int most = limit.checked();
      return DatabaseAlone.with(database -> list(database, most));
    }

    private int list(Database database, int most) throws SQLException {
      PrintWriter out = spec.commandLine().getOut();
      try (Connection connection = database.connect();
          PreparedStatement statement =
              connection.prepareStatement(Sql.load("dead_letters/list_letters"))) {
        statement.setBoolean(1, all);
        statement.setString(2, route);
        statement.setString(3, symbol);
        statement.setString(4, symbol);
        statement.setString(5, symbol);
        statement.setInt(6, most);
        try (ResultSet row = statement.executeQuery()) {
          long shown = 0;
          long letters = 0;
          while (row.next()) {
            if (shown++ == 0) {
              out.printf(
                  "%8s  %-19s  %5s  %-20s  %-10s  %s%n",
                  "letter", "failed at (UTC)", "times", "route", "symbol", "reason");
            }
            letters = row.getLong("letters");
            out.printf(
                "%8d  %-19s  %5d  %-20s  %-10s  %s%s%n",
                row.getLong("letter_id"),
                row.getString("failed_at"),
                row.getInt("times"),
                Printable.line(row.getString("route_id"), 40),
                Printable.line(row.getString("symbol"), 32),
                row.getBoolean("replayed") ? "(replayed) " : "",
                Printable.line(row.getString("reason"), REASON));
          }
          if (shown == 0) {
            out.println("There are no dead letters" + (all ? "" : " to replay") + narrowed() + ".");
          } else if (shown < letters) {
            out.println(
                shown + " of " + letters + " letters; --limit " + letters + " shows all of them.");
          }
          out.flush();
        }
      }
      return 0;
    }

    private String narrowed() {
      return (route == null ? "" : " of route " + Printable.line(route, 40))
          + (symbol == null ? "" : " of symbol " + Printable.line(symbol, 32));
    }
  }

  /** One letter with its payload. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {"Show one letter in full. Control characters are written as \\uXXXX.", ""})
  static final class ShowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ID", converter = Ids.class, description = "Letter id.")
    private Long id;

    @Override
    public Integer call() {
      return DatabaseAlone.with(this::show);
    }

    private int show(Database database) throws SQLException {
      try (Connection connection = database.connect();
          PreparedStatement statement =
              connection.prepareStatement(Sql.load("dead_letters/select_letter"))) {
        statement.setLong(1, id);
        try (ResultSet row = statement.executeQuery()) {
          if (!row.next()) {
            spec.commandLine().getErr().println(unknown(Set.of(id)));
            return 1;
          }
          PrintWriter out = spec.commandLine().getOut();
          for (String column :
              List.of(
                  "letter_id",
                  "route_id",
                  "symbol",
                  "reason",
                  "times",
                  "run_id",
                  "feed",
                  "timeframe",
                  "first_failed_at",
                  "failed_at",
                  "replayed_at")) {
            out.printf("%-16s %s%n", column, Printable.line(row.getString(column), 2_000));
          }
          String payload = row.getString("payload");
          out.println("payload");
          out.println(
              payload == null
                  ? "(none: the provider did not answer, or had nothing)"
                  : Printable.lines(payload, PAYLOAD));
          if (payload != null && payload.codePointCount(0, payload.length()) > PAYLOAD) {
            out.println("(cut; " + payload.length() + " characters are in table dead_letters)");
          }
          out.flush();
          return 0;
        }
      }
    }
  }

  /** Letters tried again. */
  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = {
        "Retry what the letters are about, and mark those that succeed.",
        "A symbol that was not served is requested again, by a run of its flow for that symbol alone.",
        "A message, row or article that was refused is parsed again as this version of Caravan parses",
        "it; newer bars and editions are kept. At most 1000 letters, oldest first.",
        ""
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:every letter was replayed, or there were none",
        "2:some were not; each is listed with the reason",
        "1:none were, or the replay did not start"
      })
  static final class ReplayCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    // As words: picocli would call one that is no number an unmatched argument.
    @Parameters(paramLabel = "ID", arity = "0..*", description = "Numbers of letters.")
    private List<String> words = List.of();

    private List<Long> ids;

    @Option(names = "--all", description = "All letters that were not replayed yet.")
    private boolean all;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "All whose reason contains this text, ignoring case.")
    private String reason;

    @Option(
        names = {"--route", "--flow"},
        paramLabel = "R",
        description = "All letters of this route or flow.")
    private String route;

    @Option(names = "--symbol", paramLabel = "S", description = "All letters for this symbol.")
    private String symbol;

    @Override
    public Integer call() throws Exception {
      ids = numbers();
      boolean narrowed = reason != null || route != null || symbol != null;
      if (ids.isEmpty() && !all && !narrowed) {
        throw new ParameterException(
            spec.commandLine(),
            "Missing letters: give their ids, --reason, --route, --symbol or --all.");
      }
      if (!ids.isEmpty() && (all || narrowed)) {
        throw new ParameterException(
            spec.commandLine(), "Give letter ids or options that select letters, not both.");
      }
      if (ids.size() > 1000) {
        throw new ParameterException(
            spec.commandLine(), "These are " + ids.size() + " letters; at most 1000 are allowed.");
      }
      Settings settings = Settings.load(Map.of(), Map.of());
      try (CaravanRuntime runtime = new CaravanRuntime(settings, CaravanRuntime.Mode.ONE_SHOT)) {
        Thread hook = new Thread(runtime::close, "stop");
        java.lang.Runtime.getRuntime().addShutdownHook(hook);
        runtime.start();
        return report(request(runtime));
      }
    }

    private List<Long> numbers() {
      try {
        return words.stream().map(new Ids()::convert).toList();
      } catch (CommandLine.TypeConversionException noNumber) {
        throw new ParameterException(spec.commandLine(), noNumber.getMessage());
      }
    }

    private Exchange request(CaravanRuntime runtime) throws Exception {
      try (ProducerTemplate template = runtime.context().createProducerTemplate()) {
        return template.request(
            "direct:replay-letters",
            exchange -> {
              Message message = exchange.getMessage();
              message.setHeader("trigger", "command");
              message.setHeader("probe", true);
              message.setHeader("letterIds", ReplayPlan.ids(List.copyOf(new LinkedHashSet<>(ids))));
              message.setHeader("letterReason", reason);
              message.setHeader("letterRoute", route);
              message.setHeader("letterSymbol", symbol);
            });
      }
    }

    private int report(Exchange exchange) {
      PrintWriter err = spec.commandLine().getErr();
      List<?> results = exchange.getMessage().getHeader("results", List.class);
      if (exchange.getException() != null || results == null) {
        err.println("replay-letters: " + failure(exchange));
        return 1;
      }
      int replayed = 0;
      Set<Long> missing = new TreeSet<>(ids);
      for (Object each : results) {
        Map<?, ?> result = (Map<?, ?>) each;
        Long id = ((Number) result.get("letter_id")).longValue();
        missing.remove(id);
        if (Boolean.TRUE.equals(result.get("replayed"))) {
          replayed++;
        } else {
          err.println(
              "letter "
                  + id
                  + " ("
                  + Printable.line(String.valueOf(result.get("symbol")), 200)
                  + "): "
                  + Printable.line(String.valueOf(result.get("reason")), 500));
        }
      }
      int tried = results.size() + missing.size();
      if (tried == 0) {
        spec.commandLine().getOut().println("There are no such dead letters to replay.");
        return 0;
      }
      if (!missing.isEmpty()) {
        err.println(unknown(missing));
      }
      spec.commandLine().getOut().println(replayed + " of " + tried + " letters were replayed.");
      spec.commandLine().getOut().flush();
      return replayed == tried ? 0 : replayed > 0 ? 2 : 1;
    }

    private static String failure(Exchange exchange) {
      if (exchange.getException() != null) {
        return FailureReason.of(exchange.getException());
      }
      List<?> rows = exchange.getMessage().getBody(List.class);
      return rows == null || rows.isEmpty()
          ? "the run could not be recorded; see the log"
          : String.valueOf(((Map<?, ?>) rows.get(0)).get("error"));
    }
  }

  private static String unknown(Set<Long> ids) {
    String named = String.join(", ", ids.stream().map(String::valueOf).toList());
    return "There is no letter " + named + "; 'caravan dead-letters list --all' lists them.";
  }

  /** Says what is wrong with a number without the words of a program. */
  static final class Ids implements CommandLine.ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      if (!value.matches("[1-9]\\d{0,17}")) {
        throw new CommandLine.TypeConversionException(
            "'" + value + "' is not a letter id; expected a number, for example 17.");
      }
      return Long.valueOf(value);
    }
  }
}
