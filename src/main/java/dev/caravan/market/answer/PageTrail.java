package dev.caravan.market.answer;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pages of one answer that were read so far. It tells a chain of pages that leads nowhere, so
 * that no reading goes on for ever: a token that was there before, a page without a row that is
 * new, and a long row of empty pages. Such an answer has no last page, and so it proves nothing.
 *
 * @param tokens those that the pages so far named as their next
 * @param reached the newest time of each series of the pages so far
 * @param prints the hashes of the rows of the pages so far
 * @param pages how many pages were read
 * @param empty how many of them, the last ones, held no row
 */
public record PageTrail(
    Set<String> tokens, Map<String, Instant> reached, Set<Integer> prints, int pages, int empty) {
  /** A page may be empty and not be the last, but nobody has seen two in a row. */
  static final int MOST_EMPTY = 20;

  public PageTrail {
    tokens = Set.copyOf(tokens);
    reached = Map.copyOf(reached);
    prints = Set.copyOf(prints);
  }

  /** Before the first page. */
  public static PageTrail none() {
    return new PageTrail(Set.of(), Map.of(), Set.of(), 0, 0);
  }

  /**
   * After a page.
   *
   * @param answer what the answer is called where it lacks something
   * @param next what leads to the next page; null on the last one
   * @param newest of each series of the page, whose rows come in the order of their time, the
   *     newest time; a row that stands alone is a series of its own
   * @param rows all that the page holds, whether it could be taken or not
   * @throws MissingDataException when the pages lead nowhere
   */
  public PageTrail after(String answer, String next, Map<String, Instant> newest, List<?> rows) {
    int page = pages + 1;
    if (next != null && tokens.contains(next)) {
      throw endless(
          answer, "next_page_token of page " + page + " leads to a page that was read already");
    }
    boolean further = false;
    // What is at the very time that was reached may be the rest of what was traded then.
    boolean level = newest.isEmpty();
    for (Map.Entry<String, Instant> series : newest.entrySet()) {
      Instant before = reached.get(series.getKey());
      further |= before == null || series.getValue().isAfter(before);
      level |= series.getValue().equals(before);
    }
    int print = rows.hashCode();
    if (!rows.isEmpty() && !further && !(level && !prints.contains(print))) {
      throw endless(answer, "page " + page + " holds only rows of the pages before it");
    }
    int barren = rows.isEmpty() ? empty + 1 : 0;
    if (next != null && barren > MOST_EMPTY) {
      throw endless(answer, "the last " + barren + " pages are empty, and still name a next one");
    }
    Set<String> allTokens = new HashSet<>(tokens);
    if (next != null) {
      allTokens.add(next);
    }
    Map<String, Instant> farthest = new HashMap<>(reached);
    newest.forEach((name, at) -> farthest.merge(name, at, (a, b) -> a.isAfter(b) ? a : b));
    Set<Integer> allPrints = new HashSet<>(prints);
    allPrints.add(print);
    return new PageTrail(allTokens, farthest, allPrints, page, barren);
  }

  private static MissingDataException endless(String answer, String how) {
    return new MissingDataException("the last page", answer, how);
  }
}
