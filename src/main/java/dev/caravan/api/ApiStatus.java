package dev.caravan.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.MarketCalendar.Session;
import dev.caravan.market.answer.JsonFields;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** What runs here, and for whom. */
public final class ApiStatus {
  /** Without a password everyone who reaches Caravan may do everything. */
  private static final String OPERATOR = "operator";

  /** Further ahead than any holidays reach. */
  private static final int DAYS_AHEAD = 15;

  private ApiStatus() {}

  /**
   * @param problem why the database did not answer, or null where it did
   * @param user who asks, or null where nobody has to say
   */
  public static String json(Instant now, Problem problem, String user, String role, boolean demo) {
    ObjectNode json = JsonFields.mapper().createObjectNode();
    json.put("version", ApiStatus.class.getPackage().getImplementationVersion());
    json.put("now", now.truncatedTo(ChronoUnit.SECONDS).toString());
    json.putObject("database")
        .put("up", problem == null)
        .put("message", problem == null ? "The database answers." : problem.detail());
    json.set("session", session(now));
    json.put("user", blank(user) ? null : user);
    json.put("role", blank(role) ? OPERATOR : role);
    json.put("demo", demo);
    return json.toString();
  }

  /** The session that is open, or the next one. */
  private static ObjectNode session(Instant now) {
    ObjectNode json = JsonFields.mapper().createObjectNode();
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    Session next =
        today
            .datesUntil(today.plusDays(DAYS_AHEAD))
            .flatMap(date -> MarketCalendar.session(date).stream())
            .filter(session -> session.close().isAfter(now))
            .findFirst()
            .orElse(null);
    json.put("open", MarketCalendar.isOpen(now));
    json.put("opens_at", next == null ? null : next.open().toString());
    json.put("closes_at", next == null ? null : next.close().toString());
    return json;
  }

  private static boolean blank(String text) {
    return text == null || text.isBlank();
  }
}
