package dev.caravan.runtime;

import java.util.List;

/**
 * One flow: all that is known of it outside its route file. {@link FlowCatalog} lists them.
 *
 * @param name the name of its route, of {@code run NAME} and of {@code caravan.schedule.NAME}
 * @param purpose what it does, one sentence
 * @param note what a person who sets its schedule should know beyond that, or empty
 * @param schedule when it starts by itself: a Quartz cron in {@code caravan.schedule.zone}, {@code
 *     session} (each minute while the exchanges are open), {@code start} (once at each start), or
 *     {@code off}
 * @param demoSchedule the same in the demo, or empty where it keeps its schedule there
 * @param steps the flows that it runs, in order; empty for a flow that asks a source itself
 * @param needsAlpaca whether it can do nothing without the keys of an Alpaca account
 * @param undated why a date says nothing to it, as in "repair requests what is missing and takes no
 *     --date"; empty for a flow that takes one
 */
public record Flow(
    String name,
    String purpose,
    String note,
    String schedule,
    String demoSchedule,
    List<String> steps,
    boolean needsAlpaca,
    String undated) {
  /** Runs at each minute at which the calendar has the exchanges open. */
  static final String SESSION = "session";

  /** Runs once when Caravan starts. */
  static final String START = "start";

  static final String OFF = "off";

  /** A flow that no schedule starts, that takes a date and needs no keys. */
  static Flow flow(String name, String purpose) {
    return new Flow(name, purpose, "", OFF, "", List.of(), false, "");
  }

  Flow at(String schedule) {
    return new Flow(name, purpose, note, schedule, demoSchedule, steps, needsAlpaca, undated);
  }

  Flow inDemo(String schedule) {
    return new Flow(name, purpose, note, this.schedule, schedule, steps, needsAlpaca, undated);
  }

  Flow runs(String... flows) {
    return new Flow(
        name, purpose, note, schedule, demoSchedule, List.of(flows), needsAlpaca, undated);
  }

  Flow withAlpacaKeys() {
    return new Flow(name, purpose, note, schedule, demoSchedule, steps, true, undated);
  }

  Flow undated(String why) {
    return new Flow(name, purpose, note, schedule, demoSchedule, steps, needsAlpaca, why);
  }

  Flow note(String text) {
    return new Flow(name, purpose, text, schedule, demoSchedule, steps, needsAlpaca, undated);
  }

  /** The key of its schedule. */
  public String key() {
    return FlowCatalog.SCHEDULE + name;
  }

  public boolean takesDate() {
    return undated.isEmpty();
  }

  /** The word that its schedule may be beside {@code off} and a cron, or empty. */
  String word() {
    return schedule.equals(SESSION) || schedule.equals(START) ? schedule : "";
  }
}
