package dev.caravan.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Who is known, with which password and as what; by HTTP Basic. Where no user is set everyone is an
 * operator.
 */
final class Accounts {
  private static final String SCHEME = "Basic ";

  private record Account(AuthenticatedUser visitor, byte[] credentials) {}

  private final List<Account> accounts = new ArrayList<>();

  /** Adds a user; one without name and password is none. */
  Accounts with(Role role, String user, String password) {
    if (!user.isEmpty() || !password.isEmpty()) {
      byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      accounts.add(new Account(new AuthenticatedUser(user, role), credentials));
    }
    return this;
  }

  /** Whether nobody is asked for a password. */
  boolean open() {
    return accounts.isEmpty();
  }

  /**
   * Who comes with these credentials; empty if it is a stranger.
   *
   * @param given as {@link #credentials} reads them
   */
  Optional<AuthenticatedUser> visitor(byte[] given) {
    if (open()) {
      return Optional.of(new AuthenticatedUser("", Role.OPERATOR));
    }
    Optional<AuthenticatedUser> found = Optional.empty();
    for (Account account : accounts) {
      // Takes as long for a wrong password as for one that is nearly right, and asks every account.
      if (MessageDigest.isEqual(account.credentials(), given)) {
        found = Optional.of(account.visitor());
      }
    }
    return found;
  }

  /**
   * User and password of an Authorization header (or of none, null); or nothing, which nobody has.
   */
  static byte[] credentials(String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return new byte[0];
    }
    try {
      return Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
