package dev.caravan.simulator.alpaca;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.market.MarketCalendar;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.ListedSymbols;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.SessionDates;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.exchange.TradingDays;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Answers {@code /v2/calendar}, {@code /v2/clock} and {@code /v2/assets} of the trading host. */
public final class TradingEndpoint {
  private static final DateTimeFormatter WITH_COLON = DateTimeFormatter.ofPattern("HH:mm");

  private final AlpacaService service;
  private final Clock clock;
  private final TradingDays days;
  private final ListedSymbols listed;

  public TradingEndpoint(AlpacaService service, ListedSymbols listed, SimulatorOptions options) {
    this.service = service;
    this.listed = listed;
    this.clock = options.clock();
    this.days = TradingDays.of(options);
  }

  /** The sessions between two dates, both inclusive; without them from 2016 to the next year. */
  public ServedAnswer calendar(ServedQuery request) {
    service.checkKeys(request);
    LocalDate today = Timeframe.date(clock.instant());
    LocalDate from = date(request, "start", SessionDates.FIRST.withDayOfYear(1));
    LocalDate to = date(request, "end", today.withDayOfYear(1).plusYears(2).minusDays(1));
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartArray();
              for (MarketCalendar.Session session : days.sessions(from, to)) {
                writeSession(json, session);
              }
              json.writeEndArray();
            }));
  }

  /** The time, and when the market opens and closes next. */
  public ServedAnswer clock(ServedQuery request) {
    service.checkKeys(request);
    Instant now = clock.instant();
    List<MarketCalendar.Session> near =
        days.sessions(Timeframe.date(now), Timeframe.date(now).plusDays(14));
    Instant open =
        near.stream()
            .map(MarketCalendar.Session::open)
            .filter(now::isBefore)
            .findFirst()
            .orElseThrow();
    Instant close =
        near.stream()
            .map(MarketCalendar.Session::close)
            .filter(now::isBefore)
            .findFirst()
            .orElseThrow();
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("timestamp", local(now));
              json.writeBooleanField("is_open", days.isOpen(now));
              json.writeStringField("next_open", local(open));
              json.writeStringField("next_close", local(close));
              json.writeEndObject();
            }));
  }

  /** All listed symbols, filtered by status, class and exchange. */
  public ServedAnswer assets(ServedQuery request) {
    service.checkKeys(request);
    String status = request.parameter("status").orElse("");
    String exchange = request.parameter("exchange").orElse("");
    boolean shares =
        request.parameter("asset_class").filter(name -> !name.equals("us_equity")).isEmpty();
    LocalDate today = Timeframe.date(clock.instant());
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartArray();
              for (String symbol : shares ? listed.on(today) : List.<String>of()) {
                if ((status.isEmpty()
                        || status.equals("all")
                        || status.equals(status(symbol, today)))
                    && (exchange.isEmpty() || exchange.equals(exchange(symbol)))) {
                  writeAsset(json, symbol, today);
                }
              }
              json.writeEndArray();
            }));
  }

  /** One symbol, listed or not, as long as it exists. */
  public ServedAnswer asset(ServedQuery request) {
    service.checkKeys(request);
    String symbol = request.symbol();
    if (!Listing.existsAtAlpaca(symbol)) {
      byte[] body =
          Json.write(
              json -> {
                json.writeStartObject();
                json.writeNumberField("code", 40_410_000);
                json.writeStringField("message", "asset not found for " + symbol);
                json.writeEndObject();
              });
      throw new RefusedQuery(new ServedAnswer(404, ServedAnswer.JSON, body, Map.of()));
    }
    LocalDate today = Timeframe.date(clock.instant());
    return ServedAnswer.json(Json.write(json -> writeAsset(json, symbol, today)));
  }

  private void writeSession(JsonGenerator json, MarketCalendar.Session session) throws IOException {
    LocalDate settlement = session.date().plusDays(1);
    while (!days.isSession(settlement)) {
      settlement = settlement.plusDays(1);
    }
    json.writeStartObject();
    json.writeStringField("date", session.date().toString());
    json.writeStringField("open", hour(session.open()));
    json.writeStringField("close", hour(session.close()));
    json.writeStringField("session_open", "0400");
    json.writeStringField("session_close", session.earlyClose() ? "1700" : "2000");
    json.writeStringField("settlement_date", settlement.toString());
    json.writeEndObject();
  }

  private void writeAsset(JsonGenerator json, String symbol, LocalDate today) throws IOException {
    boolean active = listed.isActive(symbol, today);
    String company = listed.company(symbol);
    json.writeStartObject();
    json.writeStringField(
        "id", UUID.nameUUIDFromBytes(company.getBytes(StandardCharsets.UTF_8)).toString());
    json.writeStringField("class", "us_equity");
    json.writeStringField("exchange", exchange(symbol));
    json.writeStringField("symbol", symbol);
    json.writeStringField("name", Listing.name(company));
    json.writeStringField("status", status(symbol, today));
    json.writeBooleanField("tradable", active);
    json.writeBooleanField("marginable", active);
    json.writeBooleanField("shortable", active);
    json.writeBooleanField("easy_to_borrow", active);
    json.writeBooleanField("fractionable", active);
    json.writeArrayFieldStart("attributes");
    json.writeEndArray();
    json.writeEndObject();
  }

  private String exchange(String symbol) {
    return Listing.exchange(listed.company(symbol));
  }

  private String status(String symbol, LocalDate today) {
    return listed.isActive(symbol, today) ? "active" : "inactive";
  }

  private static String hour(Instant at) {
    return at.atZone(MarketCalendar.NEW_YORK).format(WITH_COLON);
  }

  private static String local(Instant at) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atZone(MarketCalendar.NEW_YORK));
  }

  private static LocalDate date(ServedQuery request, String name, LocalDate usual) {
    try {
      return request
          .parameter(name)
          .map(
              text ->
                  text.length() == 10
                      ? LocalDate.parse(text)
                      : Timeframe.date(OffsetDateTime.parse(text.replace(' ', '+')).toInstant()))
          .orElse(usual);
    } catch (DateTimeException malformed) {
      throw new RefusedQuery(
          AlpacaService.message(422, "invalid " + name + ": must be a date such as 2026-11-20"));
    }
  }
}
