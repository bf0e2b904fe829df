package dev.caravan.yahoo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.ActionAnswer;
import dev.caravan.market.Bar;
import dev.caravan.market.BarCheck;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.InstrumentKind;
import dev.caravan.market.PriceJumps;
import dev.caravan.market.PriceSnapshot;
import dev.caravan.market.answer.Decimals;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads an answer of Yahoo's {@code /v8/finance/chart/SYMBOL}: {@code {"chart": {"result": [{meta,
 * timestamp, events, indicators}], "error": null}}}. Yahoo publishes no contract; every rule here
 * is from the reference yahoo-chart, sections 3 to 5.
 *
 * <p>In each method {@code symbol} is Caravan's spelling and goes into the rows; Yahoo's own stands
 * in the answer and is not looked at. Prices are split-adjusted as of the request and in the
 * currency that Yahoo names, which may be a hundredth of one ({@code GBp}).
 */
public final class YahooChart {
  private static final String SOURCE = YahooAnswer.SOURCE;
  private static final String NO_FEED = "-";
  private static final String DAILY = "1Day";

  private static final List<String> PRICES = List.of("open", "high", "low", "close");

  /** What Yahoo calls the kinds of events, and what they are called here. */
  private static final Map<String, String> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("dividends", "dividend");
    KINDS.put("splits", "split");
    KINDS.put("capitalGains", "capital_gain");
  }

  private static final Comparator<CorporateAction> BY_DATE =
      Comparator.comparing(CorporateAction::exDate)
          .thenComparing(action -> action.amount() == null ? action.ratio() : action.amount());

  private YahooChart() {}

  /**
   * A chart of daily rows.
   *
   * @param symbol Caravan's spelling
   * @param zone the exchange's zone, for example {@code America/New_York}
   * @param currency as Yahoo spells it; null when it did not say
   * @param kind of instrument: which prices there can be
   * @param bars one a date, oldest first
   * @param actions dividends, then splits, then capital gains
   * @param refused rows and events that could not be taken
   * @param unread the events among them
   */
  public record Chart(
      String symbol,
      String zone,
      String currency,
      InstrumentKind kind,
      List<Bar> bars,
      List<CorporateAction> actions,
      List<RefusedRow> refused,
      List<ActionAnswer.Unread> unread) {
    public Chart {
      bars = List.copyOf(bars);
      actions = List.copyOf(actions);
      refused = List.copyOf(refused);
      unread = List.copyOf(unread);
    }

    /** Camel hashes what an expression walks through, and a chart has thousands of rows. */
    @Override
    public int hashCode() {
      return Objects.hash(symbol, bars.size());
    }

    /** The time of the oldest bar; the epoch where there is none. */
    public Instant first() {
      return bars.isEmpty() ? Instant.EPOCH : bars.get(0).ts();
    }

    /** The time of the newest bar; the epoch where there is none. */
    public Instant last() {
      return bars.isEmpty() ? Instant.EPOCH : bars.get(bars.size() - 1).ts();
    }

    /** The first bar, for {@code sql/bars/select_before.sql}. */
    public List<PriceJumps.First> firsts() {
      return PriceJumps.firsts(bars);
    }

    /** The refused rows whose price jumps, as JSON: they wait in {@code quarantined_bars}. */
    public String waiting() {
      return PriceJumps.waiting(refused);
    }

    /** The refused rows that are malformed, as JSON: nothing will make bars of them. */
    public String malformed() {
      return PriceJumps.malformed(refused);
    }

    /** Of an instrument of the kind that its symbol has the form of; every event could be read. */
    public Chart(
        String symbol,
        String zone,
        String currency,
        List<Bar> bars,
        List<CorporateAction> actions,
        List<RefusedRow> refused) {
      this(symbol, zone, currency, InstrumentKind.of(symbol), bars, actions, refused, List.of());
    }
  }

  /** A chart's actions, as the whole answer that it is. */
  public static ActionAnswer told(Chart chart) {
    return new ActionAnswer(chart.actions(), chart.unread(), List.of());
  }

  /**
   * First date of which a chart tells all actions, which is that of its first row: events come with
   * the rows; empty where it has none.
   */
  public static String toldFrom(Chart chart) {
    return dates(chart).min(Comparator.naturalOrder()).map(LocalDate::toString).orElse("");
  }

  /** Last date of which a chart tells all actions, that of its last row; empty for none. */
  public static String toldTo(Chart chart) {
    return dates(chart).max(Comparator.naturalOrder()).map(LocalDate::toString).orElse("");
  }

  private static Stream<LocalDate> dates(Chart chart) {
    ZoneId zone = ZoneId.of(chart.zone());
    return chart.bars().stream().map(bar -> bar.ts().atZone(zone).toLocalDate());
  }

  /**
   * Whether a chart has what was asked for: any bar, or that of the one date. Yahoo also serves
   * rows around a date; those are stored, but they prove nothing about it.
   *
   * @param only the one date that was asked for, or null
   */
  public static boolean serves(Chart chart, LocalDate only) {
    ZoneId zone = ZoneId.of(chart.zone());
    return chart.bars().stream()
        .anyMatch(bar -> only == null || bar.ts().atZone(zone).toLocalDate().equals(only));
  }

  /**
   * As {@link YahooAnswer#check}.
   *
   * @throws InvalidSymbolException for a symbol that Yahoo does not know
   */
  public static void check(int status, String body, String symbol) {
    YahooAnswer.check(status, body, symbol);
  }

  /**
   * The price now, from the head of any chart.
   *
   * @throws InvalidSymbolException when the answer says so
   * @throws MissingDataException when there is no price
   */
  public static PriceSnapshot snapshot(JsonNode answer, String symbol, Instant readAt) {
    JsonNode meta = meta(result(answer, symbol), symbol);
    BigDecimal price =
        JsonFields.required(
            JsonFields.decimal(meta.path("regularMarketPrice"), "regularMarketPrice", symbol),
            "regularMarketPrice",
            symbol);
    BigDecimal volume =
        JsonFields.decimal(meta.path("regularMarketVolume"), "regularMarketVolume", symbol);
    Instant at = JsonFields.seconds(meta.path("regularMarketTime"), "regularMarketTime", symbol);
    return new PriceSnapshot(
        SOURCE,
        symbol,
        at == null ? readAt : at,
        Decimals.shortest(price),
        volume == null ? null : Decimals.plain(volume),
        JsonFields.name(meta.path("currency"), "currency", symbol));
  }

  /**
   * The daily bars and corporate actions of a chart that was asked for with interval {@code 1d}.
   *
   * @param readAt when the answer was asked for and read: prices are adjusted for the splits known
   *     then, and a bar whose date had not ended then is not complete
   * @throws InvalidSymbolException when the answer says so
   * @throws MissingDataException when the answer lacks what every chart has, or Yahoo answered with
   *     other rows than daily ones
   */
  public static Chart daily(JsonNode answer, String symbol, Instant readAt) {
    JsonNode result = result(answer, symbol);
    JsonNode meta = meta(result, symbol);
    // gmtoffset is the offset of today, not of the row, and would put rows on the other side of a
    // change of the clock on a wrong date.
    ZoneId zone = zone(meta, symbol);
    JsonNode granularity = meta.path("dataGranularity");
    if (!JsonFields.absent(granularity) && !"1d".equals(granularity.asText())) {
      throw new MissingDataException("1d rows", symbol, "answered with " + granularity.asText());
    }
    InstrumentKind kind = InstrumentKind.of(JsonFields.text(meta.path("instrumentType")), symbol);
    List<RefusedRow> refused = new ArrayList<>();
    YahooSessions sessions = YahooSessions.of(meta, zone, kind, readAt);
    List<Bar> bars = bars(result, sessions, symbol, zone, kind, readAt, refused);
    List<ActionAnswer.Unread> unread = new ArrayList<>();
    List<CorporateAction> actions = actions(result.path("events"), symbol, zone, refused, unread);
    return new Chart(
        symbol,
        zone.getId(),
        JsonFields.name(meta.path("currency"), "currency", symbol),
        kind,
        bars,
        actions,
        refused,
        unread);
  }

  private static JsonNode result(JsonNode answer, String symbol) {
    YahooAnswer.refuseError(200, answer, symbol);
    JsonNode chart = answer.path("chart");
    if (!chart.isObject()) {
      throw new MissingDataException("chart", symbol);
    }
    JsonNode result = chart.path("result").path(0);
    if (!result.isObject()) {
      throw new MissingDataException("result", symbol);
    }
    return result;
  }

  private static JsonNode meta(JsonNode result, String symbol) {
    JsonNode meta = result.path("meta");
    if (!meta.isObject() || meta.isEmpty()) {
      throw new MissingDataException("meta", symbol);
    }
    return meta;
  }

  private static ZoneId zone(JsonNode meta, String symbol) {
    String field = "exchangeTimezoneName";
    String name = JsonFields.required(JsonFields.text(meta.path(field)), field, symbol);
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw new MissingDataException(
          field, symbol, "unknown zone " + JsonFields.quoted(meta.path(field)));
    }
  }

  private static List<Bar> bars(
      JsonNode result,
      YahooSessions sessions,
      String symbol,
      ZoneId zone,
      InstrumentKind kind,
      Instant readAt,
      List<RefusedRow> refused) {
    JsonNode times = result.path("timestamp");
    if (JsonFields.absent(times)) {
      // So answers Yahoo when the window holds no row: it is no error.
      return List.of();
    }
    if (!times.isArray()) {
      throw new MissingDataException(
          "timestamp", symbol, "not a list: " + JsonFields.quoted(times));
    }
    if (times.isEmpty()) {
      return List.of();
    }
    JsonNode quote = result.path("indicators").path("quote").path(0);
    Map<String, JsonNode> lists = new LinkedHashMap<>();
    for (String name : PRICES) {
      lists.put(name, list(quote, name, times.size(), symbol));
    }
    // Without the whole list the volume is unknown, and an unknown volume is null and not 0.
    if (!JsonFields.absent(quote.path("volume"))) {
      lists.put("volume", list(quote, "volume", times.size(), symbol));
    }

    Map<LocalDate, Timed> byDate = new TreeMap<>();
    LocalTime open = null;
    for (int i = 0; i < times.size(); i++) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      row.set("timestamp", times.get(i));
      for (Map.Entry<String, JsonNode> list : lists.entrySet()) {
        row.set(list.getKey(), list.getValue().get(i));
      }
      if (PRICES.stream().anyMatch(name -> row.path(name).isNull())) {
        // A hole: Yahoo knows of the session and has no prices of it.
        continue;
      }
      try {
        Instant at =
            JsonFields.required(
                JsonFields.seconds(row.path("timestamp"), "timestamp", symbol),
                "timestamp",
                symbol);
        boolean newest = i == times.size() - 1;
        boolean traded = row.path("volume").asLong() > 0;
        LocalTime time = at.atZone(zone).toLocalTime();
        open = open == null ? time : open;
        YahooSessions.Place place = sessions.place(at, time.equals(open), newest, traded);
        Bar bar = bar(row, symbol, place, zone, readAt);
        Optional<RefusedRow> fault = BarCheck.refused(bar, kind, row::toString);
        LocalDate own = at.atZone(zone).toLocalDate();
        if (fault.isEmpty() && !newest && traded && place.session().isBefore(own)) {
          fault =
              Optional.of(
                  new RefusedRow(
                      symbol,
                      "no session: the exchange of " + symbol + " was closed on " + own,
                      row.toString()));
        }
        if (fault.isPresent()) {
          refused.add(fault.get());
        } else {
          byDate.merge(place.session(), new Timed(at, place.late(), bar), Timed::better);
        }
      } catch (MissingDataException malformed) {
        refused.add(new RefusedRow(symbol, malformed.getMessage(), row.toString()));
      }
    }
    return byDate.values().stream().map(Timed::bar).toList();
  }

  private record Timed(Instant at, boolean late, Bar bar) {
    /**
     * A finished session and its live row can come together; the later one knows more, unless it is
     * of a time after the session, whose close it must not replace.
     */
    Timed better(Timed other) {
      if (late != other.late) {
        return late ? other : this;
      }
      return late == other.at.isBefore(at) ? other : this;
    }
  }

  private static JsonNode list(JsonNode quote, String name, int size, String symbol) {
    JsonNode list = quote.path(name);
    if (!list.isArray()) {
      throw new MissingDataException(name, symbol);
    }
    if (list.size() != size) {
      // Neither a shorter nor a longer list says which of its values belongs to which time.
      throw new MissingDataException(
          name, symbol, list.size() + " values for " + size + " timestamps");
    }
    return list;
  }

  private static Bar bar(
      JsonNode row, String symbol, YahooSessions.Place place, ZoneId zone, Instant readAt) {
    LocalDate date = place.session();
    BigDecimal volume = JsonFields.decimal(row.path("volume"), "volume", symbol);
    Instant end = date.plusDays(1).atStartOfDay(zone).toInstant();
    return new Bar(
        SOURCE,
        NO_FEED,
        symbol,
        DAILY,
        date.atStartOfDay(zone).toInstant(),
        price(row, "open", symbol),
        price(row, "high", symbol),
        price(row, "low", symbol),
        price(row, "close", symbol),
        volume == null ? null : Decimals.plain(volume),
        null,
        null,
        // What was dealt after the session is not its last word.
        !place.late() && !readAt.isBefore(end),
        readAt);
  }

  private static BigDecimal price(JsonNode row, String field, String symbol) {
    return Decimals.shortest(required(row, field, symbol));
  }

  private static List<CorporateAction> actions(
      JsonNode events,
      String symbol,
      ZoneId zone,
      List<RefusedRow> refused,
      List<ActionAnswer.Unread> unread) {
    List<CorporateAction> actions = new ArrayList<>();
    for (Map.Entry<String, String> kind : KINDS.entrySet()) {
      // What is told twice is one; several of one date are several, and count together.
      Set<CorporateAction> once = new TreeSet<>(BY_DATE);
      for (JsonNode event : events.path(kind.getKey())) {
        try {
          once.add(action(event, kind.getValue(), symbol, zone));
        } catch (MissingDataException malformed) {
          refused.add(new RefusedRow(symbol, malformed.getMessage(), event.toString()));
          unread.add(new ActionAnswer.Unread(symbol, null, dateIfAny(event, symbol, zone)));
        }
      }
      actions.addAll(once);
    }
    return actions;
  }

  private static LocalDate dateIfAny(JsonNode event, String symbol, ZoneId zone) {
    try {
      return exDate(event, symbol, zone);
    } catch (MissingDataException malformed) {
      return null;
    }
  }

  private static LocalDate exDate(JsonNode event, String symbol, ZoneId zone) {
    // The key under which an event stands is the time of the row that holds it, not its own.
    Instant at =
        JsonFields.required(JsonFields.seconds(event.path("date"), "date", symbol), "date", symbol);
    return at.atZone(zone).toLocalDate();
  }

  private static CorporateAction action(JsonNode event, String action, String symbol, ZoneId zone) {
    LocalDate exDate = exDate(event, symbol, zone);
    if (!action.equals("split")) {
      BigDecimal amount = Decimals.shortest(required(event, "amount", symbol));
      if (amount.signum() <= 0) {
        throw new MissingDataException(
            "amount", symbol, "not above zero: " + amount.toPlainString());
      }
      return new CorporateAction(SOURCE, symbol, action, exDate, amount, null);
    }
    BigDecimal numerator = required(event, "numerator", symbol);
    BigDecimal denominator = required(event, "denominator", symbol);
    String told = numerator.toPlainString() + ":" + denominator.toPlainString();
    if (numerator.signum() <= 0 || denominator.signum() <= 0) {
      throw new MissingDataException("split ratio", symbol, told);
    }
    BigDecimal ratio =
        ActionAnswer.checkedRatio(
            Decimals.plain(numerator.divide(denominator, MathContext.DECIMAL128)), told, symbol);
    return new CorporateAction(SOURCE, symbol, action, exDate, null, ratio);
  }

  private static BigDecimal required(JsonNode row, String field, String symbol) {
    return JsonFields.required(JsonFields.decimal(row.path(field), field, symbol), field, symbol);
  }
}
