package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuessLimitTest {
  private long now;
  private final GuessLimit limit = new GuessLimit(() -> now);

  @Test
  void tenWrongPasswordsOfOneAddressAreHeardAndThenOneEachHalfMinute() {
    for (int guess = 0; guess < 10; guess++) {
      assertThat(limit.secondsToWait("192.0.2.1", password(guess))).as("guess %d", guess).isZero();
      assertThat(limit.wrong("192.0.2.1", password(guess))).isEqualTo(guess == 9);
    }
    assertThat(limit.secondsToWait("192.0.2.1", password(10))).isEqualTo(30);

    pass(Duration.ofSeconds(29));
    assertThat(limit.secondsToWait("192.0.2.1", password(10))).isEqualTo(1);
    pass(Duration.ofSeconds(1));
    assertThat(limit.secondsToWait("192.0.2.1", password(10))).isZero();
    limit.wrong("192.0.2.1", password(10));
    assertThat(limit.secondsToWait("192.0.2.1", password(11))).isEqualTo(30);
  }

  @Test
  void anotherAddressIsHeardWhileOneIsNot() {
    guess("192.0.2.1", 50);

    assertThat(limit.secondsToWait("192.0.2.1", password(99))).isPositive();
    assertThat(limit.secondsToWait("192.0.2.2", password(99))).isZero();
  }

  @Test
  void aWrongPasswordThatIsSentAgainIsNoFurtherGuess() {
    for (int time = 0; time < 1000; time++) {
      assertThat(limit.secondsToWait("192.0.2.1", password(1))).isZero();
      assertThat(limit.wrong("192.0.2.1", password(1))).isFalse();
    }
    assertThat(limit.secondsToWait("192.0.2.1", password(2))).isZero();
  }

  @Test
  void aRightPasswordBetweenGuessesDoesNotMakeThemForgotten() {
    guess("192.0.2.1", 5);
    limit.right("192.0.2.1");
    for (int guess = 5; guess < 10; guess++) {
      limit.wrong("192.0.2.1", password(guess));
    }
    assertThat(limit.secondsToWait("192.0.2.1", password(99))).isPositive();
  }

  @Test
  void allAddressesTogetherAreLimitedExceptThoseThatKnewThePassword() {
    limit.right("198.51.100.7");
    IntStream.range(0, 200).forEach(n -> limit.wrong("192.0.2." + n, password(n)));

    assertThat(limit.secondsToWait("203.0.113.1", password(999))).isEqualTo(1);
    assertThat(limit.secondsToWait("198.51.100.7", password(999))).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(limit.secondsToWait("203.0.113.1", password(999))).isZero();
  }

  @Test
  void oneAddressAloneNeverUsesUpWhatAllHave() {
    for (int minute = 0; minute < 600; minute++) {
      for (int guess = 0; guess < 100; guess++) {
        byte[] password = password(minute * 100 + guess);
        if (limit.secondsToWait("192.0.2.1", password) == 0) {
          limit.wrong("192.0.2.1", password);
        }
      }
      assertThat(limit.secondsToWait("203.0.113.1", password(-1))).isZero();
      pass(Duration.ofMinutes(1));
    }
  }

  @Test
  void theMemoryOfAddressesIsBoundedAndKeepsThoseThatCome() {
    limit.right("198.51.100.7");
    for (int n = 0; n < 3 * GuessLimit.ADDRESSES; n++) {
      limit.wrong("address " + n, password(n));
      if (n % 1000 == 0) {
        limit.right("198.51.100.7");
      }
    }
    assertThat(limit.addresses()).hasSize(GuessLimit.ADDRESSES).contains("198.51.100.7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "192.0.2.1 | - | 192.0.2.1",
        "192.0.2.1 | 203.0.113.9 | 192.0.2.1",
        "127.0.0.1 | - | 127.0.0.1",
        "127.0.0.1 | 203.0.113.9 | 203.0.113.9 by a proxy here",
        "127.0.0.1 | 198.51.100.1, 203.0.113.9 | 203.0.113.9 by a proxy here",
        "0:0:0:0:0:0:0:1 | 203.0.113.9 | 203.0.113.9 by a proxy here",
        "127.0.0.1 | nonsense\tof 'somebody' | 127.0.0.1",
        "2001:db8:1:2:3:4:5:6 | - | 2001:db8:1:2::/64",
        "2001:db8:1:2:ffff:4:5:6 | - | 2001:db8:1:2::/64",
        "127.0.0.1 | 2001:0db8::1 | 2001:db8:0:0::/64 by a proxy here",
        "127.0.0.1 | 2001:db8:0:0:9::9 | 2001:db8:0:0::/64 by a proxy here"
      })
  void aClientIsItsAddressOrTheOneThatAProxyOnThisMachineNames(
      String peer, String forwarded, String client) {
    assertThat(ClientAddress.of(peer, forwarded == null ? List.of() : List.of(forwarded)))
        .isEqualTo(client);
  }

  private void guess(String address, int times) {
    IntStream.range(0, times).forEach(n -> limit.wrong(address, password(n)));
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static byte[] password(int number) {
    return ("ali:" + number).getBytes(StandardCharsets.UTF_8);
  }
}
