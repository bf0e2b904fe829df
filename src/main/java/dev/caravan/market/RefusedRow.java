package dev.caravan.market;

/**
 * A row that could not be taken from an answer whose other rows could.
 *
 * @param symbol Caravan's spelling
 * @param reason in plain words
 * @param payload the row as JSON text, as the provider served it
 */
public record RefusedRow(String symbol, String reason, String payload) {
  public RefusedRow {
    // A letter that cannot be stored would cost the rows beside it.
    symbol = Text.storable(symbol);
    reason = Text.storable(reason);
    payload = Text.storable(payload);
  }
}
