package dev.caravan.stream;

import dev.caravan.database.Sql;
import dev.caravan.market.ProviderClock;
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
import javax.sql.DataSource;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Takes batches of frames into PostgreSQL. The caller's thread parses; each writer commits its
 * share, the symbols that fall to it, on a thread of its own. An exchange is done once all of its
 * rows are committed; until then it is tried, however long the database is away, since all
 * statements can be repeated.
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

  private StreamParser parser;
  private List<Writer> running = List.of();
  private ChunkStore chunkStore;
  private NamedParameterJdbcTemplate jdbc;
  private volatile boolean stopping;

  /** Batches under way, oldest first; guarded by itself. */
  private final ArrayDeque<Stored> underWay = new ArrayDeque<>();

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

  @Override
  protected void doStart() {
    stopping = false;
    parser = new StreamParser(feed);
    jdbc = new NamedParameterJdbcTemplate(dataSource);
    chunkStore = new ChunkStore(jdbc, transactionManager, figures, feed);
    synchronized (underWay) {
      underWay.clear();
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
      writer.interrupt();
    }
    for (Writer writer : running) {
      writer.join(TimeUnit.SECONDS.toMillis(STOP_S));
    }
    running = List.of();
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

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Chunk[] chunks = new Chunk[running.size()];
    try {
      Batch batch = exchange.getMessage().getMandatoryBody(Batch.class);
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = running.get(i).free.take();
      }
      Instant now = clock.theirLatest();
      StreamParser.Read read = parser.read(batch.frames(), chunks);
      figures.parsed(read.messages(), read.unknown(), read.unreadable());
      // A time in the future is a mistake of the sender, and must not move a loss there.
      long newest = Math.min(read.newestMicros(), micros(now));
      Stored stored = new Stored(callback, newest, chunks.length);
      synchronized (underWay) {
        underWay.add(stored);
      }
      for (int i = 0; i < chunks.length; i++) {
        // It has room for every chunk that there is.
        running.get(i).waiting.put(new Work(chunks[i], stored));
      }
      return false;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      exchange.setException(stop);
    } catch (Exception e) {
      exchange.setException(e);
      giveBack(chunks);
    }
    callback.done(true);
    return true;
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
    private final AsyncCallback callback;
    private final long newestMicros;
    private int shares;

    Stored(AsyncCallback callback, long newestMicros, int shares) {
      this.callback = callback;
      this.newestMicros = newestMicros;
      this.shares = shares;
    }
  }

  private record Work(Chunk chunk, Stored stored) {}

  private void committed(Stored stored) {
    Timestamp watermark = null;
    synchronized (underWay) {
      if (--stored.shares > 0) {
        return;
      }
      // Only what lies before the oldest batch that is under way is stored up to its end.
      while (!underWay.isEmpty() && underWay.peek().shares == 0) {
        newestMicros = Math.max(newestMicros, underWay.poll().newestMicros);
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
    stored.callback.done(false);
  }

  /** State is saved last: a watermark that is lost makes a gap wider, never narrower. */
  private void record(Timestamp watermark) {
    try {
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("feed", feed);
      parameters.put("stored_to", watermark);
      jdbc.update(Sql.named("stream_watermarks/raise_watermark"), parameters);
    } catch (RuntimeException e) {
      LOG.debug("The watermark waits for the next batch", e);
    }
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }

  /** Commits its share of one batch after the other. */
  private final class Writer extends Thread {
    private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);

    Writer(int number) {
      super("stream-writer-" + number);
      setDaemon(true);
      for (int i = 0; i < CHUNKS; i++) {
        free.add(new Chunk());
      }
    }

    @Override
    public void run() {
      try {
        while (true) {
          Work work = waiting.take();
          store(work.chunk());
          work.chunk().clear();
          free.put(work.chunk());
          committed(work.stored());
        }
      } catch (InterruptedException stop) {
        // The rows that are left are in the gap that the next start opens.
        interrupt();
      }
    }

    private void store(Chunk chunk) throws InterruptedException {
      if (chunk.empty()) {
        return;
      }
      for (long waitMs = RETRY_MIN_MS; ; waitMs = Math.min(2 * waitMs, RETRY_MAX_MS)) {
        try {
          int rows = chunkStore.store(chunk);
          long now = micros(clock.now());
          for (int i = 0; i < chunk.sampled; i++) {
            figures.lag(now - chunk.samples[i]);
          }
          if (figures.getStoreTrouble() != null) {
            LOG.info("The database takes the stream's rows again");
          }
          figures.committed(rows);
          return;
        } catch (RuntimeException e) {
          if (stopping) {
            throw new InterruptedException();
          }
          String reason = ChunkStore.reason(e);
          if (figures.getStoreTrouble() == null) {
            LOG.warn("The stream's rows wait: {}; they are tried again until stored", reason);
          }
          figures.trouble(reason);
          TimeUnit.MILLISECONDS.sleep(waitMs);
        }
      }
    }
  }
}
