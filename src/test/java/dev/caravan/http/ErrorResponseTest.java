package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ErrorResponseTest {
  @Test
  void itIsAProblemDocument() throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(new ErrorResponse(403, "Say \"please\".").problem()))
        .isEqualTo(
            json.readTree(
                "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
                    + "\"detail\":\"Say \\\"please\\\".\"}"));
  }
}
