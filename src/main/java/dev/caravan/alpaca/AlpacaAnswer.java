package dev.caravan.alpaca;

import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import dev.caravan.market.answer.TooRecentException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells what a status of Alpaca's REST API means (reference alpaca-rest, section 6). */
public final class AlpacaAnswer {
  /** What an answer as a whole is called where it lacks something. */
  static final String WHOLE = "alpaca's answer";

  private static final String SOURCE = "alpaca";
  private static final Pattern INVALID_SYMBOL =
      Pattern.compile("\\s*invalid symbol:\\s*(\\S.*?)\\s*", Pattern.CASE_INSENSITIVE);

  private AlpacaAnswer() {}

  /**
   * Turns an answer that is an error into the right exception; returns when it is none.
   *
   * <p>A 429 has to be handled before, by the request budget, which alone knows the time of the
   * next try: Alpaca sends no header with it. One that comes here all the same counts as a failure
   * that is worth another try.
   *
   * @param what what was asked for, for the message: {@code bars}, {@code assets}, {@code news}
   * @throws InvalidSymbolException for a 400 that names a malformed symbol, which failed the whole
   *     batch: cut it out and ask again
   * @throws SourceFailedException for 5xx
   * @throws TooRecentException where the plan withholds data as new as was asked for
   * @throws RequestRefusedException for every other status but 200
   */
  public static void check(int status, String body, String what) {
    if (status == 200) {
      return;
    }
    if (status >= 500 || status == 429) {
      throw new SourceFailedException(SOURCE, status, what + ": " + (body == null ? "" : body));
    }
    String message = JsonFields.text(JsonFields.readOrMissing(body).path("message"));
    if (status == 400 && message != null) {
      Matcher invalid = INVALID_SYMBOL.matcher(message);
      if (invalid.matches()) {
        throw new InvalidSymbolException(invalid.group(1));
      }
    }
    String words = what + ": " + words(status, message);
    throw isTooRecent(message)
        ? new TooRecentException(SOURCE, status, words)
        : new RequestRefusedException(SOURCE, status, words);
  }

  private static boolean isTooRecent(String message) {
    return message != null && message.contains("recent SIP data");
  }

  private static String words(int status, String message) {
    // Wrong keys are answered with an HTML page of the web server, which tells a reader nothing;
    // so only a message in JSON is ever quoted.
    String quote = message == null ? "" : " (" + message + ")";
    if (isTooRecent(message)) {
      return "the plan does not serve the newest 15 minutes of feed sip, so ask for an earlier end"
          + " or for feed iex"
          + quote;
    }
    if (status == 401) {
      return "the keys are missing or wrong, see caravan.alpaca.key-id and"
          + " caravan.alpaca.secret-key"
          + quote;
    }
    if (status == 403) {
      return "the keys are wrong or the plan does not include this, see caravan.alpaca.key-id and"
          + " the plan of the account"
          + quote;
    }
    return message == null ? "the answer holds no message" : message;
  }
}
