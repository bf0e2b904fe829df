package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RefusalTest {
  @Test
  void it_is_a_problem_document() throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(new Refusal(403, "Say \"please\".").problem()))
        .isEqualTo(
            json.readTree(
                "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
                    + "\"detail\":\"Say \\\"please\\\".\"}"));
  }
}
