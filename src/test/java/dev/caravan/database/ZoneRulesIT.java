package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.TestDatabase;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What Java and the database know of the hours of a zone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZoneRulesIT {
  private final TestDatabase database = TestDatabase.fresh();

  @AfterAll
  void drop() {
    database.close();
  }

  @Test
  void rulesThatAgreeAreNoFault() {
    assertThat(fault("America/New_York")).isEmpty();
  }

  /** Of these two the one counts eastwards, and the other westwards. */
  @Test
  void theFirstDayOnWhichTheyDifferIsNamed() {
    assertThat(fault("GMT+05:00"))
        .contains(
            "On 2026-11-29 GMT+05:00 is +05:00 from UTC by the rules of Java, and -05:00 by those of"
                + " the database. Update the older of the two");
  }

  private Optional<String> fault(String zone) {
    return ZoneRules.fault(
        new DriverManagerDataSource(database.url(), TestDatabase.user(), TestDatabase.password()),
        ZoneId.of(zone),
        Instant.parse("2026-11-29T00:00:00Z"));
  }
}
