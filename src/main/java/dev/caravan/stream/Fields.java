package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.database.CopyText;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * The fields of one trade or quote, as the characters that were sent. Reused from message to
 * message, so that none of them costs an object.
 */
final class Fields {
  static final int S = 0;
  static final int T = 1;
  static final int I = 2;
  static final int X = 3;
  static final int P = 4;
  static final int SIZE = 5;
  static final int C = 6;
  static final int Z = 7;
  static final int BX = 8;
  static final int BP = 9;
  static final int BS = 10;
  static final int AX = 11;
  static final int AP = 12;
  static final int AS = 13;
  private static final int COUNT = 14;

  /** No price or size has so many digits. */
  private static final int LONGEST_NUMBER = 40;

  /** What fits into 63 bits whatever its digits are. */
  private static final int LONGEST_WHOLE = 18;

  private static final int LONGEST_TEXT = JsonFields.LONGEST_NAME;

  private static final int MICRO_DIGITS = 6;
  private static final int NANO_DIGITS = 9;
  private static final long MICROS_PER_S = 1_000_000;
  private static final int DATE = 10;
  private static final int SECONDS = 19;

  private enum Kind {
    ABSENT,
    TEXT,
    WHOLE,
    FRACTION,
    LIST,
    OTHER
  }

  private final Kind[] kinds = new Kind[COUNT];
  private final int[] starts = new int[COUNT];
  private final int[] lengths = new int[COUNT];
  private char[] characters = new char[1024];
  private int used;

  /** The ends of the list's elements among its characters. */
  private int[] elementEnds = new int[16];

  private int elements;

  /** Of the last time that was read, in microseconds since 1970. */
  long micros;

  private int nanos;
  private final char[] date = new char[DATE];
  private long dateMicros;

  /** Reads the fields that follow, up to the end of the object. Unknown ones are passed over. */
  void read(JsonParser json) throws IOException {
    Arrays.fill(kinds, Kind.ABSENT);
    used = 0;
    elements = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      int field = field(json.currentName());
      JsonToken value = json.nextToken();
      if (field < 0) {
        json.skipChildren();
      } else if (value == JsonToken.START_ARRAY) {
        list(field, json);
      } else {
        kinds[field] = kind(value);
        keep(field, json);
        json.skipChildren();
      }
    }
  }

  private static int field(String name) {
    return switch (name) {
      case "S" -> S;
      case "t" -> T;
      case "i" -> I;
      case "x" -> X;
      case "p" -> P;
      case "s" -> SIZE;
      case "c" -> C;
      case "z" -> Z;
      case "bx" -> BX;
      case "bp" -> BP;
      case "bs" -> BS;
      case "ax" -> AX;
      case "ap" -> AP;
      case "as" -> AS;
      default -> -1;
    };
  }

  private static Kind kind(JsonToken value) {
    return switch (value) {
      case VALUE_STRING -> Kind.TEXT;
      case VALUE_NUMBER_INT -> Kind.WHOLE;
      case VALUE_NUMBER_FLOAT -> Kind.FRACTION;
      case VALUE_NULL -> Kind.ABSENT;
      default -> Kind.OTHER;
    };
  }

  private void keep(int field, JsonParser json) throws IOException {
    starts[field] = used;
    append(json);
    lengths[field] = used - starts[field];
  }

  private void append(JsonParser json) throws IOException {
    int length = json.getTextLength();
    if (used + length > characters.length) {
      characters = Arrays.copyOf(characters, Math.max(2 * characters.length, used + length));
    }
    System.arraycopy(json.getTextCharacters(), json.getTextOffset(), characters, used, length);
    used += length;
  }

  private void list(int field, JsonParser json) throws IOException {
    kinds[field] = Kind.LIST;
    starts[field] = used;
    elements = 0;
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      if (next != JsonToken.VALUE_STRING) {
        kinds[field] = Kind.OTHER;
        json.skipChildren();
        continue;
      }
      append(json);
      if (elements == elementEnds.length) {
        elementEnds = Arrays.copyOf(elementEnds, 2 * elements);
      }
      elementEnds[elements++] = used;
    }
    lengths[field] = used - starts[field];
  }

  /** By which a symbol is given to a writer; 0 where there is none. */
  int hash(int field) {
    int hash = 0;
    if (kinds[field] == Kind.TEXT) {
      for (int i = starts[field]; i < starts[field] + lengths[field]; i++) {
        hash = 31 * hash + characters[i];
      }
    }
    return hash;
  }

  static int hash(String symbol) {
    return symbol.hashCode();
  }

  /**
   * The symbol for messages about this one.
   *
   * @throws MissingDataException where there is none
   */
  String symbol() {
    if (kinds[S] != Kind.TEXT || blank(S) || lengths[S] > LONGEST_TEXT) {
      throw new MissingDataException("S", "the stream");
    }
    zeroFree(S, "S", "the stream");
    return symbolText();
  }

  /**
   * It names errors only, and is the same for long stretches; so it is made only when it changes.
   */
  private String symbolText() {
    if (lastSymbol.length() != lengths[S]) {
      lastSymbol = new String(characters, starts[S], lengths[S]);
      return lastSymbol;
    }
    for (int i = 0; i < lengths[S]; i++) {
      if (lastSymbol.charAt(i) != characters[starts[S] + i]) {
        lastSymbol = new String(characters, starts[S], lengths[S]);
        break;
      }
    }
    return lastSymbol;
  }

  private String lastSymbol = "";

  void text(int field, String name, String symbol) {
    if (kinds[field] == Kind.ABSENT) {
      throw new MissingDataException(name, symbol);
    }
    if (kinds[field] != Kind.TEXT || lengths[field] > LONGEST_TEXT) {
      throw new MissingDataException(name, symbol, "not a text");
    }
    zeroFree(field, name, symbol);
  }

  void number(int field, String name, String symbol) {
    if (kinds[field] == Kind.ABSENT) {
      throw new MissingDataException(name, symbol);
    }
    boolean number = kinds[field] == Kind.WHOLE || kinds[field] == Kind.FRACTION;
    if (!number || lengths[field] > LONGEST_NUMBER || farExponent(field)) {
      throw new MissingDataException(name, symbol, "not a valid number");
    }
    if (characters[starts[field]] == '-') {
      throw new MissingDataException(name, symbol, "negative");
    }
  }

  void wholeNumber(int field, String name, String symbol) {
    if (kinds[field] == Kind.ABSENT) {
      throw new MissingDataException(name, symbol);
    }
    if (kinds[field] != Kind.WHOLE || !fitsLong(field)) {
      throw new MissingDataException(name, symbol, "not a whole number");
    }
  }

  private boolean fitsLong(int field) {
    if (lengths[field] <= LONGEST_WHOLE) {
      return true;
    }
    try {
      Long.parseLong(new String(characters, starts[field], lengths[field]));
      return true;
    } catch (NumberFormatException tooLong) {
      return false;
    }
  }

  /** Whether a number has an exponent that would fill memory when it is written out. */
  private boolean farExponent(int field) {
    for (int i = starts[field]; i < starts[field] + lengths[field]; i++) {
      if (characters[i] == 'e' || characters[i] == 'E') {
        return starts[field] + lengths[field] - i > 4;
      }
    }
    return false;
  }

  private void zeroFree(int field, String name, String symbol) {
    for (int i = starts[field]; i < starts[field] + lengths[field]; i++) {
      if (characters[i] == '\0') {
        throw new MissingDataException(name, symbol, "not a text");
      }
    }
  }

  private boolean blank(int field) {
    for (int i = starts[field]; i < starts[field] + lengths[field]; i++) {
      if (characters[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads field t: RFC 3339, as Alpaca writes it in UTC with up to nine decimals.
   *
   * @throws MissingDataException where it is missing or no time
   */
  void time(String symbol) {
    if (kinds[T] == Kind.ABSENT) {
      throw new MissingDataException("t", symbol);
    }
    if (kinds[T] != Kind.TEXT || !quickTime()) {
      slowTime(symbol);
    }
  }

  private boolean quickTime() {
    int at = starts[T];
    int length = lengths[T];
    if (length <= SECONDS
        || length > SECONDS + 2 + NANO_DIGITS
        || characters[at + length - 1] != 'Z'
        || characters[at + DATE] != 'T'
        || characters[at + 13] != ':'
        || characters[at + 16] != ':') {
      return false;
    }
    int hour = twoDigits(at + 11);
    int minute = twoDigits(at + 14);
    int second = twoDigits(at + 17);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return false;
    }
    int fraction = 0;
    int digits = length - SECONDS - 2;
    if (digits >= 0 && (digits == 0 || characters[at + SECONDS] != '.')) {
      return false;
    }
    for (int i = 0; i < NANO_DIGITS; i++) {
      int digit = i < digits ? characters[at + SECONDS + 1 + i] - '0' : 0;
      if (digit < 0 || digit > 9) {
        return false;
      }
      fraction = 10 * fraction + digit;
    }
    if (!sameDate(at) && !newDate(at)) {
      return false;
    }
    micros = dateMicros + (3600L * hour + 60L * minute + second) * MICROS_PER_S + fraction / 1000;
    nanos = fraction % 1000;
    return true;
  }

  private int twoDigits(int at) {
    int tens = characters[at] - '0';
    int ones = characters[at + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : 10 * tens + ones;
  }

  private boolean sameDate(int at) {
    return Arrays.equals(date, 0, DATE, characters, at, at + DATE);
  }

  private boolean newDate(int at) {
    try {
      LocalDate parsed = LocalDate.parse(new String(characters, at, DATE));
      dateMicros = parsed.toEpochDay() * 86_400L * MICROS_PER_S;
      System.arraycopy(characters, at, date, 0, DATE);
      return true;
    } catch (DateTimeException malformed) {
      return false;
    }
  }

  /** Any other form of the time is rewritten into the usual one. */
  private void slowTime(String symbol) {
    String text = new String(characters, starts[T], lengths[T]);
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      String usual = DateTimeFormatter.ISO_INSTANT.format(time);
      if (kinds[T] == Kind.TEXT && usual.length() <= SECONDS + 2 + NANO_DIGITS) {
        if (used + usual.length() > characters.length) {
          characters = Arrays.copyOf(characters, 2 * characters.length);
        }
        usual.getChars(0, usual.length(), characters, used);
        starts[T] = used;
        lengths[T] = usual.length();
        used += usual.length();
        if (quickTime()) {
          return;
        }
      }
    } catch (DateTimeException malformed) {
      // It is said below, as of any other text.
    }
    throw new MissingDataException(
        "t", symbol, "not a time: " + text.substring(0, Math.min(LONGEST_TEXT, text.length())));
  }

  void column(int field, CopyText row) {
    row.column(characters, starts[field], lengths[field]);
  }

  void plainColumn(int field, CopyText row) {
    row.plainColumn(characters, starts[field], lengths[field]);
  }

  void optionalColumn(int field, String name, CopyText row, String symbol) {
    if (kinds[field] == Kind.ABSENT) {
      row.nullColumn();
    } else {
      text(field, name, symbol);
      column(field, row);
    }
  }

  /** The time cut to microseconds, and the nanoseconds below. */
  void timeColumns(CopyText row) {
    int length = Math.min(lengths[T] - 1, SECONDS + 1 + MICRO_DIGITS);
    row.escaped(characters, starts[T], length);
    row.raw('Z');
    row.endColumn();
    row.smallColumn(nanos);
  }

  /** A list of texts as PostgreSQL writes an array; null where there is none. */
  void conditions(CopyText row, String symbol) {
    if (kinds[C] == Kind.ABSENT) {
      row.nullColumn();
      return;
    }
    if (kinds[C] != Kind.LIST) {
      throw new MissingDataException("c", symbol, "not a list of texts");
    }
    zeroFree(C, "c", symbol);
    row.raw('{');
    int from = starts[C];
    for (int i = 0; i < elements; i++) {
      if (i > 0) {
        row.raw(',');
      }
      row.raw('"');
      for (int at = from; at < elementEnds[i]; at++) {
        if (characters[at] == '"' || characters[at] == '\\') {
          // A backslash for the array; COPY wants it doubled.
          row.raw('\\');
          row.raw('\\');
        }
        // Half of a character that takes two would be none.
        int count = at + 1 < elementEnds[i] && Character.isHighSurrogate(characters[at]) ? 2 : 1;
        row.escaped(characters, at, count);
        at += count - 1;
      }
      row.raw('"');
      from = elementEnds[i];
    }
    row.raw('}');
    row.endColumn();
  }
}
