package dev.caravan.stream;

import java.time.Instant;

/**
 * What is stored with a batch of a partition's records.
 *
 * @param firstOffset of the first of them
 * @param firstAt its time, up to when all that was received is in it or in those before it
 * @param nextOffset with which the next batch begins
 * @param storedTo the time of the last of them
 */
public record PartitionEnd(
    String topic,
    int partition,
    long firstOffset,
    Instant firstAt,
    long nextOffset,
    Instant storedTo) {
  PartitionEnd and(PartitionEnd later) {
    return new PartitionEnd(
        topic,
        partition,
        Math.min(firstOffset, later.firstOffset),
        firstOffset <= later.firstOffset ? firstAt : later.firstAt,
        Math.max(nextOffset, later.nextOffset),
        storedTo.isAfter(later.storedTo) ? storedTo : later.storedTo);
  }
}
