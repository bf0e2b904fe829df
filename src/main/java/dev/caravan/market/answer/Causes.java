package dev.caravan.market.answer;

/** What is behind a failure that others have wrapped. */
public final class Causes {
  private Causes() {}

  /** The first of this type among a throwable and its causes, or null. */
  public static <T extends Throwable> T find(Throwable cause, Class<T> type) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }
}
