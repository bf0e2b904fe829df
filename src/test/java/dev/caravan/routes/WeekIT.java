package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * A week as bad as weeks can be: a provider is down twice for an hour, Caravan for a day, a session
 * closes early, shares are split, delisted and renamed, and the clocks change. In the end the
 * database holds what the exchange says, and can account for every run, gap and letter.
 */
class WeekIT extends CaravanTestSupport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private static final LocalDate MONDAY = LocalDate.parse("2025-10-27");
  private static final LocalDate TUESDAY = LocalDate.parse("2025-10-28");
  private static final LocalDate WEDNESDAY = LocalDate.parse("2025-10-29");
  private static final LocalDate THURSDAY = LocalDate.parse("2025-10-30");
  private static final LocalDate FRIDAY = LocalDate.parse("2025-10-31");

  /** In the night before it, that of Sunday, the clocks of New York are put back. */
  private static final LocalDate NEXT_MONDAY = LocalDate.parse("2025-11-03");

  private static final LocalDate NEXT_TUESDAY = LocalDate.parse("2025-11-04");
  private static final LocalDate NEXT_WEDNESDAY = LocalDate.parse("2025-11-05");

  private static final String RANGE =
      "/v2/stocks/bars?feed=sip&limit=10000&start=2025-10-27&end=2025-11-04";
  private static final String IN_THE_WEEK =
      "ts >= '2025-10-27 00:00 America/New_York' and ts < '2025-11-05 00:00 America/New_York'";
  private static final String DOWN =
      "alpaca failed with status 503: {\"message\":\"internal server error\"}";

  /** AAAR is traded so thinly that minutes pass without a trade. */
  private static final List<String> SYMBOLS =
      List.of("AAAR", "AAPL", "BRK.B", "FB", "META", "MSFT", "SIVB");

  /** Seven sessions of five symbols, and four of each of the two that end. */
  private static final int SESSIONS_OF_ALL = 43;

  private final MovableClock clock = new MovableClock("2025-10-27T10:00:00Z");
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withEarlyClose(THURSDAY)
              .withDelisted("SIVB", FRIDAY)
              .withRenamed("FB", "META", FRIDAY)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  /** What Yahoo said when the prices were asked for, by symbol and time of the market. */
  private final Map<String, String> prices = new TreeMap<>();

  WeekIT() {
    exchange.addSplit(new Split("MSFT", THURSDAY, 4, 1));
    // A breaker that opens stays so in real time, while the test's hours pass in seconds.
    set("caravan.retry.attempts", "2");
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.cookie-url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    symbols("AAAR", "AAPL", "BRK.B", "FB", "MSFT", "SIVB");
    // A name change from before a symbol was added is of another company.
    database.execute("update symbols set added_at = '2025-10-26 12:00+00'");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  /** What stands in them is what this test begins with. */
  @Override
  public void emptyTables() {}

  @Test
  void aWeekOfTroubleEndsWithAllThatTheExchangeSaysAndNothingElse() throws Exception {
    session(MONDAY);

    morning(TUESDAY);
    hours(TUESDAY, 9, 11);
    exchange.addFault(Fault.status(Provider.ALPACA, 503));
    hours(TUESDAY, 12, 12);
    exchange.clearFaults();
    hours(TUESDAY, 13, 16);
    exchange.addFault(Fault.status(Provider.ALPACA, 503));
    evening(TUESDAY);
    assertThat(
            lines(
                "select symbol from gaps where status = 'open' and attempts = 0 and last_error like '%503%'"))
        .as("what could not be repaired stays owed")
        .containsExactlyInAnyOrder("AAAR", "AAPL", "BRK.B", "FB", "MSFT", "SIVB");
    exchange.clearFaults();

    // All of Wednesday nothing runs, and on Thursday it is too late for start-of-day.
    itIs(THURSDAY, "08:30");
    run("catch-up");
    assertThat(lines("select distinct symbol || ' ' || session from receipts where missing > 0"))
        .as("what is owed is known before it is repaired")
        .hasSize(12);
    exchange.clearRequests();
    repair();
    assertThat(sessionsAskedFor())
        .as("minutes and days, each for all symbols together")
        .containsExactlyInAnyOrder(WEDNESDAY, WEDNESDAY, TUESDAY, TUESDAY);
    hours(THURSDAY, 9, 16);
    evening(THURSDAY);

    session(FRIDAY);
    session(NEXT_MONDAY);
    session(NEXT_TUESDAY);
    // Only now the bars of Tuesday are final.
    morning(NEXT_WEDNESDAY);
    hours(NEXT_WEDNESDAY, 9, 9);

    for (String timeframe : List.of("1Day", "1Hour", "1Min")) {
      assertThat(storedBars("alpaca", timeframe))
          .as("Alpaca's bars of " + timeframe)
          .hasSizeGreaterThanOrEqualTo(SESSIONS_OF_ALL)
          .containsExactlyInAnyOrderElementsOf(alpacaBars(timeframe));
    }
    assertThat(storedBars("yahoo", "1Day"))
        .as("Yahoo's daily bars")
        .hasSize(SESSIONS_OF_ALL)
        .containsExactlyInAnyOrderElementsOf(yahooBars());
    assertThat(storedNews()).as("articles").hasSizeGreaterThan(10).isEqualTo(news());
    assertThat(storedPrices()).as("prices of the hour").isEqualTo(prices);
    theSplitIsNoJump();
    everySymbolHasItsReceipts();
    everyGapIsClosed();
    everyRunIsAccountedFor();
    theSymbolsAreWhatBecameOfThem();
    everyLetterIsOfTheOutage();
  }

  /** Alpaca's requests that the newest repair made, by the session that they were about. */
  private List<LocalDate> sessionsAskedFor() {
    return exchange.requests().stream()
        .filter(request -> request.path().equals("/v2/stocks/bars"))
        .map(request -> request.query().replaceFirst(".*\\bstart=([0-9-]{10}).*", "$1"))
        .map(LocalDate::parse)
        .toList();
  }

  private void theSplitIsNoJump() throws IOException, InterruptedException {
    BigDecimal four = new BigDecimal(4);
    List<String> expected = new ArrayList<>();
    BigDecimal before = null;
    for (JsonNode bar :
        ask(RANGE + "&timeframe=1Day&adjustment=raw&symbols=MSFT").at("/bars/MSFT")) {
      LocalDate date = LocalDate.parse(bar.get("t").asText().substring(0, 10));
      BigDecimal raw = bar.get("c").decimalValue();
      BigDecimal close = date.isBefore(THURSDAY) ? raw.divide(four) : raw;
      expected.add(date + " " + plain(close.toString()));
      if (before != null) {
        assertThat(close.divide(before, MathContext.DECIMAL64))
            .isBetween(new BigDecimal("0.9"), new BigDecimal("1.1"));
      }
      before = close;
    }
    assertThat(expected).hasSize(7);
    assertThat(
            lines(
                "select (ts at time zone 'America/New_York')::date || ' ' || trim_scale(adjusted_close)"
                    + " from bars_adjusted where source = 'alpaca' and symbol = 'MSFT'"
                    + " and timeframe = '1Day' and "
                    + IN_THE_WEEK
                    + " order by ts"))
        .isEqualTo(expected);
    assertThat(
            lines(
                "select symbol || ' ' || ts from bars_adjusted where source = 'yahoo'"
                    + " and adjusted_close <> close and "
                    + IN_THE_WEEK))
        .as("Yahoo serves the shares of today already")
        .isEmpty();
  }

  /**
   * The delisted one is believed to be gone when it is missed on another day: then nothing is owed
   * of the first.
   */
  private void everySymbolHasItsReceipts() {
    List<String> expected = new ArrayList<>();
    for (String session :
        List.of(
            "2025-10-27 390 AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-28 390 AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-29 390 AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-30 210 AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-31 390 AAAR,AAPL,BRK.B,META,MSFT",
            "2025-11-03 390 AAAR,AAPL,BRK.B,META,MSFT",
            "2025-11-04 390 AAAR,AAPL,BRK.B,META,MSFT")) {
      String[] words = session.split(" ");
      expected.add(words[0] + " alpaca sip 1Day 1 " + words[2]);
      expected.add(words[0] + " alpaca sip 1Min " + words[1] + " " + words[2]);
      expected.add(words[0] + " yahoo - 1Day 1 " + words[2]);
    }
    assertThat(
            lines(
                "select concat_ws(' ', session, source, feed, timeframe, expected,"
                    + " string_agg(symbol, ',' order by symbol collate \"C\")) from receipts"
                    + " where session >= '2025-10-27'"
                    + " group by session, source, feed, timeframe, expected"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(lines("select symbol || ' ' || session from receipts where missing <> 0")).isEmpty();
    assertThat(
            lines(
                "select concat_ws(' ', source, symbol, timeframe, session) from receipts"
                    + " where no_trade > 0 and symbol <> 'AAAR'"))
        .as("only the thinly traded one has minutes without a trade")
        .isEmpty();
    assertThat(
            database.count(
                "select count(*) from receipts where symbol = 'AAAR' and timeframe = '1Min'"
                    + " and no_trade > 0 and session >= '2025-10-27'"))
        .isEqualTo(7);
  }

  private void everyGapIsClosed() {
    assertThat(
            lines(
                "select concat_ws(' ', from_ts::date, source, timeframe, status, reason,"
                    + " string_agg(symbol, ',' order by symbol collate \"C\"), min(last_error)) from gaps"
                    + " group by from_ts::date, source, timeframe, status, reason"))
        .containsExactlyInAnyOrder(
            "2025-10-28 alpaca 1Min filled receipt: 390 of 390 bars missing"
                + " AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-28 alpaca 1Day filled receipt: 1 of 1 bars missing"
                + " AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-29 alpaca 1Day filled receipt: 1 of 1 bars missing"
                + " AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-29 alpaca 1Min filled receipt: 390 of 390 bars missing"
                + " AAAR,AAPL,BRK.B,FB,MSFT,SIVB",
            "2025-10-29 yahoo 1Day filled receipt: 1 of 1 bars missing"
                + " AAAR,AAPL,BRK.B,FB,MSFT,SIVB");
  }

  private void everyRunIsAccountedFor() {
    assertThat(lines("select flow from flow_runs where status = 'running' or finished_at is null"))
        .isEmpty();
    assertThat(
            lines(
                "select concat_ws(' ', count(*), run.flow, 'of ' || parent.flow) from flow_runs run"
                    + " left join flow_runs parent on parent.run_id = run.parent_run_id"
                    + " where run.flow <> 'repair' group by run.flow, parent.flow"))
        .containsExactlyInAnyOrder(
            "6 start-of-day",
            "6 market-calendar of start-of-day",
            "6 alpaca-minute-bars of start-of-day",
            "6 yahoo-bars of start-of-day",
            "6 alpaca-daily-bars of start-of-day",
            "6 receipts of start-of-day",
            "49 hourly-process",
            "50 database-check of hourly-process",
            "50 news-load of hourly-process",
            "50 alpaca-news of news-load",
            "50 alpaca-hourly-bars of hourly-process",
            "18 yahoo-quotes",
            "6 end-of-day",
            "6 symbol-maintenance of end-of-day",
            "6 yahoo-bars of end-of-day",
            "6 alpaca-corporate-actions of end-of-day",
            "6 alpaca-daily-bars of end-of-day",
            "6 yahoo-profiles of end-of-day",
            "6 receipts of end-of-day",
            "1 catch-up",
            // Wednesday's, and of Tuesday's the minutes, which the next morning should have loaded.
            "2 receipts of catch-up",
            // What has no receipt.
            "1 symbol-maintenance of catch-up",
            "1 alpaca-corporate-actions of catch-up",
            "1 hourly-process of catch-up");
    assertThat(
            lines(
                "select concat_ws(' ', count(*), flow, status, error) from flow_runs"
                    + " where status not in ('succeeded', 'skipped') group by flow, status, error"))
        .containsExactlyInAnyOrder(
            "1 hourly-process failed news-load: alpaca-news: 1 of 1 articles were not served: "
                + DOWN,
            "1 news-load failed alpaca-news: 1 of 1 articles were not served: " + DOWN,
            "1 alpaca-news failed 1 of 1 articles were not served: " + DOWN,
            "1 alpaca-hourly-bars failed 6 of 6 symbols were not served: " + DOWN,
            "1 end-of-day failed symbol-maintenance: " + DOWN.replace("alpaca", "alpaca-trading"),
            "1 symbol-maintenance failed " + DOWN.replace("alpaca", "alpaca-trading"),
            "1 alpaca-corporate-actions failed 6 of 6 symbols were not served: " + DOWN,
            "1 alpaca-daily-bars failed 6 of 6 symbols were not served: " + DOWN,
            "1 repair failed 6 of 6 symbols were not served: " + DOWN,
            // As often as a gap is tried, of which nobody knows yet that the symbol is gone.
            "10 repair failed 1 of 1 symbols were not served: Yahoo serves no such daily bar, which"
                + " does not prove that nothing was traded");
  }

  private void theSymbolsAreWhatBecameOfThem() {
    assertThat(lines("select concat_ws(' ', symbol, status, note) from symbols"))
        .containsExactlyInAnyOrder(
            "AAAR active",
            "AAPL active",
            "BRK.B active",
            "FB inactive renamed to META",
            "META active renamed from FB",
            "MSFT active",
            "SIVB inactive inactive at Alpaca since 2025-10-31");
    assertThat(
            lines(
                "select format('%s %s %s>%s %s', symbol, what, old_value, new_value,"
                    + " (changed_at at time zone 'America/New_York')::date) from symbol_changes"
                    + " where old_value is not null and what <> 'alpaca_id'"))
        .containsExactlyInAnyOrder(
            "META symbol FB>META 2025-10-31",
            "FB status active>inactive 2025-10-31",
            "SIVB tradable true>false 2025-10-31",
            "SIVB status active>inactive 2025-11-03");
    assertThat(
            lines(
                "select concat_ws(' ', source, symbol, action, ex_date, ratio, new_symbol)"
                    + " from corporate_actions where ex_date >= '2025-10-27'"))
        .containsExactlyInAnyOrder(
            "alpaca FB name_change 2025-10-31 META",
            "alpaca MSFT split 2025-10-30 4",
            "yahoo MSFT split 2025-10-30 4");
  }

  private void everyLetterIsOfTheOutage() {
    List<String> letters = new ArrayList<>();
    letters.add("alpaca-news * 1 " + DOWN);
    for (String flow :
        List.of("alpaca-hourly-bars", "alpaca-corporate-actions", "alpaca-daily-bars")) {
      for (String symbol : List.of("AAAR", "AAPL", "BRK.B", "FB", "MSFT", "SIVB")) {
        letters.add(flow + " " + symbol + " 1 " + DOWN);
      }
    }
    assertThat(lines("select concat_ws(' ', route_id, symbol, times, reason) from dead_letters"))
        .containsExactlyInAnyOrderElementsOf(letters);
  }

  // ------------------------------------------------------------------------ how the time passes

  private void session(LocalDate date) throws IOException, InterruptedException {
    morning(date);
    hours(date, 9, 16);
    evening(date);
  }

  private void morning(LocalDate date) {
    itIs(date, "06:00");
    run("start-of-day");
    repair();
  }

  private void hours(LocalDate date, int first, int last) throws IOException, InterruptedException {
    for (int hour = first; hour <= last; hour++) {
      itIs(date, String.format("%02d:01", hour));
      run("hourly-process");
      if (List.of(10, 12, 15).contains(hour)) {
        run("yahoo-quotes");
        rememberPrices(date);
      }
      repair();
    }
  }

  private void evening(LocalDate date) {
    itIs(date, "18:00");
    run("end-of-day");
    repair();
  }

  private void repair() {
    run("repair");
  }

  private void itIs(LocalDate date, String time) {
    clock.set(date.atTime(LocalTime.parse(time)).atZone(NEW_YORK).toInstant().toString());
    // The waits of the ledger are told by the database's clock, for which no time has passed.
    database.execute("update gaps set next_try_at = now() where status = 'open'");
  }

  // ------------------------------------------------------------------- what they have, and what we
  // have

  private List<String> storedBars(String source, String timeframe) {
    return database
        .query(
            "select feed, symbol, ts, open, high, low, close, volume, trade_count, vwap, final from bars"
                + " where source = '"
                + source
                + "' and timeframe = '"
                + timeframe
                + "' and "
                + IN_THE_WEEK)
        .stream()
        .map(
            row ->
                row.get("feed")
                    + " "
                    + row.get("symbol")
                    + " "
                    + ((Timestamp) row.get("ts")).toInstant()
                    + " "
                    + Stream.of("open", "high", "low", "close", "volume", "trade_count", "vwap")
                        .map(row::get)
                        .map(value -> value == null ? "-" : plain(value.toString()))
                        .collect(Collectors.joining(" "))
                    + " "
                    + row.get("final"))
        .toList();
  }

  private List<String> alpacaBars(String timeframe) throws IOException, InterruptedException {
    List<String> bars = new ArrayList<>();
    String token = "";
    do {
      JsonNode page =
          ask(RANGE + "&timeframe=" + timeframe + "&symbols=" + String.join(",", SYMBOLS) + token);
      page.get("bars")
          .properties()
          .forEach(
              symbol -> {
                for (JsonNode bar : symbol.getValue()) {
                  bars.add(
                      "sip "
                          + symbol.getKey()
                          + " "
                          + Instant.parse(bar.get("t").asText())
                          + " "
                          + Stream.of("o", "h", "l", "c", "v", "n", "vw")
                              .map(field -> plain(bar.get(field).asText()))
                              .collect(Collectors.joining(" "))
                          + " true");
                }
              });
      token = "&page_token=" + page.get("next_page_token").asText();
    } while (!token.endsWith("=null"));
    return bars;
  }

  private Set<String> news() throws IOException, InterruptedException {
    Set<String> articles = new TreeSet<>();
    String token = "";
    do {
      JsonNode page =
          ask(
              "/v1beta1/news?limit=50&sort=asc&start=2025-10-27T04:00:00Z&end=2025-11-05T14:00:00Z"
                  + token);
      for (JsonNode article : page.get("news")) {
        articles.add(
            article.get("id").asText()
                + " "
                + Instant.parse(article.get("updated_at").asText())
                + " "
                + article.get("headline").asText());
      }
      token = "&page_token=" + page.get("next_page_token").asText();
    } while (!token.endsWith("=null"));
    return articles;
  }

  private Set<String> storedNews() {
    Set<String> articles = new TreeSet<>();
    for (Map<String, Object> row :
        database.query(
            "select article_id, updated_at, headline from news_articles where source = 'alpaca'"
                + " and updated_at between '2025-10-27 04:00+00' and '2025-11-05 14:00+00'")) {
      articles.add(
          row.get("article_id")
              + " "
              + ((Timestamp) row.get("updated_at")).toInstant()
              + " "
              + row.get("headline"));
    }
    return articles;
  }

  private void rememberPrices(LocalDate date) throws IOException, InterruptedException {
    for (String symbol : SYMBOLS) {
      // The renamed one is so only in the evening, and the delisted one is gone a session later.
      boolean active =
          switch (symbol) {
            case "META" -> date.isAfter(FRIDAY);
            case "FB" -> !date.isAfter(FRIDAY);
            case "SIVB" -> !date.isAfter(NEXT_MONDAY);
            default -> true;
          };
      if (active) {
        JsonNode meta =
            ask("/v8/finance/chart/" + symbol.replace('.', '-') + "?interval=1d&range=1d")
                .at("/chart/result/0/meta");
        prices.put(
            symbol + " " + Instant.ofEpochSecond(meta.get("regularMarketTime").asLong()),
            shortest(meta.get("regularMarketPrice"))
                + " "
                + meta.get("regularMarketVolume").asLong());
      }
    }
  }

  private Map<String, String> storedPrices() {
    Map<String, String> stored = new TreeMap<>();
    for (Map<String, Object> row :
        database.query("select symbol, ts, price, volume from price_snapshots")) {
      stored.put(
          row.get("symbol") + " " + ((Timestamp) row.get("ts")).toInstant(),
          plain(row.get("price").toString()) + " " + plain(row.get("volume").toString()));
    }
    return stored;
  }

  /** Yahoo's numbers are floats printed as doubles, at the open of the session. */
  private List<String> yahooBars() throws IOException, InterruptedException {
    List<String> bars = new ArrayList<>();
    for (String symbol : SYMBOLS) {
      JsonNode chart =
          ask("/v8/finance/chart/"
                  + symbol.replace('.', '-')
                  + "?interval=1d&period1=1761537600&period2=1762318800")
              .at("/chart/result/0");
      JsonNode quote = chart.at("/indicators/quote/0");
      for (int i = 0; i < chart.path("timestamp").size(); i++) {
        int row = i;
        Instant midnight =
            Instant.ofEpochSecond(chart.get("timestamp").get(i).asLong())
                .atZone(NEW_YORK)
                .toLocalDate()
                .atStartOfDay(NEW_YORK)
                .toInstant();
        bars.add(
            "- "
                + symbol
                + " "
                + midnight
                + " "
                + Stream.of("open", "high", "low", "close")
                    .map(field -> shortest(quote.get(field).get(row)))
                    .collect(Collectors.joining(" "))
                + " "
                + quote.get("volume").get(i).asLong()
                + " - - true");
      }
    }
    return bars;
  }

  /** The shortest number that is the same float. */
  private static String shortest(JsonNode number) {
    return plain(Float.toString((float) number.asDouble()));
  }

  private static String plain(String number) {
    return new BigDecimal(number).stripTrailingZeros().toPlainString();
  }

  private JsonNode ask(String target) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(exchange.url() + target))
            .header("User-Agent", "Mozilla/5.0")
            .header("APCA-API-KEY-ID", "key")
            .header("APCA-API-SECRET-KEY", "secret")
            .build();
    return JSON.readTree(
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private List<String> lines(String sql) {
    return database.query(sql).stream()
        .map(row -> String.valueOf(row.values().iterator().next()))
        .toList();
  }
}
