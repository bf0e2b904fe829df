package dev.caravan.market.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  @ParameterizedTest
  @CsvSource({
    "2026-10-30T13:30:00Z, 1793367000, 0",
    "2026-10-30T13:30:00.5Z, 1793367000, 500000000",
    "2026-10-30T13:30:00.000000001Z, 1793367000, 1",
    "2026-10-30T13:30:00.123456789Z, 1793367000, 123456789",
    "2026-10-30T13:30:00.999999999Z, 1793367000, 999999999",
    "2026-10-30T09:30:00.25-04:00, 1793367000, 250000000",
    "2026-10-30T13:30:00+00:00, 1793367000, 0",
    "2026-10-30T13:30:00.123456+00:00, 1793367000, 123456000",
    "2026-10-30T13:30Z, 1793367000, 0",
    "2026-10-30T13:30+00:00, 1793367000, 0",
    "1969-12-31T23:59:59.5Z, -1, 500000000"
  })
  void tellsTheSecondAndItsNanoseconds(String text, long second, long nanos) {
    assertThat(Rfc3339.instant(text)).isEqualTo(Instant.ofEpochSecond(second, nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "+00:00",
        "2026-10-30T13:30:00",
        "2026-10-30T13:30:00.",
        "2026-10-30T13:30:00.5",
        "2026-10-30T13:30:00.1234567890Z",
        "2026-10-30T13:30:00.12a4Z",
        "2026-10-30T13:30:00.-12Z",
        "2026-10-30T13:30:00,5Z",
        "2026-10-30T13:30:00.5Z ",
        "2026-10-30T13:30:60.5Z",
        "2026-10-30T24:00:00.5Z",
        "2026-02-29T13:30:00.5Z",
        "2026-10-30T13:30:00.\u0661Z"
      })
  void refusesAnyOtherText(String text) {
    assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Rfc3339.instant(text));
  }

  @Test
  void readsWhatTheGeneralParserReads() {
    Random random = new Random(3339);
    for (int i = 0; i < 20_000; i++) {
      String text =
          Instant.ofEpochSecond(random.nextInt(), i % 3 == 0 ? 0 : random.nextInt(1_000_000_000))
              .toString()
              .replace("Z", i % 2 == 0 ? "Z" : "+00:00");
      int at = random.nextInt(text.length());
      String one = "0123456789-:.TZ+ ".charAt(random.nextInt(17)) + "";
      String spoiled = text.substring(0, at) + one + text.substring(at + 1);
      for (String each : List.of(text, spoiled)) {
        assertThat(outcome(Rfc3339::instant, each))
            .as(each)
            .isEqualTo(outcome(any -> OffsetDateTime.parse(any).toInstant(), each));
      }
    }
  }

  private static Optional<Instant> outcome(Function<String, Instant> parser, String text) {
    try {
      return Optional.of(parser.apply(text));
    } catch (DateTimeException refused) {
      return Optional.empty();
    }
  }
}
