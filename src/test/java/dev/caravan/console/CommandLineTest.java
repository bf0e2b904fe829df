package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the command line says before anything is started. */
class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void the_help_names_every_command_and_how_to_configure_it() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains(
            "run", "demo", "doctor", "simulator", "help", "APCA_API_KEY_ID", "CARAVAN_YAHOO_URL");
    assertThat(err.toString()).isEmpty();
  }

  static Stream<String> commands() {
    return Caravan.commandLine().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void the_help_of_a_command_names_all_its_options(String name) {
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
  void the_commands_are_those_of_the_contract_that_exist() {
    assertThat(commands()).containsExactlyInAnyOrder("run", "demo", "doctor", "simulator", "help");
  }

  @Test
  void the_help_of_run_names_the_flows_and_the_exit_codes() {
    assertThat(run("run", "--help")).isZero();
    // Lines are wrapped to the terminal's width.
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains(
            "One of yahoo-quotes, yahoo-bars, alpaca-daily-bars, end-of-day, repair.",
            "0 every symbol was served",
            "2 some symbols were not served",
            "1 the run failed");
  }

  @Test
  void the_version_is_one_line() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("Caravan ").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run nonsense | There is no flow nonsense; there are yahoo-quotes, yahoo-bars,"
            + " alpaca-daily-bars, end-of-day, repair. | caravan run",
        "run Yahoo-Bars | There is no flow Yahoo-Bars; there are yahoo-quotes, yahoo-bars,"
            + " alpaca-daily-bars, end-of-day, repair. | caravan run",
        "run yahoo-quotes --date 2026-11-20 | yahoo-quotes asks for the latest price and takes no"
            + " --date. | caravan run",
        "run repair --date 2026-11-20 | repair works off what is owed and takes no --date. | caravan run",
        "run yahoo-bars --date 2999-01-01 | --date 2999-01-01 is in the future. | caravan run",
        "run yahoo-bars --date yesterday | Invalid value for option '--date': 'yesterday' is no date; give one such as"
            + " 2026-11-20. | caravan run",
        "run yahoo-bars --date 2026-02-30 | Invalid value for option '--date': '2026-02-30' is no date; give one such as"
            + " 2026-11-20. | caravan run",
        "run yahoo-bars --from 2026-11-20 | Unknown options: '--from', '2026-11-20' | caravan run",
        "run | Missing required parameter: 'FLOW' | caravan run",
        "doctor --fix | Unknown option: '--fix' | caravan doctor",
        "demo now | Unmatched argument at index 1: 'now' | caravan demo",
        "--port 1 | Unknown options: '--port', '1' | caravan",
        "simulator | Missing required option: '--port=N' | caravan simulator"
      })
  void a_wrong_word_fails_with_what_is_wrong_and_where_help_is(
      String line, String wrong, String command) {
    assertThat(run(line.split(" "))).isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly(wrong, "Try '" + command + " --help'.");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_misspelled_command_is_told_the_right_one() {
    assertThat(run("dcotor")).isEqualTo(1);
    List<String> lines = err.toString().lines().toList();
    assertThat(lines).startsWith("Unmatched argument at index 0: 'dcotor'");
    assertThat(lines.get(1)).startsWith("Did you mean: caravan doctor");
  }

  private int run(String... words) {
    return Caravan.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }
}
