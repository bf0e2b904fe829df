package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.caravan.support.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a person changes in table symbols, and that nothing of it is forgotten. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SymbolTableIT {
  private final TestDatabase database = TestDatabase.fresh();
  private final SymbolTable table = new SymbolTable(database.database());

  @BeforeEach
  void empty() {
    database.execute("truncate symbols, symbol_changes, listed_assets");
  }

  @AfterAll
  void drop() {
    database.close();
  }

  @Test
  void aSymbolIsAddedOnceInWhateverSpellingItIsTyped() {
    assertThat(table.add(List.of("BRK-B", "^GSPC", "BRK.B")))
        .containsExactly(
            new SymbolTable.Outcome("BRK.B", "BRK-B", null, List.of("alpaca", "yahoo"), false),
            new SymbolTable.Outcome("^GSPC", "^GSPC", null, List.of("yahoo"), false));
    assertThat(table.add(List.of("BRK.B")))
        .extracting(SymbolTable.Outcome::before)
        .containsExactly("active");
    assertThat(database.count("select count(*) from symbols")).isEqualTo(2);
  }

  @Test
  void aSymbolThatIsThereIsAlsoFoundByYahoosSpelling() {
    database.execute("insert into symbols (symbol) values ('BAC.PRL')");
    assertThat(table.add(List.of("BAC-PL")))
        .extracting(SymbolTable.Outcome::symbol, SymbolTable.Outcome::before)
        .containsExactly(tuple("BAC.PRL", "active"));
    assertThat(table.remove(List.of("BAC-PL")))
        .extracting(SymbolTable.Outcome::symbol, SymbolTable.Outcome::before)
        .containsExactly(tuple("BAC.PRL", "active"));
    assertThat(database.value("select status from symbols")).isEqualTo("inactive");
  }

  @Test
  void whatAPersonRemovesIsThePersonsAlsoWhereCaravanHadEndedItBefore() {
    table.add(List.of("AAPL", "MSFT"));
    database.execute(
        "update symbols set status = 'inactive', note = 'absent' where symbol = 'AAPL'");
    database.execute("update symbols set status_by = 'caravan' where symbol = 'AAPL'");

    assertThat(table.remove(List.of("AAPL", "MSFT", "NOPE")))
        .extracting(SymbolTable.Outcome::before)
        .containsExactly("inactive", "active", null);
    assertThat(
            database.query("select distinct status, status_by, note from symbols").stream()
                .map(Object::toString))
        .containsExactly("{status=inactive, status_by=person, note=null}");
    assertThat(table.list("active")).isEmpty();
    assertThat(table.list("inactive"))
        .extracting(SymbolTable.Row::symbol)
        .containsExactly("AAPL", "MSFT");
  }

  @Test
  void oneThatIsAddedAgainIsActiveAndItsPastIsForgiven() {
    table.add(List.of("AAPL"));
    database.execute(
        "update symbols set status = 'inactive', note = 'why', missing_since = '2026-11-17'");
    assertThat(table.add(List.of("aapl")))
        .extracting(SymbolTable.Outcome::before)
        .containsExactly("inactive");
    assertThat(database.query("select status, note, missing_since from symbols").toString())
        .isEqualTo("[{status=active, note=null, missing_since=null}]");
  }

  @Test
  void everyChangeOfARowIsKeptWhoeverMakesIt() {
    table.add(List.of("AAPL"));
    database.execute("update symbols set name = 'Apple'");
    database.execute("update symbols set name = 'Apple Inc.', sources = '{yahoo}'");
    database.execute("update symbols set symbol = 'APPL'");
    database.execute("delete from symbols");
    assertThat(
            database
                .query(
                    "select concat_ws(' ', symbol, what, coalesce(old_value, '-'), coalesce(new_value, '-'),"
                        + " changed_by) as line from symbol_changes order by change_id, what")
                .stream()
                .map(row -> row.get("line")))
        .containsExactlyInAnyOrder(
            "AAPL status - active person",
            "AAPL name Apple Apple Inc. person",
            "AAPL sources alpaca,yahoo yahoo person",
            "APPL symbol AAPL APPL person",
            "APPL status active - person");
  }

  @Test
  void aSpellingThatAlpacasNewestListDoesNotHaveIsRemarkedOnceThereIsAList() {
    assertThat(table.add(List.of("APPL"))).noneMatch(SymbolTable.Outcome::unlisted);
    database.execute("insert into listed_assets (symbol, status) values ('AAPL', 'active')");
    assertThat(table.add(List.of("AAPL", "APPL")))
        .extracting(SymbolTable.Outcome::unlisted)
        .containsExactly(false, true);
  }
}
