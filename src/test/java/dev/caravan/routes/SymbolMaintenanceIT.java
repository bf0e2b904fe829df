package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static dev.caravan.support.Canned.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A symbol is ended by repeated, positive words of Alpaca's, and never by a failure. */
class SymbolMaintenanceIT extends CaravanTestSupport {
  private static final String MONDAY = "2026-11-16T23:00:00Z";

  private static final String TUESDAY = "2026-11-17T23:00:00Z";
  private static final String WEDNESDAY = "2026-11-18T23:00:00Z";
  private static final String THURSDAY = "2026-11-19T23:00:00Z";

  private final Canned alpaca = new Canned();
  private final MovableClock clock = new MovableClock(MONDAY);

  SymbolMaintenanceIT() {
    set("caravan.alpaca.trading-url", alpaca.url());
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void forget() {
    alpaca.reset();
    clock.set(MONDAY);
  }

  @AfterAll
  void close() {
    alpaca.close();
  }

  @Test
  void aCompleteListNamesTheSymbolsAndWhatChangesLaterIsKeptWithItsDate() {
    symbols("AAPL", "BRK-B", "^GSPC");
    lists(active("AAPL", "id-a", "Apple"), active("BRK.B", "id-b", "Berkshire"));

    assertThat(maintained())
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 2)
        .containsEntry("stored", 2)
        .containsEntry("error", null);
    assertThat(alpaca.asked().stream().map(Canned.Asked::uri))
        .containsExactly(
            "/v2/assets?status=active&asset_class=us_equity",
            "/v2/assets?status=inactive&asset_class=us_equity");
    assertThat(
            lines(
                "select concat_ws(' ', symbol, name, exchange, tradable, alpaca_id, status) from symbols order by"
                    + " symbol collate \"C\""))
        .containsExactly(
            "AAPL Apple NASDAQ t id-a active",
            "BRK.B Berkshire NASDAQ t id-b active",
            "^GSPC active");
    assertThat(changes()).as("what becomes known is no change").isEmpty();

    clock.set(TUESDAY);
    lists(active("AAPL", "id-a", "Apple Inc."), active("BRK.B", "id-b", "Berkshire"));
    assertThat(maintained()).containsEntry("status", "succeeded");
    assertThat(changes()).containsExactly("AAPL name Apple>Apple Inc. 2026-11-17 caravan");
    assertThat(
            lines("select symbol from symbols where updated_at = '" + TUESDAY + "'::timestamptz"))
        .containsExactly("AAPL");
  }

  @Test
  void aSymbolIsEndedOnTheSecondDayOfItsAbsenceAndComesBackWhenItIsListedAgain() {
    symbols("HERE", "GONE", "LOST", "^GSPC");
    String here = active("HERE", "id-h", "Here");
    String gone = active("GONE", "id-g", "Gone");
    String lost = active("LOST", "id-l", "Lost");
    lists(here, gone, lost);
    maintained();

    // Of one the list says so, of the other it says nothing any more.
    clock.set(TUESDAY);
    lists(here, inactive("GONE", "id-g", "Gone"));
    assertThat(maintained())
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 3)
        .containsEntry("stored", 2)
        .extractingByKey("error")
        .asString()
        .contains("LOST");
    assertThat(inactiveOnes()).as("the first day").isEmpty();
    // Half past eleven in the night in New York.
    clock.set("2026-11-18T04:30:00Z");
    maintained();
    assertThat(inactiveOnes()).as("the same day in New York, another in UTC").isEmpty();

    clock.set(WEDNESDAY);
    assertThat(maintained()).containsEntry("status", "succeeded");
    assertThat(inactiveOnes())
        .containsExactly(
            "GONE: inactive at Alpaca since 2026-11-17",
            "LOST: absent from Alpaca's list since 2026-11-17");
    assertThat(changes())
        .containsExactly(
            "GONE status active>inactive 2026-11-18 caravan",
            "LOST status active>inactive 2026-11-18 caravan");

    clock.set(THURSDAY);
    lists(here, gone, active("LOST", "id-of-another-company", "Lost and Found"));
    assertThat(maintained()).containsEntry("expected", 2).containsEntry("error", null);
    assertThat(inactiveOnes())
        .as("what took over the symbol is another company")
        .containsExactly("LOST: absent from Alpaca's list since 2026-11-17");
    assertThat(changes()).last().isEqualTo("GONE status inactive>active 2026-11-19 caravan");
    assertThat(lines("select note from symbols where symbol = 'GONE'")).containsExactly("null");
  }

  @Test
  void ofAnEndedSymbolYahooOwesNoDayOnWhichItWasNotListedAndNothingWasTradedWhileItWas() {
    symbols("GONE", "HERE", "OLD");
    String here = active("HERE", "id-h", "Here");
    String old = active("OLD", "id-o", "Old and New");
    lists(here, old, active("GONE", "id-g", "Gone"));
    maintained();
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " values ('alpaca', 'sip', 'GONE', '1Day', '2026-11-15 05:00+00', 1, 1, 1, 1, 1, true)");
    owedByYahoo("GONE", "2026-11-13", "open", true);
    owedByYahoo("GONE", "2026-11-16", "open", true);
    owedByYahoo("GONE", "2026-11-17", "open", true);
    owedByYahoo("GONE", "2026-11-18", "abandoned", true);
    owedByYahoo("GONE", "2026-11-19", "open", false);
    owedByYahoo("HERE", "2026-11-18", "open", true);
    owedByYahoo("OLD", "2026-11-17", "open", true);
    List<String> owed = owed();

    clock.set(TUESDAY);
    lists(here, old, inactive("GONE", "id-g", "Gone"));
    maintained();
    assertThat(owed()).as("it may be listed again tomorrow").isEqualTo(owed);

    clock.set(WEDNESDAY);
    lists(here, active("NEW", "id-o", "Old and New"), inactive("GONE", "id-g", "Gone"));
    maintained();
    assertThat(owed())
        .containsExactly(
            "GONE 2026-11-13 1 0 0 1 open never served",
            "GONE 2026-11-16 1 0 1 0 no_trades inactive at Alpaca since 2026-11-17",
            "GONE 2026-11-19 1 0 0 1 open never served",
            "HERE 2026-11-18 1 0 0 1 open never served",
            "OLD 2026-11-17 1 0 1 0 no_trades renamed to NEW");
  }

  @Test
  void whatYahooOwesUnderAnOldNameIsOwedUnderTheNewOneWhichHasItsHistory() {
    symbols("HERE", "OLD");
    String here = active("HERE", "id-h", "Here");
    lists(here, active("OLD", "id-o", "Old and New"));
    maintained();
    owedByYahoo("HERE", "2026-11-16", "open", false);
    owedByYahoo("OLD", "2026-11-13", "abandoned", false);
    owedByYahoo("OLD", "2026-11-16", "open", false);
    owedByYahoo("OLD", "2026-11-17", "open", false);
    // Both names were counted.
    owedByYahoo("OLD", "2026-11-18", "open", false);
    owedByYahoo("NEW", "2026-11-18", "open", false);

    clock.set(WEDNESDAY);
    lists(here, active("NEW", "id-o", "Old and New"));
    maintained();
    assertThat(owed())
        .containsExactly(
            "HERE 2026-11-16 1 0 0 1 open never served",
            "NEW 2026-11-13 1 0 0 1 open",
            "NEW 2026-11-16 1 0 0 1 open never served",
            "NEW 2026-11-17 1 0 0 1 open never served",
            "NEW 2026-11-18 1 0 0 1 open never served",
            "NEW 2026-11-18 1 0 0 1 open never served");
    assertThat(lines("select concat_ws(' ', symbol, session) from receipts where symbol = 'OLD'"))
        .isEmpty();
    assertThat(lines("select concat_ws(' ', symbol, from_ts::date) from gaps where symbol = 'OLD'"))
        .as("what was given up under the old name")
        .containsExactly("OLD 2026-11-13");
  }

  @Test
  void withoutAlpacasWordYahoosBarIsMissingWithTheReasonAndOwedOnlySinceTheListing() {
    symbols("ENDED", "HERE", "NEW");
    String here = active("HERE", "id-h", "Here");
    owedByYahoo("ENDED", "2026-11-16", "open", true);
    owedByYahoo("NEW", "2026-11-16", "open", true);
    owedByYahoo("NEW", "2026-11-17", "open", false);
    for (String day : List.of(MONDAY, TUESDAY)) {
      clock.set(day);
      lists(here, inactive("ENDED", "id-e", "Ended"));
      maintained();
    }
    assertThat(owed())
        .containsExactly(
            "ENDED 2026-11-16 1 0 0 1 open never served",
            "NEW 2026-11-16 1 0 0 1 open never served",
            "NEW 2026-11-17 1 0 0 1 open never served");
    assertThat(lines("select symbol || ' ' || note from receipts where note is not null"))
        .containsExactly("ENDED Alpaca's list of 2026-11-17 has it as inactive");

    clock.set(WEDNESDAY);
    lists(here, active("NEW", "id-n", "New"), inactive("ENDED", "id-e", "Ended"));
    maintained();
    assertThat(owed())
        .containsExactly(
            "ENDED 2026-11-16 1 0 0 1 open never served",
            "NEW 2026-11-17 1 0 0 1 open never served");
  }

  /**
   * A session's daily bar that Yahoo never served; of a quiet one Alpaca's full answer has none.
   */
  private void owedByYahoo(String symbol, String session, String gap, boolean quiet) {
    String key = String.format("'bars', '%s', '1Day'", symbol);
    String opens = String.format("'%s 05:00+00'", session);
    String closes = String.format("'%s 21:00+00'", session);
    database.execute(
        String.format(
            "insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored,"
                + " no_trade, missing, calendar, opens_at, closes_at, counted_at)"
                + " values ('yahoo', '-', %s, '%s', 1, 0, 0, 1, 'New York', %s, %s, now())",
            key, session, opens, closes));
    database.execute(
        String.format(
            "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, status,"
                + " closed_at, last_error) values ('yahoo', '-', %s, %s, %s, 'receipt', '%s', %s, 'never served')",
            key, opens, closes, gap, gap.equals("open") ? "null" : "now()"));
    database.execute(
        String.format(
            "insert into proofs (source, feed, dataset, symbol, timeframe, session, opens_at, asked,"
                + " quiet, proved_at) values ('alpaca', 'sip', %s, '%s', %s, '{[0,1)}', '%s', now())",
            key, session, opens, quiet ? "{[0,1)}" : "{}"));
  }

  private List<String> owed() {
    return lines(
        "select concat_ws(' ', r.symbol, session, expected, stored, no_trade, missing, g.status, last_error)"
            + " from receipts r join gaps g on g.symbol = r.symbol and g.from_ts = r.opens_at order by 1");
  }

  @Test
  void oneDayOfAbsenceIsForgottenWhenTheSymbolIsListedAgain() {
    symbols("BACK");
    lists(active("BACK", "id", "Back"));
    maintained();
    clock.set(TUESDAY);
    lists();
    maintained();
    clock.set(WEDNESDAY);
    lists(active("BACK", "id", "Back"));
    maintained();
    clock.set(THURSDAY);
    lists();
    maintained();

    assertThat(inactiveOnes()).isEmpty();
    assertThat(lines("select missing_since from symbols")).containsExactly("2026-11-19");
  }

  @Test
  void whatAPersonEndedStaysEnded() {
    symbols("AAPL", "MSFT");
    database.execute("update symbols set status = 'inactive' where symbol = 'AAPL'");
    lists(active("AAPL", "id-a", "Apple"), active("MSFT", "id-m", "Microsoft"));

    assertThat(maintained()).containsEntry("expected", 1);
    assertThat(inactiveOnes()).containsExactly("AAPL: null");
    assertThat(
            lines(
                "select concat_ws(' ', symbol, old_value, new_value, changed_by) from symbol_changes"
                    + " where old_value = 'active'"))
        .containsExactly("AAPL active inactive person");
  }

  @Test
  void aRequestThatFailsChangesNothingHoweverOftenItDoes() {
    symbols("GONE");
    lists(active("GONE", "id-g", "Gone"));
    maintained();
    for (Canned.Reply failure :
        List.of(
            status(500, "{\"message\":\"internal server error\"}"),
            status(401, "<html>401</html>"),
            ok("[{\"id\":\"cut off"),
            ok("{\"message\":\"maintenance\"}"),
            ok("[]"))) {
      for (String day : List.of(TUESDAY, WEDNESDAY)) {
        clock.set(day);
        alpaca.reset();
        alpaca.on("status=active", failure).on("status=inactive", ok("[]"));
        assertThat(maintained())
            .as(failure.body())
            .containsEntry("status", "failed")
            .extractingByKey("error")
            .isNotNull();
      }
      assertThat(lines("select status || ' ' || coalesce(missing_since::text, '-') from symbols"))
          .as(failure.body())
          .containsExactly("active -");
    }
    clock.set(TUESDAY);
    lists();
    alpaca.on("status=inactive", status(403, "{\"message\":\"forbidden.\"}"));
    assertThat(maintained()).containsEntry("status", "failed");
    assertThat(lines("select missing_since from symbols"))
        .as("half a list proves nothing")
        .containsExactly("null");
  }

  @Test
  void aListThatComesShortEndsNothingAndSaysWhy() {
    symbols("GONE");
    for (String day : List.of(MONDAY, TUESDAY, WEDNESDAY)) {
      clock.set(day);
      half("active", 2999);
      half("inactive", 0);
      assertThat(maintained())
          .containsEntry("status", "failed")
          .extractingByKey("error")
          .asString()
          .startsWith(
              "Missing required data: most active ones of alpaca's list of assets (2999 came")
          .contains("3000 or more", "symbol_lists");
    }
    half("active", 5000);
    half("inactive", 1000);
    assertThat(maintained()).containsEntry("status", "succeeded");
    clock.set(THURSDAY);
    half("active", 3999);
    assertThat(maintained().get("error").toString()).contains("3999 came where 4000 or more");
    half("active", 4000);
    half("inactive", 799);
    assertThat(maintained().get("error").toString())
        .contains("most inactive ones", "799 came where 800 or more");
    assertThat(lines("select status || ' ' || missing_since from symbols"))
        .as("the only complete list was Wednesday's")
        .containsExactly("active 2026-11-18");
    half("inactive", 800);
    assertThat(maintained()).containsEntry("status", "succeeded");
  }

  @Test
  void aBadRowSpoilsNeitherItsListNorASymbolThatItMayBeOf() {
    symbols("GOOD", "SICK", "GONE");
    lists(
        active("GOOD", "id-1", "Good"),
        active("SICK", "id-2", "Sick"),
        active("GONE", "id-3", "Gone"));
    maintained();
    clock.set(TUESDAY);
    lists(
        active("GOOD", "id-1", "Better"),
        "{\"symbol\":\"SICK\",\"status\":\"active\",\"name\":\"no id\"}",
        "17",
        "{\"id\":\"x\",\"symbol\":null}");

    assertThat(maintained())
        .containsEntry("status", "partial")
        .containsEntry("expected", 3)
        .containsEntry("stored", 1)
        .extractingByKey("error")
        .asString()
        .contains("2 of 3 symbols were not served", "GONE, SICK");
    assertThat(lines("select concat_ws(' ', symbol, name, missing_since) from symbols order by 1"))
        .containsExactly("GONE Gone", "GOOD Better", "SICK Sick");
    assertThat(lines("select symbol || ': ' || reason from dead_letters order by letter_id"))
        .containsExactlyInAnyOrder(
            "SICK: Missing required data: id of SICK",
            "alpaca's list of assets: Missing required data: symbol of alpaca's list of assets",
            "alpaca's list of assets: Missing required data: symbol of alpaca's list of assets");
  }

  @Test
  void aSymbolThatAlpacaHasNeverListedIsLeftToYahooUntilAlpacaListsIt() {
    symbols("VTSAX", "AAPL");
    lists(active("AAPL", "id-a", "Apple"));
    maintained();
    assertThat(lines("select array_to_string(sources, '+') from symbols where symbol = 'VTSAX'"))
        .containsExactly("alpaca+yahoo");
    clock.set(TUESDAY);
    maintained();
    assertThat(
            lines(
                "select concat_ws(' ', status, array_to_string(sources, '+'), note) from symbols"
                    + " where symbol = 'VTSAX'"))
        .containsExactly("active yahoo Alpaca does not know it: only Yahoo is asked");
    clock.set(WEDNESDAY);
    assertThat(maintained()).containsEntry("expected", 1);

    lists(active("AAPL", "id-a", "Apple"), active("VTSAX", "id-v", "Vanguard"));
    assertThat(maintained()).containsEntry("expected", 2);
    assertThat(changes())
        .containsExactly(
            "VTSAX sources alpaca,yahoo>yahoo 2026-11-17 caravan",
            "VTSAX sources yahoo>alpaca,yahoo 2026-11-18 caravan");
  }

  @Test
  void aCompanyThatIsListedUnderAnotherSymbolIsRenamedAtOnce() {
    symbols("FB", "OTHER");
    lists(active("FB", "id-meta", "Facebook"), active("OTHER", "id-o", "Other"));
    maintained();

    // Another company has taken over the old symbol already.
    clock.set(TUESDAY);
    lists(
        active("META", "id-meta", "Meta Platforms"),
        active("OTHER", "id-o", "Other"),
        active("FB", "id-etf", "Some fund"));
    assertThat(maintained()).containsEntry("status", "succeeded");

    assertThat(
            lines(
                "select concat_ws(' ', symbol, status, name, alpaca_id, note) from symbols order by 1"))
        .containsExactly(
            "FB inactive Facebook renamed to META",
            "META active Meta Platforms id-meta renamed from FB",
            "OTHER active Other id-o");
    assertThat(changes())
        .containsExactlyInAnyOrder(
            "FB alpaca_id id-meta>null 2026-11-17 caravan",
            "FB status active>inactive 2026-11-17 caravan",
            "META symbol FB>META 2026-11-17 caravan");
    clock.set(WEDNESDAY);
    maintained();
    clock.set(THURSDAY);
    maintained();
    assertThat(inactiveOnes())
        .as("the fund is nobody's wish")
        .containsExactly("FB: renamed to META");
    assertThat(changes()).hasSize(3);
  }

  @Test
  void aNameChangeThatAlpacaAnnouncedRenamesAsSoonAsTheNewSymbolIsListed() {
    symbols("FB", "MSFT");
    database.execute("update symbols set added_at = '2026-11-01T12:00:00Z'");
    lists(active("FB", "id-1", "Facebook"), active("MSFT", "id-m", "Microsoft"));
    maintained();
    for (String change : List.of("'FB', '2026-11-17', 'META'", "'MSFT', '2020-01-02', 'NEWER'")) {
      database.execute(
          "insert into corporate_actions (source, action, ratio, symbol, ex_date, new_symbol)"
              + " values ('alpaca', 'name_change', 1, "
              + change
              + ")");
    }
    String newer = active("NEWER", "id-n", "Newer");
    lists(active("MSFT", "id-m", "Microsoft"), newer, active("META", "id-2", "Meta Platforms"));
    maintained();
    assertThat(lines("select symbol from symbols order by 1"))
        .as("it is announced for tomorrow")
        .containsExactly("FB", "MSFT");

    clock.set(TUESDAY);
    lists(newer, active("META", "id-2", "Meta Platforms"));
    maintained();
    assertThat(lines("select concat_ws(' ', symbol, status, alpaca_id) from symbols order by 1"))
        .as("an announcement from before a symbol was added is of another company")
        .containsExactly("FB inactive", "META active id-2", "MSFT active id-m");

    // A person wants the old one all the same, and keeps it.
    database.execute("update symbols set status = 'active' where symbol = 'FB'");
    maintained();
    assertThat(lines("select status from symbols where symbol = 'FB'")).containsExactly("active");
  }

  @Test
  void twoCompaniesThatSwapTheirSymbolsAreBothActive() {
    symbols("ONE", "TWO");
    lists(active("ONE", "id-1", "First"), active("TWO", "id-2", "Second"));
    maintained();
    clock.set(TUESDAY);
    lists(active("TWO", "id-1", "First"), active("ONE", "id-2", "Second"));
    maintained();
    assertThat(
            lines("select concat_ws(' ', symbol, status, name, alpaca_id) from symbols order by 1"))
        .containsExactly("ONE active Second id-2", "TWO active First id-1");
  }

  @Test
  void withoutASymbolThatAlpacaServesNothingIsAsked() {
    symbols("^GSPC");
    assertThat(maintained()).containsEntry("status", "skipped").containsEntry("expected", 0);
    assertThat(alpaca.asked()).isEmpty();
  }

  private Map<String, Object> maintained() {
    return run("symbol-maintenance");
  }

  /** Lists that are long enough, with these rows among others. */
  private void lists(String... rows) {
    for (String half : List.of("active", "inactive")) {
      alpaca.on(
          "status=" + half,
          ok(
              Stream.concat(
                      Stream.of(rows)
                          .filter(row -> half.equals("inactive") == row.contains("\"inactive\"")),
                      fillers(half, half.equals("active") ? 3000 : 10))
                  .collect(Collectors.joining(",", "[", "]"))));
    }
  }

  private void half(String half, int length) {
    alpaca.on(
        "status=" + half, ok(fillers(half, length).collect(Collectors.joining(",", "[", "]"))));
  }

  private static Stream<String> fillers(String status, int length) {
    return IntStream.range(0, length)
        .mapToObj(i -> asset(status.toUpperCase(Locale.ROOT) + i, "id" + i, "Filler", status));
  }

  private static String active(String symbol, String id, String name) {
    return asset(symbol, id, name, "active");
  }

  private static String inactive(String symbol, String id, String name) {
    return asset(symbol, id, name, "inactive");
  }

  private static String asset(String symbol, String id, String name, String status) {
    return String.format(
        "{\"id\":\"%s\",\"class\":\"us_equity\",\"exchange\":\"NASDAQ\",\"symbol\":\"%s\",\"name\":\"%s\","
            + "\"status\":\"%s\",\"tradable\":%s,\"attributes\":[]}",
        id, symbol, name, status, status.equals("active"));
  }

  private List<String> inactiveOnes() {
    return lines(
        "select symbol || ': ' || coalesce(note, 'null') from symbols where status = 'inactive' order by 1");
  }

  /** What changed in rows that were there, without what the ending of a trade says once more. */
  private List<String> changes() {
    return lines(
        "select format('%s %s %s>%s %s %s', symbol, what, old_value, coalesce(new_value, 'null'),"
            + " (changed_at at time zone 'America/New_York')::date, changed_by) from symbol_changes"
            + " where old_value is not null and what <> 'tradable' order by change_id");
  }

  private List<String> lines(String sql) {
    return database.query(sql).stream()
        .map(row -> String.valueOf(row.values().iterator().next()))
        .toList();
  }
}
