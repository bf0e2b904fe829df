package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRequestTest {
  private static final List<ApiParameter> DECLARED =
      List.of(
          declared("symbol", "string", "symbol", null),
          declared("from", "string", "date-or-instant", null),
          declared("to", "string", "date-or-instant", null),
          declared("session", "string", "date", null),
          declared("limit", "integer", "1..1000", "100"),
          declared("adjusted", "boolean", null, "false"),
          declared("after", "string", "cursor(time,number,text,date)", null),
          new ApiParameter("id", true, "integer", "1..99", List.of(), null, true));

  @Test
  void whatIsNotGivenIsItsDefaultOrNull() {
    ApiRequest request = request("");
    assertThat(request.parameters())
        .containsEntry("limit", 100L)
        .containsEntry("adjusted", false)
        .containsEntry("symbol", null)
        .containsEntry("id", 7L)
        .containsKeys("after_1", "after_2", "after_3", "after_4")
        .doesNotContainKey("after");
  }

  @ParameterizedTest
  @CsvSource({
    "from=2026-11-20, from, 2026-11-20T05:00:00Z",
    "to=2026-11-20, to, 2026-11-21T05:00:00Z",
    // The clocks go back on 1 November: that day has 25 hours.
    "from=2026-11-01, from, 2026-11-01T04:00:00Z",
    "to=2026-11-01, to, 2026-11-02T05:00:00Z",
    "from=2026-11-20T14:30:00Z, from, 2026-11-20T14:30:00Z",
    "to=2026-11-20T14:30:00.000001-05:00, to, 2026-11-20T14:30:00.000001-05:00"
  })
  void aDateIsAllOfItsDayInNewYorkAndAnInstantIsItself(
      String query, String name, OffsetDateTime value) {
    assertThat(request(query).parameters()).containsEntry(name, value);
  }

  @Test
  void aCursorComesBackAsTheKeyThatItWasMadeOf() {
    String next =
        request("limit=5&symbol=BRK.B")
            .next("[\"2026-11-20T14:30:00.000250Z\",17,\"sí|p\",\"2026-11-20\"]");
    assertThat(next).startsWith("/api/x?limit=5&symbol=BRK.B&after=");
    ApiRequest second = request(next.substring(next.indexOf('?') + 1));
    assertThat(second.parameters())
        .containsEntry("after_1", OffsetDateTime.parse("2026-11-20T14:30:00.000250Z"))
        .containsEntry("after_2", 17L)
        .containsEntry("after_3", "sí|p")
        .containsEntry("after_4", LocalDate.parse("2026-11-20"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=1001",
        "limit=",
        "limit",
        "limit=%31%30%30%30%30",
        "symbol=A,B",
        "symbol=%00",
        "symbol=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "from=2026-11-31",
        "from=2026-11-20T14:30:00",
        "session=2026-11-20T14:30:00Z",
        "adjusted=TRUE",
        "after=e30",
        "after=!",
        "id=7",
        "limit=1&limit=1",
        "%ff%",
        "a=1"
      })
  void whatIsNotAllowedIsABadRequest(String query) {
    assertThatThrownBy(() -> request(query))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | true",
        "br, GZIP;q=0.3 | true",
        "gzip;q=0 | false",
        "gzip;q=0.0 | false",
        "x-gzipped | false",
        "identity | false"
      })
  void gzipIsForWhoAsksForIt(String accepted, boolean gzip) {
    ApiRequest request =
        ApiRequest.read(DECLARED, "/api/x", null, Map.of("id", "7", "Accept-Encoding", accepted));
    assertThat(request.gzip()).isEqualTo(gzip);
  }

  private static ApiRequest request(String query) {
    return ApiRequest.read(DECLARED, "/api/x", query, Map.of("id", "7"));
  }

  private static ApiParameter declared(
      String name, String type, String format, String defaultValue) {
    return new ApiParameter(name, false, type, format, List.of(), defaultValue, false);
  }
}
