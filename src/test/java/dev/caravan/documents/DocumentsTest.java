package dev.caravan.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.console.Caravan;
import dev.caravan.documents.Documents.Block;
import dev.caravan.documents.Documents.Command;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * What the documents owe their reader. Whether their commands and statements work is shown by
 * {@link DocumentsIT}; here it is that each is run there, or says why not.
 */
class DocumentsTest {
  private static final int MOST_LINES_OF_README = 160;

  /** Without a language a block is output. */
  private static final Set<String> LANGUAGES =
      Set.of("sh", "sql", "java", "yaml", "json", "properties", "mermaid", "");

  private static final Pattern ANY_MARK = Pattern.compile("(?m)^<!-- *(not run|run by)");
  private static final Pattern HIDDEN_FENCE = Pattern.compile("(?m)^([ \\t]+```|[ \\t]*~~~)");
  private static final Pattern STARTS_A_PROGRAM =
      Pattern.compile("(?m)^(java|mvn|psql|curl|docker|select|insert|update) ");
  private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern KEY =
      Pattern.compile("(?<![./\\w-])(?:-D)?caravan\\.[a-zA-Z][\\w.*-]*[\\w*]");
  private static final Pattern VARIABLE = Pattern.compile("\\bCARAVAN_[A-Z_]+\\b");
  private static final Pattern TEST = Pattern.compile("\\b\\w+(?:Test|IT|E2E|Benchmark)\\b");
  private static final Pattern FLOW_ROW =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| ([^|]+) \\| [^|]+ \\|$");
  private static final Pattern RUN = Pattern.compile("(?<![\\w-])run ([a-z]+(?:-[a-z]+)+)");
  private static final Pattern FLOW_PATH = Pattern.compile("/api/flows/([a-z-]+)/");

  private static final Pattern MESSAGE_CELL = Pattern.compile("(?m)^\\| ([^|]*`[^|]+) \\|");

  /** In a message: what differs each time. */
  private static final Pattern PLACEHOLDER = Pattern.compile("'?\\b[A-Z]+\\b'?|\\.\\.\\.");

  /** Names of the example in CONTRIBUTING of how a source is added. */
  private static final String MADE_UP = "acme";

  /** Of the tests, not of Caravan. */
  private static final String TEST_DATABASE = "CARAVAN_TEST_DATABASE_URL";

  @Test
  void everyCommandAndStatementIsRunByATestOrSaysWhyNot() {
    SoftAssertions softly = new SoftAssertions();
    for (Block block : Documents.blocks()) {
      softly.assertThat(LANGUAGES).as(block + " has a language of ours").contains(block.language());
      if (!block.isShell() && !block.isSql()) {
        softly.assertThat(block.mark()).as(block + " is not to be run at all").isEmpty();
      }
      if (block.language().isEmpty()) {
        softly
            .assertThat(block.text())
            .as(block + " is output, and no command in disguise")
            .doesNotContainPattern(STARTS_A_PROGRAM);
      }
      if (block.isShell() && block.mark().isEmpty()) {
        softly
            .assertThat(block.commands())
            .as(
                "%s: each is run by DocumentsIT, or the block says above its fence <!-- not run: why -->"
                    + " or <!-- run by Test -->",
                block)
            .allMatch(DocumentsIT::runs);
      }
    }
    softly.assertAll();
  }

  @Test
  void everyMarkStandsAboveABlockAndEveryFenceBeginsItsLine() {
    for (Path file : Documents.all()) {
      assertThat(Documents.text(file)).as(file.toString()).doesNotContainPattern(HIDDEN_FENCE);
      assertThat(ANY_MARK.matcher(Documents.text(file)).results().count())
          .as("marks in " + file)
          .isEqualTo(Documents.blocks(file).stream().filter(b -> !b.mark().isEmpty()).count());
    }
  }

  @Test
  void whatIsRunByAnotherTestIsInThatTest() throws IOException {
    Map<String, Path> tests = tests();
    SoftAssertions softly = new SoftAssertions();
    for (Block block : Documents.blocks()) {
      List<String> named = TEST.matcher(block.mark()).results().map(MatchResult::group).toList();
      softly.assertThat(tests.keySet()).as(block + " names tests").containsAll(named);
      if (!block.mark().startsWith("run by ") || !tests.keySet().containsAll(named)) {
        continue;
      }
      softly.assertThat(named).as(block + " names a test").hasSize(1);
      String source = Files.readString(tests.get(named.get(0)));
      for (Command command : block.commands().stream().filter(Command::isCaravan).toList()) {
        List<String> arguments = command.arguments();
        softly
            .assertThat(source)
            .as(named.get(0) + " runs " + command)
            .contains(arguments.isEmpty() ? ".run()" : "\"" + arguments.get(0) + "\"");
      }
    }
    softly.assertAll();
  }

  @Test
  void everyLinkLeadsSomewhere() {
    SoftAssertions softly = new SoftAssertions();
    for (Path file : Documents.all()) {
      for (MatchResult link : LINK.matcher(Documents.prose(file)).results().toList()) {
        String target = link.group(1);
        if (target.matches("https?://.+")) {
          continue;
        }
        String path = target.replaceAll("#.*", "");
        Path there = path.isEmpty() ? file : file.resolveSibling(path).normalize();
        softly.assertThat(there).as(file + " links to " + target).exists();
        if (target.contains("#") && Files.isRegularFile(there)) {
          softly
              .assertThat(anchors(there))
              .as(file + " links to " + target)
              .contains(target.replaceAll(".*#", ""));
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void everySettingExists() throws IOException {
    Set<String> keys = settings().stringPropertyNames();
    Set<String> variables =
        keys.stream()
            .map(key -> key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
            .collect(Collectors.toSet());
    SoftAssertions softly = new SoftAssertions();
    for (Path file : Documents.all()) {
      for (String name : found(KEY, Documents.text(file))) {
        String key = name.replaceFirst("^-D", "");
        if (!key.matches("caravan\\.(jar|json|cdx\\.json|log\\.level|settings|service)")
            && !key.contains(MADE_UP)) {
          softly.assertThat(keys).as(file + " names " + key).anyMatch(named(key));
        }
      }
      for (String variable : found(VARIABLE, Documents.text(file))) {
        if (!variable.equals(TEST_DATABASE)) {
          softly.assertThat(variables).as(file + " names " + variable).contains(variable);
        }
      }
    }
    softly.assertAll();
  }

  /** A segment in capitals, as of {@code caravan.schedule.FLOW}, stands for any, and so does *. */
  private static Predicate<String> named(String key) {
    String pattern =
        Stream.of(key.split("\\."))
            .map(part -> part.matches("[A-Z]+|\\*") ? "[a-z.-]+" : Pattern.quote(part))
            .collect(Collectors.joining("\\."));
    return Pattern.compile(pattern).asMatchPredicate();
  }

  @Test
  void theTableOfFlowsNamesAllOfThemWithTheirSchedules() throws IOException {
    Map<String, String> table = new LinkedHashMap<>();
    FLOW_ROW
        .matcher(Documents.text(Documents.README))
        .results()
        .forEach(row -> table.put(row.group(1), row.group(2).strip()));

    Map<String, String> schedules = schedules();
    assertThat(table.keySet()).containsExactlyInAnyOrderElementsOf(schedules.keySet());
    table.forEach(
        (flow, when) -> {
          String schedule = schedules.get(flow);
          if (when.startsWith("`")) {
            assertThat(when).as(flow).isEqualTo("`" + schedule + "`");
          } else {
            assertThat(schedule)
                .as("%s has %s in words", flow, when)
                .satisfiesAnyOf(
                    is -> assertThat(is).isIn("off", "session", "start"),
                    is -> assertThat(flow).isIn("market-calendar", "repair"));
          }
          assertThat(when.startsWith("in "))
              .as("%s is off by itself, and a step of others: %s", flow, when)
              .isEqualTo(schedule.equals("off") || flow.equals("market-calendar"));
        });
  }

  @Test
  void everyFlowThatIsRunOrAskedForExists() throws IOException {
    Set<String> flows = schedules().keySet();
    SoftAssertions softly = new SoftAssertions();
    for (Path file : Documents.all()) {
      for (Pattern pattern : List.of(RUN, FLOW_PATH)) {
        pattern
            .matcher(Documents.text(file))
            .results()
            .map(found -> found.group(1))
            .filter(flow -> !flow.contains(MADE_UP))
            .forEach(flow -> softly.assertThat(flows).as(file + " names " + flow).contains(flow));
      }
    }
    softly.assertAll();
  }

  @Test
  void everyCommandOfCaravanIsUnderstood() {
    SoftAssertions softly = new SoftAssertions();
    for (Path file : Documents.all()) {
      for (Command command : Documents.commands(file)) {
        if (command.isCaravan() && !command.arguments().toString().contains(MADE_UP)) {
          softly
              .assertThatCode(
                  () -> Caravan.commandLine().parseArgs(command.arguments().toArray(String[]::new)))
              .as(command.toString())
              .doesNotThrowAnyException();
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void everyMessageThatIsExplainedIsOneOfCaravans() throws IOException {
    String sources = sources();
    Path troubles = Path.of("docs/troubleshooting.md");
    List<String> messages =
        MESSAGE_CELL
            .matcher(Documents.text(troubles))
            .results()
            .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell.group(1)).results())
            .map(message -> message.group(1))
            .toList();
    assertThat(messages).hasSizeGreaterThan(15);
    SoftAssertions softly = new SoftAssertions();
    for (String message : messages) {
      for (String part : PLACEHOLDER.split(message)) {
        softly.assertThat(sources.contains(part.strip())).as(message + ": " + part).isTrue();
      }
    }
    softly.assertAll();
  }

  /** What Caravan can write, with texts that go on in the next line put together. */
  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String folder : List.of("src/main/java", "src/main/resources/sql", "routes")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString().replaceAll("\"\\s*\\+\\s*\"", "");
  }

  @Test
  void everyProfileOfMavenExistsAndTheServerRunsTheTestsOfTheReadme() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    List<String> maven = new ArrayList<>();
    for (Path file : Documents.all()) {
      for (Command command : Documents.commands(file)) {
        if (command.words().contains("mvn")) {
          maven.add(String.join(" ", command.words()));
          command.words().stream()
              .filter(word -> word.startsWith("-P"))
              .forEach(
                  word ->
                      assertThat(pom)
                          .as(command.toString())
                          .contains("<id>" + word.substring(2) + "</id>"));
        }
      }
    }
    assertThat(maven).contains("mvn -B verify", "mvn -B -Punit verify");
    assertThat(Documents.text(Documents.README)).contains("## Test it\n");
    String tests = Documents.text(Documents.README).replaceAll("(?s).*\n## Test it\n", "");
    assertThat(Files.readAllLines(Path.of(".ci/run")))
        .last()
        .isEqualTo(tests.replaceAll("(?s).*?```sh\n(.+?)\n```.*", "$1"));
  }

  @Test
  void everyCommandOfPsqlAsksTheServerThatCaravanOrTheDemoBringsAlong() throws IOException {
    String port = settings().getProperty("caravan.database.port");
    int checked = 0;
    for (Path file : Documents.all()) {
      for (Command command : Documents.commands(file)) {
        if (command.words().get(0).equals("psql") && command.words().contains("-p")) {
          checked++;
          // The demo's is not to be set otherwise; DemoE2E looks for it there.
          assertThat(command.after("-p")).as(command.toString()).isIn(port, "54321");
          assertThat(command.after("-h")).as(command.toString()).isEqualTo("127.0.0.1");
          assertThat(command.words()).as(command.toString()).containsSequence("-U", "caravan");
          assertThat(command.words().get(7)).as(command.toString()).isEqualTo("caravan");
        }
      }
    }
    assertThat(checked).isPositive();
  }

  @Test
  void theReadmeIsShort() {
    assertThat(Documents.text(Documents.README).lines().count())
        .isLessThanOrEqualTo(MOST_LINES_OF_README);
  }

  private static Properties settings() throws IOException {
    Properties all = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of("application.properties"))) {
      all.load(file);
    }
    Properties own = new Properties();
    all.forEach(
        (key, value) -> {
          if (key.toString().startsWith("caravan.")) {
            own.put(key, value);
          }
        });
    return own;
  }

  /** The schedule that each flow has by default. */
  private static Map<String, String> schedules() throws IOException {
    Map<String, String> schedules = new TreeMap<>();
    settings()
        .forEach(
            (key, value) -> {
              String flow = key.toString().replaceFirst("^caravan\\.schedule\\.", "");
              if (!flow.equals(key) && !flow.equals("zone")) {
                schedules.put(flow, value.toString());
              }
            });
    return schedules;
  }

  private static Set<String> anchors(Path file) {
    return HEADING
        .matcher(Documents.prose(file))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\w\\s-]", "")
                    .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static Set<String> found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Path> tests() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  file -> file,
                  (one, other) -> one));
    }
  }
}
