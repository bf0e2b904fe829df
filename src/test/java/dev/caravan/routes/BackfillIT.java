package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ledger.BackfillFigures;
import dev.caravan.ledger.BackfillOutcome;
import dev.caravan.ledger.BackfillPlan;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.AbstractMap.SimpleEntry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** History on demand against the simulated exchange, whose time stands still. */
class BackfillIT extends CaravanTestSupport {
  private static final String SATURDAY = "2026-11-21T12:00:00Z";
  private static final Instant NOW = Instant.parse(SATURDAY);
  private static final LocalDate FROM = LocalDate.of(2026, 11, 16);
  private static final LocalDate TO = LocalDate.of(2026, 11, 20);

  /** A Monday on which the exchange was closed, which nobody told Caravan. */
  private static final LocalDate CLOSED = LocalDate.of(2019, 6, 3);

  private final MovableClock clock = new MovableClock(SATURDAY);

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
              .withClosure(CLOSED)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0)
              .withBackgroundTradesPerMinute(20));

  private final HttpClient client = HttpClient.newHttpClient();

  BackfillIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.retry.attempts", "1");
  }

  @BeforeEach
  void forget() {
    exchange.clearFaults();
    exchange.clearRequests();
    clock.set(SATURDAY);
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void everyMinuteThatTheExchangeServesIsStoredAndCountedAndNoneIsAskedForTwice() throws Exception {
    symbols("AAPL", "MSFT");
    Exchange ran = backfill(plan("alpaca", "1Min", FROM, TO, "AAPL", "MSFT"));

    assertThat(stored("1Min")).isEqualTo(served("1Min", "AAPL", "MSFT"));
    BackfillOutcome outcome = outcome(ran);
    assertThat(outcome.expected()).isEqualTo(2 * 5 * 390);
    assertThat(outcome.stored())
        .isEqualTo(
            database.count(
                "select count(*) from bars where (ts at time zone 'America/New_York')::time between"
                    + " '09:30' and '15:59'"));
    assertThat(outcome.noTrade()).isEqualTo(outcome.expected() - outcome.stored());
    assertThat(outcome.missing()).isZero();
    assertThat(lastRun()).contains(Map.entry("status", "succeeded"), Map.entry("expected", 2));
    assertThat(figures().seen().rows()).isEqualTo(database.count("select count(*) from bars"));

    exchange.clearRequests();
    assertThat(outcome(backfill(plan("alpaca", "1Min", FROM, TO, "AAPL", "MSFT"))).missing())
        .isZero();
    assertThat(exchange.requests()).isEmpty();
    assertThat(database.count("select max(revision) from bars")).isZero();
  }

  @Test
  void theTradesOfADayAreThoseOfTheTapeToTheNanosecondAndNoOthers() {
    symbols("AAPL");
    BackfillOutcome outcome = outcome(backfill(plan("alpaca", "trades", TO, TO, "AAPL")));
    assertThat(outcome.missing()).isZero();

    List<String> tape;
    try (Stream<TapeTrade> trades =
        exchange.stream()
            .tape()
            .trades(
                List.of("AAPL"),
                Instant.parse("2026-11-20T05:00:00Z"),
                Instant.parse("2026-11-21T04:59:59.999999999Z"))) {
      tape = trades.map(BackfillIT::line).toList();
    }
    // More than one page of them, and some that the exchange took back or corrected later.
    assertThat(tape).hasSizeGreaterThan(10_000);
    assertThat(traded("status <> 'corrected'")).containsExactlyInAnyOrderElementsOf(tape);
    assertThat(database.count("select count(*) from trades where status = 'canceled'"))
        .isPositive();
    // A correction stands beside what it corrects, at the same time.
    String times = "select array_agg(ts order by ts)::text from trades where status = ";
    assertThat(database.value(times + "'corrected'"))
        .isNotNull()
        .isEqualTo(database.value(times + "'incorrect'"));
  }

  @Test
  void aBarThatIsThereAlreadyCostsItsPageNothing() throws Exception {
    symbols("AAPL");
    backfill(plan("alpaca", "1Hour", FROM, TO, "AAPL"));
    database.execute("delete from bars where ts not between '2026-11-18' and '2026-11-19'");
    database.execute(
        "update bars set close = close + 1, high = high + 1 where ts < '2026-11-18 15:00'");
    long changed = database.count("select count(*) from bars where revision = 1");

    backfill(plan("alpaca", "1Hour", FROM, TO, "AAPL"));

    assertThat(stored("1Hour")).isEqualTo(served("1Hour", "AAPL"));
    assertThat(database.count("select count(*) from bars where revision = 2"))
        .isEqualTo(changed)
        .isPositive();
    assertThat(database.count("select count(*) from bar_revisions where revision = 1"))
        .isEqualTo(changed);
  }

  @Test
  void rowsThatHaveGoneSinceAreAskedForAgain() throws Exception {
    symbols("AAPL");
    backfill(plan("alpaca", "1Hour", FROM, TO, "AAPL"));
    database.execute("delete from bars where ts between '2026-11-18' and '2026-11-19'");

    BackfillOutcome outcome = outcome(backfill(plan("alpaca", "1Hour", FROM, TO, "AAPL")));

    assertThat(outcome.expected()).isEqualTo(5 * 7);
    assertThat(outcome.missing()).isZero();
    assertThat(stored("1Hour")).isEqualTo(served("1Hour", "AAPL"));
  }

  @Test
  void aRangeThatFailsStaysOpenAndTheNextBackfillAsksForItAlone() {
    String[] many =
        IntStream.range(0, 120)
            .mapToObj(n -> "Q" + (char) ('A' + n / 26) + (char) ('A' + n % 26))
            .toArray(String[]::new);
    symbols(many);
    BackfillPlan plan = plan("alpaca", "1Day", FROM, TO, many);
    assertThat(plan.ranges()).hasSize(3);
    // The last of the three, of twenty symbols.
    exchange.addFault(Fault.status(Provider.ALPACA, 400).matching("symbols=QDW"));

    Exchange ran = backfill(plan);

    assertThat(lastRun()).contains(Map.entry("status", "partial"), Map.entry("stored", 100));
    assertThat(outcome(ran).missing()).isEqualTo(20 * 5);
    assertThat(outcome(ran).reasons())
        .singleElement()
        .asString()
        .startsWith("QDW, QDX, QDY, QDZ, QEA and 15 more not read to the end: ");
    assertThat(
            database.query(
                "select left(symbols, 3) as first, attempts, last_error is not null as says from"
                    + " backfill_ranges where status = 'open'"))
        .containsExactly(Map.of("first", "QDW", "attempts", 1, "says", true));
    assertThat(database.count("select count(*) from dead_letters")).isEqualTo(20);

    exchange.clearFaults();
    exchange.clearRequests();
    assertThat(outcome(backfill(plan)).missing()).isZero();
    assertThat(exchange.requests())
        .singleElement()
        .satisfies(request -> assertThat(request.query()).startsWith("symbols=QDW"));
    assertThat(lastRun()).contains(Map.entry("status", "succeeded"), Map.entry("stored", 120));
  }

  @Test
  void aRangeWhoseFailureCannotBeWrittenStaysOpenAndHasItsLetter() {
    symbols("AAPL");
    exchange.addFault(Fault.status(Provider.ALPACA, 400));
    database.execute(
        "alter table backfill_ranges add constraint none_fails check (attempts = 0) not valid");
    try {
      backfill(plan("alpaca", "1Day", FROM, TO, "AAPL"));
    } finally {
      database.execute("alter table backfill_ranges drop constraint none_fails");
    }

    assertThat(lastRun())
        .contains(Map.entry("status", "failed"), Map.entry("stored", 0))
        .extractingByKey("error")
        .asString()
        .contains("AAPL not read to the end");
    assertThat(database.query("select status, attempts, last_error from backfill_ranges"))
        .singleElement()
        .satisfies(
            range ->
                assertThat(range)
                    .contains(
                        Map.entry("status", "open"),
                        Map.entry("attempts", 0),
                        new SimpleEntry<>("last_error", null)));
    assertThat(database.query("select symbol from dead_letters"))
        .containsExactly(Map.of("symbol", "AAPL"));
  }

  @Test
  void whatReceiptsProveIsNotAskedFor() {
    symbols("AAPL", "MSFT");
    for (LocalDate session :
        List.of(FROM, FROM.plusDays(1), FROM.plusDays(2), FROM.plusDays(3), TO)) {
      receipt("AAPL", session, 0);
      receipt("MSFT", session, session.equals(TO) ? 1 : 0);
    }
    BackfillPlan aapl = plan("alpaca", "1Day", FROM, TO, "AAPL");
    backfill(aapl);
    assertThat(exchange.requests()).isEmpty();
    assertThat(database.query("select status, proof from backfill_ranges"))
        .containsExactly(Map.of("status", "done", "proof", "receipts"));

    backfill(plan("alpaca", "1Day", FROM, TO, "MSFT"));
    assertThat(exchange.requests()).hasSize(1);
  }

  @Test
  void aSymbolThatTheExchangeDoesNotKnowIsMissingAndNotWithoutTrade() {
    symbols("AAPL", "ZZZZX");
    BackfillOutcome outcome = outcome(backfill(plan("alpaca", "1Day", FROM, TO, "AAPL", "ZZZZX")));
    assertThat(outcome.stored()).isEqualTo(5);
    assertThat(outcome.noTrade()).isZero();
    assertThat(outcome.missing()).isEqualTo(5);
    assertThat(outcome.reasons()).containsExactly("no data at all of ZZZZX");
    assertThat(lastRun()).contains(Map.entry("status", "partial"));
  }

  @Test
  void aSymbolThatAlpacaRefusesNeverCostsTheOthers() {
    symbols("AAPL", "ATC.220816");
    BackfillOutcome outcome =
        outcome(backfill(plan("alpaca", "1Day", FROM, TO, "AAPL", "ATC.220816")));
    assertThat(outcome.stored()).isEqualTo(5);
    assertThat(lastRun().get("error")).asString().contains("Invalid symbol: ATC.220816");
    assertThat(database.query("select distinct symbol from dead_letters"))
        .containsExactly(Map.of("symbol", "ATC.220816"));
  }

  @Test
  void yahoosDailyBarsComeInOneChartASymbol() {
    symbols("AAPL", "BRK-B", "VOD.L");
    LocalDate from = LocalDate.of(2020, 1, 2);
    BackfillOutcome outcome =
        outcome(backfill(plan("yahoo", "1Day", from, TO, "AAPL", "BRK.B", "VOD.L")));
    assertThat(outcome.reasons()).isEmpty();
    assertThat(outcome.missing()).isZero();
    assertThat(outcome.unknown()).isEqualTo(1);
    assertThat(outcome.unknownRows()).isGreaterThan(1000);
    assertThat(exchange.requests()).hasSize(3);
    assertThat(lastRun()).contains(Map.entry("status", "succeeded"), Map.entry("stored", 3));
  }

  @Test
  void whatYahooLeavesOutIsMissingAndWhatLiesBeforeItsFirstBarIsNot() {
    symbols("AAPL");
    // The exchange's first day is 2016-01-04; the five weekdays before it had four sessions.
    BackfillOutcome outcome =
        outcome(backfill(plan("yahoo", "1Day", LocalDate.of(2015, 12, 28), TO, "AAPL")));
    assertThat(outcome.noTrade()).isEqualTo(4);
    assertThat(outcome.missing()).isEqualTo(1);
    assertThat(outcome.reasons())
        .containsExactly(
            "the answer leaves out sessions of AAPL, which does not prove that nothing was traded");
    assertThat(lastRun()).containsEntry("status", "partial");
  }

  @Test
  void aSecondBackfillAtOnceIsRefusedAndSaysWhy() {
    symbols("AAPL");
    database.execute(
        "insert into flow_runs (flow, trigger, status, process) values ('backfill', 'command',"
            + " 'running', (select application_name from pg_stat_activity where application_name like"
            + " 'caravan %' limit 1))");
    Exchange ran = backfill(plan("alpaca", "1Day", FROM, TO, "AAPL"));
    assertThat(ran.getMessage().getHeader("outcome")).isNull();
    Map<?, ?> row = (Map<?, ?>) ran.getMessage().getBody(List.class).get(0);
    assertThat(row.get("error")).asString().startsWith("backfill is running already: run ");
    assertThat(exchange.requests()).isEmpty();
  }

  @Test
  void aDayThatIsNotOverIsAskedForAgainOnceItIs() {
    symbols("AAPL");
    clock.set("2026-11-20T16:00:00Z");
    BackfillPlan plan = plan("alpaca", "1Min", TO, TO, "AAPL");
    backfill(plan);
    long soFar = database.count("select count(*) from bars");
    assertThat(database.count("select extract(epoch from max(ts))::bigint from bars"))
        .isLessThanOrEqualTo(Instant.parse("2026-11-20T15:44:00Z").getEpochSecond());

    clock.set(SATURDAY);
    assertThat(outcome(backfill(plan)).missing()).isZero();
    assertThat(database.count("select count(*) from bars")).isGreaterThan(soFar);
  }

  private BackfillPlan plan(
      String source, String timeframe, LocalDate from, LocalDate to, String... symbols) {
    return BackfillPlan.of(
        source, source.equals("alpaca") ? "sip" : "-", timeframe, from, to, List.of(symbols), NOW);
  }

  private Exchange backfill(BackfillPlan plan) {
    Exchange ran =
        template.request(
            "direct:backfill",
            request -> {
              request.getMessage().setHeader("trigger", "command");
              request.getMessage().setHeader("plan", plan);
              request.getMessage().setHeader("probe", true);
            });
    assertThat(ran.getException()).isNull();
    return ran;
  }

  private static BackfillOutcome outcome(Exchange ran) {
    BackfillOutcome outcome = ran.getMessage().getHeader("outcome", BackfillOutcome.class);
    assertThat(outcome).as("%s", ran.getMessage().getBody()).isNotNull();
    assertThat(outcome.expected())
        .isEqualTo(outcome.stored() + outcome.noTrade() + outcome.missing());
    return outcome;
  }

  private BackfillFigures figures() {
    return context.getRegistry().lookupByNameAndType("backfillFigures", BackfillFigures.class);
  }

  private Map<String, Object> lastRun() {
    return database.query("select * from flow_runs order by run_id desc limit 1").get(0);
  }

  private void receipt(String symbol, LocalDate session, int missing) {
    database.execute(
        "insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored,"
            + " no_trade, missing, calendar, opens_at, closes_at, counted_at) values ('alpaca', 'sip',"
            + " 'bars', '"
            + symbol
            + "', '1Day', '"
            + session
            + "', 1, "
            + (1 - missing)
            + ", 0, "
            + missing
            + ", 'New York', '"
            + session
            + "', '"
            + session.plusDays(1)
            + "', now())");
  }

  private Map<String, String> stored(String timeframe) {
    return database
        .query(
            "select symbol || ' ' || extract(epoch from ts)::bigint as key, concat_ws('|', open, high,"
                + " low, close, volume, trade_count, vwap, final) as values from bars where source ="
                + " 'alpaca' and feed = 'sip' and timeframe = '"
                + timeframe
                + "'")
        .stream()
        .collect(
            Collectors.toMap(
                row -> (String) row.get("key"),
                row -> plain((String) row.get("values")),
                (a, b) -> a + " and " + b,
                TreeMap::new));
  }

  private List<String> traded(String which) {
    return database
        .query(
            "select concat_ws(' ', symbol, (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos,"
                + " exchange, trade_id, trim_scale(price), trim_scale(size),"
                + " array_to_string(conditions, ''), tape, feed) as line from trades where "
                + which)
        .stream()
        .map(row -> (String) row.get("line"))
        .toList();
  }

  /** A trade of the tape as the table's columns. */
  private static String line(TapeTrade trade) {
    return String.join(
        " ",
        trade.symbol(),
        String.valueOf(trade.nanos()),
        String.valueOf(trade.exchange()),
        String.valueOf(trade.id()),
        trade.dollars().toPlainString(),
        String.valueOf(trade.size()),
        trade.conditions(),
        String.valueOf(trade.tape()),
        "sip");
  }

  /** What the exchange serves of the whole week, read by code of this test's own. */
  private Map<String, String> served(String timeframe, String... symbols) throws Exception {
    Map<String, String> served = new TreeMap<>();
    String token = "";
    do {
      JsonNode page =
          get(
              "/v2/stocks/bars?symbols="
                  + String.join(",", symbols)
                  + "&timeframe="
                  + timeframe
                  + "&start=2026-11-16T05:00:00Z&end=2026-11-21T04:59:59Z&limit=7000&feed=sip"
                  + (token.isEmpty()
                      ? ""
                      : "&page_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)));
      page.path("bars")
          .properties()
          .forEach(
              symbol ->
                  symbol
                      .getValue()
                      .forEach(
                          bar ->
                              served.put(
                                  symbol.getKey()
                                      + " "
                                      + Instant.parse(bar.path("t").asText()).getEpochSecond(),
                                  plain(
                                      Stream.of("o", "h", "l", "c", "v", "n", "vw")
                                              .map(name -> bar.path(name).asText())
                                              .collect(Collectors.joining("|"))
                                          + "|t"))));
      token = page.path("next_page_token").asText("");
      token = token.equals("null") ? "" : token;
    } while (!token.isEmpty());
    assertThat(served).isNotEmpty();
    return served;
  }

  private JsonNode get(String target) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(exchange.url() + target))
                .header("APCA-API-KEY-ID", "PKTEST")
                .header("APCA-API-SECRET-KEY", "hush")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private static String plain(String values) {
    return Stream.of(values.split("\\|"))
        .map(
            value ->
                value.matches("[a-z]")
                    ? value
                    : new BigDecimal(value).stripTrailingZeros().toPlainString())
        .collect(Collectors.joining("|"));
  }
}
