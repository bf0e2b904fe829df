package dev.caravan.storm;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.market.MarketCalendar;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the exchange says when it is asked by somebody who is not Caravan. */
final class Truth {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String url;

  Truth(String url) {
    this.url = url;
  }

  /** A row of a symbol at a time, in nanoseconds since 1970, and all of it as one line. */
  record Row(String symbol, long nanos, String line) {}

  /** Trades as they stand now, from one time to another, both inclusive. */
  List<Row> trades(String symbol, Instant from, Instant to) throws IOException {
    return rows(
        "/v2/stocks/trades?feed=iex&limit=10000&symbols=" + symbol + range(from, to),
        "trades",
        row ->
            String.join(
                " ",
                Long.toString(nanos(time(row))),
                row.get("x").asText(),
                row.get("i").asText(),
                plain(row, "p", "s"),
                // As table trades calls what became of it.
                row.path("u").asText("valid")));
  }

  List<Row> quotes(String symbol, Instant from, Instant to) throws IOException {
    return rows(
        "/v2/stocks/quotes?feed=iex&limit=10000&symbols=" + symbol + range(from, to),
        "quotes",
        row -> nanos(time(row)) + " " + plain(row, "bp", "bs", "ap", "as"));
  }

  List<Row> bars(String symbol, String feed, String timeframe, Instant from, Instant to)
      throws IOException {
    return rows(
        "/v2/stocks/bars?adjustment=raw&limit=10000&feed="
            + feed
            + "&timeframe="
            + timeframe
            + "&symbols="
            + symbol
            + range(from, to),
        "bars",
        row -> time(row) + " " + plain(row, "o", "h", "l", "c", "v", "n", "vw"));
  }

  private List<Row> rows(String path, String kind, Function<JsonNode, String> line)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    pages(
        path,
        kind,
        (name, row) -> rows.add(new Row(name, nanos(time(row)), name + " " + line.apply(row))));
    return rows;
  }

  private static Instant time(JsonNode row) {
    return Instant.parse(row.get("t").asText());
  }

  private static String plain(JsonNode row, String... fields) {
    return Stream.of(fields).map(field -> plain(row.get(field))).collect(Collectors.joining(" "));
  }

  /** The prices and the volume of a day. */
  record Bar(BigDecimal open, BigDecimal high, BigDecimal low, BigDecimal volume) {}

  /**
   * The days of feed iex by their begins, from its minutes: the stream sums them up, which history
   * does not.
   */
  Map<Instant, Bar> days(String symbol, Instant from, Instant to) throws IOException {
    Map<Instant, Bar> days = new TreeMap<>();
    pages(
        "/v2/stocks/bars?adjustment=raw&limit=10000&feed=iex&timeframe=1Min&symbols="
            + symbol
            + range(from, to),
        "bars",
        (name, row) -> {
          LocalDate day = time(row).atZone(MarketCalendar.NEW_YORK).toLocalDate();
          days.merge(
              day.atStartOfDay(MarketCalendar.NEW_YORK).toInstant(),
              new Bar(
                  row.get("o").decimalValue(),
                  row.get("h").decimalValue(),
                  row.get("l").decimalValue(),
                  row.get("v").decimalValue()),
              (before, minute) ->
                  new Bar(
                      before.open(),
                      before.high().max(minute.high()),
                      before.low().min(minute.low()),
                      before.volume().add(minute.volume())));
        });
    return days;
  }

  /** What Yahoo says of the days of a share that are over: their closes by their dates. */
  Map<LocalDate, BigDecimal> closes(String yahooSymbol, Instant from, Instant to)
      throws IOException {
    JsonNode chart =
        ask("/v8/finance/chart/"
                + yahooSymbol
                + "?interval=1d&period1="
                + from.getEpochSecond()
                + "&period2="
                + to.getEpochSecond())
            .at("/chart/result/0");
    Map<LocalDate, BigDecimal> closes = new TreeMap<>();
    JsonNode close = chart.at("/indicators/quote/0/close");
    for (int i = 0; i < chart.path("timestamp").size(); i++) {
      if (close.get(i).isNumber()) {
        Instant at = Instant.ofEpochSecond(chart.get("timestamp").get(i).asLong());
        closes.put(at.atZone(MarketCalendar.NEW_YORK).toLocalDate(), close.get(i).decimalValue());
      }
    }
    return closes;
  }

  /** What Yahoo says that a share costs, when that was, and how many were traded on that day. */
  record Price(Instant at, BigDecimal price, BigDecimal volume) {}

  /**
   * The price now.
   *
   * @throws IOException where there is none
   */
  Price price(String yahooSymbol) throws IOException {
    JsonNode meta =
        ask("/v8/finance/chart/" + yahooSymbol + "?interval=1d&range=1d")
            .at("/chart/result/0/meta");
    // A float32 that is printed as a double; what was meant is the shortest that gives it.
    float price = meta.get("regularMarketPrice").floatValue();
    return new Price(
        Instant.ofEpochSecond(meta.get("regularMarketTime").asLong()),
        new BigDecimal(Float.toString(price)).stripTrailingZeros(),
        meta.get("regularMarketVolume").decimalValue());
  }

  /** The newest edition of each article, as id, time of the edition and headline. */
  Set<String> news(Instant from, Instant to) throws IOException {
    Set<String> articles = new TreeSet<>();
    String token = "";
    do {
      JsonNode page = ask("/v1beta1/news?limit=50&sort=asc" + range(from, to) + token);
      for (JsonNode article : page.get("news")) {
        articles.add(
            article.get("id").asText()
                + " "
                + Instant.parse(article.get("updated_at").asText())
                + " "
                + article.get("headline").asText());
      }
      token = "&page_token=" + page.get("next_page_token").asText();
    } while (!token.endsWith("=null"));
    return articles;
  }

  /** Splits and dividends, as symbol, date, kind, and amount or ratio. */
  Set<String> actions(List<String> symbols, LocalDate from, LocalDate to) throws IOException {
    Set<String> actions = new TreeSet<>();
    JsonNode page =
        ask(
            "/v1/corporate-actions?limit=1000&symbols="
                + String.join(",", symbols)
                + "&start="
                + from
                + "&end="
                + to);
    page.get("corporate_actions")
        .properties()
        .forEach(
            kind -> {
              for (JsonNode row : kind.getValue()) {
                if (row.has("symbol")) {
                  boolean split = kind.getKey().endsWith("_splits");
                  actions.add(
                      row.get("symbol").asText()
                          + " "
                          + row.get("ex_date").asText()
                          + (split ? " split " : " dividend ")
                          + (split
                              ? new BigDecimal(row.get("new_rate").asText())
                                  .divide(new BigDecimal(row.get("old_rate").asText()))
                                  .stripTrailingZeros()
                                  .toPlainString()
                              : plain(row.get("rate"))));
                }
              }
            });
    return actions;
  }

  private void pages(String target, String rows, BiConsumer<String, JsonNode> each)
      throws IOException {
    String token = "";
    do {
      JsonNode page = ask(target + token);
      page.get(rows)
          .properties()
          .forEach(symbol -> symbol.getValue().forEach(row -> each.accept(symbol.getKey(), row)));
      token = "&page_token=" + encoded(page.get("next_page_token").asText());
    } while (!token.endsWith("=null"));
  }

  private JsonNode ask(String target) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + target))
            .header("APCA-API-KEY-ID", "truth")
            .header("APCA-API-SECRET-KEY", "truth")
            .header("User-Agent", "Mozilla/5.0")
            .build();
    try {
      HttpResponse<String> answer =
          CLIENT.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (answer.statusCode() != 200) {
        throw new IOException(target + " was answered with " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException(stop);
    }
  }

  private static String range(Instant from, Instant to) {
    return "&start=" + from + "&end=" + to;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  private static String plain(JsonNode number) {
    return number == null || number.isNull()
        ? "-"
        : new BigDecimal(number.asText()).stripTrailingZeros().toPlainString();
  }
}
