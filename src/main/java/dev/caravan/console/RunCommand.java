package dev.caravan.console;

import dev.caravan.flow.RunDate;
import dev.caravan.market.MarketCalendar;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.Flow;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.runtime.SettingException;
import dev.caravan.runtime.Settings;
import dev.caravan.source.FailureReason;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One flow now. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Run one flow now, then exit.",
      "Uses the database of the Caravan that is running, if there is one, and shares its request budget.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every symbol was served",
      "2:some symbols were not served; table dead_letters lists them",
      "1:the run failed or did not start; the reason is on standard error"
    },
    footerHeading = "%nExamples:%n",
    footer = {"  caravan run yahoo-quotes", "  caravan run alpaca-daily-bars --date 2026-11-20"})
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FLOW",
      completionCandidates = Flows.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String flow;

  @Option(
      names = "--date",
      paramLabel = "D",
      converter = Dates.class,
      description =
          "Load or count this session alone (yyyy-mm-dd, New York). Default: what is due.")
  private LocalDate date;

  /** The names that the help shows. */
  static final class Flows extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Flows() {
      super(FlowCatalog.FLOWS);
    }
  }

  /** Says what is wrong with a date without the words of a program. */
  static final class Dates implements CommandLine.ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String value) {
      try {
        return LocalDate.parse(value);
      } catch (DateTimeParseException e) {
        throw new CommandLine.TypeConversionException(
            "'" + value + "' is not a date; expected one such as 2026-11-20.");
      }
    }
  }

  @Override
  public Integer call() throws Exception {
    Flow known = refuseWrongWords();
    Settings settings = Settings.load(Map.of(), Map.of());
    if (known.needsAlpaca() && !settings.alpaca()) {
      throw new SettingException(
          flow
              + " needs the keys of an Alpaca account: set APCA_API_KEY_ID and APCA_API_SECRET_KEY");
    }
    try (CaravanRuntime runtime = new CaravanRuntime(settings, CaravanRuntime.Mode.ONE_SHOT)) {
      Thread hook = new Thread(runtime::close, "stop");
      java.lang.Runtime.getRuntime().addShutdownHook(hook);
      runtime.start();
      return report(request(runtime));
    }
  }

  private Flow refuseWrongWords() {
    Flow known =
        FlowCatalog.find(flow)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "There is no flow "
                            + flow
                            + "; there are "
                            + String.join(", ", FlowCatalog.FLOWS)
                            + "."));
    LocalDate today = LocalDate.now(MarketCalendar.NEW_YORK);
    RunDate.fault(flow, known.undated(), date, today, "--date")
        .ifPresent(
            fault -> {
              throw new ParameterException(spec.commandLine(), fault);
            });
    return known;
  }

  private Exchange request(CaravanRuntime runtime) throws Exception {
    try (ProducerTemplate template = runtime.context().createProducerTemplate()) {
      return template.request(
          "direct:" + flow,
          exchange -> {
            exchange.getMessage().setHeader("trigger", "command");
            exchange.setVariable("date", date);
            exchange.getMessage().setHeader("probe", true);
          });
    }
  }

  private int report(Exchange exchange) {
    if (exchange.getException() != null) {
      spec.commandLine().getErr().println(FailureReason.of(exchange.getException()));
      return 1;
    }
    List<?> rows = exchange.getMessage().getBody(List.class);
    if (rows == null || rows.isEmpty()) {
      spec.commandLine().getErr().println(flow + ": the run could not be recorded; see the log");
      return 1;
    }
    Map<?, ?> run = (Map<?, ?>) rows.get(0);
    String error = (String) run.get("error");
    if (error != null) {
      spec.commandLine().getErr().println(flow + ": " + error);
    }
    return switch ((String) run.get("status")) {
      case "succeeded" -> CommandLine.ExitCode.OK;
      case "partial" -> 2;
      default -> 1;
    };
  }
}
