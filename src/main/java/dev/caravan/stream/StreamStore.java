package dev.caravan.stream;

import dev.caravan.market.ProviderClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
public final class StreamStore extends AsyncProcessorSupport implements StreamSink {
  private static final Logger LOG = LoggerFactory.getLogger(StreamStore.class);

  /** Of each writer: one that is written, and two that wait or are being filled. */
  private static final int CHUNKS = 3;

  private static final Duration OLDER = Duration.ofMinutes(2);
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

  /** Held while a batch is read, since the parser and the order of the rows are for one caller. */
  private final AtomicBoolean reading = new AtomicBoolean();

  private StreamWatermark watermark;

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
    watermark = new StreamWatermark(jdbc, feed);
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

  @Override
  public void hold() {
    epoch = owner == null ? null : owner.getEpoch();
  }

  @Override
  public Instant storedTo() {
    return watermark.storedTo();
  }

  @Override
  public String behind() {
    return watermark.behind(clock.now(), figures.getBytesQueued());
  }

  @Override
  public void lossRecorded() {
    watermark.lossRecorded();
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
    Chunk[] chunks = {};
    Stored stored = null;
    try {
      Batch batch = exchange.getMessage().getMandatoryBody(Batch.class);
      if (running.isEmpty()) {
        throw new IllegalStateException("The stream's store is not started");
      }
      boolean polled = !batch.ends().isEmpty();
      // The ends of partitions are for one transaction, which has all that is before them.
      chunks = new Chunk[polled ? 1 : running.size()];
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = running.get(i).free.take();
      }
      Instant now = clock.theirLatest();
      StreamParser.Read read = parser.read(batch.frames(), chunks);
      Instant storedTo = storedTo();
      for (Chunk chunk : chunks) {
        chunk.readAt = now;
        chunk.storedTo = polled ? before(batch.ends()) : storedTo;
        chunk.epoch = epoch;
        chunk.ends = batch.ends();
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
      long newest = Math.min(read.newestMicros(), StreamWatermark.micros(now));
      stored =
          new Stored(exchange, callback, polled ? null : watermark.begin(newest), chunks.length);
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      watermark.lost();
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

  /** What is in a record may be older than the time of its batch. */
  private static Instant before(List<PartitionEnd> ends) {
    return ends.stream()
        .map(PartitionEnd::firstAt)
        .min(Comparator.naturalOrder())
        .orElseThrow()
        .minus(OLDER);
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
    private final StreamWatermark.Pending pending;
    private int shares;
    private Throwable failure;

    Stored(Exchange exchange, AsyncCallback callback, StreamWatermark.Pending pending, int shares) {
      this.exchange = exchange;
      this.callback = callback;
      this.pending = pending;
      this.shares = shares;
    }

    /** Whether this was the last share. */
    synchronized boolean done(Throwable fault) {
      failure = fault == null ? failure : fault;
      return --shares == 0;
    }
  }

  private record Work(Chunk chunk, Stored stored) {}

  /** A share of a batch is committed, or will never be; with the last of them the batch is done. */
  private void done(Stored stored, Throwable failure) {
    if (!stored.done(failure)) {
      return;
    }
    // Of what came by Kafka the partitions' ends are the watermark.
    if (stored.pending != null) {
      watermark.done(stored.pending, stored.failure != null, epoch);
    }
    if (stored.failure != null) {
      stored.exchange.setException(told(stored.failure));
    }
    stored.callback.done(false);
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
          figures.troubleOver();
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
        long now = StreamWatermark.micros(clock.now());
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
