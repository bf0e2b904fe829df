package dev.caravan.simulator.server;

import java.util.Map;
import java.util.Optional;

/**
 * What a provider's limits say to a request when it arrives.
 *
 * @param refusal the answer, if it is refused
 * @param headers what the limits add to an answer that is not
 */
public record Admission(Optional<ServedAnswer> refusal, Map<String, String> headers) {
  public static final Admission FREE = new Admission(Optional.empty(), Map.of());

  public static Admission refused(ServedAnswer answer) {
    return new Admission(Optional.of(answer), Map.of());
  }

  public static Admission granted(Map<String, String> headers) {
    return new Admission(Optional.empty(), headers);
  }
}
