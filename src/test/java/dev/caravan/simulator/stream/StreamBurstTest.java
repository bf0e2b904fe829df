package dev.caravan.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.simulator.tape.TapeTrade;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamBurstTest extends SimulatorTestBase {
  private static final List<String> SYMBOLS = List.of("AAPL", "MSFT", "IBM");

  @Test
  void theFramesTheTapeAndRestTellTheSameTrades() throws Exception {
    Simulator simulator = start(options());
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"trades\":[\"AAPL\",\"MSFT\",\"IBM\"]");
    StartedBurst burst = simulator.stream().burst(Burst.of(SYMBOLS, 1000, Duration.ofSeconds(2)));
    assertThat(burst.count()).isEqualTo(2000);
    assertThat(burst.isOver()).isFalse();

    clock.advance(Duration.ofSeconds(1));
    await().until(() -> probe.ofType("t").size() >= 999);
    clock.advance(Duration.ofSeconds(1));
    await().until(() -> probe.ofType("t").size() == 2000);
    assertThat(burst.isOver()).isTrue();

    List<TapeTrade> tape = simulator.stream().tape().trades(burst.start(), burst.end()).toList();
    assertThat(tape).hasSize(2000);
    assertThat(told(probe)).containsExactlyElementsOf(tape.stream().map(this::row).toList());
    assertThat(rest(simulator, 700)).containsExactlyInAnyOrderElementsOf(told(probe));
  }

  @Test
  void aFrameHasUpToTheAskedNumberOfTrades() {
    Simulator simulator = start(options());
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"trades\":[\"*\"]");

    simulator.stream()
        .burst(Burst.of(SYMBOLS, 1000, Duration.ofSeconds(1)).withMessagesPerFrame(40));
    clock.advance(Duration.ofSeconds(1));
    await().until(() -> probe.ofType("t").size() == 1000);
    assertThat(probe.frames().stream().filter(frame -> frame.contains("\"T\":\"t\"")))
        .hasSize(25)
        .allSatisfy(frame -> assertThat(Client.parse(frame)).hasSize(40));
  }

  @Test
  void aTradeIsTellingItsTimeToTheNanosecondAndIsNeverFromTheFuture() {
    Simulator simulator = start(options());
    StartedBurst burst =
        simulator.stream().burst(Burst.of(SYMBOLS, 300_000, Duration.ofSeconds(1)));
    Instant start = clock.instant();
    clock.advance(Duration.ofMillis(10));

    List<TapeTrade> trades = simulator.stream().tape().trades(start, start.plusSeconds(1)).toList();
    assertThat(trades).hasSize(3000);
    assertThat(trades).extracting(TapeTrade::id).doesNotHaveDuplicates().isSorted();
    assertThat(trades.get(0).at()).isAfterOrEqualTo(start);
    assertThat(trades.get(2999).at()).isBeforeOrEqualTo(clock.instant());
    assertThat(trades).anySatisfy(trade -> assertThat(trade.nanos() % 1000).isNotZero());
    assertThat(burst.count()).isEqualTo(300_000);
  }

  private List<String> told(StreamClientProbe probe) {
    return probe.ofType("t").stream().map(trade -> row(trade, trade.get("S").asText())).toList();
  }

  private List<String> rest(Simulator simulator, int limit) throws Exception {
    List<String> rows = new ArrayList<>();
    Client client = new Client(simulator);
    String token = "";
    do {
      JsonNode page =
          client.json("/v2/stocks/trades?feed=iex&symbols=AAPL,MSFT,IBM&limit=" + limit + token);
      page.get("trades")
          .properties()
          .forEach(
              entry -> entry.getValue().forEach(trade -> rows.add(row(trade, entry.getKey()))));
      token = "&page_token=" + page.get("next_page_token").asText();
    } while (!token.endsWith("=null"));
    return rows;
  }

  private String row(JsonNode trade, String symbol) {
    StringBuilder conditions = new StringBuilder();
    trade.get("c").forEach(code -> conditions.append(code.asText()));
    return String.join(
        " ",
        symbol,
        Instant.parse(trade.get("t").asText()).toString(),
        trade.get("x").asText(),
        trade.get("i").asText(),
        trade.get("p").decimalValue().toPlainString(),
        trade.get("s").asText(),
        conditions,
        trade.get("z").asText());
  }

  private String row(TapeTrade trade) {
    BigDecimal price = trade.dollars();
    return String.join(
        " ",
        trade.symbol(),
        trade.at().toString(),
        String.valueOf(trade.exchange()),
        String.valueOf(trade.id()),
        price.toPlainString(),
        String.valueOf(trade.size()),
        trade.conditions(),
        String.valueOf(trade.tape()));
  }
}
