package dev.caravan.storm;

import static dev.caravan.storm.Blow.Kind.ADD_SYMBOL;
import static dev.caravan.storm.Blow.Kind.CLOSE;
import static dev.caravan.storm.Blow.Kind.CUT;
import static dev.caravan.storm.Blow.Kind.DAMAGED_FRAME;
import static dev.caravan.storm.Blow.Kind.EVENT;
import static dev.caravan.storm.Blow.Kind.FLOW;
import static dev.caravan.storm.Blow.Kind.FREEZE;
import static dev.caravan.storm.Blow.Kind.KILL;
import static dev.caravan.storm.Blow.Kind.MUTE;
import static dev.caravan.storm.Blow.Kind.RESET;
import static dev.caravan.storm.Blow.Kind.REST_STATUS;
import static dev.caravan.storm.Blow.Kind.SECOND;
import static dev.caravan.storm.Blow.Kind.SKEW;
import static dev.caravan.storm.Blow.Kind.STOP;
import static dev.caravan.storm.Blow.Kind.STRANGER;
import static dev.caravan.storm.Blow.Kind.STREAM_ERROR;
import static dev.caravan.storm.Blow.Kind.STUCK_PAGES;
import static dev.caravan.storm.Blow.Kind.WRITER_ERROR;

import java.io.IOException;
import java.util.List;

/**
 * Faults that Caravan once had, and must not have again, each of which the storm has to find.
 *
 * <p>One it cannot find: the stream's store was used by two threads at once, which mixed their
 * rows. In Caravan only the stream's one pump calls it, and a storm is Caravan as it is: {@code
 * StreamStoreIT#aSecondCallerIsRefusedAndNothingOfItIsStored} holds that. Nor does the storm wait
 * for the half minute after which health has to say so where nothing is stored, which {@code
 * StreamHealthTest} does.
 */
final class Mutants {
  private static final String NO_END = "return trail.pages() == 0 ? trail : trail.after(";

  private Mutants() {}

  static List<Mutant> all() throws IOException {
    return List.of(
        aLossOpensNoGap(),
        aLossIsJudgedByTheHour(),
        anErrorEndsTheWriter(),
        aMessageTakesItsFrame(),
        theDatabasesClockSettles(),
        anOutageCountsAsAttempts(),
        aSecondCaravanOpensGaps(),
        aNewNameIsNotOwed(),
        anUnknownSymbolIsQuiet(),
        pagesNeverEnd(),
        statementsCross(),
        tidyingUpFailsTheRepair(),
        aRunEndsTwice(),
        theWaitIsLost(),
        whatHasNoHistoryIsSilent(),
        aPriceIsCut());
  }

  static Mutant aLossOpensNoGap() throws IOException {
    return Mutant.named("a loss opens no gap")
        .with(
            "gaps/open_gaps.sql",
            "\nwhere owns_stream(:?feed)\n",
            "\nwhere owns_stream(:?feed) and :?reason = 'none'\n")
        .under(CLOSE, CUT, RESET, KILL)
        .at("583")
        .says("trades of the exchange are missing");
  }

  static Mutant aLossIsJudgedByTheHour() throws IOException {
    return Mutant.named("a loss is judged by the hour at which it is noticed")
        .with(
            "stream/stream.camel.yaml",
            "      uri: direct:stream-lost\n      steps:\n",
            "      uri: direct:stream-lost\n      steps:\n"
                + "        - setVariable:\n"
                + "            name: hours\n"
                + "            method: {ref: streamHours, method: \"isOpen(${header.CaravanStreamAt})\"}\n")
        .with(
            "stream/stream.camel.yaml",
            "${header.CaravanStreamOrderly} == true",
            "${header.CaravanStreamOrderly} == true || ${variable.hours} == false")
        .with(
            "stream/stream.camel.yaml",
            "routeId=stream&action=stop\n                          - to: direct:stream-crashed",
            "routeId=stream&action=stop\n                          - to: direct:end-gaps")
        .under(FREEZE)
        .at("654")
        .says("trades of the exchange are missing");
  }

  static Mutant anErrorEndsTheWriter() throws IOException {
    return Mutant.named("an error ends the writer")
        .with(
            "stream/StreamStore.java",
            "      } catch (Throwable e) {\n        failure = e;",
            "      } catch (RuntimeException e) {\n        failure = e;")
        .under(WRITER_ERROR)
        .at("98")
        .says("are not stored");
  }

  static Mutant aMessageTakesItsFrame() throws IOException {
    return Mutant.named("a message that cannot be read takes its frame")
        .with(
            "stream/StreamParser.java",
            "if (!more || !next.find(Math.max(0, begun))) {",
            "if (begun > -2) {\n      return null;\n    }\n"
                + "    if (!more || !next.find(Math.max(0, begun))) {")
        .with(
            "stream/StreamParser.java",
            "        owe(frame, next, chunks[0]);\n        at = next;",
            "        at = -1;")
        .with(
            "gaps/open_unread_gaps.sql",
            "where (dataset, symbol, timeframe) not in",
            "where false and (dataset, symbol, timeframe) not in")
        .under(DAMAGED_FRAME)
        .at("332")
        .says("trades of the exchange are missing");
  }

  static Mutant theDatabasesClockSettles() throws IOException {
    return Mutant.named("the clock of the database settles")
        .with(
            "gaps/cut_endless_gaps.sql",
            ":?now::timestamptz",
            "coalesce(now(), :?now::timestamptz)")
        .with("gaps/end_gaps.sql", ":?at::timestamptz", "coalesce(now(), :?at::timestamptz)")
        .with(
            "gaps/select_due_gaps.sql",
            ":?earliest::timestamptz",
            "coalesce(now(), :?earliest::timestamptz)")
        .with(
            "gaps/select_due_gaps.sql", ":?now::timestamptz", "coalesce(now(), :?now::timestamptz)")
        .with(
            "gaps/close_gaps.sql",
            ":?read_at::timestamptz",
            "coalesce(now(), :?read_at::timestamptz)")
        .with(
            "stream_coverage/record_coverage.sql",
            ":?at::timestamptz",
            "coalesce(now(), :?at::timestamptz)")
        .with(
            "ledger/GapWindow.java",
            "return !Instant.parse(to).isAfter(readAt.minus(SETTLED));",
            "return true;")
        .amid(SKEW, STREAM_ERROR)
        .at("6495:0,1")
        // The trades are read again for their corrections.
        .says("quotes of the exchange are missing");
  }

  static Mutant anOutageCountsAsAttempts() throws IOException {
    return Mutant.named("an outage counts as attempts")
        .with(
            "ledger/Verdict.java",
            "          ? FAILED\n          : UNANSWERED;",
            "          ? FAILED\n          : FAILED;")
        .amid(REST_STATUS, KILL)
        .at("435:3,5")
        .says("is abandoned");
  }

  static Mutant aSecondCaravanOpensGaps() throws IOException {
    return Mutant.named("a second Caravan opens gaps")
        .with("stream/StreamOwner.java", "return ours;", "return true;")
        .with("gaps/open_gaps.sql", " and owns_stream(:?feed)", "")
        .with("gaps/open_gaps.sql", "\nwhere owns_stream(:?feed)\n", "\nwhere true\n")
        .under(SECOND)
        .at("111")
        .says("of which the ledger does not know");
  }

  static Mutant aNewNameIsNotOwed() throws IOException {
    return Mutant.named("a new name is owed from the evening on")
        .with(
            "gaps/open_begun_gaps.sql",
            "where coalesce(to_ts, 'infinity') > from_ts",
            "where coalesce(to_ts, 'infinity') > from_ts and false")
        .with(
            "gaps/move_renamed_gaps.sql",
            "where b.before <> b.symbol",
            "where false and b.before <> b.symbol")
        .under(ADD_SYMBOL)
        .at("31")
        .says("trades of the exchange are missing");
  }

  static Mutant anUnknownSymbolIsQuiet() throws IOException {
    return Mutant.named("an unknown symbol is quiet")
        .with(
            "gaps/close_gaps.sql",
            "and alpaca_listed(g.symbol, g.from_ts, greatest(g.to_ts, :?read_at::timestamptz)) then",
            "then")
        .with("receipts/count_receipts.sql", "case when word.listed then p.quiet end", "p.quiet")
        .amid(STRANGER, KILL)
        .at("626:0")
        .says("of an unknown symbol");
  }

  static Mutant pagesNeverEnd() throws IOException {
    return Mutant.named("pages never end")
        .with("alpaca/AlpacaPage.java", "return trail.after(", NO_END)
        .with("market/ArticlePage.java", "return trail.after(", NO_END)
        .amid(STUCK_PAGES, FLOW)
        .at("13421:8,9")
        .says("without an end");
  }

  static Mutant statementsCross() throws IOException {
    return Mutant.named("statements cross")
        .with(
            "gaps/lock_ledger.sql",
            "select pg_advisory_xact_lock(hashtext('caravan ledger'), hashtext(feed))",
            "select feed")
        // What takes milliseconds in life, so that it need not be waited for.
        .with(
            "gaps/cut_endless_gaps.sql",
            "\nfrom cut",
            "\nfrom cut cross join lateral (select pg_sleep(0.5)) as slowly")
        .under(MUTE)
        .at("1138")
        .says("go on of what the stream delivers");
  }

  static Mutant tidyingUpFailsTheRepair() throws IOException {
    return Mutant.named("tidying up fails the repair")
        .with(
            "flow_runs/forget_idle_repairs.sql",
            "  and not exists (select from flow_runs step where step.parent_run_id = flow_runs.run_id)",
            "")
        .with(
            "ledger/repair.camel.yaml",
            "id: repair-forget, uri: \"statement:flow_runs/forget_idle_repairs\"}\n            doCatch:\n"
                + "              - exception: [java.lang.Exception]",
            "id: repair-forget, uri: \"statement:flow_runs/forget_idle_repairs\"}\n            doCatch:\n"
                + "              - exception: [java.lang.InterruptedException]")
        .amid(CLOSE, KILL)
        .at("2")
        .says("repairs failed a month later");
  }

  static Mutant aRunEndsTwice() throws IOException {
    return Mutant.named("a run ends twice")
        .with(
            "flow_runs/interrupt_dead_runs.sql",
            "not is_alive(process)",
            "process <> current_setting('application_name')")
        .with(
            "flow_runs/finish_run.sql",
            " and flow_runs.status = 'running'\n  returning",
            "\n  returning")
        .amid(FREEZE, SECOND)
        .at("1")
        .says("have ended again");
  }

  static Mutant theWaitIsLost() throws IOException {
    return Mutant.named("the wait is lost")
        .with(
            "stream/AlpacaStreamConsumer.java",
            "    connection.delayMs = Math.max(connection.delayMs, delayMs);\n    if (connection.over) {",
            "    if (connection.over) {\n      return;\n    }\n"
                + "    connection.delayMs = Math.max(connection.delayMs, delayMs);\n    if (connection.over) {")
        .under(STREAM_ERROR)
        .at("7772")
        .says("CONNECTION_LIMIT_EXCEEDED");
  }

  static Mutant whatHasNoHistoryIsSilent() throws IOException {
    return Mutant.named("what has no history is silent")
        .with(
            "stream/Subscriptions.java",
            "\"cancelErrors\")),\n"
                + "          new Owed(\"statuses\", \"-\", List.of(\"statuses\")),\n"
                + "          new Owed(\"lulds\", \"-\", List.of(\"lulds\")));",
            "\"cancelErrors\")));")
        .amid(STOP, EVENT)
        .at("178:1")
        .says("in no gap of them");
  }

  static Mutant aPriceIsCut() throws IOException {
    return Mutant.named("a price is cut")
        .with(
            "yahoo/YahooChart.java",
            "        Decimals.shortest(price),\n        volume == null",
            "        price.setScale(1, java.math.RoundingMode.DOWN),\n        volume == null")
        .under(CLOSE)
        .at("8")
        .says("price_snapshots has");
  }
}
