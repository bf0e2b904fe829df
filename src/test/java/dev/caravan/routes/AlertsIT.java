package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.caravan.database.ChangeFigures;
import dev.caravan.database.Database;
import dev.caravan.database.OperationalSnapshot;
import dev.caravan.database.PartitionFigures;
import dev.caravan.management.ChangesHealth;
import dev.caravan.management.ClockHealth;
import dev.caravan.management.KafkaHealth;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.ProviderClock;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.source.RequestBudget;
import dev.caravan.stream.StreamHealth;
import dev.caravan.stream.StreamHours;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import dev.caravan.support.Receiver;
import dev.caravan.support.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong in a database becomes one message to each address, and one when it is over. */
class AlertsIT extends CaravanTestSupport {
  private static final String SECRET = "T0K3N-s3cret";

  private final int smtp = TestDatabase.freePort();
  private final GreenMail mail =
      new GreenMail(new ServerSetup(smtp, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final Receiver hook = new Receiver();
  private final Receiver slack = new Receiver();
  private final MovableClock clock = new MovableClock(Instant.now().toString());

  AlertsIT() {
    mail.start();
    set(
        "caravan.alerts.to",
        "smtp://127.0.0.1:%d?to=ops@example.com; %s/%s; slack:%s/services/%s"
            .formatted(smtp, hook.url(), SECRET, slack.url(), SECRET));
    set("camel.beans.standing.kafka", "true");
    set("caravan.alerts.dead-letters-per-hour", "2");
    for (String flow : FlowCatalog.FLOWS) {
      set("caravan.schedule." + flow, "off");
    }
    internal("alerts-period-ms", "100");
    internal("alerts-calm-s", "0");
    internal("alerts-grace-ms", "500");
    internal("connection-timeout-ms", "500");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void forget() throws Exception {
    // What the test before was owed is on its way perhaps.
    await("nothing under way")
        .until(() -> context.getInflightRepository().size("tell-address") == 0);
    hook.received().clear();
    slack.received().clear();
    mail.purgeEmailFromAllMailboxes();
  }

  /** Who is told meanwhile takes the rows in another order. */
  @Override
  public void emptyTables() {
    await()
        .ignoreExceptions()
        .until(
            () -> {
              super.emptyTables();
              return true;
            });
  }

  /** Refuses everybody the database, or lets them in again. */
  private void away(boolean away) {
    try (Connection server =
            DriverManager.getConnection(
                TestDatabase.serverUrl(), TestDatabase.user(), TestDatabase.password());
        Statement statement = server.createStatement()) {
      String name = database.url().replaceAll(".*/|\\?.*", "");
      statement.execute("alter database " + name + " allow_connections " + !away);
      if (away) {
        statement.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
                + name
                + "'");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anOutageOfTheDatabaseIsToldWhileItLastsAndItsEndAfterwards() {
    hook.answer(500);
    away(true);
    try {
      await("the message and the mail")
          .until(
              () -> {
                clock.advance(Duration.ofMillis(100));
                return slack.received().size() == 1 && subjects().size() == 1;
              });
      JsonNode text = json(slack.received().get(0)).path("text");
      assertThat(text.asText()).startsWith("Alert: the database is away, seen from ");
    } finally {
      away(false);
      database.relogin();
    }
    // Who could not be told during the outage is told of it, and of its end.
    hook.answer(200);
    await("the incident").until(() -> database.count("select count(*) from alerts") == 1);
    tryNow();
    awaitTold(2);
    awaitTicks();
    awaitTold(2);
    assertThat(hook.received())
        .extracting(each -> json(each).path("what").asText() + json(each).path("kind").asText())
        .containsExactly("database-awayopened", "database-awaycleared");
  }

  @AfterEach
  void answerAgain() {
    hook.answer(200);
    hook.letGo();
  }

  @AfterAll
  void close() {
    mail.stop();
    hook.close();
    slack.close();
  }

  @Test
  void aFlowThatFailedThreeTimesInARowIsOneAlertAndItsSuccessOneAllClear() {
    failed("yahoo-bars", "-4 min");
    failed("yahoo-bars", "-3 min");
    awaitTicks();
    assertThat(database.count("select count(*) from alerts")).isZero();

    failed("yahoo-bars", "-2 min");
    awaitTold(1);
    failed("yahoo-bars", "-1 min");
    awaitTicks();
    execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " values ('yahoo-bars', 'schedule', 'succeeded', now(), now(), 'x')");
    awaitTold(2);
    awaitTicks();

    assertThat(hook.received())
        .extracting(each -> json(each).path("title").asText())
        .containsExactly(
            "Alert: flow yahoo-bars keeps failing", "Resolved: flow yahoo-bars keeps failing");
    JsonNode alert = json(hook.received().get(0));
    assertThat(alert.path("what").asText()).isEqualTo("flow-failing");
    assertThat(alert.path("subject").asText()).isEqualTo("yahoo-bars");
    assertThat(alert.path("detail").asText())
        .isEqualTo("3 runs in a row failed. The last one: No connection: refused");
    assertThat(alert.path("text").asText()).contains("docs/alerts.md#flow-failing");
    assertThat(json(hook.received().get(1)).path("id")).isEqualTo(alert.path("id"));
    assertThat(slack.received()).hasSize(2);
    assertThat(slack.received().get(0).body()).startsWith("{\"text\":");
    assertThat(subjects())
        .containsExactly(
            "[Caravan] Alert: flow yahoo-bars keeps failing",
            "[Caravan] Resolved: flow yahoo-bars keeps failing");
    assertThat(
            database.query(
                "select what, subject, told_at is not null and cleared_told_at is not null as told"
                    + " from alerts"))
        .containsExactly(Map.of("what", "flow-failing", "subject", "yahoo-bars", "told", true));
  }

  @Test
  void aFlowWhoseStepFailedIsNotAnAlertBesideThatOfTheStep() {
    for (int i = 1; i <= 3; i++) {
      failed("end-of-day", "-" + i + " min");
      execute(
          "insert into flow_runs (parent_run_id, flow, trigger, status, error, started_at, finished_at, process)"
              + " select max(run_id), 'yahoo-bars', 'flow', 'failed', 'x', now(), now(), 'x' from flow_runs");
    }
    awaitTold(1);
    awaitTicks();
    assertThat(database.query("select subject from alerts"))
        .containsExactly(Map.of("subject", "yahoo-bars"));
  }

  @Test
  void aDailyFlowIsAnAlertOnceItHasNotSucceededForADay() {
    execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " values ('end-of-day', 'schedule', 'succeeded', now() - interval '25 h', now(), 'x')");
    failed("end-of-day", "-1 min");
    awaitTold(1);
    assertThat(json(hook.received().get(0)).path("detail").asText())
        .isEqualTo("The last run failed: No connection: refused");
  }

  @Test
  void anAddressThatRefusesOrIsSlowOrAwayHoldsUpNobodyAndIsToldOnceInTheEnd() {
    hook.answer(503);
    letters(3);
    awaitTold(slack, 1);
    await().until(() -> subjects().size() == 1);
    awaitRefused();
    assertThat(
            database.value(
                "select last_error from alert_messages where address like 'http:%' and last_error is not null"))
        .isEqualTo("it answered with status 503");
    hook.hold();
    hook.answer(200);
    tryNow();
    execute("delete from dead_letters");
    awaitTold(slack, 2);
    await().until(() -> subjects().size() == 2);
    assertThat(hook.received()).isEmpty();
    hook.letGo();
    awaitTold(hook, 2);

    hook.goAway();
    letters(3);
    awaitTold(slack, 3);
    awaitRefused();
    hook.comeBack();
    tryNow();
    awaitTold(hook, 3);
    awaitTicks();
    assertThat(hook.received()).hasSize(3);
    assertThat(slack.received()).hasSize(3);
    assertThat(hook.received())
        .extracting(each -> json(each).path("kind").asText())
        .containsExactly("opened", "cleared", "opened");
  }

  @Test
  void whatAProcessThatDiedWasSendingIsSentByAnotherAndWhatItSentIsNot() {
    hook.answer(500);
    letters(3);
    awaitTold(slack, 1);
    awaitRefused();
    // As a process leaves it that is killed while it sends.
    execute(
        "update alert_messages set claimed_by = 'gone', claimed_at = now(), next_try_at = now() where told_at is null");
    hook.answer(200);
    awaitTold(hook, 1);
    awaitTicks();
    assertThat(slack.received()).hasSize(1);
    assertThat(subjects()).hasSize(1);
  }

  @Test
  void whatAnotherProcessIsSendingIsLeftToIt() {
    hook.answer(500);
    letters(3);
    awaitRefused();
    execute(
        "insert into cluster_nodes (node, host, pid, seen_at) values ('alive', 'here', 1, now())");
    execute(
        "update alert_messages set claimed_by = 'alive', claimed_at = now(), next_try_at = now() where told_at is null");
    hook.answer(200);
    awaitTicks();
    awaitTicks();
    assertThat(hook.received()).isEmpty();
  }

  @Test
  void gapsThatWereAbandonedAreOneAlertAFeedAndDayUntilTheyAreReopened() {
    // Both at once: a look in between would tell of one.
    execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at, last_error)"
            + " select 'alpaca', 'iex', 'trades', symbol, now() - interval '2 h', now() - interval '1 h', 'abandoned',"
            + " 'lost', now(), '400: no' from unnest(array['AAPL', 'MSFT']) symbol");
    awaitTold(1);
    JsonNode alert = json(hook.received().get(0));
    assertThat(alert.path("what").asText()).isEqualTo("gap-abandoned");
    assertThat(alert.path("detail").asText())
        .isEqualTo("2 gaps of 2 symbols abandoned. The last one: 400: no");
    execute("update gaps set status = 'open', closed_at = null");
    awaitTold(2);
  }

  @Test
  void rowsOfNoMonthAreAnAlertUntilTheyAreGone() {
    execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed)"
            + " select 'AAPL', '2099-01-01T15:00:00Z', 0, 'V', n, 1, 1, 'iex' from generate_series(1, 2) n");
    awaitTold(1);
    JsonNode alert = json(hook.received().get(0));
    assertThat(alert.path("what").asText()).isEqualTo("rows-without-month");
    assertThat(alert.path("detail").asText())
        .isEqualTo("2 rows of trades, from 2099-01-01 to 2099-01-01, lie in no month.");
    execute("delete from trades");
    awaitTold(2);
  }

  @Test
  void aNodeThatIsGoneIsAnAlertUntilOneOfItsNameIsBack() {
    execute(
        "insert into cluster_nodes (node, host, pid, seen_at, member, buried_at) values"
            + " ('gone', 'there', 1, '-infinity', 'paris', now() - interval '1 min'),"
            // Whoever is no node of a cluster comes and goes.
            + " ('command', 'there', 2, '-infinity', null, now() - interval '1 hour'),"
            // It has come back already.
            + " ('before', 'here', 3, '-infinity', 'rome', now() - interval '1 hour'),"
            + " ('after', 'here', 4, now(), 'rome', null)");
    awaitTicks();
    assertThat(database.count("select count(*) from alerts")).as("it may come back yet").isZero();

    execute("update cluster_nodes set buried_at = '2026-11-20T15:00:00Z' where node = 'gone'");
    awaitTold(1);
    JsonNode alert = json(hook.received().get(0));
    assertThat(alert.path("what").asText()).isEqualTo("node-gone");
    assertThat(alert.path("title").asText()).isEqualTo("Alert: node paris is gone");
    assertThat(alert.path("detail").asText())
        .isEqualTo("Node paris on there was seen last at 2026-11-20 15:00 UTC.");
    execute(
        "insert into cluster_nodes (node, host, pid, seen_at, member) values ('back', 'there', 5, now(), 'paris')");
    awaitTold(2);
    execute("delete from cluster_nodes where member is not null");
  }

  @Test
  void barsThatAreMissingAfterTheRepairAreAnAlert() {
    receipt("AAPL", 0);
    receipt("MSFT", 0);
    // In life both are one transaction.
    execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason)"
            + " select source, feed, dataset, symbol, timeframe, opens_at, closes_at, 'receipt' from receipts where symbol = 'AAPL'");
    execute("update receipts set missing = 3, stored = 387 where symbol = 'AAPL'");
    awaitTicks();
    assertThat(database.count("select count(*) from alerts")).isZero();

    // The repair has had its time.
    execute(
        "update gaps set opened_at = now() - interval '13 h', status = 'filled', closed_at = now()");
    awaitTicks();
    assertThat(database.count("select count(*) from alerts")).isZero();
    execute("update gaps set closed_at = now() - interval '12 h 1 min'");
    awaitTold(1);
    assertThat(json(hook.received().get(0)).path("detail").asText())
        .isEqualTo("3 bars are missing, of 1 symbol: AAPL");
    execute("update receipts set missing = 0, stored = 390");
    awaitTold(2);
  }

  @Test
  void aSummaryIsSentOnceToEachAddressHoweverManyProcessesOweIt() {
    failed("yahoo-bars", "-1 min");
    receipt("AAPL", 3);
    String addresses = "[\"log:one\", \"log:two\"]";
    for (int process = 0; process < 2; process++) {
      template.sendBody("statement:alerts/owe_summary?addresses=RAW(" + addresses + ")", "");
    }
    assertThat(database.query("select kind, address from alert_messages order by address"))
        .containsExactly(
            Map.of("kind", "summary", "address", "log:one"),
            Map.of("kind", "summary", "address", "log:two"));
    assertThat(database.value("select detail from alerts where what = 'summary'").toString())
        .contains("What came: 0 runs succeeded, 0 were partial, 1 failed.")
        .contains(": 387 of 390 bars are stored, 0 had no trade, 3 are missing.")
        .contains("Gaps: 0 opened, 0 repaired, 0 abandoned; 0 are open.");

    execute(
        "insert into alert_messages (alert_id, kind, address) select alert_id, 'summary', m.address from alerts"
            + " cross join (select 'slack:"
            + slack.url()
            + "/***' as address) m where what = 'summary'");
    await("the summary")
        .until(
            () ->
                slack.received().stream()
                    .map(each -> json(each).path("text").asText())
                    .anyMatch(
                        text ->
                            text.startsWith("Summary: ")
                                && text.contains("\n\nWhat came: ")
                                && text.contains("docs/alerts.md#summary")));
  }

  /** The check of the disk is one of these; whoever registers it need not know of alerts. */
  @Test
  void aHealthCheckThatIsDownForAWhileIsAnAlert() {
    Check disk = new Check("disk");
    Check source = new Check("source:acme");
    HealthCheckRegistry health = HealthCheckRegistry.get(context);
    health.register(disk);
    health.register(source);
    try {
      disk.down = true;
      source.down = true;
      await().until(() -> database.count("select count(*) from alert_signals") == 2);
      awaitTicks();
      assertThat(database.count("select count(*) from alerts")).isZero();

      execute("update alert_signals set since = since - interval '1 min'");
      awaitTold(1);
      execute("update alert_signals set since = since - interval '5 min'");
      awaitTold(2);
      assertThat(hook.received())
          .extracting(each -> json(each).path("what").asText())
          .containsExactly("disk-low", "source-down");
      assertThat(json(hook.received().get(1)).path("title").asText())
          .isEqualTo("Alert: acme is down");
      assertThat(json(hook.received().get(1)).path("detail").asText()).isEqualTo("Is not well.");
      disk.down = false;
      source.down = false;
      awaitTold(4);
    } finally {
      health.unregister(disk);
      health.unregister(source);
    }
  }

  @Test
  void aStreamThatIsDownInItsHoursIsAnAlert() {
    StreamHealth health = bean("streamHealth", StreamHealth.class);
    StreamHours always = new StreamHours();
    always.setSchedule("always");
    health.setHours(always);
    health.setEnabled(true);
    try {
      assertRings(
          "stream-down",
          "Alert: the stream is down",
          "Its route is not started.",
          "2 min",
          () -> health.setEnabled(false));
    } finally {
      health.setEnabled(false);
    }
  }

  @Test
  void writersOfKafkaThatAreBehindAreAnAlert() {
    PartitionFigures figures = new PartitionFigures();
    figures.setStanding(bean("standing", OperationalSnapshot.class));
    figures.setTopic("caravan-stream");
    KafkaHealth check = new KafkaHealth();
    check.setFigures(figures);
    HealthCheckRegistry.get(context).register(check);
    execute(
        "insert into stream_watermarks (source, feed, stored_to)"
            + " select 'alpaca', feed, '2026-11-20 15:00Z' from feeds where role = 'stream'");
    execute(
        "insert into store_watermarks (topic, partition, next_offset, stored_to)"
            + " values ('caravan-stream', 0, 9, '2026-11-20 14:55Z')");
    try {
      assertRings(
          "writers-behind",
          "Alert: what came by Kafka is not stored",
          "Partition 0 of topic caravan-stream is 300 s behind what was received",
          "30 s",
          () -> execute("delete from store_watermarks"));
    } finally {
      HealthCheckRegistry.get(context).unregister(check);
    }
  }

  @Test
  void changesThatAreNotPublishedAreAnAlert() {
    AtomicLong nanoTime = new AtomicLong();
    ChangeFigures figures = new ChangeFigures(nanoTime::get);
    OperationalSnapshot standing = bean("standing", OperationalSnapshot.class);
    figures.setStanding(standing);
    ChangesHealth check = new ChangesHealth();
    check.setFigures(figures);
    check.setTopic("others");
    execute("insert into changes (dataset, symbol, content) values ('trades', 'AAPL', '{}')");
    await("the change is read")
        .until(() -> standing.latest().map(reading -> reading.kafka().oldestChange()).isPresent());
    figures.waiting();
    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(75));
    HealthCheckRegistry.get(context).register(check);
    try {
      assertRings(
          "changes-waiting",
          "Alert: changes are not published to Kafka",
          "No change was published to topic others for 75 s",
          "30 s",
          () -> execute("delete from changes"));
    } finally {
      HealthCheckRegistry.get(context).unregister(check);
    }
  }

  @Test
  void aClockThatIsOffIsAnAlert() {
    ProviderClock alpaca = bean("providerClock", ProviderClock.class);
    // The clock here stands still, so that the database's is no measure.
    ClockHealth check = new ClockHealth(alpaca, new OperationalSnapshot());
    HealthCheckRegistry.get(context).register(check);
    heard(alpaca, Duration.ofSeconds(90));
    try {
      assertRings(
          "clock-off",
          "Alert: a clock is off, seen from " + Database.hostName(),
          "behind Alpaca's: set it right (NTP).",
          "30 s",
          () -> heard(alpaca, Duration.ZERO));
    } finally {
      HealthCheckRegistry.get(context).unregister(check);
      heard(alpaca, Duration.ZERO);
    }
  }

  @Test
  void liveRequestsThatWaitForTheBudgetAreAnAlert() throws Exception {
    RequestBudget budget = bean("newsapiBudget", RequestBudget.class);
    String reset = String.valueOf(Instant.now().plusSeconds(600).getEpochSecond());
    budget.answered(budget.take(), 200, "30", "0", reset, null);
    Thread waiting = new Thread(() -> takeOne(budget), "waiting");
    waiting.start();
    try {
      assertRings(
          "budget-used-up",
          "Alert: the request budget of newsapi is used up",
          "Live requests are waiting; the limit is " + budget.getRequestsPerMinute() + " a minute.",
          "5 min",
          waiting::interrupt);
    } finally {
      waiting.interrupt();
      waiting.join();
    }
  }

  /** It rings no sooner than it should, says what is wrong, and once it is over. */
  private void assertRings(String what, String title, String detail, String after, Runnable over) {
    await(what)
        .until(
            () ->
                database.count("select count(*) from alert_signals where what = '" + what + "'")
                    == 1);
    awaitTicks();
    assertThat(database.count("select count(*) from alerts")).isZero();
    execute("update alert_signals set since = since - interval '" + after + "'");
    awaitTold(1);
    JsonNode alert = json(hook.received().get(0));
    assertThat(alert.path("what").asText()).isEqualTo(what);
    assertThat(alert.path("title").asText()).isEqualTo(title);
    assertThat(alert.path("detail").asText()).contains(detail);
    assertThat(alert.path("text").asText()).contains("docs/alerts.md#" + what);
    over.run();
    awaitTold(2);
    assertThat(json(hook.received().get(1)).path("kind").asText()).isEqualTo("cleared");
  }

  private void heard(ProviderClock alpaca, Duration ahead) {
    Instant now = clock.instant();
    alpaca.heard(
        "alpaca",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(now.plus(ahead).atZone(ZoneOffset.UTC)),
        now);
  }

  private static void takeOne(RequestBudget budget) {
    try {
      budget.take();
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> T bean(String name, Class<T> type) {
    return context.getRegistry().lookupByNameAndType(name, type);
  }

  /** A machine that is suspended ticks no more than one that is switched off. */
  @Test
  void aSessionWithoutCaravanIsToldAtItsReturn() {
    Instant now = Instant.now();
    MarketCalendar.learn(
        List.of(
            new MarketCalendar.Session(
                now.atZone(MarketCalendar.NEW_YORK).toLocalDate(),
                now.minus(Duration.ofHours(2)),
                now.plus(Duration.ofHours(1)),
                now.minus(Duration.ofHours(3)),
                now.plus(Duration.ofHours(2)))));
    execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, reason)"
            + " values ('alpaca', 'iex', 'trades', 'AAPL', now() - interval '3 h', now(), 'lost')");
    await("an absence")
        .until(
            () -> {
              execute("update alert_watch set seen_at = now() - interval '3 h'");
              clock.advance(Duration.ofHours(3));
              awaitTicks();
              return database.count("select count(*) from absences") > 0;
            });
    awaitTold(1);
    JsonNode alert = json(hook.received().get(0));
    assertThat(alert.path("what").asText()).isEqualTo("not-running");
    assertThat(alert.path("detail").asText())
        .matches("Not running until .* UTC: 1(19|20) minutes of regular trading\\.");
    // Its data is complete, some minutes later.
    execute(
        "update absences set from_ts = from_ts - interval '6 min', to_ts = to_ts - interval '6 min'");
    execute(
        "update alerts set subject = to_char((select from_ts from absences) at time zone 'UTC', 'YYYY-MM-DD HH24:MI \"UTC\"')");
    awaitTicks();
    assertThat(hook.received()).hasSize(1);
    execute("update gaps set status = 'filled', closed_at = now()");
    awaitTold(2);
  }

  @Test
  void noSecretIsInATableAndNoneInJmx() throws Exception {
    hook.answer(404);
    letters(3);
    awaitRefused();
    assertThat(database.query("select t::text as row from alert_messages t").toString())
        .contains("/***")
        .doesNotContain(SECRET);
    java.lang.management.ManagementFactory.getPlatformMBeanServer()
        .queryNames(null, null)
        .forEach(name -> assertThat(name.toString()).doesNotContain(SECRET));
    assertThat(context.getEndpoints())
        .extracting(endpoint -> endpoint.getEndpointUri())
        .contains("alert://1", "alert://2")
        .noneMatch(uri -> uri.contains(SECRET) || uri.contains("ops@"));
  }

  /** A check that the test turns on and off. */
  private static final class Check extends AbstractHealthCheck {
    private volatile boolean down;

    Check(String id) {
      super("caravan", id);
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
      builder.message("is not well").state(down ? State.DOWN : State.UP);
    }
  }

  private void failed(String flow, String when) {
    execute(
        "insert into flow_runs (flow, trigger, status, error, started_at, finished_at, process)"
            + " values ('%s', 'schedule', 'failed', 'No connection: refused', now() + interval '%s', now(), 'x')"
                .formatted(flow, when));
  }

  private void letters(int count) {
    execute(
        "insert into dead_letters (route_id, symbol, reason) select 'yahoo-bars', 'S' || n, 'no'"
            + " from generate_series(1, "
            + count
            + ") n");
  }

  private void receipt(String symbol, int missing) {
    execute(
        "insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade, missing,"
            + " calendar, opens_at, closes_at, counted_at) values ('alpaca', 'sip', 'bars', '%s', '1Min', current_date - 1,"
                .formatted(symbol)
            + " 390, %d, 0, %d, 'New York', now() - interval '20 h', now() - interval '13 h', now())"
                .formatted(390 - missing, missing));
  }

  private void execute(String sql) {
    database.execute(sql);
  }

  private void awaitTold(int messages) {
    Stream.of(hook, slack).forEach(receiver -> awaitTold(receiver, messages));
    await("the mails").until(() -> subjects().size() == messages);
    await("all is recorded")
        .until(
            () -> database.count("select count(*) from alert_messages where told_at is null") == 0);
  }

  private static void awaitTold(Receiver receiver, int messages) {
    await("messages at " + receiver.url()).until(() -> receiver.received().size() == messages);
  }

  private void awaitRefused() {
    await("a refusal")
        .until(
            () ->
                database.count("select count(*) from alert_messages where last_error is not null")
                    == 1);
  }

  private void tryNow() {
    execute("update alert_messages set next_try_at = now() where told_at is null");
  }

  /** Long enough for everything that is to happen, and for what is not to happen. */
  private void awaitTicks() {
    for (int round = 0; round < 3; round++) {
      Object before = watched();
      await("a round").until(() -> !before.equals(watched()));
    }
  }

  private Object watched() {
    return database.value("select coalesce(max(seen_at)::text, '') from alert_watch");
  }

  private List<String> subjects() {
    try {
      return Stream.of(mail.getReceivedMessages())
          .map(
              message -> {
                try {
                  return message.getSubject();
                } catch (jakarta.mail.MessagingException e) {
                  throw new IllegalStateException(e);
                }
              })
          .toList();
    } catch (RuntimeException e) {
      return List.of();
    }
  }

  private static JsonNode json(Receiver.Received received) {
    try {
      return new ObjectMapper().readTree(received.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(received.body(), e);
    }
  }
}
