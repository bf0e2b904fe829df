package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.benchmark.Figures;
import dev.caravan.benchmark.Sheet;
import dev.caravan.benchmark.Sizes;
import dev.caravan.market.Bar;
import dev.caravan.market.answer.RowJson;
import dev.caravan.support.TestDatabase;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * How long a store of bars takes through {@code statement:}, beside the same store through a
 * header, a body and {@code spring-jdbc:}, in the same run and table and by turns.
 */
class StatementBenchmark {
  private static final int ROUNDS = Sizes.of("statement.rounds", 60, 2);
  private static final int WARM = Sizes.of("statement.warm", 20, 1);

  private int made;

  @Test
  void aStoreIsNotSlowerThanHeaderBodyAndSpringJdbc() throws Exception {
    try (TestDatabase database = TestDatabase.fresh();
        HikariDataSource pool = new HikariDataSource();
        DefaultCamelContext context = new DefaultCamelContext()) {
      pool.setJdbcUrl(database.url());
      pool.setUsername(TestDatabase.user());
      pool.setPassword(TestDatabase.password());
      JdbcTransactionManager transactions = new JdbcTransactionManager(pool);
      context.getRegistry().bind("dataSource", pool);
      context.getRegistry().bind("transactionManager", transactions);
      context.getRegistry().bind("required", new SpringTransactionPolicy(transactions));
      context.start();
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(
              ResourceHelper.fromString(
                  "store.camel.yaml",
                  """
                  - route:
                      id: statement
                      from:
                        uri: direct:statement
                        steps:
                          - transacted: {ref: required}
                          - to:
                              uri: statement:bars/upsert_bars
                              parameters:
                                rows: ${variable.bars}
                  - route:
                      id: triple
                      from:
                        uri: direct:triple
                        steps:
                          - transacted: {ref: required}
                          - setHeader:
                              name: rows
                              method:
                                beanType: %s
                                method: json(${variable.bars})
                          - setBody:
                              constant: resource:classpath:sql/bars/upsert_bars.sql
                          - to: spring-jdbc:dataSource?useHeadersAsParameters=true&resetAutoCommit=false
                  """
                      .formatted(RowJson.class.getName())));
      ProducerTemplate template = context.createProducerTemplate();
      Sheet sheet =
          Sheet.of(
              "statement",
              "A store of bars through statement:",
              "",
              "ms",
              "header, body and spring-jdbc, ms",
              "beside those");
      Map<Integer, Double> ratios = new TreeMap<>();
      for (int size : List.of(1, 1000)) {
        double[] statement = new double[ROUNDS];
        double[] triple = new double[ROUNDS];
        for (int round = -WARM; round < ROUNDS; round++) {
          boolean turned = round % 2 == 0;
          double first = seconds(template, turned ? "direct:statement" : "direct:triple", size);
          double second = seconds(template, turned ? "direct:triple" : "direct:statement", size);
          if (round >= 0) {
            statement[round] = turned ? first : second;
            triple[round] = turned ? second : first;
          }
        }
        double ratio = median(statement) / median(triple);
        sheet.row(
            Figures.text("%,d bars", size),
            Figures.text("%.3f", median(statement) * 1e3),
            Figures.text("%.3f", median(triple) * 1e3),
            Figures.text("%.2f", ratio));
        ratios.put(size, ratio);
      }
      sheet
          .note("Medians of " + ROUNDS + ", by turns, after " + WARM + " that do not count.")
          .publish();
      if (!Sizes.SMOKE) {
        ratios.forEach(
            (size, ratio) ->
                assertThat(ratio)
                    .as("statement: against the three steps, %s bars", size)
                    .isLessThan(1.15));
      }
    }
  }

  private double seconds(ProducerTemplate template, String route, int size) {
    List<Bar> bars = bars(size);
    long begun = System.nanoTime();
    Exception failed =
        template.request(route, exchange -> exchange.setVariable("bars", bars)).getException();
    double taken = (System.nanoTime() - begun) / 1e9;
    assertThat(failed).isNull();
    return taken;
  }

  private static double median(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Each time with another price: every row is written again. */
  private List<Bar> bars(int size) {
    BigDecimal price = new BigDecimal(100 + made++ % 97);
    return IntStream.range(0, size)
        .mapToObj(
            i ->
                new Bar(
                    "alpaca",
                    "sip",
                    "S" + i,
                    "1Day",
                    Instant.parse("2025-11-19T05:00:00Z"),
                    price,
                    price,
                    price,
                    price,
                    BigDecimal.TEN,
                    1L,
                    null,
                    true,
                    null))
        .toList();
  }
}
