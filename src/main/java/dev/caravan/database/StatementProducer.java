package dev.caravan.database;

import java.sql.SQLException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.apache.camel.component.jdbc.JdbcProducer;

/**
 * Hands the statement and its values to Camel's own producer, which expects them in the message.
 */
final class StatementProducer extends JdbcProducer {
  private final StatementValues values;

  StatementProducer(StatementEndpoint endpoint, StatementValues values) {
    super(
        endpoint,
        endpoint.getDataSource(),
        endpoint.getConnectionStrategy(),
        endpoint.getReadSize(),
        null);
    this.values = values;
  }

  @Override
  public StatementEndpoint getEndpoint() {
    return (StatementEndpoint) super.getEndpoint();
  }

  /**
   * @throws StatementException what the database said, after the name of the statement
   */
  @Override
  public void process(Exchange exchange) throws Exception {
    Message message = exchange.getMessage();
    Object body = message.getBody();
    Object others = message.getHeader(JdbcConstants.JDBC_PARAMETERS);
    String sql = getEndpoint().getSql();
    message.setHeader(JdbcConstants.JDBC_PARAMETERS, values.of(exchange));
    message.setBody(sql);
    try {
      super.process(exchange);
    } catch (SQLException e) {
      throw new StatementException(getEndpoint().getName(), e);
    } finally {
      if (message.getBody() == sql) {
        message.setBody(body);
      }
      if (others == null) {
        message.removeHeader(JdbcConstants.JDBC_PARAMETERS);
      } else {
        message.setHeader(JdbcConstants.JDBC_PARAMETERS, others);
      }
    }
  }
}
