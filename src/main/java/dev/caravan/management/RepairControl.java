package dev.caravan.management;

import dev.caravan.database.GapFigures;
import dev.caravan.database.OperationalSnapshot;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;

/** The repair in JMX: its flow, and what it still owes. */
@ManagedResource(
    description = "The repair: what the gap ledger owes, and the flow that works it off")
public final class RepairControl extends FlowControl {
  private final GapFigures gaps;

  RepairControl(
      CamelContext context,
      OperationalSnapshot standing,
      ProducerTemplate template,
      ExecutorService runs,
      GapFigures gaps) {
    super(context, "repair", standing, template, runs);
    this.gaps = gaps;
  }

  @ManagedAttribute(description = "Gaps that are not settled; -1 while the database does not say")
  public long getOpenGaps() {
    return gaps.getOpen();
  }

  @ManagedAttribute(description = "Gaps that were given up; -1 while the database does not say")
  public long getAbandonedGaps() {
    return gaps.getAbandoned();
  }
}
