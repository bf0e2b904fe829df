package dev.caravan.management;

import dev.caravan.database.DiskSpace;
import dev.caravan.database.EmbeddedServer;
import dev.caravan.database.GapFigures;
import dev.caravan.database.OperationalSnapshot;
import dev.caravan.market.ProviderClock;
import dev.caravan.source.RequestBudget;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Shows each flow and each provider account in JMX, health and metrics once Camel runs. Which there
 * are it learns from the routes and beans, so that a new one is shown without a line here.
 */
public final class Management extends LifecycleStrategySupport {
  /** A route of this name starts the flow that the rest of it names. */
  static final String SCHEDULE = "schedule-";

  private boolean enabled;
  private boolean alpaca;
  private boolean newsapi;
  private OperationalSnapshot standing;
  private ProviderClock clock = new ProviderClock();
  private GapFigures gaps;
  private DiskSpace disk = new DiskSpace();
  private MeterRegistry registry;

  /** A one-shot command shows nothing. */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  public void setAlpaca(boolean alpaca) {
    this.alpaca = alpaca;
  }

  public void setNewsapi(boolean newsapi) {
    this.newsapi = newsapi;
  }

  public void setStanding(OperationalSnapshot standing) {
    this.standing = standing;
  }

  public void setGaps(GapFigures gaps) {
    this.gaps = gaps;
  }

  public void setDisk(DiskSpace disk) {
    this.disk = disk;
  }

  public void setClock(ProviderClock clock) {
    this.clock = clock;
  }

  public void setRegistry(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void onContextStarted(CamelContext context) {
    if (!enabled) {
      return;
    }
    HealthCheckRegistry health = HealthCheckRegistry.get(context);
    ProducerTemplate template = context.createProducerTemplate();
    ExecutorService runs =
        context.getExecutorServiceManager().newThreadPool(this, "run-now", "run-now");
    for (String flow : flows(context)) {
      register(
          context,
          "type=Flow,name=" + flow,
          new FlowControl(context, flow, standing, template, runs));
      health.register(new FlowHealth(flow, standing));
      showFlow(flow);
    }
    register(context, "type=Repair", new RepairControl(context, standing, template, runs, gaps));
    health.register(new ClockHealth(clock, standing));
    health.register(new DiskHealth(disk));
    Gauge.builder(
            "caravan.disk.free",
            disk,
            self -> self.freeMb().map(Double::valueOf).orElse(Double.NaN))
        .baseUnit("megabytes")
        .description(
            "Room left on the disk of the embedded server; NaN where the server is not Caravan's own")
        .register(registry);
    for (RequestBudget budget : context.getRegistry().findByType(RequestBudget.class)) {
      BudgetControl control = new BudgetControl(budget, standing);
      register(context, "type=Budget,name=" + budget.getAccount(), control);
      health.register(
          new SourceHealth(context, budget.getAccount(), hasKeys(budget.getAccount()), standing));
      showBudget(control);
    }
    EmbeddedServer server = context.getRegistry().findSingleByType(EmbeddedServer.class);
    if (server != null) {
      health.register(new ServerHealth(server, ServerHealth.PATIENCE));
      showServer(server);
    }
    TimeGauge.builder(
            "caravan.price.age",
            this,
            TimeUnit.SECONDS,
            self -> self.age(OperationalSnapshot.Reading::newestPrice))
        .description("Age of Yahoo's newest price; NaN where there is none")
        .register(registry);
  }

  /** The flows that have a schedule, whether it is on or off. */
  private static List<String> flows(CamelContext context) {
    return context.getRoutes().stream()
        .filter(route -> route.getEndpoint().getEndpointUri().startsWith("quartz:"))
        .map(Route::getRouteId)
        .filter(route -> route.startsWith(SCHEDULE))
        .map(route -> route.substring(SCHEDULE.length()))
        .toList();
  }

  private boolean hasKeys(String account) {
    return account.startsWith("alpaca") ? alpaca : !account.equals("newsapi") || newsapi;
  }

  private void register(CamelContext context, String name, Object control) {
    ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
    if (agent == null) {
      // JMX was turned off.
      return;
    }
    try {
      agent.register(control, new ObjectName("dev.caravan:" + name));
    } catch (JMException e) {
      throw new RuntimeCamelException(e);
    }
  }

  private void showFlow(String flow) {
    TimeGauge.builder(
            "caravan.flow.age",
            this,
            TimeUnit.SECONDS,
            self -> self.age(reading -> run(reading, flow, OperationalSnapshot.Run::finishedAt)))
        .description("Time since the last run finished; NaN before the first")
        .tags("flow", flow)
        .register(registry);
    Gauge.builder(
            "caravan.flow.failed",
            this,
            self ->
                self.number(
                    reading ->
                        "failed".equals(run(reading, flow, OperationalSnapshot.Run::status))
                            ? 1.0
                            : 0.0))
        .description("1 if the last finished run failed")
        .tags("flow", flow)
        .register(registry);
  }

  private void showServer(EmbeddedServer server) {
    Gauge.builder("caravan.postgresql.up", server, up -> up.downtime().isZero() ? 1 : 0)
        .description("1 while the embedded server runs, 0 while it is gone")
        .register(registry);
    FunctionCounter.builder("caravan.postgresql.restarts", server, EmbeddedServer::restarts)
        .description("How often the embedded server was brought back since Caravan started")
        .register(registry);
  }

  private void showBudget(BudgetControl budget) {
    String account = budget.getAccount();
    Gauge.builder("caravan.budget.left", budget, BudgetControl::getLeft)
        .description("Requests that the account may send now; -1 while the database is unavailable")
        .tags("account", account)
        .register(registry);
    Gauge.builder("caravan.budget.limit", budget, BudgetControl::getRequestsPerMinute)
        .description("Requests that the account may send in any 60 s")
        .tags("account", account)
        .register(registry);
    Gauge.builder("caravan.budget.waiting", budget, BudgetControl::getWaiting)
        .description("Callers waiting for their turn")
        .tags("account", account)
        .register(registry);
    TimeGauge.builder(
            "caravan.budget.pause", budget, TimeUnit.SECONDS, BudgetControl::secondsPaused)
        .description("Time for which the account is still paused after refusals")
        .tags("account", account)
        .register(registry);
  }

  private static <T> T run(
      OperationalSnapshot.Reading reading,
      String flow,
      Function<OperationalSnapshot.Run, T> field) {
    OperationalSnapshot.Run run = reading.runs().get(flow);
    return run == null ? null : field.apply(run);
  }

  private double age(Function<OperationalSnapshot.Reading, Instant> time) {
    return number(
        reading -> {
          Instant then = time.apply(reading);
          return then == null ? Double.NaN : OperationalSnapshot.age(then).toMillis() / 1e3;
        });
  }

  private double number(Function<OperationalSnapshot.Reading, Double> figure) {
    return standing.latest().map(figure).orElse(Double.NaN);
  }
}
