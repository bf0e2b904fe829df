package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Which run, or which request, a line of a route's belongs to. */
class LogIdsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.caravan.ids");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @AfterEach
  void detach() {
    logger.detachAppender(log);
  }

  @Test
  void aLineOfARunHasItsNumberAndTheLinesAfterItHaveNone() throws Exception {
    try (CamelContext context = started()) {
      Exchange exchange = ExchangeBuilder.anExchange(context).build();
      exchange.setVariable("run", 12L);
      context.createProducerTemplate().send("direct:say", exchange);
      context.createProducerTemplate().sendBody("direct:say", "");
    }
    logger.info("from elsewhere");
    assertThat(log.list)
        .extracting(ILoggingEvent::getMDCPropertyMap)
        .containsExactly(Map.of("run", "12"), Map.of(), Map.of());
    assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
  }

  @Test
  void aLineOfARequestHasTheIdOfItsAnswer() throws Exception {
    try (CamelContext context = started()) {
      Exchange exchange =
          new PlatformHttpComponent(context).createEndpoint("platform-http:/api").createExchange();
      context.createProducerTemplate().send("direct:say", exchange);
      assertThat(log.list)
          .extracting(ILoggingEvent::getMDCPropertyMap)
          .containsExactly(Map.of("request", exchange.getExchangeId()));
    }
  }

  private CamelContext started() throws Exception {
    log.start();
    logger.addAppender(log);
    CamelContext context = new DefaultCamelContext();
    new LogIds().setCamelContext(context);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:say").log(LoggingLevel.INFO, logger.getName(), "said");
          }
        });
    context.start();
    return context;
  }
}
