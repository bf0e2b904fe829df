package dev.caravan.simulator.alpaca;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import dev.caravan.simulator.tape.JsonFrameWriter;
import dev.caravan.simulator.tape.Tape;
import dev.caravan.simulator.tape.TapeTrade;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Answers {@code /v2/stocks/trades/latest}, the same of quotes and bars, {@code
 * /v2/stocks/snapshots}, and their twins for one symbol: the newest rows of what the historical
 * endpoints answer.
 */
public final class LatestEndpoint {
  private static final int DAYS_BACK = 10;

  /** What is asked for. */
  public enum Kind {
    TRADE("trade"),
    QUOTE("quote"),
    BAR("bar"),
    SNAPSHOT("snapshot");

    private final String name;

    Kind(String name) {
      this.name = name;
    }

    public String manyPath() {
      return "/v2/stocks/" + name + (this == SNAPSHOT ? "s" : "s/latest");
    }

    public String onePath() {
      return "/v2/stocks/:symbol/" + name + (this == SNAPSHOT ? "" : "s/latest");
    }
  }

  private final Market market;
  private final Tape tape;
  private final AlpacaService service;
  private final Clock clock;

  public LatestEndpoint(Market market, Tape tape, AlpacaService service, SimulatorOptions options) {
    this.market = market;
    this.tape = tape;
    this.service = service;
    this.clock = options.clock();
  }

  /** The answer for many symbols: a map, from which symbols without a row are absent. */
  public ServedAnswer many(Kind kind, ServedQuery request) {
    service.checkKeys(request);
    List<String> symbols = BarsQuery.symbols(request);
    Feed feed = Feed.of(request, clock.instant());
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              if (kind != Kind.SNAPSHOT) {
                json.writeObjectFieldStart(kind.name + 's');
              }
              for (String symbol : symbols) {
                Optional<Part> found = find(kind, symbol, feed);
                if (found.isPresent()) {
                  json.writeFieldName(symbol);
                  found.get().write(json);
                }
              }
              if (kind != Kind.SNAPSHOT) {
                json.writeEndObject();
              }
              json.writeEndObject();
            }));
  }

  /**
   * The answer for one symbol.
   *
   * @throws RefusedQuery with 404 if there is no row of it
   */
  public ServedAnswer one(Kind kind, ServedQuery request) {
    service.checkKeys(request);
    String symbol = BarsQuery.symbols(request).get(0);
    Feed feed = Feed.of(request, clock.instant());
    Part found =
        find(kind, symbol, feed)
            .orElseThrow(
                () ->
                    new RefusedQuery(
                        AlpacaService.message(404, "no " + kind.name + " found for " + symbol)));
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              if (kind == Kind.SNAPSHOT) {
                snapshotFields(symbol, feed, json);
              } else {
                json.writeFieldName(kind.name);
                found.write(json);
              }
              json.writeStringField("symbol", symbol);
              json.writeEndObject();
            }));
  }

  /** The feed, and until when it is told: the consolidated one is free with a delay alone. */
  private record Feed(Instant until, boolean iex) {
    static Feed of(ServedQuery request, Instant now) {
      String feed = request.parameter("feed").orElse("iex");
      return switch (feed) {
        case "iex" -> new Feed(now, true);
        case "delayed_sip" -> new Feed(now.minus(BarsQuery.WITHHELD), false);
        case "sip" -> throw BarsQuery.tooRecent();
        default -> throw BarsQuery.bad("invalid feed: " + feed);
      };
    }
  }

  /** A part of an answer that can be written. */
  private interface Part {
    void write(JsonGenerator json) throws IOException;
  }

  private Optional<Part> find(Kind kind, String symbol, Feed feed) {
    return switch (kind) {
      case TRADE -> trade(symbol, feed).map(trade -> row(trade, false));
      case QUOTE -> newest(symbol, feed).map(trade -> row(trade, true));
      case BAR -> bars(symbol, feed, "1Min", 1).stream().findFirst().map(LatestEndpoint::bar);
      case SNAPSHOT ->
          bars(symbol, feed, "1Day", 1).isEmpty() && newest(symbol, feed).isEmpty()
              ? Optional.empty()
              : Optional.of(
                  json -> {
                    json.writeStartObject();
                    snapshotFields(symbol, feed, json);
                    json.writeEndObject();
                  });
    };
  }

  private void snapshotFields(String symbol, Feed feed, JsonGenerator json) throws IOException {
    List<PriceBar> days = bars(symbol, feed, "1Day", 2);
    write(json, "dailyBar", days.stream().findFirst().map(LatestEndpoint::bar));
    write(json, "latestQuote", find(Kind.QUOTE, symbol, feed));
    write(json, "latestTrade", find(Kind.TRADE, symbol, feed));
    write(json, "minuteBar", find(Kind.BAR, symbol, feed));
    write(json, "prevDailyBar", days.stream().skip(1).findFirst().map(LatestEndpoint::bar));
  }

  private static void write(JsonGenerator json, String name, Optional<Part> part)
      throws IOException {
    if (part.isPresent()) {
      json.writeFieldName(name);
      part.get().write(json);
    }
  }

  private static Part bar(PriceBar bar) {
    return json -> BarsEndpoint.writeBar(json, bar);
  }

  private static Part row(TapeTrade trade, boolean quote) {
    JsonFrameWriter row = new JsonFrameWriter();
    row.row(trade, quote);
    return json -> json.writeRawValue(new String(row.bytes(), StandardCharsets.ISO_8859_1));
  }

  /** The newest trade that may set a price: no odd lot, and none that was cancelled. */
  private Optional<TapeTrade> trade(String symbol, Feed feed) {
    return newest(symbol, feed, false);
  }

  private Optional<TapeTrade> newest(String symbol, Feed feed) {
    return newest(symbol, feed, true);
  }

  private Optional<TapeTrade> newest(String symbol, Feed feed, boolean any) {
    Optional<Instrument> instrument = market.alpaca(symbol);
    LocalDate today = Timeframe.date(feed.until());
    for (LocalDate date = today;
        instrument.isPresent() && date.isAfter(today.minusDays(DAYS_BACK));
        date = date.minusDays(1)) {
      long from = TapeTrade.nanosOf(Timeframe.midnight(date));
      long to =
          Math.min(
              TapeTrade.nanosOf(Timeframe.midnight(date.plusDays(1))) - 1,
              TapeTrade.nanosOf(feed.until()));
      if (instrument.get().dates(date, date).isEmpty()
          && !tape.isTradedOutsideSessions(symbol, from, to)) {
        continue;
      }
      for (Iterator<TapeTrade> trades = tape.trades(symbol, from, to, false); trades.hasNext(); ) {
        TapeTrade trade = trades.next();
        Optional<TapeTrade> stands = any ? Optional.of(trade) : standing(trade);
        if (stands.isPresent()) {
          return stands;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<TapeTrade> standing(TapeTrade trade) {
    if (trade.conditions().contains("I")) {
      return Optional.empty();
    }
    Optional<Tape.Mark> mark = tape.mark(trade);
    return mark.isEmpty() ? Optional.of(trade) : mark.map(Tape.Mark::corrected);
  }

  /** The newest bars, the newest first. */
  private List<PriceBar> bars(String symbol, Feed feed, String timeframe, int count) {
    Optional<Instrument> instrument = market.alpaca(symbol);
    if (instrument.isEmpty()) {
      return List.of();
    }
    Instant from = Timeframe.midnight(Timeframe.date(feed.until()).minusDays(DAYS_BACK));
    BarsQuery query =
        new BarsQuery(
            List.of(symbol),
            Timeframe.parse(timeframe).orElseThrow(),
            from,
            feed.until(),
            count,
            Optional.empty(),
            false,
            feed.iex(),
            false);
    return new BarSeries(instrument.get(), symbol, tape, query, feed.until())
        .bars(from, feed.until())
        .limit(count)
        .toList();
  }
}
