package dev.caravan.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.Canned;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Javac;
import dev.caravan.support.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CONTRIBUTING's source Acme, added as that page says: its blocks are put where they belong in a
 * copy of what they change, compiled, and run beside everything else.
 */
class AddSourceIT {
  private static final Path MAIN = Path.of("src/main/java/dev/caravan/runtime");
  private static final TestDatabase DATABASE = TestDatabase.fresh();
  private static final Canned ACME = new Canned();

  @TempDir private static Path folder;

  private static String fixture;

  @BeforeAll
  static void followThePage() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Files.createDirectories(classes.resolve("routes/acme"));
    Files.createDirectories(classes.resolve("acme"));
    Files.writeString(
        classes.resolve("routes/acme/acme-bars.camel.yaml"), block("yaml", "acme-bars"));
    fixture = block("json", "\"date\"");
    Files.writeString(classes.resolve("acme/daily.json"), fixture);
    Files.writeString(
        classes.resolve("application.properties"),
        Files.readString(Path.of("application.properties")) + settings());
    Files.writeString(
        classes.resolve("wiring.properties"),
        inserted(
                Path.of("src/main/resources/wiring.properties"),
                "camel.main.routesIncludePattern=\\",
                block("properties", "routes/acme").stripTrailing())
            + block("properties", "camel.beans."));
    Javac.compile(
        List.of(
            source("AcmeBars.java", block("java", "public final class AcmeBars ")),
            source("AcmeBarsTest.java", block("java", "class AcmeBarsTest ")),
            source(
                "FlowCatalog.java",
                inserted(
                    MAIN.resolve("FlowCatalog.java"),
                    "// A new flow is one entry more.",
                    block("java", "flow(\"acme-bars\""))),
            source(
                "SettingCatalog.java",
                inserted(
                    MAIN.resolve("SettingCatalog.java"),
                    "// A new source is one section more.",
                    block("java", "new Section(")))),
        classes,
        System.getProperty("java.class.path"),
        "-Xlint:all,-processing,-serial,-classfile,-try",
        "-Werror");
  }

  @AfterAll
  static void tidyUp() {
    ACME.close();
    DATABASE.close();
  }

  @Test
  void aRunOfItsFlowStoresItsBarsAndRecordsTheRowThatContradictsItself() {
    DATABASE.database().seedSymbols("AAPL,MSFT,JPM");
    Documents.blocks(Documents.CONTRIBUTING).stream()
        .filter(Documents.Block::isSql)
        .flatMap(each -> each.statements().stream())
        .forEach(DATABASE::execute);
    ACME.on("/v1/daily", Canned.ok(fixture));

    try (CaravanProcess process = caravan().run("run", "acme-bars")) {
      assertThat(process.exitCode()).as(process.everything()).isZero();
    }

    assertThat(
            DATABASE.query(
                "select symbol, feed, timeframe, close::text, volume::text, final,"
                    + " (ts at time zone 'America/New_York')::text as at"
                    + " from bars where source = 'acme' order by symbol"))
        .isEqualTo(List.of(bar("AAPL"), bar("MSFT")));
    assertThat(DATABASE.query("select route_id, symbol, reason from dead_letters order by symbol"))
        .isEqualTo(List.of(letter("AAPL"), letter("MSFT")));
    assertThat(DATABASE.query("select flow, status, expected, stored from flow_runs"))
        .isEqualTo(
            List.of(
                Map.of("flow", "acme-bars", "status", "succeeded", "expected", 2, "stored", 2)));
    assertThat(ACME.asked())
        .hasSize(2)
        .allSatisfy(
            asked -> {
              assertThat(asked.uri()).matches("/v1/daily\\?symbol=(AAPL|MSFT)&from=.*&to=.*");
              assertThat(asked.headers().get("Accept")).containsExactly("application/json");
            });
  }

  @Test
  void itsOwnTestPasses() throws Exception {
    URL[] urls = {folder.resolve("classes").toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(urls, Thread.currentThread().getContextClassLoader())) {
      Class<?> type = loader.loadClass("dev.caravan.acme.AcmeBarsTest");
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      int run = 0;
      for (Method method : type.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)) {
          method.setAccessible(true);
          method.invoke(constructor.newInstance());
          run++;
        }
      }
      assertThat(run).isEqualTo(2);
    }
  }

  @Test
  void itsSettingsSayWhatTheCataloguesSay() throws IOException {
    Properties settings = new Properties();
    settings.load(new java.io.StringReader(settings()));
    assertThat(settings).containsOnlyKeys("caravan.acme.url", "caravan.schedule.acme-bars");
    assertThat(block("java", "new Section("))
        .contains("\"caravan.acme.url\"", "\"" + settings.get("caravan.acme.url") + "\"");
    assertThat(block("java", "flow(\"acme-bars\""))
        .contains("\"" + settings.get("caravan.schedule.acme-bars") + "\"");
    for (String comment : List.of("Acme's host for daily bars.", "Daily bars, from Acme.")) {
      assertThat(settings()).contains("# " + comment);
    }
  }

  private static CaravanProcess.Start caravan() {
    return CaravanProcess.in(folder)
        .classPath(
            folder.resolve("classes")
                + File.pathSeparator
                + Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(each -> Path.of(each).toAbsolutePath().toString())
                    .reduce((one, other) -> one + File.pathSeparator + other)
                    .orElseThrow())
        .set("caravan.database.url", DATABASE.url())
        .set("caravan.database.user", TestDatabase.user())
        .set("caravan.database.password", TestDatabase.password())
        .set("caravan.acme.url", ACME.url());
  }

  private static Map<String, Object> bar(String symbol) {
    return Map.of(
        "symbol",
        symbol,
        "feed",
        "-",
        "timeframe",
        "1Day",
        "close",
        "10.25",
        "volume",
        "1200",
        "final",
        true,
        "at",
        "2026-11-19 00:00:00");
  }

  private static Map<String, Object> letter(String symbol) {
    return Map.of(
        "route_id",
        "acme-bars",
        "symbol",
        symbol,
        "reason",
        "high 9.00 is below low 10.00 of " + symbol);
  }

  private static String settings() {
    return block("properties", "caravan.acme.url");
  }

  /** The only block of the page in this language that has the text. */
  private static String block(String language, String text) {
    Predicate<Documents.Block> wanted =
        block -> block.language().equals(language) && block.text().contains(text);
    List<Documents.Block> found =
        Documents.blocks(Documents.CONTRIBUTING).stream().filter(wanted).toList();
    assertThat(found).as("%s with %s", language, text).hasSize(1);
    return found.get(0).text() + "\n";
  }

  /** A file with a text behind the line that says where it belongs. */
  private static String inserted(Path file, String behind, String text) throws IOException {
    String source = Files.readString(file);
    assertThat(source).contains(behind);
    return source.replace(behind, behind + "\n" + text);
  }

  private static File source(String name, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve("sources")).resolve(name);
    return Files.writeString(file, text).toFile();
  }
}
