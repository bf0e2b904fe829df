package dev.caravan.stream;

import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;

/** Records for Kafka of changes: the symbol is the key, so that its changes keep their order. */
public final class ChangeRecords {
  private ChangeRecords() {}

  /**
   * @param changes rows of {@code changes/take_changes}
   */
  public static List<Message> of(@Body List<Map<String, Object>> changes, Exchange exchange) {
    return changes.stream().map(change -> record(change, exchange)).toList();
  }

  private static Message record(Map<String, Object> change, Exchange exchange) {
    Message record = new DefaultMessage(exchange);
    record.setBody(change.get("record"));
    record.setHeader(KafkaConstants.KEY, change.get("symbol"));
    return record;
  }
}
