package dev.caravan.source;

import dev.caravan.market.answer.ProviderAddress;
import java.time.Instant;
import java.util.Objects;
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
        awaited.symbols,
        status,
        ProviderAddress.redirect(status, location).orElse(text),
        awaited.readAt);
  }

  /** An answer of earlier on, as a dead letter has kept it. */
  public static SourceAnswer kept(@Body String text, @Header("symbols") String symbols) {
    return new SourceAnswer(symbols, 200, text, null);
  }

  /** Without its text either, which Camel's bean component would read through at every call. */
  @Override
  public int hashCode() {
    return Objects.hash(symbols, status, readAt);
  }

  /** Without its text, which can be megabytes and can hold a secret of the account's. */
  @Override
  public String toString() {
    return "SourceAnswer[" + status + "]";
  }
}
