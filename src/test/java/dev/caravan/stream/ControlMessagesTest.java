package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessagesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"T\":\"t\",\"S\":\"AAPL\"}]",
        " \n[ {\t\"T\" : \"q\" , \"S\":\"AAPL\"}]",
        "[{\"S\":\"AAPL\",\"T\":\"t\"}]",
        "[{\"S\":\"AAPL\"}]",
        "[{\"T\":\"new\"}]",
        "{\"T\":\"t\"}",
        "[]",
        "[{\"T\":\"t\",",
        "nonsense",
        "[",
        "[{\"T\":\"",
        ""
      })
  void whatTheServerDoesNotSayOfTheConnectionIsForTheStore(String frame) {
    assertThat(ControlMessages.isData(bytes(frame))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"T\":\"success\",\"msg\":\"connected\"}]",
        "\r\n [ { \"T\" : \"success\" , \"msg\" : \"connected\" } ] \n",
        "[{\"msg\":\"connected\",\"T\":\"success\"}]",
        "{\"T\":\"success\",\"msg\":\"connected\"}"
      })
  void theGreetingIsKnownInWhateverWayItIsWritten(String frame) {
    assertThat(ControlMessages.isData(bytes(frame))).isFalse();
    assertThat(ControlMessages.read(bytes(frame)))
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.data()).isFalse();
              assertThat(message.event()).isEqualTo("connected");
            });
  }

  @Test
  void anErrorHasItsCodeAndWords() {
    assertThat(read("[{\"T\":\"error\",\"code\":402,\"msg\":\"auth failed\"}]"))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.event()).isEqualTo("error");
              assertThat(error.code()).isEqualTo(402);
              assertThat(error.said()).isEqualTo("auth failed");
            });
  }

  @Test
  void anErrorMayLackItsCodeAndWords() {
    assertThat(read("[{\"T\":\"error\"}]"))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.code()).isNull();
              assertThat(error.said()).isEmpty();
            });
  }

  @Test
  void aSubscriptionIsHandedOnWhole() {
    String subscription = "{\"T\":\"subscription\",\"trades\":[\"AAPL\"],\"bars\":[]}";

    assertThat(read("[" + subscription + "]"))
        .extracting(ControlMessages.Message::event, ControlMessages.Message::json)
        .containsExactly(tuple("subscription", subscription));
  }

  @Test
  void aSuccessThatNobodyKnowsIsNoStepOfTheHandshake() {
    assertThat(read("[{\"T\":\"success\",\"msg\":\"rejoiced\"},{\"T\":\"success\"}]"))
        .extracting(ControlMessages.Message::event)
        .containsExactly("unknown", "unknown");
  }

  @Test
  void severalInOneFrameKeepTheirOrder() {
    assertThat(
            read(
                "[{\"T\":\"success\",\"msg\":\"connected\"},"
                    + "{\"T\":\"success\",\"msg\":\"authenticated\"}]"))
        .extracting(ControlMessages.Message::event)
        .containsExactly("connected", "authenticated");
  }

  @Test
  void dataBesideWhatTheServerSaysIsNotLost() {
    String frame =
        "[{\"T\":\"subscription\"},{\"T\":\"t\",\"S\":\"AAPL\",\"p\":1.50},{\"T\":\"new\"}]";

    assertThat(ControlMessages.isData(bytes(frame))).isFalse();
    assertThat(read(frame))
        .extracting(ControlMessages.Message::data)
        .containsExactly(false, true, true);
    assertThat(read(frame).get(1).json()).isEqualTo("[{\"T\":\"t\",\"S\":\"AAPL\",\"p\":1.50}]");
  }

  @Test
  void aNumberBesideWhatTheServerSaysKeepsItsDigits() {
    String data = "{\"T\":\"t\",\"p\":150.1234567890123456789}";

    assertThat(read("[{\"T\":\"subscription\"}," + data + "]").get(1).json())
        .isEqualTo("[" + data + "]");
  }

  @Test
  void aSecondArrayBehindTheFirstIsNotPassedOverInSilence() {
    String frame = "[{\"T\":\"subscription\"}][{\"T\":\"t\",\"S\":\"AAPL\"}]";

    // It goes to the store, which keeps it as a letter.
    assertThat(ControlMessages.isData(bytes(frame))).isTrue();
  }

  private static List<ControlMessages.Message> read(String frame) {
    return ControlMessages.read(bytes(frame));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
