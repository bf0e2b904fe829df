package dev.caravan.stream;

import java.time.Instant;

/** Where the batches of the stream go: into the database, or to Kafka first. */
public interface StreamSink {
  /**
   * A connection begins: all that comes by it is taken under the number with which we have the
   * stream now, which is never looked up at a write.
   */
  void hold();

  /**
   * The newest time up to which all that was received is taken; null before the first message. A
   * loss begins here.
   */
  Instant storedTo();

  /** How far it is behind the exchange, in words: for a server that calls us slow. */
  String behind();

  /** The ledger has what was lost: from here on the watermark follows what is taken again. */
  void lossRecorded();
}
