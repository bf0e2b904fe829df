package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.runtime.KafkaTopic;
import dev.caravan.runtime.SettingException;
import dev.caravan.runtime.Settings;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.stream.StreamFigures;
import dev.caravan.support.KafkaBroker;
import dev.caravan.support.RunningCaravan;
import dev.caravan.support.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The stream by way of a real broker of Kafka: what the exchange says is stored, whatever ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaIT {
  private static final List<String> SYMBOLS = List.of("AAPL", "MSFT", "IBM", "JPM", "META", "NVDA");

  @TempDir static Path directory;

  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0));
  private final List<TapeTrade> tape = new ArrayList<>();
  private KafkaBroker broker;
  private TestDatabase database;
  private String topic;
  private int topics;

  @BeforeAll
  void open() throws Exception {
    broker = new KafkaBroker(directory.resolve("broker")).start();
  }

  @AfterAll
  void close() throws Exception {
    broker.close();
    exchange.close();
  }

  @BeforeEach
  void fresh() {
    database = TestDatabase.fresh();
    topic = "stream-" + ++topics;
    tape.clear();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aReceiverAndTwoWritersStoreWhatTheExchangeSaysThroughARestartOfTheBroker() throws Exception {
    try (RunningCaravan receiver = node("receiver");
        RunningCaravan writer = node("writer");
        RunningCaravan other = node("writer")) {
      receiver.start();
      writer.start();
      other.start();
      awaiting("the stream").until(() -> streams(receiver));
      trades(300);
      awaitTape();

      broker.kill();
      trades(100);
      broker.start();
      trades(100);
      awaitTape();

      writer.close();
      trades(100);
      awaitTape();
      assertThat(database.count("select count(*) from gaps")).isZero();
      assertThat(database.count("select count(*) from dead_letters")).isZero();
      assertThat(database.count("select count(*) from store_watermarks"))
          .as("those of quiet symbols too")
          .isEqualTo(4);
    }
  }

  @Test
  void whatWasReceivedWhileNobodyStoredIsStoredLater() throws Exception {
    try (RunningCaravan receiver = node("receiver")) {
      receiver.start();
      awaiting("the stream").until(() -> streams(receiver));
      trades(200);
      awaitReceived(receiver, 200);
    }
    assertThat(database.count("select count(*) from trades")).isZero();
    try (RunningCaravan writer = node("writer")) {
      writer.start();
      awaitTape();
    }
    assertThat(database.count("select count(*) from gaps where dataset = 'trades'"))
        .as("the end of the receiver")
        .isEqualTo(SYMBOLS.size());
  }

  @Test
  void aBatchThatTheDatabaseRefusedOnceIsReadAgain() throws Exception {
    database.execute(
        "create sequence refusals;"
            + " create function refuse_twice() returns trigger language plpgsql as $$ begin"
            + " if nextval('refusals') <= 2 then raise exception 'not now'; end if;"
            + " return null; end $$;"
            + " create trigger trades_refuse before insert on trades for each statement"
            + " execute function refuse_twice()");
    try (RunningCaravan both = node("both")) {
      both.start();
      awaiting("the stream").until(() -> streams(both));
      trades(200);
      awaitTape();
      assertThat(database.count("select last_value from refusals")).isGreaterThan(2);
      assertUntouched();
    }
  }

  @Test
  void writersThatComeAndGoUnderLoadLoseAndRepeatNothing() throws Exception {
    try (RunningCaravan receiver = node("receiver");
        RunningCaravan first = node("writer");
        RunningCaravan second = node("writer");
        RunningCaravan third = node("writer")) {
      receiver.start();
      first.start();
      awaiting("the stream").until(() -> streams(receiver));
      underLoad(receiver, second::start);
      underLoad(receiver, third::start);
      underLoad(receiver, first::close);
      underLoad(receiver, second::close);
      awaitTape();
      assertUntouched();
      assertThat(database.count("select count(*) from trade_revisions")).isZero();
    }
  }

  private void assertUntouched() {
    assertThat(database.query("select reason from gaps")).isEmpty();
    assertThat(database.query("select reason from dead_letters")).isEmpty();
  }

  /** What is done while trades come, and goes on for as long as they do. */
  private interface Change {
    void happen() throws Exception;
  }

  private void underLoad(RunningCaravan receiver, Change change) {
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () -> {
              try {
                change.happen();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    do {
      trades(50);
      awaitReceived(receiver, tape.size());
    } while (!done.isDone());
    done.join();
  }

  @Test
  void whatIsCommittedIsPublishedInTheOrderOfEachRowAlsoAfterTheBrokerWasAway() throws Exception {
    String changes = topic + "-changes";
    try (RunningCaravan caravan = node("off", Map.of("caravan.kafka.changes", changes));
        KafkaConsumer<String, String> consumer = consumer(changes)) {
      caravan.start();
      awaiting("the stream").until(() -> streams(caravan));
      trades(100);
      awaitTape();
      broker.kill();
      trades(100);
      awaitTape();
      database.execute("update trades set status = 'canceled' where trade_id % 10 = 0");
      broker.start();

      List<JsonNode> published = new ArrayList<>();
      long canceled = database.count("select count(*) from trades where status = 'canceled'");
      awaiting("the changes")
          .until(
              () -> {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(100))) {
                  JsonNode change = new ObjectMapper().readTree(each.value());
                  assertThat(change.at("/row/symbol").asText()).isEqualTo(each.key());
                  published.add(change);
                }
                return published.stream()
                        .map(change -> change.path("change").asLong())
                        .distinct()
                        .count()
                    >= tape.size() + canceled;
              });
      Map<String, String> last = new HashMap<>();
      for (JsonNode change : published) {
        JsonNode row = change.path("row");
        last.put(
            row.path("symbol").asText() + " " + row.path("trade_id").asText(),
            row.path("status").asText() + " " + row.path("size").asText());
      }
      assertThat(last)
          .isEqualTo(
              tape.stream()
                  .collect(
                      Collectors.toMap(
                          trade -> trade.symbol() + " " + trade.id(),
                          trade ->
                              (trade.id() % 10 == 0 ? "canceled " : "valid ") + trade.size())));
      awaiting("what was published to be forgotten")
          .until(() -> database.count("select count(*) from changes") == 0);
    }
    try (RunningCaravan without = node("off", Map.of("caravan.kafka.brokers", ""))) {
      without.start();
      database.execute("update trades set status = 'valid'");
      assertThat(database.count("select count(*) from changes"))
          .as("nobody publishes them")
          .isZero();
    }
  }

  private KafkaConsumer<String, String> consumer(String of) {
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.address(),
                "group.id",
                of,
                "auto.offset.reset",
                "earliest",
                "metadata.max.age.ms",
                "500"),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.subscribe(List.of(of));
    return consumer;
  }

  @Test
  void healthAndMetricsSayHowFarEachPartitionIsBehind() throws Exception {
    try (RunningCaravan both = node("both")) {
      both.start();
      awaiting("the stream").until(() -> streams(both));
      trades(20);
      awaitTape();
      HealthCheck check = HealthCheckHelper.getHealthCheck(both.context(), "kafka");
      awaiting("health")
          .untilAsserted(
              () ->
                  assertThat(check.call().getMessage().orElse(""))
                      .matches("partition \\d of topic " + topic + " is \\d+ s behind .*"));
      assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
      MeterRegistry metrics = both.context().getRegistry().findSingleByType(MeterRegistry.class);
      awaiting("all partitions")
          .untilAsserted(
              () ->
                  assertThat(metrics.get("caravan.kafka.lag").timeGauges())
                      .hasSize(4)
                      .allMatch(gauge -> gauge.value(TimeUnit.SECONDS) >= 0));
    }
  }

  @Test
  void recordsThatTheTopicLostAreGaps() throws Exception {
    try (RunningCaravan both = node("both")) {
      both.start();
      awaiting("the stream").until(() -> streams(both));
      trades(20);
      awaitTape();
    }
    try (RunningCaravan receiver = node("receiver")) {
      receiver.start();
      awaiting("the stream").until(() -> streams(receiver));
      trades(20);
      awaitReceived(receiver, 20);
    }
    try (Admin admin = broker.admin()) {
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      for (int partition = 0; partition < 4; partition++) {
        all.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(-1));
      }
      admin.deleteRecords(all).all().get();
    }
    database.execute("delete from gaps");
    try (RunningCaravan both = node("both")) {
      both.start();
      awaiting("the gaps")
          .until(
              () ->
                  database.count(
                          "select count(distinct symbol) from gaps where dataset = 'trades'"
                              + " and reason like 'Kafka no longer has the records of topic "
                              + topic
                              + ", partition %'")
                      == SYMBOLS.size());
    }
  }

  @Test
  void theDoctorSaysWhatTheBrokersHave() throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("caravan.kafka.role", "both");
    settings.put("caravan.kafka.brokers", broker.address());
    settings.put("caravan.kafka.topic", topic);
    assertThat(KafkaTopic.described(Settings.load(settings, Map.of())))
        .isEqualTo("1 broker has no topic " + topic + " yet; a start makes it");

    try (Admin admin = broker.admin()) {
      admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1))).all().get();
    }
    assertThat(KafkaTopic.described(Settings.load(settings, Map.of())))
        .isEqualTo("1 broker has topic " + topic + " with 4 partitions");

    settings.put("caravan.kafka.partitions", "5");
    assertThatThrownBy(() -> KafkaTopic.described(Settings.load(settings, Map.of())))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("has 4: set it to that number");

    settings.put("caravan.kafka.brokers", "127.0.0.1:" + TestDatabase.freePort());
    assertThatThrownBy(() -> KafkaTopic.described(Settings.load(settings, Map.of())))
        .isInstanceOf(KafkaTopic.AwayException.class)
        .hasMessageContaining("cannot be reached");
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefusedWithWhatToDo() throws Exception {
    try (Admin admin = broker.admin()) {
      admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
    }
    try (RunningCaravan other = node("both")) {
      assertThatThrownBy(other::start)
          .hasMessage(
              "caravan.kafka.partitions = 4, and topic "
                  + topic
                  + " has 3: set it to that number, or name another topic");
    }
    try (RunningCaravan without = node("writer", Map.of("caravan.kafka.brokers", ""))) {
      assertThatThrownBy(without::start)
          .hasMessage(
              "caravan.kafka.role = writer needs caravan.kafka.brokers: set it to host:port, or the"
                  + " role to off");
    }
  }

  private static void awaitReceived(RunningCaravan node, long messages) {
    awaiting("the receiver")
        .until(
            () ->
                node.context()
                        .getRegistry()
                        .lookupByNameAndType("streamFigures", StreamFigures.class)
                        .getMessages()
                    == messages);
  }

  private void trades(int count) {
    for (int i = 0; i < count; i++) {
      String symbol = SYMBOLS.get(tape.size() % (SYMBOLS.size() - 1));
      tape.add(exchange.stream().trade(symbol, new BigDecimal("150.25"), 1 + i));
    }
  }

  private void awaitTape() {
    awaiting("the tape")
        .untilAsserted(
            () ->
                assertThat(database.query("select symbol, trade_id, size::int as size from trades"))
                    .extracting(
                        row ->
                            row.get("symbol") + " " + row.get("trade_id") + " " + row.get("size"))
                    .containsExactlyInAnyOrderElementsOf(
                        tape.stream()
                            .map(trade -> trade.symbol() + " " + trade.id() + " " + trade.size())
                            .toList()));
  }

  private static boolean streams(RunningCaravan node) {
    return node.context()
        .getRegistry()
        .lookupByNameAndType("streamFigures", StreamFigures.class)
        .isSubscribed();
  }

  private RunningCaravan node(String role) {
    return node(role, Map.of());
  }

  private RunningCaravan node(String role, Map<String, String> others) {
    Map<String, String> settings = new HashMap<>();
    settings.put("caravan.database.url", database.url());
    settings.put("caravan.database.user", TestDatabase.user());
    settings.put("caravan.database.password", TestDatabase.password());
    settings.put("caravan.symbols", String.join(",", SYMBOLS));
    settings.put("caravan.alpaca.key-id", "test");
    settings.put("caravan.alpaca.secret-key", "test");
    settings.put("caravan.alpaca.data-url", exchange.url());
    settings.put("caravan.alpaca.trading-url", exchange.url());
    settings.put("caravan.yahoo.url", exchange.url());
    settings.put("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    settings.put("caravan.schedule.stream", "always");
    for (String flow : List.of("yahoo-quotes", "catch-up", "repair", "market-calendar")) {
      settings.put("caravan.schedule." + flow, "off");
    }
    settings.put("caravan.stream.channels", "trades");
    settings.put("caravan.kafka.role", role);
    settings.put("caravan.kafka.brokers", broker.address());
    settings.put("caravan.kafka.topic", topic);
    settings.putAll(others);
    return new RunningCaravan(
        settings,
        Map.of(
            "caravan.internal.http", "false",
            "caravan.internal.stream-tick-ms", "200",
            "caravan.internal.kafka.tick-ms", "200",
            "camel.main.routeFilterExcludePattern", "api-*,rest:*",
            "camel.main.jmxEnabled", "false"));
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(100));
  }
}
