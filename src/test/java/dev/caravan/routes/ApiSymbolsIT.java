package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.support.ApiAnswers;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Symbols added and removed over real HTTP, by whoever may and by a viewer. */
class ApiSymbolsIT extends CaravanTestSupport {
  private final int port = TestDatabase.freePort();
  private final Web web = Web.at(port).as("ali", "open-sesame-7731");
  private final Web viewer = Web.at(port).as("cassim", "look-around-2204");

  ApiSymbolsIT() {
    set("caravan.http.port", Integer.toString(port));
    set("caravan.http.user", "ali");
    set("caravan.http.password", "open-sesame-7731");
    set("caravan.http.viewer-user", "cassim");
    set("caravan.http.viewer-password", "look-around-2204");
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.schedule.repair", "off");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withJMX(false);
  }

  @Test
  void ofEachSymbolTheAnswerSaysWhatBecameOfIt() throws IOException {
    symbols("AAPL", "OLD");
    database.execute("update symbols set status = 'inactive' where symbol = 'OLD'");
    database.execute(
        "insert into listed_assets (symbol, id, name, exchange, status, tradable)"
            + " select unnest, 'id of ' || unnest, unnest, 'NYSE', 'active', true"
            + " from unnest('{AAPL,OLD,BRK.B}'::text[])");

    HttpResponse<String> answer =
        web.post(
            "/api/symbols",
            "{\"symbols\": [\"aapl\", \"OLD\", \"brk-b\", \"ZZZZX\", \"^gspc\", \"A/B\", \"AAPL\"]}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"outcome\":\"known\",\"detail\":\"already there\",\"unlisted\":false},"
                + "{\"symbol\":\"OLD\",\"outcome\":\"reactivated\",\"detail\":\"active again\",\"unlisted\":false},"
                + "{\"symbol\":\"BRK.B\",\"outcome\":\"added\",\"detail\":\"added (Yahoo: BRK-B)\",\"unlisted\":false},"
                + "{\"symbol\":\"ZZZZX\",\"outcome\":\"added\",\"detail\":\"added, but it is not in Alpaca's"
                + " newest list: is it spelled correctly?\",\"unlisted\":true},"
                + "{\"symbol\":\"^GSPC\",\"outcome\":\"added\",\"detail\":\"added, of Yahoo alone\",\"unlisted\":true},"
                + "{\"symbol\":null,\"outcome\":\"misspelt\",\"detail\":\"'A/B' is not a symbol: up to 32 letters,"
                + " digits, . - and = are allowed, and a leading ^ for an index; a share class is written BRK.B, a"
                + " pair of currencies as Yahoo does: BTC-USD\",\"unlisted\":false}]");
    assertThat(database.query("select symbol from symbols where status = 'active' order by 1"))
        .extracting(row -> row.get("symbol"))
        .containsExactlyInAnyOrder("AAPL", "BRK.B", "OLD", "ZZZZX", "^GSPC");
  }

  @Test
  void aSymbolThatIsRemovedKeepsItsRows() throws IOException {
    symbols("AAPL", "^GSPC");
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final)"
            + " values ('yahoo', '-', 'AAPL', '1Day', '2026-11-20 05:00+00', 1, 1, 1, 1, true)");

    assertThat(ApiAnswers.text(web.ask("DELETE", "/api/symbols/aapl")))
        .isEqualTo(
            "{\"symbol\":\"AAPL\",\"outcome\":\"removed\",\"detail\":\"inactive now; its rows are kept\"}");
    assertThat(ApiAnswers.text(web.ask("DELETE", "/api/symbols/AAPL")))
        .contains("was inactive already");
    assertThat(web.ask("DELETE", "/api/symbols/%5EGSPC").statusCode()).isEqualTo(200);
    assertThat(database.query("select symbol, status, status_by from symbols order by 1"))
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "{symbol=AAPL, status=inactive, status_by=person}",
            "{symbol=^GSPC, status=inactive, status_by=person}");
    assertThat(database.count("select count(*) from bars")).isEqualTo(1);

    HttpResponse<byte[]> unknown = web.ask("DELETE", "/api/symbols/NOPE");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(ApiAnswers.read(unknown).path("detail").asText())
        .isEqualTo("There is no symbol NOPE.");
    HttpResponse<byte[]> misspelt = web.ask("DELETE", "/api/symbols/A;B!");
    assertThat(misspelt.statusCode()).isEqualTo(400);
    assertThat(ApiAnswers.read(misspelt).path("detail").asText()).contains("is not a symbol");
    assertThat(web.ask("DELETE", "/api/symbols/AAPL?all=true").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | | The body is empty",
        "` ` | | The body is empty",
        "null | | not a JSON object",
        "[] | | not a JSON object",
        "AAPL | | not a JSON object",
        "{\"symbols\": [\"AAPL\"] | | not a JSON object",
        "{\"symbols\": [\"AAPL\"]} {} | | not a JSON object",
        "{} | symbols | an array of symbols",
        "{\"symbols\": []} | symbols | an array of symbols",
        "{\"symbols\": [null]} | symbols | an array of symbols",
        "{\"symbols\": \"AAPL\"} | symbols | of another kind",
        "{\"symbols\": [1]} | symbols | of another kind",
        "{\"symbols\": [[\"AAPL\"]]} | symbols | of another kind",
        "{\"symbols\": [\"\"]} | symbols | There is no symbol in it",
        "{\"symbols\": [\"A/B\", \"$\"]} | symbols | 'A/B' is not a symbol",
        "{\"symbol\": [\"AAPL\"]} | symbol | there are symbols.",
        "{\"symbols\": [\"AAPL\"], \"status\": \"x\"} | status | there are symbols.",
        "{\"symbols\": [\"AAPL\"], \"symbols\": [\"MSFT\"]} | | not a JSON object"
      })
  void aBodyThatIsNotMeantIsRefusedAndAddsNothing(String body, String parameter, String detail)
      throws IOException {
    refused(web.post("/api/symbols", body), 400, parameter, detail);
    assertThat(database.count("select count(*) from symbols")).isZero();
  }

  @Test
  void tooManySymbolsAreRefused() throws IOException {
    String many =
        IntStream.range(0, 1001).mapToObj(n -> "\"S" + n + "\"").collect(Collectors.joining(","));
    refused(web.post("/api/symbols", "{\"symbols\": [" + many + "]}"), 400, "symbols", "1000");
    refused(web.post("/api/symbols?symbols=AAPL", "{\"symbols\": [\"AAPL\"]}"), 400, "symbols", "");
    assertThat(database.count("select count(*) from symbols")).isZero();
  }

  @Test
  void aViewerAndAPageOfAnotherSiteChangeNothing() {
    symbols("AAPL");
    assertThat(viewer.post("/api/symbols", "{\"symbols\": [\"MSFT\"]}").statusCode())
        .isEqualTo(403);
    assertThat(viewer.ask("DELETE", "/api/symbols/AAPL").statusCode()).isEqualTo(403);
    assertThat(web.ask("DELETE", "/api/symbols/AAPL", "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(database.query("select symbol, status from symbols"))
        .extracting(Object::toString)
        .containsExactly("{symbol=AAPL, status=active}");
  }

  private static void refused(
      HttpResponse<String> answer, int status, String parameter, String detail) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode problem = new ObjectMapper().readTree(answer.body());
    assertThat(problem.path("parameter").asText(null)).isEqualTo(parameter);
    assertThat(problem.path("detail").asText()).contains(detail);
  }
}
