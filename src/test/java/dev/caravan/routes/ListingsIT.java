package dev.caravan.routes;

import static dev.caravan.support.Canned.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.SymbolTable;
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

/** What is owed of a symbol that is renamed, comes or goes, and what an answer proves of it. */
class ListingsIT extends CaravanTestSupport {
  private static final String NO_TRADES = "{\"trades\":{},\"next_page_token\":null}";
  private static final String FRIDAY = "2026-11-13T23:00:00Z";
  private static final String MONDAY = "2026-11-16T23:00:00Z";
  private static final String TUESDAY = "2026-11-17T23:00:00Z";
  private static final String WEDNESDAY = "2026-11-18T23:00:00Z";

  private final Canned data = new Canned();
  private final Canned trading = new Canned();
  private final MovableClock clock = new MovableClock(MONDAY);

  ListingsIT() {
    set("caravan.alpaca.data-url", data.url());
    set("caravan.alpaca.trading-url", trading.url());
    // Nothing is scheduled here; it says that the stream is wanted in the sessions.
    set("caravan.schedule.stream", "session");
    set("caravan.stream.channels", "trades,quotes,bars");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void forget() {
    data.reset();
    trading.reset();
    data.on("/v2/stocks/trades", ok(NO_TRADES))
        .on("/v2/stocks/bars", ok("{\"bars\":{},\"next_page_token\":null}"))
        .on("/v2/stocks/quotes", ok("{\"quotes\":{},\"next_page_token\":null}"));
    clock.set(MONDAY);
  }

  @AfterAll
  void close() {
    data.close();
    trading.close();
  }

  @Test
  void aRenamedSymbolIsOwedFromWhereTheRowsOfItsOldNameEndUntilTheStreamDeliversIt() {
    symbols("FB");
    lists(active("FB", "id-meta"));
    maintained();
    trade("FB", "2026-11-16 20:59:50.123456+00");
    bar("FB", "iex", "1Min", "2026-11-16 20:58+00");
    covered("FB", "2026-11-16 14:00+00");

    clock.set(TUESDAY);
    lists(active("META", "id-meta"));
    maintained();
    assertThat(gaps())
        .containsExactly(
            "META bars 2026-11-16 20:59:00 null open renamed from FB",
            "META corrections 2026-11-16 20:59:50.123456 null open renamed from FB",
            // Of what it never had it is owed since the last list that had the old name.
            "META quotes 2026-11-16 23:00:00 null open renamed from FB",
            "META trades 2026-11-16 20:59:50.123456 null open renamed from FB");

    // No other gap comes of the same rename.
    maintained();
    assertThat(gaps()).hasSize(4);
  }

  @Test
  void ofAnOldNameThatAnotherCompanyTookOverTheRowsSinceTheAnnouncedDayAreNotItsOwn() {
    symbols("FB");
    database.execute("update symbols set added_at = '2026-11-01 12:00+00'");
    lists(active("FB", "id-1"));
    maintained();
    trade("FB", "2026-11-13 20:59:59+00");
    trade("FB", "2026-11-16 14:30:01+00");
    announced("FB", "META", "2026-11-16");

    clock.set(TUESDAY);
    lists(active("META", "id-2"), active("FB", "id-fund"));
    maintained();
    assertThat(gaps()).contains("META trades 2026-11-13 20:59:59 null open renamed from FB");
  }

  @Test
  void ofAnOldNameThatWasTakenOverUnannouncedTheRowsSinceItsLastListAreNotItsOwn() {
    symbols("FB");
    clock.set(FRIDAY);
    lists(active("FB", "id-meta"));
    maintained();
    trade("FB", "2026-11-13 20:59:59+00");
    trade("FB", "2026-11-16 14:30:01+00");

    clock.set(TUESDAY);
    lists(active("META", "id-meta"), active("FB", "id-fund"));
    maintained();
    assertThat(gaps()).contains("META trades 2026-11-13 20:59:59 null open renamed from FB");
  }

  @Test
  void aRenameThatIsLearntWhileNothingIsTradedEndsItsGapAndOneThatIsDeliveredWhereThatBegan() {
    symbols("FB", "META");
    database.execute("update symbols set status = 'active'");
    lists(active("FB", "id-meta"));
    maintained();
    trade("FB", "2026-11-16 20:59:50+00");
    // A person has added it by hand on Tuesday, and the stream delivers its trades since.
    covered("META", "2026-11-17 15:00+00");

    clock.set("2026-11-21T15:00:00Z");
    lists(active("META", "id-meta"));
    maintained();
    assertThat(gaps())
        .containsExactly(
            "META bars 2026-11-16 23:00:00 2026-11-21 15:00:00 open renamed from FB",
            "META corrections 2026-11-16 20:59:50 2026-11-21 15:00:00 open renamed from FB",
            "META quotes 2026-11-16 23:00:00 2026-11-21 15:00:00 open renamed from FB",
            "META trades 2026-11-16 20:59:50 2026-11-17 15:00:00 open renamed from FB");
  }

  @Test
  void whetherAGapGoesOnIsJudgedWhenItIsOpenedAndNotWhenTheListsWereAskedFor() {
    symbols("FB");
    lists(active("FB", "id-meta"));
    maintained();
    trade("FB", "2026-11-16 20:59:50+00");

    clock.set("2026-11-17T08:48:00Z");
    lists(active("META", "id-meta"));
    // The stream begins meanwhile, and knows only the old name.
    whileTheListsAreRead("2026-11-17T09:00:30Z");
    maintained();
    assertThat(gaps()).contains("META trades 2026-11-16 20:59:50 null open renamed from FB");
  }

  @Test
  void aGapThatIsOpenedAfterTheSessionEndsThereAlthoughTheListsWereAskedForWithinIt() {
    symbols("FB");
    lists(active("FB", "id-meta"));
    maintained();
    trade("FB", "2026-11-16 20:59:50+00");

    clock.set("2026-11-18T00:59:00Z");
    lists(active("META", "id-meta"));
    whileTheListsAreRead("2026-11-18T01:30:00Z");
    maintained();
    assertThat(gaps())
        .contains("META trades 2026-11-16 20:59:50 2026-11-18 01:30:00 open renamed from FB");
  }

  @Test
  void whatIsOwedUnderTheOldNameIsOwedUnderTheNewOneAndReceiptsOfMissedSessionsToo() {
    symbols("FB", "AAPL");
    clock.set(FRIDAY);
    lists(active("FB", "id-meta"), active("AAPL", "id-a"));
    maintained();
    gap("trades", "FB", "2026-11-13 15:00+00", "2026-11-13 15:05+00");
    receipt("AAPL", "2026-11-13", 1, 0);
    receipt("FB", "2026-11-13", 0, 1);
    receipt("AAPL", "2026-11-16", 1, 0);
    receipt("FB", "2026-11-16", 0, 1);
    receipt("AAPL", "2026-11-17", 1, 0);

    clock.set(TUESDAY);
    lists(active("META", "id-meta"), active("AAPL", "id-a"));
    maintained();
    assertThat(lines("select concat_ws(' ', symbol, session, missing) from receipts order by 1"))
        .containsExactly(
            "AAPL 2026-11-13 0",
            "AAPL 2026-11-16 0",
            "AAPL 2026-11-17 0",
            "META 2026-11-13 1",
            "META 2026-11-16 1",
            "META 2026-11-17 1");
    assertThat(
            lines(
                "select concat_ws(' ', symbol, dataset, from_ts at time zone 'UTC', reason) from gaps"
                    + " where reason not like 'renamed%' order by 1"))
        .containsExactly(
            "META bars 2026-11-13 05:00:00 receipt: 1 of 1 bars missing",
            "META bars 2026-11-16 05:00:00 receipt: 1 of 1 bars missing",
            "META bars 2026-11-17 05:00:00 receipt: 1 of 1 bars missing",
            "META trades 2026-11-13 15:00:00 test, as FB");
  }

  @Test
  void aSymbolThatCaravanEndedAndThatIsListedAgainIsOwedSinceItsRowsEnded() {
    symbols("GONE", "LATE");
    lists(active("GONE", "id-g"));
    maintained();
    trade("GONE", "2026-11-16 20:00+00");
    for (String day : List.of(TUESDAY, WEDNESDAY)) {
      clock.set(day);
      lists();
      maintained();
    }
    assertThat(lines("select symbol || ' ' || array_to_string(sources, '+') from symbols"))
        .as("Caravan was wrong about both")
        .containsExactlyInAnyOrder("GONE alpaca+yahoo", "LATE yahoo");
    assertThat(gaps()).isEmpty();

    clock.set("2026-11-19T20:00:00Z");
    lists(active("GONE", "id-g"), active("LATE", "id-l"));
    maintained();
    assertThat(gaps())
        .contains(
            "GONE trades 2026-11-16 20:00:00 null open Alpaca lists it again",
            "LATE trades 2026-11-18 23:00:00 null open Alpaca lists it again");
  }

  @Test
  void nothingIsProvedOfASymbolThatAlpacaDoesNotKnowOrDoesNoLongerAndNobodyIsAskedAgain() {
    symbols("NEVER", "ENDED", "QUIET");
    lists(inactive("ENDED", "id-e"), active("QUIET", "id-q"));
    for (String symbol : List.of("NEVER", "ENDED", "QUIET")) {
      gap("trades", symbol, "2026-11-16 15:00+00", "2026-11-16 15:05+00");
    }

    assertThat(run("repair"))
        .as("the list is read as soon as a verdict needs it")
        .containsEntry("status", "succeeded")
        .containsEntry("expected", 1)
        .containsEntry("stored", 1);
    assertThat(statuses())
        .containsExactly(
            "ENDED open Alpaca's list of 2026-11-16 has it as inactive",
            "NEVER open Alpaca's list of 2026-11-16 does not have it",
            "QUIET no_trades");
    assertThat(data.asked()).hasSize(1);
    assertThat(trading.asked()).hasSize(2);

    clock.set(TUESDAY);
    assertThat(run("repair")).containsEntry("expected", null);
    assertThat(data.asked()).as("the answer is known").hasSize(1);
    assertThat(trading.asked()).hasSize(2);
  }

  @Test
  void aListThatCannotBeReadIsNotAskedForAgainAndAgainAndItsGapsWait() {
    symbols("QUIET");
    gap("trades", "QUIET", "2026-11-16 15:00+00", "2026-11-16 15:05+00");
    trading.on("/v2/assets", Canned.status(401, "<html>401</html>"));

    run("repair");
    run("repair");
    assertThat(statuses())
        .containsExactly(
            "QUIET open Alpaca's list of symbols has not been read yet; symbol-maintenance reads it");
    assertThat(trading.asked()).hasSize(1);

    // A later list knows it as listed, but not since when.
    database.execute("update flow_runs set started_at = started_at - interval '2 h'");
    clock.set(TUESDAY);
    trading.reset();
    lists(active("QUIET", "id-q"));
    run("repair");
    assertThat(statuses())
        .containsExactly(
            "QUIET open Alpaca's list of 2026-11-17 has it as active, and nothing says that it was so"
                + " then");
    // A bar from before it was asked for says that it was.
    bar("QUIET", "sip", "1Day", "2026-10-01 04:00+00");
    run("repair");
    assertThat(statuses()).containsExactly("QUIET no_trades");
    assertThat(data.asked()).hasSize(1);
  }

  @Test
  void anAnswerToANameThatIsGoneByThenProvesNothingAndTheNewNameIsOwedIt() {
    symbols("FB");
    lists(active("FB", "id-meta"));
    maintained();
    bar("FB", "sip", "1Day", "2026-11-16 05:00+00");
    gap("trades", "FB", "2026-11-16 20:55+00", "2026-11-17 01:00+00");

    clock.set("2026-11-17T12:00:00Z");
    lists(active("META", "id-meta"));
    run("repair");
    assertThat(lines("select symbol || ' ' || status from gaps where reason like 'test%'"))
        .containsExactly("META open");
  }

  @Test
  void whatWasNotListedYetIsNotOwedAndNeitherIsWhatCameAfterTheEnd() {
    symbols("IPO", "GONE");
    clock.set(FRIDAY);
    lists(active("GONE", "id-g"));
    maintained();
    clock.set(MONDAY);
    lists(active("IPO", "id-i"));
    maintained();
    for (String symbol : List.of("IPO", "GONE")) {
      for (String day : List.of("2026-11-13", "2026-11-16")) {
        receipt(symbol, day, 0, 1);
        gap("bars", symbol, day + " 05:00+00", day + " 21:00+00");
      }
    }
    run("repair");
    assertThat(lines("select symbol || ' ' || from_ts::date || ' ' || status from gaps order by 1"))
        .as("one list without it may be wrong")
        .containsExactly(
            "GONE 2026-11-13 open", "GONE 2026-11-16 open", "IPO 2026-11-16 no_trades");

    clock.set(TUESDAY);
    lists(active("IPO", "id-i"));
    maintained();
    run("repair");
    assertThat(lines("select symbol || ' ' || from_ts::date || ' ' || status from gaps order by 1"))
        .containsExactly("GONE 2026-11-13 no_trades", "IPO 2026-11-16 no_trades");
    assertThat(lines("select symbol || ' ' || session from receipts order by 1"))
        .containsExactly("GONE 2026-11-13", "IPO 2026-11-16");
  }

  /**
   * A gap that goes on is cut again and again, so that none of its parts is as long as the session.
   */
  @Test
  void whatWasNotListedIsNotOwedEitherWhereItsGapWasCutIntoParts() {
    symbols("GONE");
    clock.set(FRIDAY);
    lists(active("GONE", "id-g"));
    maintained();
    clock.set(MONDAY);
    lists();
    maintained();
    receipt("GONE", "2026-11-16", 0, 1);
    gap("bars", "GONE", "2026-11-16 05:00+00", "2026-11-16 14:00+00");
    gap("bars", "GONE", "2026-11-16 14:00+00", "2026-11-16 21:00+00");
    run("repair");
    assertThat(lines("select status from gaps")).containsExactly("open", "open");

    clock.set(TUESDAY);
    lists();
    maintained();
    run("repair");
    assertThat(lines("select symbol || ' ' || from_ts from gaps")).isEmpty();
    assertThat(lines("select symbol || ' ' || session || ' ' || missing from receipts")).isEmpty();
  }

  /** Whoever is renamed gives its id to the new name, which does not make the old one unknown. */
  @Test
  void anOldNameThatAPersonAddsOnceMoreIsEndedAgainAndOwesNothingSinceItsRename() {
    symbols("FB");
    clock.set(FRIDAY);
    lists(active("FB", "id-meta"));
    maintained();
    clock.set(MONDAY);
    lists(active("META", "id-meta"));
    maintained();
    new SymbolTable(database.database()).add(List.of("FB"));
    receipt("FB", "2026-11-16", 0, 1);
    gap("bars", "FB", "2026-11-16 05:00+00", "2026-11-16 21:00+00");

    maintained();
    run("repair");
    assertThat(
            lines(
                "select status || ' ' || array_to_string(sources, '+') from symbols where symbol = 'FB'"))
        .containsExactly("active alpaca+yahoo");
    assertThat(lines("select status from gaps where symbol = 'FB' and reason = 'test'"))
        .containsExactly("open");
    clock.set(TUESDAY);
    maintained();
    run("repair");
    assertThat(
            lines(
                "select concat_ws(' ', status, array_to_string(sources, '+'), note) from symbols where symbol = 'FB'"))
        .containsExactly("inactive alpaca+yahoo absent from Alpaca's list since 2026-11-16");
    assertThat(lines("select symbol || ' ' || from_ts from gaps where symbol = 'FB'")).isEmpty();
    assertThat(lines("select symbol || ' ' || session from receipts where symbol = 'FB'"))
        .isEmpty();
  }

  /** As in a database in which it had lost its id, and was left to Yahoo. */
  @Test
  void whatIsLeftToYahooThoughItWasListedIsOwedForThatTimeAndForNoOther() {
    symbols("FB", "QUIET");
    clock.set(FRIDAY);
    lists(active("FB", "id-meta"), active("QUIET", "id-q"));
    maintained();
    clock.set(MONDAY);
    lists(active("QUIET", "id-q"));
    maintained();
    for (String day : List.of("2026-11-13", "2026-11-16")) {
      receipt("FB", day, 0, 1);
      gap("bars", "FB", day + " 05:00+00", day + " 21:00+00");
    }
    run("repair");
    database.execute(
        "update symbols set alpaca_id = null, sources = '{yahoo}' where symbol = 'FB'");
    clock.set(TUESDAY);
    lists(active("META", "id-meta"), active("QUIET", "id-q"));
    maintained();
    run("repair");
    assertThat(lines("select symbol || ' ' || from_ts::date || ' ' || status from gaps order by 1"))
        .containsExactly("FB 2026-11-13 no_trades");
    assertThat(lines("select symbol || ' ' || session from receipts order by 1"))
        .containsExactly("FB 2026-11-13");
  }

  @Test
  void theReceiptOfASymbolThatAlpacaDoesNotKnowSaysWhyItIsShortAlsoOnceNobodyIsAskedAnyMore() {
    symbols("NEVER", "QUIET");
    lists(active("QUIET", "id-q"));
    maintained();
    receipt("NEVER", "2026-11-16", 0, 1);
    gap("bars", "NEVER", "2026-11-16 05:00+00", "2026-11-16 21:00+00");
    run("repair");
    assertThat(statuses())
        .containsExactly("NEVER open Alpaca's list of 2026-11-16 does not have it");
    assertThat(lines("select missing || ' ' || note from receipts"))
        .containsExactly("1 Alpaca's list of 2026-11-16 does not have it");

    clock.set(TUESDAY);
    maintained();
    run("repair");
    assertThat(statuses()).isEmpty();
    assertThat(lines("select missing || ' ' || note from receipts"))
        .containsExactly("1 Alpaca's list of 2026-11-17 does not have it");
  }

  /** Its gap is answered and withdrawn by one and the same repair. */
  @Test
  void theReceiptOfASymbolThatIsLeftToYahooBeforeAlpacaIsAskedSaysWhyItIsShort() {
    symbols("NEVER", "QUIET");
    lists(active("QUIET", "id-q"));
    maintained();
    receipt("NEVER", "2026-11-16", 0, 1);
    gap("bars", "NEVER", "2026-11-16 05:00+00", "2026-11-16 21:00+00");
    clock.set(TUESDAY);
    maintained();
    assertThat(lines("select array_to_string(sources, '+') from symbols where symbol = 'NEVER'"))
        .containsExactly("yahoo");

    run("repair");
    assertThat(statuses()).isEmpty();
    assertThat(lines("select missing || ' ' || note from receipts"))
        .containsExactly("1 Alpaca's list of 2026-11-17 does not have it");
  }

  /** As where Caravan ended without a word before it followed the new name. */
  @Test
  void aGapThatIsOpenedUnderTheOldNameAfterTheRenameIsOwedUnderTheNewOne() {
    symbols("FB");
    lists(active("FB", "id-meta"));
    maintained();
    clock.set(TUESDAY);
    lists(active("META", "id-meta"));
    maintained();
    database.execute("delete from gaps");
    data.on(
        "/v2/stocks/trades",
        ok(
            "{\"trades\":{\"META\":[{\"t\":\"2026-11-16T20:56:00Z\",\"x\":\"V\",\"p\":1,\"s\":1,"
                + "\"c\":[],\"i\":7,\"z\":\"C\"}]},\"next_page_token\":null}"));
    gap("trades", "FB", "2026-11-16 20:55+00", "2026-11-16 20:57+00");
    gap("trades", "FB", "2026-11-17 23:30+00", "2026-11-17 23:31+00");

    run("repair");
    assertThat(gaps())
        .containsExactly(
            "META trades 2026-11-16 20:55:00 2026-11-16 20:57:00 filled test, as FB",
            "META trades 2026-11-17 23:30:00 2026-11-17 23:31:00 open test, as FB");

    // A person's FB is another company's from then on.
    database.execute("delete from gaps");
    database.execute("update symbols set status = 'active' where symbol = 'FB'");
    removed("FB", "0 s");
    gap("trades", "FB", "2026-11-16 20:55+00", "2026-11-16 20:57+00");
    gap("trades", "FB", "2026-11-17 23:30+00", "2026-11-17 23:31+00");
    run("repair");
    assertThat(lines("select symbol || ' ' || from_ts::date from gaps order by from_ts"))
        .containsExactly("META 2026-11-16", "FB 2026-11-17");
  }

  @Test
  void whatWasOwedOfARenamedSymbolThatAPersonRemovesIsRepairedUnderTheNewNameUpToTheRemoval() {
    // Nobody else is wanted, and the list is read all the same.
    symbols("FB");
    lists(active("FB", "id-meta"));
    maintained();
    trade("FB", "2026-11-16 20:59:50+00");
    gap("trades", "FB", "2026-11-16 20:55+00", "2026-11-16 20:57+00");
    gap("trades", "FB", "2026-11-17 15:00+00", "2026-11-17 15:05+00");
    receipt("FB", "2026-11-16", 0, 1);

    clock.set(TUESDAY);
    lists(active("META", "id-meta"));
    removed("FB", "3 h");
    run("repair");
    assertThat(statuses("trades"))
        .as("a name that is gone proves nothing")
        .allMatch(line -> line.contains(" open "));
    maintained();
    // A person's clock is that of the database, which is not moved here: it goes on meanwhile.
    database.execute(
        "update gaps set to_ts = date_trunc('hour', to_ts + interval '1 min') where to_ts > '2026-11-17 16:00+00'");
    assertThat(gaps())
        .contains(
            "META trades 2026-11-16 20:55:00 2026-11-16 20:57:00 open test, as FB",
            "META trades 2026-11-17 15:00:00 2026-11-17 15:05:00 open test, as FB",
            "META trades 2026-11-16 20:59:50 2026-11-17 20:00:00 open renamed from FB",
            "META bars 2026-11-16 23:00:00 2026-11-17 20:00:00 open renamed from FB")
        .noneMatch(line -> line.startsWith("FB ") || line.contains(" null "));
    assertThat(lines("select concat_ws(' ', symbol, status, note) from symbols order by 1"))
        .containsExactly("FB inactive renamed to META", "META inactive renamed from FB");
    assertThat(lines("select concat_ws(' ', symbol, session, missing) from receipts"))
        .containsExactly("META 2026-11-16 1");
    int owed = gaps().size();
    maintained();
    assertThat(gaps()).as("no other gap comes of the same rename").hasSize(owed);

    data.on(
        "/v2/stocks/trades",
        ok(
            "{\"trades\":{\"META\":["
                + "{\"t\":\"2026-11-16T20:56:00Z\",\"x\":\"V\",\"p\":1,\"s\":1,\"c\":[],\"i\":7,\"z\":\"C\"},"
                + "{\"t\":\"2026-11-17T15:01:00Z\",\"x\":\"V\",\"p\":1,\"s\":1,\"c\":[],\"i\":8,\"z\":\"C\"}]},"
                + "\"next_page_token\":null}"));
    clock.set("2026-11-17T23:30:00Z");
    database.execute("update gaps set next_try_at = '-infinity' where status = 'open'");
    run("repair");
    run("repair");
    assertThat(lines("select symbol || ' ' || dataset from gaps where status <> 'filled'"))
        .doesNotContain("META trades", "FB trades");

    // Who wants it again has it under its new name.
    database.execute("update symbols set status = 'active' where symbol = 'FB'");
    maintained();
    assertThat(lines("select concat_ws(' ', symbol, status, note) from symbols order by 1"))
        .containsExactly("FB inactive renamed to META", "META active renamed from FB");
  }

  @Test
  void howLongTheListTakesIsNotTakenOffWhatARemovedSymbolOwes() {
    symbols("FB");
    lists(active("FB", "id-meta"));
    maintained();
    trade("FB", "2026-11-16 20:59:50+00");
    covered("FB", "2026-11-16 14:00+00");
    clock.set(TUESDAY);
    removed("FB", "3 h");
    lists(active("META", "id-meta"));
    trading.on(
        "status=inactive",
        query -> {
          clock.set("2026-11-17T23:20:00Z");
          return ok(list("inactive"));
        });
    maintained();

    // A person's clock is that of the database, which is not moved here: it goes on meanwhile.
    database.execute("update gaps set to_ts = date_trunc('minute', to_ts + interval '30 s')");
    assertThat(gaps())
        .filteredOn(line -> line.contains(" trades "))
        .containsExactly(
            "META trades 2026-11-16 20:59:50 2026-11-17 20:20:00 open renamed from FB");
  }

  @Test
  void ofASymbolThatWasRemovedLongBeforeItsRenameNothingIsOwed() {
    symbols("FB", "AAPL");
    clock.set(FRIDAY);
    lists(active("FB", "id-meta"), active("AAPL", "id-a"));
    maintained();
    trade("FB", "2026-11-13 20:59:50+00");
    clock.set(MONDAY);
    removed("FB", "3 h");
    maintained();
    clock.set(TUESDAY);
    removed("FB", "27 h");
    lists(active("META", "id-meta"), active("AAPL", "id-a"));
    maintained();
    assertThat(gaps()).isEmpty();
    assertThat(lines("select symbol from symbols order by 1")).containsExactly("AAPL", "FB");
  }

  @Test
  void whatWasOwedOfASymbolThatAPersonRemovedIsSettledByTheListsThatComeLater() {
    symbols("NEVER", "ENDED", "QUIET");
    lists(active("ENDED", "id-e"), active("QUIET", "id-q"));
    maintained();
    for (String symbol : List.of("NEVER", "ENDED", "QUIET")) {
      gap("trades", symbol, "2026-11-16 15:00+00", "2026-11-16 15:05+00");
      gap("trades", symbol, "2026-11-17 15:00+00", "2026-11-17 15:05+00");
    }
    gap("trades", "ENDED", "2026-11-16 21:00+00", "2026-11-17 15:00+00");

    clock.set(TUESDAY);
    for (String symbol : List.of("NEVER", "ENDED", "QUIET")) {
      removed(symbol, "3 h");
    }
    lists(active("QUIET", "id-q"));
    run("repair");
    clock.set(WEDNESDAY);
    maintained();
    run("repair");
    clock.set("2026-11-19T23:00:00Z");
    maintained();
    run("repair");
    assertThat(
            lines(
                "select concat_ws(' ', symbol, from_ts at time zone 'UTC', status,"
                    + " regexp_replace(last_error, '^.*active then: (.*;).*$', '\\1')) from gaps order by 1"))
        .containsExactly(
            "ENDED 2026-11-16 15:00:00 no_trades",
            // Before its end it was listed, and behind it nothing is owed: of both together nobody
            // can say anything.
            "ENDED 2026-11-16 21:00:00 abandoned Alpaca's list of 2026-11-18 does not have it;",
            "NEVER 2026-11-16 15:00:00 abandoned Alpaca's list of 2026-11-18 does not have it;",
            "NEVER 2026-11-17 15:00:00 abandoned Alpaca's list of 2026-11-18 does not have it;",
            "QUIET 2026-11-16 15:00:00 no_trades",
            "QUIET 2026-11-17 15:00:00 no_trades");
    assertThat(trading.asked()).as("nobody waits for a word any more").hasSizeLessThan(11);
    int asked = trading.asked().size();
    clock.set("2026-11-20T23:00:00Z");
    database.execute("update symbol_changes set changed_at = changed_at - interval '3 days'");
    maintained();
    assertThat(trading.asked()).hasSize(asked);
  }

  /** By a person, so long ago by the clock of the database. */
  private void removed(String symbol, String ago) {
    new SymbolTable(database.database()).remove(List.of(symbol));
    database.execute(
        "update symbol_changes set changed_at = clock_timestamp() - interval '%s'".formatted(ago)
            + " where what = 'status' and new_value = 'inactive' and symbol = '%s'"
                .formatted(symbol));
  }

  private List<String> statuses(String dataset) {
    return lines(
        "select concat_ws(' ', symbol, status, reason) from gaps where dataset = '"
            + dataset
            + "'");
  }

  private Map<String, Object> maintained() {
    return run("symbol-maintenance");
  }

  private void trade(String symbol, String ts) {
    database.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, tape, feed)"
            + " values ('%s', '%s', 0, 'V', 1, 1, 1, 'C', 'iex')".formatted(symbol, ts));
  }

  private void bar(String symbol, String feed, String timeframe, String ts) {
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " values ('alpaca', '%s', '%s', '%s', '%s', 1, 1, 1, 1, 1, true)"
                .formatted(feed, symbol, timeframe, ts));
  }

  private void covered(String symbol, String since) {
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, since)"
            + " values ('alpaca', 'iex', 'trades', '%s', '%s')".formatted(symbol, since));
  }

  private void announced(String symbol, String newSymbol, String day) {
    database.execute(
        "insert into corporate_actions (source, symbol, action, ex_date, new_symbol)"
            + " values ('alpaca', '%s', 'name_change', '%s', '%s')"
                .formatted(symbol, day, newSymbol));
  }

  private void gap(String dataset, String symbol, String from, String to) {
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason)"
            + " values ('alpaca', '%s', '%s', '%s', '%s', '%s', '%s', 'test')"
                .formatted(
                    dataset.equals("bars") ? "sip" : "iex",
                    dataset,
                    symbol,
                    dataset.equals("bars") ? "1Day" : "-",
                    from,
                    to));
  }

  /** Of the history feed's daily bar. */
  private void receipt(String symbol, String session, int stored, int missing) {
    if (stored == 1) {
      bar(symbol, "sip", "1Day", session + " 05:00+00");
    }
    database.execute(
        "insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade,"
            + " missing, calendar, opens_at, closes_at, counted_at) values ('alpaca', 'sip', 'bars', '%s',"
                .formatted(symbol)
            + " '1Day', '%1$s', 1, %2$d, 0, %3$d, 'New York', '%1$s 05:00+00', '%1$s 21:00+00', now())"
                .formatted(session, stored, missing));
  }

  private List<String> gaps() {
    return lines(
        "select concat_ws(' ', symbol, dataset, from_ts at time zone 'UTC',"
            + " coalesce((to_ts at time zone 'UTC')::text, 'null'), status, reason) from gaps order by 1");
  }

  private List<String> statuses() {
    return lines(
        "select concat_ws(' ', symbol, status, regexp_replace(last_error, '^.*active then: ', ''))"
            + " from gaps order by 1");
  }

  /** Lists that are long enough, with these rows among others. */
  private void lists(String... rows) {
    for (String half : List.of("active", "inactive")) {
      trading.on("status=" + half, ok(list(half, rows)));
    }
  }

  private static String list(String half, String... rows) {
    return Stream.concat(
            Stream.of(rows).filter(row -> half.equals("inactive") == row.contains("\"inactive\"")),
            IntStream.range(0, half.equals("active") ? 3000 : 10)
                .mapToObj(i -> asset(half.toUpperCase(Locale.ROOT) + i, "filler" + i, half)))
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** What time it is once both lists were answered. */
  private void whileTheListsAreRead(String then) {
    trading.on(
        "status=inactive",
        uri -> {
          clock.set(then);
          return ok(
              IntStream.range(0, 10)
                  .mapToObj(i -> asset("INACTIVE" + i, "filler" + i, "inactive"))
                  .collect(Collectors.joining(",", "[", "]")));
        });
  }

  private static String active(String symbol, String id) {
    return asset(symbol, id, "active");
  }

  private static String inactive(String symbol, String id) {
    return asset(symbol, id, "inactive");
  }

  private static String asset(String symbol, String id, String status) {
    return "{\"id\":\"%s\",\"exchange\":\"NASDAQ\",\"symbol\":\"%s\",\"name\":\"%s\",\"status\":\"%s\"}"
        .formatted(id, symbol, symbol, status);
  }

  private List<String> lines(String sql) {
    return database.query(sql).stream()
        .map(row -> String.valueOf(row.values().iterator().next()))
        .toList();
  }
}
