package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.caravan.stream.AlpacaStreamConstants;
import dev.caravan.stream.AlpacaStreamEndpoint;
import dev.caravan.stream.StreamFigures;
import dev.caravan.stream.StreamHealth;
import dev.caravan.stream.StreamHours;
import dev.caravan.support.CannedStream;
import dev.caravan.support.CaravanTestSupport;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The stream's routes, component and store on a server that says what the test wants. */
class StreamIT extends CaravanTestSupport {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KEY_ID = "PKA1B2C3D4E5F6";
  private static final String SECRET_KEY = "s3cr3tS3cr3tS3cr3t";
  private static final long HIGH_WATER = 300_000;

  /** What is owed of a symbol: trades and their corrections, bars, quotes, statuses, lulds. */
  private static final int DATASETS = 6;

  private final CannedStream server = new CannedStream();
  private final Log log = new Log();

  StreamIT() {
    set("caravan.alpaca.stream-url", server.url());
    set("caravan.alpaca.key-id", KEY_ID);
    set("caravan.alpaca.secret-key", SECRET_KEY);
    set("caravan.stream.channels", "trades,bars,updatedBars,dailyBars,quotes,statuses,lulds");
    set("caravan.schedule.stream", "always");
    set("caravan.internal.stream-busy-min-ms", "300");
    set("caravan.internal.stream-busy-max-ms", "400");
  }

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withJMX(true);
  }

  @BeforeEach
  void reset() {
    server.received().clear();
    server.attempts().clear();
    server.authAnswers.clear();
    server.symbolLimit = Integer.MAX_VALUE;
    bean("streamHours", StreamHours.class).setSchedule("always");
    AlpacaStreamEndpoint endpoint = endpoint();
    endpoint.setReconnectMinMs(10);
    endpoint.setReconnectMaxMs(50);
    endpoint.setBatchBytes(50_000);
    endpoint.setHighWaterBytes(HIGH_WATER);
    log.attach();
  }

  @AfterEach
  void stop() throws Exception {
    log.detach();
    context.getRouteController().stopRoute("stream");
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void theLastTwoTradesAroundALostConnectionAreBothStoredAndTheGapIsRecorded() throws Exception {
    symbols("AAPL");
    start();
    server.send(trade("AAPL", 1, "2026-11-20T15:00:00.123456789Z"));
    awaiting("the first trade").until(() -> trades() == 1);

    loseConnection();
    server.send(trade("AAPL", 2, "2026-11-20T15:00:05Z"));
    awaiting("the second trade").until(() -> trades() == 2);

    assertThat(
            database.query(
                "select symbol, ts::text, nanos, exchange, trade_id, price, size,"
                    + " conditions::text, tape, feed, status from trades where trade_id = 1"))
        .singleElement()
        .asString()
        .isEqualTo(
            "{symbol=AAPL, ts=2026-11-20 15:00:00.123456+00, nanos=789, exchange=V, trade_id=1,"
                + " price=150.25, size=100, conditions={@,\" \"}, tape=C, feed=iex, status=valid}");
    awaiting("the gaps")
        .untilAsserted(
            () ->
                assertThat(gaps())
                    .containsExactly(
                        "bars AAPL 1Min open ended: the server closed the connection",
                        "corrections AAPL - open ended: the server closed the connection",
                        "lulds AAPL - abandoned ended: the server closed the connection",
                        "quotes AAPL - open ended: the server closed the connection",
                        "statuses AAPL - abandoned ended: the server closed the connection",
                        "trades AAPL - open ended: the server closed the connection"));
    assertThat(server.mostOpen()).isEqualTo(1);
  }

  @Test
  void aGapBeginsWhereTheLastTradeWasStoredAndEndsWithTheSubscription() throws Exception {
    symbols("AAPL");
    Instant before = Instant.now();
    start();
    loseConnection();

    awaiting("the gaps").until(() -> ended() == DATASETS);
    assertThat(
            database.count(
                "select count(*) from gaps where from_ts < '"
                    + before
                    + "' or to_ts > now() or to_ts < from_ts"))
        .isZero();
  }

  @Test
  void everyChannelGoesToItsTable() throws Exception {
    symbols("AAPL");
    start();
    assertThat(server.received("subscribe"))
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.fieldNames())
                    .containsExactlyInAnyOrder(
                        "action",
                        "trades",
                        "bars",
                        "updatedBars",
                        "dailyBars",
                        "quotes",
                        "statuses",
                        "lulds"));
    server.send(
        ("[{'T':'t','S':'AAPL','i':1,'x':'V','p':1,'s':1,'t':'2026-11-20T15:00:00Z'},"
                + "{'T':'q','S':'AAPL','bx':'V','bp':1,'bs':1,'ax':'V','ap':1,'as':1,'t':'2026-11-20T15:00:00Z'},"
                + "{'T':'b','S':'AAPL','o':1,'h':1,'l':1,'c':1,'v':1,'t':'2026-11-20T15:00:00Z'},"
                + "{'T':'u','S':'AAPL','o':1,'h':2,'l':1,'c':2,'v':1,'t':'2026-11-20T15:00:00Z'},"
                + "{'T':'d','S':'AAPL','o':1,'h':1,'l':1,'c':1,'v':1,'t':'2026-11-20T05:00:00Z'},"
                + "{'T':'s','S':'AAPL','sc':'H','t':'2026-11-20T15:00:00Z'},"
                + "{'T':'l','S':'AAPL','u':1,'d':1,'i':'B','t':'2026-11-20T15:00:00Z'},"
                + "{'T':'x','S':'AAPL','i':1,'x':'V','p':1,'s':1,'t':'2026-11-20T15:00:00Z'},"
                + "{'T':'new'}]")
            .replace('\'', '"'));

    awaiting("the cancel").until(() -> database.count("select count(*) from trade_revisions") == 1);
    for (String table :
        List.of("trades", "quotes", "bar_revisions", "statuses", "lulds", "trade_corrections")) {
      assertThat(database.count("select count(*) from " + table)).as(table).isEqualTo(1);
    }
    assertThat(database.query("select timeframe, close, final from bars order by 1"))
        .extracting(Map::toString)
        .containsExactly(
            "{timeframe=1Day, close=1, final=false}", "{timeframe=1Min, close=2, final=true}");
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void aMessageThatCannotBeReadIsALetterAndItsSiblingsAreStored() throws Exception {
    symbols("AAPL");
    start();
    String bare = "{\"T\":\"t\",\"S\":\"AAPL\",\"p\":150.25,\"s\":100}";
    server.send("[" + one("AAPL", 1) + "," + bare + "," + one("AAPL", 2) + "]");
    server.send("[" + one("AAPL", 3) + ",{");
    server.send("[" + one("AAPL", 4) + "]");

    awaiting("the siblings").until(() -> trades() == 4);
    awaiting("the letters").until(() -> database.count("select count(*) from dead_letters") == 2);
    assertThat(
            database.query(
                "select route_id, symbol, reason, payload from dead_letters where symbol = 'AAPL'"))
        .extracting(Map::toString)
        .containsExactly(
            "{route_id=stream, symbol=AAPL, reason=Missing required data: t of AAPL, payload="
                + bare
                + "}");
  }

  @Test
  void whatComesAgainAfterAReconnectIsStoredOnce() throws Exception {
    symbols("AAPL");
    start();
    server.send("[" + one("AAPL", 1) + "," + one("AAPL", 2) + "]");
    awaiting("two trades").until(() -> trades() == 2);
    loseConnection();
    server.send("[" + one("AAPL", 2) + "," + one("AAPL", 3) + "]");

    awaiting("the third trade").until(() -> trades() == 3);
    assertThat(database.query("select trade_id from trades order by 1"))
        .extracting(row -> row.get("trade_id"))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void tradesOfASymbolAreCommittedInTheirOrder() throws Exception {
    symbols("AAPL", "MSFT");
    database.execute("create sequence nth");
    database.execute(
        "create function set_nth() returns trigger language plpgsql as"
            + " $$ begin new.size := nextval('nth'); return new; end $$");
    database.execute(
        "create trigger set_nth before insert on trades for each row execute function set_nth()");
    try {
      start();
      for (int i = 0; i < 2_000; i++) {
        server.send("[" + one("AAPL", i) + "," + one("MSFT", i) + "]");
      }
      awaiting("all trades").until(() -> trades() == 4_000);

      for (String symbol : List.of("AAPL", "MSFT")) {
        assertThat(
                database.query(
                    "select trade_id from trades where symbol = '" + symbol + "' order by size"))
            .extracting(row -> row.get("trade_id"))
            .isEqualTo(IntStream.range(0, 2_000).mapToObj(i -> (Object) (long) i).toList());
      }
    } finally {
      database.execute("drop trigger set_nth on trades");
      database.execute("drop function set_nth");
      database.execute("drop sequence nth");
    }
  }

  @Test
  void theSubscriptionFollowsTheTableOfSymbols() throws Exception {
    symbols("AAPL", "IBM");
    start();
    awaiting("the coverage")
        .untilAsserted(() -> assertThat(covered("trades")).containsExactly("AAPL", "IBM"));
    server.received().clear();
    database.execute("insert into symbols (symbol) values ('MSFT')");
    database.execute("update symbols set status = 'inactive' where symbol = 'IBM'");
    call("direct:stream-follow");

    awaiting("the coverage")
        .untilAsserted(() -> assertThat(covered("trades")).containsExactly("AAPL", "MSFT"));
    assertThat(covered("bars")).containsExactly("AAPL", "MSFT");
    assertThat(asked()).containsExactly("unsubscribe [\"IBM\"]", "subscribe [\"MSFT\"]");
    server.send(trade("MSFT", 1, "2026-11-20T15:00:00Z"));
    awaiting("its trade").until(() -> trades() == 1);

    database.execute("delete from symbols where symbol = 'AAPL'");
    call("direct:stream-follow");
    awaiting("the coverage")
        .untilAsserted(() -> assertThat(covered("trades")).containsExactly("MSFT"));
    call("direct:stream-follow");
    assertThat(asked()).hasSize(3);
    assertThat(gaps()).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "402, auth failed",
    "408, v2 not enabled",
    "409, insufficient subscription",
    "410, invalid subscribe action for this feed",
    "411, insufficient scope"
  })
  void aFaultOfKeysOrPlanEndsTheStreamWithOneAlarm(int code, String said) throws Exception {
    symbols("AAPL");
    server.authAnswers.add(error(code, said));
    context.getRouteController().startRoute("stream");

    awaiting("the end").until(() -> figures().isEnded());
    assertThat(server.attempts()).hasSize(1);
    assertThat(log.lines(Level.ERROR))
        .singleElement()
        .asString()
        .contains("refused the stream for good: " + code + " " + said)
        .contains("caravan.alpaca.feed");
    assertThat(health().getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(health().getMessage())
        .hasValueSatisfying(message -> assertThat(message).contains(code + " " + said));
    assertThat(gaps())
        .contains(
            "trades AAPL - open going on: Alpaca refused the stream for good: "
                + code
                + " "
                + said);
  }

  @Test
  void whereSomebodyElseHoldsTheConnectionItIsWaitedForAndSaid() throws Exception {
    symbols("AAPL");
    server.authAnswers.add(error(406, "connection limit exceeded"));
    start();

    assertThat(server.attempts()).hasSize(2);
    assertThat(server.attempts().get(1) - server.attempts().get(0))
        .isGreaterThan(Duration.ofMillis(299).toNanos());
    assertThat(log.lines(Level.WARN))
        .anySatisfy(
            line -> assertThat(line).contains("Somebody else holds the account's connection"));
    assertThat(server.mostOpen()).isEqualTo(1);
    awaiting("the gap")
        .untilAsserted(
            () ->
                assertThat(gaps())
                    .contains(
                        "trades AAPL - open ended: somebody else holds the account's connection:"
                            + " 406 connection limit exceeded"));
  }

  @Test
  void theWaitForSomebodyElseHoldsWhereTheServerClosesFirst() throws Exception {
    symbols("AAPL");
    server.closesBehindRefusal = true;
    server.authAnswers.add(error(406, "connection limit exceeded"));
    start();

    assertThat(server.attempts()).hasSize(2);
    assertThat(server.attempts().get(1) - server.attempts().get(0))
        .isGreaterThan(Duration.ofMillis(299).toNanos());
    awaiting("the gap")
        .untilAsserted(
            () ->
                assertThat(gaps())
                    .contains(
                        "trades AAPL - open ended: somebody else holds the account's connection:"
                            + " 406 connection limit exceeded"));
  }

  @Test
  void ofTooManySymbolsTheOthersAreDeliveredAndTheRestIsOwed() throws Exception {
    symbols("A", "B", "C", "D");
    server.symbolLimit = 2;
    start();

    awaiting("the coverage").untilAsserted(() -> assertThat(covered("trades")).hasSize(2));
    awaiting("the gaps").untilAsserted(() -> assertThat(owed("trades")).hasSize(2));
    assertThat(covered("bars")).containsExactly("A", "B", "C", "D");
    List<String> all = new ArrayList<>(covered("trades"));
    all.addAll(owed("trades"));
    assertThat(all).containsExactlyInAnyOrder("A", "B", "C", "D");
    assertThat(database.query("select distinct reason from gaps").toString()).contains("405");
    assertThat(server.connects()).isPositive();
    server.send(trade(covered("trades").get(0), 1, "2026-11-20T15:00:00Z"));
    awaiting("the trade").until(() -> trades() == 1);

    // Room for one more.
    String gone = covered("trades").get(0);
    database.execute("update symbols set status = 'inactive' where symbol = '" + gone + "'");
    call("direct:stream-follow");
    awaiting("the next symbol").untilAsserted(() -> assertThat(owed("trades")).hasSize(1));
    awaiting("its coverage")
        .untilAsserted(() -> assertThat(covered("trades")).hasSize(2).doesNotContain(gone));

    // What is not wanted any more is not owed either.
    database.execute(
        "update symbols set status = 'inactive' where symbol = '" + owed("trades").get(0) + "'");
    awaiting("the end of what is owed")
        .untilAsserted(
            () -> {
              // Not while an answer is awaited, but in life there is one each five seconds.
              call("direct:stream-follow");
              assertThat(owed("trades")).isEmpty();
            });
    assertThat(server.mostOpen()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "407, slow client, the server cut off a slow client: 407 slow client",
    "401, not authenticated, the server said 401 not authenticated",
    "404, auth timeout, the server said 404 auth timeout",
    "500, internal error, the server said 500 internal error"
  })
  void anErrorThatPassesLeadsToANewConnectionAndAGapWithItsReason(
      int code, String said, String reason) throws Exception {
    symbols("AAPL");
    start();
    server.send(error(code, said));
    awaiting("the second connection").until(() -> server.attempts().size() == 2);

    awaiting("the gap").until(() -> ended() == DATASETS);
    assertThat(gaps()).allSatisfy(gap -> assertThat(gap).contains(" ended: " + reason));
    if (code == 407) {
      assertThat(gaps()).allSatisfy(gap -> assertThat(gap).endsWith(" bytes queued"));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "407, slow client, the server cut off a slow client: 407 slow client",
    "404, auth timeout, the server said 404 auth timeout",
    "500, internal error, the server said 500 internal error"
  })
  void theReasonOfAnErrorStaysWhereTheServerClosesFirst(int code, String said, String reason)
      throws Exception {
    symbols("AAPL");
    start();
    server.send(error(code, said));
    server.closeAll();
    awaiting("the second connection").until(() -> server.attempts().size() == 2);

    awaiting("the gap").until(() -> ended() == DATASETS);
    assertThat(gaps()).allSatisfy(gap -> assertThat(gap).contains(" ended: " + reason));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({"400, invalid syntax", "403, already authenticated", "499, nobody knows"})
  void anErrorThatMeansLittleLeavesTheConnection(int code, String said) throws Exception {
    symbols("AAPL");
    start();
    server.send(error(code, said));
    server.send(trade("AAPL", 1, "2026-11-20T15:00:00Z"));
    awaiting("the trade behind it").until(() -> trades() == 1);

    assertThat(server.attempts()).hasSize(1);
    assertThat(log.lines(Level.WARN))
        .anySatisfy(line -> assertThat(line).contains(code + " " + said));
    assertThat(gaps()).isEmpty();
  }

  @Test
  void aServerThatIsAwayAtTheStartIsAGapFromTheFirstAttempt() throws Exception {
    symbols("AAPL");
    server.away();
    try {
      context.getRouteController().startRoute("stream");
      awaiting("the gap").until(() -> owed("trades").size() == 1);
      Object from = database.value("select from_ts from gaps where dataset = 'trades'");
      awaiting("further attempts")
          .until(
              () -> log.lines(Level.WARN).stream().filter(l -> l.contains(" lost: ")).count() > 2);
      assertThat(health().getState()).isEqualTo(HealthCheck.State.DOWN);
      server.back();
      awaiting("the subscription").until(() -> figures().isSubscribed());
      awaiting("the end of the gap").until(() -> ended() == DATASETS);

      assertThat(database.query("select from_ts from gaps where dataset = 'trades'"))
          .containsExactly(Map.of("from_ts", from));
      assertThat(gaps()).allSatisfy(gap -> assertThat(gap).contains("no connection: "));
      assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
    } finally {
      if (!figures().isSubscribed()) {
        server.back();
      }
    }
  }

  @Test
  void anUpgradeThatIsRefusedIsAGapWithItsStatus() throws Exception {
    symbols("AAPL");
    server.upgradeStatuses.add(503);
    start();

    awaiting("the end of the gap").until(() -> ended() == DATASETS);
    assertThat(gaps())
        .contains(
            "trades AAPL - open ended: the server refused the connection with HTTP status 503");
  }

  @Test
  void aStoppedRouteOwesAllUntilItIsStartedAgain() throws Exception {
    symbols("AAPL");
    start();
    awaiting("the coverage").until(() -> covered("trades").size() == 1);
    context.getRouteController().stopRoute("stream");

    assertThat(gaps())
        .containsExactly(
            "bars AAPL 1Min open going on: the stream's route was stopped",
            "corrections AAPL - open going on: the stream's route was stopped",
            "lulds AAPL - open going on: the stream's route was stopped",
            "quotes AAPL - open going on: the stream's route was stopped",
            "statuses AAPL - open going on: the stream's route was stopped",
            "trades AAPL - open going on: the stream's route was stopped");
    assertThat(covered("trades")).isEmpty();
    assertThat(health().getState()).as("there is a session").isEqualTo(HealthCheck.State.DOWN);
    assertThat(health().getMessage()).contains("its route is not started");
    start();
    awaiting("the end of the gaps").until(() -> ended() == DATASETS);
  }

  @Test
  void whatACrashLeftBehindIsOwedFromTheWatermark() throws Exception {
    symbols("AAPL", "MSFT");
    database.execute(
        "insert into stream_watermarks (source, feed, stored_to)"
            + " values ('alpaca', 'iex', '2026-11-20T15:00:00.000123Z')");
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since) values"
            + " ('alpaca', 'iex', 'trades', 'AAPL', '-', '2026-11-20T14:00:00Z'),"
            + " ('alpaca', 'iex', 'bars', 'MSFT', '1Min', '2026-11-20T16:00:00Z'),"
            + " ('alpaca', 'sip', 'bars', 'MSFT', '1Min', '2026-11-20T16:00:00Z')");
    call("direct:stream-crashed");

    assertThat(
            database.query(
                "select feed, dataset, symbol, from_ts::text, to_ts, reason from gaps order by 2"))
        .extracting(Map::toString)
        .containsExactly(
            "{feed=iex, dataset=bars, symbol=MSFT, from_ts=2026-11-20 16:00:00+00, to_ts=null,"
                + " reason=Caravan ended without a word}",
            "{feed=iex, dataset=trades, symbol=AAPL, from_ts=2026-11-20 15:00:00.000123+00,"
                + " to_ts=null, reason=Caravan ended without a word}");
    call("direct:stream-crashed");
    assertThat(gaps()).hasSize(2);
    start();
    awaiting("the end of the gaps").until(() -> ended() == 2);
  }

  @Test
  void theWatermarkFollowsWhatIsStored() throws Exception {
    symbols("AAPL");
    start();
    // It is written once a second at most, with the first batch after that.
    awaiting("the watermark")
        .until(
            () -> {
              server.send(trade("AAPL", 1, "2026-11-20T15:00:00.5Z"));
              server.send(trade("AAPL", 2, Instant.now().minusSeconds(60).toString()));
              return database.count(
                      "select count(*) from stream_watermarks where source = 'alpaca' and feed ="
                          + " 'iex' and stored_to between now() - interval '5 min' and now()")
                  == 1;
            });
  }

  @Test
  void afterTheSessionNothingIsOwedAndEveryGapEnds() throws Exception {
    symbols("AAPL");
    start();
    awaiting("the coverage").until(() -> covered("trades").size() == 1);
    context.getRouteController().stopRoute("stream");
    assertThat(owed("trades")).containsExactly("AAPL");

    bean("streamHours", StreamHours.class).setSchedule("session");
    template.requestBodyAndHeader(
        "direct:stream-lost",
        null,
        AlpacaStreamConstants.AT,
        Instant.parse("2026-11-22T15:00:00Z"));
    assertThat(ended()).isEqualTo(DATASETS);
    assertThat(database.count("select count(*) from stream_coverage")).isZero();
  }

  @Test
  void aLossThatIsNoticedAfterTheSessionIsOwedToItsEndAndSoIsEachSessionSince() throws Exception {
    symbols("AAPL");
    // A start forgets up to when the tests before have stored.
    start();
    context.getRouteController().stopRoute("stream");
    database.execute("truncate gaps, stream_coverage, stream_watermarks");
    bean("streamHours", StreamHours.class).setSchedule("session");
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since) values"
            + " ('alpaca', 'iex', 'trades', 'AAPL', '-', '2026-11-19T14:00:00Z')");
    database.execute(
        "insert into stream_watermarks (source, feed, stored_to)"
            + " values ('alpaca', 'iex', '2026-11-19T15:00:00Z')");
    template.requestBodyAndHeaders(
        "direct:stream-lost",
        null,
        Map.of(
            AlpacaStreamConstants.AT,
            Instant.parse("2026-11-22T15:00:00Z"),
            AlpacaStreamConstants.REASON,
            "the process was frozen"));

    assertThat(
            texts(
                "select dataset || ' ' || from_ts || ' ' || to_ts || ' ' || reason as text"
                    + " from gaps order by from_ts"))
        .containsExactly(
            "trades 2026-11-19 15:00:00+00 2026-11-20 01:02:00+00 the process was frozen",
            "trades 2026-11-20 08:59:00+00 2026-11-21 01:02:00+00 the process was frozen");
    assertThat(database.count("select count(*) from stream_coverage")).isZero();
  }

  @Test
  void anEndInOrderOwesNothingAndAStopAloneDoes() throws Exception {
    symbols("AAPL");
    start();
    server.send(trade("AAPL", 1, "2026-11-20T15:00:00Z"));
    awaiting("the coverage").until(() -> covered("trades").size() == 1);
    template.requestBodyAndHeaders(
        "direct:stream-send",
        null,
        Map.of(
            AlpacaStreamConstants.COMMAND,
            "finish",
            AlpacaStreamConstants.REASON,
            "the session is over"));
    context.getRouteController().stopRoute("stream");

    assertThat(trades()).isEqualTo(1);
    assertThat(covered("trades")).isEmpty();
    assertThat(gaps()).isEmpty();
  }

  @Test
  void anEndInOrderWaitsUntilAllIsStored() throws Exception {
    symbols("AAPL");
    start();
    awaiting("the coverage").until(() -> covered("trades").size() == 1);
    database.execute("alter table trades rename to trades_away");
    Thread finish =
        new Thread(
            () ->
                template.requestBodyAndHeaders(
                    "direct:stream-send",
                    null,
                    Map.of(
                        AlpacaStreamConstants.COMMAND,
                        "finish",
                        AlpacaStreamConstants.REASON,
                        "the session is over")));
    try {
      server.send(trade("AAPL", 1, "2026-11-20T15:00:00Z"));
      awaiting("the trouble").until(() -> figures().getStoreTrouble() != null);
      finish.start();
      assertThat(server.open()).isEqualTo(1);
    } finally {
      database.execute("alter table trades_away rename to trades");
    }
    finish.join();
    context.getRouteController().stopRoute("stream");

    assertThat(trades()).isEqualTo(1);
    assertThat(gaps()).isEmpty();
  }

  @Test
  void aPeerThatIsMuteAtTheEndIsALossAndNoEndInOrder() throws Exception {
    muteAtTheEnd(() -> {});
  }

  /** It says nothing of what the server sent after it. */
  @Test
  void aPongOfAnEarlierPingDoesNotEndTheStreamInOrder() throws Exception {
    AtomicInteger pongs = new AtomicInteger();
    muteAtTheEnd(
        () -> {
          if (pongs.incrementAndGet() <= 5) {
            server.pong("caravan 0");
          }
        });
  }

  private void muteAtTheEnd(Runnable meanwhile) throws Exception {
    symbols("AAPL");
    endpoint().setSilenceMs(1_000);
    endpoint().setPingIntervalMs(100);
    try {
      start();
      awaiting("the coverage").until(() -> covered("trades").size() == 1);
      server.freeze();
      Future<Object> finished =
          template.asyncRequestBodyAndHeaders(
              "direct:stream-send",
              null,
              Map.of(
                  AlpacaStreamConstants.COMMAND,
                  "finish",
                  AlpacaStreamConstants.REASON,
                  "the session is over"));
      awaiting("the end")
          .until(
              () -> {
                meanwhile.run();
                return finished.isDone();
              });
      context.getRouteController().stopRoute("stream");
      assertThat(gaps()).hasSize(DATASETS).allSatisfy(gap -> assertThat(gap).contains("was mute"));
    } finally {
      server.closeAll();
      awaiting("the end at the server").until(() -> server.open() == 0);
      endpoint().setSilenceMs(12_000);
      endpoint().setPingIntervalMs(5_000);
    }
  }

  @Test
  void aLossIsRecordedHoweverLongTheDatabaseRefusesIt() throws Exception {
    symbols("AAPL");
    start();
    awaiting("the coverage").until(() -> covered("trades").size() == 1);
    database.execute("alter table gaps rename to gaps_away");
    try {
      server.closeAll();
      awaiting("tries")
          .until(
              () ->
                  log.lines(Level.WARN).stream()
                          .filter(line -> line.contains("lost could not be stored"))
                          .count()
                      > 1);
      assertThat(server.attempts()).hasSize(1);
    } finally {
      database.execute("alter table gaps_away rename to gaps");
    }

    awaiting("the second connection").until(() -> server.attempts().size() == 2);
    awaiting("the gaps").until(() -> ended() == DATASETS);
  }

  @Test
  void whileATableIsLockedTheSocketIsPausedAndNothingIsLost() throws Exception {
    symbols("AAPL", "MSFT");
    start();
    int frames = 400;
    try (Connection other = database.connect();
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("lock table trades in access exclusive mode");
      for (int i = 0; i < frames; i++) {
        int first = 50 * i;
        server.send(
            IntStream.range(first, first + 50)
                .mapToObj(id -> one(id % 2 == 0 ? "AAPL" : "MSFT", id))
                .collect(Collectors.joining(",", "[", "]")));
      }
      awaiting("the pause").until(() -> figures().isPaused());
      assertThat(figures().getBytesQueued()).isBetween(HIGH_WATER, 2 * HIGH_WATER);
      other.rollback();
    }

    awaiting("all trades").until(() -> trades() == 50L * frames);
    awaiting("an empty queue").until(() -> figures().getBytesQueued() == 0);
    assertThat(figures().isPaused()).isFalse();
    assertThat(server.attempts()).hasSize(1);
    assertThat(gaps()).isEmpty();
  }

  @Test
  void whileTheDatabaseRefusesRowsTheyWaitAndHealthSaysSo() throws Exception {
    symbols("AAPL");
    start();
    assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
    database.execute("alter table trades rename to trades_away");
    try {
      server.send(trade("AAPL", 1, "2026-11-20T15:00:00Z"));
      awaiting("the refusal").until(() -> health().getState() == HealthCheck.State.DOWN);
      assertThat(health().getMessage())
          .hasValueSatisfying(message -> assertThat(message).contains("'trades' does not exist"));
    } finally {
      database.execute("alter table trades_away rename to trades");
    }

    awaiting("the trade").until(() -> trades() == 1);
    awaiting("health").until(() -> health().getState() == HealthCheck.State.UP);
    assertThat(gaps()).isEmpty();
  }

  @Test
  void theKeysAreNowhereToBeSeen() throws Exception {
    symbols("AAPL");
    start();
    server.send(error(500, "internal error"));
    awaiting("the second connection").until(() -> server.attempts().size() == 2);
    awaiting("the subscription").until(() -> figures().isSubscribed());

    assertThat(server.received("auth"))
        .isNotEmpty()
        .allSatisfy(
            auth -> {
              assertThat(auth.getString("key")).isEqualTo(KEY_ID);
              assertThat(auth.getString("secret")).isEqualTo(SECRET_KEY);
            });
    List<String> seen = new ArrayList<>(log.lines(null));
    context.getEndpoints().forEach(each -> seen.add(each.getEndpointUri() + " " + each));
    List<String> attributes = attributes();
    seen.addAll(attributes);
    assertThat(attributes).anySatisfy(each -> assertThat(each).contains("alpaca-stream"));
    assertThat(attributes).anySatisfy(each -> assertThat(each).contains("SecondsSinceLastMessage"));
    assertThat(seen).noneMatch(each -> each.contains(KEY_ID) || each.contains(SECRET_KEY));
  }

  private void start() throws Exception {
    context.getRouteController().startRoute("stream");
    awaiting("the subscription").until(() -> figures().isSubscribed());
  }

  private void call(String route) {
    template.requestBody(route, "");
  }

  private void loseConnection() {
    int attempts = server.attempts().size();
    server.closeAll();
    awaiting("the next connection").until(() -> server.attempts().size() == attempts + 1);
    awaiting("the subscription").until(() -> figures().isSubscribed());
  }

  private StreamFigures figures() {
    return bean("streamFigures", StreamFigures.class);
  }

  private HealthCheck.Result health() {
    return bean("streamHealth", StreamHealth.class).call(Map.of());
  }

  private <T> T bean(String name, Class<T> type) {
    return context.getRegistry().lookupByNameAndType(name, type);
  }

  private AlpacaStreamEndpoint endpoint() {
    // The news stream has an endpoint of the same kind.
    return context.getEndpoints().stream()
        .filter(endpoint -> endpoint.getEndpointUri().startsWith("alpaca-stream:"))
        .filter(AlpacaStreamEndpoint.class::isInstance)
        .map(AlpacaStreamEndpoint.class::cast)
        .collect(Collectors.collectingAndThen(Collectors.toList(), all -> all.get(0)));
  }

  private long trades() {
    return database.count("select count(*) from trades");
  }

  private List<String> gaps() {
    return texts(
        "select concat_ws(' ', dataset, symbol, timeframe, status,"
            + " case when to_ts is null then 'going on:' else 'ended:' end, reason) as text"
            + " from gaps order by 1");
  }

  private long ended() {
    return database.count("select count(*) from gaps where to_ts is not null");
  }

  private List<String> owed(String dataset) {
    return texts(
        "select symbol as text from gaps where to_ts is null and dataset = '"
            + dataset
            + "' order by 1");
  }

  private List<String> covered(String dataset) {
    return texts(
        "select symbol as text from stream_coverage where dataset = '" + dataset + "' order by 1");
  }

  private List<String> texts(String sql) {
    return database.query(sql).stream().map(row -> (String) row.get("text")).toList();
  }

  /** What was asked of the server, as the action and the symbols of its trades. */
  private List<String> asked() {
    return server.received().stream()
        .map((JsonObject each) -> each.getString("action") + " " + each.getJsonArray("trades"))
        .toList();
  }

  private static String trade(String symbol, long id, String time) {
    return "[{\"T\":\"t\",\"S\":\""
        + symbol
        + "\",\"i\":"
        + id
        + ",\"x\":\"V\",\"p\":150.25,\"s\":100,"
        + "\"c\":[\"@\",\" \"],\"z\":\"C\",\"t\":\""
        + time
        + "\"}]";
  }

  private static String one(String symbol, long id) {
    String array = trade(symbol, id, "2026-11-20T15:00:00Z");
    return array.substring(1, array.length() - 1);
  }

  private static String error(int code, String said) {
    return "[{\"T\":\"error\",\"code\":" + code + ",\"msg\":\"" + said + "\"}]";
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(PATIENCE);
  }

  /** Every readable attribute of every MBean, as its name and value. */
  private static List<String> attributes() throws JMException {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    List<String> all = new ArrayList<>();
    for (ObjectName name : beans.queryNames(null, null)) {
      for (MBeanAttributeInfo attribute : beans.getMBeanInfo(name).getAttributes()) {
        // The JVM's own hold its command line, which is the test's.
        if (attribute.isReadable() && !name.getDomain().startsWith("java.")) {
          try {
            all.add(
                name
                    + " "
                    + attribute.getName()
                    + "="
                    + beans.getAttribute(name, attribute.getName()));
          } catch (JMException | RuntimeException unreadable) {
            all.add(name + " " + attribute.getName() + " cannot be read");
          }
        }
      }
    }
    return all;
  }

  /** What is logged while it is attached, by whom and on whatever thread. */
  private static final class Log extends AppenderBase<ILoggingEvent> {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    void attach() {
      events.clear();
      start();
      root().addAppender(this);
    }

    void detach() {
      root().detachAppender(this);
    }

    /** The lines of a level; of null all lines. */
    List<String> lines(Level level) {
      return events.stream()
          .filter(event -> level == null || event.getLevel() == level)
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }

    private static Logger root() {
      return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
  }
}
