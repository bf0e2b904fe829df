package dev.caravan.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertAddressTest {
  @ParameterizedTest
  @CsvSource({
    "'smtp://mail.example:587?username=me&password=open&to=ops@example.com', 'smtp://mail.example:587?to=ops@example.com', TEXT",
    "'smtps://me:open@mail.example?to=ops@example.com&cc=boss@example.com', 'smtps://mail.example?to=ops@example.com&cc=boss@example.com', TEXT",
    "'https://hooks.slack.com/services/T00/B00/s3cret', 'https://hooks.slack.com/***', SLACK",
    "'slack:https://chat.example/hooks/s3cret', 'slack:https://chat.example/***', SLACK",
    "'https://example.com/alert?token=s3cret', 'https://example.com/***', JSON",
    "'http://127.0.0.1:8099?token=s3cret', 'http://127.0.0.1:8099/***', JSON",
    "'file:/var/log/alerts.txt', 'file:/var/log/alerts.txt', TEXT",
    "'log:alerts', 'log:alerts', TEXT",
  })
  void anAddressIsShownWithoutItsSecretsAndTakesItsForm(
      String given, String name, AlertAddress.Form form) {
    assertThat(AlertAddress.list(given))
        .singleElement()
        .satisfies(
            address -> {
              assertThat(address.name()).isEqualTo(name);
              assertThat(address).hasToString(name);
              assertThat(address.form()).isEqualTo(form);
            });
    assertThat(AlertAddress.masked(given)).isEqualTo(name);
  }

  @Test
  void addressesThatLookAlikeAreToldApart() {
    assertThat(
            AlertAddress.list(
                "https://hooks.slack.com/services/one; https://hooks.slack.com/services/two;"))
        .extracting(AlertAddress::name)
        .containsExactly("https://hooks.slack.com/***", "https://hooks.slack.com/*** (2)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret",
        "ftp://me:s3cret@example.com",
        "direct:s3cret",
        "smtp://mail.example?password=s3cret",
        "smtp:?password=s3cret&to=me",
        "https://me:s3cret@example.com/",
        "https:///s3cret",
        "https://example.com/a b/s3cret",
        "slack:smtp://example.com/s3cret",
        "file:?fileName=s3cret",
        "log:?marker=s3cret",
        "exec:sh?args=s3cret",
      })
  void whatIsNoAddressIsRefusedWithoutASecret(String wrong) {
    assertThat(AlertAddress.isList("log:alerts;" + wrong)).isFalse();
    assertThat(AlertAddress.masked(wrong)).doesNotContain("s3cret");
    assertThatThrownBy(() -> AlertAddress.list(wrong)).hasMessageNotContaining("s3cret");
  }

  @Test
  void whatOthersSayOfAnAddressIsMasked() {
    AlertAddress mail =
        AlertAddress.list("smtp://mail.example?username=caravan&password=RAW(op&en+1)&to=a@b.c")
            .get(0);
    assertThat(mail.mask("535 caravan: op&en+1 is wrong; to a@b.c"))
        .isEqualTo("535 ***: *** is wrong; to a@b.c");
    AlertAddress hook =
        AlertAddress.list("https://example.com/hooks/T0K3N?key=s3cret%20key").get(0);
    assertThat(
            hook.mask("POST https://example.com/hooks/T0K3N?key=s3cret%20key: s3cret key, T0K3N"))
        .doesNotContain("T0K3N", "s3cret");
  }
}
