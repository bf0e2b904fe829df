package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "localhost:9",
        "127.0.0.1",
        "127.0.0.1:8080",
        "127.1.2.3:8080",
        "[::1]",
        "[::1]:8080"
      })
  void theNamesOfThisMachineAreLoopbackAtAnyPort(String authority) {
    assertThat(HostNames.namesLoopback(authority)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":8080",
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8080",
        "evil.example#localhost",
        "evil.example/localhost",
        "user@localhost",
        "localhost@evil.example",
        "localhost:80:80",
        "localhost:http",
        "localhost.",
        "localhost ",
        "127.0.0.1:8080, localhost",
        "128.0.0.1",
        "1127.0.0.1",
        "127.0.0",
        "127.0.0.1.1",
        "0.0.0.0:8080",
        "10.0.0.1:8080",
        "::1",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::1",
        "[localhost]x"
      })
  void everyOtherNameIsNot(String authority) {
    assertThat(HostNames.namesLoopback(authority)).isFalse();
  }

  @Test
  void aRequestNamesOneHostInWhateverCase() {
    assertThat(HostNames.one(List.of("LocalHost:8080"))).contains("localhost:8080");
    assertThat(HostNames.one(List.of("localhost:8080", "LOCALHOST:8080")))
        .as("in the header and in the target")
        .contains("localhost:8080");
    assertThat(HostNames.one(List.of("[::1]:8080"))).contains("[::1]:8080");
    assertThat(HostNames.one(List.of("caravan.example"))).contains("caravan.example");
  }

  @Test
  void twoHostsOrNoneAreNotOne() {
    assertThat(HostNames.one(List.of())).isEmpty();
    assertThat(HostNames.one(List.of(""))).isEmpty();
    assertThat(HostNames.one(List.of("localhost", "evil.example"))).isEmpty();
    assertThat(HostNames.one(List.of("localhost", "localhost:8080"))).isEmpty();
    assertThat(HostNames.one(List.of("localhost, evil.example"))).isEmpty();
    assertThat(HostNames.one(List.of("http://localhost"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://evil.example/observe, evil.example",
    "HTTPS://evil.example:1?x=/y, evil.example:1",
    "http://localhost, localhost",
    "http://me@localhost/, me@localhost",
    "http:///observe, ''"
  })
  void aTargetInAbsoluteFormNamesAHostToo(String target, String authority) {
    assertThat(HostNames.inTarget(target)).contains(authority);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/observe?x=http://evil.example", "*", "//evil.example/", ""})
  void anyOtherTargetNamesNone(String target) {
    assertThat(HostNames.inTarget(target)).isEmpty();
  }
}
