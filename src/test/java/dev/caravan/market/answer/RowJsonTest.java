package dev.caravan.market.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.market.Bar;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.PriceSnapshot;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowJsonTest {

  @Test
  void noRowsAreAnEmptyArray() {
    assertThat(RowJson.json(List.of())).isEqualTo("[]");
  }

  @Test
  void aBarHasTheNamesOfTheColumns() {
    Bar bar =
        new Bar(
            "alpaca",
            "sip",
            "BRK.B",
            "1Min",
            Instant.parse("2024-06-03T13:30:00Z"),
            new BigDecimal("100"),
            new BigDecimal("101.5"),
            new BigDecimal("0.00000001"),
            new BigDecimal("1E+2"),
            new BigDecimal("50000000"),
            12L,
            new BigDecimal("100.123456789012345678"),
            true,
            null);
    assertThat(RowJson.json(List.of(bar)))
        .isEqualTo(
            "[{\"source\":\"alpaca\",\"feed\":\"sip\",\"symbol\":\"BRK.B\",\"timeframe\":\"1Min\","
                + "\"ts\":\"2024-06-03T13:30:00Z\",\"open\":100,\"high\":101.5,\"low\":0.00000001,"
                + "\"close\":100,\"volume\":50000000,\"trade_count\":12,"
                + "\"vwap\":100.123456789012345678,\"final\":true,\"adjusted_as_of\":null}]");
  }

  @Test
  void aSnapshotAndWhatIsUnknownOfIt() {
    PriceSnapshot snapshot =
        new PriceSnapshot(
            "yahoo",
            "AAPL",
            Instant.parse("2024-06-03T20:00:01Z"),
            new BigDecimal("150.25"),
            null,
            null);
    assertThat(RowJson.json(List.of(snapshot)))
        .isEqualTo(
            "[{\"source\":\"yahoo\",\"symbol\":\"AAPL\",\"ts\":\"2024-06-03T20:00:01Z\","
                + "\"price\":150.25,\"volume\":null,\"currency\":null}]");
  }

  @Test
  void aCorporateActionHasADateAndNoTime() {
    CorporateAction split =
        new CorporateAction(
            "yahoo", "AAPL", "split", LocalDate.of(2020, 8, 31), null, new BigDecimal("4"));
    assertThat(RowJson.json(List.of(split)))
        .isEqualTo(
            "[{\"source\":\"yahoo\",\"symbol\":\"AAPL\",\"action\":\"split\","
                + "\"ex_date\":\"2020-08-31\",\"amount\":null,\"ratio\":4,\"new_symbol\":null}]");
  }

  @Test
  void aRefusedRowKeepsItsPayloadAsText() {
    assertThat(RowJson.json(List.of(new RefusedRow("AAPL", "no price", "{\"o\":null}"))))
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"reason\":\"no price\",\"payload\":\"{\\\"o\\\":null}\"}]");
  }

  @Test
  void aTimeIsCutToMicrosecondsAndNeverRounded() {
    PriceSnapshot snapshot =
        new PriceSnapshot(
            "yahoo",
            "AAPL",
            Instant.parse("2024-06-03T20:00:01.999999999Z"),
            BigDecimal.ONE,
            null,
            null);
    assertThat(RowJson.json(List.of(snapshot))).contains("\"2024-06-03T20:00:01.999999Z\"");
  }

  @Test
  void rowsStayInTheirOrder() {
    List<RefusedRow> rows =
        Arrays.asList(new RefusedRow("B", "1", ""), new RefusedRow("A", "2", ""));
    assertThat(RowJson.json(rows))
        .isEqualTo(
            "[{\"symbol\":\"B\",\"reason\":\"1\",\"payload\":\"\"},"
                + "{\"symbol\":\"A\",\"reason\":\"2\",\"payload\":\"\"}]");
  }

  @Test
  void whatIsNoRecordIsRefused() {
    assertThatThrownBy(() -> RowJson.json(List.of(new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
