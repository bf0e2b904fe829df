package dev.caravan.management;

import dev.caravan.database.GapFigures;
import dev.caravan.database.OperationalSnapshot;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;

/** The repair in JMX: its flow, and what it still owes. */
@ManagedResource(description = "The repair: unsettled gaps, and the flow that repairs them")
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

  @ManagedAttribute(description = "Unsettled gaps; -1 while the database does not answer")
  public long getOpenGaps() {
    return gaps.getOpen();
  }

  @ManagedAttribute(description = "Abandoned gaps; -1 while the database does not answer")
  public long getAbandonedGaps() {
    return gaps.getAbandoned();
  }
}
