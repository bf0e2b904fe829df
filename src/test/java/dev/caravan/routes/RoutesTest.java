package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** What every file under routes/ and sql/ owes its reader. */
class RoutesTest {
  private static final Path ROUTES = Path.of("routes");

  /** Not a route: what the rooms are. */
  private static final Path MAP = ROUTES.resolve("README.md");

  private static final Path SQL = Path.of("src/main/resources/sql");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Nodes that may lead out of the process. */
  private static final Set<String> SENDERS =
      Set.of("to", "toD", "poll", "wireTap", "enrich", "pollEnrich");

  /** What stays in the process, and what a template is told to call. */
  private static final Pattern INSIDE = Pattern.compile("(direct|seda|controlbus):.*|[{]{2}.*");

  private static final Set<String> DEFINITIONS =
      Set.of("route", "routeTemplate", "routeConfiguration");

  /** What a person selects in Hawtio, to see what is under way. */
  private static final Set<String> SELECTED = Set.of("split", "circuitBreaker");

  /** What a person sees of a schedule's firing, in a trace. */
  private static final String FIRED = "run";

  /** Java that writes rows itself, as many at once as no statement could. */
  private static final Set<String> STORES =
      Set.of(
          "copy-bars", "copy-trades", "copy-quotes", "stream-store", "kafka-store", "kafka-commit");

  /** Variables of the whole run: which it is, its date and time, and what a source has answered. */
  private static final Set<String> SHARED = Set.of("run", "date", "now", "answer");

  private static final Pattern VARIABLE = Pattern.compile("variables?[.:\\[]'?\"?([\\w-]+)");

  /** Other ways to a database than a file below sql/. */
  private static final Pattern BY_HAND = Pattern.compile("(?:jdbc|sql):|classpath:sql/");

  private static final Pattern STATEMENT = Pattern.compile("(?:sql/|statement:)([a-z_]+/[a-z_]+)");

  private static final Pattern GETTER = Pattern.compile("(?:is|get)([A-Z])(\\w*)");

  @Test
  void everyFileIsNamedByItsPurposeWithoutFurtherDots() throws IOException {
    assertThat(files(ROUTES))
        .isNotEmpty()
        .allSatisfy(
            file -> assertThat(file.getFileName().toString()).matches("[a-z0-9-]+\\.camel\\.yaml"));
  }

  /** A file that no pattern names would never be loaded, and nothing would say so. */
  @Test
  void everyRoomIsLoaded() throws IOException {
    Properties wiring = new Properties();
    try (InputStream file = getClass().getResourceAsStream("/wiring.properties")) {
      wiring.load(file);
    }
    Set<String> rooms = new TreeSet<>();
    for (Path file : files(ROUTES)) {
      rooms.add("classpath:" + file.getParent() + "/*.camel.yaml");
    }
    assertThat(wiring.getProperty("camel.main.routesIncludePattern").split(","))
        .containsExactlyInAnyOrderElementsOf(rooms);
  }

  @Test
  void everyFileBeginsWithWhatItIs() throws IOException {
    for (Path file : files(ROUTES)) {
      assertThat(Files.readString(file)).as(file.toString()).startsWith("# ");
    }
  }

  @Test
  void everyRouteAndTemplateHasADescription() throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (JsonNode top : tops()) {
      for (JsonNode described :
          List.of(top.path("route"), top.path("routeTemplate"), top.at("/routeTemplate/route"))) {
        if (!described.isMissingNode()) {
          all.assertThat(described.path("description").asText())
              .as("description of " + described.path("id").asText())
              .isNotBlank();
        }
      }
      for (JsonNode parameter : top.at("/routeTemplate/parameters")) {
        all.assertThat(parameter.path("description").asText())
            .as(top.at("/routeTemplate/id").asText() + ", parameter " + parameter.path("name"))
            .isNotBlank();
      }
    }
    all.assertAll();
  }

  @Test
  void aRouteIsCalledByItsId() throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (JsonNode top : tops()) {
      for (JsonNode route : List.of(top.path("route"), top.at("/routeTemplate/route"))) {
        String from = route.at("/from/uri").asText();
        if (from.startsWith("direct:")) {
          all.assertThat("direct:" + route.path("id").asText()).isEqualTo(from);
        }
      }
    }
    all.assertAll();
  }

  /** Camel makes a route of each operation of the REST DSL too, called as that is. */
  @Test
  void noIdOfARouteIsTakenTwice() throws IOException {
    List<String> ids = new ArrayList<>();
    for (JsonNode top : tops()) {
      for (JsonNode id : List.of(top.at("/route/id"), top.at("/templatedRoute/routeId"))) {
        if (!id.isMissingNode()) {
          ids.add(id.asText());
        }
      }
      for (JsonNode operation : operations(top)) {
        ids.add(operation.path("routeId").asText(operation.path("id").asText()));
      }
    }
    assertThat(ids).hasSizeGreaterThan(100).doesNotHaveDuplicates();
  }

  @Test
  void aTemplatedRouteHasTheIdThatItsTemplateSays() throws IOException {
    Map<String, JsonNode> templates = templates();
    for (JsonNode top : tops()) {
      JsonNode templated = top.path("templatedRoute");
      if (!templated.isMissingNode()) {
        JsonNode template = templates.get(templated.path("routeTemplateRef").asText());
        assertThat(template).as(templated.toString()).isNotNull();
        assertThat(templated.path("routeId").asText())
            .isEqualTo(filled(template.at("/route/id").asText(), template, templated));
      }
    }
  }

  /** A trace, a metric and JMX show it by its id. */
  @Test
  void whatLeadsOutOfTheProcessHasAnIdAndNoIdIsTakenTwice() throws IOException {
    SoftAssertions all = new SoftAssertions();
    Map<String, String> seen = new HashMap<>();
    for (Path file : files(ROUTES)) {
      for (JsonNode top : YAML.readTree(file.toFile())) {
        walk(
            // Where an operation of the REST DSL leads is no step: that route takes its place.
            top.has("rest") ? MissingNode.getInstance() : top,
            (name, node) -> {
              if (SENDERS.contains(name) && isStep(name, node) && leadsOut(node)) {
                all.assertThat(node.path("id").asText())
                    .as(file + ": id of " + name + " " + node)
                    .isNotBlank();
              }
              if (node.path("id").isTextual() && !DEFINITIONS.contains(name)) {
                String id = node.path("id").asText();
                all.assertThat(seen.put(id, file.toString()))
                    .as(file + ": id " + id + " is taken")
                    .isNull();
              }
            });
      }
    }
    all.assertAll();
  }

  @Test
  void whatStaysInTheProcessHasNoId() throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (Path file : files(ROUTES)) {
      for (JsonNode top : YAML.readTree(file.toFile())) {
        walk(
            top.has("rest") ? MissingNode.getInstance() : top,
            (name, node) -> {
              boolean outside =
                  SENDERS.contains(name) && (leadsOut(node) || calledByTemplate(node));
              if (!DEFINITIONS.contains(name) && !outside && !SELECTED.contains(name)) {
                all.assertThat(node.path("id").asText())
                    .as(file + ": id of " + name)
                    .matches(
                        id -> id.isEmpty() || STORES.contains(id) || FIRED.equals(id), "no id");
              }
            });
      }
    }
    all.assertAll();
  }

  @Test
  void aRouteAsksTheDatabaseByStatementsAlone() throws IOException {
    for (Path file : files(ROUTES)) {
      assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(BY_HAND);
    }
  }

  /**
   * A route takes its body and headers and gives its body: what it reads beside them stands in its
   * own file.
   */
  @Test
  void noFileReadsAVariableThatItDoesNotSet() throws IOException {
    Map<String, Set<String>> foreign = new HashMap<>();
    for (Path file : files(ROUTES)) {
      Set<String> set = new TreeSet<>(SHARED);
      Set<String> read = new TreeSet<>();
      for (JsonNode top : YAML.readTree(file.toFile())) {
        variables(top, set, read);
      }
      read.removeAll(set);
      if (!read.isEmpty()) {
        foreign.put(file.toString(), read);
      }
    }
    assertThat(foreign).isEmpty();
  }

  @Test
  void everyRouteThatIsCalledExists() throws IOException {
    Set<String> existing = new TreeSet<>();
    Set<String> called = new TreeSet<>();
    Map<String, JsonNode> templates = templates();
    for (JsonNode top : tops()) {
      existing.add(top.at("/route/from/uri").asText());
      calls(top.path("route"), called);
      for (JsonNode operation : operations(top)) {
        called.add(operation.path("to").asText());
      }
      JsonNode templated = top.path("templatedRoute");
      if (!templated.isMissingNode()) {
        JsonNode template = templates.get(templated.path("routeTemplateRef").asText());
        existing.add(filled(template.at("/route/from/uri").asText(), template, templated));
        Set<String> ofTemplate = new TreeSet<>();
        calls(template, ofTemplate);
        ofTemplate.forEach(uri -> called.add(filled(uri, template, templated)));
      }
    }
    assertThat(called).isNotEmpty().isSubsetOf(existing);
  }

  @Test
  void everyStatementThatARouteNamesExists() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path file : files(ROUTES)) {
      Matcher statement = STATEMENT.matcher(Files.readString(file));
      while (statement.find()) {
        named.add(statement.group(1));
      }
    }
    for (JsonNode top : tops()) {
      for (JsonNode parameter : top.at("/templatedRoute/parameters")) {
        if (Set.of("due", "statement").contains(parameter.path("name").asText())) {
          named.add(parameter.path("value").asText());
        }
      }
    }
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(SQL.resolve(name + ".sql")).isRegularFile());
  }

  @Test
  void everyStatementBeginsWithItsGuarantee() throws IOException {
    assertThat(files(SQL))
        .isNotEmpty()
        .allSatisfy(
            file -> {
              assertThat(SQL.relativize(file).toString()).matches("[a-z_]+/[a-z_]+\\.sql");
              assertThat(Files.readAllLines(file).get(0)).startsWith("-- ").endsWith(".");
            });
  }

  /**
   * Whoever had the stream before, and wakes from a sleep, must not change what its next holder
   * owes.
   */
  @Test
  void whateverChangesCoverageOrWatermarksAsksUnderWhichNumberTheStreamIsHeld() throws IOException {
    Pattern changes =
        Pattern.compile(
            "(insert into|delete from|update)\\s+(stream_coverage|stream_watermarks)\\b");
    List<Path> changing = new ArrayList<>();
    for (Path file : files(SQL)) {
      if (changes.matcher(Files.readString(file)).find()) {
        changing.add(file);
      }
    }
    assertThat(changing)
        .hasSizeGreaterThanOrEqualTo(5)
        .allSatisfy(
            file ->
                assertThat(Files.readString(file))
                    .containsPattern(
                        "(owns|fence)_stream\\((:\\?feed|'news'), :\\?epoch::bigint\\)"));
  }

  /**
   * Camel also knows a getter by its short name, {@code isOpen} as {@code open}: where there is a
   * method of that name too, the order in which the JVM lists methods decides whether it refuses.
   */
  @Test
  void noBeanHasAMethodThatIsCalledLikeAGetterInShort() throws Exception {
    Properties wiring = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/wiring.properties"))) {
      wiring.load(file);
    }
    List<String> classes =
        wiring.stringPropertyNames().stream()
            .filter(name -> name.matches("camel\\.beans\\.\\w+"))
            .map(wiring::getProperty)
            .filter(value -> value.startsWith("#class:dev.caravan."))
            .map(value -> value.substring("#class:".length()).split("[#(]")[0])
            .toList();
    assertThat(classes).hasSizeGreaterThan(20);
    List<String> twice = new ArrayList<>();
    for (String name : classes) {
      List<String> methods =
          Arrays.stream(Class.forName(name).getDeclaredMethods())
              .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()))
              .map(Method::getName)
              .toList();
      for (String method : methods) {
        Matcher getter = GETTER.matcher(method);
        if (getter.matches()
            && methods.contains(getter.group(1).toLowerCase(Locale.ROOT) + getter.group(2))) {
          twice.add(name + "." + method);
        }
      }
    }
    assertThat(twice).isEmpty();
  }

  private static Map<String, JsonNode> templates() throws IOException {
    Map<String, JsonNode> templates = new HashMap<>();
    for (JsonNode top : tops()) {
      JsonNode template = top.path("routeTemplate");
      if (!template.isMissingNode()) {
        templates.put(template.path("id").asText(), template);
      }
    }
    return templates;
  }

  /** A template's text with a templated route's parameters, and its own where none are given. */
  private static String filled(String text, JsonNode template, JsonNode templated) {
    Set<String> given = new TreeSet<>();
    templated.path("parameters").forEach(parameter -> given.add(parameter.path("name").asText()));
    String filled = text;
    for (JsonNode parameter : template.path("parameters")) {
      if (parameter.has("defaultValue") && !given.contains(parameter.path("name").asText())) {
        filled =
            filled.replace(
                "{{" + parameter.path("name").asText() + "}}",
                parameter.path("defaultValue").asText());
      }
    }
    for (JsonNode parameter : templated.path("parameters")) {
      filled =
          filled.replace(
              "{{" + parameter.path("name").asText() + "}}", parameter.path("value").asText());
    }
    return filled;
  }

  private static List<JsonNode> operations(JsonNode top) {
    List<JsonNode> operations = new ArrayList<>();
    for (String verb : List.of("get", "post", "delete")) {
      top.path("rest").path(verb).forEach(operations::add);
    }
    return operations;
  }

  private static void calls(JsonNode route, Set<String> called) {
    walk(
        route,
        (name, node) -> {
          String uri =
              !name.equals("to")
                  ? ""
                  : node.isTextual() ? node.asText() : node.path("uri").asText();
          if (uri.startsWith("direct:")) {
            called.add(uri);
          }
        });
  }

  private static void variables(JsonNode node, Set<String> set, Set<String> read) {
    node.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              switch (field.getKey()) {
                case "setVariable", "removeVariable" -> set.add(value.path("name").asText());
                case "setVariables" ->
                    value.path("variables").forEach(each -> set.add(each.path("name").asText()));
                case "variableReceive" -> set.add(value.asText());
                case "variableSend" -> read.add(value.asText());
                default -> {}
              }
              variables(value, set, read);
            });
    node.forEach(element -> variables(element, set, read));
    if (node.isTextual()) {
      Matcher variable = VARIABLE.matcher(node.asText());
      while (variable.find()) {
        read.add(variable.group(1));
      }
    }
  }

  /** The names of headers and variables are no steps. */
  private static boolean isStep(String name, JsonNode node) {
    return node.isObject() || name.equals("to") || name.equals("log");
  }

  /** The provider's address is a parameter of the template. */
  private static boolean calledByTemplate(JsonNode sender) {
    return sender.path("uri").asText().equals("{{url}}");
  }

  private static boolean leadsOut(JsonNode sender) {
    String uri = sender.isTextual() ? sender.asText() : sender.path("uri").asText();
    return !INSIDE.matcher(uri).matches();
  }

  private static void walk(JsonNode node, BiConsumer<String, JsonNode> visitor) {
    node.properties()
        .forEach(
            field -> {
              // What an endpoint is given may be called like a step.
              if (!field.getKey().equals("parameters")) {
                visitor.accept(field.getKey(), field.getValue());
                walk(field.getValue(), visitor);
              }
            });
    if (node.isArray()) {
      node.forEach(element -> walk(element, visitor));
    }
  }

  private static List<JsonNode> tops() throws IOException {
    List<JsonNode> tops = new ArrayList<>();
    for (Path file : files(ROUTES)) {
      YAML.readTree(file.toFile()).forEach(tops::add);
    }
    return tops;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(file -> !file.equals(MAP)).sorted().toList();
    }
  }
}
