package dev.caravan.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.console.Caravan;
import dev.caravan.documents.Documents.Command;
import dev.caravan.market.MarketCalendar;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.Place;
import dev.caravan.support.RunningCaravan;
import dev.caravan.support.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what the documents tell their reader to run, in their order: Caravan's commands through the
 * real command line against the simulated exchange, statements on a migrated database, and requests
 * to a Caravan that runs on it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DocumentsIT {
  /** Where a reader's Caravan listens. */
  private static final String HTTP = "http://127.0.0.1:8080";

  /**
   * What is not run here: it serves until it is stopped, or (the doctor) wants a database that
   * forgets nothing, which that of the tests is not.
   */
  private static final Set<String> ELSEWHERE = Set.of("demo", "simulator", "doctor");

  /**
   * Of Caravan's own server, which KilledServerIT reads, and of Kafka (KafkaIT): here is neither.
   */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "caravan_postgresql_up",
          "caravan_postgresql_restarts_total",
          "caravan_kafka_lag_seconds",
          "caravan_changes_waiting_seconds");

  /** Nothing takes so long unless it hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** What a reader reads or writes where he stands. */
  private static final Pattern FILE = Pattern.compile("[\\w-]+(\\.(txt|csv|gz|parquet|zip))+");

  private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\| (`[^|]+) \\|");
  private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");
  private static final Pattern API_PATH = Pattern.compile("/api/[\\w/-]+");
  private static final Pattern METRIC = Pattern.compile("\\bcaravan_[a-z_]+\\*?");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlwaysOpen(true)
              .withBackgroundTradesPerMinute(1)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  private final TestDatabase database = TestDatabase.fresh();
  private final Map<String, String> settings = new HashMap<>();
  private RunningCaravan caravan;

  @TempDir static Path directory;

  /** Whether the test of commands knows how to run this one. */
  static boolean runs(Command command) {
    List<String> words = command.words();
    return switch (words.get(0)) {
      case "java" ->
          command.isCaravan()
              && !command.arguments().isEmpty()
              && !ELSEWHERE.contains(command.arguments().get(0));
      case "psql" -> words.contains("-c");
      case "curl" -> words.stream().anyMatch(word -> word.startsWith(HTTP + "/"));
      default -> false;
    };
  }

  @BeforeAll
  void start() throws Exception {
    settings.put("caravan.symbols", "AAPL,MSFT,TSLA,BRK.B,^GSPC");
    settings.put("caravan.database.url", database.url());
    settings.put("caravan.database.user", TestDatabase.user());
    settings.put("caravan.database.password", TestDatabase.password());
    settings.put("caravan.alpaca.key-id", "documents");
    settings.put("caravan.alpaca.secret-key", "documents");
    for (String url :
        List.of("yahoo.url", "yahoo.cookie-url", "alpaca.data-url", "alpaca.trading-url")) {
      settings.put("caravan." + url, exchange.url());
    }
    settings.put("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    for (String provider : List.of("yahoo", "alpaca")) {
      settings.put("caravan." + provider + ".requests-per-minute", "100000");
      settings.put("caravan." + provider + ".burst", "100000");
    }
    for (String flow : Place.SCHEDULED) {
      settings.put("caravan.schedule." + flow, "off");
    }
    settings.put("caravan.schedule.stream", "always");
    settings.put("caravan.http.port", Integer.toString(TestDatabase.freePort()));
    database.database().seedSymbols(settings.get("caravan.symbols"));
    // What the reader found: gaps that were given up, and letters of symbols that were not served.
    database.execute(
        "insert into gaps (gap_id, source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at, last_error)"
            + " overriding system value select id, 'alpaca', 'iex', 'trades', 'AAPL', '2026-10-30 14:30+00',"
            + " '2026-10-30 14:31+00', 'abandoned', 'test', now(), 'refused' from unnest(array[17, 18]) as id");
    database.execute(
        "insert into dead_letters (letter_id, route_id, symbol, reason) overriding system value values"
            + " (17, 'yahoo-quotes', 'AAPL', 'Invalid symbol: AAPL'),"
            + " (18, 'yahoo-quotes', 'MSFT', 'Invalid symbol: MSFT'),"
            + " (19, 'yahoo-bars', 'TSLA', 'No connection: refused')");
    database.execute(
        "select setval(pg_get_serial_sequence('gaps', 'gap_id'), 100),"
            + " setval(pg_get_serial_sequence('dead_letters', 'letter_id'), 100)");
    // What the reader brought along from the Python system.
    database.execute("create schema old");
    database.execute(
        "create table old.market_data (symbol text, timestamp timestamp, open numeric, high numeric,"
            + " low numeric, close numeric, volume bigint)");
    database.execute(
        "insert into old.market_data values ('AAPL', '2024-03-01 09:30', 1, 2, 1, 2, 100)");
    Files.writeString(directory.resolve("watchlist.txt"), "JPM, V  # banks\nKO\n");
  }

  @AfterAll
  void stop() {
    if (caravan != null) {
      caravan.close();
    }
    exchange.close();
    // It is one for the whole JVM, and the next test has another exchange.
    MarketCalendar.learn(List.of());
    database.close();
  }

  @Order(1)
  @TestFactory
  Stream<DynamicTest> everyCommandWorks() {
    return commands("java", this::runCaravan);
  }

  @Order(2)
  @TestFactory
  Stream<DynamicTest> everyStatementWorks() {
    return Stream.concat(
        commands("psql", command -> database.execute(command.after("-c"))),
        Documents.blocks().stream()
            .filter(block -> block.isSql() && block.mark().isEmpty())
            .flatMap(
                block ->
                    block.statements().stream()
                        .map(sql -> test(block + " " + sql, () -> database.execute(sql)))));
  }

  @Test
  @Order(3)
  void theRowsOfThePythonSystemAreThereAfterItsStatement() {
    assertThat(
            database.query(
                "select symbol, timestamp, close from market_data where timestamp < '2025-01-01'"))
        .singleElement()
        .satisfies(
            row -> assertThat(row.get("timestamp").toString()).isEqualTo("2024-03-01 14:30:00.0"));
  }

  /** Behind the commands, each of which is a Caravan of its own for a moment. */
  @Order(4)
  @TestFactory
  Stream<DynamicTest> everyRequestIsAnswered() throws Exception {
    caravan = new RunningCaravan(settings, Map.of());
    caravan.start();
    // As a reader finds it who types no faster than it starts.
    await("the streams").atMost(PATIENCE).until(() -> get("/observe/health").statusCode() == 200);
    return commands("curl", this::request);
  }

  @Test
  @Order(5)
  void theTablesAreThoseOfTheDatabase() {
    String data = Documents.text(Path.of("docs/data.md"));
    String tables = data.substring(data.indexOf("## Tables"), data.indexOf("## What is loaded"));
    Set<String> named =
        TABLE_ROW
            .matcher(tables)
            .results()
            .flatMap(row -> NAME.matcher(row.group(1)).results())
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(
            database
                .query(
                    "select table_name from information_schema.tables where table_schema = 'public'"
                        + " and table_name <> 'flyway_schema_history'"
                        // Their partitions are named by month_partitions.
                        + " and table_name not in (select partition from month_partitions)")
                .stream()
                .map(row -> row.get("table_name").toString()))
        .containsExactlyInAnyOrderElementsOf(named);
  }

  @Test
  @Order(6)
  void everyPathOfTheApiIsServed() throws Exception {
    List<String> served = new ArrayList<>();
    JsonNode description = JSON.readTree(get("/api/openapi.json").body());
    description
        .path("paths")
        .fieldNames()
        .forEachRemaining(path -> served.add(path.replaceAll("\\{\\w+\\}", "[\\\\w.-]+")));
    assertThat(served).isNotEmpty();
    String base = URI.create(description.at("/servers/0/url").asText()).getPath();
    for (Path file : Documents.all()) {
      for (String path : found(API_PATH, Documents.prose(file))) {
        if (!path.contains("ID") && !path.equals("/api/openapi")) {
          assertThat(served)
              .as(file + " names " + path)
              .anyMatch(pattern -> path.matches(base + pattern));
        }
      }
    }
  }

  @Test
  @Order(7)
  void everyMetricIsThere() {
    Set<String> named =
        Documents.all().stream()
            .flatMap(file -> found(METRIC, Documents.text(file)).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    named.removeAll(OF_OTHERS);
    assertThat(named).hasSizeGreaterThan(5);

    await("metrics of runs, which are looked at now and then")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              String metrics = get("/observe/metrics").body();
              assertThat(named)
                  .allSatisfy(name -> assertThat(metrics).contains("\n" + name.replace("*", "")));
            });
  }

  /** What is done with a command. */
  private interface Work {
    void with(Command command) throws Exception;
  }

  /** The commands of one program in the blocks that are run here. */
  private static Stream<DynamicTest> commands(String program, Work work) {
    return Documents.blocks().stream()
        .filter(block -> block.isShell() && block.mark().isEmpty())
        .flatMap(block -> block.commands().stream())
        .filter(command -> command.words().get(0).equals(program))
        .map(command -> test(command.toString(), () -> work.with(command)));
  }

  private static DynamicTest test(String name, Executable run) {
    return DynamicTest.dynamicTest(name, run);
  }

  /** By the command line in this process, and with what the documents set by -D. */
  private void runCaravan(Command command) {
    Map<String, String> properties = new HashMap<>();
    for (String option : command.options()) {
      String[] pair = option.replaceFirst("^-D", "").split("=", 2);
      properties.put(pair[0], pair[1]);
    }
    properties.putAll(settings);
    properties.put("caravan.log.level", "ERROR");
    String[] arguments =
        command.arguments().stream()
            .map(word -> FILE.matcher(word).matches() ? directory.resolve(word).toString() : word)
            .toArray(String[]::new);
    StringWriter words = new StringWriter();
    Map<String, String> before = new HashMap<>();
    properties.keySet().forEach(key -> before.put(key, System.getProperty(key)));
    int exit;
    try {
      properties.forEach(System::setProperty);
      exit =
          Caravan.commandLine()
              .setOut(new PrintWriter(words, true))
              .setErr(new PrintWriter(words, true))
              .execute(arguments);
    } finally {
      before.forEach(
          (key, value) -> {
            if (value == null) {
              System.clearProperty(key);
            } else {
              System.setProperty(key, value);
            }
          });
    }
    assertThat(exit).as("%s ended with: %s", command, words).isZero();
  }

  private void request(Command command) throws Exception {
    List<String> words = command.words();
    String address = words.stream().filter(word -> word.startsWith(HTTP)).findFirst().orElseThrow();
    boolean body = words.contains("-d");
    String method = words.contains("-X") ? command.after("-X") : body ? "POST" : "GET";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(here(address.substring(HTTP.length())))
            .method(
                method,
                body
                    ? HttpRequest.BodyPublishers.ofString(command.after("-d"))
                    : HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals("-H")) {
        String[] header = words.get(i + 1).split(": ", 2);
        request.header(header[0], header[1]);
      }
    }
    HttpResponse<String> answer = send(request);
    assertThat(answer.statusCode()).as("%s: %s", command, answer.body()).isBetween(200, 299);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(here(path)));
  }

  private URI here(String path) {
    return URI.create("http://127.0.0.1:" + settings.get("caravan.http.port") + path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
