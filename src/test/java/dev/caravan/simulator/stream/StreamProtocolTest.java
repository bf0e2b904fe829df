package dev.caravan.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamProtocolTest extends SimulatorTestBase {
  private static final String IEX = "/v2/iex";

  @ParameterizedTest
  @ValueSource(strings = {"/v2/iex", "/v2/sip", "/v2/test", "/v1beta1/news"})
  void aClientIsGreetedAndAuthenticatesByMessage(String path) {
    StreamClientProbe probe = StreamClientProbe.authenticated(start(options()), path, "key");

    assertThat(probe.frames())
        .containsExactly(
            "[{\"T\":\"success\",\"msg\":\"connected\"}]",
            "[{\"T\":\"success\",\"msg\":\"authenticated\"}]");
  }

  @Test
  void aClientAuthenticatesByTheHeadersOfItsUpgrade() {
    StreamClientProbe probe =
        StreamClientProbe.connect(
            start(options()), IEX, "APCA-API-KEY-ID", "key", "APCA-API-SECRET-KEY", "secret");

    probe.awaitMessage("authenticated");
    assertThat(probe.frames()).hasSize(2);
  }

  @Test
  void aWrongKeyIsToldAndMayTryAgain() {
    StreamClientProbe probe = StreamClientProbe.connect(start(options()), IEX);

    probe.authenticate("BADKEY");
    assertThat(probe.errorCode()).isEqualTo(402);
    probe.authenticate("key");
    probe.awaitMessage("authenticated");
    probe.authenticate("key");
    await().until(() -> probe.ofType("error").size() == 2);
    assertThat(probe.ofType("error").get(1).get("code").asInt()).isEqualTo(403);
  }

  @Test
  void aFreeKeyGetsNothingFromTheConsolidatedFeedAndSilenceAfterwards() {
    Simulator simulator = start(options());
    StreamClientProbe probe = StreamClientProbe.connect(simulator, "/v2/sip");

    probe.authenticate("FREEKEY");
    assertThat(probe.errorCode()).isEqualTo(409);
    probe.send("nonsense");
    probe.ping();
    await().until(() -> probe.pongs() == 1);
    assertThat(probe.ofType("error")).hasSize(1);
    assertThat(simulator.stream().connections()).hasSize(1);
  }

  @Test
  void aClientThatDoesNotAuthenticateIsTurnedOut() {
    Simulator simulator = start(options().withStreamAuthTimeout(Duration.ofMillis(100)));
    StreamClientProbe probe = StreamClientProbe.connect(simulator, IEX);

    assertThat(probe.errorCode()).isEqualTo(404);
    await().until(probe::hasEnded);
    assertThat(probe.closeCode()).isNotEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v2/iex|400|no json",
        "/v2/iex|400|[]",
        "/v2/iex|400|{\"action\":\"other\"}",
        "/v2/iex|400|{\"action\":\"subscribe\"}",
        "/v2/iex|400|{\"action\":\"subscribe\",\"trades\":[]}",
        "/v2/iex|400|{\"action\":\"subscribe\",\"trades\":\"AAPL\"}",
        "/v2/iex|400|{\"action\":\"subscribe\",\"tradez\":[\"AAPL\"]}",
        "/v2/iex|410|{\"action\":\"subscribe\",\"news\":[\"AAPL\"]}",
        "/v1beta1/news|410|{\"action\":\"subscribe\",\"trades\":[\"AAPL\"]}"
      })
  void aMessageThatMakesNoSenseIsToldAndTheConnectionGoesOn(String path, int code, String message) {
    StreamClientProbe probe = StreamClientProbe.authenticated(start(options()), path, "key");

    probe.send(message);
    assertThat(probe.errorCode()).isEqualTo(code);
    probe.subscribe(path.equals(IEX) ? "\"bars\":[\"AAPL\"]" : "\"news\":[\"*\"]");
  }

  @Test
  void nobodySubscribesBeforeAuthenticating() {
    StreamClientProbe probe = StreamClientProbe.connect(start(options()), IEX);

    probe.send("{\"action\":\"subscribe\",\"trades\":[\"AAPL\"]}");
    assertThat(probe.errorCode()).isEqualTo(401);
  }

  @Test
  void theAnswerToASubscribeIsTheWholeSet() {
    StreamClientProbe probe = StreamClientProbe.authenticated(start(options()), IEX, "key");

    JsonNode first = probe.subscribe("\"trades\":[\"AAPL\",\"MSFT\"]");
    assertThat(names(first))
        .containsExactlyInAnyOrder("T", "trades", "corrections", "cancelErrors");
    assertThat(symbols(first, "cancelErrors")).containsExactly("AAPL", "MSFT");
    JsonNode second = probe.subscribe("\"trades\":[\"IBM\"],\"bars\":[\"*\"]");
    assertThat(symbols(second, "trades")).containsExactly("AAPL", "IBM", "MSFT");
    assertThat(symbols(second, "bars")).containsExactly("*");
    probe.send(
        "{\"action\":\"unsubscribe\",\"trades\":[\"IBM\",\"AAPL\",\"MSFT\",\"KO\"],\"bars\":[\"*\"]}");
    await().until(() -> probe.ofType("subscription").size() == 3);
    assertThat(probe.frames()).endsWith("[{\"T\":\"subscription\"}]");
  }

  @Test
  void tooManySymbolsRefuseTheWholeRequest() {
    Simulator simulator = start(options().withStreamSymbolLimit(2));
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, IEX, "key");
    probe.subscribe("\"trades\":[\"AAPL\"],\"quotes\":[\"AAPL\",\"MSFT\"]");

    probe.send("{\"action\":\"subscribe\",\"bars\":[\"KO\"],\"trades\":[\"IBM\"]}");
    assertThat(probe.errorCode()).isEqualTo(405);
    JsonNode held = probe.subscribe("\"bars\":[\"A\",\"B\",\"C\"]");
    assertThat(symbols(held, "bars")).containsExactly("A", "B", "C");
    assertThat(symbols(held, "trades")).containsExactly("AAPL");
  }

  @Test
  void aSecondConnectionOfAKeyIsToldAndTurnedOutWhileTheFirstGoesOn() {
    Simulator simulator = start(options().withStreamLimitClose(Duration.ofMillis(300)));
    StreamClientProbe first = StreamClientProbe.authenticated(simulator, IEX, "key");
    StreamClientProbe otherFeed = StreamClientProbe.authenticated(simulator, "/v2/sip", "key");
    StreamClientProbe otherKey = StreamClientProbe.authenticated(simulator, IEX, "other");
    StreamClientProbe second = StreamClientProbe.connect(simulator, IEX);

    second.authenticate("key");
    assertThat(second.errorCode()).isEqualTo(406);
    await().until(second::hasEnded);
    first.subscribe("\"trades\":[\"AAPL\"]");
    assertThat(otherFeed.hasEnded() || otherKey.hasEnded()).isFalse();
    assertThat(simulator.stream().maxConnections()).isEqualTo(2);
    assertThat(simulator.stream().connects()).hasSize(4);

    first.abort();
    await().until(() -> simulator.stream().connections().size() == 2);
    StreamClientProbe.authenticated(simulator, IEX, "key");
  }

  @Test
  void clientsArePingedAndTheirPingsAnswered() {
    Simulator simulator = start(options().withStreamPing(Duration.ofMillis(50)));
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, IEX, "key");

    await().until(() -> probe.pings() > 2);
    probe.ping();
    await().until(() -> probe.pongs() == 1);
    assertThat(probe.hasEnded()).isFalse();
  }

  @Test
  void parametersOfTheUpgradeDoNotReachTheServersInside() {
    StreamClientProbe probe =
        StreamClientProbe.connect(
            start(options()),
            IEX + "?CamelVertxWebsocket.event=CLOSE&CamelVertxWebsocket.connectionKey=x");

    probe.authenticate("key");
    probe.awaitMessage("authenticated");
  }

  private static Set<String> names(JsonNode message) {
    Set<String> names = new TreeSet<>();
    message.properties().forEach(field -> names.add(field.getKey()));
    return names;
  }

  private static Set<String> symbols(JsonNode message, String channel) {
    Set<String> symbols = new TreeSet<>();
    message.path(channel).forEach(symbol -> symbols.add(symbol.asText()));
    return symbols;
  }
}
