package dev.caravan.management;

import dev.caravan.database.OperationalSnapshot;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.quartz.SchedulerException;
import org.quartz.Trigger;

/** One flow in JMX. Times are UTC, as text; null is never. */
@ManagedResource(description = "A flow: its last run, its next run, run it now")
public class FlowControl {
  /** A run that is under way goes on without its schedule, so that there is little to wait for. */
  private static final long PAUSE_SECONDS = 1;

  private final CamelContext context;
  private final String flow;
  private final OperationalSnapshot standing;
  private final ProducerTemplate template;
  private final ExecutorService runs;

  FlowControl(
      CamelContext context,
      String flow,
      OperationalSnapshot standing,
      ProducerTemplate template,
      ExecutorService runs) {
    this.context = context;
    this.flow = flow;
    this.standing = standing;
    this.template = template;
    this.runs = runs;
  }

  @ManagedAttribute(description = "Name of the flow")
  public String getFlow() {
    return flow;
  }

  @ManagedAttribute(description = "Its schedule: a Quartz cron, session, start or off")
  public String getSchedule() {
    return context.resolvePropertyPlaceholders("{{caravan.schedule." + flow + "}}");
  }

  @ManagedAttribute(description = "When its schedule fires next; null while it is paused or off")
  public String getNextFireTime() throws SchedulerException {
    if (status() != ServiceStatus.Started) {
      return null;
    }
    QuartzEndpoint quartz = (QuartzEndpoint) schedule().getEndpoint();
    Trigger trigger = quartz.getComponent().getScheduler().getTrigger(quartz.getTriggerKey());
    Date next = trigger == null ? null : trigger.getNextFireTime();
    return next == null ? null : next.toInstant().toString();
  }

  @ManagedAttribute(description = "Whether its schedule is paused or stopped, and not off")
  public boolean isPaused() {
    return schedule().isAutoStartup() && status() != ServiceStatus.Started;
  }

  @ManagedAttribute(description = "Status of the last finished run")
  public String getLastRunStatus() {
    return last(OperationalSnapshot.Run::status);
  }

  @ManagedAttribute(description = "Start of the last finished run")
  public String getLastRunStartedAt() {
    return text(last(OperationalSnapshot.Run::startedAt));
  }

  @ManagedAttribute(description = "End of the last finished run")
  public String getLastRunFinishedAt() {
    return text(last(OperationalSnapshot.Run::finishedAt));
  }

  @ManagedAttribute(description = "What was missing or failed in that run")
  public String getLastRunError() {
    return last(OperationalSnapshot.Run::error);
  }

  @ManagedOperation(
      description = "Runs the flow now, in the background; skipped if the flow is already running")
  public void runNow() {
    try {
      runs.execute(this::run);
    } catch (RejectedExecutionException full) {
      throw new IllegalStateException("Too many runs requested; wait until some are done");
    }
  }

  @ManagedOperation(description = "Pauses its schedule; a run in progress continues")
  public void pause() throws Exception {
    if (!schedule().isAutoStartup()) {
      throw new IllegalStateException("The schedule of " + flow + " is off");
    }
    if (status() == ServiceStatus.Started) {
      context
          .getRouteController()
          .suspendRoute(schedule().getRouteId(), PAUSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @ManagedOperation(description = "Resumes its schedule; missed firings are not made up")
  public void resume() throws Exception {
    if (!schedule().isAutoStartup()) {
      throw new IllegalStateException("The schedule of " + flow + " is off");
    }
    if (status() == ServiceStatus.Suspended) {
      context.getRouteController().resumeRoute(schedule().getRouteId());
    } else if (status() == ServiceStatus.Stopped) {
      context.getRouteController().startRoute(schedule().getRouteId());
    }
  }

  private void run() {
    template.request(
        "direct:" + flow,
        exchange -> {
          exchange.getMessage().setHeader("trigger", "api");
          // A person who asks may have one try in a pause of the account.
          exchange.getMessage().setHeader("probe", true);
        });
  }

  private Route schedule() {
    return context.getRoute(Management.SCHEDULE + flow);
  }

  private ServiceStatus status() {
    return context.getRouteController().getRouteStatus(Management.SCHEDULE + flow);
  }

  private <T> T last(Function<OperationalSnapshot.Run, T> field) {
    return standing
        .latest()
        .flatMap(reading -> Optional.ofNullable(reading.runs().get(flow)))
        .map(field)
        .orElse(null);
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
