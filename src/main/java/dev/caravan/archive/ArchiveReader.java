package dev.caravan.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads a backup, and believes nothing of it that its checksums do not prove. */
public final class ArchiveReader implements AutoCloseable {
  /** It is a few hundred bytes a table. */
  private static final long LONGEST_MANIFEST = 16L * 1024 * 1024;

  private final Path file;
  private final ZipFile zip;
  private final Manifest manifest;

  private ArchiveReader(Path file, ZipFile zip, Manifest manifest) {
    this.file = file;
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * @throws FileFault where it is no backup, damaged, or of a later kind
   */
  public static ArchiveReader open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new FileFault("There is no file " + file + ".");
    }
    ZipFile zip = null;
    try {
      zip = new ZipFile(file.toFile());
      Manifest manifest = manifest(file, zip);
      if (manifest.format() > Manifest.FORMAT) {
        throw new FileFault(
            file
                + " was written by Caravan "
                + manifest.caravan()
                + " in a form that this one does not know; restore it with that version.");
      }
      return new ArchiveReader(file, zip, manifest);
    } catch (ZipException e) {
      close(zip);
      throw new FileFault(
          file + " is not a whole backup: it was cut off, damaged, or is something else.", e);
    } catch (IOException e) {
      close(zip);
      throw new FileFault(file + " cannot be read: " + e.getMessage(), e);
    } catch (FileFault e) {
      close(zip);
      throw e;
    }
  }

  private static Manifest manifest(Path file, ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(ArchiveWriter.MANIFEST);
    if (entry == null || entry.getSize() > LONGEST_MANIFEST) {
      throw new FileFault(file + " is not a backup of Caravan.");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] json = in.readNBytes((int) LONGEST_MANIFEST);
      CRC32 crc = new CRC32();
      crc.update(json);
      if (crc.getValue() != entry.getCrc()) {
        throw new ZipException("the manifest is damaged");
      }
      return Manifest.read(json);
    }
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Takes the rows of a table to their end and returns how many there were. */
  public interface Rows {
    long from(InputStream text) throws SQLException, IOException;
  }

  /**
   * Reads the rows of a table.
   *
   * @throws FileFault where they are not those that were written
   */
  public void table(Manifest.Table table, Rows rows) throws SQLException {
    ZipEntry entry = zip.getEntry(ArchiveWriter.entry(table.name()));
    if (entry == null) {
      throw damaged(table, null);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      Measured measured = new Measured(in);
      long count = rows.from(measured);
      if (count != table.rows()
          || measured.bytes != table.bytes()
          || !HexFormat.of().formatHex(measured.digest.digest()).equals(table.sha256())) {
        throw damaged(table, null);
      }
    } catch (IOException e) {
      throw damaged(table, e);
    }
  }

  /** What to say of a table whose rows are not those that were written. */
  public FileFault damaged(Manifest.Table table, Exception e) {
    return new FileFault(
        file + " is damaged: the rows of table " + table.name() + " are not those of the backup.",
        e);
  }

  @Override
  public void close() {
    close(zip);
  }

  private static void close(ZipFile zip) {
    try {
      if (zip != null) {
        zip.close();
      }
    } catch (IOException e) {
      throw new FileFault("The backup cannot be closed: " + e.getMessage(), e);
    }
  }

  private static final class Measured extends FilterInputStream {
    private final MessageDigest digest = ArchiveWriter.digest();
    private long bytes;

    Measured(InputStream from) {
      super(from);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      if (count > 0) {
        digest.update(into, offset, count);
        bytes += count;
      }
      return count;
    }
  }
}
