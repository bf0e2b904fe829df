package dev.caravan.documents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * The pages of components and Kamelets say what their descriptors say. After a change of an option
 * {@code -Dpages.write} writes the tables anew.
 */
class CamelPagesTest {
  private static final Pattern MADE =
      Pattern.compile(
          "(?s)(<!-- made from the (?:descriptor|Kamelet): ([a-z-]+)( [a-z]+)? -->\n)(.*?)(<!-- end -->)");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Path> DESCRIPTORS =
      Map.of(
          "alpaca-stream", Path.of("META-INF/dev/caravan/stream/alpaca-stream.json"),
          "statement", Path.of("META-INF/dev/caravan/database/statement.json"));
  private static final Path GENERATED = Path.of("src/generated/resources");
  private static final Path KAMELETS = Path.of("src/main/resources/kamelets");
  private static final Set<String> PARTS =
      Set.of("description", "component", "path", "query", "headers");

  @ParameterizedTest
  @ValueSource(strings = {"alpaca-stream.md", "statement.md", "camel.md"})
  void eachTableIsThatOfItsDescriptor(String page) throws IOException {
    Path file = Path.of("docs", page);
    String text = Files.readString(file);
    String made =
        MADE.matcher(text)
            .replaceAll(
                (MatchResult found) ->
                    Matcher.quoteReplacement(
                        found.group(1) + content(found.group(2), found.group(3)) + found.group(5)));
    if (System.getProperty("pages.write") != null) {
      Files.writeString(file, made);
    }
    assertThat(text).as("give -Dpages.write to write %s anew", file).isEqualTo(made);
  }

  @Test
  void eachPartOfEachComponentAndEachKameletHasItsTable() throws IOException {
    Set<String> wanted = new TreeSet<>();
    for (String component : components()) {
      PARTS.forEach(part -> wanted.add(component + ".md: " + component + ' ' + part));
    }
    try (Stream<Path> kamelets = Files.list(KAMELETS)) {
      kamelets.forEach(
          file ->
              wanted.add(
                  "camel.md: " + file.getFileName().toString().replace(".kamelet.yaml", "")));
    }
    Set<String> made = new TreeSet<>();
    for (String page : List.of("alpaca-stream.md", "statement.md", "camel.md")) {
      MADE.matcher(Files.readString(Path.of("docs", page)))
          .results()
          .forEach(
              found ->
                  made.add(
                      page
                          + ": "
                          + found.group(2)
                          + (found.group(3) == null ? "" : found.group(3))));
    }
    assertThat(made).isEqualTo(wanted);
    assertThat(DESCRIPTORS.keySet()).isEqualTo(components());
  }

  /** The table has a row for each option, whoever made it. */
  @Test
  void noOptionIsLeftOut() throws IOException {
    for (Map.Entry<String, Path> each : DESCRIPTORS.entrySet()) {
      String page = Files.readString(Path.of("docs", each.getKey() + ".md"));
      JsonNode descriptor = JSON.readTree(GENERATED.resolve(each.getValue()).toFile());
      Set<String> names = new HashSet<>();
      descriptor.get("properties").fieldNames().forEachRemaining(names::add);
      descriptor.get("componentProperties").fieldNames().forEachRemaining(names::add);
      assertThat(names).isNotEmpty().allMatch(name -> page.contains("\n| **" + name + "**"));
    }
  }

  /** What Camel finds by its scheme on the class path. */
  private static Set<String> components() throws IOException {
    try (Stream<Path> files =
        Files.list(GENERATED.resolve("META-INF/services/org/apache/camel/component"))) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static String content(String name, String part) {
    try {
      if (part == null) {
        String yaml = Files.readString(KAMELETS.resolve(name + ".kamelet.yaml"));
        JsonNode kamelet = JSON.valueToTree(new Yaml().<Object>load(yaml));
        return properties(kamelet.at("/spec/definition"));
      }
      JsonNode descriptor = JSON.readTree(GENERATED.resolve(DESCRIPTORS.get(name)).toFile());
      return switch (part.strip()) {
        case "description" -> descriptor.at("/component/description").asText() + '\n';
        case "component" -> options(fields(descriptor.get("componentProperties"), "property"));
        case "path" -> options(fields(descriptor.get("properties"), "path"));
        case "query" -> options(fields(descriptor.get("properties"), "parameter"));
        case "headers" -> headers(descriptor.get("headers"));
        default -> throw new IllegalArgumentException(part);
      };
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static List<Map.Entry<String, JsonNode>> fields(JsonNode object, String kind) {
    return StreamSupport.stream(object.properties().spliterator(), false)
        .filter(field -> field.getValue().path("kind").asText().equals(kind))
        .toList();
  }

  private static String options(List<Map.Entry<String, JsonNode>> options) {
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> option : options) {
      JsonNode form = option.getValue();
      rows.add(
          List.of(
              "**" + option.getKey() + "** (" + form.get("group").asText() + ")",
              (form.path("required").asBoolean() ? "*Required* " : "")
                  + form.get("description").asText()
                  + values(form.path("enum")),
              code(form.path("defaultValue")),
              type(form)));
    }
    return table(List.of("Name", "Description", "Default", "Type"), rows);
  }

  /** Those of the component's own class, where it has one. */
  private static String headers(JsonNode headers) {
    boolean own =
        headers.findValuesAsText("constantName").stream()
            .anyMatch(constant -> constant.startsWith("dev.caravan."));
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> header : fields(headers, "header")) {
      JsonNode form = header.getValue();
      if (!own || form.path("constantName").asText().startsWith("dev.caravan.")) {
        rows.add(
            List.of(
                "**" + header.getKey() + "** (" + form.get("group").asText() + ")",
                form.get("description").asText() + values(form.path("enum")),
                code(form.path("defaultValue")),
                type(form)));
      }
    }
    return table(List.of("Name", "Description", "Default", "Type"), rows);
  }

  private static String properties(JsonNode definition) {
    Set<String> required = new HashSet<>();
    definition.get("required").forEach(name -> required.add(name.asText()));
    List<List<String>> rows = new ArrayList<>();
    definition
        .get("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode form = property.getValue();
              rows.add(
                  List.of(
                      "**"
                          + property.getKey()
                          + "**"
                          + (required.contains(property.getKey()) ? " *" : ""),
                      form.get("title").asText(),
                      form.get("description").asText() + values(form.path("enum")),
                      form.get("type").asText(),
                      code(form.path("default")),
                      code(form.path("example"))));
            });
    return table(List.of("Property", "Name", "Description", "Type", "Default", "Example"), rows);
  }

  private static String values(JsonNode values) {
    return values.isEmpty()
        ? ""
        : StreamSupport.stream(values.spliterator(), false)
            .map(CamelPagesTest::code)
            .collect(Collectors.joining(", ", " Enum values: ", "."));
  }

  private static String code(JsonNode value) {
    return value.isMissingNode() || value.asText().isEmpty() ? "" : '`' + value.asText() + '`';
  }

  private static String type(JsonNode form) {
    String type = form.get("javaType").asText();
    return type.replaceAll("[a-z]+\\.", "").replaceAll("<.*", "");
  }

  private static String table(List<String> head, List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    row(table, head);
    row(table, head.stream().map(name -> "---").toList());
    rows.forEach(row -> row(table, row));
    return table.toString();
  }

  private static void row(StringBuilder table, List<String> cells) {
    table.append('|');
    for (String cell : cells) {
      String text = cell.replace("|", "\\|").replaceAll("\\s+", " ").strip();
      table.append(text.isEmpty() ? "" : " " + text).append(" |");
    }
    table.append('\n');
  }
}
