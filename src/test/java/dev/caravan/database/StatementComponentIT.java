package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.support.TestDatabase;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** {@code statement:} in routes of YAML, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementComponentIT {
  private static final String INSERT =
      """
      - to:
          uri: statement:statement/insert_row
          parameters:
            name: ${body}
            value: ${header.value}
      """;

  private final TestDatabase database = TestDatabase.fresh();
  private final HikariDataSource pool = new HikariDataSource();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private ProducerTemplate template;

  record Row(String name, @JsonProperty("value") BigDecimal amount) {}

  record Price(Instant readAt, BigDecimal lastPrice) {}

  @BeforeAll
  void start() throws Exception {
    database.execute("create table statement_rows (name text primary key, value numeric)");
    pool.setJdbcUrl(database.url());
    pool.setUsername(TestDatabase.user());
    pool.setPassword(TestDatabase.password());
    JdbcTransactionManager transactions = new JdbcTransactionManager(pool);
    context.getRegistry().bind("dataSource", pool);
    context.getRegistry().bind("transactionManager", transactions);
    context.getRegistry().bind("required", new SpringTransactionPolicy(transactions));
    // Rows that are streamed can be read until the exchange ends.
    context.getRegistry().bind("drain", (Processor) StatementComponentIT::drain);
    context.start();
    template = context.createProducerTemplate();
    route("insert", INSERT);
    route("insert-twice-in-one-transaction", "- transacted: {ref: required}\n" + INSERT + INSERT);
    route("insert-twice", INSERT + INSERT);
    route("select", "- to: statement:statement/select_rows");
    route(
        "insert-row",
        """
        - to:
            uri: statement:statement/insert_row
            parameters:
              row: ${body}
        """);
    route(
        "given",
        """
        - to:
            uri: statement:statement/select_given
            parameters:
              list: ${variable.list}
              one_record: ${variable.record}
              whole: ${variable.map}
              at: ${variable.at}
              nothing: ${variable.nothing}
        """);
  }

  @AfterAll
  void stop() {
    context.stop();
    pool.close();
    database.close();
  }

  @BeforeEach
  void empty() {
    database.execute("truncate statement_rows");
  }

  @Test
  void aStatementWithoutAResultLeavesTheBodyAndItsOwnHeaderAlone() {
    Exchange answer = request("direct:insert", "first", Map.of("value", 1.5));
    assertThat(answer.getException()).isNull();
    assertThat(answer.getMessage().getBody()).isEqualTo("first");
    assertThat(answer.getMessage().getHeaders())
        .containsOnly(Map.entry("value", 1.5), Map.entry(JdbcConstants.JDBC_UPDATE_COUNT, 1));
    assertThat(rows()).containsExactly(Map.of("name", "first", "value", new BigDecimal("1.5")));
  }

  @Test
  void theRowsOfAQueryAreTheBody() {
    request("direct:insert", "b", Map.of());
    request("direct:insert", "a", Map.of());
    Exchange answer = request("direct:select", "before", Map.of());
    assertThat(answer.getMessage().getBody())
        .isEqualTo(List.of(Map.of("name", "a"), Map.of("name", "b")));
    assertThat(answer.getMessage().getHeader(JdbcConstants.JDBC_ROW_COUNT)).isEqualTo(2);
  }

  @Test
  void aQueryThatFindsNothingGivesAnEmptyList() {
    assertThat(request("direct:select", "before", Map.of()).getMessage().getBody())
        .isEqualTo(List.of());
  }

  @Test
  void whatFailsInATransactionLeavesNoRowOfIt() {
    assertThat(request("direct:insert-twice-in-one-transaction", "one", Map.of()).getException())
        .isNotNull();
    assertThat(rows()).isEmpty();
  }

  @Test
  void withoutATransactionEachStatementIsOneOfItsOwn() {
    assertThat(request("direct:insert-twice", "one", Map.of()).getException()).isNotNull();
    assertThat(rows()).hasSize(1);
  }

  @Test
  void anErrorNamesTheStatementAndKeepsWhatTheDatabaseSaid() {
    Exchange answer = request("direct:insert-twice", "one", Map.of());
    assertThat(answer.getException())
        .isInstanceOf(StatementException.class)
        .hasMessageStartingWith(
            "Statement statement/insert_row: ERROR: duplicate key value violates unique constraint")
        .hasCauseInstanceOf(SQLException.class);
    // Of a unique violation.
    assertThat(((SQLException) answer.getException()).getSQLState()).isEqualTo("23505");
    assertThat(answer.getMessage().getBody()).isEqualTo("one");
    assertThat(answer.getMessage().getHeader(JdbcConstants.JDBC_PARAMETERS)).isNull();
  }

  @Test
  void collectionsRecordsAndMapsAreJsonAndAnInstantIsATimeCutToMicroseconds() {
    Instant at = Instant.parse("2025-11-19T21:00:00.123456789Z");
    Price price = new Price(at, new BigDecimal("1E+3"));
    Exchange answer =
        template.request(
            "direct:given",
            exchange -> {
              exchange.setVariable("list", List.of(price, price));
              exchange.setVariable("record", price);
              exchange.setVariable("map", Map.of("symbol", "AAPL"));
              exchange.setVariable("at", at);
              exchange.setVariable("nothing", null);
            });
    assertThat(answer.getException()).isNull();
    String json = "{\"read_at\":\"2025-11-19T21:00:00.123456Z\",\"last_price\":1000}";
    Map<?, ?> row = (Map<?, ?>) answer.getMessage().getBody(List.class).get(0);
    assertThat(row.get("list")).isEqualTo("[" + json + "," + json + "]");
    assertThat(row.get("one_record")).isEqualTo("[" + json + "]");
    assertThat(row.get("whole")).isEqualTo("{\"symbol\":\"AAPL\"}");
    assertThat(row.get("at")).isEqualTo("1763586000.123456");
    assertThat(row.get("nothing")).isNull();
  }

  @Test
  void aRowGivesAllParametersAtOnce() {
    request("direct:insert-row", new Row("of a record", BigDecimal.ONE), Map.of());
    request("direct:insert-row", Map.of("name", "of a map", "value", 2, "besides", 3), Map.of());
    assertThat(rows())
        .containsExactly(
            Map.of("name", "of a map", "value", new BigDecimal(2)),
            Map.of("name", "of a record", "value", BigDecimal.ONE));
  }

  @Test
  void aRowWithoutAParameterIsRefusedByTheNameOfTheStatement() {
    assertThat(request("direct:insert-row", Map.of("name", "a"), Map.of()).getException())
        .hasMessage("Statement statement/insert_row is not given value; its row has [name]");
    assertThat(request("direct:insert-row", "a", Map.of()).getException())
        .hasMessage(
            "Statement statement/insert_row takes a map or a record as its row, and not"
                + " java.lang.String");
  }

  @Test
  void aParameterOfItsOwnGoesBeforeTheRow() throws Exception {
    route(
        "insert-named-row",
        """
        - to:
            uri: statement:statement/insert_row
            parameters:
              row: ${body}
              name: ${header.name}
        """);
    request("direct:insert-named-row", Map.of("name", "a", "value", 1), Map.of("name", "b"));
    assertThat(rows()).containsExactly(Map.of("name", "b", "value", BigDecimal.ONE));
  }

  @Test
  void aParameterThatIsMissingStopsTheStart() {
    assertThatThrownBy(
            () ->
                route(
                    "missing",
                    """
                    - to:
                        uri: statement:statement/insert_row
                        parameters:
                          name: ${body}
                    """))
        .hasStackTraceContaining(
            "Statement statement/insert_row is not given value; its parameters are [name, value]");
  }

  @Test
  void aParameterThatTheStatementDoesNotHaveStopsTheStart() {
    assertThatThrownBy(
            () ->
                route(
                    "surplus",
                    """
                    - to:
                        uri: statement:statement/insert_row
                        parameters:
                          row: ${body}
                          nmae: ${body}
                    """))
        .hasStackTraceContaining(
            "Statement statement/insert_row has no parameter nmae; its parameters are [name, value]");
  }

  @Test
  void aStatementThatDoesNotExistStopsTheStart() {
    assertThatThrownBy(() -> route("absent", "- to: statement:statement/no_such_file"))
        .hasStackTraceContaining("There is no statement /sql/statement/no_such_file.sql");
  }

  @Test
  void aParameterMayNotBeCalledLikeAnOption() {
    assertThatThrownBy(
            () ->
                route(
                    "like-an-option",
                    """
                    - to:
                        uri: statement:statement/named_like_an_option
                        parameters:
                          pool: dataSource
                    """))
        .hasStackTraceContaining("names a parameter like an option: pool");
  }

  @Test
  void aPoolThatDoesNotExistStopsTheStart() {
    assertThatThrownBy(
            () ->
                route(
                    "no-pool",
                    """
                    - to:
                        uri: statement:statement/select_rows
                        parameters:
                          pool: elsewhere
                    """))
        .hasStackTraceContaining("elsewhere");
  }

  @Test
  void oneRowAloneAndAStreamOfRowsCanBeAskedFor() throws Exception {
    route(
        "one",
        """
        - to:
            uri: statement:statement/select_rows
            parameters:
              outputType: SelectOne
        """);
    route(
        "stream",
        """
        - to:
            uri: statement:statement/select_rows
            parameters:
              outputType: StreamList
        - process:
            ref: drain
        """);
    assertThat(request("direct:one", "before", Map.of()).getMessage().getBody()).isNull();
    request("direct:insert", "a", Map.of());
    assertThat(request("direct:one", "before", Map.of()).getMessage().getBody()).isEqualTo("a");
    assertThat(request("direct:stream", "before", Map.of()).getMessage().getBody())
        .isEqualTo(List.of(Map.of("name", "a")));
  }

  @Test
  void aValueMayCallABeanWithMarksThatMeanSomethingInAnAddress() throws Exception {
    route(
        "bean",
        """
        - to:
            uri: statement:statement/insert_row
            parameters:
              name: RAW(${bean:type:java.lang.String?method=valueOf(${body})}&?=%20 +ü)
              value: 1
        """);
    assertThat(request("direct:bean", "AT", Map.of()).getException()).isNull();
    assertThat(rows()).containsExactly(Map.of("name", "AT&?=%20 +ü", "value", BigDecimal.ONE));
  }

  @Test
  void aDumpAndJmxShowTheStatement() throws Exception {
    assertThat(
            PluginHelper.getModelToXMLDumper(context)
                .dumpModelAsXml(context, context.getRouteDefinition("insert")))
        .contains("statement:statement/insert_row?");
    ObjectName endpoint =
        ManagementFactory.getPlatformMBeanServer()
            .queryNames(
                new ObjectName(
                    "org.apache.camel:context="
                        + context.getManagementName()
                        + ",type=endpoints,name=\"statement://statement/insert_row*\""),
                null)
            .iterator()
            .next();
    assertThat(ManagementFactory.getPlatformMBeanServer().getAttribute(endpoint, "Name"))
        .isEqualTo("statement/insert_row");
    assertThat((String) ManagementFactory.getPlatformMBeanServer().getAttribute(endpoint, "Sql"))
        .contains("insert into statement_rows");
  }

  private static void drain(Exchange exchange) {
    List<Object> rows = new ArrayList<>();
    ((Iterator<?>) exchange.getMessage().getBody()).forEachRemaining(rows::add);
    exchange.getMessage().setBody(rows);
  }

  private void route(String name, String steps) throws Exception {
    String yaml =
        """
        - route:
            id: %s
            from:
              uri: direct:%s
              steps:
        """
                .formatted(name, name)
            + steps.indent(8);
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(ResourceHelper.fromString(name + ".camel.yaml", yaml));
  }

  private Exchange request(String route, Object body, Map<String, Object> headers) {
    return template.request(
        route,
        exchange -> {
          exchange.getMessage().setBody(body);
          exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
  }

  private List<Map<String, Object>> rows() {
    return database.query("select name, value from statement_rows order by name");
  }
}
