package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {
  private static final Visitor ALADDIN = new Visitor("Aladdin", Role.OPERATOR);

  // RFC 7617 gives this pair of user-id and password, and what becomes of it, as its examples.
  private final Accounts accounts = new Accounts().with(Role.OPERATOR, "Aladdin", "open sesame");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ== "
      })
  void who_gives_user_and_password_comes_in(String header) {
    assertThat(accounts.visitor(header)).contains(ALADDIN);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "Basic Og==",
        "Basic QWxhZGRpbg==",
        "Basic QWxhZGRpbjo=",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZSE=",
        "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic ???",
        "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
      })
  void who_does_not_stays_outside(String header) {
    assertThat(accounts.visitor(header)).isEmpty();
    assertThat(accounts.open()).isFalse();
  }

  @Test
  void each_user_comes_in_by_the_own_password_and_as_what_it_is() {
    accounts.with(Role.VIEWER, "test", "123\u00a3");
    // The second example of RFC 7617: letters beyond ASCII are UTF-8.
    assertThat(accounts.visitor("Basic dGVzdDoxMjPCow=="))
        .contains(new Visitor("test", Role.VIEWER));
    assertThat(accounts.visitor("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")).contains(ALADDIN);
    assertThat(accounts.visitor("Basic dGVzdDpvcGVuIHNlc2FtZQ==")).as("test:open sesame").isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="})
  void without_users_everyone_is_an_operator_without_a_name(String header) {
    Accounts none = new Accounts().with(Role.OPERATOR, "", "").with(Role.VIEWER, "", "");
    assertThat(none.open()).isTrue();
    assertThat(none.visitor(header)).contains(new Visitor("", Role.OPERATOR));
  }

  @Test
  void a_role_is_told_in_lower_case() {
    assertThat(Role.OPERATOR.word()).isEqualTo("operator");
    assertThat(Role.VIEWER.word()).isEqualTo("viewer");
  }
}
