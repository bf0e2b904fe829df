package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue of settings, and the file in which a person reads the same. */
class SettingCatalogTest {
  private static final Path FILE = Path.of("application.properties");
  private static final Pattern TITLE = Pattern.compile("# --- (.+?) -+");

  /**
   * A section of the file as it is read there: its title, its note, and lines KEY=VALUE # COMMENT.
   */
  private record Read(String title, String note, List<String> settings) {}

  @Test
  void theFileHasEverySettingWithItsDefaultAndItsMeaningInTheOrderOfTheCatalogue()
      throws IOException {
    assertThat(read())
        .containsExactlyElementsOf(
            SettingCatalog.SECTIONS.stream()
                .map(
                    section ->
                        new Read(
                            section.title(),
                            section.note(),
                            section.settings().stream()
                                .map(
                                    setting ->
                                        line(
                                            setting.key(),
                                            setting.defaultValue(),
                                            setting.comment()))
                                .toList()))
                .toList());
  }

  @Test
  void theFileIsOneThatAPersonReadsAtOnce() throws IOException {
    assertThat(Files.readAllLines(FILE)).hasSizeLessThanOrEqualTo(230);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everyMeaningIsASentenceOrEndsWithACommandToCopy(Setting setting) {
    assertThat(setting.meaning()).matches("[A-Z\"].*(\\.|: psql .*)");
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everyNumberButAPortHasAUnit(Setting setting) {
    boolean counts =
        (setting.defaultValue().matches("\\d+") || setting.rule().test().test("36500"))
            && setting.rule().allowed().contains("whole number")
            && !setting.key().endsWith("port");
    assertThat(setting.unit().isEmpty()).isEqualTo(!counts);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void whatIsCalledAPasswordOrAKeyAndWhatMayHaveOneIsASecret(Setting setting) {
    assertThat(setting.secret())
        .isEqualTo(setting.key().matches(".*(password|key|key-id)|caravan.alerts.to"));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aSecretIsInNoRefusal(Setting setting) {
    if (setting.secret()) {
      // None of them may have a blank, but for passwords, which may have anything: those are
      // refused for standing alone.
      Throwable refused =
          catchThrowable(
              () ->
                  Settings.load(
                      Path.of("none"),
                      Map.of(),
                      Map.of(setting.key(), "open sesame"),
                      Map.of(),
                      Map.of()));
      if (refused == null) {
        assertThat(setting.key()).isEqualTo("caravan.database.password");
      } else {
        assertThat(refused).isInstanceOf(SettingException.class);
        assertThat(refused.getMessage()).doesNotContain("sesame");
      }
    }
  }

  private static List<Setting> settings() {
    return SettingCatalog.all();
  }

  private static List<Read> read() throws IOException {
    List<Read> sections = new ArrayList<>();
    List<String> comment = new ArrayList<>();
    String note = "";
    String title = null;
    List<String> settings = new ArrayList<>();
    for (String line : Files.readAllLines(FILE)) {
      Matcher heading = TITLE.matcher(line);
      if (heading.matches()) {
        if (title != null) {
          sections.add(new Read(title, note, settings));
        }
        title = heading.group(1);
        note = "";
        settings = new ArrayList<>();
        comment.clear();
      } else if (line.equals("#")) {
        note = String.join(" ", comment);
        comment.clear();
      } else if (line.startsWith("# ")) {
        comment.add(line.substring(2));
      } else if (!line.isEmpty()) {
        String[] pair = line.split("=", 2);
        settings.add(line(pair[0], pair[1], String.join(" ", comment)));
        comment.clear();
      }
    }
    sections.add(new Read(title, note, settings));
    return sections;
  }

  private static String line(String key, String value, String comment) {
    return key + "=" + value + " # " + comment.lines().collect(Collectors.joining(" "));
  }
}
