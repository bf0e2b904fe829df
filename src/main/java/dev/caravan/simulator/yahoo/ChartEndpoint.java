package dev.caravan.simulator.yahoo;

import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Answers {@code /v8/finance/chart/SYMBOL} in the shape of recorded answers. */
public final class ChartEndpoint {
  private final Market market;
  private final YahooService service;
  private final Clock clock;
  private final boolean alwaysOpen;

  public ChartEndpoint(Market market, YahooService service, SimulatorOptions options) {
    this.market = market;
    this.service = service;
    this.clock = options.clock();
    this.alwaysOpen = options.alwaysOpen();
  }

  /**
   * @throws RefusedQuery if Yahoo would answer with an error
   */
  public ServedAnswer answer(ServedQuery request) {
    service.refuseRobots(request);
    Instant now = clock.instant();
    Instrument instrument =
        market.yahoo(request.symbol()).orElseThrow(() -> new RefusedQuery(service.error(404)));
    ChartQuery query = ChartQuery.parse(request, now);
    ChartSeries series = new ChartSeries(instrument, now, alwaysOpen);
    checkListed(query, series);
    List<ChartRow> rows = rows(query, series);
    return YahooService.found(
        Json.write(json -> new ChartWriter(json, instrument, query, series, rows, now).write()));
  }

  private static void checkListed(ChartQuery query, ChartSeries series) {
    boolean tooEarly =
        query
            .period()
            .filter(
                period ->
                    series.dates().isEmpty()
                        || !period.to().isAfter(series.row(series.dates().get(0)).opened()))
            .isPresent();
    if (tooEarly) {
      ChartQuery.Window period = query.period().orElseThrow();
      throw new RefusedQuery(
          YahooService.error(
              400,
              "Bad Request",
              "Data doesn't exist for startDate = "
                  + period.from().getEpochSecond()
                  + ", endDate = "
                  + period.to().getEpochSecond()));
    }
  }

  private static List<ChartRow> rows(ChartQuery query, ChartSeries series) {
    List<ChartRow> rows = new ArrayList<>();
    for (LocalDate date : dates(query, series)) {
      rows.addAll(
          query.minutes() == 0
              ? List.of(series.row(date))
              : series.minuteRows(date, query.minutes()));
    }
    query.period().ifPresent(period -> rows.removeIf(row -> !period.contains(row.opened())));
    return rows;
  }

  private static List<LocalDate> dates(ChartQuery query, ChartSeries series) {
    List<LocalDate> all = series.dates();
    if (query.newest().isPresent()) {
      return all.subList(Math.max(0, all.size() - query.newest().get()), all.size());
    }
    // A day of slack on either side, since the exchange's dates are not those of UTC.
    LocalDate from =
        query
            .period()
            .map(period -> utcDate(period.from()).minusDays(1))
            .orElseGet(() -> query.firstDate(series.today()));
    LocalDate to =
        query.period().map(period -> utcDate(period.to()).plusDays(1)).orElse(series.today());
    return all.stream().filter(date -> !date.isBefore(from) && !date.isAfter(to)).toList();
  }

  private static LocalDate utcDate(Instant at) {
    return at.atZone(ZoneOffset.UTC).toLocalDate();
  }
}
