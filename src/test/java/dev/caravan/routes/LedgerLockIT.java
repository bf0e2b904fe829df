package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.Sql;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Two statements that change the ledger of one feed at the same time. */
class LedgerLockIT extends CaravanTestSupport {
  private static final String NOW = "2025-11-20T15:00:00Z";

  @Test
  void aCutThatCrossesTheStreamsWordLeavesNoGapWithoutAnEnd() throws Exception {
    symbols("AAPL");
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, reason)"
            + " values ('alpaca', 'iex', 'trades', 'AAPL', '2025-11-20 14:50+00', 'test')");
    CompletableFuture<Exchange> recorded;
    try (Connection cutting =
        DriverManager.getConnection(database.url(), TestDatabase.user(), TestDatabase.password())) {
      cutting.setAutoCommit(false);
      NamedParameterJdbcTemplate jdbc =
          new NamedParameterJdbcTemplate(new SingleConnectionDataSource(cutting, true));
      jdbc.queryForList(Sql.named("gaps/lock_ledger"), Map.of("feed", "iex"));
      assertThat(jdbc.update(Sql.named("gaps/cut_endless_gaps"), Map.of("now", NOW))).isEqualTo(1);
      // The stream delivers again while the cut is not committed yet.
      recorded = CompletableFuture.supplyAsync(this::delivers);
      await()
          .until(
              () ->
                  database.count(
                          "select count(*) from pg_locks where locktype = 'advisory' and not granted")
                      == 1);
      cutting.commit();
    }
    assertThat(recorded.get().getException()).isNull();

    assertThat(
            database.query(
                "select to_char(to_ts at time zone 'UTC', 'HH24:MI:SS') as until from gaps order by from_ts"))
        .containsExactly(Map.of("until", "15:00:00"), Map.of("until", "15:00:01"));
    assertThat(database.count("select count(*) from stream_coverage")).isEqualTo(1);
  }

  @Test
  void aChangeThatFailsGivesTheLockBack() {
    Exchange failed =
        template.request(
            "direct:open-gaps",
            exchange ->
                exchange
                    .getMessage()
                    .setBody(
                        Map.of(
                            "feed", "iex",
                            "epoch", 0,
                            "at", NOW,
                            "reason", "test",
                            "sessions", "no list",
                            "stored_to", NOW,
                            "datasets", "[]")));
    assertThat(failed.getException()).isNotNull();
    assertThat(
            database.count(
                "select count(*) from pg_locks where locktype = 'advisory'"
                    + " and database = (select oid from pg_database where datname = current_database())"))
        .isZero();
  }

  private Exchange delivers() {
    return template.request(
        "direct:record-coverage",
        exchange ->
            exchange
                .getMessage()
                .setBody(
                    Map.of(
                        "feed", "iex",
                        "epoch", 0,
                        "at", "2025-11-20T15:00:01Z",
                        "since", "2025-11-20T15:00:01Z",
                        "held",
                            "[{\"dataset\":\"trades\",\"timeframe\":\"-\",\"symbol\":\"AAPL\"}]",
                        "refused", "[]",
                        "reason", "none")));
  }
}
