package dev.caravan.simulator.yahoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Yahoo serves for a cookie and a crumb alone: many quotes at once, and companies. */
class CrumbTest extends SimulatorTestBase {
  private static final String QUOTES = "/v7/finance/quote?symbols=";
  private static final String SUMMARY = "/v10/finance/quoteSummary/";
  private static final String MODULES = "?modules=assetProfile,quoteType";

  private final Simulator simulator = start(options());
  private final Client client = new Client(simulator);

  @Test
  void theRootSetsACookieAndTheCookieGivesACrumb() throws Exception {
    assertThat(client.get("/").headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("A3=d=")
        .contains("; Path=/");
    HttpResponse<String> crumb = get("/v1/test/getcrumb");
    assertThat(crumb.statusCode()).isEqualTo(200);
    assertThat(crumb.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(crumb.body()).matches("[!-~]{8,30}");

    HttpResponse<String> without = client.get("/v1/test/getcrumb");
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.body())
        .isEqualTo(
            "{\"finance\":{\"result\":null,\"error\":{\"code\":\"Unauthorized\",\"description\":"
                + "\"Invalid Cookie\"}}}");
  }

  @Test
  void thePageOfAQuoteSetsTheSameCookieAsTheRoot() throws Exception {
    assertThat(client.get("/quote/AAPL").headers().firstValue("Set-Cookie"))
        .isEqualTo(client.get("/").headers().firstValue("Set-Cookie"));
  }

  @ParameterizedTest
  @CsvSource({
    "AAPL, us_market",
    "SPY, us_market",
    "^GSPC, us_market",
    "GC=F, us24_market",
    "SAP.DE, de_market"
  })
  void aQuoteNamesItsMarket(String symbol, String market) throws Exception {
    String encoded = URLEncoder.encode(symbol, StandardCharsets.UTF_8);
    assertThat(json(QUOTES + encoded + crumb()).at("/quoteResponse/result/0/market").asText())
        .isEqualTo(market);
  }

  @Test
  void crumbsAreRefusedOnDemand() throws Exception {
    Client refused = new Client(start(options().withYahooCrumbs(false)));
    assertThat(
            refused
                .send(
                    refused
                        .request("/v1/test/getcrumb")
                        .header("User-Agent", "Mozilla/5.0")
                        .header("Cookie", cookie())
                        .build())
                .statusCode())
        .isEqualTo(401);
    assertThat(refused.get("/v8/finance/chart/AAPL?range=1d").statusCode()).isEqualTo(200);
  }

  @Test
  void quotesAndCompaniesWantTheCookieAndACrumbThatIsStillGood() throws Exception {
    for (String target : new String[] {QUOTES + "AAPL", SUMMARY + "AAPL" + MODULES}) {
      assertThat(client.get(target).statusCode()).isEqualTo(401);
      assertThat(client.get(target).body()).contains("\"description\":\"Invalid Crumb\"");
      assertThat(client.get(target + crumb()).statusCode()).as("no cookie").isEqualTo(401);
      assertThat(get(target + "&crumb=other").statusCode()).isEqualTo(401);
      String crumb = crumb();
      assertThat(get(target + crumb).statusCode()).isEqualTo(200);
      simulator.expireCrumbs();
      assertThat(get(target + crumb).statusCode()).isEqualTo(401);
      assertThat(get(target + crumb()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aQuoteSaysWhatTheHeadOfTheChartSays() throws Exception {
    JsonNode quotes = json(QUOTES + "BRK-B,%5EGSPC,SAP.DE" + crumb()).get("quoteResponse");
    assertThat(quotes.get("error").isNull()).isTrue();
    assertThat(quotes.get("result")).hasSize(3);
    for (JsonNode quote : quotes.get("result")) {
      String symbol = quote.get("symbol").textValue();
      JsonNode meta =
          client.chart(URLEncoder.encode(symbol, StandardCharsets.UTF_8) + "?range=1d").get("meta");
      for (String field :
          new String[] {
            "regularMarketPrice", "regularMarketTime", "regularMarketVolume", "currency"
          }) {
        assertThat(quote.get(field))
            .as(symbol + " " + field)
            .isNotNull()
            .isEqualTo(meta.get(field));
      }
      assertThat(quote.get("quoteType")).isEqualTo(meta.get("instrumentType"));
    }
  }

  @Test
  void whatYahooKnowsNoMoreHasNoPriceAndWhatIsNoSymbolIsAbsent() throws Exception {
    JsonNode result = json(QUOTES + "ZZZZX,A*B,AAPL,AAPL" + crumb()).at("/quoteResponse/result");
    assertThat(result).hasSize(2);
    assertThat(result.get(0).get("symbol").textValue()).isEqualTo("ZZZZX");
    assertThat(result.get(0).get("quoteType").textValue()).isEqualTo("NONE");
    assertThat(result.get(0).has("regularMarketPrice")).isFalse();
    assertThat(result.get(1).get("symbol").textValue()).isEqualTo("AAPL");
    assertThat(get(QUOTES + crumb()).statusCode()).isEqualTo(400);
  }

  @Test
  void aShareHasACompanyWithOfficersOfWhomNotAllIsKnown() throws Exception {
    String target = SUMMARY + "AAPL" + MODULES + crumb();
    JsonNode result = json(target).at("/quoteSummary/result/0");
    assertThat(result.at("/quoteType/longName").textValue()).isEqualTo("Apple Inc.");
    JsonNode profile = result.get("assetProfile");
    assertThat(profile.get("fullTimeEmployees").intValue()).isPositive();
    for (String field : new String[] {"sector", "industry", "country", "website"}) {
      assertThat(profile.get(field).textValue()).as(field).isNotBlank();
    }
    assertThat(profile.get("longBusinessSummary").textValue()).contains("\"", "<", "’", "\n");
    assertThat(profile.get("companyOfficers")).hasSize(3);
    assertThat(profile.at("/companyOfficers/0/totalPay/raw").intValue()).isPositive();
    assertThat(profile.at("/companyOfficers/1").has("age")).isFalse();
    assertThat(get(target).body()).as("the same again").isEqualTo(get(target).body());
  }

  @Test
  void whatIsNoShareHasNoCompanyAndWhatIsUnknownHasNothing() throws Exception {
    JsonNode index = json(SUMMARY + "%5EGSPC" + MODULES + crumb()).at("/quoteSummary/result/0");
    assertThat(index.has("quoteType")).isTrue();
    assertThat(index.has("assetProfile")).isFalse();

    HttpResponse<String> none = get(SUMMARY + "%5EGSPC?modules=assetProfile" + crumb());
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.body())
        .isEqualTo(
            "{\"quoteSummary\":{\"result\":null,\"error\":{\"code\":\"Not Found\",\"description\":\"No"
                + " fundamentals data found for any of the summaryTypes=assetProfile\"}}}");
    HttpResponse<String> unknown = get(SUMMARY + "ZZZZX" + MODULES + crumb());
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("Quote not found for ticker symbol: ZZZZX");
  }

  @Test
  void faultsMeetTheseRequestsToo() throws Exception {
    String crumb = crumb();
    simulator.addFault(Fault.of(Provider.YAHOO, Fault.Kind.EMPTY).times(2));
    assertThat(json(QUOTES + "AAPL" + crumb).at("/quoteResponse/result")).isEmpty();
    assertThat(json(SUMMARY + "AAPL" + MODULES + crumb).at("/quoteSummary/result")).isEmpty();
    simulator.addFault(Fault.status(Provider.YAHOO, 503).matching("getcrumb").times(1));
    assertThat(get("/v1/test/getcrumb").statusCode()).isEqualTo(503);
  }

  private String cookie() throws Exception {
    return client.get("/").headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
  }

  private String crumb() throws Exception {
    return "&crumb=" + URLEncoder.encode(get("/v1/test/getcrumb").body(), StandardCharsets.UTF_8);
  }

  private JsonNode json(String target) throws Exception {
    return Client.parse(get(target).body());
  }

  private HttpResponse<String> get(String target) throws Exception {
    return client.send(
        client
            .request(target)
            .header("User-Agent", "Mozilla/5.0")
            .header("Cookie", cookie())
            .build());
  }
}
