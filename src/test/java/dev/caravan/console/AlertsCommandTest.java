package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.Receiver;
import dev.caravan.support.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code alerts test} reports. */
class AlertsCommandTest {
  private final Receiver receiver = new Receiver();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void close() {
    System.clearProperty("caravan.alerts.to");
    receiver.close();
  }

  @Test
  void eachAddressIsReportedAndOneFailureIsTheExitCode() {
    int nobody = TestDatabase.freePort();
    assertThat(test(receiver.url() + "/s3cret;smtp://127.0.0.1:" + nobody + "?to=a@b.c")).isOne();
    assertThat(out.toString().lines())
        .containsExactly(
            "sent   " + receiver.url() + "/***",
            "FAILED smtp://127.0.0.1:" + nobody + "?to=a@b.c: nobody listens there");
    assertThat(receiver.received()).hasSize(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whereAllTookItTheExitCodeIsZero() {
    assertThat(test(receiver.url())).isZero();
    assertThat(out.toString().lines()).containsExactly("sent   " + receiver.url());
  }

  @Test
  void withoutAnAddressItSaysWhatToSet() {
    assertThat(test("")).isOne();
    assertThat(err.toString()).startsWith("caravan.alerts.to is empty, so nobody is told; allowed");
  }

  private int test(String to) {
    System.setProperty("caravan.alerts.to", to);
    CommandLine command =
        Caravan.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute("alerts", "test");
  }
}
