package dev.caravan.simulator.exchange;

import dev.caravan.market.MarketCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;

/**
 * Where an instrument trades, as Yahoo tells it by the symbol's form.
 *
 * @param currency as Yahoo writes it: {@code GBp} is pence
 * @param shortName Yahoo's {@code exchangeName}
 * @param fullName Yahoo's {@code fullExchangeName}
 * @param type Yahoo's {@code instrumentType}
 * @param newYork whether sessions follow the New York holidays; others trade on every weekday
 * @param days the sessions in New York
 */
public record Venue(
    ZoneId zone,
    LocalTime open,
    LocalTime close,
    String currency,
    String shortName,
    String fullName,
    String type,
    boolean newYork,
    TradingDays days) {

  private static final Venue NASDAQ = newYork("NMS", "NasdaqGS", "EQUITY");
  private static final Venue NYSE = newYork("NYQ", "NYSE", "EQUITY");

  private static final Map<String, Venue> BY_SUFFIX =
      Map.of(
          "DE", foreign("Europe/Berlin", "09:00", "17:30", "EUR", "GER", "XETRA"),
          "L", foreign("Europe/London", "08:00", "16:30", "GBp", "LSE", "LSE"),
          "T", foreign("Asia/Tokyo", "09:00", "15:30", "JPY", "JPX", "Tokyo"));

  /** The venue of a symbol in Yahoo's spelling. */
  static Venue of(String symbol) {
    if (symbol.startsWith("^")) {
      return newYork("SNP", "SNP", "INDEX");
    }
    if (symbol.endsWith("=X")) {
      return new Venue(
          ZoneId.of("Europe/London"),
          LocalTime.of(0, 0),
          LocalTime.of(23, 59),
          symbol.length() >= 5 ? symbol.substring(symbol.length() - 5, symbol.length() - 2) : "USD",
          "CCY",
          "CCY",
          "CURRENCY",
          false,
          TradingDays.BY_THE_RULES);
    }
    if (symbol.endsWith("=F")) {
      return newYork("CMX", "COMEX", "FUTURE");
    }
    if (symbol.endsWith("-USD")) {
      return newYork("CCC", "CCC", "CRYPTOCURRENCY");
    }
    int dot = symbol.lastIndexOf('.');
    if (dot >= 0) {
      return BY_SUFFIX.getOrDefault(
          symbol.substring(dot + 1),
          foreign("America/New_York", "09:30", "16:00", "USD", "YHD", "YHD"));
    }
    return Listing.exchange(symbol).equals("NASDAQ") ? NASDAQ : NYSE;
  }

  /** The same venue with other sessions in New York. */
  Venue with(TradingDays other) {
    return new Venue(zone, open, close, currency, shortName, fullName, type, newYork, other);
  }

  /** Whether this is a share of a US company, which Alpaca knows too. */
  public boolean isUsShare() {
    return newYork && type.equals("EQUITY");
  }

  /** What Yahoo calls the market: mostly that of a country. */
  public String market() {
    return switch (shortName) {
      case "CMX" -> "us24_market";
      case "CCC" -> "ccc_market";
      case "CCY" -> "ccy_market";
      case "GER" -> "de_market";
      case "LSE" -> "gb_market";
      case "JPX" -> "jp_market";
      default -> "us_market";
    };
  }

  /** The hours of the session on a date; asked only for dates on which there is one. */
  public Hours hours(LocalDate date) {
    Instant opening = at(date, open);
    if (!newYork) {
      Instant closing = at(date, close);
      return new Hours(opening, opening, closing, closing);
    }
    // A file of prices may hold days on which the rules see no session, so these get full hours.
    boolean half = days.session(date).filter(MarketCalendar.Session::earlyClose).isPresent();
    return new Hours(
        at(date, LocalTime.of(4, 0)),
        opening,
        at(date, half ? LocalTime.of(13, 0) : close),
        at(date, half ? LocalTime.of(17, 0) : LocalTime.of(20, 0)));
  }

  public Instant midnight(LocalDate date) {
    return date.atStartOfDay(zone).toInstant();
  }

  private Instant at(LocalDate date, LocalTime time) {
    return date.atTime(time).atZone(zone).toInstant();
  }

  private static Venue newYork(String shortName, String fullName, String type) {
    return new Venue(
        MarketCalendar.NEW_YORK,
        LocalTime.of(9, 30),
        LocalTime.of(16, 0),
        "USD",
        shortName,
        fullName,
        type,
        true,
        TradingDays.BY_THE_RULES);
  }

  private static Venue foreign(
      String zone, String open, String close, String currency, String shortName, String fullName) {
    return new Venue(
        ZoneId.of(zone),
        LocalTime.parse(open),
        LocalTime.parse(close),
        currency,
        shortName,
        fullName,
        "EQUITY",
        false,
        TradingDays.BY_THE_RULES);
  }
}
