package dev.caravan.routes;

import static dev.caravan.support.Canned.fixture;
import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.flow.Tally;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** News by REST: what is asked for, what stands in the tables, and what goes wrong. */
class NewsIT extends CaravanTestSupport {
  private static final String NOTHING = "{\"news\":[],\"next_page_token\":null}";
  private static final String NO_HEADLINES =
      "{\"status\":\"ok\",\"totalResults\":0,\"articles\":[]}";
  private static final String KEY = "n3wsK3yOfTheTest";

  private final Canned alpaca = new Canned();
  private final Canned newsapi = new Canned();

  NewsIT() {
    set("caravan.alpaca.data-url", alpaca.url());
    set("caravan.alpaca.key-id", "AKTESTKEY");
    set("caravan.alpaca.secret-key", "s3cr3tOfTheTest");
    set("caravan.newsapi.url", newsapi.url());
    set("caravan.newsapi.key", KEY);
  }

  @BeforeEach
  void forget() {
    alpaca.reset();
    newsapi.reset();
    newsapi.on("/v2/top-headlines", ok(NO_HEADLINES));
  }

  @AfterAll
  void close() {
    alpaca.close();
    newsapi.close();
  }

  @Test
  void allPagesOfTheLastSevenDaysAreStoredExactlyAsSent() {
    alpaca
        .on("page_token=MTc2MzU0NDAw", ok(page(item(41799102, "the last", "2025-11-19T09:30:00Z"))))
        .on("/v1beta1/news", ok(fixture("news/alpaca-page.json")));
    newsapi.on("/v2/top-headlines", ok(fixture("news/newsapi-page.json")));

    Map<String, Object> run = run("news-load");

    assertThat(run)
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 5)
        .containsEntry("stored", 5)
        .containsEntry("error", null);
    assertThat(steps(run))
        .containsExactly("alpaca-news succeeded 3", "newsapi-headlines succeeded 2");
    assertThat(
            Duration.between(
                Instant.parse(parameter(alpaca.asked().get(0), "start")),
                Instant.parse(parameter(alpaca.asked().get(0), "end"))))
        .isEqualTo(Duration.ofDays(7));
    assertThat(alpaca.asked()).hasSize(2);
    assertThat(
            database.query(
                "select headline, content, url, array_to_string(symbols, ' ') as symbols,"
                    + " (updated_at at time zone 'UTC')::text as updated_at, as_sent is null as exact"
                    + " from news_articles where article_id = '41799100'"))
        .containsExactly(
            Map.of(
                "headline", "Caravan \"Doubles\" Its <b>Outlook</b> — naïve 中文 🐫",
                "content", "<p>It's <script>alert('x')</script> &amp; more\r\n</p>",
                "url", "https://news.example/41799100?a=1&b='2'",
                "symbols", "AAPL BRK.B BTCUSD",
                "updated_at", "2025-11-19 09:18:02.5",
                "exact", true));
    assertThat(
            database.query(
                "select source, headline from news_articles where symbols && array['BRK.B', 'MSFT']"))
        .as("found by symbol")
        .hasSize(1);
    assertThat(
            database.value(
                "select content from news_articles where source = 'newsapi' and content is not null"))
        .isEqualTo("It's the third time\r\nthis year… [+2345 chars]");
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void theNextReadingBeginsBeforeTheLastEditionAndStoresNothingTwice() {
    alpaca.on("/v1beta1/news", ok(page(item(1, "one", "2025-11-19T09:30:00Z"))));
    run("news-load");
    Map<String, Object> again = run("news-load");

    assertThat(parameter(alpaca.asked().get(1), "start")).isEqualTo("2025-11-19T09:15:00Z");
    assertThat(again).containsEntry("status", "succeeded").containsEntry("stored", 1);
    assertThat(database.query("select revision from news_articles"))
        .containsExactly(Map.of("revision", 0));
    assertThat(database.count("select count(*) from news_revisions")).isZero();
  }

  @Test
  void anEditReplacesTheArticleAndAnOlderEditionNever() {
    alpaca.on(
        "/v1beta1/news",
        ok(page(item(1, "first", "2025-11-19T09:30:00Z"))),
        ok(page(item(1, "edited", "2025-11-19T09:40:00Z"))),
        ok(page(item(1, "late", "2025-11-19T09:35:00Z"))));
    run("alpaca-news");
    run("alpaca-news");
    run("alpaca-news");

    assertThat(database.query("select headline, revision from news_articles"))
        .containsExactly(Map.of("headline", "edited", "revision", 1));
    assertThat(
            database.query(
                "select headline, revision, (updated_at at time zone 'UTC')::text as updated_at"
                    + " from news_revisions"))
        .containsExactly(
            Map.of("headline", "first", "revision", 0, "updated_at", "2025-11-19 09:30:00"));
  }

  @Test
  void aMalformedArticleIsADeadLetterAndItsSiblingsAreStored() {
    String malformed = "{\"id\":7,\"headline\":\"no \\u0000 time \\ud83d\"}";
    alpaca.on("/v1beta1/news", ok(page(item(1, "good", "2025-11-19T09:30:00Z"), malformed)));
    Map<String, Object> run = run("alpaca-news");

    assertThat(run)
        .containsEntry("status", "partial")
        .containsEntry("expected", 2)
        .containsEntry("stored", 1)
        .containsEntry("error", "1 of 2 articles were not served: malformed, see dead_letters");
    run("alpaca-news");
    assertThat(database.query("select route_id, symbol, reason, payload, times from dead_letters"))
        .containsExactly(
            Map.of(
                "route_id", "alpaca-news",
                "symbol", "*",
                "reason", "Missing required data: created_at of article 7",
                "payload", malformed.replace("d83d", "D83D"),
                "times", 2));
    assertThat(database.query("select headline from news_articles"))
        .containsExactly(Map.of("headline", "good"));
  }

  @Test
  void whatPostgresqlCannotHoldIsKeptBesideAsItWasSent() {
    alpaca.on("/v1beta1/news", ok(page(item(1, "a\\u0000b \\ud83d", "2025-11-19T09:30:00Z"))));
    assertThat(run("alpaca-news")).containsEntry("status", "succeeded");

    Map<String, Object> article =
        database.query("select headline, as_sent from news_articles").get(0);
    assertThat(article.get("headline")).isEqualTo("a␀b �");
    assertThat(article.get("as_sent").toString()).contains("\"headline\":\"a\\u0000b \\uD83D\"");
  }

  @Test
  void aFailureInTheMiddleKeepsWholePagesAndTheNextRunGoesOnFromThere() {
    alpaca
        .on("page_token=two", status(403, "{\"message\":\"no\"}"))
        .on(
            "/v1beta1/news",
            ok(
                "{\"news\":["
                    + item(1, "one", "2025-11-19T09:30:00Z")
                    + "],\"next_page_token\":\"two\"}"));
    assertThat(run("alpaca-news"))
        .containsEntry("status", "partial")
        .containsEntry("stored", 1)
        .extractingByKey("error")
        .asString()
        .contains("alpaca refused the request with status 403");
    assertThat(database.query("select symbol from dead_letters"))
        .containsExactly(Map.of("symbol", "*"));

    alpaca.reset();
    alpaca.on("/v1beta1/news", ok(page(item(2, "two", "2025-11-19T09:50:00Z"))));
    assertThat(run("alpaca-news")).containsEntry("status", "succeeded");
    assertThat(parameter(alpaca.asked().get(0), "start")).isEqualTo("2025-11-19T09:15:00Z");
    assertThat(database.count("select count(*) from news_articles")).isEqualTo(2);
  }

  @Test
  void noArticleAtAllIsASuccessThatSaysSo() {
    alpaca.on("/v1beta1/news", ok(NOTHING));
    Map<String, Object> run = run("news-load");

    assertThat(run)
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 0)
        .containsEntry("stored", 0);
    assertThat(run.get("error").toString())
        .startsWith("alpaca-news: no article was published or edited from 20");
    assertThat(database.value("select error from flow_runs where flow = 'newsapi-headlines'"))
        .isEqualTo("the list of top headlines is empty");
  }

  @Test
  void newsapiIsAskedWithTheKeyInItsHeaderAloneAndAskedOnce() {
    alpaca.on("/v1beta1/news", ok(NOTHING));
    run("news-load");

    assertThat(newsapi.asked()).hasSize(1);
    assertThat(newsapi.asked().get(0).uri())
        .isEqualTo("/v2/top-headlines?country=us&category=business&pageSize=100&page=1");
    assertThat(newsapi.asked().get(0).headers().get("X-api-key")).containsExactly(KEY);
    assertThat(newsapi.asked().get(0).headers().toString()).doesNotContain("AKTESTKEY");
  }

  @Test
  void pagesBeyondThePlanEndTheHeadlinesWithoutAFault() {
    String article = "{\"title\":\"t\",\"url\":\"u\",\"publishedAt\":\"2025-11-19T08:30:00Z\"}";
    newsapi.reset();
    newsapi
        .on("page=1", ok("{\"status\":\"ok\",\"totalResults\":180,\"articles\":[" + article + "]}"))
        .on("page=2", status(426, "{\"status\":\"error\",\"code\":\"maximumResultsReached\"}"));

    assertThat(run("newsapi-headlines"))
        .containsEntry("status", "succeeded")
        .containsEntry("stored", 1);
    assertThat(newsapi.asked()).hasSize(2);
  }

  @Test
  void aKeyThatIsRefusedSaysWhatToDoAndIsNeverShownAndAlpacaIsStillRead() {
    alpaca.on("/v1beta1/news", ok(page(item(1, "one", "2025-11-19T09:30:00Z"))));
    newsapi.reset();
    newsapi.on(
        "/v2",
        status(
            401,
            "{\"status\":\"error\",\"code\":\"apiKeyInvalid\",\"message\":\"Your API key is invalid\"}"));

    Map<String, Object> run = run("news-load");
    assertThat(run).containsEntry("status", "failed");
    assertThat(run.get("error").toString())
        .startsWith("newsapi-headlines: ")
        .contains("see caravan.newsapi.key (apiKeyInvalid)");
    assertThat(newsapi.asked()).hasSize(1);
    assertThat(database.count("select count(*) from news_articles")).isEqualTo(1);
    assertThat(
            database
                .query(
                    "select to_jsonb(d)::text as row from dead_letters d"
                        + " union all select to_jsonb(r)::text from flow_runs r")
                .toString())
        .doesNotContain(KEY);
  }

  @Test
  void aUsedUpQuotaPausesNewsapiForAnHourAndAsksForNothingMore() {
    newsapi.reset();
    newsapi.on("/v2", status(429, "{\"status\":\"error\",\"code\":\"rateLimited\"}"));

    assertThat(run("newsapi-headlines"))
        .containsEntry("status", "failed")
        .extractingByKey("error")
        .asString()
        .contains("Rate limit exceeded: newsapi, next try at ");
    run("newsapi-headlines");
    assertThat(newsapi.asked()).hasSize(1);
    assertThat(
            database.count(
                "select count(*) from request_budgets where account = 'newsapi'"
                    + " and paused_until between now() + interval '50 min' and now() + interval '61 min'"))
        .isEqualTo(1);
  }

  @Test
  void aRunThatHasNobodyToAskIsSkippedAndSaysWhatToSet() {
    Exchange begun =
        template.request(
            "direct:begin-run",
            run -> {
              run.setVariable("flow", "news-load");
              run.getMessage().setHeader("parent_run_id", null);
              run.getMessage().setHeader("trigger", "schedule");
            });
    Exchange nobody = template.request("direct:news-load-nobody", run -> {});
    template.request(
        "direct:finish-run",
        run -> {
          run.setVariable("flow", "news-load");
          run.setVariable("run", begun.getVariable("run"));
          run.setVariable("tally", nobody.getMessage().getBody(Tally.class));
        });

    assertThat(database.query("select status, error from flow_runs"))
        .containsExactly(
            Map.of(
                "status",
                "skipped",
                "error",
                "no source of news has a key: set APCA_API_KEY_ID and APCA_API_SECRET_KEY, or"
                    + " CARAVAN_NEWSAPI_KEY"));
  }

  private List<String> steps(Map<String, Object> parent) {
    return database
        .query(
            "select concat_ws(' ', flow, status, stored) as step from flow_runs"
                + " where parent_run_id = "
                + parent.get("run_id")
                + " order by run_id")
        .stream()
        .map(row -> row.get("step").toString())
        .toList();
  }

  private static String parameter(Canned.Asked asked, String name) {
    for (String pair : URI.create(asked.uri()).getQuery().split("&")) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    throw new AssertionError("no " + name + " in " + asked.uri());
  }

  private static String page(String... items) {
    return "{\"news\":[" + String.join(",", items) + "],\"next_page_token\":null}";
  }

  /** The headline is JSON already, without its quotes. */
  private static String item(long id, String headline, String updatedAt) {
    return "{\"id\":"
        + id
        + ",\"headline\":\""
        + headline
        + "\",\"author\":\"A\",\"created_at\":\"2025-11-19T09:00:00Z\",\"updated_at\":\""
        + updatedAt
        + "\",\"summary\":\"\",\"content\":\"\",\"url\":null,\"images\":[],\"symbols\":[\"AAPL\"],"
        + "\"source\":\"benzinga\"}";
  }
}
