package dev.caravan.flow;

import dev.caravan.source.FailureReason;
import java.util.Map;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/** Adds up the {@link Tally} of each item of a split. */
public final class TallyStrategy implements AggregationStrategy {
  @Override
  public Exchange aggregate(Exchange sum, Exchange item) {
    Tally tally = tallyOf(item);
    if (sum == null) {
      // Not the first item itself: what happened to it, an error that was handled say, is not the
      // run's.
      Exchange first = new DefaultExchange(item.getContext());
      first.getMessage().setBody(tally);
      return first;
    }
    sum.getMessage().setBody(sum.getMessage().getBody(Tally.class).plus(tally));
    return sum;
  }

  private static Tally tallyOf(Exchange item) {
    if (item.getException() == null && item.getMessage().getBody() instanceof Tally tally) {
      return tally;
    }
    // The item failed where even its failure could not be handled: the run still accounts for it.
    Map<?, ?> due = item.getVariable("item", Map.class);
    return Tally.unrecorded(
        due == null ? Map.of("symbol", "?") : due, FailureReason.of(item.getException()));
  }
}
