package dev.caravan.support;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.market.MarketCalendar;
import dev.caravan.runtime.CaravanRuntime;
import dev.caravan.runtime.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** All routes of Caravan in this JVM, on a fresh database, without schedules unless asked for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CaravanTestSupport extends CamelMainTestSupport {
  private static Clock now = Clock.systemUTC();

  protected final TestDatabase database = TestDatabase.fresh();
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> internals = new HashMap<>();
  private boolean emptied;

  protected CaravanTestSupport() {
    set("caravan.alpaca.key-id", "test");
    set("caravan.alpaca.secret-key", "test");
    set("caravan.yahoo.requests-per-minute", "100000");
    set("caravan.yahoo.burst", "100000");
    set("caravan.alpaca.requests-per-minute", "100000");
    set("caravan.alpaca.burst", "100000");
    // Nobody listens there: without a crumb Yahoo is asked for one symbol a call.
    set("caravan.yahoo.cookie-url", "http://127.0.0.1:1");
    // Otherwise it would depend on the day of the week whether it runs.
    set("caravan.schedule.stream", "off");
    set("caravan.schedule.market-calendar", "off");
    set("caravan.schedule.hourly-process", "off");
    set("caravan.schedule.start-of-day", "off");
    set("caravan.schedule.end-of-day", "off");
    set("caravan.schedule.catch-up", "off");
    set("caravan.schedule.retention", "off");
    set("caravan.retry.delay-ms", "20");
    set("caravan.retry.max-delay-ms", "2000");
    // What is wrong here is wrong on purpose; AlertsIT looks whether anybody is told.
    internal("alerts-period-ms", "3600000");
    set("caravan.http.port", Integer.toString(TestDatabase.freePort()));
  }

  /** Sets a key; to be called in the constructor of the test. */
  protected final void set(String key, String value) {
    settings.put(key, value);
  }

  /** Sets what follows from the settings to something else; in the constructor of the test. */
  protected final void internal(String key, String value) {
    internals.put("caravan.internal." + key, value);
  }

  /** What Caravan takes for now; a test that moves it gives its own. */
  protected Clock clock() {
    return Clock.systemUTC();
  }

  public static Clock now() {
    return now;
  }

  /** Runs with all schedules, as the runtime does, where it returns true. */
  protected boolean scheduled() {
    return false;
  }

  // What starts by itself when the routes start must find its rows again in the first test.
  @BeforeEach
  void emptyTablesUnlessJustStarted() {
    if (!emptied) {
      emptyTables();
    }
    emptied = false;
  }

  /** Before the routes start, and before each further test. */
  public void emptyTables() {
    database.empty();
    database.execute("insert into feeds (role, feed) values ('stream', 'iex'), ('history', 'sip')");
  }

  @AfterAll
  void dropDatabase() {
    // Otherwise it would live on beside the next tests of this JVM, without its database.
    if (context != null) {
      Set<HikariDataSource> pools = context.getRegistry().findByType(HikariDataSource.class);
      context.stop();
      // They would go on to look for their database, and warn in the log of other tests.
      pools.forEach(HikariDataSource::close);
    }
    // It is one for the whole JVM, and the next test has another exchange.
    MarketCalendar.learn(List.of());
    database.close();
  }

  @Override
  protected String getPropertyPlaceholderLocations() {
    return CaravanRuntime.PACKAGED;
  }

  @Override
  protected void configure(MainConfigurationProperties configuration) {
    configuration.setName("caravan");
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    emptyTables();
    emptied = true;
    Settings checked = Settings.load(Path.of("none"), Map.of(), Map.of(), settings, Map.of());
    Properties properties =
        CaravanRuntime.properties(
            checked,
            database.database(),
            scheduled() ? CaravanRuntime.Mode.SCHEDULED : CaravanRuntime.Mode.ONE_SHOT);
    properties.putAll(internals);
    // By the name of a method, since Camel makes its beans anew from the properties when it starts.
    now = clock();
    properties.setProperty(
        "camel.beans.clock", "#class:" + CaravanTestSupport.class.getName() + "#now");
    camelContextConfiguration().withUseOverridePropertiesWithPropertiesComponent(properties);
    return super.createCamelContext();
  }

  protected final void symbols(String... symbols) {
    database.database().seedSymbols(String.join(",", symbols));
  }

  /** As if every list of Alpaca's between these times had had the symbols as active. */
  protected final void listed(String from, String to, String... symbols) {
    for (String symbol : symbols) {
      database.execute(
          "insert into listings (symbol, id, active_from, active_to) values ('%s', 'id of %s', '%s', '%s')"
              .formatted(symbol, symbol, from, to));
    }
  }

  /** Runs a flow to its end and returns its row of flow_runs. */
  protected final Map<String, Object> run(String flow) {
    return run(flow, "schedule");
  }

  protected final Map<String, Object> run(String flow, String trigger) {
    Exchange exchange =
        template.request(
            "direct:" + flow,
            request -> {
              request.getMessage().setHeader("trigger", trigger);
              request.getMessage().setHeader("probe", trigger.equals("command"));
            });
    if (exchange.getException() != null) {
      throw new IllegalStateException(exchange.getException());
    }
    Map<?, ?> ended = (Map<?, ?>) exchange.getMessage().getBody(List.class).get(0);
    return database.query("select * from flow_runs where run_id = " + ended.get("run_id")).get(0);
  }
}
