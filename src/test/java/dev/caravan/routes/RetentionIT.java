package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is older than it is to be kept is dropped, unless somebody still needs it, and is not owed
 * again.
 */
class RetentionIT extends CaravanTestSupport {
  private static final String TRADE =
      "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed) values ";

  /** The newest month of which a part is older than thirty days; it and what is younger is kept. */
  private YearMonth kept;

  private final MovableClock clock = new MovableClock("2027-01-01T00:00:00Z");

  RetentionIT() {
    set("caravan.retention.trades", "30");
    set("caravan.retention.quotes", "30");
    set("caravan.retention.bars", "30");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  /** Four months later each time, so that there is something to drop. */
  @BeforeEach
  void goOn() {
    YearMonth earlier =
        YearMonth.parse(
            (String)
                database.value(
                    "select to_char(to_ts at time zone 'UTC', 'YYYY-MM') from month_partitions"
                        + " where partition = 'trades_earlier'"));
    kept = earlier.plusMonths(3);
    clock.set(kept.plusMonths(1).atDay(20) + "T15:00:00Z");
    database.database().makeMonths(clock.instant());
  }

  @Test
  void monthsThatAreOlderAreDroppedAndWhatComesLateStillHasAPlace() {
    trades(day(-9, 1), day(-3, 7), day(-3, 8), day(-1, 28), day(0, 1), day(1, 20));
    execute(
        "insert into trade_revisions select symbol, ts, exchange, trade_id, 1, 1, null, 'valid' from trades",
        "insert into quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, feed)"
            + " select symbol, ts, 0, 'V', 1, 1, 'V', 1, 1, 'iex' from trades");

    Map<String, Object> run = run("retention");

    assertThat(run).containsEntry("status", "succeeded");
    String range = day(-9, 1) + " to " + day(-1, 28);
    assertThat((String) run.get("error"))
        .isEqualTo(
            "dropped: 4 rows of quotes, %1$s, 4 rows of trade_revisions, %1$s, 4 rows of trades, %1$s"
                .formatted(range));
    for (String table : List.of("trades", "quotes", "trade_revisions")) {
      assertThat(dates(table)).containsExactly(day(0, 1), day(1, 20));
      assertThat(months(table)).startsWith("earlier", month(0), month(1)).doesNotContain(month(-1));
    }
    assertThat(
            database.count(
                "select count(*) from month_partitions where to_ts = '"
                    + kept.atDay(1)
                    + "T00:00:00Z' and from_ts = '-infinity'"))
        .isEqualTo(4);
    // What a person loads again, or what a gap brings, has its place, and the symbol was listed
    // then.
    trades(day(-3, 7));
    assertThat(database.value("select tableoid::regclass::text from trades order by ts limit 1"))
        .isEqualTo("trades_earlier");
    assertThat(database.value("select alpaca_sent('AAA', '-infinity', '" + day(-8, 1) + "')"))
        .isEqualTo(true);
    assertThat(
            database.value("select alpaca_sent('AAA', '" + day(-8, 1) + "', '" + day(-4, 1) + "')"))
        .isEqualTo(false);
    // A revision is kept of what is there, and the key holds, as in every other month.
    execute("update trades set price = 2 where ts < '" + day(-2, 1) + "'");
    assertThat(
            database.count("select count(*) from trade_revisions where ts < '" + day(-2, 1) + "'"))
        .isOne();
    assertThat(database.count("select count(*) from rows_without_month")).isZero();
  }

  @Test
  void runsAndReplayedLettersHaveABoundUnlessTheyAreStillNeeded() {
    execute(
        """
        insert into flow_runs (run_id, parent_run_id, flow, trigger, status, started_at, finished_at, process, error)
        overriding system value
        select n, parent, flow, 'schedule', status, at::timestamptz, at::timestamptz, 'p', 'why'
        from (values (9001, 9002, 'yahoo-bars', 'succeeded', '%1$s'), (9002, null, 'end-of-day', 'succeeded', '%1$s'),
          (9003, null, 'yahoo-quotes', 'failed', '%1$s'), (9004, null, 'yahoo-quotes', 'succeeded', '%1$s'),
          (9005, null, 'news-load', 'partial', '%1$s'), (9006, null, 'news-load', 'partial', '%1$s'),
          (9007, null, 'yahoo-bars', 'succeeded', '%2$s'), (9008, null, 'end-of-day', 'succeeded', '%2$s'),
          (9009, null, 'yahoo-quotes', 'succeeded', '%2$s'), (9010, null, 'news-load', 'partial', '%2$s'))
          as r (n, parent, flow, status, at)
        """
            .formatted(daysAgo(401), daysAgo(399)),
        """
        insert into dead_letters (letter_id, run_id, route_id, symbol, reason, failed_at, replayed_at)
        overriding system value
        select n, run, 'x', 'AAA', 'reason ' || n, '%1$s', at::timestamptz
        from (values (9001, 9005, null), (9002, 9006, '%2$s'), (9003, 9006, '%3$s')) as l (n, run, at)
        """
            .formatted(daysAgo(401), daysAgo(91), daysAgo(89)));

    assertThat((String) run("retention").get("error"))
        .contains("1 row of dead_letters, ", "2 rows of flow_runs, ");

    // The flow of a step that is gone, the last that failed, and those that letters name.
    assertThat(runs()).isEqualTo("9002 9003 9005 9006 9007 9008 9009 9010");
    assertThat(
            database.value("select string_agg(letter_id::text, ' ' order by 1) from dead_letters"))
        .isEqualTo("9001 9003");

    run("retention");
    assertThat(runs()).isEqualTo("9003 9005 9006 9007 9008 9009 9010");
  }

  @Test
  void settledGapsHaveABoundUnlessSomebodyStillNeedsThem() {
    execute(
        """
        insert into gaps (gap_id, source, feed, dataset, symbol, timeframe, from_ts, to_ts, status, reason, closed_at,
          last_error)
        overriding system value
        select n, 'alpaca', feed, dataset, symbol, case dataset when 'bars' then '1Min' else '-' end,
          at::timestamptz - interval '1 h', at::timestamptz - interval '30 min', status, 'lost',
          case status when 'open' then null else at::timestamptz end, case status when 'abandoned' then '400: no' end
        from (values (9001, 'iex', 'trades', 'AAA', 'filled', '%1$s'), (9002, 'iex', 'trades', 'AAA', 'no_trades', '%1$s'),
          -- Too young, still owed, given up, and lost for good.
          (9003, 'iex', 'trades', 'AAA', 'filled', '%2$s'), (9004, 'iex', 'trades', 'AAA', 'open', '%1$s'),
          (9005, 'iex', 'trades', 'AAA', 'abandoned', '%1$s'), (9006, 'iex', 'statuses', 'AAA', 'abandoned', '%1$s'),
          -- Its session misses bars, is to be counted again, or misses none; another one's misses some.
          (9007, 'sip', 'bars', 'MISSES', 'filled', '%1$s'), (9008, 'sip', 'bars', 'COUNTS', 'no_trades', '%1$s'),
          (9009, 'sip', 'bars', 'WHOLE', 'no_trades', '%1$s'), (9010, 'iex', 'bars', 'MISSES', 'filled', '%1$s'),
          -- The stream has stored nothing since: by these it knows that the session is on the ledger.
          (9011, 'test', 'trades', 'AAA', 'filled', '%1$s'))
          as g (n, feed, dataset, symbol, status, at)
        """
            .formatted(daysAgo(91), daysAgo(89)),
        """
        insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade, missing,
          calendar, opens_at, closes_at, counted_at)
        select 'alpaca', 'sip', 'bars', symbol, '1Min', day, 390, 390 - missing, 0, missing, 'New York', day,
          day + interval '1 day', counted
        from (select date_trunc('day', '%1$s'::timestamptz, 'UTC') as day) d,
          (values ('MISSES', 1, now()), ('COUNTS', 0, null), ('WHOLE', 0, now())) as r (symbol, missing, counted)
        """
            .formatted(daysAgo(91)),
        "insert into stream_watermarks values ('alpaca', 'iex', '%s'), ('alpaca', 'test', '%s')"
            .formatted(daysAgo(1), daysAgo(92)));

    assertThat((String) run("retention").get("error")).contains("4 rows of gaps, ");

    assertThat(database.value("select string_agg(gap_id::text, ' ' order by gap_id) from gaps"))
        .isEqualTo("9003 9004 9005 9006 9007 9008 9011");
  }

  @Test
  void moreSettledGapsThanOneBatchAreForgottenInOneNight() {
    execute(
        """
        insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at)
        select 'alpaca', 'iex', 'trades', 'AAA', '%1$s', '%1$s', 'filled', 'lost', '%1$s'
        from generate_series(1, 20003)
        """
            .formatted(daysAgo(100)));

    assertThat((String) run("retention").get("error")).contains("20003 rows of gaps, ");
    assertThat(database.count("select count(*) from gaps")).isZero();
  }

  @Test
  void aProofGoesThatSaysNoMoreThanTheBarsAndTheReceiptComesToTheSameWithoutIt() {
    LocalDate session = LocalDate.parse("2026-11-20");
    symbols("AAA", "BBB");
    listed("2024-12-01", "2099-01-01", "AAA", "BBB");
    for (String symbol : List.of("AAA", "BBB")) {
      execute(
          "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
              + " select 'alpaca', 'sip', '%s', '1Min', '2026-11-20T14:30:00Z'::timestamptz + n * interval '1 min', 1, 1, 1, 1, 1, true from generate_series(%s, 389) n"
                  .formatted(symbol, symbol.equals("AAA") ? 0 : 5),
          "insert into proofs values ('alpaca', 'sip', 'bars', '%s', '1Min', '%s', '2026-11-20T14:30:00Z', '{[0,390)}', '%s', '2026-11-21T11:00:00Z')"
              .formatted(symbol, session, symbol.equals("AAA") ? "{}" : "{[0,5)}"));
    }
    receipts(session);
    String counted = counted();
    assertThat(counted)
        .isEqualTo("AAA 390 0 0 2026-11-21 11:00:00, BBB 385 5 0 2026-11-21 11:00:00");

    forgetProofs();

    assertThat(database.value("select string_agg(symbol, ' ') from proofs")).isEqualTo("BBB");
    receipts(session);
    assertThat(counted()).isEqualTo(counted);

    // The bars that it speaks of are dropped, but something is still to be said of that session.
    execute(
        "insert into retained values ('bars', '2026-12-01T05:00:00Z')",
        "update receipts set counted_at = null where symbol = 'BBB' and feed = '-'");
    forgetProofs();
    assertThat(database.count("select count(*) from proofs")).isOne();
    execute(
        "update receipts set counted_at = now(), stored = expected, no_trade = 0, missing = 0 where symbol = 'BBB'");
    forgetProofs();
    assertThat(database.count("select count(*) from proofs")).isZero();
  }

  private void forgetProofs() {
    template.sendBody(
        "statement:proofs/forget_proofs?run_id=1&days=090&now=RAW(" + clock.instant() + ")", "");
  }

  private String counted() {
    return (String)
        database.value(
            "select string_agg(concat_ws(' ', symbol, stored, no_trade, missing, proved_at at time zone 'UTC'), ', '"
                + " order by symbol) from receipts where feed = 'sip' and timeframe = '1Min'");
  }

  @Test
  void alertsHaveABoundSinceTheyWereCleared() {
    execute(
        """
        insert into alerts (alert_id, what, subject, detail, opened_at, cleared_at)
        overriding system value
        select n, 'flow-failing', 'flow ' || n, 'why', '%1$s', cleared::timestamptz
        from (values (9001, '%2$s'), (9002, '%3$s'), (9003, null)) as a (n, cleared)
        """
            .formatted(daysAgo(500), daysAgo(401), daysAgo(399)),
        "insert into alert_messages (alert_id, kind, address) select alert_id, 'opened', 'log' from alerts");

    assertThat((String) run("retention").get("error")).contains("1 row of alerts, ");

    for (String table : List.of("alerts", "alert_messages")) {
      assertThat(
              database.value(
                  "select string_agg(alert_id::text, ' ' order by alert_id) from " + table))
          .isEqualTo("9002 9003");
    }
  }

  private String daysAgo(int days) {
    return clock.instant().minus(days, ChronoUnit.DAYS).toString();
  }

  private String runs() {
    return (String)
        database.value(
            "select string_agg(run_id::text, ' ' order by run_id) from flow_runs where run_id > 9000 and process = 'p'");
  }

  @Test
  void whatAGapOrACorrectionNeedsStaysUntilItIsSettled() {
    trades(day(-3, 7), day(-2, 7), day(-1, 7), day(0, 7));
    execute(
        "insert into trade_corrections (symbol, ts, nanos, exchange, trade_id, kind, price, size, feed)"
            + " values ('AAA', '"
            + day(-3, 7)
            + "T18:00:00Z', 0, 'V', 999, 'canceled', 1, 1, 'iex')",
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at, last_error)"
            + " values ('alpaca', 'iex', 'trades', 'BBB', '"
            + day(-2, 20)
            + "', '"
            + day(-2, 21)
            + "', 'abandoned', 'lost', now(), '400: no')",
        // Nobody can be asked for it: it needs nothing.
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at, last_error)"
            + " values ('alpaca', 'test', 'trades', 'BBB', '"
            + day(-1, 20)
            + "', '"
            + day(-1, 21)
            + "', 'abandoned', 'lost', now(), 'no history')");

    Map<String, Object> run = run("retention");

    assertThat(dates("trades")).containsExactly(day(-3, 7), day(-2, 7), day(0, 7));
    // No time is without a partition.
    assertThat(months("trades")).startsWith("earlier", month(-3), month(-2), month(-1), month(0));
    assertThat((String) run.get("error"))
        .startsWith("dropped: 1 row of trades, " + day(-1, 7) + " to " + day(-1, 7) + "; kept: ")
        .contains(
            "trades of "
                + kept.minusMonths(3)
                + ", for a correction of AAA that waits for its trade")
        .contains("trades of " + kept.minusMonths(2) + ", for gap ");

    execute(
        "update trade_corrections set applied_at = now()",
        "update gaps set status = 'filled', last_error = null");
    run("retention");

    assertThat(dates("trades")).containsExactly(day(0, 7));
    assertThat(months("trades")).startsWith("earlier", month(0));
    assertThat(database.count("select count(*) from trade_corrections")).isZero();
  }

  @Test
  void ofWhatIsEarlierThanTheFirstMonthTheDaysThatAreNeededStay() {
    trades(day(-9, 6), day(-8, 6), day(-7, 6));
    execute(
        TRADE + "('BBB', '" + day(-8, 7) + "T15:00:00Z', 0, 'V', 1, 1, 1, 'iex')",
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, reason)"
            + " values ('alpaca', 'iex', 'trades', 'AAA', '"
            + day(-8, 6)
            + "T14:00:00Z', '"
            + day(-8, 6)
            + "T21:00:00Z', 'lost')");

    assertThat((String) run("retention").get("error"))
        .startsWith("dropped: 3 rows of trades, " + day(-9, 6) + " to " + day(-7, 6))
        .contains("kept: trades of before " + kept.minusMonths(3) + ", for gap ");

    assertThat(dates("trades")).containsExactly(day(-8, 6));
  }

  @Test
  void barsThatAreOlderAreDroppedUnlessAReceiptOrAGapNeedsThemAndAreOwedByNobody() {
    LocalDate since = clock.instant().atZone(ZoneOffset.UTC).toLocalDate().minusDays(30);
    symbols("AAA", "BBB", "CCC");
    for (String symbol : List.of("AAA", "BBB", "CCC")) {
      for (LocalDate date : List.of(since.minusDays(40), since.minusDays(1), since.plusDays(1))) {
        execute(
            "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
                + " select 'alpaca', 'sip', '"
                + symbol
                + "', '1Min', '"
                + date
                + "T15:00:00Z'::timestamptz + n * interval '1 min', 1, 1, 1, 1, 1, true from generate_series(0, 9) n");
      }
    }
    execute(
        "update bars set close = 0.5, low = 0.5 where symbol = 'AAA'",
        "insert into read_watermarks values ('alpaca', 'sip', 'bars', 'AAA', '1Min', '"
            + since.minusDays(50)
            + "', '"
            + since.plusDays(1)
            + "')",
        "insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade, missing,"
            + " calendar, opens_at, closes_at, counted_at) select 'alpaca', 'sip', 'bars', symbol, '1Min', '"
            + since.minusDays(40)
            + "', 390, 390 - missing, 0, missing, 'New York', '"
            + since.minusDays(40)
            + "T14:30:00Z', '"
            + since.minusDays(40)
            + "T21:00:00Z', now()"
            + " from (values ('AAA', 0), ('BBB', 3)) as r (symbol, missing)",
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason) values ('alpaca', 'sip', 'bars',"
            + " 'CCC', '1Min', '"
            + since.minusDays(1)
            + "T16:00:00Z', '"
            + since.minusDays(1)
            + "T17:00:00Z', 'lost')");

    Map<String, Object> run = run("retention");

    assertThat(
            database.query(
                "select symbol, count(*) filter (where ts < '"
                    + since.minusDays(30)
                    + "') as oldest,"
                    + " count(*) filter (where ts between '"
                    + since.minusDays(2)
                    + "' and '"
                    + since
                    + "') as old,"
                    + " count(*) filter (where ts > '"
                    + since
                    + "') as young from bars group by symbol order by symbol"))
        .containsExactly(
            Map.of("symbol", "AAA", "oldest", 0L, "old", 0L, "young", 10L),
            Map.of("symbol", "BBB", "oldest", 10L, "old", 0L, "young", 10L),
            Map.of("symbol", "CCC", "oldest", 0L, "old", 10L, "young", 10L));
    assertThat(database.count("select count(*) from bar_revisions")).isEqualTo(10);
    assertThat((String) run.get("error"))
        .startsWith(
            "dropped: 40 rows of bars, "
                + since.minusDays(40)
                + " to "
                + since.minusDays(1)
                + "; kept: ")
        .contains("bars of 2 series before " + since + ", for ");
    // What was read of the series was read.
    assertThat(database.value("select read_to::text from read_watermarks"))
        .isEqualTo(since.plusDays(1).toString());

    // No receipt of such a session is counted again, not even where a person asks for it, and no
    // gap is opened.
    long gaps = database.count("select count(*) from gaps");
    LocalDate session = since.minusDays(1);
    while (session.getDayOfWeek().getValue() > 5) {
      session = session.minusDays(1);
    }
    receipts(session.minusDays(35));
    assertThat(database.count("select count(*) from gaps")).isEqualTo(gaps);
    assertThat(database.count("select count(*) from receipts")).isEqualTo(2);
    execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process) values ('repair', 'schedule',"
            + " 'succeeded', '"
            + since.minusDays(300)
            + "', now(), 'x')");
    assertThat(
            template.requestBody(
                "statement:receipts/select_begin?at=RAW(" + clock.instant() + ")", (Object) null))
        .hasToString("[{since=" + since + "T0" + (newYorkSummer(since) ? 4 : 5) + ":00:00Z}]");
  }

  @Test
  void whoeverReadsForLongKeepsItsMonthsAndHoldsUpNobody() throws SQLException {
    trades(day(-3, 7));
    try (Connection reader = database.database().connect();
        Statement reading = reader.createStatement()) {
      reader.setAutoCommit(false);
      reading.execute("select from trades");

      assertThat(run("retention"))
          .containsEntry("status", "partial")
          .extractingByKey("error")
          .asString()
          .contains("trades_" + month(-3) + " waits: ")
          .contains("lock timeout");
      trades(day(0, 7));
      assertThat(dates("trades")).containsExactly(day(-3, 7), day(0, 7));
      reader.rollback();
    }

    assertThat(run("retention")).containsEntry("status", "succeeded");
    assertThat(dates("trades")).containsExactly(day(0, 7));
  }

  @Test
  void withoutASettingNothingIsOld() {
    template.sendBody(
        "statement:retained/keep_since?trades=030&quotes=0&bars=00&now=RAW("
            + clock.instant()
            + ")",
        "");
    assertThat(database.query("select dataset, since at time zone 'UTC' as since from retained"))
        .hasToString("[{dataset=trades, since=" + kept.atDay(1) + " 00:00:00.0}]");
    template.sendBody(
        "statement:retained/keep_since?trades=0&quotes=0&bars=0&now=RAW(" + clock.instant() + ")",
        "");
    assertThat(database.count("select count(*) from retained")).isZero();
    assertThat(template.requestBody("statement:retained/select_due", (Object) null))
        .isEqualTo(List.of());
    trades(day(-3, 7));
    assertThat(database.query("select * from drop_month(1, 'trades_" + month(-3) + "')")).isEmpty();
    assertThat(database.query("select * from thin_earlier(1, 'trades', '', 10)"))
        .hasToString("[{dropped=0, go_on=null}]");
  }

  private static boolean newYorkSummer(LocalDate date) {
    return date.atTime(12, 0)
            .atZone(java.time.ZoneId.of("America/New_York"))
            .getOffset()
            .getTotalSeconds()
        == -4 * 3600;
  }

  private void receipts(LocalDate date) {
    Exchange exchange =
        template.request(
            "direct:receipts",
            request -> {
              request.getMessage().setHeader("trigger", "command");
              request.setVariable("date", date);
            });
    assertThat(exchange.getException()).isNull();
  }

  /** A day of a month, counted from the one that is kept. */
  private LocalDate day(int month, int day) {
    return kept.plusMonths(month).atDay(day);
  }

  private String month(int month) {
    return kept.plusMonths(month).toString().replace('-', '_');
  }

  private void trades(LocalDate... days) {
    for (LocalDate each : days) {
      execute(TRADE + "('AAA', '" + each + "T15:00:00Z', 0, 'V', 1, 1, 1, 'iex')");
    }
  }

  private void execute(String... statements) {
    for (String sql : statements) {
      database.execute(sql);
    }
  }

  private List<LocalDate> dates(String table) {
    return database.query("select ts::date::text as day from " + table + " order by ts").stream()
        .map(row -> LocalDate.parse((String) row.get("day")))
        .toList();
  }

  /** The partitions of a table in their order, without the default. */
  private List<String> months(String table) {
    return database
        .query(
            "select replace(partition, of_table || '_', '') as month from month_partitions where not is_default"
                + " and of_table = '"
                + table
                + "' order by from_ts")
        .stream()
        .map(row -> (String) row.get("month"))
        .toList();
  }
}
