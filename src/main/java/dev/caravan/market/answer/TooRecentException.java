package dev.caravan.market.answer;

/**
 * The source refused the request because its plan withholds the newest data: the same request is
 * answered once the data is older.
 */
public final class TooRecentException extends RequestRefusedException {
  private static final long serialVersionUID = 1L;

  /** Takes what {@link RequestRefusedException} takes. */
  public TooRecentException(String source, int status, String detail) {
    super(source, status, detail);
  }
}
