package dev.caravan.console;

import dev.caravan.ledger.BackfillFigures;
import dev.caravan.ledger.BackfillOutcome;
import dev.caravan.ledger.BackfillPlan;
import dev.caravan.ledger.BackfillQuestion;
import dev.caravan.ledger.BackfillSymbols;
import dev.caravan.market.MarketCalendar;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.SettingException;
import dev.caravan.runtime.Settings;
import dev.caravan.source.FailureReason;
import dev.caravan.source.RequestBudget;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** History on demand. */
@Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    description = {
      "Load history: bars of one timeframe, or trades, between two dates.",
      "The same command resumes where it stopped, after Ctrl-C, a crash or an",
      "outage: data that is stored or proved by receipts is not requested again. It leaves requests",
      "for everything else that runs on the same account.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything is stored, or known to have had no trade",
      "2:some data is missing; the same command tries again",
      "1:the load failed; the reason is on standard error",
      "130:stopped by Ctrl-C; the same command resumes"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  caravan backfill --source alpaca --timeframe 1Min --from 2025-11-01 --to 2026-10-31",
      "  caravan backfill --source alpaca --timeframe trades --from 2026-10-30 --to 2026-10-30",
      "  caravan backfill --source yahoo --timeframe 1Day --from 1990-01-01 --to 2026-10-31 --symbols ^GSPC,BRK-B"
    })
final class BackfillCommand implements Callable<Integer> {
  /** As a shell says of what was ended by Ctrl-C, which the JVM says by itself. */
  private static final int STOPPED = 130;

  private static final int PATIENCE_S = 5;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;

  @Spec private CommandSpec spec;

  @Option(
      names = "--source",
      required = true,
      paramLabel = "S",
      description = "alpaca, or yahoo for 1Day.")
  private String source;

  @Option(
      names = "--timeframe",
      required = true,
      paramLabel = "T",
      completionCandidates = Timeframes.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String timeframe;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "D",
      converter = RunCommand.Dates.class,
      description = "First date (yyyy-mm-dd, New York).")
  private LocalDate from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "D",
      converter = RunCommand.Dates.class,
      description = "Last date, inclusive.")
  private LocalDate to;

  @Option(
      names = "--symbols",
      paramLabel = "A,B",
      description =
          "Only these symbols, which must be in table symbols. Default: all active ones that the source serves.")
  private String symbols;

  /** The names that the help shows. */
  static final class Timeframes extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Timeframes() {
      super(BackfillPlan.timeframes());
    }
  }

  @Override
  public Integer call() throws Exception {
    Clock clock = Clock.systemUTC();
    LocalDate today = LocalDate.now(clock.withZone(MarketCalendar.NEW_YORK));
    BackfillQuestion question = refuseWrongWords(today);
    Settings settings = Settings.load(Map.of(), Map.of());
    if (settings.has(question.retention())) {
      refuse(question.dropped("--", today, settings.number(question.retention())));
    }
    if (source.equals("alpaca") && !settings.alpaca()) {
      throw new SettingException(
          "backfill --source alpaca needs the keys of an Alpaca account; set APCA_API_KEY_ID and"
              + " APCA_API_SECRET_KEY");
    }
    Terminal terminal = Terminal.detect();
    if (terminal.present() && System.getProperty("caravan.log.level") == null) {
      // The log would break the bar in two, and most of its lines say what the bar says.
      System.setProperty("caravan.log.level", "WARN");
    }
    try (CaravanRuntime runtime = new CaravanRuntime(settings, CaravanRuntime.Mode.ONE_SHOT)) {
      java.lang.Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runtime), "stop"));
      runtime.start();
      return backfill(runtime.context(), settings, clock, terminal);
    } catch (Exception e) {
      if (stopping) {
        return STOPPED;
      }
      throw e;
    } finally {
      ended.countDown();
    }
  }

  /** The last word is that of the hook, once the command itself has fallen silent. */
  private void stop(CaravanRuntime runtime) {
    if (ended.getCount() == 0) {
      return;
    }
    stopping = true;
    runtime.close();
    try {
      if (!ended.await(PATIENCE_S, TimeUnit.SECONDS)) {
        err().println();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    err().println("Stopped. The same command resumes from here.");
    err().flush();
  }

  private BackfillQuestion refuseWrongWords(LocalDate today) {
    BackfillQuestion question = new BackfillQuestion(source, timeframe, from, to);
    refuse(question.fault("--", today));
    return question;
  }

  private void refuse(Optional<BackfillQuestion.Fault> fault) {
    fault.ifPresent(
        wrong -> {
          throw new ParameterException(spec.commandLine(), wrong.text());
        });
  }

  private int backfill(CamelContext context, Settings settings, Clock clock, Terminal terminal)
      throws Exception {
    try (ProducerTemplate template = context.createProducerTemplate()) {
      List<String> asked = asked(template);
      if (asked.isEmpty()) {
        return 1;
      }
      BackfillPlan plan =
          BackfillPlan.of(
              source,
              source.equals("alpaca") ? settings.get("caravan.alpaca.history-feed") : "-",
              timeframe,
              from,
              to,
              asked,
              clock.instant());
      BackfillFigures figures =
          context.getRegistry().lookupByNameAndType("backfillFigures", BackfillFigures.class);
      RequestBudget budget =
          context.getRegistry().lookupByNameAndType(source + "Budget", RequestBudget.class);
      Exchange ran;
      // A bar only where standard output is a terminal as well: what is piped stays clean.
      try (ProgressPrinter printer =
          new ProgressPrinter(
              new WatchedBackfill(figures, budget, plan.guess()),
              terminal,
              terminal.present() ? out() : err())) {
        printer.start();
        ran =
            template.request(
                "direct:backfill",
                exchange -> {
                  exchange.getMessage().setHeader("trigger", "command");
                  exchange.getMessage().setHeader("plan", plan);
                  exchange.getMessage().setHeader("probe", true);
                });
      }
      // What was cut off says nothing of what the source has.
      return stopping ? STOPPED : report(ran, plan);
    }
  }

  /** The symbols in Caravan's spelling; empty where one is wrong, which has been said then. */
  private List<String> asked(ProducerTemplate template) {
    Exchange answer =
        template.request(
            "direct:backfill-symbols",
            exchange -> {
              exchange.getMessage().setHeader("source", source);
              exchange.getMessage().setHeader("symbols", symbols);
            });
    if (answer.getException() != null) {
      err().println(FailureReason.of(answer.getException()));
      return List.of();
    }
    BackfillSymbols asked = BackfillSymbols.of(answer.getMessage().getBody(List.class));
    Optional<String> fault = asked.fault(source);
    fault.ifPresent(err()::println);
    return fault.isPresent() ? List.of() : asked.good();
  }

  private int report(Exchange exchange, BackfillPlan plan) {
    if (exchange.getException() != null) {
      err().println(FailureReason.of(exchange.getException()));
      return 1;
    }
    List<?> rows = exchange.getMessage().getBody(List.class);
    if (rows == null || rows.isEmpty()) {
      err().println("backfill: the run could not be recorded; see the log");
      return 1;
    }
    Map<?, ?> run = (Map<?, ?>) rows.get(0);
    BackfillOutcome outcome = exchange.getMessage().getHeader("outcome", BackfillOutcome.class);
    if (outcome == null) {
      err().println("backfill: " + run.get("error"));
      return 1;
    }
    summary(outcome, plan);
    outcome.reasons().forEach(reason -> err().println("backfill: " + reason));
    return switch ((String) run.get("status")) {
      case "succeeded" -> outcome.missing() == 0 ? CommandLine.ExitCode.OK : 2;
      case "partial" -> 2;
      default -> 1;
    };
  }

  private void summary(BackfillOutcome outcome, BackfillPlan plan) {
    String unit =
        plan.dataset().equals(BackfillPlan.TRADES)
            ? "sessions with trades"
            : plan.timeframe() + " bars";
    out()
        .printf(
            Locale.ROOT,
            "%s %s to %s, %d symbols, regular sessions: %,d %s expected, %,d stored, %,d without"
                + " trade, %,d missing.%n",
            source,
            from,
            to,
            plan.symbols(),
            outcome.expected(),
            unit,
            outcome.stored(),
            outcome.noTrade(),
            outcome.missing());
    if (outcome.unknown() > 0) {
      out()
          .printf(
              Locale.ROOT,
              "%d more symbols are listed on exchanges whose calendar is unknown: %,d of their bars are stored.%n",
              outcome.unknown(),
              outcome.unknownRows());
    }
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
