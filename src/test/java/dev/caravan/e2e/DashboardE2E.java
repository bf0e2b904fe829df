package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.options.ColorScheme;
import dev.caravan.market.MarketCalendar;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Chromium;
import dev.caravan.support.DashboardPage;
import dev.caravan.support.DashboardPage.Pixels;
import dev.caravan.support.DuckDb;
import dev.caravan.support.Place;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The dashboard in a real browser, against the packaged program, a simulated exchange and a real
 * PostgreSQL. Two symbols are active; a third one, which is not, has a name that is out to do harm.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardE2E {
  private static final String HOSTILE_SYMBOL = "X\"'<B>Y";
  private static final String HOSTILE_TEXT = "<img src=x onerror=\"document.title='broken in'\">";
  private static final int PHONE = 360;
  private static final int DESK = 1920;

  private Chromium chromium;
  private Simulator exchange;
  private Place place;
  private CaravanProcess runtime;
  private final List<Look> looks = new ArrayList<>();

  @BeforeAll
  void start() {
    chromium = Chromium.started();
    exchange =
        Simulator.start(
            SimulatorOptions.defaults()
                .withAlwaysOpen(true)
                .withAlpacaRequestsPerMinute(0)
                .withYahooQuickRequests(0)
                .withBackgroundTradesPerMinute(60));
    place = Place.prepared("dashboard");
    place.server();
    runtime = caravan().set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *").run();
    runtime.awaitLine("Caravan runs: ");
    try (DashboardPage dashboard = wide().go("runs")) {
      for (String flow : List.of("yahoo-bars", "alpaca-daily-bars", "receipts")) {
        dashboard.find("#flows [data-flow=" + flow + "] >> text=Run now").click();
        dashboard.find("#dialog-foot >> text=Run").click();
        awaiting(flow)
            .until(
                () ->
                    place.count(
                            "select count(*) from flow_runs where status = 'succeeded' and flow = '"
                                + flow
                                + "'")
                        > 0);
      }
    }
    write(
        "insert into symbols (symbol, name, status, sources) values ('%s', '%s', 'inactive', '{yahoo}')"
            .formatted(HOSTILE_SYMBOL.replace("'", "''"), HOSTILE_TEXT.replace("'", "''")));
    write(
        """
        insert into news_articles
          (source, article_id, headline, summary, author, url, published_at, updated_at, symbols)
        values
          ('alpaca', 'hostile', '%1$s', '<script>document.title=1</script>', '%1$s',
            'javascript:document.title=1', now(), now(), '{AAPL}'),
          ('alpaca', 'harmless', 'Apple does well', null, null, 'https://news.example/1',
            now(), now(), '{AAPL}')
        """
            .formatted(HOSTILE_TEXT.replace("'", "''")));
  }

  @AfterAll
  void close() {
    if (runtime != null) {
      runtime.close();
    }
    if (place != null) {
      place.close();
      exchange.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  // Rows 23 to 25 of the acceptance list are the next three.

  @Test
  void theDashboardHasItsTitleItsSidebarItsTilesAndAChartThatIsDrawn() throws SQLException {
    try (DashboardPage dashboard = wide().strictly().go("prices/AAPL?timeframe=1Day")) {
      dashboard.see("#symbols a[aria-current]").containsText("AAPL");
      assertThat(dashboard.page().title()).startsWith("AAPL").endsWith("Caravan");
      dashboard.see("#symbols").containsText("MSFT");
      dashboard.see("#tiles .tile-symbol").hasText("AAPL");
      dashboard.see("#tiles .tile-price").hasText(Pattern.compile("\\d+\\.\\d\\d"));
      dashboard.see("#chart canvas").isVisible();
      awaiting("candles of both kinds")
          .until(
              () -> {
                Pixels pixels = dashboard.pixels("#chart");
                return pixels.green() > 1000 && pixels.red() > 1000;
              });
      dashboard.keepScreenshot("chart");

      Map<String, Object> newest =
          place
              .query(
                  "select close::float8 as close from bars where symbol = 'AAPL' and source = 'yahoo'"
                      + " order by ts desc limit 1")
              .get(0);
      dashboard.find("#providers input[value=yahoo]").check();
      String close = String.format(Locale.US, "%,.2f", newest.get("close")).replace(".", "\\.");
      dashboard
          .see("#chart")
          .hasAttribute("aria-label", Pattern.compile(".*from Yahoo.*Last close " + close + ",.*"));
      dashboard.find("#chart-as-table").click();
      dashboard.see("#chart-table tr td.number").isVisible();

      Download file = dashboard.page().waitForDownload(() -> dashboard.find("#chart-csv").click());
      assertThat(file.suggestedFilename()).isEqualTo("AAPL-1Day-yahoo.csv");
      assertThat(file.path()).content().startsWith("source,feed,symbol,timeframe,ts,open,");
      assertThat(file.path())
          .content()
          .hasLineCount(
              1
                  + (int)
                      place.count(
                          "select count(*) from bars where symbol = 'AAPL' and source = 'yahoo' and timeframe = '1Day'"));
      exportAsParquet(dashboard);
    }
  }

  private void exportAsParquet(DashboardPage dashboard) throws SQLException {
    dashboard.find("#export").click();
    dashboard.find("#export-symbols").fill("AAPL NOPE");
    dashboard.find("#dialog button[type=submit]").click();
    dashboard.see("#dialog .form-fault").containsText("There is no symbol NOPE.");
    dashboard.find("#export-symbols").fill("aapl");
    dashboard.find("#export-format").selectOption("parquet");
    keepLooks(dashboard, "#dialog", "export");
    Download file =
        dashboard
            .page()
            .waitForDownload(() -> dashboard.find("#dialog button[type=submit]").click());
    assertThat(file.suggestedFilename()).isEqualTo("bars.parquet");
    assertThat(DuckDb.read("select count(*) from read_parquet('%s')", file.path()))
        .containsExactly(
            Long.toString(
                place.count(
                    "select count(*) from bars where symbol = 'AAPL' and timeframe = '1Day'")));
  }

  @Test
  void twoSymbolsInTheDatabaseAreTwoTiles() {
    assertThat(place.count("select count(*) from symbols where status = 'active'")).isEqualTo(2);
    try (DashboardPage dashboard = wide().go("prices")) {
      dashboard.seeAll("#tiles .tile-symbol").hasText(new String[] {"AAPL", "MSFT"});
    }
  }

  @Test
  void aDatabaseErrorIsSaidOnThePageWhichRecoversByItself() throws Exception {
    try (DashboardPage dashboard = wide().go("prices/AAPL")) {
      dashboard.see("#live-text").hasText("Live");
      dashboard.seeAll("#trouble p").hasCount(0);

      place.stopServer();
      dashboard.see("#trouble[role=alert]").containsText("The database is unavailable.");
      dashboard.see("#trouble").containsText("What you see is of");
      dashboard.see("#tiles .tile-price").hasText(Pattern.compile("\\d+\\.\\d\\d"));
      dashboard.see("#tiles .tile-age").hasText(Pattern.compile("^[1-9]\\ds ago$"));
      dashboard.keepScreenshot("database-away");

      place.startServerAgain();
      dashboard.seeAll("#trouble p").hasCount(0);
      dashboard.see("#live-text").hasText("Live");
      dashboard.see("#tiles .tile-age").hasText(Pattern.compile("^\\ds ago$"));
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsToldFromADatabaseThatIsAway() {
    try (DashboardPage dashboard = wide().go("prices/AAPL")) {
      dashboard.see("#live-text").hasText("Live");
      dashboard.offline(true);
      dashboard.see("#trouble[role=alert]").containsText("The server does not answer.");
      dashboard.offline(false);
      dashboard.seeAll("#trouble p").hasCount(0);
      dashboard.see("#live-text").hasText("Live");
    }
  }

  @Test
  void aPriceChangesBeforeOnesEyesAndNothingElseMoves() {
    try (Place live = Place.prepared("live");
        CaravanProcess aside =
            live.caravan(exchange.url())
                .set("caravan.symbols", "AAPL,MSFT")
                .set("caravan.schedule.alpaca-daily-bars", "0/5 * * ? * *")
                .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
                .set("caravan.schedule.stream", "always")
                .run();
        DashboardPage dashboard = DashboardPage.wide(chromium, live.httpPort())) {
      aside.awaitLine("Caravan runs: ");
      filled(dashboard, "prices");
      dashboard.find("#symbols a").first().focus();
      dashboard.find("#symbol-search").fill("MS");
      dashboard.seeAll("#symbols a").hasCount(1);
      dashboard.find("#symbols a").focus();
      dashboard
          .page()
          .evaluate(
              "document.querySelectorAll('.tile, #symbols a, #chart canvas')"
                  + ".forEach((element) => element.same = true)");

      awaitChange(dashboard);

      assertThat(
              dashboard
                  .page()
                  .evaluate(
                      "[...document.querySelectorAll('.tile, #symbols a, #chart canvas')]"
                          + ".filter((element) => !element.same).map((element) => element.outerHTML)"))
          .as("elements that are not those that were there")
          .isEqualTo(List.of());
      assertThat(dashboard.page().evaluate("document.activeElement.textContent").toString())
          .startsWith("MSFT");
      assertThat(dashboard.find("#symbol-search").inputValue()).isEqualTo("MS");
    }
  }

  @Test
  void theButtonRunNowMakesARunAppear() {
    try (DashboardPage dashboard = wide().go("runs")) {
      dashboard.see("#flows [data-flow=repair]").containsText("Run now");
      long before = place.count("select count(*) from flow_runs where flow = 'repair'");

      dashboard.find("#flows [data-flow=repair] >> text=Run now").click();

      dashboard.see("#toast").containsText("repair was started");
      dashboard.see("#runs tr:has-text('repair')").containsText("succeeded");
      dashboard.see("#runs tr:has-text('repair')").containsText("a person");
      assertThat(place.count("select count(*) from flow_runs where flow = 'repair'"))
          .isEqualTo(before + 1);
    }
  }

  @Test
  void aFlowIsRunForTheDateThatAPersonGivesByKeyboardToo() {
    LocalDate session = MarketCalendar.sessionsBefore(LocalDate.now(MarketCalendar.NEW_YORK), 7);
    try (DashboardPage dashboard = sized(PHONE, ColorScheme.DARK).strictly().go("runs")) {
      dashboard.find("#flows [data-flow=receipts] >> text=Run now").focus();
      dashboard.page().keyboard().press("Enter");
      dashboard.see("dialog[open]").containsText("Without a date: what is due.");
      dashboard.see("#run-date:focus").isVisible();
      keepLooks(dashboard, "dialog", "run-date");
      assertThat(dashboard.graveFaults()).isEmpty();

      dashboard.find("#run-date").fill("2999-01-01");
      dashboard.page().keyboard().press("Enter");
      dashboard.see("dialog[open] [role=alert]").hasText("date 2999-01-01 is in the future.");

      dashboard.find("#run-date").fill(session.toString());
      dashboard.page().keyboard().press("Enter");
      dashboard.see("#toast").containsText("receipts was started for " + session + ".");
      dashboard.seeAll("dialog[open]").hasCount(0);
      awaiting("the receipts of " + session)
          .until(
              () ->
                  place.count("select count(*) from receipts where session = '" + session + "'")
                      > 0);
    }
  }

  @Test
  void symbolsAreAddedAndRemovedAndTheirRowsStay() {
    // Of Yahoo alone, so that no other test waits for anything of it.
    try (DashboardPage dashboard = sized(PHONE, ColorScheme.LIGHT).strictly().go("prices/AAPL")) {
      dashboard.find("#symbols-toggle").click();
      dashboard.see("#symbol-steer").containsText("Remove AAPL…");
      keepLooks(dashboard, "#symbol-steer", "symbols");
      dashboard.find("#symbol-steer >> text=Add…").focus();
      dashboard.page().keyboard().press("Enter");
      dashboard.see("#new-symbols:focus").isVisible();
      dashboard.page().keyboard().type("^e2e A/B");
      dashboard.find("#dialog-foot >> text=Add").click();
      dashboard.see("dialog[open] .outcomes").containsText("^E2E added, of Yahoo alone");
      dashboard.see("dialog[open] .outcomes").containsText("'A/B' is not a symbol");
      keepLooks(dashboard, "dialog", "symbols-add");
      assertThat(dashboard.graveFaults()).isEmpty();
      dashboard.page().keyboard().press("Escape");
      dashboard.see("#symbols li:has-text('^E2E')").isVisible();

      dashboard.find("#symbols li:has-text('^E2E') a").click();
      dashboard.find("#symbols-toggle").click();
      dashboard.find("#symbol-steer >> text=Remove ^E2E…").click();
      dashboard.see("dialog[open]").containsText("Nothing that is stored is deleted");
      keepLooks(dashboard, "dialog", "symbols-remove");
      dashboard.find("#dialog-foot >> text=Remove").click();
      dashboard.see("#toast").hasText("^E2E: inactive now; its rows are kept");
      dashboard.see("#symbol-steer").containsText("Follow ^E2E…");
      assertThat(place.query("select status, status_by from symbols where symbol = '^E2E'"))
          .containsExactly(Map.of("status", "inactive", "status_by", "person"));
    } finally {
      write("delete from symbols where symbol = '^E2E'");
      write("delete from dead_letters where symbol = '^E2E'");
    }
  }

  @Test
  void aViewerSeesNoButtonThatChangesTheSymbols() {
    try (DashboardPage dashboard = wide().asViewer().go("prices/AAPL")) {
      dashboard.see("#viewer-note").isVisible();
      dashboard.see("#symbols").containsText("MSFT");
      dashboard.see("#symbol-steer").isHidden();
    }
  }

  @Test
  void aBackfillIsBegunWatchedAndStopped() {
    LocalDate today = LocalDate.now(MarketCalendar.NEW_YORK);
    String from = MarketCalendar.sessionsBefore(today, 250).toString();
    exchange.addFault(
        Fault.of(Provider.ALPACA, Fault.Kind.SLOW)
            .matching("timeframe=1Min")
            .after(Duration.ofSeconds(2)));
    try (DashboardPage dashboard = sized(PHONE, ColorScheme.LIGHT).strictly().go("runs")) {
      dashboard.find("#backfill-steer >> text=Load history…").focus();
      dashboard.page().keyboard().press("Enter");
      dashboard.see("#backfill-source:focus").isVisible();
      keepLooks(dashboard, "dialog", "backfill-form");
      assertThat(dashboard.graveFaults()).isEmpty();
      dashboard.page().selectOption("#backfill-source", "yahoo");
      dashboard.seeAll("#backfill-timeframe option:disabled").hasCount(5);
      dashboard.page().selectOption("#backfill-source", "alpaca");
      dashboard.page().selectOption("#backfill-timeframe", "1Min");
      dashboard.find("#backfill-from").fill(from);
      dashboard.find("#backfill-symbols").fill("AAPL, NOPE");
      dashboard.find("#dialog-foot >> text=Start").click();
      dashboard.see("dialog[open] [role=alert]").containsText("Not in table symbols: NOPE.");
      dashboard.find("#backfill-symbols").fill("AAPL, MSFT");
      dashboard.find("#dialog-foot >> text=Start").click();
      dashboard.see("#toast").hasText("The backfill of 2 symbols was started.");

      dashboard
          .see("#backfill-question")
          .containsText("Alpaca, 1 minute, " + from + " to " + today);
      dashboard.see("#backfill-figures").containsText(Pattern.compile("[1-9][\\d,]* rows stored"));
      awaiting("a bar that moves")
          .until(
              () -> Double.parseDouble(dashboard.find("#backfill-bar").getAttribute("value")) > 0);
      dashboard.see("#backfill-steer >> text=Load history…").isDisabled();
      keepLooks(dashboard, "#backfill-figures", "backfill-running");
      assertThat(dashboard.graveFaults()).isEmpty();
      dashboard.find("#backfill-steer >> text=Stop").click();
      dashboard.see("#backfills tr").containsText("interrupted");
      dashboard.see("#backfills tr").containsText("stopped by a person");
      dashboard
          .see("#backfills tr")
          .containsText("Alpaca, 1 minute, " + from + " to " + today + ", 2 symbols");
      dashboard.seeAll("#backfill-running:not([hidden])").hasCount(0);
      keepLooks(dashboard, "#backfills", "backfill-stopped");
    } finally {
      exchange.clearFaults();
    }
  }

  @Test
  void aViewerSeesABackfillAndNoButtonForIt() {
    try (DashboardPage dashboard = wide().asViewer().go("runs")) {
      dashboard.see("#viewer-note").isVisible();
      dashboard.see("#backfill-title").isVisible();
      dashboard.see("#backfill-steer").isHidden();
    }
  }

  @Test
  void theReceiptsOfACellSayWhyBarsAreMissing() {
    write(
        "update receipts set note = 'Alpaca''s list does not have it %s' where symbol = 'AAPL'"
            .formatted(HOSTILE_TEXT.replace("'", "''")));
    try (DashboardPage dashboard = wide().strictly().go("completeness")) {
      dashboard.find("#heat-body tr:has-text('AAPL') button >> nth=0").click();
      dashboard
          .see("dialog[open]")
          .containsText("Missing: Alpaca's list does not have it " + HOSTILE_TEXT + ".");
    }
  }

  @Test
  void theTablesOfCompletenessAreFilesTooOfWhatIsChosen() {
    Object id =
        write(
            "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at)"
                + " values ('alpaca', 'iex', 'trades', 'MSFT', '2025-11-18 14:30+00', '2025-11-18 14:31+00',"
                + " 'filled', 'lost', now()) returning gap_id");
    try (DashboardPage dashboard = wide().strictly().go("completeness")) {
      dashboard.page().selectOption("#gap-status", "filled");
      Download gaps = dashboard.page().waitForDownload(() -> dashboard.find("#gaps-csv").click());
      assertThat(gaps.suggestedFilename()).isEqualTo("gaps.csv");
      assertThat(gaps.path())
          .content()
          .startsWith("gap_id,source,feed,dataset,symbol,")
          .contains("\n" + id + ",alpaca,iex,trades,MSFT,")
          .doesNotContain(",abandoned,", ",open,");
      Download receipts =
          dashboard.page().waitForDownload(() -> dashboard.find("#heat-csv").click());
      assertThat(receipts.path())
          .content()
          .startsWith("source,feed,dataset,symbol,")
          .contains("AAPL");
      Download letters =
          dashboard.page().waitForDownload(() -> dashboard.find("#letters-csv").click());
      assertThat(letters.path()).content().startsWith("letter_id,run_id,route_id,symbol,");
      dashboard.keepScreenshot("completeness-files");
    }
  }

  @Test
  void aDeadLetterIsReadAndReplayed() {
    // Of a flow that is not due each two seconds: where it runs already, its letters wait.
    Object id =
        write(
            "insert into dead_letters (route_id, symbol, reason, payload) values ('yahoo-bars',"
                + " 'AAPL', 'Invalid symbol: AAPL', '%s') returning letter_id"
                    .formatted(HOSTILE_TEXT.replace("'", "''")));
    try (DashboardPage dashboard = wide().strictly().go("completeness")) {
      String row = "#letters [data-letter='" + id + "']";
      dashboard.see(row).containsText("Invalid symbol: AAPL");
      dashboard.find(row + " >> text=Show").click();
      dashboard.see("dialog[open] pre").hasText(HOSTILE_TEXT);
      dashboard.page().keyboard().press("Escape");
      dashboard.seeAll("dialog[open]").hasCount(0);

      dashboard.find(row + " >> text=Replay").click();

      dashboard.see("#toast").containsText("was replayed");
      dashboard.seeAll(row).hasCount(0);
      assertThat(
              place.count(
                  "select count(*) from dead_letters where replayed_at is not null and letter_id = "
                      + id))
          .isEqualTo(1);
      dashboard.seeAll("img[src=x]").hasCount(0);
    }
  }

  @Test
  void whatAPersonIsToldOfIsSaidUntilItIsOver() {
    // Of a day that no other test looks at.
    write(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at, last_error)"
            + " values ('alpaca', 'iex', 'trades', 'AAPL', now() - interval '40 h', now() - interval '39 h',"
            + " 'abandoned', 'lost', now(), '400: <b>no</b>')");
    try (DashboardPage dashboard = wide().strictly().go("runs")) {
      dashboard
          .see("#incidents[role=alert] [data-alert=gap-abandoned]")
          .containsText("Gap abandoned: alpaca iex trades");
      dashboard.see("#incidents [data-alert=gap-abandoned]").containsText("400: <b>no</b>");
      dashboard.keepScreenshot("alert");
      write("update gaps set status = 'filled' where last_error = '400: <b>no</b>'");
      // Instead of the minute for which all has to be well.
      write("update alerts set cleared_at = now() where what = 'gap-abandoned'");
      dashboard.comeBack().seeAll("#incidents [data-alert=gap-abandoned]").hasCount(0);
    }
  }

  @Test
  void aGapThatWasGivenUpIsReopened() {
    Object id =
        write(
            "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at,"
                + " attempts, last_error) values ('alpaca', 'iex', 'trades', 'AAPL', '2025-11-19 14:30+00',"
                + " '2025-11-19 14:31+00', 'abandoned', 'lost', now(), 10, 'unprocessable') returning gap_id");
    try (DashboardPage dashboard = wide().strictly().go("completeness")) {
      dashboard.page().selectOption("#gap-status", "abandoned");
      dashboard.see("#gaps tr:has-text('unprocessable')").containsText("AAPL");

      dashboard.find("#gaps tr:has-text('unprocessable') >> text=Reopen").click();

      dashboard.see("#toast").containsText("Gap " + id + " was reopened.");
      dashboard.seeAll("#gaps tr:has-text('unprocessable')").hasCount(0);
      assertThat(
              place.count(
                  "select count(*) from gaps where status <> 'abandoned' and gap_id = " + id))
          .isEqualTo(1);
    }
  }

  @Test
  void aGapThatWaitsIsRetried() {
    Object id =
        write(
            "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, reason, attempts, last_error,"
                + " next_try_at) values ('alpaca', 'iex', 'trades', 'AAPL', '2025-11-18 14:30+00',"
                + " '2025-11-18 14:31+00', 'lost', 3, 'too early', now() + interval '50 min') returning gap_id");
    try (DashboardPage dashboard = sized(PHONE, ColorScheme.LIGHT).strictly().go("completeness")) {
      keepLooks(dashboard, "#gaps tr:has-text('too early')", "gap-waits");
      dashboard.find("#gaps tr:has-text('too early') >> text=Retry").focus();
      dashboard.page().keyboard().press("Enter");

      dashboard.see("#toast").containsText("Gap " + id + " is due now");
      assertThat(
              place.count(
                  "select count(*) from gaps where next_try_at <= now() and gap_id = " + id))
          .isEqualTo(1);
    } finally {
      write("update gaps set status = 'filled', closed_at = now() where gap_id = " + id);
    }
  }

  @Test
  void hostileTextsAreShownAsTextsAndNothingIsAskedOfAnyoneElse() {
    try (DashboardPage dashboard = wide().strictly().go("prices/AAPL")) {
      dashboard.see("#news li:has-text('onerror') h3").hasText(HOSTILE_TEXT);
      dashboard.seeAll("#news a[href^=javascript]").hasCount(0);
      dashboard.see("#news a[href^=https]").hasAttribute("rel", "noopener noreferrer");
      dashboard.see("#symbols li:has-text('onerror') b").hasText(HOSTILE_SYMBOL);
      dashboard.see("#symbols li:has-text('onerror') small").hasText(HOSTILE_TEXT);

      dashboard.find("#symbols li:has-text('onerror') a").click();
      dashboard.see("#chart-symbol").hasText(HOSTILE_SYMBOL);
      dashboard.see("#chart-company").hasText(HOSTILE_TEXT);
      dashboard.see("#chart-empty").containsText("are stored");
      for (String name : DashboardPage.PAGES) {
        dashboard.go(name).see("#page-" + name).isVisible();
      }
      dashboard.see("#streams").containsText("Reconnects");

      dashboard.seeAll("img[src=x], script:not([src]), [style*=expression]").hasCount(0);
      assertThat(dashboard.page().title()).doesNotContain("broken in");
      assertThat(dashboard.requests())
          .isNotEmpty()
          .allMatch(request -> request.startsWith("http://127.0.0.1:" + place.httpPort() + "/"));
      assertThat(dashboard.complaints())
          .filteredOn(line -> !line.contains("404"))
          .as("only the profile that there is not")
          .isEmpty();
    }
  }

  @Test
  void everyPageIsOpenToAllInLightAndInDark() {
    assertThat(looks())
        .hasSize(4 * DashboardPage.PAGES.size())
        .allSatisfy(look -> assertThat(look.faults()).as(look.at()).isEmpty());
  }

  @Test
  void aButtonThatNobodyCanNameWouldBeFound() {
    try (DashboardPage dashboard = wide().go("stream")) {
      dashboard
          .page()
          .evaluate("document.querySelector('main').append(document.createElement('button'))");
      assertThat(dashboard.graveFaults()).singleElement().asString().startsWith("button-name: ");
    }
  }

  @Test
  void onAPhoneAndOnAWideScreenNothingIsWiderThanTheWindow() {
    assertThat(looks())
        .hasSize(4 * DashboardPage.PAGES.size())
        .allSatisfy(look -> assertThat(look.overhang()).as(look.at()).isZero());
  }

  /** What two tests ask of a page: which, what shuts people out, and pixels beyond the window. */
  private record Look(String at, List<String> faults, int overhang) {}

  /** Every page on a phone and on a wide screen, in light and in dark, opened once a screen. */
  private List<Look> looks() {
    if (looks.isEmpty()) {
      for (int width : new int[] {DESK, PHONE}) {
        try (DashboardPage dashboard = sized(width, ColorScheme.LIGHT)) {
          for (String name : DashboardPage.PAGES) {
            filled(dashboard, name);
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
              dashboard.in(scheme);
              int overhang = dashboard.overhang();
              dashboard.keepScreenshot(
                  name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT));
              looks.add(
                  new Look(name + " " + width + " " + scheme, dashboard.graveFaults(), overhang));
            }
          }
        }
      }
    }
    return looks;
  }

  @Test
  void everythingCanBeDoneByKeyboardAlone() {
    try (DashboardPage dashboard = wide().go("prices/AAPL?timeframe=1Day")) {
      dashboard.see("#chart canvas").isVisible();
      dashboard.page().keyboard().press("Tab");
      dashboard.see(".skip:focus").isVisible();
      dashboard.page().keyboard().press("Enter");
      dashboard.see("main:focus").isVisible();

      tabTo(dashboard, "#symbol-search");
      dashboard.page().keyboard().type("MS");
      dashboard.seeAll("#symbols a").hasCount(1);
      dashboard.page().keyboard().press("ArrowDown");
      dashboard.page().keyboard().press("Enter");
      dashboard.see("#chart-symbol").hasText("MSFT");
      dashboard.page().keyboard().press("Escape");
      dashboard.page().keyboard().press("Escape");
      assertThat(dashboard.find("#symbol-search").inputValue()).isEmpty();

      tabTo(dashboard, "#timeframes input");
      tabTo(dashboard, "#chart");
      dashboard.page().keyboard().press("ArrowLeft");
      dashboard.see("#chart-said").containsText("close");

      dashboard.page().keyboard().press("Home");
      dashboard.see("#chart-said").containsText("open");

      dashboard.go("completeness");
      dashboard.see("#heat-body button[tabindex='0']").isVisible();
      tabTo(dashboard, "#heat-body button");
      String from = activeText(dashboard);
      dashboard.page().keyboard().press("Enter");
      dashboard.see("dialog[open]").containsText("Expected");
      dashboard.page().keyboard().press("Escape");
      dashboard.seeAll("dialog[open]").hasCount(0);
      assertThat(activeText(dashboard)).as("the focus is back").isEqualTo(from);
    }
  }

  @Test
  void whereThereAreSeveralNodesThePageOfTheStreamsNamesThem() {
    try (DashboardPage dashboard = wide().go("stream")) {
      dashboard.see("#streams").containsText("Reconnects");
      dashboard.seeAll("#nodes-card:not([hidden])").hasCount(0);
      place.query(
          "insert into cluster_nodes (node, host, pid, version) values"
              + " ('zz-<b>other</b>', 'paris', 1, '9.9') returning 1");
      place.query(
          "insert into stream_owners (source, feed, owner, host, since) values"
              + " ('alpaca', 'sip', 'zz-<b>other</b>', 'paris', now()) returning 1");
      // By itself, as whatever comes later.
      dashboard.see("#nodes-card").containsText("One at a time has a stream");
      dashboard.see("#nodes tr:last-child").containsText("zz-<b>other</b>");
      dashboard.see("#nodes tr:last-child").containsText("sip");
      place.query(
          "update cluster_nodes set seen_at = '-infinity' where node like 'zz-%' returning 1");
      dashboard.comeBack().see("#nodes tr:last-child").containsText("gone");
      place.query("delete from stream_owners where feed = 'sip' returning 1");
      place.query("delete from cluster_nodes where node like 'zz-%' returning 1");
      dashboard.comeBack().seeAll("#nodes-card:not([hidden])").hasCount(0);
    }
  }

  @Test
  void whereTheStreamComesByKafkaThePageOfTheStreamsSaysHowFarEachPartitionIsBehind() {
    try (DashboardPage dashboard = wide().go("stream")) {
      dashboard.see("#streams").containsText("Reconnects");
      dashboard.seeAll("#partitions-card:not([hidden])").hasCount(0);
      place.query(
          "insert into stream_watermarks (source, feed, stored_to)"
              + " select 'alpaca', feed, '2026-11-20 15:00Z' from feeds where role = 'stream'"
              + " on conflict (source, feed) do update set stored_to = excluded.stored_to"
              + " returning 1");
      place.query(
          "insert into store_watermarks (topic, partition, next_offset, stored_to) values"
              + " ('a-<b>topic</b>', 0, 9, '2026-11-20 14:59:58Z'),"
              + " ('a-<b>topic</b>', 1, 9, '2026-11-20 14:55:00Z') returning 1");
      dashboard.comeBack().see("#partitions tr:first-child").containsText("a-<b>topic</b>");
      dashboard.see("#partitions tr:first-child .badge[data-tone=good]").hasText("2 s");
      dashboard.see("#partitions tr:last-child .badge[data-tone=bad]").hasText("5 min");
      keepLooks(dashboard, "#partitions-card", "partitions");
      assertThat(dashboard.graveFaults()).isEmpty();
      place.query("delete from store_watermarks returning 1");
      place.query("delete from stream_watermarks returning 1");
      dashboard.comeBack().seeAll("#partitions-card:not([hidden])").hasCount(0);
    }
  }

  @Test
  void aThemeThatWasChosenIsRemembered() {
    try (DashboardPage dashboard = wide().go("stream")) {
      dashboard.find("#theme").click();
      dashboard.find("#theme").click();
      dashboard.see("html").hasAttribute("data-theme", "dark");
      dashboard.page().reload();
      dashboard.see("html").hasAttribute("data-theme", "dark");
      dashboard.see("#theme").containsText("Dark");
    }
  }

  @Test
  void quotesThatAreGettingOldAreSaidUntilTheyComeAgain() {
    try (Place demo = Place.demo("old");
        CaravanProcess aside =
            demo.caravan(exchange.url())
                .set("caravan.symbols", "AAPL,MSFT")
                .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
                .run();
        DashboardPage dashboard = DashboardPage.wide(chromium, demo.httpPort())) {
      aside.awaitLine("Caravan runs: ");
      dashboard.go("prices").see("#tiles .tile[data-state=fresh]").isVisible();
      dashboard.seeAll("#old-quotes p").hasCount(0);

      dashboard.go("runs").find("#flows [data-flow=yahoo-quotes] >> text=Pause").click();
      dashboard.see("#toast").containsText("is paused");
      awaiting("the end of the last run")
          .until(() -> demo.count("select count(*) from flow_runs where status = 'running'") == 0);
      // Instead of the third of a minute in which they would get old by themselves.
      demo.query("update price_snapshots set ts = ts - interval '1 minute 1.000123 s' returning 1");
      dashboard.see("#old-quotes[role=alert]").containsText("Quotes are getting old");
      dashboard.go("prices").see("#tiles .tile[data-state=old]").isVisible();
      dashboard.keepScreenshot("quotes-old");

      dashboard.go("runs").find("#flows [data-flow=yahoo-quotes] >> text=Resume").click();
      dashboard.seeAll("#old-quotes p").hasCount(0);
      aside.sigterm();
      aside.exitCode();
    }
  }

  /** An element and what is around it, on a wide screen and on a phone, in light and in dark. */
  private static void keepLooks(DashboardPage dashboard, String selector, String name) {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      dashboard.in(scheme);
      for (int width : new int[] {DESK, PHONE}) {
        String at = name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        dashboard.page().setViewportSize(width, width == PHONE ? 780 : 1080);
        dashboard.find(selector).first().scrollIntoViewIfNeeded();
        assertThat(dashboard.overhang()).as(at).isZero();
        dashboard.keepView(at);
      }
    }
  }

  private DashboardPage wide() {
    return DashboardPage.wide(chromium, place.httpPort());
  }

  private DashboardPage sized(int width, ColorScheme scheme) {
    return DashboardPage.open(
        chromium, place.httpPort(), width, width == PHONE ? 780 : 1080, scheme);
  }

  /** Opens a page and waits until it shows what is to be looked at. */
  private static void filled(DashboardPage dashboard, String name) {
    dashboard.go(name);
    dashboard
        .see(
            switch (name) {
              case "prices" -> "#chart-readout .when";
              case "runs" -> "#runs [data-run]";
              case "completeness" -> "#heat-body button";
              default -> "#streams dd";
            })
        .isVisible();
  }

  private static void awaitChange(DashboardPage dashboard) {
    String before = dashboard.find("#tiles .tile-price").allTextContents().toString();
    awaiting("another price")
        .until(
            () ->
                !dashboard.find("#tiles .tile-price").allTextContents().toString().equals(before));
  }

  /** Goes on by the Tab key until an element like that has the focus. */
  private static void tabTo(DashboardPage dashboard, String selector) {
    for (int presses = 0; presses < 100; presses++) {
      dashboard.page().keyboard().press("Tab");
      if (dashboard
          .page()
          .evaluate("(selector) => document.activeElement.matches(selector)", selector)
          .equals(true)) {
        return;
      }
    }
    throw new AssertionError("The Tab key does not reach " + selector);
  }

  private static String activeText(DashboardPage dashboard) {
    return dashboard.page().evaluate("document.activeElement.outerHTML").toString();
  }

  private CaravanProcess.Start caravan() {
    return place
        .caravan(exchange.url())
        .set("caravan.symbols", "AAPL,MSFT")
        .set("caravan.database.url", "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan")
        .set("caravan.database.user", "caravan");
  }

  /** Writes a row and returns the first column of what the statement returns, or null. */
  private Object write(String sql) {
    return place.query(sql.contains(" returning ") ? sql : sql + " returning 1").stream()
        .findFirst()
        .map(row -> row.values().iterator().next())
        .orElse(null);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(CaravanProcess.PATIENCE);
  }
}
