package dev.caravan.stream;

import dev.caravan.market.ProviderClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceSupport;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Makes records for Kafka of the stream's batches: one a partition, whose timestamp says up to when
 * all that was received is in it or in those before it. A batch is taken once the brokers have all
 * of its records.
 */
public final class StreamForwarder extends ServiceSupport implements StreamSink {
  /** What a partition gets that has nothing to store. */
  private static final byte[] TICK = {'[', ']'};

  private DataSource dataSource;
  private String feed;
  private int partitions;
  private StreamFigures figures = new StreamFigures();
  private ProviderClock clock = new ProviderClock();
  private StreamOwner owner;

  private volatile Long epoch;
  private StreamWatermark watermark;
  private FrameSplitter splitter;

  /** Guarded by this: it never goes back. */
  private Instant newest = Instant.EPOCH;

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Feed of the stream: {@code iex}, {@code sip} and the like. */
  public void setFeed(String feed) {
    this.feed = feed;
  }

  /** How many the topic has. */
  public void setPartitions(int partitions) {
    this.partitions = partitions;
  }

  public void setFigures(StreamFigures figures) {
    this.figures = figures;
  }

  public void setClock(ProviderClock clock) {
    this.clock = clock;
  }

  public void setOwner(StreamOwner owner) {
    this.owner = owner;
  }

  @Override
  protected void doStart() {
    watermark = new StreamWatermark(new NamedParameterJdbcTemplate(dataSource), feed);
    splitter = new FrameSplitter(partitions);
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

  /** The records of the batch in the body; it counts as taken when the exchange has been. */
  public List<Message> records(Exchange exchange) {
    Batch batch = exchange.getMessage().getBody(Batch.class);
    FrameSplitter.Parts parts;
    try {
      parts = splitter.split(batch.frames());
    } catch (Throwable e) {
      watermark.lost();
      throw e;
    }
    figures.parsed(parts.messages(), 0, 0);
    // A time in the future is a mistake of the sender, and must not move a loss there.
    Instant latest = clock.theirLatest();
    Instant told =
        parts.newest() == null || parts.newest().isBefore(latest) ? parts.newest() : latest;
    StreamWatermark.Pending pending =
        watermark.begin(told == null ? 0 : StreamWatermark.micros(told));
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onComplete(Exchange taken) {
                watermark.done(pending, false, epoch);
                figures.committed((int) parts.messages());
              }

              @Override
              public void onFailure(Exchange failed) {
                watermark.done(pending, true, epoch);
              }
            });
    List<Message> records = new ArrayList<>();
    for (FrameSplitter.Part part : parts.parts()) {
      records.add(record(exchange, part.partition(), part.frame(), newest(told)));
    }
    return records;
  }

  /**
   * A record without a message for each partition, so that one of quiet symbols does not hold back
   * what may be judged; none where another process has the stream. What waits to be sent is younger
   * than their time.
   */
  public List<Message> ticks(Exchange exchange) {
    List<Message> records = new ArrayList<>();
    if (owner == null || owner.isOurs()) {
      long waitMs = (long) (1000 * figures.getSecondsQueued());
      Instant told = newest(clock.earliest().minus(Duration.ofMillis(waitMs)));
      for (int partition = 0; partition < partitions; partition++) {
        records.add(record(exchange, partition, TICK, told));
      }
    }
    return records;
  }

  private synchronized Instant newest(Instant told) {
    if (told != null && told.isAfter(newest)) {
      newest = told;
    }
    return newest;
  }

  private static Message record(Exchange exchange, int partition, byte[] frame, Instant newest) {
    Message record = new DefaultMessage(exchange);
    record.setBody(frame);
    record.setHeader(KafkaConstants.PARTITION_KEY, partition);
    record.setHeader(KafkaConstants.OVERRIDE_TIMESTAMP, newest.toEpochMilli());
    return record;
  }
}
