package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.stream.StreamClientProbe;
import dev.caravan.support.CaravanTestSupport;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Another client has the one connection that an account has, as a second Caravan may. */
class ConnectionLimitIT extends CaravanTestSupport {
  private static final String KEY = "PKA1B2C3D4E5F6";

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlpacaRequestsPerMinute(0)
              .withStreamLimitClose(Duration.ofMillis(30)));

  ConnectionLimitIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    set("caravan.alpaca.key-id", KEY);
    set("caravan.schedule.stream", "always");
    set("caravan.internal.stream-busy-min-ms", "300");
    set("caravan.internal.stream-busy-max-ms", "400");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @ParameterizedTest
  @CsvSource({
    "stream,      /v2/iex,       the account's connection,",
    "news-stream, /v1beta1/news, the account's connection for news, News comes by news-load alone"
  })
  void whoTheOtherMayBeAndWhatToDoIsSaidUntilTheConnectionIsFree(
      String route, String path, String what, String meanwhile) throws Exception {
    symbols("AAPL");
    StreamClientProbe other = StreamClientProbe.authenticated(exchange, path, KEY);
    Said said = new Said();
    said.start();
    root().addAppender(said);
    try {
      context.getRouteController().startRoute(route);
      awaiting("the advice").until(() -> said.warnings().size() > 1);
      assertThat(said.warnings())
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains("Somebody else holds " + what)
                      .contains("406")
                      .contains("Alpaca allows an account one")
                      .contains(meanwhile == null ? "" : meanwhile)
                      .contains("another Caravan")
                      .contains("keys of another account"));

      other.abort();
      awaiting("the connection")
          .until(() -> database.count("select count(*) from stream_coverage") > 0);
    } finally {
      root().detachAppender(said);
      context.getRouteController().stopRoute(route);
      database.execute("delete from stream_coverage");
    }
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  /** What is logged meanwhile of who has the connection. */
  private static final class Said extends AppenderBase<ILoggingEvent> {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    List<String> warnings() {
      return List.copyOf(lines);
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel() == Level.WARN
          && event.getFormattedMessage().contains("Somebody else holds")) {
        lines.add(event.getFormattedMessage());
      }
    }
  }
}
