package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
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

/** The gap ledger by hand: what is reopened, and what stays as it is and says why. */
class GapsIT extends CaravanTestSupport {
  private final Canned alpaca = new Canned();

  GapsIT() {
    set("caravan.alpaca.data-url", alpaca.url());
  }

  @BeforeEach
  void forget() {
    alpaca.reset();
    database.execute("alter table gaps alter column gap_id restart with 1");
  }

  @AfterAll
  void close() {
    alpaca.close();
  }

  @Test
  void anAbandonedGapIsReopenedWithAllItsTriesAndRepaired() {
    symbols("AAPL");
    listed("2025-11-01", "2099-01-01", "AAPL");
    gap("alpaca", "iex", "trades", "abandoned", "'2025-11-19 14:32+00'");
    database.execute("update gaps set attempts = 10, waits = 7, alone = true");
    alpaca.on("/v2/stocks/trades", ok("{\"trades\":{},\"next_page_token\":null}"));

    run("repair");
    assertThat(alpaca.asked()).isEmpty();
    assertThat(reopen("[1]")).containsExactly("1 true");
    assertThat(
            database.query("select status, attempts, waits, alone, closed_at from gaps").toString())
        .contains("status=open", "attempts=0", "waits=0", "alone=false", "closed_at=null");
    assertThat(run("repair")).containsEntry("stored", 1);
    assertThat(database.value("select status from gaps")).isEqualTo("no_trades");
  }

  @Test
  void whatIsNotAbandonedStaysAsItIsAndItsSiblingsAreReopened() {
    gap("alpaca", "iex", "trades", "abandoned", "'2025-11-19 14:32+00'");
    gap("alpaca", "iex", "quotes", "filled", "'2025-11-19 14:32+00'");
    gap("alpaca", "sip", "bars", "open", "'2025-11-19 14:32+00'");
    gap("alpaca", "test", "trades", "abandoned", "'2025-11-19 14:32+00'");
    gap("yahoo", "-", "trades", "abandoned", "'2025-11-19 14:32+00'");

    assertThat(reopen("[5,4,3,2,1,1,99]"))
        .containsExactly(
            "1 true",
            "2 false it is settled: filled",
            "3 false it is open already, and asked for again by itself",
            "4 false there is no history that could be asked for it",
            "5 false there is no history that could be asked for it",
            "99 false there is no such gap");
    assertThat(
            database.query("select string_agg(status, ' ' order by gap_id) as statuses from gaps"))
        .containsExactly(Map.of("statuses", "open filled open abandoned abandoned"));
  }

  @Test
  void anOpenGapThatWaitsIsDueAtOnceAndItsTriesCountOn() {
    symbols("AAPL");
    listed("2025-11-01", "2099-01-01", "AAPL");
    gap("alpaca", "iex", "trades", "open", "'2025-11-19 14:32+00'");
    database.execute(
        "update gaps set attempts = 4, waits = 7, next_try_at = now() + interval '50 min'");
    alpaca.on("/v2/stocks/trades", ok("{\"trades\":{},\"next_page_token\":null}"));

    run("repair");
    assertThat(alpaca.asked()).isEmpty();
    gap("alpaca", "iex", "bars", "open", "null");
    gap("alpaca", "sip", "bars", "open", "'2025-11-19 14:32+00'");
    database.execute("update gaps set empty_at = now(), next_try_at = 'infinity' where gap_id = 3");
    assertThat(reopen(null)).as("all are the abandoned ones").isEmpty();
    assertThat(reopen("[1,2,3]"))
        .containsExactly(
            "1 true",
            "2 false it goes on, and is asked for once it ends",
            "3 false a full answer has no row of it: it waits for Alpaca's word on its symbol, and is"
                + " not asked for");
    assertThat(
            database.query("select status, attempts, waits from gaps where gap_id = 1").toString())
        .contains("status=open", "attempts=4", "waits=7");
    assertThat(reopen("[1]"))
        .containsExactly("1 false it is open already, and asked for again by itself");
    run("repair");
    assertThat(database.value("select status from gaps where gap_id = 1")).isEqualTo("no_trades");
  }

  @Test
  void correctionsAreReopenedAndWhatHasNoHistoryIsNot() {
    gap("alpaca", "iex", "corrections", "abandoned", "'2025-11-19 14:32+00'");
    gap("alpaca", "iex", "statuses", "abandoned", "'2025-11-19 14:32+00'");
    gap("alpaca", "iex", "lulds", "abandoned", "'2025-11-19 14:32+00'");

    assertThat(reopen("[1,2,3]"))
        .containsExactly(
            "1 true",
            "2 false there is no history that could be asked for it",
            "3 false there is no history that could be asked for it");
    assertThat(reopen(null)).isEmpty();
  }

  @Test
  void allThatCanBeAskedForIsReopenedAtOnceAndNothingElseIsTouched() {
    gap("alpaca", "iex", "trades", "abandoned", "'2025-11-19 14:32+00'");
    gap("alpaca", "test", "trades", "abandoned", "'2025-11-19 14:32+00'");
    gap("alpaca", "iex", "bars", "no_trades", "'2025-11-19 14:32+00'");
    gap("alpaca", "news", "news", "abandoned", "'2025-11-19 14:32+00'");

    assertThat(reopen(null)).containsExactly("1 true", "4 true");
    assertThat(reopen(null)).isEmpty();
  }

  @Test
  void anAbandonedGapThatWentOnEndsNowSoThatNoTwoGoOn() {
    gap("alpaca", "iex", "trades", "abandoned", "null");
    gap("alpaca", "iex", "trades", "abandoned", "null");
    gap("alpaca", "iex", "trades", "open", "null");

    assertThat(reopen(null)).containsExactly("1 true", "2 true");
    assertThat(database.count("select count(*) from gaps where to_ts is null")).isEqualTo(1);
    assertThat(database.count("select count(*) from gaps where status = 'open'")).isEqualTo(3);
  }

  @Test
  void theCommandListsAndReopensThem() {
    gap("alpaca", "iex", "trades", "abandoned", "'2025-11-19 14:32+00'");
    gap("alpaca", "sip", "bars", "filled", "'2025-11-19 14:32+00'");
    gap("alpaca", "iex", "quotes", "open", "null");
    database.execute(
        "update gaps set attempts = 10, last_error = 'evil \u001b[2J' where gap_id = 1");
    database.execute("update gaps set symbol = 'BRK.B' where gap_id = 3");

    assertThat(command("list").lines().toList())
        .hasSize(3)
        .satisfiesExactly(
            head -> assertThat(head).startsWith("0 ").contains("status", "from (UTC)", "tries"),
            newest ->
                assertThat(newest).contains("3  open", "alpaca iex quotes", "BRK.B", "goes on"),
            oldest ->
                assertThat(oldest)
                    .contains("1  abandoned", "2025-11-19 14:30:00", "10", "evil \\u001b[2J"));
    assertThat(command("list", "--status", "filled")).contains("alpaca sip bars 1Min");
    assertThat(command("list", "--status", "all", "--limit", "2"))
        .contains("2 of 3 gaps; --limit 3 shows all of them.");
    assertThat(command("list", "--symbol", "brk-b")).contains("BRK.B").doesNotContain("AAPL");
    assertThat(command("list", "--status", "no_trades", "--symbol", "MSFT"))
        .isEqualTo("0 There are no gaps with status no_trades of symbol MSFT.\n");
    assertThat(command("list", "--symbol", "MSFT"))
        .isEqualTo("0 There are no gaps of symbol MSFT that are open or abandoned.\n");

    assertThat(command("reopen", "1", "2", "99"))
        .startsWith("2 ")
        .contains(
            "gap 2: it is settled: filled",
            "gap 99: there is no such gap",
            "1 of 3 gaps were reopened.");
    assertThat(command("reopen", "1"))
        .startsWith("1 gap 1: it is open already")
        .contains("0 of 1 gaps were reopened.");
    assertThat(command("reopen", "--all")).isEqualTo("0 There is no abandoned gap to reopen.\n");
    database.execute("update gaps set status = 'abandoned', closed_at = now() where gap_id = 1");
    assertThat(command("reopen", "--all")).isEqualTo("0 1 of 1 gaps were reopened.\n");
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
      List<String> all = new ArrayList<>(List.of("gaps"));
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

  private List<String> reopen(String ids) {
    Exchange reopened =
        template.request("direct:reopen-gaps", request -> request.getMessage().setBody(ids));
    assertThat(reopened.getException()).isNull();
    return ((List<?>) reopened.getMessage().getBody(List.class))
        .stream()
            .map(Map.class::cast)
            .map(
                row ->
                    row.get("gap_id")
                        + " "
                        + row.get("reopened")
                        + (row.get("reason") == null ? "" : " " + row.get("reason")))
            .toList();
  }

  private void gap(String source, String feed, String dataset, String status, String to) {
    boolean open = status.equals("open");
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, status, reason, closed_at,"
            + " last_error) values ('%s', '%s', '%s', 'AAPL', '%s', '2025-11-19 14:30+00', %s, '%s', 'test', %s, 'no')"
                .formatted(
                    source,
                    feed,
                    dataset,
                    dataset.equals("bars") ? "1Min" : "-",
                    to,
                    status,
                    open ? "null" : "now()"));
  }
}
