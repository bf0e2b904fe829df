package dev.caravan.alerts;

import java.time.Instant;

/**
 * One message about one incident.
 *
 * @param id the same for all messages of an incident, whoever receives them
 * @param what the condition, such as {@code source-down}: a file of {@code alerts/} and a section
 *     of docs/alerts.md are called like it
 * @param subject what it is about, such as the name of a source
 * @param kind whether it is the alert, its all-clear, a test or a summary
 * @param detail a sentence about this incident, or lines; may be empty
 * @param since when it began
 * @param until when it was over, or null
 * @param host the machine that says so
 */
public record AlertMessage(
    String id,
    String what,
    String subject,
    Kind kind,
    String detail,
    Instant since,
    Instant until,
    String host) {
  /** What a message is, and the word that it begins with. */
  public enum Kind {
    OPENED("Alert"),
    CLEARED("Resolved"),
    TEST("Test"),
    SUMMARY("Summary");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
