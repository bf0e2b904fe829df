package dev.caravan.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.support.Packed;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream in MessagePack, for a client that asks for it as the official ones do. */
class StreamEncodingTest extends SimulatorTestBase {
  private static final String IEX = "/v2/iex";
  private static final String EVERYTHING =
      "\"trades\":[\"*\"],\"quotes\":[\"*\"],\"bars\":[\"*\"],\"updatedBars\":[\"*\"],"
          + "\"dailyBars\":[\"*\"],\"statuses\":[\"*\"],\"lulds\":[\"*\"]";

  /** Numbers that have digits behind the point, whether they are zeros or not. */
  private static final Set<String> PRICES =
      Set.of("p", "bp", "ap", "op", "cp", "o", "h", "l", "vw", "u", "d");

  private Simulator simulator;
  private SimulatedStream stream;

  @BeforeEach
  void start() {
    simulator = start(options());
    stream = simulator.stream();
  }

  @Test
  void bothEncodingsTellTheSameInTheSameOrder() {
    // A bar is revised only where its minute had trades besides.
    simulator = start(options().withBackgroundTradesPerMinute(6));
    stream = simulator.stream();
    StreamClientProbe json = StreamClientProbe.authenticated(simulator, IEX, "json");
    StreamClientProbe packed = StreamClientProbe.packed(simulator, IEX, "packed");
    assertThat(normal(packed.subscribe(EVERYTHING))).isEqualTo(normal(json.subscribe(EVERYTHING)));
    stream.burst(Burst.of(List.of("AAPL", "IBM"), 100, Duration.ofSeconds(3)));
    clock.advance(Duration.ofSeconds(3));
    stream.trade("KO", new BigDecimal("60"), 100_000);
    stream.correct("KO");
    stream.trade("MSFT", new BigDecimal("500.1234"), 1);
    stream.cancel("MSFT");
    stream.halt("AAPL");
    stream.luld("IBM", new BigDecimal("210.50"), new BigDecimal("189"));
    clock.advance(Duration.ofMinutes(10));
    for (String type : List.of("t", "q", "b", "u", "d", "s", "l", "c", "x")) {
      await("messages of " + type).until(() -> !json.ofType(type).isEmpty());
    }
    await().until(() -> packed.messages().size() == json.messages().size());

    assertThat(packed.messages().stream().map(StreamEncodingTest::normal))
        .containsExactlyElementsOf(
            json.messages().stream().map(StreamEncodingTest::normal).toList());
    assertThat(packed.packed()).hasSameSizeAs(packed.frames());
    assertThat(json.packed()).isEmpty();
    assertThat(packed.messages().stream().filter(message -> message.has("S")))
        .allSatisfy(
            message ->
                message
                    .properties()
                    .forEach(
                        field -> {
                          if (field.getValue().isNumber()) {
                            assertThat(field.getValue().isIntegralNumber())
                                .as("%s of %s", field.getKey(), message)
                                .isNotEqualTo(
                                    PRICES.contains(field.getKey()) || field.getKey().equals("c"));
                          }
                        }));
    assertThat(stream.connections())
        .extracting(StreamClient::encoding)
        .containsExactly("json", "msgpack");
  }

  @Test
  void aTradeIsWrittenAsTheServiceWritesIt() {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, IEX, "key");
    probe.subscribe("\"trades\":[\"KO\"]");
    stream.trade("KO", new BigDecimal("60.5"), 300);
    await().until(() -> probe.ofType("t").size() == 1);

    // 2026-11-20T17:00:00Z is 1795194000 s.
    assertThat(HexFormat.of().formatHex(probe.packed().get(probe.packed().size() - 1)))
        .startsWith("9189a154a174a153a24b4fa169")
        .contains("a170cb404e400000000000a173cd012ca163")
        .endsWith("a17aa141a174d6ff6b007c90");
  }

  @Test
  void newsHasItsTimesAsTimesToo() {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, "/v1beta1/news", "key");
    probe.subscribe("\"news\":[\"*\"]");
    stream.news("Ein Käfer für 5 €", List.of("AAPL"));
    await().until(() -> !probe.ofType("n").isEmpty());

    assertThat(probe.ofType("n").get(0).get("headline").asText()).isEqualTo("Ein Käfer für 5 €");
    assertThat(HexFormat.of().formatHex(probe.packed().get(probe.packed().size() - 1)))
        .contains(HexFormat.of().formatHex("created_at".getBytes()) + "d6ff");
  }

  @Test
  void whatIsNoRequestIsToldAndTheConnectionGoesOn() {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, IEX, "key");
    List<byte[]> nonsense =
        List.of(
            new byte[] {(byte) 0xc1},
            new byte[0],
            new byte[] {5},
            new byte[] {(byte) 0xdb, 127, -1, -1, -1},
            new byte[] {(byte) 0xdf, 127, -1, -1, -1},
            HexFormat.of().parseHex("81a6616374696f6e"),
            Packed.of("[\"auth\"]"));
    nonsense.forEach(probe::sendBytes);

    await().until(() -> probe.ofType("error").size() == nonsense.size());
    assertThat(probe.ofType("error")).allMatch(error -> error.get("code").asInt() == 400);
    probe.subscribe("\"trades\":[\"AAPL\"]");
    probe.send("{\"action\":\"unsubscribe\",\"trades\":[\"AAPL\"]}");
    await().until(() -> stream.subscriptions().isEmpty());
  }

  @Test
  void errorsAndTurningsOutComeInTheClientsEncoding() {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, IEX, "key");
    stream.failNextSubscribe(StreamError.SYMBOL_LIMIT_EXCEEDED);
    probe.send("{\"action\":\"subscribe\",\"trades\":[\"AAPL\"]}");
    await().until(() -> probe.ofType("error").size() == 1);
    stream.error(StreamError.INTERNAL_ERROR);
    await().until(() -> probe.ofType("error").size() == 2);
    stream.callSlow();
    await().until(() -> probe.ofType("error").size() == 3);

    assertThat(probe.ofType("error"))
        .extracting(error -> error.get("code").asInt())
        .containsExactly(405, 500, 407);
    assertThat(probe.packed()).hasSameSizeAs(probe.frames());
  }

  @ParameterizedTest
  @CsvSource({"TRUNCATED, 0", "MALFORMED, 0", "INCOMPLETE, 1"})
  void aFrameIsDamagedAndTheNextIsNot(SimulatedStream.Damage damage, int readable) {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, IEX, "key");
    probe.subscribe("\"trades\":[\"*\"]");
    int before = probe.packed().size();
    stream.damageFrames(damage, 1);
    stream.trade("KO", new BigDecimal("60.5"), 300);
    await().until(() -> probe.packed().size() == before + 1);
    assertThat(probe.ofType("t")).hasSize(readable);
    byte[] damaged = probe.packed().get(before);
    if (readable == 0) {
      assertThatThrownBy(() -> Packed.read(damaged)).isInstanceOf(RuntimeException.class);
    } else {
      assertThat(Packed.read(damaged).get(0).has("t")).isFalse();
    }
    clock.advance(Duration.ofSeconds(1));
    stream.trade("KO", new BigDecimal("60.5"), 300);
    await().until(() -> probe.ofType("t").size() == readable + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 1000, 10_000})
  void aFrameMayHaveAnyNumberOfMessages(int messages) {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, IEX, "key");
    probe.subscribe("\"trades\":[\"*\"]");
    stream.burst(new Burst(List.of("AAPL"), messages, Duration.ofSeconds(1), messages));
    clock.advance(Duration.ofSeconds(1));
    await().until(() -> probe.ofType("t").size() == messages);

    assertThat(probe.frames()).anyMatch(frame -> frame.startsWith("[{\"T\":\"t\""));
  }

  @Test
  void framesComeTwiceAndAreBig() {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, IEX, "key");
    probe.subscribe("\"trades\":[\"*\"]");
    stream.duplicateFrames(1);
    stream.trade("AAPL", new BigDecimal("101.5"), 10);
    await().until(() -> probe.ofType("t").size() == 2);
    stream.bigFrames(true);
    stream.burst(Burst.of(List.of("AAPL"), 5000, Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(1));
    await().until(() -> probe.ofType("t").size() == 5002);

    assertThat(probe.ofType("t").get(0)).isEqualTo(probe.ofType("t").get(1));
    assertThat(probe.packed()).anySatisfy(frame -> assertThat(frame).hasSizeGreaterThan(50_000));
  }

  @Test
  void aTextThatIsNoJsonIsSentAsItIs() {
    StreamClientProbe probe = StreamClientProbe.packed(simulator, IEX, "key");
    stream.send("[{\"T\":\"zz\"}");
    stream.send("[{\"T\":\"zz\",\"S\":\"AAPL\"}]");
    await().until(() -> probe.ofType("zz").size() == 1);

    assertThat(probe.frames()).endsWith("[{\"T\":\"zz\"}", "[{\"T\":\"zz\",\"S\":\"AAPL\"}]");
    assertThat(probe.packed()).hasSize(probe.frames().size() - 1);
  }

  /** Its fields in their order, numbers by their value and lists as sets, as the service's are. */
  private static String normal(JsonNode message) {
    StringBuilder text = new StringBuilder();
    message
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              String written =
                  value.isNumber()
                      ? value.decimalValue().stripTrailingZeros().toPlainString()
                      : value.isArray() && !message.path("T").asText().equals("t")
                          ? sorted(value)
                          : value.toString();
              text.append(field.getKey()).append('=').append(written).append(' ');
            });
    return text.toString();
  }

  private static String sorted(JsonNode list) {
    Set<String> texts = new TreeSet<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts.toString();
  }
}
