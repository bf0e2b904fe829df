package dev.caravan.database;

import static dev.caravan.support.Canned.fixture;
import static dev.caravan.support.Canned.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.support.Canned;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * A database of 0.1.0 with rows in each of its tables becomes one of today: no row is lost, none is
 * changed but those named here, and Caravan goes on with it.
 */
class UpgradeIT extends CaravanTestSupport {
  private static final String LAST_OF_0_1_0 = "14";

  /** A value that the migration makes, such as the time at which it runs: not null. */
  private static final String SET_BY_THE_UPDATE = "set by the update";

  private static final String NULL = "null";

  private static final String THURSDAY = "2025-11-20";

  /** By table the rows of the fixture, each by its columns as text, and what became of them. */
  private final Map<String, List<Map<String, String>>> before = new TreeMap<>();

  private final Map<String, List<Map<String, String>>> after = new TreeMap<>();

  private final Canned providers = new Canned();
  private final MovableClock clock = new MovableClock("2025-11-21T11:00:00Z");

  UpgradeIT() {
    set("caravan.yahoo.url", providers.url());
    set("caravan.alpaca.data-url", providers.url());
    set("caravan.alpaca.trading-url", providers.url());
    set("caravan.schedule.stream", "always");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @AfterAll
  void close() {
    providers.close();
  }

  /** Once, before the routes start: every test looks at the same upgraded database. */
  @Override
  public void emptyTables() {
    if (!before.isEmpty()) {
      return;
    }
    database.execute("drop schema public cascade; create schema public");
    database.database().migrate(LAST_OF_0_1_0);
    database.execute(fixture("upgrade/0.1.0.sql"));
    Map<String, String> columns = columns();
    columns.forEach((table, names) -> before.put(table, rows(table, names)));
    database.database().migrate("latest");
    columns.forEach((table, names) -> after.put(table, rows(table, names)));
  }

  @Test
  void theFixtureHasARowInEveryTableOf010() {
    assertThat(before).hasSize(32).allSatisfy((table, rows) -> assertThat(rows).isNotEmpty());
  }

  @Test
  void noRowIsLostAndNoneIsChangedButThoseThatTheUpdateIsToChange() {
    // What stood under Yahoo's spelling of a US share moves to Alpaca's, with all its rows.
    before.forEach(
        (table, rows) -> {
          if (!List.of("symbol_changes", "listed_assets").contains(table)) {
            rows.forEach(row -> row.replace("symbol", "BAC-PL", "BAC.PRL"));
          }
        });
    change(
        "symbols",
        "symbol",
        "BAC.PRL",
        Map.of("note", "spelled BAC-PL before", "updated_at", SET_BY_THE_UPDATE));
    before
        .get("symbol_changes")
        .add(
            row(
                "change_id", SET_BY_THE_UPDATE,
                "symbol", "BAC.PRL",
                "what", "symbol",
                "old_value", "BAC-PL",
                "new_value", "BAC.PRL",
                "changed_at", SET_BY_THE_UPDATE,
                "changed_by", "caravan",
                "reason", NULL));
    // The day bar of the stream moves to midnight of its session.
    change("bars", "ts", "2025-11-20 20:59:00", Map.of("ts", "2025-11-20 05:00:00"));
    // A dividend of nothing was none, and a merger for shares alone pays nothing.
    remove("corporate_actions", "ex_date", "2025-05-12");
    change("corporate_actions", "action", "merger", Map.of("amount", NULL));
    // What an outage or silence ended is owed again; what was refused is not.
    for (String gap : List.of("7", "9")) {
      change(
          "gaps",
          "gap_id",
          gap,
          Map.of(
              "status",
              "open",
              "attempts",
              "0",
              "closed_at",
              NULL,
              "next_try_at",
              SET_BY_THE_UPDATE));
    }
    // The process that was killed owes the corrections of what it streamed.
    for (String symbol : List.of("AAPL", "BRK.B")) {
      before
          .get("stream_coverage")
          .add(
              row(
                  "source", "alpaca",
                  "feed", "iex",
                  "dataset", "corrections",
                  "symbol", symbol,
                  "timeframe", "-",
                  "since", symbol.equals("AAPL") ? "2025-11-20 14:32:20" : "2025-11-20 14:30:00"));
    }

    before.forEach(
        (table, rows) -> {
          List<Map<String, String>> there = new ArrayList<>(after.get(table));
          List<Map<String, String>> lost = new ArrayList<>(rows);
          lost.removeIf(row -> there.remove(first(there, row)));
          assertThat(lost).as("lost or changed: rows of " + table).isEmpty();
          assertThat(there).as("unexpected: rows of " + table).isEmpty();
        });
  }

  @Test
  void whatIsNewIsMadeOfTheRowsThatWereThere() {
    assertThat(
            strings(
                "select concat_ws(' ', symbol, action, ex_date, amount, why) from corporate_action_revisions"))
        .containsExactly("AAPL dividend 2025-05-12 0 not above zero");
    assertThat(strings("select symbol from mixed_series order by 1"))
        .containsExactly("AAPL", "BAC.PRL", "BTC-USD", "EURUSD=X", "^GSPC");
    assertThat(
            strings(
                "select concat_ws(' ', symbol, active_from at time zone 'UTC', ended_at) from listings order by 1"))
        .containsExactly(
            "AAPL 2025-11-18 23:00:01.5",
            "BAC.PRL 2025-11-18 23:00:01.5",
            "BRK.B 2025-11-18 23:00:01.5");
    // Each series goes on from its end.
    assertThat(
            strings(
                "select concat_ws(' ', source, symbol, timeframe, read_from, read_to) from read_watermarks"
                    + " where symbol in ('AAPL', 'BAC.PRL') order by 1"))
        .containsExactly(
            "alpaca AAPL 1Day 2025-11-19 2025-11-19",
            "alpaca AAPL 1Day 2025-11-20 2025-11-20",
            "alpaca AAPL 1Hour 2025-11-20 2025-11-20",
            "yahoo AAPL 1Day 2025-11-20 2025-11-20",
            "yahoo BAC.PRL 1Day 2025-11-20 2025-11-20");
    assertThat(
            strings(
                "select distinct tableoid::regclass::text from trades union"
                    + " select distinct tableoid::regclass::text from quotes union"
                    + " select distinct tableoid::regclass::text from trade_revisions union"
                    + " select distinct tableoid::regclass::text from trade_corrections order by 1"))
        .containsExactly(
            "quotes_earlier",
            "trade_corrections_earlier",
            "trade_revisions_earlier",
            "trades_earlier");
    assertThat(database.count("select count(*) from rows_without_month")).isZero();
  }

  @Test
  void numbersOfNewRowsGoOnAfterThoseThatAreThere() {
    for (String key :
        List.of(
            "flow_runs.run_id",
            "dead_letters.letter_id",
            "gaps.gap_id",
            "backfill_ranges.range_id",
            "symbol_changes.change_id")) {
      String table = key.substring(0, key.indexOf('.'));
      String column = key.substring(key.indexOf('.') + 1);
      assertThat(
              database.count(
                  "select nextval(pg_get_serial_sequence('%1$s', '%2$s')) - max(%2$s) from %1$s"
                      .formatted(table, column)))
          .as(key)
          .isPositive();
    }
  }

  @Test
  void theRepairAndTheReceiptsGoOnWithIt() {
    providers.on(
        "/v2/stocks/trades",
        ok(
            "{\"trades\":{\"AAPL\":[{\"t\":\"2025-11-20T14:31:30.000000007Z\",\"x\":\"V\",\"p\":270,\"s\":10,"
                + "\"c\":[\"@\"],\"i\":52983525029470,\"z\":\"C\"}]},\"next_page_token\":null}"));
    providers.on("/v2/stocks/bars", ok("{\"bars\":{},\"next_page_token\":null}"));

    assertThat(run("repair")).containsEntry("trigger", "schedule");

    // The run that was cut off is no longer in its way, and the gap of before the update is filled.
    assertThat(strings("select status from flow_runs where run_id = 111"))
        .containsExactly("interrupted");
    assertThat(strings("select concat_ws(' ', status, attempts) from gaps where gap_id = 1"))
        .containsExactly("filled 2");
    // The correction that had waited for its trade since before the update is applied to it.
    assertThat(
            strings(
                "select concat_ws(' ', status, ts at time zone 'UTC', nanos) from trades where trade_id = 52983525029470"))
        .containsExactly("error 2025-11-20 14:31:30 7");

    assertThat(run("receipts")).containsEntry("status", "succeeded").containsEntry("error", null);
    assertThat(
            strings(
                "select concat_ws(' ', feed, expected, stored, no_trade, missing) from receipts where session = '"
                    + THURSDAY
                    + "' and symbol = 'AAPL' and source = 'alpaca' and timeframe = '1Min' order by 1"))
        // Of the minute of gap 2 the answer has nothing, and the list has the symbol as active.
        .containsExactly("iex 390 1 1 388", "sip 390 1 0 389");
    assertThat(
            strings(
                "select concat_ws(' ', stored, missing) from receipts where symbol = 'BTC-USD'"
                    + " and session = '2025-11-19'"))
        .containsExactly("0 1");
  }

  private void change(String table, String key, String value, Map<String, String> changed) {
    List<Map<String, String>> found =
        before.get(table).stream().filter(row -> value.equals(row.get(key))).toList();
    assertThat(found).as(table + " has one of " + value).hasSize(1);
    found.get(0).putAll(changed);
  }

  private void remove(String table, String key, String value) {
    assertThat(before.get(table).removeIf(row -> value.equals(row.get(key)))).isTrue();
  }

  private static Map<String, String> row(String... columnsAndValues) {
    Map<String, String> row = new TreeMap<>();
    for (int i = 0; i < columnsAndValues.length; i += 2) {
      row.put(columnsAndValues[i], columnsAndValues[i + 1]);
    }
    return row;
  }

  private static Map<String, String> first(
      List<Map<String, String>> rows, Map<String, String> expected) {
    return rows.stream()
        .filter(
            row ->
                row.entrySet().stream()
                    .allMatch(
                        column ->
                            expected.get(column.getKey()).equals(SET_BY_THE_UPDATE)
                                ? !column.getValue().equals(NULL)
                                : expected.get(column.getKey()).equals(column.getValue())))
        .findFirst()
        .orElse(null);
  }

  /** The columns of each table of the schema. */
  private Map<String, String> columns() {
    return database
        .query(
            "select c.table_name, string_agg(format(case c.data_type when 'timestamp with time zone'"
                + " then '%L, (t.%I at time zone ''UTC'')::text' else '%L, t.%I::text' end, c.column_name,"
                + " c.column_name), ', ') as names from information_schema.columns c join"
                + " information_schema.tables t using (table_schema, table_name) where table_schema = 'public'"
                + " and t.table_type = 'BASE TABLE' and table_name <> 'flyway_schema_history' group by 1")
        .stream()
        .collect(
            Collectors.toMap(
                row -> (String) row.get("table_name"), row -> (String) row.get("names")));
  }

  private List<Map<String, String>> rows(String table, String names) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (String json :
        strings("select jsonb_build_object(" + names + ")::text from " + table + " t")) {
      Map<String, String> row = new TreeMap<>();
      fields(json).forEach(column -> row.put(column.getKey(), column.getValue().asText()));
      rows.add(row);
    }
    return rows;
  }

  private static Set<Map.Entry<String, JsonNode>> fields(String json) {
    try {
      return new ObjectMapper().readTree(json).properties();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> strings(String sql) {
    return database.query(sql).stream()
        .map(row -> (String) row.values().iterator().next())
        .toList();
  }
}
