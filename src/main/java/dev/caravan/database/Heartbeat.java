package dev.caravan.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says every two seconds, on a thread and a connection of its own, that this process lives. Others
 * take it for dead after 30 s without a beat, and then its runs are cut off and its stream is
 * theirs; processes of this machine that are gone are found at once.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private static final Duration BEAT = Duration.ofSeconds(2);

  /** A beat that hangs for longer is tried on another connection. */
  private static final int PATIENCE_S = 5;

  /** However long a connection takes to be refused, a turn is over before. */
  private static final Duration STUCK = Duration.ofMinutes(1);

  /**
   * The system tells the start of a process to a hundredth of a second, and counts from its boot.
   */
  private static final Duration SAME_START = Duration.ofSeconds(2);

  /** Several may live in one process, as in its tests. */
  private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

  private final Database database;
  private final String version;
  private final String member;
  private final Duration beat;
  private final ProcessHandle self = ProcessHandle.current();
  private final String place = place();
  private final Thread thread = new Thread(this::run, "heartbeat");
  private Connection connection;
  private volatile boolean stopping;
  private volatile long turnedNanos = System.nanoTime();

  /**
   * @param version of this Caravan, or null
   * @param member by which name it comes back as a node of a cluster; null where it is none
   */
  public Heartbeat(Database database, String version, String member) {
    this(database, version, member, BEAT);
  }

  /** One whose beats follow one another as the test wants. */
  Heartbeat(Database database, String version, String member, Duration beat) {
    this.database = database;
    this.version = version;
    this.member = member;
    this.beat = beat;
    thread.setDaemon(true);
  }

  /** Beats once, and from then on by itself. */
  public void start() {
    HERE.add(database.process());
    tryToBeat();
    thread.start();
  }

  /** Whether its thread goes on: it does so also while the database is away. */
  public boolean turns() {
    return System.nanoTime() - turnedNanos < STUCK.toNanos();
  }

  /** The process ends in order: what it had is free at once. */
  @Override
  public void close() {
    stopping = true;
    HERE.remove(database.process());
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
      synchronized (this) {
        try (PreparedStatement leave =
            connected().prepareStatement(Sql.load("cluster_nodes/leave"))) {
          leave.executeUpdate();
        } finally {
          disconnect();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException away) {
      LOG.debug("Cannot record that this process ends", away);
    }
  }

  private void run() {
    try {
      while (!stopping) {
        TimeUnit.MILLISECONDS.sleep(beat.toMillis());
        tryToBeat();
        turnedNanos = System.nanoTime();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void tryToBeat() {
    try {
      beat();
      bury();
    } catch (SQLException | RuntimeException away) {
      LOG.debug("A heartbeat failed; the next one uses a new connection", away);
      disconnect();
    }
  }

  private void beat() throws SQLException {
    try (PreparedStatement beat = connected().prepareStatement(Sql.load("cluster_nodes/beat"))) {
      beat.setString(1, database.host());
      beat.setString(2, place);
      beat.setLong(3, self.pid());
      beat.setTimestamp(4, self.info().startInstant().map(Timestamp::from).orElse(null));
      beat.setString(5, version);
      beat.setString(6, member);
      beat.executeUpdate();
    }
  }

  private void bury() throws SQLException {
    List<String> gone = new ArrayList<>();
    try (PreparedStatement select =
        connected().prepareStatement(Sql.load("cluster_nodes/select_neighbours"))) {
      select.setString(1, place);
      select.setString(2, database.host());
      select.setString(3, place);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Timestamp started = row.getTimestamp("pid_started_at");
          if (isGone(
              row.getString("node"),
              row.getBoolean("same_place"),
              row.getLong("pid"),
              started == null ? null : started.toInstant(),
              row.getBoolean("silent"))) {
            gone.add(row.getString("node"));
          }
        }
      }
    }
    for (String node : gone) {
      try (PreparedStatement bury = connected().prepareStatement(Sql.load("cluster_nodes/bury"))) {
        bury.setString(1, node);
        bury.executeUpdate();
      }
    }
  }

  /** A number means a process only in its place; elsewhere it is one of a container that went. */
  private boolean isGone(
      String node, boolean samePlace, long pid, Instant started, boolean silent) {
    if (HERE.contains(node)) {
      return false;
    }
    if (pid == self.pid()) {
      return samePlace || silent;
    }
    if (!samePlace) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty() || !process.get().isAlive()) {
      return true;
    }
    Optional<Instant> itsStart = process.get().info().startInstant();
    return started != null
        && itsStart.isPresent()
        && Duration.between(started, itsStart.get()).abs().compareTo(SAME_START) > 0;
  }

  private Connection connected() throws SQLException {
    if (connection == null) {
      Properties properties = new Properties();
      properties.setProperty("user", database.user());
      properties.setProperty("password", database.password());
      // What the URL says wins, so it must not say it.
      connection =
          DriverManager.getConnection(
              database.url().replaceAll("&socketTimeout=\\d+", "&socketTimeout=" + PATIENCE_S),
              properties);
    }
    return connection;
  }

  private void disconnect() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException broken) {
      LOG.debug("The heartbeat's connection was broken", broken);
    }
    connection = null;
  }

  /** Boot and namespace of this process, as Linux names them; null elsewhere. */
  private static String place() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException | SecurityException elsewhere) {
      return null;
    }
  }
}
