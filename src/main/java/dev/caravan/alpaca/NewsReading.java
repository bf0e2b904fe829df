package dev.caravan.alpaca;

import dev.caravan.market.Article;
import dev.caravan.market.ArticlePage;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.PageTrail;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;

/**
 * How far one reading of Alpaca's news has come. Pages are ordered by the time of the edition, so
 * that all before the newest one that is stored was read.
 *
 * @param start first time of an edition, inclusive
 * @param end last time of an edition, inclusive
 * @param pageToken where the next page begins; null before the first and after the last
 * @param open whether there is a page to ask for
 * @param stored articles of the pages so far that could be taken
 * @param refused articles of the pages so far that could not
 * @param readTo time of the newest edition of the pages so far, null before the first one; never
 *     after the end, since a time in the future would keep later editions from being read
 * @param trail the pages so far
 */
public record NewsReading(
    Instant start,
    Instant end,
    String pageToken,
    boolean open,
    int stored,
    int refused,
    Instant readTo,
    PageTrail trail) {

  /** What is read the first time. */
  private static final Duration FIRST = Duration.ofDays(7);

  /** An edition may be served some time after the moment that it carries. */
  private static final Duration OVERLAP = Duration.ofMinutes(15);

  /**
   * @param readTo time of the newest edition that the reading before has stored, ISO-8601 in UTC;
   *     null for the first reading
   */
  public static NewsReading since(String readTo, Instant now) {
    Instant end = now.truncatedTo(ChronoUnit.SECONDS);
    Instant start = readTo == null ? end.minus(FIRST) : Instant.parse(readTo).minus(OVERLAP);
    return new NewsReading(
        start.isAfter(end) ? end : start, end, null, true, 0, 0, null, PageTrail.none());
  }

  /**
   * After a page that is stored.
   *
   * @throws MissingDataException where the pages lead nowhere, so that there is no end of them
   */
  public static NewsReading after(NewsReading reading, ArticlePage page) {
    String next = page.nextPage();
    PageTrail trail = page.follow(reading.trail, AlpacaAnswer.WHOLE);
    Instant newest =
        page.articles().stream()
            .map(Article::updatedAt)
            .filter(at -> !at.isAfter(reading.end))
            .max(Comparator.naturalOrder())
            .orElse(reading.readTo);
    boolean further = reading.readTo == null || newest.isAfter(reading.readTo);
    return new NewsReading(
        reading.start,
        reading.end,
        next,
        next != null,
        reading.stored + page.articles().size(),
        reading.refused + page.refused().size(),
        further ? newest : reading.readTo,
        trail);
  }

  /** What a run that met no article says of it. */
  public String nothing() {
    return "no article was published or edited from " + start + " to " + end;
  }
}
