package dev.caravan.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A simulated exchange: Yahoo's chart and Alpaca's stock bars, trades, quotes, calendar, clock,
 * assets and streams on one port of 127.0.0.1, with deterministic prices, the providers' limits and
 * errors, and faults on demand. What it imitates is written down in the notes on the two services;
 * it invents prices, never shapes.
 *
 * <p>Answers depend only on the request, the clock, the splits and the faults, so two simulators
 * give the same bytes. All methods may be called from any thread.
 */
public final class Simulator implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int REST_WORKERS = 8;
  private static final String WHAT_IT_IS =
      "The simulated exchange of Caravan: Yahoo's chart and Alpaca's stock data, all made up.\n";

  private final Market market;
  private final FaultBook faults = new FaultBook();
  private final RequestLog log = new RequestLog();
  private final Vertx vertx;
  private final Router router;
  private final Tape tape;
  private final SimulatedStream stream;
  private final StreamServer server;
  private final int port;

  private Simulator(SimulatorOptions options) {
    this.market = new Market(options.ohlcv());
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
    this.stream = new SimulatedStream(tape, options);
    this.server = new StreamServer(vertx, router, stream);
    mount(options);
    this.port = listen(options);
  }

  /**
   * Starts a simulator; it serves as soon as this returns.
   *
   * @throws IllegalArgumentException if the price folder does not exist or holds no prices
   * @throws UncheckedIOException if the port is taken
   */
  public static Simulator start(SimulatorOptions options) {
    return new Simulator(options);
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
   * Splits a share: from its date on Alpaca's raw prices are those of the new shares, and Yahoo
   * tells the whole history in them.
   */
  public void addSplit(Split split) {
    market.add(split);
    tape.clear();
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
              + ": choose another port, or end the program that holds it",
          new IOException(refused));
    }
  }

  private void mount(SimulatorOptions options) {
    WorkerExecutor workers = vertx.createSharedWorkerExecutor("simulator-rest", REST_WORKERS);
    Exchange.Shared shared =
        new Exchange.Shared(vertx, workers, options.clock(), options.latency(), faults, log);
    YahooService yahoo = new YahooService(options);
    YahooChart chart = new YahooChart(market, yahoo, options);
    AlpacaService data = AlpacaService.data(options);
    AlpacaBars bars = new AlpacaBars(market, tape, data, options);
    AlpacaTrades trades = new AlpacaTrades(tape, data, options, false);
    AlpacaTrades quotes = new AlpacaTrades(tape, data, options, true);
    AlpacaService trading = AlpacaService.trading(options);
    AlpacaTrading desk = new AlpacaTrading(trading, options);

    router.get("/v8/finance/chart/:symbol").handler(new Exchange(shared, yahoo, chart::answer));
    router.get("/v2/stocks/bars").handler(new Exchange(shared, data, bars::many));
    router.get("/v2/stocks/:symbol/bars").handler(new Exchange(shared, data, bars::one));
    router.get("/v2/stocks/trades").handler(new Exchange(shared, data, trades::many));
    router.get("/v2/stocks/:symbol/trades").handler(new Exchange(shared, data, trades::one));
    router.get("/v2/stocks/quotes").handler(new Exchange(shared, data, quotes::many));
    router.get("/v2/stocks/:symbol/quotes").handler(new Exchange(shared, data, quotes::one));
    router.get("/v2/calendar").handler(new Exchange(shared, trading, desk::calendar));
    router.get("/v2/clock").handler(new Exchange(shared, trading, desk::clock));
    router.get("/v2/assets").handler(new Exchange(shared, trading, desk::assets));
    router.get("/v2/assets/:symbol").handler(new Exchange(shared, trading, desk::asset));
    router
        .get("/")
        .handler(
            context -> context.response().putHeader("Content-Type", "text/plain").end(WHAT_IT_IS));
    new Controls(this).mount(router);
    new StreamControls(stream, workers).mount(router);
  }
}
