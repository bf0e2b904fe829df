package dev.caravan.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ReceiptPlanTest {
  private static final LocalDate THURSDAY = LocalDate.of(2025, 11, 20);
  private static final Instant EVENING = Instant.parse("2025-11-20T23:00:00Z");
  private static final Instant MORNING = Instant.parse("2025-11-21T11:00:00Z");

  private final ReceiptPlan plan = plan(true, true, "iex");

  @Test
  void theSessionToCountIsTheNewestThatIsOverFor16Minutes() {
    assertThat(plan.session(null, Instant.parse("2025-11-20T21:15:59Z")))
        .isEqualTo(LocalDate.of(2025, 11, 19));
    assertThat(plan.session(null, Instant.parse("2025-11-20T21:16:00Z"))).isEqualTo(THURSDAY);
    assertThat(plan.session(null, Instant.parse("2025-11-24T11:00:00Z")))
        .as("on Monday before the open")
        .isEqualTo(LocalDate.of(2025, 11, 21));
    assertThat(plan.session(THURSDAY, MORNING)).isEqualTo(THURSDAY);
  }

  @Test
  void aDayWithoutASessionAndOneThatGoesOnAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.session(LocalDate.of(2025, 11, 27), MORNING))
        .withMessage(
            "2025-11-27 is no session of the New York exchanges: nothing is expected of it."
                + " The session before it is 2025-11-26");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.session(THURSDAY, Instant.parse("2025-11-20T20:00:00Z")))
        .withMessage("The session of 2025-11-20 can be counted from 2025-11-20T21:16:00Z on");
  }

  @Test
  void theMinutesOfTheHistoryFeedAreOwedFromTheNextDayOn() {
    String yahoo = day("yahoo", "-");
    String day = day("alpaca", "sip");
    assertThat(plan.due(THURSDAY, EVENING))
        .isEqualTo("[" + yahoo + "," + day + "," + minutes("iex") + "]");
    assertThat(plan.due(THURSDAY, MORNING))
        .isEqualTo("[" + yahoo + "," + day + "," + minutes("sip") + "," + minutes("iex") + "]");
  }

  @Test
  void oneFeedForBothIsOwedOnce() {
    assertThat(plan(true, true, "sip").due(THURSDAY, MORNING))
        .isEqualTo(
            "[" + day("yahoo", "-") + "," + day("alpaca", "sip") + "," + minutes("sip") + "]");
  }

  @Test
  void withoutKeysYahooAloneIsOwedAndWithoutAStreamNoMinutesOfItsFeed() {
    assertThat(plan(false, false, "iex").due(THURSDAY, MORNING))
        .isEqualTo("[" + day("yahoo", "-") + "]");
    assertThat(plan(true, false, "iex").due(THURSDAY, MORNING)).doesNotContain("iex");
    assertThat(plan(true, true, "test").due(THURSDAY, MORNING)).doesNotContain("test");
  }

  @Test
  void aHalfDayHas210Minutes() {
    assertThat(plan.due(LocalDate.of(2025, 11, 28), Instant.parse("2025-12-01T11:00:00Z")))
        .contains(
            "\"opens_at\":\"2025-11-28T14:30:00Z\",\"closes_at\":\"2025-11-28T18:00:00Z\",\"expected\":210");
  }

  @Test
  void whatIsOwedSinceATimeAreTheSessionsThatEndedAfterItAndAreOver() {
    String due = plan.dueSince("2025-11-18T22:00:00Z", Instant.parse("2025-11-21T21:00:00Z"));
    assertThat(due)
        .contains("\"session\":\"2025-11-19\"", "\"session\":\"2025-11-20\"")
        .doesNotContain("\"session\":\"2025-11-18\"", "\"session\":\"2025-11-21\"");
  }

  private static String day(String source, String feed) {
    return "{\"source\":\""
        + source
        + "\",\"feed\":\""
        + feed
        + "\",\"timeframe\":\"1Day\",\"session\":\"2025-11-20\",\"after\":\"2025-11-19\","
        + "\"opens_at\":\"2025-11-20T05:00:00Z\",\"closes_at\":\"2025-11-20T21:00:00Z\",\"expected\":1}";
  }

  private static String minutes(String feed) {
    return "{\"source\":\"alpaca\",\"feed\":\""
        + feed
        + "\",\"timeframe\":\"1Min\",\"session\":\"2025-11-20\",\"after\":\"2025-11-19\","
        + "\"opens_at\":\"2025-11-20T14:30:00Z\",\"closes_at\":\"2025-11-20T21:00:00Z\",\"expected\":390}";
  }

  private static ReceiptPlan plan(boolean alpaca, boolean streams, String feed) {
    ReceiptPlan plan = new ReceiptPlan();
    plan.setAlpaca(alpaca);
    plan.setStreams(streams);
    plan.setFeed(feed);
    plan.setHistoryFeed("sip");
    plan.setChannels("trades, bars");
    return plan;
  }
}
