package dev.caravan.simulator.stream;

import java.util.List;

/** Tells the streams what happens, tick by tick. Used by one thread at a time. */
interface StreamNarrator {
  /** Takes over who listens from now on. */
  void listen(List<Audience> audiences);

  /**
   * Tells everything up to this time.
   *
   * @param now in nanoseconds since 1970
   */
  void tick(long now);
}
