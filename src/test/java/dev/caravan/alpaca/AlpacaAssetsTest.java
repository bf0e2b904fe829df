package dev.caravan.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlpacaAssetsTest {
  private static final String APPLE =
      "{\"id\":\"b0b6dd9d-8b9b-48a9-ba46-b9d54906e415\",\"class\":\"us_equity\",\"exchange\":\"NASDAQ\","
          + "\"symbol\":\"AAPL\",\"name\":\" Apple Inc. Common Stock \",\"status\":\"active\","
          + "\"tradable\":true,\"attributes\":[\"has_options\"]}";

  @Test
  void anAssetIsTakenWithWhatTheTableKeepsOfIt() {
    assertThat(AlpacaAssets.list(json("[" + APPLE + "]"), "active").assets())
        .containsExactly(
            new AlpacaAssets.Asset(
                "AAPL",
                "b0b6dd9d-8b9b-48a9-ba46-b9d54906e415",
                "Apple Inc. Common Stock",
                "NASDAQ",
                "active",
                true));
  }

  @Test
  void whatAlpacaDoesNotSayIsNotKnown() {
    assertThat(
            AlpacaAssets.list(
                    json("[{\"id\":\"1\",\"symbol\":\"X\",\"name\":\"\",\"status\":\"inactive\"}]"),
                    "inactive")
                .assets())
        .containsExactly(new AlpacaAssets.Asset("X", "1", null, null, "inactive", null));
  }

  @Test
  void aNameThatNoTableCouldKeepCostsNoRow() {
    String row =
        "[{\"id\":\"1\",\"symbol\":\"X\",\"name\":\"X\\u0000 Inc\\ud800\",\"status\":\"active\"}]";
    assertThat(AlpacaAssets.list(json(row), "active").assets())
        .extracting(AlpacaAssets.Asset::name)
        .containsExactly("X\u2400 Inc\ufffd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"symbol\":\"X\",\"status\":\"active\"}",
        "{\"symbol\":\"X\",\"id\":\"1\"}",
        "{\"symbol\":\"X\",\"id\":\"1\",\"status\":\"inactive\"}",
        "{\"symbol\":\"X\",\"id\":1,\"status\":\"active\"}",
        "{\"symbol\":\"X\",\"id\":\"1\",\"status\":\"active\",\"name\":[]}",
        "{\"symbol\":\"X\",\"id\":\"1\",\"status\":\"active\",\"tradable\":\"yes\"}"
      })
  void aRowThatNamesItsSymbolAndLittleElseIsUnreadableAndSparesTheOthers(String row) {
    AlpacaAssets.Half half = AlpacaAssets.list(json("[" + row + "," + APPLE + "]"), "active");

    assertThat(half.assets())
        .extracting(asset -> asset.symbol() + " " + asset.status())
        .containsExactly("X unreadable", "AAPL active");
    assertThat(half.refused())
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.symbol()).isEqualTo("X");
              assertThat(refused.reason()).startsWith("Missing required data: ").contains("of X");
              assertThat(refused.payload()).isEqualTo(row);
            });
    assertThat(half.blind()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17",
        "null",
        "{}",
        "{\"symbol\":5,\"id\":\"1\",\"status\":\"active\"}",
        "{\"symbol\":\"X\\u0000\",\"id\":\"1\",\"status\":\"active\"}"
      })
  void aRowThatDoesNotNameItsSymbolMakesTheListBlind(String row) {
    AlpacaAssets.Half half = AlpacaAssets.list(json("[" + row + "," + APPLE + "]"), "active");
    assertThat(half.blind()).isTrue();
    assertThat(half.assets()).hasSize(1);
    assertThat(half.refused()).hasSize(1);
  }

  @Test
  void aChangedFormatIsAHundredLettersAndNotThousands() {
    JsonNode many =
        json("[" + String.join(",", Collections.nCopies(500, "{\"ticker\":\"X\"}")) + "]");
    assertThat(AlpacaAssets.list(many, "active").refused()).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"message\":\"maintenance\"}", "null", "\"\"", "{}"})
  void whatIsNoListIsRefused(String answer) {
    assertThatThrownBy(() -> AlpacaAssets.list(json(answer), "active"))
        .isInstanceOf(MissingDataException.class)
        .hasMessageContaining("the active ones of alpaca's list of assets");
  }

  @ParameterizedTest
  @CsvSource({
    "3000, 0, , , true",
    "2999, 9000, , , false",
    "8000, 800, 10000, 1000, true",
    "7999, 1000, 10000, 1000, false",
    "10000, 799, 10000, 1000, false",
    "3000, 0, 3001, 0, true"
  })
  void aListIsCompleteThatIsLongAndHardlyShorterThanTheOneBefore(
      int active, int inactive, Integer activeBefore, Integer inactiveBefore, boolean complete) {
    List<Map<String, Object>> before =
        activeBefore == null
            ? List.of()
            : List.of(Map.of("active", activeBefore, "inactive", inactiveBefore));
    if (complete) {
      AlpacaAssets.Complete list =
          AlpacaAssets.complete(half("active", active), half("inactive", inactive), before);
      assertThat(list.assets()).hasSize(active + inactive);
      assertThat(list.active()).isEqualTo(active);
      assertThat(list.inactive()).isEqualTo(inactive);
    } else {
      assertThatThrownBy(
              () ->
                  AlpacaAssets.complete(half("active", active), half("inactive", inactive), before))
          .isInstanceOf(MissingDataException.class)
          .hasMessageContaining("or more were expected");
    }
  }

  @Test
  void whatCannotBeReadDoesNotMakeAListLonger() {
    List<AlpacaAssets.Asset> unreadable =
        Collections.nCopies(
            5000, new AlpacaAssets.Asset("X", null, null, null, "unreadable", null));
    assertThatThrownBy(
            () ->
                AlpacaAssets.complete(
                    new AlpacaAssets.Half(unreadable, List.of(), false),
                    half("inactive", 10),
                    List.of()))
        .hasMessageContaining("0 came where 3000 or more");
  }

  private static AlpacaAssets.Half half(String status, int length) {
    return new AlpacaAssets.Half(
        Collections.nCopies(length, new AlpacaAssets.Asset("X", "1", "name", "NYSE", status, true)),
        List.of(),
        false);
  }

  private static JsonNode json(String text) {
    try {
      return JsonFields.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
