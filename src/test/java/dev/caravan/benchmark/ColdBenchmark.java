package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.FrameSender;
import dev.caravan.support.Place;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * How fast the stream is in the first seconds of a process, before its code is compiled, and in as
 * many after them; and how long a start takes until the first row is committed.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ColdBenchmark {
  private static final int SECONDS = Sizes.of("cold.seconds", 10, 2);

  /** More than can be stored meanwhile. */
  private static final int ROWS = Sizes.of("cold.rows", 5_000_000, 400_000);

  private static final int COPIED = Sizes.of("stream.rows", 200_000, 20_000);
  private static final int SYMBOLS = 200;
  private static final int MESSAGES_A_FRAME = 100;

  private final Messages trades = new Messages(Messages.Kind.TRADES, SYMBOLS);
  private final Figures figures = new Figures();

  @Test
  @Order(1)
  void theFirstSecondsAfterTheStartAndThoseAfterThem() throws Exception {
    Sheet sheet =
        Sheet.of("cold", "Cold and warm", "", "rows/s", "beside COPY on 1 connection", "from, to");
    List<byte[]> frames = trades.frames(0, ROWS, MESSAGES_A_FRAME, "msgpack");
    List<byte[]> lines = trades.copyLines(COPIED, 1);
    ExecutorService sending = Executors.newSingleThreadExecutor();
    try (Rig rig = new Rig("race-cold")) {
      for (int round = 0; round < Sizes.ROUNDS; round++) {
        double copied = rig.copy(trades.kind(), lines);
        rig.empty(trades.kind());
        try (FrameSender sender = new FrameSender();
            CaravanProcess caravan = rig.caravan(sender, "trades", trades.symbols()).run()) {
          sender.awaitClient();
          long began = System.nanoTime();
          Future<?> sent = sending.submit(() -> sender.send(frames));
          double cold = rows(rig, began, SECONDS);
          double warm = rows(rig, began, 2 * SECONDS) - cold;
          figures.add("cold", cold / SECONDS);
          figures.add("cold ratio", cold / SECONDS / copied);
          figures.add("warm", warm / SECONDS);
          figures.add("warm ratio", warm / SECONDS / copied);
          sent.get();
          caravan.sigterm();
          caravan.exitCode();
        }
      }
    } finally {
      sending.shutdownNow();
    }
    for (String each : List.of("cold", "warm")) {
      sheet.row(
          each.equals("cold")
              ? "the first " + SECONDS + " s of a process"
              : "the " + SECONDS + " s after them",
          figures.median(each, "%,.0f"),
          figures.median(each + " ratio", "%.2f"),
          Figures.text(
              "%.2f, %.2f", figures.least(each + " ratio"), figures.most(each + " ratio")));
    }
    sheet
        .note(
            Figures.text(
                "Trades, %d a frame, MessagePack, as fast as they are taken; medians of %d starts.",
                MESSAGES_A_FRAME, Sizes.ROUNDS))
        .publish();
    // Else the tape was at its end, and the figure would be too small.
    assertThat((figures.most("cold") + figures.most("warm")) * SECONDS)
        .as("rows stored of a tape that must be longer: -Dcold.rows=N")
        .isLessThan(ROWS);
  }

  /** How many rows are committed so many seconds after a time. */
  private static double rows(Rig rig, long began, int seconds) throws Exception {
    long then = began + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < then) {
      LockSupport.parkNanos(then - System.nanoTime());
    }
    // What is committed while it counts is not seen by it.
    return rig.number("select count(*) from trades");
  }

  @Test
  @Order(2)
  void fromTheStartToTheFirstRow() throws Exception {
    Sheet sheet =
        Sheet.of(
            "start", "From the start to the first row", "", "s", "from, to", "MiB of memory then");
    start(sheet, "a database that is there", () -> Place.prepared("race-start"));
    start(sheet, "an empty directory", () -> Place.fresh("race-first"));
    sheet
        .note(
            Figures.text(
                "From the start of the process, with its own PostgreSQL, to the commit of a trade that is sent as soon"
                    + " as Caravan has subscribed; medians of %d.",
                Sizes.ROUNDS))
        .publish();
  }

  private void start(Sheet sheet, String on, Supplier<Place> places) throws Exception {
    for (int round = 0; round < Sizes.ROUNDS; round++) {
      try (Place place = places.get();
          FrameSender sender = new FrameSender()) {
        long began = System.nanoTime();
        try (CaravanProcess caravan =
            place
                .caravan()
                .keys()
                .set("caravan.alpaca.stream-url", sender.url())
                .set("caravan.schedule.stream", "always")
                .set("caravan.stream.channels", "trades")
                .set("caravan.symbols", String.join(",", trades.symbols()))
                .run()) {
          sender.awaitClient();
          sender.push(trades.frames(0, 1, 1, "msgpack"));
          await()
              .atMost(CaravanProcess.PATIENCE)
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofMillis(5))
              .until(() -> place.count("select count(*) from trades") == 1);
          figures.add(on, Figures.seconds(began));
          figures.add(on + " memory", Usage.residentMib(caravan.pid()));
          caravan.sigterm();
          caravan.exitCode();
        }
      }
    }
    sheet.row(
        on,
        figures.median(on, "%.1f"),
        Figures.text("%.1f, %.1f", figures.least(on), figures.most(on)),
        figures.median(on + " memory", "%.0f"));
  }
}
