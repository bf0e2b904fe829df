package dev.caravan.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.flow.Tally;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettlementTest {
  private static final Map<String, Object> FILLED = row(1, "AAPL", "filled", null);
  private static final Map<String, Object> OPEN = row(2, "MSFT", "open", "no");
  private static final Map<String, Object> ABANDONED = row(3, "BRK.B", "abandoned", "never");

  @Test
  void closedGapsAreStoredAndOpenOnesRefusedWithTheirReason() {
    assertThat(Settlement.tally(List.of(FILLED), List.of(OPEN, ABANDONED)))
        .isEqualTo(new Tally(3, 1, 0, 2, "no", List.of(), false));
  }

  @Test
  void gapsThatWaitAreNoFailure() {
    assertThat(Settlement.waiting(List.of(OPEN)))
        .isEqualTo(new Tally(1, 0, 1, 0, "no", List.of(), false));
  }

  @Test
  void gapsThatAreGivenUpAreNamedWithWhatToDo() {
    assertThat(Settlement.anyAbandoned(List.of(FILLED, OPEN))).isFalse();
    assertThat(Settlement.anyAbandoned(List.of(OPEN, ABANDONED))).isTrue();
    assertThat(Settlement.abandonedLine(List.of(OPEN, ABANDONED, row(4, "GE", "abandoned", "no"))))
        .isEqualTo(
            "Abandoned: trades of BRK.B, trades of GE (gap_id 3 4): never. This data is missing."
                + " Remove the cause, then: caravan gaps reopen 3 4");
  }

  private static Map<String, Object> row(long id, String symbol, String status, String error) {
    Map<String, Object> row = new HashMap<>();
    row.put("gap_id", id);
    row.put("dataset", "trades");
    row.put("symbol", symbol);
    row.put("status", status);
    row.put("last_error", error);
    return row;
  }
}
