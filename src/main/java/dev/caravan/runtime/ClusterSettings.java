package dev.caravan.runtime;

import dev.caravan.cluster.ClusterException;
import dev.caravan.cluster.LockSessions;
import dev.caravan.cluster.PostgresClusterService;
import dev.caravan.database.Database;
import dev.caravan.database.DatabaseException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What the settings say of a cluster. */
public final class ClusterSettings {
  /** A beat may come late, and another be lost. */
  private static final int BEATS_A_LEASE = 4;

  private ClusterSettings() {}

  public static boolean enabled(Settings settings) {
    return settings.get("caravan.cluster.enabled").equals("true");
  }

  /** What this node is called in messages. */
  static String node(Settings settings, Database database) {
    String name = settings.get("caravan.cluster.node");
    return name.isEmpty() ? database.host() : name;
  }

  /**
   * Before anything is opened.
   *
   * @throws SettingException where the settings do not go together
   */
  static void refuseWrong(Settings settings) {
    if (!enabled(settings)) {
      return;
    }
    if (settings.get("caravan.database.url").equals("embedded")) {
      throw new SettingException(
          "caravan.cluster.enabled = true needs a server that all nodes reach: set"
              + " caravan.database.url to jdbc:postgresql://host:port/database instead of embedded");
    }
    if (lease(settings).compareTo(beat(settings).multipliedBy(BEATS_A_LEASE)) < 0) {
      throw new SettingException(
          "caravan.cluster.lease-ms = "
              + lease(settings).toMillis()
              + " is too short: at least "
              + BEATS_A_LEASE
              + " times caravan.cluster.beat-ms = "
              + beat(settings).toMillis());
    }
  }

  /**
   * Looks whether the nodes' locks are locks.
   *
   * @throws SettingException where they would mean nothing
   * @throws DatabaseException where their address is not to be reached
   */
  public static void check(Settings settings, Database database) {
    try {
      sessions(settings, database).check(lease(settings));
    } catch (ClusterException pooled) {
      throw new SettingException(pooled.getMessage());
    } catch (SQLException away) {
      throw new DatabaseException(
          "The address of the nodes' locks cannot be reached: " + away.getMessage(), true, away);
    }
  }

  /**
   * All nodes store, and show, the same feeds.
   *
   * @throws SettingException where this node is told others than those that live
   */
  static void refuseOtherFeeds(Settings settings, Database database) {
    String stream = settings.get("caravan.alpaca.feed");
    String history = settings.get("caravan.alpaca.history-feed");
    List<String> conflicts = database.conflictingFeeds(stream, history);
    if (!conflicts.isEmpty()) {
      throw new SettingException(
          "caravan.alpaca.feed = "
              + stream
              + " and caravan.alpaca.history-feed = "
              + history
              + " do not fit the nodes that run already, which have "
              + String.join(" and ", conflicts)
              + ": give all nodes the same, or end the others first");
    }
  }

  static PostgresClusterService service(Settings settings, Database database) {
    return new PostgresClusterService(
        sessions(settings, database), lease(settings), beat(settings));
  }

  private static LockSessions sessions(Settings settings, Database database) {
    String url = settings.get("caravan.cluster.lock-url");
    return new LockSessions(
        url.isEmpty() ? database.url() : url,
        database.user(),
        database.password(),
        database.process());
  }

  private static Duration lease(Settings settings) {
    return Duration.ofMillis(settings.number("caravan.cluster.lease-ms"));
  }

  private static Duration beat(Settings settings) {
    return Duration.ofMillis(settings.number("caravan.cluster.beat-ms"));
  }
}
