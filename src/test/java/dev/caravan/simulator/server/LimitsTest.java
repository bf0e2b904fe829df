package dev.caravan.simulator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Client;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.LimiterKind;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest extends SimulatorTestBase {
  private static final String DATA = "/v2/stocks/bars?symbols=AAPL&timeframe=1Day";
  private static final String TRADING = "/v2/clock";
  private static final String CHART = "/v8/finance/chart/AAPL";

  @Test
  void aTokenBucketLetsABurstThroughAndRefillsEvenly() throws Exception {
    Client client = new Client(start(options().withAlpacaRequestsPerMinute(20)));

    assertThat(passing(client, DATA, 30)).isEqualTo(20);
    assertThat(passing(client, TRADING, 30)).isEqualTo(20);
    clock.advance(Duration.ofSeconds(3));
    assertThat(passing(client, DATA, 5)).isEqualTo(1);
    clock.advance(Duration.ofSeconds(30));
    assertThat(passing(client, DATA, 30)).isEqualTo(10);
    clock.advance(Duration.ofHours(1));
    assertThat(passing(client, DATA, 30)).isEqualTo(20);
  }

  @Test
  void aSlidingWindowNeverLetsMoreThroughInAnySixtySeconds() throws Exception {
    Client client =
        new Client(
            start(
                options().withAlpacaRequestsPerMinute(10).withLimiter(LimiterKind.SLIDING_WINDOW)));

    assertThat(passing(client, DATA, 4)).isEqualTo(4);
    clock.advance(Duration.ofSeconds(30));
    assertThat(passing(client, DATA, 20)).isEqualTo(6);
    clock.advance(Duration.ofSeconds(30).minusNanos(1));
    assertThat(passing(client, DATA, 20)).isZero();
    clock.advance(Duration.ofNanos(1));
    assertThat(passing(client, DATA, 20)).isEqualTo(4);
  }

  @Test
  void aRefusalHasNoHeadersAndAnAnswerHasThemOnRequest() throws Exception {
    Client client =
        new Client(start(options().withAlpacaRequestsPerMinute(2).withAlpacaRateHeaders(true)));

    HttpResponse<String> good = client.get(DATA);
    assertThat(good.headers().firstValue("X-RateLimit-Limit")).contains("2");
    assertThat(good.headers().firstValue("X-RateLimit-Remaining")).contains("1");
    assertThat(good.headers().firstValueAsLong("X-RateLimit-Reset"))
        .hasValue(clock.instant().getEpochSecond() + 30);
    assertThat(client.get(DATA + "&limit=0").headers().firstValue("X-RateLimit-Remaining"))
        .contains("0");
    HttpResponse<String> refused = client.get(DATA);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("{\"message\": \"too many requests.\"}\n");
    assertThat(refused.headers().map())
        .doesNotContainKeys("x-ratelimit-limit", "x-ratelimit-remaining", "retry-after");
  }

  @Test
  void tooManyQuickRequestsLockAnAddressOutOfYahoo() throws Exception {
    Client client = new Client(start(options().withYahooQuickRequests(5)));

    assertThat(passing(client, CHART, 5)).isEqualTo(5);
    clock.advance(Duration.ofSeconds(10));
    assertThat(passing(client, CHART, 5)).isEqualTo(5);
    HttpResponse<String> refused = client.get(CHART);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("Too Many Requests");
    clock.advance(Duration.ofMinutes(15).minusSeconds(1));
    assertThat(passing(client, CHART, 1)).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertThat(passing(client, CHART, 5)).isEqualTo(5);
    assertThat(passing(client, DATA, 5)).isEqualTo(5);
  }

  @Test
  void yahooCanBeCountedExactlyToo() throws Exception {
    Client client =
        new Client(
            start(options().withYahooRequestsPerMinute(3).withLimiter(LimiterKind.SLIDING_WINDOW)));

    assertThat(passing(client, CHART, 5)).isEqualTo(3);
    clock.advance(Duration.ofSeconds(60));
    assertThat(passing(client, CHART, 5)).isEqualTo(3);
  }

  private static int passing(Client client, String target, int requests) throws Exception {
    int passed = 0;
    for (int i = 0; i < requests; i++) {
      passed += client.get(target).statusCode() == 200 ? 1 : 0;
    }
    return passed;
  }
}
