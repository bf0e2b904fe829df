package dev.caravan.simulator.server;

import java.time.Instant;
import java.util.List;

/**
 * One request that reached a provider's path, in the order of arrival.
 *
 * @param arrivedAt by the simulator's clock
 * @param nanoTime {@link System#nanoTime()} at the arrival, for intervals in real time
 * @param path as it was sent, still percent-encoded
 * @param query as it was sent, without the question mark; empty if there was none
 * @param symbols those asked for, as they were spelt; empty where the path has none
 * @param status what was answered; 0 while, or because, there was no answer
 */
public record ServedRequest(
    Instant arrivedAt,
    long nanoTime,
    Provider provider,
    String path,
    String query,
    List<String> symbols,
    int status) {

  ServedRequest answered(int newStatus) {
    return new ServedRequest(arrivedAt, nanoTime, provider, path, query, symbols, newStatus);
  }
}
