package dev.caravan.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Compresses answers while somebody waits for them. */
final class Gzip extends GZIPOutputStream {
  /** A higher level takes longer than it saves: docs/performance.md has what was measured. */
  private static final int LEVEL = 1;

  private static final int BUFFER = 8192;

  Gzip(OutputStream out) throws IOException {
    super(out, BUFFER);
    def.setLevel(LEVEL);
  }

  static byte[] compress(byte[] body) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4);
    try (Gzip gzip = new Gzip(compressed)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }
}
