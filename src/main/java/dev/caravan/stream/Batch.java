package dev.caravan.stream;

import java.util.List;

/**
 * Data frames in the order in which they came, each a list of messages: the UTF-8 of a JSON array,
 * or MessagePack where the endpoint asks for it.
 *
 * @param bytes the sum of their lengths
 * @param ends of the partitions that they came by; none where they came from the socket
 */
public record Batch(List<byte[]> frames, long bytes, List<PartitionEnd> ends) {
  Batch(List<byte[]> frames, long bytes) {
    this(frames, bytes, List.of());
  }

  /** Says how much it is; the data itself is nothing for a log. */
  @Override
  public String toString() {
    return frames.size() + " frames, " + bytes + " bytes";
  }
}
