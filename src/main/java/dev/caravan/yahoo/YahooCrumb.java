package dev.caravan.yahoo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RequestRefusedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The cookie and the crumb that Yahoo wants to see with questions for companies and for many quotes
 * at once (reference yahoo-chart, section 6). They belong together and identify this client, so
 * that they are never shown.
 *
 * @param cookie the value of header {@code Cookie}
 * @param crumb as Yahoo gave it, not encoded
 */
public record YahooCrumb(String cookie, String crumb) {
  private static final int LONGEST_COOKIE = 4096;

  /** A crumb is a few characters without blanks; a page, an error or nothing at all is none. */
  private static final Pattern CRUMB = Pattern.compile("[!-~&&[^<>{}\"]]{1,64}");

  private static final Pattern PAIR = Pattern.compile("[!-~&&[^=;,\"]]+=[!-~&&[^;,\"]]+");

  /**
   * The cookies that an answer sets, as header {@code Cookie} gives them back. Its status does not
   * matter: Yahoo sets them with a page that is not found.
   *
   * @param setCookie what Camel has under {@code Set-Cookie}: a text, a list of texts, or null
   * @throws MissingDataException when none is set
   */
  public static String cookieSet(Object setCookie) {
    List<String> pairs = new ArrayList<>();
    for (Object each : setCookie instanceof Iterable<?> all ? all : alone(setCookie)) {
      String pair = String.valueOf(each).split(";", 2)[0].strip();
      if (PAIR.matcher(pair).matches()) {
        pairs.add(pair);
      }
    }
    String cookie = String.join("; ", pairs);
    if (cookie.isEmpty() || cookie.length() > LONGEST_COOKIE) {
      throw new MissingDataException("cookie", "the page at caravan.yahoo.cookie-url");
    }
    return cookie;
  }

  /**
   * The crumb of an answer of {@code /v1/test/getcrumb}.
   *
   * @throws RequestRefusedException when the status is not 200
   * @throws MissingDataException when the answer is no crumb, such as a page or nothing
   */
  public static YahooCrumb of(int status, String answer, String cookie) {
    if (status != 200) {
      throw new RequestRefusedException(YahooAnswer.SOURCE, status, "getcrumb: " + answer);
    }
    String crumb = answer == null ? "" : answer.strip();
    if (!CRUMB.matcher(crumb).matches()) {
      throw new MissingDataException("crumb", "getcrumb");
    }
    return new YahooCrumb(cookie, crumb);
  }

  /** A query with the crumb at its end, percent-encoded. */
  public static String query(String query, YahooCrumb crumb) {
    return query + "&crumb=" + URLEncoder.encode(crumb.crumb, StandardCharsets.UTF_8);
  }

  /** Whether an answer says that cookie or crumb are no longer good. */
  public static boolean refused(int status, String answer) {
    if (status == 401) {
      return true;
    }
    if (status == 200 || answer == null || !answer.contains("Invalid C")) {
      return false;
    }
    JsonNode error = YahooAnswer.error(JsonFields.readOrMissing(answer));
    String description = error.path("description").asText();
    return description.equals("Invalid Crumb") || description.equals("Invalid Cookie");
  }

  @Override
  public String toString() {
    return "YahooCrumb[xxxxxx]";
  }

  private static List<?> alone(Object value) {
    return value == null ? List.of() : List.of(value);
  }
}
