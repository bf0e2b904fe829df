package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.caravan.support.TlsKeys;
import dev.caravan.yahoo.YahooAnswer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a provider that is not where it was, or is not who it says. */
class MovedProviderTest {
  private static final SourceAnswer AWAITED =
      new SourceAnswer("AAPL", 0, null, Instant.parse("2026-11-27T15:00:00Z"));

  @TempDir Path directory;

  @Test
  void aRedirectSaysWhereToAndWhatToDo() {
    SourceAnswer moved =
        SourceAnswer.received(AWAITED, 301, "https://data.alpaca.example/v3/bars?key=s3cret", "");
    assertThat(moved.status()).isEqualTo(301);
    assertThat(catchThrowable(() -> YahooAnswer.check(301, moved.text(), "AAPL")))
        .hasMessage(
            "yahoo refused the request with status 301: it redirects to"
                + " https://data.alpaca.example/v3/bars; if the provider has moved, set the address"
                + " in application.properties");
  }

  @Test
  void aPageOfConsentIsNamedAsOne() {
    SourceAnswer consent =
        SourceAnswer.received(
            AWAITED, 307, "https://consent.yahoo.com/v2/collectConsent?sessionId=3_cc-s3cret", "");
    assertThat(catchThrowable(() -> YahooAnswer.check(307, consent.text(), "AAPL")))
        .hasMessage(
            "yahoo refused the request with status 307: it redirects to"
                + " https://consent.yahoo.com/v2/collectConsent, which asks a person for consent or"
                + " a login; ask from a network where it does not");
  }

  @Test
  void anAnswerThatRedirectsNowhereIsAsItCame() {
    assertThat(SourceAnswer.received(AWAITED, 304, null, "same").text()).isEqualTo("same");
    assertThat(SourceAnswer.received(AWAITED, 200, "/elsewhere", "{}").text()).isEqualTo("{}");
  }

  @Test
  void aCertificateThatHasExpiredOrIsNotYetValidOrIsNobodysIsNamedAsSuch() throws Exception {
    TlsKeys keys = new TlsKeys(directory);
    keys.make("ca", "-ext", "bc:c", "-validity", "90");
    keys.make("expired", "-signer", "ca", "-startdate", "-30d", "-validity", "1");
    keys.make("early", "-signer", "ca", "-startdate", "+30d", "-validity", "30");
    assertThat(FailureReason.of(ask(keys, "expired", "ca")))
        .startsWith("No connection: the provider's certificate has expired (NotAfter: ")
        .endsWith("If the clock of this machine is right, the provider has to renew it");
    assertThat(FailureReason.of(ask(keys, "early", "ca")))
        .startsWith("No connection: the provider's certificate is not valid yet (NotBefore: ")
        .endsWith("Check the clock of this machine");
    assertThat(FailureReason.of(ask(keys, "ca", "early")))
        .startsWith("No connection: the certificate is not signed by anyone whom Java trusts (")
        .endsWith("otherwise somebody stands in between");
  }

  /** What the client of the routes meets at a server with this key, wrapped as Camel does. */
  private static Throwable ask(TlsKeys keys, String key, String trusted) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(keys.identity(key)));
    server.start();
    try (CloseableHttpClient http =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setTlsSocketStrategy(new DefaultClientTlsStrategy(keys.trusting(trusted)))
                    .build())
            .build()) {
      HttpGet request = new HttpGet("https://localhost:" + server.getAddress().getPort() + "/");
      Throwable failure =
          catchThrowable(() -> http.execute(request, response -> response.getCode()));
      return new RuntimeCamelException(failure);
    } finally {
      server.stop(0);
    }
  }
}
