package dev.caravan.simulator;

import java.util.Map;
import java.util.Optional;

/**
 * What a provider's limits say to a request when it arrives.
 *
 * @param refusal the answer, if it is refused
 * @param headers what the limits add to an answer that is not
 */
record Admission(Optional<Answer> refusal, Map<String, String> headers) {
  static final Admission FREE = new Admission(Optional.empty(), Map.of());

  static Admission refused(Answer answer) {
    return new Admission(Optional.of(answer), Map.of());
  }

  static Admission granted(Map<String, String> headers) {
    return new Admission(Optional.empty(), headers);
  }
}
