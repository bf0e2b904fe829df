package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.answer.RefusedRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of JSON, and what only they can be. */
class StreamParserTest extends StreamParserTestBase {
  @Override
  byte[] frame(String json) {
    return bytes(json);
  }

  @Test
  void pricesKeepTheirDigitsAndTheirZeros() {
    read(
        "["
            + TRADE.replace("150.25", "150.250000000000000000000000001")
            + ","
            + TRADE.replace("150.25", "150.00")
            + ","
            + BAR.replace("388.985", "388.9850")
            + "]");

    assertThat(rows(chunk.trades).get(0)).contains("\t150.250000000000000000000000001\t");
    assertThat(rows(chunk.trades).get(1)).contains("\t150.00\t");
    assertThat(chunk.bars.get(0).open()).hasToString("388.9850");
  }

  @ParameterizedTest
  @ValueSource(strings = {"]]", "", ",{\"T\":\"t\",\"S\":\"AAP", ",nonsense]", ",,]", "][]"})
  void ofAFrameThatIsCutOrGarbledTheRowsBeforeAreKeptAndTheFrameIsALetter(String end) {
    String frame = "[" + TRADE + "," + TRADE + end;
    read(frame);

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW);
    assertThat(chunk.letters)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.symbol()).isEqualTo("the stream");
              assertThat(letter.reason())
                  .startsWith("Missing required data: JSON of the stream (")
                  .doesNotContain("\n");
              assertThat(letter.payload()).isEqualTo(frame);
            });
    assertThat(read.unreadable()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} leaves {1} of {2}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"T\":\"t\",\"S\":\"MSFT\",\"p\":}`, MSFT, trades",
        "`{\"T\":\"t\",\"S\":\"MSFT\",\"p\":1`, MSFT, trades",
        "`{\"T\":\"q\",\"S\":\"MSFT\",\"bx\":\"V,\"bp\":1}`, MSFT, quotes",
        "`{\"T\":\"b\",\"S\":\"MSFT\",\"o\":1.2.3}`, MSFT, bars",
        "`{\"T\":\"t\",\"S\":\"MSFT\",\"p\":[[{]}`, MSFT, trades",
        "`{\"T\":\"t\",\"S\":\"MSFT\",\"S\":\"IBM\",\"p\":}`, ,",
        "`{\"T\":\"t\",\"p\":}`, ,",
        "`{nonsense}`, ,",
        "12, ,",
        "null, ,"
      })
  void theMessagesBeforeAndBehindOneThatCannotBeReadAreTaken(
      String broken, String symbol, String dataset) {
    String frame = "[" + TRADE + "," + broken + "," + QUOTE + "," + BAR + "," + TRADE + "]";
    read(frame);

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW);
    assertThat(chunk.quotes.rows()).isEqualTo(1);
    assertThat(chunk.bars).hasSize(1);
    assertThat(chunk.letters).extracting(RefusedRow::payload).containsExactly(frame);
    assertThat(chunk.unread).containsExactly(new Chunk.Unread(symbol, dataset));
  }

  @Test
  void aSymbolThatPostgresqlHasNoPlaceForIsNone() {
    read("[{\"T\":\"t\",\"S\":\"MS\0FT\",\"p\":}," + TRADE + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.unread)
        .singleElement()
        .satisfies(
            unread -> {
              assertThat(unread.symbol()).isNull();
              assertThat(unread.dataset()).isEqualTo("trades");
            });
  }

  @Test
  void ofACutFrameAnythingMayBeMissing() {
    read("[" + TRADE + ",{\"T\":\"t\",\"S\":\"MSFT\",\"p\":1");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.unread).containsExactly(new Chunk.Unread(null, null));
  }

  @Test
  void ofTwoArraysInOneFrameTheSecondIsInTheLetter() {
    String frame = "[" + TRADE + "][" + QUOTE + "]";
    read(frame);

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters).extracting(RefusedRow::payload).containsExactly(frame);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "[null]", "[[]]", "\"hello\"", "5", "<html></html>", "\0"})
  void whatIsNoMessageAtAllIsALetter(String frame) {
    read(frame);

    assertThat(chunk.letters)
        .extracting(RefusedRow::payload)
        .containsExactly(frame.replace('\0', ' '));
  }

  @Test
  void aFrameAfterOneThatCannotBeReadIsTaken() {
    Chunk[] chunks = {chunk};
    new StreamParser("iex").read(List.of(bytes("[{"), bytes("[" + TRADE + "]")), chunks);

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"11111111111111111111111111111111111111111111111111", "1e-99999"})
  void aNumberThatNoDoubleIsIsALetter(String number) {
    read("[" + TRADE.replace("150.25", number) + "," + TRADE + "]");

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters).hasSize(1);
  }

  @Test
  void ofAFrameFullOfFaultsTheRestMayBeAnything() {
    String broken = "{\"T\":\"t\",\"S\":\"MSFT\",\"p\":},";
    read("[" + broken.repeat(1000) + TRADE + "]");

    assertThat(chunk.trades.rows()).isZero();
    assertThat(chunk.letters).hasSize(1);
    assertThat(chunk.unread)
        .containsExactly(new Chunk.Unread("MSFT", "trades"), new Chunk.Unread(null, null));
  }
}
