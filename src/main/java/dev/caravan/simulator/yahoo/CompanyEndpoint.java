package dev.caravan.simulator.yahoo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Answers {@code /v10/finance/quoteSummary/SYMBOL?modules=…} in the shape of recorded answers, with
 * companies that are made up: the same symbol always has the same one. What is no share has no
 * company, and only the module {@code quoteType}.
 */
public final class CompanyEndpoint {
  private static final List<List<String>> SECTORS =
      List.of(
          List.of("Technology", "Software - Infrastructure"),
          List.of("Consumer Cyclical", "Internet Retail"),
          List.of("Healthcare", "Drug Manufacturers - General"),
          List.of("Financial Services", "Banks - Diversified"),
          List.of("Energy", "Oil & Gas Integrated"));

  /** Written as the real ones are: titles before, blanks within, letters from everywhere. */
  private static final List<String> PEOPLE =
      List.of(
          "Mr. Andrew R. Jassy-Novák",
          "Ms. Zoë  Łukasik M.B.A.",
          "Dr. Seán O'Neill Ph.D.",
          "Ms. 山田  花子",
          "Mr. Robert \"Bob\" <Smith> Jr.");

  private static final List<String> TITLES =
      List.of("CEO, President & Director", "Executive VP & CFO", "Head of R&D; <b>Chief</b> Nerd");

  private static final int LEAST_EMPLOYEES = 12;
  private static final int MOST_EMPLOYEES = 400_000;
  private static final int FISCAL_YEAR = 2025;

  private final Market market;
  private final YahooService service;

  public CompanyEndpoint(Market market, YahooService service) {
    this.market = market;
    this.service = service;
  }

  /**
   * @throws RefusedQuery if Yahoo would answer with an error
   */
  public ServedAnswer answer(ServedQuery request) {
    service.refuseRobots(request);
    service.refuseWithoutCrumb(request);
    String symbol = request.symbol();
    Instrument instrument =
        market
            .yahoo(symbol)
            .orElseThrow(() -> notFound("Quote not found for ticker symbol: " + symbol));
    String wanted = request.parameter("modules").orElse("");
    Set<String> modules = new TreeSet<>(List.of(wanted.split(",")));
    modules.retainAll(
        instrument.venue().type().equals("EQUITY")
            ? Set.of("assetProfile", "summaryProfile", "quoteType")
            : Set.of("quoteType"));
    if (modules.isEmpty()) {
      throw notFound("No fundamentals data found for any of the summaryTypes=" + wanted);
    }
    return YahooService.found(Json.write(json -> write(json, instrument, modules)));
  }

  private static RefusedQuery notFound(String description) {
    return new RefusedQuery(YahooService.error("quoteSummary", 404, "Not Found", description));
  }

  private static void write(JsonGenerator json, Instrument instrument, Set<String> modules)
      throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("quoteSummary");
    json.writeArrayFieldStart("result");
    json.writeStartObject();
    for (String module : modules) {
      json.writeObjectFieldStart(module);
      if (module.equals("quoteType")) {
        writeType(json, instrument);
      } else {
        writeCompany(json, instrument.symbol());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndArray();
    json.writeNullField("error");
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeType(JsonGenerator json, Instrument instrument) throws IOException {
    json.writeStringField("exchange", instrument.venue().shortName());
    json.writeStringField("quoteType", instrument.venue().type());
    json.writeStringField("symbol", instrument.symbol());
    json.writeStringField("underlyingSymbol", instrument.symbol());
    json.writeStringField("shortName", Listing.name(instrument.symbol()));
    json.writeStringField("longName", Listing.name(instrument.symbol()));
    json.writeStringField("timeZoneFullName", instrument.venue().zone().getId());
    json.writeNumberField("maxAge", 1);
  }

  private static void writeCompany(JsonGenerator json, String symbol) throws IOException {
    long seed = SeededRandom.seed(symbol, "company");
    List<String> sector = SECTORS.get(pick(seed, 0, SECTORS.size()));
    String name = Listing.name(symbol);
    json.writeStringField("address1", 1 + pick(seed, 1, 9000) + " Main Street");
    json.writeStringField("city", "Springfield");
    json.writeStringField("country", "United States");
    json.writeStringField(
        "website", "https://www." + symbol.toLowerCase(java.util.Locale.ROOT) + ".example");
    json.writeStringField("industry", sector.get(1));
    json.writeStringField("industryDisp", sector.get(1));
    json.writeStringField("sector", sector.get(0));
    json.writeStringField("sectorDisp", sector.get(0));
    json.writeStringField(
        "longBusinessSummary",
        name
            + " (the \"company\"), together with its subsidiaries, sells Thing®s & <services> in"
            + " North America – and elsewhere.\nIt’s headquartered in Springfield.");
    json.writeNumberField(
        "fullTimeEmployees", LEAST_EMPLOYEES + pick(seed, 2, MOST_EMPLOYEES - LEAST_EMPLOYEES));
    json.writeArrayFieldStart("companyOfficers");
    for (int i = 0; i < TITLES.size(); i++) {
      writeOfficer(json, seed, i);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("executiveTeam");
    json.writeEndArray();
    json.writeNumberField("maxAge", 86_400);
  }

  /** Age, year of birth and pay are not known of everybody. */
  private static void writeOfficer(JsonGenerator json, long seed, int place) throws IOException {
    json.writeStartObject();
    json.writeNumberField("maxAge", 1);
    json.writeStringField(
        "name", PEOPLE.get((pick(seed, 3, PEOPLE.size()) + place) % PEOPLE.size()));
    json.writeStringField("title", TITLES.get(place));
    json.writeNumberField("fiscalYear", FISCAL_YEAR);
    if (place == 0) {
      int age = 40 + pick(seed, 4, 30);
      json.writeNumberField("age", age);
      json.writeNumberField("yearBorn", FISCAL_YEAR - age);
      int pay = 1_000_000 + pick(seed, 5, 9_000_000);
      json.writeObjectFieldStart("totalPay");
      json.writeNumberField("raw", pay);
      json.writeStringField("fmt", pay / 1000 + "k");
      json.writeStringField("longFmt", String.valueOf(pay));
      json.writeEndObject();
    }
    json.writeObjectFieldStart("exercisedValue");
    json.writeNumberField("raw", 0);
    json.writeNullField("fmt");
    json.writeStringField("longFmt", "0");
    json.writeEndObject();
    json.writeEndObject();
  }

  private static int pick(long seed, int index, int below) {
    return (int) (SeededRandom.uniform(seed, index) * below);
  }
}
