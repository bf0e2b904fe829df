package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.market.ActionAnswer;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaActionsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"corporate_actions\":{},\"next_page_token\":null}",
        "{\"corporate_actions\":null,\"next_page_token\":null}",
        "{\"corporate_actions\":{\"forward_splits\":[],\"name_changes\":null},\"next_page_token\":null}",
        "{\"corporate_actions\":{\"partial_calls\":[{\"symbol\":\"A\"}]},\"next_page_token\":null}"
      })
  void anAnswerWithoutActionsIsAnEmptyPage(String answer) {
    AlpacaActions.Page page = page(answer);
    assertThat(page.actions()).isEmpty();
    assertThat(page.symbols()).isEmpty();
    assertThat(page.refused()).isEmpty();
    assertThat(page.nextPageToken()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | corporate_actions of alpaca's answer (answered with {})",
        "{\"bars\":{}} | corporate_actions of alpaca's answer (answered with {\"bars\":{}})",
        "{\"corporate_actions\":[]} | corporate_actions of alpaca's answer (answered with {\"corporate_actions\":[]})",
        "{\"corporate_actions\":{\"forward_splits\":{}}} | forward_splits of alpaca's answer (not a list: {})"
      })
  void anAnswerToAnotherQuestionIsRefused(String answer, String reason) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> page(answer))
        .withMessage("Missing required data: " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "forward_splits | {\"symbol\":\"A\",\"old_rate\":1,\"ex_date\":\"2025-03-12\"} | new_rate of A",
        "forward_splits | {\"symbol\":\"A\",\"old_rate\":0,\"new_rate\":2,\"ex_date\":\"2025-03-12\"} | old_rate of A (not above zero: 0)",
        "forward_splits | {\"symbol\":\"A\",\"old_rate\":1,\"new_rate\":\"2\",\"ex_date\":\"2025-03-12\"} | new_rate of A (not a number: \"2\")",
        "forward_splits | {\"symbol\":\"A\",\"old_rate\":1,\"new_rate\":2} | ex_date of A",
        "forward_splits | {\"symbol\":\"A\",\"old_rate\":1,\"new_rate\":2,\"ex_date\":\"soon\"} | ex_date of A (not a date: \"soon\")",
        "cash_dividends | {\"symbol\":\"A\",\"rate\":-0.5,\"ex_date\":\"2025-03-12\"} | rate of A (not above zero: -0.5)",
        "name_changes | {\"old_symbol\":\"A\",\"process_date\":\"2025-03-12\"} | new_symbol of A",
        "name_changes | {\"old_symbol\":\"A\",\"new_symbol\":\"B\\u0000\",\"process_date\":\"2025-03-12\"} | new_symbol of A (not a name: \"B\\u0000\")",
        "cash_dividends | {\"symbol\":\"A\\u0000\",\"rate\":0.5,\"ex_date\":\"2025-03-12\"} | symbol of alpaca's answer",
        "cash_dividends | {\"rate\":0.5,\"ex_date\":\"2025-03-12\"} | symbol of alpaca's answer",
        "cash_dividends | {\"symbol\":\"A\",\"rate\":0,\"ex_date\":\"2025-03-12\"} | rate of A (not above zero: 0)",
        "forward_splits | {\"symbol\":\"A\",\"old_rate\":1,\"new_rate\":1000000000,\"ex_date\":\"2025-03-12\"} | ratio of A (absurd: 1000000000 for 1)",
        "reverse_splits | {\"symbol\":\"A\",\"old_rate\":1000000000,\"new_rate\":1,\"ex_date\":\"2025-03-12\"} | ratio of A (absurd: 1 for 1000000000)",
        "stock_and_cash_mergers | {\"acquiree_symbol\":\"A\",\"acquirer_rate\":1,\"acquiree_rate\":1,\"cash_rate\":-1,\"effective_date\":\"2025-03-12\"} | cash_rate of A (not above zero: -1)",
        "cash_dividends | 7 | symbol of alpaca's answer"
      })
  void aMalformedRowIsRefusedAndItsSiblingsAreTaken(String kind, String row, String reason) {
    AlpacaActions.Page page =
        page(
            "{\"corporate_actions\":{\""
                + kind
                + "\":["
                + row
                + "],\"stock_dividends\":[{\"symbol\":\"B\",\"rate\":0.05,\"ex_date\":\"2025-03-12\"}]},"
                + "\"next_page_token\":\"x\"}");
    assertThat(page.refused())
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.reason()).isEqualTo("Missing required data: " + reason);
              assertThat(refused.payload()).isEqualTo(row);
            });
    assertThat(page.actions())
        .containsExactly(
            new CorporateAction(
                "alpaca",
                "B",
                "stock_dividend",
                LocalDate.of(2025, 3, 12),
                null,
                new BigDecimal("1.05")));
    assertThat(page.symbols()).containsExactly("B");
    assertThat(page.nextPageToken()).isEqualTo("x");
  }

  @Test
  void aReverseSplitSaysUnderWhichNameTheShareGoesOn() {
    assertThat(
            page("{\"corporate_actions\":{\"reverse_splits\":[{\"symbol\":\"A\",\"old_rate\":30,"
                    + "\"new_rate\":1.0,\"new_symbol\":\"AD\",\"ex_date\":\"2025-03-12\"}]}}")
                .actions())
        .singleElement()
        .satisfies(
            split -> {
              assertThat(split.newSymbol()).isEqualTo("AD");
              assertThat(split.ratio().multiply(new BigDecimal(30)))
                  .isBetween(new BigDecimal("0.9999999999"), BigDecimal.ONE);
            });
  }

  @Test
  void anAnswerHasEachIdOnceAndRowsWithoutOneAreKnownByWhatTheySay() {
    String first =
        "{\"corporate_actions\":{\"cash_dividends\":["
            + "{\"id\":\"a\",\"symbol\":\"A\",\"rate\":0.2,\"ex_date\":\"2025-03-12\"},"
            + "{\"id\":\"b\",\"symbol\":\"A\",\"rate\":0.2,\"ex_date\":\"2025-03-12\"},"
            + "{\"symbol\":\"A\",\"rate\":0.3,\"ex_date\":\"2025-03-12\"},"
            + "{\"symbol\":\"A\",\"rate\":0.3,\"ex_date\":\"2025-03-12\"},"
            + "{\"symbol\":\"A\",\"rate\":0.1,\"ex_date\":\"2025-03-12\"},"
            + "{\"id\":\"c\",\"symbol\":\"A\",\"rate\":0,\"ex_date\":\"2025-03-12\"}]},"
            + "\"next_page_token\":\"x\"}";
    String second =
        "{\"corporate_actions\":{\"cash_dividends\":["
            + "{\"id\":\"a\",\"symbol\":\"A\",\"rate\":0.25,\"ex_date\":\"2025-03-13\"}]}}";

    ActionAnswer begun = AlpacaActions.collected(ActionAnswer.none(), page(first));
    ActionAnswer whole = AlpacaActions.collected(begun, page(second));

    assertThat(whole.identified())
        .extracting(action -> action.id() + " " + action.exDate() + " " + action.amount())
        .containsExactly(
            "a 2025-03-13 0.25",
            "b 2025-03-12 0.2",
            "dividend A 2025-03-12 1 2025-03-12 0.1",
            "dividend A 2025-03-12 2 2025-03-12 0.3");
    assertThat(whole.unread()).containsExactly(new ActionAnswer.Unread("A", "c", null));
    assertThat(whole.refused()).hasSize(1);
  }

  private static AlpacaActions.Page page(String answer) {
    try {
      return AlpacaActions.page(JsonFields.mapper().readTree(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
