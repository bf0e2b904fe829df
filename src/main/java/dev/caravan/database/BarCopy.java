package dev.caravan.database;

import dev.caravan.market.Bar;
import java.math.BigDecimal;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** The fast road of bars into their table: for those of which none is there yet. */
public final class BarCopy {
  private JdbcTemplate jdbc;

  public void setDataSource(DataSource dataSource) {
    jdbc = new JdbcTemplate(dataSource);
  }

  /**
   * Stores bars in the caller's transaction, all or none.
   *
   * @return false where one of them is there already or is refused; then {@code
   *     sql/bars/upsert_bars.sql} knows what to do
   */
  public boolean stored(List<Bar> bars) {
    if (bars.isEmpty()) {
      return true;
    }
    CopyText rows = new CopyText();
    bars.forEach(bar -> add(bar, rows));
    return Boolean.TRUE.equals(
        jdbc.execute(
            (ConnectionCallback<Boolean>)
                connection -> Copy.tried(connection, Sql.named("bars/copy_bars"), rows)));
  }

  private static void add(Bar bar, CopyText row) {
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
    row.column(bar.tradeCount() == null ? null : BigDecimal.valueOf(bar.tradeCount()));
    row.column(bar.vwap());
    row.column(bar.complete() ? "t" : "f");
    row.column(bar.adjustedAsOf());
    row.endRow();
  }
}
