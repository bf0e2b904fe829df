package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the embedded server logs for years takes no more room than is said. */
class ServerLogIT {
  private static final int MEGABYTE = 1_000_000;

  private final Place place = Place.prepared("log");

  @AfterEach
  void close() {
    place.close();
  }

  @Test
  void theServerBeginsANewFileAfterTenMegabytesAndTheOldestAreDeleted() throws Exception {
    Files.createDirectories(logs());
    for (int i = 0; i < 90; i++) {
      Files.write(
          logs().resolve("postgresql-20200101-0000%02d.log".formatted(i)), new byte[MEGABYTE]);
    }
    Files.write(place.data().resolve("postgresql.log"), new byte[2 * MEGABYTE]);
    try (Database database =
        Database.open(new Database.Options("embedded", "", "", place.data(), place.port(), true))) {
      assertThat(Files.size(place.data().resolve("postgresql.log")))
          .as("what the last start said")
          .isLessThan(MEGABYTE);
      assertThat(bytes()).isBetween(60L * MEGABYTE, 71L * MEGABYTE);
      assertThat(Files.exists(logs().resolve("postgresql-20200101-000089.log"))).isTrue();
      assertThat(Files.exists(logs().resolve("postgresql-20200101-000000.log"))).isFalse();

      say(database, 12);
      await("a further file")
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  files().stream().filter(file -> !file.toString().contains("-2020")).count() > 1);
      assertThat(database.server().fault()).isEmpty();
      assertThat(files())
          .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(13L * MEGABYTE));
    }
  }

  /** Has the server log so many lines of a megabyte each. */
  private static void say(Database database, int lines) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < lines; i++) {
        statement.execute("do $$ begin raise log '%', repeat('x', " + MEGABYTE + "); end $$");
      }
    }
  }

  private Path logs() {
    return place.data().resolve("log");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(logs())) {
      return files.toList();
    }
  }

  private long bytes() throws IOException {
    return files().stream()
        .mapToLong(
            file -> {
              try {
                return Files.size(file);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .sum();
  }
}
