package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.StartedBurst;
import dev.caravan.support.Place;
import dev.caravan.support.RunningCaravan;
import dev.caravan.support.TapeCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever kills the embedded server finds it back a moment later, and nothing lost. */
class KilledServerIT {
  private static final List<String> SYMBOLS = List.of("AAPL", "MSFT", "NVDA");

  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0));
  private final Place place = Place.prepared("killed");

  @AfterEach
  void close() {
    place.close();
    exchange.close();
  }

  @Test
  void aServerThatIsKilledUnderTheStreamComesBackAndTheTableIsTheTape() throws Exception {
    try (RunningCaravan caravan = new RunningCaravan(settings(), Map.of())) {
      caravan.start();
      awaiting("the stream")
          .until(
              () ->
                  place.count("select count(*) from stream_coverage where dataset = 'trades'")
                      == SYMBOLS.size());
      StartedBurst burst =
          exchange.stream()
              .burst(Burst.of(SYMBOLS, 1_000, Duration.ofSeconds(6)).withMessagesPerFrame(10));
      awaiting("the first rows").until(() -> place.count("select count(*) from trades") > 1_000);

      long killed = place.killServer();

      awaiting("the end of the burst").until(burst::isOver);
      awaiting("all trades")
          .until(() -> place.count("select count(*) from trades") >= burst.count());
      awaiting("no open gap")
          .until(() -> place.count("select count(*) from gaps where status = 'open'") == 0);
      TapeCheck.assertTableIsTape(place, exchange, burst);
      assertThat(place.postmaster()).isNotEqualTo(killed);

      assertThat(get("/observe/metrics"))
          .contains("caravan_postgresql_restarts_total 1.0\n", "caravan_postgresql_up 1.0\n");
      assertThat(get("/observe/health/live"))
          .contains("\"name\":\"postgresql\",\"status\":\"UP\",\"message\":\"runs; brought back 1");
    }
    assertThat(place.portIsOpen()).as("it is stopped with Caravan").isFalse();
  }

  private Map<String, String> settings() {
    Map<String, String> settings = place.quiet();
    settings.put("caravan.database.directory", place.data().toString());
    settings.put("caravan.database.port", Integer.toString(place.port()));
    settings.put("caravan.symbols", String.join(",", SYMBOLS));
    settings.put("caravan.alpaca.key-id", "PKTEST");
    settings.put("caravan.alpaca.secret-key", "hush");
    settings.put("caravan.alpaca.data-url", exchange.url());
    settings.put("caravan.alpaca.trading-url", exchange.url());
    settings.put("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    settings.put("caravan.alpaca.requests-per-minute", "100000");
    settings.put("caravan.alpaca.burst", "1000");
    settings.put("caravan.retry.delay-ms", "20");
    settings.put("caravan.stream.channels", "trades");
    settings.put("caravan.schedule.stream", "always");
    settings.put("caravan.schedule.repair", "0/2 * * ? * *");
    return settings;
  }

  private String get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + place.httpPort() + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).ignoreExceptions();
  }
}
