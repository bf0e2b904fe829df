package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolSpellingTest {
  @Test
  void wordsAreTakenInTheOrderTypedEachOnceInUpperCase() {
    SymbolSpelling words =
        SymbolSpelling.typed(List.of("aapl", "BRK-B,^gspc", " EURUSD=X ", "AAPL"));
    assertThat(words.good()).containsExactly("AAPL", "BRK-B", "^GSPC", "EURUSD=X");
    assertThat(words.faults()).isEmpty();
  }

  @Test
  void aFileMayHaveManyALineCommentsQuotesAndTheMarkOfAnEditor() {
    SymbolSpelling words =
        SymbolSpelling.lines(
            List.of("\uFEFF# my list", "AAPL, MSFT;NVDA\\tKO", "", "\"IBM\",\"0700.HK\" # two")
                .stream()
                .map(line -> line.replace("\\t", "\t"))
                .toList(),
            "list.txt");
    assertThat(words.good()).containsExactly("AAPL", "MSFT", "NVDA", "KO", "IBM", "0700.HK");
    assertThat(words.faults()).isEmpty();
  }

  @Test
  void eachWrongWordIsNamedWithItsLineAndSparesTheOthers() {
    SymbolSpelling words = SymbolSpelling.lines(List.of("AAPL", "", "MS$FT KO"), "list.txt");
    assertThat(words.good()).containsExactly("AAPL", "KO");
    assertThat(words.faults())
        .containsExactly(
            "list.txt, line 3: 'MS$FT' is not a symbol: up to 32 letters, digits, . - and = are allowed, and a leading ^ for an index");
  }

  @Test
  void whoWritesASlashIsToldHowItIsWritten() {
    assertThat(SymbolSpelling.typed(List.of("BTC/USD")).faults())
        .singleElement()
        .asString()
        .startsWith("'BTC/USD' is not a symbol")
        .endsWith("a share class is written BRK.B, a pair of currencies as Yahoo does: BTC-USD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A B&C",
        "-X",
        ".X",
        "É",
        "A'; drop table symbols",
        "AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDD"
      })
  void whatCannotStandInTheTableIsRefused(String word) {
    assertThat(SymbolSpelling.typed(List.of(word)).faults()).isNotEmpty();
  }

  @Test
  void wordsOfTheLineAndOfAFileAreOneList() {
    SymbolSpelling both =
        SymbolSpelling.typed(List.of("KO", "?"))
            .and(SymbolSpelling.lines(List.of("PEP", "KO", "!"), "f"));
    assertThat(both.good()).containsExactly("KO", "PEP");
    assertThat(both.faults()).hasSize(2);
  }
}
