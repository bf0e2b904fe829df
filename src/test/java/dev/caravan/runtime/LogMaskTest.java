package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.processor.LogProcessor;
import org.apache.camel.spi.MaskingFormatter;
import org.junit.jupiter.api.Test;

class LogMaskTest {
  private final List<String> logged = new ArrayList<>();

  @Test
  void whatCamelMasksAndWhatTheContextAddsIsMaskedAndNothingElse() throws Exception {
    try (CamelContext context = new DefaultCamelContext()) {
      context.getCamelContextExtension().setAdditionalSensitiveKeywords("crumb,X-Api-Key");
      LogMask mask = new LogMask();
      mask.setCamelContext(context);
      assertThat(mask.format("symbol=AAPL")).isEqualTo("symbol=AAPL");
      assertThat(mask.format("password=hush")).isEqualTo("password=xxxxx");
      assertThat(mask.format("crumb=hush")).isEqualTo("crumb=xxxxx");
      assertThat(mask.format("{\"X-Api-Key\": \"hush\", \"symbol\": \"AAPL\"}"))
          .isEqualTo("{\"X-Api-Key\": \"xxxxx\", \"symbol\": \"AAPL\"}");
    }
  }

  @Test
  void allLogStepsOfRoutesHaveTheOneThatTheWiringNames() throws Exception {
    Main main = new Main();
    main.setDefaultPropertyPlaceholderLocation("false");
    main.addInitialProperty("camel.main.logMask", "true");
    main.addInitialProperty("camel.main.additionalSensitiveKeywords", "crumb");
    main.addInitialProperty("camel.main.jmxEnabled", "false");
    String bean = "camel.beans." + MaskingFormatter.CUSTOM_LOG_MASK_REF;
    main.addInitialProperty(bean, WiringTest.packaged("/wiring.properties").getProperty(bean));
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:in").log("${body} crumb=hush").id("one").log("token=hush").id("two");
              }
            });
    try {
      main.start();
      CamelContext context = main.getCamelContext();
      context
          .getCamelContextExtension()
          .addLogListener(
              (exchange, logger, message) -> {
                logged.add(message);
                return message;
              });
      context.createProducerTemplate().sendBody("direct:in", "AAPL");
      assertThat(logged).hasSize(2).noneMatch(line -> line.contains("hush"));
      assertThat(logged.get(0)).isEqualTo("AAPL crumb=xxxxx");
      assertThat(context.getProcessor("one", LogProcessor.class).getLogFormatter())
          .isInstanceOf(LogMask.class)
          .isSameAs(context.getProcessor("two", LogProcessor.class).getLogFormatter());
    } finally {
      main.stop();
    }
  }
}
