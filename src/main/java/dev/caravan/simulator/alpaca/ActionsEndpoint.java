package dev.caravan.simulator.alpaca;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.simulator.exchange.Dividend;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.ListedSymbols;
import dev.caravan.simulator.exchange.ListingChange;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers {@code /v1/corporate-actions} with the splits that were injected, the dividends of shares
 * that pay some, the renames, which are found under either symbol, and what was told by hand, but
 * for what was withdrawn. Rows are ordered by date; a page counts those of all kinds, and may end
 * within a day.
 */
public final class ActionsEndpoint {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  private final Market market;
  private final ListedSymbols listed;
  private final AnnouncedActions told;
  private final AlpacaService service;
  private final Clock clock;

  public ActionsEndpoint(
      Market market,
      ListedSymbols listed,
      AnnouncedActions told,
      AlpacaService service,
      SimulatorOptions options) {
    this.market = market;
    this.listed = listed;
    this.told = told;
    this.service = service;
    this.clock = options.clock();
  }

  /** Writes the fields of one kind. */
  @FunctionalInterface
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private record Action(String id, String kind, String symbol, LocalDate date, Fields fields) {
    Action(String kind, String symbol, LocalDate date, Fields fields) {
      this(AnnouncedAction.id(kind + symbol + date), kind, symbol, date, fields);
    }
  }

  public ServedAnswer answer(ServedQuery request) {
    service.checkKeys(request);
    LocalDate today = Timeframe.date(clock.instant());
    LocalDate from = date(request, "start", today);
    LocalDate to = date(request, "end", today);
    if (to.isBefore(from)) {
      throw BarsQuery.bad("end should not be before start");
    }
    List<Action> actions = actions(BarsQuery.symbols(request), from, to, today);
    if (!BarsQuery.ascending(request)) {
      Collections.reverse(actions);
    }
    int first = Math.min(offset(request), actions.size());
    int end = Math.min(first + Math.min(limit(request), told.most()), actions.size());
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart("corporate_actions");
              for (Map.Entry<String, List<Action>> kind :
                  byKind(actions.subList(first, end)).entrySet()) {
                json.writeArrayFieldStart(kind.getKey());
                for (Action action : kind.getValue()) {
                  write(json, action);
                }
                json.writeEndArray();
              }
              json.writeEndObject();
              json.writeFieldName("next_page_token");
              if (end < actions.size()) {
                json.writeString(
                    Base64.getEncoder()
                        .encodeToString(("actions|" + end).getBytes(StandardCharsets.UTF_8)));
              } else {
                json.writeNull();
              }
              json.writeEndObject();
            }));
  }

  /** Splits and renames are announced, dividends are told from their date on. */
  private List<Action> actions(
      List<String> symbols, LocalDate from, LocalDate to, LocalDate today) {
    List<Action> actions = new ArrayList<>();
    for (String symbol : symbols) {
      market
          .alpaca(symbol)
          .ifPresent(
              instrument -> {
                for (Split split : instrument.splits(to)) {
                  boolean forward = split.numerator() > split.denominator();
                  actions.add(
                      new Action(
                          forward ? "forward_splits" : "reverse_splits",
                          symbol,
                          split.date(),
                          json -> {
                            writeShare(json, symbol, split.date());
                            json.writeNumberField("new_rate", split.numerator());
                            json.writeNumberField("old_rate", split.denominator());
                          }));
                }
                for (Dividend dividend : instrument.dividends(to.isBefore(today) ? to : today)) {
                  actions.add(
                      new Action(
                          "cash_dividends",
                          symbol,
                          dividend.exDate(),
                          json -> {
                            writeShare(json, symbol, dividend.exDate());
                            json.writeFieldName("rate");
                            json.writeNumber(Json.number(dividend.amount()));
                            json.writeBooleanField("special", false);
                            json.writeBooleanField("foreign", false);
                          }));
                }
                for (AnnouncedAction action : told.of(symbol)) {
                  if (!action.date().isAfter(to)) {
                    actions.add(
                        new Action(
                            action.id(),
                            action.kind(),
                            symbol,
                            action.date(),
                            json -> write(json, action)));
                  }
                }
              });
    }
    for (ListingChange rename : listed.renames(to)) {
      if (symbols.contains(rename.symbol()) || symbols.contains(rename.newSymbol())) {
        actions.add(
            new Action(
                "name_changes",
                rename.symbol(),
                rename.date(),
                json -> {
                  json.writeStringField("old_symbol", rename.symbol());
                  json.writeStringField("old_cusip", cusip(rename.symbol()));
                  json.writeStringField("new_symbol", rename.newSymbol());
                  json.writeStringField("new_cusip", cusip(rename.newSymbol()));
                }));
      }
    }
    actions.removeIf(action -> action.date().isBefore(from) || told.isWithdrawn(action.id()));
    actions.sort(Comparator.comparing(Action::date).thenComparing(Action::symbol));
    return actions;
  }

  private static Map<String, List<Action>> byKind(List<Action> actions) {
    Map<String, List<Action>> kinds = new LinkedHashMap<>();
    actions.forEach(
        action -> kinds.computeIfAbsent(action.kind(), any -> new ArrayList<>()).add(action));
    return kinds;
  }

  private static void write(JsonGenerator json, Action action) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", action.id());
    action.fields().write(json);
    json.writeStringField("process_date", action.date().toString());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, AnnouncedAction action) throws IOException {
    writeShare(json, action.symbol(), action.date());
    if (action.rate() == null) {
      json.writeNumberField("new_rate", action.newRate());
      json.writeNumberField("old_rate", action.oldRate());
    } else {
      json.writeNumberField("rate", action.rate());
    }
    if (action.kind().equals("cash_dividends")) {
      json.writeBooleanField("special", false);
      json.writeBooleanField("foreign", false);
    }
  }

  /** What the kinds have that change the price of one share. */
  private static void writeShare(JsonGenerator json, String symbol, LocalDate exDate)
      throws IOException {
    json.writeStringField("symbol", symbol);
    json.writeStringField("ex_date", exDate.toString());
  }

  /** Nine digits, another number for each symbol. */
  private static String cusip(String symbol) {
    return String.format("%09d", Math.floorMod(SeededRandom.seed(symbol, "cusip"), 1_000_000_000L));
  }

  private static int limit(ServedQuery request) {
    String asked = request.parameter("limit").orElse(String.valueOf(DEFAULT_LIMIT));
    if (!asked.matches("[0-9]{1,9}")
        || Integer.parseInt(asked) < 1
        || Integer.parseInt(asked) > MAX_LIMIT) {
      throw BarsQuery.bad("invalid limit: " + asked);
    }
    return Integer.parseInt(asked);
  }

  private static int offset(ServedQuery request) {
    String token = request.parameter("page_token").orElse("");
    if (token.isEmpty()) {
      return 0;
    }
    try {
      String plain = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
      return Integer.parseUnsignedInt(plain.replaceFirst("^actions\\|", ""));
    } catch (IllegalArgumentException malformed) {
      throw BarsQuery.bad("invalid page_token: " + token);
    }
  }

  private static LocalDate date(ServedQuery request, String name, LocalDate usual) {
    try {
      return request.parameter(name).map(LocalDate::parse).orElse(usual);
    } catch (DateTimeException malformed) {
      throw BarsQuery.bad("Invalid format for parameter " + name);
    }
  }
}
