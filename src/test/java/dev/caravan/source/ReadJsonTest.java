package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.runtime.CaravanRuntime;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged route read-json, with the packaged mapper. */
class ReadJsonTest {
  private static final Main CAMEL = new Main();
  private static ProducerTemplate template;

  @BeforeAll
  static void startTheRoute() throws Exception {
    CAMEL.setDefaultPropertyPlaceholderLocation(CaravanRuntime.PACKAGED);
    CAMEL.addOverrideProperty(
        "camel.main.routesIncludePattern", "classpath:routes/templates/source.camel.yaml");
    // The pool is made but never asked for a connection.
    CAMEL.addOverrideProperty("caravan.internal.jdbc-url", "jdbc:postgresql://127.0.0.1:1/none");
    CAMEL.addOverrideProperty("caravan.internal.jdbc-user", "nobody");
    CAMEL.addOverrideProperty("caravan.internal.jdbc-password", "");
    CAMEL.start();
    template = CAMEL.getCamelContext().createProducerTemplate();
  }

  @AfterAll
  static void stopTheRoute() throws Exception {
    template.close();
    CAMEL.stop();
  }

  @Test
  void anAnswerBecomesATreeThatKeepsEveryDigit() {
    JsonNode json =
        read("{\"a\":1.2999999523162842,\"b\":100.10,\"c\":123456789012345678}", "AAPL")
            .getMessage()
            .getBody(JsonNode.class);
    assertThat(json.path("a").decimalValue()).hasToString("1.2999999523162842");
    assertThat(json.path("b").decimalValue()).hasToString("100.10");
    assertThat(json.path("c").longValue()).isEqualTo(123456789012345678L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "null", "12", "\"Too Many Requests\""})
  void anyJsonIsJson(String body) {
    Exchange read = read(body, "AAPL");
    assertThat(read.getException()).isNull();
    assertThat(read.getMessage().getBody(JsonNode.class)).hasToString(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"chart\":",
        "{\"chart\":{\"result\":[{\"meta\":{\"cur",
        "{\"bars\":{\"AAPL\":[{\"t\":",
        "{\"a\":1} {\"a\":2}",
        "{\"a\":NaN}",
        "[1,",
        "{\"a\":01}",
        "<p>",
        "Too Many Requests"
      })
  void whatIsCutOffDoubledOrNoJsonIsQuoted(String body) {
    assertThat(read(body, "AAPL").getException())
        .isInstanceOf(MissingDataException.class)
        .hasMessage("Missing required data: JSON of AAPL (the answer is not JSON: " + body + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>401</html>",
        "<html>Will be right back</html>",
        "<!DOCTYPE html><html lang=de><title>Yahoo ist Teil der Yahoo Markenfamilie</title>"
      })
  void aPageIsNamedAsOne(String body) {
    assertThat(read(body, "AAPL").getException())
        .isInstanceOf(MissingDataException.class)
        .hasMessageStartingWith(
            "Missing required data: JSON of AAPL (the answer is a web page, which asks for consent"
                + " or comes from a proxy in between: "
                + body.substring(0, 16));
  }

  @Test
  void aPageIsQuotedTo80CharactersOnOneLine() {
    assertThat(read("<html>\n" + "a".repeat(500), "AAPL").getException())
        .hasMessage(
            "Missing required data: JSON of AAPL (the answer is a web page, which asks for consent or"
                + " comes from a proxy in between: <html> "
                + "a".repeat(73)
                + ")");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \n"})
  void anEmptyAnswerSaysSo(String body) {
    assertThat(read(body, "AAPL").getException())
        .isInstanceOf(MissingDataException.class)
        .hasMessage("Missing required data: JSON of AAPL (the answer is empty)");
  }

  @Test
  void anAnswerNestedTooDeepIsRefusedAndBreaksNothing() {
    assertThat(read("[".repeat(100_000), "AAPL").getException())
        .isInstanceOf(MissingDataException.class);
  }

  @Test
  void theAnswerToABatchNamesItsFirstSymbol() {
    assertThat(read("<p>", "AAPL,BRK.B,SPY").getException())
        .hasMessage("Missing required data: JSON of AAPL and 2 more (the answer is not JSON: <p>)");
  }

  private static Exchange read(String answer, String symbols) {
    return template.request(
        "direct:read-json",
        exchange -> exchange.setVariable("answer", SourceAnswer.kept(answer, symbols)));
  }
}
