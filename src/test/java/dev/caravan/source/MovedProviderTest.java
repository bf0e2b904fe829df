package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.caravan.yahoo.YahooAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
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
  private static final char[] PASSWORD = "changeit".toCharArray();
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
    keytool("ca", "-ext", "bc:c", "-validity", "90");
    keytool("expired", "-signer", "ca", "-startdate", "-30d", "-validity", "1");
    keytool("early", "-signer", "ca", "-startdate", "+30d", "-validity", "30");
    assertThat(FailureReason.of(ask("expired", "ca")))
        .startsWith("No connection: the provider's certificate has expired (NotAfter: ")
        .endsWith("If the clock of this machine is right, the provider has to renew it");
    assertThat(FailureReason.of(ask("early", "ca")))
        .startsWith("No connection: the provider's certificate is not valid yet (NotBefore: ")
        .endsWith("Check the clock of this machine");
    assertThat(FailureReason.of(ask("ca", "early")))
        .startsWith("No connection: the certificate is not signed by anyone whom Java trusts (")
        .endsWith("otherwise somebody stands in between");
  }

  /** What the client of the routes meets at a server with this key, wrapped as Camel does. */
  private Throwable ask(String key, String trusted) throws Exception {
    KeyStore all = KeyStore.getInstance("PKCS12");
    try (InputStream bytes = Files.newInputStream(directory.resolve("keys.p12"))) {
      all.load(bytes, PASSWORD);
    }
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    one.setKeyEntry(key, all.getKey(key, PASSWORD), PASSWORD, all.getCertificateChain(key));
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry(trusted, all.getCertificate(trusted));

    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(one, PASSWORD);
    SSLContext identity = SSLContext.getInstance("TLS");
    identity.init(keys.getKeyManagers(), null, null);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, trust.getTrustManagers(), null);

    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(identity));
    server.start();
    try (CloseableHttpClient http =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setTlsSocketStrategy(new DefaultClientTlsStrategy(client))
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

  /** Makes a key with a certificate in the one store. */
  private void keytool(String name, String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                directory.resolve("keys.p12").toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(options));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
  }
}
