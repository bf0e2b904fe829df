package dev.caravan.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;

/** The records of one poll, as Camel's consumer hands them over in one exchange. */
public final class KafkaRecords {
  private KafkaRecords() {}

  /** As a batch of the stream, with the ends of its partitions. */
  public static Batch batch(@Body List<Exchange> records) {
    List<byte[]> frames = new ArrayList<>();
    long bytes = 0;
    Map<String, PartitionEnd> ends = new LinkedHashMap<>();
    for (Exchange record : records) {
      Message message = record.getMessage();
      byte[] frame = message.getBody(byte[].class);
      frames.add(frame);
      bytes += frame.length;
      PartitionEnd end = end(message);
      ends.merge(end.topic() + "/" + end.partition(), end, PartitionEnd::and);
    }
    return new Batch(frames, bytes, List.copyOf(ends.values()));
  }

  private static PartitionEnd end(Message message) {
    long offset = message.getHeader(KafkaConstants.OFFSET, Long.class);
    Instant at = Instant.ofEpochMilli(message.getHeader(KafkaConstants.TIMESTAMP, Long.class));
    return new PartitionEnd(
        message.getHeader(KafkaConstants.TOPIC, String.class),
        message.getHeader(KafkaConstants.PARTITION, Integer.class),
        offset,
        at,
        offset + 1,
        at);
  }

  /** Tells the brokers of each partition how far it is stored: Camel alone would of one. */
  public static void commit(List<Exchange> records) {
    Map<String, KafkaManualCommit> last = new LinkedHashMap<>();
    for (Exchange record : records) {
      Message message = record.getMessage();
      last.put(
          message.getHeader(KafkaConstants.TOPIC)
              + "/"
              + message.getHeader(KafkaConstants.PARTITION),
          message.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class));
    }
    last.values().forEach(KafkaManualCommit::commit);
  }
}
