package dev.caravan.simulator.tape;

import java.util.Optional;

/**
 * A frame as it goes over the wire: a text of JSON, or bytes of MessagePack.
 *
 * @param text null of MessagePack
 * @param packed null of JSON
 * @param messages how many are in it
 */
public record WireFrame(String text, byte[] packed, int messages) {
  static WireFrame json(String text, int messages) {
    return new WireFrame(text, null, messages);
  }

  static WireFrame packed(byte[] packed, int messages) {
    return new WireFrame(null, packed, messages);
  }

  /**
   * A frame that is written already, in JSON.
   *
   * @param packed whether its client wants MessagePack; what is no JSON stays as it is
   */
  public static WireFrame of(String json, int messages, boolean packed) {
    Optional<byte[]> bytes = packed ? PackedFrameWriter.packed(json) : Optional.empty();
    return bytes.map(each -> packed(each, messages)).orElseGet(() -> json(json, messages));
  }

  public boolean isPacked() {
    return packed != null;
  }

  /** Bytes, or characters of one byte mostly. */
  public int size() {
    return isPacked() ? packed.length : text.length();
  }
}
