package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.Sql;
import dev.caravan.support.CaravanTestSupport;
import java.sql.Connection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    try (Connection cutting = database.connect()) {
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

  /** What is stored under the old name says nothing of what is owed under the new one. */
  @ParameterizedTest
  @CsvSource({"alpaca, sip, close_gaps", "yahoo, -, fill_gaps"})
  void aRenameThatCrossesAnAnswerLeavesTheGapOpen(String source, String feed, String close)
      throws Exception {
    symbols("FB", "META");
    database.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, final) values ('"
            + source
            + "', '"
            + feed
            + "', 'FB', '1Min', '2025-11-20 14:30+00', 1, 1, 1, 1, true)");
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason) values ('"
            + source
            + "', '"
            + feed
            + "', 'bars', 'FB', '1Min', '2025-11-20 14:30+00', '2025-11-20 14:31+00', 'test')");
    Map<String, Object> answer = new HashMap<>();
    answer.put("gaps", database.value("select gap_id::text from gaps"));
    answer.put("unserved", "FB");
    answer.put("malformed", "");
    answer.put("start", "2025-11-20T14:30:00Z");
    answer.put("end", "2025-11-20T14:31:00Z");
    answer.put("read_at", NOW);
    CompletableFuture<Integer> closed;
    try (Connection renaming = database.connect();
        Connection closing = database.connect()) {
      renaming.setAutoCommit(false);
      renaming.createStatement().executeUpdate("update gaps set symbol = 'META'");
      closed =
          CompletableFuture.supplyAsync(
              () ->
                  new NamedParameterJdbcTemplate(new SingleConnectionDataSource(closing, true))
                      .queryForList(Sql.named("gaps/" + close), answer)
                      .size());
      await()
          .until(
              () ->
                  database.count(
                          "select count(*) from pg_locks where locktype = 'transactionid' and not granted")
                      == 1);
      renaming.commit();
      assertThat(closed.get()).isZero();
    }
    assertThat(database.query("select symbol, status from gaps"))
        .containsExactly(Map.of("symbol", "META", "status", "open"));
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
