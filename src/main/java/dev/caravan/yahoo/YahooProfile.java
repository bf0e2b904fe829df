package dev.caravan.yahoo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.CompanyProfile;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.util.List;

/**
 * Reads an answer of Yahoo's {@code /v10/finance/quoteSummary/SYMBOL}: {@code {"quoteSummary":
 * {"result": [{"assetProfile": {…}, "quoteType": {…}}], "error": null}}}. Every module and every
 * field of one may be missing: a fund has a summary and no officers, an index not even that
 * (reference yahoo-chart, section 7).
 */
public final class YahooProfile {
  private static final String FRAME = "quoteSummary";

  /** PostgreSQL keeps numbers of many more digits, but no source means them. */
  private static final int MOST_PLACES = 100;

  private YahooProfile() {}

  /**
   * The profile of one symbol.
   *
   * @param symbol Caravan's spelling
   * @throws InvalidSymbolException when the answer says so
   * @throws MissingDataException when there is no module at all
   */
  public static CompanyProfile profile(JsonNode answer, String symbol) {
    YahooAnswer.refuseError(200, answer, symbol);
    if (!answer.path(FRAME).isObject()) {
      throw new MissingDataException(FRAME, symbol);
    }
    JsonNode kept = storable(answer);
    JsonNode result = kept.path(FRAME).path("result").path(0);
    if (!result.isObject() || result.isEmpty()) {
      throw new MissingDataException("result", symbol);
    }
    List<JsonNode> company = List.of(result.path("assetProfile"), result.path("summaryProfile"));
    List<JsonNode> names = List.of(result.path("quoteType"), result.path("price"));
    String longName = text(names, "longName");
    JsonNode officers = result.path("assetProfile").path("companyOfficers");
    return new CompanyProfile(
        symbol,
        longName == null ? text(names, "shortName") : longName,
        text(company, "sector"),
        text(company, "industry"),
        text(company, "country"),
        text(company, "website"),
        employees(company),
        text(company, "longBusinessSummary"),
        officers.isArray() ? officers : JsonNodeFactory.instance.arrayNode(),
        kept);
  }

  /** The first of the modules that has this text, and not an empty one. */
  private static String text(List<JsonNode> modules, String field) {
    return modules.stream()
        .map(module -> JsonFields.text(module.path(field)))
        .filter(text -> text != null && !text.isBlank())
        .findFirst()
        .orElse(null);
  }

  private static Long employees(List<JsonNode> modules) {
    for (JsonNode module : modules) {
      JsonNode field = module.path("fullTimeEmployees");
      // Formatted numbers are objects; what is no count is told by the whole answer alone.
      JsonNode number = field.isObject() ? field.path("raw") : field;
      if (number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0) {
        return number.longValue();
      }
    }
    return null;
  }

  /**
   * The same JSON as PostgreSQL can keep it: a character that is none for it becomes the
   * replacement character, and a number beyond any sense a text.
   */
  private static JsonNode storable(JsonNode node) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    if (node.isTextual()) {
      return make.textNode(storable(node.textValue()));
    }
    if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) > MOST_PLACES) {
      return make.textNode(node.decimalValue().toString());
    }
    if (node.isArray()) {
      ArrayNode array = make.arrayNode(node.size());
      node.forEach(element -> array.add(storable(element)));
      return array;
    }
    if (node.isObject()) {
      ObjectNode object = make.objectNode();
      node.properties()
          .forEach(field -> object.set(storable(field.getKey()), storable(field.getValue())));
      return object;
    }
    return node;
  }

  /** PostgreSQL knows neither the character U+0000 nor half of a pair. */
  private static String storable(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints()
        .map(each -> each == 0 || isHalf(each) ? 0xFFFD : each)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
