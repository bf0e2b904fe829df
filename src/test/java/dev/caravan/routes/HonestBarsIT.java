package dev.caravan.routes;

import static dev.caravan.support.Canned.fixture;
import static dev.caravan.support.Canned.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What bars are worth: corporate actions, adjusted prices, differences, and what is no bar. */
class HonestBarsIT extends CaravanTestSupport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final String ACTIONS = "/v1/corporate-actions";
  private static final String NO_ACTIONS = "{\"corporate_actions\":{},\"next_page_token\":null}";
  private static final Pattern WINDOW =
      Pattern.compile("start=(\\d{4}-\\d\\d-\\d\\d)&end=(\\d{4}-\\d\\d-\\d\\d)");

  /** One for the whole class, since midnight may pass in the middle of a case. */
  private final LocalDate today = LocalDate.now(NEW_YORK);

  private final Canned provider = new Canned();

  HonestBarsIT() {
    set("caravan.yahoo.url", provider.url());
    set("caravan.alpaca.data-url", provider.url());
  }

  @BeforeEach
  void forget() {
    provider.reset();
  }

  @AfterAll
  void close() {
    provider.close();
  }

  // ---------------------------------------------------------------------------- corporate actions

  @Test
  void corporateActionsOfAllPagesAndKindsAreStoredUnderTheWordsThatYahooHasToo() {
    symbols("AAA", "BBB", "ZZZ");
    provider.on(
        ACTIONS,
        ok(fixture("alpaca/corporate-actions-1.json")),
        ok(fixture("alpaca/corporate-actions-2.json")));

    assertThat(run("alpaca-corporate-actions"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 3)
        .containsEntry("stored", 3)
        .containsEntry("error", null);

    assertThat(provider.asked())
        .extracting(Canned.Asked::uri)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith(ACTIONS + "?symbols=AAA%2CBBB%2CZZZ&start=")
                    .endsWith("&limit=1000&sort=asc"),
            second -> assertThat(second).endsWith("&sort=asc&page_token=cGFnZTI%3D"));
    assertThat(
            strings(
                "select concat_ws(' ', symbol, action, ex_date, amount, ratio, new_symbol) as row"
                    + " from corporate_actions order by symbol, action collate \"C\""))
        .containsExactly(
            "AAA dividend 2025-02-20 1.00",
            "AAA special_dividend 2025-02-20 15",
            "AAA split 2025-03-14 0.02",
            "BBB split 2025-03-12 1.5",
            "CCCU unit_split 2025-03-03 1 CCC",
            "DDD stock_dividend 2025-03-19 1.05",
            "EEE spin_off 2025-04-02 0.3333333333333333333333333333333333 EEV",
            "FFF merger 2025-04-03 54.2",
            "GGG merger 2025-04-07 0.09 0.3619 BBB",
            "HHH name_change 2025-04-09 HHHX",
            "III worthless_removal 2025-04-10",
            "JJJ capital_gain 2025-04-11 1.2");
    assertThat(database.query("select symbol, reason from dead_letters"))
        .containsExactly(Map.of("symbol", "AAA", "reason", "Missing required data: rate of AAA"));
  }

  @Test
  void aYearIsAskedForFirstThenThirtyDaysAroundAndAllAgainWhereOlderBarsCame() {
    symbols("AAA");
    provider.on(ACTIONS, ok(NO_ACTIONS));

    for (int i = 0; i < 2; i++) {
      assertThat(run("alpaca-corporate-actions"))
          .containsEntry("status", "succeeded")
          .containsEntry("stored", 1);
    }
    bar("alpaca", "sip", "AAA", "1Min", "2020-03-02 10:00", "10", "100");
    run("alpaca-corporate-actions");
    run("alpaca-corporate-actions");

    List<LocalDate[]> windows = provider.asked().stream().map(HonestBarsIT::window).toList();
    assertThat(windows).hasSize(4);
    // 30 days ahead of a year, and around a day; midnight may pass meanwhile.
    assertThat(days(windows.get(0))).isBetween(395L, 396L);
    assertThat(days(windows.get(1))).isBetween(60L, 61L);
    assertThat(windows.get(2)[0]).isEqualTo("2020-03-02");
    assertThat(days(windows.get(3))).isBetween(60L, 61L);
  }

  @Test
  void theSimulatedExchangeTellsItsSplitsToBothReadersAlike() {
    try (Simulator exchange =
        Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0))) {
      exchange.addSplit(new Split("AAPL", today.minusDays(40), 4, 1));
      exchange.addSplit(new Split("AAPL", today.plusDays(10), 2, 1));
      JsonNode told = read(exchange.url(), "AAPL", today.minusYears(1), today.plusDays(30));

      symbols("AAPL");
      provider.on(ACTIONS, ok(told.toString()));
      assertThat(run("alpaca-corporate-actions")).containsEntry("status", "succeeded");
    }

    assertThat(
            strings(
                "select ex_date || ' ' || ratio as row from corporate_actions where action = 'split'"
                    + " order by ex_date"))
        .containsExactly(today.minusDays(40) + " 4", today.plusDays(10) + " 2");
  }

  // ------------------------------------------------------------------------------ adjusted prices

  @Test
  void dividendsAreTakenOutOfYahoosPricesAsItsAdjcloseDoes() throws IOException {
    assertAdjustedAsYahooDoes(fixture("yahoo/chart-dividends.json"));
  }

  @Test
  void dividendsAreTakenOutOfRecordedPricesAsYahoosAdjcloseDoes() throws IOException {
    for (String name :
        List.of(
            "chart-MSFT-6mo-1d.json",
            "historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31.json")) {
      for (Path folder : List.of(Path.of("../shared"), Path.of("/work/shared"))) {
        Path capture = folder.resolve("captures/yahoo").resolve(name);
        if (Files.exists(capture)) {
          emptyTables();
          assertAdjustedAsYahooDoes(
              JSON.readTree(capture.toFile()).at("/response/body_json").toString());
        }
      }
    }
  }

  private void assertAdjustedAsYahooDoes(String chart) throws IOException {
    symbols("MSFT");
    provider.on("/v8", ok(chart));
    assertThat(run("yahoo-bars")).containsEntry("status", "succeeded");

    JsonNode result = JSON.readTree(chart).at("/chart/result/0");
    JsonNode close = result.at("/indicators/quote/0/close");
    JsonNode adjclose = result.at("/indicators/adjclose/0/adjclose");
    List<Map<String, Object>> rows =
        database.query(
            "select (ts at time zone 'America/New_York')::date::text as session, close,"
                + " adjusted_close from bars_adjusted order by ts");
    assertThat(rows).hasSameSizeAs(close);
    int last = close.size() - 1;
    double present = adjclose.get(last).doubleValue() / close.get(last).doubleValue();
    for (int i = 0; i <= last; i++) {
      Map<String, Object> row = rows.get(i);
      assertThat(row.get("session"))
          .isEqualTo(
              Instant.ofEpochSecond(result.at("/timestamp/" + i).longValue())
                  .atZone(NEW_YORK)
                  .toLocalDate()
                  .toString());
      double expected = adjclose.get(i).doubleValue() / close.get(i).doubleValue() / present;
      // Two float32 each have 24 bits.
      assertThat(number(row, "adjusted_close") / number(row, "close"))
          .as((String) row.get("session"))
          .isCloseTo(expected, within(5e-7));
    }
  }

  @Test
  void rawPricesAreDividedByLaterSplitsAndLessLaterDividends() {
    action("alpaca", "AAA", "split", "2025-06-10", null, "4");
    action("alpaca", "AAA", "split", "2999-01-04", null, "10");
    action("alpaca", "AAA", "dividend", "2025-06-12", "0.4", null);
    action("alpaca", "AAA", "special_dividend", "2025-06-12", "0.6", null);
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-09 00:00", "400", "1000");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-10 00:00", "99", "4000");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-11 00:00", "100", "4001");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-12 00:00", "98", "4002");
    bar("alpaca", "iex", "AAA", "1Min", "2025-06-09 19:59", "401", "10");
    bar("alpaca", "iex", "AAA", "1Min", "2025-06-10 04:00", "98", "11");
    bar("alpaca", "iex", "AAA", "1Min", "2025-06-12 04:00", "97", "12");

    assertThat(
            strings(
                "select concat_ws(' ', timeframe, ts at time zone 'America/New_York', close,"
                    + " adjusted_close, adjusted_volume, split_factor, dividend_factor) as row"
                    + " from bars_adjusted order by timeframe, ts"))
        .containsExactly(
            "1Day 2025-06-09 00:00:00 400 99 4000 4 0.99",
            "1Day 2025-06-10 00:00:00 99 98.01 4000 1 0.99",
            "1Day 2025-06-11 00:00:00 100 99 4001 1 0.99",
            "1Day 2025-06-12 00:00:00 98 98 4002 1 1",
            "1Min 2025-06-09 19:59:00 401 99.2475 40 4 0.99",
            "1Min 2025-06-10 04:00:00 98 97.02 11 1 0.99",
            "1Min 2025-06-12 04:00:00 97 97 12 1 1");
  }

  @Test
  void yahoosPricesAreDividedByTheSplitsAfterItsAnswerAlone() {
    action("yahoo", "AAA", "split", "2025-06-10", null, "4");
    bar("yahoo", "-", "AAA", "1Day", "2025-06-06 00:00", "101", "1000");
    bar("yahoo", "-", "AAA", "1Day", "2025-06-09 00:00", "400", "1000");
    database.execute(
        "update bars set adjusted_as_of = case ts when '2025-06-06 00:00 America/New_York'"
            + " then timestamptz '2025-06-10 18:00 America/New_York'"
            + " else timestamptz '2025-06-09 18:00 America/New_York' end");

    assertThat(
            strings(
                "select concat_ws(' ', close, adjusted_close, adjusted_volume) as row"
                    + " from bars_adjusted order by ts"))
        .containsExactly("101 101 1000", "400 100 4000");
  }

  @Test
  void yahoosActionsServeAlpacasBarsUntilAlpacaHasToldSomeAndNeverTheOtherWay() {
    action("yahoo", "AAA", "dividend", "2025-06-11", "1", null);
    bar("yahoo", "-", "AAA", "1Day", "2025-06-10 00:00", "50", "1000");
    database.execute("update bars set adjusted_as_of = '2025-06-12 18:00 America/New_York'");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-10 00:00", "200", "250");
    String prices =
        "select concat_ws(' ', source, close, adjusted_close) as row from bars_adjusted order by 1";
    // A dividend takes the same share of a price whatever the shares it is counted in.
    assertThat(strings(prices)).containsExactly("alpaca 200 196", "yahoo 50 49");

    action("alpaca", "AAA", "split", "2025-06-12", null, "4");

    assertThat(strings(prices)).containsExactly("alpaca 200 50", "yahoo 50 49");
  }

  @Test
  void adjustedPricesOfOneSymbolNeedNoScanOfAllBars() {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " select 'alpaca', 'sip', 'S' || s, '1Min', timestamptz '2025-06-02 13:30Z' + m * interval '1 min',"
            + " 10, 10, 10, 10, 1, true from generate_series(1, 20) s, generate_series(1, 1000) m");
    action("alpaca", "S7", "split", "2025-06-03", null, "2");
    database.execute("analyze bars");
    assertThat(
            strings(
                "explain select * from bars_adjusted where source = 'alpaca' and feed = 'sip'"
                    + " and symbol = 'S7' and timeframe = '1Min' and ts >= '2025-06-02'"))
        .noneMatch(line -> line.contains("Seq Scan on bars"));
  }

  // ------------------------------------------------------------------------- between two providers

  @Test
  void finalDailyBarsInWhichTheProvidersDisagreeAreListedInTheSameShares() {
    action("yahoo", "AAA", "split", "2025-06-11", null, "4");
    // Alike but for the split, which Yahoo has taken in; then a close and a volume that differ.
    for (String day : List.of("2025-06-09", "2025-06-10")) {
      bar("yahoo", "-", "AAA", "1Day", day + " 00:00", "100", "4000");
    }
    database.execute("update bars set adjusted_as_of = '2025-06-12 18:00 America/New_York'");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-09 00:00", "400.4", "1010");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-10 00:00", "400", "1100");
    bar("yahoo", "-", "AAA", "1Day", "2025-06-11 00:00", "100", "4000");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-11 00:00", "200", "4000");
    database.execute(
        "update bars set close = 398 where source = 'alpaca' and ts = '2025-06-09 00:00 America/New_York'");
    String differences =
        "select concat_ws(' ', symbol, session, field, yahoo, alpaca, difference) as row"
            + " from source_differences order by session, field";

    database.execute(
        "update bars set final = false where source = 'alpaca' and ts = '2025-06-11 00:00 America/New_York'");

    assertThat(strings(differences))
        .containsExactly(
            "AAA 2025-06-09 close 100 99.5 0.005025", "AAA 2025-06-10 volume 4000 4400 -0.090909");
  }

  @Test
  void theViewsOfTheOlderSystemShowTheFeedsOfTheSettings() {
    bar("alpaca", "iex", "AAA", "1Min", "2025-06-09 10:00", "1.5", "10");
    bar("alpaca", "sip", "AAA", "1Min", "2025-06-09 10:00", "1.6", "1000");
    bar("alpaca", "sip", "AAA", "1Day", "2025-06-09 00:00", "1.7", "5000");
    bar("yahoo", "-", "AAA", "1Day", "2025-06-09 00:00", "1.7", "5000");
    String row = "select concat_ws(' ', symbol, timestamp, open, high, low, close, volume) as row ";

    assertThat(strings(row + "from market_data"))
        .singleElement()
        .asString()
        .matches("AAA 2025-06-09 \\S+ 1.5 1.5 1.5 1.5 10");
    assertThat(strings(row + "from market_data_historical"))
        .singleElement()
        .asString()
        .endsWith(" 1.6 1.6 1.6 1.6 1000");

    database.database().nameFeeds("sip", "otc");

    assertThat(strings(row + "from market_data")).singleElement().asString().endsWith(" 1000");
    assertThat(strings(row + "from market_data_historical")).isEmpty();
  }

  // ------------------------------------------------------------------------------- what is no bar

  @Test
  void impossibleRowsAndJumpsAreDeadLettersAndTheirSiblingsBars() {
    symbols("AAA", "BBB");
    for (int day = 1; day <= 3; day++) {
      bar("alpaca", "sip", "BBB", "1Day", daysAgo(8 - day) + " 00:00", "20", "100");
    }
    provider.on(
        "/v2/stocks/bars",
        ok(
            page(
                "\"AAA\":["
                    + String.join(
                        ",",
                        row(daysAgo(5), "10", "11", "9", "10", "100"),
                        row(daysAgo(4), "10", "8", "9", "10", "100"),
                        row(daysAgo(3), "10", "11", "9", "10", "-1"),
                        row(daysAgo(2), "1000", "1000", "1000", "1000", "100"),
                        row(daysAgo(1), "10", "11", "9", "10.5", "100"))
                    + "],\"BBB\":["
                    + row(daysAgo(4), "2000", "2010", "1990", "2000", "100")
                    + "]")));

    run("alpaca-daily-bars");

    assertThat(strings("select symbol || ' ' || close as row from bars order by symbol, ts"))
        .containsExactly("AAA 10", "AAA 10.5", "BBB 20", "BBB 20", "BBB 20");
    assertThat(
            strings("select symbol || ' ' || reason as row from dead_letters order by letter_id"))
        .hasSize(4)
        .anyMatch(reason -> reason.equals("AAA high 8 is below low 9 of AAA"))
        .anyMatch(reason -> reason.equals("AAA volume -1 of AAA is negative"))
        .anyMatch(reason -> reason.startsWith("AAA price jump: close 1000 of AAA at "))
        .anyMatch(
            reason -> reason.matches("BBB price jump: close 2000 of BBB at \\S+ is 100 times.*"));
    // The letter holds the row as the statement that stores bars takes it.
    JsonNode kept =
        json((String) database.value("select payload from dead_letters where symbol = 'BBB'"));
    assertThat(kept.at("/0/close").decimalValue()).isEqualByComparingTo("2000");
    assertThat(kept.at("/0/timeframe").asText()).isEqualTo("1Day");
  }

  @Test
  void aJumpThatASplitExplainsIsABar() {
    symbols("AAA");
    for (int day = 1; day <= 3; day++) {
      bar("alpaca", "sip", "AAA", "1Day", daysAgo(8 - day) + " 00:00", "0.2", "100");
    }
    provider.on(
        "/v2/stocks/bars",
        ok(page("\"AAA\":[" + row(daysAgo(4), "20", "20", "20", "20", "1") + "]")));
    run("alpaca-daily-bars");
    assertThat(database.count("select count(*) from bars")).isEqualTo(3);
    assertThat(database.count("select count(*) from dead_letters")).isEqualTo(1);

    action("yahoo", "AAA", "split", daysAgo(4).toString(), null, "0.01");
    run("alpaca-daily-bars");

    assertThat(database.value("select close::text from bars order by ts desc limit 1"))
        .isEqualTo("20");
    assertThat(strings("select adjusted_close::text as row from bars_adjusted order by ts"))
        .containsExactly("20", "20", "20", "20");
  }

  @Test
  void aJumpOfYahoosIsADeadLetterToo() {
    symbols("AAA");
    long first = daysAgo(6).atTime(9, 30).atZone(NEW_YORK).toEpochSecond();
    String prices = "[100,101,1.02,103,104]";
    provider.on(
        "/v8",
        ok(
            "{\"chart\":{\"result\":[{\"meta\":{\"exchangeTimezoneName\":\"America/New_York\",\"currency\":\"USD\"},"
                + "\"timestamp\":["
                + Stream.of(0, 1, 2, 3, 4)
                    .map(day -> Long.toString(first + day * 86_400L))
                    .reduce((a, b) -> a + "," + b)
                    .orElseThrow()
                + "],\"indicators\":{\"quote\":[{\"open\":"
                + prices
                + ",\"high\":"
                + prices
                + ",\"low\":"
                + prices
                + ",\"close\":"
                + prices
                + ",\"volume\":[1,2,3,4,5]}]}}],\"error\":null}}"));

    run("yahoo-bars");

    assertThat(strings("select close::text as row from bars order by ts"))
        .containsExactly("100", "101", "103", "104");
    assertThat(strings("select reason as row from dead_letters"))
        .singleElement()
        .asString()
        .startsWith("price jump: close 1.02 of AAA at ")
        .contains(" is a 99th of what it was at ");
  }

  @Test
  void aGapWhoseOnlyRowIsAJumpIsNotClosedAsOneWithoutTrades() {
    symbols("AAA");
    for (int minute = 0; minute < 3; minute++) {
      bar("alpaca", "iex", "AAA", "1Min", "2025-06-09 10:0" + minute, "20", "100");
    }
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason)"
            + " values ('alpaca', 'iex', 'bars', 'AAA', '1Min', '2025-06-09 10:05 America/New_York',"
            + " '2025-06-09 10:06 America/New_York', 'test')");
    provider.on(
        "/v2/stocks/bars",
        ok(
            page(
                "\"AAA\":[{\"t\":\"2025-06-09T14:05:00Z\",\"o\":2000,\"h\":2000,\"l\":2000,\"c\":2000,"
                    + "\"v\":5,\"n\":1,\"vw\":2000}]")));

    run("repair");

    assertThat(database.value("select status from gaps")).isEqualTo("open");
    assertThat(database.count("select count(*) from bars")).isEqualTo(3);
  }

  @Test
  void aFinalBarThatIsReadAgainKeepsWhatItWas() {
    symbols("AAA");
    LocalDate day = daysAgo(5);
    provider.on(
        "/v2/stocks/bars",
        ok(page("\"AAA\":[" + row(day, "10", "11", "9", "10", "100") + "]")),
        ok(page("\"AAA\":[" + row(day, "10", "11", "9", "10", "100") + "]")),
        ok(page("\"AAA\":[" + row(day, "10", "11", "9", "10.25", "120") + "]")));

    run("alpaca-daily-bars");
    run("alpaca-daily-bars");
    assertThat(database.count("select count(*) from bar_revisions")).isZero();
    run("alpaca-daily-bars");

    assertThat(strings("select concat_ws(' ', close, volume, final, revision) as row from bars"))
        .containsExactly("10.25 120 t 1");
    assertThat(
            strings(
                "select concat_ws(' ', close, volume, final, revision) as row from bar_revisions"))
        .containsExactly("10 100 t 0");
  }

  @Test
  void anActionThatSaysNothingIsRefusedByTheTable() {
    assertThatThrownBy(() -> action("alpaca", "AAA", "dividend", "2025-06-11", null, null))
        .hasMessageContaining("corporate_actions_says_how_much");
    assertThatThrownBy(
            () ->
                database.execute(
                    "insert into corporate_actions (source, symbol, action, ex_date, new_symbol)"
                        + " values ('alpaca', 'AAA', 'name_change', '2025-06-11', 'AAA')"))
        .hasMessageContaining("corporate_actions_rename_is_to_another");
  }

  // ----------------------------------------------------------------------------------------------

  /** Sessions or not, days in the middle of the window that a first run asks for. */
  private LocalDate daysAgo(int days) {
    return today.minusDays(days);
  }

  private static String page(String bars) {
    return "{\"bars\":{" + bars + "},\"next_page_token\":null}";
  }

  private static String row(
      LocalDate day, String open, String high, String low, String close, String volume) {
    return "{\"t\":\""
        + day.atStartOfDay(NEW_YORK).toInstant()
        + "\",\"o\":"
        + open
        + ",\"h\":"
        + high
        + ",\"l\":"
        + low
        + ",\"c\":"
        + close
        + ",\"v\":"
        + volume
        + ",\"n\":1,\"vw\":"
        + close
        + "}";
  }

  /** A final bar with one price, at a New York time. */
  private void bar(
      String source,
      String feed,
      String symbol,
      String timeframe,
      String at,
      String price,
      String volume) {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " values ('"
            + String.join("', '", source, feed, symbol, timeframe, at + " America/New_York")
            + "', "
            + String.join(", ", price, price, price, price, volume)
            + ", true)");
  }

  private void action(
      String source, String symbol, String action, String exDate, String amount, String ratio) {
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, amount, ratio) values ('"
            + String.join("', '", source, symbol, action, exDate)
            + "', "
            + amount
            + ", "
            + ratio
            + ")");
  }

  private List<String> strings(String sql) {
    return database.query(sql).stream()
        .map(row -> (String) row.values().iterator().next())
        .toList();
  }

  private static double number(Map<String, Object> row, String column) {
    return ((BigDecimal) row.get(column)).doubleValue();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode read(String url, String symbol, LocalDate from, LocalDate to) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(url + ACTIONS + "?symbols=" + symbol + "&start=" + from + "&end=" + to))
            .header("APCA-API-KEY-ID", "key")
            .header("APCA-API-SECRET-KEY", "secret")
            .build();
    try {
      return json(
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static LocalDate[] window(Canned.Asked asked) {
    Matcher window = WINDOW.matcher(asked.uri());
    assertThat(window.find()).as(asked.uri()).isTrue();
    return new LocalDate[] {LocalDate.parse(window.group(1)), LocalDate.parse(window.group(2))};
  }

  private static long days(LocalDate[] window) {
    return window[1].toEpochDay() - window[0].toEpochDay();
  }
}
