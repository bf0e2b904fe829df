package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SheetTest {
  @Test
  void everyTableOfTheRaceHasItsPlaceInTheDocument() throws IOException {
    String document = Files.readString(Path.of("docs/performance.md"));

    assertThat(
            Pattern.compile("<!-- race: ([\\w-]+) -->\n.*?<!-- end -->", Pattern.DOTALL)
                .matcher(document)
                .results()
                .map((MatchResult place) -> place.group(1)))
        .containsExactlyInAnyOrderElementsOf(Sheet.names());
  }

  @Test
  void aTableTakesThePlaceOfTheOneBeforeAndLeavesTheRest() {
    assertThat(
            Sheet.recorded(
                "a\n<!-- race: lag -->\nold\n$1\n<!-- end -->\nb\n<!-- race: soak -->\nc\n<!-- end -->\n",
                "lag",
                "new $2\n"))
        .isEqualTo(
            "a\n<!-- race: lag -->\nnew $2\n<!-- end -->\nb\n<!-- race: soak -->\nc\n<!-- end -->\n");
    assertThatThrownBy(() -> Sheet.recorded("a\n", "lag", "new\n"))
        .hasMessageContaining("<!-- race: lag -->");
  }
}
