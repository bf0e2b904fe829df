package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  /** The contract's table, key by key. */
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("caravan.symbols", "AAPL,MSFT,GOOGL,AMZN,NVDA,META,TSLA,BRK.B,JPM,SPY"),
          Map.entry("caravan.database.url", "embedded"),
          Map.entry("caravan.database.user", ""),
          Map.entry("caravan.database.password", ""),
          Map.entry("caravan.database.directory", "data"),
          Map.entry("caravan.database.port", "54320"),
          Map.entry("caravan.database.access", "loopback"),
          Map.entry("caravan.database.disk-reserve", "2048"),
          Map.entry("caravan.database.pool-size", "24"),
          Map.entry("caravan.yahoo.url", "https://query1.finance.yahoo.com"),
          Map.entry("caravan.yahoo.cookie-url", "https://fc.yahoo.com/"),
          Map.entry(
              "caravan.yahoo.user-agent",
              "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " Chrome/142.0.0.0 Safari/537.36"),
          Map.entry("caravan.yahoo.requests-per-minute", "60"),
          Map.entry("caravan.yahoo.burst", "10"),
          Map.entry("caravan.alpaca.data-url", "https://data.alpaca.markets"),
          Map.entry("caravan.alpaca.trading-url", "https://paper-api.alpaca.markets"),
          Map.entry("caravan.alpaca.stream-url", "wss://stream.data.alpaca.markets"),
          Map.entry("caravan.alpaca.feed", "iex"),
          Map.entry("caravan.alpaca.history-feed", "sip"),
          Map.entry("caravan.alpaca.key-id", ""),
          Map.entry("caravan.alpaca.secret-key", ""),
          Map.entry("caravan.alpaca.requests-per-minute", "200"),
          Map.entry("caravan.alpaca.burst", "50"),
          Map.entry("caravan.retry.attempts", "5"),
          Map.entry("caravan.retry.delay-ms", "1000"),
          Map.entry("caravan.retry.max-delay-ms", "60000"),
          Map.entry("caravan.newsapi.url", "https://newsapi.org"),
          Map.entry("caravan.newsapi.key", ""),
          Map.entry("caravan.stream.enabled", "true"),
          Map.entry("caravan.stream.channels", "trades,bars,updatedBars,dailyBars"),
          Map.entry("caravan.stream.encoding", "msgpack"),
          Map.entry("caravan.stream.writers", "2"),
          Map.entry("caravan.schedule.zone", "America/New_York"),
          Map.entry("caravan.schedule.hourly-process", "0 1 9-16 ? * MON-FRI"),
          Map.entry("caravan.schedule.news-load", "off"),
          Map.entry("caravan.schedule.yahoo-quotes", "session"),
          Map.entry("caravan.schedule.yahoo-bars", "off"),
          Map.entry("caravan.schedule.yahoo-profiles", "off"),
          Map.entry("caravan.schedule.alpaca-daily-bars", "off"),
          Map.entry("caravan.schedule.alpaca-hourly-bars", "off"),
          Map.entry("caravan.schedule.alpaca-minute-bars", "off"),
          Map.entry("caravan.schedule.market-calendar", "0 30 5 ? * *"),
          Map.entry("caravan.schedule.alpaca-corporate-actions", "off"),
          Map.entry("caravan.schedule.end-of-day", "0 0 18 ? * MON-FRI"),
          Map.entry("caravan.schedule.start-of-day", "0 0 6 ? * MON-FRI"),
          Map.entry("caravan.schedule.symbol-maintenance", "off"),
          Map.entry("caravan.schedule.stream", "session"),
          Map.entry("caravan.schedule.receipts", "off"),
          Map.entry("caravan.schedule.catch-up", "start"),
          Map.entry("caravan.schedule.repair", "0 * * ? * *"),
          Map.entry("caravan.schedule.retention", "0 30 4 * * ?"),
          Map.entry("caravan.cluster.enabled", "false"),
          Map.entry("caravan.cluster.node", ""),
          Map.entry("caravan.cluster.lock-url", ""),
          Map.entry("caravan.cluster.lease-ms", "8000"),
          Map.entry("caravan.cluster.beat-ms", "1000"),
          Map.entry("caravan.kafka.role", "off"),
          Map.entry("caravan.kafka.brokers", ""),
          Map.entry("caravan.kafka.topic", "caravan-stream"),
          Map.entry("caravan.kafka.partitions", "4"),
          Map.entry("caravan.kafka.changes", ""),
          Map.entry("caravan.retention.trades", ""),
          Map.entry("caravan.retention.quotes", ""),
          Map.entry("caravan.retention.bars", ""),
          Map.entry("caravan.retention.runs", "400"),
          Map.entry("caravan.retention.letters", "90"),
          Map.entry("caravan.retention.ledger", "90"),
          Map.entry("caravan.retention.alerts", "400"),
          Map.entry("caravan.alerts.to", ""),
          Map.entry("caravan.alerts.failures", "3"),
          Map.entry("caravan.alerts.summary", "off"),
          Map.entry("caravan.log.format", "text"),
          Map.entry("caravan.log.file", ""),
          Map.entry("caravan.alerts.dead-letters-per-hour", "100"),
          Map.entry("caravan.http.host", "127.0.0.1"),
          Map.entry("caravan.http.port", "8080"),
          Map.entry("caravan.http.user", ""),
          Map.entry("caravan.http.password", ""),
          Map.entry("caravan.http.viewer-user", ""),
          Map.entry("caravan.http.viewer-password", ""));

  private static final String KEY = "caravan.database.directory";

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> system = new HashMap<>();
  private final Map<String, String> forced = new HashMap<>();
  private final Map<String, String> preferred = new HashMap<>();
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("application.properties");
  }

  @Test
  void withoutAnySettingTheContractsDefaultsAreInForce() {
    assertThat(load().all()).containsExactlyInAnyOrderEntriesOf(DEFAULTS);
  }

  @Test
  void everyKeyHasARule() {
    assertThat(SettingCatalog.all())
        .extracting(Setting::key)
        .containsExactlyInAnyOrderElementsOf(DEFAULTS.keySet());
  }

  @Test
  void eachSourceOfSettingsWinsOverTheOneBefore() throws IOException {
    assertThat(load().get(KEY)).isEqualTo("data");
    write(KEY + "=of the file");
    assertThat(load().get(KEY)).isEqualTo("of the file");
    preferred.put(KEY, "preferred");
    assertThat(load().get(KEY)).isEqualTo("preferred");
    environment.put("CARAVAN_DATABASE_DIRECTORY", "of the environment");
    assertThat(load().get(KEY)).isEqualTo("of the environment");
    system.put(KEY, "of -D");
    assertThat(load().get(KEY)).isEqualTo("of -D");
    forced.put(KEY, "forced");
    assertThat(load().get(KEY)).isEqualTo("forced");
  }

  @Test
  void aFileChangesOnlyTheKeysThatItNames() throws IOException {
    write("caravan.database.port=5000");
    Map<String, String> expected = new HashMap<>(DEFAULTS);
    expected.put("caravan.database.port", "5000");
    assertThat(load().all()).isEqualTo(expected);
    assertThat(load().number("caravan.database.port")).isEqualTo(5000);
  }

  @Test
  void aFileIsReadAsUtf8AndBlanksAroundAValueDoNotCount() throws IOException {
    write(KEY + " =  Börse  ");
    assertThat(load().get(KEY)).isEqualTo("Börse");
  }

  @Test
  void keysOfCamelInTheFileAreCamelsBusiness() throws IOException {
    write("camel.main.name=other");
    assertThat(load().all()).isEqualTo(DEFAULTS);
  }

  @ParameterizedTest
  @CsvSource({
    "caravan.yahoo.url, CARAVAN_YAHOO_URL, http://localhost:1",
    "caravan.yahoo.requests-per-minute, CARAVAN_YAHOO_REQUESTS_PER_MINUTE, 7",
    "caravan.schedule.end-of-day, CARAVAN_SCHEDULE_END_OF_DAY, off",
    "caravan.retry.max-delay-ms, CARAVAN_RETRY_MAX_DELAY_MS, 7"
  })
  void aVariableIsTheKeyInCapitalsWithUnderscores(String key, String variable, String value) {
    environment.put(variable, value);
    assertThat(load().get(key)).isEqualTo(value);
  }

  /** What the syntax allows, and Camel does not, is refused at the start as well. */
  @Test
  void aWrongAddressOfAlertsIsNamedWithoutItsSecrets() {
    system.put("caravan.alerts.to", "ftp://me:s3cret@example.com;https://hooks.slack.com/s3cret");
    assertThatThrownBy(this::load)
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith(
            "caravan.alerts.to: 'ftp:***;https://hooks.slack.com/***' is not allowed; allowed are"
                + " addresses separated by ';': smtp://");

    system.put("caravan.alerts.to", "smtp://mail.example?to=a@b.c&pasword=s3cret");
    assertThatThrownBy(() -> AlertSettings.refuseWrong(load()))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith(
            "caravan.alerts.to: 'smtp://mail.example?to=a@b.c' is not allowed:"
                + " smtp://mail.example?to=a@b.c: it has an option that does not exist: pasword;"
                + " allowed are ")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void alpacasOwnVariablesGiveTheKeys() {
    assertThat(load().alpaca()).isFalse();
    environment.put("APCA_API_KEY_ID", "id");
    environment.put("APCA_API_SECRET_KEY", "secret");
    Settings settings = load();
    assertThat(settings.alpaca()).isTrue();
    assertThat(settings.get("caravan.alpaca.key-id")).isEqualTo("id");
    assertThat(settings.get("caravan.alpaca.secret-key")).isEqualTo("secret");
  }

  @Test
  void caravansOwnKeysWinOverAlpacasVariables() throws IOException {
    environment.put("APCA_API_KEY_ID", "apca");
    environment.put("APCA_API_SECRET_KEY", "apca");
    write("caravan.alpaca.key-id=file\ncaravan.alpaca.secret-key=file");
    assertThat(load().get("caravan.alpaca.key-id")).isEqualTo("file");
    environment.put("CARAVAN_ALPACA_KEY_ID", "environment");
    assertThat(load().get("caravan.alpaca.key-id")).isEqualTo("environment");
    system.put("caravan.alpaca.key-id", "system");
    assertThat(load().get("caravan.alpaca.key-id")).isEqualTo("system");
  }

  @Test
  void halfAPairOfKeysIsRefusedAndTheMissingHalfIsNamed() {
    environment.put("APCA_API_KEY_ID", "id");
    refused(
        "caravan.alpaca.secret-key is missing; give both keys of the Alpaca account,"
            + " or neither");
    environment.clear();
    environment.put("APCA_API_SECRET_KEY", "secret");
    refused("caravan.alpaca.key-id is missing; give both keys of the Alpaca account, or neither");
  }

  @Test
  void aKeyThatDoesNotExistIsRefusedWithThePlaceWhereItStands() throws IOException {
    system.put("caravan.yahoo.brust", "1");
    refused(
        "caravan.yahoo.brust (-D) is no key of Caravan; the application.properties that comes"
            + " with it documents all of them");
    system.clear();
    write("caravan.yahoo.uri=x");
    refused(
        "caravan.yahoo.uri (application.properties) is no key of Caravan; the"
            + " application.properties that comes with it documents all of them");
  }

  @Test
  void anotherFileMayBeNamedAndThenMustBeThere() throws IOException {
    assertThat(Settings.file(null)).isEqualTo(Path.of("application.properties"));
    write(KEY + "=of the file");
    assertThat(Settings.file(file.toString())).isEqualTo(file);
    String missing = folder.resolve("missing.properties").toString();
    assertThatExceptionOfType(SettingException.class)
        .isThrownBy(() -> Settings.file(missing))
        .withMessage(
            "caravan.settings names "
                + missing
                + ", which is not a file. Make it, or leave -D"
                + " out.");
    system.put("caravan.settings", file.toString());
    assertThat(load().all())
        .doesNotContainKey("caravan.settings")
        .containsEntry(KEY, "of the file");
  }

  @Test
  void propertiesOfOthersAreNoKeys() {
    system.put("java.version", "17");
    system.put("caravan.test.directory", "target/work");
    system.put("caravan.jar", "target/caravan.jar");
    environment.put("PATH", "/bin");
    assertThat(load().all()).isEqualTo(DEFAULTS);
  }

  @Test
  void aFileThatIsNoPropertiesFileIsNamed() throws IOException {
    write(KEY + "=\\u00zz");
    assertThatExceptionOfType(SettingException.class)
        .isThrownBy(this::load)
        .withMessageStartingWith(file.toAbsolutePath() + " cannot be read: ")
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }

  @Test
  void anAskedForKeyMustExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> load().get("caravan.nothing"))
        .withMessage("There is no key caravan.nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "caravan.symbols | `` | allowed is symbols separated by commas, such as AAPL,BRK.B,^GSPC",
        "caravan.symbols | AA PL | allowed is symbols separated by commas, such as AAPL,BRK.B,^GSPC",
        "caravan.symbols | A,,B | allowed is symbols separated by commas, such as AAPL,BRK.B,^GSPC",
        "caravan.symbols | A/B | allowed is symbols separated by commas, such as AAPL,BRK.B,^GSPC",
        "caravan.database.url | mysql://x/y | allowed is 'embedded' or jdbc:postgresql://host:port/database",
        "caravan.database.url | jdbc:postgresql://x | allowed is 'embedded' or jdbc:postgresql://host:port/database",
        "caravan.database.directory | `` | allowed is a directory",
        "caravan.database.port | 0 | allowed is a whole number from 1 to 65535",
        "caravan.database.port | 65536 | allowed is a whole number from 1 to 65535",
        "caravan.database.port | many | allowed is a whole number from 1 to 65535",
        "caravan.database.pool-size | 1 | allowed is a whole number from 2 to 90",
        "caravan.database.pool-size | 91 | allowed is a whole number from 2 to 90",
        "caravan.yahoo.url | ftp://x | allowed is an address that begins with http:// or https://",
        "caravan.yahoo.url | https:// | allowed is an address that begins with http:// or https://",
        "caravan.yahoo.url | https://a b | allowed is an address that begins with http:// or https://",
        "caravan.yahoo.cookie-url | `` | allowed is an address that begins with http:// or https://",
        "caravan.yahoo.user-agent | `` | allowed is the name of a browser",
        "caravan.cluster.enabled | yes | allowed is true or false",
        "caravan.cluster.node | a b | allowed is a name of letters, digits, dots and dashes",
        "caravan.cluster.lock-url | embedded | allowed is nothing or jdbc:postgresql://host:port/database",
        "caravan.cluster.lease-ms | 1999 | allowed is a whole number from 2000 to 600000",
        "caravan.cluster.beat-ms | 0 | allowed is a whole number from 100 to 60000",
        "caravan.kafka.role | on | allowed is off, receiver, writer or both",
        "caravan.kafka.brokers | kafka | allowed is nothing or host:port, several separated by commas",
        "caravan.kafka.topic | a b | allowed is letters, digits, dots, dashes and underscores",
        "caravan.kafka.changes | a b | allowed is nothing, or letters, digits, dots, dashes and underscores",
        "caravan.kafka.partitions | 0 | allowed is a whole number from 1 to 1000",
        "caravan.retention.trades | 9 | allowed is nothing, which keeps all, or a whole number of days from 10 to 36500",
        "caravan.retention.runs | 399 | allowed is nothing, which keeps all, or a whole number of days from 400 to 36500",
        "caravan.retention.ledger | 9 | allowed is nothing, which keeps all, or a whole number of days from 10 to 36500",
        "caravan.retention.letters | 9 | allowed is nothing, which keeps all, or a whole number of days from 10 to 36500",
        "caravan.retention.quotes | 0 | allowed is nothing, which keeps all, or a whole number of days from 10 to 36500",
        "caravan.retention.bars | a year | allowed is nothing, which keeps all, or a whole number of days from 10 to 36500",
        "caravan.yahoo.requests-per-minute | 0 | allowed is a whole number from 1 to 1000000",
        "caravan.yahoo.burst | -1 | allowed is a whole number from 1 to 1000000",
        "caravan.alpaca.data-url | wss://x | allowed is an address that begins with http:// or https://",
        "caravan.alpaca.trading-url | x | allowed is an address that begins with http:// or https://",
        "caravan.alpaca.stream-url | https://x | allowed is an address that begins with ws:// or wss://",
        "caravan.alpaca.feed | SIP | allowed is a feed such as iex or sip",
        "caravan.alpaca.history-feed | `` | allowed is a feed such as sip or iex",
        "caravan.alpaca.requests-per-minute | 1000001 | allowed is a whole number from 1 to 1000000",
        "caravan.alpaca.burst | 1.5 | allowed is a whole number from 1 to 1000000",
        "caravan.retry.attempts | 21 | allowed is a whole number from 1 to 20",
        "caravan.retry.delay-ms | 600001 | allowed is a whole number from 1 to 600000",
        "caravan.retry.max-delay-ms | 0 | allowed is a whole number from 1 to 3600000",
        "caravan.newsapi.url | x | allowed is an address that begins with http:// or https://",
        "caravan.stream.enabled | yes | allowed is true or false",
        "caravan.stream.channels | trades,news | channels separated by commas, of bars, cancelErrors,"
            + " corrections, dailyBars, lulds, quotes, statuses, trades, updatedBars",
        "caravan.stream.channels | `` | channels separated by commas, of bars, cancelErrors,"
            + " corrections, dailyBars, lulds, quotes, statuses, trades, updatedBars",
        "caravan.schedule.zone | New York | a zone such as America/New_York",
        "caravan.schedule.zone | UTC+2 | a zone such as America/New_York",
        "caravan.schedule.yahoo-quotes | hourly | 'session', 'off' or a Quartz cron expression such as 0 * 9-16 ? * MON-FRI",
        "caravan.schedule.yahoo-bars | session | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.alpaca-daily-bars | 0 18 * * * | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.end-of-day | 0 0 18 ? * MON-FRI 2001 | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.hourly-process | `` | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.news-load | on | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.start-of-day | x | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.symbol-maintenance | x | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.receipts | start | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.catch-up | x | 'start', 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.repair | x | 'off' or a Quartz cron expression such as 0 0 18 ? * MON-FRI",
        "caravan.schedule.stream | 0 0 18 ? * MON-FRI | allowed is session, always or off",
        "caravan.http.host | `` | allowed is an address of this machine",
        "caravan.http.port | 99999 | allowed is a whole number from 1 to 65535",
        "caravan.http.user | a:b | allowed is a name without a colon",
        "caravan.http.user | a\u0007b | allowed is a name without a colon",
        "caravan.http.viewer-user | a:b | allowed is a name without a colon",
        "caravan.http.viewer-user | a\u0007b | allowed is a name without a colon"
      })
  void aRefusalNamesTheKeyTheValueAndWhatIsAllowed(String key, String value, String allowed) {
    system.put(key, value);
    refused(key + ": '" + value + "' is not allowed; " + allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"caravan.alpaca.key-id", "caravan.alpaca.secret-key", "caravan.newsapi.key"})
  void aSecretThatIsRefusedIsNotShown(String key) {
    system.put(key, "hush hush");
    refused(key + ": the value given is not allowed; allowed is a key without blanks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "caravan.symbols | ^GSPC, BRK-B , EURUSD=X",
        "caravan.database.url | jdbc:postgresql://db.example:5432/caravan?sslmode=require",
        "caravan.yahoo.url | http://127.0.0.1:8099",
        "caravan.alpaca.stream-url | ws://localhost:1",
        "caravan.alpaca.feed | delayed_sip",
        "caravan.stream.channels | quotes, statuses ,lulds,corrections,cancelErrors",
        "caravan.schedule.zone | Europe/London",
        "caravan.schedule.yahoo-quotes | off",
        "caravan.schedule.yahoo-quotes | 0/5 * * ? * *",
        "caravan.schedule.stream | always",
        "caravan.http.host | localhost",
        "caravan.http.host | ::1",
        "caravan.http.host | 127.1.2.3"
      })
  void whatIsAllowedIsTaken(String key, String value) {
    system.put(key, value);
    assertThat(load().get(key)).isEqualTo(value);
  }

  @Test
  void aUserWithoutAPasswordProtectsNothingAndIsRefused() {
    system.put("caravan.http.user", "me");
    refused("caravan.http.password is missing; give both user and password, or neither");
    system.put("caravan.http.user", "");
    system.put("caravan.http.password", "hush");
    refused("caravan.http.user is missing; give both user and password, or neither");
  }

  @Test
  void aViewerHasAPasswordAndANameOfItsOwnAndAnOperatorBesideIt() {
    String half = " is missing; give both user and password, or neither";
    system.put("caravan.http.viewer-user", "guest");
    refused("caravan.http.viewer-password" + half);
    system.put("caravan.http.viewer-password", "look");
    refused(
        "caravan.http.viewer-user is not allowed without caravan.http.user and"
            + " caravan.http.password; who may only look needs somebody who may do more");
    system.put("caravan.http.user", "guest");
    system.put("caravan.http.password", "hush");
    refused(
        "caravan.http.viewer-user: 'guest' is not allowed; allowed is another name than that of"
            + " caravan.http.user");
    system.put("caravan.http.user", "me");
    assertThat(load().get("caravan.http.viewer-user")).isEqualTo("guest");
    assertThat(load().get("caravan.http.viewer-password")).isEqualTo("look");
    system.put("caravan.http.viewer-user", "");
    refused("caravan.http.viewer-user" + half);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.168.1.2", "caravan.example", "127.0.0.1.example"})
  void aHostThatOthersReachNeedsUserAndPassword(String host) {
    String refusal =
        "caravan.http.host: '"
            + host
            + "' is not allowed without caravan.http.user and caravan.http.password; set both,"
            + " or use 127.0.0.1";
    system.put("caravan.http.host", host);
    refused(refusal);
    system.put("caravan.http.user", "me");
    refused(refusal);
    system.put("caravan.http.user", "");
    system.put("caravan.http.password", "hush");
    refused(refusal);
    system.put("caravan.http.user", "me");
    assertThat(load().get("caravan.http.host")).isEqualTo(host);
  }

  @Test
  void tenThousandSymbolsAreTaken() {
    String symbols =
        IntStream.range(0, 10_000).mapToObj(i -> "S" + i).collect(Collectors.joining(","));
    system.put("caravan.symbols", symbols);
    assertThat(load().get("caravan.symbols")).isEqualTo(symbols);
  }

  @Test
  void thePasswordInAnAddressThatIsRefusedIsNotShown() {
    system.put("caravan.database.url", "mysql://me:hush@db.example/x?password=hush");
    refused(
        "caravan.database.url: 'mysql://***@db.example/x?password=***' is not allowed; allowed is"
            + " 'embedded' or jdbc:postgresql://host:port/database");
  }

  private void refused(String message) {
    assertThatExceptionOfType(SettingException.class).isThrownBy(this::load).withMessage(message);
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private Settings load() {
    return Settings.load(file, environment, system, forced, preferred);
  }
}
