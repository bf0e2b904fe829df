package dev.caravan.cluster;

import dev.caravan.database.SharedSessions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/**
 * Opens the sessions that hold locks: each a connection of its own, to the server itself. A lock of
 * a session that a pooler hands on to the next client would mean nothing.
 *
 * @param url of the server, with any parameters but those that are set here
 * @param node application_name of this process
 */
public record LockSessions(String url, String user, String password, String node) {
  /** A parameter in the URL would win over the one that is given beside it. */
  private static final String OURS =
      "(socketTimeout|connectTimeout|tcpKeepAlive|ApplicationName|options)=[^&]*";

  private static final int CONNECT_S = 3;

  /** A new session, which the server ends once it is silent for the lease. */
  Connection open(Duration lease) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", node);
    properties.setProperty("connectTimeout", Integer.toString(CONNECT_S));
    properties.setProperty("socketTimeout", Long.toString(Math.max(1, lease.toSeconds() / 4)));
    properties.setProperty("tcpKeepAlive", "true");
    Connection session =
        DriverManager.getConnection(
            url.replaceAll("([?&])" + OURS + "(?=&|$)", "$1").replaceAll("[?&]+$", ""), properties);
    try {
      prepare(session, lease);
      return session;
    } catch (SQLException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static void prepare(Connection session, Duration lease) throws SQLException {
    try (Statement statement = session.createStatement()) {
      // By SET, since poolers refuse the startup parameter options.
      statement.execute("set idle_session_timeout = " + lease.toMillis());
      statement.execute("set statement_timeout = " + lease.toMillis() / 4);
      statement.execute("set tcp_keepalives_idle = 2");
      statement.execute("set tcp_keepalives_interval = 1");
      statement.execute("set tcp_keepalives_count = 3");
      statement.execute("set tcp_user_timeout = " + lease.toMillis());
    }
  }

  /**
   * Looks whether a session is one of the server's own, and not one that a pooler gives to this and
   * that client.
   *
   * @throws ClusterException where it is not, with what to do
   */
  public void check(Duration lease) throws SQLException {
    try (Connection one = open(lease);
        Connection other = open(lease)) {
      if (SharedSessions.areBehind(one, other)) {
        throw new ClusterException(
            "the locks of the cluster would go through a pooler such as pgbouncer, where they mean"
                + " nothing: set caravan.cluster.lock-url to the address of the server itself");
      }
    }
  }
}
