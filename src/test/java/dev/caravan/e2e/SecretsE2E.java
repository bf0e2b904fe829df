package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.tools.attach.VirtualMachine;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CommandHere;
import dev.caravan.support.LeakSearch;
import dev.caravan.support.Place;
import dev.caravan.support.Receiver;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The packaged program with a secret in every key that takes one, while flows succeed and fail in
 * every way: none of the secrets may stand anywhere that somebody can look at.
 */
class SecretsE2E {
  private static final String DATABASE = "dB+s3cret/7731=?&x";
  private static final String KEY_ID = "PK+ALPACA/ID=4402";
  private static final String SECRET_KEY = "alp4ca+s3cret/5513==";
  private static final String NEWSAPI = "n3ws+api/key=9917";
  private static final String OPERATOR = "0perator pa$$/w=rd 6625";
  private static final String VIEWER = "v1ewer pa$$/w=rd 8846";
  private static final String HOOK = "T0KEN-h00k-3318";
  private static final String MAIL = "m4il+s3cret/2279";

  private final LeakSearch search =
      new LeakSearch()
          .of("caravan.database.password", DATABASE, "caravan")
          .of("caravan.alpaca.key-id", KEY_ID, "")
          .of("caravan.alpaca.secret-key", SECRET_KEY, "")
          .of("caravan.newsapi.key", NEWSAPI, "")
          .of("caravan.http.password", OPERATOR, "ali")
          .of("caravan.http.viewer-password", VIEWER, "cassim")
          .of("the webhook of caravan.alerts.to", HOOK, "")
          .of("the mail account of caravan.alerts.to", MAIL, "ops");

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlwaysOpen(true)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  private final Receiver hook = new Receiver();
  private final Place place = Place.prepared("secrets");
  private final Web web = Web.at(place.httpPort()).as("ali", OPERATOR);

  @AfterEach
  void close() {
    place.close();
    exchange.close();
    hook.close();
  }

  @Test
  void noSecretIsShownAnywhereWhateverFails() throws Exception {
    place.server();
    search
        .of("pgpass.caravan", place.password("caravan"), "caravan")
        .of("pgpass.postgres", place.superuserPassword(), "postgres");
    try (CaravanProcess runtime = caravan().run()) {
      runtime.awaitLine("Caravan runs: ");
      traceMessages();
      awaitRuns("succeeded");
      for (Fault fault :
          List.of(
              Fault.status(Provider.ALPACA, 401),
              Fault.status(Provider.NEWSAPI, 401),
              Fault.of(Provider.YAHOO, Fault.Kind.MALFORMED))) {
        exchange.addFault(fault);
      }
      awaitRuns("failed");
      await("an alert that is told, and one that nobody takes")
          .atMost(CaravanProcess.PATIENCE)
          .until(
              () ->
                  place.count("select count(*) from alert_messages where told_at is not null") > 0
                      && place.count(
                              "select count(*) from alert_messages where last_error is not null")
                          > 0);
      await("a dead letter")
          .atMost(CaravanProcess.PATIENCE)
          .until(() -> place.count("select count(*) from dead_letters") > 0);
      exchange.clearFaults();
      exchange.addFault(Fault.of(Provider.ALPACA, Fault.Kind.RESET).times(20));
      askInWrongWays();

      lookIntoHttp();
      lookIntoJmx(runtime.pid());
      lookIntoTables();
      runtime.sigterm();
      runtime.exitCode();
      search.look("the output", runtime.everything());
      assertThat(runtime.errors())
          .as("it is said at length")
          .anyMatch(line -> line.contains(" DEBUG "));
    }
    lookIntoFiles();
    assertThat(search.places()).isGreaterThan(1000);
    assertThat(search.characters()).isGreaterThan(500_000);
    assertThat(search.found()).isEmpty();
  }

  @Test
  void aKeyThatIsWrongIsNotSaidToBeWhich() {
    CommandHere command =
        place
            .caravan(exchange.url())
            .environment("APCA_API_KEY_ID", "BAD" + KEY_ID)
            .environment("APCA_API_SECRET_KEY", SECRET_KEY)
            .set("caravan.log.level", "DEBUG")
            .set("caravan.symbols", "AAPL")
            .here(1, "run", "alpaca-daily-bars");
    search.look("the output of run", command.everything());
    CommandHere doctor =
        place
            .caravan(exchange.url())
            .environment("APCA_API_KEY_ID", "BAD" + KEY_ID)
            .environment("APCA_API_SECRET_KEY", SECRET_KEY)
            .set("caravan.log.level", "DEBUG")
            .here(1, "doctor");
    assertThat(doctor.errors())
        .as("it is said at length")
        .anyMatch(line -> line.contains(" DEBUG "));
    search.look("the output of doctor", doctor.everything());
    assertThat(search.found()).isEmpty();
  }

  private CaravanProcess.Start caravan() {
    return place
        .caravan(exchange.url())
        .environment("APCA_API_KEY_ID", KEY_ID)
        .environment("APCA_API_SECRET_KEY", SECRET_KEY)
        // The embedded server has passwords of its own; this one is as secret as any.
        .environment("CARAVAN_DATABASE_PASSWORD", DATABASE)
        .environment("CARAVAN_NEWSAPI_KEY", NEWSAPI)
        .environment("CARAVAN_HTTP_PASSWORD", OPERATOR)
        .environment("CARAVAN_HTTP_VIEWER_PASSWORD", VIEWER)
        .environment(
            "CARAVAN_ALERTS_TO",
            "%s/services/%s; smtp://127.0.0.1:%d?to=ops@example.com&username=ops&password=RAW(%s)"
                .formatted(hook.url(), HOOK, TestDatabase.freePort(), MAIL))
        .set("caravan.alerts.failures", 1)
        .set("caravan.database.access", "owner")
        .set("caravan.http.user", "ali")
        .set("caravan.http.viewer-user", "cassim")
        .set("caravan.newsapi.url", exchange.url())
        .set("caravan.symbols", "AAPL,MSFT")
        .set("caravan.retry.attempts", 2)
        .set("caravan.schedule.news-load", "0/3 * * ? * *")
        .set("caravan.schedule.yahoo-quotes", "0/3 * * ? * *")
        .set("caravan.schedule.yahoo-profiles", "0/7 * * ? * *")
        .set("caravan.schedule.alpaca-daily-bars", "0/4 * * ? * *")
        .set("caravan.schedule.market-calendar", "0/9 * * ? * *")
        .set("caravan.schedule.stream", "always")
        .set("caravan.log.level", "DEBUG")
        // Camel's own command line finds what it runs below the home directory.
        .set("user.home", place.directory());
  }

  /** Waits until each flow has a run that ended so. */
  private void awaitRuns(String status) {
    await("runs that are " + status)
        .atMost(CaravanProcess.PATIENCE)
        .until(
            () ->
                place.count(
                        "select count(distinct flow) from flow_runs where status in ('"
                            + status
                            + "') and flow in ('news-load', 'yahoo-quotes', 'alpaca-daily-bars')")
                    == 3);
  }

  /** As Hawtio does when somebody wants to see the messages on their way. */
  private void traceMessages() {
    String answer =
        web.post(
                "/observe/jolokia",
                "{\"type\":\"write\",\"mbean\":"
                    + "\"org.apache.camel:context=caravan,type=tracer,name=BacklogTracer\","
                    + "\"attribute\":\"Enabled\",\"value\":true}")
            .body();
    assertThat(answer).contains("\"status\":200");
  }

  private void askInWrongWays() {
    Web stranger = Web.at(place.httpPort());
    for (Web each :
        List.of(stranger, stranger.as("ali", VIEWER), stranger.as("cassim", OPERATOR))) {
      search.look("the refusal", each.get("/observe/health").body());
    }
  }

  private void lookIntoHttp() throws IOException {
    for (String path :
        List.of(
            "/",
            "/nothing",
            "/api/nothing",
            "/api/bars?symbol=%27",
            "/observe/health?exposureLevel=full&data=true&stackTrace=true",
            "/observe/health/ready?data=true",
            "/observe/metrics",
            "/hawtio/user",
            "/observe/jolokia",
            "/observe/jolokia/version",
            "/observe/jolokia/list")) {
      search.look(path, web.get(path).body());
    }
    JsonNode api = new ObjectMapper().readTree(web.get("/api/openapi.json").body());
    api.path("paths")
        .properties()
        .forEach(
            path -> {
              if (path.getValue().has("get")) {
                String url = path.getKey().replaceAll("\\{[^}]*}", "1");
                String full = url.startsWith("/api") ? url : "/api" + url;
                search.look(full, web.get(full).body());
              }
            });
    for (Object letter :
        place.query("select letter_id from dead_letters limit 20").stream()
            .map(row -> row.get("letter_id"))
            .toList()) {
      search.look("/api/dead-letters/" + letter, web.get("/api/dead-letters/" + letter).body());
    }
    JsonNode names =
        new ObjectMapper().readTree(web.get("/observe/jolokia/search/*:*").body()).path("value");
    assertThat(names).hasSizeGreaterThan(100);
    List<Map<String, Object>> reads = new ArrayList<>();
    for (JsonNode name : names) {
      reads.add(
          Map.of("type", "read", "mbean", name.asText(), "config", Map.of("ignoreErrors", true)));
    }
    // Several at a time, as Hawtio asks.
    for (int from = 0; from < reads.size(); from += 50) {
      List<Map<String, Object>> some = reads.subList(from, Math.min(from + 50, reads.size()));
      String answers =
          web.post("/observe/jolokia", new ObjectMapper().writeValueAsString(some)).body();
      assertThat(new ObjectMapper().readTree(answers)).hasSize(some.size());
      search.look("Jolokia, of " + some, answers);
    }
  }

  /** All attributes and all that is told without being asked for anything, as JConsole shows it. */
  private void lookIntoJmx(long pid) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
    try (JMXConnector connector =
        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
      MBeanServerConnection jmx = connector.getMBeanServerConnection();
      Set<ObjectName> names = jmx.queryNames(null, null);
      assertThat(names).anyMatch(name -> name.getDomain().equals("org.apache.camel"));
      for (ObjectName name : names) {
        MBeanInfo info = jmx.getMBeanInfo(name);
        String[] attributes =
            Stream.of(info.getAttributes()).map(MBeanAttributeInfo::getName).toArray(String[]::new);
        Set<String> read = lookAtAll(jmx, name, attributes);
        for (String attribute : attributes) {
          // What is left out of the answer to all says why when it is asked alone.
          if (!read.contains(attribute)) {
            lookAt(name + " " + attribute, () -> jmx.getAttribute(name, attribute));
          }
        }
        for (MBeanOperationInfo operation : info.getOperations()) {
          if (operation.getSignature().length == 0
              && operation.getName().matches("(dump|browse|list|details|information).*")) {
            lookAt(
                name + " " + operation.getName() + "()",
                () -> jmx.invoke(name, operation.getName(), new Object[0], new String[0]));
          }
        }
      }
    } finally {
      machine.detach();
    }
  }

  /** Looks at those that can be read in one request, and says which they are. */
  private Set<String> lookAtAll(MBeanServerConnection jmx, ObjectName name, String... attributes)
      throws JMException {
    Set<String> read = new HashSet<>();
    try {
      for (Attribute attribute : jmx.getAttributes(name, attributes).asList()) {
        read.add(attribute.getName());
        lookAt(name + " " + attribute.getName(), attribute::getValue);
      }
    } catch (RuntimeException | IOException e) {
      // One of a type that this process does not have: then each is asked alone.
      read.clear();
    }
    return read;
  }

  private interface Look {
    Object at() throws JMException, IOException;
  }

  private void lookAt(String place, Look look) throws IOException {
    try {
      Object value = look.at();
      search.look(
          place, value instanceof Object[] many ? List.of(many).toString() : String.valueOf(value));
    } catch (JMException | RuntimeException | IOException e) {
      // What cannot be read, or is no type of this process, shows nothing here but its message.
      search.look(place, String.valueOf(e));
    }
  }

  private void lookIntoTables() {
    for (Map<String, Object> table :
        place.query(
            "select table_name from information_schema.tables where table_schema = 'public'"
                + " and table_type = 'BASE TABLE'")) {
      String name = table.get("table_name").toString();
      place
          .query("select t::text as row from \"" + name + "\" t limit 2000")
          .forEach(row -> search.look("table " + name, row.get("row").toString()));
    }
  }

  /** What was left below the working directory, the database's own files aside. */
  private void lookIntoFiles() throws IOException {
    try (Stream<Path> files = Files.walk(place.directory())) {
      for (Path file :
          files
              .filter(file -> !file.startsWith(place.data()))
              .filter(Files::isRegularFile)
              .toList()) {
        search.look(
            "file " + file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
  }
}
