package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.InvalidSymbolException;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class TallyStrategyTest {
  private static final CamelContext CAMEL = new DefaultCamelContext();

  private final TallyStrategy strategy = new TallyStrategy();

  @Test
  void itemsAddUp() {
    Exchange sum = strategy.aggregate(null, item(Tally.served(1)));
    sum = strategy.aggregate(sum, item(Tally.served(2)));
    sum = strategy.aggregate(sum, item(Tally.empty(of("A"), "no data")));
    assertThat(sum.getMessage().getBody())
        .isEqualTo(new Tally(4, 3, 1, 0, "no data", List.of(), false));
  }

  @Test
  void anItemThatCarriesAnExceptionIsAccountedForByItsSymbols() {
    Exchange failed = item("whatever stood there");
    failed.setVariable("item", of("A,B"));
    failed.setException(new InvalidSymbolException("A"));
    Exchange sum = strategy.aggregate(strategy.aggregate(null, item(Tally.served(1))), failed);
    assertThat(sum.getMessage().getBody())
        .isEqualTo(
            new Tally(
                3,
                1,
                0,
                2,
                "Invalid symbol: A",
                List.of(
                    new Tally.Unrecorded("A", "Invalid symbol: A"),
                    new Tally.Unrecorded("B", "Invalid symbol: A")),
                false));
    assertThat(sum.getException()).isNull();
  }

  @Test
  void theFirstItemHandsOnItsCountAndNotItsException() {
    Exchange failed = item(null);
    failed.setVariable("item", of("A"));
    failed.setException(new InvalidSymbolException("A"));
    Exchange sum = strategy.aggregate(null, failed);
    // With the exception the whole split would count as failed.
    assertThat(sum.getException()).isNull();
    assertThat(sum.getMessage().getBody(Tally.class).refused()).isEqualTo(1);
    assertThat(strategy.aggregate(sum, item(Tally.served(1))).getMessage().getBody(Tally.class))
        .extracting(Tally::expected, Tally::stored)
        .containsExactly(2, 1);
  }

  @Test
  void aTallyOfAnItemThatFailedAfterAllDoesNotCount() {
    Exchange failed = item(Tally.served(1));
    failed.setVariable("item", of("A"));
    failed.setException(new InvalidSymbolException("A"));
    assertThat(strategy.aggregate(null, failed).getMessage().getBody(Tally.class).stored())
        .isZero();
  }

  @Test
  void anItemOfUnknownSymbolsStillCounts() {
    assertThat(strategy.aggregate(null, item("no tally")).getMessage().getBody())
        .isEqualTo(
            new Tally(1, 0, 0, 1, "unknown", List.of(new Tally.Unrecorded("?", "unknown")), false));
  }

  private static Exchange item(Object body) {
    Exchange item = new DefaultExchange(CAMEL);
    item.getMessage().setBody(body);
    return item;
  }

  private static Map<String, Object> of(String symbols) {
    return Map.of("symbols", symbols);
  }
}
