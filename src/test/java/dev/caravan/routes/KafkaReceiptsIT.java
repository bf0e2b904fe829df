package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the stream goes by Kafka a session is counted when all that was received is stored. */
class KafkaReceiptsIT extends CaravanTestSupport {
  private final MovableClock clock = new MovableClock("2025-11-21T11:00:00Z");

  KafkaReceiptsIT() {
    set("caravan.schedule.stream", "always");
    set("caravan.alpaca.key-id", "test");
    set("caravan.alpaca.secret-key", "test");
    internal("kafka", "true");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @Test
  void aSessionIsCountedWhenEveryPartitionIsStoredBehindItsEnd() {
    symbols("AAPL");
    assertThat(counted())
        .as("nothing is stored yet")
        .containsExactly("- 1Day", "sip 1Day", "sip 1Min");

    database.execute(
        "insert into store_watermarks (topic, partition, next_offset, stored_to) values"
            + " ('caravan-stream', 0, 9, '2025-11-21 10:00+00'),"
            + " ('caravan-stream', 1, 9, '2025-11-20 20:59+00'),"
            + " ('another', 0, 9, '2025-01-01 00:00+00')");
    assertThat(counted()).as("one partition is behind").doesNotContain("iex 1Min");

    database.execute(
        "update store_watermarks set stored_to = '2025-11-20 21:02+00' where partition = 1");
    assertThat(counted()).contains("iex 1Min");
  }

  private List<String> counted() {
    run("receipts");
    return database
        .query("select concat_ws(' ', feed, timeframe) as text from receipts order by 1")
        .stream()
        .map(row -> (String) row.get("text"))
        .toList();
  }
}
