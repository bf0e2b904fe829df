package dev.caravan.news;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.caravan.console.Canned;
import dev.caravan.market.Article;
import dev.caravan.market.ArticlePage;
import dev.caravan.market.MissingDataException;
import dev.caravan.market.Read;
import dev.caravan.market.Refused;
import dev.caravan.market.RequestRefusedException;
import dev.caravan.market.SourceFailedException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewsApiTest {

  @Test
  void the_business_headlines_of_the_only_documented_country_are_asked_for() {
    assertThat(NewsApi.query(2)).isEqualTo("country=us&category=business&pageSize=100&page=2");
  }

  @Test
  void every_text_is_kept_as_sent_and_what_was_removed_is_no_article() {
    ArticlePage page = NewsApi.page(Read.json(Canned.fixture("news/newsapi-page.json")), 1);

    assertThat(page.articles())
        .containsExactly(
            new Article(
                "newsapi",
                // printf %s 'https://news.example/rates?x=1&y=2' | sha256sum
                "09a130b38e956a8e3f4b7406230c0c9e8543b219761460e12c05b00eee3af63c",
                "Rates \"rise\" <i>again</i> — naïve 中文 🐫 - The Example",
                null,
                "It's the third time\r\nthis year… [+2345 chars]",
                "https://www.facebook.com/example",
                "https://news.example/rates?x=1&y=2",
                "The Example",
                Instant.parse("2025-11-19T10:00:00Z"),
                Instant.parse("2025-11-19T10:00:00Z"),
                List.of(),
                null),
            new Article(
                "newsapi",
                "948e3171836e0030c01ede223d1c94ffa9ddd1a674affb9897da68b876ac8f4e",
                "Quiet day",
                "Nothing happened.",
                null,
                null,
                "https://news.example/quiet",
                "Other",
                Instant.parse("2025-11-19T08:30:00Z"),
                Instant.parse("2025-11-19T08:30:00Z"),
                List.of(),
                null));
    assertThat(page.refused()).isEmpty();
    assertThat(page.nextPage()).isNull();
  }

  @Test
  void a_malformed_article_is_refused_with_its_reason_and_its_sibling_is_taken() {
    String malformed =
        "{\"title\":null,\"url\":\"https://news.example/quiet\","
            + "\"publishedAt\":\"2025-11-19T08:30:00Z\"}";
    ArticlePage page =
        page(
            2,
            malformed,
            "{\"title\":\"good\",\"url\":\"u\",\"publishedAt\":\"2025-11-19T08:30:00Z\"}");
    assertThat(page.articles()).extracting(Article::headline).containsExactly("good");
    assertThat(page.refused())
        .containsExactly(
            new Refused(
                "*",
                "Missing required data: title of article 948e3171836e0030c01ede223d1c94ffa9ddd1a674affb9897da68b876ac8f4e",
                malformed));
  }

  @Test
  void pages_go_on_while_there_is_more_and_end_at_the_fifth() {
    String article = "{\"title\":\"t\",\"url\":\"u\",\"publishedAt\":\"2025-11-19T08:30:00Z\"}";
    assertThat(page(100, article).nextPage()).isNull();
    assertThat(page(101, article).nextPage()).isEqualTo("2");
    assertThat(page(101).nextPage()).as("of a page without articles").isNull();
    assertThat(NewsApi.page(Read.json(body(9999, article)), 5).nextPage()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"status\":\"error\",\"code\":\"x\",\"message\":\"y\"}",
        "{\"status\":\"ok\"}",
        "{\"status\":\"error\",\"articles\":[]}"
      })
  void an_answer_that_is_no_list_of_articles_proves_nothing(String answer) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> NewsApi.page(Read.json(answer), 1))
        .withMessageStartingWith("Missing required data: articles of newsapi's answer");
  }

  @ParameterizedTest
  @CsvSource({
    "400, parameterInvalid, newsapi refused the request with status 400",
    "401, apiKeyInvalid, see caravan.newsapi.key (apiKeyInvalid)",
    "426, maximumResultsReached, the plan of the account does not serve this"
  })
  void a_refusal_says_what_to_do_and_never_quotes_the_message(
      int status, String code, String words) {
    String body = "{\"status\":\"error\",\"code\":\"" + code + "\",\"message\":\"key s3cr3t\"}";
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> NewsApi.check(status, body))
        .satisfies(e -> assertThat(e.status()).isEqualTo(status))
        .withMessageContaining(words)
        .withMessageContaining(code)
        .withMessageNotContaining("s3cr3t");
  }

  @Test
  void a_server_error_is_worth_another_try_and_a_good_answer_is_none() {
    assertThatExceptionOfType(SourceFailedException.class)
        .isThrownBy(() -> NewsApi.check(500, "<html>"));
    assertThatNoException().isThrownBy(() -> NewsApi.check(200, "{}"));
  }

  @Test
  void results_beyond_the_plan_end_the_reading_and_any_other_refusal_fails_it() {
    HeadlinesReading second =
        HeadlinesReading.after(
            HeadlinesReading.first(), new ArticlePage(List.of(), List.of(), "2"));
    RequestRefusedException beyond = new RequestRefusedException("newsapi", 426, "plan");
    assertThat(HeadlinesReading.beyond(second, beyond).open()).isFalse();
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> HeadlinesReading.beyond(HeadlinesReading.first(), beyond));
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(
            () ->
                HeadlinesReading.beyond(
                    second, new RequestRefusedException("newsapi", 401, "key")));
  }

  private static ArticlePage page(int total, String... articles) {
    return NewsApi.page(Read.json(body(total, articles)), 1);
  }

  private static String body(int total, String... articles) {
    return "{\"status\":\"ok\",\"totalResults\":"
        + total
        + ",\"articles\":["
        + String.join(",", articles)
        + "]}";
  }
}
