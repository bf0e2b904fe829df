package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Bar;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.support.Packed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of MessagePack, and what only they can be. */
class PackedParserTest extends StreamParserTestBase {
  @Override
  byte[] frame(String json) {
    return Packed.of(json);
  }

  /** Written by Python's msgpack 1.2.3, which the official Python client reads the stream with. */
  @Test
  void aFrameOfAnotherLibraryIsRead() {
    read(
        HexFormat.of()
            .parseHex(
                "9189a154a174a153a44141504ca16907a178a156a170cb4062c80000000000a17364a16392a140a149"
                    + "a17aa143a174d7ff1d6f34546b006070"));

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters).isEmpty();
  }

  @Test
  void aPriceOfWholeDollarsHasNoPoint() {
    byte[] frame = frame("[" + TRADE.replace("150.25", "150.5") + "]");
    byte[] dollars = replaced(frame, "cb4062d00000000000", "cb4062c00000000000");
    read(dollars);

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW.replace("150.25", "150"));
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "ca3dcccccd, 0.1",
    "ca42f6e979, 123.456",
    "ca00000000, 0",
    "cb0000000000000000, 0",
    "cb3eb0c6f7a0b5ed8d, 0.000001",
    "cb3e7ad7f29abcaf48, 0.0000001",
    "cb444b1ae4d6e2ef50, 1000000000000000000000",
    "cb4415af1d78b58c40, 100000000000000000000",
    "cb4340000000000000, 9007199254740992",
    "cb3fd5555555555555, 0.3333333333333333",
    "cc80, 128",
    "cd0100, 256",
    "ce80000000, 2147483648",
    "cfffffffffffffffff, 18446744073709551615",
    "d07f, 127",
    "d17fff, 32767",
    "d27fffffff, 2147483647",
    "d37fffffffffffffff, 9223372036854775807"
  })
  void aNumberInWhicheverFormHasTheDigitsOfJson(String sent, String digits) {
    read(replaced(frame("[" + TRADE + "]"), "cb4062c80000000000", sent));

    assertThat(chunk.letters).isEmpty();
    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW.replace("150.25", digits));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cb7ff8000000000000",
        "cb7ff0000000000000",
        "cbfff0000000000000",
        "cb8000000000000000",
        "ff",
        "d3ffffffffffffffff",
        "d0ff",
        "c403010203",
        "d40501",
        "d6ff00000000",
        "c70901010203040506070809"
      })
  void whatIsNoPriceIsALetterAndItsSiblingsAreTaken(String sent) throws IOException {
    byte[] trade = frame(TRADE);
    read(list(trade, replaced(trade, "cb4062c80000000000", sent), trade));

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW);
    assertThat(chunk.unread).containsExactly(new Chunk.Unread("AAPL", "trades"));
    assertThat(chunk.letters).hasSize(1);
    assertThat(chunk.letters.get(0).reason()).startsWith("Missing required data: p of AAPL (");
    assertThat(PLAIN.readTree(chunk.letters.get(0).payload()).get("S").textValue())
        .isEqualTo("AAPL");
  }

  @Test
  void theSameMessagesInBothEncodingsAreTheSameRows() {
    Random dice = new Random(7);
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < 20_000; i++) {
      String price =
          BigDecimal.valueOf(1 + Math.abs(dice.nextLong() % 1_000_000_000), dice.nextInt(10))
              .stripTrailingZeros()
              .toPlainString();
      if (new BigDecimal(price).compareTo(new BigDecimal("0.000001")) < 0) {
        continue;
      }
      json.append(json.length() == 1 ? "" : ",")
          .append(
              TRADE
                  .replace("150.25", price)
                  .replace("\"i\":7", "\"i\":" + dice.nextLong())
                  .replace(".123456789Z", fraction(dice)));
    }
    json.append(']');
    Chunk other = new Chunk();
    StreamParser.Read ofJson =
        new StreamParser("iex").read(List.of(bytes(json.toString())), new Chunk[] {other});
    read(json.toString());

    assertThat(read).isEqualTo(ofJson);
    assertThat(chunk.letters).isEmpty();
    assertThat(rows(chunk.trades)).isEqualTo(rows(other.trades));
  }

  private static String fraction(Random dice) {
    String digits = String.valueOf(dice.nextInt(1_000_000_000)).replaceAll("0+$", "");
    return (digits.isEmpty() ? "" : "." + digits) + "Z";
  }

  @ParameterizedTest(name = "{0} leaves {1} of {2}")
  @CsvSource({
    // A byte that begins no value, as a name, as a price, and as a text's length.
    "a169, c169, AAPL, trades",
    "cb4062c80000000000, c1, AAPL, trades",
    "a153a44141504c, c153a44141504c, ,",
    // A text, a list and a map that claim more than the frame has.
    "a156, dbffffffff56, AAPL, trades",
    "92a140a149, ddffffffffa140a149, AAPL, trades",
    "92a140a149, dfffffffffa140a149, AAPL, trades",
    "92a140a149, c6ffffffffa140a149, AAPL, trades",
    "92a140a149, c9ffffffffffa140a149, AAPL, trades",
    // A text that is no UTF-8.
    "a156, a1ff, AAPL, trades"
  })
  void theMessagesBeforeAndBehindOneThatCannotBeReadAreTaken(
      String what, String by, String symbol, String dataset) throws IOException {
    byte[] trade = frame(TRADE);
    read(list(trade, replaced(trade, what, by), frame(QUOTE), frame(BAR), trade));

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW);
    assertThat(chunk.quotes.rows()).isEqualTo(1);
    assertThat(chunk.bars).extracting(Bar::symbol).containsExactly("SPY");
    assertThat(chunk.unread).containsExactly(new Chunk.Unread(symbol, dataset));
    assertThat(chunk.letters).hasSize(1);
    RefusedRow letter = chunk.letters.get(0);
    assertThat(letter.symbol()).isEqualTo("the stream");
    assertThat(letter.reason()).startsWith("Missing required data: MessagePack of the stream (");
    JsonNode shown = PLAIN.readTree(letter.payload()).get(0);
    assertThat(shown.get("T").textValue()).isEqualTo("t");
    assertThat(shown.get("unreadable").textValue()).contains(by);
    assertThat(read.messages()).isEqualTo(5);
  }

  @Test
  void ofEachCutTheRowsBeforeAreKeptAndAnythingMayBeMissing() throws IOException {
    byte[] trade = frame(TRADE);
    byte[] frame = list(trade, trade, trade);
    for (int length = 1; length < frame.length; length++) {
      chunk.clear();
      read(Arrays.copyOf(frame, length));

      assertThat(chunk.trades.rows())
          .as("rows of %d bytes", length)
          .isEqualTo((length - 1) / trade.length);
      assertThat(chunk.unread).containsExactly(new Chunk.Unread(null, null));
      assertThat(chunk.letters).hasSize(1);
      assertThat(PLAIN.readTree(chunk.letters.get(0).payload()).isArray()).isTrue();
    }
  }

  @Test
  void moreOrFewerMessagesThanAreAnnouncedAreTakenAndAnythingMayBeMissing() throws IOException {
    byte[] trade = frame(TRADE);
    for (int announced : new int[] {0, 1, 5}) {
      chunk.clear();
      byte[] frame = list(trade, trade, trade);
      frame[0] = (byte) (0x90 | announced);
      read(frame);

      assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW, TRADE_ROW, TRADE_ROW);
      assertThat(chunk.unread).containsExactly(new Chunk.Unread(null, null));
      assertThat(chunk.letters).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9105", "91c0", "9190", "91a568656c6c6f", "8105", "dd00000001", "9281"})
  void whatIsNoMessageAtAllIsALetter(String frame) throws IOException {
    read(HexFormat.of().parseHex(frame));

    assertThat(chunk.letters).hasSize(1);
    assertThat(chunk.letters.get(0).payload()).contains("unreadable");
    assertThat(chunk.unread).containsExactly(new Chunk.Unread(null, null));
  }

  @Test
  void aFieldWithoutANameIsAFault() throws IOException {
    byte[] trade = frame(TRADE);
    read(list(replaced(trade, "a169", "05"), trade));

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.letters).hasSize(1);
  }

  /** A list within a list a million times is passed over in a known field and in an unknown one. */
  @ParameterizedTest
  @ValueSource(strings = {"63", "79"})
  void whatIsNestedDeeplyTakesNoStack(String field) throws IOException {
    byte[] trade = frame(TRADE);
    String deep = "91".repeat(1_000_000) + "c0";
    read(list(replaced(trade, "a16392a140a149", "a1" + field + deep), trade));

    assertThat(chunk.trades.rows()).isBetween(1, 2);
    assertThat(chunk.letters).hasSizeBetween(0, 1);
  }

  @Test
  void aBarThatIsNestedDeeplyIsAFault() throws IOException {
    byte[] bar = replaced(frame(BAR), "a16e", "a179" + "91".repeat(1_000_000) + "c0a16e");
    bar[0]++;
    read(list(bar, frame(TRADE)));

    assertThat(rows(chunk.trades)).containsExactly(TRADE_ROW);
    assertThat(chunk.unread).containsExactly(new Chunk.Unread("SPY", "bars"));
  }

  /** Each begins a list that claims all that follows; none may cost a pass over the frame. */
  @Test
  void aFrameFullOfLiesIsGivenUpSoon() throws IOException {
    byte[] lie = HexFormat.of().parseHex("83a154a174a153a44d534654a163dd00010000");
    byte[][] lies = new byte[100_000][];
    Arrays.fill(lies, lie);
    read(list(lies));

    assertThat(chunk.trades.rows()).isZero();
    assertThat(chunk.letters).hasSize(1);
    assertThat(chunk.unread).contains(new Chunk.Unread(null, null));
  }

  /** Whatever is changed in a frame, nothing but a letter comes of it, and no exception. */
  @Test
  void noBytesAreTooMuchForTheParser() throws IOException {
    Random dice = new Random(11);
    byte[] good = list(frame(TRADE), frame(QUOTE), frame(BAR), frame(CORRECTION), frame(TRADE));
    for (int i = 0; i < 20_000; i++) {
      byte[] frame = good.clone();
      for (int change = dice.nextInt(4); change >= 0; change--) {
        frame[dice.nextInt(frame.length)] = (byte) dice.nextInt();
      }
      chunk.clear();
      read(frame);

      if (!chunk.letters.isEmpty()) {
        assertThat(chunk.letters).noneMatch(letter -> letter.payload().indexOf('\0') >= 0);
      }
      assertThat(
              chunk.trades.rows()
                  + chunk.letters.size()
                  + chunk.unread.size()
                  + (int) read.unknown())
          .isPositive();
    }
  }

  private static byte[] list(byte[]... messages) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    if (messages.length < 16) {
      frame.write(0x90 | messages.length);
    } else {
      frame.write(0xdd);
      frame.writeBytes(ByteBuffer.allocate(4).putInt(messages.length).array());
    }
    for (byte[] message : messages) {
      frame.write(message);
    }
    return frame.toByteArray();
  }

  private static byte[] replaced(byte[] frame, String what, String by) {
    HexFormat hex = HexFormat.of();
    String text = hex.formatHex(frame);
    int at = text.indexOf(what);
    while (at % 2 != 0) {
      at = text.indexOf(what, at + 1);
    }
    assertThat(at).as("where %s is", what).isNotNegative();
    return hex.parseHex(text.substring(0, at) + by + text.substring(at + what.length()));
  }
}
