package dev.caravan.market.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {

  @Test
  void numbersKeepEveryDigitAndZero() {
    JsonNode answer = Read.json("{\"a\":1.2999999523162842,\"b\":100.10,\"c\":1e2}");
    assertThat(JsonFields.decimal(answer.path("a"), "a", "AAPL")).hasToString("1.2999999523162842");
    assertThat(JsonFields.decimal(answer.path("b"), "b", "AAPL")).hasToString("100.10");
    assertThat(JsonFields.decimal(answer.path("c"), "c", "AAPL")).hasToString("100");
    assertThat(JsonFields.decimal(answer.path("d"), "d", "AAPL")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"12\"", "{}", "true", "1e999999999", "1e-999999999", "1e-2147483647"})
  void whatIsNoNumberOfOursIsRefused(String value) {
    JsonNode node = Read.json("{\"p\":" + value + "}").path("p");
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> JsonFields.decimal(node, "p", "AAPL"))
        .withMessageStartingWith("Missing required data: p of AAPL (not a number: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "\"1\"", "99999999999999999999", "1e3"})
  void whatIsNoWholeNumberIsRefused(String value) {
    JsonNode node = Read.json("{\"n\":" + value + "}").path("n");
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> JsonFields.whole(node, "n", "AAPL"))
        .withMessageStartingWith("Missing required data: n of AAPL (not a whole number: ");
  }

  @Test
  void secondsAreSecondsAndNotMilliseconds() {
    JsonNode answer = Read.json("{\"s\":1604673000,\"ms\":1604673000000}");
    assertThat(JsonFields.seconds(answer.path("s"), "s", "AAPL"))
        .isEqualTo(Instant.parse("2020-11-06T14:30:00Z"));
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> JsonFields.seconds(answer.path("ms"), "ms", "AAPL"));
  }

  @Test
  void timesMayHaveAnyOffset() {
    JsonNode answer =
        Read.json(
            "{\"a\":\"2024-06-03T09:30:00-04:00\",\"b\":\"2024-06-03\","
                + "\"c\":\"+999999999-12-31T23:59:59Z\"}");
    assertThat(JsonFields.time(answer.path("a"), "a", "AAPL"))
        .isEqualTo(Instant.parse("2024-06-03T13:30:00Z"));
    for (String field : new String[] {"b", "c"}) {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> JsonFields.time(answer.path(field), field, "AAPL"))
          .withMessageStartingWith("Missing required data: " + field + " of AAPL (not a time");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2025-11-03T09:00:00Z, 1762160400",
    "2024-02-29T23:59:59Z, 1709251199",
    "1969-12-31T23:59:59Z, -1",
    "0000-01-01T00:00:00Z, -62167219200"
  })
  void timesOfTheUsualFormAreRead(String text, long seconds) {
    JsonNode node = Read.json("{\"t\":\"" + text + "\"}").path("t");
    assertThat(JsonFields.time(node, "t", "AAPL")).isEqualTo(Instant.ofEpochSecond(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-02-29T09:00:00Z",
        "2025-13-01T09:00:00Z",
        "2025-00-01T09:00:00Z",
        "2025-11-03T24:00:00Z",
        "2025-11-03T09:60:00Z",
        "2025-11-03T09:00:60Z",
        "2025-11-03T09:00:+1Z",
        "+025-11-03T09:00:00Z",
        "2025-11-03 09:00:00Z",
        "2025-11-03T09:00:00X",
        "2025-11-03T09:00:00"
      })
  void whatOnlyLooksLikeATimeIsRefused(String text) {
    JsonNode node = Read.json("{\"t\":\"" + text + "\"}").path("t");
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> JsonFields.time(node, "t", "AAPL"))
        .withMessageStartingWith("Missing required data: t of AAPL (not a time: ");
  }
}
