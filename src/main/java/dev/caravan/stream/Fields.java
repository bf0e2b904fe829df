package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.database.CopyRows;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.stream.PackedReader.Token;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * The fields of one trade or quote, as the characters that JSON has for them. Reused from message
 * to message, so that none of them costs an object.
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

  private static final int NANO_DIGITS = 9;
  private static final long MICROS_PER_S = 1_000_000;
  private static final long NANOS_PER_S = 1_000_000_000;

  /** The years 0 to 9999, which have four digits. */
  private static final long FIRST_SECOND = -62_167_219_200L;

  private static final long LAST_SECOND = 253_402_300_799L;

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

  /** Whether field t came as a time and not as a text that must be read. */
  private boolean timed;

  private final char[] date = new char[DATE];
  private long dateMicros;

  /** Reads the fields that follow, up to the end of the object. Unknown ones are passed over. */
  void read(JsonParser json) throws IOException {
    clear();
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

  /** The same of so many fields in MessagePack. */
  void read(PackedReader in, int count) throws IOException {
    clear();
    for (int i = 0; i < count; i++) {
      if (in.next() != Token.TEXT) {
        throw new IOException("a field without a name before " + in.at());
      }
      int field = field(in);
      Token value = in.next();
      if (field < 0) {
        in.skipContent(value);
      } else if (value == Token.LIST) {
        list(field, in);
      } else {
        starts[field] = used;
        kinds[field] = keep(field, value, in);
        lengths[field] = used - starts[field];
        in.skipContent(value);
      }
    }
  }

  private void clear() {
    Arrays.fill(kinds, Kind.ABSENT);
    used = 0;
    elements = 0;
    timed = false;
  }

  /** Of the name that was read last. */
  private static int field(PackedReader in) {
    byte[] frame = in.frame();
    if (in.length == 1) {
      return switch (frame[in.start]) {
        case 'S' -> S;
        case 't' -> T;
        case 'i' -> I;
        case 'x' -> X;
        case 'p' -> P;
        case 's' -> SIZE;
        case 'c' -> C;
        case 'z' -> Z;
        default -> -1;
      };
    }
    if (in.length != 2) {
      return -1;
    }
    return switch (frame[in.start] << 8 | frame[in.start + 1]) {
      case 'b' << 8 | 'x' -> BX;
      case 'b' << 8 | 'p' -> BP;
      case 'b' << 8 | 's' -> BS;
      case 'a' << 8 | 'x' -> AX;
      case 'a' << 8 | 'p' -> AP;
      case 'a' << 8 | 's' -> AS;
      default -> -1;
    };
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
    room(length);
    System.arraycopy(json.getTextCharacters(), json.getTextOffset(), characters, used, length);
    used += length;
  }

  /** Writes a value down as JSON has it, and says what it is there. */
  private Kind keep(int field, Token value, PackedReader in) throws IOException {
    timed &= field != T;
    switch (value) {
      case NIL:
        return Kind.ABSENT;
      case TEXT:
        append(in);
        return Kind.TEXT;
      case TIME:
        time(field, in.seconds, in.nanos);
        return Kind.TEXT;
      case WHOLE:
        whole(in.whole);
        return Kind.WHOLE;
      case UNSIGNED:
        append(Long.toUnsignedString(in.whole));
        return Kind.WHOLE;
      case REAL, SINGLE:
        return Double.isFinite(in.real) ? number(value, in) : Kind.OTHER;
      default:
        return Kind.OTHER;
    }
  }

  private void append(PackedReader in) throws IOException {
    room(in.length);
    byte[] frame = in.frame();
    for (int i = 0; i < in.length; i++) {
      byte each = frame[in.start + i];
      if (each < 0) {
        append(in.text());
        return;
      }
      characters[used + i] = (char) each;
    }
    used += in.length;
  }

  private void append(String text) {
    room(text.length());
    text.getChars(0, text.length(), characters, used);
    used += text.length();
  }

  private void room(int more) {
    if (used + more > characters.length) {
      characters = Arrays.copyOf(characters, Math.max(2 * characters.length, used + more));
    }
  }

  private void whole(long number) {
    if (number < 0) {
      append(Long.toString(number));
      return;
    }
    room(LONGEST_WHOLE + 1);
    int digits = 1;
    for (long power = 10; digits <= LONGEST_WHOLE && number >= power; power *= 10) {
      digits++;
    }
    long rest = number;
    for (int at = used + digits - 1; at >= used; at--) {
      characters[at] = (char) ('0' + rest % 10);
      rest /= 10;
    }
    used += digits;
  }

  /** What has neither a point nor an exponent is a whole number in JSON. */
  private Kind number(Token value, PackedReader in) {
    room(LONGEST_NUMBER);
    int from = used;
    int end = value == Token.REAL ? ShortestDecimal.put(in.real, characters, used) : -1;
    if (end < 0) {
      append(PackedTrees.digits(in, value));
    } else {
      used = end;
    }
    for (int i = from; i < used; i++) {
      if (characters[i] == '.' || characters[i] == 'e') {
        return Kind.FRACTION;
      }
    }
    return Kind.WHOLE;
  }

  /** That of field t is taken as it is; any other is written as JSON has it. */
  private void time(int field, long seconds, long fraction) {
    if (field != T || seconds < FIRST_SECOND || seconds > LAST_SECOND || fraction >= NANOS_PER_S) {
      append(PackedTrees.time(seconds, fraction));
      return;
    }
    timed = true;
    micros = seconds * MICROS_PER_S + fraction / 1000;
    nanos = (int) (fraction % 1000);
  }

  private void list(int field, PackedReader in) throws IOException {
    kinds[field] = Kind.LIST;
    starts[field] = used;
    elements = 0;
    timed &= field != T;
    for (int left = in.count; left > 0; left--) {
      Token next = in.next();
      if (next == Token.TEXT) {
        append(in);
        endElement();
      } else {
        kinds[field] = Kind.OTHER;
        in.skipContent(next);
      }
    }
    lengths[field] = used - starts[field];
  }

  private void endElement() {
    if (elements == elementEnds.length) {
      elementEnds = Arrays.copyOf(elementEnds, 2 * elements);
    }
    elementEnds[elements++] = used;
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
      endElement();
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
    if (!timed && (kinds[T] != Kind.TEXT || !quickTime())) {
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
        starts[T] = used;
        lengths[T] = usual.length();
        append(usual);
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

  void column(int field, CopyRows row) {
    row.column(characters, starts[field], lengths[field]);
  }

  /** A whole number that {@link #wholeNumber} let through. */
  void wholeColumn(int field, CopyRows row) {
    int end = starts[field] + lengths[field];
    if (lengths[field] > LONGEST_WHOLE || characters[starts[field]] == '-') {
      row.wholeColumn(Long.parseLong(new String(characters, starts[field], lengths[field])));
      return;
    }
    long number = 0;
    for (int i = starts[field]; i < end; i++) {
      number = 10 * number + characters[i] - '0';
    }
    row.wholeColumn(number);
  }

  /** A number that {@link #number} let through, with all its places. */
  void decimalColumn(int field, CopyRows row) {
    int end = starts[field] + lengths[field];
    long unscaled = 0;
    int point = end - 1;
    boolean simple = lengths[field] <= LONGEST_WHOLE;
    for (int i = starts[field]; simple && i < end; i++) {
      char c = characters[i];
      if (c == '.') {
        point = i;
      } else {
        unscaled = 10 * unscaled + c - '0';
        simple = c >= '0' && c <= '9';
      }
    }
    if (simple) {
      row.column(unscaled, end - 1 - point);
    } else {
      row.column(new BigDecimal(characters, starts[field], lengths[field]));
    }
  }

  void optionalColumn(int field, String name, CopyRows row, String symbol) {
    if (kinds[field] == Kind.ABSENT) {
      row.nullColumn();
    } else {
      text(field, name, symbol);
      column(field, row);
    }
  }

  /** The time cut to microseconds, and the nanoseconds below. */
  void timeColumns(CopyRows row) {
    row.timeColumn(micros);
    row.smallColumn(nanos);
  }

  /** A list of texts; null where there is none. */
  void conditions(CopyRows row, String symbol) {
    if (kinds[C] == Kind.ABSENT) {
      row.nullColumn();
      return;
    }
    if (kinds[C] != Kind.LIST) {
      throw new MissingDataException("c", symbol, "not a list of texts");
    }
    zeroFree(C, "c", symbol);
    row.beginTexts(elements);
    int from = starts[C];
    for (int i = 0; i < elements; i++) {
      row.element(characters, from, elementEnds[i] - from);
      from = elementEnds[i];
    }
    row.end();
  }
}
