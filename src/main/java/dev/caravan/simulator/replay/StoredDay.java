package dev.caravan.simulator.replay;

import dev.caravan.market.MarketCalendar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A day as a database of Caravan holds it. It is read only; all methods may be called at once. */
public final class StoredDay implements AutoCloseable {
  /** Rows that wait in memory while they are read, however many a day has. */
  private static final int FETCH = 2_000;

  private static final Pattern PARAMETER = Pattern.compile(":\\?(\\w+)");
  private static final Map<String, String> STATEMENTS = new ConcurrentHashMap<>();

  private final ReplayOptions replay;
  private final List<String> symbols;
  private final List<String> datasets;

  /** What is done with each row. */
  interface Rows {
    void take(ResultSet row) throws SQLException, InterruptedException;
  }

  /**
   * @throws IllegalArgumentException if the database cannot be read, or the day is not there; the
   *     message says which days are
   */
  public StoredDay(ReplayOptions replay) {
    this.replay = replay;
    try {
      this.symbols = texts("select_symbols", Map.of());
      this.datasets =
          texts("select_datasets", parameters("symbols", symbols.toArray(String[]::new)));
      if (datasets.isEmpty()) {
        List<String> days = texts("select_days", Map.of("symbols", symbols.toArray(String[]::new)));
        throw new IllegalArgumentException(
            "Nothing of "
                + replay.day()
                + " is stored in "
                + replay.place().name()
                + (days.isEmpty()
                    ? ", nor of any other day that the stream could have told"
                    : "; the newest days that are: " + String.join(", ", days)));
      }
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "The database "
              + replay.place().name()
              + " cannot be read: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + ". Give the one that Caravan stores into, with --database-url, or start the replay"
              + " in its directory",
          e);
    }
  }

  public ReplayOptions replay() {
    return replay;
  }

  /** What is stored of the day, such as {@code trades of iex}. */
  public List<String> datasets() {
    return datasets;
  }

  /** Every symbol of which anything is stored, on whatever day. */
  public List<String> symbols() {
    return symbols;
  }

  public Instant begin() {
    return replay.day().atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
  }

  /** The first instant of the next day. */
  public Instant end() {
    LocalDate next = replay.day().plusDays(1);
    return next.atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
  }

  /** Hands over what was told from one instant to before another, in its order. */
  void messages(Instant from, Instant to, Rows rows) throws SQLException, InterruptedException {
    Map<String, Object> parameters = parameters("symbols", symbols.toArray(String[]::new));
    parameters.put("from", from.toString());
    parameters.put("to", to.toString());
    read("select_messages", parameters, rows);
  }

  /** Hands over rows of one statement below {@code sql/replay}. */
  void read(String statement, Map<String, Object> parameters, Rows rows)
      throws SQLException, InterruptedException {
    try (Connection connection =
        DriverManager.getConnection(
            replay.place().url(), replay.place().user(), replay.place().password())) {
      connection.setReadOnly(true);
      // Only so is a result read piece by piece.
      connection.setAutoCommit(false);
      List<String> names = new ArrayList<>();
      String sql = sql(statement, names);
      try (PreparedStatement prepared = connection.prepareStatement(sql)) {
        prepared.setFetchSize(FETCH);
        for (int i = 0; i < names.size(); i++) {
          Object value = parameters.get(names.get(i));
          prepared.setObject(
              i + 1,
              value instanceof String[] texts ? connection.createArrayOf("text", texts) : value);
        }
        try (ResultSet row = prepared.executeQuery()) {
          while (row.next()) {
            rows.take(row);
          }
        }
      }
      connection.rollback();
    }
  }

  /** The parameters that most statements have, and one more. */
  Map<String, Object> parameters(String name, Object value) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("day", begin().toString());
    parameters.put("night", end().toString());
    parameters.put(name, value);
    return parameters;
  }

  private List<String> texts(String statement, Map<String, Object> parameters) throws SQLException {
    List<String> texts = new ArrayList<>();
    try {
      read(
          statement,
          parameters,
          row -> {
            int columns = row.getMetaData().getColumnCount();
            texts.add(
                columns == 1 ? row.getString(1) : row.getString(1) + " of " + row.getString(2));
          });
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("Nothing waits here", impossible);
    }
    return texts;
  }

  /** The statement for JDBC; the names of its parameters in their order are added to the list. */
  private static String sql(String name, List<String> names) {
    String sql = STATEMENTS.computeIfAbsent(name, StoredDay::load);
    Matcher parameter = PARAMETER.matcher(sql);
    while (parameter.find()) {
      names.add(parameter.group(1));
    }
    return parameter.replaceAll("?");
  }

  private static String load(String name) {
    String path = "/sql/replay/" + name + ".sql";
    try (InputStream file = StoredDay.class.getResourceAsStream(path)) {
      if (file == null) {
        throw new IllegalArgumentException("There is no statement " + path);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    replay.place().close().run();
  }
}
