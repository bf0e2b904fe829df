package dev.caravan.news;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.caravan.market.Article;
import dev.caravan.market.ArticlePage;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.Read;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import dev.caravan.support.Canned;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewsApiTest {

  @Test
  void theBusinessHeadlinesOfTheOnlyDocumentedCountryAreAskedFor() {
    assertThat(NewsApi.query(2)).isEqualTo("country=us&category=business&pageSize=100&page=2");
  }

  @Test
  void everyTextIsKeptAsSentAndWhatWasRemovedIsNoArticle() {
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
  void aMalformedArticleIsRefusedWithItsReasonAndItsSiblingIsTaken() {
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
            new RefusedRow(
                "*",
                "Missing required data: title of article 948e3171836e0030c01ede223d1c94ffa9ddd1a674affb9897da68b876ac8f4e",
                malformed));
  }

  @Test
  void pagesGoOnWhileThereIsMoreAndEndAtTheFifth() {
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
  void anAnswerThatIsNoListOfArticlesProvesNothing(String answer) {
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
  void aRefusalSaysWhatToDoAndNeverQuotesTheMessage(int status, String code, String words) {
    String body = "{\"status\":\"error\",\"code\":\"" + code + "\",\"message\":\"key s3cr3t\"}";
    assertThatExceptionOfType(RequestRefusedException.class)
        .isThrownBy(() -> NewsApi.check(status, body))
        .satisfies(e -> assertThat(e.status()).isEqualTo(status))
        .withMessageContaining(words)
        .withMessageContaining(code)
        .withMessageNotContaining("s3cr3t");
  }

  @Test
  void aServerErrorIsWorthAnotherTryAndAGoodAnswerIsNone() {
    assertThatExceptionOfType(SourceFailedException.class)
        .isThrownBy(() -> NewsApi.check(500, "<html>"));
    assertThatNoException().isThrownBy(() -> NewsApi.check(200, "{}"));
  }

  @Test
  void resultsBeyondThePlanEndTheReadingAndAnyOtherRefusalFailsIt() {
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
