package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.source.RequestBudget;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.yahoo.YahooCrumb;
import dev.caravan.yahoo.YahooCrumbs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many quotes in one call, and what becomes of each symbol where that is not to be had. */
class YahooCrumbIT extends CaravanTestSupport {
  private static final String PRICES =
      "select symbol, ts, price, volume, currency, stored_at from price_snapshots order by symbol";

  /** Its clock stands, so that a quote and a chart of one symbol say the same. */
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(Clock.fixed(Instant.parse("2026-11-20T17:00:00Z"), ZoneOffset.UTC))
              .withYahooQuickRequests(0));

  /** As the real one is: a page that is not found, with cookies of which one is of use. */
  private final Canned cookies = new Canned();

  private Duration later = Duration.ZERO;
  private YahooCrumbs crumbs;

  YahooCrumbIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.cookie-url", cookies.url() + "/");
    cookies.on(
        "/",
        new Canned.Reply(
            404,
            "<html>Not Found</html>",
            Map.of(
                "Set-Cookie",
                "A3=d=AQABBsimul8ted&S=AQAAAsimulated; Max-Age=31557600; Domain=.yahoo.com; Path=/;"
                    + " SameSite=None; Secure; HttpOnly")));
  }

  @BeforeEach
  void forget() {
    exchange.clearFaults();
    exchange.clearRequests();
    crumbs = context.getRegistry().lookupByNameAndType("yahooCrumbs", YahooCrumbs.class);
    // Beyond the pause of whatever test went before.
    later = later.plusHours(1);
    crumbs.setClock(Clock.offset(Clock.systemUTC(), later));
    YahooCrumb held = crumbs.held();
    if (held != null) {
      crumbs.forget(held);
    }
  }

  @AfterAll
  void close() {
    exchange.close();
    cookies.close();
  }

  @Test
  void aThousandSymbolsNeedSevenRequestsOfTheDefaultBudgetAndHaveThePricesOfTheirCharts() {
    RequestBudget budget =
        context.getRegistry().lookupByNameAndType("yahooBudget", RequestBudget.class);
    budget.setRequestsPerMinute(60);
    budget.setBurst(10);
    many(1000);
    int pages = cookies.asked().size();

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1000)
        .containsEntry("stored", 1000)
        .containsEntry("error", null);

    assertThat(cookies.asked()).hasSize(pages + 1);
    assertThat(asked("/v1/test/getcrumb")).hasSize(1);
    assertThat(asked("/v7/finance/quote"))
        .hasSize(5)
        .allSatisfy(request -> assertThat(request.symbols()).hasSize(200));
    assertThat(exchange.requests()).as("no chart").hasSize(6);
    List<Map<String, Object>> quotes = database.query(PRICES);
    assertThat(quotes).hasSize(1000);

    database.execute("update symbols set status = 'inactive' where symbol not like 'QAAA%'");
    database.execute("update symbols set status = 'active' where symbol in ('QBBB', 'QAZZ')");
    exchange.clearRequests();
    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 3);
    assertThat(asked("/v8/finance/chart/")).as("few symbols have a chart each").hasSize(3);
    assertThat(exchange.requests()).hasSize(3);
    assertThat(database.query(PRICES)).as("a chart says nothing else").isEqualTo(quotes);

    budget.setRequestsPerMinute(100_000);
    budget.setBurst(100_000);
  }

  @Test
  void aSymbolThatIsAbsentFromTheAnswerIsAskedForByItsChartAndCostsNobodyElse() {
    symbols(
        "AAPL",
        "MSFT",
        "NVDA",
        "TSLA",
        "META",
        "AMZN",
        "GOOGL",
        "JPM",
        "BRK.B",
        "^GSPC",
        "EURUSD=X",
        "ZZZZX",
        "A*B");

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "partial")
        .containsEntry("expected", 13)
        .containsEntry("stored", 11)
        .extractingByKey("error")
        .asString()
        .startsWith("2 of 13 symbols were not served: Invalid symbol: ");
    assertThat(database.query("select symbol from price_snapshots order by symbol collate \"C\""))
        .extracting(row -> row.get("symbol"))
        .containsExactly(
            "AAPL",
            "AMZN",
            "BRK.B",
            "EURUSD=X",
            "GOOGL",
            "JPM",
            "META",
            "MSFT",
            "NVDA",
            "TSLA",
            "^GSPC");
    assertThat(database.query("select route_id, symbol, reason from dead_letters order by symbol"))
        .containsExactly(
            Map.of("route_id", "yahoo-quotes", "symbol", "A*B", "reason", "Invalid symbol: A*B"),
            Map.of(
                "route_id", "yahoo-quotes", "symbol", "ZZZZX", "reason", "Invalid symbol: ZZZZX"));
    assertThat(asked("/v7/finance/quote")).hasSize(1);
    assertThat(asked("/v8/finance/chart/")).hasSize(2);
  }

  @Test
  void withoutACrumbEachSymbolHasItsChartAndNoneIsAskedForAgainInAQuarterOfAnHour() {
    many(12);
    exchange.addFault(Fault.status(Provider.YAHOO, 401).matching("getcrumb"));

    for (int run = 1; run <= 2; run++) {
      assertThat(run("yahoo-quotes"))
          .containsEntry("status", "succeeded")
          .containsEntry("expected", 12)
          .containsEntry("stored", 12);
      assertThat(asked("/v1/test/getcrumb")).hasSize(1);
      assertThat(asked("/v8/finance/chart/")).hasSize(12 * run);
    }
    assertThat(asked("/v7/finance/quote")).isEmpty();

    exchange.clearFaults();
    crumbs.setClock(Clock.offset(Clock.systemUTC(), later.plusMinutes(16)));
    assertThat(run("yahoo-quotes")).containsEntry("stored", 12);
    assertThat(asked("/v7/finance/quote")).hasSize(1);
    assertThat(asked("/v8/finance/chart/")).hasSize(24);
  }

  @Test
  void aCrumbThatHasExpiredIsAskedForAnewOnce() {
    many(12);
    run("yahoo-quotes");
    run("yahoo-quotes");
    assertThat(asked("/v1/test/getcrumb")).as("it is kept").hasSize(1);

    exchange.expireCrumbs();
    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "succeeded")
        .containsEntry("stored", 12);
    assertThat(asked("/v1/test/getcrumb")).hasSize(2);
    assertThat(asked("/v7/finance/quote"))
        .extracting(ServedRequest::status)
        .containsExactly(200, 200, 401, 200);
    assertThat(asked("/v8/finance/chart/")).isEmpty();
  }

  @Test
  void aCrumbThatIsRefusedAsSoonAsItIsGivenIsTriedNoThirdTime() {
    many(12);
    exchange.addFault(Fault.status(Provider.YAHOO, 401).matching("/v7/"));

    for (int run = 1; run <= 2; run++) {
      assertThat(run("yahoo-quotes"))
          .containsEntry("status", "succeeded")
          .containsEntry("stored", 12);
      assertThat(asked("/v7/finance/quote")).hasSize(2);
      assertThat(asked("/v1/test/getcrumb")).hasSize(2);
      assertThat(asked("/v8/finance/chart/")).hasSize(12 * run);
    }
  }

  @Test
  void aRefusalForRateOfWhatWantsACrumbStopsNoChart() {
    many(12);
    for (String refused : List.of("getcrumb", "/v7/")) {
      forget();
      exchange.addFault(Fault.status(Provider.YAHOO, 429).matching(refused));
      for (int run = 1; run <= 2; run++) {
        assertThat(run("yahoo-quotes"))
            .containsEntry("status", "succeeded")
            .containsEntry("stored", 12);
        assertThat(asked("/v8/finance/chart/")).hasSize(12 * run);
      }
      assertThat(exchange.requests())
          .filteredOn(request -> request.status() == 429)
          .as("%s is asked for once", refused)
          .hasSize(1);
      assertThat(database.count("select max(refusals) from request_budgets")).isZero();
    }
  }

  @Test
  void aBatchThatYahooRefusesOrGarblesCostsNoOtherBatch() {
    many(410);
    exchange.addFault(Fault.status(Provider.YAHOO, 400).matching("/v7/").times(1));
    exchange.addFault(Fault.of(Provider.YAHOO, Fault.Kind.MALFORMED).matching("/v7/").times(1));

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 410)
        .containsEntry("stored", 410);
    assertThat(asked("/v7/finance/quote")).hasSize(3);
    assertThat(asked("/v8/finance/chart/")).hasSize(400);
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void profilesShareTheCrumbAndAreReadOnceAWeek() {
    symbols("AAPL", "BRK.B", "^GSPC", "ZZZZX");
    int pages = cookies.asked().size();

    assertThat(run("yahoo-profiles"))
        .containsEntry("status", "partial")
        .containsEntry("expected", 4)
        .containsEntry("stored", 3);
    assertThat(cookies.asked()).as("four ask at once, and one for the crumb").hasSize(pages + 1);
    assertThat(asked("/v1/test/getcrumb")).hasSize(1);
    assertThat(
            database.query(
                "select symbol, name, sector is not null as company, jsonb_array_length(officers) as officers"
                    + " from company_profiles order by symbol collate \"C\""))
        .containsExactly(
            Map.of("symbol", "AAPL", "name", "Apple Inc.", "company", true, "officers", 3),
            Map.of(
                "symbol",
                "BRK.B",
                "name",
                "Berkshire Hathaway Inc. Class B",
                "company",
                true,
                "officers",
                3),
            Map.of(
                "symbol",
                "^GSPC",
                "name",
                database.value("select name from company_profiles where symbol = '^GSPC'"),
                "company",
                false,
                "officers",
                0));
    assertThat(database.query("select symbol, reason from dead_letters"))
        .containsExactly(Map.of("symbol", "ZZZZX", "reason", "Invalid symbol: ZZZZX"));

    exchange.clearRequests();
    database.execute("delete from symbols where symbol = 'ZZZZX'");
    assertThat(run("yahoo-profiles"))
        .as("nothing is due")
        .containsEntry("status", "succeeded")
        .containsEntry("error", null);
    assertThat(exchange.requests()).isEmpty();
  }

  /** QAAA, QAAB and so on. */
  private void many(int count) {
    database.execute(
        "insert into symbols (symbol) select 'Q' || chr(65 + n / 676) || chr(65 + n / 26 % 26)"
            + " || chr(65 + n % 26) from generate_series(0, "
            + (count - 1)
            + ") n");
  }

  private List<ServedRequest> asked(String path) {
    return exchange.requests().stream().filter(each -> each.path().startsWith(path)).toList();
  }
}
