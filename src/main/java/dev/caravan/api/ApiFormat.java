package dev.caravan.api;

import java.util.List;
import java.util.Locale;

/** The forms of a list of rows. */
public enum ApiFormat {
  /** An array with an object a row. */
  JSON("application/json"),

  /** An object with an array a column. */
  COLUMNS("application/vnd.caravan.columns+json"),

  /** A line with the names and one a row, as RFC 4180 has it. */
  CSV("text/csv"),

  /** A file for notebooks, whose columns have types. */
  PARQUET("application/vnd.apache.parquet");

  /** What the parameter is called that goes before {@code Accept}. */
  static final String PARAMETER = "format";

  private final String type;

  ApiFormat(String type) {
    this.type = type;
  }

  /** The media type of the answer. */
  public String contentType() {
    return this == CSV ? type + "; charset=utf-8; header=present" : type;
  }

  /** Whether it is sent while it is read, so that its length costs no memory. */
  boolean isStreamed() {
    return this == CSV || this == PARQUET;
  }

  static ApiFormat named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * The form that a client likes best, of several that it likes as much the one it names first; the
   * first one for whoever does not care, or wants what there is not.
   *
   * @param accept the header, or null
   * @param forms those that there are
   */
  static ApiFormat preferred(String accept, List<ApiFormat> forms) {
    ApiFormat best = forms.get(0);
    double most = 0;
    for (String range : accept == null ? new String[0] : accept.split(",")) {
      String[] parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*");
      double weight = weight(parts);
      for (ApiFormat each : forms) {
        if (weight > most && each.matches(parts[0])) {
          best = each;
          most = weight;
        }
      }
    }
    return best;
  }

  private boolean matches(String range) {
    return range.equals(type)
        || range.equals("*/*")
        || range.equals(type.substring(0, type.indexOf('/')) + "/*");
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].matches("q=(1(\\.0{0,3})?|0(\\.\\d{0,3})?)")) {
        return Double.parseDouble(parts[i].substring(2));
      }
    }
    return 1;
  }
}
