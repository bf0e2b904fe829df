package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.caravan.market.Article;
import dev.caravan.market.ArticlePage;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.Read;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.support.Canned;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaNewsTest {
  private static final Instant START = Instant.parse("2025-11-19T09:00:00Z");
  private static final Instant END = Instant.parse("2025-11-19T10:00:00Z");

  @Test
  void allNewsIsAskedForFromTheOldestEditionWithItsContent() {
    String first =
        "start=2025-11-19T09%3A00%3A00Z&end=2025-11-19T10%3A00%3A00Z&sort=asc&limit=50"
            + "&include_content=true";
    assertThat(AlpacaNews.query(START, END, null)).isEqualTo(first);
    assertThat(AlpacaNews.query(START, END, "a+/=")).isEqualTo(first + "&page_token=a%2B%2F%3D");
  }

  @Test
  void everyTextOfAPageIsKeptAsSent() {
    ArticlePage page = AlpacaNews.page(Read.json(Canned.fixture("news/alpaca-page.json")));

    assertThat(page.articles())
        .containsExactly(
            new Article(
                "alpaca",
                "41799100",
                "Caravan \"Doubles\" Its <b>Outlook</b> — naïve 中文 🐫",
                "",
                "<p>It's <script>alert('x')</script> &amp; more\r\n</p>",
                "A. Newsdesk",
                "https://news.example/41799100?a=1&b='2'",
                "benzinga",
                Instant.parse("2025-11-19T09:16:41Z"),
                Instant.parse("2025-11-19T09:18:02.5Z"),
                List.of("AAPL", "BRK.B", "BTCUSD"),
                null),
            new Article(
                "alpaca",
                "41799101",
                "No symbols, no address",
                null,
                null,
                null,
                null,
                "benzinga",
                Instant.parse("2025-11-19T09:20:00Z"),
                Instant.parse("2025-11-19T09:20:00Z"),
                List.of(),
                null));
    assertThat(page.refused()).isEmpty();
    assertThat(page.nextPage()).isEqualTo("MTc2MzU0NDAwMDAwMDAwMDAwMHw0MTc5OTEwMQ==");
  }

  @Test
  void whatPostgresqlCannotHoldIsReplacedAndKeptBesideAsItWasSent() {
    String item = item(1, "\"a\\u0000b \\ud83d \\ud83d\\udc2b\"", "2025-11-19T09:00:00Z");
    Article article = page(item).articles().get(0);

    assertThat(article.headline()).isEqualTo("a␀b � 🐫");
    assertThat(article.asSent())
        .contains("\"headline\":\"a\\u0000b \\uD83D \\uD83D\\uDC2B\"")
        .matches("\\p{ASCII}+");
    assertThat(Read.json(article.asSent())).isEqualTo(Read.json(item));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{`id`:`x`} | id of an article (not a whole number: `x`)",
        "{} | id of an article",
        "{`id`:7} | created_at of article 7",
        "{`id`:7,`created_at`:`soon`} | created_at of article 7 (not a time: `soon`)",
        "{`id`:7,`created_at`:`2025-11-19T09:00:00Z`} | headline of article 7",
        "{`id`:7,`created_at`:`2025-11-19T09:00:00Z`,`headline`:5}"
            + " | headline of article 7 (not a text: 5)",
        "{`id`:7,`created_at`:`2025-11-19T09:00:00Z`,`headline`:`h`,`symbols`:`AAPL`}"
            + " | symbols of article 7 (not a list: `AAPL`)",
        "{`id`:7,`created_at`:`2025-11-19T09:00:00Z`,`headline`:`h`,`symbols`:[null]}"
            + " | text in symbols of article 7"
      })
  void aMalformedItemIsRefusedWithItsReasonAndItsSiblingIsTaken(String item, String missing) {
    String malformed = item.replace('`', '"');
    ArticlePage page = page(malformed, item(8, "\"good\"", "2025-11-19T09:00:00Z"));

    assertThat(page.articles()).extracting(Article::articleId).containsExactly("8");
    assertThat(page.refused())
        .containsExactly(
            new RefusedRow("*", "Missing required data: " + missing.replace('`', '"'), malformed));
  }

  @Test
  void anArticleThatIsLongerThanAnyIsRefused() {
    String longest = "x".repeat(Article.MOST_CHARACTERS);
    assertThat(page(item(7, '"' + longest + '"', "2025-11-19T09:00:00Z")).refused())
        .extracting(RefusedRow::reason)
        .containsExactly(
            "Missing required data: text of at most 1000000 characters of article 7 (it has"
                + " 1000001)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "{\"bars\":{}}", "{\"news\":{}}", "{\"message\":\"forbidden.\"}"})
  void anAnswerThatIsNoPageOfNewsProvesNothing(String answer) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> AlpacaNews.page(Read.json(answer)))
        .withMessageStartingWith("Missing required data: news of alpaca's answer");
  }

  @Test
  void aPageWithoutNewsIsEmpty() {
    assertThat(AlpacaNews.page(Read.json("{\"news\":null,\"next_page_token\":null}")))
        .isEqualTo(new ArticlePage(List.of(), List.of(), null));
    assertThat(page()).isEqualTo(new ArticlePage(List.of(), List.of(), null));
  }

  @Test
  void ofOnePageTheNewestEditionCounts() {
    ArticlePage page =
        page(
            item(1, "\"new\"", "2025-11-19T09:02:00Z"),
            item(1, "\"old\"", "2025-11-19T09:01:00Z"),
            item(2, "\"first\"", "2025-11-19T09:00:00Z"),
            item(2, "\"second\"", "2025-11-19T09:03:00Z"));
    assertThat(page.articles()).extracting(Article::headline).containsExactly("new", "second");
  }

  @Test
  void theStreamsItemsKeepEveryEditionInItsOrder() {
    List<ArticlePage> pages =
        AlpacaNews.messages(
            frames(
                '[' + message(1, "a") + ',' + message(2, "b") + ']',
                "[{\"T\":\"heard of by nobody\"}]",
                '[' + message(1, "c") + ']',
                "[{\"T\":\"n\",\"id\":3}]",
                "not json"));

    assertThat(pages)
        .extracting(page -> page.articles().stream().map(Article::headline).toList())
        .containsExactly(List.of("a", "b"), List.of("c"));
    assertThat(pages.get(1).refused())
        .containsExactly(
            new RefusedRow(
                    "*", "Missing required data: created_at of article 3", "{\"T\":\"n\",\"id\":3}")
                .by("news-stream"),
            new RefusedRow(
                    "*",
                    "Missing required data: JSON of the news stream (a frame is no list)",
                    "\"not json\"")
                .by("news-stream"));
  }

  @Test
  void aFrameWithoutItemsIsNoPage() {
    assertThat(AlpacaNews.messages(frames("[]", "[{\"T\":\"t\",\"S\":\"AAPL\"}]"))).isEmpty();
  }

  @Test
  void aMessageWithoutATypeIsALetterAndNotPassedOver() {
    assertThat(
            AlpacaNews.messages(
                frames("[{\"id\":7,\"headline\":\"a\"}," + message(1, "b") + ",{\"T\":5},8]")))
        .singleElement()
        .satisfies(
            page -> {
              assertThat(page.articles()).extracting(Article::headline).containsExactly("b");
              assertThat(page.refused())
                  .extracting(RefusedRow::reason, RefusedRow::payload)
                  .containsExactly(
                      tuple(
                          "Missing required data: T of the news stream",
                          "{\"id\":7,\"headline\":\"a\"}"),
                      tuple("Missing required data: T of the news stream", "{\"T\":5}"),
                      tuple("Missing required data: T of the news stream", "8"));
            });
  }

  @Test
  void messagesAroundOneThatCannotBeReadAreTaken() {
    String frame =
        '[' + message(1, "a") + ",{\"T\":\"n\",\"id\":2,\"headline\":}," + message(3, "c") + ']';

    assertThat(AlpacaNews.messages(frames(frame, '[' + message(4, "d") + ",{\"T\":\"n")))
        .singleElement()
        .satisfies(
            page -> {
              assertThat(page.articles())
                  .extracting(Article::headline)
                  .containsExactly("a", "c", "d");
              assertThat(page.refused()).hasSize(2);
            });
  }

  @Test
  void theFirstReadingIsOfSevenDaysAndTheNextBeginsBeforeTheLastEdition() {
    Instant now = Instant.parse("2025-11-19T10:00:00.25Z");
    NewsReading first = NewsReading.since(null, now);
    assertThat(first.start()).isEqualTo("2025-11-12T10:00:00Z");
    assertThat(first.end()).isEqualTo("2025-11-19T10:00:00Z");
    assertThat(first.open()).isTrue();
    assertThat(NewsReading.since("2025-11-19T09:30:00.500000Z", now).start())
        .isEqualTo("2025-11-19T09:15:00.5Z");
    assertThat(NewsReading.since("2030-01-01T00:00:00Z", now).start())
        .as("never after the end")
        .isEqualTo("2025-11-19T10:00:00Z");
  }

  @Test
  void aReadingCountsAndKnowsTheNewestEditionThatIsNotOfTheFuture() {
    NewsReading reading = NewsReading.since(null, END);
    ArticlePage one =
        new ArticlePage(
            page(item(1, "\"a\"", "2025-11-19T09:02:00Z"), item(2, "\"b\"", "2099-01-01T00:00:00Z"))
                .articles(),
            List.of(new RefusedRow("*", "reason", "{}")),
            "two");

    NewsReading after = NewsReading.after(reading, one);
    assertThat(after.readTo()).isEqualTo("2025-11-19T09:02:00Z");
    assertThat(after.stored()).isEqualTo(2);
    assertThat(after.refused()).isEqualTo(1);
    assertThat(after.open()).isTrue();
    NewsReading done = NewsReading.after(after, new ArticlePage(List.of(), List.of(), null));
    assertThat(done.open()).isFalse();
    assertThat(done.readTo()).isEqualTo("2025-11-19T09:02:00Z");
  }

  @Test
  void aPageThatNamesItselfAsTheNextOneIsRefused() {
    ArticlePage again = new ArticlePage(List.of(), List.of(), "two");
    NewsReading second = NewsReading.after(NewsReading.since(null, END), again);
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> NewsReading.after(second, again))
        .withMessageContaining("next_page_token");
  }

  private static ArticlePage page(String... items) {
    return AlpacaNews.page(
        Read.json("{\"news\":[" + String.join(",", items) + "],\"next_page_token\":null}"));
  }

  private static String item(long id, String headline, String updatedAt) {
    return "{\"id\":"
        + id
        + ",\"headline\":"
        + headline
        + ",\"created_at\":\"2025-11-19T09:00:00Z\",\"updated_at\":\""
        + updatedAt
        + "\",\"symbols\":[]}";
  }

  private static String message(long id, String headline) {
    return "{\"T\":\"n\"," + item(id, '"' + headline + '"', "2025-11-19T09:00:00Z").substring(1);
  }

  private static List<byte[]> frames(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
