package dev.caravan.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.caravan.support.Receiver;
import dev.caravan.support.TestDatabase;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test alert to a real SMTP server, a real HTTP server, a file and the log. */
class AlertTrialTest {
  private final int smtp = TestDatabase.freePort();
  private final GreenMail mail =
      new GreenMail(new ServerSetup(smtp, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final Receiver receiver = new Receiver();
  @TempDir private Path directory;

  @AfterEach
  void close() {
    mail.stop();
    receiver.close();
  }

  @Test
  void aMailHasTheTitleAsItsSubjectAndSaysWhereToRead() throws Exception {
    mail.setUser("caravan", "p+ss w&rd");
    mail.start();

    assertThat(
            send(
                "smtp://127.0.0.1:"
                    + smtp
                    + "?username=caravan&password=RAW(p+ss w&rd)&to=ops@example.com"))
        .containsExactly((String) null);

    MimeMessage received = mail.getReceivedMessages()[0];
    assertThat(received.getSubject()).isEqualTo("[Caravan] Test: this is what an alert looks like");
    assertThat(received.getFrom()[0]).hasToString("caravan@localhost");
    assertThat(received.getContentType()).isEqualTo("text/plain; charset=utf-8");
    assertThat(received.getContent().toString())
        .startsWith("Test: this is what an alert looks like")
        .contains("It was sent by \"alerts test\".")
        .contains("docs/alerts.md#test");
    assertThat(mail.getReceivedMessages()).hasSize(1);
  }

  @Test
  void aWrongPasswordIsReportedWithoutIt() {
    mail.setUser("caravan", "right");
    mail.start();

    assertThat(
            send(
                "smtp://127.0.0.1:"
                    + smtp
                    + "?username=caravan&password=s3cret&to=ops@example.com"))
        .singleElement()
        .asString()
        .isNotEmpty()
        .doesNotContain("s3cret");
  }

  @Test
  void aWebhookGetsJsonWithEverythingAndSlackWhatItTakes() throws IOException {
    assertThat(send(receiver.url() + "/hook?token=1;slack:" + receiver.url() + "/services/T0/B0"))
        .containsExactly(null, null);

    assertThat(receiver.received())
        .extracting(Receiver.Received::method, Receiver.Received::path)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("POST", "/hook?token=1"),
            org.assertj.core.groups.Tuple.tuple("POST", "/services/T0/B0"));
    assertThat(receiver.received())
        .allSatisfy(each -> assertThat(each.contentType()).startsWith("application/json"));
    JsonNode json = new ObjectMapper().readTree(receiver.received().get(0).body());
    assertThat(json.path("kind").asText()).isEqualTo("test");
    assertThat(json.path("title").asText()).isEqualTo("Test: this is what an alert looks like");
    assertThat(json.path("text").asText()).contains("\n").contains("docs/alerts.md#test");
    assertThat(json.path("guide").asText()).isEqualTo("docs/alerts.md#test");
    assertThat(json.path("id").asText()).isNotEmpty();
    JsonNode slack = new ObjectMapper().readTree(receiver.received().get(1).body());
    assertThat(slack.properties()).extracting(java.util.Map.Entry::getKey).containsExactly("text");
    assertThat(slack.path("text").asText()).isEqualTo(json.path("text").asText());
  }

  @Test
  void aFileGrowsByEachMessage() throws IOException {
    Path file = directory.resolve("alerts.txt");
    send("file:" + file);
    send("file:" + file);

    assertThat(Files.readAllLines(file)).filteredOn(line -> line.startsWith("Test: ")).hasSize(2);
  }

  @Test
  void eachAddressIsTriedWhateverBecomesOfTheOthers() {
    receiver.answer(404);
    int nobody = TestDatabase.freePort();

    assertThat(
            send(
                receiver.url()
                    + "/s3cret;http://127.0.0.1:"
                    + nobody
                    + "/s3cret;smtp://127.0.0.1:"
                    + nobody
                    + "?to=a@b.c;log:alerts"))
        .containsExactly(
            "it answered with status 404", "nobody listens there", "nobody listens there", null);
  }

  @Test
  void anOptionThatCamelDoesNotKnowIsRefusedBeforeAnythingIsSent() {
    assertThat(AlertTrial.check(AlertAddress.list("smtp://127.0.0.1?to=a@b.c&pasword=s3cret")))
        .singleElement()
        .satisfies(
            outcome -> assertThat(outcome.fault()).contains("pasword").doesNotContain("s3cret"));
    assertThat(AlertTrial.check(AlertAddress.list("log:alerts?level=s3cret")))
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.fault()).isNotEmpty());
  }

  private static List<String> send(String addresses) {
    return AlertTrial.send(AlertAddress.list(addresses)).stream()
        .map(AlertTrial.Outcome::fault)
        .toList();
  }
}
