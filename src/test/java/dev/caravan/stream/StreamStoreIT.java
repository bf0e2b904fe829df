package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;

/** What PostgreSQL makes of what the parser wrote, and what becomes of a batch that it refuses. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamStoreIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestDatabase database = TestDatabase.fresh();
  private final HikariDataSource pool = new HikariDataSource();
  private final CamelContext camel = new DefaultCamelContext();
  private StreamFigures figures;
  private StreamStore store;

  StreamStoreIT() {
    pool.setJdbcUrl(database.url());
    pool.setUsername(TestDatabase.user());
    pool.setPassword(TestDatabase.password());
    pool.setMaximumPoolSize(4);
  }

  @BeforeEach
  void start() {
    database.empty();
    figures = new StreamFigures();
    store = new StreamStore();
    store.setDataSource(pool);
    store.setTransactionManager(new JdbcTransactionManager(pool));
    store.setFeed("iex");
    store.setWriters(2);
    store.setFigures(figures);
    store.start();
  }

  @AfterEach
  void stop() {
    store.stop();
    database.execute("drop trigger if exists refuse_bars on bars");
    for (String table : List.of("trades", "quotes", "bars", "statuses")) {
      database.execute("alter table " + table + " drop constraint if exists test_refuses");
    }
  }

  @AfterAll
  void close() {
    pool.close();
    database.close();
  }

  @Test
  void whateverStandsInATextComesOutOfTheTableAsItWasSent() throws Exception {
    String text = "A\\tB\\nC\\rD\\\\N\\\"{},##é😀 ";
    take(
        "[{'T':'t','S':'"
            + text
            + "','i':1,'x':'\\\\N','p':1,'s':1,'z':'\\\\','t':'2026-11-20T15:00:00Z',"
            + "'c':['"
            + text
            + "','','NULL','\\\\N','é\\\"\\\\','{}']}]");

    String meant = "A\tB\nC\rD\\N\"{},'é😀 ";
    Map<String, Object> row =
        database.query("select symbol, exchange, tape, conditions from trades").get(0);
    assertThat(row).containsEntry("symbol", meant);
    assertThat(row).containsEntry("exchange", "\\N");
    assertThat(row).containsEntry("tape", "\\");
    assertThat(
            database.query(
                "select c from trades, unnest(conditions) with ordinality as u (c, n) order by n"))
        .extracting(each -> each.get("c"))
        .containsExactly(meant, "", "NULL", "\\N", "é\"\\", "{}");
  }

  @Test
  void conditionsThatAreEmptyOrMissingStayApart() throws Exception {
    take("[" + trade("A", 1, "'c':[]") + "," + trade("A", 2, "'c':null") + "]");

    assertThat(database.query("select conditions::text as c from trades order by trade_id"))
        .extracting(row -> row.get("c"))
        .containsExactly("{}", null);
  }

  @Test
  void aTradeThatComesAgainStandsOnceAndItsNewSiblingsAreStored() throws Exception {
    take("[" + trade("A", 1) + "," + trade("B", 2) + "]");
    take(
        "["
            + trade("A", 1)
            + ","
            + trade("A", 3)
            + ","
            + trade("A", 3)
            + ","
            + trade("B", 4)
            + "]");

    assertThat(ids()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(database.count("select count(*) from trade_revisions")).isZero();
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void aQuoteThatComesAgainStandsOnce() throws Exception {
    String quote =
        "{'T':'q','S':'A','bx':'V','bp':1.10,'bs':1,'ax':'U','ap':1.2,'as':2,'c':['R'],'z':'C',"
            + "'t':'2026-11-20T15:00:00.335689322Z'}";
    take("[" + quote + "]");
    take("[" + quote + "," + quote.replace("1.2", "1.3") + "]");

    assertThat(
            database.query(
                "select ts::text, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price,"
                    + " ask_size, conditions::text as conditions, tape, feed from quotes order by ask_price"))
        .extracting(Map::toString)
        .containsExactly(
            "{ts=2026-11-20 15:00:00.335689+00, nanos=322, bid_exchange=V, bid_price=1.10, bid_size=1,"
                + " ask_exchange=U, ask_price=1.2, ask_size=2, conditions={R}, tape=C, feed=iex}",
            "{ts=2026-11-20 15:00:00.335689+00, nanos=322, bid_exchange=V, bid_price=1.10, bid_size=1,"
                + " ask_exchange=U, ask_price=1.3, ask_size=2, conditions={R}, tape=C, feed=iex}");
  }

  @Test
  void aRowThatPostgresqlRefusesIsALetterAndItsSiblingsAreStored() throws Exception {
    // There is no year 0 in PostgreSQL.
    String refused = trade("A", 50).replace("2026", "0000");
    take(
        "["
            + IntStream.range(0, 50).mapToObj(i -> trade("A", i)).collect(Collectors.joining(","))
            + ","
            + refused
            + ","
            + trade("A", 51)
            + "]");

    assertThat(database.count("select count(*) from trades")).isEqualTo(51);
    assertThat(letters()).containsExactly("A: ERROR: timestamp out of range");
    assertThat(database.query("select payload from dead_letters").get(0).get("payload"))
        .asString()
        .startsWith("A\t0000-11-20T15:00:00");
    assertThat(figures.getStoreTrouble()).isNull();
  }

  @Test
  void noOtherKindOfMessageCanHoldUpTheStreamEither() throws Exception {
    String codes =
        IntStream.range(0, 4000)
            .mapToObj(i -> Integer.toString(i, 36))
            .collect(Collectors.joining());
    String status = "{'T':'s','S':'A','sc':'H','rc':'T1','t':'2026-11-20T15:00:00Z'}";
    String luld = "{'T':'l','S':'A','u':3,'d':2,'i':'B','t':'2026-11-20T15:00:00Z'}";
    String cancel = "{'T':'x','S':'A','i':1,'x':'V','p':1,'s':1,'t':'2026-11-20T15:00:00Z'}";
    take(
        "["
            + String.join(
                ",",
                status,
                status.replace("'T1'", "'" + codes + "'"),
                status.replace("'rc'", "'sm':'\\u0000','rc'").replace("'H'", "'I'"),
                luld,
                luld.replace("2026", "0000"),
                luld.replace("'B'", "'\\u0000'"),
                cancel,
                cancel.replace("'V'", "'\\u0000'"),
                bar("b", "A", "15:00", 1),
                bar("b", "A", "15:01", 1).replace("2026", "0000"),
                bar("u", "A", "15:02", 1).replace("2026", "0000"),
                trade("A", 7))
            + "]");

    for (String table : List.of("statuses", "lulds", "trade_corrections", "bars", "trades")) {
      assertThat(database.count("select count(*) from " + table)).as(table).isEqualTo(1);
    }
    assertThat(letters()).hasSize(7);
  }

  @Test
  void aMessageThatCannotBeReadTwiceIsOneLetterThatCounts() throws Exception {
    take("[{'T':'t','S':'A','p':1},{'T':'t','S':'A','p':1}," + trade("A", 1) + "]");
    take("[{'T':'t','S':'A','p':1}]");

    assertThat(database.query("select route_id, symbol, reason, payload, times from dead_letters"))
        .extracting(Map::toString)
        .containsExactly(
            "{route_id=stream, symbol=A, reason=Missing required data: t of A,"
                + " payload={\"T\":\"t\",\"S\":\"A\",\"p\":1}, times=3}");
    assertThat(ids()).containsExactly(1L);
  }

  @Test
  void aBatchIsStoredWholeOrNotAtAll() throws Exception {
    database.execute(
        "create or replace function refuse() returns trigger language plpgsql as"
            + " $$ begin raise exception 'no bars today'; end $$");
    database.execute(
        "create trigger refuse_bars before insert on bars for each row execute function refuse()");
    CompletableFuture<Exchange> done =
        send(
            "["
                + trade("A", 1)
                + ","
                + bar("b", "A", "15:00", 1)
                + ",{'T':'t','S':'A'},"
                + "{'T':'s','S':'A','sc':'H','t':'2026-11-20T15:00:00Z'}]");

    await().atMost(PATIENCE).until(() -> figures.getStoreTrouble() != null);
    assertThat(figures.getStoreTrouble()).contains("no bars today");
    for (String table :
        List.of("trades", "bars", "dead_letters", "statuses", "stream_watermarks")) {
      assertThat(database.count("select count(*) from " + table)).as(table).isZero();
    }
    assertThat(done).isNotDone();
    assertThat(store.storedTo()).isNull();

    database.execute("drop trigger refuse_bars on bars");
    await().atMost(PATIENCE).until(done::isDone);
    assertThat(done.join().getException()).isNull();
    for (String table :
        List.of("trades", "bars", "dead_letters", "statuses", "stream_watermarks")) {
      assertThat(database.count("select count(*) from " + table)).as(table).isEqualTo(1);
    }
    assertThat(figures.getStoreTrouble()).isNull();
  }

  @Test
  void rowsThatWaitAndAreAnotherNodesByNowAreGivenUpAndNoTroubleIsLeft() throws Exception {
    StreamOwner owner = new StreamOwner();
    owner.took(
        List.of(Map.of("ours", true, "epoch", 1, "owner", "us", "host", "here", "since", "now")));
    store.setOwner(owner);
    store.hold();
    database.execute(
        "create or replace function refuse() returns trigger language plpgsql as"
            + " $$ begin raise exception 'no bars today'; end $$");
    database.execute(
        "create trigger refuse_bars before insert on bars for each row execute function refuse()");
    CompletableFuture<Exchange> done =
        send("[" + trade("A", 1) + "," + bar("b", "A", "15:00", 1) + "]");
    await().atMost(PATIENCE).until(() -> figures.getStoreTrouble() != null);

    database.execute(
        "insert into stream_owners (source, feed, owner, host, since, epoch)"
            + " values ('alpaca', 'iex', 'another', 'there', now(), 2)");
    try {
      await().atMost(PATIENCE).until(done::isDone);
    } finally {
      database.execute("delete from stream_owners");
    }
    assertThat(done.join().getException()).hasStackTraceContaining("fenced: another process");
    assertThat(figures.getStoreTrouble()).isNull();
    assertThat(ids()).isEmpty();
  }

  @Test
  void theWatermarkIsTheNewestTimeOfWhatIsStoredAndNeverInTheFuture() throws Exception {
    take(
        "["
            + trade("A", 1, "'t':'2026-11-20T15:00:00.123456789Z'")
            + ","
            + bar("d", "B", "05:00", 1)
            + "]");

    assertThat(store.storedTo()).isEqualTo(Instant.parse("2026-11-20T15:00:00.123456Z"));
    assertThat(database.value("select source || feed || stored_to from stream_watermarks"))
        .isEqualTo("alpacaiex2026-11-20 15:00:00.123456+00");

    Instant before = Instant.now();
    take("[" + trade("A", 2, "'t':'9999-12-31T00:00:00Z'") + "]");
    assertThat(store.storedTo()).isBetween(before.minusMillis(1), Instant.now());
  }

  @Test
  void aRevisedMinuteLeavesTheOldValuesBehind() throws Exception {
    take("[" + bar("b", "A", "15:00", 1) + "," + bar("u", "A", "15:00", 2) + "]");
    // An old edition that comes late, after a reconnect, is not news.
    take("[" + bar("b", "A", "15:00", 1) + "]");

    assertThat(database.query("select timeframe, close, final, revision from bars"))
        .extracting(Map::toString)
        .containsExactly("{timeframe=1Min, close=2, final=true, revision=1}");
    assertThat(database.query("select close, revision from bar_revisions"))
        .extracting(Map::toString)
        .containsExactly("{close=1, revision=0}");
  }

  @Test
  void aRevisionMayComeBeforeItsBar() throws Exception {
    take("[" + bar("u", "A", "15:00", 2) + "]");
    take("[" + bar("b", "A", "15:00", 1) + "]");

    assertThat(database.query("select close from bars"))
        .extracting(Map::toString)
        .containsExactly("{close=2}");
  }

  @Test
  void theDaySoFarGrowsWithoutBeingFinalAndWithoutRevisions() throws Exception {
    for (int close = 1; close <= 5; close++) {
      take("[" + bar("d", "A", "05:00", close) + "," + bar("d", "A", "05:00", close) + "]");
    }

    assertThat(database.query("select timeframe, ts::text, close, final, revision from bars"))
        .extracting(Map::toString)
        .containsExactly(
            "{timeframe=1Day, ts=2026-11-20 05:00:00+00, close=5, final=false, revision=0}");
    assertThat(database.count("select count(*) from bar_revisions")).isZero();
  }

  /** At the open, at the close, by the other half year's clock, and at midnight in UTC. */
  @Test
  void aDayStandsAtMidnightOfItsSessionWhateverTimeItIsSentWith() throws Exception {
    String[] times = {"14:30", "21:00", "05:00", "04:00", "00:00", "23:59"};
    for (int i = 0; i < times.length; i++) {
      take("[" + bar("d", "A", times[i], i + 1) + "]");
    }
    // Eight on a Friday evening is midnight in UTC, and the day of no Saturday.
    take("[" + bar("d", "A", "00:00", 7).replace("2026-11-20", "2026-11-21") + "]");

    assertThat(database.query("select timeframe, ts::text, close, final from bars"))
        .extracting(Map::toString)
        .containsExactly("{timeframe=1Day, ts=2026-11-20 05:00:00+00, close=7, final=false}");
  }

  @Test
  void aDayThatIsFinalIsNotTouchedByADaySoFar() throws Exception {
    take("[" + bar("d", "A", "05:00", 1) + "]");
    database.execute("update bars set final = true, close = 3");
    take("[" + bar("d", "A", "05:00", 2) + "]");

    assertThat(database.query("select close, final from bars"))
        .extracting(Map::toString)
        .containsExactly("{close=3, final=true}");
  }

  @Test
  void aCorrectionIsAppliedAndTheOriginalIsStillSeen() throws Exception {
    take("[" + trade("A", 1) + "," + trade("A", 2) + "," + trade("A", 3) + "]");
    take(
        "["
            + correction("A", 1, 1, "2.5")
            + ","
            + correction("A", 2, 22, "3.5")
            + ",{'T':'x','S':'A','i':3,'x':'V','p':1,'s':1,'a':'C','t':'2026-11-20T15:00:09Z'}]");

    assertThat(database.query("select trade_id, price, size, status from trades order by trade_id"))
        .extracting(Map::toString)
        .containsExactly(
            "{trade_id=1, price=2.5, size=9, status=corrected}",
            "{trade_id=2, price=1, size=1, status=incorrect}",
            "{trade_id=3, price=1, size=1, status=canceled}",
            "{trade_id=22, price=3.5, size=9, status=corrected}");
    assertThat(
            database.query(
                "select trade_id, price, size, status from trade_revisions order by trade_id"))
        .extracting(Map::toString)
        .containsExactly(
            "{trade_id=1, price=1, size=1, status=valid}",
            "{trade_id=2, price=1, size=1, status=valid}",
            "{trade_id=3, price=1, size=1, status=valid}");
    assertThat(database.count("select count(*) from trade_corrections where applied_at is null"))
        .isZero();
  }

  @Test
  void aCorrectionThatComesAgainIsAppliedOnceAndAChainIsFollowed() throws Exception {
    take("[" + trade("A", 1) + "]");
    String first = correction("A", 1, 1, "2.5");
    String second = first.replace("2.5", "2.6").replace("15:00:09", "15:00:10");
    take("[" + first + "," + second + "]");
    take("[" + first + "," + second + "," + trade("A", 1) + "]");

    assertThat(database.query("select price, status from trades"))
        .extracting(Map::toString)
        .containsExactly("{price=2.6, status=corrected}");
    assertThat(database.query("select price from trade_revisions order by price"))
        .extracting(Map::toString)
        .containsExactly("{price=1}", "{price=2.5}");
  }

  @Test
  void aCorrectionInTheBatchOfItsTradeIsApplied() throws Exception {
    take("[" + correction("A", 1, 1, "2.5") + "," + trade("A", 1) + "]");

    assertThat(database.query("select price, status from trades"))
        .extracting(Map::toString)
        .containsExactly("{price=2.5, status=corrected}");
  }

  @Test
  void aCorrectionWhoseTradeCameLaterIsAppliedWithTheNextOneAlsoThatOfAnotherDay()
      throws Exception {
    take("[" + correction("A", 1, 1, "2.5") + "]");
    take("[" + trade("A", 1) + "]");
    take("[" + correction("A", 9, 9, "7.5").replace("2026-11-20", "2026-12-02") + "]");

    assertThat(database.query("select price, status from trades"))
        .extracting(Map::toString)
        .containsExactly("{price=2.5, status=corrected}");
    assertThat(database.query("select trade_id from trade_corrections where applied_at is null"))
        .extracting(Map::toString)
        .containsExactly("{trade_id=9}");
  }

  @Test
  void aBatchThatIsNoneFailsItsExchangeAndTheNextIsTaken() throws Exception {
    for (int i = 0; i < 10; i++) {
      Exchange nothing = new DefaultExchange(camel);
      CompletableFuture<Exchange> done = new CompletableFuture<>();
      store.process(nothing, sync -> done.complete(nothing));
      assertThat(done.join().getException()).isNotNull();
      Exchange broken = new DefaultExchange(camel);
      broken.getMessage().setBody(new Batch(null, 0));
      CompletableFuture<Exchange> ended = new CompletableFuture<>();
      store.process(broken, sync -> ended.complete(broken));
      assertThat(ended.join().getException()).isNotNull();
    }

    take("[" + trade("A", 1) + "]");
    assertThat(ids()).containsExactly(1L);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        OutOfMemoryError.class,
        StackOverflowError.class,
        NoClassDefFoundError.class,
        IllegalStateException.class
      })
  void aWriterThatMeetsAnythingFailsItsBatchAndIsReplaced(Class<? extends Throwable> kind)
      throws Exception {
    Throwable thrown = kind.getConstructor(String.class).newInstance("thrown in the test");
    AtomicReference<Throwable> next = new AtomicReference<>(thrown);
    store.stop();
    store.setTransactionManager(
        new JdbcTransactionManager(pool) {
          @Override
          protected void doBegin(Object transaction, TransactionDefinition definition) {
            Throwable now = next.getAndSet(null);
            if (now instanceof Error error) {
              throw error;
            } else if (now instanceof RuntimeException exception) {
              throw exception;
            }
            super.doBegin(transaction, definition);
          }
        });
    store.start();

    CompletableFuture<Exchange> failed = send("[" + trade("A", 1) + "]");
    await().atMost(PATIENCE).until(failed::isDone);
    assertThat(String.valueOf(failed.join().getException())).contains(kind.getSimpleName());
    // More than a writer has chunks, and more symbols than there are writers.
    for (int i = 2; i < 12; i++) {
      take("[" + trade("A", i) + "," + trade("B", 100 + i) + "," + trade("C", 200 + i) + "]");
    }
    assertThat(database.count("select count(*) from trades")).isEqualTo(30);
    assertThat(store.storedTo()).as("nothing behind a loss that is not recorded").isNull();
    assertThat(database.count("select count(*) from stream_watermarks")).isZero();

    store.lossRecorded();
    take("[" + trade("A", 12) + "]");
    assertThat(store.storedTo()).isEqualTo(Instant.parse("2026-11-20T15:00:00Z"));
  }

  @Test
  void aParserThatFailsGivesItsChunksBackAndTheWatermarkStays() throws Exception {
    Exchange broken = new DefaultExchange(camel);
    broken.getMessage().setBody(new Batch(null, 0));
    store.process(broken, sync -> {});
    take("[" + trade("A", 1) + "]");

    assertThat(ids()).containsExactly(1L);
    assertThat(store.storedTo()).isNull();
  }

  @Test
  void aSecondCallerIsRefusedAndNothingOfItIsStored() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Exchange slow = new DefaultExchange(camel);
    byte[] first = ("[" + trade("A", 1) + "]").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    slow.getMessage()
        .setBody(
            new Batch(
                new AbstractList<>() {
                  @Override
                  public byte[] get(int index) {
                    inside.countDown();
                    try {
                      release.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    return first;
                  }

                  @Override
                  public int size() {
                    return 1;
                  }
                },
                first.length));
    CompletableFuture<Exchange> done = new CompletableFuture<>();
    Thread caller = new Thread(() -> store.process(slow, sync -> done.complete(slow)));
    caller.start();
    inside.await();

    Exchange second = send("[" + trade("B", 2) + "]").join();
    release.countDown();
    await().atMost(PATIENCE).until(done::isDone);
    caller.join();
    assertThat(second.getException())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one batch after the other");
    assertThat(done.join().getException()).isNull();
    assertThat(ids()).containsExactly(1L);
    take("[" + trade("B", 3) + "]");
    assertThat(ids()).containsExactly(1L, 3L);
    assertThat(store.storedTo()).isNotNull();
  }

  @Test
  void whatCannotBeReadIsOwedOfItsSymbolOrOfAll() throws Exception {
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since)"
            + " select 'alpaca', 'iex', dataset, symbol, timeframe, now() - interval '1 h'"
            + " from (values ('trades', '-'), ('bars', '1Min')) as d (dataset, timeframe),"
            + " unnest('{A,B}'::text[]) as symbol");
    for (int i = 0; i < 3; i++) {
      take("[" + trade("B", i) + ",{'T':'t','S':'A','p':}," + trade("B", 10 + i) + "]");
    }
    assertThat(owed()).containsExactly("trades A");
    assertThat(database.count("select count(*) from trades")).isEqualTo(6);

    take("[{'T':'t','S':'UNKNOWN','p':}," + trade("B", 20) + "]");
    assertThat(owed()).containsExactly("trades A", "trades B");
    take("[" + trade("B", 21) + ",{'T':");
    assertThat(owed()).containsExactly("bars A", "bars B", "trades A", "trades B");
  }

  /** A process that slept, or a full socket, reads it long after it was sent. */
  @Test
  void whatCannotBeReadMayBeAsOldAsTheConnectionOrWhatWasStoredLast() throws Exception {
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since)"
            + " select 'alpaca', 'iex', 'bars', symbol, '1Min', '2026-11-20T14:00:00Z'"
            + " from unnest('{A,B}'::text[]) as symbol");
    take("[{'T':'b','S':'A','o':}," + trade("B", 1) + "]");
    take("[{'T':'b','S':'B','o':}," + trade("B", 2) + "]");
    assertThat(database.query("select symbol, from_ts::text as from_ts from gaps order by symbol"))
        .containsExactly(
            Map.of("symbol", "A", "from_ts", "2026-11-20 14:00:00+00"),
            Map.of("symbol", "B", "from_ts", "2026-11-20 15:00:00+00"));
  }

  @Test
  void aMessageWithoutATypeIsOwedOfItsSymbolOrOfAllAndItsSiblingsAreStored() throws Exception {
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since)"
            + " select 'alpaca', 'iex', dataset, symbol, timeframe, now() - interval '1 h'"
            + " from (values ('trades', '-'), ('bars', '1Min')) as d (dataset, timeframe),"
            + " unnest('{A,B}'::text[]) as symbol");
    take("[" + trade("B", 1) + ",{'S':'A','p':1.5}," + trade("B", 2) + ",{'T':'w','S':'B'}]");

    assertThat(ids()).containsExactly(1L, 2L);
    assertThat(owed()).containsExactly("bars A", "trades A");
    assertThat(database.query("select symbol, reason, payload from dead_letters"))
        .containsExactly(
            Map.of(
                "symbol",
                "A",
                "reason",
                "Missing required data: T of A",
                "payload",
                "{\"S\":\"A\",\"p\":1.5}"));

    take("[{'T':7,'S':'A\\u0000'}," + trade("A", 3) + "]");
    assertThat(owed()).containsExactly("bars A", "bars B", "trades A", "trades B");
    assertThat(ids()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aRowThatPostgresqlRefusesIsALetterAndOwedOfItsSymbolAlone() throws Exception {
    cover("trades -", "quotes -", "bars 1Min");
    constrain("trades", "size <> 666");
    constrain("quotes", "bid_size <> 666");
    constrain("bars", "volume <> 666");
    Instant before = Instant.now();
    String at = "'t':'" + before.minusSeconds(600) + "'";
    String quote =
        "{'T':'q','S':'A','bx':'V','bp':1,'bs':666,'ax':'U','ap':1,'as':2,'c':[],'z':'C'," + at;
    String bar = "{'T':'b','S':'A','o':1,'h':1,'l':1,'c':1,'v':666,'n':1,'vw':1," + at;

    take("[" + trade("A", 1) + "," + refused("A", 2, at) + "," + trade("B", 3) + "]");
    assertThat(owed()).containsExactly("trades A");
    take("[" + trade("B", 4) + "," + quote + "}," + bar + "},{'T':'d'" + bar.substring(8) + "}]");

    assertThat(ids()).containsExactly(1L, 3L, 4L);
    assertThat(owed()).containsExactly("bars A", "quotes A", "trades A");
    assertThat(database.query("select distinct reason from gaps"))
        .containsExactly(Map.of("reason", "PostgreSQL did not take a row (see dead_letters)"));
    assertThat(
            database.count(
                "select count(*) from gaps where from_ts <= '"
                    + before.minusSeconds(600)
                    + "' and to_ts >= '"
                    + before.minusSeconds(60)
                    + "'"))
        .as("the row lies in its gap")
        .isEqualTo(3);
    // A day so far comes again each minute, and the evening's reading has the last word.
    assertThat(database.count("select count(*) from dead_letters where replayed_at is null"))
        .isEqualTo(4);
  }

  @Test
  void rowsThatPostgresqlRefusesOneAfterTheOtherAreOneGap() throws Exception {
    cover("trades -");
    constrain("trades", "size <> 666");
    for (int id = 0; id < 5; id++) {
      take("[" + refused("A", id, "'t':'0001-01-01T00:00:00Z'") + "]");
    }

    assertThat(owed()).containsExactly("trades A");
    assertThat(database.count("select count(*) from gaps where from_ts < now() - interval '1 h'"))
        .isZero();
  }

  /** Columns dataset and timeframe of what is delivered of A and B. */
  private void cover(String... datasets) {
    for (String dataset : datasets) {
      String[] parts = dataset.split(" ");
      database.execute(
          "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since) select"
              + " 'alpaca', 'iex', '"
              + parts[0]
              + "', symbol, '"
              + parts[1]
              + "', now() - interval '1 h' from unnest('{A,B}'::text[]) as symbol");
    }
  }

  private void constrain(String table, String check) {
    database.execute(
        "alter table " + table + " add constraint test_refuses check (" + check + ") not valid");
  }

  private static String refused(String symbol, long id, String at) {
    return trade(symbol, id, at).replace("'s':1,", "'s':666,");
  }

  private List<String> owed() {
    return database
        .query(
            "select dataset || ' ' || symbol as owed from gaps where status = 'open'"
                + " and to_ts > from_ts order by 1")
        .stream()
        .map(row -> (String) row.get("owed"))
        .toList();
  }

  @Test
  void theFiguresCountWhatWasReadAndStored() throws Exception {
    take("[" + trade("A", 1) + "," + trade("B", 2) + ",{'T':'new'},{'T':'t','S':'A'}]");

    assertThat(figures.getMessages()).isEqualTo(4);
    assertThat(figures.getRows()).isEqualTo(2);
    assertThat(store.behind()).contains(" ms behind the exchange").contains("0 bytes queued");
  }

  @Test
  void beforeTheFirstMessageNothingIsStored() {
    assertThat(store.storedTo()).isNull();
    assertThat(store.behind()).startsWith("nothing is stored yet");
  }

  private void take(String frame) throws Exception {
    CompletableFuture<Exchange> done = send(frame);
    await().atMost(PATIENCE).until(done::isDone);
    assertThat(done.join().getException()).isNull();
  }

  private CompletableFuture<Exchange> send(String frame) {
    byte[] bytes = frame.replace('\'', '"').replace("##", "'").getBytes(StandardCharsets.UTF_8);
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setBody(new Batch(List.of(bytes), bytes.length));
    CompletableFuture<Exchange> done = new CompletableFuture<>();
    store.process(exchange, sync -> done.complete(exchange));
    return done;
  }

  private List<Long> ids() {
    return database.query("select trade_id from trades order by trade_id").stream()
        .map(row -> (Long) row.get("trade_id"))
        .toList();
  }

  private List<String> letters() {
    return database.query("select symbol || ': ' || reason as letter from dead_letters").stream()
        .map(row -> (String) row.get("letter"))
        .toList();
  }

  private static String trade(String symbol, long id, String... fields) {
    return Stream.concat(
            Stream.of(
                "'T':'t'",
                "'S':'" + symbol + "'",
                "'i':" + id,
                "'x':'V'",
                "'p':1",
                "'s':1",
                "'t':'2026-11-20T15:00:00Z'"),
            Stream.of(fields))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String bar(String type, String symbol, String time, int close) {
    return "{'T':'"
        + type
        + "','S':'"
        + symbol
        + "','o':1,'h':9,'l':1,'c':"
        + close
        + ",'v':10,'n':2,'vw':1.5,'t':'2026-11-20T"
        + time
        + ":00Z'}";
  }

  private static String correction(String symbol, long id, long newId, String price) {
    return "{'T':'c','S':'"
        + symbol
        + "','x':'V','oi':"
        + id
        + ",'op':1,'os':1,'oc':['@'],'ci':"
        + newId
        + ",'cp':"
        + price
        + ",'cs':9,'cc':['@'],'z':'C','t':'2026-11-20T15:00:09Z'}";
  }
}
