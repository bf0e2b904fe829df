package dev.caravan.market;

import java.util.List;

/**
 * What one answer of a news source holds.
 *
 * @param articles in the order served, each article once
 * @param refused those that could not be taken
 * @param nextPage what the source needs to give the next page; null on the last one
 */
public record ArticlePage(List<Article> articles, List<Refused> refused, String nextPage) {
  public ArticlePage {
    articles = List.copyOf(articles);
    refused = List.copyOf(refused);
  }
}
