package dev.caravan.news;

import dev.caravan.market.ArticlePage;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.PageTrail;
import dev.caravan.market.answer.RequestRefusedException;

/**
 * How far one reading of the top headlines has come.
 *
 * @param page number of the page to ask for, from 1
 * @param open whether there is a page to ask for
 * @param stored articles of the pages so far that could be taken
 * @param refused articles of the pages so far that could not
 * @param trail the pages so far
 */
public record HeadlinesReading(int page, boolean open, int stored, int refused, PageTrail trail) {
  private static final int BEYOND_THE_PLAN = 426;

  public static HeadlinesReading first() {
    return new HeadlinesReading(1, true, 0, 0, PageTrail.none());
  }

  /**
   * After a page that is stored.
   *
   * @throws MissingDataException where the pages lead nowhere
   */
  public static HeadlinesReading after(HeadlinesReading reading, ArticlePage page) {
    boolean more = page.nextPage() != null;
    return new HeadlinesReading(
        more ? Integer.parseInt(page.nextPage()) : reading.page,
        more,
        reading.stored + page.articles().size(),
        reading.refused + page.refused().size(),
        page.follow(reading.trail, NewsApi.WHOLE));
  }

  /**
   * After a refusal: a small plan serves the first hundred results and refuses the others with 426,
   * which ends the reading and is no fault.
   *
   * @throws RequestRefusedException for every other refusal
   */
  public static HeadlinesReading beyond(HeadlinesReading reading, RequestRefusedException refusal) {
    if (refusal.status() != BEYOND_THE_PLAN || reading.page == 1) {
      throw refusal;
    }
    return new HeadlinesReading(
        reading.page, false, reading.stored, reading.refused, reading.trail);
  }

  /** What a run that met no article says of it. */
  public String nothing() {
    return "the list of top headlines is empty";
  }
}
