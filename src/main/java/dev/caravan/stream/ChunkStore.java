package dev.caravan.stream;

import dev.caravan.database.Copy;
import dev.caravan.database.CopyRows;
import dev.caravan.database.Sql;
import dev.caravan.market.Bar;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RowJson;
import dev.caravan.stream.Chunk.Correction;
import dev.caravan.stream.Chunk.Luld;
import dev.caravan.stream.Chunk.Status;
import dev.caravan.stream.Chunk.Unread;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
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

  private static final Duration DAY = Duration.ofDays(1);

  /** A correction that waits for its trade for longer is left to the repair of its day. */
  private static final Duration WAITED = Duration.ofDays(31);

  private static final String NOT_READ = "a message could not be read";
  private static final String NOT_TAKEN = "PostgreSQL did not take a row (see dead_letters)";

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

  /**
   * Returns how many rows the chunk had, all of them now committed.
   *
   * @throws FencedException where another process has the stream by now
   */
  int store(Chunk chunk) {
    Integer rows =
        transactions.execute(
            transaction -> {
              fence(chunk.epoch);
              Refusals refused = new Refusals();
              int stored = copy(chunk.trades, "trades", refused);
              stored += copy(chunk.quotes, "quotes", refused);
              Rest rest = new Rest(transaction, refused);
              stored += rest.store("bars/insert_stream_bars", chunk.bars, ChunkStore::row);
              stored += rest.store("bars/upsert_bars", chunk.revisions, ChunkStore::row);
              stored += rest.store("statuses/insert_statuses", chunk.statuses, ChunkStore::row);
              stored += rest.store("lulds/insert_lulds", chunk.lulds, ChunkStore::row);
              stored += corrections(rest, chunk.corrections);
              letters(Stream.concat(chunk.letters.stream(), refused.letters.stream()).toList());
              oweUnread(chunk);
              oweRefused(refused, chunk);
              raise(chunk.ends);
              return stored;
            });
    return rows == null ? 0 : rows;
  }

  /** With the rows or not at all: what is behind is not read again. */
  private void raise(List<PartitionEnd> ends) {
    if (!ends.isEmpty()) {
      jdbc.update(Sql.named("store_watermarks/raise_ends"), Map.of("ends", RowJson.json(ends)));
    }
  }

  /** Before anything else: from here on nobody takes the stream until this transaction ends. */
  private void fence(Long epoch) {
    if (epoch != null
        && !Boolean.TRUE.equals(
            jdbc.queryForObject(
                Sql.named("stream_owners/fence"),
                Map.of("feed", feed, "epoch", epoch),
                Boolean.class))) {
      throw new FencedException(feed);
    }
  }

  /**
   * Stores all of a chunk that was kept for a while, or nothing of it: a bar that came since is not
   * overwritten. Returns what PostgreSQL refuses.
   */
  List<RefusedRow> storeLate(Chunk chunk) {
    return transactions.execute(
        transaction -> {
          Refusals refused = new Refusals();
          copy(chunk.trades, "trades", refused);
          copy(chunk.quotes, "quotes", refused);
          Rest rest = new Rest(transaction, refused);
          rest.store("bars/insert_missing_bars", chunk.bars, ChunkStore::row);
          rest.store("bars/insert_missing_bars", chunk.revisions, ChunkStore::row);
          rest.store("statuses/insert_statuses", chunk.statuses, ChunkStore::row);
          rest.store("lulds/insert_lulds", chunk.lulds, ChunkStore::row);
          corrections(rest, chunk.corrections);
          if (!refused.letters.isEmpty()) {
            transaction.setRollbackOnly();
          }
          return refused.letters;
        });
  }

  /**
   * Stores a row as a dead letter keeps it.
   *
   * @throws DataAccessException where it is refused again
   */
  void storeRow(String table, String row) {
    transactions.executeWithoutResult(
        transaction ->
            jdbc.getJdbcOperations()
                .execute(
                    (ConnectionCallback<Void>)
                        connection -> {
                          createIncoming(connection, table);
                          Copy.row(connection, Sql.named(table + "/copy_row"), row);
                          merge(connection, table);
                          return null;
                        }));
  }

  /**
   * What the ledger knows a row by.
   *
   * @param dataset null where nothing is owed: a day so far is sent again each minute
   */
  private record Row(String symbol, String dataset, Instant ts) {}

  private static Row row(Bar bar) {
    return new Row(bar.symbol(), bar.timeframe().equals("1Min") ? "bars" : null, bar.ts());
  }

  private static Row row(Status status) {
    return new Row(status.symbol(), "statuses", status.ts());
  }

  private static Row row(Luld luld) {
    return new Row(luld.symbol(), "lulds", luld.ts());
  }

  private static Row row(Correction correction) {
    return new Row(correction.symbol(), "corrections", correction.ts());
  }

  /** Of a row of trades or quotes, whose first columns are the symbol and the time. */
  private static Row row(String dataset, String text) {
    String[] columns = text.split("\t", 3);
    Instant ts;
    try {
      ts = Instant.parse(columns[1]);
    } catch (DateTimeParseException noTime) {
      ts = Instant.MAX;
    }
    return new Row(columns[0], dataset, ts);
  }

  /** Rows that PostgreSQL did not take: each is a letter, and owed. */
  private static final class Refusals {
    final List<RefusedRow> letters = new ArrayList<>();
    final Set<Unread> owed = new LinkedHashSet<>();
    Instant oldest = Instant.MAX;

    void add(Row row, String reason, String payload) {
      letters.add(new RefusedRow(row.symbol, reason, payload));
      if (row.dataset != null) {
        owed.add(new Unread(row.symbol, row.dataset));
        oldest = row.ts.isBefore(oldest) ? row.ts : oldest;
      }
    }
  }

  private int copy(CopyRows rows, String table, Refusals refused) {
    if (rows.rows() == 0) {
      return 0;
    }
    Integer stored =
        jdbc.getJdbcOperations()
            .execute(
                (ConnectionCallback<Integer>) connection -> copy(connection, rows, table, refused));
    return stored == null ? 0 : stored;
  }

  private int copy(Connection connection, CopyRows rows, String table, Refusals refused)
      throws SQLException {
    if (Copy.tried(connection, Sql.named(table + "/copy_" + table), rows)) {
      return rows.rows();
    }
    figures.merged();
    createIncoming(connection, table);
    return merge(connection, rows, table, 0, rows.rows(), refused);
  }

  private static void createIncoming(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(Sql.named(table + "/create_incoming"));
    }
  }

  private static void merge(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(Sql.named(table + "/merge_incoming"));
      statement.execute(Sql.named(table + "/empty_incoming"));
    }
  }

  /** Merges the rows from one to another; where one is refused, halves until it stands alone. */
  private int merge(
      Connection connection, CopyRows rows, String table, int from, int to, Refusals refused)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      Copy.in(connection, Sql.named(table + "/copy_incoming"), rows, from, to);
      merge(connection, table);
      connection.releaseSavepoint(before);
      return to - from;
    } catch (SQLException e) {
      if (!Copy.isRefused(e)) {
        throw e;
      }
      connection.rollback(before);
      if (to - from == 1) {
        String row = rows.row(from);
        refused.add(row(table, row), reason(e), row);
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
    private final Refusals refused;

    Rest(TransactionStatus transaction, Refusals refused) {
      this.transaction = transaction;
      this.refused = refused;
    }

    /** Where a row is refused, halves until it stands alone. */
    <T extends Record> int store(String statement, List<T> rows, Function<T, Row> as) {
      if (rows.isEmpty()) {
        return 0;
      }
      Object before = transaction.createSavepoint();
      try {
        jdbc.update(Sql.named(statement), Map.of("rows", RowJson.json(rows)));
        transaction.releaseSavepoint(before);
        return rows.size();
      } catch (DataAccessException e) {
        if (!(e.getMostSpecificCause() instanceof SQLException told) || !Copy.isRefused(told)) {
          throw e;
        }
        transaction.rollbackToSavepoint(before);
        if (rows.size() == 1) {
          T row = rows.get(0);
          refused.add(as.apply(row), reason(e), RowJson.jsonOf(row));
          return 0;
        }
      }
      int middle = rows.size() / 2;
      return store(statement, rows.subList(0, middle), as)
          + store(statement, rows.subList(middle, rows.size()), as);
    }
  }

  private int corrections(Rest rest, List<Correction> corrections) {
    int stored = rest.store("trade_corrections/insert_corrections", corrections, ChunkStore::row);
    if (stored > 0) {
      Set<String> symbols = new LinkedHashSet<>();
      corrections.forEach(each -> symbols.add(each.symbol()));
      correct(
          jdbc,
          symbols,
          corrections.stream().map(Correction::ts).min(Comparator.naturalOrder()).orElseThrow(),
          corrections.stream().map(Correction::ts).max(Comparator.naturalOrder()).orElseThrow());
    }
    return stored;
  }

  /**
   * Applies the corrections of these symbols that wait, each to what the one before has made: those
   * between two times, and those of the weeks before whose trade has come meanwhile. What waits for
   * longer is applied when its trade is read.
   */
  static void correct(
      NamedParameterJdbcTemplate jdbc, Set<String> symbols, Instant first, Instant last) {
    Map<String, Object> of =
        Map.of(
            "symbols",
            RowJson.json(List.copyOf(symbols)),
            "from",
            first.minus(WAITED).atOffset(ZoneOffset.UTC),
            "to",
            last.atOffset(ZoneOffset.UTC));
    List<Map<String, Object>> applied;
    do {
      applied = jdbc.queryForList(Sql.named("trade_corrections/apply_corrections"), of);
    } while (!applied.isEmpty());
  }

  private void letters(List<RefusedRow> refused) {
    if (!refused.isEmpty()) {
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("run_id", null);
      parameters.put(
          "letters",
          RowJson.json(refused.stream().map(row -> row.of(feed, null).by("stream")).toList()));
      jdbc.update(Sql.named("dead_letters/record_letters"), parameters);
    }
  }

  /** What could not be read waited for long perhaps, but not longer than all that is stored. */
  private void oweUnread(Chunk chunk) {
    // Nothing is older than the connection, which the statement sees to.
    owe(chunk.unread, NOT_READ, chunk, chunk.storedTo == null ? Instant.EPOCH : chunk.storedTo);
  }

  /** A row that was not taken has a time; one of another day is a mistake. */
  private void oweRefused(Refusals refused, Chunk chunk) {
    boolean sameDay = refused.oldest.isAfter(chunk.readAt.minus(DAY));
    Instant since = sameDay ? refused.oldest : chunk.readAt;
    if (chunk.storedTo != null && chunk.storedTo.isBefore(since)) {
      since = chunk.storedTo;
    }
    owe(refused.owed, NOT_TAKEN, chunk, since);
  }

  /**
   * What was not stored is owed from then on, and from two minutes before it came at the latest.
   */
  private void owe(Set<Unread> unread, String reason, Chunk chunk, Instant since) {
    if (!unread.isEmpty()) {
      Instant from = chunk.readAt.minus(UNREAD);
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("feed", feed);
      parameters.put("unread", RowJson.json(List.copyOf(unread)));
      parameters.put("reason", reason);
      parameters.put("from", (since.isBefore(from) ? since : from).toString());
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
