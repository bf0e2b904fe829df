package dev.caravan.source;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * What a source has answered, whatever it means.
 *
 * @param symbols what was asked for, separated by commas, which an error names; may be null
 * @param status HTTP status; 0 where no answer has come
 * @param text the body; null where no answer has come
 * @param readAt when it was asked for, by the clock of this process: what happened later may be
 *     missing in it
 */
public record SourceAnswer(String symbols, int status, String text, Instant readAt) {

  /** Before an answer has come. */
  public static SourceAnswer awaited(SourceRequest request, Instant readAt) {
    return new SourceAnswer(request.symbols(), 0, null, readAt);
  }

  /** The answer that has come. Camel would take the quotes off a text in the call itself. */
  public static SourceAnswer received(
      @Variable("answer") SourceAnswer awaited,
      @Header(Exchange.HTTP_RESPONSE_CODE) int status,
      @Header("Location") String location,
      @Body String text) {
    return new SourceAnswer(
        awaited.symbols, status, redirect(status, location).orElse(text), awaited.readAt);
  }

  /** Where a redirect leads. It is not followed: the keys would go along. */
  private static Optional<String> redirect(int status, String location) {
    if (status < 300 || status > 399 || location == null) {
      return Optional.empty();
    }
    // What stands behind the path may be a secret of the session.
    String place = location.replaceFirst("[?#].*", "");
    boolean consent = place.toLowerCase(Locale.ROOT).matches(".*(consent|login|signin).*");
    return Optional.of(
        "it redirects to "
            + place
            + (consent
                ? ", which asks a person for consent or a login; ask from a network where it does not"
                : "; if the provider has moved, set the address in application.properties"));
  }

  /** An answer of earlier on, as a dead letter has kept it. */
  public static SourceAnswer kept(@Body String text, @Header("symbols") String symbols) {
    return new SourceAnswer(symbols, 200, text, null);
  }

  /** Without its text, which can be megabytes and can hold a secret of the account's. */
  @Override
  public String toString() {
    return "SourceAnswer[" + status + "]";
  }
}
