package dev.caravan.simulator.stream;

import dev.caravan.simulator.replay.DayReader;
import dev.caravan.simulator.replay.DayReader.Told;
import dev.caravan.simulator.replay.StoredDay;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.simulator.tape.WireFrame;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a stored day at its own pace or a faster one, with the times that it had. It begins a
 * second after the first client has subscribed, with the first that is stored of the day. From then
 * on it goes on as an exchange does, whoever listens; only a client that cannot keep pace is waited
 * for, since a replay is in no hurry.
 */
final class DayTape implements StreamNarrator, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DayTape.class);
  private static final int MESSAGES_PER_FRAME = 100;
  private static final int MOST_PER_TICK = 20_000;

  /** Characters that a client has not taken yet. */
  private static final long MOST_WAITING = 4_000_000;

  /** For the rest of a client's subscriptions. */
  private static final long LEAD = 1_000_000_000L;

  private final StoredDay day;
  private final DayReader reader;
  private final BiConsumer<Audience, WireFrame> sink;
  private List<Telling> tellings = List.of();
  private boolean begun;
  private boolean over;
  private long base;
  private long first;
  private volatile Instant position;

  /** What an audience is about to be told. */
  private static final class Telling {
    private final Audience audience;
    private final StringBuilder frame = new StringBuilder();
    private int messages;

    Telling(Audience audience) {
      this.audience = audience;
    }
  }

  DayTape(StoredDay day, BiConsumer<Audience, WireFrame> sink) {
    this.day = day;
    this.sink = sink;
    this.position = day.begin();
    this.reader = new DayReader(day);
    reader.start();
  }

  /** A clock that shows the time of the day that is told. */
  Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return position;
      }
    };
  }

  @Override
  public void listen(List<Audience> audiences) {
    tellings = audiences.stream().map(Telling::new).toList();
  }

  @Override
  public void tick(long now) {
    Told next = reader.peek();
    if (!begun && !begin(next, now)) {
      return;
    }
    long at = first + Math.max(0, (long) ((now - base) * day.replay().speed()));
    position = instant(Math.min(at, TapeTrade.nanosOf(day.end())));
    if (isAhead()) {
      return;
    }
    for (int told = 0; told < MOST_PER_TICK && next != null && next.at() <= at; told++) {
      tell(reader.poll());
      next = reader.peek();
    }
    tellings.forEach(this::flush);
    if (next != null && next.isEnd()) {
      end();
    }
  }

  /** Whether it goes on; it begins once there is somebody to listen and something to tell. */
  private boolean begin(Told next, long now) {
    if (over || next == null || next.isEnd() || tellings.isEmpty()) {
      return false;
    }
    begun = true;
    base = now + LEAD;
    first = next.at();
    LOG.info(
        "The replay of {} begins at {}, {} times as fast as it was",
        day.replay().day(),
        instant(first),
        day.replay().speed());
    return true;
  }

  private void end() {
    reader.poll();
    begun = false;
    over = !day.replay().loop();
    LOG.info("The replay of {} is over{}", day.replay().day(), over ? "" : " and begins again");
  }

  private boolean isAhead() {
    return tellings.stream()
        .flatMap(telling -> telling.audience.connections().stream())
        .anyMatch(connection -> connection.peer().backlog() > MOST_WAITING);
  }

  private void tell(Told told) {
    for (Telling telling : tellings) {
      if (telling.audience.feed().isOf(told.feed())
          && telling.audience.subscriptions().wants(told.channel(), told.symbol())) {
        telling.frame.append(telling.messages == 0 ? '[' : ',').append(told.message());
        if (++telling.messages == MESSAGES_PER_FRAME) {
          flush(telling);
        }
      }
    }
  }

  private void flush(Telling telling) {
    if (telling.messages > 0) {
      telling.frame.append(']');
      sink.accept(
          telling.audience,
          WireFrame.of(telling.frame.toString(), telling.messages, telling.audience.isPacked()));
      telling.frame.setLength(0);
      telling.messages = 0;
    }
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}
