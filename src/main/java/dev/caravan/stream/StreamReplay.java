package dev.caravan.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.database.Copy;
import dev.caravan.database.Sql;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.RefusedRow;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads what a dead letter of the stream kept once more, with the parser and the statements of
 * today. It is no part of the running stream: no watermark moves, and no letter comes of it.
 */
public final class StreamReplay {
  private static final int COLUMNS_OF_A_TRADE = 10;
  private static final int COLUMNS_OF_A_QUOTE = 12;

  /** Which statement took a row, by a column that no other kind has. */
  private static final Map<String, String> STATEMENTS =
      Map.of(
          "open", "bars/insert_missing_bars",
          "status_code", "statuses/insert_statuses",
          "limit_up", "lulds/insert_lulds",
          "kind", "trade_corrections/insert_corrections");

  private DataSource dataSource;
  private PlatformTransactionManager transactionManager;

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  public void setTransactionManager(PlatformTransactionManager transactionManager) {
    this.transactionManager = transactionManager;
  }

  /**
   * Stores all of a payload, or nothing of it.
   *
   * @param payload a message, a whole frame, or a row that PostgreSQL refused, as a letter keeps it
   * @param feed that it came from
   * @return why it is refused again, in plain words; empty where it is stored
   */
  public String replay(String payload, String feed) {
    if (payload == null || payload.isBlank()) {
      return "the letter has kept no message that could be read again";
    }
    if (feed == null || feed.isBlank()) {
      return "the letter does not say which feed its message came from, and a guess could mix two"
          + " tapes";
    }
    NamedParameterJdbcTemplate jdbc = new NamedParameterJdbcTemplate(dataSource);
    JsonNode row = JsonFields.readOrMissing(payload).path(0);
    for (Map.Entry<String, String> kind : STATEMENTS.entrySet()) {
      if (row.has(kind.getKey()) && row.has("feed")) {
        return row(jdbc, kind.getValue(), payload, row);
      }
    }
    ChunkStore store = new ChunkStore(jdbc, transactionManager, new StreamFigures(), feed);
    int columns = payload.matches("(?s)\\s*[\\[{].*") ? 0 : payload.split("\t", -1).length;
    if (columns == COLUMNS_OF_A_TRADE || columns == COLUMNS_OF_A_QUOTE) {
      String table = columns == COLUMNS_OF_A_TRADE ? "trades" : "quotes";
      return refusal(() -> store.storeRow(table, payload));
    }
    Chunk chunk = new Chunk();
    String fault = read(payload, feed, chunk);
    return fault.isEmpty() ? first(store.storeLate(chunk)) : fault;
  }

  private static String read(String payload, String feed, Chunk chunk) {
    byte[] frame = payload.getBytes(StandardCharsets.UTF_8);
    StreamParser.Read read = new StreamParser(feed).read(List.of(frame), new Chunk[] {chunk});
    if (!chunk.letters.isEmpty()) {
      return first(chunk.letters);
    }
    return chunk.empty() || read.unknown() > 0
        ? "it is no message that this version of Caravan stores"
        : "";
  }

  private String row(
      NamedParameterJdbcTemplate jdbc, String statement, String payload, JsonNode row) {
    return refusal(
        () ->
            new TransactionTemplate(transactionManager)
                .executeWithoutResult(
                    transaction -> {
                      jdbc.update(Sql.named(statement), Map.of("rows", payload));
                      if (row.has("kind")) {
                        Instant ts = Instant.parse(row.path("ts").asText());
                        ChunkStore.correct(jdbc, Set.of(row.path("symbol").asText()), ts, ts);
                      }
                    }));
  }

  /** Why PostgreSQL refuses what is to be stored; empty where it is stored. */
  private static String refusal(Runnable store) {
    try {
      store.run();
      return "";
    } catch (DataAccessException e) {
      if (e.getMostSpecificCause() instanceof SQLException told && Copy.isRefused(told)) {
        return ChunkStore.reason(told);
      }
      throw e;
    }
  }

  private static String first(List<RefusedRow> refused) {
    return refused.isEmpty() ? "" : refused.get(0).reason();
  }
}
