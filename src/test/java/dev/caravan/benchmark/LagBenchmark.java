package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.FrameSender;
import dev.caravan.support.Packed;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * How long a trade is on its way from the socket until somebody else sees it in the table, at an
 * even pace and in a burst of ten times that; and how long all minute bars of a market take.
 *
 * <p>The time of a trade begins when it is due, also where the socket is full then. What is seen is
 * seen by a connection that looks every few milliseconds for the newest trade of some symbols.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LagBenchmark {
  private static final int SYMBOLS = 100;

  /** Every so many trades one is watched. */
  private static final int WATCHED = 25;

  private static final int MESSAGES_A_FRAME = 100;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int TICKS_A_SECOND = 200;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
  private static final int TIMES_AS_MANY = 10;
  private static final int SECONDS = Sizes.of("lag.seconds", 8, 2);
  private static final int BARS = Sizes.of("lag.bars", 12_000, 2_000);
  private static final int SETTLING_TICKS = 40;

  private final Messages trades = new Messages(Messages.Kind.TRADES, SYMBOLS);

  /** A pace of so many trades a second, with the burst at its end. */
  private final class Tape {
    final int rate;
    final int steady;
    final int rows;
    final List<List<byte[]>> ticks = new ArrayList<>();

    Tape(int rate, String encoding) {
      this.rate = rate;
      steady = rate * SECONDS;
      rows = steady + rate * TIMES_AS_MANY;
      for (int row = 0; row < rows; ) {
        int next = row + rate / TICKS_A_SECOND * (row < steady ? 1 : TIMES_AS_MANY);
        ticks.add(trades.frames(row, next, MESSAGES_A_FRAME, encoding));
        row = next;
      }
    }

    /** Nanoseconds after the first tick at which a row is due. */
    long due(int row) {
      int tick =
          row < steady
              ? row / (rate / TICKS_A_SECOND)
              : SECONDS * TICKS_A_SECOND + (row - steady) / (rate / TICKS_A_SECOND * TIMES_AS_MANY);
      return tick * TICK_NANOS;
    }
  }

  /** What was seen, in milliseconds. */
  private static final class Lags {
    final List<Double> steady = new ArrayList<>();
    final List<Double> burst = new ArrayList<>();
  }

  @Test
  @Order(1)
  void fromTheSocketUntilItIsSeen() throws Exception {
    Sheet sheet =
        Sheet.of(
            "lag",
            "Lag from the socket to the commit, in ms",
            "",
            "trades watched",
            "50 %",
            "99 %",
            "99.9 %",
            "worst",
            "all stored after, s");
    try (Rig rig = new Rig("race-lag");
        FrameSender sender = new FrameSender();
        CaravanProcess caravan = rig.caravan(sender, "trades", trades.symbols()).run()) {
      caravan.awaitLine("Stream iex delivers");
      warmUp(rig, sender);
      for (String encoding : List.of("msgpack", "json")) {
        for (int rate : new int[] {2_000, 20_000, 60_000}) {
          Tape tape = new Tape(rate, encoding);
          Lags lags = new Lags();
          Figures after = new Figures();
          // JSON is there to compare.
          int rounds = encoding.equals("json") ? 1 : Sizes.ROUNDS;
          for (int round = 0; round < rounds; round++) {
            after.add("all", play(rig, sender, tape, lags));
            rig.checkRows(trades, tape.rows);
          }
          row(sheet, Figures.text("%,d a second, %s", rate, encoding), lags.steady, "");
          row(
              sheet,
              Figures.text("%,d for a second, %s", rate * TIMES_AS_MANY, encoding),
              lags.burst,
              after.median("all", "%.1f"));
        }
      }
      sheet.note(
          Figures.text(
              "Each pace for %d s, then ten times that for a second; msgpack %d times, json once, and all that was seen"
                  + " of it together. A time is too long by up to %d ms, since somebody has to look. The process of"
                  + " Caravan has had %.0f MiB of memory at most.",
              SECONDS,
              Sizes.ROUNDS,
              TimeUnit.NANOSECONDS.toMillis(LOOK_NANOS) + 1,
              Usage.mostResidentMib(caravan.pid())));
      caravan.sigterm();
      caravan.exitCode();
    } finally {
      sheet.publish();
    }
  }

  private void warmUp(Rig rig, FrameSender sender) throws Exception {
    int rows = Sizes.of("stream.rows", 200_000, 20_000);
    List<byte[]> frames = trades.frames(0, rows, MESSAGES_A_FRAME, "msgpack");
    for (int round = 0; round < 2; round++) {
      rig.empty(trades.kind());
      sender.send(frames);
      rig.awaitRows(trades, rows);
    }
  }

  private static void row(Sheet sheet, String what, List<Double> all, String after) {
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    sheet.row(
        what,
        Figures.text("%,d", sorted.length),
        Figures.text("%.1f", part(sorted, 0.5)),
        Figures.text("%.1f", part(sorted, 0.99)),
        Figures.text("%.1f", part(sorted, 0.999)),
        Figures.text("%.1f", sorted[sorted.length - 1]),
        after);
  }

  /** The least value that this part of all does not pass. */
  private static double part(double[] sorted, double part) {
    return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
  }

  /**
   * Sends a tape at its pace; returns how many seconds after the begin of its burst all is there.
   */
  private double play(Rig rig, FrameSender sender, Tape tape, Lags lags) throws Exception {
    rig.empty(trades.kind());
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      long first = System.nanoTime() + SETTLING_TICKS * TICK_NANOS;
      Future<Long> watching = threads.submit(() -> watch(rig, tape, first, lags));
      for (int tick = 0; tick < tape.ticks.size(); tick++) {
        waitUntil(first + tick * TICK_NANOS);
        sender.push(tape.ticks.get(tick));
      }
      long last = watching.get(Rig.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      rig.awaitRows(trades, tape.rows);
      return (last - first - TimeUnit.SECONDS.toNanos(SECONDS)) / 1e9;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Looks for the newest trade of each watched symbol until the last of all is there. */
  private long watch(Rig rig, Tape tape, long first, Lags lags) throws SQLException {
    List<String> watched = new ArrayList<>();
    int[] next = new int[SYMBOLS / WATCHED];
    for (int i = 0; i < next.length; i++) {
      next[i] = i * WATCHED;
      watched.add(trades.symbols().get(next[i]));
    }
    try (Connection connection = rig.connect();
        PreparedStatement look =
            connection.prepareStatement(
                "select w.nth, t.trade_id from unnest('{"
                    + String.join(",", watched)
                    + "}'::text[]) with ordinality as w (symbol, nth) cross join lateral (select t.trade_id"
                    + " from trades t where t.symbol = w.symbol and t.ts >= '"
                    + Messages.FIRST.minusSeconds(1)
                    + "' order by t.ts desc limit 1) t")) {
      while (Arrays.stream(next).anyMatch(row -> row < tape.rows)) {
        long began = System.nanoTime();
        try (ResultSet newest = look.executeQuery()) {
          // What this statement saw was committed before it began; it is known when it has ended.
          long seen = System.nanoTime();
          while (newest.next()) {
            int nth = newest.getInt(1) - 1;
            int row = (int) (newest.getLong(2) - Messages.FIRST_ID);
            for (; next[nth] <= row; next[nth] += SYMBOLS) {
              double lag = (seen - first - tape.due(next[nth])) / 1e6;
              (next[nth] < tape.steady ? lags.steady : lags.burst).add(lag);
            }
          }
        }
        waitUntil(began + LOOK_NANOS);
      }
    }
    return System.nanoTime();
  }

  private static void waitUntil(long then) {
    for (long left = then - System.nanoTime(); left > 0; left = then - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Test
  @Order(2)
  void theMinuteBarsOfAMarket() throws Exception {
    Sheet sheet =
        Sheet.of(
            "minute-bars",
            "The minute bars of a market, from the first frame to the last commit",
            "",
            "s",
            "from, to");
    Figures figures = new Figures();
    try (Rig rig = new Rig("race-bars");
        FrameSender sender = new FrameSender()) {
      List<String> symbols = Messages.symbols(BARS);
      rig.place.query(
          "with added as (insert into symbols (symbol) select unnest(string_to_array('"
              + String.join(",", symbols)
              + "', ',')) returning 1) select count(*) from added");
      try (CaravanProcess caravan = rig.caravan(sender, "bars", symbols.subList(0, 1)).run()) {
        caravan.awaitLine("Stream iex delivers");
        // The first minute does not count.
        for (int minute = 0; minute <= Sizes.ROUNDS; minute++) {
          for (String encoding : List.of("msgpack", "json")) {
            Instant at =
                Instant.parse("2026-11-20T15:00:00Z")
                    .plusSeconds(60L * (2 * minute + (encoding.equals("json") ? 1 : 0)));
            List<byte[]> frames = bars(symbols, at, encoding);
            rig.checkpoint();
            long began = System.nanoTime();
            sender.send(frames);
            while (rig.number("select count(*) from bars where ts = '" + at + "'") < BARS) {
              LockSupport.parkNanos(LOOK_NANOS);
              assertThat(Figures.seconds(began)).isLessThan(Rig.PATIENCE.toSeconds());
            }
            if (minute > 0) {
              figures.add(encoding, Figures.seconds(began));
            }
          }
        }
        caravan.sigterm();
        caravan.exitCode();
      }
    }
    for (String encoding : List.of("msgpack", "json")) {
      sheet.row(
          Figures.text("%,d bars, %d a frame, %s", BARS, MESSAGES_A_FRAME, encoding),
          figures.median(encoding, "%.2f"),
          Figures.text("%.2f, %.2f", figures.least(encoding), figures.most(encoding)));
    }
    sheet.note("Medians of " + Sizes.ROUNDS + " minutes after one that does not count.").publish();
  }

  private static List<byte[]> bars(List<String> symbols, Instant at, String encoding) {
    List<byte[]> frames = new ArrayList<>();
    List<String> frame = new ArrayList<>();
    for (int i = 0; i < symbols.size(); i++) {
      Map<String, Object> bar = new LinkedHashMap<>();
      int price = 100 + i % 50;
      bar.put("\"T\"", "\"b\"");
      bar.put("\"S\"", '"' + symbols.get(i) + '"');
      bar.put("\"o\"", price + ".25");
      bar.put("\"h\"", price + ".75");
      bar.put("\"l\"", price + ".05");
      bar.put("\"c\"", price + ".55");
      bar.put("\"v\"", 1000 + i);
      bar.put("\"n\"", 1 + i % 90);
      bar.put("\"vw\"", price + ".4375");
      bar.put("\"t\"", '"' + at.toString() + '"');
      frame.add(bar.toString().replace("=", ":"));
      if (frame.size() == MESSAGES_A_FRAME || i == symbols.size() - 1) {
        String json = frame.toString();
        frames.add(
            encoding.equals("json") ? json.getBytes(StandardCharsets.US_ASCII) : Packed.of(json));
        frame.clear();
      }
    }
    return frames;
  }
}
