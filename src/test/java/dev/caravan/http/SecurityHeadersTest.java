package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityHeadersTest {
  private static final String STRICT =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src"
          + " 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'";

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/index.html", "/api/bars", "/observe/health", "/nothing", "/hawtiox"})
  void aPageMayLoadNothingFromElsewhereAndRunNothingThatStandsInIt(String path) {
    assertThat(SecurityHeaders.of(path)).containsEntry("Content-Security-Policy", STRICT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/hawtio/", "/api/bars", "/observe/metrics"})
  void noAnswerIsFramedSniffedOrNamedToOthers(String path) {
    assertThat(SecurityHeaders.of(path))
        .containsEntry("X-Content-Type-Options", "nosniff")
        .containsEntry("Referrer-Policy", "no-referrer")
        .containsEntry("Cross-Origin-Opener-Policy", "same-origin")
        .containsEntry("Cross-Origin-Resource-Policy", "same-origin")
        .hasEntrySatisfying(
            "Content-Security-Policy",
            policy ->
                assertThat(policy)
                    .contains("default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe-eval", "*", "http"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/observe", "/observe/health", "/observe/jolokia/list", "/hawtio/jolokia/"})
  void figuresAreKeptNowhere(String path) {
    assertThat(SecurityHeaders.of(path)).containsEntry("Cache-Control", "no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/app.js", "/charts/echarts.esm.min.js", "/hawtio/index.html"})
  void aPageIsAskedForEachTimeWhetherItIsStillTheSame(String path) {
    assertThat(SecurityHeaders.of(path)).containsEntry("Cache-Control", "no-cache");
  }
}
