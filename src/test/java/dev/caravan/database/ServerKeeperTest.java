package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is said of a server that is gone and cannot be brought back at once. */
class ServerKeeperTest {
  @Test
  void theSameReasonIsSaidOnceWhateverNumbersAreInIt() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(ServerKeeper.class);
    logger.addAppender(log);
    AtomicInteger tries = new AtomicInteger();
    try (ServerKeeper keeper =
        new ServerKeeper(
            "It",
            () -> tries.get() > 2,
            () -> {
              if (tries.incrementAndGet() < 3) {
                throw DatabaseException.lasting("File temp." + tries + " is too large.");
              }
            },
            () -> {})) {
      keeper.start();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> keeper.restarts() == 1 && keeper.downtime().isZero());

      assertThat(tries).hasValue(3);
      assertThat(keeper.downtime()).isZero();
      assertThat(keeper.fault()).isEmpty();
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("It is gone; Caravan starts it again"),
              line ->
                  assertThat(line)
                      .isEqualTo(
                          "File temp.1 is too large; Caravan tries again, with waits of up to 30 s"),
              line -> assertThat(line).matches("It is back after \\d+ s"));
    } finally {
      logger.detachAppender(log);
    }
  }
}
