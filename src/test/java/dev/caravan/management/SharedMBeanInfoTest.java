package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.ModelMBeanInfoSupport;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** That MBeans which share their description look and work as Camel's own do. */
class SharedMBeanInfoTest {
  private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

  @Test
  void eachMbeanIsDescribedAsCamelDescribesIt() throws Exception {
    Map<String, MBeanInfo> camels;
    try (DefaultCamelContext context = started("camels", false)) {
      camels = infos(context.getManagementName());
    }
    try (DefaultCamelContext context = started("shared", true)) {
      Map<String, MBeanInfo> shared = infos(context.getManagementName());
      assertThat(shared.keySet()).hasSizeGreaterThan(20).isEqualTo(camels.keySet());
      camels.forEach((name, info) -> assertThat(shared.get(name)).as(name).isEqualTo(info));
    }
  }

  @Test
  void nodesOfOneClassHaveOneDescriptionAndEachItsOwnValues() throws Exception {
    try (DefaultCamelContext context = started("values", true)) {
      context.createProducerTemplate().sendBody("direct:in", "x");
      context.createProducerTemplate().sendBody("direct:in", "x");
      ObjectName first = node("values", "first");
      ObjectName second = node("values", "second");
      assertThat(JMX.getMBeanInfo(first)).isSameAs(JMX.getMBeanInfo(second));
      assertThat(JMX.getAttribute(first, "ProcessorId")).isEqualTo("first");
      assertThat(JMX.getAttribute(second, "ProcessorId")).isEqualTo("second");
      assertThat(JMX.getAttribute(first, "ExchangesCompleted")).isEqualTo(2L);
      JMX.setAttribute(first, new Attribute("StatisticsEnabled", false));
      assertThat(JMX.getAttribute(first, "StatisticsEnabled")).isEqualTo(false);
      assertThat(JMX.getAttribute(second, "StatisticsEnabled")).isEqualTo(true);
      JMX.invoke(first, "reset", new Object[0], new String[0]);
      assertThat(JMX.getAttribute(first, "ExchangesTotal")).isEqualTo(0L);
      assertThat(JMX.getAttribute(second, "ExchangesTotal")).isEqualTo(2L);
    }
  }

  @Test
  void anEndpointWithAttributesOfItsOwnShowsThemBesideThoseOfAllEndpoints() throws Exception {
    try (DefaultCamelContext context = started("endpoints", true)) {
      ObjectName timer =
          JMX.queryNames(new ObjectName("org.apache.camel:type=endpoints,name=\"timer:*\",*"), null)
              .iterator()
              .next();
      assertThat(JMX.getAttribute(timer, "Period")).isEqualTo(3_600_000L);
      assertThat(JMX.getAttribute(timer, "State")).isEqualTo("Started");
      assertThat(JMX.getAttribute(timer, "CamelId")).isEqualTo("endpoints");
    }
  }

  @Test
  void aClientInAnotherProcessNeedsNoClassOfCaravans() throws Exception {
    try (DefaultCamelContext context = started("remote", true)) {
      MBeanInfo info = JMX.getMBeanInfo(node("remote", "first"));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(info);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertThat(in.readObject())
            .isExactlyInstanceOf(ModelMBeanInfoSupport.class)
            .isEqualTo(info);
      }
    }
  }

  private static DefaultCamelContext started(String name, boolean shares) throws Exception {
    DefaultCamelContext context = new DefaultCamelContext();
    context.getCamelContextExtension().setName(name);
    context.getManagementNameStrategy().setNamePattern(name);
    if (shares) {
      context.getCamelContextExtension().setManagementMBeanAssembler(new SharedMBeanInfo(context));
    }
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in")
                .routeId("in")
                .setHeader("a", constant(1))
                .id("first")
                .setHeader("b", constant(2))
                .id("second")
                .choice()
                .id("choice")
                .when(simple("${body} == 'x'"))
                .id("when")
                .log("x")
                .id("log")
                .end()
                .toD("mock:${body}")
                .id("dynamic");
            from("timer:never?delay=3600000&period=3600000").routeId("timer").to("log:x").id("to");
          }
        });
    context.start();
    return context;
  }

  private static ObjectName node(String context, String id) throws Exception {
    return new ObjectName(
        "org.apache.camel:context=%s,type=processors,name=\"%s\"".formatted(context, id));
  }

  /** By kind and name; where there are several under one name, such as threads, one of them. */
  private static Map<String, MBeanInfo> infos(String context) throws Exception {
    Map<String, MBeanInfo> infos = new TreeMap<>();
    for (ObjectName name :
        JMX.queryNames(new ObjectName("org.apache.camel:context=" + context + ",*"), null)) {
      String plain = name.getKeyProperty("name").replaceAll("0x[0-9a-f]+|\\(.*\\)|" + context, "");
      infos.put(name.getKeyProperty("type") + " " + plain, JMX.getMBeanInfo(name));
    }
    return infos;
  }
}
