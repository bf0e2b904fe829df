package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Quote;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads one page of Alpaca's historical quotes (reference alpaca-rest, section 4): {@code
 * {"quotes": {"AAPL": [{t,bx,bp,bs,ax,ap,as,c,z}]}, "next_page_token": null}}.
 */
public final class AlpacaQuotes {
  private AlpacaQuotes() {}

  /**
   * One page.
   *
   * @param quotes in the order served: by symbol, then by time
   */
  public record Page(
      List<Quote> quotes, Set<String> symbols, String nextPageToken, List<RefusedRow> refused)
      implements AlpacaPage {
    public Page {
      quotes = List.copyOf(quotes);
      symbols = Collections.unmodifiableSet(new LinkedHashSet<>(symbols));
      refused = List.copyOf(refused);
    }

    @Override
    public List<Quote> taken() {
      return quotes;
    }

    @Override
    public Map<String, Instant> newest() {
      return AlpacaPage.newest(quotes, Quote::symbol, Quote::ts);
    }

    /** Camel hashes what an expression walks through, and a page has ten thousand rows. */
    @Override
    public int hashCode() {
      return Objects.hash(symbols, nextPageToken, quotes.size());
    }
  }

  /**
   * Reads one page.
   *
   * @param feed under which the quotes are stored; the answer does not name it
   * @throws MissingDataException when the answer is no page of quotes
   */
  public static Page page(JsonNode answer, String feed) {
    Map<String, JsonNode> lists = AlpacaPage.lists(answer, "quotes");
    List<RefusedRow> refused = new ArrayList<>();
    List<Quote> quotes = AlpacaPage.rows(lists, (row, symbol) -> quote(row, symbol, feed), refused);
    refused.replaceAll(row -> row.of(feed, "-"));
    return new Page(quotes, lists.keySet(), AlpacaPage.token(answer), refused);
  }

  private static Quote quote(JsonNode row, String symbol, String feed) {
    Instant ts = JsonFields.required(JsonFields.time(row.path("t"), "t", symbol), "t", symbol);
    return new Quote(
        symbol,
        ts,
        ts.getNano() % 1000,
        JsonFields.requiredName(row, "bx", symbol),
        number(row, "bp", symbol),
        number(row, "bs", symbol),
        JsonFields.requiredName(row, "ax", symbol),
        number(row, "ap", symbol),
        number(row, "as", symbol),
        AlpacaPage.conditions(row.path("c"), symbol),
        JsonFields.name(row.path("z"), "z", symbol),
        feed);
  }

  private static BigDecimal number(JsonNode row, String field, String symbol) {
    return JsonFields.required(JsonFields.decimal(row.path(field), field, symbol), field, symbol);
  }
}
