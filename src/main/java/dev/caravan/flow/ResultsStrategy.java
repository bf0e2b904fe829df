package dev.caravan.flow;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/** Gathers the rows of each item of a split, in their order. */
public final class ResultsStrategy implements AggregationStrategy {
  @Override
  public Exchange aggregate(Exchange all, Exchange item) {
    Exchange gathered = all;
    if (gathered == null) {
      // Not the first item itself: its variables, such as the run that it made, are not the run's.
      gathered = new DefaultExchange(item.getContext());
      gathered.getMessage().setBody(new ArrayList<>());
    }
    if (item.getException() == null) {
      @SuppressWarnings("unchecked")
      List<Object> rows = (List<Object>) gathered.getMessage().getBody();
      rows.addAll((List<?>) item.getMessage().getBody());
    }
    return gathered;
  }
}
