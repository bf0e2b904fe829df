package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.alpaca.AlpacaBars;
import dev.caravan.alpaca.AlpacaQuotes;
import dev.caravan.alpaca.AlpacaTrades;
import dev.caravan.market.Bar;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.Quote;
import dev.caravan.market.Trade;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.yahoo.YahooChart;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

/** Every store step commits all of its statements, or none. */
class StoreIT extends CaravanTestSupport {
  private static final CorporateAction SPLIT =
      new CorporateAction(
          "yahoo", "AAPL", "split", LocalDate.of(2025, 11, 19), null, new BigDecimal(4));
  private static final RefusedRow LETTER =
      new RefusedRow("AAPL", "Missing required data: t of AAPL", "{}");

  /** The table has no room for a letter without a reason: the last statement fails. */
  private static final RefusedRow WRONG_LETTER = new RefusedRow("AAPL", null, "{}");

  @Test
  void aChartIsCommittedWithItsBarsActionsSymbolAndLetters() {
    symbols("AAPL");
    assertThat(
            storeChart(
                new YahooChart.Chart(
                    "AAPL",
                    "America/New_York",
                    "USD",
                    List.of(bar("yahoo")),
                    List.of(SPLIT),
                    List.of(LETTER))))
        .isNull();
    assertThat(rows())
        .containsEntry("bars", 1L)
        .containsEntry("actions", 1L)
        .containsEntry("letters", 1L)
        .containsEntry("described", 1L);
  }

  @Test
  void everyStatementOfAChartIsRolledBackWhereTheLastOneFails() {
    symbols("AAPL");
    assertThat(
            storeChart(
                new YahooChart.Chart(
                    "AAPL",
                    "America/New_York",
                    "USD",
                    List.of(bar("yahoo")),
                    List.of(SPLIT),
                    List.of(WRONG_LETTER))))
        .hasStackTraceContaining(
            "ERROR: null value in column \"reason\" of relation \"dead_letters\" violates not-null constraint");
    assertThat(rows())
        .containsEntry("bars", 0L)
        .containsEntry("actions", 0L)
        .containsEntry("letters", 0L)
        .containsEntry("described", 0L);
  }

  @Test
  void aBarIsRolledBackWhereTheActionBesideItIsRefused() {
    symbols("AAPL");
    CorporateAction nothing =
        new CorporateAction("yahoo", "AAPL", "split", LocalDate.of(2025, 11, 19), null, null);
    assertThat(
            storeChart(
                new YahooChart.Chart(
                    "AAPL",
                    "America/New_York",
                    "USD",
                    List.of(bar("yahoo")),
                    List.of(nothing),
                    List.of())))
        .hasStackTraceContaining("corporate_actions_says_how_much");
    assertThat(rows()).containsEntry("bars", 0L).containsEntry("actions", 0L);
  }

  @Test
  void aPageIsCommittedWithItsLetters() {
    assertThat(
            storePage(
                new AlpacaBars.Page(List.of(bar("alpaca")), Set.of("AAPL"), null, List.of(LETTER))))
        .isNull();
    assertThat(rows()).containsEntry("bars", 1L).containsEntry("letters", 1L);
  }

  @Test
  void aPageIsRolledBackWhereItsLettersFail() {
    assertThat(
            storePage(
                new AlpacaBars.Page(
                    List.of(bar("alpaca")), Set.of("AAPL"), null, List.of(WRONG_LETTER))))
        .isNotNull();
    assertThat(rows()).containsEntry("bars", 0L).containsEntry("letters", 0L);
  }

  @Test
  void tradesAreCommittedWithTheirCorrectionsAndLetters() {
    waitingCorrection();
    assertThat(storeTrades(LETTER)).isNull();
    assertThat(
            database.query(
                "select (select status from trades) as status,"
                    + " (select applied_at is not null from trade_corrections) as applied,"
                    + " (select count(*) from dead_letters) as letters"))
        .containsExactly(Map.of("status", "canceled", "applied", true, "letters", 1L));
  }

  @Test
  void tradesAndCorrectionsAreRolledBackWhereTheLettersFail() {
    waitingCorrection();
    assertThat(storeTrades(WRONG_LETTER)).isNotNull();
    assertThat(
            database.query(
                "select (select count(*) from trades) as trades,"
                    + " (select applied_at is not null from trade_corrections) as applied,"
                    + " (select count(*) from trade_revisions) as revisions"))
        .containsExactly(Map.of("trades", 0L, "applied", false, "revisions", 0L));
  }

  @Test
  void pricesAreCommittedTogetherOrNotAtAll() {
    String good =
        "{\"source\":\"yahoo\",\"symbol\":\"AAPL\",\"ts\":\"2025-11-19T21:00:00Z\",\"price\":1.5,\"volume\":1}";
    String bad = good.replace("AAPL", "MSFT").replace("\"volume\":1", "\"volume\":-1");
    assertThat(storePrices("[" + good + "," + bad + "]"))
        .hasStackTraceContaining("price_snapshots_volume_is_not_negative");
    assertThat(database.count("select count(*) from price_snapshots")).isZero();

    assertThat(storePrices("[" + good + "]")).isNull();
    assertThat(database.count("select count(*) from price_snapshots")).isEqualTo(1);
  }

  @Test
  void aBarThatChangedLeavesItsOldValuesBehindAndOneThatDidNotIsNotTouched() {
    AlpacaBars.Page first =
        new AlpacaBars.Page(List.of(bar("alpaca")), Set.of("AAPL"), null, List.of());
    storePage(first);
    String before = database.value("select xmin::text || stored_at from bars").toString();
    storePage(first);
    assertThat(database.value("select xmin::text || stored_at from bars")).isEqualTo(before);

    Bar old = bar("alpaca");
    Bar changed =
        new Bar(
            "alpaca",
            "sip",
            "AAPL",
            "1Day",
            old.ts(),
            old.open(),
            old.high(),
            old.low(),
            new BigDecimal("1.75"),
            old.volume(),
            1L,
            null,
            true,
            null);
    storePage(new AlpacaBars.Page(List.of(changed), Set.of("AAPL"), null, List.of()));
    assertThat(database.query("select close::text as close, revision from bars"))
        .containsExactly(Map.of("close", "1.75", "revision", 1));
    assertThat(database.query("select close::text as close, revision from bar_revisions"))
        .containsExactly(Map.of("close", "1.5", "revision", 0));
  }

  @Test
  void aMissingTableIsNamedInTheError() {
    Exchange answer =
        template.request(
            "spring-jdbc:dataSource?resetAutoCommit=false",
            e -> e.getMessage().setBody("select 1 from no_such_table"));
    assertThat(answer.getException())
        .hasStackTraceContaining("relation \"no_such_table\" does not exist");
  }

  @Test
  void aQueryReturnsItsRows() {
    symbols("AAPL", "MSFT");
    Object rows =
        template.requestBody(
            "spring-jdbc:dataSource?resetAutoCommit=false",
            "select symbol from symbols order by 1");
    assertThat(rows).isEqualTo(List.of(Map.of("symbol", "AAPL"), Map.of("symbol", "MSFT")));
  }

  @Test
  void theHeapStaysFlatOverAHundredRoundsOfAThousandBars() {
    AlpacaBars.Page page =
        new AlpacaBars.Page(
            java.util.stream.IntStream.range(0, 1000)
                .mapToObj(
                    i -> {
                      Bar bar = bar("alpaca");
                      return new Bar(
                          "alpaca",
                          "sip",
                          "S" + i,
                          "1Day",
                          bar.ts(),
                          bar.open(),
                          bar.high(),
                          bar.low(),
                          bar.close(),
                          bar.volume(),
                          1L,
                          null,
                          true,
                          null);
                    })
                .toList(),
            Set.of(),
            null,
            List.of());
    for (int i = 0; i < 10; i++) {
      storePage(page);
    }
    long early = usedHeap();
    for (int i = 0; i < 90; i++) {
      storePage(page);
    }
    assertThat(usedHeap() - early)
        .as("bytes more than after the tenth round")
        .isLessThan(20_000_000);
    assertThat(database.count("select count(*) from bars")).isEqualTo(1000);
  }

  private static long usedHeap() {
    System.gc();
    return java.lang.Runtime.getRuntime().totalMemory()
        - java.lang.Runtime.getRuntime().freeMemory();
  }

  private Map<String, Object> rows() {
    return database
        .query(
            "select (select count(*) from bars) as bars, (select count(*) from corporate_actions) as actions,"
                + " (select count(*) from dead_letters) as letters,"
                + " (select count(*) from symbols where currency = 'USD' and time_zone = 'America/New_York') as described")
        .get(0);
  }

  private Exception storeChart(YahooChart.Chart chart) {
    return template
        .request(
            "direct:store-yahoo-bars",
            e -> {
              e.setVariable("chart", chart);
              e.setVariable("run", begun("yahoo-bars"));
            })
        .getException();
  }

  private Exception storePage(AlpacaBars.Page page) {
    return template
        .request(
            "direct:store-bars",
            e -> {
              e.getMessage().setBody(page);
              e.setVariable("run", begun("alpaca-daily-bars"));
            })
        .getException();
  }

  private Object begun(String flow) {
    // One flow runs once at a time.
    database.execute("delete from flow_runs where status = 'running'");
    database.execute(
        "insert into flow_runs (flow, trigger, status, process) values ('"
            + flow
            + "', 'api', 'running', 'x')");
    return database.value("select run_id from flow_runs");
  }

  private void waitingCorrection() {
    database.execute(
        "insert into trade_corrections (symbol, ts, nanos, exchange, trade_id, kind, price, size, feed)"
            + " values ('AAPL', '2025-11-19 15:00:00+00', 0, 'V', 1, 'canceled', 1, 1, 'iex')");
  }

  @Test
  void ticksOfHistoryAreTheSameWhetherTheyAreNewOrOneOfThemIsThereAlready() {
    List<String> codes = List.of("@", "a\"b", "c\\d", "\u00e9,{}", "");
    AlpacaTrades.Page trades =
        new AlpacaTrades.Page(
            List.of(
                trade(1, "14:30:00.123456789", "1.50", codes, "valid"),
                trade(2, "14:30:01", "0.0001", List.of(), "corrected"),
                trade(3, "14:30:02.000001", "123456.789", null, "canceled")),
            Set.of("AAPL"),
            null,
            List.of());
    AlpacaQuotes.Page quotes =
        new AlpacaQuotes.Page(
            List.of(quote("14:30:00.123456789", codes), quote("14:30:01", null)),
            Set.of("AAPL"),
            null,
            List.of());
    String rows =
        "select t::text from trades t union all select q::text from quotes q order by 1 desc";

    stored("trades", trades);
    stored("quotes", quotes);
    List<String> copied = lines(rows);
    assertThat(copied).hasSize(5);
    assertThat(copied.toString()).contains("789", "1.50", "0.0001", "canceled", "\u00e9,{}");
    database.execute("delete from trades where trade_id <> 2");
    database.execute("delete from quotes where conditions is null");
    stored("trades", trades);
    stored("quotes", quotes);
    assertThat(lines(rows)).isEqualTo(copied);
  }

  private List<String> lines(String query) {
    return database.query(query).stream()
        .map(row -> String.valueOf(row.values().iterator().next()))
        .toList();
  }

  private void stored(String rows, Object page) {
    Exchange exchange =
        template.request(
            "direct:store-" + rows,
            e -> {
              e.getMessage().setBody(page);
              e.setVariable("run", begun("repair"));
            });
    assertThat(exchange.getException()).isNull();
  }

  private static Trade trade(
      long id, String time, String price, List<String> conditions, String status) {
    Instant ts = Instant.parse("2025-11-19T" + time + "Z");
    return new Trade(
        "AAPL",
        ts,
        ts.getNano() % 1000,
        "V",
        id,
        new BigDecimal(price),
        BigDecimal.TEN,
        conditions,
        "C",
        "sip",
        status);
  }

  private static Quote quote(String time, List<String> conditions) {
    Instant ts = Instant.parse("2025-11-19T" + time + "Z");
    return new Quote(
        "AAPL",
        ts,
        ts.getNano() % 1000,
        "V",
        new BigDecimal("1.50"),
        BigDecimal.ONE,
        "Q",
        new BigDecimal("1.51"),
        BigDecimal.TEN,
        conditions,
        null,
        "sip");
  }

  private Exception storeTrades(RefusedRow letter) {
    Trade trade =
        new Trade(
            "AAPL",
            Instant.parse("2025-11-19T14:30:00Z"),
            0,
            "V",
            1,
            BigDecimal.ONE,
            BigDecimal.ONE,
            null,
            null,
            "iex",
            "valid");
    return template
        .request(
            "direct:store-trades",
            e -> {
              e.getMessage()
                  .setBody(
                      new AlpacaTrades.Page(List.of(trade), Set.of("AAPL"), null, List.of(letter)));
              e.setVariable("run", begun("repair"));
            })
        .getException();
  }

  private Exception storePrices(String rows) {
    return template
        .request("direct:store-price-snapshots", e -> e.getMessage().setBody(rows))
        .getException();
  }

  private static Bar bar(String source) {
    return new Bar(
        source,
        source.equals("yahoo") ? "-" : "sip",
        "AAPL",
        "1Day",
        Instant.parse("2025-11-19T05:00:00Z"),
        BigDecimal.ONE,
        new BigDecimal(2),
        BigDecimal.ONE,
        new BigDecimal("1.5"),
        BigDecimal.TEN,
        1L,
        null,
        true,
        null);
  }
}
