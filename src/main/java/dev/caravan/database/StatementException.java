package dev.caravan.database;

import java.io.Serial;
import java.sql.SQLException;

/**
 * A statement that the database refused. The message names the statement; SQL state and code are
 * those of the cause.
 */
public final class StatementException extends SQLException {
  @Serial private static final long serialVersionUID = 1;

  StatementException(String statement, SQLException cause) {
    super(
        "Statement " + statement + ": " + cause.getMessage(),
        cause.getSQLState(),
        cause.getErrorCode(),
        cause);
  }
}
