package dev.caravan.flow;

import dev.caravan.market.answer.Causes;
import dev.caravan.source.FailureReason;
import dev.caravan.source.StoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What became of the symbols that a run was to serve.
 *
 * @param expected symbols that were due
 * @param stored symbols for which the provider had rows, all of them committed
 * @param empty symbols for which the provider answered that it has nothing
 * @param refused symbols that were not served, or not wholly: those may be stored as well
 * @param reason the first reason for a refused symbol, else for an empty one, else null
 * @param unrecorded refused symbols that could not be written to dead_letters, with the reason
 * @param stopped whether Caravan was being stopped meanwhile
 * @param note what the run has to say although nothing is missing, or null
 */
public record Tally(
    int expected,
    int stored,
    int empty,
    int refused,
    String reason,
    List<Unrecorded> unrecorded,
    boolean stopped,
    String note) {

  /** A refused symbol whose letter waits for the database. */
  public record Unrecorded(String symbol, String reason) {}

  public Tally(
      int expected,
      int stored,
      int empty,
      int refused,
      String reason,
      List<Unrecorded> unrecorded,
      boolean stopped) {
    this(expected, stored, empty, refused, reason, unrecorded, stopped, null);
  }

  public static Tally none() {
    return new Tally(0, 0, 0, 0, null, List.of(), false);
  }

  /** What a split leaves behind: the sum of its items, or the empty list that it had to split. */
  public static Tally total(Object body) {
    return body instanceof Tally tally ? tally : none();
  }

  /**
   * As {@link #total(Object)}, of a run.
   *
   * @param served those that were served many at once before
   * @param idle why there was nothing to ask for, or null
   */
  public static Tally total(Object body, Tally served, String idle) {
    return idle == null ? total(body).plus(served) : nobody(idle);
  }

  /** So many symbols had rows, and all of them are stored. */
  public static Tally served(int stored) {
    return new Tally(stored, stored, 0, 0, null, List.of(), false);
  }

  /** There was nobody to ask, which makes the run skipped; the reason says what to do about it. */
  public static Tally nobody(String reason) {
    return new Tally(0, 0, 0, 0, reason, List.of(), false);
  }

  /**
   * The articles of a full answer.
   *
   * @param stored those that are committed, whether they were there before or not
   * @param refused those that could not be taken; each is in dead_letters
   * @param nothing what to say of an answer without any
   */
  public static Tally articles(int stored, int refused, String nothing) {
    return new Tally(
        stored + refused,
        stored,
        0,
        refused,
        refused == 0 ? null : "malformed, see dead_letters",
        List.of(),
        false,
        stored + refused == 0 ? nothing : null);
  }

  /** The articles that were read before a reading failed, and what became of that. */
  public static Tally after(int stored, int refused, Tally failed) {
    return articles(stored, refused, null).plus(failed);
  }

  /** The provider answered that it has nothing of the symbols of an item. */
  public static Tally empty(Map<String, Object> item, String reason) {
    int empty = SymbolList.list(DueItems.named(item)).size();
    return new Tally(empty, 0, empty, 0, empty == 0 ? null : reason, List.of(), false);
  }

  /** The symbols of an item were not served. */
  public static Tally refused(Map<String, Object> item, Throwable cause) {
    int refused = SymbolList.list(DueItems.named(item)).size();
    return new Tally(
        refused,
        0,
        0,
        refused,
        FailureReason.of(cause),
        List.of(),
        Causes.find(cause, StoppedException.class) != null);
  }

  /** As {@link #refused(Map, Throwable)}, where the letters could not be written. */
  public static Tally unrecorded(Map<?, ?> item, String reason) {
    List<String> all = SymbolList.list(DueItems.named(item));
    return new Tally(
        all.size(),
        0,
        0,
        all.size(),
        reason,
        all.stream().map(symbol -> new Unrecorded(symbol, reason)).toList(),
        false);
  }

  /** The same, with something to say. */
  public Tally noting(String said) {
    return new Tally(expected, stored, empty, refused, reason, unrecorded, stopped, said);
  }

  /** The sum of two; either may be null. */
  public static Tally sum(Tally one, Tally other) {
    return one == null ? other : other == null ? one : one.plus(other);
  }

  public Tally plus(Tally other) {
    List<Unrecorded> all = new ArrayList<>(unrecorded);
    all.addAll(other.unrecorded);
    return new Tally(
        expected + other.expected,
        stored + other.stored,
        empty + other.empty,
        refused + other.refused,
        firstReason(this, other),
        List.copyOf(all),
        stopped || other.stopped,
        note == null ? other.note : note);
  }

  private static String firstReason(Tally one, Tally other) {
    boolean first = one.reason != null && (one.refused > 0 || other.refused == 0);
    return first || other.reason == null ? one.reason : other.reason;
  }
}
