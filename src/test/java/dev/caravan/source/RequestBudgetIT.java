package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.database.Sql;
import dev.caravan.market.answer.RateLimitedException;
import dev.caravan.support.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.TemporalUnitWithinOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The account of requests, on a real database and with two processes' worth of pools. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestBudgetIT {
  private final AtomicInteger pools = new AtomicInteger();
  private final TestDatabase database = TestDatabase.fresh();
  private final HikariDataSource one = pool();
  private final HikariDataSource other = pool();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void forget() {
    database.execute("truncate request_slots, request_budgets, request_limits, cluster_nodes");
  }

  @AfterAll
  void close() {
    threads.shutdownNow();
    one.close();
    other.close();
    database.close();
  }

  @Test
  void noMoreThanTheBurstGoAtOnceAndTheRestAtTheEvenRateOverAllProcesses() throws Exception {
    RequestBudget here = budget(one, 600, 10);
    RequestBudget there = budget(other, 600, 10);
    List<Future<Instant>> sent = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      RequestBudget budget = i % 2 == 0 ? here : there;
      sent.add(threads.submit(send(budget)));
    }
    List<Instant> times = new ArrayList<>();
    for (Future<Instant> each : sent) {
      times.add(each.get());
    }
    times.sort(null);
    for (int i = 10; i < times.size(); i++) {
      // A token comes each 100 ms: the n-th request after the burst is no sooner than n tokens.
      assertThat(Duration.between(times.get(0), times.get(i)))
          .as("request %d", i + 1)
          .isGreaterThanOrEqualTo(Duration.ofMillis((i - 9) * 100L - 5));
    }
  }

  @Test
  void theWindowIsCountedFromTheAnswerSoThatASlowWayCannotPutTwoWindowsIntoOne() throws Exception {
    RequestBudget budget = budget(one, 2, 2);
    RequestPermit first = budget.take();
    budget.take();
    budget.answered(first, 200, null, null, null, null);

    assertThat(
            database.count(
                "select extract(epoch from min(free_at) - clock_timestamp())::int from request_slots"))
        .as("seconds until the next request")
        .isBetween(59L, 60L);
    assertThat(database.count("select count(*) from request_slots where in_flight"))
        .as("the second is not answered yet, and holds its place for longer")
        .isEqualTo(1);
  }

  @Test
  void aRequestThatWasNeverSentCostsNothing() throws Exception {
    RequestBudget budget = budget(one, 1, 1);
    budget.unused(budget.take());
    assertThat(database.count("select count(*) from request_slots where free_at > now()")).isZero();
  }

  @Test
  void aLongPauseIsAnErrorAtOnceAndAShortOneIsWaitedFor() throws Exception {
    RequestBudget budget = budget(one, 1000, 1000);
    RequestPermit permit = budget.take();
    budget.answered(permit, 429, null, null, null, null);
    assertThatThrownBy(() -> budget.refused(permit, Instant.now().plusSeconds(600)))
        .isInstanceOf(RateLimitedException.class)
        .hasMessageStartingWith("Rate limit exceeded: test, next try at ");
    assertThatThrownBy(budget::take).isInstanceOf(RateLimitedException.class);

    database.execute(
        "update request_budgets set paused_until = clock_timestamp() + interval '0.5 s'");
    Instant before = Instant.now();
    budget.take();
    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void refusalsThatWereSentBeforeThePauseCountAsOne() throws Exception {
    RequestBudget budget = budget(one, 1000, 1000);
    RequestPermit first = budget.take();
    RequestPermit second = budget.take();
    for (RequestPermit permit : List.of(first, second)) {
      assertThatThrownBy(() -> budget.refused(permit, null))
          .isInstanceOf(RateLimitedException.class);
    }
    assertThat(database.value("select refusals from request_budgets")).isEqualTo(1);
  }

  @Test
  void afterARefusalOneRequestAtATimeIsLetThroughUntilOneIsAnswered() throws Exception {
    RequestBudget budget = budget(one, 1000, 1000);
    RequestPermit refused = budget.take();
    budget.answered(refused, 429, null, null, null, null);
    assertThatThrownBy(() -> budget.refused(refused, Instant.now()))
        .isInstanceOf(RateLimitedException.class);
    RequestPermit probe = budget.take();
    Future<Instant> next = threads.submit(send(budget));
    assertThat(database.count("select count(*) from request_slots where in_flight")).isEqualTo(1);

    Instant answered = Instant.now();
    budget.answered(probe, 200, null, null, null, null);
    assertThat(next.get()).isAfter(answered);
    assertThat(database.value("select refusals from request_budgets")).isEqualTo(0);
  }

  @Test
  void whereTheClockOfTheDatabaseWasSetBackNobodyWaitsUntilItIsThereAgain() throws Exception {
    RequestBudget budget = budget(one, 3, 3);
    RequestPermit answered = budget.take();
    budget.take();
    budget.answered(answered, 200, null, null, null, null);
    setBackByADay();

    // The third of the window.
    assertThat(threads.submit(send(budget)).get(30, TimeUnit.SECONDS)).isNotNull();
    assertThat(
            database.query(
                "select in_flight, round(extract(epoch from free_at - clock_timestamp()) / 60)::int as minutes"
                    + " from request_slots where sent_at > clock_timestamp() order by in_flight"))
        .as("those that were sent before hold their places as if they were sent now")
        .extracting(row -> row.get("in_flight") + " " + row.get("minutes"))
        .containsExactly("false 1", "true 2");
  }

  @Test
  void aPauseIsAsLongAsItWasWhereTheClockOfTheDatabaseWasSetBack() throws Exception {
    RequestBudget budget = budget(one, 1000, 1000);
    RequestPermit permit = budget.take();
    budget.answered(permit, 429, null, null, null, null);
    assertThatThrownBy(() -> budget.refused(permit, Instant.now().plusSeconds(600)))
        .isInstanceOf(RateLimitedException.class);
    setBackByADay();

    assertThatThrownBy(budget::take).isInstanceOf(RateLimitedException.class);
    assertThat(
            database.count(
                "select round(extract(epoch from paused_until - clock_timestamp()) / 60)::int from request_budgets"))
        .as("minutes until the account goes on")
        .isEqualTo(10);
  }

  /** The header's time is the provider's, and {@code free_at} the database's: 30 s are 30 s. */
  @ParameterizedTest
  @CsvSource({"0, 2", "0, -2", "2, 0", "-2, 0", "2, -2"})
  void aResetIsAsFarOffAsTheProviderSaysWhateverTheClocks(int databaseHours, int providerHours)
      throws Exception {
    try (HikariDataSource off = pool(databaseHours)) {
      RequestBudget budget = budget(off, 100, 100);
      Instant theirs = Instant.now().plus(Duration.ofHours(providerHours));
      budget.answered(
          budget.take(),
          200,
          "100",
          "3",
          Long.toString(theirs.getEpochSecond() + 30),
          DateTimeFormatter.RFC_1123_DATE_TIME.format(theirs.atZone(ZoneOffset.UTC)));

      // One slot is the request's own, and the last of the 96 comes back a minute after the reset.
      assertThat(held(databaseHours, "interval '10 s'")).isEqualTo(97);
      assertThat(held(databaseHours, "interval '92 s'")).isZero();
      assertThat(budget.left()).isEqualTo(3);
    }
  }

  @Test
  void aResetThatIsNoTimeHoldsWhatIsGoneForAMinute() throws Exception {
    RequestBudget budget = budget(one, 100, 100);
    String inTwoHours = Long.toString(Instant.now().plus(Duration.ofHours(2)).getEpochSecond());
    budget.answered(budget.take(), 200, "100", "3", inTwoHours, null);

    assertThat(held(0, "interval '40 s'")).isEqualTo(97);
    assertThat(held(0, "interval '125 s'")).isZero();
  }

  private long held(int databaseHours, String after) {
    return database.count(
        "select count(*) from request_slots where free_at > clock_timestamp() + interval '"
            + databaseHours
            + " hours' + "
            + after);
  }

  @Test
  void whoRefusesAndAsksForNoPauseIsAskedEverMoreSeldomAndThenNotForLong() throws Exception {
    RequestBudget budget = budget(one, 1000, 1000);
    for (int refusal = 1; refusal <= 5; refusal++) {
      RequestPermit permit = budget.take();
      budget.answered(permit, 429, null, null, null, null);
      assertThatThrownBy(() -> budget.refused(permit, Instant.now()))
          .isInstanceOf(RateLimitedException.class);
      // 10 ms, 20, 40 and 80, each with a jitter of a fifth; the fifth in a row blocks.
      long least = refusal < 5 ? 8L << (refusal - 1) : 900_000;
      assertThat(
              database.count(
                  "select round(extract(epoch from paused_until - refused_at) * 1000) from request_budgets"))
          .as("milliseconds after refusal %d", refusal)
          .isBetween(least, least + least / 2);
    }
  }

  /** What a caller is told is of this process's clock, by which it waits. */
  @ParameterizedTest
  @ValueSource(ints = {2, -2})
  void aPauseIsToldByTheClockOfTheProcess(int databaseHours) throws Exception {
    try (HikariDataSource off = pool(databaseHours)) {
      RequestBudget budget = budget(off, 1000, 1000);
      RequestPermit permit = budget.take();
      budget.answered(permit, 429, null, null, null, null);
      Instant retryAt = Instant.now().plusSeconds(600);
      for (ThrowingCallable refused :
          List.<ThrowingCallable>of(() -> budget.refused(permit, retryAt), budget::take)) {
        assertThatThrownBy(refused)
            .isInstanceOfSatisfying(
                RateLimitedException.class,
                told ->
                    assertThat(told.nextTry())
                        .isCloseTo(retryAt, new TemporalUnitWithinOffset(5, ChronoUnit.SECONDS)));
      }
    }
  }

  /** As it looks to a clock that is a day behind the one by which it was written. */
  private void setBackByADay() {
    database.execute(
        "update request_budgets set next_token_at = next_token_at + interval '1 day',"
            + " refused_at = refused_at + interval '1 day', paused_until = paused_until + interval '1 day'");
    database.execute(
        "update request_slots set free_at = free_at + interval '1 day', sent_at = sent_at + interval '1 day'");
  }

  @Test
  void stoppingEndsTheWaitOfAllCallers() throws Exception {
    RequestBudget budget = budget(one, 1, 1);
    budget.take();
    Future<Instant> waiting = threads.submit(send(budget));
    budget.stop();
    assertThatThrownBy(waiting::get).hasRootCauseInstanceOf(StoppedException.class);
  }

  @Test
  void whoIsLiveGoesBeforeARepairThatWaitsAndBothBeforeABackfill() throws Exception {
    // After a refusal nobody goes on until the one request that is under way is answered.
    RequestBudget budget = budget(one, 600, 1);
    RequestPermit probe = probe(budget);
    List<Future<Instant>> backfill = wait(budget, RequestPriority.BACKFILL, 3);
    List<Future<Instant>> repair = wait(budget, RequestPriority.REPAIR, 3);
    List<Future<Instant>> live = wait(budget, RequestPriority.LIVE, 3);
    budget.answered(probe, 200, null, null, null, null);

    List<Instant> inTurn = sent(live, repair, backfill);
    assertThat(inTurn).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whoIsLiveInOneProcessGoesBeforeWhoIsNotInAnother() throws Exception {
    RequestBudget here = budget(one, 600, 1);
    RequestBudget there = budget(other, 600, 1);
    RequestPermit probe = probe(here);
    List<Future<Instant>> backfill = wait(there, RequestPriority.BACKFILL, 3);
    List<Future<Instant>> repair = wait(here, RequestPriority.REPAIR, 2);
    await().until(() -> waits("repair_waits_until"));
    List<Future<Instant>> live = wait(there, RequestPriority.LIVE, 2);
    await().until(() -> waits("live_waits_until"));
    here.answered(probe, 200, null, null, null, null);

    List<Instant> inTurn = sent(live, repair, backfill);
    assertThat(inTurn).isSorted().doesNotHaveDuplicates();
    assertThat(waits("live_waits_until")).as("when all are served").isFalse();
  }

  /** The one request that is let through after a refusal, until it is answered. */
  private static RequestPermit probe(RequestBudget budget) throws InterruptedException {
    RequestPermit refused = budget.take();
    budget.answered(refused, 429, null, null, null, null);
    assertThatThrownBy(() -> budget.refused(refused, Instant.now()))
        .isInstanceOf(RateLimitedException.class);
    return budget.take();
  }

  /** When each was sent: those of the first priority in their order, then those of the next. */
  @SafeVarargs
  private static List<Instant> sent(List<Future<Instant>>... priorities) throws Exception {
    List<Instant> inTurn = new ArrayList<>();
    for (List<Future<Instant>> each : priorities) {
      List<Instant> times = new ArrayList<>();
      for (Future<Instant> sent : each) {
        times.add(sent.get());
      }
      times.sort(null);
      inTurn.addAll(times);
    }
    return inTurn;
  }

  private boolean waits(String until) {
    return database.count(
            "select count(*) from request_budgets where " + until + " > clock_timestamp()")
        > 0;
  }

  @Test
  void nobodyWaitsForACallerOfBeforeTheClockWasSetBack() throws Exception {
    RequestBudget budget = budget(one, 600, 4);
    budget.take("backfill");
    database.execute(
        "update request_budgets set live_waits_until = clock_timestamp() + interval '1 day',"
            + " repair_waits_until = clock_timestamp() + interval '1 day',"
            + " cautious_until = clock_timestamp() + interval '1 day'");
    assertThat(budget.take("backfill")).isNotNull();
    assertThat(budget.take("repair")).isNotNull();
  }

  @Test
  void ofTheProcessesThatLiveTheLeastLimitRulesForAll() throws Exception {
    RequestBudget here = budget(one, 600, 10);
    RequestBudget there = budget(other, 60, 1);
    for (HikariDataSource each : List.of(one, other)) {
      database.execute(
          "insert into cluster_nodes (node, host, pid) values ('%s', 'h', 1)"
              .formatted(each.getPoolName()));
    }
    here.take();
    assertThat(here.left()).as("alone").isEqualTo(599);
    there.take();
    assertThat(here.left()).isEqualTo(58);
    Instant first = here.take().sentAt();
    assertThat(here.take().sentAt()).isAfterOrEqualTo(first.plusMillis(950));

    database.execute(
        "update cluster_nodes set seen_at = '-infinity' where node = '%s'"
            .formatted(other.getPoolName()));
    assertThat(here.left()).as("when the other is gone").isEqualTo(596);
    there.setRequestsPerMinute(30);
    database.execute(
        "update cluster_nodes set seen_at = clock_timestamp() where node = '%s'"
            .formatted(other.getPoolName()));
    there.take();
    assertThat(here.left()).as("when it is back, with another limit").isEqualTo(25);
    try (Connection leaving = other.getConnection();
        Statement statement = leaving.createStatement()) {
      statement.execute(Sql.load("cluster_nodes/leave"));
    }
    assertThat(database.query("select node from request_limits"))
        .extracting(row -> row.get("node"))
        .containsExactly(one.getPoolName());
  }

  @Test
  void afterAChangeOfServersHalfOfTheBurstIsGranted() throws Exception {
    RequestBudget budget = budget(one, 600, 10);
    budget.answered(budget.take(), 200, null, null, null, null);
    database.execute(
        "update request_budgets set server_started_at = 'yesterday', next_token_at = '-infinity'");
    List<Instant> times = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      times.add(budget.take().sentAt());
    }
    assertThat(Duration.between(times.get(0), times.get(6)))
        .as("five at once, then one each 100 ms")
        .isGreaterThanOrEqualTo(Duration.ofMillis(195));
    assertThat(
            database.count(
                "select count(*) from request_budgets where server_started_at = pg_postmaster_start_time()"))
        .isEqualTo(1);
  }

  @Test
  void aServerOfAnAccountThatWasIdleIsNoReasonForCaution() throws Exception {
    RequestBudget budget = budget(one, 600, 10);
    budget.unused(budget.take());
    database.execute("update request_budgets set server_started_at = 'yesterday'");
    budget.take();
    assertThat(
            database.count(
                "select count(*) from request_budgets where cautious_until > clock_timestamp()"))
        .isZero();
  }

  @Test
  void aProcessOfTheReleaseBeforeIsServedAsWell() {
    assertThat(
            database.query(
                "select slot from take_permits('old', 3, 600, 10, interval '60 s') order by slot"))
        .extracting(row -> row.get("slot"))
        .isEqualTo(List.of(0, 1, 2));
    assertThat(database.count("select count(*) from request_limits")).isZero();
  }

  @Test
  void theLastQuarterOfTheBurstIsLeftToWhoIsLive() throws Exception {
    RequestBudget budget = budget(one, 60, 4);
    for (int i = 0; i < 3; i++) {
      budget.take("repair");
    }
    Instant third = Instant.now();
    Future<Instant> fourth = threads.submit(send(budget, "repair"));
    assertThat(budget.take("live").sentAt()).as("at once").isBefore(fourth.get());
    assertThat(fourth.get()).as("a token later").isAfter(third.plusMillis(900));
  }

  @Test
  void aCallerThatWaitsForOthersIsStoppedAsWell() throws Exception {
    RequestBudget budget = budget(one, 1, 1);
    budget.take();
    List<Future<Instant>> live = wait(budget, RequestPriority.LIVE, 1);
    List<Future<Instant>> repair = wait(budget, RequestPriority.REPAIR, 2);
    budget.stop();
    for (Future<Instant> each : List.of(live.get(0), repair.get(0), repair.get(1))) {
      assertThatThrownBy(each::get).hasRootCauseInstanceOf(StoppedException.class);
    }
  }

  private List<Future<Instant>> wait(RequestBudget budget, RequestPriority priority, int callers) {
    List<Future<Instant>> waiting = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      waiting.add(threads.submit(send(budget, priority.word())));
    }
    await().until(() -> budget.waiting(priority) == callers);
    return waiting;
  }

  private Callable<Instant> send(RequestBudget budget) {
    return send(budget, null);
  }

  private Callable<Instant> send(RequestBudget budget, String priority) {
    return () -> {
      RequestPermit permit = budget.take(priority);
      budget.answered(permit, 200, null, null, null, null);
      return permit.sentAt();
    };
  }

  private HikariDataSource pool() {
    return pool(0);
  }

  /** Connections on which PostgreSQL's clock is some hours ahead. */
  private HikariDataSource pool(int hours) {
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName("budget-" + pools.incrementAndGet());
    String process = "set application_name = '" + pool.getPoolName() + "'";
    pool.setConnectionInitSql(process);
    if (hours != 0) {
      database.execute(
          "create schema if not exists off; create or replace function off.clock_timestamp()"
              + " returns timestamptz language sql volatile as"
              + " $$select pg_catalog.clock_timestamp() + interval '"
              + hours
              + " hours'$$");
      pool.setConnectionInitSql(process + "; set search_path = public, off, pg_catalog");
    }
    pool.setJdbcUrl(database.database().url());
    pool.setUsername(database.database().user());
    pool.setPassword(database.database().password());
    pool.setMaximumPoolSize(5);
    return pool;
  }

  private static RequestBudget budget(HikariDataSource pool, int perMinute, int burst) {
    RequestBudget budget = new RequestBudget();
    budget.setAccount("test");
    budget.setDataSource(pool);
    budget.setRequestsPerMinute(perMinute);
    budget.setBurst(burst);
    budget.setAttempts(5);
    budget.setRetryDelayMs(10);
    budget.setPatienceMs(5000);
    budget.setBlockedPauseSeconds(900);
    return budget;
  }
}
