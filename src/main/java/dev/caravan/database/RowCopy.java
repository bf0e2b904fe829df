package dev.caravan.database;

import dev.caravan.market.Bar;
import dev.caravan.market.Quote;
import dev.caravan.market.Trade;
import java.util.List;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The fast road of a page's rows into their table: for those of which none is there yet. Each
 * method stores in the caller's transaction, all rows or none, and returns false where one of them
 * is there already or is refused; then the statement that merges such rows knows what to do.
 */
public final class RowCopy {
  private JdbcTemplate jdbc;

  public void setDataSource(DataSource dataSource) {
    jdbc = new JdbcTemplate(dataSource);
  }

  /** Otherwise {@code sql/bars/upsert_bars.sql}. */
  public boolean bars(List<Bar> bars) {
    return stored(bars, "bars/copy_bars", RowCopy::add);
  }

  /** Otherwise {@code sql/trades/store_trades.sql}. */
  public boolean trades(List<Trade> trades) {
    return stored(trades, "trades/copy_history", RowCopy::add);
  }

  /** Otherwise {@code sql/quotes/store_quotes.sql}. */
  public boolean quotes(List<Quote> quotes) {
    return stored(quotes, "quotes/copy_quotes", RowCopy::add);
  }

  private <T> boolean stored(List<T> page, String statement, BiConsumer<T, CopyRows> writer) {
    if (page.isEmpty()) {
      return true;
    }
    CopyRows rows = new CopyRows();
    page.forEach(row -> writer.accept(row, rows));
    return Boolean.TRUE.equals(
        jdbc.execute(
            (ConnectionCallback<Boolean>)
                connection -> Copy.tried(connection, Sql.named(statement), rows)));
  }

  private static void add(Bar bar, CopyRows row) {
    row.column(bar.source());
    row.column(bar.feed());
    row.column(bar.symbol());
    row.column(bar.timeframe());
    row.column(bar.ts());
    row.column(bar.open());
    row.column(bar.high());
    row.column(bar.low());
    row.column(bar.close());
    row.column(bar.volume());
    if (bar.tradeCount() == null) {
      row.nullColumn();
    } else {
      row.wholeColumn(bar.tradeCount());
    }
    row.column(bar.vwap());
    row.flagColumn(bar.complete());
    row.column(bar.adjustedAsOf());
    row.endRow();
  }

  private static void add(Trade trade, CopyRows row) {
    row.column(trade.symbol());
    row.column(trade.ts());
    row.smallColumn(trade.nanos());
    row.column(trade.exchange());
    row.wholeColumn(trade.tradeId());
    row.column(trade.price());
    row.column(trade.size());
    row.column(trade.conditions());
    row.column(trade.tape());
    row.column(trade.feed());
    row.column(trade.status());
    row.endRow();
  }

  private static void add(Quote quote, CopyRows row) {
    row.column(quote.symbol());
    row.column(quote.ts());
    row.smallColumn(quote.nanos());
    row.column(quote.bidExchange());
    row.column(quote.bidPrice());
    row.column(quote.bidSize());
    row.column(quote.askExchange());
    row.column(quote.askPrice());
    row.column(quote.askSize());
    row.column(quote.conditions());
    row.column(quote.tape());
    row.column(quote.feed());
    row.endRow();
  }
}
