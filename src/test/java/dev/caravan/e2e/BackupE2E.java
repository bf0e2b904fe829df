package dev.caravan.e2e;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CommandHere;
import dev.caravan.support.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Data taken out and brought back by the packaged program: an export, a backup beside a server that
 * runs, and its restore where nothing is yet.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupE2E {
  private static final String SECRET = "a-secret-of-the-settings";

  private static final String ROWS =
      "select md5(string_agg(b::text, ',' order by ts)) as sum, count(*) as rows from bars b";

  private final Place place = Place.prepared("backup");

  @BeforeAll
  void store() {
    place.server();
    place.execute(
        "insert into symbols (symbol) values ('AAPL');"
            + " insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " select 'yahoo', '-', 'AAPL', '1Day', t, 1.10, 2, 1, 1.50, 7, true"
            + " from generate_series('2026-01-05 05:00Z'::timestamptz, '2026-03-05 05:00Z', '1 day') t");
  }

  @AfterAll
  void close() {
    place.close();
  }

  @Test
  void whatIsBackedUpIsRestoredWhereNothingIsYet() throws IOException {
    CaravanProcess backup =
        ended(
            place.caravan().keys().set("caravan.newsapi.key", SECRET).run("backup", "caravan.zip"),
            0);
    assertThat(backup.output())
        .singleElement()
        .asString()
        .matches(".*\\d+ rows of \\d+ tables, .*");
    Path file = place.directory().resolve("caravan.zip");
    assertThat(text(file))
        .contains("AAPL")
        .doesNotContain(SECRET, place.password("postgres"), place.password("caravan"));

    try (Place restored = Place.fresh("restored")) {
      CaravanProcess restore = ended(restored.caravan().run("restore", file.toString()), 0);
      assertThat(restore.output())
          .singleElement()
          .asString()
          .contains("tables are restored, as of ");

      // The directory of a Caravan is a backup as well, with the server that has written it.
      try (Place taken = Place.prepared("taken")) {
        taken.caravan().here(0, "restore", restored.data().toString());
        assertThat(taken.read(ROWS)).isEqualTo(place.query(ROWS));
        assertThat(restored.data().resolve("taken-over.zip")).doesNotExist();
      }
      assertThat(restored.read(ROWS)).isEqualTo(place.query(ROWS));
      CommandHere again = restored.caravan().here(1, "restore", file.toString());
      assertThat(again.lastWords())
          .last()
          .asString()
          .contains("is not empty: table ", "A backup is restored into an empty database alone");
    }
  }

  @Test
  void anExportGoesToAFileOrToStandardOutput() {
    CaravanProcess export =
        ended(place.caravan().run("export", "--dataset", "bars", "--to", "2026-01-06", "-"), 0);
    assertThat(export.output())
        .hasSize(3)
        .last()
        .isEqualTo("yahoo,-,AAPL,1Day,2026-01-06T05:00:00.000000Z,1.10,2,1,1.50,7,,,true,0,");

    CommandHere file =
        place.caravan().here(0, "export", "--dataset", "bars", place.directory() + "/bars.csv.gz");
    assertThat(file.output()).singleElement().asString().startsWith("60 rows of bars to ");
    assertThat(place.directory().resolve("bars.csv.gz.part")).doesNotExist();
    assertThat(Files.exists(place.directory().resolve("bars.csv.gz"))).isTrue();
  }

  private static String text(Path file) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        zip.getInputStream(entry).transferTo(text);
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
