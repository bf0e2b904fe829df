package dev.caravan.stream;

import dev.caravan.market.ProviderClock;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Clock;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.component.vertx.common.VertxHelper;
import org.apache.camel.component.vertx.websocket.VertxWebsocketComponent;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConfiguration;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;

/**
 * A stream of Alpaca's, such as alpaca-stream:wss://host/v2/iex. A route that consumes it gets
 * batches of data frames, and between them, one by one, what the server said and what happened to
 * the connection. Producers with the same URI write to the consumer's own socket.
 *
 * <p>Of the options of {@code vertx-websocket:} those remain that a client of Alpaca's has a use
 * for.
 */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "alpaca-stream",
    extendsScheme = "vertx-websocket",
    title = "Alpaca Stream",
    syntax = "alpaca-stream:host:port/path",
    category = {Category.HTTP, Category.NETWORKING},
    headersClass = AlpacaStreamConstants.class,
    lenientProperties = false)
@Metadata(
    excludeProperties =
        "allowedOriginPattern,allowOriginHeader,clientOptions,consumeAsClient,"
            + "fireWebSocketConnectionEvents,maxReconnectAttempts,originHeaderUrl,"
            + "reconnectInitialDelay,reconnectInterval,router,sendToAll,serverOptions")
@ManagedResource(description = "Managed Alpaca stream endpoint")
public class AlpacaStreamEndpoint extends VertxWebsocketEndpoint {
  /** Alpaca's frames can be large: the default of 64 KiB would close the socket without a word. */
  private static final int LARGEST_FRAME_BYTES = 16 * 1024 * 1024;

  private static final int CLOSING_TIMEOUT_S = 2;

  @UriParam(
      label = "consumer",
      defaultValue = "5000",
      description = "How long a connect and its upgrade may take, in ms.")
  private int connectTimeoutMs = 5000;

  @UriParam(
      label = "consumer",
      defaultValue = "5000",
      description = "How often the server is pinged, in ms.")
  private long pingIntervalMs = 5_000;

  @UriParam(
      label = "consumer",
      defaultValue = "12000",
      description =
          "Time without a frame, ping or pong after which the socket counts as dead, in ms.")
  private long silenceMs = 12_000;

  @UriParam(
      label = "consumer",
      defaultValue = "250",
      description = "Shortest wait before a reconnect, in ms.")
  private long reconnectMinMs = 250;

  @UriParam(
      label = "consumer",
      defaultValue = "30000",
      description = "Longest wait before a reconnect, in ms.")
  private long reconnectMaxMs = 30_000;

  @UriParam(
      label = "consumer",
      defaultValue = "4194304",
      description = "Most bytes of frames in one exchange.")
  private int batchBytes = 4 * 1024 * 1024;

  @UriParam(
      label = "consumer",
      defaultValue = "33554432",
      description =
          "Bytes received and not yet stored above which the socket is paused. It is resumed below"
              + " half of it.")
  private long highWaterBytes = 32L * 1024 * 1024;

  @UriParam(
      label = "consumer",
      defaultValue = "JSON",
      description =
          "What the server is asked to speak: JSON or MSGPACK (MessagePack). What it sends is read"
              + " either way, and it is answered in kind.")
  private StreamEncoding encoding = StreamEncoding.JSON;

  @UriParam(
      label = "security",
      secret = true,
      description = "Key id of the account; the component's if it is not given.")
  private String keyId;

  @UriParam(
      label = "security",
      secret = true,
      description = "Secret key of the account; the component's if it is not given.")
  private String secretKey;

  private AlpacaStreamConsumer consumer;
  private volatile Clock wallClock = Clock.systemUTC();
  private volatile boolean owes;

  public AlpacaStreamEndpoint(
      String uri, VertxWebsocketComponent component, VertxWebsocketConfiguration configuration) {
    super(uri, component, configuration);
  }

  @Override
  public AlpacaStreamComponent getComponent() {
    return (AlpacaStreamComponent) super.getComponent();
  }

  /** An option that is unknown is a mistake, and never a part of the URL. */
  @Override
  public boolean isLenientProperties() {
    return false;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    AlpacaStreamConsumer created = new AlpacaStreamConsumer(this, processor);
    configureConsumer(created);
    return created;
  }

  @Override
  public Producer createProducer() {
    return new AlpacaStreamProducer(this);
  }

  synchronized void attach(AlpacaStreamConsumer running) {
    if (running != null && consumer != null && consumer != running) {
      throw new IllegalStateException(
          "Another route already consumes this stream; Alpaca allows one connection per account");
    }
    consumer = running;
  }

  /** The consumer whose socket the producers write to. */
  synchronized AlpacaStreamConsumer consumer() {
    if (consumer == null) {
      throw new IllegalStateException("The stream's route is not running");
    }
    return consumer;
  }

  WebSocketClientOptions clientOptions() throws Exception {
    WebSocketClientOptions options = new WebSocketClientOptions();
    options
        .setConnectTimeout(connectTimeoutMs)
        .setMaxFrameSize(LARGEST_FRAME_BYTES)
        .setMaxMessageSize(LARGEST_FRAME_BYTES)
        .setTryUsePerMessageCompression(true)
        .setClosingTimeout(CLOSING_TIMEOUT_S)
        .setTcpKeepAlive(true);
    if (getConfiguration().getSslContextParameters() != null) {
      VertxHelper.setupSSLOptions(
          getCamelContext(), getConfiguration().getSslContextParameters(), options);
    }
    return options;
  }

  WebSocketConnectOptions connectOptions() {
    WebSocketConnectOptions options = getWebSocketConnectOptions(new HttpClientOptions());
    // An Origin is what browsers send; the server has no use for it.
    options.setAllowOriginHeader(false);
    options.setTimeout(connectTimeoutMs);
    if (encoding == StreamEncoding.MSGPACK) {
      options.putHeader("Content-Type", "application/msgpack");
    }
    return options;
  }

  StreamFigures figures() {
    return getComponent().getFigures();
  }

  /** Why this process may not be connected; null where it may. */
  String refusal() {
    StreamOwner owner = getComponent().getOwner();
    return owner == null ? null : owner.refusal();
  }

  ProviderClock clock() {
    return getComponent().getClock();
  }

  /**
   * The clock of the machine, which goes on while the process stands still: by its jumps that is
   * noticed. It is no time of the ledger.
   */
  public void setWallClock(Clock wallClock) {
    this.wallClock = wallClock;
  }

  Clock wallClock() {
    return wallClock;
  }

  /**
   * Whether something was delivered of whose end the ledger does not know yet; each start of the
   * route has a consumer of its own.
   */
  boolean owes() {
    return owes;
  }

  void setOwes(boolean owes) {
    this.owes = owes;
  }

  @ManagedAttribute(description = "Whether the socket is open")
  public boolean isConnected() {
    return figures().isConnected();
  }

  @ManagedAttribute(description = "Whether the server took the keys")
  public boolean isAuthenticated() {
    return figures().isAuthenticated();
  }

  @ManagedAttribute(description = "What the connection is doing, or why it is not there")
  public String getState() {
    return figures().getState();
  }

  @ManagedAttribute(description = "Seconds since the last data frame; -1 before the first")
  public double getSecondsSinceLastMessage() {
    return figures().getSecondsSinceLastMessage();
  }

  @ManagedAttribute(description = "Messages received, of all types")
  public long getMessages() {
    return figures().getMessages();
  }

  @ManagedAttribute(description = "Messages per second, over about the last ten seconds")
  public double getMessagesPerSecond() {
    return figures().getMessagesPerSecond();
  }

  @ManagedAttribute(description = "Rows committed")
  public long getRows() {
    return figures().getRows();
  }

  @ManagedAttribute(description = "Rows per second, over about the last ten seconds")
  public double getRowsPerSecond() {
    return figures().getRowsPerSecond();
  }

  @ManagedAttribute(description = "Bytes received and not yet committed")
  public long getBytesQueued() {
    return figures().getBytesQueued();
  }

  @ManagedAttribute(description = "Age in seconds of the oldest frame that is not yet committed")
  public double getSecondsQueued() {
    return figures().getSecondsQueued();
  }

  @ManagedAttribute(description = "Total seconds for which the socket was paused")
  public double getSecondsPaused() {
    return figures().getSecondsPaused();
  }

  @ManagedAttribute(description = "Connections made after the first")
  public long getReconnects() {
    return figures().getReconnects();
  }

  @ManagedAttribute(description = "Open gaps of the ledger; -1 if unknown")
  public long getOpenGaps() {
    return figures().getOpenGaps();
  }

  @ManagedAttribute(description = "Mean lag from the time of a trade to its commit, in ms")
  public double getMeanLagMs() {
    return figures().getMeanLagMs();
  }

  public StreamEncoding getEncoding() {
    return encoding;
  }

  public void setEncoding(StreamEncoding encoding) {
    this.encoding = encoding;
  }

  public int getConnectTimeoutMs() {
    return connectTimeoutMs;
  }

  public void setConnectTimeoutMs(int connectTimeoutMs) {
    this.connectTimeoutMs = connectTimeoutMs;
  }

  public long getPingIntervalMs() {
    return pingIntervalMs;
  }

  public void setPingIntervalMs(long pingIntervalMs) {
    this.pingIntervalMs = pingIntervalMs;
  }

  public long getSilenceMs() {
    return silenceMs;
  }

  public void setSilenceMs(long silenceMs) {
    this.silenceMs = silenceMs;
  }

  public long getReconnectMinMs() {
    return reconnectMinMs;
  }

  public void setReconnectMinMs(long reconnectMinMs) {
    this.reconnectMinMs = reconnectMinMs;
  }

  public long getReconnectMaxMs() {
    return reconnectMaxMs;
  }

  public void setReconnectMaxMs(long reconnectMaxMs) {
    this.reconnectMaxMs = reconnectMaxMs;
  }

  public int getBatchBytes() {
    return batchBytes;
  }

  public void setBatchBytes(int batchBytes) {
    this.batchBytes = batchBytes;
  }

  public long getHighWaterBytes() {
    return highWaterBytes;
  }

  public void setHighWaterBytes(long highWaterBytes) {
    this.highWaterBytes = highWaterBytes;
  }

  public String getKeyId() {
    return keyId == null ? getComponent().getKeyId() : keyId;
  }

  public void setKeyId(String keyId) {
    this.keyId = keyId;
  }

  public String getSecretKey() {
    return secretKey == null ? getComponent().getSecretKey() : secretKey;
  }

  public void setSecretKey(String secretKey) {
    this.secretKey = secretKey;
  }
}
