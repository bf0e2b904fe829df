package dev.caravan.simulator.stream;

import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.tape.BackgroundTrades;
import dev.caravan.simulator.tape.FrameWriter;
import dev.caravan.simulator.tape.JsonFrameWriter;
import dev.caravan.simulator.tape.News;
import dev.caravan.simulator.tape.PackedFrameWriter;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.simulator.tape.Tape;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.simulator.tape.WireFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Tells the tape as it happens: at each tick what came since the tick before, as frames for each
 * audience. Used by one thread at a time.
 */
final class LiveTape implements StreamNarrator {
  private static final int MESSAGES_PER_FRAME = 100;
  private static final int BIG_FRAME = 100_000;
  private static final long BAR_DELAY = 500_000_000L;
  private static final long UPDATE_DELAY = 30_000_000_000L;
  private static final long HELD = 50_000_000L;
  private static final long LONGEST_TICK = 30_000_000_000L;

  /** Within a tick a burst comes after all other trades. */
  private static final long LONGEST_TICK_OF_A_BURST = 1_000_000_000L;

  private final Tape tape;
  private final BiConsumer<Audience, WireFrame> sink;
  private final FrameWriter json = new JsonFrameWriter();
  private final FrameWriter packed = new PackedFrameWriter();
  private final List<Sender> senders = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();
  private Map<String, Cursor> cursors = new HashMap<>();
  private List<Audience> audiences = List.of();
  private boolean bigFrames;
  private final Map<String, DaySum> days = new HashMap<>();
  private long told;
  private long bars;
  private long updates;
  private long news;

  /** One message of a channel that is to be told at a time. */
  private record Notice(long nanos, String channel, String symbol, Consumer<FrameWriter> message) {}

  /** How much of a burst was told. */
  private static final class Sender {
    private final StartedBurst burst;
    private long sent;
    private long heldSince;

    Sender(StartedBurst burst) {
      this.burst = burst;
    }
  }

  /** The next trades of a symbol's background to be told, and to be corrected. */
  private static final class Cursor {
    private final BackgroundTrades background;
    private long trade;
    private long mark;

    Cursor(BackgroundTrades background, long told) {
      this.background = background;
      this.trade = background.firstAt(told + 1);
      this.mark = background.firstAt(told + 1 - Tape.MARK_DELAY);
    }
  }

  /** The bar of a day in New York up to a minute. */
  private static final class DaySum {
    private final Instant midnight;
    private long next;
    private PriceBar bar;

    DaySum(Instant midnight) {
      this.midnight = midnight;
      this.next = midnight.getEpochSecond() / 60;
    }
  }

  LiveTape(Tape tape, long now, BiConsumer<Audience, WireFrame> sink) {
    this.tape = tape;
    this.told = now;
    this.bars = Math.floorDiv(now, Tape.MINUTE);
    this.updates = bars;
    this.news = bars;
    while (News.nanosOf(news) <= now) {
      news++;
    }
    this.sink = sink;
  }

  void add(StartedBurst burst) {
    senders.add(new Sender(burst));
  }

  /** Tells a trade that was added to the tape, with the next tick. */
  void add(TapeTrade trade) {
    notices.add(new Notice(trade.nanos(), "trades", trade.symbol(), frame -> frame.trade(trade)));
    notices.add(new Notice(trade.nanos(), "quotes", trade.symbol(), frame -> frame.quote(trade)));
  }

  /** Tells something else when its time has come. */
  void add(long nanos, String channel, String symbol, Consumer<FrameWriter> message) {
    notices.add(new Notice(nanos, channel, symbol, message));
  }

  /** Up to when all is told. */
  long told() {
    return told;
  }

  /** By how much {@link #told} may grow at once, in nanoseconds. */
  long longestTick() {
    return senders.isEmpty() ? LONGEST_TICK : LONGEST_TICK_OF_A_BURST;
  }

  void bigFrames(boolean on) {
    bigFrames = on;
  }

  @Override
  public void listen(List<Audience> newAudiences) {
    audiences = newAudiences;
    Set<String> symbols = new TreeSet<>();
    for (Audience audience : audiences) {
      for (Set<String> wanted : audience.subscriptions().channels().values()) {
        tape.name(wanted);
      }
    }
    for (Audience audience : audiences) {
      for (String channel : List.of("trades", "quotes", "corrections", "cancelErrors")) {
        symbols.addAll(audience.subscriptions().symbols(channel));
        if (audience.subscriptions().wantsAll(channel)) {
          symbols.addAll(audience.feed() == Feed.TEST ? List.of(Tape.TEST_SYMBOL) : tape.symbols());
        }
      }
    }
    Map<String, Cursor> kept = new HashMap<>();
    for (String symbol : symbols) {
      BackgroundTrades background = tape.background(symbol);
      if (background != null) {
        Cursor known = cursors.get(symbol);
        kept.put(symbol, known == null ? new Cursor(background, told) : known);
      }
    }
    cursors = kept;
  }

  @Override
  public void tick(long now) {
    if (now > told) {
      tellBackground(now);
      told = now;
    }
    List<Notice> due = new ArrayList<>();
    notices.removeIf(notice -> notice.nanos() <= now && due.add(notice));
    // What becomes of a trade is told after the trade, so that no trade may wait for a full frame.
    tellBursts(now, due.isEmpty());
    tell(due);
    tellNews(now);
    tellBars(now);
  }

  /** Minute bars half a second after their minute, revised ones half a minute after it. */
  private void tellBars(long now) {
    for (; (bars + 1) * Tape.MINUTE + BAR_DELAY <= now; bars++) {
      for (Audience audience : audiences) {
        for (String symbol : symbols(audience, "bars")) {
          long minute = bars;
          (tape.isRevised(symbol, minute)
                  ? tape.barWithoutLast(symbol, minute)
                  : tape.bar(symbol, minute))
              .ifPresent(bar -> writer(audience).bar("b", symbol, bar));
          cut(audience, MESSAGES_PER_FRAME);
        }
        for (String symbol : symbols(audience, "dailyBars")) {
          day(symbol, bars).ifPresent(bar -> writer(audience).bar("d", symbol, bar));
          cut(audience, MESSAGES_PER_FRAME);
        }
        flush(audience);
      }
    }
    for (; (updates + 1) * Tape.MINUTE + UPDATE_DELAY <= now; updates++) {
      for (Audience audience : audiences) {
        for (String symbol : symbols(audience, "updatedBars")) {
          if (tape.isRevised(symbol, updates)) {
            tape.bar(symbol, updates).ifPresent(bar -> writer(audience).bar("u", symbol, bar));
            cut(audience, MESSAGES_PER_FRAME);
          }
        }
        flush(audience);
      }
    }
  }

  /** The bar of the day in New York so far; it is added up minute by minute as long as asked. */
  private Optional<PriceBar> day(String symbol, long minute) {
    Instant midnight = Timeframe.midnight(Timeframe.date(Instant.ofEpochSecond(minute * 60)));
    DaySum sum = days.get(symbol);
    if (sum == null || !sum.midnight.equals(midnight)) {
      sum = new DaySum(midnight);
      days.put(symbol, sum);
    }
    for (; sum.next <= minute; sum.next++) {
      Optional<PriceBar> bar = tape.bar(symbol, sum.next);
      if (bar.isPresent()) {
        sum.bar = sum.bar == null ? bar.get() : sum.bar.join(bar.get(), midnight);
      }
    }
    return Optional.ofNullable(sum.bar).map(bar -> bar.startingAt(midnight));
  }

  private List<String> symbols(Audience audience, String channel) {
    Set<String> symbols = new TreeSet<>(audience.subscriptions().symbols(channel));
    if (audience.subscriptions().wantsAll(channel)) {
      symbols.addAll(audience.feed() == Feed.TEST ? List.of(Tape.TEST_SYMBOL) : tape.symbols());
    }
    return symbols.stream().filter(symbol -> audience.wants(channel, symbol)).toList();
  }

  private void tellNews(long now) {
    for (; News.nanosOf(news) <= now; news++) {
      for (News item : News.at(news)) {
        tell(item);
      }
    }
  }

  /** Tells an item to all who follow one of its symbols. */
  void tell(News item) {
    for (Audience audience : audiences) {
      if (audience.feed() == Feed.NEWS
          && (audience.subscriptions().wantsAll("news")
              || item.symbols().stream().anyMatch(symbol -> audience.wants("news", symbol)))) {
        writer(audience).raw(item.message());
        flush(audience);
      }
    }
  }

  private void tellBackground(long now) {
    List<TapeTrade> trades = new ArrayList<>();
    List<TapeTrade> marked = new ArrayList<>();
    for (Cursor cursor : cursors.values()) {
      BackgroundTrades background = cursor.background;
      while (background.nanosOf(cursor.trade) <= now) {
        TapeTrade trade = background.trade(cursor.trade++);
        if (trade != null) {
          trades.add(trade);
        }
      }
      while (background.nanosOf(cursor.mark) + Tape.MARK_DELAY <= now) {
        TapeTrade trade = background.trade(cursor.mark++);
        if (trade != null && tape.naturalMark(trade) != null) {
          marked.add(trade);
        }
      }
    }
    trades.sort(Comparator.comparingLong(TapeTrade::nanos));
    for (Audience audience : audiences) {
      for (TapeTrade trade : trades) {
        tell(audience, trade);
      }
      for (TapeTrade trade : marked) {
        tell(audience, trade, tape.naturalMark(trade));
      }
      flush(audience);
    }
  }

  private void tell(Audience audience, TapeTrade trade) {
    if (audience.wants("quotes", trade.symbol())) {
      writer(audience).quote(trade);
    }
    if (audience.wants("trades", trade.symbol())) {
      writer(audience).trade(trade);
    }
    cut(audience, MESSAGES_PER_FRAME);
  }

  private void tell(Audience audience, TapeTrade trade, Tape.Mark mark) {
    if (mark.corrected() == null && audience.wants("cancelErrors", trade.symbol())) {
      writer(audience).cancel(trade, mark.nanos());
    }
    if (mark.corrected() != null && audience.wants("corrections", trade.symbol())) {
      writer(audience).correction(trade, mark.corrected(), mark.nanos());
    }
    cut(audience, MESSAGES_PER_FRAME);
  }

  private void tell(List<Notice> due) {
    due.sort(Comparator.comparingLong(Notice::nanos));
    for (Audience audience : due.isEmpty() ? List.<Audience>of() : audiences) {
      for (Notice notice : due) {
        if (audience.wants(notice.channel(), notice.symbol())) {
          notice.message().accept(writer(audience));
          cut(audience, MESSAGES_PER_FRAME);
        }
      }
      flush(audience);
    }
  }

  private void tellBursts(long now, boolean mayWait) {
    Iterator<Sender> all = senders.iterator();
    while (all.hasNext()) {
      Sender sender = all.next();
      tellBurst(sender, now, mayWait);
      if (sender.sent == sender.burst.count()) {
        all.remove();
      }
    }
  }

  /** Full frames go out at once; a rest waits for more, but not for long. */
  private void tellBurst(Sender sender, long now, boolean mayWait) {
    StartedBurst burst = sender.burst;
    int perFrame = bigFrames ? BIG_FRAME / 100 : burst.burst().messagesPerFrame();
    long due = burst.happened(now);
    long until = sender.sent + (due - sender.sent) / perFrame * perFrame;
    if (until > sender.sent) {
      sender.heldSince = 0;
    }
    if (until < due) {
      long passed = System.nanoTime();
      long patience = bigFrames ? 20 * HELD : HELD;
      boolean waited = sender.heldSince != 0 && passed - sender.heldSince >= patience;
      if (due == burst.count() || !mayWait || waited) {
        until = due;
        sender.heldSince = 0;
      } else if (sender.heldSince == 0) {
        sender.heldSince = passed;
      }
    }
    for (Audience audience : audiences) {
      boolean[] wanted = audience.wanted(burst);
      if (wanted != null) {
        FrameWriter writer = writer(audience);
        boolean all = !audience.has("quotes") && audience.has("trades");
        for (long k = sender.sent; k < until; k++) {
          if (wanted[(int) (k % wanted.length)]) {
            TapeTrade trade = burst.trade(k);
            if (all) {
              writer.trade(trade);
              cut(audience, perFrame);
            } else {
              tellOfBurst(audience, trade, perFrame);
            }
          }
        }
        flush(audience);
      }
    }
    sender.sent = until;
  }

  private void tellOfBurst(Audience audience, TapeTrade trade, int perFrame) {
    if (audience.wants("quotes", trade.symbol())) {
      writer(audience).quote(trade);
    }
    if (audience.wants("trades", trade.symbol())) {
      writer(audience).trade(trade);
    }
    cut(audience, perFrame);
  }

  private FrameWriter writer(Audience audience) {
    return audience.isPacked() ? packed : json;
  }

  private void cut(Audience audience, int perFrame) {
    FrameWriter writer = writer(audience);
    if (bigFrames ? writer.length() >= BIG_FRAME : writer.messages() >= perFrame) {
      flush(audience);
    }
  }

  private void flush(Audience audience) {
    FrameWriter writer = writer(audience);
    if (writer.messages() > 0) {
      sink.accept(audience, writer.take());
    }
  }
}
