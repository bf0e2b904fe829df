package dev.caravan.market;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.Text;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * One edition of a news article, in the shape of a row of table {@code news_articles}.
 *
 * <p>Texts are exactly as sent: quotes, markup and any Unicode, so whoever shows them has to escape
 * them. PostgreSQL can store neither U+0000 nor half of a surrogate pair. These alone are replaced,
 * by U+2400 and U+FFFD, and {@code asSent} then holds the whole article as the provider's JSON.
 *
 * @param source who was asked: {@code alpaca} or {@code newsapi}
 * @param articleId unique within the source and the same for every edition
 * @param headline may be empty, never null
 * @param summary null where the source has none
 * @param content HTML or plain text; null where the source has none
 * @param author free text, sometimes an address; null where the source has none
 * @param url as sent, so not always one that is fit to be followed; null where the source has none
 * @param publisher whose article it is, as the source names it; null where it does not
 * @param publishedAt when it was first published
 * @param updatedAt when this edition was made; never null
 * @param symbols that the source ties to it, as sent; empty for none
 * @param asSent the article's own JSON in plain ASCII; null where the texts above are exact
 */
public record Article(
    String source,
    String articleId,
    String headline,
    String summary,
    String content,
    String author,
    String url,
    String publisher,
    Instant publishedAt,
    Instant updatedAt,
    List<String> symbols,
    String asSent) {

  /** No article of the recorded ones has more than a fiftieth of it. */
  public static final int MOST_CHARACTERS = 1_000_000;

  /** Escapes whatever is not ASCII, so that also what is no valid text can be stored as text. */
  private static final ObjectMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  public Article {
    symbols = List.copyOf(symbols);
  }

  /**
   * The article in the form in which it can be stored.
   *
   * @param served the article as the provider sent it
   * @throws MissingDataException where it has more than {@link #MOST_CHARACTERS} characters
   */
  public Article storable(JsonNode served) {
    long characters =
        Stream.concat(texts(), symbols.stream())
            .mapToLong(text -> text == null ? 0 : text.length())
            .sum();
    if (characters > MOST_CHARACTERS) {
      throw new MissingDataException(
          "text of at most " + MOST_CHARACTERS + " characters",
          "article " + Text.oneLine(articleId, 40),
          "it has " + characters);
    }
    boolean exact = Stream.concat(texts(), symbols.stream()).allMatch(Text::isStorable);
    if (exact) {
      return this;
    }
    return new Article(
        source,
        Text.storable(articleId),
        Text.storable(headline),
        Text.storable(summary),
        Text.storable(content),
        Text.storable(author),
        Text.storable(url),
        Text.storable(publisher),
        publishedAt,
        updatedAt,
        symbols.stream().map(Text::storable).toList(),
        ascii(served));
  }

  /** An article that could not be taken, as a dead letter. It concerns no symbol in particular. */
  public static RefusedRow refused(JsonNode served, MissingDataException fault) {
    return new RefusedRow("*", fault.getMessage(), ascii(served));
  }

  private Stream<String> texts() {
    return Stream.of(articleId, headline, summary, content, author, url, publisher);
  }

  private static String ascii(JsonNode served) {
    try {
      return ASCII.writeValueAsString(served);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("This article cannot be written as JSON: " + e, e);
    }
  }
}
