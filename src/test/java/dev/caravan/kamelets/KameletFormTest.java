package dev.caravan.kamelets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The Kamelets have the form of Camel's own catalogue. */
class KameletFormTest {
  private static final Path FOLDER = Path.of("src/main/resources/kamelets");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^}:]+)(:[^}]*)?}}");
  private static final Pattern PROJECT =
      Pattern.compile("<artifactId>caravan</artifactId>\\s*<version>([^<]+)</version>");

  @Test
  void bothSourcesAreInTheJar() throws IOException {
    assertThat(files().map(path -> path.getFileName().toString()))
        .containsExactlyInAnyOrder(
            "alpaca-stream-source.kamelet.yaml", "yahoo-chart-source.kamelet.yaml");
    for (Path file : files().toList()) {
      assertThat(getClass().getResource("/kamelets/" + file.getFileName())).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void itSaysWhatItIs(Path file) throws IOException {
    JsonNode kamelet = yaml(file);
    String version = version();

    assertThat(kamelet.get("apiVersion").asText()).isEqualTo("camel.apache.org/v1");
    assertThat(kamelet.get("kind").asText()).isEqualTo("Kamelet");
    assertThat(kamelet.at("/metadata/name").asText() + ".kamelet.yaml")
        .isEqualTo(file.getFileName().toString());
    assertThat(kamelet.at("/metadata/labels/camel.apache.org~1kamelet.type").asText())
        .isEqualTo("source");
    JsonNode annotations = kamelet.at("/metadata/annotations");
    for (String name : List.of("kamelet.support.level", "provider", "kamelet.group")) {
      assertThat(annotations.path("camel.apache.org/" + name).asText()).as(name).isNotBlank();
    }
    assertThat(annotations.path("camel.apache.org/kamelet.icon").asText())
        .startsWith("data:image/svg+xml;base64,");
    assertThat(annotations.path("camel.apache.org/catalog.version").asText()).isEqualTo(version);
    assertThat(kamelet.at("/spec/dependencies").toString())
        .contains("\"mvn:dev.caravan:caravan:" + version + "\"", "\"camel:kamelet\"");
    assertThat(kamelet.at("/spec/types/out/mediaType").asText()).isEqualTo("application/json");
    assertThat(kamelet.at("/spec/template").toString()).contains("\"kamelet:sink\"");
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachPropertyIsDescribedAndEitherRequiredOrHasADefault(Path file) throws IOException {
    JsonNode definition = yaml(file).at("/spec/definition");
    Set<String> required = new TreeSet<>();
    definition.get("required").forEach(name -> required.add(name.asText()));

    assertThat(definition.get("type").asText()).isEqualTo("object");
    assertThat(definition.get("title").asText()).endsWith("Source");
    assertThat(definition.get("description").asText()).isNotBlank();
    assertThat(names(definition.get("properties"))).containsAll(required);
    definition
        .get("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode form = property.getValue();
              assertThat(names(form))
                  .as(property.getKey())
                  .contains("title", "description", "type", "example");
              assertThat(form.get("description").asText()).endsWith(".");
              assertThat(form.get("type").asText()).isIn("string", "integer", "boolean");
              assertThat(form.has("default"))
                  .as(property.getKey() + " has a default or is required")
                  .isNotEqualTo(required.contains(property.getKey()));
              if (form.has("pattern") && form.has("default")) {
                assertThat(form.get("default").asText()).matches(form.get("pattern").asText());
                assertThat(form.get("example").asText()).matches(form.get("pattern").asText());
              }
              if (property.getKey().matches("(?i).*(key|secret|password).*")) {
                assertThat(form.path("format").asText()).isEqualTo("password");
                assertThat(form.path("x-descriptors").toString()).contains("credentials");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("files")
  void theTemplateUsesEveryPropertyAndNothingElse(Path file) throws IOException {
    JsonNode spec = yaml(file).get("spec");
    Set<String> used =
        PLACEHOLDER
            .matcher(spec.get("template").toString())
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> declared = new TreeSet<>(names(spec.at("/definition/properties")));
    spec.at("/template/beans").forEach(bean -> declared.add(bean.get("name").asText()));

    assertThat(used).isEqualTo(declared);
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    }
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String version() throws IOException {
    return PROJECT
        .matcher(Files.readString(Path.of("pom.xml")))
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }

  private static JsonNode yaml(Path file) throws IOException {
    return new ObjectMapper().valueToTree(new Yaml().<Object>load(Files.readString(file)));
  }
}
