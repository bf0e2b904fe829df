package dev.caravan.console;

import dev.caravan.database.DatabaseException;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.runtime.Setting;
import dev.caravan.runtime.SettingCatalog;
import dev.caravan.runtime.Settings;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The runtime against a simulated exchange in this process. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Run Caravan against a simulated exchange inside this process: no keys, no network.",
      "",
      "It is the same program with the same routes. Only the schedules are faster, so that every",
      "flow runs within a minute, and the exchange is always open. The data has its own place",
      "(directory data-demo, port 54321), whatever caravan.database.* says, so that simulated rows",
      "never mix with real ones. Ctrl-C ends it; the data is kept.",
      ""
    },
    footerHeading = "%nQuery the data meanwhile:%n",
    footer = {
      "  psql -h 127.0.0.1 -p 54321 -U caravan caravan -c 'select * from flow_runs order by 1 desc limit 9'"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final String PORT = "54321";

  /** Of each symbol: lively enough to look at, and little for a laptop. */
  private static final int TRADES_PER_MINUTE = 60;

  @Spec private CommandSpec spec;

  @Option(
      names = "--ohlcv",
      paramLabel = "FOLDER",
      description = "Serve the daily prices of these CSV files instead of made-up ones.")
  private Path ohlcv;

  @Override
  public Integer call() throws Exception {
    SimulatorOptions options =
        SimulatorOptions.defaults()
            .withAlwaysOpen(true)
            .withBackgroundTradesPerMinute(TRADES_PER_MINUTE)
            .withAlpacaRequestsPerMinute(0)
            .withYahooQuickRequests(0);
    Simulator exchange;
    try {
      exchange = Simulator.start(ohlcv == null ? options : options.withOhlcv(ohlcv));
    } catch (IllegalArgumentException | UncheckedIOException refused) {
      spec.commandLine().getErr().println(refused.getMessage());
      return 1;
    }
    Settings settings;
    try {
      settings = Settings.load(forced(exchange.url()), preferred());
    } catch (RuntimeException e) {
      exchange.close();
      throw e;
    }
    spec.commandLine()
        .getErr()
        .println(
            "Demo: a simulated exchange at "
                + exchange.url()
                + ", data in data-demo. Query it with: psql -h 127.0.0.1 -p "
                + PORT
                + " -U caravan caravan. Ctrl-C ends it.");
    try {
      return Caravan.serve(settings, exchange::close);
    } catch (DatabaseException e) {
      // What it says of caravan.database.* is of no use here.
      throw new DatabaseException(
          e.getMessage() + " The demo always uses this place; is another demo running?",
          e.passing(),
          e);
    }
  }

  /** What makes it a demo, and cannot be set otherwise. */
  private static Map<String, String> forced(String exchange) {
    Map<String, String> forced = new HashMap<>();
    forced.put("caravan.database.url", "embedded");
    forced.put("caravan.database.user", "");
    forced.put("caravan.database.password", "");
    forced.put("caravan.database.directory", CaravanRuntime.DEMO_DIRECTORY);
    forced.put("caravan.database.port", PORT);
    // No provider is asked, whichever there are.
    for (Setting setting : SettingCatalog.all()) {
      if (setting.address()) {
        boolean socket = setting.defaultValue().startsWith("ws");
        forced.put(setting.key(), socket ? exchange.replace("http://", "ws://") : exchange);
      }
    }
    forced.put("caravan.alpaca.key-id", "DEMO");
    forced.put("caravan.alpaca.secret-key", "demo");
    forced.put("caravan.newsapi.key", "demo");
    forced.put("caravan.schedule.stream", "always");
    return forced;
  }

  /** What is faster than in earnest, unless the environment or -D says otherwise. */
  private static Map<String, String> preferred() {
    Map<String, String> preferred = new HashMap<>(FlowCatalog.demoSchedules());
    preferred.put("caravan.yahoo.requests-per-minute", "600");
    preferred.put("caravan.yahoo.burst", "100");
    // Its exchange has no limit, and the first news of seven days are a hundred pages.
    preferred.put("caravan.alpaca.requests-per-minute", "3000");
    preferred.put("caravan.alpaca.burst", "300");
    return preferred;
  }
}
