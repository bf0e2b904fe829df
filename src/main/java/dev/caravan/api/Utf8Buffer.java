package dev.caravan.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that is written piece by piece and wanted as bytes. Nearly all of it is ASCII. */
final class Utf8Buffer {
  private static final int FIRST = 1024;

  private byte[] bytes = new byte[FIRST];
  private int length;

  Utf8Buffer add(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  Utf8Buffer add(String text) {
    int characters = text.length();
    reserve(characters);
    int at = length;
    for (int i = 0; i < characters; i++) {
      char each = text.charAt(i);
      if (each >= 0x80) {
        add(text.getBytes(StandardCharsets.UTF_8));
        return this;
      }
      bytes[at++] = (byte) each;
    }
    length = at;
    return this;
  }

  Utf8Buffer add(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  Utf8Buffer add(Utf8Buffer more) {
    reserve(more.length);
    System.arraycopy(more.bytes, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  /** Makes room at once for what is known to come. */
  void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }

  int length() {
    return length;
  }

  /** All that is there, which then is there no longer. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    return taken;
  }
}
