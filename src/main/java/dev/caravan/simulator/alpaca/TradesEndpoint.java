package dev.caravan.simulator.alpaca;

import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import dev.caravan.simulator.tape.JsonFrameWriter;
import dev.caravan.simulator.tape.Tape;
import dev.caravan.simulator.tape.TapeTrade;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Answers {@code /v2/stocks/trades}, {@code /v2/stocks/quotes} and their twins for one symbol, from
 * the tape.
 */
public final class TradesEndpoint {
  private final Tape tape;
  private final AlpacaService service;
  private final Clock clock;
  private final boolean shortPages;
  private final boolean quotes;
  private final String name;

  public TradesEndpoint(
      Tape tape, AlpacaService service, SimulatorOptions options, boolean quotes) {
    this.tape = tape;
    this.service = service;
    this.clock = options.clock();
    this.shortPages = options.shortPages();
    this.quotes = quotes;
    this.name = quotes ? "quotes" : "trades";
  }

  /** The answer for many symbols: a map, from which symbols without trades are absent. */
  public ServedAnswer many(ServedQuery request) {
    JsonFrameWriter json = new JsonFrameWriter();
    json.text("{\"" + name + "\":{");
    Optional<TradesQuery.Token> next = write(request, json, true);
    json.text("}");
    return end(json, next);
  }

  /** The answer for one symbol: a list, or null if there are no trades. */
  public ServedAnswer one(ServedQuery request) {
    JsonFrameWriter rows = new JsonFrameWriter();
    Optional<TradesQuery.Token> next = write(request, rows, false);
    JsonFrameWriter json = new JsonFrameWriter();
    json.text("{\"" + name + "\":");
    byte[] written = rows.bytes();
    json.text(written.length == 0 ? "null" : new String(written, StandardCharsets.ISO_8859_1));
    json.text(",\"symbol\":\"" + request.symbol() + '"');
    return end(json, next);
  }

  /** Rows are ordered by symbol and then by time, so a page may end in the middle of a symbol. */
  private Optional<TradesQuery.Token> write(
      ServedQuery request, JsonFrameWriter json, boolean named) {
    service.checkKeys(request);
    TradesQuery query = TradesQuery.parse(request, clock.instant());
    String reached = query.page().map(TradesQuery.Token::symbol).orElse("");
    int room = BarsQuery.room(query.limit(), request, shortPages);
    boolean first = true;
    for (String symbol : query.symbols()) {
      if (symbol.compareTo(reached) < 0) {
        continue;
      }
      Iterator<TapeTrade> rows = rows(query, symbol);
      boolean begun = false;
      while (rows.hasNext()) {
        TapeTrade trade = rows.next();
        if (room == 0) {
          json.text(begun ? "]" : "");
          return Optional.of(new TradesQuery.Token(symbol, trade.nanos(), trade.id()));
        }
        if (!begun) {
          json.text((first ? "" : ",") + (named ? '"' + symbol + "\":[" : "["));
          first = false;
        } else {
          json.text(",");
        }
        begun = true;
        json.row(trade, quotes);
        room--;
      }
      json.text(begun ? "]" : "");
    }
    return Optional.empty();
  }

  private Iterator<TapeTrade> rows(TradesQuery query, String symbol) {
    Optional<TradesQuery.Token> goOn = query.page().filter(token -> token.symbol().equals(symbol));
    long from =
        query.ascending() ? goOn.map(TradesQuery.Token::nanos).orElse(query.from()) : query.from();
    long to =
        query.ascending() ? query.to() : goOn.map(TradesQuery.Token::nanos).orElse(query.to());
    Iterator<TapeTrade> trades = tape.trades(symbol, from, to, query.ascending());
    Rows rows = new Rows(trades, query.ascending());
    goOn.ifPresent(rows::skipTo);
    return rows;
  }

  private static ServedAnswer end(JsonFrameWriter json, Optional<TradesQuery.Token> next) {
    json.text(",\"next_page_token\":");
    json.text(next.map(token -> '"' + token.text() + '"').orElse("null"));
    json.text("}");
    return ServedAnswer.json(json.bytes());
  }

  /** The trades with what became of them; a corrected one is followed by its correction. */
  private final class Rows implements Iterator<TapeTrade> {
    private final Iterator<TapeTrade> trades;
    private final boolean ascending;
    private final Deque<TapeTrade> waiting = new ArrayDeque<>();

    Rows(Iterator<TapeTrade> trades, boolean ascending) {
      this.trades = trades;
      this.ascending = ascending;
    }

    /** Passes over the rows of the same time that the page before had. */
    void skipTo(TradesQuery.Token token) {
      while (hasNext()
          && waiting.peekFirst().nanos() == token.nanos()
          && waiting.peekFirst().id() != token.id()) {
        waiting.removeFirst();
      }
    }

    @Override
    public boolean hasNext() {
      if (waiting.isEmpty() && trades.hasNext()) {
        TapeTrade trade = trades.next();
        Optional<Tape.Mark> mark = quotes ? Optional.empty() : tape.mark(trade);
        if (mark.isEmpty()) {
          waiting.add(trade);
        } else if (mark.get().corrected() == null) {
          waiting.add(trade.updated("canceled"));
        } else {
          TapeTrade original = trade.updated("incorrect");
          TapeTrade corrected = mark.get().corrected();
          waiting.add(ascending ? original : corrected);
          waiting.add(ascending ? corrected : original);
        }
      }
      return !waiting.isEmpty();
    }

    @Override
    public TapeTrade next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return waiting.removeFirst();
    }
  }
}
