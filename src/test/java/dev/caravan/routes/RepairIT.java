package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.caravan.source.RequestBudget;
import dev.caravan.source.RequestPriority;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The gap ledger, worked off against a provider that answers what it is told. */
class RepairIT extends CaravanTestSupport {
  private static final String FROM = "2025-11-19 14:30:10+00";
  private static final String TO = "2025-11-19 14:32:20+00";
  private static final String NO_TRADES = "{\"trades\":{},\"next_page_token\":null}";
  private static final String RECENT =
      "{\"message\":\"subscription does not permit querying recent SIP data\"}";

  private final Canned alpaca = new Canned();
  private final Canned trading = new Canned();

  RepairIT() {
    set("caravan.alpaca.data-url", alpaca.url());
    set("caravan.alpaca.trading-url", trading.url());
    // Nothing is scheduled here; it says that the feed's gaps may go on.
    set("caravan.schedule.stream", "always");
  }

  @BeforeEach
  void forget() {
    alpaca.reset();
    trading.reset();
    listed("2024-12-01", "2099-01-01", "AAPL", "MSFT", "BRK.B");
  }

  @AfterAll
  void close() {
    alpaca.close();
    trading.close();
  }

  @Test
  void aGapWhoseTradesTheProviderHasIsFilled() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on(
        "/v2/stocks/trades",
        ok(
            "{\"trades\":{\"AAPL\":[{\"t\":\"2025-11-19T14:30:11.123456789Z\",\"x\":\"V\",\"p\":148.5,\"s\":100,"
                + "\"c\":[\"@\",\"I\"],\"i\":52983525029461,\"z\":\"C\"}]},\"next_page_token\":null}"));

    assertThat(run("repair"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1)
        .containsEntry("stored", 1)
        .containsEntry("error", null);

    assertThat(asked())
        .containsExactly(
            "/v2/stocks/trades?symbols=AAPL&start=2025-11-19T14%3A30%3A05Z"
                + "&end=2025-11-19T14%3A32%3A25Z&limit=10000&sort=asc&feed=iex");
    assertThat(
            database.query(
                "select status, attempts, last_error, closed_at > opened_at as closed from gaps"))
        .singleElement()
        .satisfies(
            gap ->
                assertThat(gap)
                    .containsEntry("status", "filled")
                    .containsEntry("attempts", 0)
                    .containsEntry("last_error", null)
                    .containsEntry("closed", true));
    assertThat(
            database.value(
                "select concat_ws(' ', symbol, to_char(ts at time zone 'UTC', 'HH24:MI:SS.US'), nanos, exchange,"
                    + " trade_id, price, size, conditions, tape, feed, status) from trades"))
        .isEqualTo("AAPL 14:30:11.123456 789 V 52983525029461 148.5 100 {@,I} C iex valid");
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void anEmptyAnswerProvesThatAnActiveSymbolWasNotTraded() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 1);
    assertThat(statuses()).containsExactly("AAPL no_trades 0");
  }

  @Test
  void aMonthOldRepairThatReadNewsIsKeptWithThatReadingAndFailsNoRepair() {
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " select 'repair', 'schedule', 'succeeded', day, day, 'caravan'"
            + " from (values (now() - interval '40 days'), (now() - interval '31 days')) as days (day)");
    database.execute(
        "insert into flow_runs (parent_run_id, flow, trigger, status, started_at, finished_at, process)"
            + " select min(run_id), 'alpaca-news', 'flow', 'succeeded', min(started_at), min(started_at), 'caravan'"
            + " from flow_runs");

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("error", null);
    assertThat(
            database.query(
                "select flow from flow_runs where started_at < now() - interval '30 days' order by run_id"))
        .extracting(row -> row.get("flow"))
        .containsExactly("repair", "alpaca-news");
  }

  @Test
  void oldRunsThatCannotBeRemovedFailNoRepair() {
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " values ('repair', 'schedule', 'succeeded', now() - interval '40 days', now(), 'caravan')");
    database.execute(
        "create table keepers (run_id bigint references flow_runs (run_id));"
            + " insert into keepers select run_id from flow_runs");
    try {
      assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("error", null);
    } finally {
      database.execute("drop table keepers");
    }
  }

  @Test
  void rowsBesideTheRangeDoNotFillIt() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on(
        "/v2/stocks/trades",
        ok(trades(null, "AAPL", trade("14:30:09.999999", 1), trade("14:32:20.000001", 2))));

    run("repair");
    assertThat(statuses()).containsExactly("AAPL no_trades 0");
    assertThat(database.count("select count(*) from trades")).isEqualTo(2);
  }

  @Test
  void anEmptyAnswerProvesNothingForASymbolThatIsNotActiveOrUnknown() {
    symbols("AAPL");
    database.execute("update symbols set status = 'inactive'");
    database.execute("delete from listings");
    gap("trades", "AAPL", FROM, TO);
    gap("trades", "GONE", FROM, TO);
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair"))
        .containsEntry("status", "failed")
        .containsEntry("expected", 2)
        .containsEntry("stored", 0);
    assertThat(statuses()).containsExactly("AAPL open 0", "GONE open 0");
    assertThat(database.value("select distinct last_error from gaps").toString())
        .contains("not active");
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void alpacasWordCountsAlsoForASymbolThatAPersonHasRemovedSince() {
    symbols("AAPL");
    database.execute("update symbols set status = 'inactive'");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    run("repair");
    assertThat(statuses()).containsExactly("AAPL no_trades 0");
  }

  @Test
  void aSymbolThatIsNoLongerActiveIsFilledAllTheSameWhereItHasTrades() {
    symbols("AAPL");
    database.execute("update symbols set status = 'inactive'");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on("/v2/stocks/trades", ok(trades(null, "AAPL", trade("14:31:00", 1))));

    run("repair");
    assertThat(statuses()).containsExactly("AAPL filled 0");
  }

  @Test
  void everyPageIsReadBeforeAGapIsClosed() {
    symbols("AAPL", "MSFT");
    gap("trades", "AAPL", FROM, TO);
    gap("trades", "MSFT", FROM, TO);
    alpaca
        .on("page_token=two", ok(trades("three", "AAPL", trade("14:31:01", 2))))
        .on("page_token=three", ok(trades(null, "MSFT", trade("14:31:02", 3))))
        .on("feed=iex", ok(trades("two", "AAPL", trade("14:31:00", 1))));

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 2);
    assertThat(alpaca.asked()).hasSize(3);
    assertThat(statuses()).containsExactly("AAPL filled 0", "MSFT filled 0");
    assertThat(database.count("select count(*) from trades")).isEqualTo(3);
  }

  @Test
  void aPageThatFailsLeavesItsGapOpenAndKeepsThePagesBefore() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca
        .on("page_token=two", status(500, "{\"message\":\"internal server error\"}"))
        .on("feed=iex", ok(trades("two", "AAPL", trade("14:31:00", 1))));

    assertThat(run("repair")).containsEntry("status", "failed").containsEntry("stored", 0);
    assertThat(statuses()).containsExactly("AAPL open 0");
    assertThat(database.count("select count(*) from trades")).isEqualTo(1);
    assertThat(database.value("select last_error from gaps").toString())
        .contains("alpaca failed with status 500", "internal server error");
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void symbolsWithTheSameRangeAreAskedForTogether() {
    symbols("AAPL", "MSFT", "BRK.B");
    gap("trades", "AAPL", FROM, TO);
    gap("trades", "BRK.B", FROM, TO);
    gap("trades", "MSFT", FROM, "2025-11-19 14:32:20.000001+00");
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("expected", 3).containsEntry("stored", 3);
    assertThat(asked())
        .hasSize(2)
        .anySatisfy(uri -> assertThat(uri).contains("symbols=AAPL%2CBRK.B&"))
        .anySatisfy(uri -> assertThat(uri).contains("symbols=MSFT&"));
  }

  @Test
  void aHundredSymbolsAreAskedForAtOnce() {
    database.execute(
        "insert into symbols (symbol) select 'Q' || chr(65 + n / 26) || chr(65 + n % 26)"
            + " from generate_series(0, 100) n");
    database.execute(
        "insert into listings (symbol, id, active_from, active_to)"
            + " select symbol, symbol, '2024-12-01', '2099-01-01' from symbols");
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, reason)"
            + " select 'alpaca', 'iex', 'trades', symbol, '"
            + FROM
            + "', '"
            + TO
            + "', 'test' from symbols");
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("stored", 101);
    assertThat(asked().stream().map(uri -> uri.split("%2C").length).sorted())
        .containsExactly(1, 100);
  }

  @Test
  void theNewestRangesComeFirstWhereThereAreTooManyForOneRun() {
    symbols("AAPL");
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, reason)"
            + " select 'alpaca', 'iex', 'trades', 'AAPL', day, day + interval '1 min', 'test'"
            + " from generate_series(timestamptz '2025-01-01', '2025-02-20', interval '1 day') day");
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("expected", 50).containsEntry("stored", 50);
    assertThat(database.query("select from_ts::date::text as day from gaps where status = 'open'"))
        .containsExactly(Map.of("day", "2025-01-01"));

    assertThat(run("repair")).containsEntry("expected", 1).containsEntry("stored", 1);
    assertThat(database.count("select count(*) from gaps where status = 'open'")).isZero();
  }

  @Test
  void dataThatThePlanWithholdsIsWaitedForAndIsNoFailure() {
    symbols("AAPL");
    gap("trades", "sip", "AAPL", "now() - interval '3 min'", "now() - interval '1 min'");
    alpaca.on("/v2/stocks/trades", status(403, RECENT));

    assertThat(run("repair"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1)
        .containsEntry("stored", 0)
        .extractingByKey("error")
        .asString()
        .contains("newest 15 minutes");
    assertThat(statuses()).containsExactly("AAPL open 0");
    assertThat(database.value("select next_try_at = to_ts + interval '16 min' from gaps"))
        .isEqualTo(true);

    run("repair");
    assertThat(alpaca.asked()).as("not asked again before its time").hasSize(1);
  }

  @Test
  void anAnswerThatFailsAgainAndAgainIsTriedLessAndLessOftenAndThenAbandoned() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on("/v2/stocks/trades", status(422, "{\"message\":\"unprocessable\"}"));
    List<ILoggingEvent> errors = new ArrayList<>();

    List<Long> minutes = new ArrayList<>();
    for (int attempt = 1; attempt <= 10; attempt++) {
      database.execute("update gaps set next_try_at = now()");
      errors.addAll(logged(() -> run("repair")));
      assertThat(database.value("select attempts from gaps")).isEqualTo(attempt);
      minutes.add(
          database.count(
              "select ceil(extract(epoch from next_try_at - now()) / 60)::integer from gaps"));
    }
    assertThat(minutes).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L, 60L);
    assertThat(statuses()).containsExactly("AAPL abandoned 10");
    assertThat(database.value("select last_error from gaps").toString())
        .contains("alpaca refused the request with status 422", "unprocessable");
    assertThat(errors)
        .singleElement()
        .satisfies(
            error ->
                assertThat(error.getFormattedMessage())
                    .contains("Abandoned: trades of AAPL", "unprocessable", "gaps reopen"));

    database.execute("update gaps set next_try_at = now()");
    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("expected", null);
    assertThat(alpaca.asked()).hasSize(10);
  }

  @Test
  void aRefusalForRateCountsNoAttemptAndIsTriedAgainInAMinute() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on("/v2/stocks/trades", status(429, "{\"message\": \"too many requests.\"}"));

    assertThat(run("repair")).containsEntry("status", "failed").containsEntry("stored", 0);
    assertThat(statuses()).containsExactly("AAPL open 0");
    assertThat(database.value("select last_error from gaps").toString())
        .startsWith("Rate limit exceeded: alpaca");
    assertThat(
            database.count(
                "select ceil(extract(epoch from next_try_at - now()) / 60)::integer from gaps"))
        .isEqualTo(1);
  }

  static Stream<Canned.Reply> noRefusals() {
    return Stream.of(
        status(401, "<html>401 Authorization Required</html>"),
        status(403, "{\"message\":\"forbidden.\"}"),
        status(302, ""),
        status(408, ""),
        ok("<html>Welcome to the hotel's network</html>"),
        ok(""),
        ok("{\"trades\":{\"AAPL\":[{\"t\":\"2025"),
        ok("{\"bars\":{},\"next_page_token\":null}"),
        ok("{\"trades\":{},\"next_page_token\":7}"),
        ok("{\"trades\":{},\"next_page_token\":{}}"));
  }

  @ParameterizedTest
  @MethodSource("noRefusals")
  void whatIsNoRefusalOfTheRequestIsWaitedForHoweverLongAndLessAndLessOften(Canned.Reply reply) {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on("/v2/stocks/trades", reply);

    assertThat(run("repair")).containsEntry("status", "failed").containsEntry("stored", 0);
    assertThat(statuses()).containsExactly("AAPL open 0");
    assertThat(database.value("select last_error from gaps")).isNotNull();
    assertThat(minutesToWait()).isEqualTo(1);

    database.execute("update gaps set waits = 4, next_try_at = '-infinity'");
    run("repair");
    assertThat(minutesToWait()).isEqualTo(16);

    database.execute("update gaps set waits = 100000, next_try_at = '-infinity'");
    assertThat(logged(() -> run("repair"))).isEmpty();
    assertThat(minutesToWait()).isEqualTo(60);
    assertThat(statuses()).containsExactly("AAPL open 0");

    alpaca.reset();
    alpaca.on("/v2/stocks/trades", ok(trades(null, "AAPL", trade("14:31:00", 1))));
    database.execute("update gaps set next_try_at = '-infinity'");
    run("repair");
    assertThat(statuses()).containsExactly("AAPL filled 0");
    assertThat(database.value("select last_error from gaps")).isNull();
  }

  @Test
  void aBatchThatIsRefusedIsAskedForOneByOneAndOnlyWhoseRequestIsRefusedThenCounts() {
    symbols("AAPL", "MSFT", "XYZ");
    gap("trades", "AAPL", FROM, TO);
    gap("trades", "MSFT", FROM, TO);
    gap("trades", "XYZ", FROM, TO);
    alpaca
        .on("XYZ", status(404, "{\"message\":\"asset not found for XYZ\"}"))
        .on("symbols=AAPL&", ok(trades(null, "AAPL", trade("14:31:00", 1))))
        .on("symbols=MSFT&", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("status", "failed").containsEntry("expected", 3);
    assertThat(statuses()).containsExactly("AAPL open 0", "MSFT open 0", "XYZ open 0");
    assertThat(database.value("select distinct last_error from gaps").toString())
        .contains("asset not found for XYZ");

    assertThat(run("repair")).containsEntry("status", "partial").containsEntry("stored", 2);
    assertThat(statuses()).containsExactly("AAPL filled 0", "MSFT no_trades 0", "XYZ open 1");
    assertThat(asked().stream().map(uri -> uri.replaceAll(".*symbols=|&.*", "")).sorted())
        .containsExactly("AAPL", "AAPL%2CMSFT%2CXYZ", "MSFT", "XYZ");
  }

  @Test
  void aRowThatTheDatabaseRefusesCountsForItsSymbolAlone() {
    symbols("AAPL", "MSFT");
    database.execute("alter table trades add constraint test check (trade_id <> 13)");
    try {
      gap("trades", "AAPL", FROM, TO);
      gap("trades", "MSFT", FROM, TO);
      alpaca
          .on("symbols=AAPL&", ok(trades(null, "AAPL", trade("14:31:00", 1))))
          .on("MSFT", ok(trades(null, "MSFT", trade("14:31:00", 13))));

      run("repair");
      assertThat(statuses()).containsExactly("AAPL open 0", "MSFT open 0");
      run("repair");
      assertThat(statuses()).containsExactly("AAPL filled 0", "MSFT open 1");
    } finally {
      database.execute("alter table trades drop constraint test");
    }
  }

  @Test
  void aMalformedSymbolIsDroppedWithAFailedAttemptAndTheOthersGoOn() {
    symbols("AAPL", "MSFT");
    gap("trades", "AAPL", FROM, TO);
    gap("trades", "ATC.220816", FROM, TO);
    gap("trades", "MSFT", FROM, TO);
    alpaca
        .on("ATC.220816", status(400, "{\"message\":\"invalid symbol: ATC.220816\"}"))
        .on("symbols=AAPL%2CMSFT&", ok(trades(null, "AAPL", trade("14:31:00", 1))));

    assertThat(run("repair"))
        .containsEntry("status", "partial")
        .containsEntry("expected", 3)
        .containsEntry("stored", 2);
    assertThat(statuses())
        .containsExactly("AAPL filled 0", "ATC.220816 open 1", "MSFT no_trades 0");
    assertThat(database.value("select last_error from gaps where status = 'open'"))
        .isEqualTo("Invalid symbol: ATC.220816");
    assertThat(alpaca.asked()).hasSize(2);
  }

  @Test
  void aBatchThatFailsDoesNotStopItsSiblings() {
    symbols("AAPL", "MSFT");
    gap("trades", "AAPL", FROM, TO);
    gap("trades", "MSFT", FROM, "2025-11-19 14:40:00+00");
    alpaca.on("symbols=AAPL&", ok("<html>not here</html>")).on("symbols=MSFT&", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("status", "partial").containsEntry("stored", 1);
    assertThat(statuses()).containsExactly("AAPL open 0", "MSFT no_trades 0");
    assertThat(database.value("select last_error from gaps where status = 'open'").toString())
        .startsWith("Missing required data: JSON of AAPL");
  }

  @Test
  void aMalformedRowIsALetterAndItsSiblingsAreStored() {
    symbols("AAPL", "MSFT");
    gap("trades", "AAPL", FROM, TO);
    gap("trades", "MSFT", FROM, TO);
    String broken = trade("14:31:00", 1).replace("\"t\"", "\"time\"");
    alpaca.on(
        "/v2/stocks/trades",
        ok(
            "{\"trades\":{\"AAPL\":["
                + broken
                + ","
                + trade("14:31:01", 2)
                + "],\"MSFT\":["
                + broken
                + "]},\"next_page_token\":null}"));

    assertThat(run("repair")).containsEntry("status", "partial").containsEntry("stored", 1);
    assertThat(statuses())
        .as("nothing of MSFT could be stored, which is no proof that it was not traded")
        .containsExactly("AAPL filled 0", "MSFT open 0");
    assertThat(
            database.query("select route_id, symbol, reason, payload from dead_letters order by 2"))
        .containsExactly(
            Map.of(
                "route_id", "repair",
                "symbol", "AAPL",
                "reason", "Missing required data: t of AAPL",
                "payload", broken),
            Map.of(
                "route_id", "repair",
                "symbol", "MSFT",
                "reason", "Missing required data: t of MSFT",
                "payload", broken));
  }

  @Test
  void whatTheStreamHasStoredAlreadyIsNotTouchedUnlessItsStatusChanged() {
    symbols("AAPL");
    stored("AAPL", "14:31:00", 1, "1.5");
    stored("AAPL", "14:31:01", 2, "1.5");
    stored("AAPL", "14:31:02", 3, "1.5");
    String before = database.value("select xmin::text from trades where trade_id = 1").toString();
    gap("trades", "AAPL", FROM, TO);
    alpaca.on(
        "/v2/stocks/trades",
        ok(
            trades(
                null,
                "AAPL",
                trade("14:31:00", 1),
                trade("14:31:01", 2).replace("}", ",\"u\":\"canceled\"}"),
                trade("14:31:02", 3)
                    .replace("\"p\":1.5", "\"p\":1.25")
                    .replace("}", ",\"u\":\"corrected\"}"),
                trade("14:31:03", 4).replace("}", ",\"u\":\"incorrect\"}"))));

    run("repair");
    assertThat(database.value("select xmin::text from trades where trade_id = 1"))
        .isEqualTo(before);
    assertThat(tradeRows())
        .containsExactly("1 1.5 valid", "2 1.5 canceled", "3 1.25 corrected", "4 1.5 incorrect");
    assertThat(revisions()).containsExactly("2 1.5 valid", "3 1.5 valid");

    database.execute("update gaps set status = 'open', closed_at = null");
    run("repair");
    assertThat(revisions()).as("the same again changes nothing").hasSize(2);
    assertThat(database.count("select count(*) from trades")).isEqualTo(4);
  }

  @Test
  void correctionsThatWaitedForTheirTradeAreAppliedWhenItComes() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    // Under a new id, and that one then canceled; under the same id; an error; one that never
    // comes.
    correction("15:00:00", 1, "corrected", 11L, "1.4");
    correction("15:00:01", 11, "canceled", null, null);
    correction("15:00:02", 2, "corrected", 2L, "1.3");
    correction("15:00:03", 3, "error", null, null);
    correction("15:00:04", 99, "canceled", null, null);
    // The trade of this id is of another day, or later than the correction.
    correction("2025-11-20T15:00:00", 4, "canceled", null, null);
    correction("14:30:59", 5, "canceled", null, null);
    alpaca.on(
        "/v2/stocks/trades",
        ok(
            trades(
                null,
                "AAPL",
                trade("14:31:00", 1),
                trade("14:31:01", 2),
                trade("14:31:02", 3),
                trade("14:31:03", 4),
                trade("14:31:04", 5))));

    run("repair");
    assertThat(tradeRows())
        .containsExactly(
            "1 1.5 incorrect",
            "2 1.3 corrected",
            "3 1.5 error",
            "4 1.5 valid",
            "5 1.5 valid",
            "11 1.4 canceled");
    assertThat(
            database.value("select ts = '2025-11-19 14:31:00+00' from trades where trade_id = 11"))
        .isEqualTo(true);
    assertThat(revisions())
        .containsExactly("1 1.5 valid", "2 1.5 valid", "3 1.5 valid", "11 1.4 corrected");
    assertThat(
            database.query(
                "select trade_id from trade_corrections where applied_at is null order by 1"))
        .containsExactly(Map.of("trade_id", 4L), Map.of("trade_id", 5L), Map.of("trade_id", 99L));
  }

  @Test
  void aCorrectionThatWasSwallowedIsFoundInTheWholeDayUpToTheEndOfItsGap() {
    symbols("AAPL", "MSFT");
    gap("corrections", "AAPL", FROM, TO);
    gap("corrections", "MSFT", FROM, TO);
    stored("AAPL", "09:00:00", 1, "1.5");
    stored("AAPL", "13:00:00", 2, "1.5");
    stored("AAPL", "14:00:00", 3, "1.5");
    alpaca.on(
        "/v2/stocks/trades",
        ok(
            trades(
                null,
                "AAPL",
                update(trade("09:00:00", 1), "canceled"),
                update(trade("13:00:00", 2), "incorrect"),
                update(trade("13:00:00", 4), "corrected").replace("1.5", "1.4"),
                trade("14:00:00", 3),
                trade("14:30:00", 5))));

    assertThat(run("repair"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 2)
        .containsEntry("stored", 2);

    // From midnight in New York.
    assertThat(asked())
        .containsExactly(
            "/v2/stocks/trades?symbols=AAPL%2CMSFT&start=2025-11-19T05%3A00%3A00Z"
                + "&end=2025-11-19T14%3A32%3A25Z&limit=10000&sort=asc&feed=iex");
    assertThat(tradeRows())
        .containsExactly(
            "1 1.5 canceled", "2 1.5 incorrect", "3 1.5 valid", "4 1.4 corrected", "5 1.5 valid");
    assertThat(revisions()).containsExactly("1 1.5 valid", "2 1.5 valid");
    assertThat(statuses()).containsExactly("AAPL filled 0", "MSFT no_trades 0");
  }

  @Test
  void forAllTheCorrectionsOfADayItsTradesAreReadOnce() {
    symbols("AAPL", "MSFT");
    gap("corrections", "AAPL", "2025-11-19 14:30:10+00", "2025-11-19 14:30:20+00");
    gap("corrections", "AAPL", "2025-11-19 16:00:00+00", "2025-11-19 16:00:30+00");
    gap("corrections", "MSFT", "2025-11-19 15:00:00+00", "2025-11-19 15:00:10+00");
    gap("corrections", "MSFT", "2025-11-18 15:00:00+00", "2025-11-18 15:00:10+00");
    gap("trades", "AAPL", "2025-11-17 15:00:00+00", "2025-11-17 15:00:10+00");
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 5);

    assertThat(asked())
        .extracting(uri -> uri.replaceAll(".*symbols=|&limit.*", ""))
        .containsExactlyInAnyOrder(
            "AAPL&start=2025-11-17T14%3A59%3A55Z&end=2025-11-17T15%3A00%3A15Z",
            "AAPL%2CMSFT&start=2025-11-19T05%3A00%3A00Z&end=2025-11-19T16%3A00%3A35Z",
            "MSFT&start=2025-11-18T05%3A00%3A00Z&end=2025-11-18T15%3A00%3A15Z");
    assertThat(values("select distinct status from gaps")).containsExactly("no_trades");
  }

  @Test
  void oneRepairReadsTheDayOfFiftySymbolsAgainAndLeavesTheRestToTheNext() {
    String[] all =
        Stream.iterate(10, n -> n + 1).limit(60).map(n -> "S" + n).toArray(String[]::new);
    symbols(all);
    listed("2024-12-01", "2099-01-01", all);
    for (String symbol : all) {
      gap("corrections", symbol, FROM, TO);
    }
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("expected", 50).containsEntry("stored", 50);
    assertThat(asked()).hasSize(5).allMatch(uri -> uri.split("%2C").length == 10);
    assertThat(run("repair")).containsEntry("expected", 10).containsEntry("stored", 10);
    assertThat(database.count("select count(*) from gaps where status = 'open'")).isZero();
  }

  @Test
  void correctionsThatGoOnAreCutOnceAnHour() {
    symbols("AAPL", "MSFT");
    gap("corrections", "iex", "AAPL", "now() - interval '50 min'", "null");
    gap("corrections", "iex", "MSFT", "now() - interval '70 min'", "null");
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    run("repair");
    assertThat(values("select symbol || ' ' || (to_ts is null) from gaps order by 1"))
        .containsExactly("AAPL true", "MSFT false", "MSFT true");
  }

  @Test
  void whatHasNoHistoryIsNamedAsLostAtOnceAndIsNoTroubleToTheRepair() {
    symbols("AAPL");
    gap("statuses", "AAPL", FROM, TO);
    gap("lulds", "iex", "AAPL", "'" + FROM + "'", "null");
    assertThat(values("select dataset || ' ' || status from gaps order by 1"))
        .containsExactly("lulds open", "statuses abandoned");
    database.execute("update gaps set to_ts = '" + TO + "' where to_ts is null");

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("expected", null);

    assertThat(alpaca.asked()).isEmpty();
    assertThat(
            values(
                "select concat_ws(' ', dataset, status, attempts, last_error) from gaps order by 1"))
        .containsExactly(
            "lulds abandoned 0 Alpaca has no history of limit up, limit down bands: what the stream"
                + " said meanwhile is lost",
            "statuses abandoned 0 Alpaca has no history of trading statuses: what the stream said"
                + " meanwhile is lost");
  }

  @Test
  void minuteBarsAreAskedForByTheMinutesThatWereOverAndAreFinal() {
    symbols("AAPL", "MSFT");
    gap("bars", "AAPL", FROM, TO);
    gap("bars", "MSFT", FROM, TO);
    alpaca.on(
        "/v2/stocks/bars",
        ok(
            "{\"bars\":{\"AAPL\":[{\"t\":\"2025-11-19T14:31:00Z\",\"o\":1,\"h\":2,\"l\":1,\"c\":1.5,\"v\":10,"
                + "\"n\":1,\"vw\":1.4}]},\"next_page_token\":null}"));

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 2);
    assertThat(asked())
        .containsExactly(
            "/v2/stocks/bars?symbols=AAPL%2CMSFT&timeframe=1Min&start=2025-11-19T14%3A28%3A00Z"
                + "&end=2025-11-19T14%3A31%3A00Z&limit=10000&adjustment=raw&sort=asc&feed=iex");
    assertThat(statuses()).containsExactly("AAPL filled 0", "MSFT no_trades 0");
    assertThat(
            database.value(
                "select concat_ws(' ', source, feed, symbol, timeframe, close, final) from bars"))
        .isEqualTo("alpaca iex AAPL 1Min 1.5 t");
  }

  @Test
  void aGapWithinOneMinuteOwesTheBarsOfTheMinutesBefore() {
    symbols("AAPL");
    gap("bars", "AAPL", "2025-11-19 14:30:10+00", "2025-11-19 14:30:40+00");
    alpaca.on(
        "/v2/stocks/bars",
        ok(
            "{\"bars\":{\"AAPL\":[{\"t\":\"2025-11-19T14:29:00Z\",\"o\":1,\"h\":2,\"l\":1,\"c\":1.5,\"v\":10,"
                + "\"n\":1,\"vw\":1.4}]},\"next_page_token\":null}"));

    run("repair");
    assertThat(asked().get(0))
        .contains("&start=2025-11-19T14%3A28%3A00Z&end=2025-11-19T14%3A29%3A00Z&");
    assertThat(statuses()).containsExactly("AAPL filled 0");
  }

  @Test
  void quotesAreRepairedAsTradesAre() {
    symbols("AAPL", "MSFT");
    gap("quotes", "AAPL", FROM, TO);
    gap("quotes", "MSFT", FROM, TO);
    String quote =
        "{\"t\":\"2025-11-19T14:31:00.0000015Z\",\"bx\":\"V\",\"bp\":148.5,\"bs\":100,\"ax\":\"Q\",\"ap\":0,"
            + "\"as\":0,\"c\":[\"R\"],\"z\":\"C\"}";
    alpaca.on(
        "/v2/stocks/quotes",
        ok(
            "{\"quotes\":{\"AAPL\":["
                + quote
                + ","
                + quote
                + ","
                + quote.replace("\"bx\":\"V\",", "")
                + "]},\"next_page_token\":null}"));

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("stored", 2);
    assertThat(statuses()).containsExactly("AAPL filled 0", "MSFT no_trades 0");
    assertThat(
            values(
                "select concat_ws(' ', symbol, to_char(ts at time zone 'UTC', 'HH24:MI:SS.US'), nanos, bid_exchange,"
                    + " bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed) from quotes"))
        .containsExactly("AAPL 14:31:00.000001 500 V 148.5 100 Q 0 0 {R} C iex");
    assertThat(values("select reason from dead_letters"))
        .containsExactly("Missing required data: bx of AAPL");
  }

  @Test
  void theDelayedFeedIsRepairedFromSipAndStoredUnderItsName() {
    symbols("AAPL");
    gap("trades", "delayed_sip", "AAPL", "'" + FROM + "'", "'" + TO + "'");
    alpaca.on("feed=sip", ok(trades(null, "AAPL", trade("14:31:00", 1))));

    run("repair");
    assertThat(statuses()).containsExactly("AAPL filled 0");
    assertThat(database.value("select feed from trades")).isEqualTo("delayed_sip");
  }

  @Test
  void theTestFeedCannotBeAskedAndItsGapsAreAbandonedWithTheReason() {
    gap("trades", "test", "FAKEPACA", "'" + FROM + "'", "'" + TO + "'");

    assertThat(run("repair")).containsEntry("status", "succeeded");
    assertThat(statuses()).containsExactly("FAKEPACA abandoned 0");
    assertThat(database.value("select last_error from gaps").toString()).contains("feed test");
    assertThat(alpaca.asked()).isEmpty();
  }

  @Test
  void aGapThatGoesOnIsCutSoThatItsPastCanBeRepaired() {
    symbols("AAPL", "MSFT");
    gap("trades", "iex", "AAPL", "now() - interval '6 min'", "null");
    gap("trades", "iex", "MSFT", "now() - interval '4 min'", "null");
    alpaca.on("/v2/stocks/trades", ok(NO_TRADES));

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("expected", null);
    assertThat(
            database.query(
                "select g.symbol, n.from_ts = g.to_ts as goes_on from gaps g"
                    + " join gaps n on n.symbol = g.symbol and n.to_ts is null where g.to_ts is not null"))
        .containsExactly(Map.of("symbol", "AAPL", "goes_on", true));
    assertThat(database.count("select count(*) from gaps where to_ts is null")).isEqualTo(2);
    assertThat(alpaca.asked()).as("too new to be settled").isEmpty();

    database.execute("update gaps set to_ts = to_ts - interval '16 s' where to_ts is not null");
    assertThat(run("repair")).containsEntry("stored", 1);
    assertThat(database.query("select symbol, status from gaps where to_ts is not null"))
        .containsExactly(Map.of("symbol", "AAPL", "status", "no_trades"));
  }

  @Test
  void aGapOfAFeedThatIsNoLongerStreamedGoesOnNoLonger() {
    symbols("AAPL");
    gap("trades", "sip", "AAPL", "now() - interval '6 min'", "null");
    gap("trades", "iex", "AAPL", "now() - interval '1 min'", "null");

    run("repair");
    assertThat(database.query("select feed, to_ts is null as goes_on from gaps order by feed"))
        .containsExactly(
            Map.of("feed", "iex", "goes_on", true), Map.of("feed", "sip", "goes_on", false));
  }

  @Test
  void whatIsSettledIsNotAskedForAgainAndNothingOwedIsASuccess() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca.on("/v2/stocks/trades", ok(trades(null, "AAPL", trade("14:31:00", 1))));

    assertThat(run("repair")).containsEntry("expected", 1);
    assertThat(run("repair"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", null)
        .containsEntry("stored", null)
        .containsEntry("error", null);
    assertThat(alpaca.asked()).hasSize(1);
  }

  @Test
  void aRepairThatOwedNothingIsForgottenAfterAMonthAndNoOtherRunEver() {
    oldRun("repair", 31, "succeeded", "null, null");
    oldRun("repair", 29, "succeeded", "null, null");
    oldRun("repair", 32, "succeeded", "2, null");
    oldRun("repair", 33, "partial", "2, 'AAPL was not served'");
    oldRun("repair", 34, "interrupted", "null, 'cut off'");
    oldRun("catch-up", 35, "succeeded", "null, null");

    assertThat(run("repair")).containsEntry("status", "succeeded").containsEntry("expected", null);
    assertThat(
            database.query(
                "select flow || ' ' || round(extract(epoch from now() - started_at) / 86400) as run from flow_runs"))
        .extracting(row -> row.get("run"))
        .containsExactlyInAnyOrder(
            "repair 0", "repair 29", "repair 32", "repair 33", "repair 34", "catch-up 35");
  }

  private void oldRun(String flow, int days, String status, String expectedAndError) {
    database.execute(
        "insert into flow_runs (flow, trigger, started_at, finished_at, process, status, expected, error)"
            + " select '%s', 'schedule', now() - interval '%d days', now(), 'gone', '%s', %s"
                .formatted(flow, days, status, expectedAndError));
  }

  @Test
  void aRepairLeavesTheLastOfTheBudgetToWhatIsLive() {
    symbols("AAPL");
    gap("trades", "AAPL", FROM, TO);
    alpaca
        .on("/v2/stocks/trades", ok(NO_TRADES))
        .on("/v2/stocks/bars", ok("{\"bars\":{},\"next_page_token\":null}"));
    // Nearly all of the burst is used up, by the settings of these tests a minute's worth.
    database.execute(
        "insert into request_budgets (account, next_token_at)"
            + " values ('alpaca', clock_timestamp() + interval '50 s')");
    RequestBudget budget =
        context.getRegistry().lookupByNameAndType("alpacaBudget", RequestBudget.class);

    CompletableFuture<Map<String, Object>> repair =
        CompletableFuture.supplyAsync(() -> run("repair"));
    await().until(() -> budget.waiting(RequestPriority.REPAIR) == 1);
    assertThat(run("alpaca-daily-bars")).containsEntry("status", "succeeded");
    database.execute("update request_budgets set next_token_at = '-infinity'");
    assertThat(repair.join()).containsEntry("stored", 1);

    assertThat(asked())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("/v2/stocks/bars?"),
            second -> assertThat(second).startsWith("/v2/stocks/trades?"));
  }

  private void gap(String dataset, String symbol, String from, String to) {
    gap(dataset, "iex", symbol, "'" + from + "'", "'" + to + "'");
  }

  private void gap(String dataset, String feed, String symbol, String from, String to) {
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason) values ('alpaca', '"
            + feed
            + "', '"
            + dataset
            + "', '"
            + symbol
            + "', '"
            + (dataset.equals("bars") ? "1Min" : "-")
            + "', "
            + from
            + ", "
            + to
            + ", 'test')");
  }

  private void stored(String symbol, String time, long id, String price) {
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed) values ('"
            + symbol
            + "', '2025-11-19 "
            + time
            + "+00', 0, 'V', "
            + id
            + ", "
            + price
            + ", 10, '{@}', 'C', 'iex')");
  }

  private void correction(String time, long id, String kind, Long newId, String newPrice) {
    String ts = time.contains("T") ? time : "2025-11-19T" + time;
    database.execute(
        "insert into trade_corrections (symbol, ts, nanos, exchange, trade_id, kind, price, size, conditions,"
            + " new_trade_id, new_price, new_size, new_conditions, feed) values ('AAPL', '"
            + ts
            + "Z', 0, 'V', "
            + id
            + ", '"
            + kind
            + "', 1.5, 10, '{@}', "
            + newId
            + ", "
            + newPrice
            + ", "
            + (newId == null ? "null, null" : "10, '{@}'")
            + ", 'iex')");
  }

  private static String trades(String next, String symbol, String... rows) {
    return "{\"trades\":{\""
        + symbol
        + "\":["
        + String.join(",", rows)
        + "]},\"next_page_token\":"
        + (next == null ? "null" : "\"" + next + "\"")
        + "}";
  }

  private static String trade(String time, long id) {
    return "{\"t\":\"2025-11-19T"
        + time
        + "Z\",\"x\":\"V\",\"p\":1.5,\"s\":10,\"c\":[\"@\"],\"i\":"
        + id
        + ",\"z\":\"C\"}";
  }

  private static String update(String trade, String what) {
    return trade.replace("}", ",\"u\":\"" + what + "\"}");
  }

  private List<String> asked() {
    return alpaca.asked().stream().map(Canned.Asked::uri).toList();
  }

  private long minutesToWait() {
    return database.count(
        "select ceil(extract(epoch from next_try_at - now()) / 60)::integer from gaps");
  }

  private List<Object> statuses() {
    return values("select concat_ws(' ', symbol, status, attempts) from gaps order by symbol");
  }

  private List<Object> tradeRows() {
    return values("select concat_ws(' ', trade_id, price, status) from trades order by trade_id");
  }

  private List<Object> revisions() {
    return values(
        "select concat_ws(' ', trade_id, price, status) from trade_revisions order by trade_id");
  }

  private List<Object> values(String sql) {
    return database.query(sql).stream().map(row -> row.values().iterator().next()).toList();
  }

  /** The errors that are logged meanwhile. */
  private static List<ILoggingEvent> logged(Runnable work) {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.caravan.flow");
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      work.run();
    } finally {
      logger.detachAppender(appender);
    }
    return appender.list.stream().filter(event -> event.getLevel() == Level.ERROR).toList();
  }
}
