package dev.caravan.simulator.alpaca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.SimulatorTestBase;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TradingEndpointTest extends SimulatorTestBase {

  @Test
  void theCalendarListsSessionsWithTheirHours() throws Exception {
    assertThat(client().json("/v2/calendar?start=2026-11-25&end=2026-11-28"))
        .isEqualTo(
            Client.parse(
                "[{\"date\":\"2026-11-25\",\"open\":\"09:30\",\"close\":\"16:00\","
                    + "\"session_open\":\"0400\",\"session_close\":\"2000\","
                    + "\"settlement_date\":\"2026-11-27\"},"
                    + "{\"date\":\"2026-11-27\",\"open\":\"09:30\",\"close\":\"13:00\","
                    + "\"session_open\":\"0400\",\"session_close\":\"1700\","
                    + "\"settlement_date\":\"2026-11-30\"}]"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T17:00:00Z,true,2026-11-23T09:30:00-05:00,2026-11-20T16:00:00-05:00",
    "2026-11-20T21:00:00Z,false,2026-11-23T09:30:00-05:00,2026-11-23T16:00:00-05:00",
    "2026-07-01T12:00:00Z,false,2026-07-01T09:30:00-04:00,2026-07-01T16:00:00-04:00"
  })
  void theClockTellsWhatComesNext(String now, boolean open, String nextOpen, String nextClose)
      throws Exception {
    clock.set(now);
    JsonNode answer = client().json("/v2/clock");

    assertThat(answer.get("is_open").booleanValue()).isEqualTo(open);
    assertThat(answer.get("next_open").asText()).isEqualTo(nextOpen);
    assertThat(answer.get("next_close").asText()).isEqualTo(nextClose);
    assertThat(answer.get("timestamp").asText()).endsWith(nextOpen.substring(19));
  }

  @Test
  void theAssetListIsABareArrayThatCanBeFiltered() throws Exception {
    Client client = client();
    JsonNode all = client.json("/v2/assets");
    JsonNode active = client.json("/v2/assets?status=active&asset_class=us_equity");
    JsonNode inactive = client.json("/v2/assets?status=inactive");

    assertThat(all).hasSize(active.size() + inactive.size());
    assertThat(active.size()).isGreaterThan(3000);
    assertThat(active.findValuesAsText("symbol")).contains("AAPL", "BRK.B", "JPM");
    assertThat(inactive.findValuesAsText("symbol")).allMatch(symbol -> symbol.startsWith("XX"));
    Set<String> exchanges = new TreeSet<>(active.findValuesAsText("exchange"));
    assertThat(exchanges).isEqualTo(new TreeSet<>(List.of("NASDAQ", "NYSE")));
    assertThat(client.json("/v2/assets?asset_class=crypto")).isEmpty();
  }

  @Test
  void everySymbolThatCaravanBeginsWithIsListed() throws Exception {
    Properties settings = new Properties();
    try (InputStream file =
        TradingEndpointTest.class.getResourceAsStream("/application.properties")) {
      settings.load(file);
    }

    assertThat(client().json("/v2/assets?status=active").findValuesAsText("symbol"))
        .contains(settings.getProperty("caravan.symbols").split(","));
  }

  @Test
  void oneAssetIsFoundOrNamedAsUnknown() throws Exception {
    Client client = client();
    JsonNode apple = client.json("/v2/assets/AAPL");

    assertThat(apple.get("name").asText()).isEqualTo("Apple Inc.");
    assertThat(apple.get("exchange").asText()).isEqualTo("NASDAQ");
    assertThat(apple.get("status").asText()).isEqualTo("active");
    HttpResponse<String> unknown = client.get("/v2/assets/ZZZZ");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body())
        .isEqualTo("{\"code\":40410000,\"message\":\"asset not found for ZZZZ\"}");
  }

  @Test
  void aCompanyIsDelistedOrRenamedOnItsDate() throws Exception {
    Client client =
        new Client(
            start(
                options()
                    .withDelisted("PFE", LocalDate.parse("2026-11-20"))
                    .withRenamed("NKE", "SWSH", LocalDate.parse("2026-11-20"))));
    clock.set("2026-11-20T04:59:59Z");
    String nike = client.json("/v2/assets/NKE").get("id").asText();
    List<String> before = client.json("/v2/assets?status=active").findValuesAsText("symbol");
    assertThat(before).contains("PFE", "NKE").doesNotContain("SWSH");

    // Midnight in New York.
    clock.set("2026-11-20T05:00:00Z");
    assertThat(client.json("/v2/assets?status=active").findValuesAsText("symbol"))
        .contains("SWSH", "AAPL")
        .doesNotContain("PFE", "NKE")
        .hasSize(before.size() - 1);
    assertThat(client.json("/v2/assets?status=inactive").findValuesAsText("symbol"))
        .contains("PFE")
        .doesNotContain("NKE");
    assertThat(client.json("/v2/assets/SWSH").get("id").asText()).isEqualTo(nike);
    assertThat(client.json("/v2/assets/SWSH").get("name").asText()).isEqualTo("NIKE, Inc.");

    // The last bars of both are the day before's; the new symbol has those of the past as well.
    clock.set("2026-11-20T22:00:00Z");
    JsonNode bars =
        client
            .json(BARS + "symbols=PFE,NKE,SWSH&timeframe=1Day&start=2026-11-18&end=2026-11-20")
            .get("bars");
    assertThat(bars.get("PFE").findValuesAsText("t"))
        .containsExactly("2026-11-18T05:00:00Z", "2026-11-19T05:00:00Z");
    assertThat(bars.get("NKE").findValuesAsText("t"))
        .containsExactly("2026-11-18T05:00:00Z", "2026-11-19T05:00:00Z");
    assertThat(bars.get("SWSH").findValuesAsText("t"))
        .containsExactly("2026-11-18T05:00:00Z", "2026-11-19T05:00:00Z", "2026-11-20T05:00:00Z");
    assertThat(bars.get("SWSH").findValuesAsText("c").subList(0, 2))
        .isEqualTo(bars.get("NKE").findValuesAsText("c"));
  }

  @Test
  void withoutAKeyTheTradingHostAnswersInJson() throws Exception {
    Client client = client();
    HttpResponse<String> response = client.send(client.request("/v2/clock").build());

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(Client.parse(response.body()).get("code").intValue()).isEqualTo(40_310_000);
  }
}
