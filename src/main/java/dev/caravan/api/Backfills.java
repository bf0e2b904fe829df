package dev.caravan.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.ledger.BackfillFigures;
import dev.caravan.ledger.BackfillPlan;
import dev.caravan.ledger.BackfillProgress;
import dev.caravan.ledger.BackfillQuestion;
import dev.caravan.ledger.BackfillSymbols;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.SymbolSpelling;
import dev.caravan.market.answer.JsonFields;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;

/** History on demand, begun, watched and stopped over HTTP. */
public final class Backfills {
  private static final String ALPACA = "alpaca";
  private static final String SYMBOLS = "symbols";
  private static final String RUNNING = "running";

  /** More are asked for by leaving them out. */
  private static final int MOST = 1000;

  private Backfills() {}

  /**
   * What is sent to have history loaded.
   *
   * @param symbols null for all active ones that the source serves
   */
  public record Wanted(
      String source, String timeframe, String from, String to, List<String> symbols) {
    private BackfillQuestion question() {
      return new BackfillQuestion(
          given("source", source, "alpaca or yahoo"),
          given("timeframe", timeframe, "one of " + String.join(", ", BackfillPlan.timeframes())),
          date("from", from),
          date("to", to));
    }

    private static String given(String name, String text, String allowed) {
      if (text == null || text.isBlank()) {
        throw Problem.bad(name, name + " is missing; give " + allowed + ".");
      }
      if (text.length() > 60) {
        throw Problem.bad(name, name + " is too long; give " + allowed + ".");
      }
      return text;
    }

    private static LocalDate date(String name, String text) {
      String given = given(name, text, "a date such as 2026-11-20");
      try {
        return LocalDate.parse(given);
      } catch (DateTimeException noDate) {
        throw Problem.bad(
            name,
            name
                + " is '"
                + ApiRequest.printable(given)
                + "', but must be a date such as 2026-11-20.");
      }
    }
  }

  /**
   * Reads and checks what a person asks for, all but the symbols.
   *
   * @throws ProblemException where it cannot be asked for
   */
  public static Wanted wanted(String body, Instant now, CamelContext camel) {
    Wanted wanted = ApiBody.read(body, Wanted.class);
    BackfillQuestion question = wanted.question();
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    refuse(question.fault("", today));
    String days = setting(question.retention(), camel);
    if (!days.isEmpty()) {
      refuse(question.dropped("", today, Long.parseLong(days)));
    }
    if (wanted.source().equals(ALPACA)
        && !setting("caravan.internal.alpaca", camel).equals("true")) {
      throw Problem.conflict(
          "A backfill from Alpaca needs the keys of an Alpaca account: set APCA_API_KEY_ID and"
              + " APCA_API_SECRET_KEY.");
    }
    return wanted;
  }

  private static void refuse(Optional<BackfillQuestion.Fault> fault) {
    fault.ifPresent(
        wrong -> {
          throw Problem.bad(wrong.word(), ApiRequest.printable(wrong.text(), 300));
        });
  }

  /**
   * The symbols as route {@code backfill-symbols} takes them, or null for all.
   *
   * @throws ProblemException where they are none, too many, or cannot be symbols
   */
  public static String typed(Wanted wanted) {
    if (wanted.symbols() == null) {
      return null;
    }
    if (wanted.symbols().isEmpty() || wanted.symbols().contains(null)) {
      throw Problem.bad(
          SYMBOLS, "Give an array of symbols, or leave it out for all that the source serves.");
    }
    SymbolSpelling read = SymbolSpelling.typed(wanted.symbols());
    if (!read.faults().isEmpty() || read.good().isEmpty()) {
      throw Problem.bad(
          SYMBOLS,
          read.faults().isEmpty() ? "There is no symbol in it." : read.faults().get(0) + ".");
    }
    if (read.good().size() > MOST) {
      throw Problem.bad(
          SYMBOLS,
          "These are too many symbols; send " + MOST + " at the most, or leave them out for all.");
    }
    return String.join(",", read.good());
  }

  /**
   * @param rows what route {@code backfill-symbols} says of the symbols
   * @throws ProblemException where the source cannot be asked for them
   */
  public static BackfillPlan plan(
      Wanted wanted, List<Map<String, Object>> rows, Instant now, CamelContext camel) {
    BackfillSymbols symbols = BackfillSymbols.of(rows);
    symbols
        .fault(wanted.source())
        .ifPresent(
            fault -> {
              throw Problem.bad(SYMBOLS, ApiRequest.printable(fault, 300));
            });
    BackfillQuestion question = wanted.question();
    return BackfillPlan.of(
        question.source(),
        question.source().equals(ALPACA) ? setting("caravan.alpaca.history-feed", camel) : "-",
        question.timeframe(),
        question.from(),
        question.to(),
        symbols.good(),
        now);
  }

  /** Refuses a second one, and any while the disk is nearly full. */
  public static void refuseNow(long running, String full) {
    if (running > 0) {
      throw Problem.conflict("A backfill runs already; wait for its end, or stop it.");
    }
    if (full != null && !full.isEmpty()) {
      throw Problem.conflict("No backfill is begun now: " + full);
    }
  }

  public static String startedJson(long run, BackfillPlan plan) {
    return JsonFields.mapper()
        .createObjectNode()
        .put("run_id", run)
        .put("status", "started")
        .put(SYMBOLS, plan.symbols())
        .put("ranges", plan.ranges().size())
        .toString();
  }

  /**
   * @param runs the newest runs, a JSON array
   */
  public static String json(String runs, BackfillFigures figures) {
    ObjectNode json = JsonFields.mapper().createObjectNode();
    ArrayNode ended = JsonFields.mapper().createArrayNode();
    json.putNull(RUNNING);
    for (JsonNode run : JsonFields.readOrMissing(runs)) {
      if (run.path("status").asText().equals(RUNNING)) {
        json.set(RUNNING, running(run, figures));
      } else {
        ended.add(run);
      }
    }
    json.set("ended", ended);
    return json.toString();
  }

  private static ObjectNode running(JsonNode run, BackfillFigures figures) {
    ObjectNode json = JsonFields.mapper().createObjectNode();
    boolean here = run.path("run_id").asLong() == figures.run();
    json.set("run_id", run.path("run_id"));
    json.set("trigger", run.path("trigger"));
    json.set("started_at", run.path("started_at"));
    for (String asked : List.of("source", "timeframe", "from", "to", SYMBOLS)) {
      json.set(asked, run.path(asked));
    }
    json.put("here", here);
    if (here) {
      BackfillPlan plan = figures.plan();
      json.put("stopping", figures.stopping());
      BackfillFigures.Seen seen = figures.seen();
      BackfillProgress progress = BackfillProgress.of(seen, plan.guess(), figures.elapsed());
      // Before the plan stands nothing is known.
      json.put("done", seen.begun() ? rounded(progress.done(), 10_000) : 0);
      json.put("rows", seen.begun() ? progress.rows() : 0);
      json.put("rows_per_second", seen.begun() ? rounded(progress.rowsASecond(), 10) : 0);
      json.put(
          "seconds_to_go",
          !seen.begun() || progress.toGo() == null
              ? null
              : (Long) ((progress.toGo().toMillis() + 999) / 1000));
    }
    return json;
  }

  private static double rounded(double value, int parts) {
    return Math.floor(value * parts) / parts;
  }

  /**
   * Stops the one that runs here.
   *
   * @param runs the newest runs, a JSON array
   * @throws ProblemException where none runs, or another process runs it
   */
  public static String stop(String runs, BackfillFigures figures) {
    for (JsonNode run : JsonFields.readOrMissing(runs)) {
      if (run.path("status").asText().equals(RUNNING)) {
        if (run.path("run_id").asLong() != figures.run()) {
          throw Problem.conflict(
              "The backfill runs in another process; stop it there, a command by Ctrl-C.");
        }
        figures.stop();
        return JsonFields.mapper()
            .createObjectNode()
            .put("run_id", figures.run())
            .put("status", "stopping")
            .toString();
      }
    }
    throw Problem.missing("No backfill is running.");
  }

  private static String setting(String key, CamelContext camel) {
    return camel.resolvePropertyPlaceholders("{{" + key + ":}}");
  }
}
