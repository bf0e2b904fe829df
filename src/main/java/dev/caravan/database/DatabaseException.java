package dev.caravan.database;

/** The database cannot be used; the message says in one line why, and what to do. */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether waiting may help: the server is not there, or still starting. */
  private final boolean passing;

  /**
   * @param passing whether it may be over in a while, as where the server is away
   */
  public DatabaseException(String message, boolean passing, Throwable cause) {
    super(message, cause);
    this.passing = passing;
  }

  static DatabaseException lasting(String message) {
    return new DatabaseException(message, false, null);
  }

  public boolean passing() {
    return passing;
  }
}
