package dev.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorTest extends SimulatorTestBase {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v8/finance/chart/AAPL?range=1y&interval=1d&events=div",
        "/v8/finance/chart/SAP.DE?range=5d&interval=5m",
        "/v2/stocks/bars?symbols=AAPL,MSFT&timeframe=1Min&start=2026-11-18&end=2026-11-19",
        "/v2/assets",
        "/v2/clock"
      })
  void twoSimulatorsServeTheSameBytes(String target) throws Exception {
    assertThat(client().get(target).body()).isEqualTo(client().get(target).body());
  }

  @Test
  void itSaysWhatItIsAndKnowsNothingElse() throws Exception {
    Client client = client();

    assertThat(client.get("/").body()).startsWith("Caravan's simulated exchange");
    assertThat(client.get("/v1/other").statusCode()).isEqualTo(404);
  }

  @Test
  void bodiesAreCompressedWhenAskedFor() throws Exception {
    Client client = client();

    HttpResponse<String> response =
        client.send(
            client
                .request("/v8/finance/chart/AAPL?range=1y")
                .header("User-Agent", "Mozilla/5.0")
                .header("Accept-Encoding", "gzip")
                .build());
    assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
  }

  @Test
  void requestsToTheProvidersAreNoted() throws Exception {
    Simulator simulator = start(options());
    Client client = new Client(simulator);
    client.get("/");
    client.get("/v8/finance/chart/%5EGSPC?range=1d");
    client.get("/v2/stocks/bars?symbols=AAPL,BRK-B&timeframe=1Day");

    List<ServedRequest> requests = simulator.requests();
    assertThat(requests).hasSize(2);
    assertThat(requests.get(0).provider()).isEqualTo(Provider.YAHOO);
    assertThat(requests.get(0).path()).isEqualTo("/v8/finance/chart/%5EGSPC");
    assertThat(requests.get(0).query()).isEqualTo("range=1d");
    assertThat(requests.get(0).symbols()).containsExactly("^GSPC");
    assertThat(requests.get(0).status()).isEqualTo(200);
    assertThat(requests.get(0).arrivedAt()).isEqualTo(clock.instant());
    assertThat(requests.get(1).symbols()).containsExactly("AAPL", "BRK-B");
    assertThat(requests.get(1).status()).isEqualTo(400);
    assertThat(requests.get(1).nanoTime()).isGreaterThan(requests.get(0).nanoTime());
    assertThat(client.json("/simulator/requests").get(1).get("status").intValue()).isEqualTo(400);
    simulator.clearRequests();
    assertThat(simulator.requests()).isEmpty();
  }

  @Test
  void everyAnswerTakesItsLatency() throws Exception {
    Client client = new Client(start(options().withLatency(Duration.ofMillis(120))));

    long before = System.nanoTime();
    assertThat(client.get("/v2/clock").statusCode()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void aTakenPortIsNamed() {
    Simulator first = start(options());

    assertThatThrownBy(() -> start(options().withPort(first.port())))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen on port " + first.port());
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> options().withPort(70_000))
        .hasMessageContaining("port must be 0 to 65535");
    assertThatThrownBy(() -> options().withYahooQuickRequests(-1))
        .hasMessageContaining("0 (no limit) or more");
    assertThatThrownBy(() -> options().withYahooLock(Duration.ofSeconds(-1)))
        .hasMessageContaining("must not be negative");
  }
}
