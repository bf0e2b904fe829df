package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameOriginTest {
  @ParameterizedTest
  @CsvSource({
    // A program.
    "'', '', 127.0.0.1:8080",
    "'', '', ''",
    // A browser, old and new.
    "'', http://127.0.0.1:8080, 127.0.0.1:8080",
    "same-origin, http://127.0.0.1:8080, 127.0.0.1:8080",
    "same-origin, HTTP://LocalHost:8080, localhost:8080",
    "same-origin, '', localhost:8080",
    "none, '', localhost:8080",
    "same-origin, http://[::1]:8080, '[::1]:8080'",
    // Behind a proxy with TLS, which passes the Host header on.
    "same-origin, https://caravan.example, caravan.example"
  })
  void caravansOwnPagesAndProgramsMayChangeSomething(String site, String origin, String authority) {
    assertThat(SameOrigin.is(values(site), values(origin), authority)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "cross-site, '', localhost:8080",
    "same-site, '', localhost:8080",
    "same-site, http://localhost:3000, localhost:8080",
    "same-origin cross-site, '', localhost:8080",
    "anything, '', localhost:8080",
    "'', null, localhost:8080",
    "same-origin, null, localhost:8080",
    "'', http://evil.example, localhost:8080",
    "same-origin, http://evil.example, localhost:8080",
    "'', http://localhost, localhost:8080",
    "'', http://localhost:8081, localhost:8080",
    "'', http://127.0.0.1:8080, localhost:8080",
    "'', https://localhost:8080, localhost:8080",
    "none, https://localhost:8080, localhost:8080",
    "'', http://localhost:8080.evil.example, localhost:8080",
    "'', localhost:8080, localhost:8080",
    "'', http://localhost:8080 http://evil.example, localhost:8080",
    "'', http://localhost:8080, ''",
    "'', file://, ''"
  })
  void pagesOfOthersMayNot(String site, String origin, String authority) {
    assertThat(SameOrigin.is(values(site), values(origin), authority)).isFalse();
  }

  /** The values of a header that may be there several times, separated by blanks. */
  private static List<String> values(String words) {
    return Stream.of(words.split(" ")).filter(word -> !word.isEmpty()).toList();
  }
}
