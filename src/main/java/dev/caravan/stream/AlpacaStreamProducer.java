package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.DefaultAsyncProducer;

/** Writes to the socket of the consumer with the same URI, or ends its connection. */
final class AlpacaStreamProducer extends DefaultAsyncProducer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExecutorService routes;

  AlpacaStreamProducer(AlpacaStreamEndpoint endpoint) {
    super(endpoint);
  }

  @Override
  public AlpacaStreamEndpoint getEndpoint() {
    return (AlpacaStreamEndpoint) super.getEndpoint();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    routes = executors().newCachedThreadPool(this, "alpaca-stream-command");
  }

  @Override
  protected void doStop() throws Exception {
    executors().shutdown(routes);
    super.doStop();
  }

  private ExecutorServiceManager executors() {
    return getEndpoint().getCamelContext().getExecutorServiceManager();
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
                    "The command must be send, reconnect, finish or end, but is " + command);
          };
      // The route does not go on upon the socket's thread: it may stop the stream, which needs it.
      done.onComplete(
          result ->
              routes.execute(
                  () -> {
                    if (result.failed()) {
                      exchange.setException(result.cause());
                    }
                    callback.done(false);
                  }));
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
    return JSON.writeValueAsString(
        ((ObjectNode) message)
            .put("key", getEndpoint().getKeyId())
            .put("secret", getEndpoint().getSecretKey()));
  }
}
