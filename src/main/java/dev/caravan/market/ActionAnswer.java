package dev.caravan.market;

import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a provider has told of corporate actions, to the end of its answer: only then does it prove
 * that what it left out is no more.
 *
 * @param actions each as it was told; the same one may stand here twice
 * @param unread those that could not be read, of which nothing is known but what says which they
 *     are
 * @param refused the same as dead letters
 */
public record ActionAnswer(
    List<CorporateAction> actions, List<Unread> unread, List<RefusedRow> refused) {
  /** A ratio beyond these is a slip of the pen: the greatest that ever was is a tenth of it. */
  private static final BigDecimal GREATEST = new BigDecimal(100_000);

  private static final BigDecimal LEAST = new BigDecimal("0.00001");

  private static final Comparator<CorporateAction> BY_VALUE =
      Comparator.comparing(
              CorporateAction::amount, Comparator.nullsFirst(Comparator.<BigDecimal>naturalOrder()))
          .thenComparing(
              CorporateAction::ratio, Comparator.nullsFirst(Comparator.<BigDecimal>naturalOrder()))
          .thenComparing(
              CorporateAction::newSymbol, Comparator.nullsFirst(Comparator.<String>naturalOrder()));

  /**
   * An action that could not be read.
   *
   * @param symbol {@code ?} where not even that could be read
   * @param id null where it has none
   * @param exDate null where it could not be read
   */
  public record Unread(String symbol, String id, LocalDate exDate) {}

  public ActionAnswer {
    actions = List.copyOf(actions);
    unread = List.copyOf(unread);
    refused = List.copyOf(refused);
  }

  /** An answer of which nothing has come yet. */
  public static ActionAnswer none() {
    return new ActionAnswer(List.of(), List.of(), List.of());
  }

  /** This answer, and its next page. */
  public ActionAnswer and(ActionAnswer page) {
    return new ActionAnswer(
        joined(actions, page.actions), joined(unread, page.unread), joined(refused, page.refused));
  }

  /**
   * Each action once under its id, of which the last word stands. One without an id is known by its
   * kind, symbol and date, and by a number where a date has several that differ.
   */
  public List<CorporateAction> identified() {
    Map<String, CorporateAction> byId = new LinkedHashMap<>();
    Set<CorporateAction> nameless = new LinkedHashSet<>();
    for (CorporateAction action : actions) {
      if (action.id() == null) {
        nameless.add(action);
      } else {
        byId.put(action.id(), action);
      }
    }
    Map<String, Integer> ofDay = new HashMap<>();
    nameless.stream()
        .sorted(BY_VALUE)
        .forEach(
            action -> {
              String day = action.action() + ' ' + action.symbol() + ' ' + action.exDate();
              String id = day + ' ' + ofDay.merge(day, 1, Integer::sum);
              byId.put(id, action.withId(id));
            });
    return List.copyOf(byId.values());
  }

  /**
   * Checks a ratio of new shares for one old one.
   *
   * @throws MissingDataException where no company can have meant it
   */
  public static BigDecimal checkedRatio(BigDecimal ratio, String told, String symbol) {
    if (ratio.compareTo(GREATEST) > 0 || ratio.compareTo(LEAST) < 0) {
      throw new MissingDataException("ratio", symbol, "absurd: " + told);
    }
    return ratio;
  }

  /** Camel hashes what an expression walks through, and an answer has thousands of rows. */
  @Override
  public int hashCode() {
    return actions.size();
  }

  private static <T> List<T> joined(List<T> left, List<T> right) {
    List<T> both = new ArrayList<>(left);
    both.addAll(right);
    return both;
  }
}
