package dev.caravan.database;

import dev.caravan.archive.Column;
import dev.caravan.archive.Column.Kind;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The columns of what a statement reads, by the types that PostgreSQL has for them. */
final class SqlColumns {
  private SqlColumns() {}

  static List<Column> of(ResultSetMetaData row) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= row.getColumnCount(); i++) {
      columns.add(new Column(row.getColumnLabel(i), kind(row.getColumnTypeName(i))));
    }
    return List.copyOf(columns);
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "text", "varchar" -> Kind.TEXT;
      case "_text", "json" -> Kind.TEXTS;
      case "numeric" -> Kind.DECIMAL;
      case "int8" -> Kind.LONG;
      case "int4", "int2" -> Kind.INTEGER;
      case "bool" -> Kind.TRUTH;
      case "timestamptz", "timestamp" -> Kind.TIME;
      case "date" -> Kind.DATE;
      default -> throw new IllegalStateException("No kind for type " + type);
    };
  }
}
