package dev.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every statement that begins or ends gaps or coverage goes through the one lock of its feed. */
class LedgerLockTest {
  private static final Path SQL = Path.of("src/main/resources/sql");
  private static final Path ROUTES = Path.of("routes");
  private static final Path JAVA = Path.of("src/main/java");

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

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
      int javaUses = javaUses(change);
      int uses = javaUses;
      int locked = javaUses;
      for (Path file : files(ROUTES, ".yaml")) {
        for (JsonNode top : YAML.readTree(file.toFile())) {
          List<Boolean> found = new ArrayList<>();
          for (JsonNode route : List.of(top.path("route"), top.at("/routeTemplate/route"))) {
            JsonNode steps = route.at("/from/steps");
            find(change, steps, !steps.at("/0/transacted").isMissingNode(), false, found);
          }
          uses += found.size();
          locked += (int) found.stream().filter(alone -> alone).count();
        }
      }
      if (uses == 0 || locked != uses) {
        unlocked.add(change);
      }
    }
    assertThat(unlocked)
        .as("each needs gaps/lock_ledger before it, in a route that is transacted")
        .isEmpty();
  }

  /**
   * Looks for a change among steps, and below them.
   *
   * @param locked whether the lock was taken before
   * @param found for each use whether it is made alone
   */
  private static void find(
      String change, JsonNode steps, boolean transacted, boolean locked, List<Boolean> found) {
    boolean taken = locked;
    for (JsonNode step : steps) {
      String statement = statement(step);
      taken |= statement.equals("gaps/lock_ledger");
      if (statement.equals(change)) {
        found.add(transacted && taken);
      }
      for (JsonNode below : step.findValues("steps")) {
        find(change, below, transacted, taken, found);
      }
    }
  }

  private static String statement(JsonNode step) {
    JsonNode to = step.path("to");
    String uri = to.isTextual() ? to.asText() : to.path("uri").asText();
    return uri.startsWith("statement:")
        ? uri.substring("statement:".length()).replaceAll("\\?.*", "")
        : "";
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
