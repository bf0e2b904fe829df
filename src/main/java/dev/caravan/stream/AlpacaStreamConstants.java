package dev.caravan.stream;

import org.apache.camel.spi.Metadata;

/** Headers of the exchanges from and to {@code alpaca-stream:}. */
public final class AlpacaStreamConstants {
  @Metadata(
      label = "consumer",
      description =
          "What happened: data, connected, authenticated, subscription, error, lost or unknown",
      javaType = "String")
  public static final String EVENT = "CaravanStreamEvent";

  @Metadata(
      label = "consumer",
      description = "When it was received or noticed",
      javaType = "java.time.Instant")
  public static final String AT = "CaravanStreamAt";

  @Metadata(label = "consumer", description = "Code of an error", javaType = "Integer")
  public static final String CODE = "CaravanStreamCode";

  @Metadata(
      label = "common",
      description =
          "Why the connection was lost, or what an error says; to the producer: why the connection is"
              + " to be closed",
      javaType = "String")
  public static final String REASON = "CaravanStreamReason";

  @Metadata(
      label = "consumer",
      description =
          "Of lost: whether the connection was closed by finish, with all stored that it delivered;"
              + " otherwise something may be missing, whenever that is noticed",
      javaType = "Boolean")
  public static final String ORDERLY = "CaravanStreamOrderly";

  @Metadata(
      label = "producer",
      description =
          "What the producer does: send (the body; the default), reconnect (close, and connect"
              + " again after the usual wait or the given one), finish (close in order, before the"
              + " route is stopped), or end (close, and stay closed until the route is started"
              + " again)",
      javaType = "String",
      defaultValue = "send")
  public static final String COMMAND = "CaravanStreamCommand";

  @Metadata(label = "producer", description = "Minimum wait of reconnect, in ms", javaType = "Long")
  public static final String DELAY = "CaravanStreamDelay";

  private AlpacaStreamConstants() {}
}
