package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/**
 * What a row of {@code trades} costs, in time of COPY and on the disk, and what it would cost with
 * other columns, another key or another form of COPY. Each variant is a table of its own with the
 * same rows, and is filled in each round.
 */
class RowBenchmark {
  private static final int SYMBOLS = 200;
  private static final int ROWS = Sizes.of("row.rows", 200_000, 20_000);
  private static final int BUFFER = 256 * 1024;
  private static final String AS_IT_IS = "as it is";
  private static final String ALL =
      "symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status";
  private static final String KEY = "symbol, ts, exchange, trade_id";

  /**
   * A table and how it is filled.
   *
   * @param columns in their order, as expressions of {@code trades}
   * @param key empty where it has none
   */
  private record Variant(String what, String columns, String key, String form) {
    Variant(String what, String columns, String key) {
      this(what, columns, key, "text");
    }

    void make(Statement statement, String table) throws SQLException {
      statement.execute("create table " + table + " as select " + columns + " from trades limit 0");
      for (String rule : List.of("price >= 0", "size >= 0", "status in ('valid', 'corrected')")) {
        if (columns.contains(rule.substring(0, rule.indexOf(' ')))) {
          statement.execute("alter table " + table + " add check (" + rule + ")");
        }
      }
      if (!key.isEmpty()) {
        statement.execute("alter table " + table + " add primary key (" + key + ")");
      }
    }
  }

  private final Figures figures = new Figures();

  private static List<Variant> variants() {
    return List.of(
        new Variant(AS_IT_IS, ALL, KEY),
        new Variant("by COPY in binary", ALL, KEY, "binary"),
        new Variant("without a key", ALL, ""),
        new Variant("exchange not in the key", ALL, "symbol, ts, trade_id"),
        new Variant(
            "widest columns first",
            "ts, trade_id, nanos, price, size, symbol, exchange, tape, feed, status, conditions",
            KEY),
        new Variant(
            "symbols and exchanges of collation C",
            as("symbol collate \"C\"", "symbol", as("exchange collate \"C\"", "exchange", ALL)),
            KEY),
        new Variant(
            "numbers for symbols",
            as("dense_rank() over (order by symbol)::integer", "symbol", ALL),
            KEY),
        new Variant(
            "prices and sizes as double precision, which is not exact",
            as("price::double precision", "price", as("size::double precision", "size", ALL)),
            KEY),
        new Variant("without conditions", without("conditions"), KEY),
        new Variant("without tape", without("tape"), KEY),
        new Variant("without feed", without("feed"), KEY),
        new Variant("without status", without("status"), KEY));
  }

  private static String as(String expression, String column, String columns) {
    return columns.replace(column, expression + " as " + column);
  }

  private static String without(String column) {
    return ALL.replaceFirst(", " + column, "");
  }

  @Test
  void whatARowCosts() throws Exception {
    Sheet sheet =
        Sheet.of(
            "row",
            "What a row of trades costs",
            "",
            "time of COPY beside as it is",
            "from, to",
            "bytes a row",
            "keys and indexes");
    Messages messages = new Messages(Messages.Kind.TRADES, SYMBOLS);
    try (Rig rig = new Rig("race-row")) {
      rig.copy(messages.kind(), messages.copyLines(ROWS, 1));
      try (Connection connection = rig.connect();
          Statement statement = connection.createStatement()) {
        Map<Variant, String> tables = new LinkedHashMap<>();
        Map<Variant, byte[]> contents = new LinkedHashMap<>();
        for (Variant each : variants()) {
          String table = "variant_" + tables.size();
          tables.put(each, table);
          each.make(statement, table);
          contents.put(each, content(connection, each));
        }
        for (int round = 0; round <= Sizes.ROUNDS; round++) {
          double asItIs = 0;
          for (Variant each : tables.keySet()) {
            statement.execute("truncate " + tables.get(each));
            rig.checkpoint();
            double seconds = fill(connection, tables.get(each), each, contents.get(each));
            if (each.what().equals(AS_IT_IS)) {
              asItIs = seconds;
            }
            if (round > 0) {
              figures.add(each.what(), seconds / asItIs);
            }
          }
        }
        for (Variant each : tables.keySet()) {
          sheet.row(
              each.what(),
              figures.median(each.what(), "%.2f"),
              Figures.text("%.2f, %.2f", figures.least(each.what()), figures.most(each.what())),
              bytes(rig, "pg_relation_size", tables.get(each)),
              bytes(rig, "pg_indexes_size", tables.get(each)));
        }
      }
    }
    sheet.note(
        Figures.text(
            "%,d rows of %d symbols over one connection, medians of %d rounds after one that does not count.",
            ROWS, SYMBOLS, Sizes.ROUNDS));
    sheet.publish();
  }

  /** What COPY is to read, as the server itself writes it. */
  private static byte[] content(Connection connection, Variant variant) throws Exception {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            "copy (select "
                + variant.columns()
                + " from trades order by ts) to stdout (format "
                + variant.form()
                + ")",
            content);
    return content.toByteArray();
  }

  private static double fill(Connection connection, String table, Variant variant, byte[] content)
      throws Exception {
    long began = System.nanoTime();
    long rows =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "copy " + table + " from stdin (format " + variant.form() + ")",
                new ByteArrayInputStream(content),
                BUFFER);
    double seconds = Figures.seconds(began);
    assertThat(rows).isEqualTo(ROWS);
    return seconds;
  }

  private static String bytes(Rig rig, String size, String table) throws Exception {
    return Figures.text(
        "%d", Math.round(rig.number("select " + size + "('" + table + "')") / (double) ROWS));
  }
}
