package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * While nodes are updated one after the other, those of the release before work on the new schema:
 * a migration only adds, and what it adds asks nothing of them. What is to go goes one release
 * later.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReleaseBeforeIT {
  private static final Path SCHEMA = Path.of("src/test/resources/schema");
  private static final Pattern TABLE =
      Pattern.compile("^(?:column|constraint|required) (\\w+)\\..*");
  private static final Pattern INDEXED =
      Pattern.compile("^unique index (?:public\\.)?(\\w+) USING.*");

  private final TestDatabase database = TestDatabase.fresh();
  private final Set<String> before = new TreeSet<>();
  private Connection connection;

  @BeforeAll
  void open() throws IOException, SQLException {
    Files.readAllLines(SCHEMA.resolve("release-before.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .forEach(before::add);
    connection = database.connect();
    connection.setAutoCommit(false);
  }

  @AfterEach
  void undo() throws SQLException {
    connection.rollback();
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void whatTheReleaseBeforeUsesIsThereAndNothingMoreIsAskedOfIt() throws Exception {
    assertThat(before).hasSizeGreaterThan(900);
    assertThat(contractions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table gaps rename column reason to why",
        "alter table stream_owners drop column since",
        "alter table gaps alter column attempts type bigint",
        "alter table cluster_nodes rename constraint cluster_nodes_one_row_a_process to nodes_key",
        "alter table flow_firings rename to firings",
        "drop function fence_stream(text, bigint)",
        "drop view failing_flows",
        "alter table flow_firings add column host text not null",
        "alter table flow_firings alter column resumed_at set not null",
        "alter table flow_runs add constraint only_few check (run_id < 1000)",
        "create unique index one_firing_at_a_time on flow_firings (due_at)"
      })
  void aMigrationThatWouldStopTheReleaseBeforeIsFound(String migration) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(migration);
    }
    assertThat(contractions()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table gaps add column note text",
        "alter table flow_runs alter column process drop not null",
        "alter table gaps add column tries integer not null default 0",
        "create table notes (note_id bigint primary key, note text not null)",
        "create index gaps_by_reason on gaps (reason)",
        "create function noted(note text) returns text language sql as 'select note'"
      })
  void aMigrationThatOnlyAddsIsNone(String migration) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(migration);
    }
    assertThat(contractions()).isEmpty();
  }

  /** What a node of the release before would stumble over. */
  private List<String> contractions() throws IOException, SQLException {
    Set<String> now = new TreeSet<>(column(Files.readString(SCHEMA.resolve("names.sql"))));
    List<String> found = new ArrayList<>();
    before.stream()
        .filter(name -> !name.startsWith("required ") && !now.contains(name))
        .map(name -> "gone: " + name)
        .forEach(found::add);
    Set<String> tables = new TreeSet<>();
    before.forEach(name -> tables.add(table(name)));
    now.stream()
        .filter(name -> !name.startsWith("column ") && !before.contains(name))
        .filter(name -> !table(name).isEmpty() && tables.contains(table(name)))
        .map(name -> "new, and may refuse its rows: " + name)
        .forEach(found::add);
    return found;
  }

  /** The table that a line is about; empty where it is about none. */
  private static String table(String name) {
    for (Pattern pattern : List.of(TABLE, INDEXED)) {
      var match = pattern.matcher(name);
      if (match.matches()) {
        return match.group(1);
      }
    }
    return "";
  }

  private List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
