package dev.caravan.simulator;

import dev.caravan.market.MarketCalendar;
import dev.caravan.simulator.exchange.LimiterKind;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.replay.ReplayDatabase;
import dev.caravan.simulator.replay.ReplayOptions;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The simulated exchange alone, until SIGTERM or Ctrl-C. Exit codes: 0 ended, 1 not started. */
@Command(
    name = "simulator",
    sortOptions = false,
    usageHelpAutoWidth = true,
    header =
        "Runs a simulated exchange: Yahoo's charts, quotes and companies, and Alpaca's stock data and"
            + " streams, on one port.",
    description = {
      "",
      "It answers on 127.0.0.1 as the two services do, with their shapes, limits and errors. The "
          + "prices are made up and always the same for one symbol and session; no key is checked "
          + "against anything and nothing leaves the machine.",
      "",
      "Every well-formed symbol exists, except those that begin with ZZZZ. Symbols that begin with "
          + "XX are inactive at Alpaca. A key id that begins with BAD is refused.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  java -jar caravan.jar simulator --port 8099 --latency-ms 50",
      "  curl -A Mozilla/5.0 'http://127.0.0.1:8099/v8/finance/chart/AAPL?range=1mo'",
      "",
      "Controls while it runs (JSON in, JSON out):",
      "  POST   /simulator/faults    inject a fault",
      "  GET    /simulator/faults    list pending faults",
      "  DELETE /simulator/faults    clear all faults",
      "  POST   /simulator/splits    split a share; adjustedFrom, if given, is the later date on",
      "                              which Yahoo's history is in new shares",
      "  POST   /simulator/halts     {symbol, from, to, factor}: no session until to, and then",
      "                              another price",
      "  POST   /simulator/currencies  {symbol, from, currency, divisor}: Yahoo tells prices in",
      "                              another currency",
      "  GET    /simulator/requests  the newest 100,000 requests and their statuses",
      "",
      "  curl -d '{\"provider\":\"YAHOO\",\"kind\":\"STATUS\",\"status\":503,\"times\":3}' \\",
      "       http://127.0.0.1:8099/simulator/faults",
      "  curl -d '{\"symbol\":\"AAPL\",\"date\":\"2026-11-20\",",
      "            \"numerator\":4,\"denominator\":1}' \\",
      "       http://127.0.0.1:8099/simulator/splits",
      "",
      "The fields of a fault; only kind is required:",
      "  provider  YAHOO or ALPACA; default: both",
      "  kind      STATUS          the given status with the provider's own body",
      "            SLOW            the true answer after delayMs",
      "            HANG            no answer ever",
      "            RESET           the connection is closed without an answer",
      "            CLOSE_MID_BODY  the connection is closed in the middle of the body",
      "            MALFORMED       JSON cut in the middle",
      "            HTML            status 200 with a web page",
      "            EMPTY           status 200 with no rows",
      "            STUCK_PAGES     Alpaca's first page again and again, with one token",
      "            CIRCLING_PAGES  the same, with two tokens in turn",
      "            REPEATED_PAGES  the same, with ever new tokens",
      "            EMPTY_PAGES     empty pages after the first, with ever new tokens",
      "  times     how often; -1 until it is cleared; default: 1",
      "  match     part of the path and query, such as AAPL",
      "  status    of the kind STATUS, 200 to 599",
      "  headers   of the answer, such as {\"Retry-After\":\"30\"}",
      "  delayMs   how long the answer is held back, in milliseconds",
      "",
      "A stored day replayed once, sixty times as fast:",
      "  java -jar caravan.jar simulator --port 8099 --replay 2026-11-20 --speed 60",
      "It prints how to start a second Caravan, with its own database, that stores it.",
      "",
      "The streams are ws://127.0.0.1:PORT/v2/iex, /v2/sip, /v2/test and /v1beta1/news. A key id",
      "that begins with FREE may not use /v2/sip. Controls of the streams:",
      "",
      "  start a burst of trades; messagesPerFrame defaults to 100",
      "  curl -d '{\"symbols\":[\"AAPL\",\"MSFT\"],\"tradesPerSecond\":20000,\"seconds\":60}' \\",
      "       http://127.0.0.1:8099/simulator/stream/bursts",
      "",
      "  one trade",
      "  curl -d '{\"symbol\":\"AAPL\",\"price\":190.25,\"size\":10}' \\",
      "       http://127.0.0.1:8099/simulator/stream/trades",
      "",
      "  an event of kind HALT, RESUME, LULD (with up and down), CORRECT or CANCEL (of the",
      "  newest trade of the last hour) or NEWS (with headline)",
      "  curl -d '{\"kind\":\"HALT\",\"symbol\":\"AAPL\"}' \\",
      "       http://127.0.0.1:8099/simulator/stream/events",
      "",
      "  send a text to all clients as it is",
      "  curl -d '[{\"T\":\"unheard-of\",\"S\":\"AAPL\"}]' \\",
      "       http://127.0.0.1:8099/simulator/stream/frames",
      "",
      "  inject a fault",
      "  curl -d '{\"kind\":\"MUTE\",\"seconds\":30}' \\",
      "       http://127.0.0.1:8099/simulator/stream/faults",
      "",
      "  clear all faults",
      "  curl -X DELETE http://127.0.0.1:8099/simulator/stream/faults",
      "",
      "  list who is connected and what was sent",
      "  curl http://127.0.0.1:8099/simulator/stream",
      "",
      "  every trade as CSV: symbol, nanoseconds, exchange, id, price, size, conditions,",
      "  tape; without symbols, of all that have a name so far",
      "  curl -G -d symbols=AAPL,MSFT -d from=2026-11-20T15:00:00Z \\",
      "       -d to=2026-11-20T15:00:01Z http://127.0.0.1:8099/simulator/stream/tape",
      "",
      "The kinds of a fault of the streams:",
      "  CLOSE           all connections are closed with a close frame",
      "  CUT             they end without a close frame",
      "  RESET           they end with a TCP reset",
      "  REFUSE          upgrades are refused with status (429), times (1; -1 until cleared)",
      "  DROP            upgrades are reset without an answer, times (1; -1 until cleared)",
      "  DELAY           each answer of a handshake comes seconds later",
      "  MUTE            nothing is sent and no ping answered, for seconds or until cleared",
      "  HALF_OPEN       the same until cleared",
      "  DUPLICATE       the next frames, times, come twice",
      "  TRUNCATE        the next frames, times, are cut off",
      "  MALFORM         the next frames, times, hold a message that is not JSON",
      "  OMIT            the next frames, times, hold a message without its time",
      "  BIG_FRAMES      frames of 100 KB",
      "  ERROR           an error with this code to all clients now",
      "  FAIL_AUTH       the next authentication is answered with this code",
      "  FAIL_SUBSCRIBE  the next subscribe is answered with this code",
      "  SLOW_CLIENT     error 407, and the end",
      ""
    })
public final class SimulatorCommand implements Callable<Integer> {
  /** Symbols that a line of a terminal can take. */
  private static final int MOST_NAMED = 100;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Option(
      names = "--port",
      required = true,
      paramLabel = "N",
      description = "Port on 127.0.0.1; 0 for any free port.")
  private int port;

  @Option(
      names = "--ohlcv",
      paramLabel = "FOLDER",
      description = {
        "Folder of CSV files with the header date,open,high,low,close,volume, named by their "
            + "symbols (AAPL.csv), whose prices replace the made-up ones. Its subfolders "
            + "daily-sp500-5y and lean/daily are read too."
      })
  private Path ohlcv;

  @Option(
      names = "--replay",
      paramLabel = "DAY",
      converter = Dates.class,
      description = {
        "Tell what Caravan has stored of this day (yyyy-mm-dd, New York) again, with the times it "
            + "had, as Alpaca's streams and REST, instead of anything made up. It begins when the "
            + "first client has subscribed. The database is the one that caravan.database.* names, "
            + "as for all commands; it is only read."
      })
  private LocalDate replay;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Replay: how many times as fast as the original, up to 1000000. Default: 1.")
  private Double speed;

  @Option(names = "--loop", description = "Replay: start again when the day is over.")
  private boolean loop;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "Replay: another database, such as jdbc:postgresql://host:5432/caravan.")
  private String databaseUrl;

  @Option(
      names = "--database-user",
      paramLabel = "NAME",
      defaultValue = "caravan",
      description = "Its user. Default: caravan.")
  private String databaseUser;

  @Option(
      names = "--database-password",
      paramLabel = "WORD",
      arity = "0..1",
      interactive = true,
      description = "Its password; prompted for if no value is given.")
  private char[] databasePassword;

  @Option(
      names = "--latency-ms",
      paramLabel = "N",
      defaultValue = "0",
      description = "Minimum latency of every answer, in milliseconds. Default: 0.")
  private long latencyMs;

  @Option(
      names = "--always-open",
      description = "Yahoo's quotes move round the clock, also on weekends.")
  private boolean alwaysOpen;

  @Option(
      names = "--alpaca-requests-per-minute",
      paramLabel = "N",
      defaultValue = "200",
      description = "Per key and host; 0 for no limit. Default: 200.")
  private int alpacaRequestsPerMinute;

  @Option(
      names = "--alpaca-rate-headers",
      description =
          "Send X-RateLimit-Limit, -Remaining and -Reset with Alpaca's successful answers.")
  private boolean alpacaRateHeaders;

  @Option(
      names = "--yahoo-requests-per-minute",
      paramLabel = "N",
      defaultValue = "0",
      description = "For each address, refused with 429; 0 for no limit. Default: 0.")
  private int yahooRequestsPerMinute;

  @Option(
      names = "--yahoo-quick-requests",
      paramLabel = "N",
      defaultValue = "40",
      description = {
        "More requests than this within 10 seconds lock their address out for 15 minutes; 0 for "
            + "no limit. Default: 40."
      })
  private int yahooQuickRequests;

  @Option(
      names = "--no-yahoo-crumbs",
      description = {
        "Yahoo gives no crumb, so it serves charts only: neither companies nor quotes of many symbols at once."
      })
  private boolean noYahooCrumbs;

  @Option(
      names = "--sliding-window",
      description = {
        "Count requests a minute exactly, never more than the number in any 60 seconds, instead "
            + "of with a token bucket that lets a burst through."
      })
  private boolean slidingWindow;

  @Option(
      names = "--background-trades-per-minute",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Trades of each symbol that are always there, in extended hours of session days or, with "
            + "--always-open, at all times. Default: 0."
      })
  private int backgroundTradesPerMinute;

  @Option(
      names = "--stream-symbol-limit",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Symbols of trades and quotes that one connection may have, 30 on the free plan; 0 for no "
            + "limit. Default: 0."
      })
  private int streamSymbolLimit;

  @Option(
      names = "--stream-buffer-bytes",
      paramLabel = "N",
      defaultValue = "67108864",
      description = "Bytes queued for a client before it counts as slow. Default: 67108864.")
  private int streamBuffer;

  @Option(
      names = "--stream-limit-close-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = {
        "How long a connection too many stays open after its error, and a slow client that does "
            + "not take its own. Default: 10."
      })
  private int streamLimitCloseSeconds;

  @Option(
      names = "--stream-auth-timeout-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Seconds a client may take to authenticate. Default: 10.")
  private int streamAuthTimeoutSeconds;

  @Option(
      names = "--stream-ping-seconds",
      paramLabel = "N",
      defaultValue = "54",
      description = "Seconds between pings to the clients of the streams. Default: 54.")
  private int streamPingSeconds;

  private final Supplier<ReplayDatabase> usualPlace;

  /** One that knows no database but the one that it is given, as where Caravan is not around. */
  public SimulatorCommand() {
    this(
        () ->
            new ReplayDatabase(
                "jdbc:postgresql://127.0.0.1:54320/caravan", "caravan", "", () -> {}));
  }

  /**
   * @param usualPlace opens the database of a replay that names none
   */
  public SimulatorCommand(Supplier<ReplayDatabase> usualPlace) {
    this.usualPlace = usualPlace;
  }

  /** Says what is wrong with a date without the words of a program. */
  static final class Dates implements CommandLine.ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String value) {
      try {
        return LocalDate.parse(value);
      } catch (DateTimeParseException e) {
        throw new CommandLine.TypeConversionException(
            "'" + value + "' is not a date; expected one such as 2026-11-20.");
      }
    }
  }

  @Override
  public Integer call() {
    refuseWrongWords();
    Simulator simulator;
    try {
      simulator = replay == null ? Simulator.start(options()) : startReplay();
    } catch (IllegalArgumentException | UncheckedIOException refused) {
      spec.commandLine().getErr().println(refused.getMessage());
      return 1;
    }
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  simulator.close();
                  closed.countDown();
                },
                "simulator-shutdown"));
    String url = simulator.url();
    if (replay != null) {
      sayReplay(simulator);
      return await(closed, simulator);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "The simulated exchange is at %s; point Caravan at it with -Dcaravan.yahoo.url=%s"
                + " -Dcaravan.yahoo.cookie-url=%s -Dcaravan.alpaca.data-url=%s -Dcaravan.alpaca.trading-url=%s"
                + " -Dcaravan.alpaca.stream-url=%s%n",
            url, url, url, url, url, url.replace("http:", "ws:"));
    spec.commandLine().getOut().flush();
    return await(closed, simulator);
  }

  private static int await(CountDownLatch closed, Simulator simulator) {
    try {
      closed.await();
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      simulator.close();
    }
    return 0;
  }

  private void refuseWrongWords() {
    boolean asked = speed != null || loop || databaseUrl != null || databasePassword != null;
    if (replay == null && asked) {
      throw new ParameterException(
          spec.commandLine(), "--speed, --loop and --database-... need --replay DAY.");
    }
    if (replay == null) {
      return;
    }
    if (ohlcv != null || alwaysOpen || backgroundTradesPerMinute > 0) {
      throw new ParameterException(
          spec.commandLine(),
          "A replay tells what is stored and makes nothing up: leave --ohlcv, --always-open and"
              + " --background-trades-per-minute out.");
    }
    if (speed != null && !(speed > 0 && speed <= ReplayOptions.FASTEST)) {
      throw new ParameterException(
          spec.commandLine(), "--speed must be above 0 and at most 1000000, not " + speed + ".");
    }
    if (replay.isAfter(LocalDate.now(MarketCalendar.NEW_YORK))) {
      throw new ParameterException(spec.commandLine(), "--replay " + replay + " is in the future.");
    }
    if (databaseUrl != null && !databaseUrl.startsWith("jdbc:postgresql://")) {
      throw new ParameterException(
          spec.commandLine(),
          "--database-url must be such as jdbc:postgresql://127.0.0.1:5432/caravan.");
    }
  }

  private Simulator startReplay() {
    ReplayDatabase place =
        databaseUrl == null
            ? usualPlace.get()
            : new ReplayDatabase(
                databaseUrl,
                databaseUser,
                databasePassword == null ? "" : new String(databasePassword),
                () -> {});
    return Simulator.replay(
        options(), new ReplayOptions(place, replay, speed == null ? 1 : speed, loop));
  }

  /** How to take the replay without mixing it with what was really received. */
  private void sayReplay(Simulator simulator) {
    String url = simulator.url();
    String feed =
        simulator.replayed().stream().anyMatch(dataset -> dataset.endsWith(" of iex"))
            ? "iex"
            : "sip";
    List<String> symbols = simulator.replayedSymbols();
    String named = String.join(",", symbols.subList(0, Math.min(symbols.size(), MOST_NAMED)));
    spec.commandLine()
        .getOut()
        .printf(
            "%s is told again at %s: %s.%n"
                + "Take it with a second Caravan whose database is its own, so that replayed rows"
                + " never lie beside real ones:%n"
                + "  java -Dcaravan.database.url=embedded -Dcaravan.database.directory=data-replay"
                + " -Dcaravan.database.port=54322 -Dcaravan.http.port=8082"
                + " -Dcaravan.alpaca.data-url=%s -Dcaravan.alpaca.trading-url=%s"
                + " -Dcaravan.alpaca.stream-url=%s -Dcaravan.alpaca.feed=%s"
                + " -Dcaravan.alpaca.key-id=%s -Dcaravan.alpaca.secret-key=replay"
                + " -Dcaravan.schedule.stream=always -Dcaravan.schedule.yahoo-quotes=off"
                + " -Dcaravan.schedule.end-of-day=off -Dcaravan.symbols=%s -jar caravan.jar%n"
                + "Any other key is refused, so that a Caravan with the keys of an account cannot"
                + " take it by mistake.%s%n",
            replay,
            url,
            String.join(", ", simulator.replayed()),
            url,
            url,
            url.replace("http:", "ws:"),
            feed,
            ReplayOptions.KEY,
            named,
            symbols.size() > MOST_NAMED
                ? " These are " + MOST_NAMED + " of " + symbols.size() + " symbols."
                : "");
    spec.commandLine().getOut().flush();
  }

  private SimulatorOptions options() {
    SimulatorOptions options =
        SimulatorOptions.defaults()
            .withPort(port)
            .withLatency(Duration.ofMillis(latencyMs))
            .withAlwaysOpen(alwaysOpen)
            .withAlpacaRequestsPerMinute(alpacaRequestsPerMinute)
            .withAlpacaRateHeaders(alpacaRateHeaders)
            .withYahooRequestsPerMinute(yahooRequestsPerMinute)
            .withYahooQuickRequests(yahooQuickRequests)
            .withYahooCrumbs(!noYahooCrumbs)
            .withBackgroundTradesPerMinute(backgroundTradesPerMinute)
            .withStreamSymbolLimit(streamSymbolLimit)
            .withStreamBuffer(streamBuffer)
            .withStreamLimitClose(Duration.ofSeconds(streamLimitCloseSeconds))
            .withStreamAuthTimeout(Duration.ofSeconds(streamAuthTimeoutSeconds))
            .withStreamPing(Duration.ofSeconds(streamPingSeconds))
            .withLimiter(slidingWindow ? LimiterKind.SLIDING_WINDOW : LimiterKind.TOKEN_BUCKET);
    return ohlcv == null ? options : options.withOhlcv(ohlcv);
  }
}
