package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.database.CopyRows;
import dev.caravan.market.Bar;
import dev.caravan.market.answer.RefusedRow;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of messages, whichever encoding they came in. */
abstract class StreamParserTestBase {
  static final ObjectMapper PLAIN = new ObjectMapper();
  static final String TRADE =
      "{\"T\":\"t\",\"S\":\"AAPL\",\"i\":7,\"x\":\"V\",\"p\":150.25,\"s\":100,\"c\":[\"@\",\"I\"],"
          + "\"z\":\"C\",\"t\":\"2026-11-20T15:00:00.123456789Z\"}";
  static final String QUOTE =
      "{\"T\":\"q\",\"S\":\"AMD\",\"bx\":\"U\",\"bp\":87.66,\"bs\":1,\"ax\":\"Q\",\"ap\":87.68,"
          + "\"as\":4,\"t\":\"2026-11-20T15:00:00.335689322Z\",\"c\":[\"R\"],\"z\":\"C\"}";
  static final String BAR =
      "{\"T\":\"b\",\"S\":\"SPY\",\"o\":388.985,\"h\":389.13,\"l\":388.975,\"c\":389.12,"
          + "\"v\":49378,\"n\":461,\"vw\":389.062639,\"t\":\"2026-11-20T15:00:00Z\"}";
  static final String CORRECTION =
      "{\"T\":\"c\",\"S\":\"EEM\",\"x\":\"M\",\"oi\":1,\"op\":39.15,\"os\":300,\"oc\":[\" \"],"
          + "\"ci\":2,\"cp\":39.16,\"cs\":301,\"cc\":[\"@\"],\"z\":\"B\","
          + "\"t\":\"2026-11-20T15:00:00.000001002Z\"}";
  static final String TRADE_ROW =
      "AAPL\t2026-11-20T15:00:00.123456Z\t789\tV\t7\t150.25\t100\t{\"@\",\"I\"}\tC\tiex";

  final Chunk chunk = new Chunk();
  StreamParser.Read read;

  @Test
  void aTradeBecomesARowWithItsNanosecondsCut() {
    read("[" + TRADE + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(read)
        .isEqualTo(
            new StreamParser.Read(1, 0, 0, micros("2026-11-20T15:00:00.123456Z"), List.of()));
  }

  @Test
  void aQuoteBecomesARow() {
    read("[" + QUOTE + "]");

    assertThat(rows(chunk.quotes))
        .containsExactly(
            "AMD\t2026-11-20T15:00:00.335689Z\t322\tU\t87.66\t1\tQ\t87.68\t4\t{\"R\"}\tC\tiex");
    assertThat(read.newestMicros()).isEqualTo(micros("2026-11-20T15:00:00.335689Z"));
  }

  @Test
  void aMinuteBarIsCompleteAndTheDaySoFarIsNot() {
    read(
        "["
            + BAR
            + ","
            + BAR.replace("\"b\"", "\"u\"")
            + ","
            + BAR.replace("\"b\"", "\"d\"")
            + "]");

    assertThat(chunk.bars).extracting(Bar::timeframe).containsExactly("1Min", "1Day");
    assertThat(chunk.bars).extracting(Bar::complete).containsExactly(true, false);
    assertThat(chunk.revisions)
        .containsExactly(
            new Bar(
                "alpaca",
                "iex",
                "SPY",
                "1Min",
                Instant.parse("2026-11-20T15:00:00Z"),
                new BigDecimal("388.985"),
                new BigDecimal("389.13"),
                new BigDecimal("388.975"),
                new BigDecimal("389.12"),
                new BigDecimal("49378"),
                461L,
                new BigDecimal("389.062639"),
                true,
                null));
  }

  @Test
  void aMinuteBarMovesTheNewestTimeToItsEndAndADaySoFarDoesNotMoveIt() {
    read("[" + BAR + "]");
    assertThat(read.newestMicros()).isEqualTo(micros("2026-11-20T15:01:00Z"));

    read("[" + BAR.replace("\"b\"", "\"d\"") + "]");
    assertThat(read.newestMicros()).isZero();
  }

  @Test
  void aBarOfTheYearTwentyTwentyOneHasNoCountAndNoAverage() {
    read(
        "[{\"T\":\"b\",\"S\":\"SPY\",\"o\":388.985,\"h\":389.13,\"l\":388.975,\"c\":389.12,\"v\":49378,"
            + "\"t\":\"2021-02-22T19:15:00Z\"}]");

    assertThat(chunk.bars)
        .singleElement()
        .satisfies(
            bar -> {
              assertThat(bar.tradeCount()).isNull();
              assertThat(bar.vwap()).isNull();
            });
  }

  @Test
  void aStatusKeepsItsCodesAndWords() {
    read(
        "[{\"T\":\"s\",\"S\":\"AAPL\",\"sc\":\"H\",\"sm\":\"Trading Halt\",\"rc\":\"T12\","
            + "\"rm\":\"information requested\",\"z\":\"C\",\"t\":\"2026-11-20T15:00:00.000000009Z\"}]");

    assertThat(chunk.statuses)
        .containsExactly(
            new Chunk.Status(
                "AAPL",
                Instant.parse("2026-11-20T15:00:00.000000009Z"),
                9,
                "H",
                "Trading Halt",
                "T12",
                "information requested",
                "C",
                "iex"));
  }

  @Test
  void aStatusWithoutAReasonHasAnEmptyReason() {
    read("[{\"T\":\"s\",\"S\":\"AAPL\",\"sc\":\"H\",\"t\":\"2026-11-20T15:00:00Z\"}]");

    assertThat(chunk.statuses)
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.reasonCode()).isEmpty();
              assertThat(status.status()).isNull();
            });
  }

  @Test
  void bandsKeepBothPrices() {
    read(
        "[{\"T\":\"l\",\"S\":\"IONM\",\"u\":3.24,\"d\":2.65,\"i\":\"B\",\"z\":\"C\","
            + "\"t\":\"2026-11-20T15:00:00.5Z\"}]");

    assertThat(chunk.lulds)
        .containsExactly(
            new Chunk.Luld(
                "IONM",
                Instant.parse("2026-11-20T15:00:00.5Z"),
                0,
                new BigDecimal("3.24"),
                new BigDecimal("2.65"),
                "B",
                "C",
                "iex"));
  }

  @Test
  void aCorrectionHasTheOldAndTheNewTrade() {
    read("[" + CORRECTION + "]");

    assertThat(chunk.corrections)
        .containsExactly(
            new Chunk.Correction(
                "EEM",
                Instant.parse("2026-11-20T15:00:00.000001002Z"),
                2,
                "M",
                1,
                "corrected",
                new BigDecimal("39.15"),
                new BigDecimal("300"),
                List.of(" "),
                2L,
                new BigDecimal("39.16"),
                new BigDecimal("301"),
                List.of("@"),
                "B",
                "iex"));
  }

  @ParameterizedTest(name = "a is {0}: {1}")
  @CsvSource({"'\"a\":\"C\",', canceled", "'\"a\":\"E\",', error", "'', canceled"})
  void aCancelSaysWhetherItWasAnError(String action, String kind) {
    read(
        "[{\"T\":\"x\",\"S\":\"GOOGL\",\"i\":465,\"x\":\"D\",\"p\":150.25,\"s\":2,"
            + action
            + "\"z\":\"C\",\"t\":\"2026-11-20T15:00:00Z\"}]");

    assertThat(chunk.corrections)
        .singleElement()
        .satisfies(
            cancel -> {
              assertThat(cancel.kind()).isEqualTo(kind);
              assertThat(cancel.tradeId()).isEqualTo(465);
              assertThat(cancel.newTradeId()).isNull();
            });
  }

  @ParameterizedTest(name = "{0} is {1} and {2} ns")
  @CsvSource({
    "2026-11-20T15:00:00Z, 2026-11-20T15:00:00Z, 0",
    "2026-11-20T15:00:00.1Z, 2026-11-20T15:00:00.100Z, 0",
    "2026-11-20T15:00:00.208Z, 2026-11-20T15:00:00.208Z, 0",
    "2026-11-20T15:00:00.3355677Z, 2026-11-20T15:00:00.335567Z, 700",
    "2026-11-20T15:00:00.000000001Z, 2026-11-20T15:00:00Z, 1",
    "2026-11-20T15:00:00.00000001Z, 2026-11-20T15:00:00Z, 10",
    "2026-11-20T23:59:59.999999999Z, 2026-11-20T23:59:59.999999Z, 999",
    "2026-11-20T10:00:00.123456789-05:00, 2026-11-20T15:00:00.123456Z, 789",
    "2026-11-21T00:30:00+09:30, 2026-11-20T15:00:00Z, 0",
    "2026-11-20T15:00Z, 2026-11-20T15:00:00Z, 0",
    "2024-02-29T15:00:00Z, 2024-02-29T15:00:00Z, 0",
    "1969-12-31T23:59:59.5Z, 1969-12-31T23:59:59.500Z, 0"
  })
  void aTimeIsCutToMicrosecondsAndTheRestStandsBesideIt(String sent, String ts, String nanos) {
    read("[" + TRADE.replace("2026-11-20T15:00:00.123456789Z", sent) + "]");

    assertThat(rows(chunk.trades))
        .singleElement()
        .asString()
        .startsWith("AAPL\t" + ts + "\t" + nanos + "\tV\t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-30T15:00:00Z",
        "2026-11-20",
        "2026-11-20 15:00:00Z",
        "2026-11-20T15:00:00",
        "2026-11-20T24:00:01Z",
        "2026-11-20T15:60:00Z",
        "2026-11-20T15:00:60Z",
        "2026-11-20T15:00:00.1234567891Z",
        "2026-11-20T15:00:00.12345678xZ",
        "+999999999-12-31T23:59:59Z",
        "yesterday",
        ""
      })
  void whatIsNoTimeIsSaidSoAndItsSiblingsAreTaken(String sent) {
    read("[" + TRADE.replace("2026-11-20T15:00:00.123456789Z", sent) + "," + TRADE + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters)
        .extracting(RefusedRow::reason)
        .containsExactly("Missing required data: t of AAPL (not a time: " + sent + ")");
  }

  @Test
  void aBareTradeLacksItsTime() {
    String bare = "{\"T\":\"t\",\"S\":\"AAPL\",\"p\":150.25,\"s\":100}";
    read("[" + TRADE + "," + bare + "," + TRADE + "]");

    assertThat(chunk.letters)
        .containsExactly(new RefusedRow("AAPL", "Missing required data: t of AAPL", bare));
    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW);
    assertThat(read.messages()).isEqualTo(3);
    assertThat(read.unreadable()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource({
    "trade, t",
    "trade, i",
    "trade, x",
    "trade, p",
    "trade, s",
    "quote, t",
    "quote, bx",
    "quote, bp",
    "quote, bs",
    "quote, ax",
    "quote, ap",
    "quote, as",
    "bar, t",
    "bar, o",
    "bar, h",
    "bar, l",
    "bar, c",
    "correction, t",
    "correction, x",
    "correction, oi",
    "correction, op",
    "correction, os",
    "correction, ci",
    "correction, cp",
    "correction, cs"
  })
  void eachFieldThatIsMissingIsNamed(String what, String field) throws IOException {
    String message = message(what);
    for (String without : List.of(without(message, field), withNull(message, field))) {
      chunk.clear();
      read("[" + without + "," + message + "]");

      String symbol = PLAIN.readTree(message).get("S").textValue();
      assertThat(chunk.letters)
          .containsExactly(
              new RefusedRow(symbol, "Missing required data: " + field + " of " + symbol, without));
      assertThat(stored()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trade", "quote", "bar", "correction"})
  void aMessageWithoutASymbolIsTheStreams(String what) throws IOException {
    String message = message(what);
    for (String without :
        List.of(without(message, "S"), with(message, "S", "\" \""), with(message, "S", "\"\""))) {
      chunk.clear();
      read("[" + without + "," + message + "]");

      assertThat(chunk.letters)
          .extracting(RefusedRow::symbol, RefusedRow::reason)
          .containsExactly(tuple("the stream", "Missing required data: S of the stream"));
      assertThat(stored()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trade", "quote", "bar", "correction"})
  void whatIsTooLongForASymbolIsNone(String what) throws IOException {
    String message = message(what);
    read("[" + with(message, "S", "\"" + "A".repeat(5000) + "\"") + "," + message + "]");

    // The symbol of a letter is in an index, which takes no long text.
    assertThat(chunk.letters)
        .singleElement()
        .satisfies(letter -> assertThat(letter.symbol()).hasSizeLessThan(100));
    assertThat(stored()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{1} of {0} is {2}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "trade, p, \"150.25\"",
        "trade, p, true",
        "trade, p, {\"v\":1}",
        "trade, p, [1]",
        "trade, p, -1",
        "trade, p, 1e99999",
        "trade, s, -100",
        "trade, s, \"100\"",
        "trade, i, 1.5",
        "trade, i, \"7\"",
        "trade, i, 9223372036854775808",
        "trade, x, 5",
        "trade, x, [\"V\"]",
        "trade, z, 5",
        "trade, z, \"a\\u0000b\"",
        "trade, x, \"a\\u0000b\"",
        "trade, S, \"a\\u0000b\"",
        "trade, S, 5",
        "trade, c, \"@\"",
        "trade, c, [1]",
        "trade, c, [[\"@\"]]",
        "trade, c, [\"a\\u0000b\"]",
        "trade, t, 1763650800",
        "trade, t, {}",
        "quote, bp, -1",
        "quote, as, \"4\"",
        "quote, bx, false",
        "bar, o, \"1\"",
        "bar, v, -1",
        "bar, n, 1.5",
        "bar, h, 1",
        "bar, o, 1e999",
        "bar, S, \"a\\u0000b\"",
        "bar, t, 5",
        "correction, ci, 1.5",
        "correction, op, -1",
        "correction, cp, -1",
        "correction, cs, -1",
        "correction, cp, \"39\""
      })
  void whatIsOfTheWrongKindIsALetterAndItsSiblingsAreTaken(String what, String field, String value)
      throws IOException {
    String message = message(what);
    read("[" + message + "," + with(message, field, value) + "," + message + "]");

    assertThat(chunk.letters).hasSize(1);
    assertThat(chunk.letters.get(0).reason()).isNotBlank();
    assertThat(chunk.letters.get(0).payload()).isNotBlank();
    assertThat(String.valueOf(chunk.letters)).doesNotContain("\0");
    assertThat(stored()).isEqualTo(2);
    assertThat(read.unreadable()).isEqualTo(1);
  }

  @Test
  void theLargestNumberOfATradeIsTaken() {
    read("[" + TRADE.replace("\"i\":7", "\"i\":9223372036854775807") + "]");

    assertThat(rows(chunk.trades).get(0)).contains("\t9223372036854775807\t");
  }

  @Test
  void theTypeMayStandAnywhere() {
    read(
        "["
            + TRADE.replace("\"T\":\"t\",", "").replace("}", ",\"T\":\"t\"}")
            + ","
            + BAR.replace("\"T\":\"b\",", "").replace("}", ",\"T\":\"b\"}")
            + ","
            + QUOTE.replace("\"T\":\"q\",", "").replace("\"z\"", "\"T\":\"q\",\"z\"")
            + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.bars).hasSize(1);
    assertThat(chunk.quotes.rows()).isEqualTo(1);
    assertThat(read.messages()).isEqualTo(3);
    assertThat(chunk.letters).isEmpty();
  }

  @Test
  void whatIsWrongWithATradeWhoseTypeStandsLastIsSaidAsWell() {
    read("[{\"S\":\"AAPL\",\"p\":150.25,\"s\":100,\"T\":\"t\"}," + TRADE + "]");

    assertThat(chunk.letters)
        .extracting(RefusedRow::reason)
        .containsExactly("Missing required data: t of AAPL");
    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
  }

  @Test
  void unknownFieldsArePassedOver() {
    read(
        "["
            + TRADE.replace(
                "\"S\"",
                "\"r\":\"2026\",\"new\":{\"T\":\"q\",\"p\":[1,{\"p\":2}]},\"also\":[[1]],\"S\"")
            + ","
            + BAR.replace("\"S\"", "\"new\":{\"S\":\"X\"},\"S\"")
            + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.bars).extracting(Bar::symbol).containsExactly("SPY");
    assertThat(chunk.letters).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"T\":\"i\",\"S\":\"AAPL\",\"p\":1}",
        "{\"T\":\"new\",\"S\":{\"a\":[1]}}",
        "{\"S\":\"AAPL\",\"T\":\"T\"}"
      })
  void aMessageOfAnUnknownTypeIsCountedAndIgnored(String unknown) {
    read("[" + TRADE + "," + unknown + "," + TRADE + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW);
    assertThat(chunk.letters).isEmpty();
    assertThat(read.messages()).isEqualTo(3);
    assertThat(read.unknown()).isEqualTo(1);
    assertThat(chunk.unread).isEmpty();
  }

  @Test
  void anUnknownTypeIsNamedOnce() {
    StreamParser parser = new StreamParser("iex");
    Chunk[] chunks = {chunk};
    byte[] frame =
        frame("[{\"T\":\"i\",\"S\":\"A\"},{\"T\":\"w\\n\"},{\"T\":\"i\"}," + TRADE + "]");

    assertThat(parser.read(List.of(frame, frame), chunks).strangers())
        .containsExactly("\"i\"", "\"w\\n\"");
    assertThat(parser.read(List.of(frame), chunks).strangers()).isEmpty();
  }

  @ParameterizedTest(name = "{0} is owed of {1}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"T\":5,\"S\":\"MSFT\"}`, MSFT",
        "`{\"T\":true,\"S\":\"MSFT\",\"p\":1}`, MSFT",
        "`{\"T\":null}`,",
        "`{\"T\":\"\",\"S\":\"MSFT\"}`, MSFT",
        "`{\"T\":\" \",\"S\":7}`,",
        "`{\"T\":{\"T\":\"t\",\"S\":\"AAPL\"},\"S\":\"MSFT\"}`, MSFT",
        "`{\"T\":[\"t\"],\"S\":\"MSFT\"}`, MSFT",
        "`{\"S\":\"MSFT\",\"T\":5}`, MSFT",
        "`{\"S\":\"MSFT\",\"i\":1,\"p\":2.5}`, MSFT",
        "`{\"S\":\"\"}`,",
        "`{\"S\":\"A\\u0000B\"}`,",
        "`{\"S\":null,\"p\":1}`,",
        "`{\"p\":1}`,",
        "`{}`,"
      })
  void aMessageWithoutATypeIsALetterAndMayHaveBeenAnything(String broken, String symbol) {
    read("[" + TRADE + "," + broken + "," + TRADE + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW);
    assertThat(chunk.letters)
        .containsExactly(
            new RefusedRow(
                symbol == null ? "the stream" : symbol,
                "Missing required data: T of " + (symbol == null ? "the stream" : symbol),
                broken));
    assertThat(chunk.unread).containsExactly(new Chunk.Unread(symbol, null));
    assertThat(read.messages()).isEqualTo(3);
    assertThat(read.unknown()).isZero();
    assertThat(read.unreadable()).isEqualTo(1);
  }

  @Test
  void whatTheServerSaysOfTheConnectionIsNoData() {
    read("[{\"T\":\"success\",\"msg\":\"connected\"},{\"T\":\"subscription\"}," + TRADE + "]");

    assertThat(read.messages()).isEqualTo(1);
    assertThat(read.unknown()).isZero();
    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
  }

  @Test
  void aMessageThatLacksAFieldIsOwedOfItsSymbol() {
    read("[{\"T\":\"t\",\"S\":\"MSFT\",\"p\":1},{\"T\":\"q\"}," + TRADE + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters).hasSize(2);
    assertThat(chunk.unread)
        .containsExactly(new Chunk.Unread("MSFT", "trades"), new Chunk.Unread(null, "quotes"));
  }

  @Test
  void aMessageWithoutItsArrayIsTaken() {
    read(TRADE);

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "[] | {}",
        "null | \\N",
        "[\"\"] | {\"\"}",
        "[\" \"] | {\" \"}",
        "[\"a,b\",\"{\"] | {\"a,b\",\"{\"}",
        "[\"NULL\"] | {\"NULL\"}",
        "[\"q\\\"\"] | {\"q\\\\\"\"}",
        "[\"b\\\\\"] | {\"b\\\\\\\\\"}",
        "[\"t\\t\",\"n\\n\"] | {\"t\\t\",\"n\\n\"}",
        "[\"é\"] | {\"é\"}",
        "[\"é\\\"\\\\\"] | {\"é\\\\\"\\\\\\\\\"}",
        "[\"😀\\\"\"] | {\"😀\\\\\"\"}"
      })
  void conditionsAreEscapedForTheArrayAndThenForCopy(String sent, String column) {
    read("[" + TRADE.replace("[\"@\",\"I\"]", sent) + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW.replace("{\"@\",\"I\"}", column));
  }

  @Test
  void whatCopyWouldMisreadIsEscaped() {
    read("[" + TRADE.replace("\"AAPL\"", "\"A\\tB\\nC\\rD\\\\E\\\"é😀\"") + "]");

    assertThat(rows(chunk.trades))
        .containsExactly(TRADE_ROW.replace("AAPL", "A\\tB\\nC\\rD\\\\E\"é😀"));
  }

  @Test
  void aSymbolAlwaysFallsToTheSameChunkWhateverItsMessageIs() {
    Chunk[] chunks = {new Chunk(), new Chunk(), new Chunk()};
    List<String> messages = new ArrayList<>();
    IntStream.range(0, 60)
        .forEach(
            i -> {
              messages.add(TRADE.replace("AAPL", "SYM" + i));
              messages.add(QUOTE.replace("AMD", "SYM" + i));
              messages.add(BAR.replace("SPY", "SYM" + i));
              messages.add(CORRECTION.replace("EEM", "SYM" + i));
            });
    new StreamParser("iex").read(List.of(frame("[" + String.join(",", messages) + "]")), chunks);

    int symbols = 0;
    for (Chunk each : chunks) {
      List<String> trades = symbols(each.trades);
      assertThat(trades).isNotEmpty();
      assertThat(symbols(each.quotes)).isEqualTo(trades);
      assertThat(each.bars).extracting(Bar::symbol).isEqualTo(trades);
      assertThat(each.corrections).extracting(Chunk.Correction::symbol).isEqualTo(trades);
      symbols += trades.size();
    }
    assertThat(symbols).isEqualTo(60);
  }

  @Test
  void messagesOfASymbolKeepTheirOrder() {
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      messages.add(TRADE.replace("\"i\":7", "\"i\":" + i));
    }
    read("[" + String.join(",", messages) + "]");

    assertThat(rows(chunk.trades).stream().map(row -> Integer.valueOf(row.split("\t")[4])))
        .containsExactlyElementsOf(IntStream.range(0, 2000).boxed().toList());
    assertThat(chunk.sampled).isBetween(1, Chunk.MOST_SAMPLES);
  }

  @Test
  void theRecordedFramesAreAllTaken() throws IOException {
    List<byte[]> frames = new ArrayList<>();
    try (InputStream file =
        StreamParserTest.class.getResourceAsStream("/alpaca-stream/frames.json")) {
      PLAIN.readTree(file).forEach(frame -> frames.add(frame(frame.toString())));
    }
    StreamParser.Read taken = new StreamParser("iex").read(frames, new Chunk[] {chunk});

    assertThat(chunk.letters).isEmpty();
    assertThat(taken.messages()).isEqualTo(10);
    assertThat(rows(chunk.trades))
        .containsExactly(
            "AAPL\t2021-02-22T15:51:44.208Z\t0\tD\t96921\t126.55\t1\t{\"@\",\"I\"}\tC\tiex");
    assertThat(rows(chunk.quotes))
        .containsExactly(
            "AMD\t2021-02-22T15:51:45.335567Z\t700\tU\t87.66\t1\tX\t87.67\t1\t{\"R\"}\tC\tiex",
            "AMD\t2021-02-22T15:51:45.335689Z\t322\tU\t87.66\t1\tQ\t87.68\t4\t{\"R\"}\tC\tiex",
            "AMD\t2021-02-22T15:51:45.335806Z\t18\tU\t87.66\t1\tX\t87.67\t1\t{\"R\"}\tC\tiex");
    assertThat(chunk.bars).extracting(Bar::timeframe).containsExactly("1Min", "1Day", "1Day");
    assertThat(chunk.revisions).extracting(Bar::close).containsExactly(new BigDecimal("214.71"));
    assertThat(chunk.statuses).hasSize(1);
    assertThat(chunk.lulds).hasSize(1);
  }

  @Test
  void everyCapturedFrameIsTaken() throws IOException {
    Path folder = Path.of("../shared/captures/alpaca-stream");
    Assumptions.assumeTrue(Files.isDirectory(folder), "no captures here");
    List<byte[]> frames = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        for (JsonNode frame : PLAIN.readTree(file.toFile()).get("frames")) {
          if (frame.path("dir").asText().equals("recv")) {
            frames.add(frame(frame.get("text").textValue()));
          }
        }
      }
    }
    StreamParser.Read taken = new StreamParser("iex").read(frames, new Chunk[] {chunk});

    assertThat(frames).isNotEmpty();
    assertThat(taken.unreadable()).isZero();
    assertThat(taken.unknown()).isZero();
    assertThat(taken.messages()).isPositive();
  }

  /** A frame of which this is the JSON. */
  abstract byte[] frame(String json);

  void read(String json) {
    read(frame(json));
  }

  void read(byte[] frame) {
    read = new StreamParser("iex").read(List.of(frame), new Chunk[] {chunk});
  }

  int stored() {
    return chunk.trades.rows() + chunk.quotes.rows() + chunk.bars.size() + chunk.corrections.size();
  }

  static List<String> rows(CopyRows rows) {
    return IntStream.range(0, rows.rows()).mapToObj(rows::row).toList();
  }

  private static List<String> symbols(CopyRows rows) {
    return rows(rows).stream().map(row -> row.substring(0, row.indexOf('\t'))).toList();
  }

  static String message(String what) {
    return switch (what) {
      case "trade" -> TRADE;
      case "quote" -> QUOTE;
      case "bar" -> BAR;
      default -> CORRECTION;
    };
  }

  private static String without(String message, String field) throws IOException {
    ObjectNode tree = (ObjectNode) PLAIN.readTree(message);
    tree.remove(field);
    return tree.toString();
  }

  private static String withNull(String message, String field) throws IOException {
    return with(message, field, "null");
  }

  static String with(String message, String field, String value) throws IOException {
    String marked = ((ObjectNode) PLAIN.readTree(message)).put(field, "\u0001").toString();
    return marked.replace("\"\\u0001\"", value);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static long micros(String instant) {
    Instant at = Instant.parse(instant);
    return at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
  }
}
