package dev.caravan.simulator.replay;

import dev.caravan.simulator.alpaca.AlpacaService;
import dev.caravan.simulator.alpaca.BarsQuery;
import dev.caravan.simulator.alpaca.TradesQuery;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers {@code /v2/stocks/trades}, {@code quotes} and {@code bars}, their twins for one symbol,
 * and {@code /v2/assets}, from a stored day and all that is stored before it.
 */
public final class DayPages {
  private static final long BILLION = 1_000_000_000L;

  private final StoredDay day;
  private final AlpacaService service;
  private final Clock clock;
  private final String name;

  /** A row as JSON, and when it was, in nanoseconds. */
  private record Row(long nanos, String json) {}

  /**
   * @param name of what is asked for: {@code trades}, {@code quotes}, {@code bars} or {@code
   *     assets}
   */
  public DayPages(StoredDay day, AlpacaService service, SimulatorOptions options, String name) {
    this.day = day;
    this.service = service;
    this.clock = options.clock();
    this.name = name;
  }

  /** The answer for many symbols: a map, from which symbols without rows are absent. */
  public ServedAnswer many(ServedQuery request) {
    StringBuilder json = new StringBuilder("{\"" + name + "\":{");
    Optional<TradesQuery.Token> next = write(request, json, true);
    return end(json.append('}'), next);
  }

  /** The answer for one symbol: a list, or null if there are no rows. */
  public ServedAnswer one(ServedQuery request) {
    StringBuilder rows = new StringBuilder();
    Optional<TradesQuery.Token> next = write(request, rows, false);
    StringBuilder json = new StringBuilder("{\"" + name + "\":");
    json.append(rows.isEmpty() ? "null" : rows).append(",\"symbol\":\"" + request.symbol() + '"');
    return end(json, next);
  }

  /** The symbols of the database. */
  public ServedAnswer assets(ServedQuery request) {
    service.checkKeys(request);
    List<String> rows =
        assets(request.parameter("status").filter(word -> !word.equals("all")), null);
    return answer("[" + String.join(",", rows) + "]");
  }

  /** One symbol of the database. */
  public ServedAnswer asset(ServedQuery request) {
    service.checkKeys(request);
    List<String> rows = assets(Optional.empty(), request.symbol());
    if (rows.isEmpty()) {
      throw new RefusedQuery(service.error(404));
    }
    return answer(rows.get(0));
  }

  private List<String> assets(Optional<String> status, String symbol) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("symbol", symbol);
    parameters.put("status", status.orElse(null));
    List<String> rows = new ArrayList<>();
    read("select_assets", parameters, row -> rows.add(row.getString("row")));
    return rows;
  }

  /** Rows are ordered by symbol and then by time, so a page may end in the middle of a symbol. */
  private Optional<TradesQuery.Token> write(
      ServedQuery request, StringBuilder json, boolean named) {
    service.checkKeys(request);
    TradesQuery query = TradesQuery.parse(request, clock.instant());
    if (!query.ascending()) {
      throw BarsQuery.bad("invalid sort: a replay serves asc alone");
    }
    Map<String, Object> parameters = parameters(request, query);
    String reached = query.page().map(TradesQuery.Token::symbol).orElse("");
    int room = query.limit();
    boolean first = true;
    for (String symbol : query.symbols()) {
      if (symbol.compareTo(reached) < 0) {
        continue;
      }
      // The token counts the rows of its very time that the page before had.
      Optional<TradesQuery.Token> goOn =
          query.page().filter(token -> token.symbol().equals(symbol));
      long nanos = goOn.map(TradesQuery.Token::nanos).orElse(Long.MIN_VALUE);
      long same = goOn.map(token -> token.id() - 1).orElse(-1L);
      boolean begun = false;
      for (Row row : rows(parameters, symbol, goOn, query, room + 1)) {
        same = row.nanos() == nanos ? same + 1 : 0;
        nanos = row.nanos();
        if (room == 0) {
          json.append(begun ? "]" : "");
          return Optional.of(new TradesQuery.Token(symbol, nanos, same));
        }
        if (begun) {
          json.append(',');
        } else {
          json.append(first ? "" : ",").append(named ? '"' + symbol + "\":[" : "[");
        }
        first = false;
        begun = true;
        json.append(row.json());
        room--;
      }
      json.append(begun ? "]" : "");
    }
    return Optional.empty();
  }

  private Map<String, Object> parameters(ServedQuery request, TradesQuery query) {
    Map<String, Object> parameters =
        day.parameters("feed", request.parameter("feed").orElse("sip"));
    parameters.put("to", cut(query.to()));
    parameters.put("to_nanos", query.to());
    if (name.equals("bars")) {
      String asked = request.parameter("timeframe").orElse("");
      Timeframe timeframe =
          Timeframe.parse(asked).orElseThrow(() -> BarsQuery.bad("invalid timeframe: " + asked));
      String unit =
          switch (timeframe.unit()) {
            case MINUTE -> "Min";
            case HOUR -> "Hour";
            case DAY -> "Day";
            case WEEK -> "Week";
            case MONTH -> "Month";
          };
      parameters.put("timeframe", timeframe.amount() + unit);
    }
    return parameters;
  }

  private List<Row> rows(
      Map<String, Object> parameters,
      String symbol,
      Optional<TradesQuery.Token> goOn,
      TradesQuery query,
      int most) {
    long from = goOn.map(TradesQuery.Token::nanos).orElse(query.from());
    parameters.put("symbol", symbol);
    parameters.put("from", cut(from));
    parameters.put("from_nanos", from);
    parameters.put("skip", goOn.map(TradesQuery.Token::id).orElse(0L));
    parameters.put("most", most);
    List<Row> rows = new ArrayList<>();
    read(
        "select_" + name,
        parameters,
        row -> rows.add(new Row(row.getLong("at_nanos"), row.getString("row"))));
    return rows;
  }

  private void read(String statement, Map<String, Object> parameters, StoredDay.Rows rows) {
    try {
      day.read(statement, parameters, rows);
    } catch (SQLException e) {
      throw new UncheckedIOException(
          "The replayed database cannot be read", new IOException(e.getMessage(), e));
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("Nothing waits here", impossible);
    }
  }

  /** PostgreSQL would round what lies below a microsecond. */
  private static String cut(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, BILLION), Math.floorMod(nanos, BILLION))
        .truncatedTo(ChronoUnit.MICROS)
        .toString();
  }

  private static ServedAnswer end(StringBuilder json, Optional<TradesQuery.Token> next) {
    json.append(",\"next_page_token\":");
    json.append(next.map(token -> '"' + token.text() + '"').orElse("null"));
    return answer(json.append('}').toString());
  }

  private static ServedAnswer answer(String json) {
    return ServedAnswer.json(json.getBytes(StandardCharsets.UTF_8));
  }
}
