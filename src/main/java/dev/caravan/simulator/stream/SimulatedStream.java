package dev.caravan.simulator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.replay.ReplayOptions;
import dev.caravan.simulator.replay.StoredDay;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.News;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.simulator.tape.Tape;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.simulator.tape.TradeAttributes;
import dev.caravan.simulator.tape.WireFrame;
import io.netty.util.concurrent.Future;
import io.vertx.core.Context;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of the simulated exchange: what is told on them, what goes wrong with them, and who
 * listens. All methods may be called from any thread.
 *
 * <p>What goes wrong on an open connection concerns those that are open at the call. What goes
 * wrong with a handshake concerns those to come.
 */
public final class SimulatedStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatedStream.class);
  private static final int TICK_MILLIS = 10;
  private static final int LIMIT_MILLIS = 200;
  private static final int PONG_MILLIS = 6_000;

  private final Object lock = new Object();
  private final SimulatorOptions options;
  private final Clock clock;
  private final Tape tape;
  private final Optional<DayTape> replay;
  private final LiveTape live;
  private final StreamNarrator teller;
  private final Rules rules = new Rules();
  private final ScheduledThreadPoolExecutor timer;
  private final Map<String, StreamConnection> connections = new LinkedHashMap<>();
  private final List<Instant> connects = new ArrayList<>();
  private final List<Instant> attempts = new ArrayList<>();
  private final Map<String, Integer> mostByKey = new TreeMap<>();
  private final Map<String, StreamError> forced = new HashMap<>();
  private int mostSockets;
  private boolean changed;
  private int refuseStatus;
  private int refuseTimes;
  private int dropTimes;
  private int duplicates;
  private Damage damage;
  private int damaged;
  private Duration handshakeDelay = Duration.ZERO;
  private long frames;
  private long messages;

  /**
   * @param day that is told again instead of what is made up, if any
   */
  public SimulatedStream(Tape tape, SimulatorOptions options, Optional<StoredDay> day) {
    this.options = options;
    this.clock = options.clock();
    this.tape = tape;
    this.live = new LiveTape(tape, TapeTrade.nanosOf(clock.instant()), this::deliver);
    this.replay = day.map(stored -> new DayTape(stored, this::deliver));
    this.teller = replay.<StreamNarrator>map(told -> told).orElse(live);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "simulator-stream");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    long ping = options.streamPing().toMillis();
    timer.scheduleWithFixedDelay(this::ping, ping, ping, TimeUnit.MILLISECONDS);
  }

  /** Every trade that was told or could have been. */
  public Tape tape() {
    return tape;
  }

  /** What a replay takes for now. */
  public Optional<Clock> replayClock() {
    return replay.map(DayTape::clock);
  }

  /** What time it is at the exchange. */
  Instant now() {
    return clock.instant();
  }

  /** Tells all that is due by now, without waiting for the next tick. */
  public void tell() {
    tick();
  }

  // What happens on the exchange

  /** What is made up must not get among what is told again. */
  private void refuseInReplay() {
    if (replay.isPresent()) {
      throw new IllegalArgumentException("A replay tells what is stored, and nothing else");
    }
  }

  /** Starts a burst of trades now. */
  public StartedBurst burst(Burst burst) {
    refuseInReplay();
    synchronized (lock) {
      StartedBurst started = tape.start(burst);
      live.add(started);
      changed = true;
      return started;
    }
  }

  /**
   * One trade now.
   *
   * @param price in dollars, of up to four decimals
   */
  public TapeTrade trade(String symbol, BigDecimal price, long size) {
    refuseInReplay();
    if (price.signum() <= 0 || size <= 0) {
      throw new IllegalArgumentException("A trade needs a price and a size above 0");
    }
    synchronized (lock) {
      long units = price.movePointRight(4).setScale(0, RoundingMode.HALF_UP).longValueExact();
      TapeTrade trade = tape.add(symbol, units, size);
      live.add(trade);
      changed = true;
      return trade;
    }
  }

  /** Cancels the newest trade of a symbol. */
  public TapeTrade cancel(String symbol) {
    return mark(symbol, false);
  }

  /** Corrects the newest trade of a symbol: a cent and ten shares more, under an id of its own. */
  public TapeTrade correct(String symbol) {
    return mark(symbol, true);
  }

  private TapeTrade mark(String symbol, boolean correct) {
    refuseInReplay();
    synchronized (lock) {
      long now = TapeTrade.nanosOf(clock.instant());
      TapeTrade trade =
          tape.newest(symbol)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          symbol + " has not been traded within the last hour"));
      TapeTrade corrected =
          correct ? trade.corrected(trade.price() + 100, trade.size() + 10) : null;
      tape.mark(trade, new Tape.Mark(now, corrected));
      if (correct) {
        live.add(now, "corrections", symbol, frame -> frame.correction(trade, corrected, now));
      } else {
        live.add(now, "cancelErrors", symbol, frame -> frame.cancel(trade, now));
      }
      return correct ? corrected : trade;
    }
  }

  /** Tells that trading of a symbol is halted; its trades go on all the same. */
  public void halt(String symbol) {
    boolean nasdaq = TradeAttributes.tape(symbol) == 'C';
    status(
        symbol,
        nasdaq ? "H" : "2",
        "Trading Halt",
        nasdaq ? "T1" : "P",
        nasdaq ? "Halt - News Pending" : "News Pending");
  }

  /** Tells that trading of a symbol resumes. */
  public void resume(String symbol) {
    boolean nasdaq = TradeAttributes.tape(symbol) == 'C';
    status(symbol, nasdaq ? "T" : "3", nasdaq ? "Trading Resumption" : "Resume", "", "");
  }

  private void status(String symbol, String code, String text, String reason, String why) {
    refuseInReplay();
    synchronized (lock) {
      Instant now = clock.instant();
      live.add(
          TapeTrade.nanosOf(now),
          "statuses",
          symbol,
          frame -> frame.status(symbol, code, text, reason, why, now));
    }
  }

  /** Tells the band in which a symbol may be traded, in dollars. */
  public void luld(String symbol, BigDecimal up, BigDecimal down) {
    refuseInReplay();
    synchronized (lock) {
      Instant now = clock.instant();
      live.add(TapeTrade.nanosOf(now), "lulds", symbol, frame -> frame.luld(symbol, up, down, now));
    }
  }

  /** Tells an item of news now; returns its id. */
  public long news(String headline, List<String> symbols) {
    refuseInReplay();
    synchronized (lock) {
      // Those who have just subscribed get it too, and it comes after what was due before.
      pass();
      News item = tape.news().publish(headline, symbols);
      live.tell(item);
      return item.id();
    }
  }

  /**
   * Tells a later edition of an item that was told by {@link #news}.
   *
   * @throws IllegalArgumentException if there is no such item
   */
  public void editNews(long id, String headline) {
    synchronized (lock) {
      pass();
      live.tell(tape.news().edit(id, headline));
    }
  }

  /**
   * Sends a text to every authenticated client as it is, be it a good frame or not; one of JSON in
   * MessagePack to those who want that.
   */
  public void send(String frame) {
    synchronized (lock) {
      for (StreamConnection connection : connections.values()) {
        if (connection.isAuthenticated()) {
          connection.send(frame);
        }
      }
    }
  }

  // What goes wrong

  /** Closes every connection with a close frame. */
  public void disconnect() {
    each(connection -> connection.peer().close());
  }

  /** Ends every connection without a close frame, as the service does. */
  public void cut() {
    each(connection -> connection.peer().cut());
  }

  /** Ends every connection with a TCP reset. */
  public void reset() {
    each(connection -> connection.peer().reset());
  }

  /**
   * Refuses the upgrade with an HTTP status.
   *
   * @param times how often; -1 until faults are cleared
   */
  public void refuseUpgrades(int status, int times) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599, but is " + status);
    }
    synchronized (lock) {
      refuseStatus = status;
      refuseTimes = times;
    }
  }

  /**
   * Resets connections that ask for an upgrade, without an answer.
   *
   * @param times how often; -1 until faults are cleared
   */
  public void dropUpgrades(int times) {
    synchronized (lock) {
      dropTimes = times;
    }
  }

  /** Holds back each answer of a handshake for this long, until faults are cleared. */
  public void delayHandshakes(Duration delay) {
    synchronized (lock) {
      handshakeDelay = delay;
    }
  }

  /**
   * Plays dead on all open connections until faults are cleared: nothing is sent, and neither pings
   * nor closes are answered, while the sockets stay open. What is told meanwhile is lost to them.
   */
  public void mute() {
    muteAll();
  }

  /** The same for a while, in real time. */
  public void mute(Duration duration) {
    List<StreamConnection> all = muteAll();
    later(duration.toMillis(), () -> all.forEach(StreamConnection::unmute));
  }

  private List<StreamConnection> muteAll() {
    List<StreamConnection> all;
    List<Future<?>> held = new ArrayList<>();
    synchronized (lock) {
      all = List.copyOf(connections.values());
      all.forEach(connection -> held.add(connection.mute()));
    }
    // So that nothing that is sent after this call is answered. The sockets' own threads, on which
    // a person's request arrives, must not wait for each other.
    if (!Context.isOnEventLoopThread()) {
      held.forEach(Future::syncUninterruptibly);
    }
    return all;
  }

  /** Sends the next frames of data twice. */
  public void duplicateFrames(int count) {
    synchronized (lock) {
      duplicates = count;
    }
  }

  /** What can happen to a frame on its way. */
  public enum Damage {
    /** Its second half is missing. */
    TRUNCATED,
    /** One of its messages is no JSON, or no MessagePack. */
    MALFORMED,
    /** One of its messages lacks its time. */
    INCOMPLETE;

    WireFrame on(WireFrame frame) {
      return frame.isPacked()
          ? new WireFrame(null, onPacked(frame.packed()), frame.messages())
          : new WireFrame(onText(frame.text()), null, frame.messages());
    }

    private String onText(String frame) {
      return switch (this) {
        case TRUNCATED -> frame.substring(0, frame.length() / 2);
        case MALFORMED -> frame.replaceFirst("\"S\":", "\"S\"");
        case INCOMPLETE -> frame.replaceFirst("\"t\":", "\"at\":");
      };
    }

    /** The first field of a name begins with the byte of a text of one byte, and the name. */
    private byte[] onPacked(byte[] frame) {
      return switch (this) {
        case TRUNCATED -> Arrays.copyOf(frame, frame.length / 2);
        // No value begins with this byte.
        case MALFORMED -> replaced(frame, 'S', new byte[] {(byte) 0xc1, 'S'});
        case INCOMPLETE -> replacedTime(frame);
      };
    }

    private static byte[] replacedTime(byte[] frame) {
      // The type of a trade is written as the name of a time.
      for (byte type : new byte[] {(byte) 0xd7, (byte) 0xd6}) {
        byte[] damaged = replaced(frame, 't', new byte[] {(byte) 0xa2, 'a', 't'}, type);
        if (damaged != frame) {
          return damaged;
        }
      }
      return frame;
    }

    private static byte[] replaced(byte[] frame, char name, byte[] by, byte... next) {
      for (int at = 0; at + 2 + next.length <= frame.length; at++) {
        if (frame[at] == (byte) 0xa1
            && frame[at + 1] == name
            && (next.length == 0 || frame[at + 2] == next[0])) {
          byte[] damaged = new byte[frame.length - 2 + by.length];
          System.arraycopy(frame, 0, damaged, 0, at);
          System.arraycopy(by, 0, damaged, at, by.length);
          System.arraycopy(frame, at + 2, damaged, at + by.length, frame.length - at - 2);
          return damaged;
        }
      }
      return frame;
    }
  }

  /** Damages the next frames of data. */
  public void damageFrames(Damage kind, int count) {
    synchronized (lock) {
      damage = kind;
      damaged = count;
    }
  }

  /** Packs messages into frames of 100 KB, for which it waits up to a second. */
  public void bigFrames(boolean on) {
    synchronized (lock) {
      live.bigFrames(on);
    }
  }

  /** Sends an error to all clients now. */
  public void error(StreamError error) {
    each(connection -> connection.send(error.message()));
  }

  /** Answers the next authentication with an error. */
  public void failNextAuth(StreamError error) {
    synchronized (lock) {
      forced.put("auth", error);
    }
  }

  /** Answers the next subscribe or unsubscribe with an error. */
  public void failNextSubscribe(StreamError error) {
    synchronized (lock) {
      forced.put("subscribe", error);
    }
  }

  /** Tells all clients that they are too slow, and ends their connections. */
  public void callSlow() {
    each(this::endSlow);
  }

  /** Lets everything go right again; connections that are dead so far come back to life. */
  public void clearFaults() {
    synchronized (lock) {
      refuseTimes = 0;
      dropTimes = 0;
      duplicates = 0;
      damaged = 0;
      handshakeDelay = Duration.ZERO;
      forced.clear();
      live.bigFrames(false);
      connections.values().stream()
          .filter(StreamConnection::isMuted)
          .forEach(StreamConnection::unmute);
    }
  }

  // Who listens

  /** The open connections in the order in which they were accepted. */
  public List<StreamClient> connections() {
    synchronized (lock) {
      return connections.values().stream().map(StreamConnection::described).toList();
    }
  }

  /** The most connections that one key ever had at once on one feed, refused ones included. */
  public int maxConnections() {
    synchronized (lock) {
      return mostByKey.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }
  }

  /** The most open sockets at once on one feed, authenticated or not. */
  public int maxSockets() {
    synchronized (lock) {
      return mostSockets;
    }
  }

  /** When connections were accepted, by the simulator's clock. */
  public List<Instant> connects() {
    synchronized (lock) {
      return List.copyOf(connects);
    }
  }

  /** When upgrades were asked for, those refused included. */
  public List<Instant> attempts() {
    synchronized (lock) {
      return List.copyOf(attempts);
    }
  }

  /** What all connections together have subscribed to. */
  public Map<String, Set<String>> subscriptions() {
    synchronized (lock) {
      Map<String, Set<String>> all = new TreeMap<>();
      for (StreamConnection connection : connections.values()) {
        connection
            .subscriptions()
            .channels()
            .forEach(
                (channel, symbols) ->
                    all.computeIfAbsent(channel, any -> new TreeSet<>()).addAll(symbols));
      }
      return all;
    }
  }

  /** How much data was sent to all clients together, that of control not counted. */
  public Sent sent() {
    synchronized (lock) {
      return new Sent(frames, messages);
    }
  }

  /** What was sent: frames, and the messages in them. */
  public record Sent(long frames, long messages) {}

  @Override
  public void close() {
    timer.shutdownNow();
    replay.ifPresent(DayTape::close);
    each(connection -> connection.peer().cut());
  }

  // What the server does

  /** Whether an upgrade may go on: 0 for yes, a status, or -1 for no answer at all. */
  int admit() {
    synchronized (lock) {
      attempts.add(clock.instant());
      if (dropTimes != 0) {
        dropTimes -= dropTimes > 0 ? 1 : 0;
        return -1;
      }
      if (refuseTimes != 0) {
        refuseTimes -= refuseTimes > 0 ? 1 : 0;
        return refuseStatus;
      }
      return 0;
    }
  }

  void opened(String id, Feed feed, ClientSocket peer) {
    synchronized (lock) {
      Instant now = clock.instant();
      StreamConnection connection = new StreamConnection(peer, feed, now, rules);
      connects.add(now);
      connections.put(id, connection);
      int ofFeed =
          (int) connections.values().stream().filter(other -> other.feed() == feed).count();
      mostSockets = Math.max(mostSockets, ofFeed);
      connection.opened();
      later(options.streamAuthTimeout().toMillis(), () -> checkAuthenticated(connection));
    }
  }

  void received(String id, JsonNode request) {
    synchronized (lock) {
      StreamConnection connection = connections.get(id);
      if (connection != null) {
        connection.received(request);
      }
    }
  }

  void closed(String id) {
    synchronized (lock) {
      connections.remove(id);
      changed = true;
    }
  }

  private void checkAuthenticated(StreamConnection connection) {
    if (connection.isNew() && !connection.isMuted()) {
      connection.silence();
      connection.peer().cutAfter(StreamError.AUTH_TIMEOUT.message());
    }
  }

  private void tick() {
    try {
      synchronized (lock) {
        pass();
      }
    } catch (RuntimeException | Error bug) {
      LOG.error("The simulator could not tell what happened", bug);
    }
  }

  private void pass() {
    if (changed) {
      changed = false;
      teller.listen(audiences());
    }
    long now = TapeTrade.nanosOf(clock.instant());
    if (replay.isEmpty()) {
      // A clock that was moved far: bars still come soon after their minute, and not after all
      // trades, and a burst comes in its place among the other trades.
      while (live.told() + live.longestTick() < now) {
        live.tick(live.told() + live.longestTick());
      }
    }
    teller.tick(now);
  }

  /** Who gets the same frames. */
  private record AudienceKey(Feed feed, boolean packed, ClientSubscriptions subscriptions) {}

  private List<Audience> audiences() {
    Map<AudienceKey, List<StreamConnection>> groups = new LinkedHashMap<>();
    for (StreamConnection connection : connections.values()) {
      if (connection.isAuthenticated() && !connection.subscriptions().channels().isEmpty()) {
        groups
            .computeIfAbsent(
                new AudienceKey(
                    connection.feed(), connection.peer().isPacked(), connection.subscriptions()),
                any -> new ArrayList<>())
            .add(connection);
      }
    }
    List<Audience> audiences = new ArrayList<>();
    groups.forEach(
        (key, members) ->
            audiences.add(new Audience(key.feed, key.packed, key.subscriptions, members)));
    return audiences;
  }

  private void deliver(Audience audience, WireFrame whole) {
    int times = duplicates > 0 ? 2 : 1;
    duplicates = Math.max(0, duplicates - 1);
    WireFrame frame = damaged > 0 ? damage.on(whole) : whole;
    damaged = Math.max(0, damaged - 1);
    for (StreamConnection connection : audience.connections()) {
      if (connection.isMuted() || !connection.isAuthenticated()) {
        continue;
      }
      if (connection.peer().backlog() > options.streamBuffer()) {
        endSlow(connection);
        continue;
      }
      for (int i = 0; i < times; i++) {
        connection.send(frame);
        frames++;
        messages += frame.messages();
      }
    }
  }

  private void endSlow(StreamConnection connection) {
    connection.silence();
    connection.peer().cutAfter(StreamError.SLOW_CLIENT.message());
    // One that reads nothing at all never takes the error either.
    later(options.streamLimitClose().toMillis(), () -> connection.peer().cut());
  }

  private void ping() {
    for (StreamConnection connection : all()) {
      if (!connection.isMuted()) {
        boolean[] answered = {false};
        connection.peer().onPong(() -> answered[0] = true);
        connection.peer().ping();
        later(
            PONG_MILLIS,
            () -> {
              if (!answered[0] && !connection.isMuted()) {
                connection.peer().cut();
              }
            });
      }
    }
  }

  private Collection<StreamConnection> all() {
    synchronized (lock) {
      return List.copyOf(connections.values());
    }
  }

  private void each(Consumer<StreamConnection> action) {
    synchronized (lock) {
      List.copyOf(connections.values()).forEach(action);
    }
  }

  private void later(long millis, Runnable action) {
    timer.schedule(
        () -> {
          synchronized (lock) {
            action.run();
          }
        },
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** What connections ask about each other; called with the lock held. */
  private final class Rules implements StreamConnection.StreamRules {
    @Override
    public Optional<StreamError> forced(String action) {
      return Optional.ofNullable(forced.remove(action));
    }

    @Override
    public boolean isTaken(StreamConnection newcomer) {
      List<StreamConnection> same =
          connections.values().stream()
              .filter(
                  other -> other.feed() == newcomer.feed() && other.key().equals(newcomer.key()))
              .toList();
      mostByKey.merge(newcomer.feed() + " " + newcomer.key(), same.size(), Math::max);
      return same.stream().anyMatch(StreamConnection::isAuthenticated);
    }

    @Override
    public int symbolLimit() {
      return options.streamSymbolLimit();
    }

    @Override
    public boolean isGood(String key) {
      return replay.isEmpty() || key.equals(ReplayOptions.KEY);
    }

    @Override
    public void answer(StreamConnection connection, String frame) {
      if (handshakeDelay.isZero()) {
        connection.send(frame);
      } else {
        later(handshakeDelay.toMillis(), () -> connection.send(frame));
      }
    }

    @Override
    public void taken(StreamConnection connection) {
      later(LIMIT_MILLIS, () -> connection.send(StreamError.CONNECTION_LIMIT_EXCEEDED.message()));
      later(LIMIT_MILLIS + options.streamLimitClose().toMillis(), () -> connection.peer().cut());
    }

    @Override
    public void subscribed(StreamConnection connection) {
      changed = true;
    }
  }
}
