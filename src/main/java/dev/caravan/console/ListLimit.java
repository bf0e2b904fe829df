package dev.caravan.console;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Option {@code --limit} of the commands that list rows. */
final class ListLimit {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "Maximum number to list. Default: 50.")
  private int limit;

  /**
   * @throws ParameterException when it is out of range
   */
  int checked() {
    if (limit < 1 || limit > 100_000) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be 1 to 100000, not " + limit + ".");
    }
    return limit;
  }
}
