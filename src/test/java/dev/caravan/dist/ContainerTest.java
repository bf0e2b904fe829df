package dev.caravan.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** The files for containers, whose engine is not to be had everywhere, agree with each other. */
class ContainerTest {
  private static final Path CONTAINERFILE = Path.of("src/container/Containerfile");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{(\\w+)");

  private final JsonNode compose = yaml(Path.of("docker-compose.yml"));

  @Test
  void monitoringRunsOnlyWhereItIsWanted() {
    List<String> always = new ArrayList<>();
    compose
        .path("services")
        .properties()
        .forEach(
            service -> {
              if (!service.getValue().has("profiles")) {
                always.add(service.getKey());
              } else {
                assertThat(service.getValue().path("profiles").toString())
                    .isEqualTo("[\"monitoring\"]");
              }
            });
    assertThat(always).containsExactlyInAnyOrder("postgres", "caravan");
  }

  @Test
  void theSecondNodeIsTheFirstUnderAnotherNameAndPort() {
    JsonNode cluster = yaml(Path.of("docker-compose.cluster.yml")).path("services");
    ObjectNode first = first(cluster, "127.0.0.1:8081:8080");
    ObjectNode environment = (ObjectNode) first.path("environment");
    assertThat(environment.path("CARAVAN_CLUSTER_ENABLED").asText()).isEqualTo("true");
    assertThat(environment.path("CARAVAN_CLUSTER_NODE").asText()).isEqualTo("one");
    environment.put("CARAVAN_CLUSTER_NODE", "two");
    assertThat(cluster.path("caravan-two")).isEqualTo(first);
    assertThat(cluster.path("caravan").properties()).hasSize(1);
  }

  @Test
  void theWriterIsTheReceiverInAnotherRoleAndOnAnotherPort() {
    JsonNode kafka = yaml(Path.of("docker-compose.kafka.yml")).path("services");
    ObjectNode first = first(kafka, "127.0.0.1:8082:8080");
    ObjectNode environment = (ObjectNode) first.path("environment");
    assertThat(environment.path("CARAVAN_KAFKA_ROLE").asText()).isEqualTo("receiver");
    assertThat(environment.path("CARAVAN_KAFKA_BROKERS").asText())
        .isEqualTo(
            kafka
                .at("/kafka/environment/KAFKA_ADVERTISED_LISTENERS")
                .asText()
                .replace("PLAINTEXT://", ""));
    environment.put("CARAVAN_KAFKA_ROLE", "writer");
    ((ObjectNode) first.path("depends_on"))
        .set("kafka", kafka.at("/caravan/depends_on/kafka").deepCopy());
    assertThat(kafka.path("caravan-writer")).isEqualTo(first);
  }

  /** The one that docker-compose.yml has, as another file changes it, under another port. */
  private ObjectNode first(JsonNode services, String port) {
    ObjectNode first = compose.at("/services/caravan").deepCopy();
    // All run the image that is built for the first.
    first.remove("build");
    first.putArray("ports").add(port);
    ObjectNode environment = (ObjectNode) first.path("environment");
    services
        .at("/caravan/environment")
        .properties()
        .forEach(set -> environment.set(set.getKey(), set.getValue()));
    return first;
  }

  @Test
  void prometheusAsksBothNodesAsItAsksOne() {
    JsonNode one = yaml(Path.of("src/monitoring/prometheus.yml"));
    JsonNode both = yaml(Path.of("src/monitoring/prometheus-cluster.yml"));
    ((ArrayNode) one.at("/scrape_configs/0/static_configs/0/targets")).add("caravan-two:8080");
    assertThat(both).isEqualTo(one);
    assertThat(
            yaml(Path.of("docker-compose.cluster.yml"))
                .at("/services/prometheus/volumes/0")
                .asText())
        .isEqualTo(
            compose
                .at("/services/prometheus/volumes/0")
                .asText()
                .replace("prometheus.yml:/", "prometheus-cluster.yml:/"));
  }

  @Test
  void everyPortIsPublishedOnThisMachineAlone() {
    List<JsonNode> ports = compose.path("services").findValues("ports");
    assertThat(ports).hasSize(4);
    for (JsonNode published : ports) {
      published.forEach(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
    }
  }

  @Test
  void everyVariableOfComposeIsInTheExampleToCopy() throws IOException {
    Set<String> asked =
        VARIABLE
            .matcher(Files.readString(Path.of("docker-compose.yml")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    compose.path("secrets").findValuesAsText("environment").forEach(asked::add);
    assertThat(
            Files.readAllLines(Path.of(".env.example")).stream()
                .filter(line -> line.matches("\\w+=.*"))
                .map(line -> line.replaceAll("=.*", "")))
        .containsExactlyInAnyOrderElementsOf(asked);
  }

  @Test
  void everyFileThatIsMountedIsInTheRepository() {
    List<Path> mounted = new ArrayList<>();
    for (JsonNode volumes : compose.path("services").findValues("volumes")) {
      volumes.forEach(
          volume -> {
            if (volume.asText().startsWith("./")) {
              mounted.add(Path.of(volume.asText().replaceAll(":.*", "")));
            }
          });
    }
    assertThat(mounted).hasSize(5).allMatch(Files::isRegularFile);
  }

  @Test
  void prometheusAsksCaravanAsTheUserWhoMayOnlyLook() {
    JsonNode job = yaml(Path.of("src/monitoring/prometheus.yml")).at("/scrape_configs/0");
    JsonNode environment = compose.at("/services/caravan/environment");
    assertThat(environment.path("CARAVAN_HTTP_VIEWER_USER").asText())
        .isEqualTo("${CARAVAN_HTTP_VIEWER_PASSWORD:+%s}", job.at("/basic_auth/username").asText());
    assertThat(job.at("/basic_auth/password_file").asText())
        .isEqualTo("/run/secrets/" + compose.at("/services/prometheus/secrets/0").asText());
    assertThat(job.at("/static_configs/0/targets/0").asText()).isEqualTo("caravan:8080");
  }

  @Test
  void everyRuleSaysWhatIsWrongAndWhatToDo() {
    JsonNode rules = yaml(Path.of("src/monitoring/alerts.yml")).at("/groups/0/rules");
    assertThat(rules).hasSizeGreaterThan(5);
    for (JsonNode rule : rules) {
      assertThat(rule.path("alert").asText()).startsWith("Caravan");
      assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
      assertThat(rule.path("for").asText()).matches("\\d+[mh]");
      assertThat(rule.at("/annotations/summary").asText()).contains(" ");
      assertThat(rule.at("/annotations/description").asText()).endsWith(".");
    }
  }

  @Test
  void theContainerRunsAsANumberedUserAndSaysWhetherItLives() throws IOException {
    String stage =
        Files.readString(CONTAINERFILE)
            .replaceAll("(?m)^#.*\n", "")
            .replaceAll("(?s).*\nFROM ", "");
    assertThat(stage)
        .containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$")
        .containsPattern("(?m)^HEALTHCHECK .*CMD \\[\"/opt/caravan/bin/healthcheck\"]$")
        .containsPattern("(?m)^ENTRYPOINT \\[\"/opt/caravan/bin/caravan\"]$")
        .doesNotContain(":latest");
    assertThat(stage.indexOf("\nUSER ")).isGreaterThan(stage.lastIndexOf("\nRUN "));
  }

  @ParameterizedTest
  @CsvSource({"200, true", "503, false", "404, false"})
  void theContainerIsHealthyWhereItsCaravanSaysThatItLives(int status, boolean healthy)
      throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean live = exchange.getRequestURI().toString().equals("/observe/health/live");
          exchange.sendResponseHeaders(live ? status : 400, -1);
          exchange.close();
        });
    server.start();
    int port = server.getAddress().getPort();
    try {
      assertThat(check(port)).isEqualTo(healthy);
    } finally {
      server.stop(0);
    }
    assertThat(check(port)).as("with nobody there").isFalse();
  }

  private static boolean check(int port) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("src/container/healthcheck");
    builder.environment().put("CARAVAN_HTTP_PORT", Integer.toString(port));
    return builder.start().waitFor() == 0;
  }

  @Test
  void theServiceKeepsItsClassesInTheVolumeAndACommandDoesNot(@TempDir Path home) throws Exception {
    String file =
        Pattern.compile("(?m)^ENV JAVA_CLASSES=(\\S+)$")
            .matcher(Files.readString(CONTAINERFILE))
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    assertThat(file).startsWith("/var/lib/caravan/");
    String option = "-XX:SharedArchiveFile=" + file;
    assertThat(started(home, Map.of("JAVA_CLASSES", file))).contains(option);
    assertThat(started(home, Map.of("JAVA_CLASSES", file), "doctor"))
        .endsWith("doctor")
        .doesNotContain("SharedArchiveFile");
    assertThat(started(home, Map.of("JAVA_OPTS", "-Xmx1g -Da=b")))
        .contains("-Xmx512m", " -Xmx1g -Da=b -jar ")
        .doesNotContain("SharedArchiveFile");
  }

  /** What the launcher gives to Java. */
  private static String started(Path home, Map<String, String> environment, String... arguments)
      throws IOException {
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder builder = new ProcessBuilder("src/dist/bin/caravan");
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeAll(Set.of("JAVA_OPTS", "JAVA_CLASSES"));
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", home.toString());
    return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .strip();
  }

  @Test
  void theBuilderIsSentWhatTheContainerfileCopiesAndNothingElse() throws IOException {
    Set<String> copied = new TreeSet<>();
    for (MatchResult copy :
        Pattern.compile("(?m)^COPY (?!--from)(?:--chmod=\\d+ )?(.+) \\S+$")
            .matcher(Files.readString(CONTAINERFILE))
            .results()
            .toList()) {
      copied.addAll(List.of(copy.group(1).split(" ")));
    }
    List<String> sent =
        Files.readAllLines(Path.of(CONTAINERFILE + ".dockerignore")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();
    assertThat(sent).first().isEqualTo("*");
    assertThat(sent.subList(1, sent.size()).stream().map(line -> line.replaceFirst("^!", "")))
        .containsExactlyInAnyOrderElementsOf(copied);
    assertThat(copied.stream().filter(file -> !file.startsWith("target/")).map(Path::of))
        .allMatch(Files::isRegularFile);
  }

  private static JsonNode yaml(Path file) {
    try {
      return new ObjectMapper().valueToTree(new Yaml().load(Files.readString(file)));
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }
}
