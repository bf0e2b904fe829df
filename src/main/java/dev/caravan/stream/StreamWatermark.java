package dev.caravan.stream;

import dev.caravan.database.Sql;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Up to which time of the feed all that was received is taken, by the database or by Kafka, and can
 * be lost with this process no more. Batches may be done in any order; the time moves on only when
 * all before it are done, and stands still behind a batch that was lost until the ledger knows of
 * that. Table {@code stream_watermarks} follows it once a second.
 */
final class StreamWatermark {
  private static final Logger LOG = LoggerFactory.getLogger(StreamWatermark.class);

  private static final long RECORD_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A batch under way. */
  static final class Pending {
    private final long newestMicros;
    private boolean done;

    private Pending(long newestMicros) {
      this.newestMicros = newestMicros;
    }
  }

  private final NamedParameterJdbcTemplate jdbc;
  private final String feed;

  /** Oldest first. */
  private final ArrayDeque<Pending> underWay = new ArrayDeque<>();

  /** Whether a batch was lost of which the ledger does not know yet. */
  private boolean lost;

  private long newestMicros;
  private long recordedMicros;
  private long recordedNanos;

  StreamWatermark(NamedParameterJdbcTemplate jdbc, String feed) {
    this.jdbc = jdbc;
    this.feed = feed;
  }

  /**
   * A batch is under way.
   *
   * @param batchMicros the newest time in it, in microseconds since 1970; 0 where it has none
   */
  synchronized Pending begin(long batchMicros) {
    Pending pending = new Pending(batchMicros);
    underWay.add(pending);
    return pending;
  }

  /** A batch was lost before it was under way. */
  synchronized void lost() {
    lost = true;
  }

  /**
   * A batch is taken, or lost for good.
   *
   * @param epoch under which this process has the stream; null where nobody else can have it
   */
  void done(Pending pending, boolean failed, Long epoch) {
    Timestamp watermark = null;
    synchronized (this) {
      pending.done = true;
      lost |= failed;
      // Only what lies before the oldest batch that is under way is stored up to its end, and
      // nothing is behind a batch that was lost.
      while (!underWay.isEmpty() && underWay.peek().done) {
        Pending oldest = underWay.poll();
        if (!lost) {
          newestMicros = Math.max(newestMicros, oldest.newestMicros);
        }
      }
      long now = System.nanoTime();
      if (newestMicros > recordedMicros && now - recordedNanos >= RECORD_NANOS) {
        recordedMicros = newestMicros;
        recordedNanos = now;
        watermark = Timestamp.from(instant(newestMicros));
      }
    }
    if (watermark != null) {
      record(watermark, epoch);
    }
  }

  /** A loss begins here; null before the first message. */
  synchronized Instant storedTo() {
    return newestMicros == 0 ? null : instant(newestMicros);
  }

  /** How far it is behind the exchange, and how much waits, in words. */
  String behind(Instant now, long bytesQueued) {
    Instant newest = storedTo();
    return (newest == null
            ? "nothing is stored yet"
            : Duration.between(newest, now).toMillis() + " ms behind the exchange")
        + ", "
        + bytesQueued
        + " bytes queued";
  }

  /** The ledger has what was lost: from here on the time follows what is taken again. */
  synchronized void lossRecorded() {
    lost = false;
  }

  /** State is saved last: a watermark that is lost makes a gap wider, never narrower. */
  private void record(Timestamp watermark, Long epoch) {
    try {
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("feed", feed);
      parameters.put("stored_to", watermark);
      parameters.put("epoch", epoch);
      jdbc.update(Sql.named("stream_watermarks/raise_watermark"), parameters);
    } catch (Throwable e) {
      // The batch is committed, and must be said to be so.
      LOG.debug("The watermark waits for the next batch", e);
    }
  }

  /** Microseconds since 1970, of which what is less is cut off. */
  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
