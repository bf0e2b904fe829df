package dev.caravan.console;

import dev.caravan.alerts.AlertAddress;
import dev.caravan.alerts.AlertTrial;
import dev.caravan.runtime.AlertSettings;
import dev.caravan.runtime.SettingException;
import dev.caravan.runtime.Settings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether those who are to be told can be. */
@Command(
    name = "alerts",
    mixinStandardHelpOptions = true,
    description = {
      "Try the addresses that alerts are sent to (caravan.alerts.to).",
      "docs/alerts.md lists the alerts, and what to do about each.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {"  caravan alerts test"},
    subcommands = AlertsCommand.TestCommand.class)
final class AlertsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing command: test.");
  }

  /** One alert to each address. */
  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description = {
        "Send one test alert to each address, and report what happened. Needs no database.",
        ""
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:every address took it", "1:one did not, or there is none"})
  static final class TestCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Settings settings = Settings.load(Map.of(), Map.of());
      List<AlertAddress> addresses = AlertSettings.addresses(settings);
      if (addresses.isEmpty()) {
        throw new SettingException(
            "caravan.alerts.to is empty, so nobody is told; " + AlertAddress.ALLOWED);
      }
      AlertSettings.refuseWrong(settings);
      PrintWriter out = spec.commandLine().getOut();
      boolean failed = false;
      for (AlertTrial.Outcome outcome : AlertTrial.send(addresses)) {
        boolean sent = outcome.fault() == null;
        failed |= !sent;
        out.printf(
            "%s %s%s%n",
            sent ? "sent  " : "FAILED", outcome.address(), sent ? "" : ": " + outcome.fault());
      }
      out.flush();
      return failed ? 1 : 0;
    }
  }
}
