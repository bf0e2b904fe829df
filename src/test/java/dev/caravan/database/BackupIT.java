package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.archive.ArchiveReader;
import dev.caravan.archive.FileFault;
import dev.caravan.archive.Manifest;
import dev.caravan.support.TestDatabase;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a backup has, and what becomes of it in another database, whose owner is no superuser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupIT {
  /** Puts a row into each table that has none: what its columns say, or of their type anything. */
  private static final String FILL =
      """
      do $$
      declare
        t record;
        filled boolean;
        failed text := '';
        said constant jsonb := '{
          "timeframe": "1Min", "dataset": "trades", "source": "alpaca", "currency": "USD", "flow": "yahoo-bars",
          "trigger": "command", "expected": 2, "side": "alpaca", "role": "stream", "action": "split", "kind": "canceled",
          "symbols": null, "low": 1, "high": 2, "next_try_at": "2026-11-20"}';
        own constant jsonb := '{
          "symbols.status": "active", "trades.status": "valid", "flow_runs.status": "succeeded",
          "gaps.status": "abandoned", "backfill_ranges.status": "done", "backfill_ranges.proof": "answer", "trade_revisions.status": "valid",
          "alert_messages.kind": "opened", "corporate_action_revisions.why": "changed",
          "market_calendar.close": "2026-11-20 21:00Z", "market_calendar.session_close": "2026-11-21 01:00Z",
          "proofs.asked": "{[1,9)}", "proofs.quiet": "{}", "receipts.expected": 3, "listed_assets.status": "active",
          "company_profiles.officers": [{"name": "tab\\tand \\"quote\\""}]}';
      begin
        set local session_replication_role = replica;
        for t in
          select c.oid, c.relname::text as name from pg_class c
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and c.relname <> 'flyway_schema_history'
        loop
          execute format('select exists (select from %I)', t.name) into filled;
          continue when filled;
          begin
          execute (
            select format('insert into %I (%s) overriding system value values (%s)', t.name,
              string_agg(quote_ident(a.attname), ', '),
              string_agg(coalesce(quote_literal(own ->> (t.name || '.' || a.attname)),
                case when format_type(a.atttypid, null) in ('text', 'integer', 'numeric', 'bigint', 'timestamp with time zone')
                  then quote_literal(said ->> a.attname::text) end,
                case format_type(a.atttypid, null)
                  when 'text' then quote_literal('x')
                  when 'text[]' then '''{AAPL,"a\\\\b,c"}'''
                  when 'timestamp with time zone' then case when a.attname ~ '^to|ends|closes|closed|last|finished' then quote_literal('2026-11-20 15:00:00.123456Z')
                    else quote_literal('2026-11-20 14:30:00.123456Z') end
                  when 'date' then case when a.attname ~ '^to' then quote_literal('2026-11-21') else quote_literal('2026-11-20') end
                  when 'boolean' then 'true'
                  when 'jsonb' then quote_literal('{"a": "tab\\tand \\"quote\\""}')
                  when 'xid8' then quote_literal('7')
                  when 'numeric' then '1.50'
                  else '1' end), ', '))
            from pg_attribute a
            where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '');
          exception when others then failed := failed || sqlerrm || ' in ' || t.name || chr(10);
          end;
        end loop;
        if failed <> '' then
          raise exception '%', failed;
        end if;
      end $$
      """;

  private final TestDatabase source = TestDatabase.fresh();
  private Path archive;

  @TempDir static Path directory;

  /** An empty database of a role that may do nothing else: without tables, or with empty ones. */
  private static final class Target implements AutoCloseable {
    private static final String OWNER = "restorer_" + ProcessHandle.current().pid();
    private static final String TEMPLATE = OWNER + "_template";

    private final String name;
    private final TestDatabase server;

    private Target(TestDatabase server, String name, String template) {
      this.name = name;
      this.server = server;
      server.execute("create database " + name + TestDatabase.copyOf(template) + " owner " + OWNER);
    }

    static void prepare(TestDatabase server) {
      server.execute("create role " + OWNER + " login password 'x'");
      try (Database database = new Target(server, TEMPLATE, "template0").open()) {
        database.migrate("latest");
      }
    }

    static void drop(TestDatabase server) {
      server.execute("drop database " + TEMPLATE + " with (force)");
      server.execute("drop role " + OWNER);
    }

    static Target withoutTables(TestDatabase server) {
      return new Target(server, unused(), "template0");
    }

    static Target empty(TestDatabase server) {
      return new Target(server, unused(), TEMPLATE);
    }

    private static String unused() {
      return "restored_" + UUID.randomUUID().toString().substring(0, 8);
    }

    Database open() {
      return Database.openAsItIs(
          new Database.Options(
              server.url().replaceFirst("/[^/?]*(\\?|$)", "/" + name + "$1"),
              OWNER,
              "x",
              Path.of("unused"),
              1,
              false));
    }

    void run(String sql) throws SQLException {
      try (Connection connection = open().connect();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    String value(String sql) throws SQLException {
      try (Connection connection = open().connect();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        row.next();
        return row.getString(1);
      }
    }

    @Override
    public void close() {
      server.execute("drop database if exists " + name + " with (force)");
    }
  }

  @BeforeAll
  void store() throws Exception {
    source.execute(
        "insert into symbols (symbol, name) values ('AAPL', E'Tab\\there,\\nback\\\\slash \\\\N \"€𝄞'), ('MSFT', '')");
    source.execute("update symbols set status = 'inactive' where symbol = 'MSFT'");
    source.execute(
        "insert into flow_runs (run_id, parent_run_id, flow, trigger, status, finished_at, process)"
            + " overriding system value values (7, 9, 'yahoo-bars', 'flow', 'succeeded', now(), 'p'),"
            + " (9, null, 'end-of-day', 'schedule', 'succeeded', now(), 'p')");
    // A number that was given and whose row is gone.
    source.execute("select setval(pg_get_serial_sequence('flow_runs', 'run_id'), 500)");
    source.execute(
        "insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, final)"
            + " select 'alpaca', 'sip', 'AAPL', '1Min', t, 1.10, 2.200, 0.00001234567, 1, 12345678901234567890, true"
            + " from generate_series('2026-01-05'::timestamptz, '2026-01-06', '1 min') t");
    source.execute("update bars set close = 1.5 where ts = '2026-01-05'");
    source.execute(
        "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, feed)"
            + " select 'AAPL', t, 999, 'V', 1, 187.10, 100, array['@', ' '], 'iex'"
            + " from generate_series('2024-02-28'::timestamptz, now() + interval '40 days', '7 days') t");
    source.execute(FILL);
    Target.prepare(source);
    archive = directory.resolve("backup.zip");
    write(source.database(), archive);
  }

  @AfterAll
  void drop() {
    Target.drop(source);
    source.close();
  }

  @Test
  void everyRowOfEveryTableIsThereAgain() throws Exception {
    Map<String, String> rows = rows(source.database());
    assertThat(rows).hasSizeGreaterThan(40);
    assertThat(rows).as("each table has rows here").doesNotContainValue("0");
    try (Target target = Target.withoutTables(source)) {
      assertThat(restore(archive, target)).isEmpty();

      assertThat(rows(target.open())).isEqualTo(rows);
    }
  }

  @Test
  void theRestoredDatabaseGoesOnWhereTheOtherOneWas() throws Exception {
    try (Target target = Target.empty(source)) {
      restore(archive, target);

      // Numbers go on behind the last one given, months lie as they lay, and triggers do their
      // work.
      assertThat(
              target.value(
                  "insert into flow_runs (flow, trigger, status, process) values ('x', 'command', 'running', 'p')"
                      + " returning run_id"))
          .isEqualTo("501");
      String months =
          "select string_agg(concat_ws(' ', of_table, partition, from_ts, to_ts), E'\\n' order by of_table, to_ts)"
              + " from month_partitions";
      assertThat(target.value(months)).isEqualTo(source.value(months));
      assertThat(target.value("select count(*) from trades_default")).isEqualTo("0");
      target.run("update bars set close = 2 where ts = '2026-01-05 00:01'");
      assertThat(target.value("select count(*) from bar_revisions where ts = '2026-01-05 00:01'"))
          .isEqualTo("1");
      target.run("update symbols set status = 'active' where symbol = 'MSFT'");
      assertThat(
              target.value(
                  "select new_value from symbol_changes where symbol = 'MSFT' order by change_id desc limit 1"))
          .isEqualTo("active");
      assertThat(
              target.value(
                  "select version from flyway_schema_history order by installed_rank desc limit 1"))
          .isEqualTo(
              source.value(
                  "select version from flyway_schema_history order by installed_rank desc limit 1"));
    }
  }

  @Test
  void monthsThatAreEarlierThanThoseOfANewDatabaseAreMadeAgain() throws Exception {
    try (Target old = Target.empty(source);
        Target target = Target.empty(source)) {
      // As if it had been set up two years ago.
      for (String table : List.of("trades", "quotes", "trade_corrections", "trade_revisions")) {
        old.run(
            Sql.filled(
                "month_partitions/begin_months",
                Map.of("table", table, "first", "2024-11-01T00:00:00Z")));
      }
      old.run(
          "insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed)"
              + " select 'AAPL', t, 0, 'V', 1, 1, 1, 'iex'"
              + " from generate_series('2024-09-15'::timestamptz, '2025-03-15', '1 month') t");
      Path file = directory.resolve("months.zip");
      write(old.open(), file);

      restore(file, target);

      String where =
          "select string_agg(ts::date || ' ' || tableoid::regclass, ', ' order by ts) from trades";
      assertThat(target.value(where))
          .isEqualTo(
              "2024-09-15 trades_earlier, 2024-10-15 trades_earlier, 2024-11-15 trades_2024_11,"
                  + " 2024-12-15 trades_2024_12, 2025-01-15 trades_2025_01, 2025-02-15 trades_2025_02,"
                  + " 2025-03-15 trades_2025_03");
      assertThat(target.value("select count(*) from make_months(now())")).isEqualTo("0");
    }
  }

  @Test
  void theShareThatIsDoneGrowsFromNothingToAllAndEveryRowIsCounted() throws Exception {
    CopyFigures figures = new CopyFigures();
    List<Double> shares = new ArrayList<>();
    Path file = directory.resolve("watched.zip");
    Manifest manifest;
    try (OutputStream to =
        new FilterOutputStream(Files.newOutputStream(file)) {
          @Override
          public void write(byte[] from, int offset, int length) throws IOException {
            shares.add(figures.seen().done());
            out.write(from, offset, length);
          }
        }) {
      manifest = Backup.write(source.database(), "test", to, figures);
    }
    assertThat(shares).isSorted().allMatch(share -> share < 1).anyMatch(share -> share > 0.1);
    assertThat(figures.seen().done()).isOne();
    assertThat(figures.seen().rows()).isEqualTo(manifest.rows());

    CopyFigures restored = new CopyFigures();
    try (Target target = Target.empty(source);
        ArchiveReader reader = ArchiveReader.open(file);
        Database database = target.open()) {
      Restore.from(reader, database, restored);
    }
    assertThat(restored.seen().done()).isOne();
    assertThat(restored.seen().rows()).isEqualTo(manifest.rows());
  }

  @Test
  void whatIsWrittenBehindTheSnapshotIsNotInItAndNothingCanBeDroppedMeanwhile() throws Exception {
    try (Target target = Target.empty(source);
        Target other = Target.empty(source)) {
      restore(archive, target);
      Map<String, String> before = rows(target.open());
      Path file = directory.resolve("beside.zip");
      try (OutputStream to = Files.newOutputStream(file)) {
        Backup.write(
            target.open(),
            "test",
            new AtFirst(
                to,
                () -> {
                  target.run(
                      "insert into symbols (symbol) values ('ZZZ');"
                          + " insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed)"
                          + " values ('ZZZ', now(), 0, 'V', 1, 1, 1, 'iex'); delete from quotes");
                  assertThatThrownBy(
                          () ->
                              target.run(
                                  "set lock_timeout = '100ms'; alter table trades detach partition trades_earlier"))
                      .hasMessageContaining("lock timeout");
                }),
            new CopyFigures());
      }
      assertThat(target.value("select count(*) from symbols where symbol = 'ZZZ'")).isEqualTo("1");

      restore(file, other);

      assertThat(rows(other.open())).isEqualTo(before);
    }
  }

  @Test
  void aBackupOfAnOlderCaravanIsBroughtUpToDate() throws Exception {
    try (Target old = Target.withoutTables(source);
        Target target = Target.withoutTables(source)) {
      try (Database database = old.open()) {
        database.migrate("14");
      }
      old.run(
          "insert into symbols (symbol) values ('AAPL');"
              + " insert into corporate_actions (source, symbol, action, ex_date, amount)"
              + " values ('yahoo', 'AAPL', 'dividend', '2025-01-02', 0), ('yahoo', 'AAPL', 'dividend', '2025-01-03', 1);"
              + " insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, feed)"
              + " values ('AAPL', '2025-01-03', 0, 'V', 1, 1, 1, 'iex')");
      Path file = directory.resolve("old.zip");
      assertThat(write(old.open(), file).migration()).isEqualTo(14);

      restore(file, target);

      // As a migration leaves it.
      assertThat(target.value("select string_agg(ex_date::text, ' ') from corporate_actions"))
          .isEqualTo("2025-01-03");
      assertThat(target.value("select why from corporate_action_revisions"))
          .isEqualTo("not above zero");
      assertThat(target.value("select tableoid::regclass from trades")).isEqualTo("trades_earlier");
    }
  }

  @Test
  void aDatabaseThatHasAnythingIsLeftAsItIs() throws Exception {
    try (Target target = Target.withoutTables(source)) {
      target.run("create table mine (id integer)");
      assertThatThrownBy(() -> restore(archive, target))
          .isInstanceOf(DatabaseException.class)
          .hasMessageContaining("it has a table mine, and none of Caravan's");

      target.run("drop table mine");
      try (Database database = target.open()) {
        database.migrate("latest");
      }
      target.run("insert into symbols (symbol) values ('KO')");
      assertThatThrownBy(() -> restore(archive, target))
          .isInstanceOf(DatabaseException.class)
          .hasMessageContaining("is not empty: table ")
          .hasMessageContaining("A backup is restored into an empty database alone");
      assertThat(target.value("select count(*) from bars")).isEqualTo("0");

      // Where tables are there and nothing is in them, it can be.
      target.run("truncate symbols, symbol_changes");
      assertThat(restore(archive, target)).isEmpty();
    }
  }

  @Test
  void tablesAndColumnsOfSomebodyElseAreNamed() throws Exception {
    try (Target target = Target.empty(source);
        Target other = Target.empty(source)) {
      restore(archive, target);
      target.run("create table mine (id integer); insert into mine values (1)");
      Path file = directory.resolve("mine.zip");
      write(target.open(), file);
      assertThat(restore(file, other)).containsExactly("mine");

      target.run("drop table mine; alter table symbols add column colour text");
      write(target.open(), file);
      try (Target third = Target.empty(source)) {
        assertThatThrownBy(() -> restore(file, third))
            .isInstanceOf(FileFault.class)
            .hasMessageContaining(
                "Table symbols of the backup has columns that are none of Caravan's: colour.");
        assertThat(third.value("select count(*) from bars")).isEqualTo("0");
      }
    }
  }

  @Test
  void aBackupThatWasCutOffOrDamagedIsRefusedAndTheDatabaseStaysEmpty() throws Exception {
    byte[] whole = Files.readAllBytes(archive);
    Path file = directory.resolve("broken.zip");
    try (Target target = Target.empty(source)) {
      for (int length : List.of(0, 100, whole.length / 2, whole.length - 1)) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> restore(file, target))
            .isInstanceOf(FileFault.class)
            .hasMessageContaining("is not a whole backup");
      }
      // In the middle of a table's rows.
      byte[] damaged = whole.clone();
      damaged[indexOf(whole, "tables/bars.copy") + 2000] ^= 1;
      Files.write(file, damaged);
      assertThatThrownBy(() -> restore(file, target))
          .isInstanceOf(FileFault.class)
          .hasMessageContaining("is damaged: the rows of table bars are not those of the backup");
      // A row less, in an archive that is sound as such.
      rewrite(file, "tables/bars.copy", text -> text.substring(text.indexOf('\n') + 1));
      assertThatThrownBy(() -> restore(file, target))
          .isInstanceOf(FileFault.class)
          .hasMessageContaining("the rows of table bars are not those");
      rewrite(file, "manifest.json", text -> text.replaceFirst("\"rows\"", "\"lines\""));
      assertThatThrownBy(() -> restore(file, target)).isInstanceOf(FileFault.class);

      assertThat(target.value("select count(*) from symbols")).isEqualTo("0");
      assertThat(target.value("select count(*) from flow_runs")).isEqualTo("0");
      // Nothing is in the way of the next try.
      assertThat(restore(archive, target)).isEmpty();
    }
  }

  @Test
  void whatIsNoBackupOrOfALaterCaravanIsRefusedBeforeAnythingIsMade() throws Exception {
    Path file = directory.resolve("other.zip");
    try (Target target = Target.withoutTables(source)) {
      assertThatThrownBy(() -> restore(directory.resolve("none.zip"), target))
          .hasMessage("There is no file " + directory.resolve("none.zip") + ".");
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        zip.putNextEntry(new ZipEntry("holiday.jpg"));
      }
      assertThatThrownBy(() -> restore(file, target))
          .hasMessage(file + " is not a backup of Caravan.");
      rewrite(
          file,
          "manifest.json",
          text -> text.replaceFirst("\"migration\" : \\d+", "\"migration\" : 9999"));
      assertThatThrownBy(() -> restore(file, target))
          .hasMessageStartingWith(
              "The backup was written by Caravan test (migration 9999); this one knows no later migration than ");
      rewrite(file, "manifest.json", text -> text.replaceFirst("\"format\" : 1", "\"format\" : 2"));
      assertThatThrownBy(() -> restore(file, target))
          .hasMessage(
              file
                  + " was written by Caravan test in a form that this one does not know; restore it with that version.");
      assertThat(
              target.value(
                  "select count(*) from pg_class where relnamespace = 'public'::regnamespace"))
          .isEqualTo("0");
    }
  }

  @Test
  void aDatabaseWithoutCaravanHasNothingToBackUp() throws Exception {
    try (Target target = Target.withoutTables(source)) {
      assertThatThrownBy(() -> write(target.open(), directory.resolve("nothing.zip")))
          .isInstanceOf(DatabaseException.class)
          .hasMessageStartingWith("There is no data of Caravan's in jdbc:postgresql://");
    }
  }

  /** Does something when the first byte of the first table comes. */
  private static final class AtFirst extends FilterOutputStream {
    private interface Work {
      void run() throws SQLException;
    }

    private Work work;

    AtFirst(OutputStream to, Work work) {
      super(to);
      this.work = work;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      write();
      out.write(bytes, offset, length);
    }

    @Override
    public void write(int one) throws IOException {
      write();
      out.write(one);
    }

    private void write() {
      Work now = work;
      work = null;
      try {
        if (now != null) {
          now.run();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The backup with one entry made another. */
  private void rewrite(Path file, String entry, UnaryOperator<String> change) throws IOException {
    try (ZipFile from = new ZipFile(archive.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(file))) {
      for (ZipEntry each : Collections.list(from.entries())) {
        to.putNextEntry(new ZipEntry(each.getName()));
        byte[] text = from.getInputStream(each).readAllBytes();
        if (each.getName().equals(entry)) {
          String changed = change.apply(new String(text, StandardCharsets.UTF_8));
          assertThat(changed).isNotEqualTo(new String(text, StandardCharsets.UTF_8));
          text = changed.getBytes(StandardCharsets.UTF_8);
        }
        to.write(text);
      }
    }
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private static List<String> restore(Path file, Target target) throws SQLException {
    try (ArchiveReader reader = ArchiveReader.open(file);
        Database database = target.open()) {
      return Restore.from(reader, database, new CopyFigures());
    }
  }

  private static Manifest write(Database database, Path file) throws Exception {
    try (OutputStream to = Files.newOutputStream(file)) {
      return Backup.write(database, "test", to, new CopyFigures());
    }
  }

  /** Of each table how many rows it has, and a sum of their text in any order. */
  private static Map<String, String> rows(Database database) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String table : Backup.names(Backup.tables(connection))) {
        try (ResultSet row =
            statement.executeQuery(
                "select count(*) || coalesce(' ' || sum(hashtextextended(t::text, 0)), '') from "
                    + table
                    + " t")) {
          row.next();
          rows.put(table, row.getString(1));
        }
      }
    }
    return rows;
  }
}
