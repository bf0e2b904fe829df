package dev.caravan.stream;

/** How messages are written on the wire. */
public enum StreamEncoding {
  JSON,
  /** Smaller, and its numbers need not be read digit by digit. */
  MSGPACK
}
