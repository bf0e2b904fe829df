package dev.caravan.database;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Whether Java and the database take the same hours for those of New York. Each brings rules of its
 * own, and a country changes its summer time at a few weeks' notice: where one of them is older,
 * sessions would begin an hour off.
 */
public final class ZoneRules {
  /** Beyond the next change of either kind. */
  private static final int DAYS = 400;

  private ZoneRules() {}

  /**
   * The first day on which they differ, and what to do, in two sentences; empty where none does.
   *
   * @param from the first day that is looked at
   */
  public static Optional<String> fault(DataSource database, ZoneId zone, Instant from) {
    LocalDate today = from.atZone(ZoneOffset.UTC).toLocalDate();
    String noons =
        IntStream.range(0, DAYS)
            .mapToObj(day -> "\"" + today.plusDays(day) + "T12:00:00Z\"")
            .toList()
            .toString();
    return new NamedParameterJdbcTemplate(database)
            .query(
                Sql.named("database_checks/select_offsets"),
                Map.of("zone", zone.getId(), "times", noons),
                (row, number) ->
                    new Offset(row.getTimestamp("at").toInstant(), row.getInt("seconds")))
            .stream()
            .filter(offset -> offset.seconds != offset.inJava(zone))
            .findFirst()
            .map(
                offset ->
                    "On "
                        + LocalDate.ofInstant(offset.at, ZoneOffset.UTC)
                        + " "
                        + zone
                        + " is "
                        + ZoneOffset.ofTotalSeconds(offset.inJava(zone))
                        + " from UTC by the rules of Java, and "
                        + ZoneOffset.ofTotalSeconds(offset.seconds)
                        + " by those of the database. Update the older of the two");
  }

  /** How far the zone is from UTC by the rules of the database. */
  private record Offset(Instant at, int seconds) {
    int inJava(ZoneId zone) {
      return zone.getRules().getOffset(at).getTotalSeconds();
    }
  }
}
