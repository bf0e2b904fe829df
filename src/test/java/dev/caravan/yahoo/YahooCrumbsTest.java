package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caravan.market.MissingDataException;
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
  void a_crumb_is_kept_until_it_is_refused() {
    assertThat(crumbs.held()).isNull();
    crumbs.keep(ONE);
    assertThat(crumbs.held()).isEqualTo(ONE);
    crumbs.forget(ONE);
    assertThat(crumbs.held()).isNull();
  }

  @Test
  void a_crumb_that_took_the_place_of_the_refused_one_is_not_forgotten_with_it() {
    crumbs.keep(TWO);
    crumbs.forget(ONE);
    assertThat(crumbs.held()).isEqualTo(TWO);
  }

  @Test
  void after_a_failure_none_is_asked_for_in_a_quarter_of_an_hour() {
    IOException failure = new IOException("Connection refused");
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.refused(failure))
        .withMessage("No crumb of Yahoo's: Connection refused; next try at 2026-11-20T12:15:00Z")
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
  void a_refusal_in_the_pause_does_not_prolong_it() {
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
  void the_reason_is_what_yahoo_was_found_to_say_whatever_is_wrapped_around_it() {
    Exception wrapped =
        new IllegalStateException("wrapper", new MissingDataException("crumb", "getcrumb"));
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.refused(wrapped))
        .withMessageStartingWith(
            "No crumb of Yahoo's: Missing required data: crumb of getcrumb; next try at ");
    at(NOON.plusSeconds(1000));
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.refused(new IOException()))
        .withMessageStartingWith("No crumb of Yahoo's: IOException; ");
  }

  @Test
  void a_new_crumb_that_serves_nobody_ends_the_asking() {
    crumbs.keep(TWO);
    crumbs.answered(TWO, 401, "");
    crumbs.distrust(TWO);
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(crumbs::held)
        .withMessageContaining("does not accept the one that it has just given");
  }

  @Test
  void a_crumb_that_has_served_others_outlives_the_one_question_that_is_refused() {
    crumbs.keep(TWO);
    crumbs.answered(TWO, 404, "{}");
    crumbs.answered(TWO, 401, "");
    crumbs.distrust(TWO);
    assertThat(crumbs.held()).isEqualTo(TWO);
  }

  @Test
  void a_refusal_for_rate_ends_the_asking_whoever_was_served_before() {
    crumbs.keep(TWO);
    crumbs.answered(TWO, 200, "{}");
    assertThatExceptionOfType(NoCrumbException.class)
        .isThrownBy(() -> crumbs.answered(TWO, 429, "Too Many Requests"))
        .withMessage(
            "No crumb of Yahoo's: Yahoo answers questions that have one with 429 Too Many Requests;"
                + " next try at 2026-11-20T12:15:00Z");
    assertThatExceptionOfType(NoCrumbException.class).isThrownBy(crumbs::held);
  }

  @Test
  void the_next_one_waits_until_the_first_has_left() throws InterruptedException {
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
