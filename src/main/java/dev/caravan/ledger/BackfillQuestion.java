package dev.caravan.ledger;

import dev.caravan.market.MarketCalendar;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What a person wants to have loaded, and whether that can be asked for.
 *
 * @param from first date, New York
 * @param to last date, New York, inclusive
 */
public record BackfillQuestion(String source, String timeframe, LocalDate from, LocalDate to) {
  private static final List<String> SOURCES = List.of("alpaca", "yahoo");

  /** Alpaca's bars and trades begin with that year. */
  private static final LocalDate FIRST_OF_ALPACA = LocalDate.of(2016, 1, 1);

  /**
   * What is wrong with it.
   *
   * @param word of the question that is wrong
   * @param text what is wrong, and what can be asked for
   */
  public record Fault(String word, String text) {}

  /**
   * @param dash what a person writes before a word of the question, such as {@code --}
   * @param today in New York
   */
  public Optional<Fault> fault(String dash, LocalDate today) {
    if (!SOURCES.contains(source)) {
      return wrong(
          "source",
          "There is no source " + source + "; there are " + String.join(", ", SOURCES) + ".");
    }
    if (!BackfillPlan.timeframes().contains(timeframe)) {
      return wrong(
          "timeframe",
          "There is no timeframe "
              + timeframe
              + "; there are "
              + String.join(", ", BackfillPlan.timeframes())
              + ".");
    }
    if (source.equals("yahoo") && !timeframe.equals("1Day")) {
      return wrong(
          "timeframe",
          timeframe.equals(BackfillPlan.TRADES)
              ? "Yahoo does not serve trades; use " + dash + "source alpaca."
              : "Yahoo is loaded for 1Day only, because it keeps shorter bars for a few weeks; use "
                  + dash
                  + "source alpaca for "
                  + timeframe
                  + ".");
    }
    if (from.isAfter(to)) {
      return wrong("from", dash + "from " + from + " is after " + dash + "to " + to + ".");
    }
    if (to.isAfter(today)) {
      return wrong("to", dash + "to " + to + " is in the future.");
    }
    if (source.equals("alpaca") && from.isBefore(FIRST_OF_ALPACA)) {
      return wrong(
          "from",
          "Alpaca's history begins with "
              + FIRST_OF_ALPACA
              + ", after "
              + dash
              + "from "
              + from
              + ".");
    }
    if (MarketCalendar.sessions(from, to).isEmpty()) {
      return wrong(
          "from",
          "The exchanges were closed from " + from + " to " + to + "; there is nothing to load.");
    }
    return Optional.empty();
  }

  /** The setting that says how many days of this are kept. */
  public String retention() {
    return "caravan.retention." + (timeframe.equals(BackfillPlan.TRADES) ? "trades" : "bars");
  }

  /**
   * What flow retention drops again in the next night is not worth a request.
   *
   * @param days how many {@link #retention} keeps
   */
  public Optional<Fault> dropped(String dash, LocalDate today, long days) {
    LocalDate kept = today.minusDays(days);
    return from.isBefore(kept)
        ? wrong(
            "from",
            dash
                + "from "
                + from
                + " is before "
                + kept
                + ", up to which "
                + retention()
                + " drops what is stored; ask for what is younger, or raise the key.")
        : Optional.empty();
  }

  private static Optional<Fault> wrong(String word, String text) {
    return Optional.of(new Fault(word, text));
  }
}
