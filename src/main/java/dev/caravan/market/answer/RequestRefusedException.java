package dev.caravan.market.answer;

/**
 * The source understood the request and refused it (400, 401, 403, 422 and their like): the same
 * request will be refused again, so it is not worth a retry.
 */
public sealed class RequestRefusedException extends MarketDataException permits TooRecentException {
  private final String source;
  private final int status;

  /**
   * @param detail why, and for 401 and 403 what to do about it, in plain words; quoted to 200
   *     characters on one line; may be null
   */
  public RequestRefusedException(String source, int status, String detail) {
    super(source + " refused the request with status " + status + after(detail));
    this.source = source;
    this.status = status;
  }

  public String source() {
    return source;
  }

  public int status() {
    return status;
  }
}
