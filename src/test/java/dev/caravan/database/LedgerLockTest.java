package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every statement that begins or ends gaps or coverage goes through the one lock of its feed. */
class LedgerLockTest {
  private static final Path SQL = Path.of("src/main/resources/sql");
  private static final Path ROUTES = Path.of("routes");
  private static final Path JAVA = Path.of("src/main/java");

  private static final Pattern CHANGE =
      Pattern.compile(
          "(insert\\s+into|delete\\s+from|update)\\s+stream_coverage\\b"
              + "|insert\\s+into\\s+gaps\\b"
              + "|update\\s+gaps\\b[^;]*?\\bset\\b[^;]*?\\bto_ts\\s*=(?=[^;]*?\\bwhere\\b)",
          Pattern.CASE_INSENSITIVE);

  /** Their gaps have an end as soon as they are open, and no other change looks for those. */
  private static final Set<String> WITH_AN_END =
      Set.of("receipts/count_receipts", "gaps/reopen_gaps");

  @Test
  void everyChangeIsMadeAlone() throws IOException {
    List<String> changes = changes();
    assertThat(changes)
        .contains(
            "gaps/open_gaps",
            "gaps/end_gaps",
            "gaps/end_unwanted_gaps",
            "gaps/cut_endless_gaps",
            "gaps/open_missed_sessions",
            "gaps/open_news_gap",
            "stream_coverage/record_coverage");
    List<String> unlocked = new ArrayList<>();
    for (String change : changes) {
      Pattern use =
          Pattern.compile(
              "sql/"
                  + change
                  + "\\.sql\"?\\s*\\n\\s*- to:\\s*\\n\\s*id: \\S+\\s*\\n\\s*uri: (\\S+)");
      int uses = javaUses(change);
      int locked = uses;
      for (Path route : files(ROUTES, ".yaml")) {
        String text = Files.readString(route);
        uses += text.split(Pattern.quote("sql/" + change + ".sql"), -1).length - 1;
        Matcher found = use.matcher(text);
        while (found.find()) {
          locked += found.group(1).equals("direct:change-ledger") ? 1 : 0;
        }
      }
      if (uses == 0 || locked != uses) {
        unlocked.add(change);
      }
    }
    assertThat(unlocked).as("they are to be sent to direct:change-ledger").isEmpty();
  }

  @Test
  void javaThatMakesAChangeTakesTheLockBeforeIt() throws IOException {
    List<String> changes = changes();
    for (Path source : files(JAVA, ".java")) {
      String text = Files.readString(source);
      for (String change : changes) {
        int use = text.indexOf("\"" + change + "\"");
        if (use >= 0) {
          assertThat(text.substring(0, use).strip())
              .as(source + " takes the lock right before " + change)
              .containsPattern(
                  "\\(Sql\\.named\\(\"gaps/lock_ledger\"\\), \\w+\\);\\s+\\S+\\(Sql\\.named\\($");
        }
      }
      assertThat(CHANGE.matcher(text).find()).as(source.toString()).isFalse();
    }
  }

  private static int javaUses(String change) throws IOException {
    int uses = 0;
    for (Path source : files(JAVA, ".java")) {
      uses += Files.readString(source).split(Pattern.quote("\"" + change + "\""), -1).length - 1;
    }
    return uses;
  }

  private static List<String> changes() throws IOException {
    List<String> changes = new ArrayList<>();
    for (Path file : files(SQL, ".sql")) {
      String name = SQL.relativize(file).toString().replace('\\', '/').replaceAll("\\.sql$", "");
      if (CHANGE.matcher(Files.readString(file)).find() && !WITH_AN_END.contains(name)) {
        changes.add(name);
      }
    }
    return changes;
  }

  private static List<Path> files(Path folder, String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(end)).toList();
    }
  }
}
