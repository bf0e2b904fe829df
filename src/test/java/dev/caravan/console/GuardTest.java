package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
  // RFC 7617 gives this pair of user-id and password, and what becomes of it, as its examples.
  private final Guard guard = new Guard("Aladdin", "open sesame");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ== "
      })
  void who_gives_user_and_password_comes_in(String header) {
    assertThat(guard.admits(header)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "Basic QWxhZGRpbg==",
        "Basic QWxhZGRpbjo=",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZSE=",
        "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic ???",
        "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
      })
  void who_does_not_stays_outside(String header) {
    assertThat(guard.admits(header)).isFalse();
  }

  @Test
  void letters_beyond_ascii_are_utf_8() {
    // The example of RFC 7617: user "test", password "123" and a pound sign.
    assertThat(new Guard("test", "123\u00a3").admits("Basic dGVzdDoxMjPCow==")).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="})
  void without_user_and_password_everyone_comes_in(String header) {
    assertThat(new Guard("", "").admits(header)).isTrue();
  }
}
