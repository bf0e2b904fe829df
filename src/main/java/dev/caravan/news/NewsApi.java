package dev.caravan.news;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Article;
import dev.caravan.market.ArticlePage;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads NewsAPI's top headlines (reference newsapi): {@code {"status": "ok", "totalResults": 37,
 * "articles": [{source: {id, name}, author, title, description, url, urlToImage, publishedAt,
 * content}]}}.
 *
 * <p>An article has no id of its own and no symbols; it is known by its address, of which the id is
 * the SHA-256 in hexadecimal digits. What was taken down stays in the list as {@code [Removed]} and
 * is no article.
 */
public final class NewsApi {
  /** The most that a request may ask for. */
  static final int PAGE_SIZE = 100;

  /** Top headlines are some dozens; more pages than this would eat up a day's requests. */
  static final int MOST_PAGES = 5;

  private static final String SOURCE = "newsapi";
  static final String WHOLE = "newsapi's answer";
  private static final String REMOVED = "[Removed]";

  private NewsApi() {}

  /**
   * The query for one page. The key is no part of it: it travels in header {@code X-Api-Key} alone,
   * since addresses end up in logs.
   *
   * @param page from 1
   */
  public static String query(int page) {
    return "country=us&category=business&pageSize=" + PAGE_SIZE + "&page=" + page;
  }

  /**
   * Turns an answer that is an error into the right exception; returns when it is none.
   *
   * <p>A 429 has to be handled before, by the request budget, which alone knows the time of the
   * next try.
   *
   * @throws SourceFailedException for 5xx
   * @throws RequestRefusedException for every other status but 200
   */
  public static void check(int status, String body) {
    if (status == 200) {
      return;
    }
    JsonNode answer = JsonFields.readOrMissing(body);
    String code = JsonFields.text(answer.path("code"));
    // Only the code is quoted, and only where it looks like one: a message might repeat the key.
    String quote = code == null || !code.matches("[A-Za-z]{1,40}") ? "" : " (" + code + ")";
    if (status >= 500 || status == 429) {
      throw new SourceFailedException(SOURCE, status, "top headlines" + quote);
    }
    throw new RequestRefusedException(SOURCE, status, words(status) + quote);
  }

  /**
   * Reads one page. A malformed article is refused and costs its siblings nothing.
   *
   * @param page its number, from 1
   * @throws MissingDataException when the answer is no page of articles
   */
  public static ArticlePage page(JsonNode answer, int page) {
    JsonNode served = answer.path("articles");
    if (!"ok".equals(JsonFields.text(answer.path("status"))) || !served.isArray()) {
      throw new MissingDataException(
          "articles", WHOLE, "answered with status " + JsonFields.quoted(answer.path("status")));
    }
    Map<String, Article> articles = new LinkedHashMap<>();
    List<RefusedRow> refused = new ArrayList<>();
    for (JsonNode each : served) {
      take(each, articles, refused);
    }
    Long total = JsonFields.whole(answer.path("totalResults"), "totalResults", WHOLE);
    boolean more =
        total != null && total > (long) page * PAGE_SIZE && page < MOST_PAGES && !served.isEmpty();
    return new ArticlePage(
        List.copyOf(articles.values()), refused, more ? Integer.toString(page + 1) : null);
  }

  /** The page that one article would have come on; where it is malformed it is refused. */
  public static ArticlePage item(JsonNode served) {
    Map<String, Article> articles = new LinkedHashMap<>();
    List<RefusedRow> refused = new ArrayList<>();
    take(served, articles, refused);
    return new ArticlePage(List.copyOf(articles.values()), refused, null);
  }

  private static void take(
      JsonNode served, Map<String, Article> articles, List<RefusedRow> refused) {
    if (!REMOVED.equals(JsonFields.text(served.path("title")))) {
      try {
        Article article = article(served);
        articles.putIfAbsent(article.articleId(), article);
      } catch (MissingDataException malformed) {
        refused.add(Article.refused(served, malformed));
      }
    }
  }

  private static Article article(JsonNode served) {
    String url = JsonFields.required(text(served, "url", "an article"), "url", "an article");
    String id = id(url);
    String name = "article " + id;
    Instant publishedAt =
        JsonFields.required(
            JsonFields.time(served.path("publishedAt"), "publishedAt", name), "publishedAt", name);
    return new Article(
            SOURCE,
            id,
            JsonFields.required(text(served, "title", name), "title", name),
            text(served, "description", name),
            text(served, "content", name),
            text(served, "author", name),
            url,
            text(served.path("source"), "name", name),
            publishedAt,
            // NewsAPI does not say when an article was edited; its latest word stands.
            publishedAt,
            List.of(),
            null)
        .storable(served);
  }

  private static String text(JsonNode served, String field, String name) {
    JsonNode text = served.path(field);
    if (!JsonFields.absent(text) && !text.isTextual()) {
      throw new MissingDataException(field, name, "not a text: " + JsonFields.quoted(text));
    }
    return JsonFields.text(text);
  }

  private static String id(String url) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java has SHA-256", impossible);
    }
  }

  private static String words(int status) {
    return switch (status) {
      case 401 -> "the key is missing, wrong or disabled, see caravan.newsapi.key";
      case 426 -> "the plan of the account does not serve this";
      default -> "top headlines";
    };
  }
}
