package dev.caravan.flow;

import java.time.LocalDate;
import java.util.Optional;

/** The session for which a person runs a flow. */
public final class RunDate {
  private RunDate() {}

  /**
   * Why a flow cannot run for a date, or empty where it can.
   *
   * @param undated why a date says nothing to the flow; empty for one that takes a date
   * @param date null is what is due, which every flow takes
   * @param today in New York
   * @param word what the person calls the date, such as {@code --date}
   */
  public static Optional<String> fault(
      String flow, String undated, LocalDate date, LocalDate today, String word) {
    if (date == null) {
      return Optional.empty();
    }
    if (!undated.isEmpty()) {
      return Optional.of(flow + " " + undated + " and takes no " + word + ".");
    }
    return date.isAfter(today)
        ? Optional.of(word + " " + date + " is in the future.")
        : Optional.empty();
  }
}
