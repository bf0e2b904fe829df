package dev.caravan.database;

import dev.caravan.archive.Column;
import dev.caravan.archive.Column.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Rows of one dataset on their way to a file, all as they were at one moment. However many they
 * are, a few thousand at a time are in memory.
 */
public final class Export implements AutoCloseable {
  private static final int AT_ONCE = 5000;

  /** One width for all rows of a column, since readers guess the form by the first. */
  private static final String TIME =
      "to_char(x.%1$s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as %1$s";

  /** What can be exported. */
  public enum Dataset {
    BARS("bars/export_bars", "timeframe", "source", "feed"),
    TRADES("trades/export_trades", "feed"),
    QUOTES("quotes/export_quotes", "feed"),
    ACTIONS("corporate_actions/export_actions", "source"),
    NEWS("news_articles/export_articles", "source");

    private final String statement;
    private final List<String> selectors;

    Dataset(String statement, String... selectors) {
      this.statement = statement;
      this.selectors = List.of(selectors);
    }

    /**
     * @param word as a person writes it
     */
    public static Optional<Dataset> named(String word) {
      return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }

    /** What selects among its rows beside symbols and dates. */
    public List<String> selectors() {
      return selectors;
    }

    String statement() {
      return statement;
    }

    /** Its name as a person writes it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Which rows.
   *
   * @param symbols in Caravan's spelling; null for all
   * @param from first date in New York; null for the beginning
   * @param to last date in New York; null for the end
   * @param timeframe of bars
   * @param source null for all, or where the dataset has none
   * @param feed likewise
   */
  public record Selection(
      Dataset dataset,
      List<String> symbols,
      LocalDate from,
      LocalDate to,
      String timeframe,
      String source,
      String feed) {}

  /** Takes a row: a value a column, as its kind has it. */
  public interface Rows {
    void add(Object[] values) throws IOException;
  }

  private final Connection connection;
  private final String query;
  private final List<Column> columns;

  private Export(Connection connection, String query, List<Column> columns) {
    this.connection = connection;
    this.query = query;
    this.columns = columns;
  }

  /** Begins to read; the rows are there when {@link #csv} or {@link #rows} takes them. */
  public static Export of(Database database, Selection selection) throws SQLException {
    Connection connection = database.connectPatiently();
    try {
      connection.setAutoCommit(false);
      String query = query(selection);
      try (PreparedStatement statement = connection.prepareStatement(query)) {
        return new Export(connection, query, SqlColumns.of(statement.getMetaData()));
      }
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * The symbols that a person typed, in Caravan's spelling, each with whether there is such one.
   */
  public static Map<String, Boolean> symbols(Database database, String typed) throws SQLException {
    try (Connection connection = database.connect()) {
      return symbols(connection, typed);
    }
  }

  static Map<String, Boolean> symbols(Connection connection, String typed) throws SQLException {
    Map<String, Boolean> symbols = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                Sql.filled("symbols/select_typed", Map.of("symbols", typed, "source", "")))) {
      while (rows.next()) {
        symbols.put(rows.getString("symbol"), rows.getBoolean("known"));
      }
    }
    return symbols;
  }

  public List<Column> columns() {
    return columns;
  }

  /**
   * Writes all rows as CSV (RFC 4180, UTF-8) below a line with the names of the columns: numbers
   * with the digits that the table has, times as ISO in UTC, lists as JSON.
   *
   * @return how many rows there were
   */
  public long csv(OutputStream to) throws SQLException, IOException {
    String values = columns.stream().map(Export::text).collect(Collectors.joining(", "));
    return connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            "copy (select "
                + values
                + " from ("
                + query
                + ") x) to stdout (format csv, header, encoding 'UTF8')",
            to);
  }

  /**
   * Hands all rows on, one after the other.
   *
   * @return how many there were
   */
  public long rows(Rows to) throws SQLException, IOException {
    long count = 0;
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(AT_ONCE);
      try (ResultSet row = statement.executeQuery(query)) {
        Object[] values = new Object[columns.size()];
        while (row.next()) {
          for (int i = 0; i < values.length; i++) {
            values[i] = value(row, i + 1, columns.get(i).kind());
          }
          to.add(values);
          count++;
        }
      }
    }
    return count;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private static Object value(ResultSet row, int column, Kind kind) throws SQLException {
    Object value =
        switch (kind) {
          case TEXT -> row.getString(column);
          case TEXTS -> texts(row.getArray(column));
          case DECIMAL -> row.getBigDecimal(column);
          case LONG -> row.getLong(column);
          case INTEGER -> row.getInt(column);
          case TRUTH -> row.getBoolean(column);
          case TIME -> micros(row.getTimestamp(column));
          case DATE -> row.getObject(column, LocalDate.class);
        };
    return row.wasNull() ? null : value;
  }

  private static List<String> texts(Array array) throws SQLException {
    return array == null ? null : Arrays.asList((String[]) array.getArray());
  }

  private static Long micros(Timestamp time) {
    return time == null
        ? null
        : Math.floorDiv(time.getTime(), 1000L) * 1_000_000L + time.getNanos() / 1000L;
  }

  private static String text(Column column) {
    return switch (column.kind()) {
      case TIME -> TIME.formatted(column.name());
      case TRUTH -> "x.%1$s::text as %1$s".formatted(column.name());
      case TEXTS -> "to_json(x.%1$s) as %1$s".formatted(column.name());
      default -> "x." + column.name();
    };
  }

  private static String query(Selection selection) throws SQLException {
    Map<String, Object> values = new HashMap<>();
    values.put("symbols", selection.symbols());
    values.put("from", selection.from());
    values.put("to", selection.to());
    values.put("timeframe", selection.timeframe());
    values.put("source", selection.source());
    values.put("feed", selection.feed());
    return Sql.filled(selection.dataset().statement, values);
  }
}
