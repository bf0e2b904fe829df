package dev.caravan.storm;

import dev.caravan.market.MarketCalendar;
import dev.caravan.market.MarketCalendar.Session;
import dev.caravan.storm.Truth.Bar;
import dev.caravan.storm.Truth.Row;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what Caravan has with what the exchange says, and its verdicts with what was traded. */
final class Judge {
  /** Of receipts {@code r}. */
  private static final String NO_GAP_IS_OPEN =
      " and not exists (select from gaps g where g.source = r.source and g.feed = r.feed"
          + " and g.symbol = r.symbol and g.timeframe = r.timeframe and g.status = 'open'"
          + " and g.from_ts < r.closes_at and g.to_ts > r.opens_at)";

  /** What concerns the stream alone. */
  private static final Set<Blow.Kind> HARMLESS =
      EnumSet.of(
          Blow.Kind.CLOSE,
          Blow.Kind.CUT,
          Blow.Kind.RESET,
          Blow.Kind.MUTE,
          Blow.Kind.HALF_OPEN,
          Blow.Kind.REFUSE,
          Blow.Kind.DROP,
          Blow.Kind.DUPLICATE,
          Blow.Kind.STREAM_ERROR,
          Blow.Kind.SUBSCRIBE_ERROR,
          Blow.Kind.DAMAGED_FRAME,
          Blow.Kind.WRITER_ERROR,
          Blow.Kind.BURST);

  /** What is drawn beside the faults, and is one all the same. */
  private static final Set<Blow.Kind> OF_THE_SERVER = EnumSet.of(Blow.Kind.HANG, Blow.Kind.CRASH);

  private static final long MINUTE = 60_000_000_000L;

  private final Plan plan;
  private final Truth truth;
  private final Prices prices;
  private final StormDatabase database;
  private final Map<String, List<Storm.Interval>> owed;
  private final List<Storm.Told> told;
  private final Instant now;
  private final List<String> wrong;
  private final Map<String, List<Row>> trades = new HashMap<>();
  private final Map<String, List<Row>> quotes = new HashMap<>();
  private final Map<String, List<Row>> bars = new HashMap<>();

  Judge(
      Plan plan,
      String exchange,
      Prices prices,
      StormDatabase database,
      Map<String, List<Storm.Interval>> owed,
      List<Storm.Told> told,
      Instant now,
      List<String> wrong) {
    this.plan = plan;
    this.truth = new Truth(exchange);
    this.prices = prices;
    this.database = database;
    this.owed = owed;
    this.told = told;
    this.now = now;
    this.wrong = wrong;
  }

  void judge() throws Exception {
    Instant from = plan.start().minus(Duration.ofMinutes(10));
    // For its corrections all of a day is read, also what was traded before Caravan began.
    Instant midnight =
        from.atZone(MarketCalendar.NEW_YORK)
            .toLocalDate()
            .atStartOfDay(MarketCalendar.NEW_YORK)
            .toInstant();
    Set<String> symbols = new TreeSet<>(database.lines("select symbol from symbols"));
    symbols.addAll(owed.keySet());
    for (String symbol : symbols) {
      trades.put(symbol, truth.trades(symbol, midnight, now));
      bars.put(symbol, truth.bars(symbol, "iex", "1Min", from, now));
      if (plan.channels().contains("quotes")) {
        quotes.put(symbol, truth.quotes(symbol, from, now));
      }
    }
    rows(
        "trades",
        trades,
        Duration.ZERO,
        "select concat_ws(' ', symbol, (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos,"
            + " exchange, trade_id, trim_scale(price), trim_scale(size), status) from trades");
    rows(
        "bars",
        bars,
        Duration.ofMinutes(2),
        "select concat_ws(' ', symbol, to_char(ts at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
            + " trim_scale(open), trim_scale(high), trim_scale(low), trim_scale(close),"
            + " trim_scale(volume), trade_count, trim_scale(vwap)) from bars"
            + " where source = 'alpaca' and feed = 'iex' and timeframe = '1Min'"
            + " and ts >= '"
            + from
            + "'");
    if (!quotes.isEmpty()) {
      rows(
          "quotes",
          quotes,
          Duration.ZERO,
          "select concat_ws(' ', symbol, (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos,"
              + " trim_scale(bid_price), trim_scale(bid_size), trim_scale(ask_price),"
              + " trim_scale(ask_size)) from quotes");
    }
    news();
    actions();
    told("statuses");
    told("lulds");
    days();
    closes();
    snapshots();
    priceRuns();
    letters();
    gaps();
    receipts();
    strangers();
    none(
        "runs that go on",
        "select flow || ' ' || started_at from flow_runs where status = 'running'");
  }

  private void rows(String what, Map<String, List<Row>> exchange, Duration length, String select)
      throws SQLException {
    Set<String> stored = new HashSet<>(database.lines(select));
    Set<String> told = new HashSet<>();
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, List<Row>> each : exchange.entrySet()) {
      for (Row row : each.getValue()) {
        told.add(row.line());
        if (isOwed(each.getKey(), row.nanos(), length) && !stored.contains(row.line())) {
          missing.add(row.line());
        }
      }
    }
    if (!missing.isEmpty()) {
      wrong.add(missing.size() + " " + what + " of the exchange are missing: " + some(missing));
    }
    stored.removeAll(told);
    if (!stored.isEmpty()) {
      wrong.add(stored.size() + " " + what + " are not the exchange's: " + some(stored));
    }
  }

  private static String some(Collection<String> lines) {
    return lines.stream().sorted().limit(4).collect(Collectors.joining("; "));
  }

  private boolean isOwed(String symbol, long nanos, Duration length) {
    for (Storm.Interval interval : owed.getOrDefault(symbol, List.of())) {
      if (nanos > Truth.nanos(interval.from)
          && nanos + length.toNanos() <= Truth.nanos(interval.to == null ? now : interval.to)) {
        return true;
      }
    }
    return false;
  }

  private boolean isChanged(String symbol) {
    return plan.change()
        .filter(change -> change.symbol().equals(symbol) || change.to().equals(symbol))
        .isPresent();
  }

  private void news() throws Exception {
    Instant from = plan.start();
    Set<String> told = truth.news(from, now);
    Set<String> stored =
        new TreeSet<>(
            database.lines(
                "select concat_ws(' ', article_id, to_char(updated_at at time zone 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS' || case when date_trunc('second', updated_at) ="
                    + " updated_at then '\"Z\"' else '.MS\"Z\"' end), headline) from news_articles"
                    + " where source = 'alpaca' and updated_at between '"
                    + from
                    + "' and '"
                    + now
                    + "'"));
    Set<String> missing = new TreeSet<>(told);
    missing.removeAll(stored);
    if (!missing.isEmpty()) {
      wrong.add(missing.size() + " articles of the exchange are missing: " + some(missing));
    }
    stored.removeAll(told);
    if (!stored.isEmpty()) {
      wrong.add(stored.size() + " articles are not the exchange's: " + some(stored));
    }
  }

  /** Of the days of the seed and the month before them, of every symbol that is active. */
  private void actions() throws Exception {
    LocalDate first = plan.days().get(0).minusDays(30);
    LocalDate last = plan.days().get(plan.days().size() - 1);
    List<String> symbols =
        database.lines("select symbol from symbols where status = 'active' order by 1");
    if (symbols.isEmpty()) {
      return;
    }
    Set<String> told = truth.actions(symbols, first, last);
    Set<String> stored =
        new TreeSet<>(
            database.lines(
                "select concat_ws(' ', symbol, ex_date, action, trim_scale(amount),"
                    + " trim_scale(ratio), new_symbol) from corporate_actions"
                    + " where source = 'alpaca' and action <> 'name_change' and ex_date between '"
                    + first
                    + "' and '"
                    + last
                    + "' and symbol in ('"
                    + String.join("','", symbols)
                    + "')"));
    if (!stored.equals(told)) {
      wrong.add("the exchange has actions " + told + ", and Caravan has " + stored);
    }
  }

  /** Of these there is no history: what was not delivered has to be named as lost in the ledger. */
  private void told(String channel) throws SQLException {
    Set<String> stored =
        new TreeSet<>(
            database.lines(
                "select symbol || ' ' || (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos from "
                    + channel));
    for (Storm.Told each : told) {
      String line = each.symbol() + " " + Truth.nanos(each.at());
      if (!each.channel().equals(channel) || stored.remove(line)) {
        continue;
      }
      if (plan.channels().contains(channel)
          && isOwed(each.symbol(), Truth.nanos(each.at()), Duration.ZERO)
          && database.count(
                  "select count(*) from gaps where status = 'abandoned' and dataset = '"
                      + channel
                      + "' and symbol = '"
                      + each.symbol()
                      + "' and '"
                      + each.at()
                      + "' between from_ts and to_ts")
              == 0) {
        wrong.add("of " + channel + " " + line + " is missing, and in no gap of them");
      }
    }
    if (!stored.isEmpty()) {
      wrong.add(stored.size() + " " + channel + " are not the exchange's: " + some(stored));
    }
  }

  /** The stream's own bars of days, which may have grown since they were told. */
  private void days() throws Exception {
    for (String symbol : trades.keySet()) {
      Instant from = plan.days().get(0).atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
      Map<Instant, Bar> days = truth.days(symbol, from, now);
      for (Map<String, Object> row :
          database.query(
              "select extract(epoch from ts)::bigint as ts, open, high, low, volume from bars"
                  + " where source = 'alpaca' and feed = 'iex' and timeframe = '1Day' and symbol = '"
                  + symbol
                  + "'")) {
        Bar day = days.get(Instant.ofEpochSecond((Long) row.get("ts")));
        if (day == null
            || day.open().compareTo((BigDecimal) row.get("open")) != 0
            || day.high().compareTo((BigDecimal) row.get("high")) < 0
            || day.low().compareTo((BigDecimal) row.get("low")) > 0
            || day.volume().compareTo((BigDecimal) row.get("volume")) < 0) {
          wrong.add(
              "the day of the stream is " + symbol + " " + row + ", and the exchange's " + day);
        }
      }
    }
  }

  private void closes() throws Exception {
    LocalDate first = plan.days().get(0).minusDays(40);
    LocalDate last = plan.days().get(plan.days().size() - 1);
    for (String symbol : owed.keySet()) {
      boolean wanted = owed.get(symbol).stream().anyMatch(interval -> interval.to == null);
      if (!wanted || isChanged(symbol)) {
        continue;
      }
      Map<LocalDate, BigDecimal> told =
          truth.closes(
              symbol.replace('.', '-'),
              first.atStartOfDay(MarketCalendar.NEW_YORK).toInstant(),
              now);
      Map<LocalDate, BigDecimal> stored = new TreeMap<>();
      for (Map<String, Object> row :
          database.query(
              "select (ts at time zone 'America/New_York')::date::text as day, close from bars"
                  + " where source = 'yahoo' and timeframe = '1Day' and symbol = '"
                  + symbol
                  + "' and ts >= '"
                  + first
                  + "'")) {
        stored.put(LocalDate.parse((String) row.get("day")), (BigDecimal) row.get("close"));
      }
      told.forEach(
          (day, close) -> {
            BigDecimal ours = stored.remove(day);
            if (!day.isAfter(last)
                && (ours == null
                    || ours.subtract(close).abs().doubleValue() > 1e-6 * close.doubleValue())) {
              wrong.add(
                  "Yahoo says " + close + " of " + symbol + " on " + day + ", and not " + ours);
            }
          });
      if (!stored.isEmpty()) {
        wrong.add("Yahoo has no bars of " + symbol + " on " + stored.keySet());
      }
    }
  }

  /** Each price is that which the exchange gave at its time. */
  private void snapshots() throws Exception {
    for (Map<String, Object> row :
        database.query(
            "select p.symbol, s.yahoo_symbol, ts::text as ts, price, volume"
                + " from price_snapshots p join symbols s using (symbol) where source = 'yahoo'"
                + " order by ts, symbol")) {
      Instant at = time(row.get("ts"));
      Truth.Price told = prices.at(at, (String) row.get("yahoo_symbol"));
      BigDecimal volume = (BigDecimal) row.get("volume");
      boolean same =
          told.at().equals(at)
              && told.price().compareTo((BigDecimal) row.get("price")) == 0
              // After the close what is traded still counts.
              && (isOpen(at)
                  ? told.volume().compareTo(volume) == 0
                  : told.volume().compareTo(volume) <= 0);
      if (!same) {
        wrong.add("price_snapshots has " + row + ", and the exchange says " + told);
      }
    }
    none(
        "price_snapshots of symbols that nobody added",
        "select symbol from price_snapshots where symbol not in (select symbol from symbols)");
  }

  private boolean isOpen(Instant at) {
    return plan.days().stream()
        .map(plan::session)
        .anyMatch(session -> !at.isBefore(session.open()) && at.isBefore(session.close()));
  }

  /** Each run says how many prices it has, and of each of the others why not. */
  private void priceRuns() throws SQLException {
    none(
        "runs of yahoo-quotes whose status does not fit what they count",
        "select concat_ws(' ', run_id, status, expected, stored, error) from flow_runs"
            + " where flow = 'yahoo-quotes' and not case status"
            + " when 'succeeded' then stored = expected and error is null"
            + " when 'partial' then stored > 0 and stored < expected and error is not null"
            + " when 'failed' then coalesce(stored, 0) = 0 and error is not null"
            + " when 'skipped' then coalesce(expected, 0) = 0"
            + " else status = 'interrupted' end");
    none(
        "runs of yahoo-quotes that have more prices or letters than symbols",
        "select concat_ws(' ', run_id, status, expected, stored, letters) from flow_runs r"
            + " cross join lateral (select count(distinct symbol) as letters from dead_letters d"
            + " where d.run_id = r.run_id and d.symbol <> '*') d where flow = 'yahoo-quotes'"
            + " and status in ('succeeded', 'partial') and letters > expected - stored");
    Set<Blow.Kind> blown = blown();
    // Of a delisted share Yahoo goes on to give the last price, with its time.
    if (blown.stream().allMatch(HARMLESS::contains)
        && plan.change().filter(change -> change.kind().equals("delisted")).isEmpty()) {
      none(
          "symbols have no price of a run that counts it",
          "select concat_ws(' ', r.run_id, r.started_at, r.stored, found.prices) from flow_runs r"
              + " cross join lateral (select count(distinct symbol) as prices from price_snapshots p"
              + " where p.ts between date_trunc('second', r.started_at) and r.finished_at) found"
              + " where flow = 'yahoo-quotes' and status in ('succeeded', 'partial')"
              + " and found.prices < r.stored");
    }
  }

  private void letters() throws SQLException {
    Set<Blow.Kind> blown = blown();
    if (!blown.contains(Blow.Kind.DAMAGED_FRAME)) {
      none(
          "messages in dead_letters, and none was damaged",
          "select concat_ws(' ', symbol, reason) from dead_letters where route_id like '%stream'");
    }
    if (blown.stream().allMatch(HARMLESS::contains)
        && plan.change().isEmpty()
        && plan.happenings().stream().noneMatch(each -> each.kind() == Blow.Kind.STRANGER)) {
      none(
          "letters in dead_letters, and nothing was refused",
          "select concat_ws(' ', route_id, symbol, reason) from dead_letters"
              + " where route_id not like '%stream'");
    }
  }

  private Set<Blow.Kind> blown() {
    return Stream.concat(
            plan.blows().stream(),
            plan.happenings().stream().filter(each -> OF_THE_SERVER.contains(each.kind())))
        .map(Blow::kind)
        .collect(Collectors.toSet());
  }

  /** Nobody can say that nothing was traded of what nobody knows. */
  private void strangers() throws SQLException {
    none(
        "gaps of an unknown symbol are settled",
        "select concat_ws(' ', dataset, from_ts, to_ts, status) from gaps where source = 'alpaca'"
            + " and status in ('no_trades', 'filled') and symbol = '"
            + Plan.STRANGER
            + "'");
    none(
        "receipts of an unknown symbol say that nothing was traded",
        "select concat_ws(' ', session, feed, timeframe, no_trade) from receipts"
            + " where source = 'alpaca' and no_trade > 0 and symbol = '"
            + Plan.STRANGER
            + "'");
    none(
        "receipts of an unknown symbol do not say why they are short",
        "select concat_ws(' ', session, feed, timeframe, missing) from receipts r"
            + " where source = 'alpaca' and missing > 0 and note is null and symbol = '"
            + Plan.STRANGER
            + "'"
            + NO_GAP_IS_OPEN);
  }

  private void gaps() throws SQLException {
    for (Map<String, Object> gap :
        database.query(
            "select gap_id, dataset, symbol, feed, timeframe, status, reason, last_error, attempts,"
                + " from_ts::text as from_ts, to_ts::text as to_ts from gaps"
                + " where source = 'alpaca' and dataset not in ('statuses', 'lulds') and symbol <> '"
                + Plan.STRANGER
                + "' order by gap_id")) {
      String status = (String) gap.get("status");
      if (isUnknowable(gap)) {
        continue;
      }
      if (status.equals("open") || status.equals("abandoned")) {
        wrong.add("gap " + gap + " is " + status);
        continue;
      }
      List<Row> rows =
          switch (gap.get("dataset") + " " + gap.get("feed") + " " + gap.get("timeframe")) {
            case "trades iex -" -> trades.get((String) gap.get("symbol"));
            case "quotes iex -" -> quotes.get((String) gap.get("symbol"));
            case "bars iex 1Min" -> bars.get((String) gap.get("symbol"));
            default -> null;
          };
      if (rows == null) {
        continue;
      }
      long from = Truth.nanos(time(gap.get("from_ts")));
      if (from < Truth.nanos(plan.start())) {
        // Of sessions before this seed the exchange was not asked.
        continue;
      }
      long to = Truth.nanos(time(gap.get("to_ts")));
      boolean ofBars = gap.get("dataset").equals("bars");
      if (status.equals("filled")
          && rows.stream()
              .noneMatch(
                  row ->
                      row.nanos() >= from - (ofBars ? 3 * MINUTE : 5_000) && row.nanos() <= to)) {
        wrong.add("gap " + gap + " is filled, and the exchange has nothing there");
      }
      if (status.equals("no_trades")
          && rows.stream()
              .anyMatch(row -> row.nanos() >= from && row.nanos() <= to - (ofBars ? MINUTE : 0))) {
        wrong.add("gap " + gap + " is no_trades, and the exchange has something there");
      }
    }
  }

  /**
   * Whether a gap waits because no list of Alpaca's says that its symbol was active after the day
   * on which it was delisted, or on which a person added it again though it had got another name:
   * it may be true that it was, and it may be false.
   */
  private boolean isUnknowable(Map<String, Object> gap) throws SQLException {
    if (!gap.get("status").equals("open")
        || !String.valueOf(gap.get("last_error")).contains("which proves nothing")) {
      return false;
    }
    boolean wanted =
        database.count(
                "select count(*) from symbols where status = 'active' and symbol = '"
                    + gap.get("symbol")
                    + "'")
            > 0;
    return plan.change()
        .filter(
            change -> change.kind().equals("delisted") || change.kind().equals("renamed") && wanted)
        .filter(change -> change.symbol().equals(gap.get("symbol")))
        .filter(
            change ->
                !time(gap.get("from_ts"))
                    .atZone(MarketCalendar.NEW_YORK)
                    .toLocalDate()
                    .isBefore(change.date()))
        .isPresent();
  }

  private static Instant time(Object text) {
    String iso = text.toString().replace(' ', 'T');
    return OffsetDateTime.parse(iso.matches(".*[+-]\\d\\d") ? iso + ":00" : iso).toInstant();
  }

  private void receipts() throws Exception {
    for (LocalDate day : plan.days()) {
      Session session = plan.session(day);
      if (!session.close().isAfter(plan.start())) {
        continue;
      }
      long minutes = Duration.between(session.open(), session.close()).toMinutes();
      for (String symbol : owed.keySet()) {
        boolean throughout =
            owed.get(symbol).stream().anyMatch(interval -> interval.to == null)
                && !isChanged(symbol);
        if (!throughout) {
          continue;
        }
        Instant midnight = day.atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
        receipt(day, symbol, "sip", "1Day", 1, midnight, midnight.plusSeconds(1));
        receipt(day, symbol, "sip", "1Min", minutes, session.open(), session.close());
        receipt(day, symbol, "iex", "1Min", minutes, session.open(), session.close());
      }
    }
    none(
        "receipts that miss something",
        "select concat_ws(' ', session, source, feed, symbol, timeframe, expected, stored, no_trade,"
            + " missing) from receipts r where source = 'alpaca' and missing <> 0"
            + " and symbol <> '"
            + Plan.STRANGER
            + "'"
            // Such a gap is judged where it is.
            + NO_GAP_IS_OPEN);
  }

  private void receipt(
      LocalDate day,
      String symbol,
      String feed,
      String timeframe,
      long expected,
      Instant from,
      Instant to)
      throws Exception {
    List<Row> told = truth.bars(symbol, feed, timeframe, from, to.minusSeconds(1));
    String found =
        String.join(
            ",",
            database.lines(
                "select concat_ws(' ', expected, stored, no_trade, missing) from receipts"
                    + " where source = 'alpaca' and dataset = 'bars' and symbol = '"
                    + symbol
                    + "' and feed = '"
                    + feed
                    + "' and timeframe = '"
                    + timeframe
                    + "' and session = '"
                    + day
                    + "'"));
    String right = expected + " " + told.size() + " " + (expected - told.size()) + " 0";
    if (!found.equals(right)) {
      wrong.add(
          "the receipt of "
              + symbol
              + " "
              + feed
              + " "
              + timeframe
              + " of "
              + day
              + " says '"
              + found
              + "', and '"
              + right
              + "' is right (expected, stored, no trade, missing)");
    }
    Set<String> stored =
        new HashSet<>(
            database.lines(
                "select concat_ws(' ', symbol, to_char(ts at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
                    + " trim_scale(open), trim_scale(high), trim_scale(low), trim_scale(close),"
                    + " trim_scale(volume), trade_count, trim_scale(vwap)) from bars"
                    + " where source = 'alpaca' and feed = '"
                    + feed
                    + "' and timeframe = '"
                    + timeframe
                    + "' and symbol = '"
                    + symbol
                    + "' and ts >= '"
                    + from
                    + "' and ts < '"
                    + to
                    + "'"));
    Set<String> lines = told.stream().map(Row::line).collect(Collectors.toSet());
    if (!stored.equals(lines)) {
      Set<String> missing = new HashSet<>(lines);
      missing.removeAll(stored);
      stored.removeAll(lines);
      wrong.add(
          "bars of "
              + symbol
              + " "
              + feed
              + " "
              + timeframe
              + " of "
              + day
              + ": missing "
              + some(missing)
              + ", not the exchange's "
              + some(stored));
    }
  }

  private void none(String what, String select) throws SQLException {
    List<String> found = database.lines(select);
    if (!found.isEmpty()) {
      wrong.add(found.size() + " " + what + ": " + some(found));
    }
  }
}
