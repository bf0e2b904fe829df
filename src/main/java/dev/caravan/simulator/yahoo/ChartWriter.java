package dev.caravan.simulator.yahoo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.simulator.exchange.Dividend;
import dev.caravan.simulator.exchange.Hours;
import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.exchange.Venue;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Writes one chart with the keys of recorded answers; prices keep the noise of 32 bits. */
final class ChartWriter {
  private static final DateTimeFormatter ZONE_NAME = DateTimeFormatter.ofPattern("zzz", Locale.US);

  private final JsonGenerator json;
  private final Instrument instrument;
  private final Venue venue;
  private final ChartQuery query;
  private final ChartSeries series;
  private final List<ChartRow> rows;
  private final Instant now;

  ChartWriter(
      JsonGenerator json,
      Instrument instrument,
      ChartQuery query,
      ChartSeries series,
      List<ChartRow> rows,
      Instant now) {
    this.json = json;
    this.instrument = instrument;
    this.venue = instrument.venue();
    this.query = query;
    this.series = series;
    this.rows = rows;
    this.now = now;
  }

  void write() throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("chart");
    json.writeArrayFieldStart("result");
    json.writeStartObject();
    writeMeta();
    if (!rows.isEmpty()) {
      json.writeArrayFieldStart("timestamp");
      for (ChartRow row : rows) {
        json.writeNumber(row.time().getEpochSecond());
      }
      json.writeEndArray();
      writeEvents();
    }
    writeIndicators();
    json.writeEndObject();
    json.writeEndArray();
    json.writeNullField("error");
    json.writeEndObject();
    json.writeEndObject();
  }

  private void writeMeta() throws IOException {
    ZonedDateTime local = now.atZone(venue.zone());
    json.writeObjectFieldStart("meta");
    json.writeStringField("currency", series.currency());
    json.writeStringField("symbol", instrument.symbol());
    json.writeStringField("exchangeName", venue.shortName());
    json.writeStringField("fullExchangeName", venue.fullName());
    json.writeStringField("instrumentType", venue.type());
    json.writeFieldName("firstTradeDate");
    if (series.dates().isEmpty()) {
      json.writeNull();
    } else {
      json.writeNumber(venue.hours(series.dates().get(0)).open().getEpochSecond());
    }
    Optional<Instant> marketTime = series.marketTime();
    if (marketTime.isPresent()) {
      json.writeNumberField("regularMarketTime", marketTime.get().getEpochSecond());
    }
    json.writeBooleanField("hasPrePostMarketData", venue.isUsShare());
    json.writeNumberField("gmtoffset", local.getOffset().getTotalSeconds());
    json.writeStringField("timezone", local.format(ZONE_NAME));
    json.writeStringField("exchangeTimezoneName", venue.zone().getId());
    Optional<PriceBar> last = series.lastRow().flatMap(ChartRow::bar);
    if (last.isPresent()) {
      double[] range = series.yearsRange();
      number("regularMarketPrice", last.get().close());
      number("fiftyTwoWeekHigh", range[1]);
      number("fiftyTwoWeekLow", range[0]);
      number("regularMarketDayHigh", last.get().high());
      number("regularMarketDayLow", last.get().low());
      json.writeNumberField("regularMarketVolume", last.get().volume());
    }
    json.writeStringField("longName", Listing.name(instrument.company()));
    json.writeStringField("shortName", Listing.name(instrument.company()));
    Optional<Double> previous = previousClose();
    if (previous.isPresent()) {
      number("chartPreviousClose", previous.get());
      if (query.minutes() > 0) {
        number("previousClose", previous.get());
        json.writeNumberField("scale", 3);
      }
    }
    json.writeNumberField("priceHint", 2);
    writeTradingPeriods();
    json.writeStringField("dataGranularity", query.interval());
    json.writeStringField("range", query.range());
    json.writeArrayFieldStart("validRanges");
    for (String range : ChartQuery.RANGES) {
      json.writeString(range);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private Optional<Double> previousClose() {
    return rows.isEmpty()
        ? Optional.empty()
        : series.closeBefore(rows.get(0).date()).or(() -> rows.get(0).bar().map(PriceBar::open));
  }

  private void writeTradingPeriods() throws IOException {
    Hours current = series.currentHours();
    json.writeObjectFieldStart("currentTradingPeriod");
    json.writeFieldName("pre");
    writePeriod(current.first(), current.open());
    json.writeFieldName("regular");
    writePeriod(current.open(), current.close());
    json.writeFieldName("post");
    writePeriod(current.close(), current.last());
    json.writeEndObject();
    if (query.minutes() > 0) {
      json.writeArrayFieldStart("tradingPeriods");
      for (LocalDate date : rows.stream().map(ChartRow::date).distinct().toList()) {
        Hours hours = venue.hours(date);
        json.writeStartArray();
        writePeriod(hours.open(), hours.close());
        json.writeEndArray();
      }
      json.writeEndArray();
    }
  }

  private void writePeriod(Instant start, Instant end) throws IOException {
    ZonedDateTime local = now.atZone(venue.zone());
    json.writeStartObject();
    json.writeStringField("timezone", local.format(ZONE_NAME));
    json.writeNumberField("start", start.getEpochSecond());
    json.writeNumberField("end", end.getEpochSecond());
    json.writeNumberField("gmtoffset", local.getOffset().getTotalSeconds());
    json.writeEndObject();
  }

  private void writeEvents() throws IOException {
    Map<LocalDate, ChartRow> first = new TreeMap<>();
    rows.forEach(row -> first.putIfAbsent(row.date(), row));
    List<Dividend> dividends =
        query.dividends()
            ? series.dividends().stream().filter(paid -> first.containsKey(paid.exDate())).toList()
            : List.of();
    Map<LocalDate, Split> splits = query.splits() ? series.splits() : Map.of();
    List<LocalDate> splitDates = splits.keySet().stream().filter(first::containsKey).toList();
    if (dividends.isEmpty() && splitDates.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("events");
    if (!dividends.isEmpty()) {
      json.writeObjectFieldStart("dividends");
      for (Dividend dividend : dividends) {
        ChartRow row = first.get(dividend.exDate());
        json.writeObjectFieldStart(String.valueOf(row.time().getEpochSecond()));
        json.writeFieldName("amount");
        json.writeNumber(Json.number(series.amount(dividend)));
        json.writeNumberField("date", row.opened().getEpochSecond());
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    if (!splitDates.isEmpty()) {
      json.writeObjectFieldStart("splits");
      for (LocalDate date : splitDates) {
        ChartRow row = first.get(date);
        Split split = splits.get(date);
        json.writeObjectFieldStart(String.valueOf(row.time().getEpochSecond()));
        json.writeNumberField("date", row.opened().getEpochSecond());
        json.writeNumberField("numerator", (double) split.numerator());
        json.writeNumberField("denominator", (double) split.denominator());
        json.writeStringField("splitRatio", split.numerator() + ":" + split.denominator());
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void writeIndicators() throws IOException {
    json.writeObjectFieldStart("indicators");
    json.writeArrayFieldStart("quote");
    json.writeStartObject();
    if (!rows.isEmpty()) {
      writePrices("open", PriceBar::open);
      writePrices("high", PriceBar::high);
      writePrices("low", PriceBar::low);
      writePrices("close", PriceBar::close);
      writePrices("volume", PriceBar::volume);
    }
    json.writeEndObject();
    json.writeEndArray();
    if (query.minutes() == 0) {
      json.writeArrayFieldStart("adjclose");
      json.writeStartObject();
      if (!rows.isEmpty()) {
        NavigableMap<LocalDate, Double> factors = series.dividendFactors();
        json.writeArrayFieldStart("adjclose");
        for (ChartRow row : rows) {
          Map.Entry<LocalDate, Double> factor = factors.higherEntry(row.date());
          double applied = factor == null ? 1 : factor.getValue();
          price(row.bar().map(bar -> ChartSeries.single(bar.close() * applied)));
        }
        json.writeEndArray();
      }
      json.writeEndObject();
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void writePrices(String name, ToDoubleFunction<PriceBar> part) throws IOException {
    json.writeArrayFieldStart(name);
    for (ChartRow row : rows) {
      price(row.bar().map(part::applyAsDouble));
    }
    json.writeEndArray();
  }

  private void price(Optional<Double> price) throws IOException {
    if (price.isPresent()) {
      json.writeNumber(Json.number(price.get()));
    } else {
      json.writeNull();
    }
  }

  private void number(String name, double value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(Json.shortest(value));
  }
}
