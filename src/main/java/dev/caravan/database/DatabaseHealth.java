package dev.caravan.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Health check {@code database}: UP where the server answers, otherwise DOWN with the reason in one
 * line, after 3 s at the most.
 */
public final class DatabaseHealth extends AbstractHealthCheck {
  private static final int CONNECT_SECONDS = 2;
  private static final int ANSWER_SECONDS = 1;

  private String url;
  private String user = "";
  private String password = "";

  public DatabaseHealth() {
    super("caravan", "database");
  }

  public void setUrl(String url) {
    this.url = url;
  }

  public void setUser(String user) {
    this.user = user;
  }

  public void setPassword(String password) {
    this.password = password;
  }

  /** A new start of this process helps no database that is away. */
  @Override
  public boolean isLiveness() {
    return false;
  }

  /** Messages are without slashes and double quotes, which Camel would write escaped twice. */
  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    String place = place();
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS));
    // The pool would let a check wait 10 s for a connection, and a busy pool is no dead database.
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      if (connection.isValid(ANSWER_SECONDS)) {
        builder.message(place + " answers").up();
      } else {
        builder.message(place + " does not answer").down();
      }
    } catch (SQLException e) {
      String reason = Database.firstLine(e.getMessage()).replace('"', '\'');
      builder.message(place + " cannot be used: " + reason).down();
    }
  }

  private String place() {
    return Database.place(url).replaceFirst("jdbc:postgresql://([^/]*)/(.*)", "Database $2 on $1");
  }
}
