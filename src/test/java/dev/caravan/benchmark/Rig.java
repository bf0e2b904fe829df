package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.FrameSender;
import dev.caravan.support.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/** What the parts of the race have in common: a place with a durable server, and the plain COPY. */
final class Rig implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long LOOK_EACH_MS = 5;
  private static final int COPY_BUFFER = 256 * 1024;

  final Place place;

  /** A server with the tables, all of them empty, and the settings that Caravan gives it. */
  Rig(String name) {
    place = Place.prepared(name);
    place.server();
  }

  /**
   * Caravan with the shipped defaults, but for what is not measured; its stream is the sender's.
   */
  CaravanProcess.Start caravan(FrameSender sender, String channels, List<String> symbols) {
    return place
        .caravan()
        .keys()
        .set("caravan.alpaca.stream-url", sender.url())
        .set("caravan.schedule.stream", "always")
        .set("caravan.stream.channels", channels)
        .set("caravan.symbols", String.join(",", symbols));
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan", "caravan", "");
  }

  /** An empty table, and nothing that was written before is left to be flushed meanwhile. */
  void empty(Messages.Kind kind) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("truncate " + kind.table);
    }
    checkpoint();
  }

  void checkpoint() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + place.port() + "/postgres",
                "postgres",
                place.superuserPassword());
        Statement statement = connection.createStatement()) {
      statement.execute("checkpoint");
    }
  }

  /** Rows a second of a plain COPY into the empty table, over as many connections as parts. */
  double copy(Messages.Kind kind, List<byte[]> parts) throws Exception {
    empty(kind);
    String sql = "copy " + kind.table + " (" + kind.columns + ") from stdin";
    List<Connection> connections = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(parts.size());
    try {
      for (int part = 0; part < parts.size(); part++) {
        connections.add(connect());
      }
      long began = System.nanoTime();
      List<Future<Long>> copies = new ArrayList<>();
      for (int part = 0; part < parts.size(); part++) {
        PGConnection connection = connections.get(part).unwrap(PGConnection.class);
        byte[] lines = parts.get(part);
        copies.add(
            threads.submit(
                () ->
                    connection
                        .getCopyAPI()
                        .copyIn(sql, new ByteArrayInputStream(lines), COPY_BUFFER)));
      }
      long rows = 0;
      for (Future<Long> each : copies) {
        rows += each.get();
      }
      return rows / Figures.seconds(began);
    } finally {
      threads.shutdownNow();
      for (Connection each : connections) {
        each.close();
      }
    }
  }

  /** Waits until the last row of each symbol is there; each look is one step into the index. */
  void awaitRows(Messages messages, int rows) throws SQLException {
    String table = messages.kind().table;
    int symbols = messages.symbols().size();
    long began = System.nanoTime();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (int row = rows - 1; row >= Math.max(0, rows - symbols); row--) {
        String last =
            "select exists (select from "
                + table
                + " where symbol = '"
                + messages.symbols().get(row % symbols)
                + "' and ts >= '"
                // As it is stored, in microseconds.
                + Messages.time(row).toString().substring(0, 26)
                + "Z')";
        while (!isTrue(statement, last)) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_EACH_MS));
          if (Figures.seconds(began) > PATIENCE.toSeconds()) {
            throw new AssertionError(
                "Only " + number("select count(*) from " + table) + " of " + rows + " rows");
          }
        }
      }
    }
  }

  /** That no row is missing, and none there twice. */
  void checkRows(Messages messages, int rows) throws SQLException {
    assertThat(number("select count(*) from " + messages.kind().table)).isEqualTo(rows);
  }

  long number(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static boolean isTrue(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  Usage usage(CaravanProcess process) throws IOException {
    return Usage.of(process, place);
  }

  Usage usage() throws IOException {
    return Usage.of(0, place);
  }

  @Override
  public void close() {
    place.close();
  }
}
