package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.answer.MissingDataException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class YahooCrumbsTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final YahooCrumb ONE = new YahooCrumb("A3=1", "one");
  private static final YahooCrumb TWO = new YahooCrumb("A3=2", "two");

  private final YahooCrumbs crumbs = new YahooCrumbs();

  @BeforeEach
  void noon() {
    at(NOON);
  }

  @Test
  void aCrumbIsKeptUntilItIsRefused() {
    assertThat(crumbs.held()).isNull();
    crumbs.keep(ONE);
    assertThat(crumbs.held()).isEqualTo(ONE);
    crumbs.forget(ONE);
    assertThat(crumbs.held()).isNull();
  }

  @Test
  void aCrumbThatTookThePlaceOfTheRefusedOneIsNotForgottenWithIt() {
    crumbs.keep(TWO);
    crumbs.forget(ONE);
    assertThat(crumbs.held()).isEqualTo(TWO);
  }

  @Test
  void afterAFailureNoneIsAskedForInAQuarterOfAnHour() {
    IOException failure = new IOException("Connection refused");
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.refused(failure))
        .withMessage("Yahoo gave no crumb: Connection refused; next try at 2026-11-20T12:15:00Z")
        .withCause(failure);

    at(NOON.plusSeconds(899));
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(crumbs::held)
        .withMessageContaining("Connection refused")
        .withCause(failure);
    at(NOON.plusSeconds(900));
    assertThat(crumbs.held()).isNull();
  }

  @Test
  void aRefusalInThePauseDoesNotProlongIt() {
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.refused(new MissingDataException("crumb", "getcrumb")));
    at(NOON.plusSeconds(600));
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(
            () -> {
              try {
                crumbs.held();
              } catch (NoCrumbException paused) {
                // As a route hands it on.
                crumbs.refused(new IllegalStateException("wrapped", paused));
              }
            })
        .withMessageEndingWith("next try at 2026-11-20T12:15:00Z");
    at(NOON.plusSeconds(900));
    assertThat(crumbs.held()).isNull();
  }

  @Test
  void theReasonIsWhatYahooWasFoundToSayWhateverIsWrappedAroundIt() {
    Exception wrapped =
        new IllegalStateException("wrapper", new MissingDataException("crumb", "getcrumb"));
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.refused(wrapped))
        .withMessageStartingWith(
            "Yahoo gave no crumb: Missing required data: crumb of getcrumb; next try at ");
    at(NOON.plusSeconds(1000));
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.refused(new IOException()))
        .withMessageStartingWith("Yahoo gave no crumb: IOException; ");
  }

  @Test
  void aNewCrumbThatServesNobodyEndsTheAsking() {
    crumbs.keep(TWO);
    crumbs.answered(TWO, 401, "");
    crumbs.distrust(TWO);
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(crumbs::held)
        .withMessageContaining("does not accept the one that it has just given");
  }

  @Test
  void aCrumbThatHasServedOthersOutlivesTheOneQuestionThatIsRefused() {
    crumbs.keep(TWO);
    crumbs.answered(TWO, 404, "{}");
    crumbs.answered(TWO, 401, "");
    crumbs.distrust(TWO);
    assertThat(crumbs.held()).isEqualTo(TWO);
  }

  @Test
  void aRefusalForRateEndsTheAskingWhoeverWasServedBefore() {
    crumbs.keep(TWO);
    crumbs.answered(TWO, 200, "{}");
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.answered(TWO, 429, "Too Many Requests"))
        .withMessage(
            "Yahoo gave no crumb: Yahoo answers questions that have one with 429 Too Many Requests;"
                + " next try at 2026-11-20T12:15:00Z");
    assertThatExceptionOfType(NoCrumbException.class).isThrownBy(crumbs::held);
  }

  @Test
  void theNextOneWaitsUntilTheFirstHasLeft() throws InterruptedException {
    crumbs.enter();
    Thread second =
        new Thread(
            () -> {
              try {
                crumbs.enter();
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    second.start();
    second.join(200);
    assertThat(second.isAlive()).isTrue();
    crumbs.leave();
    second.join();
    crumbs.leave();
  }

  private void at(Instant now) {
    crumbs.setClock(Clock.fixed(now, ZoneOffset.UTC));
  }
}
