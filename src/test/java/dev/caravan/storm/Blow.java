package dev.caravan.storm;

import java.time.Duration;
import java.time.Instant;

/**
 * One fault of a seed.
 *
 * @param at when it begins, by the exchange's clock
 * @param length how long it lasts, where it lasts
 * @param what a detail of its kind: a code, an endpoint, a symbol, a table
 * @param amount a number of its kind: how often, how many seconds
 */
record Blow(Instant at, Kind kind, Duration length, String what, int amount) {
  /** The kinds of faults. */
  enum Kind {
    /** The stream is closed with a close frame. */
    CLOSE,
    /** The stream ends without a word. */
    CUT,
    RESET,
    /** The stream plays dead for a while. */
    MUTE,
    /** The stream plays dead until the weather has passed. */
    HALF_OPEN,
    /** Upgrades are refused with a status. */
    REFUSE,
    DROP,
    /** Each of the next frames is sent twice. */
    DUPLICATE,
    /** The server says one of its errors. */
    STREAM_ERROR,
    /** A subscription is refused. */
    SUBSCRIBE_ERROR,
    /** The next frames come cut off in the middle, or with a message that cannot be read. */
    DAMAGED_FRAME,
    /** An endpoint, or all, answer with a status. */
    REST_STATUS,
    /** An endpoint is slow, breaks off or answers with what cannot be read. */
    REST_BROKEN,
    /** A paged endpoint gives out the same page token for ever. */
    STUCK_PAGES,
    /** A table is locked. */
    LOCKED,
    /** Every statement that stores rows takes its time. */
    SLOW_DATABASE,
    /** All connections end, and none is let in for a while. */
    DATABASE_DOWN,
    /** The database's clock is off. */
    SKEW,
    /** The process stands still. */
    FREEZE,
    /** A writer of the stream's rows meets an Error. */
    WRITER_ERROR,
    /** The process is stopped, and started later. */
    STOP,
    /** The process is killed, and started later. */
    KILL,
    /** A second process is started, and later stopped or killed. */
    SECOND,
    ADD_SYMBOL,
    REMOVE_SYMBOL,
    /** Many trades at once. */
    BURST,
    /** A flow is run at an hour of its own. */
    FLOW,
    // From here on: what is no fault, and drawn behind all faults.
    /** The exchange halts a share, or tells a band, a correction or a cancel. */
    EVENT,
    /** A symbol is added that Alpaca does not know. */
    STRANGER,
    // And what has a draw of its own, so that it changes nothing of the seeds before it came.
    /** The database's sessions stand still, and no connection ends: signal STOP, then CONT. */
    HANG,
    /** The database's server is killed with all its processes, and comes back some time later. */
    CRASH
  }

  @Override
  public String toString() {
    return at
        + " "
        + kind
        + (what.isEmpty() ? "" : " " + what)
        + (amount == 0 ? "" : " x" + amount)
        + (length.isZero() ? "" : " for " + length.toSeconds() + " s");
  }
}
