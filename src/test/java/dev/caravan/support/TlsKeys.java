package dev.caravan.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Keys with certificates for {@code localhost}, good and bad ones, made by the JDK's keytool. */
public final class TlsKeys {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path store;

  /**
   * @param directory where they are kept
   */
  public TlsKeys(Path directory) {
    store = directory.resolve("keys.p12");
  }

  /** Makes a key; the options are keytool's. */
  public void make(String name, String... options) throws IOException, InterruptedException {
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
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(options));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
  }

  /** What a server is that has this key. */
  public SSLContext identity(String key) throws GeneralSecurityException, IOException {
    KeyStore all = all();
    KeyStore one = empty();
    one.setKeyEntry(key, all.getKey(key, PASSWORD), PASSWORD, all.getCertificateChain(key));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(one, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** A client that trusts whom this key has signed, and nobody else. */
  public SSLContext trusting(String key) throws GeneralSecurityException, IOException {
    KeyStore anchors = empty();
    anchors.setCertificateEntry(key, all().getCertificate(key));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private KeyStore all() throws GeneralSecurityException, IOException {
    KeyStore all = KeyStore.getInstance("PKCS12");
    try (InputStream bytes = Files.newInputStream(store)) {
      all.load(bytes, PASSWORD);
    }
    return all;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    return empty;
  }
}
