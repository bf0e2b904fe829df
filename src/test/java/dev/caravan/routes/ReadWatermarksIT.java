package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ledger.BackfillPlan;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a flow has read is a watermark of its own: newer rows that somebody else stored hide nothing
 * of what it still has to read.
 */
class ReadWatermarksIT extends CaravanTestSupport {
  private static final String FRIDAY = "2026-11-20T23:00:00Z";
  private static final String WEDNESDAY = "2026-11-25T23:00:00Z";
  private static final Pattern START =
      Pattern.compile("start=(?<date>\\d{4}-\\d\\d-\\d\\d)|period1=(?<seconds>\\d+)");

  private final MovableClock clock = new MovableClock(FRIDAY);
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  ReadWatermarksIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void begin() {
    clock.set(FRIDAY);
    symbols("AAPL");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  /**
   * A first reading asks for a year of days, and for a week of hours; the next for five sessions of
   * days before the newest that was read, and for one of hours. Yahoo is asked for a day more,
   * since its sessions begin in other time zones too.
   */
  @ParameterizedTest
  @CsvSource({
    "yahoo-bars, yahoo, -, 1Day, 2025-11-19, 2026-11-12",
    "alpaca-daily-bars, alpaca, sip, 1Day, 2025-11-20, 2026-11-13",
    "alpaca-hourly-bars, alpaca, sip, 1Hour, 2026-11-13, 2026-11-19"
  })
  void rowsOfOthersHideNothingOfWhatIsToBeRead(
      String flow, String source, String feed, String timeframe, LocalDate first, LocalDate next) {
    backfill(source, feed, timeframe, "2026-11-19", "2026-11-20");
    assertThat(database.count("select count(*) from bars")).isPositive();

    assertThat(askedFrom(flow, null)).as("the first reading").isEqualTo(first);

    clock.set(WEDNESDAY);
    askedFrom(flow, LocalDate.parse("2026-11-24"));
    backfill(source, feed, timeframe, "2026-11-25", "2026-11-25");
    store(source, feed, timeframe, "2026-11-25 15:30");
    assertThat(sessions(source, timeframe)).contains("2026-11-24", "2026-11-25");

    assertThat(askedFrom(flow, null)).as("the reading after it").isEqualTo(next);
    assertThat(sessions(source, timeframe)).contains("2026-11-23", "2026-11-24", "2026-11-25");
    assertThat(database.query("select read_from::text, read_to::text from read_watermarks"))
        .extracting(Object::toString)
        .containsExactly("{read_from=" + since(source, first) + ", read_to=2026-11-25}");
  }

  private static LocalDate since(String source, LocalDate asked) {
    return source.equals("yahoo") ? asked.plusDays(1) : asked;
  }

  /** As the stream does, whose rows come whenever something is traded. */
  private void store(String source, String feed, String timeframe, String at) {
    database.execute(
        ("insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
                + " select source, feed, symbol, timeframe, '%s America/New_York', open, high, low, close, volume,"
                + " false from bars where source = '%s' and feed = '%s' and timeframe = '%s' order by ts desc limit 1"
                + " on conflict do nothing")
            .formatted(
                timeframe.equals("1Day") ? at.substring(0, 10) : at, source, feed, timeframe));
  }

  private List<String> sessions(String source, String timeframe) {
    return database
        .query(
            "select distinct (ts at time zone 'America/New_York')::date::text as day from bars where source = '%s' and timeframe = '%s'"
                .formatted(source, timeframe))
        .stream()
        .map(row -> (String) row.get("day"))
        .toList();
  }

  private void backfill(String source, String feed, String timeframe, String from, String to) {
    Exchange ran =
        template.request(
            "direct:backfill",
            request -> {
              request.getMessage().setHeader("trigger", "command");
              request
                  .getMessage()
                  .setHeader(
                      "plan",
                      BackfillPlan.of(
                          source,
                          feed,
                          timeframe,
                          LocalDate.parse(from),
                          LocalDate.parse(to),
                          List.of("AAPL"),
                          clock.instant()));
              request.getMessage().setHeader("probe", true);
            });
    assertThat(ran.getException()).isNull();
  }

  /** Runs a flow, and returns the first date that it asked for. */
  private LocalDate askedFrom(String flow, LocalDate only) {
    exchange.clearRequests();
    template.request(
        "direct:" + flow,
        request -> {
          request.getMessage().setHeader("trigger", "command");
          request.setVariable("date", only);
        });
    assertThat(database.value("select status from flow_runs order by run_id desc limit 1"))
        .isEqualTo("succeeded");
    return exchange.requests().stream()
        .map(ServedRequest::query)
        .map(START::matcher)
        .filter(Matcher::find)
        .map(ReadWatermarksIT::date)
        .findFirst()
        .orElseThrow();
  }

  private static LocalDate date(Matcher start) {
    return start.group("date") != null
        ? LocalDate.parse(start.group("date"))
        : LocalDate.ofInstant(
            Instant.ofEpochSecond(Long.parseLong(start.group("seconds"))), ZoneOffset.UTC);
  }
}
