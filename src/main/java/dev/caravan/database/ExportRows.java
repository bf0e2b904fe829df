package dev.caravan.database;

import dev.caravan.archive.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All rows of a selection, as {@link Export} has them, by one cursor and without pages. */
final class ExportRows extends PageRows {
  private final Map<String, Object> parameters = new HashMap<>();
  private final ResultSet rows;
  private String unknown;

  /**
   * @param asked {@code dataset}, and what else a {@link Export.Selection} has, the symbols as they
   *     were typed
   */
  ExportRows(Connection connection, Map<String, Object> asked) throws SQLException {
    super(connection);
    parameters.putAll(asked);
    if (asked.get("symbols") != null) {
      Map<String, Boolean> symbols = Export.symbols(connection, asked.get("symbols").toString());
      parameters.put("symbols", symbols.keySet().toArray(String[]::new));
      unknown =
          symbols.keySet().stream().filter(symbol -> !symbols.get(symbol)).findFirst().orElse(null);
    }
    String query =
        Sql.load(Export.Dataset.named(asked.get("dataset").toString()).orElseThrow().statement());
    List<Column> columns;
    try (PreparedStatement inner = prepareText(query, parameters)) {
      columns = SqlColumns.of(inner.getMetaData());
    }
    describe(columns);
    String values = columns.stream().map(ExportRows::value).collect(Collectors.joining(", "));
    PreparedStatement read =
        prepareText("select " + values + " from (" + query + ") x", parameters);
    read.setFetchSize(AT_ONCE);
    rows = read.executeQuery();
  }

  private static String value(Column column) {
    return switch (column.kind()) {
      case TIME -> "x.%1$s at time zone 'UTC' as %1$s".formatted(column.name());
      case TEXTS -> "to_json(x.%1$s) as %1$s".formatted(column.name());
      default -> "x." + column.name();
    };
  }

  @Override
  public Optional<String> unknown() {
    return Optional.ofNullable(unknown);
  }

  @Override
  public boolean next() throws SQLException {
    return rows.next();
  }

  @Override
  public String value(int column) throws SQLException {
    return written(column, rows.getString(column + 1));
  }

  @Override
  public List<String> key() {
    throw new UnsupportedOperationException("An export has no pages");
  }

  @Override
  public Optional<List<String>> endOfPage() {
    return Optional.empty();
  }
}
