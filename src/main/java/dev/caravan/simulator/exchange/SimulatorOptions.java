package dev.caravan.simulator.exchange;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How the simulated exchange behaves. Begin with {@link #defaults()}.
 *
 * @param port on 127.0.0.1; 0 takes a free one
 * @param ohlcv a folder of CSV files whose prices replace the made-up ones
 * @param listingChanges symbols that are delisted or renamed on a date
 * @param clock what the exchange takes for now, in prices, in refusals and in its limits
 * @param alwaysOpen whether Yahoo's quotes move round the clock on every day of the week; finished
 *     bars and Alpaca's answers still follow the market calendar
 * @param latency how long every answer takes at least
 * @param alpacaRequestsPerMinute for each key and host; 0 for no limit
 * @param yahooQuickRequests how many requests within 10 seconds an address may send before it is
 *     locked out; 0 for no limit
 * @param yahooLock for how long
 * @param alpacaRateHeaders whether Alpaca's 200 and 400 answers carry {@code X-RateLimit-*}
 * @param limiter how requests a minute are counted, at both providers
 * @param yahooRequestsPerMinute for each address, with a plain 429 and no lock; 0 for no limit
 * @param yahooCrumbs whether Yahoo gives out crumbs, without which there are neither companies nor
 *     quotes of many symbols at once
 * @param shortPages whether some of Alpaca's pages hold fewer rows than the limit and still have a
 *     successor, as the real service's may
 * @param backgroundTradesPerMinute trades of each symbol that are always there; 0 for none
 * @param streamSymbolLimit symbols of trades and quotes that one connection may have; 0 for no
 *     limit
 * @param streamBuffer how many characters wait for a client of the stream before it is called slow
 * @param streamLimitClose how long a connection too many stays open after it was told so, and how
 *     long a slow client has to take what waits for it before it is cut
 * @param streamAuthTimeout how long a client of the stream may take to authenticate
 * @param streamPing how often the stream pings its clients
 * @param closures dates of sessions that, against the rules of the calendar, are not held
 * @param earlyCloses dates of sessions that, against the rules, close at 13:00 New York
 */
public record SimulatorOptions(
    int port,
    Optional<Path> ohlcv,
    List<ListingChange> listingChanges,
    Clock clock,
    boolean alwaysOpen,
    Duration latency,
    int alpacaRequestsPerMinute,
    int yahooQuickRequests,
    Duration yahooLock,
    boolean alpacaRateHeaders,
    LimiterKind limiter,
    int yahooRequestsPerMinute,
    boolean yahooCrumbs,
    boolean shortPages,
    int backgroundTradesPerMinute,
    int streamSymbolLimit,
    int streamBuffer,
    Duration streamLimitClose,
    Duration streamAuthTimeout,
    Duration streamPing,
    Set<LocalDate> closures,
    Set<LocalDate> earlyCloses) {
  private static final int MAX_BACKGROUND = 60_000;

  /** Refuses values out of range. */
  public SimulatorOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, but is " + port);
    }
    if (latency.isNegative() || yahooLock.isNegative()) {
      throw new IllegalArgumentException("A duration must not be negative");
    }
    if (alpacaRequestsPerMinute < 0 || yahooQuickRequests < 0 || yahooRequestsPerMinute < 0) {
      throw new IllegalArgumentException("A number of requests must be 0 (no limit) or more");
    }
    if (backgroundTradesPerMinute < 0 || backgroundTradesPerMinute > MAX_BACKGROUND) {
      throw new IllegalArgumentException(
          "backgroundTradesPerMinute must be 0 to "
              + MAX_BACKGROUND
              + ", but is "
              + backgroundTradesPerMinute);
    }
    if (streamSymbolLimit < 0 || streamBuffer < 1) {
      throw new IllegalArgumentException(
          "A limit of symbols must be 0 (no limit) or more, and a buffer 1 or more");
    }
    if (streamLimitClose.isNegative()
        || streamAuthTimeout.toMillis() < 1
        || streamPing.toMillis() < 1) {
      throw new IllegalArgumentException("A time of the stream must be a millisecond or more");
    }
    listingChanges = List.copyOf(listingChanges);
    closures = Set.copyOf(closures);
    earlyCloses = Set.copyOf(earlyCloses);
  }

  /** A free port, made-up prices, the real time, and the limits of the real services. */
  public static SimulatorOptions defaults() {
    return new SimulatorOptions(
        0,
        Optional.empty(),
        List.of(),
        Clock.systemUTC(),
        false,
        Duration.ZERO,
        200,
        40,
        Duration.ofMinutes(15),
        false,
        LimiterKind.TOKEN_BUCKET,
        0,
        true,
        false,
        0,
        0,
        64 * 1024 * 1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(54),
        Set.of(),
        Set.of());
  }

  /** These options with another {@link #port}. */
  public SimulatorOptions withPort(int newPort) {
    return with(draft -> draft.port = newPort);
  }

  /** These options with another {@link #ohlcv}. */
  public SimulatorOptions withOhlcv(Path newOhlcv) {
    return with(draft -> draft.ohlcv = Optional.of(newOhlcv));
  }

  /** These options with a symbol, in Alpaca's spelling, that is traded no more from a date on. */
  public SimulatorOptions withDelisted(String symbol, LocalDate date) {
    return with(draft -> draft.listingChanges.add(new ListingChange(symbol, null, date)));
  }

  /** These options with a symbol, in Alpaca's spelling, that is another one from a date on. */
  public SimulatorOptions withRenamed(String symbol, String newSymbol, LocalDate date) {
    return with(draft -> draft.listingChanges.add(new ListingChange(symbol, newSymbol, date)));
  }

  /** These options with another {@link #clock}. */
  public SimulatorOptions withClock(Clock newClock) {
    return with(draft -> draft.clock = newClock);
  }

  /** These options with another {@link #alwaysOpen}. */
  public SimulatorOptions withAlwaysOpen(boolean newAlwaysOpen) {
    return with(draft -> draft.alwaysOpen = newAlwaysOpen);
  }

  /** These options with another {@link #latency}. */
  public SimulatorOptions withLatency(Duration newLatency) {
    return with(draft -> draft.latency = newLatency);
  }

  /** These options with another {@link #alpacaRequestsPerMinute}. */
  public SimulatorOptions withAlpacaRequestsPerMinute(int newAlpacaRequestsPerMinute) {
    return with(draft -> draft.alpacaRequestsPerMinute = newAlpacaRequestsPerMinute);
  }

  /** These options with another {@link #yahooQuickRequests}. */
  public SimulatorOptions withYahooQuickRequests(int newYahooQuickRequests) {
    return with(draft -> draft.yahooQuickRequests = newYahooQuickRequests);
  }

  /** These options with another {@link #yahooLock}. */
  public SimulatorOptions withYahooLock(Duration newYahooLock) {
    return with(draft -> draft.yahooLock = newYahooLock);
  }

  /** These options with another {@link #alpacaRateHeaders}. */
  public SimulatorOptions withAlpacaRateHeaders(boolean newAlpacaRateHeaders) {
    return with(draft -> draft.alpacaRateHeaders = newAlpacaRateHeaders);
  }

  /** These options with another {@link #limiter}. */
  public SimulatorOptions withLimiter(LimiterKind newLimiter) {
    return with(draft -> draft.limiter = newLimiter);
  }

  /** These options with another {@link #yahooRequestsPerMinute}. */
  public SimulatorOptions withYahooRequestsPerMinute(int newYahooRequestsPerMinute) {
    return with(draft -> draft.yahooRequestsPerMinute = newYahooRequestsPerMinute);
  }

  /** These options with another {@link #yahooCrumbs}. */
  public SimulatorOptions withYahooCrumbs(boolean newYahooCrumbs) {
    return with(draft -> draft.yahooCrumbs = newYahooCrumbs);
  }

  /** These options with another {@link #shortPages}. */
  public SimulatorOptions withShortPages(boolean newShortPages) {
    return with(draft -> draft.shortPages = newShortPages);
  }

  /** These options with another {@link #backgroundTradesPerMinute}. */
  public SimulatorOptions withBackgroundTradesPerMinute(int newBackgroundTradesPerMinute) {
    return with(draft -> draft.backgroundTradesPerMinute = newBackgroundTradesPerMinute);
  }

  /** These options with another {@link #streamSymbolLimit}. */
  public SimulatorOptions withStreamSymbolLimit(int newStreamSymbolLimit) {
    return with(draft -> draft.streamSymbolLimit = newStreamSymbolLimit);
  }

  /** These options with another {@link #streamBuffer}. */
  public SimulatorOptions withStreamBuffer(int newStreamBuffer) {
    return with(draft -> draft.streamBuffer = newStreamBuffer);
  }

  /** These options with another {@link #streamLimitClose}. */
  public SimulatorOptions withStreamLimitClose(Duration newStreamLimitClose) {
    return with(draft -> draft.streamLimitClose = newStreamLimitClose);
  }

  /** These options with another {@link #streamAuthTimeout}. */
  public SimulatorOptions withStreamAuthTimeout(Duration newStreamAuthTimeout) {
    return with(draft -> draft.streamAuthTimeout = newStreamAuthTimeout);
  }

  /** These options with another {@link #streamPing}. */
  public SimulatorOptions withStreamPing(Duration newStreamPing) {
    return with(draft -> draft.streamPing = newStreamPing);
  }

  /** These options with one more of the {@link #closures}. */
  public SimulatorOptions withClosure(LocalDate date) {
    return with(draft -> draft.closures.add(date));
  }

  /** These options with one more of the {@link #earlyCloses}. */
  public SimulatorOptions withEarlyClose(LocalDate date) {
    return with(draft -> draft.earlyCloses.add(date));
  }

  private SimulatorOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** The options while one of them is being changed. */
  private static final class Draft {
    private int port;
    private Optional<Path> ohlcv;
    private final List<ListingChange> listingChanges;
    private Clock clock;
    private boolean alwaysOpen;
    private Duration latency;
    private int alpacaRequestsPerMinute;
    private int yahooQuickRequests;
    private Duration yahooLock;
    private boolean alpacaRateHeaders;
    private LimiterKind limiter;
    private int yahooRequestsPerMinute;
    private boolean yahooCrumbs;
    private boolean shortPages;
    private int backgroundTradesPerMinute;
    private int streamSymbolLimit;
    private int streamBuffer;
    private Duration streamLimitClose;
    private Duration streamAuthTimeout;
    private Duration streamPing;
    private final Set<LocalDate> closures;
    private final Set<LocalDate> earlyCloses;

    Draft(SimulatorOptions options) {
      port = options.port;
      ohlcv = options.ohlcv;
      listingChanges = new ArrayList<>(options.listingChanges);
      clock = options.clock;
      alwaysOpen = options.alwaysOpen;
      latency = options.latency;
      alpacaRequestsPerMinute = options.alpacaRequestsPerMinute;
      yahooQuickRequests = options.yahooQuickRequests;
      yahooLock = options.yahooLock;
      alpacaRateHeaders = options.alpacaRateHeaders;
      limiter = options.limiter;
      yahooRequestsPerMinute = options.yahooRequestsPerMinute;
      yahooCrumbs = options.yahooCrumbs;
      shortPages = options.shortPages;
      backgroundTradesPerMinute = options.backgroundTradesPerMinute;
      streamSymbolLimit = options.streamSymbolLimit;
      streamBuffer = options.streamBuffer;
      streamLimitClose = options.streamLimitClose;
      streamAuthTimeout = options.streamAuthTimeout;
      streamPing = options.streamPing;
      closures = new HashSet<>(options.closures);
      earlyCloses = new HashSet<>(options.earlyCloses);
    }

    SimulatorOptions options() {
      return new SimulatorOptions(
          port,
          ohlcv,
          listingChanges,
          clock,
          alwaysOpen,
          latency,
          alpacaRequestsPerMinute,
          yahooQuickRequests,
          yahooLock,
          alpacaRateHeaders,
          limiter,
          yahooRequestsPerMinute,
          yahooCrumbs,
          shortPages,
          backgroundTradesPerMinute,
          streamSymbolLimit,
          streamBuffer,
          streamLimitClose,
          streamAuthTimeout,
          streamPing,
          closures,
          earlyCloses);
    }
  }
}
