package dev.caravan.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CutProxy;
import dev.caravan.support.Place;
import dev.caravan.support.Pooler;
import dev.caravan.support.TapeCheck;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/**
 * Two Caravans as a user starts them, one PostgreSQL that both reach by its address, and an
 * exchange that allows one connection and so many requests. It looks on all the time, and judges in
 * the end.
 */
final class TwoNodes implements AutoCloseable {
  private static final int SYMBOLS = Integer.getInteger("symbols", 500);
  private static final int RATE = Integer.getInteger("rate", 5_000);
  private static final Duration MOST_LEASE = Duration.ofSeconds(Integer.getInteger("lease-s", 10));
  private static final Duration MOST_ROW = Duration.ofSeconds(Integer.getInteger("row-s", 15));
  private static final Duration PATIENCE = Duration.ofMinutes(Integer.getInteger("patience", 5));

  /** How often each flow is due that runs on both. */
  private static final Map<String, Duration> PERIODS =
      Map.of("repair", Duration.ofSeconds(15), "yahoo-quotes", Duration.ofSeconds(20));

  /** What the stream owes of each symbol, where channel trades is asked for. */
  private static final List<String> DATASETS = List.of("trades", "corrections");

  private static final String COVERED = "select count(*) from stream_coverage where feed = 'iex'";

  /** The process whose session has the lock. */
  private static final String LOCK =
      " from pg_locks l"
          + " join pg_stat_activity a on a.pid = l.pid"
          + " join cluster_nodes n on n.node = a.application_name"
          + " where l.locktype = 'advisory' and l.granted"
          + " and l.classid::bigint = hashtext('caravan lease')::bigint & 4294967295"
          + " and l.objid::bigint = hashtext('stream')::bigint & 4294967295";

  private static final String LEASE = "select coalesce(max(n.pid), 0)" + LOCK;

  private static final String ENDLESS =
      "select count(*) from gaps g"
          + " join stream_coverage c using (source, feed, dataset, symbol, timeframe)"
          + " where g.status = 'open' and g.to_ts is null";

  private final List<String> symbols =
      IntStream.range(0, SYMBOLS)
          .mapToObj(i -> "T" + (char) ('A' + i / 26 % 26) + (char) ('A' + i % 26))
          .toList();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<Long> excused = new TreeSet<>();
  private final List<List<Instant>> downs = new ArrayList<>();
  private int mostSockets = 1;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Simulator exchange = Simulator.start(SimulatorOptions.defaults());
  private final Place place = Place.prepared("cluster");
  private final Thread watch = new Thread(this::watch, "watch");
  private StartedBurst burst;
  private Instant both;
  private volatile boolean over;

  /** One that runs, or has run. */
  static final class Node {
    final String name;
    final int httpPort;
    final CaravanProcess process;

    Node(String name, int httpPort, CaravanProcess process) {
      this.name = name;
      this.httpPort = httpPort;
      this.process = process;
    }

    long pid() {
      return process.pid();
    }
  }

  TwoNodes() {
    place.server();
    watch.setDaemon(true);
    watch.start();
  }

  Place place() {
    return place;
  }

  Node start(String name) {
    return start(name, start -> start);
  }

  /** Starts a node with what it has to itself. */
  Node start(String name, UnaryOperator<CaravanProcess.Start> own) {
    int port = TestDatabase.freePort();
    CaravanProcess.Start start =
        place
            .caravan(exchange.url())
            .set("caravan.http.port", port)
            .set("caravan.database.url", url(place.port()))
            .set("caravan.database.user", "caravan")
            .set("caravan.cluster.enabled", true)
            .set("caravan.cluster.node", name)
            .set("caravan.schedule.stream", "always")
            .set("caravan.schedule.repair", "0/15 * * ? * *")
            .set("caravan.schedule.yahoo-quotes", "0/20 * * ? * *")
            .set("caravan.stream.channels", "trades")
            .set("caravan.alpaca.requests-per-minute", 200)
            .set("caravan.alpaca.burst", 50)
            .set("caravan.yahoo.requests-per-minute", 60)
            .set("caravan.yahoo.burst", 10)
            .set("caravan.symbols", String.join(",", symbols));
    Node node = new Node(name, port, own.apply(start).run());
    nodes.add(node);
    return node;
  }

  /** Starts a node that reaches the database by this network alone. */
  Node startThrough(String name, CutProxy network) {
    return start(name, start -> start.set("caravan.database.url", url(network.port())));
  }

  /** Starts a node whose statements go by a pooler, and whose locks do not. */
  Node startBehind(String name, Pooler pooler) {
    return start(
        name,
        start ->
            start
                // The next client of a session knows nothing of what was prepared in it.
                .set("caravan.database.url", url(pooler.port()) + "?prepareThreshold=0")
                .set("caravan.cluster.lock-url", url(place.port())));
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/caravan";
  }

  /** Waits until the ledger has this node as who has the stream. */
  void awaitOwner(Node node) {
    awaiting(node.name + " to have the stream", node)
        .untilAsserted(() -> assertThat(streams()).isEqualTo(node.pid()));
  }

  /** Waits until this node has the stream and is told all that it owes. */
  void awaitHolder(Node node) {
    awaitOwner(node);
    awaiting("all of it to be covered", node)
        .untilAsserted(() -> assertThat(count(COVERED)).isEqualTo(owed()));
    tell(node.name + " streams");
  }

  /** Waits until this node says by whom the stream is held, and that it is well so. */
  void awaitStandby(Node node, Node holder) {
    awaiting(node.name + " to stand by", node)
        .untilAsserted(
            () -> {
              JsonNode check = Web.at(node.httpPort).check("stream");
              assertThat(check.path("status").asText()).as(check.toString()).isEqualTo("UP");
              assertThat(check.toString()).contains("held by the Caravan on " + holder.name);
              assertThat(Web.at(node.httpPort).get("/observe/health/ready").statusCode())
                  .isEqualTo(200);
            });
    tell(node.name + " stands by");
    if (both == null) {
      both = Instant.now();
    }
  }

  /** The exchange trades for so many seconds from now on. */
  void trade(int seconds) {
    burst =
        exchange.stream()
            .burst(Burst.of(symbols, RATE, Duration.ofSeconds(seconds)).withMessagesPerFrame(100));
  }

  /** Waits until so many seconds of it have passed. */
  void at(int seconds) {
    Instant then = burst.start().plusSeconds(seconds);
    await("second " + seconds).atMost(PATIENCE).until(() -> !Instant.now().isBefore(then));
  }

  /** Waits until the heir has the lease, in time. */
  void assertLease(Node heir, String blow, Instant at) {
    awaiting("the lease", heir).untilAsserted(() -> assertThat(count(LEASE)).isEqualTo(heir.pid()));
    Duration lease = Duration.between(at, Instant.now());
    System.out.printf("Cluster: %s: lease after %.1f s%n", blow, lease.toMillis() / 1000.0);
    assertThat(lease).as("until the lease was taken").isLessThanOrEqualTo(MOST_LEASE);
  }

  /** Waits until the heir has the lease, and has stored what was traded after the blow. */
  void assertFollows(Node heir, String blow, Instant at) {
    assertLease(heir, blow, at);
    assertStored(blow, at);
  }

  /** Waits until whoever has the stream has stored what was traded after the blow, in time. */
  void assertStored(String blow, Instant at) {
    String first =
        "select exists (select from trades where symbol in ('"
            + String.join("', '", symbols.subList(0, Math.min(9, symbols.size())))
            + "') and ts > '"
            + at
            + "')::int";
    await("the first later row")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(RuntimeException.class)
        .until(() -> count(first) == 1);
    Duration row = Duration.between(at, Instant.now());
    System.out.printf("Cluster: %s: first later row after %.1f s%n", blow, row.toMillis() / 1000.0);
    assertThat(row).as("until a later row was stored").isLessThanOrEqualTo(MOST_ROW);
  }

  /** Runs of this node may be called dead: it was, or nobody could tell it from one that is. */
  void excuse(Node node) {
    excused.add(node.pid());
  }

  /** No node could take a firing in this time. */
  void down(Instant from, Instant to) {
    downs.add(List.of(from, to));
  }

  /** As many sockets as there may have been at a time, refused ones included. */
  void allowSockets(int most) {
    mostSockets = most;
  }

  /** Waits until all is traded, and what was missed is repaired. */
  void awaitNothingOwed(Node holder) {
    awaiting("the end of the trades", holder).until(burst::isOver);
    awaiting("no gap without an end", holder)
        .untilAsserted(
            () -> assertThat(count("select count(*) from gaps where to_ts is null")).isZero());
    awaiting("what is owed to be repaired", holder)
        .untilAsserted(
            () -> assertThat(count("select count(*) from gaps where status = 'open'")).isZero());
    tell("nothing is owed any more");
  }

  /** When all is over: what must be true whatever has happened. */
  void judge(Node holder) throws SQLException {
    awaitNothingOwed(holder);
    Instant until = Instant.now();
    assertThat(count(COVERED)).as("coverage").isEqualTo(owed());
    assertThat(count("select count(*) from gaps where status = 'abandoned'")).isZero();
    assertThat(count("select count(*) from dead_letters where route_id = 'stream'")).isZero();
    assertThat(seen).as("what was seen meanwhile").isEmpty();
    assertThat(exchange.stream().maxSockets())
        .as("sockets of one path at a time")
        .isLessThanOrEqualTo(mostSockets);
    assertThat(exchange.stream().maxConnections())
        .as("connections of a key")
        .isLessThanOrEqualTo(mostSockets);
    assertThat(exchange.requests().stream().filter(TwoNodes::isOverLimit).toList())
        .as("requests over a limit")
        .isEmpty();
    assertFirings(until);
    assertThat(
            place.query(
                "select flow, process from flow_runs r join cluster_nodes n on n.node = r.process"
                    + " where r.status = 'interrupted' and n.pid not in ("
                    + Stream.concat(Stream.of(0L), excused.stream())
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "))
                    + ")"))
        .as("runs of a living process that were called dead")
        .isEmpty();
    TapeCheck.assertTableIsTape(place, exchange, burst);
    System.out.printf(
        "Cluster: %d trades are the tape; whole %d s after the last%n",
        burst.count(), Duration.between(burst.end(), until).toSeconds());
  }

  /** Waits until each flow has been due again. */
  void awaitFirings() {
    Instant enough = Instant.now().plusSeconds(45);
    await("firings").atMost(PATIENCE).until(() -> Instant.now().isAfter(enough));
  }

  private void assertFirings(Instant until) {
    PERIODS.forEach(
        (flow, period) -> {
          long step = period.toSeconds();
          // A firing of this very moment may not be entered yet.
          long last = until.minusSeconds(20).getEpochSecond() / step * step;
          long first = (both.getEpochSecond() / step + 1) * step;
          Set<Long> due =
              Stream.iterate(first, at -> at <= last, at -> at + step)
                  .filter(at -> downs.stream().noneMatch(down -> isWithin(at, down)))
                  .collect(Collectors.toCollection(TreeSet::new));
          Set<Long> taken =
              place
                  .query(
                      "select extract(epoch from due_at)::bigint as at from flow_firings where flow"
                          + " = '"
                          + flow
                          + "'")
                  .stream()
                  .map(row -> ((Number) row.get("at")).longValue())
                  .filter(at -> at >= first && at <= last)
                  .filter(at -> downs.stream().noneMatch(down -> isWithin(at, down)))
                  .collect(Collectors.toCollection(TreeSet::new));
          assertThat(due).as("the test took long enough for a firing of " + flow).isNotEmpty();
          assertThat(taken).as("firings of " + flow).isEqualTo(due);
          assertThat(
                  count(
                      "select count(*) from flow_runs where trigger = 'schedule' and flow = '"
                          + flow
                          + "'"))
              .as("runs of " + flow + " for its firings")
              .isLessThanOrEqualTo(
                  count(
                      "select (select count(*) + count(resumed_at) from flow_firings where flow = '"
                          + flow
                          + "') + (select count(resumed_at) from flow_runs where flow = '"
                          + flow
                          + "')"));
        });
  }

  private static boolean isWithin(long at, List<Instant> down) {
    return at >= down.get(0).getEpochSecond() && at <= down.get(1).getEpochSecond();
  }

  private static boolean isOverLimit(ServedRequest request) {
    return request.status() == 429;
  }

  private long owed() {
    return (long) SYMBOLS * DATASETS.size();
  }

  /** What the stream delivers is owed by nobody, at no time. */
  private void watch() {
    while (!over) {
      try {
        long endless = count(ENDLESS);
        if (endless > 0) {
          seen.add(endless + " gaps without an end of what is delivered, at " + Instant.now());
        }
        TimeUnit.MILLISECONDS.sleep(500);
      } catch (InterruptedException stop) {
        return;
      } catch (RuntimeException away) {
        // The database is one of those that are struck.
        continue;
      }
    }
  }

  long count(String sql) {
    return place.count(sql);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(place.port()), "caravan", "");
  }

  /** Waits until the holder is about to copy rows, and cannot. */
  void awaitCopyInTheWay() {
    await("a COPY that waits")
        .atMost(PATIENCE)
        .until(
            () ->
                count(
                        "select count(*) from pg_locks where not granted and mode = 'RowExclusiveLock'")
                    > 0);
  }

  /** What an administrator does, or a firewall, to that connection alone. */
  void endSessionOfTheLease() {
    place.query("select pg_terminate_backend(l.pid)" + LOCK);
  }

  /** The process that has the stream. */
  private long streams() {
    return count(
        "select coalesce(max(n.pid), 0) from stream_owners o join cluster_nodes n on n.node = o.owner"
            + " where o.feed = 'iex'");
  }

  void tell(String what) {
    System.out.printf("Cluster: %s %s%n", Instant.now().toString().substring(11, 21), what);
  }

  private static ConditionFactory awaiting(String what, Node node) {
    return await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(what + ": " + node.name + " has ended", () -> !node.process.isAlive())
        // As long as the database is away.
        .ignoreExceptionsInstanceOf(RuntimeException.class);
  }

  /** For whoever wants to know what has happened. */
  private void keepLogs() {
    try {
      Path logs = Files.createDirectories(Path.of("target/cluster"));
      for (Node node : nodes) {
        Files.write(logs.resolve(node.name + "-" + node.pid() + ".log"), node.process.errors());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    over = true;
    watch.interrupt();
    nodes.forEach(node -> node.process.close());
    keepLogs();
    place.close();
    exchange.close();
  }
}
