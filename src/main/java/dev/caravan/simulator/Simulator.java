package dev.caravan.simulator;

import dev.caravan.simulator.alpaca.ActionsEndpoint;
import dev.caravan.simulator.alpaca.AlpacaService;
import dev.caravan.simulator.alpaca.AnnouncedAction;
import dev.caravan.simulator.alpaca.AnnouncedActions;
import dev.caravan.simulator.alpaca.BarsEndpoint;
import dev.caravan.simulator.alpaca.LatestEndpoint;
import dev.caravan.simulator.alpaca.NewsEndpoint;
import dev.caravan.simulator.alpaca.TradesEndpoint;
import dev.caravan.simulator.alpaca.TradingEndpoint;
import dev.caravan.simulator.exchange.CurrencyChange;
import dev.caravan.simulator.exchange.Halt;
import dev.caravan.simulator.exchange.ListedSymbols;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.exchange.TradingDays;
import dev.caravan.simulator.newsapi.NewsApiService;
import dev.caravan.simulator.replay.DayPages;
import dev.caravan.simulator.replay.ReplayOptions;
import dev.caravan.simulator.replay.StoredDay;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.FaultQueue;
import dev.caravan.simulator.server.RequestHandler;
import dev.caravan.simulator.server.RequestLog;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.simulator.stream.SimulatedStream;
import dev.caravan.simulator.stream.StreamServer;
import dev.caravan.simulator.tape.Tape;
import dev.caravan.simulator.yahoo.ChartEndpoint;
import dev.caravan.simulator.yahoo.CompanyEndpoint;
import dev.caravan.simulator.yahoo.QuoteEndpoint;
import dev.caravan.simulator.yahoo.YahooService;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * A simulated exchange: Yahoo's charts, quotes and companies, Alpaca's stock bars, trades, quotes,
 * snapshots, corporate actions, news, calendar, clock, assets and streams, and NewsAPI's headlines
 * on one port of 127.0.0.1, with deterministic prices, the providers' limits and errors, and faults
 * on demand. What it imitates is written down in the notes on the two services; it invents prices,
 * never shapes.
 *
 * <p>Answers depend only on the request, the clock, the splits and the faults, so two simulators
 * give the same bytes. All methods may be called from any thread.
 */
public final class Simulator implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int REST_WORKERS = 8;
  private static final String WHAT_A_REPLAY_IS =
      "Caravan's simulated exchange: a stored day of Alpaca's stock data, replayed.\n";
  private static final String WHAT_IT_IS =
      "Caravan's simulated exchange: Yahoo's chart and Alpaca's stock data, all made up.\n";

  private final ListedSymbols listed;
  private final Optional<StoredDay> replay;
  private final Market market;
  private final AnnouncedActions toldActions = new AnnouncedActions();
  private final FaultQueue faults = new FaultQueue();
  private final RequestLog log = new RequestLog();
  private final YahooService yahoo;
  private final Vertx vertx;
  private final Router router;
  private final Tape tape;
  private final SimulatedStream stream;
  private final StreamServer server;
  private final int port;

  private Simulator(SimulatorOptions options, Optional<StoredDay> replay) {
    this.replay = replay;
    this.listed = new ListedSymbols(options.listingChanges());
    this.market = new Market(options.ohlcv(), TradingDays.of(options), listed);
    this.yahoo = new YahooService(options);
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setUseDaemonThread(true)
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.router = Router.router(vertx);
    this.tape = new Tape(market, options);
    this.stream = new SimulatedStream(tape, options, replay);
    this.server = new StreamServer(vertx, router, stream);
    replay.ifPresentOrElse(day -> mount(options, day), () -> mount(options));
    this.port = listen(options);
  }

  /**
   * Starts a simulator; it serves as soon as this returns.
   *
   * @throws IllegalArgumentException if the price folder does not exist or holds no prices
   * @throws UncheckedIOException if the port is taken
   */
  public static Simulator start(SimulatorOptions options) {
    return new Simulator(options, Optional.empty());
  }

  /**
   * Starts one that tells a stored day again as Alpaca's stream and REST, and nothing made up:
   * there is no Yahoo. It admits the key id {@link ReplayOptions#KEY} alone.
   *
   * @throws IllegalArgumentException if the database cannot be read or nothing of the day is there
   * @throws UncheckedIOException if the port is taken
   */
  public static Simulator replay(SimulatorOptions options, ReplayOptions replay) {
    StoredDay day;
    try {
      day = new StoredDay(replay);
    } catch (RuntimeException refused) {
      replay.place().close().run();
      throw refused;
    }
    return new Simulator(options, Optional.of(day));
  }

  /** What is stored of the day that is told again, such as {@code trades of iex}. */
  List<String> replayed() {
    return replay.map(StoredDay::datasets).orElse(List.of());
  }

  /** The symbols of the database that is told again. */
  List<String> replayedSymbols() {
    return replay.map(StoredDay::symbols).orElse(List.of());
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /** Where it is reached: {@code http://127.0.0.1:PORT}. */
  public String url() {
    return "http://" + HOST + ':' + port;
  }

  /** Lets something go wrong with the requests to come. */
  public void addFault(Fault fault) {
    faults.add(fault);
  }

  /** The faults that are still to be played, each with the number of times that is left. */
  public List<Fault> faults() {
    return faults.left();
  }

  /** Lets everything go right again; a request that hangs already stays so. */
  public void clearFaults() {
    faults.clear();
  }

  /**
   * Splits a share: from its date on Alpaca's raw prices are those of the new shares, and from the
   * date that the split names, the same where it names none, Yahoo tells the whole history in them.
   */
  public void addSplit(Split split) {
    market.add(split);
    tape.clear();
  }

  /** Stops the trading of a share for some sessions; it comes back at another price. */
  public void addHalt(Halt halt) {
    market.add(halt);
    tape.clear();
  }

  /** From its date on Yahoo tells the symbol's whole history in another currency. */
  public void addCurrencyChange(CurrencyChange change) {
    market.add(change);
  }

  /** Lets Alpaca tell a corporate action, or tell it otherwise under the same id. */
  public void tellAction(AnnouncedAction action) {
    toldActions.tell(action);
  }

  /** Lets Alpaca tell a corporate action no more, whichever it is, by its id. */
  public void withdrawAction(String id) {
    toldActions.withdraw(id);
  }

  /** Lets a page of corporate actions hold at most so many, so that it may end within a day. */
  public void limitActionPages(int most) {
    toldActions.limitPages(most);
  }

  /** Makes every crumb that Yahoo gave so far a bad one. */
  public void expireCrumbs() {
    yahoo.expireCrumbs();
  }

  /** The streams: what happens on them, what goes wrong with them, and who listens. */
  public SimulatedStream stream() {
    return stream;
  }

  /** The newest 100,000 requests to the providers' paths, in the order of their arrival. */
  public List<ServedRequest> requests() {
    return log.requests();
  }

  /** Forgets the requests so far. */
  public void clearRequests() {
    log.clear();
  }

  /** Stops serving and closes every connection, also those of requests that hang. */
  @Override
  public void close() {
    stream.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    replay.ifPresent(StoredDay::close);
  }

  /** The paths of the one port, to which more may be added. */
  Router router() {
    return router;
  }

  /** The threads that serve it. */
  Vertx vertx() {
    return vertx;
  }

  private int listen(SimulatorOptions options) {
    try {
      return server.listen(HOST, options.port());
    } catch (Exception refused) {
      close();
      throw new UncheckedIOException(
          "The simulator cannot listen on port "
              + options.port()
              + " of "
              + HOST
              + ": choose another port, or stop the program that uses it",
          new IOException(refused));
    }
  }

  private RequestHandler.Shared shared(SimulatorOptions options) {
    WorkerExecutor workers = vertx.createSharedWorkerExecutor("simulator-rest", REST_WORKERS);
    return new RequestHandler.Shared(
        vertx, workers, options.clock(), options.latency(), faults, log);
  }

  private void mount(SimulatorOptions options, StoredDay day) {
    RequestHandler.Shared shared = shared(options);
    Optional<String> key = Optional.of(ReplayOptions.KEY);
    AlpacaService data = AlpacaService.data(options, key);
    AlpacaService trading = AlpacaService.trading(options, key);
    TradingEndpoint desk =
        new TradingEndpoint(trading, listed, options.withClock(stream.replayClock().orElseThrow()));
    DayPages assets = new DayPages(day, trading, options, "assets");
    for (String rows : List.of("bars", "trades", "quotes")) {
      DayPages pages = new DayPages(day, data, options, rows);
      router.get("/v2/stocks/" + rows).handler(new RequestHandler(shared, data, pages::many));
      router
          .get("/v2/stocks/:symbol/" + rows)
          .handler(new RequestHandler(shared, data, pages::one));
    }
    router.get("/v2/calendar").handler(new RequestHandler(shared, trading, desk::calendar));
    router.get("/v2/clock").handler(new RequestHandler(shared, trading, desk::clock));
    router.get("/v2/assets").handler(new RequestHandler(shared, trading, assets::assets));
    router.get("/v2/assets/:symbol").handler(new RequestHandler(shared, trading, assets::asset));
    mountControls(shared.workers(), WHAT_A_REPLAY_IS);
  }

  private void mountControls(WorkerExecutor workers, String whatItIs) {
    // They stand for fc.yahoo.com and a page of finance.yahoo.com too, of no use but for the
    // cookie.
    for (String page : List.of("/", "/quote/:symbol")) {
      router
          .get(page)
          .handler(
              context ->
                  context
                      .response()
                      .putHeader("Content-Type", "text/plain")
                      .putHeader("Set-Cookie", YahooService.COOKIE + "; Path=/; Secure; HttpOnly")
                      .end(whatItIs));
    }
    new Controls(this).mount(router);
    new StreamControls(stream, workers).mount(router);
  }

  private void mount(SimulatorOptions options) {
    RequestHandler.Shared shared = shared(options);
    ChartEndpoint chart = new ChartEndpoint(market, yahoo, options);
    QuoteEndpoint quotesAtOnce = new QuoteEndpoint(market, yahoo, options);
    CompanyEndpoint companies = new CompanyEndpoint(market, yahoo);
    AlpacaService data = AlpacaService.data(options, Optional.empty());
    BarsEndpoint bars = new BarsEndpoint(market, tape, data, options);
    TradesEndpoint trades = new TradesEndpoint(tape, data, options, false);
    TradesEndpoint quotes = new TradesEndpoint(tape, data, options, true);
    LatestEndpoint latest = new LatestEndpoint(market, tape, data, options);
    NewsEndpoint news = new NewsEndpoint(tape.news(), data, options);
    NewsApiService newsapi = new NewsApiService(tape.news(), options);
    ActionsEndpoint actions = new ActionsEndpoint(market, listed, toldActions, data, options);
    AlpacaService trading = AlpacaService.trading(options, Optional.empty());
    TradingEndpoint desk = new TradingEndpoint(trading, listed, options);

    router
        .get("/v8/finance/chart/:symbol")
        .handler(new RequestHandler(shared, yahoo, chart::answer));
    router.get("/v1/test/getcrumb").handler(new RequestHandler(shared, yahoo, yahoo::crumb));
    router
        .get("/v7/finance/quote")
        .handler(new RequestHandler(shared, yahoo, quotesAtOnce::answer));
    router
        .get("/v10/finance/quoteSummary/:symbol")
        .handler(new RequestHandler(shared, yahoo, companies::answer));
    router.get("/v2/stocks/bars").handler(new RequestHandler(shared, data, bars::many));
    router.get("/v2/stocks/:symbol/bars").handler(new RequestHandler(shared, data, bars::one));
    router.get("/v2/stocks/trades").handler(new RequestHandler(shared, data, trades::many));
    router.get("/v2/stocks/:symbol/trades").handler(new RequestHandler(shared, data, trades::one));
    router.get("/v2/stocks/quotes").handler(new RequestHandler(shared, data, quotes::many));
    router.get("/v2/stocks/:symbol/quotes").handler(new RequestHandler(shared, data, quotes::one));
    for (LatestEndpoint.Kind kind : LatestEndpoint.Kind.values()) {
      router
          .get(kind.manyPath())
          .handler(new RequestHandler(shared, data, request -> latest.many(kind, request)));
      router
          .get(kind.onePath())
          .handler(new RequestHandler(shared, data, request -> latest.one(kind, request)));
    }
    RequestHandler newsOfRest = new RequestHandler(shared, data, news::answer);
    router
        .get("/v1beta1/news")
        .handler(
            context -> {
              if (StreamServer.isUpgrade(context)) {
                context.next();
              } else {
                newsOfRest.handle(context);
              }
            });
    router
        .get("/v2/top-headlines")
        .handler(new RequestHandler(shared, newsapi, newsapi::headlines));
    router.get("/v1/corporate-actions").handler(new RequestHandler(shared, data, actions::answer));
    router.get("/v2/calendar").handler(new RequestHandler(shared, trading, desk::calendar));
    router.get("/v2/clock").handler(new RequestHandler(shared, trading, desk::clock));
    router.get("/v2/assets").handler(new RequestHandler(shared, trading, desk::assets));
    router.get("/v2/assets/:symbol").handler(new RequestHandler(shared, trading, desk::asset));
    mountControls(shared.workers(), WHAT_IT_IS);
  }
}
