package dev.caravan.market;

import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.PageTrail;
import dev.caravan.market.answer.RefusedRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What one answer of a news source holds.
 *
 * @param articles in the order served, each article once
 * @param refused those that could not be taken
 * @param nextPage what the source needs to give the next page; null on the last one
 */
public record ArticlePage(List<Article> articles, List<RefusedRow> refused, String nextPage) {
  public ArticlePage {
    articles = List.copyOf(articles);
    refused = List.copyOf(refused);
  }

  /** Camel hashes what an expression walks through, and articles are long. */
  @Override
  public int hashCode() {
    return Objects.hash(nextPage, articles.size());
  }

  /** The same page, which came by no run of a flow. */
  public ArticlePage by(String route) {
    return new ArticlePage(articles, refused.stream().map(row -> row.by(route)).toList(), nextPage);
  }

  /**
   * After this page; each edition of an article is new, or was there before.
   *
   * @param answer what the answer is called where it lacks something
   * @throws MissingDataException when the pages lead nowhere
   */
  public PageTrail follow(PageTrail trail, String answer) {
    Map<String, Instant> editions = new HashMap<>();
    for (Article article : articles) {
      editions.merge(article.articleId(), article.updatedAt(), (a, b) -> a.isAfter(b) ? a : b);
    }
    return trail.after(
        answer, nextPage, editions, Stream.concat(articles.stream(), refused.stream()).toList());
  }
}
