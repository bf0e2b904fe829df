package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {

  @Test
  void no_rows_are_an_empty_array() {
    assertThat(Rows.json(List.of())).isEqualTo("[]");
  }

  @Test
  void a_bar_has_the_names_of_the_columns() {
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
    assertThat(Rows.json(List.of(bar)))
        .isEqualTo(
            "[{\"source\":\"alpaca\",\"feed\":\"sip\",\"symbol\":\"BRK.B\",\"timeframe\":\"1Min\","
                + "\"ts\":\"2024-06-03T13:30:00Z\",\"open\":100,\"high\":101.5,\"low\":0.00000001,"
                + "\"close\":100,\"volume\":50000000,\"trade_count\":12,"
                + "\"vwap\":100.123456789012345678,\"final\":true,\"adjusted_as_of\":null}]");
  }

  @Test
  void a_snapshot_and_what_is_unknown_of_it() {
    PriceSnapshot snapshot =
        new PriceSnapshot(
            "yahoo",
            "AAPL",
            Instant.parse("2024-06-03T20:00:01Z"),
            new BigDecimal("150.25"),
            null,
            null);
    assertThat(Rows.json(List.of(snapshot)))
        .isEqualTo(
            "[{\"source\":\"yahoo\",\"symbol\":\"AAPL\",\"ts\":\"2024-06-03T20:00:01Z\","
                + "\"price\":150.25,\"volume\":null,\"currency\":null}]");
  }

  @Test
  void a_corporate_action_has_a_date_and_no_time() {
    CorporateAction split =
        new CorporateAction(
            "yahoo", "AAPL", "split", LocalDate.of(2020, 8, 31), null, new BigDecimal("4"));
    assertThat(Rows.json(List.of(split)))
        .isEqualTo(
            "[{\"source\":\"yahoo\",\"symbol\":\"AAPL\",\"action\":\"split\","
                + "\"ex_date\":\"2020-08-31\",\"amount\":null,\"ratio\":4,\"new_symbol\":null}]");
  }

  @Test
  void a_refused_row_keeps_its_payload_as_text() {
    assertThat(Rows.json(List.of(new Refused("AAPL", "no price", "{\"o\":null}"))))
        .isEqualTo(
            "[{\"symbol\":\"AAPL\",\"reason\":\"no price\",\"payload\":\"{\\\"o\\\":null}\"}]");
  }

  @Test
  void a_time_is_cut_to_microseconds_and_never_rounded() {
    PriceSnapshot snapshot =
        new PriceSnapshot(
            "yahoo",
            "AAPL",
            Instant.parse("2024-06-03T20:00:01.999999999Z"),
            BigDecimal.ONE,
            null,
            null);
    assertThat(Rows.json(List.of(snapshot))).contains("\"2024-06-03T20:00:01.999999Z\"");
  }

  @Test
  void rows_stay_in_their_order() {
    List<Refused> rows = Arrays.asList(new Refused("B", "1", ""), new Refused("A", "2", ""));
    assertThat(Rows.json(rows))
        .isEqualTo(
            "[{\"symbol\":\"B\",\"reason\":\"1\",\"payload\":\"\"},"
                + "{\"symbol\":\"A\",\"reason\":\"2\",\"payload\":\"\"}]");
  }

  @Test
  void what_is_no_record_is_refused() {
    assertThatThrownBy(() -> Rows.json(List.of(new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
