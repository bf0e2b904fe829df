package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;

import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What jolokia-access.xml allows who may change something. */
class JmxPolicyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          org.apache.camel:context=caravan,type=context,name="caravan" | dumpRoutesAsXml(boolean)
          org.apache.camel:context=caravan,type=context,name="caravan" | dumpRoutesStatsAsXml(boolean,boolean)
          org.apache.camel:context=caravan,type=routes,name="schedule-yahoo-quotes" | start()
          org.apache.camel:context=caravan,type=routes,name="schedule-yahoo-quotes" | suspend()
          org.apache.camel:context=caravan,type=tracer,name=BacklogTracer | dumpAllTracedMessagesAsXml()
          quartz:type=QuartzScheduler,name=x,instance=y | pauseTrigger(java.lang.String,java.lang.String)
          com.zaxxer.hikari:type=Pool (caravan) | softEvictConnections
          java.lang:type=Memory | gc
          java.lang:type=Threading | dumpAllThreads(boolean,boolean)
          dev.caravan:type=Flow,name=yahoo-bars | runNow()
          dev.caravan:type=Repair | runNow
          """)
  void whatAnOperatorNeedsIsAllowed(String mbean, String operation) {
    assertThat(mayCall(mbean, operation)).isTrue();
  }

  @Test
  void aBudgetMayBeWrittenByWhoMayChangeSomethingAlone() throws Exception {
    JmxPolicy policy = JmxPolicy.packaged();
    ObjectName budget = new ObjectName("dev.caravan:type=Budget,name=yahoo");
    assertThat(policy.isAttributeWriteAllowed(budget, "Burst")).isFalse();
    policy.ask(true);
    assertThat(policy.isAttributeWriteAllowed(budget, "Burst")).isTrue();
    assertThat(policy.isAttributeWriteAllowed(budget, "Left")).isFalse();
    policy.forget();
    assertThat(policy.isAttributeWriteAllowed(budget, "Burst")).isFalse();
    assertThat(policy.isAttributeReadAllowed(budget, "Left")).isTrue();
  }

  static boolean mayCall(String mbean, String operation) {
    JmxPolicy policy = JmxPolicy.packaged();
    policy.ask(true);
    try {
      return policy.isOperationAllowed(new ObjectName(mbean), operation);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException(mbean, e);
    } finally {
      policy.forget();
    }
  }
}
