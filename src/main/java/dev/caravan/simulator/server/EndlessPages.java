package dev.caravan.simulator.server;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages that lead nowhere: each answer of Alpaca's that has pages names one more. A request for
 * such a page is understood for ever, as one for the first page, so that a client which still has
 * its token when all goes right again is not refused.
 */
final class EndlessPages {
  private static final String PARAMETER = "page_token";
  private static final Pattern OURS = Pattern.compile("endless-([0-9]{1,9})");
  private static final Pattern NEXT =
      Pattern.compile("\"next_page_token\":(?:null|\"[^\"]*\")(?=[^\\[\\]{]*}\\s*$)");

  private EndlessPages() {}

  /** The request for the first page, where it is one for a page of ours. */
  static ServedQuery first(ServedQuery request) {
    if (number(request) == 0) {
      return request;
    }
    MultiMap parameters = MultiMap.caseInsensitiveMultiMap().addAll(request.parameters());
    return new ServedQuery(
        request.path(),
        request.query(),
        request.symbols(),
        parameters.remove(PARAMETER),
        request.headers(),
        request.address());
  }

  /**
   * An answer that names one page more; one that has no pages as it is.
   *
   * @param truth the answer to the request for the first page
   * @param empty what holds no rows
   */
  static ServedAnswer of(
      Fault.Kind kind, ServedQuery request, ServedAnswer truth, ServedAnswer empty) {
    int number = number(request);
    int next =
        switch (kind) {
          case STUCK_PAGES -> 1;
          case CIRCLING_PAGES -> number == 1 ? 2 : 1;
          default -> number + 1;
        };
    ServedAnswer page = kind == Fault.Kind.EMPTY_PAGES && number > 0 ? empty : truth;
    Matcher token = NEXT.matcher(new String(page.body(), StandardCharsets.UTF_8));
    if (truth.status() != 200 || !token.find()) {
      return truth;
    }
    String body = token.replaceFirst("\"next_page_token\":\"endless-" + next + '"');
    return new ServedAnswer(
        page.status(), page.contentType(), body.getBytes(StandardCharsets.UTF_8), page.headers());
  }

  /** The number of a page of ours, from 1; 0 for any other. */
  private static int number(ServedQuery request) {
    Matcher token = OURS.matcher(request.parameter(PARAMETER).orElse(""));
    return token.matches() ? Integer.parseInt(token.group(1)) : 0;
  }
}
