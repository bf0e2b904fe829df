package dev.caravan.storm;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.stream.AlpacaStreamComponent;
import dev.caravan.stream.AlpacaStreamEndpoint;
import dev.caravan.stream.StreamFigures;
import dev.caravan.support.RunningCaravan;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * One process of Caravan, played in this JVM: all its routes, with short waits. It can be frozen,
 * since it asks a clock and a pool of connections of its own for all it does, and killed, so that
 * nothing orderly reaches the database or the exchange any more.
 */
final class Node {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Map<Integer, Node> NODES = new ConcurrentHashMap<>();
  private static final long STOP_MS = 5_000;

  /** As long as a statement may wait for others, and not for ever. */
  private static final long FIRST_TICK_MS = 20_000;

  /** What timers start at once, and every few seconds in life. */
  private static final Set<String> TICK_AT_ONCE = Set.of("schedule-stream", "schedule-news-stream");

  /** What timers start every few seconds in life: the storm starts it when it moves the clock. */
  private static final List<String> TICKING =
      List.of("schedule-stream", "schedule-news-stream", "schedule-stream-symbols");

  /** The property that says where other routes are than Caravan's own. */
  static final String ROUTES = "storm.routes";

  /** How long it waits after a 406: longer than after all else. */
  static final long BUSY_MS = 300;

  /** How long a source is left alone of which most answers failed in so much time. */
  static final long LEFT_ALONE_MS = 1_000;

  /** Of no use to the storm, and they cost time. */
  private static final String LEFT_OUT =
      "api*,rest:*,backfill*,replay*,schedule-alpaca*,schedule-yahoo*,schedule-market-calendar*,"
          + "schedule-hourly*,schedule-start*,schedule-end*,schedule-receipts,schedule-repair,"
          + "schedule-symbol*,schedule-news-load,schedule-catch-up,schedule-wake-up,schedule-resume,"
          + "schedule-learn-sessions,newsapi*";

  private final int number = COUNT.incrementAndGet();
  private final Clock exchangeClock;
  private final String role;
  private final RunningCaravan caravan;
  private final ExecutorService flows =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "storm-flow");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Future<?>> running = new ConcurrentHashMap<>();
  private final AtomicInteger writerErrors = new AtomicInteger();
  private final CountDownLatch firstTicks = new CountDownLatch(TICK_AT_ONCE.size());
  private volatile CountDownLatch frozen = new CountDownLatch(0);
  private ProducerTemplate template;

  Node(Clock exchangeClock, StormDatabase database, Map<String, String> settings)
      throws SQLException {
    this.exchangeClock = exchangeClock;
    this.role = database.newRole();
    Map<String, String> all = new HashMap<>(settings);
    all.put("caravan.database.url", database.url());
    all.put("caravan.database.user", role);
    Map<String, String> instead = new HashMap<>();
    instead.put("caravan.internal.http", "false");
    // The storm ticks instead.
    instead.put("caravan.internal.stream-tick-ms", "600000");
    instead.put("caravan.internal.stream-follow-ms", "600000");
    instead.put("caravan.internal.stream-busy-min-ms", Long.toString(BUSY_MS));
    instead.put("caravan.internal.stream-busy-max-ms", Long.toString(BUSY_MS + 50));
    instead.put("caravan.internal.repair-attempts", "1");
    instead.put("caravan.internal.finish-delay-ms", "20");
    instead.put("caravan.internal.finish-max-delay-ms", "60");
    instead.put("camel.main.routeFilterExcludePattern", LEFT_OUT);
    instead.put("camel.main.startupSummaryLevel", "off");
    instead.put("camel.trace.standby", "false");
    instead.put("camel.main.jmxEnabled", "false");
    // Quartz keeps schedulers by the name of their context, and the nodes of all lanes are in one
    // JVM.
    instead.put("camel.main.name", "caravan-" + role);
    instead.put("camel.component.quartz.enableJmx", "false");
    String leftAlone = Long.toString(TimeUnit.MILLISECONDS.toSeconds(LEFT_ALONE_MS));
    instead.put("camel.resilience4j.waitDurationInOpenState", leftAlone);
    instead.put("camel.resilience4j.slidingWindowSize", leftAlone);
    instead.put("camel.beans.clock", "#class:" + NodeClock.class.getName());
    instead.put("camel.beans.clock.node", Integer.toString(number));
    instead.put("camel.beans.dataSource", "#class:" + NodeDataSource.class.getName());
    instead.put("camel.beans.dataSource.node", Integer.toString(number));
    instead.put("camel.beans.dataSource.connectionTimeout", "1000");
    instead.put("camel.beans.dataSource.minimumIdle", "1");
    instead.put("camel.beans.nodeLifecycle", "#class:" + NodeLifecycle.class.getName());
    instead.put("camel.beans.nodeLifecycle.node", Integer.toString(number));
    if (System.getProperty(ROUTES) != null) {
      instead.put("camel.main.routesIncludePattern", System.getProperty(ROUTES));
    }
    this.caravan = new RunningCaravan(all, instead);
    NODES.put(number, this);
  }

  /** In life one thread ticks; so the storm does not before that thread has, which it does once. */
  void start() throws Exception {
    caravan.start();
    template = context().createProducerTemplate();
    if (!firstTicks.await(FIRST_TICK_MS, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("no timer has ticked");
    }
  }

  String role() {
    return role;
  }

  String process() {
    return caravan.process();
  }

  CamelContext context() {
    return caravan.context();
  }

  StreamFigures figures() {
    return context().getRegistry().lookupByNameAndType("streamFigures", StreamFigures.class);
  }

  StreamFigures newsFigures() {
    return context().getRegistry().lookupByNameAndType("newsFigures", StreamFigures.class);
  }

  /** Whether both streams deliver, so that nothing connects by itself. */
  boolean isAllSubscribed() {
    return context().getRegistry().findByType(StreamFigures.class).stream()
        .allMatch(StreamFigures::isSubscribed);
  }

  int borrowedConnections() {
    return context().getRegistry().findByType(HikariDataSource.class).stream()
        .filter(HikariDataSource::isRunning)
        .mapToInt(pool -> pool.getHikariPoolMXBean().getActiveConnections())
        .sum();
  }

  /**
   * Runs a flow, unless it is running already; does not wait for ever for its end.
   *
   * @return whether it came to its end
   */
  boolean run(String flow, Map<String, Object> variables, long patienceMs)
      throws InterruptedException {
    Future<?> last = running.get(flow);
    if (last != null && !last.isDone()) {
      return waitFor(last, patienceMs);
    }
    Future<?> started =
        flows.submit(
            () -> {
              Exchange exchange =
                  template.request(
                      "direct:" + flow,
                      request -> {
                        request.getMessage().setHeader("trigger", "schedule");
                        variables.forEach(request::setVariable);
                      });
              return exchange.getException();
            });
    running.put(flow, started);
    return waitFor(started, patienceMs);
  }

  /**
   * Does what the timers do, each on its own; what is still at it from the last time goes on.
   *
   * @return whether all came to their end
   */
  boolean tick(long patienceMs) throws InterruptedException {
    for (String route : TICKING) {
      Future<?> last = running.get(route);
      if (last == null || last.isDone()) {
        running.put(route, flows.submit(() -> tick(route)));
      }
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
    boolean ended = true;
    for (String route : TICKING) {
      ended &=
          waitFor(
              running.get(route),
              Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
    }
    return ended;
  }

  private Void tick(String routeId) throws Exception {
    Route route = context().getRoute(routeId);
    if (route != null) {
      route.getProcessor().process(route.getEndpoint().createExchange());
    }
    return null;
  }

  private static boolean waitFor(Future<?> flow, long patienceMs) throws InterruptedException {
    try {
      flow.get(patienceMs, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException failed) {
      return true;
    }
  }

  boolean isBusy() {
    return running.values().stream().anyMatch(flow -> !flow.isDone());
  }

  // What goes wrong

  /** Lets a writer of the stream's rows meet an Error, so many times. */
  void failWriters(int times) {
    writerErrors.set(times);
  }

  /** Whether a writer is still to meet one. */
  boolean writersFail() {
    return writerErrors.get() > 0;
  }

  /** From now on nothing goes on in this process, until it is thawed. */
  void freeze() {
    CountDownLatch gate = new CountDownLatch(1);
    frozen = gate;
    for (AlpacaStreamComponent component :
        context().getRegistry().findByType(AlpacaStreamComponent.class)) {
      stall(component.getVertx(), gate);
    }
    AlpacaStreamComponent stream =
        context().getComponent("alpaca-stream", AlpacaStreamComponent.class);
    stall(stream.getVertx(), gate);
  }

  private static void stall(Vertx vertx, CountDownLatch gate) {
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      vertx.getOrCreateContext().runOnContext(go -> await(gate));
    }
  }

  void thaw() {
    frozen.countDown();
  }

  boolean isFrozen() {
    return frozen.getCount() > 0;
  }

  /** From now on a slow machine is not taken for a dead peer. */
  void bePatient() {
    for (Endpoint endpoint : context().getEndpoints()) {
      if (endpoint instanceof AlpacaStreamEndpoint stream) {
        stream.setSilenceMs(60_000);
      }
    }
  }

  void close() {
    thaw();
    end(STOP_MS);
  }

  /** Ends what is left of a process that was cut off from everything. */
  void discard() {
    thaw();
    end(1);
  }

  private void end(long patienceMs) {
    flows.shutdown();
    if (context() != null) {
      context().getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
      context().getShutdownStrategy().setTimeout(patienceMs);
    }
    caravan.close();
    flows.shutdownNow();
    NODES.remove(number);
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** The clock of a process; who is frozen gets no answer. */
  public static final class NodeClock extends Clock {
    private Node node;

    public void setNode(int number) {
      node = NODES.get(number);
    }

    @Override
    public Instant instant() {
      await(node.frozen);
      return node.exchangeClock.instant();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** The pool of a process; who is frozen gets no connection. */
  public static final class NodeDataSource extends HikariDataSource {
    private Node node;

    public void setNode(int number) {
      node = NODES.get(number);
    }

    @Override
    public Connection getConnection() throws SQLException {
      await(node.frozen);
      if (Thread.currentThread().getName().startsWith("stream-writer")
          && node.writerErrors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return failing(super.getConnection());
      }
      return super.getConnection();
    }

    /** What begins a transaction takes an error for one of the database; so it comes later. */
    private static Connection failing(Connection connection) {
      Set<String> first = Set.of("createStatement", "prepareStatement", "unwrap", "setSavepoint");
      return (Connection)
          Proxy.newProxyInstance(
              NodeDataSource.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                if (first.contains(method.getName())) {
                  throw new NoClassDefFoundError("the storm");
                }
                return method.invoke(connection, arguments);
              });
    }
  }

  /** Counts the first tick of each timer. */
  private static final class FirstTicks extends EventNotifierSupport {
    private final Set<String> ticked = ConcurrentHashMap.newKeySet();
    private final CountDownLatch left;

    FirstTicks(CountDownLatch left) {
      this.left = left;
      setIgnoreExchangeCreatedEvent(true);
      setIgnoreExchangeSendingEvents(true);
      setIgnoreExchangeSentEvents(true);
    }

    @Override
    public void notify(CamelEvent event) {
      if (event instanceof CamelEvent.ExchangeEvent ended) {
        String route = ended.getExchange().getFromRouteId();
        if (TICK_AT_ONCE.contains(route) && ticked.add(route)) {
          left.countDown();
        }
      }
    }
  }

  /** Counts the first ticks, and shortens waits of the stream that are seconds in life. */
  public static final class NodeLifecycle extends LifecycleStrategySupport {
    private Node node;

    public void setNode(int number) {
      node = NODES.get(number);
    }

    @Override
    public void onContextStarting(CamelContext context) {
      context.getManagementStrategy().addEventNotifier(new FirstTicks(node.firstTicks));
    }

    @Override
    public void onEndpointAdd(Endpoint endpoint) {
      if (endpoint instanceof AlpacaStreamEndpoint stream) {
        stream.setReconnectMinMs(10);
        stream.setReconnectMaxMs(40);
        stream.setPingIntervalMs(60);
        stream.setSilenceMs(1_000);
        stream.setConnectTimeoutMs(1_000);
        stream.setBatchBytes(20_000);
        stream.setHighWaterBytes(60_000);
      }
    }
  }

  static List<Node> alive() {
    return List.copyOf(NODES.values());
  }
}
