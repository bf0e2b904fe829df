package dev.caravan.console;

import dev.caravan.archive.FileFault;
import dev.caravan.database.Database;
import dev.caravan.database.DatabaseException;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.LogSettings;
import dev.caravan.runtime.SettingException;
import dev.caravan.runtime.Settings;
import dev.caravan.simulator.SimulatorCommand;
import dev.caravan.simulator.replay.ReplayDatabase;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line; without a command it is the runtime. */
@Command(
    name = "caravan",
    mixinStandardHelpOptions = true,
    versionProvider = Caravan.Version.class,
    description = {
      "Market data into PostgreSQL, carried by Apache Camel.",
      "",
      "Without a command, Caravan runs every flow on its schedule until Ctrl-C or SIGTERM.",
      ""
    },
    footerHeading = "%nConfiguration:%n",
    footer = {
      "  application.properties in the working directory, environment variables such as",
      "  CARAVAN_YAHOO_URL, or -Dcaravan.yahoo.url=... before -jar. Every key is documented in the",
      "  application.properties that comes with Caravan. Alpaca's keys: APCA_API_KEY_ID and",
      "  APCA_API_SECRET_KEY; without them only Yahoo is asked.",
      "",
      "Examples:",
      "  java -jar target/caravan.jar demo              try it without keys or network",
      "  java -jar target/caravan.jar doctor            check the set-up",
      "  java -jar target/caravan.jar                   run it",
      "  java -jar target/caravan.jar run end-of-day    run one flow now",
      "  psql -h 127.0.0.1 -p 54320 -U caravan caravan  query the data"
    },
    subcommands = {
      RunCommand.class,
      BackfillCommand.class,
      SymbolsCommand.class,
      DemoCommand.class,
      DoctorCommand.class,
      GapsCommand.class,
      ExportCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      AlertsCommand.class,
      DeadLettersCommand.class,
      SimulatorCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Caravan implements Callable<Integer> {

  public static void main(String[] args) {
    LogSettings.apply();
    System.exit(commandLine().execute(args));
  }

  public static CommandLine commandLine() {
    return new CommandLine(new Caravan(), Caravan::create)
        .setUsageHelpWidth(100)
        // 1 is failed and 2 is partial; a wrong word on the command line is a failure like another.
        .setExitCodeExceptionMapper(thrown -> 1)
        .setExecutionExceptionHandler(inOneLine())
        .setParameterExceptionHandler(
            (wrong, args) -> {
              CommandLine command = wrong.getCommandLine();
              command.getErr().println(said(wrong));
              CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
              command
                  .getErr()
                  .println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
              return 1;
            });
  }

  /** What is wrong, where picocli says it in the words of a program. */
  private static String said(ParameterException wrong) {
    if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()) {
      String words = "'" + String.join(" ", unmatched.getUnmatched()) + "'";
      boolean alone = wrong.getCommandLine().getSubcommands().isEmpty();
      return alone ? words + " is one argument too many." : "There is no command " + words + ".";
    }
    return wrong.getMessage().replaceFirst("' is not an int$", "' is not a whole number.");
  }

  /** The simulator knows nothing of Caravan's settings, and is told where the database is. */
  private static <T> T create(Class<T> type) throws Exception {
    return type == SimulatorCommand.class
        ? type.cast(new SimulatorCommand(Caravan::replayed))
        : CommandLine.defaultFactory().create(type);
  }

  private static ReplayDatabase replayed() {
    Settings settings = Settings.load(Map.of(), Map.of());
    Database database =
        Database.open(CaravanRuntime.databaseOptions(settings, CaravanRuntime.Mode.ONE_SHOT));
    return new ReplayDatabase(
        database.url(), database.user(), database.password(), database::close);
  }

  @Override
  public Integer call() throws Exception {
    return serve(Settings.load(Map.of(), Map.of()), () -> {});
  }

  /** Runs until the process is told to end. */
  static int serve(Settings settings, Runnable afterStop) throws Exception {
    CaravanRuntime runtime = new CaravanRuntime(settings, CaravanRuntime.Mode.SCHEDULED);
    Thread hook =
        new Thread(
            () -> {
              runtime.close();
              afterStop.run();
            },
            "stop");
    java.lang.Runtime.getRuntime().addShutdownHook(hook);
    runtime.start();
    runtime.await();
    // The process ends now, and the hook closes the runtime unless it has done so already.
    return 0;
  }

  private static IExecutionExceptionHandler inOneLine() {
    return (thrown, command, parsed) -> {
      if (thrown instanceof SettingException
          || thrown instanceof DatabaseException
          || thrown instanceof FileFault) {
        command.getErr().println(thrown.getMessage());
      } else {
        command.getErr().println("Caravan cannot continue: " + thrown);
        thrown.printStackTrace(command.getErr());
      }
      return 1;
    };
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Caravan " + version()};
    }
  }

  static String version() {
    String version = Caravan.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
