package dev.caravan.database;

import dev.caravan.market.Bar;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    time(bar.ts(), row);
    number(bar.open(), row);
    number(bar.high(), row);
    number(bar.low(), row);
    number(bar.close(), row);
    number(bar.volume(), row);
    row.column(bar.tradeCount() == null ? null : bar.tradeCount().toString());
    number(bar.vwap(), row);
    row.column(bar.complete() ? "t" : "f");
    time(bar.adjustedAsOf(), row);
    row.endRow();
  }

  private static void number(BigDecimal number, CopyText row) {
    row.column(number == null ? null : number.toPlainString());
  }

  /** PostgreSQL rounds what lies below a microsecond; a time is cut, never rounded. */
  private static void time(Instant time, CopyText row) {
    row.column(time == null ? null : time.truncatedTo(ChronoUnit.MICROS).toString());
  }
}
