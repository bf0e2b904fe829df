package dev.caravan.database;

import javax.sql.DataSource;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.apache.camel.component.jdbc.JdbcEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/**
 * Run one SQL statement of Caravan, a file below sql/, with its parameters in the URI.
 *
 * <p>{@code statement:bars/upsert_bars?rows=${variable.bars}} runs {@code
 * sql/bars/upsert_bars.sql}. Each parameter {@code :?name} of the statement is a parameter of the
 * URI: a simple expression, evaluated against the message as the caller left it; one with {@code
 * &}, {@code +} or {@code %} in it is written {@code RAW(...)}. A statement that lacks a parameter,
 * or is given one that it does not have, stops the start.
 *
 * <p>A collection is sent as a JSON array, a record as an array of that one record, a map as a JSON
 * object, and an instant as {@code timestamptz}, cut to microseconds. The rows come as the body, a
 * list of maps from column to value unless {@code outputType} says otherwise; a statement that has
 * no result leaves the body as it was. Headers are those of {@code jdbc:}.
 */
@UriEndpoint(
    firstVersion = "0.2.0",
    scheme = "statement",
    extendsScheme = "jdbc",
    title = "Statement",
    syntax = "statement:name",
    producerOnly = true,
    lenientProperties = true,
    category = {Category.DATABASE},
    headersClass = JdbcConstants.class)
@Metadata(
    excludeProperties =
        "dataSourceName,transacted,resetAutoCommit,parameters,useJDBC4ColumnNameAndLabelSemantics,"
            + "useGetBytesForBlob,prepareStatementStrategy,allowNamedParameters,"
            + "useHeadersAsParameters,beanRowMapper,connectionStrategy")
@ManagedResource(description = "Managed Statement Endpoint")
public class StatementEndpoint extends JdbcEndpoint {
  @UriPath(description = "Folder and file below sql/, without .sql, such as bars/upsert_bars.")
  @Metadata(required = true)
  private final String name;

  @UriParam(
      description =
          "Simple expression for a map or a record that gives all parameters of the statement that"
              + " have no value of their own. What it has besides is left out.")
  private String row;

  @UriParam(
      defaultValue = "dataSource",
      description = "The bean that is the pool to take the connection from.")
  private String pool = "dataSource";

  private final String sql;
  private StatementValues values;

  StatementEndpoint(
      String uri, StatementComponent component, DataSource dataSource, String name, String sql) {
    super(uri, component, dataSource);
    this.name = name;
    this.sql = sql;
    setResetAutoCommit(false);
    setUseHeadersAsParameters(true);
  }

  void setValues(StatementValues values) {
    this.values = values;
  }

  @Override
  public Producer createProducer() {
    return new StatementProducer(this, values);
  }

  /** An unknown option was refused already, by the name of the statement. */
  @Override
  public boolean isLenientProperties() {
    return true;
  }

  @ManagedAttribute(description = "Folder and file of the statement below sql/, without .sql")
  public String getName() {
    return name;
  }

  @ManagedAttribute(description = "The text of the statement")
  public String getSql() {
    return sql;
  }

  public String getRow() {
    return row;
  }

  public void setRow(String row) {
    this.row = row;
  }

  public String getPool() {
    return pool;
  }

  public void setPool(String pool) {
    this.pool = pool;
  }
}
