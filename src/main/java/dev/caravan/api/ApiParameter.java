package dev.caravan.api;

import dev.caravan.market.MarketCalendar;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.ValueDefinition;
import org.apache.camel.model.rest.ParamDefinition;
import org.apache.camel.model.rest.RestParamType;

/**
 * A parameter as the REST DSL declares it, and with it what is allowed as its value.
 *
 * @param type {@code string}, {@code integer} or {@code boolean}
 * @param format of a string {@code symbol}, {@code symbols}, {@code date}, {@code date-or-instant},
 *     {@code run-or-none} or {@code cursor(KINDS)}; of an integer its range, such as {@code
 *     1..1000}, or {@code 1..1000;streamed=1..9000} where that of {@link ApiFormat#isStreamed
 *     streamed} answers is another; or null
 */
record ApiParameter(
    String name,
    boolean inPath,
    String type,
    String format,
    List<String> allowed,
    String defaultValue,
    boolean required) {
  private static final int LONGEST = 200;

  /** Some hundreds; the line of a request may have 4,096 bytes. */
  private static final int LONGEST_SYMBOLS = 3500;

  private static final Pattern RANGE =
      Pattern.compile("(\\d+)\\.\\.(\\d+)(?:;streamed=(\\d+)\\.\\.(\\d+))?");
  private static final Pattern CURSOR = Pattern.compile("cursor\\(([a-z,]+)\\)");
  private static final Pattern SYMBOL = Pattern.compile("[^\\s,/?#&%]{1,32}");

  /** What lies further off is no time of ours, and some of it none of PostgreSQL's. */
  private static final int LAST_YEAR = 5138;

  static ApiParameter of(ParamDefinition parameter) {
    List<ValueDefinition> values = parameter.getAllowableValues();
    return new ApiParameter(
        parameter.getName(),
        parameter.getType() == RestParamType.path,
        parameter.getDataType() == null ? "string" : parameter.getDataType(),
        parameter.getDataFormat(),
        values == null ? List.of() : values.stream().map(ValueDefinition::getValue).toList(),
        parameter.getDefaultValue(),
        Boolean.TRUE.equals(parameter.getRequired()));
  }

  /**
   * The values that a statement takes, by their names: mostly one, of a cursor one for each part of
   * its key.
   *
   * @param given as it was asked for, or null
   * @param answer the form of the answer, which has a say in how many rows it can have
   * @throws ProblemException where it is missing or not allowed
   */
  Map<String, Object> values(String given, ApiFormat answer) {
    String text = given == null ? defaultValue : given;
    Matcher cursor = CURSOR.matcher(format == null ? "" : format);
    if (cursor.matches()) {
      return Cursor.values(name, text, List.of(cursor.group(1).split(",")));
    }
    if (text == null && required) {
      throw Problem.bad(
          name, "Parameter " + name + " is missing; give " + allowedText(answer) + ".");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(name, text == null ? null : value(text, answer));
    return values;
  }

  private Object value(String text, ApiFormat answer) {
    if (text.isBlank()
        || text.length() > ("symbols".equals(format) ? LONGEST_SYMBOLS : LONGEST)
        || text.indexOf('\0') >= 0) {
      throw refused(text);
    }
    if (!allowed.isEmpty() && !allowed.contains(text)) {
      throw refused(text);
    }
    return switch (type) {
      case "integer" -> number(text, answer);
      case "boolean" -> truth(text);
      default -> formatted(text);
    };
  }

  private Object formatted(String text) {
    return switch (format == null ? "" : format) {
      case "symbol" -> symbol(text);
      case "symbols" -> symbols(text);
      case "date" -> date(text);
      case "date-or-instant" -> instant(text);
      case "run-or-none" -> run(text);
      default -> text;
    };
  }

  private Long number(String text, ApiFormat answer) {
    String[] range = range(answer);
    if (!text.matches("\\d{1,18}")
        || Long.parseLong(text) < Long.parseLong(range[0])
        || Long.parseLong(text) > Long.parseLong(range[1])) {
      throw refused(text, answer);
    }
    return Long.valueOf(text);
  }

  private String[] range(ApiFormat answer) {
    Matcher range = RANGE.matcher(format);
    if (!range.matches()) {
      throw new IllegalStateException("Parameter " + name + " is declared without its range");
    }
    boolean own = answer.isStreamed() && range.group(3) != null;
    return new String[] {range.group(own ? 3 : 1), range.group(own ? 4 : 2)};
  }

  private Boolean truth(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw refused(text);
    }
    return Boolean.valueOf(text);
  }

  private String symbol(String text) {
    if (!SYMBOL.matcher(text).matches()) {
      throw refused(text);
    }
    return text;
  }

  private String run(String text) {
    if (!text.equals("none") && !text.matches("\\d{1,18}")) {
      throw refused(text);
    }
    return text;
  }

  private String symbols(String text) {
    for (String each : text.split(",", -1)) {
      if (!SYMBOL.matcher(each).matches()) {
        throw refused(text);
      }
    }
    return text;
  }

  private LocalDate date(String text) {
    try {
      LocalDate date = LocalDate.parse(text);
      if (date.getYear() >= 1 && date.getYear() < LAST_YEAR) {
        return date;
      }
    } catch (DateTimeException noDate) {
      // Said below.
    }
    throw refused(text);
  }

  /** A date is all of it, in New York: {@code to} ends with its day. */
  private OffsetDateTime instant(String text) {
    if (text.length() == 10) {
      LocalDate date = date(text);
      Instant start =
          (name.equals("to") ? date.plusDays(1) : date)
              .atStartOfDay(MarketCalendar.NEW_YORK)
              .toInstant();
      return start.atOffset(ZoneOffset.UTC);
    }
    try {
      OffsetDateTime instant = OffsetDateTime.parse(text);
      if (instant.getYear() >= 1 && instant.getYear() < LAST_YEAR) {
        return instant;
      }
    } catch (DateTimeException noTime) {
      // Said below.
    }
    throw refused(text);
  }

  private ProblemException refused(String text) {
    return refused(text, ApiFormat.JSON);
  }

  private ProblemException refused(String text, ApiFormat answer) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return Problem.bad(
        name,
        "Parameter "
            + name
            + " is '"
            + shown.replaceAll("\\p{Cntrl}", "?")
            + "', but must be "
            + allowedText(answer)
            + ".");
  }

  private String allowedText(ApiFormat answer) {
    if (!allowed.isEmpty()) {
      return "one of " + String.join(", ", allowed);
    }
    if (type.equals("boolean")) {
      return "true or false";
    }
    if (type.equals("integer")) {
      return "a whole number from " + String.join(" to ", range(answer));
    }
    return switch (format == null ? "" : format) {
      case "symbol" -> "a symbol such as AAPL";
      case "symbols" -> "symbols separated by commas, such as AAPL,MSFT";
      case "date" -> "a date such as 2026-11-20";
      case "run-or-none" -> "a run id, or none";
      case "date-or-instant" ->
          "a date such as 2026-11-20 (New York), or an instant such as 2026-11-20T14:30:00Z";
      default -> "text of 1 to " + LONGEST + " characters";
    };
  }
}
