package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void whatCouldSteerATerminalIsWrittenAsItsNumber() {
    assertThat(Printable.line("a\u001b[2J\r\nb\u0007\u009b\u202e\u200bü😀", 100))
        .isEqualTo("a\\u001b[2J\\u000d\\u000ab\\u0007\\u009b\\u202e\\u200bü😀");
  }

  @Test
  void linesAreKeptWhereTheyMayBe() {
    assertThat(Printable.lines("a\nb\tc", 100)).isEqualTo("a\nb\\u0009c");
  }

  @Test
  void aLongTextIsCutBetweenCharacters() {
    assertThat(Printable.line("😀😀😀", 2)).isEqualTo("😀😀…");
    assertThat(Printable.line("ab", 2)).isEqualTo("ab");
    assertThat(Printable.line(null, 2)).isEqualTo("-");
  }
}
