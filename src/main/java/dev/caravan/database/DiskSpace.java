package dev.caravan.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room that is left on the disk of the embedded server, and what Caravan leaves undone while it
 * runs short: first backfills, then quotes and repair, at last the stream and all flows. What is
 * left undone stays owed, and is made good by itself once there is room again. Of a server of
 * somebody else's it knows nothing, and holds nothing back.
 */
public final class DiskSpace {
  /** How much is left: the share of the reserve below which each begins, and what waits then. */
  private enum Level {
    PLENTY(0, ""),
    LOW(1, ""),
    NO_BACKFILL(2, " Until then backfills wait."),
    NO_QUOTES(4, " Until then backfills, repair and quotes wait."),
    NO_STREAM(8, " Until then the stream is closed and all flows wait.");

    private final int part;
    private final String held;

    Level(int part, String held) {
      this.part = part;
      this.held = held;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger("dev.caravan.disk");

  private static final long MEGABYTE = 1024L * 1024;

  /** A level ends once so many hundredths of its room are free, so that it does not flicker. */
  private static final int ENDS_AT = 110;

  /** Who waits for room looks again this often. */
  private static final long LOOK_SECONDS = 1;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private Path directory;
  private volatile long reserveMb;
  private Level level = Level.PLENTY;

  /** Where the embedded server keeps its files; empty where there is none. */
  public void setDirectory(String directory) {
    this.directory = directory.isEmpty() ? null : Path.of(directory);
  }

  /** What is to stay free, in MB; 0 holds nothing back. May be changed at any time. */
  public void setReserveMb(long reserveMb) {
    this.reserveMb = reserveMb;
  }

  /**
   * What is free for Caravan, in MB; empty where nothing is known of the disk. That is no reason to
   * hold anything back.
   */
  public Optional<Long> freeMb() {
    if (directory == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.getFileStore(directory).getUsableSpace() / MEGABYTE);
    } catch (IOException e) {
      LOG.debug("The disk of {} cannot be looked at", directory, e);
      return Optional.empty();
    }
  }

  /** How much is left now. */
  private synchronized Level level() {
    long free = reserveMb == 0 ? Long.MAX_VALUE : freeMb().orElse(Long.MAX_VALUE);
    Level now = Level.PLENTY;
    for (Level each : Level.values()) {
      if (each != Level.PLENTY) {
        long room = reserveMb / each.part;
        boolean reached = each.compareTo(level) <= 0;
        if (free < (reached ? room * ENDS_AT / 100 : room)) {
          now = each;
        }
      }
    }
    if (now.compareTo(level) > 0) {
      LOG.warn("{}", sentence(now));
    } else if (now != level) {
      LOG.info("The disk of {} has more room again", directory);
    }
    level = now;
    return now;
  }

  /** What is wrong and what to do, in a sentence or two; empty while there is plenty. */
  public Optional<String> fault() {
    return Optional.ofNullable(reason(Level.LOW));
  }

  /**
   * Why something is not to be done now, or null where it may be.
   *
   * @param what a flow, {@code quotes} or {@code stream}
   */
  public String refusal(String what) {
    return reason(
        switch (what) {
          case "backfill" -> Level.NO_BACKFILL;
          case "repair", "quotes" -> Level.NO_QUOTES;
          default -> Level.NO_STREAM;
        });
  }

  /** Waits for room, where the request is one of a backfill; it ends as well when Caravan stops. */
  public void await(String priority) throws InterruptedException {
    if ("backfill".equals(priority)) {
      boolean stopped = false;
      while (!stopped && refusal(priority) != null) {
        stopped = stopping.await(LOOK_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  /** Ends the waiting of all: Caravan stops. */
  public void stop() {
    stopping.countDown();
  }

  private String reason(Level from) {
    Level now = level();
    return now.compareTo(from) < 0 ? null : sentence(now);
  }

  private String sentence(Level now) {
    return "The disk of "
        + directory
        + " has "
        + freeMb().orElse(0L)
        + " MB left, less than the "
        + reserveMb / now.part
        + " MB wanted: free some, or lower caravan.database.disk-reserve."
        + now.held;
  }
}
