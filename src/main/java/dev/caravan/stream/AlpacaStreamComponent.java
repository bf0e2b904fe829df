package dev.caravan.stream;

import dev.caravan.market.ProviderClock;
import io.vertx.core.Vertx;
import org.apache.camel.component.vertx.websocket.VertxWebsocketComponent;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConfiguration;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;

/**
 * The Vert.x WebSocket component with a client consumer of our own: it sees every frame in order,
 * keeps one connection, and holds memory bounded. Address, TLS, options and Vert.x are the
 * parent's.
 */
@Component("alpaca-stream")
public class AlpacaStreamComponent extends VertxWebsocketComponent {
  @Metadata(
      label = "security",
      secret = true,
      description =
          "Key id of the account. It is added to the auth message on the wire and never put on an exchange.")
  private String keyId;

  @Metadata(
      label = "security",
      secret = true,
      description = "Secret key of the account, added like the key id.")
  private String secretKey;

  @Metadata(
      label = "advanced",
      description = "Where the state of the connection is reported; created if not given.")
  private StreamFigures figures = new StreamFigures();

  @Metadata(
      label = "advanced",
      description = "The clock for all times; it also learns the server's time.")
  private ProviderClock clock = new ProviderClock();

  @Metadata(
      label = "advanced",
      description =
          "Which of several processes may be connected: this one neither connects nor stays connected while another one may. Without it, it always may.")
  private StreamOwner owner;

  @Override
  protected VertxWebsocketEndpoint createEndpointInstance(
      String uri, VertxWebsocketConfiguration configuration) {
    return new AlpacaStreamEndpoint(uri, this, configuration);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    spendFirstTimer(getVertx());
  }

  // The timer of a connect that is the first of its Vertx has id 0, which Vert.x 4 takes for none:
  // it is never cancelled, and closes a healthy socket.
  private static void spendFirstTimer(Vertx vertx) {
    vertx.cancelTimer(vertx.setTimer(1, fired -> {}));
  }

  public String getKeyId() {
    return keyId;
  }

  public void setKeyId(String keyId) {
    this.keyId = keyId;
  }

  public String getSecretKey() {
    return secretKey;
  }

  public void setSecretKey(String secretKey) {
    this.secretKey = secretKey;
  }

  public StreamFigures getFigures() {
    return figures;
  }

  public void setFigures(StreamFigures figures) {
    this.figures = figures;
  }

  public ProviderClock getClock() {
    return clock;
  }

  public void setClock(ProviderClock clock) {
    this.clock = clock;
  }

  public StreamOwner getOwner() {
    return owner;
  }

  public void setOwner(StreamOwner owner) {
    this.owner = owner;
  }
}
