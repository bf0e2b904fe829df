package dev.caravan.simulator.yahoo;

import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a chart request.
 *
 * @param range as asked for; empty if a period was given
 * @param period start inclusive, end exclusive; empty if a range was given
 * @param minutes length of a row; 0 for days
 */
record ChartQuery(
    String interval,
    int minutes,
    String range,
    Optional<Window> period,
    boolean dividends,
    boolean splits) {

  /** A period, its end exclusive. */
  record Window(Instant from, Instant to) {
    boolean contains(Instant at) {
      return !at.isBefore(from) && at.isBefore(to);
    }
  }

  static final List<String> RANGES =
      List.of("1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max");

  private static final Map<String, Integer> MINUTES =
      Map.of("1m", 1, "2m", 2, "5m", 5, "15m", 15, "30m", 30, "60m", 60, "90m", 90, "1h", 60);
  private static final Map<String, Period> BACK =
      Map.of(
          "1mo", Period.ofMonths(1),
          "3mo", Period.ofMonths(3),
          "6mo", Period.ofMonths(6),
          "1y", Period.ofYears(1),
          "2y", Period.ofYears(2),
          "5y", Period.ofYears(5),
          "10y", Period.ofYears(10));
  private static final Map<String, Integer> ROWS = Map.of("1d", 1, "5d", 5);
  private static final Duration LONGEST_OF_ONE_MINUTE = Duration.ofDays(8);

  /**
   * @throws RefusedQuery with Yahoo's words if the parameters make no sense or reach too far
   */
  static ChartQuery parse(ServedQuery request, Instant now) {
    String interval = request.parameter("interval").orElse("1d");
    if (!interval.equals("1d") && !MINUTES.containsKey(interval)) {
      throw unprocessable(
          "Invalid input - interval="
              + interval
              + " is not supported. Valid intervals: [1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 1d]");
    }
    String range = request.parameter("range").orElse("");
    if (!range.isEmpty() && !RANGES.contains(range)) {
      throw unprocessable(
          "Invalid input - range=" + range + " is not supported. Valid ranges: " + RANGES);
    }
    Optional<Window> period = range.isEmpty() ? period(request, now) : Optional.empty();
    String shown = range.isEmpty() && period.isEmpty() ? "1d" : range;
    List<String> events = List.of(request.parameter("events").orElse("").split("[,|]"));
    ChartQuery query =
        new ChartQuery(
            interval,
            MINUTES.getOrDefault(interval, 0),
            shown,
            period,
            events.contains("div"),
            events.contains("split") || events.contains("splits"));
    query.checkReach(now);
    return query;
  }

  /** How many of the newest rows, or days of rows, the range asks for, if it counts them. */
  Optional<Integer> newest() {
    return Optional.ofNullable(ROWS.get(range));
  }

  /** The first date of the range. */
  LocalDate firstDate(LocalDate today) {
    if (range.equals("ytd")) {
      return today.withDayOfYear(1);
    }
    Period back = BACK.get(range);
    return back == null ? LocalDate.of(1900, 1, 1) : today.minus(back).plusDays(1);
  }

  private void checkReach(Instant now) {
    if (minutes == 0 || newest().isPresent()) {
      return;
    }
    Instant from =
        period
            .map(Window::from)
            .orElseGet(
                () -> {
                  Period back = range.equals("ytd") ? Period.ofYears(1) : BACK.get(range);
                  long days = back == null ? 36_500 : back.toTotalMonths() * 30;
                  return now.minus(Duration.ofDays(days));
                });
    Instant to = period.map(Window::to).orElse(now);
    if (minutes == 1 && Duration.between(from, to).compareTo(LONGEST_OF_ONE_MINUTE) > 0) {
      throw unprocessable(
          "Only 8 days worth of 1m granularity data are allowed to be fetched per request.");
    }
    int days = minutes == 1 ? 30 : minutes == 60 ? 730 : 60;
    if (from.isBefore(now.minus(Duration.ofDays(days)))) {
      throw unprocessable(
          interval
              + " data not available for startTime="
              + from.getEpochSecond()
              + " and endTime="
              + to.getEpochSecond()
              + ". The requested range must be within the last "
              + days
              + " days.");
    }
  }

  private static Optional<Window> period(ServedQuery request, Instant now) {
    Optional<Instant> from = seconds(request, "period1");
    if (from.isEmpty()) {
      return Optional.empty();
    }
    Instant to = seconds(request, "period2").orElse(now);
    if (!from.get().isBefore(to)) {
      throw new RefusedQuery(
          YahooService.error(
              400,
              "Bad Request",
              "Invalid input - start date cannot be after end date. startDate = "
                  + from.get().getEpochSecond()
                  + ", endDate = "
                  + to.getEpochSecond()));
    }
    return Optional.of(new Window(from.get(), to));
  }

  private static Optional<Instant> seconds(ServedQuery request, String name) {
    try {
      return request.parameter(name).map(Long::parseLong).map(Instant::ofEpochSecond);
    } catch (NumberFormatException notANumber) {
      throw new RefusedQuery(
          YahooService.error(400, "Bad Request", "Invalid input - " + name + " is not a number"));
    }
  }

  private static RefusedQuery unprocessable(String description) {
    return new RefusedQuery(YahooService.error(422, "Unprocessable Entity", description));
  }
}
