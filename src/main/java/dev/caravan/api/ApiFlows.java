package dev.caravan.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.flow.RunDate;
import dev.caravan.flow.SymbolList;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.answer.JsonFields;
import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.quartz.CronExpression;

/** The flows, as the settings and the routes of their schedules have them. */
public final class ApiFlows {
  private static final String SCHEDULE = "schedule-";

  private static final String DATE = "date";

  /** So many starts are looked at: every minute of two weeks. */
  private static final int MOST_STARTS = 20_160;

  private ApiFlows() {}

  /**
   * All flows in the order in which a person reads them.
   *
   * @param runs of each flow {@code running} and {@code last_run}, a JSON object
   */
  public static String json(String runs, Instant now, CamelContext camel) {
    JsonNode byFlow = JsonFields.readOrMissing(runs);
    ArrayNode flows = JsonFields.mapper().createArrayNode();
    for (String flow : all(camel)) {
      boolean paused = paused(flow, camel);
      ObjectNode json = flows.addObject();
      json.put("flow", flow);
      json.put("description", setting("caravan.internal.schedule." + flow + ".purpose", camel));
      json.put("schedule", setting("caravan.schedule." + flow, camel));
      json.put("next_at", paused || !scheduled(flow, camel) ? null : nextAt(flow, now, camel));
      json.put("paused", paused);
      json.put("takes_date", undated(flow, camel).isEmpty());
      json.put("running", byFlow.path(flow).path("running").asBoolean());
      json.set("last_run", byFlow.path(flow).get("last_run"));
    }
    return flows.toString();
  }

  /**
   * The flow that is named in the path of an operation.
   *
   * @throws ProblemException where there is no such, or the request is not as the REST DSL has it
   */
  public static String of(String operation, Map<String, Object> headers, CamelContext camel) {
    String flow = (String) ApiRequest.of(operation, headers, camel).parameters().get("flow");
    if (!all(camel).contains(flow)) {
      throw Problem.missing(
          "There is no flow of this name; the flows are " + String.join(", ", all(camel)) + ".");
    }
    return flow;
  }

  /**
   * The session for which the flow is to run, or null where it is to load what is due.
   *
   * @throws ProblemException where the date is in the future, or the flow takes none
   */
  public static LocalDate date(
      String flow, Map<String, Object> headers, Instant now, CamelContext camel) {
    LocalDate date = (LocalDate) ApiRequest.of("run-flow", headers, camel).parameters().get(DATE);
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    RunDate.fault(flow, undated(flow, camel), date, today, DATE)
        .ifPresent(
            fault -> {
              throw Problem.bad(DATE, fault);
            });
    return date;
  }

  /** Refuses a flow that cannot run with these settings. */
  public static void refuseOff(String flow, CamelContext camel) {
    if (SymbolList.list(setting("caravan.internal.flows-without-keys", camel)).contains(flow)) {
      throw Problem.conflict(
          flow
              + " needs the keys of an Alpaca account: set APCA_API_KEY_ID and"
              + " APCA_API_SECRET_KEY.");
    }
  }

  /** Refuses a flow that runs already. */
  public static void refuseRunning(String flow, long running) {
    if (running > 0) {
      throw Problem.conflict(flow + " runs already.");
    }
  }

  /** Refuses a flow that no schedule starts. */
  public static void refuseUnscheduled(String flow, CamelContext camel) {
    if (!scheduled(flow, camel)) {
      throw Problem.conflict(flow + " has no schedule; see caravan.schedule." + flow + ".");
    }
  }

  public static String pausedJson(String flow, CamelContext camel) {
    return JsonFields.mapper()
        .createObjectNode()
        .put("flow", flow)
        .put("paused", paused(flow, camel))
        .toString();
  }

  private static List<String> all(CamelContext camel) {
    return SymbolList.list(setting("caravan.internal.flows", camel));
  }

  /** Why the flow takes no date; empty where it takes one. */
  private static String undated(String flow, CamelContext camel) {
    return setting("caravan.internal.schedule." + flow + ".undated:", camel);
  }

  /** Whether the settings have a schedule start it, be it paused or not. */
  private static boolean scheduled(String flow, CamelContext camel) {
    return camel.getRoute(SCHEDULE + flow) != null
        && setting("caravan.internal.schedule." + flow + ".on", camel).equals("true");
  }

  private static boolean paused(String flow, CamelContext camel) {
    return scheduled(flow, camel)
        && camel.getRouteController().getRouteStatus(SCHEDULE + flow) != ServiceStatus.Started;
  }

  private static String nextAt(String flow, Instant now, CamelContext camel) {
    String name = "caravan.internal.schedule." + flow;
    Instant next =
        next(
            setting(name + ".cron", camel).replace('+', ' '),
            setting("caravan.schedule.zone", camel),
            setting(name + ".admits", camel),
            now);
    return next == null ? null : next.toString();
  }

  /** When a cron starts its flow next on a day or at an hour that admits it, or null. */
  static Instant next(String cron, String zone, String admits, Instant now) {
    try {
      CronExpression expression = new CronExpression(cron);
      expression.setTimeZone(TimeZone.getTimeZone(zone));
      Date start = Date.from(now);
      for (int i = 0; i < MOST_STARTS; i++) {
        start = expression.getNextValidTimeAfter(start);
        if (start == null || MarketCalendar.admits(admits, start.toInstant())) {
          return start == null ? null : start.toInstant();
        }
      }
      return null;
    } catch (ParseException e) {
      throw new IllegalArgumentException("No cron: " + cron, e);
    }
  }

  private static String setting(String key, CamelContext camel) {
    return camel.resolvePropertyPlaceholders("{{" + key + "}}");
  }
}
