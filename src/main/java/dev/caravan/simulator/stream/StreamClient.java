package dev.caravan.simulator.stream;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * One open connection of the stream.
 *
 * @param feed its path, such as {@code /v2/iex}
 * @param key the key id that it authenticated with; empty before
 * @param acceptedAt by the simulator's clock
 * @param authenticated whether it may subscribe
 * @param encoding {@code json} or {@code msgpack}, as it asked for
 * @param muted whether the simulator plays dead on it
 * @param subscriptions the symbols of each channel
 * @param frames how many were sent, those of control included
 * @param backlog how many characters or bytes were sent that the client has not taken yet
 */
public record StreamClient(
    String feed,
    String key,
    Instant acceptedAt,
    boolean authenticated,
    String encoding,
    boolean muted,
    Map<String, Set<String>> subscriptions,
    long frames,
    long backlog) {}
