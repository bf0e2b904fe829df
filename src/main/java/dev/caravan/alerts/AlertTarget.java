package dev.caravan.alerts;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;

/**
 * An address that is sent to by Camel's own component. Its endpoint is none of the context's, since
 * those are shown with their URIs, in which passwords and the tokens of webhooks are.
 */
final class AlertTarget implements AutoCloseable {
  private static final int LONGEST_REASON = 200;

  /** What Camel says of options that a component does not have; here it is the first's name. */
  private static final Pattern UNKNOWN = Pattern.compile("Unknown parameters=\\[\\{([\\w.-]+)=");

  private final CamelContext context;
  private final AlertAddress address;
  private final AlertTemplates templates;
  private Endpoint endpoint;
  private Producer producer;

  AlertTarget(CamelContext context, AlertAddress address) {
    this.context = context;
    this.address = address;
    this.templates = new AlertTemplates(context);
  }

  /**
   * @throws AlertNotSentException with the reason why Camel refuses the address
   */
  synchronized void open() throws AlertNotSentException {
    if (producer != null) {
      return;
    }
    String uri = address.endpoint();
    try {
      Component component = context.getComponent(uri.substring(0, uri.indexOf(':')));
      endpoint = component.createEndpoint(uri);
      if (endpoint instanceof HttpEndpoint http) {
        tryOnce(http);
      }
      ServiceHelper.startService(endpoint);
      Producer opened = endpoint.createProducer();
      ServiceHelper.startService(opened);
      producer = opened;
    } catch (Exception e) {
      close();
      throw new AlertNotSentException(reason(e));
    }
  }

  /** The client would try again by itself, and what it logs then has the address in it. */
  private static void tryOnce(HttpEndpoint http) {
    HttpClientConfigurer given = http.getHttpClientConfigurer();
    http.setHttpClientConfigurer(
        client -> {
          if (given != null) {
            given.configureHttpClient(client);
          }
          client.disableAutomaticRetries();
        });
  }

  void send(AlertMessage message) throws AlertNotSentException {
    open();
    AlertTemplates.Written written = templates.write(message, address.form());
    Exchange exchange = new DefaultExchange(context);
    Message out = exchange.getMessage();
    out.setBody(written.text());
    if (address.form() != AlertAddress.Form.TEXT) {
      out.setBody(written.text().getBytes(StandardCharsets.UTF_8));
      out.setHeader(Exchange.HTTP_METHOD, "POST");
      out.setHeader(Exchange.CONTENT_TYPE, "application/json; charset=utf-8");
    } else if (address.endpoint().startsWith("smtp")) {
      out.setHeader("Subject", "[Caravan] " + written.title());
      out.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
      // Who receives it twice, after a crash in between, can see that it is the same.
      out.setHeader("X-Caravan-Alert", message.id());
    }
    Exception failure;
    try {
      producer.process(exchange);
      failure = exchange.getException();
    } catch (Exception e) {
      failure = e;
    }
    if (failure != null) {
      throw new AlertNotSentException(reason(failure));
    }
  }

  /** One line, in plain words; what other programs say may have the whole address in it. */
  private String reason(Throwable failure) {
    Throwable root = failure;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof HttpOperationFailedException refused) {
        return "it answered with status " + refused.getStatusCode();
      }
      if (each instanceof SocketTimeoutException) {
        return "it did not answer in time";
      }
      if (each instanceof UnknownHostException) {
        return "there is no such host";
      }
      if (each instanceof ConnectException) {
        return "nobody listens there";
      }
      Matcher unknown = UNKNOWN.matcher(String.valueOf(each.getMessage()));
      if (each instanceof ResolveEndpointFailedException && unknown.find()) {
        return "it has an option that does not exist: " + unknown.group(1);
      }
      root = each;
    }
    String said = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    String line = address.mask(said.replaceAll("\\s+", " ").strip());
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  @Override
  public synchronized void close() {
    ServiceHelper.stopAndShutdownServices(producer, endpoint);
    producer = null;
    endpoint = null;
  }
}
