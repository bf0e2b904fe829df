package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanTestSupport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is recorded of a run, and that a flow never overlaps itself. */
class FlowIT extends CaravanTestSupport {
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0).withYahooQuickRequests(0));

  FlowIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.cookie-url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    internal("finish-delay-ms", "10");
    internal("finish-max-delay-ms", "20");
  }

  @BeforeEach
  void forget() {
    exchange.clearFaults();
    exchange.clearRequests();
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void theStepsOfEndOfDayAreRunsWithItAsTheirParentInOrder() {
    symbols("AAPL", "MSFT");
    Map<String, Object> parent = run("end-of-day");

    assertThat(parent)
        .containsEntry("status", "succeeded")
        .containsEntry("trigger", "schedule")
        .containsEntry("error", null);
    assertThat(
            database.query(
                "select flow, trigger, status, expected, stored from flow_runs"
                    + " where flow like '%-bars' and parent_run_id = "
                    + parent.get("run_id")
                    + " order by run_id"))
        .containsExactly(
            Map.of(
                "flow",
                "yahoo-bars",
                "trigger",
                "flow",
                "status",
                "succeeded",
                "expected",
                2,
                "stored",
                2),
            Map.of(
                "flow",
                "alpaca-daily-bars",
                "trigger",
                "flow",
                "status",
                "succeeded",
                "expected",
                2,
                "stored",
                2));
    assertThat(database.count("select count(distinct (source, symbol)) from bars")).isEqualTo(4);
  }

  @Test
  void aStepThatFailsFailsTheFlowWithItsReasonAndTheOtherStillRuns() {
    symbols("AAPL");
    exchange.addFault(Fault.status(Provider.YAHOO, 401));

    Map<String, Object> parent = run("end-of-day");
    assertThat(parent).containsEntry("status", "failed");
    assertThat(parent.get("error").toString()).startsWith("yahoo-bars: ").contains("401");
    assertThat(
            database.query(
                "select flow, status from flow_runs"
                    + " where flow like '%-bars' and parent_run_id is not null order by run_id"))
        .containsExactly(
            Map.of("flow", "yahoo-bars", "status", "failed"),
            Map.of("flow", "alpaca-daily-bars", "status", "succeeded"));
  }

  @Test
  void aFlowNeverOverlapsItselfAndTheStartThatWasRefusedSaysWhy() {
    symbols("AAPL");
    exchange.addFault(Fault.of(Provider.YAHOO, Fault.Kind.SLOW).after(Duration.ofSeconds(2)));
    CompletableFuture<Map<String, Object>> first =
        CompletableFuture.supplyAsync(() -> run("yahoo-quotes"));
    await()
        .until(
            () -> database.count("select count(*) from flow_runs where status = 'running'") == 1);

    Map<String, Object> second = run("yahoo-quotes");
    assertThat(second).containsEntry("status", "skipped");
    assertThat(second.get("error").toString())
        .startsWith(
            "yahoo-quotes is running already: run " + first.join().get("run_id") + ", since 20");
    assertThat(first.join()).containsEntry("status", "succeeded");
    assertThat(exchange.requests()).hasSize(1);
  }

  @Test
  void aRunThatACrashCutOffIsInterruptedAndDoesNotBlockItsFlow() {
    symbols("AAPL");
    database.execute(
        "insert into flow_runs (flow, trigger, status, process) values ('yahoo-quotes', 'schedule', 'running', 'caravan 1 gone')");

    assertThat(run("yahoo-quotes")).containsEntry("status", "succeeded");
    assertThat(
            database.query(
                "select status, finished_at is not null as finished, error from flow_runs where process = 'caravan 1 gone'"))
        .containsExactly(
            Map.of(
                "status",
                "interrupted",
                "finished",
                true,
                "error",
                "cut off: the process ended in the middle of the run"));
  }

  @Test
  void aRunWhoseBeginningWasCommittedWithoutAnAnswerIsEndedAndDoesNotBlockItsFlow()
      throws Exception {
    symbols("AAPL");
    AdviceWith.adviceWith(
        context,
        "begin-run",
        route ->
            route
                .weaveById("begin")
                .after()
                .process(
                    exchange -> {
                      throw new SQLException("An I/O error occurred while reading");
                    })
                .id("answer-lost"));
    try {
      Exchange lost =
          template.request(
              "direct:yahoo-quotes",
              exchange -> exchange.getMessage().setHeader("trigger", "schedule"));
      assertThat(lost.getException()).hasMessageContaining("An I/O error occurred while reading");
    } finally {
      AdviceWith.adviceWith(context, "begin-run", route -> route.weaveById("answer-lost").remove());
    }

    assertThat(database.query("select status, error from flow_runs"))
        .containsExactly(
            Map.of(
                "status",
                "failed",
                "error",
                "The database refused: An I/O error occurred while reading"));
    assertThat(run("yahoo-quotes")).containsEntry("status", "succeeded");
  }

  @Test
  void theEndOfARunIsTriedAgainAlsoWhereTheFlowHasFailedBefore() {
    symbols("AAPL");
    exchange.addFault(Fault.status(Provider.ALPACA, 500));
    endsAreRefused("symbol-maintenance", 2);

    Map<String, Object> run = run("symbol-maintenance");
    assertThat(run).containsEntry("status", "failed");
    assertThat((String) run.get("error")).contains("500");
  }

  @Test
  void aStepWhoseEndCannotBeRecordedFailsTheFlowWithTheReason() {
    symbols("AAPL");
    endsAreRefused("yahoo-bars", 1000);

    Map<String, Object> run = run("end-of-day");
    assertThat(run).containsEntry("status", "failed");
    assertThat((String) run.get("error")).contains("not now");
  }

  /** The database refuses to end the runs of a flow so many times. */
  private void endsAreRefused(String flow, int times) {
    database.execute("create sequence refusals");
    database.execute(
        """
        create function refuse() returns trigger language plpgsql as $$
        begin
          if new.status <> 'running' and nextval('refusals') <= %d then
            raise exception 'not now' using errcode = '57014';
          end if;
          return new;
        end
        $$
        """
            .formatted(times));
    database.execute(
        "create trigger refuse before update on flow_runs for each row when (new.flow = '%s')"
                .formatted(flow)
            + " execute function refuse()");
  }

  @AfterEach
  void endsAreTaken() {
    database.execute("drop function if exists refuse cascade");
    database.execute("drop sequence if exists refusals");
  }

  @Test
  void aRunThatWasCalledInterruptedMeanwhileStaysInterrupted() {
    symbols("AAPL");
    exchange.addFault(Fault.of(Provider.YAHOO, Fault.Kind.SLOW).after(Duration.ofSeconds(1)));
    CompletableFuture<Map<String, Object>> first =
        CompletableFuture.supplyAsync(() -> run("yahoo-quotes"));
    await()
        .until(
            () -> database.count("select count(*) from flow_runs where status = 'running'") == 1);
    database.execute(
        "update flow_runs set status = 'interrupted', finished_at = now(), error = 'cut off'");

    assertThat(first.join())
        .containsEntry("status", "interrupted")
        .containsEntry("stored", null)
        .containsEntry("error", "cut off");
  }

  @Test
  void anEmptyListOfSymbolsIsNoSuccess() {
    Map<String, Object> run = run("yahoo-quotes");
    assertThat(run).containsEntry("status", "skipped").containsEntry("expected", 0);
    assertThat(run.get("error").toString()).contains("no active symbol");
  }

  @Test
  void everyKindOfBrokenAnswerIsRecordedAndSparesTheSiblings() {
    for (Fault.Kind kind :
        List.of(
            Fault.Kind.MALFORMED,
            Fault.Kind.HTML,
            Fault.Kind.EMPTY,
            Fault.Kind.RESET,
            Fault.Kind.CLOSE_MID_BODY)) {
      emptyTables();
      exchange.clearFaults();
      symbols("AAPL", "MSFT", "NVDA");
      exchange.addFault(Fault.of(Provider.YAHOO, kind).matching("/MSFT"));

      assertThat(run("yahoo-bars"))
          .as(kind.name())
          .containsEntry("status", "partial")
          .containsEntry("stored", 2);
      assertThat(database.query("select symbol from dead_letters"))
          .as(kind.name())
          .containsExactly(Map.of("symbol", "MSFT"));
      assertThat(database.query("select distinct symbol from bars order by 1"))
          .as(kind.name())
          .containsExactly(Map.of("symbol", "AAPL"), Map.of("symbol", "NVDA"));
    }
  }

  @Test
  void aBrokenConnectionIsTriedAgain() {
    symbols("AAPL");
    exchange.addFault(Fault.of(Provider.YAHOO, Fault.Kind.RESET).times(2));
    assertThat(run("yahoo-quotes")).containsEntry("status", "succeeded");
    assertThat(exchange.requests()).hasSize(3);
  }

  @Test
  void theSecondBorrowerOfThePoolGetsTheSameConnection() throws Exception {
    DataSource pool = context.getRegistry().lookupByNameAndType("dataSource", DataSource.class);
    int first = backend(pool);
    assertThat(backend(pool)).isEqualTo(first);
  }

  @Test
  void thePoolServesTwentyConnectionsAtOnceAndMakesFurtherOnesWait() {
    DataSource pool = context.getRegistry().lookupByNameAndType("dataSource", DataSource.class);
    List<CompletableFuture<Integer>> borrowers =
        IntStream.range(0, 60)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          try (Connection connection = pool.getConnection();
                              var statement = connection.createStatement()) {
                            statement.execute("select pg_sleep(0.2)");
                            return 1;
                          } catch (Exception e) {
                            throw new IllegalStateException(e);
                          }
                        },
                        java.util.concurrent.Executors.newCachedThreadPool()))
            .toList();
    assertThat(borrowers.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(60);
  }

  private static int backend(DataSource pool) throws Exception {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }
}
