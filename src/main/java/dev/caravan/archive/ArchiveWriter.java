package dev.caravan.archive;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a backup: a zip file with an entry a table, its rows as PostgreSQL's COPY writes them, and
 * behind them the manifest. One that was cut off has no directory, and cannot be read at all.
 */
public final class ArchiveWriter {
  static final String MANIFEST = "manifest.json";
  private static final int BUFFER = 1 << 16;

  /** Two and a half times as fast as the usual 6, for a tenth more bytes. */
  private static final int LEVEL = 3;

  private final ZipOutputStream zip;

  public ArchiveWriter(OutputStream to) {
    zip = new ZipOutputStream(to);
    zip.setLevel(LEVEL);
  }

  /** Writes the rows of a table and returns how many there were. */
  public interface Rows {
    long to(OutputStream text) throws SQLException, IOException;
  }

  static String entry(String table) {
    return "tables/" + table + ".copy";
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  public Manifest.Table table(
      String name, List<String> columns, String identity, Long last, Rows rows)
      throws SQLException, IOException {
    zip.putNextEntry(new ZipEntry(entry(name)));
    Measured measured = new Measured(zip);
    OutputStream text = new BufferedOutputStream(measured, BUFFER);
    long count = rows.to(text);
    text.flush();
    zip.closeEntry();
    return new Manifest.Table(
        name,
        columns,
        identity,
        last,
        count,
        measured.bytes,
        HexFormat.of().formatHex(measured.digest.digest()));
  }

  /** Ends the archive; without this it is none. */
  public void finish(Manifest manifest) throws IOException {
    zip.putNextEntry(new ZipEntry(MANIFEST));
    zip.write(manifest.json());
    zip.closeEntry();
    zip.finish();
    zip.flush();
  }

  private static final class Measured extends FilterOutputStream {
    private final MessageDigest digest = digest();
    private long bytes;

    Measured(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      out.write(from, offset, length);
      digest.update(from, offset, length);
      bytes += length;
    }
  }
}
