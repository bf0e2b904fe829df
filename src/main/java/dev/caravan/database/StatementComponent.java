package dev.caravan.database;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.Expression;
import org.apache.camel.component.jdbc.JdbcComponent;
import org.apache.camel.component.spring.jdbc.SpringConnectionStrategy;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;

/**
 * The JDBC component of Camel, with one file of {@code sql/} an endpoint and its parameters in the
 * URI. It takes part in the transaction of the route, as {@code spring-jdbc:} does.
 */
@Component("statement")
public class StatementComponent extends JdbcComponent {
  private static final String ROW = "row";
  private static final String POOL = "pool";
  private static final Set<String> OPTIONS =
      Set.of(ROW, POOL, "outputClass", "outputType", "readSize");

  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");

  public StatementComponent() {
    setConnectionStrategy(new SpringConnectionStrategy());
  }

  @Override
  protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters)
      throws Exception {
    String sql = Sql.load(name);
    Set<String> wanted = wanted(sql);
    Map<String, Expression> given = new LinkedHashMap<>();
    for (String key : List.copyOf(parameters.keySet())) {
      if (!OPTIONS.contains(key)) {
        given.put(key, simple(parameters.remove(key)));
      }
    }
    Object row = parameters.get(ROW);
    check(name, wanted, given.keySet(), row != null);
    StatementEndpoint endpoint =
        new StatementEndpoint(uri, this, dataSource(parameters.get(POOL)), name, sql);
    endpoint.setConnectionStrategy(getConnectionStrategy());
    endpoint.setValues(new StatementValues(name, wanted, given, row == null ? null : simple(row)));
    setProperties(endpoint, parameters);
    return endpoint;
  }

  private DataSource dataSource(Object pool) {
    return pool == null && getDataSource() != null
        ? getDataSource()
        : CamelContextHelper.mandatoryLookup(
            getCamelContext(), pool == null ? "dataSource" : pool.toString(), DataSource.class);
  }

  private Expression simple(Object text) {
    Expression expression =
        getCamelContext().resolveLanguage("simple").createExpression(text.toString());
    expression.init(getCamelContext());
    return expression;
  }

  private static Set<String> wanted(String sql) {
    Set<String> names = new LinkedHashSet<>();
    Matcher parameter = PARAMETER.matcher(sql);
    while (parameter.find()) {
      names.add(parameter.group(1));
    }
    return names;
  }

  private static void check(String name, Set<String> wanted, Set<String> given, boolean row) {
    List<String> faults = new ArrayList<>();
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(given);
    if (!missing.isEmpty() && !row) {
      faults.add("is not given " + String.join(", ", missing));
    }
    Set<String> surplus = new TreeSet<>(given);
    surplus.removeAll(wanted);
    if (!surplus.isEmpty()) {
      faults.add("has no parameter " + String.join(", ", surplus));
    }
    Set<String> taken = new TreeSet<>(wanted);
    taken.retainAll(OPTIONS);
    if (!taken.isEmpty()) {
      faults.add("names a parameter like an option: " + String.join(", ", taken));
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "Statement %s %s; its parameters are %s"
              .formatted(name, String.join(" and ", faults), wanted));
    }
  }
}
