package dev.caravan.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.simulator.tape.TapeTrade;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the table of trades holds what the exchange has on its tape, value by value. */
public final class TapeCheck {
  private static final String COLUMNS =
      "symbol, (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos, exchange, trade_id,"
          + " trim_scale(price), trim_scale(size), array_to_string(conditions, ''), tape, feed,"
          + " status";

  private TapeCheck() {}

  /** All of a burst is in the table, and the table has nothing else. */
  public static void assertTableIsTape(Place place, Simulator exchange, StartedBurst burst)
      throws SQLException {
    assertSame(tape(exchange, burst), table(place));
  }

  /** A message of equal sets could not be read. */
  private static void assertSame(Set<String> tape, Set<String> table) {
    assertThat(tape.stream().filter(line -> !table.contains(line)).limit(5).toList())
        .as("on the tape and not in the table")
        .isEmpty();
    assertThat(table.stream().filter(line -> !tape.contains(line)).limit(5).toList())
        .as("in the table and not on the tape")
        .isEmpty();
    assertThat(table).hasSameSizeAs(tape);
  }

  private static Set<String> tape(Simulator exchange, StartedBurst burst) {
    try (Stream<TapeTrade> trades = exchange.stream().tape().trades(burst.start(), burst.end())) {
      Set<String> lines = trades.map(TapeCheck::line).collect(Collectors.toSet());
      assertThat(lines).hasSize(Math.toIntExact(burst.count()));
      return lines;
    }
  }

  /** All rows, of which each must be there once. */
  public static Set<String> table(Place place) throws SQLException {
    Set<String> lines = new HashSet<>();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan", "caravan", "");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.setFetchSize(10_000);
      try (ResultSet rows = statement.executeQuery("select " + COLUMNS + " from trades")) {
        while (rows.next()) {
          List<String> line = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            line.add(rows.getString(i));
          }
          assertThat(lines.add(String.join(" ", line))).as("each row once").isTrue();
        }
      }
    }
    return lines;
  }

  /** A trade of the tape as the table's columns. */
  public static String line(TapeTrade trade) {
    return String.join(
        " ",
        trade.symbol(),
        String.valueOf(trade.nanos()),
        String.valueOf(trade.exchange()),
        String.valueOf(trade.id()),
        trade.dollars().toPlainString(),
        String.valueOf(trade.size()),
        trade.conditions(),
        String.valueOf(trade.tape()),
        "iex",
        "valid");
  }
}
