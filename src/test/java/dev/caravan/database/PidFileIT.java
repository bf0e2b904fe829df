package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash may leave in postmaster.pid, and that no person has to remove it. */
class PidFileIT {
  private final Place place = Place.prepared("pid");

  @AfterEach
  void close() {
    place.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\0\0\0\0", "no number\n/elsewhere\n", "99999999999999\n"})
  void whatIsTornIsRemoved(String left) throws IOException {
    Files.writeString(file(), left, StandardCharsets.ISO_8859_1);

    assertStarts();
  }

  @Test
  void aProcessThatIsOverIsNoObstacle() throws Exception {
    Process over = new ProcessBuilder("true").start();
    over.waitFor();
    name(over.pid());

    assertStarts();
  }

  @Test
  void aStrangerIsLeftAlone() throws IOException {
    name(ProcessHandle.current().pid());

    assertStarts();
  }

  @Test
  void aPostgresOfAnotherDirectoryIsLeftAlone() throws Exception {
    try (Place other = Place.prepared("other")) {
      other.server();
      name(other.postmaster());

      assertStarts();
      assertThat(other.count("select count(*) from symbols")).isZero();
    }
  }

  @Test
  void whatIsLeftOfAServerThatWasKilledIsWaitedFor() throws Exception {
    place.server();
    try (Connection busy =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan", "caravan", "");
        Statement statement = busy.createStatement()) {
      assertThat(statement.execute("select 1")).isTrue();
      place.killServer();
      Files.writeString(file(), "");

      assertStarts();
    }
  }

  private void assertStarts() throws IOException {
    try (EmbeddedServer server =
        EmbeddedServer.open(place.data(), place.port(), "caravan b", true)) {
      assertThat(place.count("select count(*) from symbols")).isZero();
      assertThat(Files.readAllLines(file()).get(1))
          .isEqualTo(place.data().resolve("postgresql").toString());
      assertThat(server.restarts()).isZero();
    }
    assertThat(place.portIsOpen()).isFalse();
  }

  /** What a server of this directory would have written that had this id. */
  private void name(long pid) throws IOException {
    Files.writeString(
        file(),
        pid
            + "\n"
            + place.data().resolve("postgresql")
            + "\n1700000000\n"
            + place.port()
            + "\n/tmp\n127.0.0.1\n  1234567         7\nready   \n");
  }

  private Path file() {
    return place.data().resolve("postgresql").resolve("postmaster.pid");
  }
}
