package dev.caravan.stream;

import dev.caravan.database.GapFigures;
import dev.caravan.market.Article;
import dev.caravan.market.ArticlePage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a stream is doing, for people, health and metrics. It is written by the consumer and the
 * store, and read by whoever asks; all methods may be called from any thread. Its meters have the
 * same names for every stream, and tag {@code stream} tells them apart.
 */
public final class StreamFigures {
  private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Tags stream;
  private final LongAdder messages = new LongAdder();
  private final LongAdder ignored = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder letters = new LongAdder();
  private final AtomicLong connects = new AtomicLong();
  private final AtomicLong pausedNanos = new AtomicLong();
  private final Rate messageRate = new Rate(messages);
  private final Rate rowRate = new Rate(rows);
  private volatile LongSupplier bytesQueued = () -> 0;
  private volatile LongSupplier oldestNanos = () -> 0;
  private volatile boolean wanted;
  private volatile boolean connected;
  private volatile boolean authenticated;
  private volatile boolean subscribed;
  private volatile boolean ended;
  private volatile String state = "off";
  private volatile String lastLoss;
  private volatile String storeTrouble;
  private volatile long receivedNanos;
  private volatile boolean anyReceived;
  private volatile long pausedSinceNanos;
  private volatile boolean paused;
  private volatile GapFigures gaps;
  private volatile StreamOwner owner = new StreamOwner();
  private volatile BooleanSupplier due = () -> false;
  private volatile Timer lag;
  private volatile Counter merges;

  /** Those of the market's stream. */
  public StreamFigures() {
    this("market");
  }

  /**
   * @param stream which stream it is, as tag {@code stream} of its meters says
   */
  public StreamFigures(String stream) {
    this.stream = Tags.of("stream", stream);
  }

  public void setOwner(StreamOwner owner) {
    this.owner = owner;
  }

  void setDue(BooleanSupplier due) {
    this.due = due;
  }

  /** Who else has the stream; null where nobody has, or we. */
  public String getHolder() {
    return owner.getHolder();
  }

  /** Shows the figures in a registry: what is counted, and the lag up to the commit. */
  public void setRegistry(MeterRegistry registry) {
    gauge(registry, "caravan.stream.connected", "1 while the socket is open", () -> bit(connected));
    gauge(
        registry,
        "caravan.stream.held",
        "1 while this process is the one that has the stream",
        () -> bit(owner.isOurs()));
    gauge(
        registry,
        "caravan.stream.due",
        "1 while some process is to have the stream: it is on, and its session goes on",
        () -> bit(due.getAsBoolean()));
    gauge(
        registry,
        "caravan.stream.authenticated",
        "1 while authenticated",
        () -> bit(authenticated));
    gauge(
        registry,
        "caravan.stream.subscribed",
        "1 while the server has confirmed the subscription",
        () -> bit(subscribed));
    gauge(
        registry,
        "caravan.stream.bytes.queued",
        "Bytes received and not yet committed",
        this::getBytesQueued);
    TimeGauge.builder(
            "caravan.stream.queue.age",
            this,
            TimeUnit.MILLISECONDS,
            figures -> figures.getSecondsQueued() * 1000)
        .description("Age of the oldest frame that is received and not yet committed")
        .tags(stream)
        .register(registry);
    TimeGauge.builder(
            "caravan.stream.message.age",
            this,
            TimeUnit.MILLISECONDS,
            figures -> figures.getSecondsSinceLastMessage() * 1000)
        .description("Time since the last data frame; negative before the first")
        .tags(stream)
        .register(registry);
    counter(registry, "caravan.stream.messages", "Messages received", messages);
    counter(registry, "caravan.stream.messages.ignored", "Messages of an unknown type", ignored);
    counter(registry, "caravan.stream.rows", "Rows committed", rows);
    counter(
        registry,
        "caravan.stream.letters",
        "Messages that could not be read and went to dead_letters",
        letters);
    FunctionCounter.builder("caravan.stream.reconnects", this, StreamFigures::getReconnects)
        .description("Connections made after the first")
        .tags(stream)
        .register(registry);
    FunctionCounter.builder("caravan.stream.paused", this, StreamFigures::getSecondsPaused)
        .baseUnit("seconds")
        .description("Time for which the socket was paused because too much was queued")
        .tags(stream)
        .register(registry);
    lag =
        Timer.builder("caravan.stream.lag")
            .description(
                "From the time of a trade to its commit, of a sample of each batch; of news of all")
            .serviceLevelObjectives(
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5))
            .tags(stream)
            .register(registry);
    merges =
        Counter.builder("caravan.stream.merges")
            .description("Batches that contained rows already stored")
            .tags(stream)
            .register(registry);
  }

  /** Where the open gaps are counted. */
  public void setGaps(GapFigures gapFigures) {
    gaps = gapFigures;
  }

  // --- What the consumer tells ------------------------------------------------------------------

  void started(LongSupplier queued) {
    bytesQueued = queued;
    wanted = true;
    ended = false;
    lastLoss = null;
    state = "starting";
  }

  /** For how long the oldest frame has waited, in nanoseconds. */
  void waits(LongSupplier oldest) {
    oldestNanos = oldest;
  }

  void stopped() {
    wanted = false;
    gone();
    bytesQueued = () -> 0;
    oldestNanos = () -> 0;
    state = "off";
  }

  void connecting() {
    state = "connecting";
  }

  void opened() {
    connected = true;
    connects.incrementAndGet();
    state = "connected";
  }

  void received() {
    receivedNanos = System.nanoTime();
    anyReceived = true;
  }

  void said(String event) {
    switch (event) {
      case "authenticated" -> {
        authenticated = true;
        state = "authenticated";
      }
      case "subscription" -> {
        subscribed = true;
        lastLoss = null;
        state = "subscribed";
      }
      default -> {
        // Anything else says nothing of how far the connection has come.
      }
    }
  }

  void lost(String reason) {
    gone();
    lastLoss = reason;
    state = "lost: " + reason;
  }

  void waiting(long waitMs) {
    state = "connecting again in " + waitMs + " ms; lost: " + lastLoss;
  }

  void gaveUp(String reason) {
    ended = true;
    lastLoss = reason;
    state = "ended: " + reason;
  }

  void pausing(boolean now) {
    if (now) {
      pausedSinceNanos = System.nanoTime();
    } else if (paused) {
      pausedNanos.addAndGet(System.nanoTime() - pausedSinceNanos);
    }
    paused = now;
  }

  private void gone() {
    pausing(false);
    connected = false;
    authenticated = false;
    subscribed = false;
  }

  // --- What the store tells ---------------------------------------------------------------------

  void parsed(long read, long unknown, long unreadable) {
    messages.add(read);
    ignored.add(unknown);
    letters.add(unreadable);
  }

  void committed(long stored) {
    rows.add(stored);
    storeTrouble = null;
  }

  /** A page of the news stream is committed; a route stores it, without the store of the others. */
  public void stored(ArticlePage page, Instant now) {
    int articles = page.articles().size();
    int refused = page.refused().size();
    parsed(articles + refused, 0, refused);
    committed(articles);
    for (Article article : page.articles()) {
      lag(ChronoUnit.MICROS.between(article.updatedAt(), now));
    }
  }

  void merged() {
    if (merges != null) {
      merges.increment();
    }
  }

  void lag(long micros) {
    if (lag != null) {
      lag.record(Math.max(0, micros), TimeUnit.MICROSECONDS);
    }
  }

  /** Rows wait because the database does not take them. */
  void trouble(String reason) {
    storeTrouble = reason;
  }

  /** Rows that waited do so no more: they are another node's, or become a gap. */
  void troubleOver() {
    storeTrouble = null;
  }

  // --- What is asked ----------------------------------------------------------------------------

  /** Whether the stream's route is started, so that there should be a connection. */
  public boolean isWanted() {
    return wanted;
  }

  public boolean isConnected() {
    return connected;
  }

  public boolean isAuthenticated() {
    return authenticated;
  }

  public boolean isSubscribed() {
    return subscribed;
  }

  /** Whether a refusal ended the stream for good, until its route is started again. */
  public boolean isEnded() {
    return ended;
  }

  public boolean isPaused() {
    return paused;
  }

  /** One line: what the connection is doing, or why it is not there. */
  public String getState() {
    return state;
  }

  /** Why rows are not being stored, or null. */
  public String getStoreTrouble() {
    return storeTrouble;
  }

  /** -1 before the first frame. */
  public double getSecondsSinceLastMessage() {
    return anyReceived ? (System.nanoTime() - receivedNanos) / 1e9 : -1;
  }

  public long getMessages() {
    return messages.sum();
  }

  public double getMessagesPerSecond() {
    return messageRate.perSecond();
  }

  public long getRows() {
    return rows.sum();
  }

  public double getRowsPerSecond() {
    return rowRate.perSecond();
  }

  public long getBytesQueued() {
    return bytesQueued.getAsLong();
  }

  /** Age of the oldest frame that is received and not yet committed; 0 where there is none. */
  public double getSecondsQueued() {
    return oldestNanos.getAsLong() / 1e9;
  }

  public double getSecondsPaused() {
    long running = paused ? System.nanoTime() - pausedSinceNanos : 0;
    return (pausedNanos.get() + running) / 1e9;
  }

  public long getReconnects() {
    return Math.max(0, connects.get() - 1);
  }

  /** Since the start, of a sample of each batch; 0 before the first one. */
  public double getMeanLagMs() {
    return lag == null ? 0 : lag.mean(TimeUnit.MILLISECONDS);
  }

  /** Gaps that are open; -1 where it is not known. */
  public long getOpenGaps() {
    return gaps == null ? -1 : gaps.getOpen();
  }

  private static double bit(boolean set) {
    return set ? 1 : 0;
  }

  private void gauge(
      MeterRegistry registry, String name, String what, java.util.function.Supplier<Number> value) {
    Gauge.builder(name, value).description(what).tags(stream).register(registry);
  }

  private void counter(MeterRegistry registry, String name, String what, LongAdder value) {
    FunctionCounter.builder(name, value, LongAdder::sum)
        .description(what)
        .tags(stream)
        .register(registry);
  }

  /** How fast a counter grows, measured anew when it is asked for after at least ten seconds. */
  private static final class Rate {
    private final LongAdder counter;
    private long sinceNanos = System.nanoTime();
    private long since;
    private double last;

    Rate(LongAdder counter) {
      this.counter = counter;
    }

    synchronized double perSecond() {
      long now = System.nanoTime();
      long passed = now - sinceNanos;
      long count = counter.sum();
      double current = passed == 0 ? 0 : (count - since) * 1e9 / passed;
      if (passed >= RATE_NANOS) {
        last = current;
        sinceNanos = now;
        since = count;
      }
      return passed >= RATE_NANOS || last == 0 ? current : last;
    }
  }
}
