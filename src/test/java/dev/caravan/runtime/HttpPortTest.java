package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.support.Canned;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPortTest {

  @Test
  void aFreePortIsWellAndStillFreeAfterwards() {
    HttpPort free = new HttpPort("127.0.0.1", TestDatabase.freePort());

    assertThat(free.fault()).isEmpty();
    assertThatNoException().isThrownBy(free::refuseTaken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
  void aTakenPortIsRefusedInOneLineThatNamesKeyAndAddressAndSaysWhatToDo(String holder)
      throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(holder))) {
      HttpPort taken = new HttpPort("127.0.0.1", other.getLocalPort());

      assertThatThrownBy(taken::refuseTaken)
          .isInstanceOf(SettingException.class)
          .hasMessage(
              "caravan.http.port "
                  + other.getLocalPort()
                  + " on 127.0.0.1 is in use by another program. Stop that program, or set"
                  + " caravan.http.port to a free port.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "nowhere.invalid"})
  void aHostThatIsNotThisMachineIsNamedWithItsKey(String host) {
    assertThat(new HttpPort(host, TestDatabase.freePort()).fault())
        .contains(
            "caravan.http.host: '"
                + host
                + "' is not an address of this machine; use one that is, or 127.0.0.1.");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, http://127.0.0.1:8080",
    "localhost, http://localhost:8080",
    "::1, http://[::1]:8080"
  })
  void itsAddressIsWhatABrowserTakes(String host, String url) {
    assertThat(new HttpPort(host, 8080).url()).isEqualTo(url);
  }

  @Test
  void anotherProgramIsNoCaravan() {
    try (Canned other = new Canned().on("/", Canned.ok("{}"))) {
      assertThat(new HttpPort("127.0.0.1", URI.create(other.url()).getPort()).isCaravan())
          .isFalse();
    }
    assertThat(new HttpPort("127.0.0.1", TestDatabase.freePort()).isCaravan()).isFalse();
  }
}
