package dev.caravan.simulator.yahoo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.simulator.exchange.Hours;
import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Venue;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers {@code /v7/finance/quote?symbols=A,B} in the shape of recorded answers: a symbol that
 * Yahoo knows no more has an object without a price, one that is malformed has none.
 */
public final class QuoteEndpoint {
  private static final DateTimeFormatter ZONE_NAME = DateTimeFormatter.ofPattern("zzz", Locale.US);
  private static final int MILLIS = 1000;

  private final Market market;
  private final YahooService service;
  private final Clock clock;
  private final boolean alwaysOpen;

  public QuoteEndpoint(Market market, YahooService service, SimulatorOptions options) {
    this.market = market;
    this.service = service;
    this.clock = options.clock();
    this.alwaysOpen = options.alwaysOpen();
  }

  /**
   * @throws RefusedQuery if Yahoo would answer with an error
   */
  public ServedAnswer answer(ServedQuery request) {
    service.refuseRobots(request);
    service.refuseWithoutCrumb(request);
    List<String> symbols = request.symbols();
    if (symbols.isEmpty()) {
      throw new RefusedQuery(
          YahooService.error(
              "quoteResponse",
              400,
              "argument-error",
              "Missing value for the \"symbols\" argument"));
    }
    Instant now = clock.instant();
    return YahooService.found(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart("quoteResponse");
              json.writeArrayFieldStart("result");
              for (String symbol : symbols.stream().distinct().toList()) {
                write(json, symbol, now);
              }
              json.writeEndArray();
              json.writeNullField("error");
              json.writeEndObject();
              json.writeEndObject();
            }));
  }

  private void write(JsonGenerator json, String symbol, Instant now) throws IOException {
    Optional<Instrument> known = market.yahoo(symbol);
    if (known.isEmpty() && !Listing.isWellFormedAtYahoo(symbol)) {
      return;
    }
    json.writeStartObject();
    json.writeStringField("language", "en-US");
    json.writeStringField("region", "US");
    json.writeStringField("quoteType", known.map(each -> each.venue().type()).orElse("NONE"));
    json.writeBooleanField("triggerable", known.isPresent());
    json.writeStringField("customPriceAlertConfidence", known.isPresent() ? "HIGH" : "NONE");
    if (known.isPresent()) {
      writeKnown(json, known.get(), now);
    }
    json.writeBooleanField("esgPopulated", false);
    json.writeBooleanField("tradeable", false);
    json.writeBooleanField("cryptoTradeable", false);
    json.writeStringField("symbol", symbol);
    json.writeEndObject();
  }

  private void writeKnown(JsonGenerator json, Instrument instrument, Instant now)
      throws IOException {
    Venue venue = instrument.venue();
    ChartSeries series = new ChartSeries(instrument, now, alwaysOpen);
    ZonedDateTime local = now.atZone(venue.zone());
    Hours hours = series.currentHours();
    boolean open = !now.isBefore(hours.open()) && now.isBefore(hours.close());
    json.writeStringField("quoteSourceName", "Delayed Quote");
    json.writeStringField("currency", series.currency());
    json.writeStringField("market", venue.market());
    json.writeStringField("exchange", venue.shortName());
    json.writeStringField("fullExchangeName", venue.fullName());
    json.writeStringField("exchangeTimezoneName", venue.zone().getId());
    json.writeStringField("exchangeTimezoneShortName", local.format(ZONE_NAME));
    json.writeNumberField("gmtOffSetMilliseconds", local.getOffset().getTotalSeconds() * MILLIS);
    json.writeStringField("marketState", open ? "REGULAR" : "CLOSED");
    json.writeStringField("shortName", Listing.name(instrument.symbol()));
    json.writeStringField("longName", Listing.name(instrument.symbol()));
    json.writeNumberField("priceHint", 2);
    json.writeNumberField("sourceInterval", 15);
    json.writeNumberField("exchangeDataDelayedBy", 0);
    Optional<Instant> marketTime = series.marketTime();
    if (marketTime.isPresent()) {
      json.writeNumberField("regularMarketTime", marketTime.get().getEpochSecond());
    }
    Optional<PriceBar> last = series.lastRow().flatMap(ChartRow::bar);
    if (last.isPresent()) {
      number(json, "regularMarketPrice", last.get().close());
      number(json, "regularMarketOpen", last.get().open());
      number(json, "regularMarketDayHigh", last.get().high());
      number(json, "regularMarketDayLow", last.get().low());
      json.writeNumberField("regularMarketVolume", last.get().volume());
    }
  }

  private static void number(JsonGenerator json, String name, double value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(Json.shortest(value));
  }
}
