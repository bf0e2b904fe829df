package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/** Writes to the socket of the consumer with the same URI, or ends its connection. */
final class AlpacaStreamProducer extends DefaultAsyncProducer {
  private static final ObjectMapper JSON = new ObjectMapper();

  AlpacaStreamProducer(AlpacaStreamEndpoint endpoint) {
    super(endpoint);
  }

  @Override
  public AlpacaStreamEndpoint getEndpoint() {
    return (AlpacaStreamEndpoint) super.getEndpoint();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    try {
      Message message = exchange.getMessage();
      AlpacaStreamConsumer consumer = getEndpoint().consumer();
      String command = message.getHeader(AlpacaStreamConstants.COMMAND, "send", String.class);
      String reason = message.getHeader(AlpacaStreamConstants.REASON, String.class);
      Future<Void> done =
          switch (command) {
            case "send" -> consumer.send(withKeys(message.getMandatoryBody(String.class)));
            case "reconnect" ->
                consumer.reconnect(
                    reason, message.getHeader(AlpacaStreamConstants.DELAY, 0L, Long.class));
            case "finish" -> consumer.finish(reason);
            case "end" -> consumer.end(reason);
            default ->
                throw new IllegalArgumentException(
                    "The command must be send, reconnect or end, but is " + command);
          };
      done.onComplete(
          result -> {
            if (result.failed()) {
              exchange.setException(result.cause());
            }
            callback.done(false);
          });
      return false;
    } catch (Exception e) {
      exchange.setException(e);
    }
    callback.done(true);
    return true;
  }

  // Here, at the last moment, so that no exchange, trace, log or MBean ever holds them.
  private String withKeys(String text) throws JsonProcessingException {
    JsonNode message = JSON.readTree(text);
    if (!message.path("action").asText().equals("auth")) {
      return text;
    }
    AlpacaStreamComponent component = getEndpoint().getComponent();
    return JSON.writeValueAsString(
        ((ObjectNode) message)
            .put("key", component.getKeyId())
            .put("secret", component.getSecretKey()));
  }
}
