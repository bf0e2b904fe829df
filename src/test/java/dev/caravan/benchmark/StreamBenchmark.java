package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.FrameSender;
import dev.caravan.support.Packed;
import dev.caravan.support.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/**
 * How fast trades come from the socket into the table, beside a plain COPY of the same rows from a
 * file over one connection, in the same run and table. The packaged jar runs with the shipped
 * defaults but for the number of writers; the sender takes its share of the same cores.
 */
class StreamBenchmark {
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int[] MESSAGES_A_FRAME = {1, 10, 100, 1000};
  private static final int SYMBOLS = 200;
  private static final int ROWS = 300_000;
  private static final int ROWS_ONE_BY_ONE = 100_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Instant FIRST = Instant.parse("2026-11-20T15:00:00.000000001Z");

  /** Below these the stream is not what it is for. */
  private static final double LEAST_ONE_WRITER = 0.6;

  private static final double LEAST_TWO_WRITERS = 0.8;

  private final Map<String, List<Double>> rates = new TreeMap<>();
  private final Map<String, List<Double>> ratios = new TreeMap<>();
  private final Place place = Place.fresh("benchmark");

  @Test
  void theStreamKeepsUpWithPlainCopy() throws Exception {
    place.server();
    try (place) {
      for (int writers = 1; writers <= 2; writers++) {
        try (FrameSender sender = new FrameSender();
            CaravanProcess caravan = start(writers, sender)) {
          if (writers == 1) {
            checkDurability(sender);
          }
          // A first round that does not count warms up both sides.
          for (int round = 0; round <= ROUNDS; round++) {
            round(round, writers, sender);
          }
          caravan.sigterm();
          assertThat(caravan.exitCode()).isNotNegative();
        }
      }
    }
    report();
    assertThat(median(ratios, key(100, 1, "msgpack")))
        .as("ratio to plain COPY at 100 messages a frame with one writer")
        .isGreaterThanOrEqualTo(LEAST_ONE_WRITER);
    assertThat(median(ratios, key(100, 2, "msgpack")))
        .as("ratio to plain COPY at 100 messages a frame with two writers")
        .isGreaterThanOrEqualTo(LEAST_TWO_WRITERS);
  }

  private CaravanProcess start(int writers, FrameSender sender) {
    CaravanProcess caravan =
        place
            .caravan()
            .keys()
            .set("caravan.alpaca.stream-url", sender.url())
            .set("caravan.schedule.stream", "always")
            .set("caravan.stream.channels", "trades")
            .set("caravan.stream.writers", writers)
            .set("caravan.symbols", String.join(",", symbols()))
            .run();
    caravan.awaitLine("Stream iex delivers");
    return caravan;
  }

  private void round(int round, int writers, FrameSender sender) throws Exception {
    int base = 1000 * round;
    Path file = place.directory().resolve("trades.copy");
    Files.write(file, copyLines(base, ROWS));
    double plain = copy(file);
    count(round, "plain COPY from a file", plain, 1);
    Files.delete(file);
    for (int messages : MESSAGES_A_FRAME) {
      int rows = messages == 1 ? ROWS_ONE_BY_ONE : ROWS;
      for (String encoding : List.of("msgpack", "json")) {
        double streamed = stream(sender, base, rows, messages, encoding);
        count(round, key(messages, writers, encoding), streamed, streamed / plain);
      }
    }
  }

  private void count(int round, String key, double rate, double ratio) {
    if (round > 0) {
      rates.computeIfAbsent(key, any -> new ArrayList<>()).add(rate);
      ratios.computeIfAbsent(key, any -> new ArrayList<>()).add(ratio);
    }
  }

  private static String key(int messages, int writers, String encoding) {
    return String.format(
        Locale.ROOT,
        "%d writer%s, %4d a frame, %s",
        writers,
        writers > 1 ? "s" : " ",
        messages,
        encoding);
  }

  /** Rows a second of a plain COPY from a file, over one connection, into the same table. */
  private double copy(Path file) throws SQLException, IOException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        InputStream lines = Files.newInputStream(file)) {
      statement.execute("truncate trades");
      checkpoint();
      long began = System.nanoTime();
      long rows =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(
                  "copy trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions,"
                      + " tape, feed) from stdin",
                  lines,
                  256 * 1024);
      return rows / seconds(began);
    }
  }

  /** Rows a second from the first byte on the socket to the last commit. */
  private double stream(FrameSender sender, int base, int rows, int messages, String encoding)
      throws Exception {
    List<byte[]> frames = frames(base, rows, messages);
    if (encoding.equals("msgpack")) {
      frames.replaceAll(json -> Packed.of(new String(json, StandardCharsets.US_ASCII)));
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("truncate trades");
      checkpoint();
      long began = System.nanoTime();
      sender.send(frames);
      // The last row of each symbol, of the writers whichever, is there once all is.
      String last =
          "select count(*) from unnest(array['"
              + String.join("','", symbols())
              + "']) as s (symbol) where exists (select from trades t where t.symbol = s.symbol and"
              + " t.ts >= '"
              + time(rows - SYMBOLS)
              + "')";
      while (number(statement, last) < SYMBOLS) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        if (seconds(began) > PATIENCE.toSeconds()) {
          throw new AssertionError("Only " + number(statement, "select count(*) from trades"));
        }
      }
      double rate = rows / seconds(began);
      assertThat(number(statement, "select count(*) from trades")).isEqualTo(rows);
      return rate;
    }
  }

  /**
   * What the writer's own session says, told by a trigger in its transaction, and what the table
   * is: durable, logged, with all its indexes.
   */
  private void checkDurability(FrameSender sender) throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table told (setting text)");
      statement.execute(
          "create function tell() returns trigger language plpgsql as $$ begin insert into told"
              + " values (current_setting('fsync') || ' ' || current_setting('synchronous_commit')"
              + " || ' ' || current_setting('full_page_writes')); return null; end $$");
      statement.execute(
          "create trigger tell after insert on trades for each statement execute function tell()");
      sender.send(frames(0, SYMBOLS, 100));
      await()
          .atMost(PATIENCE)
          .until(() -> number(statement, "select count(*) from trades") == SYMBOLS);
      assertThat(texts(statement, "select distinct setting from told")).containsExactly("on on on");
      statement.execute("drop trigger tell on trades");
      statement.execute("drop function tell");
      statement.execute("drop table told");
      assertThat(
              texts(
                  statement, "select relpersistence::text from pg_class where relname = 'trades'"))
          .containsExactly("p");
      assertThat(
              texts(
                  statement,
                  "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where"
                      + " i.indrelid = 'trades'::regclass and i.indisvalid"))
          .containsExactlyInAnyOrder("trades_one_row_a_trade", "trades_of_iex_on_the_tape");
    }
  }

  private void report() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%n%-34s %12s %8s %18s%n",
            "median of " + ROUNDS + " rounds",
            "rows/s",
            "ratio",
            "ratios from to"));
    rates.forEach(
        (key, all) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "%-34s %12.0f %8.2f %9.2f %8.2f%n",
                    key,
                    median(rates, key),
                    median(ratios, key),
                    ratios.get(key).stream().min(Double::compare).orElseThrow(),
                    ratios.get(key).stream().max(Double::compare).orElseThrow())));
    Path directory = Path.of("target/benchmark");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("stream.txt"), table);
    System.out.println(table);
  }

  private static double median(Map<String, List<Double>> all, String key) {
    List<Double> sorted = all.get(key).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static List<String> symbols() {
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < SYMBOLS; i++) {
      symbols.add("B" + (char) ('A' + i / 26) + (char) ('A' + i % 26));
    }
    return symbols;
  }

  private static Instant time(int row) {
    return FIRST.plusNanos(row * 50_000L);
  }

  private static String price(int row) {
    return 100 + row % 50 + "." + (10 + row % 90);
  }

  private static byte[] copyLines(int base, int rows) {
    List<String> symbols = symbols();
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      String time = time(row).toString();
      lines
          .append(symbols.get(row % SYMBOLS))
          .append('\t')
          .append(time, 0, 26)
          .append("Z\t1\tV\t")
          .append(base + 10_000_000L + row)
          .append('\t')
          .append(price(row))
          .append('\t')
          .append(1 + row % 300)
          .append("\t{\"@\",\"I\"}\tC\tiex\n");
    }
    return lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static List<byte[]> frames(int base, int rows, int messages) {
    List<String> symbols = symbols();
    List<byte[]> frames = new ArrayList<>();
    StringBuilder frame = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      frame
          .append(row % messages == 0 ? "[" : ",")
          .append("{\"T\":\"t\",\"S\":\"")
          .append(symbols.get(row % SYMBOLS))
          .append("\",\"i\":")
          .append(base + 10_000_000L + row)
          .append(",\"x\":\"V\",\"p\":")
          .append(price(row))
          .append(",\"s\":")
          .append(1 + row % 300)
          .append(",\"c\":[\"@\",\"I\"],\"z\":\"C\",\"t\":\"")
          .append(time(row))
          .append("\"}");
      if (row % messages == messages - 1 || row == rows - 1) {
        frames.add(frame.append(']').toString().getBytes(StandardCharsets.US_ASCII));
        frame.setLength(0);
      }
    }
    return frames;
  }

  /** Nothing that was written before is left for the database to flush meanwhile. */
  private void checkpoint() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + place.port() + "/postgres",
                "postgres",
                place.superuserPassword());
        Statement statement = connection.createStatement()) {
      statement.execute("checkpoint");
    }
  }

  private Connection connect() {
    try {
      return DriverManager.getConnection(
          "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan", "caravan", "");
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static List<String> texts(Statement statement, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
