package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.market.answer.JsonFields;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Thursday, 2025-11-20: regular hours from 14:30 to 21:00 UTC. */
class AlpacaProofTest {
  private static final Instant LATER = Instant.parse("2025-11-21T11:00:00Z");

  @Test
  void aMinuteThatEveryPageLeavesOutWasWithoutATrade() throws Exception {
    AlpacaProof proof =
        after(
            after(AlpacaProof.none(), "1Min", bars("AAPL", "14:30", "14:31", "14:33")),
            "1Min",
            bars("AAPL", "14:35"));

    assertThat(rows(proof, "AAPL", "1Min", "14:30:00", "14:36:00"))
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"session\":\"2025-11-20\",\"opens_at\":\"2025-11-20T14:30:00Z\","
                + "\"asked\":\"{[0,7)}\",\"quiet\":\"{[2,3),[4,5),[6,7)}\"}]");
  }

  @Test
  void aSymbolThatIsAbsentHadNoTradeAtAll() throws Exception {
    AlpacaProof proof = after(AlpacaProof.none(), "1Min", bars("AAPL", "14:30"));
    assertThat(rows(proof, "AAPL,MSFT", "1Min", "05:00:00", "23:00:00"))
        .contains("\"symbol\":\"AAPL\"", "\"asked\":\"{[0,390)}\",\"quiet\":\"{[1,390)}\"")
        .contains("\"symbol\":\"MSFT\"", "\"asked\":\"{[0,390)}\",\"quiet\":\"{[0,390)}\"");
  }

  @Test
  void nothingIsProvedBeyondWhatWasAskedForOrCanStillCome() throws Exception {
    AlpacaProof proof = after(AlpacaProof.none(), "1Min", bars("AAPL", "14:30"));
    assertThat(rows(proof, "AAPL", "1Min", "14:31:30", "14:34:30"))
        .as("the bars that begin in the range")
        .contains("\"asked\":\"{[2,5)}\"");
    assertThat(rows(proof, "AAPL", "1Min", "21:00:00", "23:59:59"))
        .as("extended hours")
        .isEqualTo("[]");

    AlpacaProof early =
        AlpacaProof.after(
            AlpacaProof.none(),
            page("1Min", bars("AAPL", "14:30")),
            Instant.parse("2025-11-20T14:50:30Z"));
    assertThat(rows(early, "AAPL", "1Min", "14:30:00", "14:50:00"))
        .as("a minute that ended less than 16 minutes ago")
        .contains("\"asked\":\"{[0,4)}\",\"quiet\":\"{[1,4)}\"");
    assertThat(rows(early, "AAPL", "1Day", "05:00:00", "14:50:00")).isEqualTo("[]");
  }

  @Test
  void aRowThatCouldNotBeTakenIsTradedAllTheSame() throws Exception {
    String highBelowLow =
        "{\"t\":\"2025-11-20T14:31:00Z\",\"o\":1,\"h\":1,\"l\":2,\"c\":1,\"v\":1}";
    AlpacaProof proof =
        after(
            AlpacaProof.none(),
            "1Min",
            "{\"bars\":{\"AAPL\":[" + highBelowLow + "]},\"next_page_token\":null}");
    assertThat(rows(proof, "AAPL", "1Min", "14:30:00", "14:32:00"))
        .contains("\"quiet\":\"{[0,1),[2,3)}\"");

    AlpacaProof unclear =
        after(
            AlpacaProof.none(),
            "1Min",
            "{\"bars\":{\"AAPL\":["
                + highBelowLow.replace("\"t\"", "\"x\"")
                + "]},\"next_page_token\":null}");
    assertThat(rows(unclear, "AAPL", "1Min", "14:30:00", "14:32:00"))
        .as("nobody knows which minute it is of")
        .isEqualTo("[]");
  }

  @Test
  void aDayIsProvedWhenItsSessionIsOver() throws Exception {
    AlpacaProof proof =
        after(
            AlpacaProof.none(),
            "1Day",
            "{\"bars\":{\"AAPL\":[{\"t\":\"2025-11-20T05:00:00Z\",\"o\":1,\"h\":1,\"l\":1,\"c\":1,\"v\":1}]},"
                + "\"next_page_token\":null}");
    assertThat(
            AlpacaProof.rows(
                proof,
                HistoryRequest.of(
                    "AAPL",
                    "sip",
                    "1Day",
                    Instant.parse("2025-11-19T05:00:00Z"),
                    Instant.parse("2025-11-21T05:00:00Z"))))
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"session\":\"2025-11-19\",\"opens_at\":\"2025-11-19T05:00:00Z\","
                + "\"asked\":\"{[0,1)}\",\"quiet\":\"{[0,1)}\"},"
                + "{\"symbol\":\"AAPL\",\"session\":\"2025-11-20\",\"opens_at\":\"2025-11-20T05:00:00Z\","
                + "\"asked\":\"{[0,1)}\",\"quiet\":\"{}\"}]");
  }

  @Test
  void tradesAndOtherBarsProveNothingHere() throws Exception {
    AlpacaProof trades =
        AlpacaProof.after(
            AlpacaProof.none(), new AlpacaTrades.Page(List.of(), Set.of(), null, List.of()), LATER);
    assertThat(rows(trades, "AAPL", null, "14:30:00", "14:32:00")).isEqualTo("[]");
    AlpacaProof hours = after(AlpacaProof.none(), "1Hour", bars("AAPL", "15:00"));
    assertThat(rows(hours, "AAPL", "1Hour", "14:30:00", "18:32:00")).isEqualTo("[]");
  }

  private static AlpacaProof after(AlpacaProof before, String timeframe, String answer)
      throws JsonProcessingException {
    return AlpacaProof.after(before, page(timeframe, answer), LATER);
  }

  private static AlpacaPage page(String timeframe, String answer) throws JsonProcessingException {
    return AlpacaBars.page(JsonFields.mapper().readTree(answer), "sip", timeframe, LATER);
  }

  private static String rows(
      AlpacaProof proof, String symbols, String timeframe, String start, String end) {
    return AlpacaProof.rows(
        proof, HistoryRequest.of(symbols, "sip", timeframe, at(start), at(end)));
  }

  private static Instant at(String time) {
    return Instant.parse("2025-11-20T" + time + "Z");
  }

  private static String bars(String symbol, String... times) {
    StringBuilder rows = new StringBuilder();
    for (String time : times) {
      rows.append(rows.length() == 0 ? "" : ",")
          .append("{\"t\":\"2025-11-20T")
          .append(time)
          .append(":00Z\",\"o\":1,\"h\":1,\"l\":1,\"c\":1,\"v\":1}");
    }
    return "{\"bars\":{\"" + symbol + "\":[" + rows + "]},\"next_page_token\":null}";
  }
}
