package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.alpaca.AnnouncedAction;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Actions have an identity and an end: a full answer is what stands, whatever stood before. The
 * shares that are asked for pay no dividends at the simulated exchange but those of the test.
 */
class CorporateActionsIT extends CaravanTestSupport {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private final LocalDate today = LocalDate.now(NEW_YORK);
  private final LocalDate day = today.minusDays(20);
  private final Canned yahoo = new Canned();
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0));
  private int ids;

  CorporateActionsIT() {
    set("caravan.yahoo.url", yahoo.url());
    set("caravan.alpaca.data-url", exchange.url());
  }

  @BeforeEach
  void forget() {
    yahoo.reset();
    exchange.clearFaults();
    exchange.limitActionPages(1000);
    symbols("AAPL");
  }

  @AfterAll
  void close() {
    yahoo.close();
    exchange.close();
  }

  @Test
  void ratiosOfOneDayMultiplyAndAmountsAddAlsoWherePagesCutTheDay() {
    String[] told = {
      split("QB", 500, 1), split("QB", 1, 500), dividend("QB", "0.25"), dividend("QB", "0.25")
    };
    exchange.limitActionPages(1);
    database.execute("insert into symbols (symbol) values ('QB')");

    load();

    assertThat(actions("QB")).containsExactly("dividend " + day + " 0.50", "split " + day + " 1");
    assertThat(database.count("select count(*) from corporate_action_entries where symbol = 'QB'"))
        .isEqualTo(told.length);
    // The same answer once more changes nothing.
    load();
    assertThat(actions("QB")).containsExactly("dividend " + day + " 0.50", "split " + day + " 1");
    assertThat(revisions("QB")).isEmpty();
  }

  @Test
  void whatAFullAnswerNoLongerHasIsWithdrawnAndKept() {
    String four = split("QC", 4, 1);
    String quarter = dividend("QC", "0.25");
    String half = dividend("QC", "0.5");
    database.execute("insert into symbols (symbol) values ('QC')");
    load();
    assertThat(actions("QC")).containsExactly("dividend " + day + " 0.75", "split " + day + " 4");

    exchange.withdrawAction(four);
    exchange.withdrawAction(half);
    load();

    assertThat(actions("QC")).containsExactly("dividend " + day + " 0.25");
    assertThat(revisions("QC"))
        .containsExactlyInAnyOrder(
            four + " split " + day + " 4 withdrawn", half + " dividend " + day + " 0.5 withdrawn");
    exchange.withdrawAction(quarter);
    load();
    assertThat(actions("QC")).isEmpty();
  }

  @Test
  void whatIsToldOtherwiseUnderTheSameIdIsChangedAndNeverASecondRow() {
    String id = dividend("QD", "0.25");
    database.execute("insert into symbols (symbol) values ('QD')");
    load();
    exchange.tellAction(AnnouncedAction.dividend(id, "QD", day.plusDays(3), "0.3"));
    load();

    assertThat(actions("QD")).containsExactly("dividend " + day.plusDays(3) + " 0.3");
    assertThat(revisions("QD")).containsExactly(id + " dividend " + day + " 0.25 changed");
  }

  @Test
  void anActionThatMovesIntoTheRangeFromBeforeItIsMovedAndNotDoubled() {
    String id = "moved";
    database.execute(
        "insert into corporate_action_entries (source, action_id, symbol, action, ex_date, ratio)"
            + " values ('alpaca', 'moved', 'QE', 'split', '2001-02-03', 2)");
    assertThat(actions("QE")).containsExactly("split 2001-02-03 2");
    exchange.tellAction(AnnouncedAction.split(id, "QE", day, 2, 1));
    database.execute("insert into symbols (symbol) values ('QE')");

    load();

    assertThat(actions("QE")).containsExactly("split " + day + " 2");
  }

  @Test
  void aFailureOnALaterPageLeavesWhatWasThere() {
    String four = split("QJ", 4, 1);
    dividend("QJ", "0.25");
    database.execute("insert into symbols (symbol) values ('QJ')");
    load();
    List<String> before = actions("QJ");
    assertThat(before).hasSize(2);

    exchange.withdrawAction(four);
    dividend("QJ", "0.75");
    exchange.limitActionPages(1);
    exchange.addFault(
        new Fault(
            Provider.ALPACA, Fault.Kind.STATUS, -1, "page_token", 403, Map.of(), Duration.ZERO));
    assertThat(run("alpaca-corporate-actions")).containsEntry("status", "failed");
    assertThat(actions("QJ")).isEqualTo(before);
    assertThat(revisions("QJ")).isEmpty();

    exchange.clearFaults();
    load();
    assertThat(actions("QJ")).containsExactly("dividend " + day + " 1.00");
  }

  @Test
  void aDividendOfNothingIsADeadLetterAndLeavesTheActionOfItsIdAsItWas() {
    String id = dividend("QL", "0.25");
    dividend("QL", "-1");
    database.execute("insert into symbols (symbol) values ('QL')");
    load();
    assertThat(actions("QL")).containsExactly("dividend " + day + " 0.25");

    exchange.tellAction(AnnouncedAction.dividend(id, "QL", day, "0"));
    load();

    assertThat(actions("QL")).containsExactly("dividend " + day + " 0.25");
    assertThat(
            strings(
                "select reason as row from dead_letters where symbol = 'QL' order by letter_id"))
        .containsExactly(
            "Missing required data: rate of QL (not above zero: -1)",
            "Missing required data: rate of QL (not above zero: 0)");
  }

  @Test
  void rowsWithoutIdsAreReplacedByTheNextFullAnswerAndNotDoubled() {
    String four = split("QN", 4, 1);
    dividend("QN", "0.25");
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, amount, ratio) values"
            + " ('alpaca', 'QN', 'split', '"
            + day
            + "', null, 4), ('alpaca', 'QN', 'dividend', '"
            + day
            + "', 0.5, null), ('alpaca', 'QN', 'dividend', '"
            + day.minusDays(2)
            + "', 0.1, null), ('alpaca', 'QN', 'dividend', '1999-01-04', 0.1, null)");
    database.execute("insert into symbols (symbol) values ('QN')");

    load();

    assertThat(actions("QN"))
        .containsExactly(
            "dividend 1999-01-04 0.1", "dividend " + day + " 0.25", "split " + day + " 4");
    assertThat(revisions("QN"))
        .containsExactlyInAnyOrder(
            "dividend " + day + " 0.5 no id", "dividend " + day.minusDays(2) + " 0.1 withdrawn");
    assertThat(four).isNotNull();
  }

  @Test
  void aSplitOfTwoStepsOnOneDayIsInAdjustedPricesAsTheirProduct() {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " select 'alpaca', 'sip', 'QO', '1Day', (date '"
            + day
            + "' - 1)::timestamp at time zone 'America/New_York', 60, 60, 60, 60, 7, true");
    split("QO", 3, 1);
    split("QO", 2, 1);
    database.execute("insert into symbols (symbol) values ('QO')");

    load();

    assertThat(
            strings(
                "select concat_ws(' ', adjusted_close, adjusted_volume) as row from bars_adjusted"
                    + " where symbol = 'QO'"))
        .containsExactly("10 42");
  }

  // ------------------------------------------------------------------------------------- Yahoo

  @Test
  void eventsOfYahooOnOneDayCountTogetherAndOneThatIsToldNoMoreIsWithdrawn() {
    LocalDate first = today.minusDays(12);
    LocalDate second = today.minusDays(11);
    chart(
        event("1", first, "'amount':0.25"),
        event("2", first, "'amount':0.25"),
        event("3", first, "'amount':1.5"),
        event("4", second, "'amount':0.1"));
    bars();
    assertThat(actions("AAPL"))
        .containsExactly("dividend " + first + " 1.75", "dividend " + second + " 0.1");

    chart(event("1", first, "'amount':0.25"));
    bars();
    assertThat(actions("AAPL")).containsExactly("dividend " + first + " 0.25");
    assertThat(database.count("select count(*) from corporate_action_revisions")).isEqualTo(2);

    // A chart that has no rows around the day says nothing of it.
    yahoo.on("/v8", ok(chartOf(3, "")));
    bars();
    assertThat(actions("AAPL")).containsExactly("dividend " + first + " 0.25");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0.25"})
  void aDividendOfYahoosOfNothingIsADeadLetter(String amount) {
    chart(event("1", today.minusDays(11), "'amount':" + amount));
    bars();
    assertThat(actions("AAPL")).isEmpty();
    assertThat(strings("select reason as row from dead_letters"))
        .containsExactly("Missing required data: amount of AAPL (not above zero: " + amount + ")");
  }

  // --------------------------------------------------------------------------------------------

  private void load() {
    assertThat(run("alpaca-corporate-actions")).containsEntry("status", "succeeded");
  }

  private void bars() {
    assertThat(run("yahoo-bars")).containsEntry("status", "succeeded");
  }

  private String split(String symbol, int newRate, int oldRate) {
    String id = "00000000-0000-0000-0000-" + String.format("%012d", ++ids);
    exchange.tellAction(AnnouncedAction.split(id, symbol, day, newRate, oldRate));
    return id;
  }

  private String dividend(String symbol, String rate) {
    String id = "00000000-0000-0000-0000-" + String.format("%012d", ++ids);
    exchange.tellAction(AnnouncedAction.dividend(id, symbol, day, rate));
    return id;
  }

  private void chart(String... dividends) {
    yahoo.on(
        "/v8", ok(chartOf(15, "'events':{'dividends':{" + String.join(",", dividends) + "}},")));
  }

  /** A chart of so many last days, whatever is asked for. */
  private String chartOf(int days, String events) {
    StringBuilder times = new StringBuilder();
    StringBuilder prices = new StringBuilder();
    for (int ago = days; ago > 0; ago--) {
      times.append(times.isEmpty() ? "" : ",").append(noon(today.minusDays(ago)));
      prices.append(prices.isEmpty() ? "" : ",").append("100");
    }
    String quote = "";
    for (String name : List.of("open", "high", "low", "close", "volume")) {
      quote += (quote.isEmpty() ? "'" : ",'") + name + "':[" + prices + "]";
    }
    return ("{'chart':{'result':[{'meta':{'exchangeTimezoneName':'America/New_York','currency':'USD'},"
            + events
            + "'timestamp':["
            + times
            + "],'indicators':{'quote':[{"
            + quote
            + "}]}}],'error':null}}")
        .replace('\'', '"');
  }

  private static String event(String key, LocalDate date, String value) {
    return "'" + key + "':{'date':" + noon(date) + "," + value + "}";
  }

  private static long noon(LocalDate date) {
    return date.atTime(12, 0).atZone(NEW_YORK).toEpochSecond();
  }

  private List<String> actions(String symbol) {
    return strings(
        "select concat_ws(' ', action, ex_date, amount, ratio) as row from corporate_actions"
            + " where symbol = '"
            + symbol
            + "' order by action, ex_date");
  }

  private List<String> revisions(String symbol) {
    return strings(
        "select concat_ws(' ', action_id, action, ex_date, amount, ratio, why) as row"
            + " from corporate_action_revisions where symbol = '"
            + symbol
            + "'");
  }

  private List<String> strings(String sql) {
    return database.query(sql).stream()
        .map(row -> (String) row.values().iterator().next())
        .toList();
  }
}
