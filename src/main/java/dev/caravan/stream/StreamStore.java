package dev.caravan.stream;

import dev.caravan.database.Sql;
import dev.caravan.market.ProviderClock;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;

/**
 * Takes batches of frames into PostgreSQL. The caller's thread parses; each writer commits its
 * share, the symbols that fall to it, on a thread of its own. An exchange is done once all of its
 * rows are committed; until then it is tried, however long the database is away, since all
 * statements can be repeated. Any other failure, an {@link Error} included, fails the exchange: its
 * rows are a loss, and the watermark stays before them until that is recorded.
 *
 * <p>Memory is bounded: a writer has three chunks in all, and the caller waits for a free one.
 */
public final class StreamStore extends AsyncProcessorSupport {
  private static final Logger LOG = LoggerFactory.getLogger(StreamStore.class);

  /** Of each writer: one that is written, and two that wait or are being filled. */
  private static final int CHUNKS = 3;

  private static final long WATERMARK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_MIN_MS = 100;
  private static final long RETRY_MAX_MS = 5_000;
  private static final long STOP_S = 10;

  private DataSource dataSource;
  private PlatformTransactionManager transactionManager;
  private String feed;
  private int writers = 2;
  private StreamFigures figures = new StreamFigures();
  private ProviderClock clock = new ProviderClock();
  private StreamOwner owner;

  /** Of the connection whose batches are read now. */
  private volatile Long epoch;

  private StreamParser parser;
  private List<Writer> running = List.of();
  private ChunkStore chunkStore;
  private NamedParameterJdbcTemplate jdbc;
  private volatile boolean stopping;

  /** Batches under way, oldest first; guarded by itself. */
  private final ArrayDeque<Stored> underWay = new ArrayDeque<>();

  /** Held while a batch is read, since the parser and the order of the rows are for one caller. */
  private final AtomicBoolean reading = new AtomicBoolean();

  /**
   * Whether a batch was lost of which the ledger does not know yet; guarded by {@link #underWay}.
   */
  private boolean lost;

  private long newestMicros;
  private long recordedMicros;
  private long recordedNanos;

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  public void setTransactionManager(PlatformTransactionManager transactionManager) {
    this.transactionManager = transactionManager;
  }

  /** Feed of the stream: {@code iex}, {@code sip} and the like. */
  public void setFeed(String feed) {
    this.feed = feed;
  }

  /** Into how many transactions a batch is split, by symbol. */
  public void setWriters(int writers) {
    this.writers = writers;
  }

  public void setFigures(StreamFigures figures) {
    this.figures = figures;
  }

  public void setClock(ProviderClock clock) {
    this.clock = clock;
  }

  /** Without one nobody else has the stream. */
  public void setOwner(StreamOwner owner) {
    this.owner = owner;
  }

  @Override
  protected void doStart() {
    stopping = false;

    parser = new StreamParser(feed);
    jdbc = new NamedParameterJdbcTemplate(dataSource);
    chunkStore = new ChunkStore(jdbc, transactionManager, figures, feed);
    synchronized (underWay) {
      underWay.clear();
      lost = false;
      newestMicros = 0;
      recordedMicros = 0;
    }
    running = new ArrayList<>();
    for (int i = 1; i <= writers; i++) {
      Writer writer = new Writer(i);
      running.add(writer);
      writer.start();
    }
  }

  @Override
  protected void doStop() throws Exception {
    stopping = true;
    for (Writer writer : running) {
      writer.thread.interrupt();
    }
    for (Writer writer : running) {
      writer.thread.join(TimeUnit.SECONDS.toMillis(STOP_S));
    }
    running = List.of();
  }

  /**
   * A connection begins: all that comes by it is stored under the number with which we have the
   * stream now, which is never looked up at a write.
   */
  public void hold() {
    epoch = owner == null ? null : owner.getEpoch();
  }

  /**
   * The newest time up to which all that was received is stored; null before the first message. A
   * loss begins here.
   */
  public Instant storedTo() {
    synchronized (underWay) {
      return newestMicros == 0 ? null : instant(newestMicros);
    }
  }

  /** How far the database is behind the exchange, in words: for a server that calls us slow. */
  public String behind() {
    Instant newest = storedTo();
    return (newest == null
            ? "nothing is stored yet"
            : Duration.between(newest, clock.now()).toMillis() + " ms behind the exchange")
        + ", "
        + figures.getBytesQueued()
        + " bytes queued";
  }

  /** The ledger has what was lost: from here on the watermark follows what is stored again. */
  public void lossRecorded() {
    synchronized (underWay) {
      lost = false;
    }
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    if (!reading.compareAndSet(false, true)) {
      exchange.setException(
          new IllegalStateException(
              "The stream's store is reading a batch of another thread: it takes one batch after the"
                  + " other, and has stored nothing of this one"));
      callback.done(true);
      return true;
    }
    Chunk[] chunks = new Chunk[running.size()];
    Stored stored = null;
    try {
      Batch batch = exchange.getMessage().getMandatoryBody(Batch.class);
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = running.get(i).free.take();
      }
      Instant now = clock.theirLatest();
      StreamParser.Read read = parser.read(batch.frames(), chunks);
      Instant storedTo = storedTo();
      for (Chunk chunk : chunks) {
        chunk.readAt = now;
        chunk.storedTo = storedTo;
        chunk.epoch = epoch;
      }
      figures.parsed(read.messages(), read.unknown(), read.unreadable());
      for (String type : read.strangers()) {
        LOG.warn(
            "Stream {} sends messages of type {}, which Caravan does not know: they are counted"
                + " (caravan.stream.messages.ignored) and not stored",
            feed,
            type);
      }
      // A time in the future is a mistake of the sender, and must not move a loss there.
      long newest = Math.min(read.newestMicros(), micros(now));
      stored = new Stored(exchange, callback, newest, chunks.length);
      synchronized (underWay) {
        underWay.add(stored);
      }
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      synchronized (underWay) {
        lost = true;
      }
      giveBack(chunks);
      exchange.setException(told(e));
      reading.set(false);
      callback.done(true);
      return true;
    }
    for (int i = 0; i < chunks.length; i++) {
      // It has room for every chunk that there is.
      running.get(i).waiting.add(new Work(chunks[i], stored));
    }
    reading.set(false);
    return false;
  }

  /** Without them the writers would wait for ever for the next batch. */
  private void giveBack(Chunk[] chunks) {
    for (int i = 0; i < chunks.length && chunks[i] != null; i++) {
      chunks[i].clear();
      running.get(i).free.add(chunks[i]);
    }
  }

  /** A batch of which some shares are not committed yet. */
  private static final class Stored {
    private final Exchange exchange;
    private final AsyncCallback callback;
    private final long newestMicros;
    private int shares;
    private Throwable failure;

    Stored(Exchange exchange, AsyncCallback callback, long newestMicros, int shares) {
      this.exchange = exchange;
      this.callback = callback;
      this.newestMicros = newestMicros;
      this.shares = shares;
    }
  }

  private record Work(Chunk chunk, Stored stored) {}

  /** A share of a batch is committed, or will never be; with the last of them the batch is done. */
  private void done(Stored stored, Throwable failure) {
    Timestamp watermark = null;
    synchronized (underWay) {
      if (failure != null) {
        stored.failure = failure;
        lost = true;
      }
      if (--stored.shares > 0) {
        return;
      }
      // Only what lies before the oldest batch that is under way is stored up to its end, and
      // nothing is behind a batch that was lost.
      while (!underWay.isEmpty() && underWay.peek().shares == 0) {
        Stored oldest = underWay.poll();
        if (!lost) {
          newestMicros = Math.max(newestMicros, oldest.newestMicros);
        }
      }
      long now = System.nanoTime();
      if (newestMicros > recordedMicros && now - recordedNanos >= WATERMARK_NANOS) {
        recordedMicros = newestMicros;
        recordedNanos = now;
        watermark = Timestamp.from(instant(newestMicros));
      }
    }
    if (watermark != null) {
      record(watermark);
    }
    if (stored.failure != null) {
      stored.exchange.setException(told(stored.failure));
    }
    stored.callback.done(false);
  }

  /** State is saved last: a watermark that is lost makes a gap wider, never narrower. */
  private void record(Timestamp watermark) {
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

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }

  /** Camel would put words of its own before those of an error. */
  private static Exception told(Throwable failure) {
    return failure instanceof Exception exception
        ? exception
        : new IllegalStateException(failure.toString(), failure);
  }

  /** Whether the database says so, which may pass; whatever else fails would fail again. */
  private static boolean isOfDatabase(RuntimeException failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof DataAccessException
          || each instanceof TransactionException
          || each instanceof SQLException) {
        return true;
      }
    }
    return false;
  }

  /** Commits its share of one batch after the other. */
  private final class Writer implements Runnable {
    private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);
    private final String name;
    private volatile Thread thread;

    Writer(int number) {
      name = "stream-writer-" + number;
      for (int i = 0; i < CHUNKS; i++) {
        free.add(new Chunk());
      }
    }

    void start() {
      Thread next = new Thread(this, name);
      next.setDaemon(true);
      thread = next;
      next.start();
    }

    @Override
    public void run() {
      try {
        while (!store(waiting.take()) || !replaced()) {
          // On to the next share.
        }
      } catch (InterruptedException stop) {
        // The rows that are left are in the gap that the next start opens.
        Thread.currentThread().interrupt();
      }
    }

    /** Returns whether it met what a thread may not get over, so that another is to go on. */
    private boolean store(Work work) throws InterruptedException {
      Throwable failure = null;
      try {
        store(work.chunk());
      } catch (InterruptedException stop) {
        throw stop;
      } catch (Throwable e) {
        failure = e;
      }
      try {
        work.chunk().clear();
        free.add(work.chunk());
        if (failure != null) {
          figures.gaveUp();
        }
        if (failure instanceof FencedException) {
          LOG.warn("The stream's writer gives up a batch: {}", failure.getMessage());
        } else if (failure != null) {
          LOG.error("The stream's writer could not store a batch, which becomes a gap", failure);
        }
      } finally {
        done(work.stored(), failure);
      }
      return failure != null;
    }

    /** Where not even a thread is to be had, this one goes on. */
    private boolean replaced() {
      if (stopping) {
        return false;
      }
      try {
        start();
        return true;
      } catch (Throwable none) {
        thread = Thread.currentThread();
        return false;
      }
    }

    private void store(Chunk chunk) throws InterruptedException {
      if (chunk.empty()) {
        return;
      }
      for (long waitMs = RETRY_MIN_MS; ; waitMs = Math.min(2 * waitMs, RETRY_MAX_MS)) {
        int rows;
        try {
          rows = chunkStore.store(chunk);
        } catch (RuntimeException e) {
          if (stopping) {
            throw new InterruptedException();
          }
          if (!isOfDatabase(e)) {
            throw e;
          }
          String reason = ChunkStore.reason(e);
          if (figures.getStoreTrouble() == null) {
            LOG.warn("The stream's rows are waiting: {}; retrying until they are stored", reason);
          }
          figures.trouble(reason);
          TimeUnit.MILLISECONDS.sleep(waitMs);
          continue;
        }
        long now = micros(clock.now());
        for (int i = 0; i < chunk.sampled; i++) {
          figures.lag(now - chunk.samples[i]);
        }
        if (figures.getStoreTrouble() != null) {
          LOG.info("The database accepts the stream's rows again");
        }
        figures.committed(rows);
        return;
      }
    }
  }
}
