package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {
  private static final AuthenticatedUser ALADDIN = new AuthenticatedUser("Aladdin", Role.OPERATOR);

  // RFC 7617 gives this pair of user-id and password, and what becomes of it, as its examples.
  private final Accounts accounts = new Accounts().with(Role.OPERATOR, "Aladdin", "open sesame");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ== "
      })
  void whoGivesUserAndPasswordComesIn(String header) {
    assertThat(accounts.visitor(Accounts.credentials(header))).contains(ALADDIN);
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
  void whoDoesNotStaysOutside(String header) {
    assertThat(accounts.visitor(Accounts.credentials(header))).isEmpty();
    assertThat(accounts.open()).isFalse();
  }

  @Test
  void eachUserComesInByTheOwnPasswordAndAsWhatItIs() {
    accounts.with(Role.VIEWER, "test", "123\u00a3");
    // The second example of RFC 7617: letters beyond ASCII are UTF-8.
    assertThat(accounts.visitor(Accounts.credentials("Basic dGVzdDoxMjPCow==")))
        .contains(new AuthenticatedUser("test", Role.VIEWER));
    assertThat(accounts.visitor(Accounts.credentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")))
        .contains(ALADDIN);
    assertThat(accounts.visitor(Accounts.credentials("Basic dGVzdDpvcGVuIHNlc2FtZQ==")))
        .as("test:open sesame")
        .isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="})
  void withoutUsersEveryoneIsAnOperatorWithoutAName(String header) {
    Accounts none = new Accounts().with(Role.OPERATOR, "", "").with(Role.VIEWER, "", "");
    assertThat(none.open()).isTrue();
    assertThat(none.visitor(Accounts.credentials(header)))
        .contains(new AuthenticatedUser("", Role.OPERATOR));
  }

  @Test
  void aRoleIsToldInLowerCase() {
    assertThat(Role.OPERATOR.word()).isEqualTo("operator");
    assertThat(Role.VIEWER.word()).isEqualTo("viewer");
  }
}
