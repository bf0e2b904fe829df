package dev.caravan.alerts;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * One message about one incident.
 *
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
    String what,
    String subject,
    Kind kind,
    String detail,
    Instant since,
    Instant until,
    String host) {
  /** The same for all messages of an incident, whoever sends and whoever receives them. */
  public String id() {
    String incident = String.join("\n", what, subject, since.toString());
    return UUID.nameUUIDFromBytes(incident.getBytes(StandardCharsets.UTF_8)).toString();
  }

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
