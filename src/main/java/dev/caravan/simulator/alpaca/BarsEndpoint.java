package dev.caravan.simulator.alpaca;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import dev.caravan.simulator.tape.Tape;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers {@code /v2/stocks/bars} and {@code /v2/stocks/SYMBOL/bars}. */
public final class BarsEndpoint {
  private final Market market;
  private final Tape tape;
  private final AlpacaService service;
  private final Clock clock;
  private final boolean shortPages;

  public BarsEndpoint(Market market, Tape tape, AlpacaService service, SimulatorOptions options) {
    this.market = market;
    this.tape = tape;
    this.service = service;
    this.clock = options.clock();
    this.shortPages = options.shortPages();
  }

  /** The answer for many symbols: a map, from which symbols without bars are absent. */
  public ServedAnswer many(ServedQuery request) {
    Page page = page(request);
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart("bars");
              for (Map.Entry<String, List<PriceBar>> entry : page.bars().entrySet()) {
                json.writeFieldName(entry.getKey());
                writeBars(json, entry.getValue());
              }
              json.writeEndObject();
              writeToken(json, page);
              json.writeEndObject();
            }));
  }

  /** The answer for one symbol: a list, or null if there are no bars. */
  public ServedAnswer one(ServedQuery request) {
    Page page = page(request);
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeFieldName("bars");
              List<PriceBar> bars = page.bars().get(request.symbol());
              if (bars == null) {
                json.writeNull();
              } else {
                writeBars(json, bars);
              }
              writeToken(json, page);
              json.writeStringField("symbol", request.symbol());
              json.writeEndObject();
            }));
  }

  private record Page(Map<String, List<PriceBar>> bars, Optional<PageToken> next) {}

  /** Rows are ordered by symbol and then by time, so a page may end in the middle of a symbol. */
  private Page page(ServedQuery request) {
    service.checkKeys(request);
    Instant now = clock.instant();
    BarsQuery query = BarsQuery.parse(request, now);
    String reached = query.page().map(PageToken::symbol).orElse("");
    int room = BarsQuery.room(query.limit(), request, shortPages);
    Map<String, List<PriceBar>> bars = new LinkedHashMap<>();
    for (String symbol : query.symbols()) {
      Optional<Instrument> instrument = market.alpaca(symbol);
      if (symbol.compareTo(reached) >= 0 && instrument.isPresent()) {
        Optional<Instant> goOn =
            query.page().filter(token -> token.symbol().equals(symbol)).map(PageToken::next);
        Instant from = query.ascending() ? goOn.orElse(query.from()) : query.from();
        Instant to = query.ascending() ? query.to() : goOn.orElse(query.to());
        Iterator<PriceBar> rest =
            new BarSeries(instrument.get(), symbol, tape, query, now).bars(from, to).iterator();
        while (rest.hasNext()) {
          PriceBar bar = rest.next();
          if (room == 0) {
            char unit = query.timeframe().unit().letter();
            return new Page(bars, Optional.of(new PageToken(symbol, unit, bar.start())));
          }
          bars.computeIfAbsent(symbol, any -> new ArrayList<>()).add(bar);
          room--;
        }
      }
    }
    return new Page(bars, Optional.empty());
  }

  private static void writeBars(JsonGenerator json, List<PriceBar> bars) throws IOException {
    json.writeStartArray();
    for (PriceBar bar : bars) {
      writeBar(json, bar);
    }
    json.writeEndArray();
  }

  /** One bar, without its symbol. */
  static void writeBar(JsonGenerator json, PriceBar bar) throws IOException {
    json.writeStartObject();
    number(json, "c", bar.close());
    number(json, "h", bar.high());
    number(json, "l", bar.low());
    json.writeNumberField("n", bar.trades());
    number(json, "o", bar.open());
    json.writeStringField("t", bar.start().toString());
    json.writeNumberField("v", bar.volume());
    number(json, "vw", bar.vwap());
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, double value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(Json.number(value));
  }

  private static void writeToken(JsonGenerator json, Page page) throws IOException {
    json.writeFieldName("next_page_token");
    if (page.next().isPresent()) {
      json.writeString(page.next().get().text());
    } else {
      json.writeNull();
    }
  }
}
