package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.stream.StreamFigures;
import dev.caravan.support.CannedStream;
import dev.caravan.support.CaravanTestSupport;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A symbol that a person makes active is owed from then on, whatever the stream does meanwhile. */
class ActivationsIT extends CaravanTestSupport {
  private final CannedStream server = new CannedStream();

  ActivationsIT() {
    set("caravan.alpaca.stream-url", server.url());
    set("caravan.alpaca.data-url", "http://127.0.0.1:1");
    set("caravan.alpaca.trading-url", "http://127.0.0.1:1");
    set("caravan.yahoo.url", "http://127.0.0.1:1");
    set("caravan.stream.channels", "trades,bars,quotes");
    set("caravan.schedule.stream", "always");
    set("caravan.schedule.repair", "off");
    set("caravan.schedule.yahoo-quotes", "off");
    internal("stream-tick-ms", "100");
    internal("stream-follow-ms", "100");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  /** A Caravan that streamed is down while symbols change. */
  @Override
  public void emptyTables() {
    super.emptyTables();
    symbols("AAPL", "BACK", "OURS");
    database.execute("create table if not exists marks (name text primary key, at timestamptz)");
    database.execute(
        "insert into stream_owners values ('alpaca', 'iex', 'caravan of yesterday 7 1', 'here', now())");
    database.execute("update symbols set status = 'inactive' where symbol = 'BACK'");
    database.execute(
        "do $$ begin perform set_config('caravan.changed_by', 'caravan', true);"
            + " perform set_config('caravan.changed_at', (now() - interval '2 h')::text, true);"
            + " update symbols set status = 'inactive', alpaca_id = 'its id' where symbol = 'OURS'; end $$");
    database.execute("update symbols set status = 'active' where symbol in ('BACK', 'OURS')");
    database.execute("insert into symbols (symbol) values ('NEW'), ('^GSPC')");
    database.execute("insert into marks values ('down', now())");
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void whatIsMadeActiveIsOwedFromThenOnWhetherTheStreamIsDownAwayOrThere() {
    awaiting("the gaps of when Caravan was down")
        .untilAsserted(
            () ->
                assertThat(gaps("down"))
                    .containsExactly(
                        "bars BACK t ended",
                        "bars NEW t ended",
                        "bars OURS f ended",
                        "corrections BACK t ended",
                        "corrections NEW t ended",
                        "corrections OURS f ended",
                        "quotes BACK t ended",
                        "quotes NEW t ended",
                        "quotes OURS f ended",
                        "trades BACK t ended",
                        "trades NEW t ended",
                        "trades OURS f ended"));
    assertThat(
            database.count(
                "select count(*) from gaps where symbol = 'OURS' and abs(extract(epoch from"
                    + " (select at from marks) - interval '2 h' - from_ts)) > 2"))
        .as("what Caravan had ended, and a person brings back, is owed since then")
        .isZero();
    assertThat(
            database.count(
                "select count(*) from gaps g join stream_coverage c using (feed, dataset, symbol)"
                    + " where g.to_ts >= c.since"))
        .as("gaps that reach to where the stream delivers")
        .isEqualTo(12);

    clear();
    database.execute("insert into symbols (symbol) values ('LIVE')");
    database.execute("insert into marks values ('live', now())");
    awaiting("the gaps of one that was added while the stream delivered")
        .untilAsserted(
            () ->
                assertThat(gaps("live"))
                    .containsExactly(
                        "bars LIVE t ended",
                        "corrections LIVE t ended",
                        "quotes LIVE t ended",
                        "trades LIVE t ended"));

    clear();
    server.away();
    awaiting("the loss").until(() -> !figures().isConnected() && !gaps("live").isEmpty());
    database.execute("insert into symbols (symbol) values ('AWAY')");
    database.execute("insert into marks values ('away', now())");
    awaiting("the gaps of one that was added meanwhile")
        .untilAsserted(
            () ->
                assertThat(gaps("away"))
                    .contains(
                        "bars AWAY t open",
                        "corrections AWAY t open",
                        "quotes AWAY t open",
                        "trades AWAY t open"));
    server.back();
    awaiting("their end")
        .untilAsserted(
            () ->
                assertThat(gaps("away"))
                    .contains(
                        "bars AWAY t ended",
                        "corrections AWAY t ended",
                        "quotes AWAY t ended",
                        "trades AWAY t ended")
                    .noneMatch(gap -> gap.endsWith("open")));
    assertThat(database.count("select count(*) from symbol_activations")).isZero();
  }

  private void clear() {
    database.execute("delete from gaps; delete from marks");
  }

  /** Each gap, whether it begins within two seconds before a mark, and whether it has an end. */
  private List<String> gaps(String mark) {
    return database
        .query(
            "select concat_ws(' ', dataset, symbol, from_ts between at - interval '2 s' and at + interval '1 ms',"
                + " case when to_ts is null then 'open' else 'ended' end) as text"
                + " from gaps left join marks on name = '"
                + mark
                + "' order by 1")
        .stream()
        .map(row -> (String) row.get("text"))
        .toList();
  }

  private StreamFigures figures() {
    return context.getRegistry().lookupByNameAndType("streamFigures", StreamFigures.class);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50));
  }
}
