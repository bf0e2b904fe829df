package dev.caravan.market.answer;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A row that could not be taken from an answer whose other rows could: a dead letter.
 *
 * @param symbol Caravan's spelling
 * @param reason in plain words
 * @param payload the row as JSON text, as the provider served it
 * @param feed that was asked for, which the row does not say itself; null for a source that has one
 * @param timeframe of bars, {@code -} for other rows of a feed, else null
 * @param route whose letter it is; null for the flow whose run keeps it
 */
public record RefusedRow(
    String symbol,
    String reason,
    String payload,
    @JsonInclude(NON_NULL) String feed,
    @JsonInclude(NON_NULL) String timeframe,
    @JsonInclude(NON_NULL) String route) {
  public RefusedRow {
    // A letter that cannot be stored would cost the rows beside it.
    symbol = Text.storable(symbol);
    reason = Text.storable(reason);
    payload = Text.storable(payload);
  }

  /** Of a source that has one feed. */
  public RefusedRow(String symbol, String reason, String payload) {
    this(symbol, reason, payload, null, null, null);
  }

  /** The same row, with what it was asked for with. */
  public RefusedRow of(String feed, String timeframe) {
    return new RefusedRow(symbol, reason, payload, feed, timeframe, route);
  }

  /** The same row, which came by no run of a flow. */
  public RefusedRow by(String route) {
    return new RefusedRow(symbol, reason, payload, feed, timeframe, route);
  }
}
