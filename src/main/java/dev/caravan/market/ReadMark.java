package dev.caravan.market;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an answer proves to be read of one series of bars: from the date that was asked for to that
 * of its newest row. What an answer leaves out at its end is asked for again.
 */
public record ReadMark(
    String source,
    String feed,
    String symbol,
    String timeframe,
    LocalDate readFrom,
    LocalDate readTo) {

  /**
   * One of each series.
   *
   * @param bars of one page or answer, those before them being stored already
   * @param from first date that was asked for
   * @param zone of the exchange
   */
  public static List<ReadMark> of(Collection<Bar> bars, LocalDate from, String zone) {
    ZoneId at = ZoneId.of(zone);
    Map<String, ReadMark> marks = new LinkedHashMap<>();
    for (Bar bar : bars) {
      LocalDate to = bar.ts().atZone(at).toLocalDate();
      ReadMark mark =
          new ReadMark(
              bar.source(),
              bar.feed(),
              bar.symbol(),
              bar.timeframe(),
              from.isAfter(to) ? to : from,
              to);
      marks.merge(bar.symbol(), mark, (a, b) -> a.readTo.isBefore(b.readTo) ? b : a);
    }
    return List.copyOf(marks.values());
  }
}
