package dev.caravan.market.answer;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times as RFC 3339 writes them. */
public final class Rfc3339 {
  /**
   * The form of nearly every time, a zero for each digit; a fraction may follow its seconds. A page
   * has ten thousand of them, and the general parser takes longer for one than all else that is
   * done with its row.
   */
  private static final String USUAL = "0000-00-00T00:00:00";

  /** As PostgreSQL writes it in JSON; providers write Z. */
  private static final String UTC = "+00:00";

  private static final int MOST_PLACES = 9;

  private Rfc3339() {}

  /**
   * A time with any offset, and up to nine places of a second.
   *
   * @throws DateTimeException when the text is no such time
   */
  public static Instant instant(String text) {
    int zone = text.length() - (text.endsWith(UTC) ? UTC.length() : 1);
    return isUsual(text, zone)
        ? LocalDateTime.of(
                digits(text, 0, 4),
                digits(text, 5, 7),
                digits(text, 8, 10),
                digits(text, 11, 13),
                digits(text, 14, 16),
                digits(text, 17, 19),
                nanos(text, zone))
            .toInstant(ZoneOffset.UTC)
        : OffsetDateTime.parse(text).toInstant();
  }

  private static boolean isUsual(String text, int zone) {
    if (zone < USUAL.length() || !text.endsWith("Z") && !text.endsWith(UTC)) {
      return false;
    }
    for (int i = 0; i < USUAL.length(); i++) {
      char usual = USUAL.charAt(i);
      char c = text.charAt(i);
      if (usual == '0' ? !isDigit(c) : c != usual) {
        return false;
      }
    }
    return zone == USUAL.length() || isFraction(text, zone);
  }

  private static boolean isFraction(String text, int zone) {
    int first = USUAL.length() + 1;
    if (text.charAt(first - 1) != '.' || zone == first || zone - first > MOST_PLACES) {
      return false;
    }
    for (int i = first; i < zone; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static int nanos(String text, int zone) {
    int nanos = 0;
    for (int i = 0; i < MOST_PLACES; i++) {
      int at = USUAL.length() + 1 + i;
      nanos = 10 * nanos + (at < zone ? text.charAt(at) - '0' : 0);
    }
    return nanos;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int digits(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
