package dev.caravan.stream;

import dev.caravan.database.Copy;
import dev.caravan.database.CopyText;
import dev.caravan.database.Sql;
import dev.caravan.market.Bar;
import dev.caravan.market.Refused;
import dev.caravan.market.Rows;
import dev.caravan.stream.Chunk.Correction;
import dev.caravan.stream.Chunk.Luld;
import dev.caravan.stream.Chunk.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores a chunk in one transaction, so that a repetition changes nothing.
 *
 * <p>Trades and quotes go by an optimistic COPY straight into their table. Only where it meets a
 * row that is there already, after a reconnect or beside a repair, is it taken back to a savepoint
 * and merged through a temporary table. A row that PostgreSQL does not take goes to dead_letters,
 * and its siblings are stored.
 */
final class ChunkStore {
  /** A minute's bar is revised half a minute after its end. */
  private static final Duration UNREAD = Duration.ofMinutes(2);

  private final NamedParameterJdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final StreamFigures figures;
  private final String feed;

  ChunkStore(
      NamedParameterJdbcTemplate jdbc,
      PlatformTransactionManager transactionManager,
      StreamFigures figures,
      String feed) {
    this.jdbc = jdbc;
    this.transactions = new TransactionTemplate(transactionManager);
    this.figures = figures;
    this.feed = feed;
  }

  /** Returns how many rows the chunk had, all of them now committed. */
  int store(Chunk chunk) {
    Integer rows =
        transactions.execute(
            transaction -> {
              List<Refused> refused = new ArrayList<>(chunk.letters);
              int stored = copy(chunk.trades, "trades", refused);
              stored += copy(chunk.quotes, "quotes", refused);
              Rest rest = new Rest(transaction, refused);
              stored += rest.store("bars/insert_stream_bars", chunk.bars, Bar::symbol);
              stored += rest.store("bars/upsert_bars", chunk.revisions, Bar::symbol);
              stored += rest.store("statuses/insert_statuses", chunk.statuses, Status::symbol);
              stored += rest.store("lulds/insert_lulds", chunk.lulds, Luld::symbol);
              stored += corrections(rest, chunk.corrections);
              letters(refused);
              unread(chunk);
              return stored;
            });
    return rows == null ? 0 : rows;
  }

  /**
   * Stores all of a chunk that was kept for a while, or nothing of it: a bar that came since is not
   * overwritten. Returns what PostgreSQL refuses.
   */
  List<Refused> storeLate(Chunk chunk) {
    return transactions.execute(
        transaction -> {
          List<Refused> refused = new ArrayList<>();
          copy(chunk.trades, "trades", refused);
          copy(chunk.quotes, "quotes", refused);
          Rest rest = new Rest(transaction, refused);
          rest.store("bars/insert_missing_bars", chunk.bars, Bar::symbol);
          rest.store("bars/insert_missing_bars", chunk.revisions, Bar::symbol);
          rest.store("statuses/insert_statuses", chunk.statuses, Status::symbol);
          rest.store("lulds/insert_lulds", chunk.lulds, Luld::symbol);
          corrections(rest, chunk.corrections);
          if (!refused.isEmpty()) {
            transaction.setRollbackOnly();
          }
          return refused;
        });
  }

  private int copy(CopyText rows, String table, List<Refused> refused) {
    if (rows.rows() == 0) {
      return 0;
    }
    Integer stored =
        jdbc.getJdbcOperations()
            .execute(
                (ConnectionCallback<Integer>) connection -> copy(connection, rows, table, refused));
    return stored == null ? 0 : stored;
  }

  private int copy(Connection connection, CopyText rows, String table, List<Refused> refused)
      throws SQLException {
    if (Copy.tried(connection, Sql.named(table + "/copy_" + table), rows)) {
      return rows.rows();
    }
    figures.merged();
    try (Statement statement = connection.createStatement()) {
      statement.execute(Sql.named(table + "/create_incoming"));
    }
    return merge(connection, rows, table, 0, rows.rows(), refused);
  }

  /** Merges the rows from one to another; where one is refused, halves until it stands alone. */
  private int merge(
      Connection connection, CopyText rows, String table, int from, int to, List<Refused> refused)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      Copy.in(connection, Sql.named(table + "/copy_incoming"), rows, from, to);
      statement.execute(Sql.named(table + "/merge_incoming"));
      statement.execute(Sql.named(table + "/empty_incoming"));
      connection.releaseSavepoint(before);
      return to - from;
    } catch (SQLException e) {
      if (!Copy.isRefused(e)) {
        throw e;
      }
      connection.rollback(before);
      if (to - from == 1) {
        String row = rows.row(from);
        refused.add(new Refused(row.substring(0, row.indexOf('\t')), reason(e), row));
        return 0;
      }
    }
    int middle = (from + to) / 2;
    return merge(connection, rows, table, from, middle, refused)
        + merge(connection, rows, table, middle, to, refused);
  }

  /** Stores by one statement what comes too seldom for COPY. */
  private final class Rest {
    private final TransactionStatus transaction;
    private final List<Refused> refused;

    Rest(TransactionStatus transaction, List<Refused> refused) {
      this.transaction = transaction;
      this.refused = refused;
    }

    /** Where a row is refused, halves until it stands alone. */
    <T extends Record> int store(String statement, List<T> rows, Function<T, String> symbol) {
      if (rows.isEmpty()) {
        return 0;
      }
      Object before = transaction.createSavepoint();
      try {
        jdbc.update(Sql.named(statement), Map.of("rows", Rows.json(rows)));
        transaction.releaseSavepoint(before);
        return rows.size();
      } catch (DataAccessException e) {
        if (!(e.getMostSpecificCause() instanceof SQLException told) || !Copy.isRefused(told)) {
          throw e;
        }
        transaction.rollbackToSavepoint(before);
        if (rows.size() == 1) {
          T row = rows.get(0);
          refused.add(new Refused(symbol.apply(row), reason(e), Rows.jsonOf(row)));
          return 0;
        }
      }
      int middle = rows.size() / 2;
      return store(statement, rows.subList(0, middle), symbol)
          + store(statement, rows.subList(middle, rows.size()), symbol);
    }
  }

  private int corrections(Rest rest, List<Correction> corrections) {
    int stored =
        rest.store("trade_corrections/insert_corrections", corrections, Correction::symbol);
    if (stored > 0) {
      Set<String> symbols = new LinkedHashSet<>();
      corrections.forEach(each -> symbols.add(each.symbol()));
      correct(jdbc, symbols);
    }
    return stored;
  }

  /** Applies the corrections of these symbols that wait, each to what the one before has made. */
  static void correct(NamedParameterJdbcTemplate jdbc, Set<String> symbols) {
    Map<String, String> of = Map.of("symbols", Rows.json(List.copyOf(symbols)));
    List<Map<String, Object>> applied;
    do {
      applied = jdbc.queryForList(Sql.named("trade_corrections/apply_corrections"), of);
    } while (!applied.isEmpty());
  }

  private void letters(List<Refused> refused) {
    if (!refused.isEmpty()) {
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("run_id", null);
      parameters.put("route_id", "stream");
      parameters.put("letter_feed", feed);
      parameters.put("letter_timeframe", null);
      parameters.put("letters", Rows.json(refused));
      jdbc.update(Sql.named("dead_letters/record_letters"), parameters);
    }
  }

  /** What could not be read is owed, around the time at which it came. */
  private void unread(Chunk chunk) {
    if (!chunk.unread.isEmpty()) {
      Instant from = chunk.readAt.minus(UNREAD);
      if (chunk.storedTo != null && chunk.storedTo.isBefore(from)) {
        from = chunk.storedTo;
      }
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("feed", feed);
      parameters.put("unread", Rows.json(List.copyOf(chunk.unread)));
      parameters.put("from", from.toString());
      parameters.put("at", chunk.readAt.toString());
      jdbc.queryForList(Sql.named("gaps/lock_ledger"), parameters);
      jdbc.update(Sql.named("gaps/open_unread_gaps"), parameters);
    }
  }

  /** What the database said, on one line. */
  static String reason(Throwable failure) {
    Throwable told = failure;
    while (told.getCause() != null && !(told instanceof SQLException)) {
      told = told.getCause();
    }
    return String.valueOf(told.getMessage()).lines().findFirst().orElse("").strip();
  }
}
