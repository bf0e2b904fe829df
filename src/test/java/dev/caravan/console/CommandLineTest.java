package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the command line says before anything is started. */
class CommandLineTest {
  private static final String FLOWS =
      "yahoo-quotes, yahoo-bars, yahoo-profiles, alpaca-corporate-actions, alpaca-daily-bars, alpaca-hourly-bars, alpaca-minute-bars, news-load, symbol-maintenance, market-calendar, hourly-process, start-of-day, end-of-day, receipts, catch-up, repair, retention";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theHelpNamesEveryCommandAndHowToConfigureIt() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains(
            "run",
            "backfill",
            "symbols",
            "demo",
            "doctor",
            "demo",
            "doctor",
            "dead-letters",
            "simulator",
            "help",
            "APCA_API_KEY_ID",
            "CARAVAN_YAHOO_URL");
    assertThat(err.toString()).isEmpty();
  }

  static Stream<String> commands() {
    return Caravan.commandLine().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theHelpOfACommandNamesAllItsOptions(String name) {
    assertThat(run(name, "--help")).isZero();
    CommandLine command = Caravan.commandLine().getSubcommands().get(name);
    assertThat(command.getCommandSpec().options()).isNotEmpty();
    command
        .getCommandSpec()
        .options()
        .forEach(option -> assertThat(out.toString()).contains(option.names()));
    assertThat(out.toString()).contains("Usage: caravan " + name);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theListOfCommandsSaysOfEachWhatItDoesInAWholeSentence() {
    assertThat(allCommands(Caravan.commandLine()))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            command -> {
              CommandLine.Model.UsageMessageSpec usage = command.getCommandSpec().usageMessage();
              String[] shown = usage.header().length > 0 ? usage.header() : usage.description();
              assertThat(shown[0].replace("%n", "")).as(command.getCommandName()).endsWith(".");
            });
    assertThat(run("dead-letters", "--help")).isZero();
    assertThat(out.toString()).contains("newest first.\n  show");
  }

  private static List<CommandLine> allCommands(CommandLine command) {
    return command.getSubcommands().values().stream()
        .flatMap(each -> Stream.concat(Stream.of(each), allCommands(each).stream()))
        .toList();
  }

  @Test
  void theCommandsAreThoseOfTheContractThatExist() {
    assertThat(commands())
        .containsExactlyInAnyOrder(
            "run",
            "backfill",
            "symbols",
            "gaps",
            "export",
            "backup",
            "restore",
            "alerts",
            "dead-letters",
            "demo",
            "doctor",
            "simulator",
            "help");
  }

  @Test
  void theHelpOfRunNamesTheFlowsAndTheExitCodes() {
    assertThat(run("run", "--help")).isZero();
    // Lines are wrapped to the terminal's width.
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains(
            "One of " + FLOWS + ".",
            "0 every symbol was served",
            "2 some symbols were not served",
            "1 the run failed");
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("Caravan ").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "run nonsense | There is no flow nonsense; there are " + FLOWS + ". | caravan run",
        "run Yahoo-Bars | There is no flow Yahoo-Bars; there are " + FLOWS + ". | caravan run",
        "run yahoo-quotes --date 2026-11-20 | yahoo-quotes reads the latest price and takes no"
            + " --date. | caravan run",
        "run yahoo-profiles --date 2026-11-20 | yahoo-profiles reads what is known today and takes"
            + " no --date. | caravan run",
        "run catch-up --date 2026-11-20 | catch-up finds out by itself what is missing and takes no --date. | caravan run",
        "run hourly-process --date 2026-11-20 | hourly-process reads what is due now and takes no --date. | caravan run",
        "run market-calendar --date 2026-11-20 | market-calendar reads what is due now and takes no --date. | caravan run",
        "run repair --date 2026-11-20 | repair requests what is missing and takes no --date. | caravan run",
        "run retention --date 2026-11-20 | retention goes by the settings caravan.retention.* and takes no --date. | caravan run",
        "run symbol-maintenance --date 2026-11-20 | symbol-maintenance reads what is listed now and takes no"
            + " --date. | caravan run",
        "run news-load --date 2026-11-20 | news-load reads what is newer than the last stored article"
            + " and takes no --date. | caravan run",
        "run yahoo-bars --date 2999-01-01 | --date 2999-01-01 is in the future. | caravan run",
        "run yahoo-bars --date yesterday | Invalid value for option '--date': 'yesterday' is not a date; expected one such as 2026-11-20. | caravan run",
        "run yahoo-bars --date 2026-02-30 | Invalid value for option '--date': '2026-02-30' is not a date; expected one such as 2026-11-20. | caravan run",
        "run yahoo-bars --from 2026-11-20 | Unknown options: '--from', '2026-11-20' | caravan run",
        "run | Missing required parameter: 'FLOW' | caravan run",
        "backfill --source nasdaq --timeframe 1Min --from 2026-11-16 --to 2026-11-20 | There is no source nasdaq; there"
            + " are alpaca, yahoo. | caravan backfill",
        "backfill --source alpaca --timeframe 2Min --from 2026-11-16 --to 2026-11-20 | There is no timeframe 2Min; there"
            + " are 1Min, 5Min, 15Min, 1Hour, 1Day, trades. | caravan backfill",
        "backfill --source yahoo --timeframe 1Min --from 2026-11-16 --to 2026-11-20 | Yahoo is loaded for 1Day only, because it keeps shorter bars for a few weeks; use --source alpaca for 1Min. | caravan backfill",
        "backfill --source yahoo --timeframe trades --from 2026-11-16 --to 2026-11-20 | Yahoo does not serve trades; use --source alpaca. | caravan backfill",
        "backfill --source alpaca --timeframe 1Day --from 2026-11-20 --to 2026-11-16 | --from 2026-11-20 is after --to"
            + " 2026-11-16. | caravan backfill",
        "backfill --source alpaca --timeframe 1Day --from 2026-11-16 --to 2999-01-01 | --to 2999-01-01 is in the future."
            + " | caravan backfill",
        "backfill --source alpaca --timeframe 1Day --from 2015-12-01 --to 2016-12-01 | Alpaca's history begins with"
            + " 2016-01-01, after --from 2015-12-01. | caravan backfill",
        "backfill --source alpaca --timeframe 1Day --from 2025-07-04 --to 2025-07-06 | The exchanges were closed from"
            + " 2025-07-04 to 2025-07-06; there is nothing to load. | caravan backfill",
        "backfill --source alpaca --timeframe 1Day --from yesterday --to 2025-07-06 | Invalid value for option '--from':"
            + " 'yesterday' is not a date; expected one such as 2026-11-20. | caravan backfill",
        "backfill --source alpaca --timeframe 1Day --to 2025-07-06 | Missing required option: '--from=D' | caravan backfill",
        "symbols | Missing command: add, remove or list. | caravan symbols",
        "symbols add | Give symbols, or --file FILE. | caravan symbols add",
        "symbols add , | That holds no symbol. | caravan symbols add",
        "symbols remove --file nowhere.txt | There is no file nowhere.txt. | caravan symbols remove",
        "symbols list --status dead | --status 'dead' is not a status; expected active, inactive or all. | caravan symbols"
            + " list",
        "symbols list AAPL | 'AAPL' is one argument too many. | caravan symbols list",
        "symbols AAPL | There is no command 'AAPL'. | caravan symbols",
        "doctor --fix | Unknown option: '--fix' | caravan doctor",
        "demo now | 'now' is one argument too many. | caravan demo",
        "--port 1 | Unknown options: '--port', '1' | caravan",
        "simulator | Missing required option: '--port=N' | caravan simulator",
        "simulator --port 0 --replay 20-11-2025 | Invalid value for option '--replay': '20-11-2025' is not a date; expected one such as 2026-11-20. | caravan simulator",
        "simulator --port 0 --replay 2999-01-01 | --replay 2999-01-01 is in the future. | caravan simulator",
        "simulator --port 0 --loop | --speed, --loop and --database-... need --replay DAY. | caravan simulator",
        "simulator --port 0 --replay 2025-11-20 --speed 0 | --speed must be above 0 and at most 1000000, not 0.0."
            + " | caravan simulator",
        "simulator --port 0 --replay 2025-11-20 --always-open | A replay tells what is stored and makes nothing up:"
            + " leave --ohlcv, --always-open and --background-trades-per-minute out. | caravan simulator",
        "simulator --port 0 --replay 2025-11-20 --database-url mysql://x | --database-url must be such as"
            + " jdbc:postgresql://127.0.0.1:5432/caravan. | caravan simulator",
        "gaps | Missing command: list or reopen. | caravan gaps",
        "gaps list --status lost | --status 'lost' is none of open, abandoned, filled, no_trades and all. | caravan gaps"
            + " list",
        "gaps list --status | Missing required parameter for option '--status' (S) | caravan gaps list",
        "gaps list --limit 0 | --limit must be 1 to 100000, not 0. | caravan gaps list",
        "gaps list AAPL | 'AAPL' is one argument too many. | caravan gaps list",
        "gaps reopen | Missing gaps: give their ids, or --all. | caravan gaps reopen",
        "gaps reopen 7 --all | Give gap ids or --all, not both. | caravan gaps reopen",
        "gaps reopen 7 x8 | 'x8' is not a gap id; expected a number, for example 17. | caravan gaps reopen",
        "gaps reopen 0 | '0' is not a gap id; expected a number, for example 17. | caravan gaps reopen",
        "gaps reopen 7.5 | '7.5' is not a gap id; expected a number, for example 17. | caravan gaps reopen",
        "gaps reopen 9999999999999999999 | '9999999999999999999' is not a gap id; expected a number, for example 17. | caravan"
            + " gaps reopen",
        "gaps close 7 | There is no command 'close 7'. | caravan gaps",
        "dead-letters | Missing command: list, show or replay. | caravan dead-letters",
        "dead-letters show | Missing required parameter: 'ID' | caravan dead-letters show",
        "dead-letters show x7 | Invalid value for positional parameter at index 0 (ID): 'x7' is not a letter id; expected a number, for example 17. | caravan dead-letters show",
        "dead-letters list --limit 0 | --limit must be 1 to 100000, not 0. | caravan dead-letters list",
        "dead-letters list --limit x | Invalid value for option '--limit': 'x' is not a whole number. | caravan dead-letters"
            + " list",
        "dead-letters replay 7 x8 | 'x8' is not a letter id; expected a number, for example 17. | caravan dead-letters"
            + " replay",
        "symbols add --file . | . cannot be read: Is a directory. | caravan symbols add",
        "simulator --port x | Invalid value for option '--port': 'x' is not a whole number. | caravan simulator",
        "dead-letters replay | Missing letters: give their ids, --reason, --route, --symbol or --all. | caravan"
            + " dead-letters replay",
        "dead-letters replay 7 --all | Give letter ids or options that select letters, not both. | caravan"
            + " dead-letters replay"
      })
  void aWrongWordFailsWithWhatIsWrongAndWhereHelpIs(String line, String wrong, String command) {
    assertThat(run(line.split(" "))).isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly(wrong, "Try '" + command + " --help'.");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aMisspelledCommandIsToldTheRightOne() {
    assertThat(run("dcotor")).isEqualTo(1);
    List<String> lines = err.toString().lines().toList();
    assertThat(lines).startsWith("There is no command 'dcotor'.");
    assertThat(lines.get(1)).startsWith("Did you mean: caravan doctor");
  }

  @Test
  void aDemoOfAFolderThatIsNotThereSaysSoInOneLine() {
    assertThat(run("demo", "--ohlcv", "no/such/folder")).isEqualTo(1);
    assertThat(err.toString()).contains("no/such/folder does not exist").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"alpaca, trades, trades", "alpaca, 1Min, bars", "yahoo, 1Day, bars"})
  void aBackfillOfWhatRetentionWouldDropAgainIsRefused(
      String source, String timeframe, String dataset) {
    String key = "caravan.retention." + dataset;
    LocalDate kept = LocalDate.now(ZoneId.of("America/New_York")).minusDays(400);
    System.setProperty(key, "400");
    try {
      assertThat(
              run(
                  "backfill",
                  "--source",
                  source,
                  "--timeframe",
                  timeframe,
                  "--from",
                  kept.minusDays(1).toString(),
                  "--to",
                  kept.plusDays(9).toString()))
          .isEqualTo(1);
    } finally {
      System.clearProperty(key);
    }
    assertThat(err.toString())
        .startsWith(
            "--from "
                + kept.minusDays(1)
                + " is before "
                + kept
                + ", up to which "
                + key
                + " drops what is stored; ask for what is younger, or raise the key.");
  }

  private int run(String... words) {
    return Caravan.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }
}
