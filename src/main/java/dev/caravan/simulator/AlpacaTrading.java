package dev.caravan.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.market.MarketCalendar;
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
final class AlpacaTrading {
  private static final DateTimeFormatter WITH_COLON = DateTimeFormatter.ofPattern("HH:mm");

  private final AlpacaService service;
  private final Clock clock;
  private final List<String> assets = Listing.assets();

  AlpacaTrading(AlpacaService service, SimulatorOptions options) {
    this.service = service;
    this.clock = options.clock();
  }

  /** The sessions between two dates, both inclusive; without them from 2016 to the next year. */
  Answer calendar(Request request) {
    service.checkKeys(request);
    LocalDate today = Timeframe.date(clock.instant());
    LocalDate from = date(request, "start", SessionDates.FIRST.withDayOfYear(1));
    LocalDate to = date(request, "end", today.withDayOfYear(1).plusYears(2).minusDays(1));
    return Answer.json(
        Json.write(
            json -> {
              json.writeStartArray();
              for (LocalDate date : MarketCalendar.sessions(from, to)) {
                writeSession(json, MarketCalendar.session(date).orElseThrow());
              }
              json.writeEndArray();
            }));
  }

  /** The time, and when the market opens and closes next. */
  Answer clock(Request request) {
    service.checkKeys(request);
    Instant now = clock.instant();
    List<MarketCalendar.Session> near =
        MarketCalendar.sessions(Timeframe.date(now), Timeframe.date(now).plusDays(14)).stream()
            .map(date -> MarketCalendar.session(date).orElseThrow())
            .toList();
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
    return Answer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("timestamp", local(now));
              json.writeBooleanField("is_open", MarketCalendar.isOpen(now));
              json.writeStringField("next_open", local(open));
              json.writeStringField("next_close", local(close));
              json.writeEndObject();
            }));
  }

  /** All listed symbols, filtered by status, class and exchange. */
  Answer assets(Request request) {
    service.checkKeys(request);
    String status = request.parameter("status").orElse("");
    String exchange = request.parameter("exchange").orElse("");
    boolean shares =
        request.parameter("asset_class").filter(name -> !name.equals("us_equity")).isEmpty();
    return Answer.json(
        Json.write(
            json -> {
              json.writeStartArray();
              for (String symbol : shares ? assets : List.<String>of()) {
                if ((status.isEmpty() || status.equals("all") || status.equals(status(symbol)))
                    && (exchange.isEmpty() || exchange.equals(Listing.exchange(symbol)))) {
                  writeAsset(json, symbol);
                }
              }
              json.writeEndArray();
            }));
  }

  /** One symbol, listed or not, as long as it exists. */
  Answer asset(Request request) {
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
      throw new Refusal(new Answer(404, Answer.JSON, body, Map.of()));
    }
    return Answer.json(Json.write(json -> writeAsset(json, symbol)));
  }

  private static void writeSession(JsonGenerator json, MarketCalendar.Session session)
      throws IOException {
    LocalDate settlement = session.date().plusDays(1);
    while (!MarketCalendar.isSession(settlement)) {
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

  private static void writeAsset(JsonGenerator json, String symbol) throws IOException {
    boolean active = Listing.isActive(symbol);
    json.writeStartObject();
    json.writeStringField(
        "id", UUID.nameUUIDFromBytes(symbol.getBytes(StandardCharsets.UTF_8)).toString());
    json.writeStringField("class", "us_equity");
    json.writeStringField("exchange", Listing.exchange(symbol));
    json.writeStringField("symbol", symbol);
    json.writeStringField("name", Listing.name(symbol));
    json.writeStringField("status", status(symbol));
    json.writeBooleanField("tradable", active);
    json.writeBooleanField("marginable", active);
    json.writeBooleanField("shortable", active);
    json.writeBooleanField("easy_to_borrow", active);
    json.writeBooleanField("fractionable", active);
    json.writeArrayFieldStart("attributes");
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String status(String symbol) {
    return Listing.isActive(symbol) ? "active" : "inactive";
  }

  private static String hour(Instant at) {
    return at.atZone(MarketCalendar.NEW_YORK).format(WITH_COLON);
  }

  private static String local(Instant at) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atZone(MarketCalendar.NEW_YORK));
  }

  private static LocalDate date(Request request, String name, LocalDate usual) {
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
      throw new Refusal(
          AlpacaService.message(422, "invalid " + name + ": must be a date such as 2026-11-20"));
    }
  }
}
