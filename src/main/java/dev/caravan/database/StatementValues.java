package dev.caravan.database;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import dev.caravan.market.answer.RowJson;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

/** The values of a statement's parameters for one exchange. */
final class StatementValues {
  private static final SnakeCaseStrategy COLUMN = new SnakeCaseStrategy();

  private final String name;
  private final Set<String> wanted;
  private final Map<String, Expression> given;
  private final Expression row;

  StatementValues(String name, Set<String> wanted, Map<String, Expression> given, Expression row) {
    this.name = name;
    this.wanted = wanted;
    this.given = given;
    this.row = row;
  }

  Map<String, Object> of(Exchange exchange) {
    Map<?, ?> columns = row == null ? Map.of() : columns(row.evaluate(exchange, Object.class));
    Map<String, Object> values = new HashMap<>();
    for (String parameter : wanted) {
      Expression own = given.get(parameter);
      if (own == null && !columns.containsKey(parameter)) {
        throw new IllegalArgumentException(
            "Statement %s is not given %s; its row has %s"
                .formatted(name, parameter, columns.keySet()));
      }
      values.put(
          parameter,
          converted(own == null ? columns.get(parameter) : own.evaluate(exchange, Object.class)));
    }
    return values;
  }

  private Map<?, ?> columns(Object row) {
    if (row instanceof Map<?, ?> map) {
      return map;
    }
    if (row instanceof Record record) {
      return components(record);
    }
    throw new IllegalArgumentException(
        "Statement %s takes a map or a record as its row, and not %s"
            .formatted(name, row == null ? null : row.getClass().getName()));
  }

  /** Called as {@link RowJson} calls them. */
  private static Map<String, Object> components(Record record) {
    Map<String, Object> columns = new HashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Method accessor = component.getAccessor();
      JsonProperty named = accessor.getAnnotation(JsonProperty.class);
      try {
        accessor.setAccessible(true);
        columns.put(
            named == null ? COLUMN.translate(component.getName()) : named.value(),
            accessor.invoke(record));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return columns;
  }

  private static Object converted(Object value) {
    if (value instanceof Collection<?> rows) {
      return RowJson.json(rows);
    }
    if (value instanceof Record row) {
      return RowJson.jsonOf(row);
    }
    if (value instanceof Map<?, ?> map) {
      // The one element of an array.
      String array = RowJson.json(List.of(map));
      return array.substring(1, array.length() - 1);
    }
    if (value instanceof Enum<?> word) {
      return word.name();
    }
    if (value instanceof Instant instant) {
      // PostgreSQL would round it.
      return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
    return value;
  }
}
