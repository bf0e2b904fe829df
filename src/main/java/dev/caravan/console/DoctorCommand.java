package dev.caravan.console;

import dev.caravan.database.Database;
import dev.caravan.database.DatabaseException;
import dev.caravan.database.Sql;
import dev.caravan.market.answer.MarketDataException;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.ClusterSettings;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.runtime.HttpPort;
import dev.caravan.runtime.KafkaSettings;
import dev.caravan.runtime.KafkaTopic;
import dev.caravan.runtime.SettingException;
import dev.caravan.runtime.Settings;
import dev.caravan.source.FailureReason;
import dev.caravan.source.SourceAnswer;
import dev.caravan.source.SourceRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What is wrong, in plain words. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Check configuration, keys, reachability and database, and report what is wrong.",
      "Sends one small request to each provider, within the request budget, and stores nothing",
      "but that.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing is wrong", "1:something is wrong; each such line says what to do"})
final class DoctorCommand implements Callable<Integer> {
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  /** Of a node, beside its pool: the API's, the heartbeat's and those of two leases. */
  private static final int CONNECTIONS_BESIDE = 9;

  @Spec private CommandSpec spec;
  private boolean healthy = true;

  @Override
  public Integer call() throws Exception {
    // The report is what a person reads here, not the log between its lines.
    System.setProperty("caravan.log.level", "ERROR");
    Settings settings;
    try {
      settings = Settings.load(Map.of(), Map.of());
    } catch (SettingException e) {
      wrong("configuration", e.getMessage());
      return 1;
    }
    good("configuration", "all values are allowed");
    http(HttpPort.of(settings));
    try (CaravanRuntime runtime = new CaravanRuntime(settings, CaravanRuntime.Mode.ONE_SHOT)) {
      runtime.start();
      database(runtime.database());
      cluster(settings, runtime.database());
      kafka(settings);
      ask(
          runtime,
          "yahoo",
          "/v8/finance/chart/AAPL",
          "interval=1d&range=1d",
          settings.get("caravan.yahoo.url"));
      if (settings.alpaca()) {
        ask(
            runtime,
            "alpaca",
            "/v2/stocks/bars",
            "symbols=AAPL&timeframe=1Day&limit=1&feed=iex",
            settings.get("caravan.alpaca.data-url"));
        ask(
            runtime,
            "alpaca-trading",
            "/v2/clock",
            null,
            settings.get("caravan.alpaca.trading-url"));
        stream(settings);
      } else {
        note("alpaca", "off: no keys. Set APCA_API_KEY_ID and APCA_API_SECRET_KEY to turn it on");
      }
      if (settings.has("caravan.newsapi.key")) {
        ask(
            runtime,
            "newsapi",
            "/v2/top-headlines",
            "country=us&category=business&pageSize=1",
            settings.get("caravan.newsapi.url"));
      }
      clocks(runtime);
    } catch (DatabaseException e) {
      wrong("database", e.getMessage());
    }
    return healthy ? 0 : 1;
  }

  /** Behind the requests, whose answers tell what time it is there. */
  private void clocks(CaravanRuntime runtime) {
    List<String> faults = runtime.clockFaults();
    for (String fault : faults) {
      wrong("clock", fault);
    }
    if (faults.isEmpty()) {
      good("clock", "this machine's, the database's and the provider's agree");
    }
  }

  private void http(HttpPort http) {
    Optional<String> fault = http.fault();
    if (fault.isEmpty()) {
      good("http", http.url() + " is free");
    } else if (http.isCaravan()) {
      note(
          "http",
          "a Caravan is running on "
              + http.url()
              + "; a second one needs another caravan.http.port");
    } else {
      wrong("http", fault.get());
    }
  }

  private void database(Database database) throws Exception {
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select current_setting('server_version'), current_setting('server_version_num')::int,"
                    + " current_setting('fsync'), current_setting('synchronous_commit'),"
                    + " (select count(*) from symbols where status = 'active')")) {
      row.next();
      String version = row.getString(1);
      if (row.getInt(2) < 150000) {
        wrong("database", "PostgreSQL " + version + " is too old; Caravan needs 15 or later");
      } else if (!row.getString(3).equals("on") || row.getString(4).equals("off")) {
        wrong(
            "database",
            "fsync or synchronous_commit is off, so a crash of the machine can lose rows; turn both on");
      } else {
        good("database", database.place() + ", PostgreSQL " + version + ", durable");
      }
      if (row.getInt(5) == 0) {
        wrong("symbols", "table symbols has no active symbol, so no flow has anything to do");
      } else {
        good("symbols", row.getInt(5) + " are active");
      }
    }
  }

  private void cluster(Settings settings, Database database) throws Exception {
    if (!ClusterSettings.enabled(settings)) {
      return;
    }
    try {
      ClusterSettings.check(settings, database);
    } catch (SettingException | DatabaseException e) {
      wrong("cluster", e.getMessage());
      return;
    }
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(Sql.load("cluster_nodes/count_connections"))) {
      row.next();
      int nodes = row.getInt("nodes");
      int wanted = nodes * (settings.number("caravan.database.pool-size") + CONNECTIONS_BESIDE);
      if (wanted > row.getInt("allowed")) {
        wrong(
            "cluster",
            nodes
                + " nodes may open "
                + wanted
                + " connections, and the server allows "
                + row.getInt("allowed")
                + ": raise max_connections, or lower caravan.database.pool-size");
      } else {
        good("cluster", nodes + " nodes live, and the locks are the server's own");
      }
    }
  }

  private void kafka(Settings settings) throws InterruptedException {
    if (KafkaSettings.on(settings)) {
      try {
        good("kafka", KafkaTopic.described(settings));
      } catch (SettingException | KafkaTopic.AwayException e) {
        wrong("kafka", e.getMessage());
      }
    }
  }

  private void ask(CaravanRuntime runtime, String source, String path, String query, String url)
      throws Exception {
    try (ProducerTemplate template = runtime.context().createProducerTemplate()) {
      Exchange answer =
          template.request(
              "direct:" + source + "-request",
              exchange ->
                  exchange.setVariable(
                      "request", new SourceRequest(path, query, source, null, null, false)));
      Exception failure = answer.getException();
      SourceAnswer answered = answer.getVariable("answer", SourceAnswer.class);
      int status = answered == null ? 0 : answered.status();
      if (failure instanceof MarketDataException) {
        wrong(source, failure.getMessage());
      } else if (failure != null) {
        wrong(
            source,
            url
                + " cannot be reached: "
                + FailureReason.of(failure)
                + ". Check the network, a proxy, and the address");
      } else if (status == 401 || status == 403) {
        wrong(source, url + " refuses the keys or the client (status " + status + "). Check them");
      } else if (status != 200) {
        wrong(source, url + " answered with status " + status);
      } else {
        good(source, url + " answers");
      }
    }
  }

  /** No more than a connection: logging in would take the account's only one from the runtime. */
  private void stream(Settings settings) {
    if (!FlowCatalog.streams(settings)) {
      note("stream", "off, by caravan.stream.enabled or caravan.schedule.stream");
      return;
    }
    URI url = URI.create(settings.get("caravan.alpaca.stream-url"));
    int usual = url.getScheme().equals("wss") ? 443 : 80;
    int port = url.getPort() < 0 ? usual : url.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(url.getHost(), port), CONNECT_TIMEOUT_MS);
      good("stream", url + " can be reached");
    } catch (IOException e) {
      wrong(
          "stream",
          url
              + " cannot be reached: "
              + FailureReason.of(e)
              + ". Check the network, a proxy, and the address");
    }
  }

  private void good(String what, String text) {
    line("ok   ", what, text);
  }

  private void note(String what, String text) {
    line("note ", what, text);
  }

  private void wrong(String what, String text) {
    healthy = false;
    line("WRONG", what, text);
  }

  private void line(String mark, String what, String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s %-14s %s%n", mark, what, text);
    out.flush();
  }
}
