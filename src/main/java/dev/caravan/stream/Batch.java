package dev.caravan.stream;

import java.util.List;

/**
 * Data frames in the order in which they came, each the UTF-8 of one JSON array of messages.
 *
 * @param bytes the sum of their lengths
 */
public record Batch(List<byte[]> frames, long bytes) {
  /** Says how much it is; the data itself is nothing for a log. */
  @Override
  public String toString() {
    return frames.size() + " frames, " + bytes + " bytes";
  }
}
