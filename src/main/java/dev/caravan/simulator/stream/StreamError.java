package dev.caravan.simulator.stream;

import java.util.Arrays;

/** The errors of the stream, with the service's codes and words. */
public enum StreamError {
  INVALID_SYNTAX(400, "invalid syntax"),
  NOT_AUTHENTICATED(401, "not authenticated"),
  AUTH_FAILED(402, "auth failed"),
  ALREADY_AUTHENTICATED(403, "already authenticated"),
  AUTH_TIMEOUT(404, "auth timeout"),
  SYMBOL_LIMIT_EXCEEDED(405, "symbol limit exceeded"),
  CONNECTION_LIMIT_EXCEEDED(406, "connection limit exceeded"),
  SLOW_CLIENT(407, "slow client"),
  V2_NOT_ENABLED(408, "v2 not enabled"),
  INSUFFICIENT_SUBSCRIPTION(409, "insufficient subscription"),
  INVALID_ACTION_FOR_FEED(410, "invalid subscribe action for this feed"),
  INSUFFICIENT_SCOPE(411, "insufficient scope"),
  INTERNAL_ERROR(500, "internal error");

  private final int code;
  private final String text;

  StreamError(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The number by which the service tells it. */
  public int code() {
    return code;
  }

  /**
   * The error of a code.
   *
   * @throws IllegalArgumentException if the stream has no such error
   */
  public static StreamError of(int code) {
    return Arrays.stream(values())
        .filter(error -> error.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("The stream has no error " + code));
  }

  /** The frame that tells it. */
  String message() {
    return "[{\"T\":\"error\",\"code\":" + code + ",\"msg\":\"" + text + "\"}]";
  }
}
