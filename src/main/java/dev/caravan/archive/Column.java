package dev.caravan.archive;

/** A column of rows that are written to a file. */
public record Column(String name, Kind kind) {

  /** What it holds; any value may be null. */
  public enum Kind {
    /** A {@code String}. */
    TEXT,
    /** A {@code List<String>}. */
    TEXTS,
    /** A {@code BigDecimal}. */
    DECIMAL,
    /** A {@code Long}. */
    LONG,
    /** An {@code Integer}. */
    INTEGER,
    /** A {@code Boolean}. */
    TRUTH,
    /** Microseconds since 1970 in UTC, a {@code Long}. */
    TIME,
    /** A {@code LocalDate}. */
    DATE
  }
}
