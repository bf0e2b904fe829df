package dev.caravan.market.answer;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What a person reads of a provider that is not where it was, or is not who it says. */
public final class ProviderAddress {
  private ProviderAddress() {}

  /**
   * Where a redirect leads. It is not followed: the keys would go along.
   *
   * @param location header {@code Location}, or null
   */
  public static Optional<String> redirect(int status, String location) {
    if (status < 300 || status > 399 || location == null) {
      return Optional.empty();
    }
    // What stands behind the path may be a secret of the session.
    String place = location.replaceFirst("[?#].*", "");
    boolean consent = place.toLowerCase(Locale.ROOT).matches(".*(consent|login|signin).*");
    return Optional.of(
        "it redirects to "
            + place
            + (consent
                ? ", which asks a person for consent or a login; ask from a network where it does not"
                : "; if the provider has moved, set the address in application.properties"));
  }

  /** What is wrong with the other end's certificate, and what to do. */
  public static String untrusted(SSLException failure) {
    CertificateExpiredException expired = Causes.find(failure, CertificateExpiredException.class);
    if (expired != null) {
      return "the provider's certificate has expired ("
          + expired.getMessage()
          + "). If the clock of this machine is right, the provider has to renew it";
    }
    CertificateNotYetValidException early =
        Causes.find(failure, CertificateNotYetValidException.class);
    if (early != null) {
      return "the provider's certificate is not valid yet ("
          + early.getMessage()
          + "). Check the clock of this machine";
    }
    if (Causes.find(failure, CertPathBuilderException.class) != null) {
      return "the certificate is not signed by anyone whom Java trusts ("
          + failure.getMessage()
          + "). If a proxy of yours reads TLS, add its certificate to Java's trust store; otherwise"
          + " somebody stands in between";
    }
    return "TLS failed: " + failure.getMessage();
  }
}
