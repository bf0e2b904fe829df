package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.support.LeakSearch;
import dev.caravan.support.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets into the embedded server, and what they can do there. */
class ServerAccessIT {
  /** As initdb wrote it for Caravan 0.1.0, whose users had no passwords. */
  private static final String OLD_RULES =
      """
      # TYPE  DATABASE        USER            ADDRESS                 METHOD
      local   all             all                                     trust
      host    all             all             127.0.0.1/32            trust
      host    all             all             ::1/128                 trust
      """;

  private static final String NOT_ALLOWED = "42501";

  private final Place place = Place.prepared("access");

  @AfterEach
  void close() {
    place.close();
  }

  @Test
  void aStrangerOfThisMachineSeesTheDataAndNothingElse() throws Exception {
    try (EmbeddedServer server = open();
        Connection caravan = login("caravan", "caravan", "");
        Statement statement = caravan.createStatement()) {
      assertThat(place.count("select count(*) from symbols")).isZero();
      assertThat(server.user()).isEqualTo("caravan");
      for (String attempt :
          List.of(
              "create table t (x text); copy t from program 'id'",
              "copy (select 1) to program 'id'",
              "copy (select 1) to '/tmp/caravan-was-here'",
              "select pg_read_file('postgresql.conf')",
              "select pg_ls_dir('.')",
              "select lo_import('/etc/passwd')",
              "select lo_export(1, '/tmp/caravan-was-here')",
              "create role thief superuser",
              "alter role caravan superuser",
              "alter role postgres password null",
              "set role postgres",
              "set session authorization postgres",
              "create database other",
              "alter system set log_statement = 'all'",
              "set session_preload_libraries = 'x'",
              "load '/tmp/x.so'",
              "create function f() returns int language c as '/tmp/x.so'",
              "create extension file_fdw",
              "create extension dblink",
              "select pg_reload_conf()",
              "select rolpassword from pg_authid")) {
        assertThatThrownBy(() -> statement.execute(attempt))
            .as(attempt)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(NOT_ALLOWED));
      }
      assertThat(
              place.query(
                  "select count(*) as n from pg_class where relnamespace = 'public'::regnamespace"
                      + " and relowner <> 'caravan'::regrole"))
          .as("its database is its own")
          .extracting(row -> row.get("n"))
          .containsExactly(0L);
      assertRefused("postgres", "caravan", "");
      assertRefused("postgres", "postgres", "guess");
      assertRefused("caravan", "postgres", "");
      assertRefused("caravan", "template1", "");
      assertSuperuserHasItsPassword();
    }
  }

  @Test
  void forTheOwnerAloneCaravanNeedsThePasswordThatItsFileHas() throws Exception {
    try (EmbeddedServer server =
        EmbeddedServer.open(place.data(), place.port(), "caravan a", true, true)) {
      assertRefused("caravan", "caravan", "");
      login("caravan", "caravan", place.password("caravan")).close();
      assertThat(server.password()).isEqualTo(place.password("caravan"));
      try (Database beside =
          Database.open(
              new Database.Options("embedded", "", "", place.data(), place.port(), false, false))) {
        assertThat(beside.sessions()).isEqualTo("[]");
        assertRefused("caravan", "caravan", "");
      }
    }
    try (EmbeddedServer server = open()) {
      login("caravan", "caravan", "").close();
      assertThat(server.user()).isEqualTo("caravan");
    }
  }

  @Test
  void aDirectoryOfAnOlderCaravanIsConvertedAtItsNextStart() throws Exception {
    makeOld(true);

    try (EmbeddedServer server = open()) {
      assertConverted();
      assertThat(place.query("select word from kept"))
          .extracting(row -> row.get("word"))
          .containsExactly("kept");
      assertNoPasswordLeaks();
      assertThat(server.restarts()).isZero();
    }
  }

  @Test
  void aConversionThatWasCutOffIsDoneAtTheNextStart() throws Exception {
    makeOld(false);
    // The files are there, and the server knows nothing of them.
    try (EmbeddedServer server = open()) {
      assertConverted();
      assertThat(server.restarts()).isZero();
    }
    // The server knows them, and its rules are the old ones.
    Files.writeString(rules(), OLD_RULES);
    try (EmbeddedServer server = open()) {
      assertConverted();
      assertThat(server.restarts()).isZero();
    }
  }

  @Test
  void aServerOfAnOlderCaravanThatRunsIsConvertedWithoutAStop() throws Exception {
    place.server();
    long pid = place.postmaster();
    superuser(place.superuserPassword(), "alter role postgres password null");
    Files.writeString(rules(), OLD_RULES);
    reload();
    removePasswords();
    try (Connection held = login("caravan", "caravan", "");
        EmbeddedServer server = open()) {
      await("the new rules").atMost(Duration.ofMinutes(1)).untilAsserted(this::assertConverted);
      assertThat(held.isValid(10)).isTrue();
      assertThat(place.postmaster()).isEqualTo(pid);
      assertThat(server.restarts()).isZero();
    }
  }

  @Test
  void passwordsThatAreLostAreReplaced() throws Exception {
    removePasswords();
    open().close();
    Files.writeString(place.data().resolve("pgpass.postgres"), "127.0.0.1:*:*:postgres:another\n");
    try (EmbeddedServer server = open()) {
      assertConverted();
      // Also while it runs.
      removePasswords();
      try (EmbeddedServer second =
          EmbeddedServer.open(place.data(), place.port(), "caravan c", false)) {
        assertConverted();
        assertThat(second.password()).isNotEqualTo(server.password());
      }
    }
  }

  @Test
  void aPasswordThatOthersCouldReadIsReplaced() throws Exception {
    String before = place.superuserPassword();
    Files.setPosixFilePermissions(
        place.data().resolve("pgpass.postgres"), PosixFilePermissions.fromString("rw-r--r--"));
    try (EmbeddedServer server = open()) {
      assertConverted();
      assertThat(place.superuserPassword()).isNotEqualTo(before);
      assertRefused("postgres", "postgres", before);
      assertThat(server.restarts()).isZero();
    }
  }

  @Test
  void rightsThatSomebodyGaveCaravanAreTakenBack() throws Exception {
    place.server();
    superuser(
        place.superuserPassword(),
        "alter role caravan superuser createrole; create role boss superuser;"
            + " grant boss to caravan; grant pg_execute_server_program to caravan");
    try (EmbeddedServer server = open()) {
      assertThat(server.user()).isEqualTo("caravan");
      assertThat(
              place.query(
                  "select rolsuper or rolcreaterole as more,"
                      + " (select count(*) from pg_auth_members where member = 'caravan'::regrole)"
                      + " as roles from pg_roles where rolname = 'caravan'"))
          .extracting(Object::toString)
          .containsExactly("{more=false, roles=0}");
    }
  }

  private EmbeddedServer open() {
    return EmbeddedServer.open(place.data(), place.port(), "caravan b", true);
  }

  private void assertConverted() throws Exception {
    assertRefused("postgres", "postgres", "");
    assertSuperuserHasItsPassword();
    login("caravan", "caravan", "").close();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(place.data().resolve("binaries"))))
        .as("nobody else puts a program there")
        .isEqualTo("rwx------");
    for (String name : List.of("pgpass.postgres", "pgpass.caravan", "postgresql/pg_hba.conf")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(place.data().resolve(name))))
          .as(name)
          .isEqualTo("rw-------");
    }
  }

  private void assertSuperuserHasItsPassword() throws Exception {
    try (Connection postgres = login("postgres", "postgres", place.superuserPassword());
        Statement statement = postgres.createStatement();
        var row =
            statement.executeQuery(
                "select rolpassword like 'SCRAM-SHA-256$%' from pg_authid"
                    + " where rolname = 'postgres'")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getBoolean(1)).isTrue();
    }
  }

  private void assertRefused(String user, String database, String password) {
    assertThatThrownBy(() -> login(user, database, password).close())
        .as(user + " in " + database)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isIn("08004", "28P01", "28000"));
  }

  /** In the arguments of every process, and in every file but those that are to have them. */
  private void assertNoPasswordLeaks() throws IOException {
    LeakSearch search =
        new LeakSearch()
            .of("the superuser's password", place.superuserPassword(), "postgres")
            .of("the password of caravan", place.password("caravan"), "caravan");
    ProcessHandle.allProcesses()
        .forEach(each -> search.look("process " + each.pid(), read(commandLine(each))));
    try (Stream<Path> files = Files.walk(place.data())) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("pgpass."))
          .filter(file -> !file.startsWith(place.data().resolve("binaries")))
          .forEach(file -> search.look(file.toString(), read(file)));
    }
    assertThat(search.places()).isGreaterThan(100);
    assertThat(search.found()).isEmpty();
  }

  private static Path commandLine(ProcessHandle process) {
    return Path.of("/proc/" + process.pid() + "/cmdline");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (java.nio.file.NoSuchFileException over) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the place what a Caravan of before left behind. */
  private void makeOld(boolean withoutFiles) throws Exception {
    try (EmbeddedServer server = open();
        Connection caravan = login("caravan", "caravan", "");
        Statement statement = caravan.createStatement()) {
      statement.execute("create table kept (word text); insert into kept values ('kept')");
      superuser(
          place.superuserPassword(),
          "alter role postgres password null; alter role caravan password null");
      assertThat(server.user()).isEqualTo("caravan");
      place.stopServer();
    }
    Files.writeString(rules(), OLD_RULES);
    Files.setPosixFilePermissions(
        place.data().resolve("binaries"), PosixFilePermissions.fromString("rwxrwxrwx"));
    if (withoutFiles) {
      removePasswords();
    }
  }

  private void removePasswords() throws IOException {
    Files.delete(place.data().resolve("pgpass.postgres"));
    Files.delete(place.data().resolve("pgpass.caravan"));
  }

  private void reload() throws Exception {
    new ProcessBuilder("kill", "-HUP", Long.toString(place.postmaster())).start().waitFor();
    await("the old rules")
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              login("postgres", "postgres", "").close();
              return true;
            });
  }

  private void superuser(String password, String sql) throws SQLException {
    try (Connection postgres = login("postgres", "postgres", password);
        Statement statement = postgres.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection login(String user, String database, String password) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + place.port() + "/" + database, user, password);
  }

  private Path rules() {
    return place.data().resolve("postgresql").resolve("pg_hba.conf");
  }
}
