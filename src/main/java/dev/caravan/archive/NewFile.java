package dev.caravan.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that appears whole or not at all: it is written as {@code NAME.part} beside its place, and
 * gets its name when it is complete and on the disk. What is no file, such as a pipe or {@code
 * /dev/stdout}, is written as it is.
 */
public final class NewFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NewFile.class);
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final boolean force;
  private final Path part;
  private final FileChannel channel;
  private final OutputStream stream;
  private boolean kept;

  private NewFile(Path target, boolean force, Path part, FileChannel channel) {
    this.target = target;
    this.force = force;
    this.part = part;
    this.channel = channel;
    this.stream = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
  }

  /**
   * Begins to write.
   *
   * @param force whether it may replace a file
   * @throws FileFault where there is such a file, or none can be written there
   */
  public static NewFile at(Path file, boolean force) {
    Path target = file.toAbsolutePath().normalize();
    refuse(target, force);
    boolean special = Files.exists(target) && !Files.isRegularFile(target);
    Path part = special ? target : target.resolveSibling(target.getFileName() + ".part");
    try {
      FileChannel channel =
          special
              ? FileChannel.open(target, StandardOpenOption.WRITE)
              : FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!special) {
        claim(channel, part);
        // Where a signal ends the process, nobody else does.
        part.toFile().deleteOnExit();
      }
      return new NewFile(target, force, special ? null : part, channel);
    } catch (IOException e) {
      throw fault(target, e);
    }
  }

  private static void refuse(Path target, boolean force) {
    if (Files.isDirectory(target)) {
      throw new FileFault(target + " is a directory; name a file.");
    }
    if (Files.isRegularFile(target) && !force) {
      throw new FileFault(target + " exists; choose another name, or replace it with --force.");
    }
    if (target.getParent() != null && !Files.isDirectory(target.getParent())) {
      throw new FileFault("There is no directory " + target.getParent() + "; make it first.");
    }
  }

  /** Two at once would write into one another. What one that was killed has left is overwritten. */
  private static void claim(FileChannel channel, Path part) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new FileFault(part + " is being written by another process.");
    }
    channel.truncate(0);
  }

  /** What is written here; closing it is not needed. */
  public OutputStream stream() {
    return stream;
  }

  /** Says that all is written: the file gets its name. */
  public void keep() throws IOException {
    stream.flush();
    if (part != null) {
      channel.force(true);
      // It may have been made meanwhile.
      refuse(target, force);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    kept = true;
  }

  /** Removes what was not kept. */
  @Override
  public void close() {
    try {
      if (!kept && part != null) {
        Files.deleteIfExists(part);
      }
      channel.close();
    } catch (IOException e) {
      throw fault(target, e);
    }
  }

  /** What to say where writing failed. */
  public static FileFault fault(Path target, IOException e) {
    String message = String.valueOf(e.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota")) {
      return new FileFault(
          "The disk of "
              + target
              + " is full, and the file was not kept. Free some space, or write it elsewhere.",
          e);
    }
    if (e instanceof AccessDeniedException || lower.contains("permission denied")) {
      return new FileFault(target + " cannot be written: permission denied.", e);
    }
    if (e instanceof NoSuchFileException) {
      return new FileFault("There is no file " + target + ".", e);
    }
    return new FileFault(target + " cannot be written: " + message, e);
  }
}
