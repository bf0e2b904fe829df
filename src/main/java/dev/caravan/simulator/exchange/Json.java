package dev.caravan.simulator.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

/** Writes JSON with the numbers spelt as the providers spell them. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int PLACES = 6;
  private static final long MILLION = 1_000_000;

  /** Up to fifteen digits there is only one decimal so short for a number. */
  private static final long MOST_MILLIONTHS = 1_000_000_000_000_000L;

  /** Writes one document. */
  public interface Content {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private Json() {}

  public static byte[] write(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      content.writeTo(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException("Memory cannot be written to", impossible);
    }
    return bytes.toByteArray();
  }

  /** A decimal without trailing zeros: 99.5, and 100 for a whole number. */
  public static String number(double value) {
    long millionths = Math.round(value * MILLION);
    return millionths >= 0 && millionths < MOST_MILLIONTHS && millionths / (double) MILLION == value
        ? decimal(millionths)
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /**
   * Of a number with six decimals at most, as all prices are: a page of history has ten thousand.
   */
  private static String decimal(long millionths) {
    long rest = millionths % MILLION;
    StringBuilder text = new StringBuilder(16).append(millionths / MILLION);
    if (rest > 0) {
      // The one in front keeps the zeros behind the point.
      text.append(MILLION + rest).setCharAt(text.length() - PLACES - 1, '.');
      int length = text.length();
      while (text.charAt(length - 1) == '0') {
        length--;
      }
      text.setLength(length);
    }
    return text.toString();
  }

  /** The shortest decimal that gives the same 32-bit number. */
  public static String shortest(double value) {
    return new BigDecimal(Float.toString((float) value)).stripTrailingZeros().toPlainString();
  }
}
