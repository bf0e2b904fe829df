package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.RateLimitedException;
import dev.caravan.market.answer.SourceDownException;
import dev.caravan.market.answer.SourceFailedException;
import java.net.ConnectException;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedeliveryTest {
  private static final CamelContext CAMEL = new DefaultCamelContext();

  private final Redelivery redelivery = redelivery(5, 1000, 60_000);

  @ParameterizedTest
  @CsvSource({"1, true", "4, true", "5, false", "6, false"})
  void aRequestIsTriedFiveTimesInAll(int tries, boolean again) {
    assertThat(redelivery.again(failed(tries, new ConnectException()))).isEqualTo(again);
  }

  @Test
  void oneAttemptMeansNoSecondOne() {
    assertThat(redelivery(1, 1000, 60_000).again(failed(1, new ConnectException()))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 800, 1200",
    "2, 1600, 2400",
    "3, 3200, 4800",
    "6, 25600, 38400",
    "7, 48000, 72000",
    "20, 48000, 72000",
    "70, 48000, 72000"
  })
  void theWaitDoublesUpToTheLongestWithAJitterOfAFifth(int tries, long least, long most) {
    for (int i = 0; i < 50; i++) {
      assertThat(delay(failed(tries, new ConnectException()))).isBetween(least, most);
    }
  }

  @Test
  void theWaitDiffersFromTimeToTime() {
    long first = delay(failed(7, new ConnectException()));
    boolean differs = false;
    for (int i = 0; i < 50 && !differs; i++) {
      differs = delay(failed(7, new ConnectException())) != first;
    }
    assertThat(differs).isTrue();
  }

  @Test
  void itIsNeverTriedSoonerThanTheProviderAllows() {
    Instant in30s = Instant.now().plusSeconds(30);
    assertThat(delay(failed(1, new RateLimitedException("yahoo", in30s))))
        .isBetween(20_000L, 30_000L);
    assertThat(delay(failed(1, new SourceFailedException("yahoo", 503, null, in30s))))
        .isBetween(20_000L, 30_000L);
    assertThat(
            delay(failed(1, new RuntimeCamelException(new RateLimitedException("yahoo", in30s)))))
        .isBetween(20_000L, 30_000L);
  }

  @Test
  void aTimeThatIsPastLeavesTheWaitAsItIs() {
    Instant past = Instant.now().minusSeconds(30);
    assertThat(delay(failed(1, new SourceFailedException("yahoo", 503, null, past))))
        .isBetween(800L, 1200L);
    assertThat(delay(failed(1, new SourceFailedException("yahoo", 503, null))))
        .isBetween(800L, 1200L);
  }

  @Test
  void aProviderThatAsksForMorePatienceThanThereIsEndsTheTries() {
    Instant now = Instant.now();
    assertThat(redelivery.again(failed(1, new RateLimitedException("yahoo", now.plusSeconds(900)))))
        .isFalse();
    assertThat(redelivery.again(failed(1, new RateLimitedException("yahoo", now.plusSeconds(50)))))
        .isTrue();
  }

  @Test
  void aSourceThatIsDownIsWaitedForWhileAnotherRequestTriesItHoweverLong() {
    for (int tries : new int[] {1, 5, 50}) {
      assertThat(redelivery.again(failed(tries, new SourceDownException("yahoo", null, true))))
          .isTrue();
      assertThat(redelivery.again(failed(tries, new SourceDownException("yahoo", null, false))))
          .isFalse();
    }
  }

  @Test
  void whatWasNotSentIsNoTry() {
    Exchange exchange = failed(1, new SourceDownException("yahoo", null, true));
    for (int tries = 1; tries <= 7; tries++) {
      exchange.getMessage().setHeader(Exchange.REDELIVERY_COUNTER, tries);
      assertThat(delay(exchange)).isBetween(800L, 1200L);
    }
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new ConnectException("refused"));
    exchange.getMessage().setHeader(Exchange.REDELIVERY_COUNTER, 8);
    assertThat(redelivery.again(exchange)).isTrue();
    assertThat(delay(exchange)).isBetween(800L, 1200L);
    exchange.getMessage().setHeader(Exchange.REDELIVERY_COUNTER, 12);
    assertThat(redelivery.again(exchange)).isFalse();
  }

  private long delay(Exchange exchange) {
    redelivery.process(exchange);
    return exchange.getMessage().getHeader(Exchange.REDELIVERY_DELAY, Long.class);
  }

  private static Exchange failed(int tries, Exception cause) {
    Exchange exchange = new DefaultExchange(CAMEL);
    exchange.getMessage().setHeader(Exchange.REDELIVERY_COUNTER, tries);
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, cause);
    return exchange;
  }

  private static Redelivery redelivery(int attempts, long delayMs, long maxDelayMs) {
    Redelivery redelivery = new Redelivery();
    redelivery.setAttempts(attempts);
    redelivery.setDelayMs(delayMs);
    redelivery.setMaxDelayMs(maxDelayMs);
    return redelivery;
  }
}
