package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.market.Article;
import dev.caravan.market.ArticlePage;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads Alpaca's news (reference alpaca-rest, section 10): {@code {"news": [{id, headline, author,
 * created_at, updated_at, summary, content, url, images, symbols, source}], "next_page_token":
 * null}}, and the same items as the news stream sends them, as messages of type {@code n}
 * (reference alpaca-stream, sections 4 and 10).
 *
 * <p>An item that is edited keeps its {@code id} and gets a later {@code updated_at}.
 */
public final class AlpacaNews {
  private static final String SOURCE = "alpaca";
  private static final String ITEM = "n";

  /** Before each message of a frame; no text can hold it, since its quotes are escaped. */
  private static final Pattern MESSAGE = Pattern.compile("(?<=[\\[,}])\\s*(?=\\{\\s*\"T\"\\s*:)");

  private AlpacaNews() {}

  /**
   * The query for one page of all news, the oldest edition first, percent-encoded. It names no
   * symbols: an account gets the whole market's news (some hundred items a day) for the same
   * request, also those of symbols that are added later, and the column {@code symbols} tells them
   * apart. The content is asked for since the stream sends it as well: otherwise each would undo
   * the other's edition.
   *
   * @param start first time of an edition, inclusive
   * @param end last time of an edition, inclusive
   * @param pageToken of the page before; null for the first one
   */
  public static String query(Instant start, Instant end, String pageToken) {
    return "start="
        + encoded(start.toString())
        + "&end="
        + encoded(end.toString())
        + "&sort=asc&limit=50&include_content=true"
        + (pageToken == null ? "" : "&page_token=" + encoded(pageToken));
  }

  /**
   * Reads one page. A malformed item is refused and costs its siblings nothing.
   *
   * @throws MissingDataException when the answer is no page of news
   */
  public static ArticlePage page(JsonNode answer) {
    JsonNode news = answer.path("news");
    if (!news.isArray() && !news.isNull()) {
      // An answer without the key is an answer to another question, and proves nothing about it.
      throw new MissingDataException(
          "news", AlpacaAnswer.WHOLE, "answered with " + JsonFields.quoted(answer));
    }
    Map<String, Article> articles = new LinkedHashMap<>();
    List<RefusedRow> refused = new ArrayList<>();
    for (JsonNode item : news) {
      take(item, articles, refused);
    }
    return new ArticlePage(List.copyOf(articles.values()), refused, AlpacaPage.token(answer));
  }

  /** The page that one item would have come on; where it is malformed it is refused. */
  public static ArticlePage item(JsonNode item) {
    Map<String, Article> articles = new LinkedHashMap<>();
    List<RefusedRow> refused = new ArrayList<>();
    take(item, articles, refused);
    return new ArticlePage(List.copyOf(articles.values()), refused, null);
  }

  /**
   * The items of data frames of the news stream, in the order in which they came. All editions of
   * an article are kept: where one comes again, a new page begins, so that each page has an article
   * once.
   *
   * @param frames each the UTF-8 of one JSON array of messages
   * @return no page where there is no item
   */
  public static List<ArticlePage> messages(List<byte[]> frames) {
    List<ArticlePage> pages = new ArrayList<>();
    Map<String, Article> articles = new LinkedHashMap<>();
    List<RefusedRow> refused = new ArrayList<>();
    for (byte[] frame : frames) {
      JsonNode messages = JsonFields.readOrMissing(new String(frame, StandardCharsets.UTF_8));
      if (!messages.isArray()) {
        // The reading by REST brings what cannot be read; its siblings need not wait for it.
        String text = new String(frame, StandardCharsets.UTF_8);
        refused.add(
            Article.refused(
                TextNode.valueOf(text),
                new MissingDataException("JSON", "the news stream", "a frame is no list")));
        messages = readable(text);
      }
      for (JsonNode message : messages) {
        JsonNode type = message.path("T");
        if (!type.isTextual() || type.textValue().isBlank()) {
          refused.add(Article.refused(message, new MissingDataException("T", "the news stream")));
          continue;
        }
        if (!type.textValue().equals(ITEM)) {
          // Types that are unknown are to be ignored.
          continue;
        }
        if (articles.containsKey(message.path("id").asText())) {
          pages.add(new ArticlePage(List.copyOf(articles.values()), refused, null));
          articles = new LinkedHashMap<>();
          refused = new ArrayList<>();
        }
        take(message, articles, refused);
      }
    }
    if (!articles.isEmpty() || !refused.isEmpty()) {
      pages.add(new ArticlePage(List.copyOf(articles.values()), refused, null));
    }
    // They come by no run of a flow, from which a letter would have its name.
    return pages.stream().map(page -> page.by("news-stream")).toList();
  }

  /** The messages of a frame that can be read each for itself. */
  private static ArrayNode readable(String frame) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (String part : MESSAGE.split(frame)) {
      JsonNode message = JsonFields.readOrMissing(part.replaceFirst("[\\s,\\]]+$", ""));
      if (message.isObject()) {
        messages.add(message);
      }
    }
    return messages;
  }

  /** On one page the newest edition of an article is the one that counts. */
  private static void take(JsonNode item, Map<String, Article> articles, List<RefusedRow> refused) {
    try {
      Article article = article(item);
      Article other = articles.get(article.articleId());
      if (other == null || !article.updatedAt().isBefore(other.updatedAt())) {
        articles.put(article.articleId(), article);
      }
    } catch (MissingDataException malformed) {
      refused.add(Article.refused(item, malformed));
    }
  }

  private static Article article(JsonNode item) {
    Long id =
        JsonFields.required(
            JsonFields.whole(item.path("id"), "id", "an article"), "id", "an article");
    String name = "article " + id;
    Instant createdAt =
        JsonFields.required(
            JsonFields.time(item.path("created_at"), "created_at", name), "created_at", name);
    Instant updatedAt = JsonFields.time(item.path("updated_at"), "updated_at", name);
    return new Article(
            SOURCE,
            id.toString(),
            JsonFields.required(text(item, "headline", name), "headline", name),
            text(item, "summary", name),
            text(item, "content", name),
            text(item, "author", name),
            text(item, "url", name),
            text(item, "source", name),
            createdAt,
            updatedAt == null ? createdAt : updatedAt,
            symbols(item.path("symbols"), name),
            null)
        .storable(item);
  }

  private static String text(JsonNode item, String field, String name) {
    JsonNode text = item.path(field);
    if (!JsonFields.absent(text) && !text.isTextual()) {
      throw new MissingDataException(field, name, "not a text: " + JsonFields.quoted(text));
    }
    return JsonFields.text(text);
  }

  private static List<String> symbols(JsonNode list, String name) {
    if (JsonFields.absent(list)) {
      return List.of();
    }
    if (!list.isArray()) {
      throw new MissingDataException("symbols", name, "not a list: " + JsonFields.quoted(list));
    }
    List<String> symbols = new ArrayList<>();
    for (JsonNode symbol : list) {
      symbols.add(JsonFields.required(JsonFields.text(symbol), "text in symbols", name));
    }
    return symbols;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
