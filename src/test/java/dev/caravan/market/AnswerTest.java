package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

  @Test
  void numbers_keep_every_digit_and_zero() {
    JsonNode answer = Read.json("{\"a\":1.2999999523162842,\"b\":100.10,\"c\":1e2}");
    assertThat(Answer.decimal(answer.path("a"), "a", "AAPL")).hasToString("1.2999999523162842");
    assertThat(Answer.decimal(answer.path("b"), "b", "AAPL")).hasToString("100.10");
    assertThat(Answer.decimal(answer.path("c"), "c", "AAPL")).hasToString("100");
    assertThat(Answer.decimal(answer.path("d"), "d", "AAPL")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"12\"", "{}", "true", "1e999999999", "1e-999999999", "1e-2147483647"})
  void what_is_no_number_of_ours_is_refused(String value) {
    JsonNode node = Read.json("{\"p\":" + value + "}").path("p");
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> Answer.decimal(node, "p", "AAPL"))
        .withMessageStartingWith("Missing required data: p of AAPL (not a number: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "\"1\"", "99999999999999999999", "1e3"})
  void what_is_no_whole_number_is_refused(String value) {
    JsonNode node = Read.json("{\"n\":" + value + "}").path("n");
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> Answer.whole(node, "n", "AAPL"))
        .withMessageStartingWith("Missing required data: n of AAPL (not a whole number: ");
  }

  @Test
  void seconds_are_seconds_and_not_milliseconds() {
    JsonNode answer = Read.json("{\"s\":1604673000,\"ms\":1604673000000}");
    assertThat(Answer.seconds(answer.path("s"), "s", "AAPL"))
        .isEqualTo(Instant.parse("2020-11-06T14:30:00Z"));
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> Answer.seconds(answer.path("ms"), "ms", "AAPL"));
  }

  @Test
  void times_may_have_any_offset() {
    JsonNode answer =
        Read.json(
            "{\"a\":\"2024-06-03T09:30:00-04:00\",\"b\":\"2024-06-03\","
                + "\"c\":\"+999999999-12-31T23:59:59Z\"}");
    assertThat(Answer.time(answer.path("a"), "a", "AAPL"))
        .isEqualTo(Instant.parse("2024-06-03T13:30:00Z"));
    for (String field : new String[] {"b", "c"}) {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> Answer.time(answer.path(field), field, "AAPL"))
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
  void times_of_the_usual_form_are_read(String text, long seconds) {
    JsonNode node = Read.json("{\"t\":\"" + text + "\"}").path("t");
    assertThat(Answer.time(node, "t", "AAPL")).isEqualTo(Instant.ofEpochSecond(seconds));
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
  void what_only_looks_like_a_time_is_refused(String text) {
    JsonNode node = Read.json("{\"t\":\"" + text + "\"}").path("t");
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> Answer.time(node, "t", "AAPL"))
        .withMessageStartingWith("Missing required data: t of AAPL (not a time: ");
  }
}
