package dev.caravan.runtime;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.alerts.StartAlerts;
import dev.caravan.cluster.PostgresClusterService;
import dev.caravan.database.Database;
import dev.caravan.database.DatabaseException;
import dev.caravan.database.DiskSpace;
import dev.caravan.database.Heartbeat;
import dev.caravan.database.OperationalSnapshot;
import dev.caravan.database.ZoneRules;
import dev.caravan.management.CliConnectors;
import dev.caravan.management.ClockHealth;
import dev.caravan.management.SharedMBeanInfo;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.ProviderClock;
import dev.caravan.source.RequestBudget;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Caravan in this process: the database, and on it Camel with all routes. */
public final class CaravanRuntime implements AutoCloseable {
  /** Where the demo keeps its database, apart from the one of real use. */
  public static final String DEMO_DIRECTORY = "data-demo";

  /** Of this class's package the log shows the lines of the whole program. */
  private static final Logger LOG = LoggerFactory.getLogger("dev.caravan");

  /** What comes with Caravan: the defaults of what a user sets, and the wiring of beans. */
  public static final String PACKAGED =
      "classpath:application.properties,classpath:wiring.properties";

  /** The same where the stream goes by Kafka. */
  private static final String KAFKA = "classpath:kafka.properties";

  /** The runtime keeps all schedules; a one-shot command runs one flow and has none. */
  public enum Mode {
    SCHEDULED,
    ONE_SHOT
  }

  private final Settings settings;
  private final Mode mode;
  private final Map<String, String> instead;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private StartAlerts alerts;
  private Database database;
  private Heartbeat heartbeat;
  private PostgresClusterService cluster;
  private Watchdog watchdog;
  private Main camel;
  private volatile boolean runs;

  public CaravanRuntime(Settings settings, Mode mode) {
    this(settings, mode, Map.of());
  }

  /**
   * One in which other values stand for some of those that follow from the settings.
   *
   * @param instead by key, {@code caravan.internal.http} for one
   */
  public CaravanRuntime(Settings settings, Mode mode, Map<String, String> instead) {
    this.settings = settings;
    this.mode = mode;
    this.instead = Map.copyOf(instead);
  }

  /**
   * Opens the database and starts Camel.
   *
   * @throws DatabaseException at once in a one-shot command; the scheduled runtime waits for a
   *     server that is away
   * @throws SettingException where the scheduled runtime cannot listen on its HTTP port
   */
  public void start() throws Exception {
    AlertSettings.refuseWrong(settings);
    ClusterSettings.refuseWrong(settings);
    KafkaSettings.refuseWrong(settings);
    alerts =
        new StartAlerts(
            settings.get("caravan.alerts.to"),
            Long.parseLong(instead.getOrDefault("caravan.internal.alerts-grace-ms", "60000")));
    if (mode == Mode.SCHEDULED) {
      watchdog = Watchdog.start(System.getenv(), this::works);
    }
    Database.Options options = databaseOptions(settings, mode);
    database = persistently(() -> Database.open(options));
    LOG.info("Database {} is ready", database.place());
    if (stopping.getCount() == 0) {
      return;
    }
    HttpPort http = HttpPort.of(settings);
    boolean serves =
        mode == Mode.SCHEDULED && !"false".equals(instead.get("caravan.internal.http"));
    if (serves) {
      // Behind the database, which knows better why a second Caravan cannot run here.
      http.refuseTaken();
    }
    heartbeat =
        new Heartbeat(
            database,
            CaravanRuntime.class.getPackage().getImplementationVersion(),
            mode == Mode.SCHEDULED && ClusterSettings.enabled(settings)
                ? ClusterSettings.node(settings, database)
                : null);
    heartbeat.start();
    int interrupted = persistently(database::interruptDeadRuns);
    if (interrupted > 0) {
      LOG.warn("{} runs that were cut off are now marked interrupted", interrupted);
    }
    List<String> months = persistently(() -> database.makeMonths(Instant.now()));
    if (!months.isEmpty()) {
      LOG.info("The tables have new months: {}", String.join(", ", months));
    }
    persistently(
        () -> {
          database.seedSymbols(settings.get("caravan.symbols"));
          return null;
        });
    // Before any flow or schedule asks what day it is.
    MarketCalendar.learnRows(persistently(database::sessions));
    if (mode == Mode.SCHEDULED && ClusterSettings.enabled(settings)) {
      persistently(
          () -> {
            ClusterSettings.check(settings, database);
            ClusterSettings.refuseOtherFeeds(settings, database);
            return null;
          });
      cluster = ClusterSettings.service(settings, database);
    }
    persistently(
        () -> {
          database.nameFeeds(
              settings.get("caravan.alpaca.feed"), settings.get("caravan.alpaca.history-feed"));
          return null;
        });
    if (mode == Mode.SCHEDULED && KafkaSettings.on(settings)) {
      awaitTopic();
    }
    if (mode == Mode.SCHEDULED) {
      persistently(
          () -> {
            database.logChanges(KafkaSettings.publishes(settings));
            return null;
          });
    }
    if (!settings.alpaca()) {
      LOG.warn(
          "The Alpaca flows are off: no keys. Set APCA_API_KEY_ID and"
              + " APCA_API_SECRET_KEY to turn them on.");
    }
    camel = new Main();
    // Whoever starts a runtime closes it; a hook of Camel's own would hold it until the JVM ends.
    camel.setShutdownStrategy(new SimpleMainShutdownStrategy());
    camel.setDefaultPropertyPlaceholderLocation(
        configuration(Settings.file())
            + (mode == Mode.SCHEDULED && KafkaSettings.on(settings) ? "," + KAFKA : ""));
    Properties properties = properties(settings, database, mode);
    if (mode == Mode.ONE_SHOT) {
      // Nobody looks into a command, and the beans of JMX are most of its start.
      properties.setProperty("camel.main.jmxEnabled", "false");
    }
    if (alerts.hasOutage()) {
      camel.bind("startAlerts", alerts.memory());
      properties.setProperty("camel.beans.alertMemory", "#bean:startAlerts");
    }
    properties.putAll(instead);
    camel.setOverrideProperties(properties);
    if (database.server() != null) {
      camel.bind("embeddedServer", database.server());
    }
    camel.addMainListener(new SettingsFirst());
    camel.addMainListener(new Hooks());
    camel.addMainListener(new RedactedDevConsoles());
    camel.start();
    runs = true;
    if (serves) {
      if ("root".equals(System.getProperty("user.name"))) {
        LOG.warn("Caravan runs as root; a user of its own is enough for all that it does");
      }
      clockFaults().forEach(LOG::warn);
      http.refuseUnserved(context());
      // For what runs, and not for a command that is over in a moment.
      CliConnectors.connect(context());
      LOG.info(
          "Caravan runs: {}. Health: {}/observe/health. Ctrl-C ends it.",
          FlowCatalog.summary(settings),
          http.url());
    }
  }

  /**
   * What is wrong between this machine's clock, the database's and Alpaca's, as far as known, and
   * between what Java and the database know of New York's time.
   */
  public List<String> clockFaults() {
    Registry beans = context().getRegistry();
    return Stream.concat(
            ClockHealth.faults(
                beans.findSingleByType(ProviderClock.class),
                beans.findSingleByType(OperationalSnapshot.class))
                .stream(),
            ZoneRules.fault(
                beans.lookupByNameAndType("dataSource", DataSource.class),
                MarketCalendar.NEW_YORK,
                Instant.now())
                .stream())
        .toList();
  }

  /**
   * Whether this process works: its beats go on, and Camel is alive. A start may wait for its
   * database, and an end for its runs, as long as they take.
   */
  private boolean works() {
    return !runs
        || stopping.getCount() == 0
        || heartbeat.turns()
            && HealthCheckHelper.invokeLiveness(context()).stream()
                .allMatch(check -> check.getState() == HealthCheck.State.UP);
  }

  /** Null before there is one, as where the start failed at the database. */
  public CamelContext context() {
    return camel == null ? null : camel.getCamelContext();
  }

  public Database database() {
    return database;
  }

  /** Where Camel finds its settings; the first place that has a key wins. */
  static String configuration(Path file) {
    return "file:" + file + ";optional=true," + PACKAGED;
  }

  /** Waits until this is closed, or until somebody stops Camel itself. */
  public void await() throws InterruptedException {
    ended.await();
  }

  @Override
  public synchronized void close() {
    if (stopping.getCount() == 0) {
      return;
    }
    stopping.countDown();
    ended.countDown();
    if (camel != null && camel.getCamelContext() != null) {
      CamelContext context = camel.getCamelContext();
      context.getRegistry().findByType(RequestBudget.class).forEach(RequestBudget::stop);
      context.getRegistry().findByType(DiskSpace.class).forEach(DiskSpace::stop);
      List<HikariDataSource> pools =
          List.copyOf(context.getRegistry().findByType(HikariDataSource.class));
      camel.stop();
      pools.forEach(HikariDataSource::close);
    }
    if (heartbeat != null) {
      heartbeat.close();
    }
    if (database != null) {
      database.close();
    }
    if (watchdog != null) {
      watchdog.close();
    }
    if (mode == Mode.SCHEDULED) {
      LOG.info("Caravan has stopped");
    }
  }

  /** Where the settings say that the database is. */
  public static Database.Options databaseOptions(Settings settings, Mode mode) {
    return new Database.Options(
        settings.get("caravan.database.url"),
        settings.get("caravan.database.user"),
        settings.get("caravan.database.password"),
        Path.of(settings.get("caravan.database.directory")),
        settings.number("caravan.database.port"),
        mode == Mode.SCHEDULED,
        settings.get("caravan.database.access").equals("owner"));
  }

  /** Waits for the brokers as for the database. */
  private void awaitTopic() throws InterruptedException {
    boolean said = false;
    while (true) {
      try {
        KafkaTopic.make(settings);
        return;
      } catch (KafkaTopic.AwayException away) {
        if (!said) {
          LOG.warn("{}; Caravan retries every 2 s until they are available", away.getMessage());
          said = true;
        }
        if (stopping.await(2, TimeUnit.SECONDS)) {
          return;
        }
      }
    }
  }

  /** Does what needs the database; the scheduled runtime waits where that is away. */
  private <T> T persistently(Supplier<T> work) throws InterruptedException {
    boolean said = false;
    while (true) {
      try {
        T done = work.get();
        alerts.databaseBack();
        return done;
      } catch (DatabaseException e) {
        if (mode == Mode.ONE_SHOT || !e.passing()) {
          throw e;
        }
        alerts.databaseAway(e);
        if (!said) {
          LOG.warn(
              "{}; Caravan retries every 2 s until it is available",
              e.getMessage().replaceFirst("\\.$", ""));
          said = true;
        }
        if (stopping.await(2, TimeUnit.SECONDS)) {
          throw e;
        }
      }
    }
  }

  /** What the routes and beans need beyond the settings, for a database that is open. */
  public static Properties properties(Settings settings, Database database, Mode mode) {
    Properties properties = new Properties();
    properties.putAll(settings.all());
    properties.setProperty("caravan.internal.jdbc-url", database.url());
    properties.setProperty("caravan.internal.jdbc-user", database.user());
    properties.setProperty("caravan.internal.host", ClusterSettings.node(settings, database));
    properties.setProperty("caravan.internal.jdbc-password", database.password());
    // A scheduled run waits for its database as long as it takes; a person who waits does not.
    properties.setProperty("caravan.internal.finish-tries", mode == Mode.SCHEDULED ? "-1" : "5");
    properties.setProperty("caravan.internal.http", Boolean.toString(mode == Mode.SCHEDULED));
    properties.setProperty("caravan.internal.repair-attempts", "10");
    properties.setProperty("caravan.internal.alpaca", Boolean.toString(settings.alpaca()));
    properties.setProperty(
        "caravan.internal.newsapi", Boolean.toString(settings.has("caravan.newsapi.key")));
    properties.setProperty(
        "caravan.internal.news",
        Boolean.toString(settings.alpaca() || settings.has("caravan.newsapi.key")));
    // What lies in the directory of the demo is simulated, whoever looks at it.
    properties.setProperty(
        "caravan.internal.demo",
        Boolean.toString(
            settings.get("caravan.database.directory").equals(DEMO_DIRECTORY)
                && settings.get("caravan.database.url").equals("embedded")));
    properties.setProperty(
        "caravan.internal.disk",
        settings.get("caravan.database.url").equals("embedded")
            ? settings.get("caravan.database.directory")
            : "");
    FlowCatalog.resolve(settings, properties);
    AlertSettings.resolve(settings, properties);
    KafkaSettings.resolve(settings, properties, mode == Mode.SCHEDULED);
    if (mode == Mode.ONE_SHOT) {
      properties.setProperty(
          "camel.main.routeFilterExcludePattern", "schedule-*,alerts-summary,api-*,rest:*");
    }
    return properties;
  }

  /**
   * Camel would ask environment and -D before anything else. The settings have heard them already,
   * in their own order and checked, and the demo's must not be overheard.
   */
  private static final class SettingsFirst extends MainListenerSupport {
    @Override
    public void beforeInitialize(BaseMainSupport main) {
      PropertiesComponent properties =
          (PropertiesComponent) main.getCamelContext().getPropertiesComponent();
      properties.setEnvironmentVariableMode(
          PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
      properties.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
    }
  }

  /** What Camel would only take from a registry that is filled before it is configured. */
  private final class Hooks extends MainListenerSupport {
    @Override
    public void beforeInitialize(BaseMainSupport main) {
      CamelContext context = main.getCamelContext();
      context.getCamelContextExtension().setManagementMBeanAssembler(new SharedMBeanInfo(context));
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
      CamelContext context = main.getCamelContext();
      context
          .getRegistry()
          .findByType(LifecycleStrategy.class)
          .forEach(context::addLifecycleStrategy);
      context.addLifecycleStrategy(new EndWithCamel());
      if (cluster != null) {
        try {
          context.addService(cluster);
        } catch (Exception e) {
          throw new RuntimeCamelException("The cluster's service cannot be started", e);
        }
      }
    }
  }

  /** Whoever stops Camel alone, as {@code camel stop} does, means the whole program. */
  private final class EndWithCamel extends LifecycleStrategySupport {
    @Override
    public void onContextStopped(CamelContext context) {
      ended.countDown();
    }
  }
}
