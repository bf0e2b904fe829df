package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Trade;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaTradesTest {
  private static final String GOOD =
      "{\"t\":\"2025-11-19T14:30:00Z\",\"x\":\"V\",\"p\":1.5,\"s\":10,\"c\":[\"@\"],\"i\":1,\"z\":\"C\"}";

  @Test
  void everyValueOfAPageIsKeptAsServed() throws IOException {
    AlpacaTrades.Page page = AlpacaTrades.page(fixture("trades-many-symbols.json"), "iex");

    assertThat(page.trades())
        .containsExactly(
            new Trade(
                "AAPL",
                Instant.parse("2025-11-19T14:30:00.089607681Z"),
                681,
                "P",
                1,
                new BigDecimal("140.2"),
                new BigDecimal("595"),
                List.of("@", "T"),
                "C",
                "iex",
                "valid"),
            new Trade(
                "AAPL",
                Instant.parse("2025-11-19T14:30:01Z"),
                0,
                "V",
                9007199254740993L,
                new BigDecimal("140.25"),
                new BigDecimal("100"),
                List.of("@"),
                "C",
                "iex",
                "corrected"),
            new Trade(
                "BRK.B",
                Instant.parse("2025-11-19T14:30:00.5Z"),
                0,
                "N",
                7,
                new BigDecimal("500"),
                new BigDecimal("1"),
                null,
                null,
                "iex",
                "canceled"),
            new Trade(
                "BRK.B",
                Instant.parse("2025-11-19T14:30:00.6Z"),
                0,
                "N",
                8,
                new BigDecimal("501.125"),
                new BigDecimal("0"),
                List.of(),
                "A",
                "iex",
                "incorrect"));
    assertThat(page.symbols()).containsExactly("AAPL", "BRK.B");
    assertThat(page.nextPageToken()).isEqualTo("QlJLLkI=");
    assertThat(page.refused()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"t\":\"2025-11-19T14:30:00Z\",' | '' | t of AAPL",
        "2025-11-19T14:30:00Z | yesterday | t of AAPL (not a time: \"yesterday\")",
        "'\"x\":\"V\",' | '' | x of AAPL",
        "'\"i\":1,' | '' | i of AAPL",
        "'\"i\":1,' | '\"i\":1.5,' | i of AAPL (not a whole number: 1.5)",
        "1.5 | null | p of AAPL",
        "1.5 | -1.5 | p of AAPL (negative: -1.5)",
        "'\"s\":10' | '\"s\":\"10\"' | s of AAPL (not a number: \"10\")",
        "'\"s\":10' | '\"s\":-1' | s of AAPL (negative: -1)",
        "[\"@\"] | \"@\" | c of AAPL (not a list: \"@\")",
        "[\"@\"] | [1] | text in c of AAPL",
        "\"V\" | \"\\u0000\" | x of AAPL (not a name: \"\\u0000\")",
        "[\"@\"] | [\"\\u0000\"] | c of AAPL (not a name: \"\\u0000\")",
        "'\"z\":\"C\"' | '\"z\":\"A\\u0000\"' | z of AAPL (not a name: \"A\\u0000\")",
        "'\"z\":\"C\"' | '\"u\":\"maybe\"' | u of AAPL (not a known status: \"maybe\")",
        "'\"z\":\"C\"' | '\"u\":1' | u of AAPL (not a known status: 1)"
      })
  void aMalformedRowIsRefusedAndItsSiblingsAreTaken(String part, String instead, String what) {
    String bad = GOOD.replace(part, instead);
    AlpacaTrades.Page page = page("{\"AAPL\":[" + bad + "," + GOOD + "],\"MSFT\":[" + GOOD + "]}");

    assertThat(page.trades()).extracting(Trade::symbol).containsExactly("AAPL", "MSFT");
    assertThat(page.refused())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.symbol()).isEqualTo("AAPL");
              assertThat(row.reason()).isEqualTo("Missing required data: " + what);
              assertThat(row.payload()).isEqualTo(bad);
            });
  }

  @Test
  void thePageKnowsBetweenWhichTimesItsTradesAndTheirCorrectionsLie() throws IOException {
    AlpacaTrades.Page page = AlpacaTrades.page(fixture("trades-many-symbols.json"), "iex");

    assertThat(page.from()).isEqualTo("2025-11-19T14:30:00.089607681Z");
    // The day of New York ends at five in the morning.
    assertThat(page.to()).isAfter("2025-11-20T05:00:00Z").isBefore("2025-11-21T05:00:00Z");
  }

  @Test
  void nothingTradedIsAnEmptyPage() {
    AlpacaTrades.Page page = page("{}");
    assertThat(page.from()).isNull();
    assertThat(page.to()).isNull();
    assertThat(page.trades()).isEmpty();
    assertThat(page.symbols()).isEmpty();
    assertThat(page.nextPageToken()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"bars\":{},\"next_page_token\":null}",
        "{\"trades\":5}",
        "{\"trades\":{\"AAPL\":{\"p\":1}}}",
        "{\"trades\":[" + GOOD + "]}",
        "{\"trades\":{},\"next_page_token\":5}"
      })
  void anotherAnswerIsNoPageOfTrades(String body) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> AlpacaTrades.page(JsonFields.readOrMissing(body), "iex"));
  }

  @Test
  void aPageIsReadAsWhatWasAskedFor() {
    JsonNode trades = JsonFields.readOrMissing("{\"trades\":{},\"next_page_token\":\"two\"}");
    JsonNode bars = JsonFields.readOrMissing("{\"bars\":{},\"next_page_token\":\"three\"}");
    assertThat(AlpacaPage.read("trades", trades, "iex", "-", Instant.EPOCH).nextPageToken())
        .isEqualTo("two");
    assertThat(AlpacaPage.read("bars", bars, "iex", "1Min", Instant.EPOCH).nextPageToken())
        .isEqualTo("three");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlpacaPage.read("auctions", trades, "iex", "-", Instant.EPOCH));
  }

  private static AlpacaTrades.Page page(String lists) {
    return AlpacaTrades.page(
        JsonFields.readOrMissing("{\"trades\":" + lists + ",\"next_page_token\":null}"), "iex");
  }

  private static JsonNode fixture(String name) throws IOException {
    try (InputStream file = AlpacaTradesTest.class.getResourceAsStream("/alpaca/" + name)) {
      return JsonFields.readOrMissing(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
