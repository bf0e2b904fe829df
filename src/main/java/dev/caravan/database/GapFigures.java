package dev.caravan.database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How much the ledger still owes, for metrics and JMX. The table is asked at most every five
 * seconds, and not at all while nobody looks.
 */
public final class GapFigures {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private DataSource dataSource;
  private long readNanos;
  private boolean read;
  private long open = -1;
  private long abandoned = -1;

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Shows the figures in a registry. */
  public void setRegistry(MeterRegistry registry) {
    Gauge.builder("caravan.gaps.open", this, GapFigures::getOpen)
        .description("Gaps that are not settled yet; -1 while the database does not say")
        .register(registry);
    Gauge.builder("caravan.gaps.abandoned", this, GapFigures::getAbandoned)
        .description("Gaps that were given up; each is in table gaps with its reason")
        .register(registry);
  }

  /** Gaps that are open; -1 while the database does not say. */
  public synchronized long getOpen() {
    refresh();
    return open;
  }

  /** Gaps that were given up; -1 while the database does not say. */
  public synchronized long getAbandoned() {
    refresh();
    return abandoned;
  }

  private void refresh() {
    long now = System.nanoTime();
    if (read && now - readNanos < FRESH_NANOS) {
      return;
    }
    read = true;
    readNanos = now;
    try {
      Map<String, Object> counts =
          new JdbcTemplate(dataSource).queryForMap(Sql.load("gaps/count_gaps"));
      open = ((Number) counts.get("open")).longValue();
      abandoned = ((Number) counts.get("abandoned")).longValue();
    } catch (DataAccessException away) {
      open = -1;
      abandoned = -1;
    }
  }
}
