package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.Quote;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaQuotesTest {
  private static final String GOOD =
      "{\"t\":\"2025-11-19T14:30:00.335806018Z\",\"bx\":\"U\",\"bp\":87.66,\"bs\":1,\"ax\":\"Q\",\"ap\":0,"
          + "\"as\":4,\"c\":[\"R\"],\"z\":\"C\"}";

  @Test
  void everyValueOfAPageIsKeptAsServed() {
    AlpacaQuotes.Page page = page("{\"AMD\":[" + GOOD + "]}", "\"two\"");

    assertThat(page.quotes())
        .containsExactly(
            new Quote(
                "AMD",
                Instant.parse("2025-11-19T14:30:00.335806018Z"),
                18,
                "U",
                new BigDecimal("87.66"),
                new BigDecimal("1"),
                "Q",
                new BigDecimal("0"),
                new BigDecimal("4"),
                List.of("R"),
                "C",
                "iex"));
    assertThat(page.symbols()).containsExactly("AMD");
    assertThat(page.nextPageToken()).isEqualTo("two");
    assertThat(page.refused()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"t\" | t of AMD",
        "\"bx\" | bx of AMD",
        "\"bp\" | bp of AMD",
        "\"bs\" | bs of AMD",
        "\"ax\" | ax of AMD",
        "\"ap\" | ap of AMD",
        "\"as\" | as of AMD"
      })
  void aRowWithoutWhatItMustHaveIsRefusedAndItsSiblingsAreTaken(String field, String what) {
    String bad = GOOD.replace(field, "\"gone\"");
    AlpacaQuotes.Page page = page("{\"AMD\":[" + bad + "," + GOOD + "]}", "null");

    assertThat(page.quotes()).hasSize(1);
    assertThat(page.refused())
        .containsExactly(
            new RefusedRow("AMD", "Missing required data: " + what, bad).of("iex", "-"));
  }

  @Test
  void aRowThatNoTableCouldKeepIsRefusedAndItsSiblingsAreTaken() {
    String bad = GOOD.replaceFirst("\"bx\":\"[^\"]*\"", "\"bx\":\"\\\\u0000\"");
    AlpacaQuotes.Page page = page("{\"AMD\":[" + bad + "," + GOOD + "]}", "null");

    assertThat(page.quotes()).hasSize(1);
    assertThat(page.refused())
        .containsExactly(
            new RefusedRow("AMD", "Missing required data: bx of AMD (not a name: \"\\u0000\")", bad)
                .of("iex", "-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"trades\":{}}", "{\"quotes\":{\"AMD\":{\"bp\":1}}}"})
  void anotherAnswerIsNoPageOfQuotes(String body) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> AlpacaQuotes.page(JsonFields.readOrMissing(body), "iex"));
  }

  private static AlpacaQuotes.Page page(String lists, String token) {
    return AlpacaQuotes.page(
        JsonFields.readOrMissing("{\"quotes\":" + lists + ",\"next_page_token\":" + token + "}"),
        "iex");
  }
}
