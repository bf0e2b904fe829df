package dev.caravan.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.JsonFields;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/**
 * An error as RFC 9457 has it, {@code application/problem+json}.
 *
 * @param detail what is wrong and, where there is one, what to do; no SQL, no secret, no stack
 *     trace
 * @param parameter the parameter that is wrong, or null
 * @param allow of 405 the methods that there are, separated by commas; otherwise null
 */
public record Problem(int status, String detail, String parameter, String allow) {
  private static final Map<Integer, String> TITLES =
      Map.of(
          400, "Bad request",
          404, "Not found",
          405, "Method not allowed",
          409, "Conflict",
          429, "Too many requests",
          500, "Internal error",
          503, "Not available now");

  /** A statement that ran into its time limit. */
  private static final String TOO_LONG = "57014";

  static ProblemException bad(String parameter, String detail) {
    return new ProblemException(new Problem(400, detail, parameter, null));
  }

  static ProblemException missing(String detail) {
    return new ProblemException(new Problem(404, detail, null, null));
  }

  static ProblemException conflict(String detail) {
    return new ProblemException(new Problem(409, detail, null, null));
  }

  /** What a client is told of a failure, whatever failed. */
  public static Problem of(Throwable cause) {
    ProblemException ours = Causes.find(cause, ProblemException.class);
    if (ours != null) {
      return ours.problem();
    }
    // Of a database that is away the pool passes on the state; without one all connections are
    // busy.
    SQLException pool = Causes.find(cause, SQLTransientConnectionException.class);
    boolean busy = pool != null && pool.getSQLState() == null;
    if (busy || Causes.find(cause, RejectedExecutionException.class) != null) {
      return new Problem(429, "Too many requests at once; try again in a second.", null, null);
    }
    SQLException database = Causes.find(cause, SQLException.class);
    if (database != null) {
      return of(String.valueOf(database.getSQLState()));
    }
    return new Problem(500, "The request failed; see Caravan's log.", null, null);
  }

  private static Problem of(String state) {
    if (state.equals(TOO_LONG)) {
      return new Problem(
          503,
          "The database did not answer in time; ask for less, or try again later.",
          null,
          null);
    }
    // The classes of a server that is away or full: those of Database.failed.
    boolean away = state.startsWith("08") || state.startsWith("57P") || state.startsWith("53");
    return away
        ? new Problem(
            503,
            "The database is unavailable; Caravan continues as soon as it is back.",
            null,
            null)
        : new Problem(500, "The request failed; see Caravan's log.", null, null);
  }

  /** Whether nobody but the log is told what failed. */
  public boolean unexpected() {
    return status == 500;
  }

  public String title() {
    return TITLES.get(status);
  }

  public String json() {
    ObjectNode json = JsonFields.mapper().createObjectNode();
    json.put("type", "about:blank").put("title", title()).put("status", status);
    json.put("detail", detail);
    if (parameter != null) {
      json.put("parameter", parameter);
    }
    return json.toString();
  }
}
