package dev.caravan.stream;

import dev.caravan.database.CopyRows;
import dev.caravan.market.Bar;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one writer stores of a batch, in one transaction. Reused from batch to batch. */
final class Chunk {
  /** Above so many times of trades only every n-th is kept for the histogram of the lag. */
  static final int MOST_SAMPLES = 512;

  final CopyRows trades = new CopyRows();
  final CopyRows quotes = new CopyRows();

  /** First editions of minute bars, and days so far. */
  final List<Bar> bars = new ArrayList<>();

  /** Revised minute bars. */
  final List<Bar> revisions = new ArrayList<>();

  final List<Status> statuses = new ArrayList<>();
  final List<Luld> lulds = new ArrayList<>();
  final List<Correction> corrections = new ArrayList<>();
  final List<RefusedRow> letters = new ArrayList<>();

  /** What may have been in what could not be read. */
  final Set<Unread> unread = new LinkedHashSet<>();

  /** When the batch was read, and up to when all before it was stored; null where nothing was. */
  Instant readAt = Instant.EPOCH;

  Instant storedTo;

  /** Of the partitions that the batch came by; they are raised with its rows. */
  List<PartitionEnd> ends = List.of();

  /** Under which number this process has the stream; null where nobody else can have it. */
  Long epoch;

  /** Times of trades, in microseconds since 1970. */
  final long[] samples = new long[MOST_SAMPLES];

  int sampled;

  /**
   * A message that could not be read.
   *
   * @param symbol null where it is not known
   * @param dataset null where it is not known
   */
  record Unread(String symbol, String dataset) {
    Unread {
      // What no symbol can be says nothing, and PostgreSQL's text has no place for such a
      // character.
      if (symbol != null && (symbol.isBlank() || symbol.indexOf('\0') >= 0)) {
        symbol = null;
      }
    }
  }

  /** A halt or resumption: channel statuses. */
  record Status(
      String symbol,
      Instant ts,
      int nanos,
      String statusCode,
      String status,
      String reasonCode,
      String reason,
      String tape,
      String feed) {}

  /** Limit up, limit down: channel lulds. */
  record Luld(
      String symbol,
      Instant ts,
      int nanos,
      BigDecimal limitUp,
      BigDecimal limitDown,
      String indicator,
      String tape,
      String feed) {}

  /**
   * A correction, or a cancel, which has nothing new.
   *
   * @param kind {@code corrected}, {@code canceled} or {@code error}
   */
  record Correction(
      String symbol,
      Instant ts,
      int nanos,
      String exchange,
      long tradeId,
      String kind,
      BigDecimal price,
      BigDecimal size,
      List<String> conditions,
      Long newTradeId,
      BigDecimal newPrice,
      BigDecimal newSize,
      List<String> newConditions,
      String tape,
      String feed) {}

  void sample(long micros) {
    if (sampled < MOST_SAMPLES) {
      samples[sampled++] = micros;
    }
  }

  boolean empty() {
    return trades.rows() == 0
        && quotes.rows() == 0
        && bars.isEmpty()
        && revisions.isEmpty()
        && statuses.isEmpty()
        && lulds.isEmpty()
        && corrections.isEmpty()
        && letters.isEmpty()
        && ends.isEmpty();
  }

  void clear() {
    trades.clear();
    quotes.clear();
    bars.clear();
    revisions.clear();
    statuses.clear();
    lulds.clear();
    corrections.clear();
    letters.clear();
    unread.clear();
    ends = List.of();
    sampled = 0;
  }
}
