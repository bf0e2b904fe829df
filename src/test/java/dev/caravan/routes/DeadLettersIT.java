package dev.caravan.routes;

import static dev.caravan.support.Canned.fixture;
import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.console.Caravan;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each kind of dead letter is replayed on its own road, and marked only where that works. */
class DeadLettersIT extends CaravanTestSupport {
  private static final String NOT_FOUND =
      "{\"chart\":{\"result\":null,\"error\":{\"code\":\"Not Found\",\"description\":\"No data\"}}}";
  private static final String TRADE =
      "{\"T\":\"t\",\"S\":\"AAPL\",\"i\":7,\"x\":\"V\",\"p\":150.25,\"s\":100,\"c\":[\"@\"],\"z\":\"C\","
          + "\"t\":\"2025-11-20T15:00:00.123456789Z\"}";

  private final Canned provider = new Canned();

  DeadLettersIT() {
    set("caravan.yahoo.url", provider.url());
    set("caravan.alpaca.data-url", provider.url());
    set("caravan.retry.attempts", "1");
  }

  @BeforeEach
  void forget() {
    provider.reset();
  }

  @AfterAll
  void close() {
    provider.close();
  }

  @Test
  void aSymbolThatWasNotServedIsAskedForAloneAndItsLetterMarked() {
    symbols("AAPL", "MSFT");
    provider.on("/chart/AAPL", status(404, NOT_FOUND)).on("/chart/MSFT", ok(chart("MSFT")));
    run("yahoo-quotes");
    assertThat(letters()).containsExactly("yahoo-quotes AAPL 1 open Invalid symbol: AAPL");
    provider.reset();
    provider.on("/chart/AAPL", ok(chart("AAPL")));

    assertThat(replayAll()).containsExactly("AAPL true null");

    assertThat(letters()).containsExactly("yahoo-quotes AAPL 1 replayed Invalid symbol: AAPL");
    assertThat(provider.asked())
        .singleElement()
        .extracting(Canned.Asked::uri)
        .asString()
        .contains("AAPL");
    assertThat(database.query("select symbol from price_snapshots order by 1"))
        .containsExactly(Map.of("symbol", "AAPL"), Map.of("symbol", "MSFT"));
    assertThat(
            database
                .query(
                    "select r.flow, r.status, r.expected, r.stored, p.flow as parent from flow_runs r"
                        + " left join flow_runs p on p.run_id = r.parent_run_id order by r.run_id offset 1")
                .toString())
        .isEqualTo(
            "[{flow=replay-letters, status=succeeded, expected=1, stored=1, parent=null},"
                + " {flow=yahoo-quotes, status=succeeded, expected=1, stored=1,"
                + " parent=replay-letters}]");
  }

  @Test
  void aSymbolThatIsRefusedAgainKeepsItsLetterAndTheOthersAreMarked() {
    symbols("AAPL", "MSFT");
    provider.on("/chart", status(404, NOT_FOUND));
    run("yahoo-quotes");
    provider.reset();
    provider.on("/chart/AAPL", status(404, NOT_FOUND)).on("/chart/MSFT", ok(chart("MSFT")));

    assertThat(replayAll())
        .containsExactlyInAnyOrder("AAPL false Invalid symbol: AAPL", "MSFT true null");

    assertThat(letters())
        .containsExactlyInAnyOrder(
            "yahoo-quotes AAPL 2 open Invalid symbol: AAPL",
            "yahoo-quotes MSFT 1 replayed Invalid symbol: MSFT");
  }

  @Test
  void aRowOfAnAnswerIsAskedForAgainForItsSessionAlone() {
    symbols("AAPL");
    letter(
        "alpaca-daily-bars",
        "AAPL",
        "high 1 is below low 2 of AAPL",
        null,
        null,
        "{\"t\":\"2025-11-19T05:00:00Z\",\"o\":1,\"h\":1,\"l\":2,\"c\":1,\"v\":1,\"n\":1,\"vw\":1}");
    provider.on(
        "/v2/stocks/bars",
        ok(
            "{\"bars\":{\"AAPL\":[{\"t\":\"2025-11-19T05:00:00Z\",\"o\":1,\"h\":3,\"l\":1,\"c\":2,\"v\":10,"
                + "\"n\":1,\"vw\":2}]},\"next_page_token\":null}"));

    assertThat(replayAll()).containsExactly("AAPL true null");

    assertThat(provider.asked())
        .singleElement()
        .extracting(Canned.Asked::uri)
        .asString()
        .contains("start=2025-11-19T05%3A00%3A00Z&end=2025-11-20T04%3A59%3A59Z");
    assertThat(database.count("select count(*) from bars where high = 3")).isEqualTo(1);
  }

  @Test
  void aSymbolThatIsNoLongerAskedForAndAFlowThatRunsAlreadyKeepTheirLetters() {
    symbols("AAPL");
    letter("yahoo-quotes", "GONE", "Invalid symbol: GONE", null, null, null);
    assertThat(replayAll())
        .containsExactly(
            "GONE false yahoo-quotes does not ask for GONE now: it is not active, or nothing of it is"
                + " due any more");

    database.execute("delete from dead_letters");
    letter("yahoo-quotes", "AAPL", "Invalid symbol: AAPL", null, null, null);
    database.execute(
        "insert into flow_runs (flow, trigger, status, process)"
            + " select 'yahoo-quotes', 'schedule', 'running', application_name"
            + " from pg_stat_activity where application_name like 'caravan %' limit 1");
    assertThat(replayAll())
        .singleElement()
        .asString()
        .startsWith("AAPL false yahoo-quotes is running already: run ");
    assertThat(database.count("select count(*) from dead_letters where replayed_at is null"))
        .isEqualTo(1);
    assertThat(provider.asked()).isEmpty();
  }

  @Test
  void aMessageOfTheStreamIsReadAndStoredAgainWithTheFeedThatItCameFrom() {
    letter("stream", "AAPL", "Missing required data: p of AAPL", "sip", null, TRADE);
    letter(
        "stream",
        "AAPL",
        "too long",
        "iex",
        null,
        "AAPL\t2025-11-20 15:00:01.5+00\t250\tV\t8\t150.5\t5\t{@,\" \"}\tC\tiex");
    letter(
        "stream",
        "MSFT",
        "a check",
        "iex",
        null,
        "{\"T\":\"b\",\"S\":\"MSFT\",\"o\":1,\"h\":3,\"l\":1,\"c\":2,\"v\":9,\"n\":1,\"vw\":2,"
            + "\"t\":\"2025-11-20T15:00:00Z\"}");
    letter(
        "stream",
        "HALT",
        "a check",
        "iex",
        null,
        "[{\"symbol\":\"HALT\",\"ts\":\"2025-11-20T15:00:00Z\",\"nanos\":0,\"status_code\":\"H\","
            + "\"status\":\"Halted\",\"reason_code\":\"T1\",\"reason\":null,\"tape\":\"C\",\"feed\":\"iex\"}]");

    assertThat(replayAll())
        .containsExactly("AAPL true null", "AAPL true null", "MSFT true null", "HALT true null");

    assertThat(
            database
                .query(
                    "select ts::text, nanos, trade_id, price, size, conditions::text, feed from trades"
                        + " order by trade_id")
                .toString())
        .isEqualTo(
            "[{ts=2025-11-20 15:00:00.123456+00, nanos=789, trade_id=7, price=150.25, size=100,"
                + " conditions={@}, feed=sip}, {ts=2025-11-20 15:00:01.5+00, nanos=250, trade_id=8,"
                + " price=150.5, size=5, conditions={@,\" \"}, feed=iex}]");
    assertThat(database.query("select symbol, feed, timeframe, close, final from bars").toString())
        .isEqualTo("[{symbol=MSFT, feed=iex, timeframe=1Min, close=2, final=true}]");
    assertThat(database.count("select count(*) from statuses")).isEqualTo(1);
    assertThat(database.count("select count(*) from stream_watermarks")).isZero();
  }

  @Test
  void aMessageThatIsRefusedAgainStaysAndCounts() {
    letter(
        "stream",
        "AAPL",
        "Missing required data: p of AAPL",
        "iex",
        null,
        TRADE.replace("\"p\":150.25,", ""));
    letter(
        "stream",
        "AAPL",
        "out of range",
        "iex",
        null,
        "AAPL\t2025-11-20 15:00:01.5+00\t250\tV\t99999999999999999999\t150.5\t5\t{}\tC\tiex");
    letter("stream", "AAPL", "of an older version", null, null, TRADE);
    letter("stream", "X", "cut", "iex", null, "[{\"T\":\"t\",\"S\":\"X\"");

    assertThat(replayAll())
        .hasSize(4)
        .satisfiesExactly(
            one -> assertThat(one).isEqualTo("AAPL false Missing required data: p of AAPL"),
            two -> assertThat(two).contains("false", "out of range for type bigint"),
            three -> assertThat(three).contains("does not say which feed"),
            four -> assertThat(four).contains("false Missing required data: JSON of the stream"));

    assertThat(letters()).allMatch(each -> each.contains(" 2 open "));
    assertThat(database.count("select count(*) from trades")).isZero();
    assertThat(database.value("select status from flow_runs")).isEqualTo("failed");
  }

  @Test
  void aRowOfARepairIsStoredUnlessThereIsALaterWordOfIt() {
    String bar =
        "{\"t\":\"2025-11-20T15:0%s:00Z\",\"o\":1,\"h\":3,\"l\":1,\"c\":2,\"v\":9,\"n\":1,\"vw\":2}";
    letter("repair", "AAPL", "a check", "iex", "1Min", bar.formatted(0));
    letter("repair", "AAPL", "a check", "iex", "1Min", bar.formatted(1));
    letter(
        "repair",
        "AAPL",
        "a check",
        "sip",
        null,
        "{\"t\":\"2025-11-20T15:00:00.123456789Z\",\"x\":\"V\",\"p\":150.25,\"s\":100,\"c\":[\"@\"],\"i\":7,"
            + "\"z\":\"C\"}");
    letter(
        "repair",
        "AAPL",
        "a check",
        "sip",
        null,
        "{\"t\":\"2025-11-20T15:00:00Z\",\"bx\":\"V\",\"bp\":1,\"bs\":1,\"ax\":\"V\",\"ap\":2,\"as\":1,"
            + "\"c\":[\"R\"],\"z\":\"C\"}");
    letter(
        "repair",
        "AAPL",
        "bad",
        "sip",
        null,
        "{\"t\":\"2025-11-20T15:00:00Z\",\"p\":1,\"s\":1,\"i\":1}");
    letter("repair", "AAPL", "no row", "sip", null, null);
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " values ('alpaca', 'iex', 'AAPL', '1Min', '2025-11-20T15:01:00Z', 5, 5, 5, 5, 5, true)");

    assertThat(replayAll())
        .hasSize(6)
        .startsWith("AAPL true null", "AAPL true null", "AAPL true null", "AAPL true null")
        .contains("AAPL false Missing required data: x of AAPL");

    assertThat(database.query("select close::text, revision from bars order by ts").toString())
        .isEqualTo("[{close=2, revision=0}, {close=5, revision=0}]");
    assertThat(database.query("select nanos, feed, status from trades").toString())
        .isEqualTo("[{nanos=789, feed=sip, status=valid}]");
    assertThat(database.count("select count(*) from quotes")).isEqualTo(1);
    assertThat(letters()).filteredOn(each -> each.contains("open")).hasSize(2);
  }

  @Test
  void anArticleIsStoredUnlessALaterEditionOfItIsThere() {
    String summary = "long ".repeat(1000);
    letter("alpaca-news", "*", "a check", null, null, article(1, "by rest", summary));
    letter(
        "news-stream",
        "*",
        "a check",
        null,
        null,
        article(2, "by stream", "").replace("{", "{\"T\":\"n\","));
    letter("alpaca-news", "*", "a check", null, null, article(3, "older", ""));
    letter(
        "newsapi-headlines",
        "*",
        "a check",
        null,
        null,
        "{\"source\":{\"name\":\"Wire\"},\"title\":\"a headline\",\"url\":\"https://news.example/1\","
            + "\"publishedAt\":\"2025-11-20T15:00:00Z\"}");
    letter(
        "news-stream",
        "*",
        "bad",
        null,
        null,
        article(4, "bad", "").replace("2025-11-20T15:00:00Z", "soon"));
    letter("news-stream", "*", "no list", null, null, "\"no list\"");
    database.execute(
        "insert into news_articles (source, article_id, headline, published_at, updated_at, symbols)"
            + " values ('alpaca', '3', 'newer', '2025-11-20', '2025-11-21', '{}')");

    assertThat(replayAll())
        .hasSize(6)
        .startsWith("* true null", "* true null", "* true null", "* true null")
        .allMatch(
            each -> each.startsWith("* true") || each.contains("false Missing required data"));

    assertThat(
            database
                .query(
                    "select source, headline, length(summary) as length, revision from news_articles"
                        + " order by source, article_id")
                .toString())
        .isEqualTo(
            "[{source=alpaca, headline=by rest, length=5000, revision=0},"
                + " {source=alpaca, headline=by stream, length=0, revision=0},"
                + " {source=alpaca, headline=newer, length=null, revision=0},"
                + " {source=newsapi, headline=a headline, length=null, revision=0}]");
    assertThat(letters())
        .filteredOn(each -> each.contains("open"))
        .containsExactly("news-stream * 2 open bad", "news-stream * 2 open no list");
    assertThat(provider.asked()).isEmpty();
  }

  @Test
  void aReadingOfNewsThatFailedIsDoneAgain() {
    provider.on("/v1beta1/news", status(403, "{\"message\":\"forbidden.\"}"));
    run("alpaca-news");
    assertThat(letters()).singleElement().asString().startsWith("alpaca-news * 1 open alpaca");
    provider.reset();
    provider.on(
        "/v1beta1/news",
        ok("{\"news\":[" + article(7, "missed", "") + "],\"next_page_token\":null}"));

    assertThat(replayAll()).containsExactly("* true null");

    assertThat(database.query("select headline from news_articles"))
        .containsExactly(Map.of("headline", "missed"));
    assertThat(letters()).singleElement().asString().startsWith("alpaca-news * 1 replayed");
  }

  @Test
  void lettersAreChosenByNumberReasonRouteAndSymbolAndAReplayedOneIsLeftAlone() {
    letter("stream", "AAPL", "first kind", "iex", null, TRADE);
    letter("stream", "MSFT", "Second Kind", "iex", null, TRADE.replace("AAPL", "MSFT"));
    letter("repair", "BRK.B", "third kind", "iex", null, null);

    assertThat(replay(Map.of("letterReason", "second"))).containsExactly("MSFT true null");
    assertThat(replay(Map.of("letterSymbol", "brk-b"))).hasSize(1);
    assertThat(replay(Map.of("letterRoute", "stream"))).containsExactly("AAPL true null");
    assertThat(replay(Map.of("letterReason", "50%"))).isEmpty();
    Object id = database.value("select letter_id from dead_letters where symbol = 'AAPL'");
    assertThat(replay(Map.of("letterIds", "[" + id + "]")))
        .singleElement()
        .asString()
        .startsWith("AAPL false it was replayed already, at 20");
  }

  @Test
  void theCommandListsShowsAndReplaysAndSaysWhatItDoesNotKnow() {
    letter("stream", "AAPL", "evil \u001b[2J reason", "iex", null, TRADE);
    letter("stream", "MSFT", "other reason", "iex", null, "no \u001b[2J message");
    Object aapl = database.value("select letter_id from dead_letters where symbol = 'AAPL'");
    Object msft = database.value("select letter_id from dead_letters where symbol = 'MSFT'");

    assertThat(command("list", "--symbol", "aapl"))
        .startsWith("0 ")
        .contains("evil \\u001b[2J reason")
        .doesNotContain("MSFT");
    assertThat(command("list", "--limit", "1"))
        .contains("1 of 2 letters; --limit 2 shows all of them.");
    assertThat(command("list", "--route", "nowhere"))
        .startsWith("0 There are no dead letters to replay of route nowhere.");
    assertThat(command("show", msft.toString()))
        .startsWith("0 ")
        .contains("no \\u001b[2J message", "timeframe        -", "feed             iex");
    assertThat(command("show", "999999"))
        .startsWith("1 There is no letter 999999; 'caravan dead-letters list --all' lists them.");

    assertThat(command("replay", aapl.toString(), msft.toString(), "999999"))
        .startsWith("2 ")
        .contains(
            "letter " + msft + " (MSFT): Missing required data: JSON of the stream",
            "There is no letter 999999",
            "1 of 3 letters were replayed.");
    assertThat(command("list", "--all", "--symbol", "AAPL")).contains("(replayed)");
    assertThat(command("replay", "--symbol", "AAPL"))
        .startsWith("0 There are no such dead letters to replay.");
    assertThat(command("replay", "--all"))
        .startsWith("1 ")
        .contains("0 of 1 letters were replayed.");
  }

  /** Exit code and words of the command on the database of this test. */
  private String command(String... words) {
    Map<String, String> place =
        Map.of(
            "caravan.database.url", database.url(),
            "caravan.database.user", TestDatabase.user(),
            "caravan.database.password", TestDatabase.password());
    StringWriter said = new StringWriter();
    String level = System.getProperty("caravan.log.level");
    place.forEach(System::setProperty);
    try {
      List<String> all = new ArrayList<>(List.of("dead-letters"));
      all.addAll(List.of(words));
      int exit =
          Caravan.commandLine()
              .setOut(new PrintWriter(said, true))
              .setErr(new PrintWriter(said, true))
              .execute(all.toArray(String[]::new));
      return exit + " " + said;
    } finally {
      place.keySet().forEach(System::clearProperty);
      if (level == null) {
        System.clearProperty("caravan.log.level");
      } else {
        System.setProperty("caravan.log.level", level);
      }
    }
  }

  private List<String> replayAll() {
    return replay(Map.of());
  }

  /** Symbol, whether it was replayed and why not, of each letter by its number. */
  private List<String> replay(Map<String, String> chosen) {
    Exchange exchange =
        template.request(
            "direct:replay-letters",
            request -> {
              request.getMessage().setHeader("trigger", "command");
              request.getMessage().setHeader("letterIds", "[]");
              chosen.forEach(request.getMessage()::setHeader);
            });
    assertThat(exchange.getException()).isNull();
    List<?> results = exchange.getMessage().getHeader("results", List.class);
    return results.stream()
        .map(result -> (Map<?, ?>) result)
        .map(
            result ->
                result.get("symbol") + " " + result.get("replayed") + " " + result.get("reason"))
        .toList();
  }

  private List<String> letters() {
    return database
        .query(
            "select concat_ws(' ', route_id, symbol, times,"
                + " case when replayed_at is null then 'open' else 'replayed' end, reason) as letter"
                + " from dead_letters order by letter_id")
        .stream()
        .map(row -> (String) row.get("letter"))
        .toList();
  }

  private void letter(
      String route, String symbol, String reason, String feed, String timeframe, String payload) {
    database.execute(
        "insert into dead_letters (route_id, symbol, reason, feed, timeframe, payload) values ("
            + String.join(
                ", ",
                List.of(
                    text(route),
                    text(symbol),
                    text(reason),
                    text(feed),
                    text(timeframe),
                    text(payload)))
            + ")");
  }

  private static String article(long id, String headline, String summary) {
    return "{\"id\":%d,\"headline\":\"%s\",\"summary\":\"%s\",\"symbols\":[\"AAPL\"],"
            .formatted(id, headline, summary)
        + "\"created_at\":\"2025-11-20T15:00:00Z\",\"updated_at\":\"2025-11-20T15:00:00Z\"}";
  }

  private static String text(String value) {
    return value == null ? "null" : "'" + value.replace("'", "''") + "'";
  }

  private static String chart(String symbol) {
    return fixture("yahoo/chart-150-25.json").replace("SYMBOL", symbol).replace("PRICE", "150.25");
  }
}
