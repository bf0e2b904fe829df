package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.FrameSender;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * How fast trades and quotes come from the socket into the table, beside a plain COPY of the same
 * rows into the same table in the same run, over one connection and over two, which is the limit.
 * The packaged jar runs with the shipped defaults; the sender takes its share of the same cores.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StreamBenchmark {
  private static final int[] MESSAGES_A_FRAME = {1, 10, 100, 1000};
  private static final List<String> ENCODINGS = List.of("msgpack", "json");
  private static final int SYMBOLS = 200;
  private static final int ROWS = Sizes.of("stream.rows", 200_000, 20_000);
  private static final int ROWS_ONE_BY_ONE = ROWS / 3;
  private static final double MILLION = 1e6;

  /** Below this the stream is not what it is for: beside a plain COPY over one connection. */
  private static final double LEAST = 0.6;

  /** What is measured of one kind of rows. */
  private record Course(Messages messages, int... frames) {}

  private final Figures figures = new Figures();
  private final Map<String, List<byte[]>> frames = new HashMap<>();

  @Test
  @Order(1)
  void tradesFromTheSocketToTheCommit() throws Exception {
    race(
        "stream",
        "Trades from the socket to the commit",
        new Course(new Messages(Messages.Kind.TRADES, SYMBOLS), MESSAGES_A_FRAME));
    if (!Sizes.SMOKE) {
      assertThat(figures.median("trades 100 msgpack ratio")).isGreaterThanOrEqualTo(LEAST);
    }
  }

  @Test
  @Order(2)
  void quotesFromTheSocketToTheCommit() throws Exception {
    race(
        "quotes",
        "Quotes from the socket to the commit",
        new Course(new Messages(Messages.Kind.QUOTES, SYMBOLS), 1, 100));
  }

  private void race(String name, String title, Course course) throws Exception {
    Messages messages = course.messages();
    Sheet sheet =
        Sheet.of(
            name,
            title,
            "",
            "rows/s",
            "beside COPY on 1 connection",
            "from, to",
            "beside COPY on 2",
            "CPU s a million rows: Caravan",
            "PostgreSQL");
    try (Rig rig = new Rig("race-" + name);
        FrameSender sender = new FrameSender();
        CaravanProcess caravan =
            rig.caravan(sender, messages.kind().table, messages.symbols()).run()) {
      caravan.awaitLine("Stream iex delivers");
      if (messages.kind() == Messages.Kind.TRADES) {
        checkDurability(rig, sender, messages);
      }
      List<byte[]> one = messages.copyLines(ROWS, 1);
      List<byte[]> two = messages.copyLines(ROWS, 2);
      // A first round that does not count warms up both sides.
      for (int round = 0; round <= Sizes.ROUNDS; round++) {
        round(round, rig, sender, caravan, course, one, two);
      }
      report(sheet, course);
      sheet.note(
          Figures.text(
              "%,d rows of %d symbols a round (%,d where a frame has one), medians of %d rounds after one that does"
                  + " not count. The process of Caravan has had %.0f MiB of memory at most.",
              ROWS, SYMBOLS, ROWS_ONE_BY_ONE, Sizes.ROUNDS, Usage.mostResidentMib(caravan.pid())));
      caravan.sigterm();
      assertThat(caravan.exitCode()).isNotNegative();
    } finally {
      frames.clear();
    }
    sheet.publish();
  }

  private void round(
      int round,
      Rig rig,
      FrameSender sender,
      CaravanProcess caravan,
      Course course,
      List<byte[]> one,
      List<byte[]> two)
      throws Exception {
    Messages messages = course.messages();
    String table = messages.kind().table;
    double alone = copy(round, rig, messages, "1 connection", one);
    double both = copy(round, rig, messages, "2 connections", two);
    for (int each : course.frames()) {
      int rows = each == 1 ? ROWS_ONE_BY_ONE : ROWS;
      for (String encoding : ENCODINGS) {
        String key = table + " " + each + " " + encoding;
        List<byte[]> sent =
            frames.computeIfAbsent(key, any -> messages.frames(0, rows, each, encoding));
        rig.empty(messages.kind());
        Usage before = rig.usage(caravan);
        long began = System.nanoTime();
        sender.send(sent);
        rig.awaitRows(messages, rows);
        double rate = rows / Figures.seconds(began);
        Usage used = rig.usage(caravan).since(before);
        rig.checkRows(messages, rows);
        if (round > 0) {
          figures.add(key, rate);
          figures.add(key + " ratio", rate / alone);
          figures.add(key + " ratio of two", rate / both);
          figures.add(key + " cpu", used.process() / rows * MILLION);
          figures.add(key + " database", used.database() / rows * MILLION);
        }
      }
    }
  }

  private double copy(int round, Rig rig, Messages messages, String over, List<byte[]> parts)
      throws Exception {
    Usage before = rig.usage();
    double rate = rig.copy(messages.kind(), parts);
    Usage used = rig.usage().since(before);
    rig.checkRows(messages, ROWS);
    if (round > 0) {
      String key = messages.kind().table + " " + over;
      figures.add(key, rate);
      figures.add(key + " database", used.database() / ROWS * MILLION);
    }
    return rate;
  }

  private void report(Sheet sheet, Course course) {
    String table = course.messages().kind().table;
    for (String over : List.of("1 connection", "2 connections")) {
      String key = table + " " + over;
      boolean first = over.startsWith("1");
      double other = figures.median(table + (first ? " 2 connections" : " 1 connection"));
      String beside = Figures.text("%.2f", figures.median(key) / other);
      sheet.row(
          "plain COPY on " + over,
          figures.median(key, "%,.0f"),
          first ? "1.00" : beside,
          "",
          first ? beside : "1.00",
          "",
          figures.median(key + " database", "%.1f"));
    }
    for (int each : course.frames()) {
      for (String encoding : ENCODINGS) {
        String key = table + " " + each + " " + encoding;
        sheet.row(
            Figures.text("%,d a frame, %s", each, encoding),
            figures.median(key, "%,.0f"),
            figures.median(key + " ratio", "%.2f"),
            Figures.text("%.2f, %.2f", figures.least(key + " ratio"), figures.most(key + " ratio")),
            figures.median(key + " ratio of two", "%.2f"),
            figures.median(key + " cpu", "%.1f"),
            figures.median(key + " database", "%.1f"));
      }
    }
  }

  /**
   * What the writer's own session says, told by a trigger in its transaction, and what the table
   * is: durable, logged, with all its indexes.
   */
  private static void checkDurability(Rig rig, FrameSender sender, Messages messages)
      throws Exception {
    try (Connection connection = rig.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table told (setting text)");
      statement.execute(
          "create function tell() returns trigger language plpgsql as $$ begin insert into told"
              + " values (current_setting('fsync') || ' ' || current_setting('synchronous_commit')"
              + " || ' ' || current_setting('full_page_writes')); return null; end $$");
      statement.execute(
          "create trigger tell after insert on trades for each statement execute function tell()");
      sender.send(messages.frames(0, SYMBOLS, 100, "json"));
      await()
          .atMost(Rig.PATIENCE)
          .until(() -> rig.number("select count(*) from trades") == SYMBOLS);
      assertThat(texts(statement, "select distinct setting from told")).containsExactly("on on on");
      statement.execute("drop trigger tell on trades");
      statement.execute("drop function tell");
      statement.execute("drop table told");
      assertThat(
              texts(
                  statement,
                  "select distinct c.relpersistence::text from pg_class c join month_partitions p on"
                      + " c.oid = p.partition::regclass"))
          .containsExactly("p");
      assertThat(
              texts(
                  statement,
                  "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where"
                      + " i.indrelid = 'trades'::regclass and i.indisvalid"))
          .containsExactlyInAnyOrder("trades_one_row_a_trade", "trades_of_iex_on_the_tape");
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
}
