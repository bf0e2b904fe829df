package dev.caravan.alerts;

import java.util.List;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * {@code alert:1} sends its body, an {@link AlertMessage}, to the first address of {@code
 * caravan.alerts.to}. What is shown of it has nothing secret: see {@link AlertTarget}.
 */
public final class AlertComponent extends DefaultComponent {
  private List<AlertAddress> addresses = List.of();

  public void setTo(String to) {
    addresses = AlertAddress.list(to);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String number, Map<String, Object> parameters) {
    return new AlertEndpoint(uri, this, addresses.get(Integer.parseInt(number) - 1));
  }

  private static final class AlertEndpoint extends DefaultEndpoint {
    private final AlertAddress address;

    AlertEndpoint(String uri, AlertComponent component, AlertAddress address) {
      super(uri, component);
      this.address = address;
    }

    @Override
    public Producer createProducer() {
      return new AlertProducer(this, address);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      throw new UnsupportedOperationException("Nothing comes from an address of alerts");
    }
  }

  private static final class AlertProducer extends DefaultProducer {
    private final AlertTarget target;

    AlertProducer(Endpoint endpoint, AlertAddress address) {
      super(endpoint);
      this.target = new AlertTarget(endpoint.getCamelContext(), address);
    }

    @Override
    public void process(Exchange exchange) throws AlertNotSentException {
      target.send(exchange.getMessage().getBody(AlertMessage.class));
    }

    @Override
    protected void doStop() {
      target.close();
    }
  }
}
